// node add-peer.mjs URL NAME PICTURE: asks for the button, adds a device, takes a picture of its code, and waits until
// the page says that the device is in.

import { addPeer, browse, tell } from "./browser.mjs";

const [url, name, picture] = process.argv.slice(2);

await browse(async (page) => {
  await page.goto(url);
  await page.getByTestId("waiting").waitFor();
  tell("waiting");
  await addPeer(page, name);
  const code = page.getByTestId("qr");
  await code.waitFor();
  await code.scrollIntoViewIfNeeded();
  await page.screenshot({ path: picture });
  tell("code");
  await page.locator("[data-testid=arrival].arrived").waitFor({ timeout: 120_000 });
  tell("arrived");
});
