// What is pasted from Word, LibreOffice or a page, as the flat blocks of a section. It must lose
// no word: what has no shape here keeps its words, and what has no words is counted and told.

import { Fragment, type Node as Block, Slice } from "prosemirror-model";
import { type EditorState, TextSelection, type Transaction } from "prosemirror-state";
import { INDENT_MAX, NUMBER_MAX, schema } from "./schema.js";
import { parse } from "./text.js";

/** Blocks, and what could not come along. */
export interface Pasted {
  readonly blocks: readonly Block[]; readonly images: number; readonly tables: number;
}

interface Shape { readonly type: string; readonly attrs: Record<string, unknown> | null }

const PARAGRAPH: Shape = { type: "paragraph", attrs: null };
const SKIPPED = new Set(["SCRIPT", "STYLE", "HEAD", "TITLE", "META", "LINK", "TEMPLATE",
  "NOSCRIPT"]);
const BLOCKS = new Set(["ADDRESS", "ARTICLE", "ASIDE", "BLOCKQUOTE", "BODY", "CENTER", "DD", "DIV",
  "DL", "DT", "FIGCAPTION", "FIGURE", "FOOTER", "FORM", "H1", "H2", "H3", "H4", "H5", "H6",
  "HEADER", "HR", "LI", "MAIN", "NAV", "OL", "P", "PRE", "SECTION", "TABLE", "UL"]);

interface Context {
  readonly shape: Shape; readonly strong: boolean; readonly em: boolean; readonly depth: number;
  readonly pre: boolean;
}

class Taker {
  readonly blocks: Block[] = [];
  images = 0;
  tables = 0;
  private words: { text: string; strong: boolean; em: boolean }[] = [];
  private shape: Shape = PARAGRAPH;

  /** Ends the block under way. */
  end(next: Shape = PARAGRAPH): void {
    const nodes: Block[] = [];
    const last = this.words.at(-1);
    if (last) last.text = last.text.replace(/[ \t]+$/, "");
    for (const { text, strong, em } of this.words) {
      if (!text) continue;
      const names = [...(strong ? ["strong"] : []), ...(em ? ["em"] : [])];
      nodes.push(schema.text(text, names.map((name) => schema.mark(name))));
    }
    if (this.words.some(({ text }) => text.trim())) {
      this.blocks.push(schema.node(this.shape.type, this.shape.attrs, Fragment.fromArray(nodes)));
    }
    this.words = [];
    this.shape = next;
  }

  say(raw: string, context: Context): void {
    if (context.pre) {
      raw.split(/\r\n?|\n/).forEach((line, i) => {
        if (i > 0) this.end(context.shape);
        if (line) this.words.push({ text: line, strong: context.strong, em: context.em });
      });
      return;
    }
    let text = raw.replace(/[ \t\r\n\f]+/g, " ");
    const before = this.words.at(-1)?.text;
    if (before === undefined || before.endsWith(" ")) text = text.replace(/^ /, "");
    if (text) this.words.push({ text, strong: context.strong, em: context.em });
  }

  children(node: Node, context: Context): void {
    for (const child of node.childNodes) this.take(child, context);
  }

  take(node: Node, context: Context): void {
    if (node.nodeType === 3) this.say(node.nodeValue ?? "", context);
    if (node.nodeType === 1) this.element(node as HTMLElement, context);
  }

  private element(el: HTMLElement, above: Context): void {
    const name = el.tagName.toUpperCase();
    const style = (el.dataset?.["style"] ?? "").toLowerCase();
    if (SKIPPED.has(name) || /mso-list:\s*ignore/.test(style)) return;
    if (name === "BR") { this.end(above.shape.type === "item" ? PARAGRAPH : above.shape); return; }
    if (name === "IMG" || name === "PICTURE" || name === "SVG" || name === "OBJECT") {
      this.images++;
      const alt = el.getAttribute("alt");
      if (alt) this.say(`[${alt}]`, above);
      return;
    }
    if (name === "TABLE") { this.table(el, above); return; }
    const context = marked(name, style, above);
    if (name === "A") { this.link(el, context); return; }
    if (!BLOCKS.has(name)) { this.children(el, context); return; }
    const shape = shapeOf(el, name, style, context);
    const depth = name === "UL" || name === "OL" ? context.depth + 1 : context.depth;
    this.end(shape);
    this.children(el, { ...context, shape, depth, pre: context.pre || name === "PRE" });
    this.end(above.shape.type === "item" ? PARAGRAPH : above.shape);
  }

