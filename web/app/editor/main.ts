// The editor of a section, put in the place that the page left for it: `<div id="editor">`. The
// form beside it is what the page does without scripts; it is hidden once the editor stands.

import "./editor.css";
import { type Command, type EditorState, type Transaction } from "prosemirror-state";
import { EditorView } from "prosemirror-view";
import * as commands from "./commands.js";
import { kept, world } from "./line.js";
import { insert, type Pasted, takeHtml, takeText } from "./paste.js";
import { type Comment, type Range, type Screen, Session, type State } from "./session.js";
import {
  adoptText, COMPOSING, createState, overKey, select, settleNow, showComments, showPeople,
} from "./state.js";
import { Status } from "./status.js";
import { copyOf, Places, serialise } from "./text.js";
import { Toolbar } from "./toolbar.js";
import { type Word, wordsOf } from "./words.js";

const COMPOSED_PAUSE_MS = 40;

class Editor {
  private readonly words: Record<Word, string>;
  private readonly status: Status;
  private readonly toolbar: Toolbar;
  private readonly view: EditorView;
  private session: Session | null = null;
  private readonly channel: string;
  private editable = false;
  private hadFocus = false;
  private composing = false;
  private leaving = false;
  private quoted = "";
  private now: State = "opening";

  constructor(place: HTMLElement, text: string, version: string) {
    this.words = wordsOf(place.dataset["lang"] ?? document.documentElement.lang);
    this.channel = place.dataset["channel"] ?? "";
    this.status = new Status(this.words);
    this.toolbar = new Toolbar(this.words, this.words.toolbar, () => this.view);
    const surface = document.createElement("div");
    const given = [...place.querySelectorAll<HTMLElement>("a, button")];
    place.replaceChildren(this.toolbar.element, this.status.element, surface);
    this.view = this.open(surface, text, place.dataset["label"] ?? "");
    this.drawFirst(place.dataset["comments"]);
    this.session = new Session(this.screen(), world(this.channel), { version, text },
      kept(this.channel));
    this.moved();
    this.giveLinks(given, place.dataset["done"]);
    this.toolbar.update();
    this.listen();
    if (place.dataset["focus"] !== undefined) this.view.focus();
  }

  private open(surface: HTMLElement, text: string, label: string): EditorView {
    return new EditorView({ mount: surface }, {
      state: createState(text, this.keys()),
      attributes: {
        class: "editor-text", "aria-label": label, "aria-description": this.words.help,
        role: "group", tabindex: "0", spellcheck: "true",
      },
      editable: () => this.editable,
      dispatchTransaction: (tr) => { this.dispatch(tr); },
      clipboardTextSerializer: (slice) => copyOf(slice.content),
      handleClick: (view, pos) => {
        catchUp(view);
        goToComment(view.state, pos);
        return false;
      },
      handleKeyDown: (_view, event) => {
        if (event.key !== "Tab" && event.key !== "Shift") this.leaving = false;
        return false;
      },
      handleDOMEvents: {
        keydown: (view) => { catchUp(view); },
        beforeinput: (view) => { catchUp(view); },
        // Before the library reads the clipboard in its own way.
        paste: (view, event) => {
          catchUp(view);
          return this.taken(event, this.paste(event.clipboardData));
        },
        drop: (view, event) => {
          if (view.dragging) return false;
          const at = view.posAtCoords({ left: event.clientX, top: event.clientY });
          if (at) view.dispatch(select(view.state, ...pair(this.offsetOf(at.pos))));
          return this.taken(event, this.paste(event.dataTransfer));
        },
        compositionstart: () => { this.composing = true; },
        compositionend: () => { this.composed(); },
      },
    });
  }

  private keys(): Record<string, Command> {
    const inItems = (by: 1 | -1): Command => (state, dispatch) =>
      !this.leaving && commands.indent(by)(state, dispatch);
    return {
      Tab: inItems(1), "Shift-Tab": inItems(-1),
      "Mod-s": () => {
        this.session?.whenClean(() => { this.status.echo("allSaved"); });
        return true;
      },
      "Alt-F10": () => { this.toolbar.focus(); return true; },
      Escape: () => {
        this.leaving = true;
        this.status.echo("leaving");
        return true;
      },
    };
  }

