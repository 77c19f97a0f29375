// The built editor in a real browser, under the policy of the real pages.

import axe from "axe-core";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { Daemon } from "./daemon.js";
import { until, World } from "./page.js";

let world: World;
beforeAll(async () => { world = await World.open(); });
afterAll(async () => { await world.close(); });
beforeEach(() => {
  world.daemon = new Daemon("");
  world.language = "fr";
  world.comments = [];
  world.violations = [];
});

async function open(text: string): Promise<Page> {
  world.daemon = new Daemon(text);
  return join();
}

async function join(): Promise<Page> {
  const page = await world.page();
  await page.waitForSelector(".editor-text[contenteditable=true]");
  return page;
}

const shown = (page: Page) => page.locator(".editor-text").evaluate((text) =>
  [...text.children].map((line) => (line as HTMLElement).textContent ?? ""));
const state = (page: Page) => page.locator(".editor-state").textContent();
const text = () => world.daemon.text;
const end = async (page: Page) => {
  await page.locator(".editor-text").focus();
  await page.keyboard.press("Control+End");
};

async function paste(page: Page, html: string, plain = "x"): Promise<void> {
  await page.evaluate(([h, p]) => {
    const data = new DataTransfer();
    if (h) data.setData("text/html", h);
    data.setData("text/plain", p ?? "");
    const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
    document.querySelector(".editor-text")?.dispatchEvent(event);
  }, [html, plain]);
}

test("writes, shapes by marks and by keys, and is saved", async () => {
  const page = await open("");
  await end(page);
  await page.keyboard.type("# Objet\nLes **partenaires** s'engagent\n- un\n");
  await page.keyboard.type("deux");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Backspace");
  await page.keyboard.type("Fin ");
  await page.keyboard.press("Control+b");
  await page.keyboard.type("très grasse");
  await page.keyboard.press("Control+b");
  await page.keyboard.type(" et maigre");
  const want = "# Objet\nLes **partenaires** s'engagent\n- un\n  - deux\nFin **très grasse** et maigre";
  await until(text, want);
  await until(() => state(page), "Enregistré sur cet ordinateur");
  expect(await shown(page)).toEqual(
    ["Objet", "Les partenaires s'engagent", "un", "deux", "Fin très grasse et maigre"]);
  expect(await page.locator("#editor-form").isVisible()).toBe(false);
  expect(world.violations).toEqual([]);
  await page.context().close();
});

test("two tabs, both at once, each with the other's caret", async () => {
  const a = await open("milieu");
  const b = await join();
  await a.locator(".editor-text").focus();
  await a.keyboard.press("Control+Home");
  await end(b);
  await Promise.all([
    a.keyboard.type("avant ", { delay: 15 }), b.keyboard.type(" après", { delay: 15 }),
  ]);
  await until(text, "avant milieu après");
  await until(() => shown(a), ["avant milieu après"]);
  await until(() => shown(b), ["avant milieu après"]);
  await until(() => a.locator(".caret").count(), 1);
  await until(() => b.locator(".caret").count(), 1);
  expect(await a.locator(".caret").getAttribute("data-name")).toMatch(/^Poste/);
  await a.keyboard.press("Control+z");
  await until(text, "milieu après");
  expect(world.violations).toEqual([]);
  await a.context().close();
  await b.context().close();
});

test("the toolbar by keyboard alone", async () => {
  const page = await open("un\ndeux");
  await end(page);
  await page.keyboard.press("Alt+F10");
  const focused = () => page.evaluate(() => document.activeElement?.textContent ?? "");
  expect(await focused()).toBe("Titre");
  for (let i = 0; i < 4; i++) await page.keyboard.press("ArrowRight");
  expect(await focused()).toBe("Liste numérotée");
  await page.keyboard.press("Enter");
  await until(text, "un\n1. deux");
  expect(await focused()).toBe("Liste numérotée");
  const pressed = page.locator("[data-command=numbers]");
  expect(await pressed.getAttribute("aria-pressed")).toBe("true");
  await page.keyboard.press("End");
  expect(await focused()).toBe("Terminer");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Enter");
  await page.keyboard.type("trois");
  await until(text, "un\n1. deux\n2. trois");
  // Out of a list by keyboard: Escape gives the Tab key back to the page.
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => !document.activeElement?.closest("#editor"))).toBe(true);
  await page.context().close();
});

test("Ctrl+S says that all is saved; Terminer leaves once it is", async () => {
  const page = await open("un");
  await end(page);
  await page.keyboard.type(" deux");
  await page.keyboard.press("Control+s");
  await until(() => state(page), "Tout est déjà enregistré");
  await page.keyboard.type(" trois");
  await page.getByRole("link", { name: "Terminer" }).click();
  await page.waitForURL("**/done");
  expect(text()).toBe("un deux trois");
  await page.context().close();
});

