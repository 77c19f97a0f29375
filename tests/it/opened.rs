//! Every export of the invented territory, opened by programs that are not ours.
//!
//! LibreOffice reads the Word files and the workbooks, poppler the PDF files. What they say is
//! held against the documents themselves, as `doc show --json` tells them, never against what the
//! exporter believed to have written.

use std::collections::BTreeMap;

use calamine::{Data, Reader as _, Xlsx};
use client_core::kinds::{Catalogue, FieldType, Kind, Language};
use serde_json::Value;

use crate::programs::Stage;

mod outside;

use outside::{Office, Word, ink, pages, text_of_pdf, words};

const HOME: &str = "epsm";
/// Dots of ink that a page has at the least, between its head and its foot.
const INK_MIN: usize = 20;

/// A document that leaves as Word and as PDF: its name in the demo, the rows that stand on its
/// pages with their columns, and how many pages it may take.
struct Wanted {
    name: &'static str,
    rows: &'static [(&'static str, &'static [&'static str])],
    pages_max: usize,
}

const WANTED: [Wanted; 6] = [
    Wanted {
        name: "FA-01",
        rows: &[
            ("objectifs", &["code", "libelle", "responsable", "echeance", "avancement"]),
            ("etapes", &["libelle", "responsable", "echeance", "fait", "livrable"]),
            ("partenaires", &["organisation", "roles", "apport"]),
            ("moyens", &["nature", "etp", "organisation"]),
            ("freins_leviers", &["type", "texte", "date", "organisation"]),
        ],
        pages_max: 2,
    },
    Wanted {
        name: "CV-03",
        rows: &[("circuit", &["ordre", "organisation", "etape", "date", "moyen", "personne"])],
        pages_max: 4,
    },
    Wanted {
        name: "COPIL-1",
        rows: &[
            ("ordre_du_jour", &["point", "type", "porteur", "duree_minutes"]),
            ("decisions", &["numero", "texte", "mode", "resultat", "voix", "reserves"]),
            ("actions", &["libelle", "responsable", "echeance", "statut", "fiche"]),
        ],
        pages_max: 4,
    },
    Wanted {
        name: "BI-2025",
        rows: &[("presentations", &["instance", "date", "avis", "precisions"])],
        pages_max: 6,
    },
    Wanted { name: "CO-1", rows: &[], pages_max: 1 },
    Wanted {
        name: "FL-DEMO",
        rows: &[
            ("destinataires", &["organisation", "nom", "fonction", "contact"]),
            ("situation", &["domaine", "precision"]),
            ("intervenants", &["organisation", "fonction", "contact"]),
            ("tracabilite", &["date", "evenement", "par", "precisions"]),
        ],
        pages_max: 2,
    },
];

/// The territory in a space, and the form that names a person in a circle of its own.
struct Territory {
    stage: Stage,
    space: String,
    /// Ids of documents, by their names in the demo.
    documents: BTreeMap<String, String>,
    /// What an id of a document or of a partner is called.
    called: BTreeMap<String, String>,
}

impl Territory {
    fn new() -> Self {
        let mut stage = Stage::new("opened").hosting_health();
        let relay = stage.start_relay();
        stage.settle(HOME, "EPSM Camille-Fauvel");
        let (mut documents, mut called) = (BTreeMap::new(), BTreeMap::new());
        let mut spaces = Vec::new();
        for (title, kind) in [("Les Trois-Vallons", "territory"), ("Cercle", "circle")] {
            let found = ["space", "found", title, "--relay", &relay, "--kind", kind];
            let space = stage.ok(HOME, &found).text("space");
            let written = stage.ok(HOME, &["demo", &space]).json;
            for (name, id) in written["documents"].as_object().unwrap() {
                documents.insert(name.clone(), id.as_str().unwrap().to_owned());
            }
            for line in stage.ok(HOME, &["doc", "list", &space]).list() {
                let word = |key: &str| line[key].as_str().unwrap().to_owned();
                called.insert(word("document"), word("title"));
            }
            for member in stage.ok(HOME, &["members", &space]).list() {
                let word = |key: &str| member[key].as_str().unwrap().to_owned();
                called.insert(word("partner"), word("name"));
            }
            spaces.push(space);
        }
        Self { stage, space: spaces.swap_remove(0), documents, called }
    }

    fn export(&self, target: &str, to: &str, name: &str, more: &[&str]) -> String {
        let file = self.stage.path(&format!("{name}.{to}"));
        self.stage.ok(HOME, &[&["export", target, "--to", to, &file], more].concat());
        file
    }

