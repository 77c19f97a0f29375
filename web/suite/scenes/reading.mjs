// Scenes in which people look for things: the first open, who leads a fiche, another language, the
// keyboard alone, no script at all.

import assert from "node:assert/strict";
import { until } from "../stage.mjs";

/** What the first open may transfer. */
const BYTES_MAX = 300_000;
/** What the first open should take; told, for the machine of the suite is shared. */
const READY_MS = 400;

/** Opens an address in a fresh browser and returns what it took. */
async function opened(stage, partner, state, address) {
  const context = await stage.context(partner, { storageState: state });
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send("Network.enable");
  let bytes = 0;
  cdp.on("Network.responseReceived", ({ response }) => { bytes += response.encodedDataLength; });
  cdp.on("Network.dataReceived", ({ encodedDataLength }) => { bytes += encodedDataLength; });
  const began = performance.now();
  await page.goto(partner.url + address, { waitUntil: "load" });
  const tookMs = performance.now() - began;
  const server = await page.evaluate(() => {
    const [entry] = performance.getEntriesByType("navigation");
    return entry.responseEnd - entry.requestStart;
  });
  await page.waitForTimeout(300);
  await context.close();
  return { tookMs, bytes, server };
}

export async function firstOpen(stage, tell) {
  const { hopital } = stage.partners;
  const context = await stage.context(hopital, {});
  const page = await context.newPage();
  const { open } = await hopital.type("open", "--no-open");
  const began = performance.now();
  await page.goto(open);
  await page.waitForURL((url) => url.pathname === `/s/${stage.space}`);
  await page.waitForLoadState("load");
  tell(`by the link: ${(performance.now() - began).toFixed(0)} ms (wished: ${READY_MS})`);
  assert.match(await page.title(), /Tableau de bord/);
  assert.equal(await page.locator("h1").textContent(), "Tableau de bord du territoire");

  // The link serves once: another browser stays outside.
  const other = await (await stage.context(hopital, {})).newPage();
  stage.allowed.push(/401/);
  const refused = await other.goto(open);
  assert.equal(refused.status(), 401);
  assert.match(await other.textContent("main"), /liaison open/);

  const state = await context.storageState();
  const fiche = `/d/${stage.documents["FA-03"]}`;
  for (const [what, address] of [
    ["home", `/s/${stage.space}`], ["fiche", fiche], ["editor", `${fiche}/texte/constats`],
  ]) {
    const { tookMs, bytes, server } = await opened(stage, hopital, state, address);
    tell(`${what}: ${tookMs.toFixed(0)} ms, of which the daemon ${server.toFixed(0)}; `
      + `${(bytes / 1000).toFixed(1)} kB`);
    assert.ok(bytes > 5_000 && bytes < BYTES_MAX, `${what}: ${bytes} bytes`);
  }
}

export async function findLead(stage) {
  const { page } = stage.partners.asso;
  const lead = "Agglomération de Sainte-Aurore";
  const ledBy = async () => {
    const term = page.locator("aside.fields dt", { hasText: /^Pilote$/ });
    assert.equal((await term.locator("+ dd").textContent()).trim(), lead);
  };
  await page.goto(`${stage.partners.asso.url}/s/${stage.space}`);
  await page.getByRole("searchbox").fill("premiers secours");
  await page.getByRole("searchbox").press("Enter");
  await page.getByRole("link", { name: /^FA-03/ }).first().click();
  await ledBy();

  await page.getByRole("navigation").getByRole("link", { name: /Fiches-actions/ }).click();
  const row = page.getByRole("row", { name: /FA-03/ });
  assert.match(await row.textContent(), new RegExp(lead));
  // What goes on for ever stands in no schedule; FA-06 ends one day.
  for (const [look, fiche] of [["Tableau", /FA-03/], ["Échéancier", /FA-06/], ["Liste", /FA-03/]]) {
    await page.getByRole("link", { name: look, exact: true }).click();
    await page.getByRole("link", { name: fiche }).first().waitFor();
    if (look !== "Tableau") continue;
    const column = page.locator(".board section", { hasText: /^En cours/ });
    assert.equal(await column.getByRole("link", { name: /^FA-03/ }).count(), 1, "FA-03 is under way");
    const twice = /(FA-\d\d) – \1/.exec(await page.locator(".board").first().textContent());
    assert.equal(twice?.[0], undefined, "a number is said once");
  }
  await page.getByRole("link", { name: /FA-03/ }).first().click();
  await ledBy();
}

/** What is focused, and whether a person sees that it is. */
const focused = (page) => page.evaluate(() => {
  const one = document.activeElement;
  const style = getComputedStyle(one);
  const box = one.getBoundingClientRect();
  return {
    name: (one.getAttribute("aria-label") ?? one.textContent ?? "").trim().slice(0, 120),
    id: one.id,
    tag: one.tagName,
    // Focus that a person has to search for is no focus: a ring, in the window.
    ring: style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) >= 2,
    inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  };
});

