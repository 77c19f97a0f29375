// The text of a section as the document engine holds it, and the same as blocks and marks.
// Pure. `serialise(parse(text)) === text` for every text, and `parse(serialise(doc))` is the one
// shape a text has: two screens with the same text never differ.
//
// A line is a block: `# `, `## ` headings; `> ` quote; `- `, `* `, `• `, `– `, `— ` bulleted items;
// one or two figures with `.` or `)` and a blank for numbered items; two blanks per level of
// indentation before the marker of an item, three levels at most; a paragraph otherwise.
//
// Stars: a run of one switches emphasis, of two strong, of three both; longer runs are letters. A
// run opens when no blank follows it. It closes when something stands before it, unless it stands
// between a blank and a letter, where it could only open. What has no partner is a letter.

import { Fragment, type Mark, type Node } from "prosemirror-model";
import { INDENT_MAX, schema } from "./schema.js";

/** Letters that count as blanks beside a star; the same four in every program that reads a text. */
const isBlank = (letter: string): boolean => /^[ \t\u00a0\u202f]$/.test(letter);

const ITEM = /^((?:  ){0,3})([-*•–—]|\d{1,2}[.)]) /;

/** What stands before the words of a line, and the shape it gives to its block. */
interface Shape {
  readonly type: "paragraph" | "heading" | "item" | "quote";
  readonly attrs: Record<string, unknown> | null;
  readonly prefix: string;
}

function shapeOfLine(line: string): Shape {
  if (line.startsWith("# ")) return { type: "heading", attrs: { level: 1 }, prefix: "# " };
  if (line.startsWith("## ")) return { type: "heading", attrs: { level: 2 }, prefix: "## " };
  if (line.startsWith("> ")) return { type: "quote", attrs: null, prefix: "> " };
  const item = ITEM.exec(line);
  if (item) {
    const attrs = { marker: item[2] ?? "-", indent: (item[1] ?? "").length / 2 };
    return { type: "item", attrs, prefix: item[0] };
  }
  return { type: "paragraph", attrs: null, prefix: "" };
}

/** Returns what a block writes before its words. */
export function prefixOf(block: Node): string {
  switch (block.type.name) {
    case "heading": return block.attrs["level"] === 1 ? "# " : "## ";
    case "quote": return "> ";
    case "item": {
      const indent = Math.max(0, Math.min(INDENT_MAX, block.attrs["indent"] as number));
      return `${"  ".repeat(indent)}${block.attrs["marker"] as string} `;
    }
    default: return "";
  }
}

/** Two marks of a letter, as bits. */
const EM = 1;
const STRONG = 2;
const KINDS = [EM, STRONG] as const;

/** A run of stars: where it starts, and how many. */
interface Run { readonly at: number; readonly stars: number; switches: number }

function runsOf(words: string): Run[] {
  const runs: Run[] = [];
  for (const found of words.matchAll(/\*+/g)) {
    if (found[0].length <= 3) runs.push({ at: found.index, stars: found[0].length, switches: 0 });
  }
  return runs;
}

const starsOf = (kinds: number): number => (kinds & EM ? 1 : 0) + (kinds & STRONG ? 2 : 0);

/** Decides which stars switch a mark: each kind is paired on its own, from the left. */
function pair(words: string, runs: Run[]): void {
  for (const kind of KINDS) {
    let open: Run | null = null;
    for (const run of runs) {
      if (!(run.stars === 3 || run.stars === starsOf(kind))) continue;
      const before = words.charAt(run.at - 1);
      const after = words.charAt(run.at + run.stars);
      const opens = after !== "" && !isBlank(after);
      const closes = before !== "" && !(isBlank(before) && opens);
      if (open && closes) {
        open.switches |= kind;
        run.switches |= kind;
        open = null;
      } else if (!open && opens) {
        open = run;
      }
    }
  }
}

/** Words that bear the same marks. */
interface Piece { readonly text: string; readonly marks: number }

function attempt(words: string): Piece[] {
  const runs = runsOf(words);
  pair(words, runs);
  const pieces: Piece[] = [];
  let marks = 0;
  let from = 0;
  const push = (text: string) => { if (text) pieces.push({ text, marks }); };
  for (const run of runs) {
    if (!run.switches) continue;
    push(words.slice(from, run.at));
    const letters = "*".repeat(run.stars - starsOf(run.switches));
    // A star of three that is a letter stands outside of what its two neighbours mark.
    const opens = (run.switches & ~marks) !== 0;
    if (opens) push(letters);
    marks ^= run.switches;
    from = run.at + run.stars;
    if (!opens) push(letters);
  }
  push(words.slice(from));
  return pieces;
}

/** Returns the words of a line with their marks; a line that could not be told apart has none. */
export function piecesOf(words: string): Piece[] {
  const plain = words ? [{ text: words, marks: 0 }] : [];
  if (!words.includes("*")) return plain;
  const pieces = attempt(words);
  const letters = pieces.map((piece) => piece.text).join("");
  const bits = new Uint8Array(letters.length);
  let at = 0;
  for (const piece of pieces) bits.fill(piece.marks, at, at += piece.text.length);
  return write(letters, bits).text === words ? pieces : plain;
}

const marksOf = (bits: number): Mark[] => {
  const marks: Mark[] = [];
  if (bits & STRONG) marks.push(schema.mark("strong"));
  if (bits & EM) marks.push(schema.mark("em"));
  return marks;
};

