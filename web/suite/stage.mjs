// The stage: a relay and the replicas of some partners in one temporary folder, each with its page
// in a browser of its own. Everything is real: processes, sockets, Chromium. Whatever happens, all
// that was started is ended and the folder is removed.

import { execFile, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, appendFileSync, createWriteStream } from "node:fs";
import { createConnection, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { chromium } from "playwright-core";

const run = promisify(execFile);

/** The root of the checkout. */
export const ROOT = resolve(import.meta.dirname, "..", "..");
/** Where the suite writes what it found. */
export const OUT = join(ROOT, "target", "suite");

const BIN = resolve(ROOT, process.env["LIAISON_BIN"] ?? join("target", "debug"));
const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
/** A folder like `web`, whose style sheet and scripts are tried in place of those in the program. */
const WEB = process.env["SUITE_WEB"] && resolve(process.env["SUITE_WEB"]);
const ARGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];
/** How long a process may take to say that it is ready, in milliseconds. */
const PATIENCE_MS = 30_000;

/** The partners, by the names of their homes. */
export const PARTNERS = {
  hopital: "Centre hospitalier des Vallons",
  asso: "UNAFAM des Vallons",
  departement: "Département des Vallons",
};

export const sleep = (ms) => new Promise((done) => { setTimeout(done, ms); });

/** Waits until something holds, or fails saying what was awaited. */
export async function until(what, probe, patienceMs = PATIENCE_MS) {
  const ends = Date.now() + patienceMs;
  let last;
  for (;;) {
    try {
      const found = await probe();
      if (found) return found;
      last = undefined;
    } catch (error) { last = error; }
    if (Date.now() > ends) {
      throw new Error(`waited in vain for: ${what}${last ? ` (${last.message})` : ""}`);
    }
    await sleep(60);
  }
}

/** A way from one replica to the relay, that can be shut. */
class Gate {
  #sockets = new Set();
  #open = true;