/** Goes on by the key until something is focused; each step must be seen. */
async function tabTo(page, wanted, stepsMax = 120) {
  for (let step = 0; step < stepsMax; step += 1) {
    await page.keyboard.press("Tab");
    const now = await focused(page);
    if (now.tag === "BODY") continue;
    assert.ok(now.ring, `focus is not seen on ${JSON.stringify(now)}`);
    assert.ok(now.inside, `focus is out of the window on ${JSON.stringify(now)}`);
    if (wanted(now)) return now;
  }
  throw new Error("the key never came there");
}

export async function keyboardOnly(stage) {
  const { hopital } = stage.partners;
  const page = await hopital.tab();
  await page.goto(`${hopital.url}/s/${stage.space}`);
  const enter = async () => {
    const left = page.url();
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.href !== left);
  };
  const skip = await tabTo(page, (now) => now.tag === "A");
  assert.match(skip.name, /contenu/i, "the first stop leads to the content");
  await tabTo(page, (now) => /^Fiches-actions/.test(now.name));
  await enter();
  await tabTo(page, (now) => /^FA-04/.test(now.name));
  await enter();
  await tabTo(page, (now) => now.name === "Modifier les rubriques");
  await enter();
  await tabTo(page, (now) => now.id === "in-pilote_fonction");
  await page.keyboard.press("Control+A");
  await page.keyboard.type("Référente logement, au clavier");
  await tabTo(page, (now) => now.tag === "BUTTON" && now.name === "Enregistrer");
  await enter();
  await page.getByText("Enregistré sur cet ordinateur.").waitFor();
  await page.getByText("Référente logement, au clavier").waitFor();
  // Menus open and close by keys, and give focus back.
  await page.locator("header.top details.menu summary").focus();
  await page.keyboard.press("Enter");
  await page.locator("header.top details.menu[open]").waitFor();
  await page.keyboard.press("Escape");
  await page.locator("header.top details.menu:not([open])").waitFor();
  assert.equal((await focused(page)).tag, "SUMMARY");
  await page.close();
}

export async function english(stage) {
  const { departement } = stage.partners;
  const page = await departement.tab();
  await page.goto(`${departement.url}/s/${stage.space}/fiches`);
  await page.locator("header.top details.menu summary").click();
  await page.getByRole("button", { name: "English" }).click();
  await page.getByRole("heading", { level: 1, name: "Action sheets" }).waitFor();
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
  assert.match(page.url(), /\/fiches$/, "the language changes, the page stays");
  await page.getByRole("link", { name: /^FA-09/ }).click();
  await page.getByRole("link", { name: "Edit the fields" }).click();
  await page.getByLabel("Function at the lead").or(page.locator("#in-pilote_fonction")).first()
    .fill("Head of the mobile team");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved on this computer.").waitFor();
  for (const name of ["Home", "Meetings", "Agreements", "Indicators", "Fundings", "Partners"]) {
    await page.getByRole("navigation").getByRole("link", { name }).first().click();
    await page.locator("h1").waitFor();
    // What partners wrote stays as it is; what the program says is in English.
    const said = await page.locator("nav, header, button, h1, h2, thead, label, .empty, footer")
      .allInnerTexts();
    const french = /Enregistrer|Exporter|Aucun|Rien |Historique|Modifier|Accueil|Nouveau|Demandes|Titre|État|Quand/
      .exec(said.join("\n"));
    assert.equal(french?.[0], undefined, `${name}: a French word stands on the page`);
  }
  await page.locator("header.top details.menu summary").click();
  await page.getByRole("button", { name: "Français" }).click();
  await page.getByRole("heading", { level: 1, name: "Partenaires et relais" }).waitFor();
  assert.equal(await page.locator("html").getAttribute("lang"), "fr");
  await page.close();
}

export async function withoutScript(stage) {
  const { asso } = stage.partners;
  const page = await asso.enter({ javaScriptEnabled: false });
  await page.goto(`${asso.url}/s/${stage.space}`);
  await page.getByRole("link", { name: "Indicateurs" }).click();
  await page.getByRole("link", { name: /^I04/ }).first().click();
  await page.getByRole("link", { name: "Modifier les rubriques" }).click();
  await page.locator("#in-source").fill("Relevé sans script");
  await page.getByRole("button", { name: "Enregistrer" }).click();
  await page.getByText("Enregistré sur cet ordinateur.").waitFor();
  await page.getByText("Relevé sans script").waitFor();
  // An organisation is named, not numbered; a menu opens without script too.
  await page.locator("header.top details.menu summary").click();
  await page.getByRole("link", { name: "Réglages" }).click();
  await page.locator("h1").waitFor();
  const told = await until("the others hold it too", async () => {
    const shown = await stage.partners.hopital.type("doc", "show", stage.documents["I04"]);
    return shown.fields.source === "Relevé sans script";
  });
  assert.ok(told);
  await page.context().close();
}
