// The browser suite: plays every scene on one stage, one line each. A scene that fails leaves
// pictures of its pages in target/suite, and the others are still played. The exit status is that
// of the whole. Names of scenes as arguments play only those.

import { perform, OUT } from "./stage.mjs";
import * as reading from "./scenes/reading.mjs";
import * as writing from "./scenes/writing.mjs";
import * as deciding from "./scenes/deciding.mjs";
import { hostile } from "./scenes/hostile.mjs";
import { accessible } from "./scenes/access.mjs";

const SCENES = [
  ["first-open", "the first open, by the link", reading.firstOpen],
  ["find-lead", "who leads a fiche, by search and by list", reading.findLead],
  ["progress-point", "a point d'étape, seen by another partner", writing.progressPoint],
  ["indicator", "a value of an indicator", writing.indicator],
  ["stale-form", "a form that others overtook", writing.staleForm],
  ["two-values", "two values, written apart, settled once", writing.twoValues],
  ["two-hands", "one article by two partners, without script", writing.twoHandsPlain],
  ["editor", "one article by two partners, in the editor", writing.twoHandsEditor],
  ["comment", "a comment, its answer, a proposal accepted", writing.comment],
  ["relay-stopped", "writing while the relay is stopped", writing.relayStopped],
  ["daemon-stopped", "a stopped program keeps what was typed", writing.daemonStopped],
  ["signature", "frozen, signed by three, a comma changed", deciding.signature],
  ["invitation", "a fourth partner, by eight words", deciding.invitation],
  ["keyboard", "one whole path by keys alone", reading.keyboardOnly],
  ["english", "the same in English", reading.english],
  ["without-script", "a form saves without script", reading.withoutScript],
  ["accessible", "every screen, four ways", accessible],
  ["hostile", "a document that means harm", hostile],
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !SCENES.some(([known]) => known === name));
if (unknown.length > 0) {
  console.error(`no scene ${unknown.join(", ")}; there are: ${SCENES.map(([name]) => name).join(" ")}`);
  process.exit(2);
}

const seconds = (began) => `${((performance.now() - began) / 1000).toFixed(1)} s`;

async function play(stage, [name, what, scene]) {
  const began = performance.now();
  const told = [];
  let failure;
  try {
    await scene(stage, (line) => told.push(line));
  } catch (error) {
    failure = error;
  }
  const faults = stage.takeFaults();
  if (!failure && faults.length === 0) {
    console.log(`ok    ${name.padEnd(15)} ${seconds(began).padStart(7)}  ${what}`);
  } else {
    console.log(`FAIL  ${name.padEnd(15)} ${seconds(began).padStart(7)}  ${what}`);
    const kept = await stage.pictures(name);
    if (failure) console.log(`      ${String(failure.stack ?? failure).replace(/\n/g, "\n      ")}`);
    for (const path of kept) console.log(`      picture: ${path}`);
  }
  for (const fault of faults) console.log(`      ${fault}`);
  for (const line of told) console.log(`      ${line}`);
  await stage.tidy();
  return !failure && faults.length === 0;
}

const began = performance.now();
const failed = [];
try {
  await perform(async (stage) => {
    await stage.found();
    for (const partner of Object.values(stage.partners)) await partner.open();
    console.log(`ok    ${"stage".padEnd(15)} ${seconds(began).padStart(7)}  a relay, three partners, a territory`);
    for (const scene of SCENES.filter(([name]) => wanted.length === 0 || wanted.includes(name))) {
      if (!(await play(stage, scene))) failed.push(scene[0]);
    }
  });
} catch (error) {
  console.log(`FAIL  stage\n${error.stack ?? error}`);
  failed.push("stage");
}
console.log(failed.length === 0 ? `the suite passes, in ${seconds(began)}`
  : `failed: ${failed.join(", ")}, after ${seconds(began)}; pictures in ${OUT}`);
process.exitCode = failed.length === 0 ? 0 : 1;
