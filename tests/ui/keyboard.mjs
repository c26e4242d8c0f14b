// The page without a mouse.

import assert from "node:assert/strict";

/** Goes there by the Tab key, and presses Enter. */
export async function enter(page, target) {
  await tabTo(page, target);
  await page.keyboard.press("Enter");
}

/** Goes there by the Tab key, as far as it takes. */
export async function tabTo(page, target) {
  await target.waitFor();
  for (let presses = 0; presses < MOST; presses += 1) {
    if (await hasFocus(target)) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`nobody gets to ${target} by keyboard`);
}

/** Whether what is typed goes there. */
export function hasFocus(target) {
  return target.evaluate((it) => it === document.activeElement);
}

/** More than there is to step through anywhere on the page. */
const MOST = 80;