  private dispatch(tr: Transaction): void {
    const view = this.view;
    if (this.isComposing()) tr.setMeta(COMPOSING, true);
    const { state, transactions } = view.state.applyTransaction(tr);
    view.updateState(state);
    const own = transactions.some((t) => t.docChanged && t.getMeta("addToHistory") !== false);
    if (own) this.session?.edited();
    if (transactions.some((t) => t.docChanged || t.selectionSet)) this.moved();
    this.toolbar.update();
  }

  private moved(): void {
    const { from, to } = this.view.state.selection;
    const places = new Places(this.view.state.doc);
    const range = { from: places.offset(from), to: places.offset(to) };
    this.session?.caret(range);
    if (this.session) this.offerComment(range, this.session);
  }

  /** Fills the form of a comment with the passage that is selected. */
  private offerComment(range: Range, session: Session): void {
    const form = document.querySelector<HTMLFormElement>("#comment-form");
    if (!form) return;
    const some = range.from < range.to;
    const { from, to } = session.toBase(range);
    const { state } = this.view;
    const quote = state.doc.textBetween(state.selection.from, state.selection.to, "\n");
    const place = { from: some ? String(from) : "", to: some ? String(to) : "" };
    for (const [name, value] of Object.entries({ ...place, base: session.version, quote })) {
      const field = form.elements.namedItem(name) as HTMLInputElement | null;
      // Words that a person copied there by hand are not taken away.
      const own = name === "quote" && !some && field?.value !== this.quoted;
      if (field && !own) field.value = value;
    }
    this.quoted = quote;
    for (const button of form.querySelectorAll<HTMLButtonElement>("button[data-passage]")) {
      button.disabled = !some;
    }
  }

  private screen(): Screen {
    return {
      text: () => serialise(this.view.state.doc),
      adopt: (text) => { this.view.dispatch(adoptText(this.view.state, text)); },
      composing: () => this.isComposing(),
      writable: (on) => { this.writable(on); },
      state: (state, why) => { this.tell(state, why ?? ""); },
      others: (people) => {
        this.view.dispatch(showPeople(this.view.state, people));
        this.status.others(people.map((person) => person.name));
      },
      comments: (items) => { this.view.dispatch(showComments(this.view.state, items)); },
      notice: (text, at) => {
        this.status.notice(text, at ? [{ word: "see", act: () => { this.goTo(at); } }] : []);
      },
    };
  }

  private isComposing(): boolean { return this.composing || this.view.composing; }

  private composed(): void {
    window.setTimeout(() => {
      if (this.view.composing) { this.composed(); return; }
      this.composing = false;
      this.view.dispatch(settleNow(this.view.state));
      this.session?.composed();
    }, COMPOSED_PAUSE_MS);
  }

  private writable(on: boolean): void {
    if (on === this.editable) return;
    if (!on) this.hadFocus = this.view.hasFocus();
    this.editable = on;
    this.view.setProps({});
    this.toolbar.update();
    if (on && this.hadFocus && document.activeElement === document.body) this.view.focus();
  }

  private tell(state: State, why: string): void {
    this.now = state;
    const actions = state === "refused" ? [
      { word: "copyMine" as const, act: () => { void this.copyMine(); } },
      { word: "takeShared" as const, act: () => { this.session?.takeShared(); } },
    ] : [];
    this.status.show(state, why, actions);
  }

  private async copyMine(): Promise<void> {
    await navigator.clipboard.writeText(serialise(this.view.state.doc));
    this.status.notice(this.words.copied);
  }

  private goTo(range: Range): void {
    this.view.dispatch(select(this.view.state, range.from, range.to));
    this.view.focus();
  }

  private offsetOf(pos: number): number { return new Places(this.view.state.doc).offset(pos); }

  private taken(event: Event, done: boolean): boolean {
    if (done) event.preventDefault();
    return done;
  }

  private paste(data: DataTransfer | null): boolean {
    if (!data || !this.editable) return false;
    const html = data.getData("text/html");
    const text = data.getData("text/plain");
    // What was copied here comes back by its own text.
    const own = html.includes("data-pm-slice") && text !== "";
    const taken = html && !own ? takeHtml(html) : takeText(text);
    const files = [...data.files].filter((file) => file.type.startsWith("image/")).length;
    const images = taken.images || (taken.blocks.length === 0 || !text ? files : 0);
    this.view.dispatch(insert(this.view.state, text || html ? taken.blocks : []));
    this.report({ ...taken, images });
    return true;
  }