    fn shown(&self, name: &str) -> Value {
        self.stage.ok(HOME, &["doc", "show", &self.documents[name]]).json
    }

    /// Returns a stored value as a reader is to find it.
    fn said(&self, kind: FieldType, stored: &Value) -> String {
        match stored {
            Value::Null => String::new(),
            Value::Array(several) => {
                let all: Vec<String> = several.iter().map(|one| self.said(kind, one)).collect();
                words(&all.join(" "))
            }
            other => {
                let stored = other.as_str().unwrap_or_else(|| panic!("{other} of {kind:?}"));
                let called = self.called.get(stored).cloned();
                words(&called.unwrap_or_else(|| kind.show(stored, Language::French)))
            }
        }
    }

    /// Returns the rows of a field as a page shows them: without the columns where nothing stands.
    fn rows(&self, shown: &Value, field: &str, columns: &[&str]) -> Vec<Vec<String>> {
        let table = kind_of(shown).field(field).unwrap().kind.table().unwrap();
        let rows = shown["fields"][field].as_array().unwrap();
        let column = |name: &&str| -> Vec<String> {
            let spec = table.columns.iter().find(|spec| spec.name == *name).unwrap();
            rows.iter().map(|row| self.said(spec.kind, &row["cells"][*name])).collect()
        };
        let filled: Vec<Vec<String>> = columns
            .iter()
            .map(column)
            .filter(|cells| cells.iter().any(|cell| !cell.is_empty()))
            .collect();
        (0..rows.len()).map(|row| filled.iter().map(|cells| cells[row].clone()).collect()).collect()
    }
}

fn kind_of(shown: &Value) -> &'static Kind {
    Catalogue::STANDARD.find(shown["kind"].as_str().unwrap()).unwrap()
}

/// Returns a text without its spaces: a line may break between any two words.
fn dense(text: &str) -> String {
    text.split_whitespace().collect()
}

/// The paragraphs that people wrote: the title and the sections.
fn paragraphs(shown: &Value) -> Vec<String> {
    let sections = shown["sections"].as_array().unwrap().iter();
    let lines = sections.flat_map(|section| section["text"].as_str().unwrap().lines());
    let title = shown["title"].as_str().unwrap();
    let all = std::iter::once(title).chain(lines).map(|line| words(line.trim_start_matches("- ")));
    all.filter(|line| !line.is_empty()).collect()
}

/// Holds both files of a document against the document.
fn compare(territory: &Territory, wanted: &Wanted, word: &Word, pdf: &str) {
    let shown = territory.shown(wanted.name);
    let (read, laid) = text_of_pdf(pdf);
    let (in_word, in_pdf) = (word.text(), dense(&read));
    let told = paragraphs(&shown);
    assert!(told.len() > 1, "{}: {shown}", wanted.name);
    for line in told {
        assert!(in_word.contains(&line), "{}: Word lacks “{line}” in {in_word}", wanted.name);
        assert!(in_pdf.contains(&dense(&line)), "{}: PDF lacks “{line}”", wanted.name);
    }
    let cells = word.rows();
    for (field, columns) in wanted.rows {
        let rows = territory.rows(&shown, field, columns);
        assert!(!rows.is_empty(), "{}: nothing stands in {field}", wanted.name);
        for row in rows {
            let found = cells.contains(&row);
            assert!(found, "{}: Word lacks the row {row:?} of {field}: {cells:?}", wanted.name);
            // Cell after cell, as a screen reader goes through them.
            let row: String = row.iter().map(|cell| dense(cell)).collect();
            assert!(in_pdf.contains(&row), "{}: PDF lacks the row {row} of {field}", wanted.name);
        }
    }
    assert!(!laid.contains('\u{fffd}') && laid.contains("page 1 sur "), "{laid}");
    for (what, file) in [("PDF", pdf), ("Word", &word.pdf)] {
        let count = pages(file);
        let name = wanted.name;
        assert!(count <= wanted.pages_max, "{name}: {count} pages as {what}");
        let inked = ink(file);
        assert_eq!(inked.len(), count, "{name}: each page of {what} is rendered");
        assert!(inked.iter().all(|ink| *ink >= INK_MIN), "{name}: an empty page, {inked:?}");
    }
}

