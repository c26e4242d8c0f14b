// node flows.mjs [FOLDER]: lives with the page before the mock: the first run by keyboard and on two devices, a key for each
// kind of device, and a key that nobody takes. Pictures go into FOLDER. It ends with an error when anything is not as it should be.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { launch, tell } from "./browser.mjs";
import { startMock } from "./mock.mjs";

const AXE = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");
const folder = process.argv[2] ?? `${tmpdir()}/latchkey-flows`;
mkdirSync(folder, { recursive: true });
const browser = await launch();

await story("the first run, by keyboard alone, and the test on another device", firstRun);
await story("a code for another phone is there, then gone with the first handshake", code, { colorScheme: "dark" });
await story("a key for this iPhone is a file or a profile", iphone, { userAgent: IPHONE() });
await story("a key for this Android phone is a file", android, { userAgent: ANDROID() });
await story("a key that nobody takes is gone after ten minutes, and can be made anew", expiry);
await story("settings are tested, and the lock shuts everybody out and in again", settings);
await story("what the first screen needs is small and comes from the box alone", size);
await story("so it does in another language", size, { locale: "de" });
await story("every screen fits, narrow and wide, light and dark", screens);
await browser.close();

async function firstRun(box, page, context) {
  box.scene("looking");
  await open(box, page);
  await page.getByTestId("run-found").and(page.locator("[data-standing=now]")).waitFor();
  assert.deepEqual(await signs(page), { internet: "open", home_assistant: "open", address: "open", door: "open" });
  box.scene("found");
  await page.locator("[data-found=door][data-sign=good]").waitFor();
  assert.deepEqual(await signs(page), { internet: "good", home_assistant: "good", address: "good", door: "good" });
  await press(page, "run-next");
  await hasFocus(page, "run-name");
  await press(page, "run-skip");
  await hasFocus(page, "run-phone");
  await press(page, "run-look-name");
  await hasFocus(page, "run-name");
  await press(page, "run-skip");
  await press(page, "add-name", "Anna");
  await page.keyboard.press("Enter");
  await press(page, "device-another");
  await page.getByTestId("qr").waitFor();
  await press(page, "done");
  await hasFocus(page, "run-test");
  assert.equal(await page.getByTestId("trial").getAttribute("data-trial"), "nobody");

  const other = await newPage(await browser.newContext());
  await open(box, other);
  await other.getByTestId("run-test").and(other.locator("[data-standing=now]")).waitFor();
  box.scene("in-from-home");
  await other.locator("[data-trial=from_home]").waitFor();
  box.scene("in-from-outside");
  await other.getByTestId("run-done").waitFor();
  await hasFocus(other, "run-done");
  assert.equal(await other.getByTestId("home-assistant-url").inputValue(), "http://10.93.46.1:8123");
  await press(other, "run-home");
  await other.getByTestId("home").waitFor();
  await other.reload();
  await other.getByTestId("home").waitFor();
  assert.match(await other.getByTestId("who-is-in").innerText(), /Anna/);
  await press(other, "to-first-run");
  await other.getByTestId("run-done").waitFor();
  await press(other, "back");
  await other.getByTestId("home").waitFor();
  await context.close();
}

async function code(box, page) {
  const watched = watch(page);
  await open(box, page);
  await issue(page, "Ben");
  await press(page, "device-another");
  const configuration = await scan(page);
  const key = keyIn(configuration);
  box.scene("in-from-home");
  await page.locator("[data-testid=arrival].arrived").waitFor();
  assert.equal(await page.getByTestId("qr").count(), 0);
  await page.getByTestId("done").click();
  await forgets(page, watched, key);
}

