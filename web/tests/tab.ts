// An editor without a page: the real state, the real session, and a line to the daemon of the
// tests whose every frame takes a time that the test draws.

import type { Command, EditorState, Transaction } from "prosemirror-state";
import { TextSelection } from "prosemirror-state";
import {
  type FromTab, type Line, type Listener, type Range, type Screen, Session, type State,
  type Unsent, type Version, type World,
} from "../app/editor/session.js";
import { adoptText, COMPOSING, createState, settleNow } from "../app/editor/state.js";
import { Places, serialise } from "../app/editor/text.js";
import { type Daemon, type Tab as Open } from "./daemon.js";

/** Time that passes when a test says so. */
export class Clock {
  now = 0;
  private n = 0;
  private readonly due: { at: number; n: number; what: () => void }[] = [];

  after(ms: number, what: () => void): () => void {
    const entry = { at: this.now + ms, n: this.n++, what };
    this.due.push(entry);
    return () => {
      const index = this.due.indexOf(entry);
      if (index >= 0) this.due.splice(index, 1);
    };
  }

  pass(ms: number): void {
    const end = this.now + ms;
    for (;;) {
      this.due.sort((a, b) => a.at - b.at || a.n - b.n);
      const next = this.due[0];
      if (!next || next.at > end) break;
      this.due.shift();
      this.now = next.at;
      next.what();
    }
    this.now = end;
  }
}

/** Opens a line for a tab, and says how to cut it. */
export type Dial = (tab: Tab, listener: Listener) => { line: Line; cut: () => void };

export class Tab {
  state: EditorState;
  writable = false;
  composing = false;
  shown: State = "opening";
  why = "";
  others: readonly Range[] = [];
  comments: readonly Range[] = [];
  notices: { text: string; at: Range | null }[] = [];
  kept: Unsent | null = null;
  session: Session;
  line: { cut: () => void } | null = null;

  /** `page` is what the server writes into the page when it is opened. */
  constructor(
    readonly id: string, private readonly clock: Pick<Clock, "after">,
    private readonly page: () => Version, private readonly dial: Dial,
  ) {
    const version = page();
    this.state = createState(version.text);
    this.session = new Session(this.screen(), this.world(), version, null);
  }

  /** The page is read again: only what was kept outlives it. */
  reload(): void {
    this.session.close();
    this.line?.cut();
    this.composing = false;
    const version = this.page();
    this.state = createState(version.text);
    this.session = new Session(this.screen(), this.world(), version, this.kept);
  }

  get text(): string { return serialise(this.state.doc); }

  dispatch(tr: Transaction): void {
    if (this.composing) tr.setMeta(COMPOSING, true);
    const { state, transactions } = this.state.applyTransaction(tr);
    this.state = state;
    if (transactions.some((t) => t.docChanged && t.getMeta("addToHistory") !== false)) {
      this.session.edited();
    }
    const { from, to } = state.selection;
    const places = new Places(state.doc);
    this.session.caret({ from: places.offset(from), to: places.offset(to) });
  }

  run(command: Command): boolean { return command(this.state, (tr) => { this.dispatch(tr); }); }

  type(text: string): void {
    if (this.writable) this.dispatch(this.state.tr.insertText(text));
  }

  /** Selects as a browser does: never within an emoji. */
  select(from: number, to = from): void {
    const places = new Places(this.state.doc);
    const whole = (at: number) => (/[\udc00-\udfff]/.test(this.text.charAt(at)) ? at + 1 : at);
    const [a, b] = [places.position(whole(from)), places.position(whole(to))];
    this.dispatch(this.state.tr.setSelection(TextSelection.create(this.state.doc, a, b)));
  }

  composed(): void {
    this.composing = false;
    this.dispatch(settleNow(this.state));
    this.session.composed();
  }

  private screen(): Screen {
    return {
      text: () => this.text,
      adopt: (text) => { this.dispatch(adoptText(this.state, text)); },
      composing: () => this.composing,
      writable: (on) => { this.writable = on; },
      state: (state, why) => { this.shown = state; this.why = why ?? ""; },
      others: (people) => { this.others = people; },
      comments: (items) => { this.comments = items; },
      notice: (text, at) => { this.notices.push({ text, at }); },
    };
  }

  private world(): World {
    return {
      after: (ms, what) => this.clock.after(ms, what),
      keep: (unsent) => { this.kept = structuredClone(unsent); },
      forget: () => { this.kept = null; },
      dial: (listener) => {
        const { line, cut } = this.dial(this, listener);
        this.line = { cut };
        return line;
      },
    };
  }
}

/** Returns how tabs reach the daemon of the tests, each frame after a time of its own. */
export function slowly(
  clock: Clock, daemon: Daemon, delay: () => number, reachable: () => boolean = () => true,
): Dial {
  return ({ id }, listener) => {
    let open = true;
    // Frames of one direction keep their order, as on a socket.
    let [toTab, toDaemon] = [0, 0];
    const tab: Open = {
      id,
      send: (frame) => {
        toTab = Math.max(toTab, clock.now + delay());
        clock.after(toTab - clock.now, () => { if (open) listener.frame(frame); });
      },
    };
    const cut = () => {
      if (!open) return;
      open = false;
      daemon.close(tab);
      clock.after(1, () => { listener.lost(); });
    };
    if (reachable()) clock.after(delay(), () => { if (open) daemon.open(tab); });
    else clock.after(1, cut);
    const send = (frame: FromTab) => {
      toDaemon = Math.max(toDaemon, clock.now + delay());
      // A frame on its way arrives or not: the tab cannot know which.
      clock.after(toDaemon - clock.now, () => { if (open) daemon.take(tab, frame); });
    };
    return { line: { send, close: cut }, cut };
  };
}