#[test]
fn pages_are_read_by_other_programs_as_the_documents_say() {
    let territory = Territory::new();
    let office = Office::new(&territory.stage.path("office"));
    let (mut docx, mut pdf) = (Vec::new(), Vec::new());
    for wanted in &WANTED {
        let document = &territory.documents[wanted.name];
        docx.push(territory.export(document, "docx", wanted.name, &[]));
        pdf.push(territory.export(document, "pdf", wanted.name, &[]));
    }
    // The report that nobody has written, and a version that is frozen.
    let year = ["--year", "2026"];
    docx.push(territory.export(&territory.space, "docx", "report", &year));
    let convention = &territory.documents["CV-03"];
    territory.stage.ok(HOME, &["freeze", convention, "--decision", "COPIL, point 3"]);
    let frozen = territory.export(convention, "pdf", "frozen", &["--frozen"]);
    let read = office.read_word(&docx);
    for ((wanted, word), pdf) in WANTED.iter().zip(&read).zip(&pdf) {
        compare(&territory, wanted, word, pdf);
    }
    report(&territory, &read[WANTED.len()]);
    let (text, _) = text_of_pdf(&frozen);
    assert!(words(&text).contains("Version figée · COPIL, point 3"), "{text}");
    assert!(words(&text).contains("empreinte "), "the digest, on a line of its own: {text}");
    assert!(ink(&frozen).iter().all(|ink| *ink >= INK_MIN));
}

/// Holds the tables of a report against the documents that they are made of.
fn report(territory: &Territory, word: &Word) {
    let rows = word.rows();
    let begins = |name: &str| rows.iter().find(|row| row.first().is_some_and(|it| it == name));
    for number in 1..=12 {
        let sheet = territory.shown(&format!("FA-{number:02}"));
        let title = sheet["title"].as_str().unwrap();
        let row = begins(title).unwrap_or_else(|| panic!("{}: {title} in {rows:?}", word.file));
        let kind = kind_of(&sheet);
        for field in ["pilote", "avancement"] {
            let said = territory.said(kind.field(field).unwrap().kind, &sheet["fields"][field]);
            assert!(said.is_empty() || row.contains(&said), "{said} of {title}: {row:?}");
        }
    }
    let funding = territory.shown("F02");
    let row = begins(funding["title"].as_str().unwrap()).unwrap();
    let amount = |field: &str| {
        let kind = kind_of(&funding).field(field).unwrap().kind;
        territory.said(kind, &funding["fields"][field]).replace(",00", "")
    };
    assert!(row.contains(&amount("montant_demande")), "{row:?}");
    assert!(row.contains(&amount("montant_notifie")), "{row:?}");
}

/// Merge scenario 10: the figures of a report stay what they were when it was frozen.
#[test]
fn a_frozen_report_keeps_its_figures_while_the_space_goes_on() {
    let territory = Territory::new();
    let stage = &territory.stage;
    let (report, indicator) = (&territory.documents["BI-2026"], &territory.documents["I01"]);
    let shown = territory.shown("I01");
    let values = shown["fields"]["valeurs"].as_array().unwrap();
    let of_year = |row: &&Value| row["cells"]["periode"].as_str().unwrap().starts_with("2026");
    let number = values.iter().rfind(of_year).unwrap()["number"].to_string();
    let cell = format!("valeurs/n{number}/valeur");
    let pages = |name: &str, more: &[&str]| {
        words(&text_of_pdf(&territory.export(report, "pdf", name, more)).0)
    };
    stage.ok(HOME, &["doc", "set", indicator, &cell, "77,5"]);
    let live = pages("avant", &[]);
    stage.ok(HOME, &["freeze", report, "--decision", "COPIL, point 2"]);
    let frozen = pages("fige", &["--frozen"]);
    assert!(frozen.contains("77,5") && frozen.contains("Version figée"), "{frozen}");
    // All that the pages showed of the space is there: sheets, priorities, fundings.
    for line in ["Couverture des six priorités", "Sommes par financement", "Valeurs par période"]
    {
        assert!(live.contains(line) && frozen.contains(line), "{line}");
    }
    for name in ["FA-12", "F02", "I12"] {
        let title = dense(territory.shown(name)["title"].as_str().unwrap());
        assert!(dense(&live).contains(&title) && dense(&frozen).contains(&title), "{title}");
    }
    stage.ok(HOME, &["doc", "set", indicator, &cell, "88,5"]);
    let after = pages("apres", &["--frozen"]);
    assert!(after.contains("77,5") && !after.contains("88,5"), "{after}");
    let live = pages("vivant", &[]);
    assert!(live.contains("88,5") && !live.contains("77,5"), "{live}");
    // What moved is the space, not the report: nothing differs until somebody freezes it again.
    let shown = stage.ok(HOME, &["doc", "show", report]).json;
    assert_eq!(shown["frozen"]["differs"], serde_json::json!([]), "{}", shown["frozen"]);
    stage.ok(HOME, &["freeze", report]);
    assert!(pages("refige", &["--frozen"]).contains("88,5"));
    let first = shown["frozen"]["versions"][0]["version"].as_str().unwrap();
    let old = pages("premier", &[&format!("--frozen={first}")]);
    assert!(old.contains("77,5") && !old.contains("88,5"), "{old}");
}