async function iphone(box, page) {
  const watched = watch(page);
  await open(box, page);
  await issue(page, "Anna");
  await press(page, "device-this");
  assert.equal(await page.getByTestId("file-steps").getAttribute("data-system"), "ios");
  const [name, configuration] = await save(page, "configuration-download");
  assert.equal(name, "Home.conf");
  await page.getByTestId("profile").locator("summary").click();
  assert.equal(await page.getByTestId("profile-download").count(), 0);
  await page.getByTestId("wi-fi").fill("Fjord & <Söhne>\nFjord 5G");
  const [profileName, profile] = await save(page, "profile-download");
  assert.equal(profileName, "Home.mobileconfig");
  const payload = plist(profile).PayloadContent[0];
  assert.equal(payload.VendorConfig.WgQuickConfig, configuration);
  assert.deepEqual(payload.VPN.OnDemandRules[0].SSIDMatch, ["Fjord & <Söhne>", "Fjord 5G"]);
  await page.getByTestId("device-change").click();
  await page.getByTestId("device-another").click();
  assert.equal(await scan(page), configuration);
  await page.getByTestId("done").click();
  await forgets(page, watched, keyIn(configuration));
}

async function android(box, page) {
  await open(box, page);
  await issue(page, "Anna");
  await press(page, "device-this");
  assert.equal(await page.getByTestId("file-steps").getAttribute("data-system"), "android");
  const [name] = await save(page, "configuration-download");
  assert.equal(name, "Home.conf");
  await page.getByTestId("system-computer").check();
  assert.equal(await page.getByTestId("file-steps").getAttribute("data-system"), "computer");
}

async function expiry(box, page) {
  await page.clock.install();
  await open(box, page);
  await issue(page, "Anna");
  await page.getByTestId("device-another").click();
  const first = await scan(page);
  await page.clock.fastForward("09:50");
  assert.equal(await page.getByTestId("qr").count(), 1);
  await page.clock.fastForward("00:20");
  await page.locator("[data-testid=arrival].expired").waitFor();
  assert.equal(await page.getByTestId("qr").count(), 0);
  await page.screenshot({ path: `${folder}/expired.png` });
  await isAccessible(page, "expired");
  await page.getByTestId("renew").click();
  await page.getByTestId("device-another").click();
  assert.notEqual(keyIn(await scan(page)), keyIn(first));
}

async function settings(box, page) {
  await open(box, page);
  await issue(page, "Anna");
  await page.getByTestId("done").click();
  await press(page, "back");
  await press(page, "to-settings");
  await page.getByTestId("home-assistant-input").fill("192.168.1.66");
  await press(page, "home-assistant-save");
  await page.locator("[data-testid=home-assistant-tested][data-outcome=problem]").waitFor();
  assert.match(await page.getByTestId("home-assistant-tested").innerText(), /does not answer at 192\.168\.1\.66:8123/);
  await page.getByTestId("home-assistant-input").fill("");
  await press(page, "home-assistant-save");
  await page.locator("[data-testid=home-assistant-tested][data-outcome=ok]").waitFor();
  await press(page, "lock-now");
  await press(page, "lock-now-yes");
  await page.locator("[data-testid=lock][data-locked=true]").waitFor();
  await press(page, "unlock");
  await page.locator("[data-testid=lock][data-locked=false]").waitFor();
}

