// The script of every page in a real browser: parts drawn again, forms, the banner, small services.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { until, World } from "./page.js";

let world: World;
let events: ServerResponse[] = [];
let posts: { path: string; body: string; partial: boolean }[] = [];
let content = "";
let answer: ((body: URLSearchParams) => { status?: number; content?: string }) | null = null;

const whole = (): string => `<!doctype html><html lang="fr"><head><title>Page</title>
<script src="/app.js" defer></script></head><body data-live="doc1 *" data-events="/events?space=1">
<p id="state" role="status">ancien</p><div id="stopped" role="alert" hidden>Liaison est arrêté</div>
<details class="menu"><summary>Menu</summary><a href="#x">Lien</a></details>
<main id="content" data-swap>${content}</main><div id="announce" role="status"></div></body></html>`;

function serve(request: IncomingMessage, reply: ServerResponse): boolean {
  const url = request.url ?? "";
  if (url.startsWith("/events")) {
    if (url !== "/events?space=1") throw new Error(url);
    reply.writeHead(200, { "Content-Type": "text/event-stream" });
    reply.flushHeaders();
    events.push(reply);
    request.on("close", () => { events = events.filter((one) => one !== reply); });
    return true;
  }
  reply.setHeader("Content-Type", "text/html; charset=utf-8");
  if (request.method !== "POST") { reply.end(whole()); return true; }
  let body = "";
  request.on("data", (part: Buffer) => { body += part.toString(); });
  request.on("end", () => {
    posts.push({ path: url, body, partial: request.headers["x-partial"] === "1" });
    const given = answer?.(new URLSearchParams(body)) ?? {};
    if (given.content !== undefined) content = given.content;
    reply.statusCode = given.status ?? 200;
    reply.end(whole());
  });
  return true;
}

const tell = (event: string, data: string) => {
  for (const one of events) one.write(`event: ${event}\ndata: ${data}\n\n`);
};

beforeAll(async () => { world = await World.open(); world.other = serve; });
afterAll(async () => { await world.close(); });
beforeEach(() => { content = ""; posts = []; answer = null; world.violations = []; });

async function open(html: string): Promise<Page> {
  content = html;
  const page = await world.page("/page");
  await until(() => events.length > 0, true);
  return page;
}

test("the state line and the parts that changed, and focus stays", async () => {
  const page = await open(`<p id="p">un</p><a href="#ici">lien</a>
<details><summary>Plus</summary>dedans</details><p class="x">deux</p>`);
  await page.locator("main a").focus();
  await page.locator("details:not(.menu)").evaluate((e) => { (e as HTMLDetailsElement).open = true; });
  tell("state", "<b>nouveau</b>");
  await until(() => page.locator("#state").innerHTML(), "<b>nouveau</b>");
  content = `<h1>Titre</h1><p id="p">trois</p><a href="#ici">lien</a>
<details><summary>Plus</summary>dedans</details><p>quatre</p>`;
  tell("changed", "autre");
  await page.waitForTimeout(200);
  expect(await page.locator("#p").textContent()).toBe("un");
  tell("changed", "doc1");
  await until(() => page.locator("#p").textContent(), "trois");
  expect(await page.locator("main > p:last-child").textContent()).toBe("quatre");
  tell("changed", "*");
  await page.waitForTimeout(100);
  expect(await page.locator("details:not(.menu)").getAttribute("open")).not.toBe(null);
  expect(world.violations).toEqual([]);
  await page.context().close();
});

test("a field under the fingers is left alone while the rest is drawn again", async () => {
  const form = `<form id="f" method="post" action="/a"><input type="hidden" name="base" value="1">
<input id="nom" name="nom" value="avant"></form>`;
  const page = await open(`<p id="p">un</p>${form}`);
  await page.locator("#nom").fill("le mien");
  content = `<p id="p">deux</p>${form.replace("value=\"1\"", "value=\"2\"").replace("avant", "autrui")}`;
  tell("changed", "doc1");
  await until(() => page.locator("#p").textContent(), "deux");
  expect(await page.locator("#nom").inputValue()).toBe("le mien");
  expect(await page.locator("[name=base]").inputValue()).toBe("1");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("nom");
  // Gone from the page meanwhile: what was typed is not thrown away.
  content = "<p id=\"p\">trois</p>";
  tell("changed", "doc1");
  await until(() => page.locator("#p").textContent(), "trois");
  expect(await page.locator("#nom").inputValue()).toBe("le mien");
  await page.context().close();
});

