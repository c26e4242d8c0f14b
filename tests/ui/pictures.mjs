// node pictures.mjs FOLDER: takes the pictures of the README from the mock, which has to be there already:
// cargo build -p web-api --features mock --example mock

import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { browse } from "./browser.mjs";

const folder = process.argv[2];
const mock = fileURLToPath(new URL("../../target/debug/examples/mock", import.meta.url));
const box = spawn(mock, ["18080"], { stdio: ["pipe", "ignore", "inherit"] });
mkdirSync(folder, { recursive: true });

try {
  await browse(async (page) => {
    const picture = (name) => page.screenshot({ path: `${folder}/${name}.png` });
    await page.goto("http://127.0.0.1:18080/", { waitUntil: "load" });
    await page.getByTestId("waiting").waitFor();
    // The arc around the button grows as the hand holds it.
    await page.waitForTimeout(1_500);
    await picture("hold-the-button");
    box.stdin.write("\n");
    await page.getByTestId("add-name").fill("Clara");
    await page.evaluate(() =>
      fetch("/api/settings", {
        method: "PATCH",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ endpoint_host: "home.example.org" }),
      }),
    );
    await picture("who-has-a-key");
    await page.getByTestId("add-submit").click();
    await page.getByTestId("qr").waitFor();
    await picture("scan-the-code");
  });
} finally {
  box.kill();
}
