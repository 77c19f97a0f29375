//! The import of a file: where it is chosen, and what it would change, before and after.

use crate::frame::{Frame, Notice};
use crate::link;
use crate::words::{self as w, fill, first as f};
use client_core::kinds::Catalogue;
use maud::{Markup, html};
use protocol::id::SpaceId;

/// Documents shown with what changes in them.
const DOCUMENTS_SHOWN: usize = 200;
/// Changes shown of one document.
const CHANGES_SHOWN: usize = 20;
/// Places shown of what could not be read.
const PLACES_SHOWN: usize = 200;
/// Characters shown of one value.
const VALUE_CHARS: usize = 120;

/// What a file changes.
#[derive(Debug, Default)]
pub struct Difference {
    /// Whether it is written.
    pub applied: bool,
    /// Documents that are made or changed, in the order of the file.
    pub documents: Vec<Touched>,
    /// Lines that say what stands already.
    pub unchanged: usize,
    /// What could not be read: the place (sheet, row, column), and why.
    pub problems: Vec<(String, String)>,
    /// What looks like a person cared for: the place, and what it is.
    pub people: Vec<(String, String)>,
}

/// One document that a file makes or changes.
#[derive(Debug)]
pub struct Touched {
    /// Its id.
    pub document: String,
    /// The name of its kind.
    pub kind: String,
    /// Its title.
    pub title: String,
    /// Whether the file makes it.
    pub new: bool,
    /// What is written in it.
    pub steps: Vec<Step>,
    /// Why it was not written after all.
    pub failure: Option<String>,
}

/// One field that is written, or one row that is added.
#[derive(Debug)]
pub struct Step {
    /// The name of the field.
    pub label: String,
    /// Whether a row is added.
    pub row: bool,
    /// What stood there.
    pub old: String,
    /// What comes.
    pub new: String,
}

/// Draws the page where a file is chosen.
#[must_use]
pub fn form(frame: &Frame<'_>, space: &SpaceId, problem: Option<&Notice>) -> Markup {
    let names = frame.names;
    html! {
        h1 { (names.say(f::IMPORT)) }
        @if let Some(problem) = problem {
            div class="banner bad" role="alert" {
                p { (problem.text) }
                @if let Some(hint) = &problem.hint { p class="hint" { (hint) } }
            }
        }
        p { (names.say(f::IMPORT_LEAD)) }
        form method="post" action=(link::in_space(space, "importer"))
            enctype="multipart/form-data" class="sheet-form" {
            div class="field" {
                label for="departement" { (names.say(f::IMPORT_DEPARTMENT)) }
                p class="help" id="departement-help" { (names.say(f::IMPORT_DEPARTMENT_HINT)) }
                input id="departement" name="departement" maxlength="3"
                    aria-describedby="departement-help";
            }
            div class="field" {
                label for="file" { (names.say(f::IMPORT_FILE)) }
                input id="file" name="file" type="file" required
                    accept=".xlsx,.xlsm,.ods,.csv,.docx,.json";
            }
            button { (names.say(f::IMPORT_LOOK)) }
        }
        section {
            h2 { (names.say(f::IMPORT_BLANK)) }
            p { (names.say(f::IMPORT_BLANK_HINT)) }
            p {
                a class="button quiet" href=(link::in_space(space, "classeur-vide")) download {
                    (names.say(f::IMPORT_BLANK))
                }
            }
        }
    }
}

