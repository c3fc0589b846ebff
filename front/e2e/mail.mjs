// A mail server that takes what it is sent, for whomever, and keeps it for the scenarios.
import { createServer } from "node:net";

// start gives the port the server listens at, what came, each mail as {to, text}, and stop.
export async function start() {
  const mails = [];
  const server = createServer((client) => {
    let waiting = "", body; // body is what came of a mail so far, while one comes
    let mail = { to: [] };
    const say = (line) => client.write(`${line}\r\n`);
    const take = (line) => {
      if (body) {
        if (line !== ".") return body.push(line);
        mails.push({ ...mail, text: plain(body.slice(body.indexOf("") + 1).join("\n")) });
        [mail, body] = [{ to: [] }, undefined];
        return say("250 kept");
      }
      const [command] = line.split(/[ :]/);
      if (command === "RCPT") mail.to.push(/<(.*)>/.exec(line)[1]);
      if (command === "DATA") body = [];
      say({ DATA: "354 go on", QUIT: "221 bye" }[command] ?? "250 ok");
      if (command === "QUIT") client.end();
    };
    client.setEncoding("utf8").on("error", () => {}); // who hangs up has what he wanted
    client.on("data", (text) => {
      const lines = (waiting + text).split("\r\n");
      waiting = lines.pop();
      for (const line of lines) take(line);
    });
    say("220 at your service");
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return { port: server.address().port, mails, stop: () => server.close() };
}

// plain undoes the encoding quoted-printable of ASCII text.
const plain = (text) => text.replaceAll("=\n", "").replaceAll(/=([0-9A-F]{2})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));
