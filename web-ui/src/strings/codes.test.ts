import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DOOR_REASONS, FAULT_CODES, FINDINGS, NAME_REASONS, PLAIN_SENTENCES, PROBLEM_CODES, STEPS } from "./codes";

const FIRMWARE = join(import.meta.dirname, "../../../firmware");

test("every finding of the box has its code here", () => {
  const inEnums = ["reachability/src/check/finding.rs", "reachability/src/exposure/exposed.rs"].flatMap((file) =>
    variants(source(file), "Code"),
  );
  const written = matches(sources("latchkey/src"), [
    /\b(?:finding|plain)\(\s*"([a-z0-9_]+)"/g,
    /\bplain_door\([^"]*"([a-z0-9_]+)"/g,
    /\("(cannot_tell)"/g,
  ]);
  const named = matches(source("latchkey/src/way_in/view.rs"), [/=> (?:\{\s*)?"([a-z0-9_]+)"/g]);

  expect(sorted([...inEnums, ...written, ...named])).toEqual(sorted(Object.keys(FINDINGS)));
});

test("every step of a check has its code here", () => {
  expect(sorted(variants(source("reachability/src/check/step.rs"), "Id"))).toEqual(sorted(Object.keys(STEPS)));
});

test("every problem of the API has its code here", () => {
  const written = matches(sources("web-api/src"), [/StatusCode::\w+,\s*"([a-z0-9_]+)"/g]);
  const ofBackups = matches(source("latchkey/src/safekeeping.rs"), [/(?:=>|const \w+: &str =) "([a-z0-9_]+)"/g]);

  expect(sorted([...written, ...ofBackups])).toEqual(sorted(PROBLEM_CODES));
});

test("every fault has its code here", () => {
  const written = matches(sources("latchkey/src"), [/faults\.(?:set|mark|check|note)\(\s*"(\w+)"/g]);

  expect(sorted(written)).toEqual(sorted(FAULT_CODES));
});

test("every reason has its word here", () => {
  const ofNames = variants(source("reachability/src/names/reason.rs"), "Reason");
  const [, ofDoors] = source("reachability/src/door/why.rs").split("impl Refusal {");

  expect(sorted(ofNames)).toEqual(sorted(NAME_REASONS));
  expect(sorted(matches(ofDoors ?? "", [/=> "([a-z_]+)"/g]))).toEqual(sorted(DOOR_REASONS));
});

test("what a finding names here, the box names there", () => {
  const named = matches(`${sources("reachability/src")}${sources("latchkey/src")}`, [/\.with(?:_known)?\(\s*"(\w+)",/g]);
  const wanted = [...Object.values(FINDINGS), ...Object.values(STEPS)].flat();

  expect(sorted(named)).toEqual(expect.arrayContaining(sorted(wanted)));
});

test("the mock says nothing that the box does not", () => {
  const mock = `${source("web-api/src/mock/way_in.rs")}${source("web-api/examples/mock/scenes.rs")}`;
  const findings = matches(mock, [/\bfinding\(\s*"([a-z0-9_]+)"/g]);
  const steps = matches(mock, [/\bstep\(\s*"([a-z0-9_]+)"/g]);
  const faults = matches(mock, [/\bcode: "(\w+)"/g]);

  expect(findings.length * steps.length * faults.length).toBeGreaterThan(0);
  expect(Object.keys(FINDINGS)).toEqual(expect.arrayContaining(findings));
  expect(Object.keys(STEPS)).toEqual(expect.arrayContaining(steps));
  expect(FAULT_CODES).toEqual(expect.arrayContaining(faults));
  for (const code of findings) {
    const values = FINDINGS[code as keyof typeof FINDINGS];
    for (const value of values) expect(mock).toContain(`("${value}", `);
  }
});

test("every sentence without a code is still said, and what people type is refused in no other", () => {
  const texts = `${sources("model/src")}${sources("reachability/src/names")}${sources("latchkey/src")}`;
  const said = texts.replaceAll("{} characters", "32 characters").replaceAll(/\\\n\s*/g, "").toLowerCase();
  const refusals = matches(source("reachability/src/names/account.rs"), [/#\[error\(\s*"([^"]+)"/g]);

  for (const sentence of PLAIN_SENTENCES) expect(said).toContain(sentence.toLowerCase());
  expect(PLAIN_SENTENCES.map((sentence) => sentence.toLowerCase())).toEqual(
    expect.arrayContaining(refusals.map((sentence) => sentence.toLowerCase())),
  );
});

/** The variants of an enum, as they are written in JSON. */
function variants(source: string, name: string): string[] {
  const body = new RegExp(`pub enum ${name} \\{([^}]*)\\}`).exec(source)?.[1] ?? "";

  return matches(body, [/^\s*([A-Z]\w*),/gm]).map((variant) =>
    variant.replaceAll(/(?<!^)[A-Z]/g, (letter) => `_${letter}`).toLowerCase(),
  );
}

function matches(text: string, patterns: RegExp[]): string[] {
  return patterns.flatMap((pattern) => Array.from(text.matchAll(pattern), ([, found]) => found ?? ""));
}

/** All sources of a folder but the mock's, without their tests. */
function sources(folder: string): string {
  const files = readdirSync(join(FIRMWARE, folder), { recursive: true, encoding: "utf8" });
  const own = files.filter((file) => file.endsWith(".rs") && !/\b(mock|tests)\b/.test(file));

  return own.map((file) => source(join(folder, file))).join("\n");
}

function source(file: string): string {
  return readFileSync(join(FIRMWARE, file), "utf8").split("#[cfg(test)]\nmod tests {")[0] ?? "";
}

function sorted(words: readonly string[]): string[] {
  return Array.from(new Set(words)).sort();
}
