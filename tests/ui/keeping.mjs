// node keeping.mjs [FOLDER]: makes a backup before the mock, restores it on an empty box, prints the recovery sheet, and asks for
// a factory reset. Pictures go into FOLDER. It ends with an error when anything is not as it should be.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { launch, tell } from "./browser.mjs";
import { startMock } from "./mock.mjs";

const AXE = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");
const folder = process.argv[2] ?? `${tmpdir()}/latchkey-keeping`;
mkdirSync(folder, { recursive: true });
const browser = await launch();
const backup = `${folder}/latchkey.backup`;
let words = "";

await story("a backup is made, with words that are shown and then gone", make);
await story("words of one's own are typed twice", ownWords);
await story("an empty box becomes the one of the backup", restore, "new");
await story("what is no backup is said in a sentence", refused, "new");
await story("a box with devices asks before it puts them out", replace);
await story("the recovery sheet fits on paper", sheet);
await story("a factory reset waits for the button, and can be taken back", reset);
await browser.close();

async function make(box, page) {
  await open(box, page);
  await page.getByTestId("to-settings").click();
  await page.getByTestId("to-safekeeping").click();
  await page.getByTestId("safekeeping-page").waitFor();
  const first = await page.getByTestId("backup-passphrase").inputValue();
  await page.getByTestId("backup-other-words").click();
  words = await page.getByTestId("backup-passphrase").inputValue();
  assert.notEqual(words, first);
  await seen(page, "safekeeping");
  await page.getByTestId("backup-make").click();
  await page.getByTestId("backup-made").waitFor();
  assert.equal(await page.getByTestId("backup-words").innerText(), words);
  await seen(page, "made");
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByTestId("backup-download").click()]);
  assert.match(download.suggestedFilename(), /^latchkey-\d{4}-\d\d-\d\d\.backup$/);
  await download.saveAs(backup);
  await page.getByTestId("backup-done").click();
  assert.notEqual(await page.getByTestId("backup-passphrase").inputValue(), words);
  const kept = await page.evaluate(() => document.documentElement.outerHTML + JSON.stringify([localStorage, sessionStorage]));
  assert.ok(!kept.includes(words));
}

async function ownWords(box, page) {
  await open(box, page);
  await page.goto(`${box.url}/#safekeeping`);
  await page.getByTestId("backup-passphrase").fill("too short");
  await page.getByTestId("backup-make").click();
  assert.match(await problem(page).innerText(), /12 characters/);
  await page.getByTestId("backup-passphrase").fill("a poem that nobody knows");
  await page.getByTestId("backup-again").fill("a poem that nobody knew");
  await page.getByTestId("backup-make").click();
  assert.match(await problem(page).innerText(), /not the same/);
  await seen(page, "own-words");
  await page.getByTestId("backup-again").fill("a poem that nobody  knows ");
  await page.getByTestId("backup-make").click();
  await page.getByTestId("backup-made").waitFor();
}

async function restore(box, page) {
  await open(box, page);
  await page.getByTestId("to-restore").click();
  await page.getByTestId("restore-file").setInputFiles(backup);
  await page.getByTestId("restore-passphrase").fill(`  ${words.replaceAll(" ", "  ")} `);
  await page.getByTestId("restore-submit").click();
  await page.getByTestId("restored").waitFor();
  assert.match(await page.getByTestId("restored").innerText(), /4 devices come in as before/);
  assert.match(await page.getByTestId("restored").innerText(), /home-4711\.duckdns\.org/);
  await seen(page, "restored");
  await page.getByTestId("restored-done").click();
  await page.getByTestId("back").click();
  await page.getByTestId("home").waitFor();
  assert.equal(await page.getByTestId("peer").count(), 4);
}

async function refused(box, page) {
  await open(box, page);
  await page.getByTestId("to-restore").click();
  await page.getByTestId("restore-submit").click();
  assert.match(await problem(page).innerText(), /Choose the file/);
  await page.getByTestId("restore-file").setInputFiles({ name: "a.zip", mimeType: "application/zip", buffer: Buffer.alloc(300_000) });
  await page.getByTestId("restore-passphrase").fill(words);
  await page.getByTestId("restore-submit").click();
  assert.match(await problem(page).innerText(), /no backup of Latchkey/);
  await page.getByTestId("restore-file").setInputFiles(backup);
  await page.getByTestId("restore-passphrase").fill(`${words}s`);
  await page.getByTestId("restore-submit").click();
  await page.getByText(/slip of the finger/).waitFor();
  await page.getByTestId("language-de").click();
  await page.getByText(/vertippt/).waitFor();
  await seen(page, "refused-de");
}

