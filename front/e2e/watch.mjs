// Watches a browser page and collects what no user should meet: errors of the page, refused
// or failed requests, errors of GraphQL, failed mutations, requests to other machines. A fault
// is {text, asked, answered}; the last two only where a request is at fault.

// Requests that may be refused: those of a visitor who has not signed in, what the form of a
// new payer asks about the payer it has not got yet, the journal the pages for a forgotten
// password look into after all, and the sign of life to the old web application, which is not
// here. The pages show nothing of it.
const refusable = [
  { status: 401, path: /\/api\/core\/users\/current_user\/$/ },
  { status: 401, path: /\/api\/graphql$/, asked: /refreshToken|tokenAuth/ },
  { status: 401, path: /\/api\/graphql$/, asked: /mutationLogs/, of: /\b(reset|set)Password\b/ },
  { status: 400, path: /\/api\/graphql$/, asked: /usePayerFundingsQuery(?!.*"payerId":)/s },
  { status: 404, path: /^\/keepLegacyAlive$/ },
];

export class Watch {
  faults = [];
  running = 0; // requests of the API not answered yet
  #expected; // what the step is there to meet
  #site;
  #changes = new Map(); // clientMutationId -> what was asked

  constructor(page, site) {
    this.#site = site;
    this.page = page;
    page.on("pageerror", (error) => this.#fault(`the page failed: ${error.message}`));
    page.on("console", (message) => this.#console(message));
    page.on("request", (request) => this.#asked(request));
    page.on("requestfinished", (request) => this.#answered(request));
    page.on("requestfailed", (request) => this.#ended(request));
  }

  // settled waits until nothing has been asked for a moment.
  async settled(timeout = 30_000) {
    const end = Date.now() + timeout;
    for (let quiet = 0; quiet < 5; quiet = this.running > 0 ? 0 : quiet + 1) {
      if (Date.now() > end) return this.#fault(`${this.running} requests are still not answered`);
      await this.page.waitForTimeout(60);
    }
  }

  // expect says that the step has to meet a fault with these words, which is then none.
  expect(words) {
    this.#expected = words;
  }

  // met gives the fault that was expected, once it is there.
  met() {
    return this.faults.find(({ text }) => this.#expected?.test(text));
  }

  // take gives the faults since the last time, with the dialogs that are open now.
  async take() {
    for (const text of ["Fatal error", "Session Expired", "An unexpected error occurred", "Data error"]) {
      if (await this.page.getByText(text, { exact: false }).first().isVisible()) this.#fault(`the page shows "${text}"`);
    }
    if (this.#expected && !this.met()) this.#fault(`in vain expected ${this.#expected}`);
    const expected = this.#expected;
    this.#expected = undefined;
    return this.faults.splice(0).filter(({ text }) => !expected?.test(text));
  }

  // forget drops what was collected.
  forget() {
    this.faults.length = 0;
  }

  #fault(text, asked, answered) {
    if (!this.faults.some((fault) => fault.text === text)) this.faults.push({ text, asked, answered });
  }

  #console(message) {
    const text = message.text();
    if (message.type() === "error" && !text.startsWith("Failed to load resource")) this.#fault(`console: ${text.slice(0, 300)}`);
  }

  #asked(request) {
    const url = new URL(request.url());
    if (!["http:", "https:"].includes(url.protocol)) return;
    if (url.origin !== this.#site) this.#fault(`the page asks ${url.origin}`);
    this.running++;
    const change = changeOf(request);
    if (change && !this.#changes.has(change)) this.#changes.set(change, request.postData());
  }

  #ended(request) {
    if (request.url().startsWith("http")) this.running--;
  }

  async #answered(request) {
    try {
      const answer = await request.response();
      const { pathname } = new URL(request.url());
      if (!pathname.startsWith("/api/graphql")) {
        if (answer.status() >= 400) this.#refused(request, answer.status(), pathname, "", await answer.text());
        return;
      }
      const { query } = request.postDataJSON();
      const text = await answer.text().catch(() => null); // a page that was left meanwhile
      if (text === null) return;
      if (answer.status() >= 400) return this.#refused(request, answer.status(), pathname, query, text);
      this.#graphql(query, request.postData(), text);
    } catch (error) {
      if (!this.page.isClosed()) this.#fault(`${request.url()}: ${error.message}`);
    } finally {
      this.#ended(request);
    }
  }

  #refused(request, status, path, query, body) {
    if (refusable.some((r) => r.status === status && r.path.test(path) && (!r.asked || r.asked.test(request.postData())) && (!r.of || r.of.test(this.#changes.get(changeOf(request)))))) return;
    let said = body.slice(0, 300);
    try {
      const { errors, message, detail } = JSON.parse(body);
      said = errors?.map((e) => e.message).join("; ") ?? message ?? detail ?? said;
    } catch {
      // not JSON: the text itself
    }
    this.#fault(`${request.method()} ${path} ${status}${query && ` of ${operation(query)}`}: ${said}`, request.postData() ?? request.url(), body);
  }

  #graphql(query, asked, answered) {
    const { data, errors } = JSON.parse(answered);
    for (const { message } of errors ?? []) {
      if (message !== "INCORRECT_CREDENTIALS") this.#fault(`GraphQL of ${operation(query)}: ${message}`, asked, answered);
    }
    if (!query.includes("clientMutationId:")) return; // the journal of earlier days
    for (const { node } of data?.mutationLogs?.edges ?? []) {
      if (node.status === 1) this.#fault(`the change "${node.clientMutationLabel ?? ""}" failed: ${node.error}`, this.#changes.get(node.clientMutationId), answered);
    }
  }
}

// changeOf gives the clientMutationId a request names.
const changeOf = (request) => /clientMutationId[\\":\s]+([0-9a-f-]{36})/.exec(request.postData() ?? "")?.[1];

// operation names the first field of a query.
function operation(query) {
  const [, field] = /\{\s*(?:\w+\s*:\s*)?(\w+)/.exec(query) ?? [];
  return field ?? query.slice(0, 40);
}