/// Draws what a file changes, with the button that writes it while it is not written.
#[must_use]
pub fn difference(
    frame: &Frame<'_>,
    space: &SpaceId,
    name: &str,
    kept: Option<&str>,
    view: &Difference,
) -> Markup {
    let names = frame.names;
    let heading = if view.applied { f::IMPORT_DONE } else { f::IMPORT_DIFFERENCE };
    let failed = view.documents.iter().any(|one| one.failure.is_some());
    html! {
        h1 { (fill(names.say(heading), &[name])) }
        @match (view.documents.is_empty(), view.applied) {
            (true, _) if view.unchanged == 0 && !view.problems.is_empty() => {
                p class="banner bad" role="alert" { (names.say(f::IMPORT_UNREAD)) }
            }
            (true, _) => { p class="banner" { (names.say(f::IMPORT_NOTHING)) } }
            (false, true) if failed => {}
            (false, true) => {
                p class="banner good" role="status" { (names.say(f::IMPORT_WRITTEN)) }
            }
            (false, false) => { p class="banner" { (names.say(f::IMPORT_NOT_YET)) } }
        }
        p { (counts(frame, view)) }
        @if let Some(kept) = kept.filter(|_| !view.applied && !view.documents.is_empty()) {
            form method="post" action=(link::in_space(space, &format!("importer/{kept}")))
                class="actions sticky" {
                button { (names.say(f::IMPORT_APPLY)) }
                a class="button quiet" href=(link::in_space(space, "importer")) {
                    (names.say(w::CANCEL))
                }
            }
        }
        (places(frame, "problems", problems_heading(view), &view.problems))
        (places(frame, "people", f::IMPORT_PEOPLE, &view.people))
        (sheets(frame, view))
        @if view.applied {
            p { a class="button" href=(link::space(space)) { (names.say(w::HOME)) } }
        }
    }
}

const fn problems_heading(view: &Difference) -> client_core::kinds::Wording {
    if view.applied { f::IMPORT_PROBLEMS_DONE } else { f::IMPORT_PROBLEMS }
}

fn counts(frame: &Frame<'_>, view: &Difference) -> String {
    let counted = || view.documents.iter().filter(|one| one.failure.is_none());
    let new = counted().filter(|one| one.new).count();
    let numbers = [new, counted().count() - new, view.unchanged].map(|n| n.to_string());
    let wording = if view.applied { f::IMPORT_COUNTED } else { f::IMPORT_COUNTS };
    fill(frame.names.say(wording), &[&numbers[0], &numbers[1], &numbers[2]])
}

fn places(
    frame: &Frame<'_>,
    id: &str,
    heading: client_core::kinds::Wording,
    all: &[(String, String)],
) -> Markup {
    let names = frame.names;
    html! {
        @if !all.is_empty() {
            section aria-labelledby=(id) {
                h2 id=(id) { (names.say(heading)) " (" (all.len()) ")" }
                div class="scroll" role="region" tabindex="0" aria-labelledby=(id) {
                    table {
                        thead {
                            tr {
                                th scope="col" { (names.say(f::IMPORT_PLACE)) }
                                th scope="col" { (names.say(f::IMPORT_WHY)) }
                            }
                        }
                        tbody {
                            @for (place, why) in all.iter().take(PLACES_SHOWN) {
                                tr { th scope="row" { (place) } td { (why) } }
                            }
                        }
                    }
                }
                (more(frame, all.len(), PLACES_SHOWN))
            }
        }
    }
}

/// Draws the documents under the sheet that each kind has in a workbook.
fn sheets(frame: &Frame<'_>, view: &Difference) -> Markup {
    let mut kinds: Vec<&str> = Vec::new();
    for one in &view.documents {
        if !kinds.contains(&one.kind.as_str()) {
            kinds.push(&one.kind);
        }
    }
    html! {
        @for kind in kinds {
            @let title = Catalogue::STANDARD.find(kind)
                .map_or(kind, |kind| kind.title.get(frame.names.language));
            @let of_kind: Vec<&Touched> =
                view.documents.iter().filter(|one| one.kind == kind).collect();
            section {
                h2 { (title) " (" (of_kind.len()) ")" }
                @for one in of_kind.iter().take(DOCUMENTS_SHOWN) {
                    (touched(frame, one, view.applied))
                }
                (more(frame, of_kind.len(), DOCUMENTS_SHOWN))
            }
        }
    }
}

