//! A convention of the territory, from its text to its proof (`domain.md` §6, scenario 4): frozen,
//! signed by its three parties, written to a file, verified where no replica is, then amended.
//!
//! Nothing is told that the programs did not answer; the file is also altered, to see it refused.

use super::stage::{text, wait_for};
use super::story::{list, scene, tell};
use super::territory::{COORDINATION, HOUSING, SUPPORT, Territory};
use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// The parties of CV-03, in the order of its circuit.
const PARTIES: [&str; 3] = [COORDINATION, HOUSING, SUPPORT];
const KEY: &str = "CV-03";

impl Territory<'_> {
    /// Plays both scenes.
    pub(super) fn convention(&mut self) -> Result<()> {
        let (signed, file) = self.sign_first()?;
        self.verify(&file)?;
        self.amend(&signed)
    }

    /// Freezes the text and has it signed; returns the version and the file that proves it.
    fn sign_first(&mut self) -> Result<(String, String)> {
        scene(
            18,
            "La convention CV-03 : figée, signée par ses trois parties, vérifiée sans compte",
        );
        let document = self.document(KEY)?;
        let decision = ["--decision", "COPIL du 15 septembre, décision 3"];
        let freeze = [&["freeze", &document][..], &decision].concat();
        let frozen = self.stage.type_in(COORDINATION, &freeze)?;
        let version = text(&frozen, "version")?;
        self.all_sign(&document)?;
        let file = self.stage.dir().join("cv-03.visa").to_string_lossy().into_owned();
        self.stage.type_in(SUPPORT, &["freeze", &document, "--to", &file])?;
        Ok((version, file))
    }

    /// Each party gives its visa, once it sees those before; all see all of them in the end.
    fn all_sign(&self, document: &str) -> Result<()> {
        for (given, name) in PARTIES.iter().enumerate() {
            self.awaited(&[*name], PARTIES.len() - given)?;
            let sign = ["sign", document, "--capacity", "representative", "--yes"];
            self.stage.type_in(name, &sign)?;
        }
        self.awaited(&PARTIES, 0)
    }

    /// Waits until the last frozen version is seen to await so many visas.
    fn awaited(&self, names: &[&str], count: usize) -> Result<()> {
        let document = self.document(KEY)?;
        self.converge(&PARTIES, KEY)?;
        wait_for("les visas", || {
            self.sync(names)?;
            for name in names {
                let shown = self.stage.liaison(name, &["doc", "show", &document])?;
                let last = list(&shown["frozen"]["versions"])?.last().cloned().unwrap_or_default();
                if list(&last["awaited"])?.len() != count {
                    return Ok(false);
                }
            }
            Ok(true)
        })
    }

    /// Verifies the file with no home and no relay, and a copy of which one character changed.
    fn verify(&self, file: &str) -> Result<()> {
        const NOWHERE: &str = "nulle-part";
        let proof = self.stage.type_in(NOWHERE, &["verify", file])?;
        ensure!(proof["valid"] == Value::Bool(true), "not valid: {proof}");
        ensure!(list(&proof["signatures"])?.len() == PARTIES.len(), "visas: {proof}");
        ensure!(!self.stage.home(NOWHERE).exists(), "verifying made a home");
        let mut bytes = std::fs::read(file)?;
        let comma = bytes.windows(2).position(|pair| pair == b", ");
        bytes[comma.context("no comma in the text")?] = b';';
        let altered = format!("{file}.retouche");
        std::fs::write(&altered, bytes)?;
        let (status, refused) = self.stage.liaison_any(NOWHERE, &["verify", &altered])?;
        ensure!(status == 1, "an altered file passes: {refused}");
        tell("Le fichier suffit : le texte, les visas, leurs dates. Une virgule changée se voit.");
        Ok(())
    }

    /// Changes an article afterwards: it merges, it shows, and it takes an amendment.
    fn amend(&self, signed: &str) -> Result<()> {
        scene(19, "L'article 6 change après les signatures : cela se voit, et fait un avenant");
        let document = self.document(KEY)?;
        let more = "Toit & Repères y ajoute une place d'accueil de nuit.\n";
        self.stage.type_in(HOUSING, &["doc", "write", &document, "moyens", "--append", more])?;
        self.converge(&PARTIES, KEY)?;
        let shown = self.stage.liaison(COORDINATION, &["doc", "show", &document])?;
        ensure!(!list(&shown["frozen"]["differs"])?.is_empty(), "no difference shown: {shown}");
        let (status, again) = self.stage.liaison_any(COORDINATION, &["freeze", &document])?;
        ensure!(status == 1 && again["error"]["code"] == "already-signed", "frozen again: {again}");
        let amended = self.stage.type_in(COORDINATION, &["amend", &document])?;
        let later = text(&amended, "version")?;
        ensure!(later != signed, "the amendment is the signed version itself");
        self.all_sign(&document)?;
        let shown = self.stage.liaison(HOUSING, &["doc", "show", &document])?;
        let versions = list(&shown["frozen"]["versions"])?;
        ensure!(versions.len() == 2, "versions: {versions:?}");
        ensure!(versions[0]["superseded_by"] == later.as_str(), "the first: {}", versions[0]);
        tell("La première version reste telle que signée ; l'avenant la cite, et la remplace.");
        Ok(())
    }
}
