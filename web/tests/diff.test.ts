import fc from "fast-check";
import { EditorState } from "prosemirror-state";
import { expect, test } from "vitest";
import { adopt, settledForm } from "../app/editor/adopt.js";
import { apply, difference, follow, holds, merge } from "../app/editor/diff.js";
import { parse, serialise } from "../app/editor/text.js";
import { text } from "./texts.js";

const near = fc.tuple(text, text, text).map(([a, b, c]) => [a + b + c, a + c + b] as const);
const pair = fc.oneof(fc.tuple(text, text), near);

test("changes lead from one text to the other", () => {
  fc.assert(fc.property(pair, ([a, b]) => apply(a, difference(a, b)) === b), { numRuns: 5_000 });
});

test("long texts differ within bounds", () => {
  const a = Array.from({ length: 3_000 }, (_, i) => `ligne ${i * 7} du texte`).join("\n");
  const b = a.replaceAll("7", "sept").slice(500);
  const start = performance.now();
  expect(apply(a, difference(a, b))).toBe(b);
  expect(performance.now() - start).toBeLessThan(1_000);
  const c = a.replace("ligne 700 du", "ligne 700 entier du").replace("ligne 14000 ", "");
  expect(difference(a, c).length).toBe(2);
});

test("no change cuts an emoji", () => {
  expect(difference("a👍b", "a👎b")).toEqual([{ from: 1, to: 3, insert: "👎" }]);
});

test("a caret follows the letters around it", () => {
  const hunks = difference("un deux trois", "un deux et trois");
  expect(follow(3, hunks)).toBe(3);
  expect(follow(13, hunks)).toBe(16);
  expect(follow(2, [{ from: 2, to: 2, insert: "ab" }], false)).toBe(2);
  expect(follow(2, [{ from: 2, to: 2, insert: "ab" }], true)).toBe(4);
});

test("a merge holds what both inserted and nothing both deleted", () => {
  const place = fc.nat(1_000);
  fc.assert(fc.property(text, place, place, (base, i, j) => {
    const put = (at: number, word: string) => {
      const units = [...base];
      units.splice(at % (units.length + 1), 0, word);
      return units.join("");
    };
    const merged = merge(base, put(i, "\ue001mien\ue002"), put(j, "\ue003leur\ue004"));
    return merged.includes("\ue001mien\ue002") && merged.includes("\ue003leur\ue004")
      && merged.length === base.length + 12;
  }), { numRuns: 2_000 });
  expect(merge("abc", "abc", "x")).toBe("x");
  expect(merge("un deux trois", "un trois", "un deux trois quatre")).toBe("un trois quatre");
});

test("what arrived is known to have arrived", () => {
  expect(holds("a b", "a x b", "a x b c")).toBe(true);
  expect(holds("a b", "a x b", "a b c")).toBe(false);
  expect(holds("a b", "a x b", "a y x b")).toBe(true);
  expect(holds("", "mien", "ml'autre ien")).toBe(true);
  expect(holds("abc", "a", "abx")).toBe(false);
  expect(holds("abc", "a", "ax")).toBe(true);
});

test("any document becomes any other, and the text says so", () => {
  fc.assert(fc.property(pair, ([a, b]) => {
    const state = EditorState.create({ doc: parse(a) });
    const tr = adopt(state.tr, parse(b));
    return tr.doc.eq(parse(b)) && serialise(tr.doc) === b && state.apply(tr).doc.eq(parse(b));
  }), { numRuns: 5_000 });
});

test("a split by somebody else keeps the places on both sides of it", () => {
  const tr = adopt(EditorState.create({ doc: parse("avant après") }).tr, parse("avant\n## après"));
  expect(tr.mapping.map(3)).toBe(3);
  // The caret within the second word is in the heading now.
  expect(tr.mapping.map(9)).toBe(10);
});

test("the text settles in one turn", () => {
  fc.assert(fc.property(text, (t) => settledForm(parse(t)) === null), { numRuns: 2_000 });
});
