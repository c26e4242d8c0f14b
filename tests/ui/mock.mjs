// The mock of the box, which has to be built already: cargo build -p web-api --features mock --example mock

import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const BUILT = fileURLToPath(new URL("../../target/debug/examples/mock", import.meta.url));

/** Starts a box that is as the words say; `hold` its button, let a `scene` come about, and `stop` it in the end. */
export async function startMock(port, ...words) {
  const box = spawn(process.env.MOCK ?? BUILT, [`${port}`, ...words], { stdio: ["pipe", "pipe", "inherit"] });
  box.stdout.setEncoding("utf8");
  const gone = once(box, "exit");
  // It says its address when it can be reached, and for each hold what came of it.
  const isThere = await Promise.race([once(box.stdout, "data").then(() => true), gone.then(() => false)]);
  if (!isThere) throw new Error("The mock does not start");
  const say = (line) => box.stdin.write(`${line}\n`);

  return {
    url: `http://127.0.0.1:${port}`,
    hold: () => say(""),
    scene: (name) => say(name),
    stop: async () => {
      box.kill();
      await gone;
    },
  };
}
