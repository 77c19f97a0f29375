// One section kept in step with the daemon on this machine: what is sent, when, and what becomes
// of the answers. Pure but for the world it is lent: no page, no socket, no clock of its own.
// It must never drop a letter that was typed: what was not answered is kept outside of the page.

import { difference, follow, holds, merge } from "./diff.js";

/** A state of the section that the daemon knows by its name. */
export interface Version { readonly version: string; readonly text: string }

/** A place in the text, in UTF-16 units. */
export interface Range { readonly from: number; readonly to: number }

/** Somebody else who is in the section. */
export interface Person extends Range {
  readonly id: string; readonly name: string; readonly colour: number;
}

/** A comment on a passage. */
export interface Comment extends Range { readonly id: string; readonly resolved: boolean }

/** What the line of state shows. */
export type State = "opening" | "saved" | "saving" | "slow" | "stopped" | "refused";

/** What the daemon says. */
export type FromDaemon =
  | ({ readonly type: "text" } & Version)
  | ({ readonly type: "written"; readonly n: number } & Version)
  | { readonly type: "refused"; readonly n: number; readonly message: string }
  | { readonly type: "others"; readonly people: readonly Person[] }
  | { readonly type: "comments"; readonly items: readonly Comment[] }
  | ({ readonly type: "notice"; readonly text: string } & Partial<Range>);

/** What a tab says. */
export type FromTab =
  | { readonly type: "write"; readonly n: number; readonly base: string; readonly text: string }
  | ({ readonly type: "caret"; readonly base: string } & Range);

/** What is kept while an answer is awaited: enough to go on in another life of the page. */
export interface Unsent {
  readonly base: Version; readonly sent: string | null; readonly text: string;
}

/** The editor, as a session sees it. */
export interface Screen {
  text(): string;
  adopt(text: string): void;
  composing(): boolean;
  writable(on: boolean): void;
  state(state: State, why?: string): void;
  others(people: readonly Person[]): void;
  comments(items: readonly Comment[]): void;
  notice(text: string, at: Range | null): void;
}

/** An open line to the daemon. */
export interface Line { send(frame: FromTab): void; close(): void }

/** What a line tells. */
export interface Listener {
  frame(frame: FromDaemon): void;
  lost(): void;
}

/** The world a session is lent. */
export interface World {
  dial(listener: Listener): Line;
  after(ms: number, what: () => void): () => void;
  keep(unsent: Unsent): void;
  forget(): void;
}

const WRITE_PAUSE_MS = 30;
const CARET_PAUSE_MS = 150;
const SLOW_MS = 8_000;
const DIAL_PAUSE_MS = { first: 250, last: 5_000, growth: 1.6 };

/** See the head of this file. */
export class Session {
  private line: Line | null = null;
  private ready = false;
  private flight: { n: number; text: string; timer: () => void } | null = null;
  private latest: Version;
  private refusal: string | null = null;
  private held: FromDaemon[] = [];
  private n = 0;
  private uncertain: string | null;
  private flushing: (() => void) | null = null;
  private careting: (() => void) | null = null;
  private caretNow: Range | null = null;
  private caretSaid = "";
  private pause = DIAL_PAUSE_MS.first;
  private waiting: (() => void)[] = [];
  private closed = false;
  private said: { state: State | null; why: string } = { state: null, why: "" };

  /** Starts from what the page holds, or from what an earlier life of the page could not send. */
  constructor(
    private readonly screen: Screen,
    private readonly world: World,
    private base: Version,
    kept: Unsent | null,
  ) {
    this.uncertain = kept?.sent ?? null;
    if (kept) {
      this.base = kept.base;
      this.screen.adopt(kept.text);
    }
    this.latest = this.base;
    this.screen.writable(false);
    this.say("opening");
    this.dial();
  }

  /** The version whose text the offsets of `toBase` are in. */
  get version(): string { return this.base.version; }

  /** Returns whether everything on the screen is kept by the daemon. */
  clean(): boolean { return !this.flight && this.screen.text() === this.base.text; }

  /** To be called after each change by the person at this screen. */
  edited(): void {
    if (!this.flight && !this.refusal) this.say(this.ready ? "saving" : "stopped");
    this.flushing ??= this.world.after(WRITE_PAUSE_MS, () => {
      this.flushing = null;
      this.flush();
    });
  }

  /** To be called when an accent or a word under composition is finished. */
  composed(): void {
    const held = this.held;
    this.held = [];
    for (const frame of held) this.frame(frame);
    if (!this.ready) this.screen.writable(false);
    this.flush();
  }

  /** To be called when the caret moved; offsets are in the text of the screen. */
  caret(range: Range): void {
    this.caretNow = range;
    this.careting ??= this.world.after(CARET_PAUSE_MS, () => {
      this.careting = null;
      this.sayCaret();
    });
  }

  /** Returns a range of the screen as offsets in the text of `version`. */
  toBase(range: Range): Range {
    const hunks = difference(this.screen.text(), this.base.text);
    return { from: follow(range.from, hunks, false), to: follow(range.to, hunks) };
  }

  /** Calls back once all is kept by the daemon. */
  whenClean(what: () => void): void {
    if (this.clean()) { what(); return; }
    this.waiting.push(what);
    this.flush();
  }

  /** Gives up what was refused, for the text that the others see. */
  takeShared(): void {
    this.refusal = null;
    this.world.forget();
    this.base = this.latest;
    this.screen.adopt(this.base.text);
    this.screen.writable(this.ready);
    this.settle();
  }

