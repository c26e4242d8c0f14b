// node outside.mjs URL: has the page of an owner inside the tunnel look whether anything else is open, and tells what it
// found: `home CODE` as the box sees it, `outside CODE` as this browser does.

import { browse, tell } from "./browser.mjs";

const [url] = process.argv.slice(2);

await browse(async (page) => {
  const tellAll = async (name, place) => {
    for (const finding of await place.getByTestId("finding").all()) {
      tell(`${name} ${await finding.getAttribute("data-code")}: ${await finding.innerText()}`);
    }
  };
  await page.goto(`${url}/outside`);
  await page.getByTestId("from-outside").waitFor();
  await tellAll("home", page.locator("section:has(#at-home-title)"));
  await page.getByTestId("try").click();
  await page.getByTestId("tried").getByTestId("finding").first().waitFor({ timeout: 60_000 });
  await tellAll("outside", page.getByTestId("tried"));
});
