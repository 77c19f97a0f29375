//! The territory is whole, true to the tables, and marked as invented.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};

use client_core::document::{Author, Document, Edit, FieldValue, View};
use client_core::guard;
use client_core::kinds::{Catalogue, FieldSpec, FieldType, Merge, Persons, Signing};
use protocol::env::Timestamp;
use protocol::id::{DeviceId, DocumentId, Incarnation, PartnerId, SpaceId};

use super::draft::{rows as rows_of, texts};
use super::{Draft, MARK, Names, draft, drafts};
use serde_json::Value;

/// The day on which the territory is described.
const TODAY: &str = "2026-09-25";

/// Ids by key, and no partner.
struct Ids(BTreeMap<String, DocumentId>);

impl Ids {
    fn of(drafts: &[Draft]) -> Self {
        let id = |number: usize| DocumentId::new([u8::try_from(number).unwrap(); 16]);
        Self(drafts.iter().enumerate().map(|(n, draft)| (draft.key.clone(), id(n))).collect())
    }
}

impl Names for Ids {
    fn document(&self, key: &str) -> Option<DocumentId> {
        self.0.get(key).copied()
    }

    fn partner(&self, _: &str) -> Option<PartnerId> {
        None
    }
}

impl Draft {
    /// Returns the keys of the documents that it refers to, with the field or the column.
    fn references(&self) -> Vec<(&'static FieldSpec, &str)> {
        let is_reference = |spec: &FieldSpec| matches!(spec.kind, FieldType::Document(_));
        self.values().into_iter().filter(|(spec, _)| is_reference(spec)).collect()
    }

    /// Returns every value with its field or its column.
    fn values(&self) -> Vec<(&'static FieldSpec, &str)> {
        self.fields.iter().flat_map(|(spec, value)| values_of(spec, value)).collect()
    }
}

/// Returns the values that stand in a field, with the field or the columns of its rows.
fn values_of<'a>(spec: &'static FieldSpec, value: &'a Value) -> Vec<(&'static FieldSpec, &'a str)> {
    let Some(table) = spec.kind.table() else {
        return texts(value).into_iter().map(|text| (spec, text)).collect();
    };
    let cells = rows_of(value).flatten();
    let cells = cells.filter_map(|(name, cell)| Some((table.column(name)?, cell)));
    cells.flat_map(|(column, cell)| texts(cell).into_iter().map(move |t| (column, t))).collect()
}

fn of_kind<'a>(drafts: &'a [Draft], kind: &str) -> Vec<&'a Draft> {
    drafts.iter().filter(|draft| draft.kind.name == kind).collect()
}

/// Returns the values of a field, or of a column as `field/column`.
fn values<'a>(draft: &'a Draft, path: &str) -> Vec<&'a str> {
    let (field, column) = path.split_once('/').unwrap_or((path, path));
    let names: BTreeSet<&str> = draft.kind.fields.iter().map(|spec| spec.name).collect();
    assert!(names.contains(field), "{path}");
    let found = draft.fields.iter().find(|(spec, _)| spec.name == field);
    let all = found.map(|(spec, value)| values_of(spec, value)).unwrap_or_default();
    let wanted = all.into_iter().filter(|(spec, _)| spec.name == column);
    wanted.map(|(_, value)| value).collect()
}

fn rows(draft: &Draft, field: &str) -> usize {
    let found = draft.fields.iter().find(|(spec, _)| spec.name == field);
    found.map_or(0, |(_, value)| value.as_array().unwrap().len())
}

/// Makes a document and writes a draft into it.
fn written(draft: &Draft, ids: &Ids) -> View {
    let author = Author {
        device: DeviceId::new([1; 32]),
        incarnation: Incarnation::new([1; 16]),
        time: Timestamp::from_ms(1_790_000_000_000),
    };
    let id = ids.document(&draft.key).unwrap();
    let space = SpaceId::new([1; 32]);
    let (catalogue, kind) = (Catalogue::STANDARD, draft.kind);
    let made = Document::create(space, id, catalogue, kind, &draft.title, &author);
    let (mut document, _) = made.unwrap();
    for edit in draft.edits(ids) {
        let edited = document.edit(&author, &edit);
        let edited = edited.unwrap_or_else(|refusal| panic!("{} {edit:?}: {refusal:?}", draft.key));
        assert!(!edited.changes.is_empty(), "{} says twice {edit:?}", draft.key);
    }
    document.view().unwrap()
}

