// Somebody has forgotten his password: a link comes by mail, and gives him another one, once.
import { Login } from "../pages/login.mjs";
import { clerk } from "./administration.mjs";

export default async function password(ui) {
  let link;
  await ui.step("password: who forgot it gets a link by mail", async () => {
    const guest = await ui.beside();
    await guest.page.goto(`${ui.site}/front/login`);
    await guest.page.getByRole("button", { name: "Forgot Password" }).click();
    await guest.at("forgot_password");
    await guest.fill("Username", clerk.name);
    await guest.page.getByRole("button", { name: "Submit" }).click();
    await guest.sees("Check your inbox");
    await ui.until("the mail is there", () => ui.mails.some(({ to }) => to.includes(clerk.mail)));
    link = /http:\S+/.exec(ui.mails.findLast(({ to }) => to.includes(clerk.mail)).text)[0];
  });
  const set = async (guest, to) => {
    await guest.page.goto(link);
    await guest.fill("Username", clerk.name);
    await guest.fill("Password", to);
    await guest.fill("Confirm Password", to);
    await guest.page.getByRole("button", { name: "Submit" }).click();
    await guest.watch.settled();
  };
  await ui.step("password: the link gives another one", async () => {
    const guest = await ui.beside();
    await set(guest, "Harbour-Light-47");
    await guest.at("login");
    clerk.password = "Harbour-Light-47";
    await new Login(guest).as(clerk.name, clerk.password);
    await guest.at("home");
  });
  await ui.step("password: the link works once", async () => {
    const guest = await ui.beside();
    await set(guest, "Meadow-Gate-63");
    await guest.sees("the link does not work");
    await new Login(guest).as(clerk.name, "Meadow-Gate-63");
    await guest.sees("The password or the username you've entered is incorrect");
  });
}
