import { expect, test } from "vitest";
import { catalogue, wordsOf } from "../app/editor/words.js";

const MACHINERY = /synchronis|conflit|conflict|crdt|clé publique|public key|hash|n[œo]e?ud|\bnode\b/i;

test("no word of machinery, in either language, and none is missing", () => {
  const { fr, en } = catalogue;
  expect(Object.keys(en).sort()).toEqual(Object.keys(fr).sort());
  for (const word of [...Object.values(fr), ...Object.values(en)]) {
    expect(word).not.toMatch(MACHINERY);
    expect(word).not.toBe("");
  }
  const holes = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
  for (const [key, word] of Object.entries(fr)) expect(holes(en[key as keyof typeof en])).toEqual(holes(word));
});

test("French is the language of whoever asked for none", () => {
  expect(wordsOf(undefined).done).toBe("Terminer");
  expect(wordsOf("en-GB").done).toBe("Done");
  expect(wordsOf("de").done).toBe("Terminer");
});