  /** Ends the session; what is unsent stays kept. */
  close(): void {
    this.closed = true;
    this.keep();
    this.line?.close();
  }

  /** Keeps what is not answered yet outside of the page. */
  keep(): void {
    const text = this.screen.text();
    const sent = this.flight?.text ?? this.uncertain;
    if (text === this.base.text && sent === null) this.world.forget();
    else this.world.keep({ base: this.base, sent, text });
  }

  private dial(): void {
    if (this.closed) return;
    let over = false;
    const listener: Listener = {
      frame: (frame) => { if (!over) this.receive(frame); },
      lost: () => { if (!over) { over = true; this.lost(); } },
    };
    this.line = this.world.dial(listener);
  }

  private lost(): void {
    this.ready = false;
    this.line = null;
    this.held = [];
    if (this.flight) {
      this.flight.timer();
      this.uncertain = this.flight.text;
      this.flight = null;
    }
    this.caretSaid = "";
    this.keep();
    if (this.closed) return;
    if (!this.screen.composing()) this.screen.writable(false);
    if (!this.refusal) this.say("stopped");
    this.screen.others([]);
    this.world.after(this.pause, () => { this.dial(); });
    this.pause = Math.min(DIAL_PAUSE_MS.last, this.pause * DIAL_PAUSE_MS.growth);
  }

  private receive(frame: FromDaemon): void {
    // A word under composition belongs to the keyboard: nothing moves below it.
    if (this.screen.composing() || this.held.length > 0) this.held.push(frame);
    else this.frame(frame);
  }

  private frame(frame: FromDaemon): void {
    switch (frame.type) {
      case "text": this.heard(frame); break;
      case "written": this.written(frame); break;
      case "refused": this.refused(frame); break;
      case "others": this.screen.others(frame.people.map((p) => this.moved(p))); break;
      case "comments": this.screen.comments(frame.items.map((c) => this.moved(c))); break;
      case "notice": {
        const { from, to } = frame;
        const at = from === undefined ? null : this.moved({ from, to: to ?? from });
        this.screen.notice(frame.text, at);
        break;
      }
    }
  }

  /** Places of the latest version that the daemon gave, as places of the screen. */
  private moved<T extends Range>(range: T): T {
    const now = this.screen.text();
    if (now === this.latest.text) return range;
    const hunks = difference(this.latest.text, now);
    return { ...range, from: follow(range.from, hunks), to: follow(range.to, hunks) };
  }

  private heard(frame: Version): void {
    const version = { version: frame.version, text: frame.text };
    this.latest = version;
    if (!this.ready) this.resume(version);
    else if (this.clean()) this.take(version, version.text);
    // What is being written will be answered with this in it.
  }

  /** The first word on a new line: finds out what became of what was on its way. */
  private resume(version: Version): void {
    this.ready = true;
    this.pause = DIAL_PAUSE_MS.first;
    const now = this.screen.text();
    const sent = this.uncertain;
    this.uncertain = null;
    if (sent !== null && holds(this.base.text, sent, version.text)) {
      this.take(version, merge(sent, now, version.text));
    } else if (now === this.base.text || now === version.text) {
      this.take(version, version.text);
    }
    if (!this.refusal) this.screen.writable(true);
    this.settle();
    this.flush();
  }

  private take(version: Version, text: string): void {
    this.base = version;
    this.screen.adopt(text);
  }

  /** Sends what is to be sent, or keeps it when that cannot be. */
  flush(): void {
    if (!this.ready || this.flight || this.refusal || this.screen.composing()) {
      this.keep();
      return;
    }
    const text = this.screen.text();
    if (text === this.base.text) {
      // Typed and taken back: what the others wrote meanwhile was left aside.
      if (this.latest.version !== this.base.version) this.take(this.latest, this.latest.text);
      this.settle();
      return;
    }
    const n = ++this.n;
    const timer = this.world.after(SLOW_MS, () => { this.say("slow"); });
    this.flight = { n, text, timer };
    this.keep();
    this.say("saving");
    this.line?.send({ type: "write", n, base: this.base.version, text });
  }

  private written(frame: Version & { readonly n: number }): void {
    const flight = this.flight;
    if (flight?.n !== frame.n) return;
    flight.timer();
    this.flight = null;
    const version = { version: frame.version, text: frame.text };
    this.latest = version;
    const now = this.screen.text();
    this.take(version, merge(flight.text, now, frame.text));
    this.settle();
    if (!this.clean()) this.edited();
  }

  private refused(frame: { readonly n: number; readonly message: string }): void {
    if (this.flight?.n !== frame.n) return;
    this.flight.timer();
    this.flight = null;
    this.refusal = frame.message;
    this.keep();
    this.screen.writable(false);
    this.say("refused", frame.message);
  }

  /** Tells and keeps where things stand once nothing is on its way. */
  private settle(): void {
    this.keep();
    if (this.refusal || !this.ready || !this.clean()) return;
    this.say("saved");
    const waiting = this.waiting;
    this.waiting = [];
    for (const what of waiting) what();
  }

  private say(state: State, why = ""): void {
    if (this.said.state === state && this.said.why === why) return;
    this.said = { state, why };
    this.screen.state(state, why);
  }

  private sayCaret(): void {
    if (!this.caretNow || !this.ready || !this.line || this.screen.composing()) return;
    const { from, to } = this.toBase(this.caretNow);
    const frame: FromTab = { type: "caret", base: this.base.version, from, to };
    const said = JSON.stringify(frame);
    if (said === this.caretSaid) return;
    this.caretSaid = said;
    this.line.send(frame);
  }
}