  private link(el: HTMLElement, context: Context): void {
    this.children(el, context);
    const href = el.getAttribute("href") ?? "";
    const address = href.replace(/^mailto:/i, "");
    const said = el.textContent ?? "";
    if (/^(https?:|mailto:)/i.test(href) && said.trim() && !said.includes(address)) {
      this.say(` (${address})`, context);
    }
  }

  /** A table is one line for each of its rows. */
  private table(el: HTMLElement, context: Context): void {
    this.end(PARAGRAPH);
    this.tables++;
    for (const caption of el.querySelectorAll(":scope > caption")) {
      this.children(caption, { ...context, shape: PARAGRAPH });
      this.end(PARAGRAPH);
    }
    const own = [...el.querySelectorAll("tr")].filter((row) => row.closest("table") === el);
    for (const row of own) {
      const cells = [...row.children].filter((c) => c.tagName === "TD" || c.tagName === "TH");
      const words = cells.map((cell) => this.cell(cell));
      if (words.some((text) => text)) {
        this.say(words.join(" | "), { ...context, shape: PARAGRAPH, pre: false });
      }
      this.end(PARAGRAPH);
    }
  }

  private cell(cell: Element): string {
    const inner = new Taker();
    inner.children(cell, TOP);
    inner.end();
    this.images += inner.images;
    this.tables += inner.tables;
    return inner.blocks.map((block) => block.textContent).join(" ");
  }
}

const TOP: Context = { shape: PARAGRAPH, strong: false, em: false, depth: 0, pre: false };

function marked(name: string, style: string, above: Context): Context {
  let { strong, em } = above;
  if (name === "B" || name === "STRONG" || name === "TH") strong = true;
  if (name === "I" || name === "EM" || name === "CITE") em = true;
  const weight = /(?:^|;)\s*font-weight:\s*(\w+)/.exec(style)?.[1];
  if (weight) strong = /^(bold|bolder|[6-9]00)$/.test(weight);
  const slant = /(?:^|;)\s*font-style:\s*(\w+)/.exec(style)?.[1];
  if (slant) em = slant === "italic" || slant === "oblique";
  const pre = above.pre || /white-space:\s*(pre|break-spaces)/.test(style);
  return { ...above, strong, em, pre };
}

function shapeOf(el: HTMLElement, name: string, style: string, context: Context): Shape {
  const classes = el.className.toString();
  const listed = /mso-list:[^;]*\blevel(\d)/.exec(style);
  if (listed) return item(wordMarker(el), Number(listed[1]) - 1);
  if (/\bMso(Title)\b/.test(classes)) return { type: "heading", attrs: { level: 1 } };
  if (/\bMsoSubtitle\b/.test(classes)) return { type: "heading", attrs: { level: 2 } };
  if (/^H[1-6]$/.test(name)) return { type: "heading", attrs: { level: name === "H1" ? 1 : 2 } };
  if (name === "BLOCKQUOTE") return { type: "quote", attrs: null };
  if (name === "LI") return item(listMarker(el), Math.max(0, context.depth - 1));
  if (el.dataset["marker"]) return item(el.dataset["marker"], Number(el.dataset["indent"]) || 0);
  // A paragraph within an item, a quotation or a heading is the item, the quotation, the heading.
  const inner = name === "P" || name === "DIV";
  return inner && context.shape.type !== "paragraph" ? context.shape : PARAGRAPH;
}

function item(marker: string, depth: number): Shape {
  const known = /^([-*•–—]|\d{1,2}[.)])$/.test(marker) ? marker : "-";
  const indent = Math.max(0, Math.min(INDENT_MAX, depth));
  return { type: "item", attrs: { marker: known, indent } };
}

