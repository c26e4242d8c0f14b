// node visitor.mjs URL NAME SENTENCE: what somebody inside the tunnel sees of the page who may not administer: a sentence,
// and the way to Home Assistant. Tells `home-assistant` with what is there. NAME is for the pictures.

import { COARSE, browse, tell } from "./browser.mjs";
import { heading, sentence } from "./household.mjs";
import { look } from "./looks.mjs";

const [url, name, words] = process.argv.slice(2);

await browse(async (page) => {
  await page.goto(url);
  await heading(page, "You are in").waitFor();
  await sentence(page, words).waitFor();
  await look(page, name);
  await page.getByRole("link", { name: "Open Home Assistant" }).click();
  await page.waitForURL(/:8123\/$/);
  tell(`home-assistant ${await page.locator("body").innerText()}`);
}, COARSE);
