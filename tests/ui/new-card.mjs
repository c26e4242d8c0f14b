// node new-card.mjs URL FOLDER: makes a backup of one box, restores it on the new one that takes its place under the page,
// and has that one forget everything. Tells `waiting`, `waiting-at-the-new-one` and `waiting-once-more` when the button is
// to be held for the page; `made` and `restored`; `armed` when it is to be held for the factory reset; and `forgotten`.

import assert from "node:assert/strict";
import { join } from "node:path";
import { COARSE, browse, tell } from "./browser.mjs";
import { button, heading, home, sentence } from "./household.mjs";
import { look } from "./looks.mjs";

const [url, folder] = process.argv.slice(2);
const file = join(folder, "anna.backup");

await browse(async (page) => {
  await page.goto(url);
  await askForButton(page, "waiting");
  await home(page).waitFor();
  await goToSafekeeping(page);
  const backup = section(page, "Make a backup");
  const words = await backup.getByLabel("Passphrase").inputValue();
  await button(backup, "Make the backup").click();
  await heading(backup, "Write these words down now").waitFor();
  await sentence(backup, words).waitFor();
  await look(page, "backup-made");
  const link = backup.getByRole("link", { name: /^Save latchkey-/ });
  const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
  await download.saveAs(file);
  tell("made");

  await heading(page, "The page has closed itself").waitFor();
  await page.goto(url);
  await askForButton(page, "waiting-at-the-new-one");
  await heading(page, "Setting up your box").waitFor();
  await page.getByRole("link", { name: "I have a backup of a box" }).click();
  assert.equal(await section(page, "Make a backup").count(), 0, "there is nothing yet to keep");
  const restore = section(page, "Restore a backup");
  await restore.getByLabel("The file").setInputFiles(file);
  await restore.getByLabel("Passphrase").fill(`${words}s`);
  await button(restore, "Restore").click();
  await sentence(restore, "This passphrase does not open the backup").waitFor();
  await look(page, "restore-refused");
  await restore.getByLabel("Passphrase").fill(words);
  await button(restore, "Restore").click();
  await sentence(page, "One device comes in as before.").waitFor();
  await heading(page, "The page has closed itself").waitFor();
  await look(page, "restored");
  tell("restored");

  await button(page, "OK").click();
  await button(page, "Open the page").click();
  await askForButton(page, "waiting-once-more");
  await page.getByRole("link", { name: "Back" }).click();
  await home(page).waitFor();
  await sentence(page, "In now: Anna").waitFor();
  await goToSafekeeping(page);
  const reset = section(page, "Factory reset");
  await button(reset, "Factory reset …").click();
  await button(reset, "Yes, and to the button").click();
  await sentence(reset, "Now hold the button on the box for 3 seconds").waitFor();
  await look(page, "factory-reset");
  tell("armed");
  await heading(page, "The page has closed itself").waitFor();
  tell("forgotten");
}, COARSE);

async function askForButton(page, step) {
  await heading(page, "Hold the button on the box").waitFor();
  tell(step);
}

async function goToSafekeeping(page) {
  await page.getByRole("link", { name: /^Settings/ }).click();
  await page.getByRole("link", { name: "Backup, recovery sheet, factory reset" }).click();
}

function section(page, name) {
  return page.getByRole("region", { name, exact: true });
}
