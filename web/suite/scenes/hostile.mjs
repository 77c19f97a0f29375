// A scene in which a partner means harm: scripts and endless words in every kind and every field.
// Nothing may run, nothing may be fetched, and the pages stay usable.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** What a page must not do with a text: run it, fetch for it, leave its place for it. */
const ATTACKS = [
  `<script>window.harmed=1;alert(1)</script>`,
  `"><img src=x onerror="window.harmed=2"><svg onload=alert(2)>`,
  `' onfocus='window.harmed=3' autofocus tabindex=0 style='position:fixed' x='`,
  `</textarea></title></style><script src=https://evil.example/x.js></script>`,
  `<a href="javascript:alert(4)">ici</a><iframe srcdoc="<script>alert(5)</script>"></iframe>`,
  `{{7*7}}\${alert(6)}<base href=https://evil.example/><meta http-equiv=refresh content=0;url=//evil.example>`,
];
const LONG = "Anticonstitutionnellement".repeat(12);
/** Characters that turn a line around, hide, or stand on each other. */
const ODD = "\u202Eetircé\u202C z\u0301\u0301\u0301\u0301\u0301 \u200B\u2066x\u2069 𝕏 👩‍👩‍👧‍👦";

const TITLE = (`<script>alert(0)</script> "'&<>` + LONG).slice(0, 400).padEnd(400, "W");

/** A value of a field that takes words; nothing for the others. */
function harm(field, at) {
  const text = `${ATTACKS[at % ATTACKS.length]} ${at % 3 === 0 ? LONG : ODD}`.slice(0, 190);
  switch (field.type) {
    case "text": case "prose": case "partner":
      return ["S", "L", "A"].includes(field.merge) ? [text, `${text.slice(0, 180)} deux`] : text;
    case "link": return `https://evil.example/?${at}%22%3E&<b>'onclick=alert(7)`.replace(/[<>]/g, "");
    default: return undefined;
  }
}

/** A value that names a row whose name takes no words. */
const key = (column) => column.choices?.[0].code ?? { year: "2026", period: "2026" }[column.type];

function fields(all) {
  const values = {};
  for (const [at, field] of all.entries()) {
    if (field.merge === "C" || field.name === "versions_figees") continue;
    if (field.type === "rows") {
      const cells = {};
      for (const [nth, column] of field.columns.entries()) {
        const value = harm(column, at + nth) ?? (column.name === field.key ? key(column) : undefined);
        if (value !== undefined) cells[column.name] = value;
      }
      if (Object.keys(cells).length > 0) values[field.name] = [{ cells }];
    } else {
      const value = harm(field, at);
      if (value !== undefined) values[field.name] = value;
    }
  }
  return values;
}

const SECTION = ATTACKS.join("\n\n") + `\n\n# ${LONG}\n\n- ${ATTACKS[1]}\n\n> ${ODD}\n\n**${LONG}**\n`;

/** Makes one document of each kind by a file, and one by commands. */
async function plant(stage, partner) {
  const kinds = await partner.type("doc", "kinds");
  const documents = [];
  for (const kind of kinds.filter((one) => one.kind !== "fiche_liaison")) {
    documents.push({
      document: randomBytes(16).toString("hex"), kind: kind.kind, title: TITLE, fields: fields(kind.fields),
      sections: (kind.sections ?? []).map(({ id }) => ({ id, text: SECTION })),
    });
  }
  const file = join(stage.dir, "hostile.json");
  writeFileSync(file, JSON.stringify({ "liaison-export": 1, documents }));
  const applied = await partner.type("import", file, "--space", stage.space, "--apply");
  // A file without digests is told. Nothing else may keep the harm out, or nothing is tried here.
  const refused = applied.problems.filter((one) => one.path.includes(".fields."));
  assert.deepEqual(refused.slice(0, 5).map((one) => `${one.at}: ${one.message}`), []);
  const { document } = await partner.type("doc", "new", stage.space, "fiche_action", "--title", TITLE);
  for (const [at, name] of ["numero", "pilote", "pilote_fonction", "intitule", "instance_suivi"].entries()) {
    await partner.type("doc", "set", document, name, `${ATTACKS[at]} ${LONG.slice(0, 100)}`);
  }
  await partner.type("doc", "write", document, "constats", "--append", SECTION);
  return { applied, document };
}