/** As Chromium counts it: what went over the line until somebody can hold the button, and until he is home. */
async function size(box, page) {
  const line = await page.context().newCDPSession(page);
  await line.send("Network.enable");
  let bytes = 0;
  line.on("Network.loadingFinished", ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  const hosts = new Set();
  page.on("request", (request) => hosts.add(new URL(request.url()).host));
  await page.goto(box.url);
  await page.locator("[data-testid=waiting][data-standing=alone]").waitFor();
  const first = bytes;
  await open(box, page);
  tell(`size ${first} bytes until the first screen, ${bytes} until the first run`);
  assert.ok(first > 0 && first <= 60_000, `${first} bytes`);
  assert.deepEqual([...hosts], [new URL(box.url).host]);
}

async function screens(box, page) {
  const looks = [360, 1280].flatMap((width) => ["light", "dark"].map((colorScheme) => ({ width, colorScheme })));
  const seen = async (name) => {
    for (const { width, colorScheme } of looks) {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: `${folder}/${name}-${width}-${colorScheme}.png`, fullPage: true });
      await isAccessible(page, `${name} ${width} ${colorScheme}`);
    }
    await page.setViewportSize({ width: 320, height: 640 });
    const { scroll, client } = await page.evaluate(() => {
      const it = document.querySelector("dialog[open]") ?? document.documentElement;
      return { scroll: it.scrollWidth, client: it.clientWidth };
    });
    assert.ok(scroll <= client, `${name} is ${scroll} wide, of ${client}`);
  };
  await page.goto(box.url);
  await page.getByTestId("waiting").waitFor();
  await seen("waiting");
  await page.setViewportSize({ width: 360, height: 780 });
  box.scene("looking");
  await open(box, page);
  await page.getByTestId("found").waitFor();
  await seen("found-looking");
  box.scene("found");
  await page.getByTestId("run-next").click();
  await seen("name");
  // There is a name in this scene, so the next step is reached.
  box.scene("closed");
  await page.getByTestId("run-look-found").click();
  await page.locator("[data-found=door][data-sign=bad]").waitFor();
  await seen("found-closed");
  await page.getByTestId("run-next").click();
  await seen("phone");
  await page.getByTestId("add-name").fill("Anna");
  await page.getByTestId("add-submit").click();
  await page.getByTestId("which-device").waitFor();
  await seen("which-device");
  await page.getByTestId("device-another").click();
  await page.getByTestId("qr").waitFor();
  await seen("code");
  await page.getByTestId("device-change").click();
  await page.getByTestId("device-this").click();
  await page.getByTestId("system-ios").check();
  await page.getByTestId("profile").locator("summary").click();
  await page.getByTestId("wi-fi").fill("Fjord");
  await seen("iphone");
  await page.getByTestId("system-android").check();
  await seen("android");
  box.scene("in-from-home");
  await page.locator("[data-testid=arrival].arrived").waitFor();
  await page.getByTestId("app-ios").locator("summary").click();
  await seen("arrived");
  await page.getByTestId("done").click();
  await page.locator("[data-trial=from_home]").waitFor();
  await seen("test");
  box.scene("in-from-outside");
  await page.getByTestId("run-done").waitFor();
  await seen("done");
  await page.getByTestId("run-home").click();
  await page.getByTestId("home").waitFor();
  await page.getByTestId("peer-change").first().click();
  await seen("home");
  for (const place of ["app", "activity", "settings"]) {
    await page.getByTestId(`to-${place}`).click();
    await page.getByTestId(`${place}-page`).waitFor();
    await seen(place);
    if (place !== "settings") await page.getByTestId("back").click();
  }
  await page.getByTestId("to-way-in").click();
  await page.getByTestId("way-in-page").waitFor();
  await seen("way-in");
  await page.getByTestId("to-check").click();
  await page.getByTestId("steps").waitFor();
  await seen("check");
  await page.goto(`${box.url}/outside`);
  await page.getByTestId("from-outside").waitFor();
  await seen("outside");
  await page.getByTestId("back").click();
  await page.getByTestId("language-de").click();
  await page.getByTestId("to-first-run").click();
  await page.getByTestId("run-done").waitFor();
  await seen("done-de");
}

