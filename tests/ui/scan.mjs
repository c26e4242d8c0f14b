// node scan.mjs PICTURE…: reads the QR code in each picture with zxing-cpp, and says the texts as a list in JSON.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";

// It would fetch its program from the internet.
const program = readFileSync(fileURLToPath(import.meta.resolve("zxing-wasm/reader/zxing_reader.wasm")));
prepareZXingModule({ overrides: { wasmBinary: program.buffer.slice(program.byteOffset, program.byteOffset + program.byteLength) } });

const texts = [];
for (const picture of process.argv.slice(2)) {
  const codes = await readBarcodes(new Uint8Array(readFileSync(picture)), { formats: ["QRCode"] });
  texts.push(...codes.map(({ text }) => text));
}
process.stdout.write(JSON.stringify(texts));
