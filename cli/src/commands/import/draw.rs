//! The difference as a person reads it: what would be made, what would change, what was left.

use super::{Change, Changed, Imported, Noted, Trouble};
use crate::question::Answer;
use crate::words;
use console::{Exit, Lang, Page, Text};
use web::screen::import as screen;

/// Documents shown with what changes in them.
const DOCUMENTS_SHOWN: usize = 40;
/// Changes shown of one document.
const CHANGES_SHOWN: usize = 12;
/// Problems shown.
const PROBLEMS_SHOWN: usize = 40;
/// Warnings shown.
const WARNINGS_SHOWN: usize = 20;
/// Characters shown of one value.
const VALUE_CHARS: usize = 60;

/// What the numbers are of, before it is written and after.
const TO_DO: [Text; 5] = [
    Text::of("documents à créer", "documents to make"),
    Text::of("documents à modifier", "documents to change"),
    Text::of("champs à écrire", "fields to write"),
    Text::of("lignes à ajouter", "rows to add"),
    Text::of("déjà ainsi", "already so"),
];
/// See [`TO_DO`].
const DONE: [Text; 5] = [
    Text::of("documents créés", "documents made"),
    Text::of("documents modifiés", "documents changed"),
    Text::of("champs écrits", "fields written"),
    Text::of("lignes ajoutées", "rows added"),
    Text::of("déjà ainsi", "already so"),
];

impl Answer for Imported {
    fn draw(&self, page: &mut Page) {
        let counted = || self.documents.iter().filter(|one| one.failure.is_none());
        let new = counted().filter(|one| one.new).count();
        let rows = |one: &Changed| one.changes.iter().filter(|change| change.row).count();
        let all: usize = counted().map(|one| one.changes.len()).sum();
        let rows: usize = counted().map(rows).sum();
        let labels = if self.applied { &DONE } else { &TO_DO };
        let changed = counted().count() - new;
        let numbers = [new, changed, all - rows, rows, self.unchanged];
        let pairs = labels.iter().zip(numbers);
        page.pairs(&pairs.map(|(label, n)| (label.clone(), n.to_string())).collect::<Vec<_>>());
        self.documents.iter().take(DOCUMENTS_SHOWN).for_each(|one| one.draw(page, self.applied));
        more(page, self.documents.len(), DOCUMENTS_SHOWN);
        self.draw_problems(page);
        self.draw_warnings(page);
        self.draw_end(page);
    }

    fn exit(&self) -> Exit {
        let failed = self.documents.iter().any(|one| one.failure.is_some());
        if failed { Exit::Refused } else { Exit::Done }
    }
}

impl Imported {
    /// Returns it as the page draws it.
    pub(crate) fn shown(self, lang: Lang) -> screen::Difference {
        let touched = |one: Changed| screen::Touched {
            document: one.document,
            kind: one.kind,
            title: one.title,
            new: one.new,
            steps: one.changes.into_iter().map(step).collect(),
            failure: one.failure,
        };
        let people = self.warnings.into_iter();
        screen::Difference {
            applied: self.applied,
            documents: self.documents.into_iter().map(touched).collect(),
            unchanged: self.unchanged,
            problems: self.problems.into_iter().map(|one| (one.at, one.message)).collect(),
            people: people
                .map(|one| (one.at, one.warned.sentence().in_lang(lang).to_owned()))
                .collect(),
        }
    }
}

fn step(change: Change) -> screen::Step {
    screen::Step { label: change.label, row: change.row, old: change.old, new: change.new }
}

impl Imported {
    fn draw_problems(&self, page: &mut Page) {
        if self.problems.is_empty() {
            return;
        }
        page.alarm(&if self.applied {
            Text::of(
                "Ce qui n'a pas pu être pris ; le reste est appliqué :",
                "What could not be taken; the rest is applied:",
            )
        } else {
            Text::of(
                "Ce qui n'a pas pu être pris ; le reste est proposé :",
                "What could not be taken; the rest is offered:",
            )
        });
        for Trouble { at, message, .. } in self.problems.iter().take(PROBLEMS_SHOWN) {
            page.say(&Text::same(format!("- {at} : {message}")));
        }
        more(page, self.problems.len(), PROBLEMS_SHOWN);
    }

    fn draw_warnings(&self, page: &mut Page) {
        if self.warnings.is_empty() {
            return;
        }
        page.alarm(&Text::of(
            "Ce qui ressemble à une personne suivie, et que tous les partenaires liraient ; c'est \
             pris tel quel :",
            "What looks like a person cared for, and what all partners would read; it is taken as \
             it is:",
        ));
        for Noted { at, warned, .. } in self.warnings.iter().take(WARNINGS_SHOWN) {
            let told = warned.sentence();
            let line = |lang| format!("- {at} : {}", told.in_lang(lang));
            page.say(&Text::new(line(Lang::Fr), line(Lang::En)));
        }
        more(page, self.warnings.len(), WARNINGS_SHOWN);
    }

