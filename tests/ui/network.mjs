// What goes over the network between a browser and the box.

import { tell } from "./browser.mjs";

/** Notes all that a browser sends from now on, to whomever, and tells of what does not go to the box. */
export function record(context, url) {
  const box = new URL(url).host;
  const sent = [];
  context.on("request", (request) => {
    const to = new URL(request.url());
    sent.push(`${request.method()} ${to}\n${JSON.stringify(request.headers())}\n${request.postData() ?? ""}\n`);
    if (to.protocol !== "blob:" && to.protocol !== "data:" && to.host !== box) {
      process.exitCode = 1;
      tell(`elsewhere ${to}`);
    }
  });
  context.on("console", (message) => sent.push(`console ${message.text()}\n`));

  return sent;
}

/**
 * Opens an address on a processor that is six times slower, and gives what Chromium itself has counted until `first` is
 * there: bytes that came over the network, with their headers, in how many answers, from which hosts, and after how many
 * milliseconds something was painted.
 */
export async function weigh(page, url, first) {
  const network = await page.context().newCDPSession(page);
  const answers = new Map();
  const hosts = new Set();
  network.on("Network.requestWillBeSent", ({ request }) => hosts.add(new URL(request.url).host));
  network.on("Network.responseReceived", ({ requestId, response }) => answers.set(requestId, response.encodedDataLength));
  network.on("Network.dataReceived", ({ requestId, encodedDataLength }) =>
    answers.set(requestId, (answers.get(requestId) ?? 0) + encodedDataLength),
  );
  network.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => answers.set(requestId, encodedDataLength));
  await network.send("Network.enable");
  await network.send("Emulation.setCPUThrottlingRate", { rate: 6 });
  await page.goto(url);
  await first.waitFor();
  // A browser without a window has no place for it, and fetches none by itself.
  await page.evaluate(() => fetch(document.querySelector("link[rel=icon]").href).then((icon) => icon.text()));
  await page.waitForFunction(() => performance.getEntriesByType("paint").length === 2);
  const painted = await page.evaluate(() => performance.getEntriesByType("paint").map(({ startTime }) => startTime));
  await network.detach();
  const bytes = [...answers.values()].reduce((sum, some) => sum + some, 0);

  return { bytes, answers: answers.size, hosts: [...hosts], painted_ms: Math.round(Math.max(...painted)) };
}