fn touched(frame: &Frame<'_>, one: &Touched, applied: bool) -> Markup {
    let names = frame.names;
    let written = applied && one.failure.is_none();
    let state = match (one.new, written) {
        (true, false) => f::IMPORT_NEW,
        (false, false) => f::IMPORT_CHANGED,
        (true, true) => f::IMPORT_MADE,
        (false, true) => f::IMPORT_EDITED,
    };
    let lasts = written || !one.new;
    html! {
        details {
            summary {
                (one.title) " " span class="tag" { (names.say(state)) } " (" (one.steps.len()) ")"
            }
            @if let Some(failure) = &one.failure {
                p class="problem" { (fill(names.say(f::IMPORT_FAILED), &[failure])) }
            }
            @if lasts { p { a href={ "/d/" (one.document) } { (names.say(w::SEE)) } } }
            dl {
                @for step in one.steps.iter().take(CHANGES_SHOWN) {
                    dt {
                        (step.label)
                        @if step.row { " – " (names.say(f::IMPORT_ROW)) }
                    }
                    dd {
                        @if !step.row && !step.old.is_empty() { del { (short(&step.old)) } " " }
                        ins { (short(&step.new)) }
                    }
                }
            }
            (more(frame, one.steps.len(), CHANGES_SHOWN))
        }
    }
}

fn more(frame: &Frame<'_>, all: usize, shown: usize) -> Markup {
    html! {
        @if all > shown {
            p class="hint" {
                (fill(frame.names.say(f::IMPORT_MORE), &[&(all - shown).to_string()]))
            }
        }
    }
}

fn short(value: &str) -> String {
    let cut: String = value.chars().take(VALUE_CHARS).collect();
    if cut.len() < value.len() { format!("{cut}…") } else { cut }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::Names;

    fn drawn(view: &Difference, kept: Option<&str>) -> String {
        let names = Names::default();
        let frame = Frame {
            names: &names,
            own: "CLSM",
            spaces: &[],
            space: None,
            lines: &[],
            awaited: 0,
            page: None,
            path: "/",
            live: String::new(),
            notice: None,
        };
        difference(&frame, &SpaceId::new([7; 32]), "suivi.xlsx", kept, view).into_string()
    }

    fn view(applied: bool, failure: Option<&str>) -> Difference {
        let step = |new: &str| Step {
            label: "Intitulé".to_owned(),
            row: false,
            old: String::new(),
            new: new.to_owned(),
        };
        let touched = Touched {
            document: "ab".repeat(16),
            kind: "fiche_action".to_owned(),
            title: "Accès <aux soins>".to_owned(),
            new: true,
            steps: vec![step("FA-01")],
            failure: failure.map(str::to_owned),
        };
        let problem = ("feuille Fiches, ligne 3, colonne B".to_owned(), "pas une date".to_owned());
        Difference {
            applied,
            documents: vec![touched],
            problems: vec![problem],
            ..Difference::default()
        }
    }

    #[test]
    fn a_file_is_offered_before_it_is_written_and_told_after() {
        let before = drawn(&view(false, None), Some("k1"));
        assert!(before.contains("importer/k1") && before.contains("à créer"), "{before}");
        assert!(before.contains("ligne 3, colonne B") && before.contains("&lt;aux soins&gt;"));
        let after = drawn(&view(true, None), None);
        assert!(!after.contains("importer/") && after.contains("C'est écrit"), "{after}");
        let failed = drawn(&view(true, Some("refusé")), None);
        assert!(!failed.contains("C'est écrit") && failed.contains("pas écrit : refusé"));
    }

    #[test]
    fn a_file_that_changes_nothing_offers_no_button() {
        let page = drawn(&Difference::default(), Some("k1"));
        assert!(page.contains("ne change rien") && !page.contains("<button"), "{page}");
        let unread = Difference { documents: Vec::new(), ..view(false, None) };
        let page = drawn(&unread, Some("k1"));
        assert!(page.contains("Rien n'a pu être lu") && !page.contains("ne change rien"), "{page}");
    }
}
