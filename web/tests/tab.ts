// An editor without a page: the real state, the real session, and a line to the daemon of the
// tests whose every frame takes a time that the test draws.

import type { Command, EditorState, Transaction } from "prosemirror-state";
import { TextSelection } from "prosemirror-state";
import { type FromTab, type Range, type Screen, Session, type State, type Unsent, type World }
  from "../app/editor/session.js";
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

  constructor(
    readonly id: string, private readonly clock: Clock, readonly daemon: Daemon,
    private readonly delay: () => number, public reachable: () => boolean = () => true,
  ) {
    this.state = createState(daemon.text);
    this.session = this.start(daemon.version, daemon.text);
  }

  private start(version: string, text: string): Session {
    return new Session(this.screen(), this.world(), { version, text }, this.kept);
  }

  /** The page is read again: only what was kept outlives it. */
  reload(): void {
    this.session.close();
    this.line?.cut();
    this.composing = false;
    this.state = createState(this.daemon.text);
    this.session = this.start(this.daemon.version, this.daemon.text);
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

  select(from: number, to = from): void {
    const places = new Places(this.state.doc);
    const [a, b] = [places.position(from), places.position(to)];
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
        let open = true;
        // Frames of one direction keep their order, as on a socket.
        let [toTab, toDaemon] = [0, 0];
        const tab: Open = {
          id: this.id,
          send: (frame) => {
            toTab = Math.max(toTab, this.clock.now + this.delay());
            this.clock.after(toTab - this.clock.now, () => { if (open) listener.frame(frame); });
          },
        };
        const cut = () => {
          if (!open) return;
          open = false;
          this.daemon.close(tab);
          this.clock.after(1, () => { listener.lost(); });
        };
        this.line = { cut };
        if (this.reachable()) this.clock.after(this.delay(), () => { if (open) this.daemon.open(tab); });
        else this.clock.after(1, cut);
        return {
          send: (frame: FromTab) => {
            toDaemon = Math.max(toDaemon, this.clock.now + this.delay());
            // A frame on its way arrives or not: the tab cannot know which.
            this.clock.after(toDaemon - this.clock.now, () => {
              if (open) this.daemon.take(tab, frame);
            });
          },
          close: cut,
        };
      },
    };
  }
}
