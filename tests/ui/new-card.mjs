// node new-card.mjs URL FILE: makes a backup of one box, and restores it on the other one that takes its place under the page.

import { browse, tell } from "./browser.mjs";

const [url, file] = process.argv.slice(2);

await browse(async (page) => {
  await page.goto(url);
  await openBackups(page, "waiting");
  const words = await page.getByTestId("backup-passphrase").inputValue();
  await page.getByTestId("backup-make").click();
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByTestId("backup-download").click()]);
  await download.saveAs(file);
  tell("made");

  await page.getByTestId("lost").waitFor({ timeout: 60_000 });
  await openBackups(page, "waiting-at-the-new-one");
  await page.getByTestId("restore-file").setInputFiles(file);
  await page.getByTestId("restore-passphrase").fill(words);
  await page.getByTestId("restore-submit").click();
  await page.getByTestId("restored").waitFor();
  tell("restored");

  await openBackups(page, "waiting-once-more");
  await page.getByTestId("restored-done").click();
  await page.getByTestId("back").click();
  await page.getByTestId("home").waitFor();
  tell(`devices ${await page.getByTestId("peer").evaluateAll((all) => all.map((one) => one.dataset.name).join(", "))}`);
  await page.goto(`${url}#activity`);
  await page.locator("[data-code=restored]").waitFor();
  tell("told");
});

/** Waits for the button to be held, and goes where backups are made and restored. */
async function openBackups(page, step) {
  const over = page.locator("[data-testid=waiting][data-standing=over]");
  const alone = page.locator("[data-testid=waiting][data-standing=alone]");
  await over.or(alone).waitFor({ timeout: 60_000 });
  if (await over.isVisible()) await page.getByTestId("ask").click();
  await alone.waitFor({ timeout: 60_000 });
  tell(step);
  const anywhere = ["first-run", "home", "safekeeping-page"].map((testId) => `[data-testid=${testId}]`).join(", ");
  await page.locator(anywhere).first().waitFor({ timeout: 60_000 });
  await page.goto(`${url}#safekeeping`);
  await page.getByTestId("safekeeping-page").waitFor();
}
