// What people find and do on the page, by what it says to them.

/** A button, by the words on it. */
export function button(page, name) {
  return page.getByRole("button", { name, exact: true });
}

/** A heading that begins with these words. */
export function heading(page, words) {
  return page.getByRole("heading", { name: new RegExp(`^${words}`) });
}

/** What the page says somewhere. */
export function sentence(page, words) {
  return page.getByText(words).filter({ visible: true }).first();
}

/** The QR code that holds somebody's key. */
export function code(page, name) {
  return page.getByRole("img", { name: `QR code with the key for ${name}` });
}

/** Makes a key for another phone, which is then to be scanned. */
export async function makeKey(page, name, role) {
  const form = page.getByRole("region", { name: "Let somebody in" });
  await form.getByLabel("Name", { exact: true }).fill(name);
  await form.getByLabel("May use").selectOption({ value: role });
  await button(form, "Make a key").click();
  await showCode(page, name);
}

/** Chooses to have a key scanned, and waits for its code. */
export async function showCode(page, name) {
  await page.getByRole("button", { name: /^Another phone or tablet/ }).click();
  await code(page, name).waitFor();
}

/** Waits until somebody has come in with a new key, and closes what showed it. */
export async function seeArrive(page, name, words = `${name} is in.`) {
  await sentence(page, words).waitFor();
  await code(page, name).waitFor({ state: "detached" });
  await button(page, "Done").click();
}

/** What there is on the list about somebody, opened to be changed. */
export async function change(page, name) {
  await button(page, `Change ${name}`).click();

  return page.getByRole("listitem").filter({ has: heading(page, name) });
}

/** Where the owner of a house sees who may come in. */
export function home(page) {
  return heading(page, "Who has a key");
}
