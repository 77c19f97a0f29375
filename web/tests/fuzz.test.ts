// Three editors on one text, with delays drawn at random, cuts of the line and reloads: in the end
// all screens are the text, and no letter that was typed and left alone is lost.

import { expect, test } from "vitest";
import {
  backspace, bold, enter, forwardDelete, indent, italic, redo, shape, undo,
} from "../app/editor/commands.js";
import { settledForm } from "../app/editor/adopt.js";
import { insert, takeText } from "../app/editor/paste.js";
import { parse, Places, serialise } from "../app/editor/text.js";
import { Daemon } from "./daemon.js";
import { Clock, Tab } from "./tab.js";

/** Numbers that are the same for the same seed (mulberry32). */
function draw(seed: number): (below: number) => number {
  let a = seed >>> 0;
  return (below) => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const START = "# Article 1\nLes *partenaires* s'engagent à **tout** faire.\n- un\n  - deux\n1. a\n2. b\n> c";
const WORDS = ["é", "mot ", "- ", "# ", "**", "*", " ", "👍🏽", "1. ", "œuvre", "> ", "\u00a0", "l’"];

interface Typed { readonly tab: number; readonly mark: string }

/**
 * One session; `gentle` does nothing that may take away a letter that somebody typed. Returns how
 * many letters stand twice: whole texts are compared, so that a letter moved on two sides at once,
 * or one whose answer was lost and which others moved meanwhile, may.
 */
function play(seed: number, gentle: boolean, cuts: boolean): number {
  const next = draw(seed);
  const clock = new Clock();
  const daemon = new Daemon(next(3) ? START : "");
  let up = true;
  const tabs = ["a", "b", "c"].map((id) =>
    new Tab(id, clock, daemon, () => 1 + next(120), () => up));
  clock.pass(500);
  const typed: Typed[] = [];
  const step = (tab: Tab, index: number): void => {
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
  };
  for (let i = 0; i < 60; i++) {
    const index = next(3);
    const tab = tabs[index];
    if (tab) step(tab, index);
    if (cuts && next(20) === 0) tabs[next(3)]?.line?.cut();
    if (cuts && next(30) === 0) tabs[next(3)]?.reload();
    if (cuts && next(40) === 0) {
      up = false;
      for (const one of tabs) one.line?.cut();
      clock.pass(next(3_000));
      up = true;
    }
    clock.pass(next(3) ? next(60) : next(600));
    for (const one of tabs) sound(one);
  }
  for (const tab of tabs) if (tab.composing) tab.composed();
  clock.pass(60_000);
  for (const tab of tabs) {
    expect(tab.text).toBe(daemon.text);
    expect(tab.shown).toBe("saved");
    expect(tab.kept).toBe(null);
    sound(tab);
  }
  if (!gentle) return 0;
  let doubled = 0;
  for (const { mark } of typed) {
    const times = daemon.text.split(mark).length - 1;
    expect(times).toBeGreaterThan(0);
    doubled += times - 1;
  }
  return doubled;
}

function sound(tab: Tab): void {
  tab.state.doc.check();
  if (tab.composing) return;
  expect(settledForm(tab.state.doc)).toBe(null);
  expect(tab.state.doc.eq(parse(serialise(tab.state.doc)))).toBe(true);
  expect(tab.state.selection.$from.parent.isTextblock || tab.state.selection.from === 0).toBe(true);
}

const offset = (tab: Tab): number => new Places(tab.state.doc).offset(tab.state.selection.head);
const collapse = (tab: Tab): void => { tab.select(offset(tab)); };
const startOfLine = (tab: Tab): void => {
  tab.select(tab.text.lastIndexOf("\n", offset(tab) - 1) + 1);
};

/** What a browser does by itself for a key that no command takes. */
function eat(tab: Tab, by: number): void {
  const { from, empty, $from } = tab.state.selection;
  const at = $from.parentOffset + by;
  if (!empty || at < 0 || at > $from.parent.content.size) return;
  tab.dispatch(tab.state.tr.delete(Math.min(from, from + by), Math.max(from, from + by)));
}

/** A word under composition: begun, and ended at once or later. */
function compose(tab: Tab, next: (below: number) => number, gentle: boolean): void {
  if (tab.composing) { tab.composed(); return; }
  if (gentle) collapse(tab);
  tab.composing = true;
  tab.type("´");
  if (next(2)) tab.composed();
}

const SESSIONS = Number(process.env["SESSIONS"] ?? 50);
const FIRST = Number(process.env["SEED"] ?? 1);

test.each([
  ["nothing typed is lost", true, false],
  ["nothing typed is lost, whatever is cut or read again", true, true],
  ["all screens are the text, with everything", false, false],
  ["all screens are the text, with everything and cuts", false, true],
])("%s", (_name, gentle, cuts) => {
  let doubled = 0;
  for (let seed = FIRST; seed < FIRST + SESSIONS; seed++) {
    try {
      if (play(seed, gentle, cuts) > 0) doubled++;
    } catch (error) {
      throw new Error(`seed ${seed}: ${String(error)}`, { cause: error });
    }
  }
  expect(doubled).toBeLessThanOrEqual(cuts ? Math.ceil(SESSIONS / 50) : 0);
}, 300_000);
