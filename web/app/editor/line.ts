// The world of a session in a browser: a WebSocket to the daemon of this machine, timers, and
// what is kept in the tab while an answer is awaited.

import type { FromDaemon, Listener, Line, Unsent, World } from "./session.js";

const FRAMES = new Set(["text", "written", "refused", "others", "comments", "notice"]);

function read(data: unknown): FromDaemon | null {
  if (typeof data !== "string") return null;
  const frame = JSON.parse(data) as { type?: unknown };
  return FRAMES.has(String(frame.type)) ? frame as FromDaemon : null;
}

function dial(channel: string, listener: Listener): Line {
  const url = new URL(channel, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(url);
  socket.onmessage = (event) => {
    const frame = read(event.data);
    if (frame) listener.frame(frame);
  };
  socket.onclose = () => { listener.lost(); };
  return {
    send: (frame) => {
      // Half an emoji would not be a text for the daemon.
      const sound = (_: string, value: unknown): unknown =>
        typeof value === "string" ? value.toWellFormed() : value;
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame, sound));
    },
    close: () => { socket.close(); },
  };
}

const keyOf = (channel: string): string => `liaison-unsent ${channel}`;

/** Returns what an earlier life of this page could not send. */
export function kept(channel: string): Unsent | null {
  try {
    return JSON.parse(sessionStorage.getItem(keyOf(channel)) ?? "null") as Unsent | null;
  } catch {
    return null;
  }
}

/** Returns the world of a section. */
export function world(channel: string): World {
  return {
    dial: (listener) => dial(channel, listener),
    after: (ms, what) => {
      const timer = setTimeout(what, ms);
      return () => { clearTimeout(timer); };
    },
    keep: (unsent) => { sessionStorage.setItem(keyOf(channel), JSON.stringify(unsent)); },
    forget: () => { sessionStorage.removeItem(keyOf(channel)); },
  };
}