#[test]
fn the_territory_counts_what_it_says() {
    let drafts = drafts();
    let count = |kind: &str| of_kind(&drafts, kind).len();
    assert_eq!(count("organisation"), 22);
    assert_eq!(count("orientation"), 5);
    assert_eq!(count("fiche_action"), 12);
    assert_eq!(count("diagnostic"), 10, "one for each theme");
    assert_eq!(count("indicateur"), 12);
    assert_eq!(count("financement"), 10);
    assert_eq!(count("reunion"), 11);
    for kind in Catalogue::STANDARD.iter() {
        assert!(count(kind.name) > 0, "no document of the kind {}", kind.name);
    }
    let fiches = of_kind(&drafts, "fiche_action");
    assert_eq!(fiches.iter().map(|fiche| rows(fiche, "objectifs")).sum::<usize>(), 47);
    let priorities: BTreeSet<&str> =
        fiches.iter().flat_map(|fiche| values(fiche, "priorites_decret")).collect();
    assert_eq!(priorities, BTreeSet::from(["p1", "p2", "p3", "p4", "p5", "p6"]));
    let contracts = of_kind(&drafts, "ctsm");
    assert_eq!(contracts.iter().map(|ctsm| rows(ctsm, "engagements")).sum::<usize>(), 9);
    let meetings = of_kind(&drafts, "reunion");
    assert_eq!(meetings.iter().map(|meeting| rows(meeting, "decisions")).sum::<usize>(), 14);
    assert_eq!(meetings.iter().map(|meeting| rows(meeting, "actions")).sum::<usize>(), 22);
    let late = meetings.iter().flat_map(|meeting| {
        let states = values(meeting, "actions/statut").into_iter();
        states.zip(values(meeting, "actions/echeance"))
    });
    let late = late.filter(|(state, due)| ["a_faire", "en_cours"].contains(state) && *due < TODAY);
    assert_eq!(late.count(), 6);
}

#[test]
fn what_is_written_is_what_the_files_say() {
    let drafts = drafts();
    let ids = Ids::of(&drafts);
    for draft in &drafts {
        let view = written(draft, &ids);
        assert_eq!(view.title, draft.title);
        assert!(view.conflicts.is_empty(), "{}", draft.key);
        for (spec, value) in draft.values() {
            if matches!(spec.kind, FieldType::Document(_) | FieldType::Prose) {
                continue;
            }
            assert_eq!(spec.kind.read(value).as_deref(), Ok(value), "{} {}", draft.key, spec.name);
        }
        for (spec, value) in &draft.fields {
            let held = match view.field(spec.name).unwrap() {
                FieldValue::Empty => 0,
                FieldValue::One(_) | FieldValue::Text(_) => 1,
                FieldValue::Conflicting(_) => panic!("{} {}", draft.key, spec.name),
                FieldValue::Set(set) => set.len(),
                FieldValue::List(items) => items.len(),
                FieldValue::Entries(entries) => entries.len(),
                FieldValue::Rows(rows) => rows.len(),
            };
            let given = value.as_array().map_or(1, Vec::len);
            assert_eq!(held, given, "{} {}", draft.key, spec.name);
        }
        for (id, text) in &draft.sections {
            assert_eq!(&view.section(id).unwrap().text, text);
        }
    }
}

#[test]
fn every_reference_leads_somewhere_it_may() {
    let drafts = drafts();
    let kinds: BTreeMap<&str, &str> =
        drafts.iter().map(|draft| (draft.key.as_str(), draft.kind.name)).collect();
    assert_eq!(kinds.len(), drafts.len(), "two documents of one key");
    let codes = |path: &str, kind: &str| -> BTreeSet<String> {
        let drafts = of_kind(&drafts, kind);
        drafts.iter().flat_map(|draft| values(draft, path)).map(str::to_owned).collect()
    };
    for draft in &drafts {
        for (spec, key) in draft.references() {
            let FieldType::Document(allowed) = spec.kind else { unreachable!() };
            let kind = kinds.get(key).unwrap_or_else(|| panic!("{}: no {key}", draft.key));
            assert!(allowed.is_empty() || allowed.contains(kind), "{}: {key}", draft.key);
            assert_ne!(key, draft.key, "it leads to itself");
        }
    }
    let engagements = codes("engagements/code", "ctsm");
    let objectives = codes("objectifs/code", "fiche_action");
    assert_eq!((engagements.len(), objectives.len()), (9, 47), "codes are one of a kind");
    for used in
        codes("engagements_ctsm", "fiche_action").union(&codes("engagements", "financement"))
    {
        assert!(engagements.contains(used), "{used}");
    }
    for used in
        codes("engagements/objectifs", "ctsm").union(&codes("etapes/objectif", "fiche_action"))
    {
        assert!(objectives.contains(used), "{used}");
    }
    for (path, kind) in
        [("numero", "fiche_action"), ("code", "indicateur"), ("code", "financement")]
    {
        assert_eq!(codes(path, kind).len(), of_kind(&drafts, kind).len(), "{path} of {kind}");
    }
}

