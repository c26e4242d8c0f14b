import { afterEach, expect, test, vi } from "vitest";
import { strings } from "../strings";
import { api, problemOf } from "./client";

afterEach(() => vi.unstubAllGlobals());

const SCENES: [string, () => Promise<Partial<Response>>, string][] = [
  ["no answer", async () => Promise.reject(new TypeError("network")), strings.unreachable],
  ["an answer that breaks off", answer(true, () => Promise.reject(new TypeError("network"))), strings.unreachable],
  ["an answer of somebody else", answer(true, async () => "<html>"), strings.unexpected],
  ["a refusal of somebody else", answer(false, async () => "<html>"), strings.unexpected],
  ["a refusal", answer(false, async () => '{"code":"name_taken","sentence":"Taken"}'), "Taken"],
];

test.each(SCENES)("%s is told in a sentence", async (_, fetch, sentence) => {
  vi.stubGlobal("fetch", fetch);

  const problem = await api.me().then(() => undefined, problemOf);

  expect(problem?.sentence).toBe(sentence);
});

function answer(ok: boolean, text: () => Promise<string>): () => Promise<Partial<Response>> {
  return async () => ({ ok, blob: async () => new Blob([await text()]) });
}
