// What differs between two texts, and three texts brought together. Pure.
// It must never lose a letter that anybody inserted: `merge` keeps every insertion of both sides.

/** One change of a text: letters `from` to `to` give way to `insert`. */
export interface Hunk { readonly from: number; readonly to: number; readonly insert: string }

/** Beyond this many differing units the rest counts as one change: time stays bounded. */
const COST_MAX = 600;

const isLow = (text: string, at: number): boolean => (text.charCodeAt(at) & 0xfc00) === 0xdc00;
const isHigh = (text: string, at: number): boolean => (text.charCodeAt(at) & 0xfc00) === 0xd800;
const cutsPair = (text: string, at: number): boolean =>
  at > 0 && at < text.length && isLow(text, at) && isHigh(text, at - 1);

/** Returns the changes that lead from one text to another, in order, without overlap. */
export function difference(before: string, after: string): Hunk[] {
  if (before === after) return [];
  const whole = trim(before, after, 0, before.length, 0, after.length);
  const [a, b] = [before.slice(whole.from, whole.to), whole.insert];
  if (!a || !b) return [whole];
  const letters = a.length + b.length <= 4_000 ? steps([...units(a)], [...units(b)]) : null;
  const found = letters ?? byLines(a, b);
  return found.map((h) => ({ from: h.from + whole.from, to: h.to + whole.from, insert: h.insert }));
}

/** Splits into code points, so that no change cuts one in two. */
const units = (text: string): Iterable<string> => text;

function trim(a: string, b: string, a0: number, a1: number, b0: number, b1: number): Hunk {
  while (a0 < a1 && b0 < b1 && a.charCodeAt(a0) === b.charCodeAt(b0)) { a0++; b0++; }
  while (a0 > 0 && b0 > 0 && (cutsPair(a, a0) || cutsPair(b, b0))) { a0--; b0--; }
  while (a1 > a0 && b1 > b0 && a.charCodeAt(a1 - 1) === b.charCodeAt(b1 - 1)) { a1--; b1--; }
  while (a1 < a.length && b1 < b.length && (cutsPair(a, a1) || cutsPair(b, b1))) { a1++; b1++; }
  return { from: a0, to: a1, insert: b.slice(b0, b1) };
}

function byLines(a: string, b: string): Hunk[] {
  const lines = (text: string) => text.match(/[^\n]*\n|[^\n]+/g) ?? [];
  const found = steps(lines(a), lines(b));
  if (!found) return [{ from: 0, to: a.length, insert: b }];
  return found.flatMap((h) => {
    const old = a.slice(h.from, h.to);
    const inner = old.length + h.insert.length <= 4_000
      ? steps([...units(old)], [...units(h.insert)]) : null;
    if (inner) return inner.map((i) => ({ ...i, from: i.from + h.from, to: i.to + h.from }));
    const one = trim(old, h.insert, 0, old.length, 0, h.insert.length);
    return [{ from: one.from + h.from, to: one.to + h.from, insert: one.insert }];
  });
}

/** The shortest way from one sequence to the other (Myers 1986), or none within the bound. */
function steps(a: readonly string[], b: readonly string[]): Hunk[] | null {
  const reach = Math.min(a.length + b.length, COST_MAX);
  const trace: Int32Array[] = [];
  const best = new Int32Array(2 * reach + 3);
  const middle = reach + 1;
  for (let cost = 0; cost <= reach; cost++) {
    trace.push(best.slice(middle - cost - 1, middle + cost + 2));
    for (let k = -cost; k <= cost; k += 2) {
      const [left, right] = [at(best, middle + k - 1), at(best, middle + k + 1)];
      const down = k === -cost || (k !== cost && left < right);
      let x = down ? right : left + 1;
      let y = x - k;
      while (x < a.length && y < b.length && a[x] === b[y]) { x++; y++; }
      best[middle + k] = x;
      if (x >= a.length && y >= b.length) return walkBack(a, b, trace);
    }
  }
  return null;
}

const at = (array: Int32Array, index: number): number => array[index] ?? 0;