/** Returns the block that a line is. */
export function parseLine(line: string): Node {
  const shape = shapeOfLine(line);
  const words = piecesOf(line.slice(shape.prefix.length))
    .map((piece) => schema.text(piece.text, marksOf(piece.marks)));
  return schema.node(shape.type, shape.attrs, Fragment.from(words));
}

/** Returns the blocks that a text is: always one at least. */
export function parse(text: string): Node {
  return schema.node("doc", null, text.split("\n").map(parseLine));
}

/** Returns the marks of each letter of a block. */
function bitsOf(block: Node): Uint8Array {
  const bits = new Uint8Array(block.content.size);
  block.forEach((node, offset) => {
    let own = 0;
    for (const mark of node.marks) own |= mark.type.name === "strong" ? STRONG : EM;
    bits.fill(own, offset, offset + node.nodeSize);
  });
  return bits;
}

/** A mark never starts on a blank, nor ends on one before a letter: its stars would be letters. */
function trimBlanks(words: string, bits: Uint8Array, kind: number): void {
  const marked = (at: number): boolean => ((bits[at] ?? 0) & kind) !== 0;
  for (let at = 0; at < words.length; at++) {
    if (marked(at) && !(at > 0 && marked(at - 1)) && isBlank(words.charAt(at))) {
      bits[at] = (bits[at] ?? 0) & ~kind;
    }
  }
  for (let at = words.length - 2; at >= 0; at--) {
    const ends = marked(at) && !marked(at + 1);
    if (!ends || !isBlank(words.charAt(at)) || isBlank(words.charAt(at + 1))) continue;
    let from = at;
    while (from >= 0 && marked(from) && isBlank(words.charAt(from))) {
      bits[from] = (bits[from] ?? 0) & ~kind;
      from--;
    }
  }
}

/** Lines of blocks already written: a block never changes, another takes its place. */
const lines = new WeakMap<Node, string>();

/** Returns the line that a block is. */
export function serialiseBlock(block: Node): string {
  let line = lines.get(block);
  if (line === undefined) {
    line = prefixOf(block) + writtenWords(block).text;
    lines.set(block, line);
  }
  return line;
}

/** Words as written, with the place of each letter: `at[i]` is where letter `i` stands. */
interface Written { readonly text: string; readonly at: Uint32Array }

const writtenWords = (block: Node): Written => write(block.textContent, bitsOf(block));

function write(words: string, bits: Uint8Array): Written {
  for (const kind of KINDS) trimBlanks(words, bits, kind);
  const at = new Uint32Array(words.length + 1);
  let text = "";
  let marks = 0;
  for (let i = 0; i < words.length; i++) {
    const now = bits[i] ?? 0;
    if (now !== marks) {
      text += "*".repeat(starsOf(marks ^ now));
      marks = now;
    }
    at[i] = text.length;
    text += words.charAt(i);
  }
  at[words.length] = text.length;
  text += "*".repeat(starsOf(marks));
  return { text, at };
}

/** Returns the text that blocks are. */
export function serialise(doc: Node): string {
  const all: string[] = [];
  doc.forEach((block) => all.push(serialiseBlock(block)));
  return all.join("\n");
}

/** Where a place of the screen stands in the text, and the reverse; offsets are in UTF-16 units. */
export class Places {
  private readonly rows: { readonly start: number; readonly pos: number; readonly block: Node;
    readonly prefix: number; written: Written | null }[] = [];
  private readonly length: number;

  constructor(private readonly doc: Node) {
    let start = 0;
    doc.forEach((block, pos) => {
      this.rows.push({ start, pos, block, prefix: prefixOf(block).length, written: null });
      start += serialiseBlock(block).length + 1;
    });
    this.length = start - 1;
  }

  private written(row: { block: Node; written: Written | null }): Written {
    row.written ??= writtenWords(row.block);
    return row.written;
  }

  /** Returns the row with the greatest key that is not above a value. */
  private row(value: number, key: "start" | "pos") {
    let low = 0;
    let high = this.rows.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.rows[middle]?.[key] ?? 0) <= value) low = middle; else high = middle - 1;
    }
    const row = this.rows[low];
    if (!row) throw new Error("a document holds one block at least");
    return row;
  }

  /** Returns the offset in the text of a position of the document. */
  offset(pos: number): number {
    const row = this.row(Math.max(0, Math.min(pos, this.doc.content.size - 1)), "pos");
    const inside = Math.max(0, Math.min(pos - row.pos - 1, row.block.content.size));
    return row.start + row.prefix + (this.written(row).at[inside] ?? 0);
  }

  /** Returns the position in the document of an offset; within a marker, the start of the words. */
  position(offset: number): number {
    const row = this.row(Math.max(0, Math.min(offset, this.length)), "start");
    const inside = offset - row.start - row.prefix;
    const at = this.written(row).at;
    let letter = 0;
    while (letter < at.length - 1 && (at[letter] ?? 0) < inside) letter++;
    return row.pos + 1 + letter;
  }
}

/** Returns a part of a document as text, for the clipboard: words alone within one block. */
export function copyOf(blocks: Fragment): string {
  const only = blocks.childCount === 1 ? blocks.firstChild : null;
  if (only) return only.isText ? only.text ?? "" : writtenWords(only).text;
  const all: string[] = [];
  blocks.forEach((block) => all.push(serialiseBlock(block)));
  return all.join("\n");
}
