// A visitor who is not signed on, a wrong password, and the right one.
import { Login } from "../pages/login.mjs";

export default async function signon(ui) {
  const login = new Login(ui);
  await ui.step("visitor: any page leads to the log-in", async () => {
    await ui.open("claim/healthFacilities");
    await ui.at("login");
  });
  await ui.step("visitor: a wrong password is refused in words", async () => {
    await login.as("Admin", "wrong");
    await ui.sees("The password or the username you've entered is incorrect");
  });
  await ui.step("sign on as administrator", async () => {
    await login.as("Admin", "admin123");
    await ui.at("home");
    ui.signedOn = true;
    await ui.sees("Insurees and Policies");
  });
  await ui.step("sign on: a reload keeps the session", async () => {
    await ui.page.reload();
    await ui.watch.settled();
    await ui.at("home");
  });
}