  private report({ images, tables }: Pasted): void {
    if (images + tables === 0) return;
    const parts = [this.words.pasted];
    if (tables > 0) parts.push(this.words.tables.replace("{n}", String(tables)));
    if (images > 0) parts.push(this.words.images.replace("{n}", String(images)));
    this.status.notice(parts.join(" "));
  }

  /** What the page gave to end writing: an element, or an address. */
  private giveLinks(given: HTMLElement[], done: string | undefined): void {
    for (const element of given) this.toolbar.append(element);
    if (!done || given.length > 0) return;
    const link = document.createElement("a");
    link.href = done;
    link.className = "button";
    link.textContent = this.words.done;
    this.toolbar.append(link);
  }

  /** A link that leaves the page waits until everything is kept. */
  private leave(event: MouseEvent): void {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[href]");
    if (!link || event.defaultPrevented || event.button !== 0 || link.target || link.download
      || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const here = link.href.split("#")[0] === location.href.split("#")[0];
    if (here || this.now === "refused" || this.session?.clean()) return;
    event.preventDefault();
    this.session?.whenClean(() => { location.assign(link.href); });
  }

  private drawFirst(json: string | undefined): void {
    if (!json) return;
    const items = JSON.parse(json) as Comment[];
    this.view.dispatch(showComments(this.view.state, items));
  }

  private listen(): void {
    addEventListener("pagehide", () => { this.session?.flush(); });
    addEventListener("beforeunload", (event) => {
      const held = this.now === "stopped" || this.now === "refused" || this.now === "slow";
      if (held && this.session?.clean() === false) event.preventDefault();
    });
    document.addEventListener("submit", (event) => {
      const form = event.target as HTMLFormElement;
      if (form.id === "comment-form") this.moved();
      if (this.now === "refused" || this.session?.clean() !== false) return;
      // A form leads to another page: it is sent once everything is kept.
      event.preventDefault();
      event.stopPropagation();
      const by = event.submitter;
      this.session.whenClean(() => { form.requestSubmit(by); });
    }, true);
    document.addEventListener("click", (event) => {
      this.leave(event);
      const link = (event.target as Element).closest<HTMLElement>("[data-goto]");
      const id = link?.dataset["goto"];
      const found = overKey.getState(this.view.state)?.comments.find()
        .find((drawn) => (drawn.spec as { id?: string }).id === id);
      if (!link || !found) return;
      event.preventDefault();
      this.goTo({ from: this.offsetOf(found.from), to: this.offsetOf(found.to) });
    });
  }
}

/** A browser tells late that the caret moved: a quick key is not for where it was. */
function catchUp(view: EditorView): void {
  if (view.composing) return;
  (view as unknown as { domObserver?: { flush?(): void } }).domObserver?.flush?.();
}

const pair = (offset: number): [number, number] => [offset, offset];

function goToComment(state: EditorState, pos: number): void {
  const found = overKey.getState(state)?.comments.find(pos, pos)[0];
  const id = (found?.spec as { id?: string } | undefined)?.id;
  const element = id ? document.getElementById(`comment-${id}`) : null;
  if (!element) return;
  for (let up = element.parentElement; up; up = up.parentElement) {
    if (up instanceof HTMLDetailsElement) up.open = true;
  }
  if (element.tabIndex < 0) element.tabIndex = -1;
  element.focus();
}

function start(): void {
  const place = document.getElementById("editor");
  const form = document.querySelector<HTMLFormElement>("#editor-form");
  const text = form?.querySelector<HTMLTextAreaElement>("textarea[name=text]");
  const base = form?.querySelector<HTMLInputElement>("input[name=base]");
  if (!place?.dataset["channel"] || !form || !text || !base) return;
  // The values of the page itself: a browser puts back others when it opens a page again.
  new Editor(place, text.defaultValue.replace(/\r\n?/g, "\n"), base.defaultValue);
  form.hidden = true;
  // A page that is drawn again leaves both as they are.
  place.dataset["keep"] = form.dataset["keep"] = "";
}

start();
