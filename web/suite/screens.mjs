// Writes pictures of the screens into target/screens: light, dark, and in a narrow window.
// Names of screens as arguments draw only those.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { perform, ROOT } from "./stage.mjs";
import { LOOKS, screens } from "./scenes/access.mjs";
import { prepare } from "./scenes/shown.mjs";

const FOLDER = join(ROOT, "target", "screens");

const wanted = process.argv.slice(2);
mkdirSync(FOLDER, { recursive: true });
await perform(async (stage) => {
  await stage.found();
  const { hopital } = stage.partners;
  for (const partner of Object.values(stage.partners)) await partner.open();
  await prepare(stage);
  const all = Object.entries(await screens(stage, hopital));
  for (const look of ["light", "dark", "narrow"]) {
    const page = await hopital.tab(LOOKS[look]);
    for (const [name, address] of all) {
      if (wanted.length > 0 && !wanted.includes(name)) continue;
      await page.goto(hopital.url + address);
      // The editor draws itself.
      await page.waitForTimeout(name.endsWith("-texte") ? 800 : 150);
      await page.screenshot({ path: join(FOLDER, `${name}-${look}.png`), fullPage: true });
    }
    await page.context().close();
  }
  const faults = stage.takeFaults();
  for (const fault of faults) console.log(fault);
  if (faults.length > 0) process.exitCode = 1;
  console.log(`${all.length} screens, three ways, in ${FOLDER}`);
});
