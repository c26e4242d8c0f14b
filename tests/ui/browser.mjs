// Debian's Chromium, as a person at home would use it, and the way to tell the test how far it is.

import { chromium } from "playwright-core";

/** Runs `story` with a page; whatever goes wrong, on any page of the browser, ends the script with an error. */
export async function browse(story, { width = 360, height = 780, ...more } = {}) {
  const browser = await launch();
  const options = { viewport: { width, height }, deviceScaleFactor: 2, ...more };
  const page = await openPage(await browser.newContext(options));
  // Somebody else's browser has cookies of its own; a second tab of the same one comes from the page's own context.
  const openOther = async () => openPage(await browser.newContext(options));
  try {
    await story(page, openOther);
  } catch (error) {
    tell(`failed ${error}`);
    tell(`page ${await page.locator("body").innerText()}`);
    process.exitCode = 1;
  } finally {
    await browser.close();
  }
}

/** Another tab of a browser. */
export async function openPage(context) {
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  page.on("pageerror", (error) => {
    process.exitCode = 1;
    tell(`pageerror ${error}`);
  });

  return page;
}

/** The browser itself. */
export function launch() {
  return chromium.launch({
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
}

/** Makes a key for another phone, which is then to be scanned; on a new box by way of the first run. */
export async function addPeer(page, name) {
  for (const step of ["run-next", "run-skip"]) {
    const button = page.getByTestId(step);
    await button.or(page.getByTestId("add-name")).first().waitFor();
    if (await button.isVisible()) await button.click();
  }
  await page.getByTestId("add-name").fill(name);
  await page.getByTestId("add-submit").click();
  await page.getByTestId("device-another").click();
}

/** A screen without a pixel to spare. */
export const COARSE = { deviceScaleFactor: 1 };

/** One line, one step. */
export function tell(line) {
  process.stdout.write(`${line.replaceAll("\n", " ")}\n`);
}
