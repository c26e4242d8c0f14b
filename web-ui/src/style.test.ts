import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const FILES = readdirSync(import.meta.dirname).filter((file) => file.endsWith(".css"));

test.each(FILES)("%s knows no left and no right, so that it may be read from either side", (file) => {
  const styles = readFileSync(join(import.meta.dirname, file), "utf8").replaceAll(/env\([^)]*\)/g, "");

  expect(styles.match(/[\w-]*\b(left|right)\b[^;{]*/g)).toBeNull();
});
