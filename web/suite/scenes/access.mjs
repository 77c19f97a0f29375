// Accessibility of every screen: axe finds nothing, nothing is wider than the window, one main
// heading, a language; in light, dark, a narrow window and 200 % zoom.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { OUT } from "../stage.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];

const WIDE = { width: 1280, height: 900 };

/** The ways a page is looked at. A zoom of 200 % halves the window of a small laptop. */
export const LOOKS = {
  light: { colorScheme: "light" },
  dark: { colorScheme: "dark" },
  narrow: { viewport: { width: 375, height: 800 } },
  zoomed: { viewport: { width: 640, height: 450 } },
};

/** The addresses of every screen. */
export async function screens(stage, partner) {
  const { space, documents } = stage;
  const fiche = `/d/${documents["FA-03"]}`;
  const convention = `/d/${documents["CV-02"]}`;
  const { etapes } = (await partner.type("doc", "show", documents["FA-03"])).fields;
  const version = await comparable(partner, convention);
  return {
    "accueil": `/s/${space}`,
    "fiches": `/s/${space}/fiches`,
    "fiches-tableau": `/s/${space}/fiches?vue=tableau`,
    "fiches-echeancier": `/s/${space}/fiches?vue=echeancier`,
    "reunions": `/s/${space}/reunions`,
    "conventions": `/s/${space}/conventions`,
    "liaison": `/s/${space}/liaison`,
    "indicateurs": `/s/${space}/indicateurs`,
    "financements": `/s/${space}/financements`,
    "bilan": `/s/${space}/bilan`,
    "annuaire": `/s/${space}/annuaire`,
    "partenaires": `/s/${space}/partenaires`,
    "recherche": `/s/${space}/recherche?q=logement`,
    "nouveau": `/s/${space}/nouveau`,
    "fiche": fiche,
    "fiche-modifier": `${fiche}/modifier`,
    "fiche-ligne": `${fiche}/lignes/etapes/${etapes[0].row}`,
    "fiche-imprimer": `${fiche}/imprimer`,
    "reunion": `/d/${documents["COPIL-2"]}`,
    "indicateur": `/d/${documents["I01"]}`,
    "financement": `/d/${documents["F01"]}`,
    "modele-liaison": `/d/${documents["ML-01"]}`,
    "convention": convention,
    "convention-texte": `${convention}/texte/engagements`,
    "convention-historique": `${convention}/historique`,
    "convention-comparer": version,
    "convention-versions": `${convention}/versions`,
    "reglages": "/reglages",
    "accessibilite": "/accessibilite",
  };
}

/** The address of a comparison with an early version, as the history of the document links it. */
async function comparable(partner, convention) {
  const page = await partner.tab();
  await page.goto(`${partner.url}${convention}/historique`);
  const early = page.locator("ol.history > li", { hasText: "Référence" });
  const href = await early.locator("a[href*='/comparer?']").getAttribute("href");
  await page.close();
  return href;
}

async function look(page) {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(AXE);
  return page.evaluate(async (tags) => {
    const run = await globalThis.axe.run(document, {
      runOnly: { type: "tag", values: tags }, resultTypes: ["violations", "incomplete"],
    });
    const brief = (all) => all.map(({ id, help, nodes }) => ({
      id, help, nodes: nodes.slice(0, 4).map((node) => node.target.join(" ")), count: nodes.length,
    }));
    const wide = document.documentElement.scrollWidth - innerWidth;
    const inner = [...document.querySelectorAll("main *")].filter((one) =>
      one.getBoundingClientRect().right > innerWidth + 1 && !one.closest(".scroll, .board, pre"));
    const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
    return {
      twice: ids.filter((id, at) => ids.indexOf(id) !== at),
      violations: brief(run.violations), incomplete: brief(run.incomplete), wide,
      widest: wide > 0 ? inner.slice(0, 3).map((one) => `${one.tagName}.${one.className}#${one.id}`) : [],
      headings: document.querySelectorAll("h1").length,
      lang: document.documentElement.lang, title: document.title,
    };
  }, TAGS);
}

/** Looks at one screen in every way, and returns what is wrong. */
async function judge(page, url, screen, results) {
  const answer = await page.goto(url);
  const wrong = [];
  const remark = (look, what) => wrong.push({ screen, look, what });
  if (answer.status() !== 200) remark("any", `status ${answer.status()}`);
  for (const [name, { colorScheme = "light", viewport = WIDE }] of Object.entries(LOOKS)) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize(viewport);
    const seen = await look(page);
    (results[screen] ??= {})[name] = seen;
    for (const one of seen.violations) {
      remark(name, `${one.id} (${one.count}): ${one.help}: ${one.nodes.join(" | ")}`);
    }
    if (seen.wide > 0) remark(name, `${seen.wide} px too wide: ${seen.widest.join(" ")}`);
    if (seen.twice.length > 0) remark(name, `ids that stand twice: ${seen.twice.join(" ")}`);
    if (seen.headings !== 1) remark(name, `${seen.headings} main headings`);
    if (seen.lang !== "fr") remark(name, `language ${seen.lang}`);
    if (!/.+ – Liaison$/.test(seen.title)) remark(name, `title ${seen.title}`);
  }
  return wrong;
}

export async function accessible(stage, tell) {
  const { hopital } = stage.partners;
  const waiting = Object.entries(await screens(stage, hopital));
  const count = waiting.length;
  const results = {};
  const wrong = [];
  await Promise.all([1, 2].map(async () => {
    const page = await hopital.tab({});
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      wrong.push(...await judge(page, hopital.url + next[1], next[0], results));
    }
    await page.context().close();
  }));
  writeFileSync(join(OUT, "axe.json"), `${JSON.stringify(results, null, 1)}\n`);
  const incomplete = new Set(Object.values(results).flatMap((looks) =>
    Object.values(looks).flatMap((one) => one.incomplete.map((rule) => rule.id))));
  tell(`${count} screens, ${Object.keys(LOOKS).length} ways; axe could not tell about: `
    + `${[...incomplete].join(", ") || "nothing"}`);
  // The same remark about a screen in several ways is one line.
  const lines = new Map();
  for (const { screen, look, what } of wrong) {
    const line = `${screen}: ${what}`;
    lines.set(line, [...lines.get(line) ?? [], look]);
  }
  const said = [...lines].map(([line, looks]) => `${line} [${looks.join(", ")}]`).sort();
  assert.equal(said.length, 0, `\n${said.join("\n")}`);
}