  static async towards(port) {
    const gate = new Gate();
    gate.server = createServer((near) => {
      if (!gate.#open) { near.destroy(); return; }
      const far = createConnection(port, "127.0.0.1");
      for (const [one, other] of [[near, far], [far, near]]) {
        gate.#sockets.add(one);
        one.on("error", () => other.destroy());
        one.on("close", () => { gate.#sockets.delete(one); other.destroy(); });
        one.pipe(other);
      }
    });
    await new Promise((done) => { gate.server.listen(0, "127.0.0.1", done); });
    gate.url = `ws://127.0.0.1:${gate.server.address().port}`;
    return gate;
  }

  shut() {
    this.#open = false;
    for (const socket of this.#sockets) socket.destroy();
  }

  reopen() { this.#open = true; }

  end() {
    this.shut();
    this.server.close();
  }
}

/** Starts a program that says in one line of JSON that it is ready. */
async function start(program, args, log) {
  const child = spawn(join(BIN, program), args, { stdio: ["ignore", "pipe", "pipe"] });
  child.stderr.pipe(createWriteStream(log, { flags: "a" }));
  let timer;
  const ready = await Promise.race([
    new Promise((done, fail) => {
      createInterface({ input: child.stdout }).once("line", (line) => done(JSON.parse(line)));
      child.once("error", fail);
      child.once("exit", (code) => fail(new Error(`${program} ended with ${code}; see ${log}`)));
    }),
    new Promise((_, fail) => {
      timer = setTimeout(() => fail(new Error(`${program} does not start`)), PATIENCE_MS);
    }),
  ]).finally(() => clearTimeout(timer));
  return { child, ready };
}

/** Ends a process of ours, by force when it does not obey. */
async function end(child) {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((done) => { child.once("exit", done); });
  child.kill("SIGTERM");
  const force = setTimeout(() => child.kill("SIGKILL"), 10_000);
  await gone;
  clearTimeout(force);
}

/** One partner: a home, its daemon, and a browser that has come in. */
class Partner {
  constructor(stage, name) {
    this.stage = stage;
    this.name = name;
    this.home = join(stage.dir, name);
    this.port = 0;
  }

  /** Types a command of `liaison`, and returns its JSON. */
  async type(...args) {
    const { status, value, said } = await this.typeAny(...args);
    if (status !== 0) throw new Error(`liaison ${args.join(" ")} at ${this.name}: ${status} ${said}`);
    return value;
  }

  /** The same, whatever comes of it. */
  async typeAny(...args) {
    const all = ["--home", this.home, "--json", ...args];
    const said = await run(join(BIN, "liaison"), all, { maxBuffer: 64 << 20 })
      .then(({ stdout }) => ({ code: 0, stdout }), (error) => error);
    const status = typeof said.code === "number" ? said.code : 70;
    const value = said.stdout ? JSON.parse(said.stdout) : null;
    return { status, value, said: `${said.stdout ?? ""}${said.stderr ?? ""}` };
  }

  async init(title) {
    this.title = title;
    const init = ["init", "--partner", title, "--device", `poste ${this.name}`, "--no-passphrase"];
    await this.type(...init);
    this.gate = await Gate.towards(this.stage.relayPort);
    appendFileSync(join(this.home, "liaison.toml"), `\nrelay_via = "${this.gate.url}"\n`);
  }

  /** Starts the daemon, on the same port as before when there was one. */
  async serve() {
    const args = ["--home", this.home, "serve", "--no-open", "--json", "--port", String(this.port)];
    const { child, ready } = await start("liaison", args, join(this.stage.dir, `${this.name}.log`));
    this.child = child;
    this.link = ready.open;
    this.url = new URL(ready.url ?? ready.open).origin;
    this.port = Number(new URL(this.url).port);
  }

  async stop() {
    await end(this.child);
    this.child = undefined;
  }

  /** Makes a browser context that is watched, and comes in by a link. */
  async enter(options = {}) {
    const context = await this.stage.context(this, options);
    const page = await context.newPage();
    const link = this.link ?? (await this.type("open", "--no-open")).open;
    this.link = undefined;
    await page.goto(link);
    await page.waitForURL((url) => url.pathname.startsWith("/s/"));
    return page;
  }

  /** Comes in and keeps that page for the scenes. */
  async open() { this.page = await this.enter(); }

  /** Makes another page of the browser that is in; with options, in a context of its own. */
  async tab(options) {
    const own = this.page.context();
    if (!options) return own.newPage();
    const storageState = await own.storageState();
    return (await this.stage.context(this, { storageState, ...options })).newPage();
  }

  /** Cuts the way to the relay. */
  cut() { this.gate.shut(); }
  mend() { this.gate.reopen(); }

  async end() {
    this.gate?.end();
    await this.stop();
  }
}

export class Stage {
  partners = {};
  /** What no scene may cause: errors of pages, dialogs, requests to elsewhere. */
  faults = [];
  /** Faults that the scene under way provokes on purpose: it says which by a pattern. */
  allowed = [];
  #contexts = new Set();

  /** Makes the folder and starts the relay and a browser. */
  static async set() {
    const stage = new Stage();
    for (const program of ["liaison", "liaison-relay"]) {
      if (!existsSync(join(BIN, program))) throw new Error(`no program ${join(BIN, program)}`);
    }
    if (!existsSync(CHROMIUM)) throw new Error(`no browser at ${CHROMIUM}`);
    mkdirSync(OUT, { recursive: true });
    stage.dir = mkdtempSync(join(tmpdir(), "liaison-suite-"));
    try {
      await run(join(BIN, "liaison-relay"), ["init", "--dir", stage.relayDir, "--json"]);
      await stage.startRelay();
      stage.browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS });
    } catch (error) {
      await stage.strike();
      throw error;
    }
    return stage;
  }

  get relayDir() { return join(this.dir, "relais"); }
  get relayUrl() { return `ws://127.0.0.1:${this.relayPort}`; }

  async startRelay() {
    const listen = `127.0.0.1:${this.relayPort ?? 0}`;
    const args = ["serve", "--dir", this.relayDir, "--listen", listen, "--json"];
    const { child, ready } = await start("liaison-relay", args, join(this.dir, "relais.log"));
    this.relay = child;
    this.relayPort = Number(new URL(ready.url).port);
  }

  async stopRelay() {
    await end(this.relay);
    this.relay = undefined;
  }

  /** Makes a replica with its daemon. */
  async settle(name, title) {
    const partner = new Partner(this, name);
    this.partners[name] = partner;
    await partner.init(title);
    await partner.serve();
    return partner;
  }

  /** Founds a space with three guarantors, and fills it with the demo territory. */
  async found(title = "PTSM des Trois-Vallons") {
    const [first, ...others] = Object.entries(PARTNERS);
    const founder = await this.settle(...first);
    const found = ["space", "found", title, "--relay", this.relayUrl, "--rule", "majority"];
    this.space = (await founder.type(...found)).space;
    const inside = [founder];
    for (const other of others) {
      const newcomer = await this.settle(...other);
      await this.admit(newcomer, inside, "guarantor");
      inside.push(newcomer);
    }
    const filled = await founder.type("demo", this.space, "--yes");
    this.documents = filled.documents;
    await this.meet();
  }

  /** Takes an organisation in, by the votes of those who are in. */
  async admit(newcomer, inside, role) {
    const { invitation } = await inside[0].type("invite", this.space, "--role", role);
    const { request } = await newcomer.type("join", invitation);
    for (const voter of inside) {
      if (await this.#isIn(newcomer)) break;
      await until("the request is known", async () => {
        const { status } = await voter.typeAny("approve", this.space, request, "--yes");
        return status === 0 || this.#isIn(newcomer);
      });
    }
    await until(`${newcomer.name} is in`, () => this.#isIn(newcomer));
  }

  async #isIn(newcomer) {
    const { status, value } = await newcomer.typeAny("members", this.space);
    return status === 0 && value.some((one) => one.own && one.state === "active");
  }

  /** Waits until every partner holds the same documents and nothing is on its way. */
  async meet() {
    const all = Object.values(this.partners);
    await until("all partners hold the same", async () => {
      const states = await Promise.all(all.map(async (one) => {
        await one.type("sync");
        return JSON.stringify(await one.type("doc", "list", this.space));
      }));
      return states.every((state) => state === states[0]);
    }, 60_000);
  }

  /** Makes a browser context whose pages are watched. */
  async context(partner, options) {
    const wide = { width: 1280, height: 900 };
    const context = await this.browser.newContext({ locale: "fr-FR", viewport: wide, ...options });
    context.setDefaultTimeout(15_000);
    this.#contexts.add(context);
    context.on("close", () => this.#contexts.delete(context));
    if (WEB) {
      await context.route("**/assets/*", (route) => {
        const name = new URL(route.request().url()).pathname.split("/").pop();
        const path = [join(WEB, name), join(WEB, "dist", name)].find((one) => existsSync(one));
        return path ? route.fulfill({ path }) : route.continue();
      });
    }
    const fault = (what) => this.faults.push(`${partner.name}: ${what}`);
    context.on("page", (page) => {
      page.on("pageerror", (error) => fault(`page error: ${error.message}`));
      page.on("console", (message) => {
        if (["error", "warning"].includes(message.type())) {
          fault(`console ${message.type()}: ${message.text()} (${message.location().url})`);
        }
      });
      page.on("dialog", (dialog) => {
        fault(`dialog: ${dialog.type()} ${dialog.message()}`);
        dialog.accept().catch(() => {});
      });
    });
    context.on("request", (request) => {
      const url = new URL(request.url());
      const inner = ["data:", "blob:", "about:"].includes(url.protocol);
      if (!inner && url.origin !== partner.url) fault(`request to elsewhere: ${request.url()}`);
    });
    return context;
  }

  /** Returns the faults since the last call that no scene has allowed. */
  takeFaults() {
    const allowed = this.allowed;
    const faults = this.faults.filter((fault) => !allowed.some((pattern) => pattern.test(fault)));
    this.faults = [];
    this.allowed = [];
    return faults;
  }

  /** Keeps a picture of every open page. */
  async pictures(name) {
    let nth = 0;
    const kept = [];
    for (const context of this.#contexts) {
      for (const page of context.pages()) {
        nth += 1;
        const path = join(OUT, `failed-${name}-${nth}.png`);
        await page.screenshot({ path, timeout: 5_000 }).then(() => kept.push(path), () => {});
      }
    }
    return kept;
  }

  /** Puts the stage in order between two scenes, whatever the last one left. */
  async tidy() {
    if (!this.relay) await this.startRelay();
    for (const partner of Object.values(this.partners)) {
      partner.mend();
      if (!partner.child) await partner.serve();
      // After a start its link, unless it was used, lets the browser in for sure.
      if (partner.page && partner.link) await this.#reenter(partner);
    }
    const kept = Object.values(this.partners).map((partner) => partner.page).filter(Boolean);
    for (const context of [...this.#contexts]) {
      if (!kept.some((page) => page.context() === context)) await context.close();
      else for (const page of context.pages()) if (!kept.includes(page)) await page.close();
    }
    for (const page of kept) await page.goto("about:blank");
    this.takeFaults();
  }

  async #reenter(partner) {
    await partner.page.goto(partner.link);
    await partner.page.waitForURL((url) => url.pathname.startsWith("/s/"));
    partner.link = undefined;
  }

  /** Ends everything and removes the folder. */
  async strike() {
    await this.browser?.close().catch(() => {});
    for (const partner of Object.values(this.partners)) await partner.end();
    await this.stopRelay();
    if (process.env["SUITE_KEEP"]) console.log(`kept: ${this.dir}`);
    else rmSync(this.dir, { recursive: true, force: true });
  }
}

/** Sets the stage, plays, and strikes it, also when it is interrupted. */
export async function perform(play) {
  const stage = await Stage.set();
  const interrupted = () => { stage.strike().finally(() => process.exit(130)); };
  process.once("SIGINT", interrupted);
  process.once("SIGTERM", interrupted);
  try {
    return await play(stage);
  } finally {
    await stage.strike();
  }
}