async function replace(box, page) {
  await open(box, page);
  await page.goto(`${box.url}/#safekeeping`);
  await page.getByTestId("restore-file").setInputFiles(backup);
  await page.getByTestId("restore-passphrase").fill(words);
  await page.getByTestId("restore-replace").click();
  await page.getByTestId("restore-replace-yes").click();
  await page.getByTestId("restored").waitFor();
}

async function sheet(box, page) {
  await open(box, page);
  await page.goto(`${box.url}/#safekeeping`);
  await page.getByTestId("to-sheet").click();
  await page.getByTestId("sheet").waitFor();
  await seen(page, "sheet");
  for (const language of ["en", "de"]) {
    await page.getByTestId(`language-${language}`).click();
    await page.emulateMedia({ colorScheme: "dark", media: "print" });
    assert.equal(await page.getByTestId("sheet-print").isVisible(), false);
    assert.ok((await page.getByTestId("sheet").innerText()).includes("home-4711.duckdns.org"));
    const pdf = await page.pdf({ format: "A4", path: `${folder}/sheet-${language}.pdf` });
    const pages = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g).length;
    assert.ok(pages <= 2, `${pages} pages`);
    await page.screenshot({ path: `${folder}/sheet-print-${language}.png`, fullPage: true });
    await page.emulateMedia({ media: "screen" });
  }
}

async function reset(box, page) {
  await open(box, page);
  await page.goto(`${box.url}/#safekeeping`);
  const isArmed = (armed) => page.locator(`[data-testid=reset][data-armed=${armed}]`).waitFor();
  await page.getByTestId("reset-ask").click();
  await page.getByTestId("reset-ask-yes").click();
  await isArmed(true);
  await seen(page, "armed");
  await page.getByTestId("reset-cancel").click();
  await isArmed(false);
  await page.getByTestId("reset-ask").click();
  await page.getByTestId("reset-ask-yes").click();
  await isArmed(true);
  box.hold();
  await page.getByTestId("backup-passphrase").waitFor({ state: "detached" });
}

async function story(name, tell_it, scene = "") {
  const box = await startMock(18082, scene);
  const context = await browser.newContext({ viewport: { width: 360, height: 780 }, deviceScaleFactor: 2 });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on("pageerror", (error) => {
    process.exitCode = 1;
    tell(`pageerror ${error}`);
  });
  try {
    await tell_it(box, page);
    tell(`ok ${name}`);
  } catch (error) {
    process.exitCode = 1;
    tell(`failed ${name}: ${error.stack}`);
    await page.screenshot({ path: `${folder}/failed.png` }).catch(() => {});
  } finally {
    await context.close();
    await box.stop();
  }
}

async function open(box, page) {
  await page.goto(box.url);
  await page.locator("[data-testid=waiting][data-standing=alone]").waitFor();
  box.hold();
  await page.getByTestId("first-run").or(page.getByTestId("home")).first().waitFor();
}

function problem(page) {
  return page.locator("[data-testid=problem]:visible");
}

/** Takes pictures, narrow and wide, light and dark, and asks axe what is wrong. */
async function seen(page, name) {
  for (const width of [360, 1280]) {
    for (const colorScheme of ["light", "dark"]) {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: `${folder}/${name}-${width}-${colorScheme}.png`, fullPage: true });
      await page.evaluate(AXE);
      const wrong = await page.evaluate(async () => {
        const { violations } = await globalThis.axe.run();
        return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
      });
      assert.deepEqual(wrong, [], `${name} ${width} ${colorScheme}`);
    }
  }
  await page.setViewportSize({ width: 320, height: 640 });
  const { scrollWidth, clientWidth } = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return { scrollWidth, clientWidth };
  });
  assert.ok(scrollWidth <= clientWidth, `${name} is ${scrollWidth} wide, of ${clientWidth}`);
}