function walkBack(a: readonly string[], b: readonly string[], trace: Int32Array[]): Hunk[] {
  const edits: { a0: number; a1: number; b0: number; b1: number }[] = [];
  let [x, y] = [a.length, b.length];
  for (let cost = trace.length - 1; cost > 0; cost--) {
    const best = trace[cost] ?? new Int32Array();
    const value = (k: number): number => at(best, k + cost + 1);
    const k = x - y;
    const down = k === -cost || (k !== cost && value(k - 1) < value(k + 1));
    const from = down ? value(k + 1) : value(k - 1);
    const fromY = from - (down ? k + 1 : k - 1);
    const [endX, endY] = down ? [from, fromY + 1] : [from + 1, fromY];
    const last = edits.at(-1);
    // Edits come from the end; one that touches the former one is part of it.
    if (last && last.a0 === endX && last.b0 === endY) { last.a0 = from; last.b0 = fromY; }
    else edits.push({ a0: from, a1: endX, b0: fromY, b1: endY });
    [x, y] = [from, fromY];
  }
  const starts = new Uint32Array(a.length + 1);
  a.forEach((unit, i) => { starts[i + 1] = (starts[i] ?? 0) + unit.length; });
  return edits.reverse().map((e) => ({
    from: starts[e.a0] ?? 0, to: starts[e.a1] ?? 0, insert: b.slice(e.b0, e.b1).join(""),
  }));
}

/** Returns a text after changes. */
export function apply(text: string, hunks: readonly Hunk[]): string {
  let out = "";
  let from = 0;
  for (const hunk of hunks) {
    out += text.slice(from, hunk.from) + hunk.insert;
    from = hunk.to;
  }
  return out + text.slice(from);
}

/** Returns where an offset stands after changes; `after` tells on which side of an insertion. */
export function follow(offset: number, hunks: readonly Hunk[], after = true): number {
  let shift = 0;
  for (const hunk of hunks) {
    if (hunk.from > offset || (hunk.from === offset && !after && hunk.to === offset)) break;
    if (hunk.to > offset) return hunk.from + shift + (after ? hunk.insert.length : 0);
    if (hunk.to === offset && !after) return hunk.from + shift + hunk.insert.length;
    shift += hunk.insert.length - (hunk.to - hunk.from);
  }
  return offset + shift;
}

/** Returns two texts that grew from one base as one: what either inserted stays, in its place. */
export function merge(base: string, mine: string, theirs: string): string {
  if (mine === base || mine === theirs) return theirs;
  if (theirs === base) return mine;
  const gone = new Uint8Array(base.length);
  const inserted = new Map<number, string>();
  for (const side of [difference(base, theirs), difference(base, mine)]) {
    for (const hunk of side) {
      gone.fill(1, hunk.from, hunk.to);
      inserted.set(hunk.from, (inserted.get(hunk.from) ?? "") + hunk.insert);
    }
  }
  let out = "";
  for (let i = 0; i <= base.length; i++) {
    out += inserted.get(i) ?? "";
    if (i < base.length && !gone[i]) out += base.charAt(i);
  }
  return out;
}

/**
 * Returns whether a text already holds every change that leads from the base to what was sent.
 * What others inserted at the same place may stand among its letters.
 */
export function holds(base: string, sent: string, text: string): boolean {
  const there = difference(base, text);
  return difference(base, sent).every((own) => {
    const around = there.filter((other) => other.from <= own.to && other.to >= own.from);
    const gone = around.reduce((sum, other) =>
      sum + Math.max(0, Math.min(other.to, own.to) - Math.max(other.from, own.from)), 0);
    return gone === own.to - own.from
      && isWithin(own.insert, around.map((other) => other.insert).join(""));
  });
}

/** Whether all letters stand in a text in their order, with or without others between them. */
function isWithin(letters: string, text: string): boolean {
  let at = 0;
  for (const letter of letters) {
    at = text.indexOf(letter, at) + letter.length;
    if (at < letter.length) return false;
  }
  return true;
}
