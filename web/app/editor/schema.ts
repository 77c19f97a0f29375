// The shapes a section may hold: a flat list of blocks, one per line of the text, two marks.
// It must never grow a nested block: a line of the text is a block, and nothing else is.

import { Schema, type DOMOutputSpec, type Node } from "prosemirror-model";

/** Levels of indentation of an item: 0 to this. */
export const INDENT_MAX = 3;
/** The greatest number of an item: more figures are a year or a code. */
export const NUMBER_MAX = 99;

function itemDom(node: Node): DOMOutputSpec {
  const { marker, indent } = node.attrs as { marker: string; indent: number };
  const kind = /^\d/.test(marker) ? "numbered" : "bulleted";
  // The hyphen and the star are how a bullet is typed; a screen shows the bullet itself.
  const shown = marker === "-" || marker === "*" ? "•" : marker;
  const classes = `item ${kind} indent-${indent}`;
  return ["div", { class: classes, "data-marker": marker, "data-shown": shown,
    "data-indent": String(indent) }, 0];
}

/** The schema of every section. Blanks are kept as typed: a line is written back byte for byte. */
export const schema = new Schema({
  nodes: {
    doc: { content: "block+" },
    paragraph: {
      group: "block", content: "text*", whitespace: "pre",
      toDOM: () => ["p", 0],
      parseDOM: [{ tag: "p" }, { tag: "div", priority: 20 }],
    },
    heading: {
      group: "block", content: "text*", whitespace: "pre",
      attrs: { level: { default: 1, validate: "number" } },
      toDOM: (node) => [node.attrs["level"] === 1 ? "h2" : "h3", 0],
      parseDOM: [
        { tag: "h1", attrs: { level: 1 } }, { tag: "h2", attrs: { level: 1 } },
        { tag: "h3", attrs: { level: 2 } }, { tag: "h4", attrs: { level: 2 } },
      ],
    },
    item: {
      group: "block", content: "text*", whitespace: "pre",
      attrs: {
        marker: { default: "-", validate: "string" },
        indent: { default: 0, validate: "number" },
      },
      toDOM: itemDom,
      parseDOM: [{
        tag: "div.item",
        getAttrs: (dom) => ({
          marker: dom.getAttribute("data-marker") ?? "-",
          indent: Math.min(INDENT_MAX, Number(dom.getAttribute("data-indent")) || 0),
        }),
      }],
    },
    quote: {
      group: "block", content: "text*", whitespace: "pre",
      toDOM: () => ["blockquote", 0],
      parseDOM: [{ tag: "blockquote" }],
    },
    text: {},
  },
  marks: {
    strong: { toDOM: () => ["strong", 0], parseDOM: [{ tag: "strong" }, { tag: "b" }] },
    em: { toDOM: () => ["em", 0], parseDOM: [{ tag: "em" }, { tag: "i" }] },
  },
});
