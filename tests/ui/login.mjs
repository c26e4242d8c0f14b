// node login.mjs ADDRESS: opens Home Assistant at the address that its owner was told, and tells `login` when it asks who is
// there.

import { browse, tell } from "./browser.mjs";

const [address] = process.argv.slice(2);

await browse(async (page) => {
  await page.goto(address);
  await page.locator("input[name=username]").waitFor({ timeout: 90_000 });
  await page.locator("input[name=password]").waitFor();
  tell(`login ${await page.title()}`);
});
