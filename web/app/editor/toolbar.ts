// The buttons above the text: a toolbar of one tab stop, whose arrows go from button to button.

import type { Command, EditorState } from "prosemirror-state";
import type { EditorView } from "prosemirror-view";
import * as commands from "./commands.js";
import type { Word } from "./words.js";

interface Button {
  readonly word: Word; readonly keys?: string; readonly command: Command;
  readonly pressed?: (state: EditorState) => boolean;
}

const shape = (word: commands.Shape): Button =>
  ({ word, command: commands.shape(word), pressed: (state) => commands.isShape(state, word) });

const BUTTONS: readonly Button[] = [
  shape("heading"), shape("subheading"), shape("paragraph"), shape("bullets"), shape("numbers"),
  shape("quote"),
  { word: "strong", keys: "Ctrl+B", command: commands.bold,
    pressed: (state) => commands.hasMark(state, "strong") },
  { word: "em", keys: "Ctrl+I", command: commands.italic,
    pressed: (state) => commands.hasMark(state, "em") },
  { word: "undo", keys: "Ctrl+Z", command: commands.undo },
  { word: "redo", keys: "Ctrl+Y", command: commands.redo },
];

/** The toolbar: an element to put above the text, and how it follows the text. */
export class Toolbar {
  readonly element = document.createElement("div");
  private readonly stops: HTMLElement[] = [];
  private readonly buttons: { button: Button; element: HTMLButtonElement }[] = [];

  constructor(words: Record<Word, string>, label: string, private readonly view: () => EditorView) {
    this.element.className = "editor-toolbar";
    this.element.setAttribute("role", "toolbar");
    this.element.setAttribute("aria-label", label);
    for (const button of BUTTONS) this.add(button, words[button.word]);
    this.element.addEventListener("keydown", (event) => { this.key(event); });
    this.rove(0, false);
  }

  /** Adds something that the page gave, such as the link that ends writing. */
  append(element: HTMLElement): void {
    this.element.append(element);
    this.stops.push(element);
    element.tabIndex = -1;
  }

  /** Goes to the button that was left last. */
  focus(): void {
    (this.stops.find((stop) => stop.tabIndex === 0) ?? this.stops[0])?.focus();
  }

  /** Shows which shapes and marks the selection bears, and what can be done. */
  update(): void {
    const { state, editable } = this.view();
    for (const { button, element } of this.buttons) {
      if (button.pressed) element.setAttribute("aria-pressed", String(button.pressed(state)));
      // Not `disabled`: the focus would be lost with it.
      const possible = editable && button.command(state);
      element.setAttribute("aria-disabled", String(!possible));
    }
  }

  private add(button: Button, name: string): void {
    const element = document.createElement("button");
    element.type = "button";
    element.dataset["command"] = button.word;
    element.textContent = name;
    if (button.keys) element.title = `${name} (${button.keys})`;
    // The text keeps its selection while the mouse presses.
    element.addEventListener("mousedown", (event) => { event.preventDefault(); });
    element.addEventListener("click", () => {
      const view = this.view();
      if (!view.editable) return;
      button.command(view.state, view.dispatch, view);
      if (document.activeElement !== element) view.focus();
    });
    this.buttons.push({ button, element });
    this.stops.push(element);
    this.element.append(element);
  }

  private rove(index: number, focus: boolean): void {
    const last = this.stops.length - 1;
    const to = index < 0 ? last : index > last ? 0 : index;
    this.stops.forEach((stop, i) => { stop.tabIndex = i === to ? 0 : -1; });
    if (focus) this.stops[to]?.focus();
  }

  private key(event: KeyboardEvent): void {
    const now = this.stops.indexOf(document.activeElement as HTMLElement);
    switch (event.key) {
      case "ArrowRight": this.rove(now + 1, true); break;
      case "ArrowLeft": this.rove(now - 1, true); break;
      case "Home": this.rove(0, true); break;
      case "End": this.rove(this.stops.length - 1, true); break;
      case "Escape": this.view().focus(); break;
      default: return;
    }
    event.preventDefault();
  }
}
