//! *Les Trois-Vallons*: the invented territory, founded across its partners, and what happens when
//! they work apart (`domain.md` §6, scenarios 1 to 7).
//!
//! It follows the story of the three partners, over the same relay, with replicas of its own whose
//! organisations are those of the territory. `convention` plays scenario 4.

use super::stage::{Stage, text, wait_for};
use super::story::{list, scene, tell};
use anyhow::{Result, ensure};
use serde_json::Value;
use std::time::Instant;

/// The homes, and whom each of them is in the territory.
pub(super) const COORDINATION: &str = "epsm";
pub(super) const HOUSING: &str = "toit";
pub(super) const SUPPORT: &str = "passerelles";
const INSURANCE: &str = "cpam";
const AGENCY: &str = "ars";
const CLINIC: &str = "clinique";
const STAYING: [&str; 5] = [COORDINATION, HOUSING, SUPPORT, INSURANCE, AGENCY];
const EVERYBODY: [&str; 6] = [COORDINATION, HOUSING, SUPPORT, INSURANCE, AGENCY, CLINIC];

/// Documents and action sheets that the territory has at least.
const DOCUMENTS_MIN: usize = 130;
pub(super) const SHEETS: usize = 12;

/// What the scenes share.
pub(super) struct Territory<'a> {
    pub(super) stage: &'a mut Stage,
    pub(super) space: String,
    /// Ids by the keys of the territory.
    documents: Value,
}

/// Plays every scene.
///
/// # Errors
///
/// At the first thing that is not as told.
pub(super) fn play(stage: &mut Stage) -> Result<()> {
    let began = Instant::now();
    let mut territory = Territory { stage, space: String::new(), documents: Value::Null };
    territory.found()?;
    territory.fill()?;
    territory.train()?;
    territory.two_figures()?;
    territory.leave_and_return()?;
    territory.mail()?;
    territory.convention()?;
    territory.take_along()?;
    let Territory { stage, space, .. } = territory;
    stage.remember_territory(&space);
    println!(
        "\nFin du territoire : six organisations, {} secondes ; tout y était inventé.",
        began.elapsed().as_secs()
    );
    Ok(())
}

