// What is on the stage when screens are looked at: two values to settle, a request that waits, a
// convention that is signed by some and has changed since.

import { until } from "../stage.mjs";

export async function prepare(stage) {
  const { hopital, asso } = stage.partners;
  const { space, documents } = stage;
  const convention = documents["CV-02"];
  await hopital.type("freeze", convention, "--decision", "COPIL du 14 janvier");
  await hopital.type("sign", convention, "--capacity", "delegate", "--yes");
  await stage.meet();
  await asso.type("doc", "write", convention, "informations", "--append", " Elles le disent.");
  await stage.meet();

  const fiche = documents["FA-03"];
  hopital.cut();
  asso.cut();
  await hopital.type("doc", "set", fiche, "budget_previsionnel", "54000");
  await asso.type("doc", "set", fiche, "budget_previsionnel", "61000");
  hopital.mend();
  asso.mend();
  await until("two values at the hospital", async () =>
    (await hopital.type("doc", "show", fiche)).conflicts.length === 1);

  const { invitation } = await asso.type("invite", space, "--role", "member");
  const cpts = await stage.settle("cpts", "CPTS des Vallons");
  await cpts.type("join", invitation);
  await until("the request at the hospital", async () =>
    (await hopital.type("requests", space)).length > 0);
}
