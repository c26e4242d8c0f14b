// node tabs.mjs URL FOLDER: two browsers, then two tabs of one, then a box that is gone for a while. Tells `two-wait`,
// `one-waits` when the button is to be held; `code` with a picture; `open` when both tabs are; `lost` when both know that
// the box is gone; `closed` when they wait for the button once more; and `back`.

import { COARSE, browse, openPage, tell } from "./browser.mjs";
import { button, change, code, heading, home, seeArrive, sentence, showCode } from "./household.mjs";
import { look } from "./looks.mjs";

const [url, folder] = process.argv.slice(2);

await browse(async (page, openOther) => {
  const stranger = await openOther();
  for (const one of [page, stranger]) await one.goto(url);
  for (const one of [page, stranger]) await heading(one, "Somebody else is waiting too").waitFor();
  await look(page, "two-wait");
  tell("two-wait");
  for (const one of [page, stranger]) await heading(one, "That was refused, to be safe").waitFor();
  await look(page, "refused");
  await stranger.context().close();
  await button(page, "Try again").click();
  await heading(page, "Hold the button on the box").waitFor();
  tell("one-waits");

  await heading(page, "Setting up your box").waitFor();
  const tab = await openPage(page.context());
  const tabs = [page, tab];
  await tab.goto(url);
  await tab.getByLabel("Name", { exact: true }).fill("Anna");
  await button(tab, "Make a key").click();
  await showCode(tab, "Anna");
  await page.locator("[aria-current=step]").filter({ has: heading(page, "The test: Wi-Fi off") }).waitFor();
  await look(page, "first-run-test");
  await code(tab, "Anna").scrollIntoViewIfNeeded();
  await tab.screenshot({ path: `${folder}/tab.png` });
  tell(`code ${folder}/tab.png`);
  await seeArrive(tab, "Anna");
  for (const one of tabs) await one.getByRole("link", { name: "To the home page" }).click();
  const anna = await change(tab, "Anna");
  await anna.getByLabel("Name", { exact: true }).fill("Anna’s phone");
  await button(anna, "Save").click();
  for (const one of tabs) await heading(one, "Anna’s phone").waitFor();
  tell("open");

  for (const one of tabs) await sentence(one, "The box does not answer.").waitFor();
  await look(page, "box-is-gone");
  tell("lost");
  for (const one of tabs) await heading(one, "The page has closed itself").waitFor();
  for (const one of tabs) await sentence(one, "The box does not answer.").waitFor({ state: "detached" });
  await look(page, "closed-itself");
  await button(page, "Open the page").click();
  await heading(page, "Hold the button on the box").waitFor();
  tell("closed");
  await home(page).waitFor();
  // The button was held for this browser, so its other tab need not ask for another hand.
  await button(tab, "Open the page").click();
  await home(tab).waitFor();
  tell("back");
}, COARSE);
