// Another state of the document brought onto the screen by the fewest and smallest steps, so that
// the carets, the selection and the undo of everyone stay where they are. Pure: builds a transform.

import { Fragment, Slice, type Node } from "prosemirror-model";
import { ReplaceStep, type Transform } from "prosemirror-transform";
import { difference, type Hunk } from "./diff.js";
import { schema } from "./schema.js";
import { parseLine, serialiseBlock } from "./text.js";

/** Stands for a line end inside a block, which is a letter there and never the end of the block. */
const INNER_END = "\u0000";

interface Seen { readonly text: string; readonly starts: number[]; readonly places: number[] }

/** The letters of all blocks, one block a line, and where each block starts in them. */
function seen(doc: Node): Seen {
  const starts: number[] = [];
  const places: number[] = [];
  const lines: string[] = [];
  let start = 0;
  doc.forEach((block, pos) => {
    const words = block.textContent.replaceAll("\n", INNER_END);
    starts.push(start);
    places.push(pos);
    lines.push(words);
    start += words.length + 1;
  });
  return { text: lines.join("\n"), starts, places };
}

function positionIn(state: Seen, offset: number): number {
  let low = 0;
  let high = state.starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((state.starts[middle] ?? 0) <= offset) low = middle; else high = middle - 1;
  }
  return (state.places[low] ?? 0) + 1 + offset - (state.starts[low] ?? 0);
}

function sliceOf(insert: string): Slice {
  if (!insert.includes("\n")) {
    return insert ? new Slice(Fragment.from(schema.text(insert)), 0, 0) : Slice.empty;
  }
  const blocks = insert.split("\n")
    .map((line) => schema.node("paragraph", null, line ? schema.text(line) : []));
  return new Slice(Fragment.from(blocks), 1, 1);
}

function applyHunk(tr: Transform, state: Seen, hunk: Hunk): void {
  const from = positionIn(state, hunk.from);
  const to = positionIn(state, hunk.to);
  tr.step(new ReplaceStep(from, to, sliceOf(hunk.insert)));
}

/** Gives a block the shape and the marks of another that has the same letters. */
function mend(tr: Transform, pos: number, target: Node): void {
  const block = tr.doc.nodeAt(pos);
  if (!block || block.eq(target)) return;
  if (!block.hasMarkup(target.type, target.attrs)) {
    tr.setNodeMarkup(pos, target.type, target.attrs);
  }
  if (block.content.eq(target.content)) return;
  target.forEach((node, offset) => {
    const [from, to] = [pos + 1 + offset, pos + 1 + offset + node.nodeSize];
    for (const mark of [schema.mark("strong"), schema.mark("em")]) {
      if (mark.isInSet(node.marks)) tr.addMark(from, to, mark);
      else if (tr.doc.rangeHasMark(from, to, mark.type)) tr.removeMark(from, to, mark);
    }
  });
}

/** Leads a transform to another document. */
export function adopt<T extends Transform>(tr: T, target: Node): T {
  if (tr.doc.eq(target)) return tr;
  const state = seen(tr.doc);
  const hunks = difference(state.text, seen(target).text);
  for (const hunk of hunks.reverse()) applyHunk(tr, state, hunk);
  target.forEach((block, pos) => mend(tr, pos, block));
  if (!tr.doc.eq(target)) tr.replace(0, tr.doc.content.size, new Slice(target.content, 0, 0));
  return tr;
}

/** Blocks known to be what their own line says: each is looked at once. */
const settled = new WeakSet<Node>();

/**
 * Returns the document that the text of a document is, or none when it is that already. What was
 * typed as `# ` is a heading to everyone else who reads the text: so it becomes one here.
 */
export function settledForm(doc: Node): Node | null {
  let changed = false;
  const blocks: Node[] = [];
  doc.forEach((block) => {
    if (settled.has(block)) { blocks.push(block); return; }
    const forms = serialiseBlock(block).split("\n").map(parseLine);
    const first = forms[0];
    if (forms.length === 1 && first?.eq(block)) {
      settled.add(block);
      blocks.push(block);
    } else {
      changed = true;
      blocks.push(...forms);
    }
  });
  return changed ? schema.node("doc", null, blocks) : null;
}
