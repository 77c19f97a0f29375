// What the keys and the buttons do to the blocks. Pure: state in, transaction out.

import {
  chainCommands, deleteSelection, joinTextblockBackward, joinTextblockForward, selectAll,
  toggleMark,
} from "prosemirror-commands";
import { redo, undo } from "prosemirror-history";
import type { Node } from "prosemirror-model";
import { type Command, type EditorState, TextSelection, type Transaction } from "prosemirror-state";
import { INDENT_MAX, NUMBER_MAX, schema } from "./schema.js";

const { paragraph, heading, item, quote } = schema.nodes;
const { strong, em } = schema.marks;
if (!paragraph || !heading || !item || !quote || !strong || !em) throw new Error("schema");
const nodes = { paragraph, heading, item, quote };

/** Each block that the selection touches, with its position. */
function touched(state: EditorState): { block: Node; pos: number }[] {
  const found: { block: Node; pos: number }[] = [];
  const { from, to } = state.selection;
  state.doc.nodesBetween(from, to, (block, pos) => {
    if (block.isTextblock) found.push({ block, pos });
    return false;
  });
  return found;
}

const numberOf = (block: Node | null | undefined): number | null => {
  if (block?.type !== nodes.item) return null;
  const figures = /^(\d+)/.exec(block.attrs["marker"] as string);
  return figures ? Number(figures[1]) : null;
};

const numbered = (number: number, like = "."): string =>
  `${Math.min(number, NUMBER_MAX)}${like.endsWith(")") ? ")" : "."}`;

/** Whether all blocks of the selection are of a shape. */
export function isShape(state: EditorState, shape: Shape): boolean {
  const all = touched(state);
  return all.length > 0 && all.every(({ block }) => shapeOf(block) === shape);
}

/** The shapes that a button gives. */
export type Shape = "heading" | "subheading" | "paragraph" | "bullets" | "numbers" | "quote";

function shapeOf(block: Node): Shape {
  if (block.type === nodes.heading) return block.attrs["level"] === 1 ? "heading" : "subheading";
  if (block.type === nodes.quote) return "quote";
  if (block.type === nodes.item) return numberOf(block) === null ? "bullets" : "numbers";
  return "paragraph";
}

function give(tr: Transaction, pos: number, shape: Shape, number: number): void {
  const block = tr.doc.nodeAt(pos);
  const indent = block?.type === nodes.item ? (block.attrs["indent"] as number) : 0;
  switch (shape) {
    case "heading": tr.setNodeMarkup(pos, nodes.heading, { level: 1 }); break;
    case "subheading": tr.setNodeMarkup(pos, nodes.heading, { level: 2 }); break;
    case "quote": tr.setNodeMarkup(pos, nodes.quote); break;
    case "paragraph": tr.setNodeMarkup(pos, nodes.paragraph); break;
    case "bullets": tr.setNodeMarkup(pos, nodes.item, { marker: "-", indent }); break;
    case "numbers":
      tr.setNodeMarkup(pos, nodes.item, { marker: numbered(number), indent });
      break;
  }
}

/** Gives a shape to the blocks of the selection; a second time takes it away. */
export function shape(wanted: Shape): Command {
  return (state, dispatch) => {
    const all = touched(state);
    if (all.length === 0) return false;
    const target = isShape(state, wanted) ? "paragraph" : wanted;
    if (!dispatch) return true;
    const tr = state.tr;
    const first = all[0]?.pos ?? 0;
    let number = (numberOf(state.doc.resolve(first).nodeBefore) ?? 0) + 1;
    for (const { pos } of all) give(tr, pos, target, number++);
    dispatch(tr.scrollIntoView());
    return true;
  };
}

