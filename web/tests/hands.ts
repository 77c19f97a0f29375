// Hands that write: every thing a person does in an editor, drawn at random, on a tab of the tests.

import {
  backspace, bold, enter, forwardDelete, indent, italic, redo, shape, undo,
} from "../app/editor/commands.js";
import { insert, takeText } from "../app/editor/paste.js";
import { Places } from "../app/editor/text.js";
import type { Tab } from "./tab.js";

/** Draws a number below another. */
export type Draw = (below: number) => number;

/** Numbers that are the same for the same seed (mulberry32). */
export function draw(seed: number): Draw {
  let a = seed >>> 0;
  return (below) => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const WORDS = ["é", "mot ", "- ", "# ", "**", "*", " ", "👍🏽", "1. ", "œuvre", "> ", "\u00a0", "l’"];

/** A letter that occurs once, and who typed it. */
export interface Typed { readonly tab: number; readonly mark: string }

/** Does one thing of all that hands do; `gentle`: nothing that takes away what somebody typed. */
export function act(tab: Tab, index: number, next: Draw, typed: Typed[], gentle: boolean): void {
  if (!tab.writable) return;
  const where = next(tab.text.length + 1);
  switch (next(gentle ? 12 : 16)) {
    case 0: case 1: tab.select(where); break;
    case 2: tab.select(where, Math.min(tab.text.length, where + next(6))); break;
    case 3: case 4: {
      // A letter that occurs once: it can be looked for in the end.
      const mark = String.fromCodePoint(0xe100 + typed.length);
      if (gentle) collapse(tab);
      tab.type(mark);
      typed.push({ tab: index, mark });
      break;
    }
    case 5: if (gentle) collapse(tab); tab.type(WORDS[next(WORDS.length)] ?? ""); break;
    case 6: if (gentle) collapse(tab); tab.run(enter); break;
    case 7: tab.run(next(2) ? bold : italic); break;
    case 8: tab.run(indent(next(2) ? 1 : -1)); break;
    case 9: tab.run(shape((["heading", "bullets", "numbers", "quote", "paragraph"] as const)[next(5)]
      ?? "paragraph")); break;
    case 10:
      if (gentle) { collapse(tab); startOfLine(tab); }
      if (!tab.run(backspace)) eat(tab, -1);
      break;
    case 11: compose(tab, next, gentle); break;
    case 12: if (!tab.run(forwardDelete)) eat(tab, 1); break;
    case 13: tab.run(undo); break;
    case 14: tab.run(redo); break;
    default: {
      const lines = "collé\n- **x**\n\n## y";
      tab.dispatch(insert(tab.state, takeText(lines).blocks));
    }
  }
}

const offset = (tab: Tab): number => new Places(tab.state.doc).offset(tab.state.selection.head);
const collapse = (tab: Tab): void => { tab.select(offset(tab)); };
const startOfLine = (tab: Tab): void => {
  tab.select(tab.text.lastIndexOf("\n", offset(tab) - 1) + 1);
};

/** What a browser does by itself for a key that no command takes. */
function eat(tab: Tab, by: number): void {
  const { from, empty, $from } = tab.state.selection;
  const words = $from.parent.textContent;
  const at = $from.parentOffset + by;
  if (!empty || at < 0 || at > words.length) return;
  // Both halves of an emoji go together.
  const step = /[\ud800-\udfff]/.test(words.charAt(Math.min(at, $from.parentOffset))) ? 2 * by : by;
  tab.dispatch(tab.state.tr.delete(Math.min(from, from + step), Math.max(from, from + step)));
}

/** A word under composition: begun, and ended at once or later. */
function compose(tab: Tab, next: Draw, gentle: boolean): void {
  if (tab.composing) { tab.composed(); return; }
  if (gentle) collapse(tab);
  tab.composing = true;
  tab.type("´");
  if (next(2)) tab.composed();
}
