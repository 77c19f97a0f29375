//! The visas of a frozen version, at the end of its pages: who gave one, as what, when, and who has
//! not yet. What a visa is worth is said with them, and never more than it is worth.

use client_core::kinds::Language;

use super::clean;
use super::print::{Block, Cell, Column, Grid, Print};

/// One visa, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visa {
    /// The organisation.
    pub partner: String,
    /// In what capacity.
    pub capacity: String,
    /// When the register has it.
    pub at: String,
}

/// Adds the visas to the pages of the version that they were given to.
pub fn add(print: &mut Print, visas: &[Visa], awaited: &[String]) {
    let words = |fr: &str, en: &str| match print.language {
        Language::French => fr.to_owned(),
        Language::English => en.to_owned(),
    };
    let mut blocks = vec![Block::Heading { level: 1, text: words("Visas", "Visas") }];
    if visas.is_empty() {
        blocks.push(Block::Remark(words("Aucun visa pour l'instant.", "No visa so far.")));
    } else {
        let column = |label| Column { label, weight: 3, figures: false };
        let columns = [
            words("Organisation", "Organisation"),
            words("Qualité", "Capacity"),
            words("Heure du registre", "Register time"),
        ];
        let cell = |text: &String| Cell::of(clean::line(text));
        let row = |visa: &Visa| vec![cell(&visa.partner), cell(&visa.capacity), cell(&visa.at)];
        let (columns, rows) = (columns.map(column).to_vec(), visas.iter().map(row).collect());
        blocks.push(Block::Grid(Grid { columns, rows }));
    }
    if !awaited.is_empty() {
        let names: Vec<String> = awaited.iter().map(|name| clean::line(name)).collect();
        let said = words("Visas attendus, dans l'ordre :", "Visas still to come, in order:");
        blocks.push(Block::Remark(format!("{said} {}", names.join(", "))));
    }
    blocks.push(Block::Remark(words(
        "Un visa d'organisation prouve l'origine et l'intégrité du texte ; ce n'est pas une \
         signature avancée ou qualifiée. « liaison freeze --to » écrit le fichier qui se vérifie.",
        "A visa of an organisation proves the origin and the integrity of the text; it is no \
         advanced or qualified signature. “liaison freeze --to” writes the file that verifies it.",
    )));
    print.blocks.extend(blocks);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::fixture::{HOSTILE, held, holding};
    use super::super::print::Standing;
    use super::super::{docx, pdf, print};
    use super::*;

    #[test]
    fn visas_and_those_awaited_end_the_pages_and_are_worth_what_they_are() {
        let holding = holding(vec![held(1, "convention", "Accueil", &[], &[])]);
        let decision = "COPIL du 12 mars".to_owned();
        let standing = Standing::Frozen { digest: "5b07".repeat(16), decision };
        let mut pages = print(&holding, &holding.documents[0], standing);
        let visa = Visa {
            partner: HOSTILE.to_owned(),
            capacity: "représentant légal".to_owned(),
            at: "23 novembre 2026 à 1 h 36".to_owned(),
        };
        add(&mut pages, &[visa], &["Toit & Repères".to_owned()]);
        let words = pages.words();
        for told in ["représentant légal", "dans l'ordre : Toit & Repères", "pas une signature"]
        {
            assert!(words.contains(told), "{told} in {words}");
        }
        assert!(pdf::write(&pages).is_ok() && docx::write(&pages).is_ok());
        let mut unsigned = print(&holding, &holding.documents[0], pages.standing.clone());
        add(&mut unsigned, &[], &[]);
        assert!(unsigned.words().contains("Aucun visa"), "{}", unsigned.words());
    }
}
