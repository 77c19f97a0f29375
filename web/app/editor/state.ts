// The editor's state without a screen: settling of what was typed, undo, the marks that stand over
// the text (others' carets, comments). Pure: the same in a test as in a page.

import { history } from "prosemirror-history";
import { keymap } from "prosemirror-keymap";
import type { Node } from "prosemirror-model";
import {
  type Command, EditorState, Plugin, PluginKey, TextSelection, type Transaction,
} from "prosemirror-state";
import { Decoration, DecorationSet } from "prosemirror-view";
import { adopt, settledForm } from "./adopt.js";
import * as commands from "./commands.js";
import type { Comment, Person } from "./session.js";
import { parse, Places } from "./text.js";

/** Marks drawn over the text: where they stand moves with the text below them. */
interface Over { readonly people: DecorationSet; readonly comments: DecorationSet }

type OverMeta = { people: readonly Person[] } | { comments: readonly Comment[] };

/** Where others' carets and the comments are kept. */
export const overKey = new PluginKey<Over>("over");

function caret(person: Person): HTMLElement {
  const mark = document.createElement("span");
  mark.className = `caret caret-${person.colour & 7}`;
  mark.setAttribute("aria-hidden", "true");
  // Shown by the style sheet: a text node here would be taken for typed text.
  mark.dataset["name"] = person.name;
  return mark;
}

function drawPeople(doc: Node, people: readonly Person[]): DecorationSet {
  const places = new Places(doc);
  return DecorationSet.create(doc, people.flatMap((person) => {
    const [from, to] = [places.position(person.from), places.position(person.to)];
    const key = `${person.id}/${person.name}/${person.colour}`;
    const drawn = [Decoration.widget(to, () => caret(person), { key, side: 10 })];
    if (from < to) {
      const shown = { class: `caret-range caret-${person.colour & 7}` };
      drawn.push(Decoration.inline(from, to, shown));
    }
    return drawn;
  }));
}

function drawComments(doc: Node, comments: readonly Comment[]): DecorationSet {
  const places = new Places(doc);
  return DecorationSet.create(doc, comments.map((comment) => {
    const [from, to] = [places.position(comment.from), places.position(comment.to)];
    const shown = { class: comment.resolved ? "commented resolved" : "commented" };
    return Decoration.inline(from, to, shown, { id: comment.id });
  }));
}

const over = new Plugin<Over>({
  key: overKey,
  state: {
    init: () => ({ people: DecorationSet.empty, comments: DecorationSet.empty }),
    apply(tr, value) {
      const meta = tr.getMeta(overKey) as OverMeta | undefined;
      const people = meta && "people" in meta
        ? drawPeople(tr.doc, meta.people) : value.people.map(tr.mapping, tr.doc);
      const comments = meta && "comments" in meta
        ? drawComments(tr.doc, meta.comments) : value.comments.map(tr.mapping, tr.doc);
      return { people, comments };
    },
  },
  props: {
    decorations(state) {
      const value = overKey.getState(state);
      if (!value) return null;
      const { people, comments } = value;
      return comments.add(state.doc, people.find());
    },
  },
});

const settlingKey = new PluginKey("settling");

/** Says that a transaction is under a composition: nothing is settled below the keyboard. */
export const COMPOSING = "composing-text";

/** Brings a document to what its text says, keeping the marks of the letters to come. */
function settle(state: EditorState): Transaction | null {
  const target = settledForm(state.doc);
  if (!target) return null;
  const { selection } = state;
  const marks = selection.empty ? state.storedMarks ?? selection.$from.marks() : null;
  const tr = adopt(state.tr, target);
  if (marks && tr.selection.empty) tr.ensureMarks(marks);
  return tr;
}

const settling = new Plugin({
  key: settlingKey,
  appendTransaction: (transactions, _before, state) => {
    if (transactions.some((tr) => tr.getMeta(COMPOSING))) return null;
    const asked = transactions.some((tr) => tr.docChanged || tr.getMeta(settlingKey));
    return asked ? settle(state) : null;
  },
});

/** Returns a transaction that settles what a composition left. */
export const settleNow = (state: EditorState): Transaction => state.tr.setMeta(settlingKey, true);

/** Brings the text of the daemon onto the screen, outside of the undo of this person. */
export function adoptText(state: EditorState, text: string): Transaction {
  const tr = adopt(state.tr, parse(text)).setMeta("addToHistory", false);
  // A mark that waits for its first letter outlives what the others write.
  if (state.storedMarks && tr.selection.empty) tr.ensureMarks(state.storedMarks);
  return tr;
}

/** Returns a transaction that draws others' carets; offsets are in the text of the state. */
export function showPeople(state: EditorState, people: readonly Person[]): Transaction {
  return state.tr.setMeta(overKey, { people }).setMeta("addToHistory", false);
}

/** Returns a transaction that draws comments; offsets are in the text of the state. */
export function showComments(state: EditorState, comments: readonly Comment[]): Transaction {
  return state.tr.setMeta(overKey, { comments }).setMeta("addToHistory", false);
}

/** Returns a selection over offsets of the text of a state. */
export function select(state: EditorState, from: number, to: number): Transaction {
  const places = new Places(state.doc);
  const range = TextSelection.create(state.doc, places.position(from), places.position(to));
  return state.tr.setSelection(range).scrollIntoView();
}

/** The keys of the text; `more` are those that need the page. */
function keys(more: Record<string, Command>): Record<string, Command> {
  return {
    ...more,
    Enter: commands.enter, "Shift-Enter": commands.enter, "Mod-Enter": commands.enter,
    Backspace: commands.backspace, "Mod-Backspace": commands.backspace,
    "Shift-Backspace": commands.backspace,
    Delete: commands.forwardDelete, "Mod-Delete": commands.forwardDelete,
    "Mod-a": commands.selectAll,
    "Mod-b": commands.bold, "Mod-i": commands.italic,
    "Mod-z": commands.undo, "Mod-y": commands.redo, "Shift-Mod-z": commands.redo,
  };
}

/** Returns the state that an editor starts with. */
export function createState(text: string, more: Record<string, Command> = {}): EditorState {
  return EditorState.create({
    doc: parse(text),
    plugins: [keymap(keys(more)), history({ newGroupDelay: 500 }), settling, over],
  });
}
