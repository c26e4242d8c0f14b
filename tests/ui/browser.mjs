// Debian's Chromium, as a person at home would use it, and the way to tell the test how far it is.

import { chromium } from "playwright-core";

/** Runs `story` with a page; whatever goes wrong ends the script with an error. */
export async function browse(story, { width = 360, height = 780 } = {}) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  const page = await browser.newPage({ viewport: { width, height }, deviceScaleFactor: 2 });
  page.setDefaultTimeout(20_000);
  page.on("pageerror", (error) => tell(`pageerror ${error}`));
  try {
    await story(page);
  } catch (error) {
    tell(`failed ${error}`);
    tell(`page ${await page.locator("body").innerText()}`);
    process.exitCode = 1;
  } finally {
    await browser.close();
  }
}

/** One line, one step. */
export function tell(line) {
  process.stdout.write(`${line.replaceAll("\n", " ")}\n`);
}