#[test]
fn every_field_that_people_fill_is_filled_somewhere() {
    let drafts = drafts();
    let mut lacking = Vec::new();
    for kind in Catalogue::STANDARD.iter() {
        let of_kind = of_kind(&drafts, kind.name);
        let met: Vec<&FieldSpec> =
            of_kind.iter().flat_map(|draft| draft.values()).map(|(spec, _)| spec).collect();
        let filled = |spec: &FieldSpec| met.iter().any(|other| std::ptr::eq(*other, spec));
        // Frozen versions and what is frozen with them are written by a command, never by people.
        let by_people = |spec: &&FieldSpec| {
            spec.signing != Signing::Record && (kind.name, spec.name) != ("bilan", "chiffres")
        };
        for spec in kind.fields.iter().filter(by_people) {
            let columns = spec.kind.table().map_or(std::slice::from_ref(spec), |t| t.columns);
            let empty = columns.iter().filter(|column| !matches!(column.merge, Merge::Computed(_)));
            let empty = empty.filter(|column| !filled(column));
            lacking
                .extend(empty.map(|column| format!("{}.{}/{}", kind.name, spec.name, column.name)));
        }
        for section in kind.sections {
            let has = |draft: &&Draft| draft.sections.iter().any(|(id, _)| id == section.id);
            if !of_kind.iter().any(has) {
                lacking.push(format!("{} § {}", kind.name, section.id));
            }
        }
    }
    assert!(lacking.is_empty(), "{lacking:#?}");
}

#[test]
fn what_a_partnership_needs_is_there() {
    let drafts = drafts();
    let needed = [
        (
            "fiche_action",
            "numero intitule orientation priorites_decret pilote debut fin_prevue \
          objectifs/code objectifs/responsable objectifs/echeance etapes/responsable avancement \
          partenaires/organisation points_etape/date indicateurs|plan_financement",
        ),
        ("orientation", "numero fiches priorites_decret"),
        ("indicateur", "code type unite sens producteur frequence cibles/valeur valeurs/valeur"),
        ("financement", "code source financeur beneficiaire statut fiches suivi/date"),
        ("organisation", "type college siren siret statut_membre telephone courriel"),
        ("convention", "reference type parties/organisation reconduction negociation/statut"),
        ("reunion", "instance numero debut ordre_du_jour/point presences/etat decisions/texte"),
        ("diagnostic", "theme donnees/source constats/texte preconisations/texte contributeurs"),
        ("bilan", "annee ptsm"),
        ("charte", "instance composition/college mode_decision"),
    ];
    for (kind, paths) in needed {
        for draft in of_kind(&drafts, kind) {
            for path in paths.split_whitespace() {
                let found = path.split('|').any(|path| !values(draft, path).is_empty());
                assert!(found, "{} lacks {path}", draft.key);
            }
        }
    }
    for fiche in of_kind(&drafts, "fiche_action") {
        assert_eq!(fiche.sections.len(), fiche.kind.sections.len(), "{}", fiche.key);
        assert!((3..=4).contains(&rows(fiche, "objectifs")), "{}", fiche.key);
    }
    let convention = drafts.iter().find(|draft| draft.key == "CV-03").unwrap();
    let steps = values(convention, "circuit/etape");
    assert_eq!(steps, ["visa", "validation", "validation", "signature", "signature", "signature"]);
    assert_eq!(convention.sections.len(), convention.kind.sections.len());
}

/// Tells whether an address of the web is under the name that is reserved for examples.
fn in_example_org(link: &str) -> bool {
    let host = link.strip_prefix("https://").and_then(|rest| rest.split('/').next());
    host.is_some_and(|host| host == "example.org" || host.ends_with(".example.org"))
}

