// A daemon for tests: keeps every version of one text, merges what is written on any of them, and
// tells the others. It knows nothing of the editor but the frames.

import { difference, follow, merge } from "../app/editor/diff.js";
import type { Comment, FromDaemon, FromTab, Person, Version } from "../app/editor/session.js";

/** An open tab, as the daemon sees it. */
export interface Tab { readonly id: string; readonly send: (frame: FromDaemon) => void }

export class Daemon {
  private readonly versions = new Map<string, string>();
  private readonly tabs = new Map<Tab, { people: Person | null; latest: string }>();
  version = "v0";
  refuse: string | null = null;

  constructor(text: string) { this.versions.set(this.version, text); }

  get text(): string { return this.versions.get(this.version) ?? ""; }

  get now(): Version { return { version: this.version, text: this.text }; }

  open(tab: Tab): void {
    this.tabs.set(tab, { people: null, latest: this.version });
    tab.send({ type: "text", version: this.version, text: this.text });
    this.tellOthers();
  }

  close(tab: Tab): void {
    this.tabs.delete(tab);
    this.tellOthers();
  }

  /** What somebody writes who has no tab here. */
  set(text: string): void {
    this.become(text);
    this.push(null);
  }

  take(tab: Tab, frame: FromTab): void {
    const open = this.tabs.get(tab);
    if (!open) return;
    const base = this.versions.get(frame.base);
    if (base === undefined) throw new Error(`unknown version ${frame.base}`);
    if (frame.type === "caret") {
      const hunks = difference(base, this.text);
      const [from, to] = [follow(frame.from, hunks), follow(frame.to, hunks)];
      open.people = { id: tab.id, name: `Poste ${tab.id}`, colour: this.tabs.size, from, to };
      if (frame.from < 0 || frame.to > base.length) throw new Error("caret out of the text");
      this.tellOthers(tab);
      return;
    }
    if (this.refuse !== null) {
      tab.send({ type: "refused", n: frame.n, message: this.refuse });
      return;
    }
    this.become(merge(base, frame.text, this.text));
    open.latest = this.version;
    tab.send({ type: "written", n: frame.n, version: this.version, text: this.text });
    this.push(tab);
  }

  comments(items: readonly Comment[]): void {
    for (const tab of this.tabs.keys()) tab.send({ type: "comments", items });
  }

  notice(text: string, from?: number, to?: number): void {
    const place = from === undefined ? {} : { from, to: to ?? from };
    for (const tab of this.tabs.keys()) tab.send({ type: "notice", text, ...place });
  }

  private become(text: string): void {
    if (text === this.text) return;
    this.version = `v${this.versions.size}`;
    this.versions.set(this.version, text);
  }

  private push(except: Tab | null): void {
    for (const [tab, open] of this.tabs) {
      if (tab === except || open.latest === this.version) continue;
      open.latest = this.version;
      tab.send({ type: "text", version: this.version, text: this.text });
    }
  }

  private tellOthers(except?: Tab): void {
    for (const tab of this.tabs.keys()) {
      if (tab === except) continue;
      const people = [...this.tabs].flatMap(([other, open]) =>
        other !== tab && open.people ? [open.people] : []);
      tab.send({ type: "others", people });
    }
  }
}
