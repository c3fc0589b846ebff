// The way out: afterwards the session is gone, also for a page that is loaded anew.
import { Login } from "../pages/login.mjs";

export default async function signoff(ui) {
  await ui.step("sign off: the log-in page shows", async () => {
    await ui.open("home");
    await new Login(ui).out();
    await ui.at("login");
  });
  await ui.step("sign off: a page loaded anew leads to the log-in", async () => {
    await ui.page.goto(`${ui.site}/front/home`);
    await ui.at("login");
  });
}