test("the daemon stops and comes back: nothing typed is lost", async () => {
  const page = await open("un");
  await end(page);
  await page.keyboard.type(" deux");
  await until(text, "un deux");
  await page.keyboard.type(" trois");
  await world.stop();
  await page.waitForSelector(".editor-text[contenteditable=false]");
  expect(await state(page)).toMatch(/^Liaison est arrêté sur cet ordinateur\. Votre dernier/);
  await page.keyboard.type("rien");
  await world.start();
  await page.waitForSelector(".editor-text[contenteditable=true]");
  await until(text, "un deux trois");
  await page.keyboard.type(" quatre");
  await until(text, "un deux trois quatre");
  expect(world.violations.filter((v) => !/ERR_CONNECTION/.test(v))).toEqual([]);
  await page.context().close();
});

test("a reload while the daemon cannot keep anything loses nothing", async () => {
  const page = await open("un");
  await end(page);
  // A daemon that hears and never answers.
  world.daemon.take = () => undefined;
  await page.keyboard.type(" perdu");
  await page.waitForFunction(() => sessionStorage.length > 0);
  await page.waitForTimeout(100);
  const silent = world.daemon;
  world.daemon = new Daemon("un");
  expect(silent.text).toBe("un");
  await page.reload();
  await until(text, "un perdu");
  await until(() => shown(page), ["un perdu"]);
  await until(() => page.evaluate(() => sessionStorage.length), 0);
  await page.context().close();
});

test("accents by dead keys and words under composition", async () => {
  const page = await open("caf");
  const other = await join();
  await end(page);
  const keys = await page.context().newCDPSession(page);
  await keys.send("Input.imeSetComposition", { text: "´", selectionStart: 1, selectionEnd: 1 });
  await other.locator(".editor-text").focus();
  await other.keyboard.press("Control+Home");
  await other.keyboard.type("Un ");
  await until(text, "Un caf");
  expect(await shown(page)).toEqual(["caf´"]);
  await keys.send("Input.imeSetComposition", { text: "é", selectionStart: 1, selectionEnd: 1 });
  await keys.send("Input.insertText", { text: "é" });
  await until(text, "Un café");
  await until(() => shown(page), ["Un café"]);
  await page.keyboard.type("s");
  await until(text, "Un cafés");
  await page.context().close();
  await other.context().close();
});

const WORD = `<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p{color:red}</style>
<title>x</title></head><body lang=FR><!--StartFragment-->
<p class=MsoTitle>Convention</p><h1>Article&nbsp;1<o:p></o:p></h1><h2>Objet</h2>
<p class=MsoNormal>Les <b style='mso-bidi-font-weight:normal'>partenaires</b> et
<i>usagers</i> <span style='font-weight:bold;font-style:italic'>tous</span><o:p></o:p></p>
<p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;
</span></span></span><![endif]>premier</p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level2 lfo1'><![if !supportLists]><span
style='mso-list:Ignore'>o<span>&nbsp;</span></span><![endif]>dedans</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>3)<span>&nbsp;</span></span>troisième</p>
<table class=MsoTableGrid><tr><td><p class=MsoNormal>Nom</p></td><td><p>Rôle</p></td></tr>
<tr><td><p><b>CH</b></p></td><td><p>porteur</p><p>garant</p></td></tr></table>
<p class=MsoNormal>Voir <a href="https://exemple.fr/a">le site</a><br>suite <img src="file:///c:/x.png"></p>
<!--EndFragment--></body></html>`;

test("paste from Word", async () => {
  const page = await open("");
  await end(page);
  await paste(page, WORD);
  await until(text, ["# Convention", "# Article\u00a01", "## Objet",
    "Les **partenaires** et *usagers* ***tous***", "- premier", "  - dedans", "3) troisième",
    "Nom | Rôle", "CH | porteur garant", "Voir le site (https://exemple.fr/a)", "suite",
  ].join("\n"));
  expect(await page.locator(".editor-notice").textContent())
    .toBe("Texte collé. Tableaux mis en lignes : 1. Images laissées de côté : 1.");
  expect(world.violations).toEqual([]);
  await page.context().close();
});

const WRITER = `<meta http-equiv="content-type" content="text/html; charset=utf-8"/>
<h3 class="western">Article 2</h3><p style="line-height: 100%">Un texte <b>gras</b>,
coupé en deux.</p><ul><li><p>a</p><ul><li><p>b</p></li></ul></li></ul>
<ol start="4"><li>quatre</li><li>cinq</li></ol><blockquote>cité</blockquote>
<p><font face="Arial"><span style="font-weight: normal"><b>oui</b></span></font></p>`;

test("paste from LibreOffice, in the middle of a line", async () => {
  const page = await open("avant après");
  await page.locator(".editor-text").focus();
  await page.keyboard.press("Control+Home");
  for (let i = 0; i < 6; i++) await page.keyboard.press("ArrowRight");
  await paste(page, WRITER);
  await until(text, ["avant ", "## Article 2", "Un texte **gras**, coupé en deux.", "- a", "  - b",
    "4. quatre", "5. cinq", "> cité", "**oui**", "après"].join("\n"));
  await page.keyboard.press("Control+z");
  await until(text, "avant après");
  await paste(page, "", "- x\r\n- y");
  await until(text, "avant \n- x\n- y\naprès");
  await paste(page, "<p>mot</p>");
  await until(text, "avant \n- x\n- ymot\naprès");
  await page.context().close();
});

