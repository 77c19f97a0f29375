// Three editors on one text, with delays drawn at random, cuts of the line and reloads: in the end
// all screens are the text, and no letter that was typed and left alone is lost.

import { expect, test } from "vitest";
import { settledForm } from "../app/editor/adopt.js";
import { parse, serialise } from "../app/editor/text.js";
import { Daemon } from "./daemon.js";
import { act, draw, type Typed } from "./hands.js";
import { Clock, slowly, Tab } from "./tab.js";

const START = "# Article 1\nLes *partenaires* s'engagent à **tout** faire.\n- un\n  - deux\n1. a\n2. b\n> c";
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
  const dial = slowly(clock, daemon, () => 1 + next(120), () => up);
  const tabs = ["a", "b", "c"].map((id) => new Tab(id, clock, () => daemon.now, dial));
  clock.pass(500);
  const typed: Typed[] = [];
  for (let i = 0; i < 60; i++) {
    const index = next(3);
    const tab = tabs[index];
    if (tab) act(tab, index, next, typed, gentle);
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

const SESSIONS = Number(process.env["SESSIONS"] ?? 30);
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
