// A user whose language is French, for whose texts and months the French pack is there.
import { Login } from "../pages/login.mjs";

export default async function language(ui) {
  await ui.step("language: a user of French sees pages, buttons and months in French", async () => {
    const guest = await ui.beside();
    await guest.open("home");
    await new Login(guest).as("EO004", "officer123");
    await guest.at("home");
    await guest.sees("Assurés et polices");
    await guest.open("insuree/families");
    await guest.sees("Nom de famille Resp.");
    await guest.sees(/Familles\/Groupes trouvés/);
    await guest.open("insuree/family");
    if (ui.newest) await guest.sees("Choisir un chef"); // a button the pack has no word for
    await guest.field("Date de naissance").click();
    await guest.sees(new RegExp(`${new Date().toLocaleDateString("fr", { month: "long" })} ${new Date().getFullYear()}`));
  });
}