/** The marker that Word wrote in the words of the line, in a part of its own. */
function wordMarker(el: HTMLElement): string {
  const spans = [...el.querySelectorAll<HTMLElement>("span[data-style]")];
  const own = spans.find((s) => /mso-list:\s*ignore/i.test(s.dataset["style"] ?? ""));
  const words = (own?.textContent ?? "").replace(/[\s\u00a0]+/g, "");
  if (/^\d{1,2}[.)]$/.test(words)) return words;
  // Letters and roman figures have no shape of their own here: the words keep the order.
  return "-";
}

function listMarker(el: HTMLElement): string {
  const list = el.parentElement;
  if (list?.tagName !== "OL") return "-";
  const before = [...list.children].filter((c) => c.tagName === "LI").indexOf(el);
  const number = (Number(list.getAttribute("start")) || 1) + before;
  return number > 0 && number <= NUMBER_MAX ? `${number}.` : "-";
}

/** Styles are read as words: the policy of the page forbids them to be applied, even aside. */
function disarm(html: string): string {
  return html.replace(/<style\b[^>]*>[^]*?<\/style>/gi, "")
    .replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/([\s"'])style(?=\s*=)/gi, "$1data-style"));
}

/** Reads pasted HTML. Nothing in it runs or loads: it is never part of a page. */
export function takeHtml(html: string): Pasted {
  const page = new DOMParser().parseFromString(disarm(html), "text/html");
  const taker = new Taker();
  taker.children(page.body, TOP);
  taker.end();
  return { blocks: taker.blocks, images: taker.images, tables: taker.tables };
}

/** Reads pasted plain text, markers of lines included. */
export function takeText(text: string): Pasted {
  const blocks: Block[] = [];
  parse(text.replace(/\r\n?/g, "\n").replace(/\n$/, "")).forEach((block) => blocks.push(block));
  return { blocks, images: 0, tables: 0 };
}

/** Puts blocks in place of the selection: the words of one paragraph go into the line. */
export function insert(state: EditorState, blocks: readonly Block[]): Transaction {
  const tr = state.tr.deleteSelection();
  const { $from } = tr.selection;
  const first = blocks[0];
  if (!first) return tr;
  const line = $from.parent;
  const plain = first.type.name === "paragraph";
  const blank = line.content.size === 0 && line.type.name === "paragraph";
  if (blocks.length === 1 && plain) {
    tr.replaceWith($from.pos, $from.pos, first.content);
  } else if (blank) {
    tr.replaceWith($from.before(), $from.after(), blocks);
    tr.setSelection(TextSelection.near(tr.doc.resolve(endOf($from.before(), blocks)), -1));
  } else {
    among(tr, blocks, plain);
  }
  return tr.scrollIntoView().setMeta("paste", true).setMeta("uiEvent", "paste");
}

const endOf = (start: number, blocks: readonly Block[]): number =>
  start + blocks.reduce((size, block) => size + block.nodeSize, 0) - 1;

/** Several blocks within a line: the line is cut, and they stand between its two parts. */
function among(tr: Transaction, blocks: readonly Block[], plain: boolean): void {
  const { $from } = tr.selection;
  const line = $from.parent;
  const head = line.copy(line.content.cut(0, $from.parentOffset));
  const tail = line.copy(line.content.cut($from.parentOffset));
  const first = blocks[0];
  const all: Block[] = [];
  // Words that start with a paragraph go on the line they were pasted into.
  if (plain && first) all.push(line.copy(head.content.append(first.content)), ...blocks.slice(1));
  else all.push(...(head.content.size > 0 ? [head] : []), ...blocks);
  const start = $from.before();
  const end = endOf(start, all);
  if (tail.content.size > 0) all.push(tail);
  tr.replace(start, $from.after(), new Slice(Fragment.fromArray(all), 0, 0));
  tr.setSelection(TextSelection.near(tr.doc.resolve(end), -1));
}