async function story(name, tell_it, options = {}) {
  const box = await startMock(18081, "new");
  const context = await browser.newContext({ viewport: { width: 360, height: 780 }, deviceScaleFactor: 2, ...options });
  const page = await newPage(context);
  try {
    await tell_it(box, page, context);
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

/** The mock's devices are as old as this, and to a browser of today they would be old acquaintances. */
async function newPage(context) {
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  page.on("pageerror", (error) => {
    process.exitCode = 1;
    tell(`pageerror ${error}`);
  });
  await page.clock.setFixedTime(1_760_000_060_000);

  return page;
}

async function open(box, page) {
  if (!page.url().startsWith(box.url)) await page.goto(box.url);
  await page.locator("[data-testid=waiting][data-standing=alone]").waitFor();
  box.hold();
  await page.getByTestId("first-run").or(page.getByTestId("home")).first().waitFor();
}

async function issue(page, name) {
  await page.getByTestId("run-next").click();
  await page.getByTestId("run-skip").click();
  await page.getByTestId("add-name").fill(name);
  await page.getByTestId("add-submit").click();
  await page.getByTestId("which-device").waitFor();
}

/** Goes there by the Tab key as people do, and presses Enter, or types. */
async function press(page, testId, typed) {
  await page.getByTestId(testId).waitFor();
  for (let presses = 0; presses < 80; presses += 1) {
    if ((await page.evaluate(() => document.activeElement?.dataset.testid)) === testId) {
      return typed === undefined ? page.keyboard.press("Enter") : page.keyboard.type(typed);
    }
    await page.keyboard.press("Tab");
  }
  assert.fail(`nobody gets to ${testId} by keyboard`);
}

function hasFocus(page, testId) {
  return page.waitForFunction(
    (testId) => document.activeElement?.matches("h2") && document.activeElement.closest(`[data-testid=${testId}]`),
    testId,
  );
}

async function signs(page) {
  const lines = await page.locator("[data-found]").evaluateAll((all) => all.map((one) => ({ ...one.dataset })));

  return Object.fromEntries(lines.map(({ found, sign }) => [found, sign]));
}

/** What axe finds is wrong, if anything. */
async function isAccessible(page, name) {
  await page.evaluate(AXE);
  const wrong = await page.evaluate(async () => {
    const { violations } = await globalThis.axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
  });
  assert.deepEqual(wrong, [], name);
}

/** What a phone's camera would read. */
async function scan(page) {
  await page.getByTestId("qr").waitFor();
  await page.getByTestId("qr").screenshot({ path: `${folder}/qr.png` });

  return execFileSync("zbarimg", ["--quiet", "--raw", "-Sbinary", `${folder}/qr.png`], { encoding: "utf8" });
}

async function save(page, testId) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByTestId(testId).click()]);

  return [download.suggestedFilename(), readFileSync(await download.path(), "utf8")];
}

function plist(text) {
  const script = "import json, plistlib, sys; print(json.dumps(plistlib.loads(sys.stdin.buffer.read())))";

  return JSON.parse(execFileSync("python3", ["-c", script], { input: text, encoding: "utf8" }));
}

function keyIn(configuration) {
  return /^PrivateKey = (\S{44})$/m.exec(configuration)[1];
}

/** All that leaves the page, and all that it says to the console. */
function watch(page) {
  const seen = [];
  page.on("request", (request) => seen.push(request.url(), request.postData() ?? "", JSON.stringify(request.headers())));
  page.on("console", (message) => seen.push(message.text()));
  page.on("framenavigated", (frame) => seen.push(frame.url()));

  return seen;
}

/** A key is nowhere when it is done with, and never was where it should not be. */
async function forgets(page, watched, key) {
  const kept = await page.evaluate(async () => {
    const databases = (await indexedDB.databases?.()) ?? [];
    return [document.documentElement.outerHTML, JSON.stringify([localStorage, sessionStorage, history.state, databases]), document.cookie];
  });
  const hex = Buffer.from(key, "base64").toString("hex");
  for (const text of [...watched, ...kept]) {
    for (const form of [key, encodeURIComponent(key), hex]) assert.ok(!text.includes(form), `a private key is in ${text}`);
  }
}

function IPHONE() {
  return "Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) AppleWebKit/605.1.15 Version/18.3 Mobile/15E148 Safari/604.1";
}

function ANDROID() {
  return "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Mobile Safari/537.36";
}