    fn draw_end(&self, page: &mut Page) {
        if self.documents.is_empty() {
            return page.good(&Text::of("Rien à changer.", "Nothing to change."));
        }
        if !self.applied {
            return page.say(&Text::of(
                "Rien n'est écrit : la même commande avec --apply l'écrit.",
                "Nothing is written: the same command with --apply writes it.",
            ));
        }
        let failed = self.documents.iter().filter(|one| one.failure.is_some()).count();
        if failed > 0 {
            page.alarm(&Text::new(
                format!("{failed} documents n'ont pas été écrits ; les autres le sont en entier."),
                format!("{failed} documents were not written; the others are, each whole."),
            ));
        } else {
            page.good(&Text::of(
                "C'est écrit, sur cette machine.",
                "It is written, on this machine.",
            ));
        }
        self.draw_next(page);
        page.say(&if self.sending {
            crate::commands::document::SENDING
        } else {
            Text::of(
                "« liaison sync » l'envoie aux partenaires.",
                "“liaison sync” sends it to the partners.",
            )
        });
    }
}

impl Imported {
    /// Says what can be done with what is written: a page of one document, the year's report.
    fn draw_next(&self, page: &mut Page) {
        let written = |one: &&Changed| one.failure.is_none() && !one.changes.is_empty();
        let Some(first) = self.documents.iter().find(written) else { return };
        let (space, document) = (words::short(&self.space), words::short(&first.document));
        page.say(&Text::new(
            format!("Sur papier : liaison export {document} --to pdf fiche.pdf"),
            format!("On paper: liaison export {document} --to pdf sheet.pdf"),
        ));
        page.say(&Text::new(
            format!("Le bilan de l'année : liaison export {space} --to docx bilan.docx"),
            format!("The year's report: liaison export {space} --to docx report.docx"),
        ));
    }
}

impl Changed {
    fn draw(&self, page: &mut Page, applied: bool) {
        let written = applied && self.failure.is_none();
        let (fr, en) = match (self.new, written) {
            (true, false) => ("créer", "make"),
            (false, false) => ("modifier", "change"),
            (true, true) => ("créé", "made"),
            (false, true) => ("modifié", "changed"),
        };
        let Self { kind, title, .. } = self;
        // Until it is written, a new document has no id that would last.
        let lasts = applied || !self.new;
        let id = if lasts { words::short(&self.document) } else { String::new() };
        page.line("");
        page.title(&Text::new(
            format!("{fr} : {title} ({kind}) {id}").trim_end().to_owned(),
            format!("{en}: {title} ({kind}) {id}").trim_end().to_owned(),
        ));
        for change in self.changes.iter().take(CHANGES_SHOWN) {
            let (old, new) = (short(&change.old), short(&change.new));
            page.line(&match (change.row, old.is_empty()) {
                (true, _) => format!("  + {} : {new}", change.label),
                (false, true) => format!("  {} : {new}", change.label),
                (false, false) => format!("  {} : {old} → {new}", change.label),
            });
        }
        more(page, self.changes.len(), CHANGES_SHOWN);
        if let Some(failure) = &self.failure {
            page.alarm(&Text::new(
                format!("pas écrit : {failure}"),
                format!("not written: {failure}"),
            ));
        }
    }
}

fn more(page: &mut Page, all: usize, shown: usize) {
    if all > shown {
        let left = all - shown;
        page.say(&Text::new(
            format!("  … et {left} de plus ; --json donne tout"),
            format!("  … and {left} more; --json gives all"),
        ));
    }
}

fn short(value: &str) -> String {
    let line: String = value.split_whitespace().collect::<Vec<_>>().join(" ");
    let cut: String = line.chars().take(VALUE_CHARS).collect();
    if cut.len() < line.len() { format!("{cut}…") } else { cut }
}

#[cfg(test)]
mod tests {
    use super::super::{Change, Changed, Imported, Trouble};
    use crate::question::drawn;
    use console::Lang;

    fn imported(applied: bool, failure: Option<&str>) -> Imported {
        let change = || Change {
            place: "numero".to_owned(),
            label: "Numéro".to_owned(),
            row: false,
            old: String::new(),
            new: "FA-01".to_owned(),
        };
        let document = |title: &str, failure: Option<&str>| Changed {
            document: "ab".repeat(16),
            kind: "fiche_action".to_owned(),
            title: title.to_owned(),
            new: true,
            changes: vec![change()],
            failure: failure.map(str::to_owned),
        };
        let trouble = Trouble {
            code: "bad-value".to_owned(),
            at: "feuille Fiches, ligne 2".to_owned(),
            sheet: "Fiches".to_owned(),
            row: Some(2),
            column: None,
            path: None,
            message: "ce n'est pas une date".to_owned(),
        };
        Imported {
            applied,
            documents: vec![document("Accès", None), document("Logement", failure)],
            problems: vec![trouble],
            ..Imported::default()
        }
    }

    #[test]
    fn what_is_written_is_not_told_as_offered() {
        let preview = drawn(&imported(false, None), Lang::Fr);
        assert!(preview.contains("documents à créer") && preview.contains("proposé"), "{preview}");
        assert!(preview.contains("créer : Accès"), "{preview}");
        let done = drawn(&imported(true, None), Lang::Fr);
        for offered in ["proposé", "à créer", "à écrire", "créer :"] {
            assert!(!done.contains(offered), "{offered}: {done}");
        }
        assert!(done.contains("appliqué") && done.contains("créé : Accès"), "{done}");
        assert!(!drawn(&imported(true, None), Lang::En).contains("offered"));
        let failed = drawn(&imported(true, Some("trop grand")), Lang::Fr);
        assert!(failed.contains("créé : Accès") && failed.contains("créer : Logement"), "{failed}");
        let first = failed.lines().next().unwrap_or_default();
        assert!(first.contains("documents créés") && first.ends_with('1'), "{first}");
    }
}
