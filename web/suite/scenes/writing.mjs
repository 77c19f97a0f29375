// Scenes in which partners write: one after the other, at once, apart, and while something stops.

import assert from "node:assert/strict";
import { until } from "../stage.mjs";

const SAVED = "Enregistré sur cet ordinateur.";
const show = (partner, document) => partner.type("doc", "show", document);

/** Sends a form and waits until the page says that it is kept. */
export async function save(page) {
  await page.getByRole("button", { name: "Enregistrer", exact: true }).first().click();
  await page.getByText(SAVED).waitFor();
}

/** Waits until a page shows a text, opening it again when it does not follow by itself. */
async function sees(page, address, text) {
  await page.goto(address);
  await until(`${address} shows ${text}`, async () => {
    if (await page.getByText(text).first().isVisible().catch(() => false)) return true;
    await page.goto(address);
    return false;
  });
}

export async function progressPoint(stage) {
  const { hopital, departement } = stage.partners;
  const document = stage.documents["FA-06"];
  const { page } = hopital;
  // Another partner looks at the same fiche: the line comes to that page without a reload.
  await departement.page.goto(`${departement.url}/d/${document}`);
  await page.goto(`${hopital.url}/d/${document}`);
  await page.getByRole("link", { name: /Ajouter une ligne – Points d'étape/ }).click();
  await page.locator("#in-date").fill("2026-11-20");
  await page.locator("#in-auteur").fill("Centre hospitalier des Vallons");
  await page.locator("#in-texte").fill("Les deux derniers CMP reçoivent sous dix jours.");
  await page.locator("#in-avancement").selectOption({ label: "En cours" });
  await save(page);
  const row = page.getByRole("row", { name: /Les deux derniers CMP reçoivent/ });
  await row.waitFor();
  assert.match(await row.textContent(), /20\/11\/2026|20 novembre 2026/);
  assert.match(await row.textContent(), /Centre hospitalier des Vallons/);
  const there = departement.page.getByText("Les deux derniers CMP reçoivent sous dix jours.");
  await there.waitFor({ timeout: 20_000 });
}

export async function indicator(stage) {
  const { asso } = stage.partners;
  const { page } = asso;
  const document = stage.documents["I01"];
  await page.goto(`${asso.url}/s/${stage.space}/indicateurs`);
  await page.getByRole("link", { name: /^I01/ }).click();
  await page.locator("#r-valeurs-2025").getByRole("link", { name: /Modifier/ }).click();
  const value = page.locator("#in-valeurs-2025-valeur");
  assert.equal(await value.inputValue(), "38");
  await value.fill("trente");
  await page.getByRole("button", { name: "Enregistrer" }).click();
  // What cannot be read is told at its field, and what was typed is still there.
  await page.locator(".field.wrong .problem").waitFor();
  assert.equal(await value.inputValue(), "trente");
  await value.fill("36,5");
  await save(page);
  await page.locator("#r-valeurs-2025", { hasText: "36,5" }).waitFor();
  const { fields } = await show(asso, document);
  const row = fields.valeurs.find((one) => one.row === "2025");
  assert.equal(row.cells.valeur, "36.5");
  assert.equal(row.cells.provisoire, "false", "what was left alone stays");
}

export async function staleForm(stage) {
  const { hopital, asso } = stage.partners;
  const document = stage.documents["FA-05"];
  const form = (partner) => `${partner.url}/d/${document}/modifier`;
  await hopital.page.goto(form(hopital));
  await asso.page.goto(form(asso));
  await asso.page.locator("#in-budget_previsionnel").fill("61000");
  await asso.page.locator("#in-pilote_fonction").fill("Fonction écrite par l'association");
  await save(asso.page);
  await until("the hospital holds it", async () =>
    (await show(hopital, document)).fields.budget_previsionnel === "61000.00");

  // The form of the hospital is stale: the same value is asked about, the other field stays theirs.
  const { page } = hopital;
  await page.locator("#in-budget_previsionnel").fill("70000");
  await page.getByRole("button", { name: "Enregistrer" }).click();
  await page.getByText(/a changé pendant que vous écriviez/).waitFor();
  assert.equal((await show(hopital, document)).fields.budget_previsionnel, "61000.00");
  await page.getByLabel("Enregistrer ma valeur").check();
  await save(page);
  const { fields } = await show(hopital, document);
  assert.equal(fields.budget_previsionnel, "70000.00");
  assert.equal(fields.pilote_fonction, "Fonction écrite par l'association");
}

export async function twoValues(stage) {
  const { hopital, asso } = stage.partners;
  const document = stage.documents["FA-07"];
  for (const one of [hopital, asso]) {
    await one.page.goto(`${one.url}/d/${document}/modifier`);
    one.cut();
  }
  await hopital.page.locator("#in-fin_prevue").fill("2027-06-30");
  await save(hopital.page);
  await asso.page.locator("#in-fin_prevue").fill("2027-09-30");
  await save(asso.page);
  await hopital.page.locator("#state", { hasText: /[Hh]ors ligne|ne répond pas/ }).waitFor();
  hopital.mend();
  asso.mend();
  await until("both hold both", async () => {
    const both = await Promise.all([hopital, asso].map((one) => show(one, document)));
    return both.every((one) => one.conflicts.length === 1);
  });
  for (const one of [hopital, asso]) {
    await one.page.goto(`${one.url}/d/${document}`);
    const box = one.page.locator("section.conflict");
    await box.waitFor();
    const text = await box.textContent();
    for (const said of [/2 valeurs proposées/i, /30\/06\/2027|30 juin 2027/,
      /30\/09\/2027|30 septembre 2027/, /Centre hospitalier/, /UNAFAM/]) assert.match(text, said);
  }
  await asso.page.goto(`${asso.url}/s/${stage.space}`);
  await asso.page.locator("section", { has: asso.page.locator("#settle") })
    .getByRole("link", { name: /FA-07/ }).click();
  await asso.page.getByRole("button", { name: /Garder.*(30\/09\/2027|30 septembre 2027)/ }).click();
  await asso.page.getByText(SAVED).waitFor();
  assert.equal(await asso.page.locator("section.conflict").count(), 0);
  await until("settled at the hospital", async () => {
    const shown = await show(hopital, document);
    return shown.conflicts.length === 0 && shown.fields.fin_prevue === "2027-09-30";
  });
  await hopital.page.goto(`${hopital.url}/d/${document}/historique`);
  const latest = hopital.page.locator("ol.history > li").first();
  assert.match(await latest.textContent(), /Fin prévue.*UNAFAM des Vallons/s, "the latest comes first");
  const history = await hopital.page.locator("ol.history").textContent();
  assert.doesNotMatch(history, /1970/, "what nobody wrote has no day");
  for (const said of [/UNAFAM des Vallons/, /Centre hospitalier des Vallons/, /30\/09\/2027|30 septembre 2027/]) {
    assert.match(history, said);
  }
}

export async function twoHandsPlain(stage) {
  const { hopital, asso } = stage.partners;
  const document = stage.documents["CV-02"];
  const pages = [];
  for (const one of [hopital, asso]) {
    const page = await one.tab({ javaScriptEnabled: false });
    await page.goto(`${one.url}/d/${document}/texte/objet`);
    pages.push(page);
  }
  const boxes = pages.map((page) => page.locator("#text"));
  const stood = (await boxes[0].inputValue()).trimEnd();
  await boxes[0].fill(`Au nom des patients. ${stood}\n`);
  await boxes[1].fill(`${stood} Il vaut aussi la nuit.\n`);
  await save(pages[0]);
  await save(pages[1]);
  const wanted = `Au nom des patients. ${stood} Il vaut aussi la nuit.`;
  await until("both texts at both", async () => {
    const both = await Promise.all([hopital, asso].map((one) => show(one, document)));
    return both.every((one) =>
      one.sections.find((part) => part.id === "objet").text.trimEnd() === wanted);
  });
  for (const page of pages) await page.context().close();
}

export async function twoHandsEditor(stage) {
  const { hopital, asso } = stage.partners;
  const document = stage.documents["CV-02"];
  const pages = [];
  for (const one of [hopital, asso]) {
    const page = await one.tab();
    await page.goto(`${one.url}/d/${document}/texte/gouvernance`);
    await page.locator("#editor [contenteditable=true]").waitFor();
    pages.push(page);
  }
  const texts = ["Le comité se réunit deux fois l'an. ", "L'association y siège. "];
  await Promise.all(pages.map(async (page, at) => {
    const editor = page.locator("#editor [contenteditable=true]");
    await editor.click();
    await page.waitForTimeout(150);
    await page.keyboard.type(texts[at], { delay: 12 });
  }));
  await until("both texts on both screens and in both documents", async () => {
    const screens = await Promise.all(pages.map((page) =>
      page.locator("#editor [contenteditable=true]").innerText()));
    const stored = await Promise.all([hopital, asso].map((one) => show(one, document)));
    const texts2 = stored.map((one) => one.sections.find((part) => part.id === "gouvernance").text);
    const letters = (text) => [...text.replace(/\s/g, "")].sort().join("");
    const all = letters(texts.join(""));
    return [...screens, ...texts2].every((text) => letters(text) === all)
      && texts2[0] === texts2[1];
  }).catch(async (error) => {
    const shown = await Promise.all([hopital, asso].map((one) => show(one, document)));
    throw new Error(`${error.message}: ${JSON.stringify(shown.map((one) =>
      one.sections.find((part) => part.id === "gouvernance").text))}`);
  });
  for (const page of pages) await page.close();
}

export async function comment(stage) {
  const { hopital, asso } = stage.partners;
  const document = stage.documents["CV-02"];
  const part = (one) => `${one.url}/d/${document}/texte/modalites`;
  await hopital.type("doc", "write", document, "modalites", "--append", "Une réunion chaque trimestre.\n");
  await until("the association has the text", async () => {
    const { sections } = await show(asso, document);
    return sections.find((one) => one.id === "modalites").text.includes("chaque trimestre");
  });
  const { page } = asso;
  const comment = (one) => one.page.locator("article.thread");
  await page.goto(part(asso));
  const form = page.locator("#comment-form");
  const editor = page.locator("#editor [contenteditable=true]");
  await editor.click();
  await page.keyboard.press("Control+A");
  await until("the passage is taken into the form", async () =>
    (await form.locator("[name=quote]").inputValue()).includes("chaque trimestre"));
  await form.locator("[name=text]").fill("Et en cas d'urgence ?");
  await form.locator("[name=proposed]").fill("Une réunion chaque mois.");
  await form.getByRole("button").click();
  await comment(asso).filter({ hasText: "Et en cas d'urgence ?" }).waitFor();

  await until("the comment at the hospital", async () => {
    await hopital.page.goto(part(hopital));
    return (await comment(hopital).count()) === 1;
  });
  assert.match(await comment(hopital).textContent(), /UNAFAM des Vallons/);
  await hopital.page.getByText("Répondre", { exact: true }).first().click();
  await comment(hopital).getByRole("textbox").fill("D'accord pour chaque mois.");
  await comment(hopital).getByRole("button", { name: "Répondre" }).click();
  await comment(hopital).getByText("D'accord pour chaque mois.").waitFor();
  await hopital.page.getByRole("button", { name: "Accepter" }).click();
  await until("the proposal stands in the text of both", async () => {
    const both = await Promise.all([hopital, asso].map((one) => show(one, document)));
    return both.every((one) => one.sections.find((two) => two.id === "modalites").text
      .includes("Une réunion chaque mois."));
  });
}

export async function relayStopped(stage) {
  const { hopital, asso } = stage.partners;
  const document = stage.documents["FA-08"];
  await hopital.page.goto(`${hopital.url}/d/${document}/modifier`);
  await stage.stopRelay();
  await hopital.page.locator("#in-pilote_fonction").fill("Écrit sans relais");
  await save(hopital.page);
  await hopital.page.locator("#state", { hasText: /enregistr/i }).waitFor();
  await until("the state line says so", async () =>
    /[Hh]ors ligne|ne répond pas/.test(await hopital.page.locator("#state").textContent()));
  await asso.page.goto(`${asso.url}/d/${document}/modifier`);
  await asso.page.locator("#in-instance_suivi").fill("Groupe écrit sans relais");
  await save(asso.page);
  await stage.startRelay();
  await until("both hold both", async () => {
    const both = await Promise.all([hopital, asso].map((one) => show(one, document)));
    return both.every(({ fields }) => fields.pilote_fonction === "Écrit sans relais"
      && fields.instance_suivi === "Groupe écrit sans relais");
  }, 60_000);
  await sees(asso.page, `${asso.url}/d/${document}`, "Écrit sans relais");
  await until("all is shared again", async () =>
    /À jour/.test(await asso.page.locator("#state").textContent()));
}

export async function daemonStopped(stage) {
  const { departement } = stage.partners;
  const document = stage.documents["FA-10"];
  const page = await departement.tab();
  await page.goto(`${departement.url}/d/${document}/modifier`);
  const field = page.locator("#in-pilote_fonction");
  // What the browser says of a machine that is not there is no fault of the page.
  stage.allowed.push(/ERR_CONNECTION_REFUSED/, /ERR_INCOMPLETE_CHUNKED_ENCODING/, /401/);
  await field.fill("Écrit pendant l'arrêt");
  await departement.stop();
  await page.locator("#stopped").waitFor({ state: "visible" });
  await page.getByRole("button", { name: "Enregistrer" }).click();
  await page.waitForTimeout(500);
  assert.equal(await field.inputValue(), "Écrit pendant l'arrêt");
  assert.ok(await page.locator("#stopped").isVisible());

  await departement.serve();
  departement.link = undefined;
  await page.locator("#stopped").waitFor({ state: "hidden" });
  assert.equal(await field.inputValue(), "Écrit pendant l'arrêt");
  await save(page);
  const { fields } = await show(departement, document);
  assert.equal(fields.pilote_fonction, "Écrit pendant l'arrêt");
  await page.close();
}
