// node pictures.mjs FOLDER: takes the pictures of the README from the mock.

import { mkdirSync } from "node:fs";
import { browse } from "./browser.mjs";
import { startMock } from "./mock.mjs";

const folder = process.argv[2];
const box = await startMock(18080, "household", "proven");
mkdirSync(folder, { recursive: true });

try {
  await browse(async (page) => {
    const picture = (name) => page.screenshot({ path: `${folder}/${name}.png` });
    await page.goto(box.url, { waitUntil: "load" });
    await page.getByTestId("waiting").waitFor();
    // The arc around the button grows as the hand holds it.
    await page.waitForTimeout(1_500);
    await picture("hold-the-button");
    box.hold();
    // Somebody moves something while we wait.
    await page.waitForTimeout(90_000);
    await page.evaluate(() =>
      fetch("/api/settings", {
        method: "PATCH",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ endpoint_host: "home.example.org" }),
      }),
    );
    await picture("who-has-a-key");
    await page.getByTestId("add-name").fill("Clara");
    await page.getByTestId("add-submit").click();
    await page.getByTestId("device-another").click();
    await page.getByTestId("qr").waitFor();
    await picture("scan-the-code");
  });
} finally {
  await box.stop();
}
