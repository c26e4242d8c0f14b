// node owner.mjs URL NAME: an owner's phone in the tunnel has the page open. Tells `open`, and, when the page has learnt
// by itself that somebody is now called NAME, `back`.

import { browse, tell } from "./browser.mjs";
import { heading, home, sentence } from "./household.mjs";

const [url, name] = process.argv.slice(2);

await browse(async (page) => {
  await page.goto(url);
  await home(page).waitFor();
  await sentence(page, "Opened by your own key").waitFor();
  tell("open");
  await heading(page, name).waitFor({ timeout: 90_000 });
  await sentence(page, `In now: ${name}`).waitFor();
  tell("back");
});