test("what is copied here is pasted here as it was", async () => {
  const source = "# Titre\n- a **b**\n  2) c";
  const page = await open(source);
  await end(page);
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Control+c");
  await page.keyboard.press("Control+End");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Control+v");
  await until(text, `${source}\n${source}`);
  await page.context().close();
});

test("a comment takes the passage that is selected, and shows where it stands", async () => {
  world.comments = [{ id: "c1", from: 3, to: 7, resolved: false }];
  const page = await open("un deux trois");
  expect(await page.locator(".commented").textContent()).toBe("deux");
  const button = page.locator("#comment-form button");
  await end(page);
  expect(await button.isDisabled()).toBe(true);
  for (let i = 0; i < 5; i++) await page.keyboard.press("Shift+ArrowLeft");
  await until(() => button.isEnabled(), true);
  const values = await page.locator("#comment-form").evaluate((form) =>
    Object.fromEntries(new FormData(form as HTMLFormElement)));
  expect(values).toMatchObject({ from: "8", to: "13", base: "v0", quote: "trois" });
  await page.locator("[name=quote]").fill("copié à la main");
  await page.locator(".commented").click();
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("comment-c1");
  expect(await page.locator("[name=quote]").inputValue()).toBe("copié à la main");
  expect(await page.locator("[name=from]").inputValue()).toBe("");
  await page.getByRole("link", { name: "Voir le passage" }).click();
  expect(await page.evaluate(() => getSelection()?.toString())).toBe("deux");
  world.daemon.comments([{ id: "c1", from: 3, to: 7, resolved: true }]);
  await until(() => page.locator(".commented.resolved").count(), 1);
  world.daemon.notice("Modifié en même temps que vous : art. 4", 8, 13);
  await page.getByRole("button", { name: "Voir" }).click();
  expect(await page.evaluate(() => getSelection()?.toString())).toBe("trois");
  await page.context().close();
});

test("a form is sent once what was typed is kept, with the place as it is then", async () => {
  const page = await open("un deux");
  let posted = "";
  world.other = (request, answer) => {
    if (request.method !== "POST") return false;
    request.on("data", (part: Buffer) => { posted += part.toString(); });
    answer.setHeader("Content-Type", "text/html; charset=utf-8");
    request.on("end", () => { answer.end(`<title>${world.daemon.text}</title>`); });
    return true;
  };
  await end(page);
  for (let i = 0; i < 4; i++) await page.keyboard.press("Shift+ArrowLeft");
  await until(() => page.locator("#comment-form button").isEnabled(), true);
  // Typed by the other hand between the selection and the button, and not answered yet.
  await page.evaluate(() => {
    const text = document.querySelector(".editor-text")?.firstChild?.firstChild as Text;
    text.insertData(0, "zéro ");
    setTimeout(() => { document.querySelector<HTMLElement>("#comment-form button")?.click(); });
  });
  await until(() => page.title(), "zéro un deux");
  world.other = null;
  const fields = new URLSearchParams(posted);
  expect([fields.get("from"), fields.get("to"), fields.get("base")]).toEqual(["8", "12", "v1"]);
  await page.context().close();
});

test("what is refused is kept, can be copied, and given up", async () => {
  const page = await open("signé");
  world.daemon.refuse = "la version signée ne change pas.";
  await end(page);
  await page.keyboard.type(" !");
  await page.waitForSelector(".editor-text[contenteditable=false]");
  expect(await state(page)).toContain("la version signée ne change pas.");
  await page.getByRole("button", { name: "Copier mon texte" }).click();
  await until(() => page.locator(".editor-notice").textContent(), "Texte copié");
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("signé !");
  await page.getByRole("button", { name: "Revenir au texte partagé" }).click();
  await until(() => shown(page), ["signé"]);
  await until(() => page.evaluate(() => sessionStorage.length), 0);
  await page.context().close();
});

test.each([["fr", ""], ["fr", "# Titre\n- a\n> b"], ["en", "x"]])(
  "is accessible in %s with %j", async (language, start) => {
    world.language = language;
    world.comments = [{ id: "c1", from: 0, to: 1, resolved: false }];
    const page = await open(start);
    if (language === "en") expect(await state(page)).toBe("Saved on this computer");
    // Axe is put in by the test: the policy of the page is not for it.
    const cdp = await page.context().newCDPSession(page);
    await cdp.send("Page.enable");
    await cdp.send("Runtime.evaluate", { expression: axe.source });
    const found = await page.evaluate(async () => {
      const run = (window as unknown as { axe: typeof axe }).axe;
      const { violations } = await run.run(document, { rules: { region: { enabled: false } } });
      return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(" ")}`);
    });
    expect(found).toEqual([]);
    await page.context().close();
  });