/// Returns a cell as LibreOffice shows it in its own language.
fn as_shown(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::DateTime(at) => {
            let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
            let day = format!("{month:02}/{day:02}/{year}");
            match (hour, minute, second) {
                (0, 0, 0) => day,
                time => format!("{day} {:02}:{:02}:{:02}", time.0, time.1, time.2),
            }
        }
        Data::Float(number) => number.to_string(),
        Data::Int(number) => number.to_string(),
        Data::String(text) => text.replace('\r', ""),
        other => panic!("{other:?} is written by nobody"),
    }
}

/// Returns a shown cell without what only its format adds.
fn bare(shown: &str) -> String {
    let number = shown.trim_end_matches([' ', '\u{a0}', '€', '%']);
    let number = number.replace(['\u{202f}', '\u{a0}'], "");
    match number.parse::<f64>() {
        Ok(number) => number.to_string(),
        Err(_) => shown.trim_end().to_owned(),
    }
}

#[test]
fn workbooks_are_read_by_another_program_cell_by_cell() {
    let territory = Territory::new();
    let office = Office::new(&territory.stage.path("office"));
    let mut cells = 0;
    for (name, more) in [("tracker", &[][..]), ("figures", &["--figures"])] {
        let file = territory.export(&territory.space, "xlsx", name, more);
        let mut ours: Xlsx<_> = calamine::open_workbook(&file).unwrap();
        let names = ours.sheet_names();
        let theirs = office.read_sheets(&file, &names);
        for (sheet, theirs) in names.iter().zip(&theirs) {
            let range = ours.worksheet_range(sheet).unwrap();
            for (number, row) in range.rows().enumerate() {
                for (at, cell) in row.iter().enumerate() {
                    let shown = theirs.get(number).and_then(|row| row.get(at));
                    let shown = shown.map(String::as_str).unwrap_or_default();
                    let place = format!("{name}, {sheet}, row {}, column {}", number + 1, at + 1);
                    assert_eq!(bare(shown), bare(&as_shown(cell)), "{place}");
                    cells += usize::from(!shown.is_empty());
                }
            }
        }
        if name == "tracker" {
            tracker(&territory, &names, &theirs);
        }
    }
    assert!(cells > 3_000, "{cells} cells");
}

/// Holds the sheets of the tracker against the documents.
fn tracker(territory: &Territory, names: &[String], sheets: &[Vec<Vec<String>>]) {
    let sheet = |name: &str| &sheets[names.iter().position(|one| one == name).unwrap()];
    let column = |name: &str, heading: &str| -> Vec<String> {
        let rows = sheet(name);
        let at = rows[0].iter().position(|cell| cell == heading);
        let at = at.unwrap_or_else(|| panic!("{heading} in {:?}", rows[0]));
        rows[1..].iter().map(|row| row[at].clone()).collect()
    };
    let titles = column("Fiches", "Titre");
    assert_eq!((titles.len(), sheet("Objectifs").len()), (12, 48), "with the row of headings");
    for number in 1..=12 {
        let shown = territory.shown(&format!("FA-{number:02}"));
        let at = titles.iter().position(|title| *title == shown["title"]).unwrap();
        let cell = |heading: &str| column("Fiches", heading)[at].clone();
        let field = |name: &str| {
            let kind = kind_of(&shown).field(name).unwrap().kind;
            territory.said(kind, &shown["fields"][name])
        };
        assert_eq!(cell("Pilote"), field("pilote"));
        assert_eq!(cell("Avancement"), field("avancement"));
        let begins = shown["fields"]["debut"].as_str().unwrap();
        let day = [&begins[5..7], &begins[8..], &begins[..4]].join("/");
        assert_eq!(cell("Début"), day);
    }
}
