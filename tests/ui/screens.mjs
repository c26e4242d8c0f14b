// node screens.mjs URL: looks at every screen that a browser at home can get to. Tells `waiting` for the button, and
// `places` in the end.

import { COARSE, browse, tell } from "./browser.mjs";
import { button, heading, home, sentence } from "./household.mjs";
import { look, lookAround } from "./looks.mjs";

const [url] = process.argv.slice(2);

await browse(async (page) => {
  await page.clock.install();
  await page.goto(url);
  await heading(page, "Hold the button on the box").waitFor();
  tell("waiting");
  await home(page).waitFor();

  await page.getByLabel("Name", { exact: true }).first().fill("Dora");
  await button(page, "Make a key").click();
  await heading(page, "A key for Dora").waitFor();
  await page.getByRole("button", { name: /^This computer/ }).click();
  for (const system of ["iPhone or iPad", "Android", "Computer"]) {
    await page.getByRole("radio", { name: system, exact: true }).check();
    for (const folded of await page.getByRole("dialog").locator("details:not([open]) > summary").all()) await folded.click();
    await look(page, `key-for-${system.toLowerCase().replaceAll(" ", "-")}`);
  }
  await page.clock.fastForward("10:01");
  await sentence(page, "The key was here for ten minutes").waitFor();
  await look(page, "key-expired");
  await button(page, "Done").click();

  tell(`places ${JSON.stringify(await lookAround(page))}`);
  await page.goto(url);
  await home(page).waitFor();
  await button(page, "Close").click();
  await heading(page, "Welcome home").waitFor();
  await look(page, "closed");
}, COARSE);
