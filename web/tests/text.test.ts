import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parse, piecesOf, Places, serialise } from "../app/editor/text.js";
import { text } from "./texts.js";

test("a text is written back letter for letter", () => {
  fc.assert(fc.property(text, (t) => serialise(parse(t)) === t), { numRuns: 8_000 });
});

test("a document holds one block for each line", () => {
  fc.assert(fc.property(text, (t) => parse(t).childCount === t.split("\n").length));
});

test("the document of a text is sound", () => {
  fc.assert(fc.property(text, (t) => { parse(t).check(); }), { numRuns: 2_000 });
});

test("places lead there and back", () => {
  fc.assert(fc.property(text, (t) => {
    const doc = parse(t);
    const places = new Places(doc);
    let last = -1;
    for (let pos = 1; pos < doc.content.size; pos++) {
      if (!doc.resolve(pos).parent.isTextblock) continue;
      const offset = places.offset(pos);
      expect(offset).toBeGreaterThan(last);
      last = offset;
      expect(offset).toBeLessThanOrEqual(t.length);
      expect(places.position(offset)).toBe(pos);
    }
    for (let offset = 0; offset <= t.length; offset++) {
      expect(doc.resolve(places.position(offset)).parent.isTextblock).toBe(true);
    }
  }), { numRuns: 3_000 });
});

// The server draws the same texts: its tests read the same table. S strong, E emphasis, B both.
const table = JSON.parse(readFileSync(join(import.meta.dirname, "stars.json"), "utf8")) as string[][];

test.each(table)("marks of %j", (words, shown) => {
  const names = ["-", "E", "S", "B"];
  expect(piecesOf(words ?? "").map((p) => `${names[p.marks]}:${p.text}`).join("|")).toBe(shown);
});

test("stars that pair are marks, hardly ever letters again", () => {
  let fallen = 0;
  let all = 0;
  fc.assert(fc.property(fc.array(fc.constantFrom("a", "*", "**", "***", " "), { maxLength: 12 }),
    (parts) => {
      const words = parts.join("");
      if (!/\*/.test(words)) return;
      all++;
      // A line told apart is the same as its pieces written; the rest would be a fall-back.
      const pieces = piecesOf(words);
      if (pieces.length === 1 && pieces[0]?.marks === 0 && /\*[^* ].*[^* ]\*/.test(words)) fallen++;
    }), { numRuns: 5_000 });
  expect(fallen / all).toBeLessThan(0.4);
});
