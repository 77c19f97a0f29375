// Tabs on real daemons: `LINKS` holds the links that `liaison open --no-open` gives, one for each
// replica, `DOCUMENT` a document all of them have. `npm run fuzz:real`. Each session writes in one
// section until all is quiet; then every tab, on every replica, is to show the same text.

import { expect, test } from "vitest";
import { WebSocket } from "ws";
import type { FromDaemon } from "../app/editor/session.js";
import { act, draw, type Typed } from "./hands.js";
import { type Dial, Tab } from "./tab.js";

const asked = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is wanted`);
  return value;
};

/** A browser that came in by a link. */
interface Door { readonly host: string; readonly cookie: string }

async function enter(link: string): Promise<Door> {
  const answer = await fetch(link, { redirect: "manual" });
  const cookie = answer.headers.get("set-cookie")?.split(";")[0];
  if (!cookie) throw new Error(`no way in by ${link}`);
  return { host: new URL(link).host, cookie };
}

const clock = {
  after: (ms: number, what: () => void) => {
    const timer = setTimeout(what, ms);
    return () => { clearTimeout(timer); };
  },
};

const sleep = (ms: number) => new Promise<void>((done) => { setTimeout(done, ms); });

function over(door: Door, place: string): Dial {
  return (_tab, listener) => {
    const url = `ws://${door.host}/channel?document=${asked("DOCUMENT")}&place=${place}`;
    const headers = { cookie: door.cookie, origin: `http://${door.host}` };
    const socket = new WebSocket(url, { headers });
    socket.on("message", (data: Buffer) => {
      listener.frame(JSON.parse(data.toString()) as FromDaemon);
    });
    socket.on("error", () => { /* It closes next. */ });
    socket.on("close", () => { listener.lost(); });
    const line = {
      send: (frame: unknown) => {
        if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
      },
      close: () => { socket.close(); },
    };
    return { line, cut: () => { socket.terminate(); } };
  };
}

async function quiet(tabs: Tab[]): Promise<void> {
  const end = Date.now() + 30_000;
  for (let calm = 0; calm < 8;) {
    await sleep(100);
    const same = tabs.every((tab) => tab.text === tabs[0]?.text && tab.session.clean());
    calm = same ? calm + 1 : 0;
    if (Date.now() > end) throw new Error(JSON.stringify(tabs.map((tab) => tab.text)));
  }
}

async function session(seed: number, doors: Door[], place: string, cuts: boolean): Promise<void> {
  const next = draw(seed);
  const gentle = next(2) === 0;
  const tabs = [0, 1, 2].map((i) => {
    const door = doors[i % doors.length];
    if (!door) throw new Error("a replica at least");
    return new Tab(String(i), clock, () => ({ version: "", text: "" }), over(door, place));
  });
  while (!tabs.every((tab) => tab.writable)) await sleep(10);
  const first = tabs[0];
  await quiet(tabs);
  const typed: Typed[] = [];
  // Letters of earlier sessions in this section are not looked for.
  if (first && first.text) {
    first.select(0, first.text.length);
    first.dispatch(first.state.tr.deleteSelection());
    await quiet(tabs);
  }
  for (let i = 0; i < 60; i++) {
    const index = next(3);
    const tab = tabs[index];
    if (tab) act(tab, index, next, typed, gentle);
    if (cuts && next(25) === 0) tabs[next(3)]?.line?.cut();
    await sleep(next(3) ? next(15) : next(120));
  }
  for (const tab of tabs) if (tab.composing) tab.composed();
  await quiet(tabs);
  for (const tab of tabs) tab.session.close();
  if (!gentle) return;
  const text = first?.text ?? "";
  for (const { mark } of typed) expect(text.split(mark).length).toBeGreaterThan(1);
}

test("real daemons: all screens are the text, and nothing typed is lost", async () => {
  const doors = await Promise.all(asked("LINKS").split(" ").map(enter));
  const first = Number(process.env["SEED"] ?? 1);
  const sessions = Number(process.env["SESSIONS"] ?? 20);
  const places = (process.env["PLACES"] ?? "objet champ engagements modalites").split(" ");
  const next = { seed: first };
  await Promise.all(places.map(async (place) => {
    while (next.seed < first + sessions) {
      const seed = next.seed++;
      try {
        await session(seed, doors, place, process.env["CUTS"] !== "no");
      } catch (error) {
        throw new Error(`seed ${seed} in ${place}: ${String(error)}`, { cause: error });
      }
    }
  }));
}, 3_600_000);
