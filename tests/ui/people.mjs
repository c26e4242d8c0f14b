// node people.mjs URL: people come and go, as the owner's browser sees it. Tells `waiting` for the button, `code` with a
// picture whenever there is one to scan, and each thing that the page shows: `guests-out`, `guests-in`, `removed`,
// `locked`, `unlocked`.

import { COARSE, browse, tell } from "./browser.mjs";
import { button, change, code, heading, home, makeKey, seeArrive, sentence, showCode } from "./household.mjs";
import { look } from "./looks.mjs";

const [url, folder] = process.argv.slice(2);

await browse(async (page) => {
  await page.goto(url);
  await heading(page, "Hold the button on the box").waitFor();
  tell("waiting");
  await home(page).waitFor();
  await sentence(page, "In now: Anna").waitFor();

  await makeKey(page, "Ben", "family");
  await tellCode(page, "Ben");
  await seeArrive(page, "Ben");
  await sentence(page, "In now: Anna, Ben").waitFor();
  await look(page, "home-with-two");

  await makeKey(page, "Carla", "guest");
  await tellCode(page, "Carla");
  await seeArrive(page, "Carla", "Carla has the key. It opens while guests are let in.");
  await guests(page, false).waitFor();
  await sentence(page, /^In now: Anna, Ben$/).waitFor();
  tell("guests-out");
  await guests(page, true).waitFor();
  await sentence(page, /^Guests may come in for/).waitFor();
  await sentence(page, "In now: Anna, Ben, Carla").waitFor();
  await look(page, "home-with-guests");
  tell("guests-in");
  await guests(page, false).waitFor();
  await sentence(page, /^In now: Anna, Ben$/).waitFor();
  tell("guests-out");

  const anna = await change(page, "Anna");
  await look(page, "change-a-device");
  await button(anna, "New phone").click();
  await look(page, "new-phone");
  await button(anna, "Make a new key").click();
  await showCode(page, "Anna");
  await tellCode(page, "Anna");
  await seeArrive(page, "Anna");

  const ben = await change(page, "Ben");
  await button(ben, "Lost or gone").click();
  await look(page, "lost-phone");
  await button(ben, "Remove").click();
  await ben.waitFor({ state: "detached" });
  tell("removed");

  await sentence(page, "Remote access is switched off. Hold the button").waitFor();
  await look(page, "locked");
  tell("locked");
  await sentence(page, "Remote access is switched off. Hold the button").waitFor({ state: "detached" });
  tell("unlocked");
}, COARSE);

async function tellCode(page, name) {
  const picture = `${folder}/${name}.png`;
  await code(page, name).scrollIntoViewIfNeeded();
  await page.screenshot({ path: picture });
  tell(`code ${picture}`);
}

/** The switch for guests, as it should be. */
function guests(page, checked) {
  return page.getByRole("switch", { name: "Let guests in", checked });
}
