// node owner.mjs URL: an owner's phone in the tunnel has the page open. Tells `open`, `lost` when it knows that the box is
// gone, and `back` when all is there again, with nothing done.

import { browse, tell } from "./browser.mjs";
import { home, sentence } from "./household.mjs";

const [url] = process.argv.slice(2);

await browse(async (page) => {
  await page.goto(url);
  await home(page).waitFor();
  await sentence(page, "Opened by your own key").waitFor();
  tell("open");
  await sentence(page, "The box does not answer.").waitFor({ timeout: 60_000 });
  tell("lost");
  await sentence(page, "The box does not answer.").waitFor({ state: "detached", timeout: 60_000 });
  await sentence(page, "In now: Anna").waitFor();
  tell("back");
});