test("a form that nobody touched shows what the others wrote", async () => {
  const form = (value: string) => `<form id="f" method="post"><input id="nom" name="nom" value="${value}">
<textarea id="t" name="t">${value}</textarea></form>`;
  const page = await open(form("un"));
  content = form("deux");
  tell("changed", "doc1");
  await until(() => page.locator("#nom").inputValue(), "deux");
  expect(await page.locator("#t").inputValue()).toBe("deux");
  await page.context().close();
});

const PARTIAL = `<form id="f" method="post" action="/enregistrer" data-partial>
<input id="nom" name="nom" value="un"><label><input type="checkbox" name="oui" value="o"> oui</label>
<select name="choix"><option>a<option>b</select><input type="password" name="secret">
<button name="par" value="bouton">OK</button></form><p id="dit"></p>`;

test("a partial form is sent alone, and its part is drawn again", async () => {
  const page = await open(PARTIAL);
  await page.locator("#nom").fill("é & ü");
  answer = (body) => ({
    content: PARTIAL.replace("\"un\"", "\"reçu\"").replace("dit\">", `dit">${body.get("nom") ?? ""}`),
  });
  await page.locator("#nom").press("Enter");
  await until(() => page.locator("#dit").textContent(), "é & ü");
  expect(await page.locator("#nom").inputValue()).toBe("reçu");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("nom");
  expect(posts[0]?.partial).toBe(true);
  expect(posts[0]?.body).toBe("nom=%C3%A9+%26+%C3%BC&choix=a&secret=&par=bouton");
  expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
  await page.context().close();
});

test("when Liaison is stopped the form stays, is told, and outlives the page", async () => {
  const page = await open(PARTIAL);
  await page.locator("#nom").fill("à garder");
  await page.locator("[name=oui]").check();
  await page.locator("[name=choix]").selectOption("b");
  await page.locator("[name=secret]").fill("mot de passe");
  await world.stop();
  await page.locator("button").click();
  await until(() => page.locator("#stopped").isVisible(), true);
  expect(await page.locator("#nom").inputValue()).toBe("à garder");
  await world.start();
  await until(() => page.locator("#stopped").isVisible(), false, 15_000);
  await page.reload();
  expect(await page.locator("#nom").inputValue()).toBe("à garder");
  expect(await page.locator("[name=oui]").isChecked()).toBe(true);
  expect(await page.locator("[name=choix]").inputValue()).toBe("b");
  expect(await page.locator("[name=secret]").inputValue()).toBe("");
  await page.context().close();
});

test("a refused form keeps what was typed", async () => {
  const page = await open(PARTIAL);
  await page.locator("#nom").fill("mauvais");
  answer = () => ({ status: 422, content: PARTIAL.replace("\"un\"", "\"mauvais\"")
    .replace("dit\">", "dit\">non") });
  await page.locator("button").click();
  await until(() => page.locator("#dit").textContent(), "non");
  expect(await page.locator("#nom").inputValue()).toBe("mauvais");
  await page.context().close();
});

test("small services: filter, copy, menu, guard", async () => {
  const page = await open(`<input data-filter="#t" id="q" aria-label="Chercher">
<table id="t"><tbody><tr><td>Évaluation de l'été</td></tr><tr><td>Autre œuvre</td></tr></tbody></table>
<textarea id="inv" readonly>liaison-invitation-1</textarea><button data-copy="#inv" data-said="Copié">C</button>
<form id="g" method="post" data-guard><input id="nom" name="nom"></form>`);
  const rows = () => page.locator("tr:visible").allTextContents();
  await page.locator("#q").fill("ete EVAL");
  expect(await rows()).toEqual(["Évaluation de l'été"]);
  await page.locator("#q").fill("oeuvre");
  expect(await rows()).toEqual(["Autre œuvre"]);
  await page.locator("button").click();
  await until(() => page.locator("#announce").textContent(), "Copié");
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("liaison-invitation-1");
  await page.locator("summary").click();
  await page.keyboard.press("Escape");
  expect(await page.locator(".menu").getAttribute("open")).toBe(null);
  await page.locator("summary").click();
  await page.locator("#q").click();
  expect(await page.locator(".menu").getAttribute("open")).toBe(null);
  let asked = 0;
  page.on("dialog", (dialog) => { asked++; void dialog.accept(); });
  await page.locator("#nom").fill("x");
  await page.goto(`${world.address}/autre`);
  expect(asked).toBe(1);
  await page.locator("#nom").fill("y");
  await page.locator("#nom").press("Enter");
  await until(() => posts.length, 1);
  expect(asked).toBe(1);
  await page.context().close();
});
