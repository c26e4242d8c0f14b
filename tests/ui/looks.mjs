// Looks at a screen as people with other screens and other eyes do, and keeps the pictures: in the folder that
// LATCHKEY_PICTURES names, or in target/pictures.

import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tell } from "./browser.mjs";

/**
 * Takes a picture of a screen, narrow and wide, light and dark, and has axe judge each; what is wrong is told, and makes
 * the script fail in the end. Leaves the page as it was.
 */
export async function look(page, name) {
  // A dialog is as high as the screen, whatever is below; the page is as long as it is.
  const fullPage = (await page.locator("dialog[open]").count()) === 0;
  await eachLook(page, name, fullPage ? HIGH : HIGHER, async (path, appearance) => {
    await page.screenshot({ path, fullPage, animations: "disabled" });
    for (const complaint of await judge(page)) complain(`${appearance}: ${complaint}`);
  });
  await fits(page, name);
}

/** Takes the same pictures of what one screen shows at once, as a camera before it sees it, and gives their files. */
export async function takePictures(page, name, target) {
  const pictures = [];
  await eachLook(page, name, HIGH, async (path) => {
    await target.scrollIntoViewIfNeeded();
    await page.screenshot({ path, animations: "disabled" });
    pictures.push(path);
  });

  return pictures;
}

/** Looks at every place to which links of this page lead, and the links there, with all that can be opened open. */
export async function lookAround(page) {
  const seen = new Set();
  const ahead = await placesOn(page);
  while (ahead.length > 0) {
    const place = ahead.shift();
    if (seen.has(place)) continue;
    seen.add(place);
    await page.goto(new URL(place, page.url()).href);
    await settle(page);
    ahead.push(...(await placesOn(page)));
    await openAll(page);
    await look(page, `place${place.replaceAll(/[^a-z]+/g, "-")}`.replace(/-$/, "-home"));
  }

  return [...seen];
}

async function eachLook(page, name, height, act) {
  mkdirSync(FOLDER, { recursive: true });
  const before = page.viewportSize();
  for (const width of [360, 1280]) {
    for (const colorScheme of ["light", "dark"]) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      const appearance = `${name}-${width}-${colorScheme}`;
      await act(join(FOLDER, `${appearance}.png`), appearance);
    }
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  await page.setViewportSize(before);
}

/** What axe finds is wrong, if anything. */
async function judge(page) {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(AXE);

  return page.evaluate(async () => {
    const { violations } = await globalThis.axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
  });
}

/** On the narrowest screens nothing is to be reached by scrolling sideways alone. */
async function fits(page, name) {
  const before = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 640 });
  const { wide, screen } = await page.evaluate(() => {
    const it = document.querySelector("dialog[open]") ?? document.documentElement;
    return { wide: it.scrollWidth, screen: it.clientWidth };
  });
  if (wide > screen) complain(`${name} is ${wide} wide, on a screen of ${screen}`);
  await page.setViewportSize(before);
}

/** Addresses of the box's own pages, each once. */
function placesOn(page) {
  return page.getByRole("main").evaluate((main) => {
    const own = [...main.querySelectorAll("a[href^='/']:not([download])")].map((link) => link.getAttribute("href"));
    return [...new Set(own)];
  });
}

/** Until a place is there and whatever it looks up first has been found. */
async function settle(page) {
  await page.getByRole("heading", { level: 1 }).first().waitFor({ state: "attached" });
  await page.locator("[data-testid=working]").first().waitFor({ state: "detached", timeout: 60_000 });
}

function openAll(page) {
  return page.getByRole("main").evaluate((main) => {
    for (const folded of main.querySelectorAll("details")) folded.open = true;
  });
}

function complain(complaint) {
  process.exitCode = 1;
  tell(`complaint ${complaint}`);
}

/** In pixels. */
const HIGH = 800;
const HIGHER = 1600;
const AXE = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");
const TARGET = process.env.CARGO_TARGET_DIR ?? fileURLToPath(new URL("../../target", import.meta.url));
const FOLDER = process.env.LATCHKEY_PICTURES ?? join(TARGET, "pictures");
