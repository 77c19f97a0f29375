// Scenes in which partners decide: freeze and sign a text, see what changed since, let a newcomer
// in.

import assert from "node:assert/strict";
import { until } from "../stage.mjs";
import { save } from "./writing.mjs";

export async function signature(stage) {
  const partners = ["hopital", "asso", "departement"].map((name) => stage.partners[name]);
  const document = stage.documents["CV-02"];
  const versions = (one) => `${one.url}/d/${document}/versions`;
  const [first, second] = partners;
  await stage.meet();

  await first.page.goto(`${first.url}/d/${document}`);
  await first.page.getByRole("link", { name: "Versions figées et visas" }).click();
  await first.page.getByText("Figer cette version", { exact: true }).first().click();
  await first.page.getByLabel("Décision").fill("COPIL du 14 janvier");
  await first.page.getByRole("button", { name: "Figer cette version" }).click();
  await first.page.getByText(/Le texte est figé/).waitFor();
  await first.page.locator("section.version", { hasText: "COPIL du 14 janvier" }).waitFor();

  for (const one of partners) {
    const { page } = one;
    await until("the frozen version has come", async () => {
      await page.goto(versions(one));
      return (await page.locator("section.version").count()) === 1
        && (await page.getByRole("button", { name: "Signer cette version" }).count()) === 1;
    });
    await page.getByLabel("Qualité").selectOption({ index: 1 });
    // Not without having read: the browser asks for the box first.
    await page.getByRole("button", { name: "Signer cette version" }).click();
    assert.equal(await page.locator(".visas li", { hasText: "✔" })
      .filter({ hasText: one.title }).count(), 0);
    await page.getByLabel("J'ai lu le texte").check();
    await page.getByRole("button", { name: "Signer cette version" }).click();
    await page.getByText("Le visa de votre organisation est donné.").waitFor();
  }
  await until("three visas at the first", async () => {
    await first.page.goto(versions(first));
    return (await first.page.locator(".visas li", { hasText: "✔" }).count()) === 3;
  });
  const said = await first.page.locator("section.version").textContent();
  for (const one of partners) assert.match(said, new RegExp(one.title));
  await first.page.getByText("Le document est exactement la dernière version figée.").waitFor();

  // One comma more: it shows, word by word, and is signed as an amendment.
  const { page } = second;
  await page.goto(`${second.url}/d/${document}/texte/informations`);
  const plain = await second.tab({ javaScriptEnabled: false });
  await plain.goto(page.url());
  const box = plain.locator("#text");
  const stood = await box.inputValue();
  await box.fill(stood.replace("ne reçoivent", ", elles, ne reçoivent").replace(" ,", ","));
  await save(plain);
  await plain.context().close();
  await page.goto(versions(second));
  await page.getByText("Le document a changé depuis la dernière version figée :").waitFor();
  const difference = page.locator("main > ul.differences");
  assert.match(await difference.textContent(), /Échange d'informations/);
  assert.ok((await difference.locator("ins").count()) > 0, "what was added is marked");
  await page.getByText("Figer comme avenant de cette version").first().click();
  await page.getByLabel("Décision").fill("COPIL du 3 mars");
  await page.getByRole("button", { name: "Figer comme avenant de cette version" }).click();
  await page.getByText(/Le texte est figé/).waitFor();
  assert.equal(await page.locator("section.version").count(), 2);
}

export async function invitation(stage) {
  const { hopital, asso } = stage.partners;
  const address = (one) => `${one.url}/s/${stage.space}/partenaires`;
  const { page } = hopital;
  await page.goto(address(hopital));
  await page.getByLabel("Rôle").selectOption({ label: "membre" });
  await page.getByRole("button", { name: "Inviter une organisation" }).click();
  const invitation = (await page.locator("#invitation").inputValue()).trim();
  assert.match(invitation, /^liaison-invitation-/);

  const name = "CPTS des Vallons";
  const cpts = await stage.settle("cpts", name);
  const { words, request } = await cpts.type("join", invitation);
  assert.equal(words.length, 8);
  for (const one of [hopital, asso]) {
    const vote = one.page.locator("article.vote", { hasText: name });
    await until(`the request at ${one.name}`, async () => {
      await one.page.goto(address(one));
      return (await vote.count()) === 1;
    });
    const badge = one.page.getByRole("navigation").locator(".count.wanted");
    assert.equal((await badge.textContent()).trim(), "1", "the navigation says that a vote waits");
    assert.equal((await vote.locator(".words").textContent()).trim(), words.join(" "));
    // Not before the words were compared.
    await vote.getByRole("button", { name: "Approuver" }).click();
    assert.equal(await one.page.locator("article.vote").count(), 1);
    await vote.getByLabel("Les huit mots sont les mêmes").check();
    await vote.getByRole("button", { name: "Approuver" }).click();
    await one.page.getByText(one === hopital ? "Vous avez approuvé." : "C'est décidé.").first()
      .waitFor();
  }
  await until("the newcomer is in, with every document", async () => {
    await cpts.typeAny("sync");
    const { status, value } = await cpts.typeAny("doc", "list", stage.space);
    return status === 0 && value.length > 100 && value.every((one) => one.readable);
  }, 60_000);
  const theirs = await cpts.enter();
  await theirs.getByRole("link", { name: "Fiches-actions" }).click();
  await theirs.getByRole("link", { name: /^FA-01/ }).waitFor();
  await page.goto(address(hopital));
  const row = page.getByRole("row", { name: new RegExp(name) });
  await until("the roster names the newcomer", async () => {
    if (await row.count()) return true;
    await page.goto(address(hopital));
    return false;
  });
  assert.match(await row.textContent(), /membre.*participe/s);
  assert.ok(request);
  await theirs.context().close();
}
