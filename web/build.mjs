// Builds web/dist: app.js, editor.js, editor.css, and the licences of what editor.js holds.

import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "vite";

const here = import.meta.dirname;
const dist = join(here, "dist");
rmSync(dist, { recursive: true, force: true });

const packages = new Set();
const remember = {
  name: "remember-packages",
  generateBundle(_options, bundle) {
    for (const part of Object.values(bundle)) {
      for (const id of part.type === "chunk" ? Object.keys(part.modules) : []) {
        const found = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(id);
        if (found) packages.add(found[1]);
      }
    }
  },
};

for (const entry of ["app", "editor"]) {
  process.env.ENTRY = entry;
  await build({
    configFile: join(here, "vite.config.ts"),
    logLevel: "warn",
    plugins: [remember],
  });
}

const texts = [...packages].sort().map((name) => {
  const folder = join(here, "node_modules", name);
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e(\.|$)/i.test(entry));
  if (!file) throw new Error(`${name} has no licence file`);
  const text = readFileSync(join(folder, file), "utf8").trim();
  return `${name} ${version} (${license})\n\n${text}\n`;
});
const rule = `\n${"-".repeat(78)}\n\n`;
writeFileSync(join(dist, "THIRD-PARTY.txt"), `Parts of editor.js.\n${rule}${texts.join(rule)}`);