#[test]
fn everything_is_invented_and_says_so() {
    let drafts = drafts();
    let mut numbers = BTreeSet::new();
    for draft in &drafts {
        assert!(draft.title.ends_with(MARK), "{}", draft.title);
        for (spec, value) in draft.values() {
            let is = |kind: FieldType| spec.kind == kind;
            let reserved = (!is(FieldType::Phone) || value.starts_with("019900"))
                && (!is(FieldType::Email) || value.ends_with("example.org"))
                && (!is(FieldType::Link) || in_example_org(value))
                && (!is(FieldType::Siren) && !is(FieldType::Siret) || value.starts_with("999"))
                && (!is(FieldType::Finess) || value.starts_with("990000"));
            assert!(reserved, "{}: {} {value}", draft.key, spec.name);
            let own = matches!(spec.name, "siren" | "siret" | "finess");
            if own && ["organisation", "etablissement"].contains(&draft.kind.name) {
                assert!(numbers.insert((spec.name, value)), "{value} stands twice");
            }
        }
    }
    let organisations: BTreeSet<&str> = of_kind(&drafts, "organisation")
        .iter()
        .flat_map(|card| values(card, "partenaire"))
        .collect();
    assert_eq!(organisations.len(), 22);
    for draft in &drafts {
        for (spec, value) in draft.values() {
            let known = spec.kind != FieldType::Partner || organisations.contains(value);
            assert!(known || value.contains("inventée"), "{}: {value}", draft.key);
        }
    }
}

#[test]
fn what_is_not_written_is_not_referred_to() {
    struct Nothing;
    impl Names for Nothing {
        fn document(&self, _: &str) -> Option<DocumentId> {
            None
        }
        fn partner(&self, name: &str) -> Option<PartnerId> {
            (name == "Toit & Repères").then(|| PartnerId::new([7; 16]))
        }
    }
    let drafts = drafts();
    let fiche = drafts.iter().find(|draft| draft.key == "FA-10").unwrap();
    let edits = fiche.edits(&Nothing);
    let set = |wanted: &str| {
        edits.iter().find_map(|edit| {
            let Edit::Set { field, value } = edit else { return None };
            (field == wanted).then(|| value.clone())
        })
    };
    assert_eq!(set("orientation"), None);
    assert_eq!(set("pilote"), Some(PartnerId::new([7; 16]).to_string()));
    assert_eq!(set("numero").as_deref(), Some("FA-10"));
}

#[test]
fn a_file_that_is_not_one_is_refused() {
    let whole = |document: &str| format!("{{\"liaison-export\":1,\"documents\":[{document}]}}");
    let cases = [
        ("{}".to_owned(), "not an export"),
        ("[".to_owned(), "EOF"),
        (whole(r#"{"kind":"rien"}"#), "no kind"),
        (whole(r#"{"kind":"note","fields":{"rien":"x"}}"#), "no field rien"),
        (whole(r#"{"kind":"note","fields":{"mots_cles":"x"}}"#), "not a value of its rule"),
        (whole(r#"{"kind":"bilan","fields":{"annee":["2026"]}}"#), "not a value of its rule"),
        (whole(r#"{"kind":"ptsm","fields":{"duree_mois":"60"}}"#), "computed"),
        (whole(r#"{"kind":"bilan","fields":{"presentations":[{}]}}"#), "rows without cells"),
        (
            whole(r#"{"kind":"bilan","fields":{"presentations":[{"cells":{"x":"y"}}]}}"#),
            "no column x",
        ),
        (whole(r#"{"kind":"note","sections":[{"id":"rien","text":"x"}]}"#), "no section rien"),
    ];
    for (file, reason) in cases {
        let fault = draft::read(&file).unwrap_err();
        assert!(fault.reason.contains(reason), "{file}: {fault}");
    }
}

/// Nothing of the territory looks like a person cared for, but where people are named in their
/// function, which the tables declare: a warning that is wrong is read by nobody.
#[test]
fn the_territory_calls_for_no_guard() {
    let drafts = drafts();
    let ids = Ids::of(&drafts);
    for draft in &drafts {
        let title = Edit::SetTitle(draft.title.clone());
        for edit in draft.edits(&ids).iter().chain([&title]) {
            let warnings = guard::in_edit(draft.kind, edit);
            assert_eq!(warnings, [], "{}", draft.key);
        }
    }
    let named = drafts.iter().flat_map(Draft::values);
    let named = named.filter(|(spec, text)| spec.persons != Persons::None && text.contains("Mme "));
    assert!(named.count() > 5, "the territory does name people in their function");
}
