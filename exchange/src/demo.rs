//! *Les Trois-Vallons*: a territory that does not exist, to look at, to learn with and to test.
//!
//! Its documents are the files of `exchange/demo`, one for each kind, in the form of the JSON
//! export of a space; a document is named there by a short key instead of an id. This module reads
//! them and turns each document into ordinary edits. Every name, figure, number and person in them
//! is invented, and every title says so; nothing real may ever be added.

mod draft;
#[cfg(test)]
mod tests;

pub use draft::{Draft, Fault, Names};

/// The name of the territory.
pub const NAME: &str = "Les Trois-Vallons";

/// What every title ends with.
pub const MARK: &str = "(démonstration)";

/// The files, in the order of the kinds.
const FILES: [&str; 26] = [
    include_str!("../demo/ptsm.json"),
    include_str!("../demo/orientation.json"),
    include_str!("../demo/fiche_action.json"),
    include_str!("../demo/diagnostic.json"),
    include_str!("../demo/feuille_de_route.json"),
    include_str!("../demo/programme_annuel.json"),
    include_str!("../demo/ctsm.json"),
    include_str!("../demo/convention.json"),
    include_str!("../demo/modele_liaison.json"),
    include_str!("../demo/fiche_liaison.json"),
    include_str!("../demo/reunion.json"),
    include_str!("../demo/indicateur.json"),
    include_str!("../demo/bilan.json"),
    include_str!("../demo/financement.json"),
    include_str!("../demo/appel_a_projets.json"),
    include_str!("../demo/organisation.json"),
    include_str!("../demo/etablissement.json"),
    include_str!("../demo/offre.json"),
    include_str!("../demo/contact.json"),
    include_str!("../demo/formation_besoin.json"),
    include_str!("../demo/formation_offre.json"),
    include_str!("../demo/lettre_de_mission.json"),
    include_str!("../demo/charte.json"),
    include_str!("../demo/courrier.json"),
    include_str!("../demo/actualite.json"),
    include_str!("../demo/note.json"),
];

/// Returns the documents of the territory, in the order of the kinds.
///
/// # Panics
/// Never: the files are part of the program, and a test reads every one of them.
#[must_use]
pub fn drafts() -> Vec<Draft> {
    let read = FILES.iter().map(|file| draft::read(file));
    let drafts: Result<Vec<Vec<Draft>>, Fault> = read.collect();
    drafts.expect("the files of the territory are read by a test").into_iter().flatten().collect()
}
