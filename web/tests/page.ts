// A page as the daemon of a replica would serve it, for tests in a real browser: the built files
// of `dist`, the strict policy, and the daemon of the tests behind a WebSocket.

import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { type WebSocket, WebSocketServer } from "ws";
import type { FromTab } from "../app/editor/session.js";
import { Daemon, type Tab } from "./daemon.js";

const dist = join(import.meta.dirname, "..", "dist");
const TYPES: Record<string, string> = { js: "text/javascript", css: "text/css" };

export const escape = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

/** Returns a page that holds an editor, as the server writes it. */
export function editorPage(daemon: Daemon, language: string, comments: unknown[]): string {
  return `<!doctype html><html lang="${language}"><head><title>Article 4</title>
<link rel="stylesheet" href="/editor.css"><script src="/editor.js" defer></script></head>
<body><main><h1>Article 4</h1>
<div id="editor" data-channel="/channel?document=ab&amp;place=cd" data-lang="${language}"
 data-label="Article 4" data-comments="${escape(JSON.stringify(comments))}">
<a href="/done">${language === "fr" ? "Terminer" : "Done"}</a></div>
<form id="editor-form" method="post"><input type="hidden" name="base" value="${daemon.version}">
<textarea name="text" aria-label="Texte">\n${escape(daemon.text)}</textarea><button>OK</button></form>
<form id="comment-form" method="post" action="/comment"><input type="hidden" name="from">
<input type="hidden" name="to"><input type="hidden" name="base">
<label>Passage <textarea name="quote"></textarea></label>
<label>Commentaire <input name="words"></label><button data-passage>Commenter</button></form>
<article id="comment-c1" tabindex="-1">Pourquoi ?</article>
<a href="#c1" data-goto="c1">Voir le passage</a></main></body></html>`;
}

/** A server on a port of its own, and a browser. */
export class World {
  daemon = new Daemon("");
  language = "fr";
  comments: unknown[] = [];
  /** What answers other addresses than those of the editor. */
  other: ((request: IncomingMessage, answer: ServerResponse) => boolean) | null = null;
  violations: string[] = [];
  private server: Server | null = null;
  private readonly sockets = new Set<WebSocket>();
  private tabs = 0;
  private port = 0;

  private constructor(readonly browser: Browser) {}

  static async open(): Promise<World> {
    const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
    const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
    const world = new World(browser);
    await world.start();
    return world;
  }

  get address(): string { return `http://127.0.0.1:${this.port}`; }

  async start(): Promise<void> {
    const server = createServer((request, answer) => { this.serve(request, answer); });
    const sockets = new WebSocketServer({ server });
    sockets.on("connection", (socket) => { this.accept(socket); });
    await new Promise<void>((done) => server.listen(this.port, "127.0.0.1", () => { done(); }));
    this.port = (server.address() as { port: number }).port;
    this.server = server;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.terminate();
    const server = this.server;
    this.server = null;
    server?.closeAllConnections();
    await new Promise<void>((done) => { if (server) server.close(() => { done(); }); else done(); });
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.stop();
  }

  async page(path = "/"): Promise<Page> {
    const context = await this.browser.newContext();
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const page = await context.newPage();
    const note = (text: string) => { this.violations.push(text); };
    page.on("pageerror", (error) => { note(String(error)); });
    page.on("console", (message) => {
      if (/Content Security|Refused|Uncaught/.test(message.text())) note(message.text());
    });
    await page.goto(this.address + path);
    return page;
  }

  private serve(request: IncomingMessage, answer: ServerResponse): void {
    answer.setHeader("Content-Security-Policy", "default-src 'self'");
    const path = (request.url ?? "/").split("?")[0] ?? "/";
    const file = /^\/(app\.js|editor\.js|editor\.css)$/.exec(path)?.[1];
    if (file) {
      answer.setHeader("Content-Type", TYPES[file.split(".")[1] ?? ""] ?? "");
      answer.end(readFileSync(join(dist, file)));
    } else if (!this.other?.(request, answer)) {
      answer.setHeader("Content-Type", "text/html; charset=utf-8");
      answer.end(path === "/done" ? "<title>Fini</title><p>Fini"
        : editorPage(this.daemon, this.language, this.comments));
    }
  }

  private accept(socket: WebSocket): void {
    const daemon = this.daemon;
    const id = String(++this.tabs);
    const tab: Tab = { id, send: (frame) => { socket.send(JSON.stringify(frame)); } };
    this.sockets.add(socket);
    socket.on("message", (data: Buffer) => {
      daemon.take(tab, JSON.parse(data.toString()) as FromTab);
    });
    socket.on("close", () => { this.sockets.delete(socket); daemon.close(tab); });
    daemon.open(tab);
  }
}

/** Waits until something holds, and says what was seen last when it never does. */
export async function until<T>(look: () => T | Promise<T>, wanted: T, ms = 5_000): Promise<void> {
  const end = Date.now() + ms;
  let seen = await look();
  while (JSON.stringify(seen) !== JSON.stringify(wanted)) {
    if (Date.now() > end) throw new Error(`saw ${JSON.stringify(seen)}, not ${JSON.stringify(wanted)}`);
    await new Promise((done) => setTimeout(done, 20));
    seen = await look();
  }
}