/** Changes the indentation of the items of the selection; anywhere else the key is not ours. */
export function indent(by: 1 | -1): Command {
  return (state, dispatch) => {
    const items = touched(state).filter(({ block }) => block.type === nodes.item);
    if (items.length === 0) return false;
    const tr = state.tr;
    for (const { block, pos } of items) {
      const now = block.attrs["indent"] as number;
      const next = Math.max(0, Math.min(INDENT_MAX, now + by));
      if (next !== now) tr.setNodeMarkup(pos, null, { ...block.attrs, indent: next });
    }
    if (!tr.docChanged) return false;
    dispatch?.(tr.scrollIntoView());
    return true;
  };
}

/** Steps a block back towards a paragraph: an indented item first loses its indentation. */
function demote(tr: Transaction, block: Node, pos: number): boolean {
  if (block.type === nodes.paragraph) return false;
  const level = block.type === nodes.item ? (block.attrs["indent"] as number) : 0;
  if (level > 0) tr.setNodeMarkup(pos, null, { ...block.attrs, indent: level - 1 });
  else tr.setNodeMarkup(pos, nodes.paragraph);
  return true;
}

/** Backspace at the start of a line. */
const backwards: Command = (state, dispatch) => {
  const { $from, empty } = state.selection;
  if (!empty || $from.parentOffset > 0) return false;
  const tr = state.tr;
  if (!demote(tr, $from.parent, $from.before())) return false;
  dispatch?.(tr.scrollIntoView());
  return true;
};

/** Numbers the items that follow, as far as the new one took their number. */
function renumber(tr: Transaction, pos: number): void {
  const start = tr.doc.nodeAt(pos);
  let number = numberOf(start);
  if (!start || number === null) return;
  const level = start.attrs["indent"] as number;
  for (let at = pos + start.nodeSize; at < tr.doc.content.size;) {
    const next = tr.doc.nodeAt(at);
    if (next?.type !== nodes.item || (next.attrs["indent"] as number) < level) return;
    if (next.attrs["indent"] === level) {
      if (numberOf(next) !== number) return;
      number += 1;
      const marker = numbered(number, next.attrs["marker"] as string);
      tr.setNodeMarkup(at, null, { ...next.attrs, marker });
    }
    at += next.nodeSize;
  }
}

/** What follows a block that is split at its end, or within. */
function follower(block: Node, atEnd: boolean): { type: Node["type"]; attrs?: Node["attrs"] } {
  if (block.type === nodes.heading && atEnd) return { type: nodes.paragraph };
  const number = numberOf(block);
  if (number === null) return { type: block.type, attrs: block.attrs };
  const marker = numbered(number + 1, block.attrs["marker"] as string);
  return { type: block.type, attrs: { ...block.attrs, marker } };
}

/** Enter: splits a line; an empty line of a list or a quotation leaves it. */
export const enter: Command = (state, dispatch) => {
  if (!(state.selection instanceof TextSelection) && state.selection.empty) return false;
  const tr = state.tr;
  const marks = state.storedMarks ?? state.selection.$from.marks();
  if (!state.selection.empty) tr.deleteSelection();
  const { $from } = tr.selection;
  const block = $from.parent;
  if (block.content.size === 0 && demote(tr, block, $from.before())) {
    dispatch?.(tr.scrollIntoView());
    return true;
  }
  const next = follower(block, $from.parentOffset === block.content.size);
  tr.split($from.pos, 1, [next]);
  renumber(tr, tr.selection.$from.before());
  if (tr.selection.$from.parent.content.size === 0) tr.ensureMarks(marks);
  dispatch?.(tr.scrollIntoView());
  return true;
};

export const backspace: Command =
  chainCommands(deleteSelection, backwards, joinTextblockBackward);
export const forwardDelete: Command = chainCommands(deleteSelection, joinTextblockForward);
export const bold: Command = toggleMark(strong);
export const italic: Command = toggleMark(em);
export { redo, selectAll, undo };

/** Whether the letters to come, or all of the selection, bear a mark. */
export function hasMark(state: EditorState, name: "strong" | "em"): boolean {
  const type = name === "strong" ? strong : em;
  const { from, to, empty, $from } = state.selection;
  if (empty) return !!type?.isInSet(state.storedMarks ?? $from.marks());
  return !!type && state.doc.rangeHasMark(from, to, type);
}