export async function hostile(stage, tell) {
  const { asso, hopital } = stage.partners;
  const before = await asso.type("doc", "list", stage.space);
  const { document } = await plant(stage, asso);
  const after = await asso.type("doc", "list", stage.space);
  const known = new Set(before.map((one) => one.document));
  const planted = after.filter((one) => !known.has(one.document));
  tell(`${planted.length} documents mean harm`);
  assert.ok(planted.length >= 20, `only ${planted.length} documents were taken in`);
  await stage.meet();

  const { page } = hopital;
  const visit = async (address) => {
    await page.goto(hopital.url + address, { waitUntil: "load" });
    const seen = await page.evaluate(() => ({
      harmed: window.harmed,
      frames: document.querySelectorAll("iframe, object, embed, base").length,
      scripts: [...document.scripts].filter((one) => !one.src).length,
      headings: document.querySelectorAll("h1").length,
      handlers: [...document.querySelectorAll("*")].flatMap((one) => one.getAttributeNames())
        .filter((name) => name.startsWith("on") || name === "srcdoc").length,
      links: [...document.links].filter((one) => !/^(https?|mailto):/.test(one.protocol)).length,
      address: location.origin,
    }));
    assert.equal(seen.harmed, undefined, `${address}: a script ran`);
    for (const what of ["frames", "scripts", "handlers", "links"]) {
      assert.equal(seen[what], 0, `${address}: ${seen[what]} ${what}`);
    }
    assert.equal(seen.address, hopital.url, `${address}: led away`);
    assert.equal(seen.headings, 1, `${address}: ${seen.headings} main headings`);
    const found = [];
    for (const width of [375, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      const over = await page.evaluate(() => {
        const over = document.documentElement.scrollWidth - innerWidth;
        const out = (one) => one.getBoundingClientRect().right > innerWidth + 1
          && !one.closest(".scroll, .board") && one.children.length === 0;
        const who = over > 0 ? [...document.querySelectorAll("body *")].filter(out).slice(0, 3) : [];
        return { over, who: who.map((one) => `${one.parentElement.tagName} > ${one.tagName}.${one.className}`) };
      });
      if (over.over > 0) found.push(`${address}: ${over.over} px over ${width}: ${over.who.join(", ")}`);
    }
    return found;
  };
  const wide = [];
  const space = `/s/${stage.space}`;
  const address = `/d/${document}`;
  const all = ["", "/fiches", "/fiches?vue=tableau", "/reunions", "/conventions", "/indicateurs",
    "/financements", "/bilan", "/annuaire", "/partenaires", "/recherche?q=script", "/nouveau"]
    .map((list) => space + list);
  for (const [at, one] of planted.entries()) {
    const looks = at % 6 === 0 ? ["", "/modifier", "/historique", "/imprimer"] : ["", "/modifier"];
    all.push(...looks.map((look) => `/d/${one.document}${look}`));
  }
  all.push(`${address}/texte/constats`, `${address}/versions`, `${address}/historique`);
  for (const one of all) wide.push(...await visit(one));
  tell(`${all.length} pages, in a wide and in a narrow window`);

  // It stays usable: a field is changed through its form, and the harm in the others is as it was.
  await page.goto(`${hopital.url}${address}/modifier`);
  await page.locator("#in-instance_suivi").fill("Groupe de travail");
  await page.getByRole("button", { name: "Enregistrer" }).click();
  await page.getByText("Enregistré sur cet ordinateur.").waitFor();
  const { fields: now } = await hopital.type("doc", "show", document);
  assert.equal(now.instance_suivi, "Groupe de travail");
  assert.equal(now.pilote_fonction, `${ATTACKS[2]} ${LONG.slice(0, 100)}`);
  assert.equal(wide.length, 0, `\n${wide.join("\n")}`);
}
