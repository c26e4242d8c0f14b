// node first-run.mjs URL FOLDER: goes from a new box to Home Assistant by keyboard alone. Tells `weight`, what it took to
// show the first screen; `waiting` for the button; `codes`, pictures of the code; `address` of Home Assistant; and, in the
// end, `sent`, a file in the folder with all that the browser has sent.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { COARSE, browse, tell } from "./browser.mjs";
import { button, code, heading, home, sentence } from "./household.mjs";
import { enter, hasFocus, tabTo } from "./keyboard.mjs";
import { look, takePictures } from "./looks.mjs";
import { record, weigh } from "./network.mjs";

const [url, folder] = process.argv.slice(2);

await browse(async (page) => {
  const sent = record(page.context(), url);
  const first = heading(page, "Hold the button on the box");
  tell(`weight ${JSON.stringify(await weigh(page, url, first))}`);
  await look(page, "hold-the-button");
  tell("waiting");

  await beginsAt(page, "What the box found");
  for (const found of ["Internet", "Home Assistant", "Your home’s address", "The door in your router"]) {
    await page.getByRole("heading", { name: `${found} Well`, exact: true }).waitFor();
  }
  await look(page, "first-run-found");
  await enter(page, button(page, "Go on"));
  await beginsAt(page, "A name for your home");
  assert.ok(await hasFocus(heading(page, "A name for your home")), "a screen reader goes on at the next step");
  await look(page, "first-run-name");
  await enter(page, button(page, "Skip this"));
  await beginsAt(page, "Your phone");
  await look(page, "first-run-phone");

  await tabTo(page, page.getByLabel("Name", { exact: true }));
  await page.keyboard.type("Anna");
  await page.keyboard.press("Enter");
  await heading(page, "A key for Anna").waitFor();
  await look(page, "first-run-which-device");
  await enter(page, page.getByRole("button", { name: /^Another phone or tablet/ }));
  await code(page, "Anna").waitFor();
  await look(page, "first-run-code");
  tell(`codes ${JSON.stringify(await takePictures(page, "code", code(page, "Anna")))}`);

  await sentence(page, "Anna is in.").waitFor();
  assert.equal(await code(page, "Anna").count(), 0, "nobody else takes the key");
  await look(page, "first-run-arrived");
  await enter(page, button(page, "Done"));
  await heading(page, "It works").waitFor();
  await look(page, "first-run-works");
  tell(`address ${await page.getByLabel("Its address for the app").inputValue()}`);
  await enter(page, page.getByRole("link", { name: "To the home page" }));
  await home(page).waitFor();
  await sentence(page, "In now: Anna").waitFor();
  await look(page, "home-with-one");

  writeFileSync(join(folder, "sent"), sent.join("\n"));
  tell("sent");
}, COARSE);

/** The step that is to be done now. */
function beginsAt(page, title) {
  return page.locator("[aria-current=step]").filter({ has: heading(page, title) }).waitFor();
}