impl Territory<'_> {
    fn found(&mut self) -> Result<()> {
        scene(12, "Les Trois-Vallons : un territoire entier, inventé, sur le même relais");
        let homes = [
            (COORDINATION, "EPSM Camille-Fauvel", "poste du chef de projet"),
            (HOUSING, "Toit & Repères", "portable de la pilote"),
            (SUPPORT, "Les Passerelles du Vallon", "poste de la direction"),
            (INSURANCE, "CPAM des Trois-Vallons", "poste du référent"),
            (AGENCY, "ARS – délégation des Trois-Vallons", "poste de la référente"),
            (CLINIC, "Clinique des Tilleuls-Blancs", "poste de direction"),
        ];
        for (name, partner, label) in homes {
            self.stage.settle(name, partner, label)?;
        }
        for name in STAYING {
            self.stage.start_replica(name)?;
        }
        let url = self.stage.relay_url()?;
        let title = "Les Trois-Vallons (démonstration)";
        let found = ["space", "found", title, "--relay", &url, "--rule", "majority"];
        self.space = text(&self.stage.type_in(COORDINATION, &found)?, "space")?;
        for newcomer in [HOUSING, SUPPORT, INSURANCE, CLINIC] {
            self.admit(newcomer, "member")?;
        }
        self.admit(AGENCY, "guarantor")?;
        tell("Cinq organisations rejoignent l'EPSM, huit mots lus à chacune, comme plus haut.");
        Ok(())
    }

    /// Takes an organisation in; its founder is the only guarantor so far.
    fn admit(&self, newcomer: &str, role: &str) -> Result<()> {
        let space = &self.space;
        let invited = self.stage.liaison(COORDINATION, &["invite", space, "--role", role])?;
        let joined = self.stage.liaison(newcomer, &["join", &text(&invited, "invitation")?])?;
        let request = text(&joined, "request")?;
        wait_for("la demande visible", || {
            let requests = self.stage.liaison(COORDINATION, &["requests", space])?;
            let seen = list(&requests)?.iter().find(|r| r["proposal"] == request.as_str()).cloned();
            seen.map_or(Ok(false), |seen| {
                ensure!(seen["words"] == joined["words"], "the eight words differ");
                Ok(true)
            })
        })?;
        let approve = ["approve", space, &request, "--yes"];
        let vote = self.stage.liaison(COORDINATION, &approve)?;
        ensure!(vote["adopted"] == Value::Bool(true), "vote: {vote}");
        Ok(())
    }

    fn fill(&mut self) -> Result<()> {
        scene(13, "Le chef de projet y verse le territoire : des modifications ordinaires");
        let space = self.space.clone();
        wait_for("toutes les organisations connues par leur nom", || {
            self.sync(&EVERYBODY)?;
            let members = self.stage.liaison(COORDINATION, &["members", &space])?;
            let named = |m: &Value| m["name"].as_str().is_some_and(|name| !name.is_empty());
            let members = list(&members)?;
            Ok(members.len() == EVERYBODY.len() && members.iter().all(named))
        })?;
        let filled = self.stage.type_in(COORDINATION, &["demo", &space])?;
        self.documents = filled["documents"].clone();
        let count = self.documents.as_object().map_or(0, serde_json::Map::len);
        ensure!(count >= DOCUMENTS_MIN, "too few documents: {count}");
        let again = self.stage.liaison_any(COORDINATION, &["demo", &space])?;
        ensure!(again.0 == 1, "written twice: {}", again.1);
        wait_for("le territoire chez chacun", || {
            self.sync(&EVERYBODY)?;
            self.everybody_holds(count)
        })?;
        let sheets =
            self.stage.liaison(HOUSING, &["doc", "list", &space, "--kind", "fiche_action"])?;
        ensure!(list(&sheets)?.len() == SHEETS, "sheets: {sheets}");
        tell(&format!("{count} documents, dont {SHEETS} fiches-actions, sont chez chacun."));
        Ok(())
    }

    fn everybody_holds(&self, count: usize) -> Result<bool> {
        for name in EVERYBODY {
            let shown = self.stage.liaison(name, &["space", "show", &self.space])?;
            if shown["documents"].as_u64() != u64::try_from(count).ok() {
                return Ok(false);
            }
            let (status, _) =
                self.stage.liaison_any(name, &["doc", "show", &self.document("FA-10")?])?;
            if status != 0 {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn train(&mut self) -> Result<()> {
        scene(14, "Dans le train : la pilote change les étapes, le chef de projet les constats");
        let sheet = self.document("FA-10")?;
        self.stage.cut(HOUSING);
        let step = "libelle=Visiter un troisième immeuble, à Pont-des-Aulnes";
        let by_pilot: [&[&str]; 2] = [
            &["doc", "set", &sheet, "etapes/3/echeance", "2026-11-20"],
            &["doc", "add-row", &sheet, "etapes", step, "echeance=2026-12-10"],
        ];
        for edit in by_pilot {
            self.stage.type_in(HOUSING, edit)?;
        }
        let said = "Deux personnes sur cinq disent avoir appris leur sortie la veille.\n";
        let write = ["doc", "write", &sheet, "constats", "--append", said];
        self.stage.type_in(COORDINATION, &write)?;
        self.stage.mend(HOUSING);
        self.converge(&[COORDINATION, HOUSING], "FA-10")?;
        let shown = self.stage.liaison(COORDINATION, &["doc", "show", &sheet])?;
        let steps = list(&shown["fields"]["etapes"])?;
        ensure!(steps.len() == 5, "steps: {steps:?}");
        ensure!(steps[2]["cells"]["echeance"] == "2026-11-20", "steps: {steps:?}");
        let findings = list(&shown["sections"])?.iter().find(|s| s["id"] == "constats");
        ensure!(findings.is_some_and(|s| holds(&s["text"], said)), "findings lost");
        ensure!(list(&shown["conflicts"])?.is_empty(), "a conflict");
        tell("Rien à départager : la nouvelle étape, la date et la phrase sont là des deux côtés.");
        Ok(())
    }

    fn two_figures(&mut self) -> Result<()> {
        scene(15, "Deux valeurs pour un indicateur, une échéance et un montant");
        let disputed = [
            ("I01", "valeurs/2026-T2/valeur", ["31", "36"]),
            ("FA-06", "objectifs/1/echeance", ["2026-11-30", "2026-12-31"]),
            ("F02", "montant_consomme", ["148000.00", "150000.00"]),
        ];
        self.stage.cut(AGENCY);
        for (key, path, values) in disputed {
            let document = self.document(key)?;
            for (name, value) in [COORDINATION, AGENCY].into_iter().zip(values) {
                self.stage.type_in(name, &["doc", "set", &document, path, value])?;
            }
        }
        self.stage.mend(AGENCY);
        for (key, _, values) in disputed {
            self.converge(&[COORDINATION, AGENCY], key)?;
            for name in [COORDINATION, AGENCY] {
                let held = self.disputed(name, key)?;
                ensure!(held == values, "{name}, {key}: {held:?}");
            }
            tell(&format!("{key} : chacun voit « {} » et « {} ».", values[0], values[1]));
        }
        for (key, path, [kept, _]) in disputed {
            let document = self.document(key)?;
            self.stage.type_in(COORDINATION, &["doc", "settle", &document, path, kept])?;
        }
        let method = "Le COPIL retient la valeur de l'EPSM ; l'ARS comptait à partir de l'appel.";
        let (figure, note) = (self.document("I01")?, format!("{method}\n"));
        let told: [&[&str]; 2] = [
            &["doc", "set", &figure, "valeurs/2026-T2/commentaire", method],
            &["doc", "write", &figure, "limites", "--append", &note],
        ];
        for edit in told {
            self.stage.type_in(COORDINATION, edit)?;
        }
        for (key, _, _) in disputed {
            self.converge(&[COORDINATION, AGENCY], key)?;
            ensure!(self.disputed(AGENCY, key)?.is_empty(), "{key}: not settled");
            self.told_by_history(key)?;
        }
        tell("Le COPIL garde une valeur et dit pourquoi ; l'historique dit qui, et quand.");
        Ok(())
    }

    /// Returns the values that stand against each other in a document, sorted; it has one place
    /// at most where they do.
    fn disputed(&self, name: &str, key: &str) -> Result<Vec<String>> {
        let shown = self.stage.liaison(name, &["doc", "show", &self.document(key)?])?;
        let conflicts = list(&shown["conflicts"])?;
        let Some(conflict) = conflicts.first() else { return Ok(Vec::new()) };
        ensure!(conflicts.len() == 1, "{name}, {key}: {conflicts:?}");
        let held = list(&conflict["values"])?;
        let mut held: Vec<String> =
            held.iter().filter_map(|held| held["value"].as_str()).map(str::to_owned).collect();
        held.sort_unstable();
        Ok(held)
    }

    /// Both organisations stand in the history of the document, each with a time.
    fn told_by_history(&self, key: &str) -> Result<()> {
        let history = self.stage.liaison(AGENCY, &["doc", "history", &self.document(key)?])?;
        for partner in ["EPSM Camille-Fauvel", "ARS – délégation des Trois-Vallons"] {
            let wrote = |change: &&Value| change["name"] == partner && change["at"].is_string();
            ensure!(list(&history)?.iter().any(|change| wrote(&change)), "{key}: {history}");
        }
        Ok(())
    }

    fn leave_and_return(&mut self) -> Result<()> {
        scene(16, "La clinique s'en va pendant que la CPAM est loin du réseau pour quatre mois");
        let (note, sheet) = (self.document("NOTE-2")?, self.document("FA-07")?);
        self.stage.cut(INSURANCE);
        let add = ["doc", "add-row", &sheet, "etapes", "libelle=Appeler les dentistes", "fait=non"];
        self.stage.type_in(INSURANCE, &add)?;
        self.stage.type_in(CLINIC, &["leave", &self.space])?;
        let after = "Depuis le départ de la clinique, une nouvelle clé protège ce qui s'écrit.\n";
        wait_for("le départ connu", || {
            self.sync(&[COORDINATION])?;
            let members = self.stage.liaison(COORDINATION, &["members", &self.space])?;
            Ok(list(&members)?.iter().any(|member| member["state"] == "left"))
        })?;
        let write = ["doc", "write", &note, "texte", "--append", after];
        self.stage.type_in(COORDINATION, &write)?;
        self.converge(&[COORDINATION, HOUSING, AGENCY], "NOTE-2")?;
        self.stage.liaison_any(CLINIC, &["sync"])?;
        let kept = self.stage.type_in(CLINIC, &["doc", "show", &note])?;
        ensure!(!says(&kept, after), "the clinic reads what came after it left");
        tell("La clinique garde sa copie jusqu'à ce jour, et ne lit rien de ce qui suit.");
        tell("Dans le récit, quatre mois passent. La CPAM revient, avec ce qu'elle avait écrit :");
        self.stage.mend(INSURANCE);
        for key in ["NOTE-2", "FA-07"] {
            self.converge(&[COORDINATION, INSURANCE], key)?;
        }
        let read = self.stage.type_in(INSURANCE, &["doc", "show", &note])?;
        ensure!(says(&read, after), "the insurance does not read the new epoch: {read}");
        let merged = self.stage.liaison(COORDINATION, &["doc", "show", &sheet])?;
        let steps = list(&merged["fields"]["etapes"])?;
        let came = |step: &&Value| step["cells"]["libelle"] == "Appeler les dentistes";
        ensure!(steps.iter().any(|step| came(&step)), "lost: {steps:?}");
        tell("Elle lit ce qui s'est écrit sous la nouvelle clé, et son étape est chez les autres.");
        Ok(())
    }

    fn mail(&mut self) -> Result<()> {
        scene(17, "Le relais est arrêté : un colis part par courriel");
        let sheet = self.document("FA-10")?;
        self.stage.stop_relay()?;
        let row = ["type=levier", "texte=Un bailleur propose six logements.", "date=2026-09-25"];
        let add = [&["doc", "add-row", &sheet, "freins_leviers"][..], &row].concat();
        self.stage.type_in(HOUSING, &add)?;
        let file = self.stage.dir().join("toit.colis").to_string_lossy().into_owned();
        self.stage.type_in(HOUSING, &["bundle", "write", &self.space, &file])?;
        let read = self.stage.type_in(COORDINATION, &["bundle", "read", &file])?;
        ensure!(read["accepted"].as_u64() > Some(0), "nothing accepted: {read}");
        let shown = self.stage.liaison(COORDINATION, &["doc", "show", &sheet])?;
        let rows = list(&shown["fields"]["freins_leviers"])?;
        let text = |row: &Value| holds(&row["cells"]["texte"], "six logements");
        ensure!(rows.iter().any(text), "not carried: {rows:?}");
        self.stage.start_relay()?;
        self.converge(&STAYING, "FA-10")?;
        tell("Le chef de projet l'a lu sans relais ; le relais revient, et chacun l'a.");
        Ok(())
    }

    pub(super) fn document(&self, key: &str) -> Result<String> {
        text(&self.documents, key)
    }

    pub(super) fn sync(&self, names: &[&str]) -> Result<()> {
        for name in names {
            // A relay that is being reached again is not a failure of the story.
            self.stage.liaison_any(name, &["sync"])?;
        }
        Ok(())
    }

    /// Waits until several replicas show one document alike.
    pub(super) fn converge(&self, names: &[&str], key: &str) -> Result<()> {
        let document = self.document(key)?;
        wait_for("tous au même point", || {
            self.sync(names)?;
            let mut heads = Vec::new();
            for name in names {
                let shown = self.stage.liaison(name, &["doc", "show", &document])?;
                heads.push(shown["heads"].clone());
            }
            Ok(heads.windows(2).all(|pair| pair[0] == pair[1]))
        })
    }
}

/// Tells whether a text of an answer holds another.
fn holds(text: &Value, wanted: &str) -> bool {
    text.as_str().is_some_and(|text| text.contains(wanted.trim()))
}

/// Tells whether a section of a document as shown holds a text.
fn says(shown: &Value, wanted: &str) -> bool {
    shown["sections"].as_array().into_iter().flatten().any(|s| holds(&s["text"], wanted))
}
