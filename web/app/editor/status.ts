// The line under the toolbar: how things stand, what happened, who else is here. Two parts that a
// screen reader speaks, and the buttons beside them that it does not.

import type { State } from "./session.js";
import type { Word } from "./words.js";

/** An action offered beside a message. */
export interface Action { readonly word: Word; readonly act: () => void }

/** A state that passes within this time is not worth saying. */
const PATIENCE_MS = 600;
const ECHO_MS = 4_000;

/** See the head of this file. */
export class Status {
  readonly element = document.createElement("div");
  private readonly state = spoken("editor-state");
  private readonly stateActions = document.createElement("span");
  private readonly message = spoken("editor-notice");
  private readonly messageActions = document.createElement("span");
  private readonly people = document.createElement("span");
  private now: { state: State; why: string } = { state: "opening", why: "" };
  private timer = 0;

  constructor(private readonly words: Record<Word, string>) {
    this.element.className = "editor-line";
    this.people.className = "editor-people";
    this.element.append(
      this.state, this.stateActions, this.message, this.messageActions, this.people,
    );
  }

  /** Shows how things stand; passing states only once they last. */
  show(state: State, why = "", actions: readonly Action[] = []): void {
    clearTimeout(this.timer);
    this.now = { state, why };
    const say = () => {
      this.element.dataset["state"] = state;
      put(this.state, this.words[state].replace("{why}", why));
      this.offer(this.stateActions, actions);
    };
    if (state === "saving") this.timer = window.setTimeout(say, PATIENCE_MS);
    else say();
  }

  /** Says something for a moment in place of how things stand. */
  echo(word: Word): void {
    clearTimeout(this.timer);
    put(this.state, this.words[word]);
    this.timer = window.setTimeout(() => {
      const { state, why } = this.now;
      put(this.state, this.words[state].replace("{why}", why));
    }, ECHO_MS);
  }

  /** Tells what happened, until it is hidden or something else happens. */
  notice(text: string, actions: readonly Action[] = []): void {
    put(this.message, text);
    const hide: Action = { word: "hide", act: () => { this.notice(""); } };
    this.offer(this.messageActions, text ? [...actions, hide] : []);
  }

  /** Names who else is in this text. */
  others(names: readonly string[]): void {
    const text = names.length > 0
      ? this.words.alsoHere.replace("{names}", names.join(", ")) : "";
    if (this.people.textContent !== text) this.people.textContent = text;
  }

  private offer(place: HTMLElement, actions: readonly Action[]): void {
    place.replaceChildren(...actions.map(({ word, act }) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = this.words[word];
      button.addEventListener("click", act);
      return button;
    }));
  }
}

function spoken(name: string): HTMLElement {
  const element = document.createElement("span");
  element.className = name;
  element.setAttribute("role", "status");
  return element;
}

/** Words already there are not said again. */
function put(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
