//! Documents that come whole, from a full export: made with all that stood in them, or left alone.
//!
//! A document gets an id that follows from the space and from its id in the file, so that the same
//! file read again finds what it made, whoever reads it. What is there already, by its id, its
//! code or its title, is never written to: where the file says more than stands there, that is
//! told.

use std::collections::{BTreeMap, BTreeSet};

use client_core::document::{Edit, FieldValue, Row, View, limits};
use client_core::kinds::{FieldSpec, FieldType, Wording, words};
use protocol::id::{DocumentId, PartnerId, SpaceId};
use sha2::{Digest as _, Sha256};

use super::known::Known;
use super::{Holdings, Proposal, Shown, Step, Touched};
use crate::import::json::{Draft, Part, Taken, told};
use crate::import::problem::{Problem, Spot};
use crate::import::record::{Filled, Record};
use crate::tracker::{Place, codes};

/// What separates these ids from anything else that is digested.
const ID_DOMAIN: &[u8] = b"liaison/import/json/1";
/// Labels told of a document that differs.
const LABELS_TOLD: usize = 5;

const SECTION: Wording = words("Section", "Section");
const SECTION_GONE: Wording = words("Section retirée", "Section taken out");
const SECTION_NAMED: Wording = words("Titre d'une section", "Title of a section");
const SECTIONS_ORDER: Wording = words("Ordre des sections", "Order of the sections");

/// Where a document of the file stands in the space.
enum Met {
    /// It is to be made, with this id.
    New(DocumentId),
    /// It is there.
    Here(DocumentId),
    /// Several are meant.
    Unclear,
}

/// Compares a full export with a space.
pub(super) fn propose(
    taken: &Taken,
    problems: &[Problem],
    holdings: &Holdings,
    draw: &mut dyn FnMut() -> DocumentId,
) -> Proposal {
    let mut known = Known::new(holdings, draw);
    let views: BTreeMap<DocumentId, &View> =
        holdings.documents.iter().map(|(id, view)| (*id, view)).collect();
    let mut proposal = Proposal { problems: problems.to_vec(), ..Proposal::default() };
    let met = meet(taken, holdings.space, &views, &known, &mut proposal.problems);
    let mut names = Names::new(taken, holdings);
    for (draft, met) in taken.drafts.iter().zip(&met) {
        match met {
            Met::New(id) | Met::Here(id) => {
                names.documents.insert(draft.document, *id);
                known.title_as(*id, &draft.title);
            }
            Met::Unclear => {}
        }
    }
    for (draft, met) in taken.drafts.iter().zip(&met) {
        match met {
            Met::New(id) => {
                let mut links = Vec::new();
                let parts = draft.parts.iter();
                let steps = parts.flat_map(|part| names.steps(part, &known, &mut links)).collect();
                proposal.problems.extend(draft.problems.iter().cloned());
                proposal.problems.extend(outside(draft, taken, links));
                let (kind, title) = (draft.kind, draft.title.clone());
                proposal.documents.push(Touched { document: *id, kind, title, new: true, steps });
            }
            Met::Here(id) => {
                let view = views.get(id).copied();
                let differing = view.map(|view| names.differing(draft, view, &known));
                let differing = differing.unwrap_or_default();
                if differing.is_empty() {
                    proposal.unchanged += 1;
                } else {
                    proposal.problems.push(already_here(draft, &differing));
                }
            }
            Met::Unclear => {}
        }
    }
    if !proposal.documents.is_empty() {
        proposal.problems.insert(0, no_history(&taken.name));
    }
    proposal
}

/// Returns the id that a document of a file gets in a space.
fn id_in(space: SpaceId, document: DocumentId) -> DocumentId {
    let digest = Sha256::new()
        .chain_update(ID_DOMAIN)
        .chain_update(space.bytes())
        .chain_update(document.bytes())
        .finalize();
    let mut id = [0; DocumentId::SIZE];
    id.copy_from_slice(&digest[..DocumentId::SIZE]);
    DocumentId::new(id)
}

/// Finds where each document stands: by ids first, so that no name takes what an id means.
fn meet(
    taken: &Taken,
    space: SpaceId,
    views: &BTreeMap<DocumentId, &View>,
    known: &Known<'_>,
    problems: &mut Vec<Problem>,
) -> Vec<Met> {
    let by_id = |draft: &Draft| {
        let ids = [draft.document, id_in(space, draft.document)];
        let is = |id: &DocumentId| views.get(id).is_some_and(|v| v.kind.name == draft.kind.name);
        ids.into_iter().find(is)
    };
    let mut claimed: BTreeSet<DocumentId> = taken.drafts.iter().filter_map(by_id).collect();
    let mut met = Vec::with_capacity(taken.drafts.len());
    for draft in &taken.drafts {
        if let Some(id) = by_id(draft) {
            met.push(Met::Here(id));
            continue;
        }
        met.push(match known.of_record(&record_of(draft)) {
            Ok(Some(id)) if claimed.insert(id) => Met::Here(id),
            Ok(_) => Met::New(id_in(space, draft.document)),
            Err(problem) => {
                problems.push(*problem);
                Met::Unclear
            }
        });
    }
    met
}

/// Returns what a document is known by, as a line of a workbook tells it.
fn record_of(draft: &Draft) -> Record {
    let mut cells = Vec::new();
    for part in &draft.parts {
        if let Part::Values { spec, values } = part
            && codes(draft.kind.name).contains(&spec.name)
        {
            let (place, values) = (Place::Field(spec.name), values.clone());
            cells.push(Filled::of(place, draft.spot.clone(), values));
        }
    }
    Record {
        kind: draft.kind,
        rows: None,
        spot: draft.spot.clone(),
        id: None,
        version: None,
        row: None,
        title: Some(draft.title.clone()).filter(|title| !title.is_empty()),
        parent: None,
        cells,
    }
}

/// What the ids of the file are in the space.
struct Names<'a> {
    space: SpaceId,
    documents: BTreeMap<DocumentId, DocumentId>,
    here: BTreeSet<DocumentId>,
    members: BTreeSet<PartnerId>,
    partners: &'a BTreeMap<PartnerId, String>,
}

impl<'a> Names<'a> {
    fn new(taken: &'a Taken, holdings: &Holdings) -> Self {
        Self {
            space: holdings.space,
            documents: BTreeMap::new(),
            here: holdings.documents.iter().map(|(id, _)| *id).collect(),
            members: holdings.members.iter().map(|(id, _)| *id).collect(),
            partners: &taken.partners,
        }
    }

    /// Returns a value with the ids of the space. An organisation that is none of its members
    /// is meant by its name; a document that is not here keeps its place, and is told.
    fn stored(
        &self,
        spec: &FieldSpec,
        value: &str,
        known: &Known<'_>,
        links: &mut Vec<Link>,
    ) -> String {
        if let FieldType::Document(_) = spec.kind
            && let Ok(id) = value.parse::<DocumentId>()
        {
            if let Some(id) = self.documents.get(&id) {
                return id.to_string();
            }
            if !self.here.contains(&id) {
                links.push(Link { label: spec.label, document: id });
                return id_in(self.space, id).to_string();
            }
        }
        if spec.kind == FieldType::Partner
            && let Ok(id) = value.parse::<PartnerId>()
            && !self.members.contains(&id)
            && let Some(name) = self.partners.get(&id)
            && let Ok(name) = FieldType::Partner.read(name)
        {
            return known.member(&name).map_or(name, |id| id.to_string());
        }
        value.to_owned()
    }

    /// Returns how one thing that stands in a document is written.
    fn steps(&self, part: &Part, known: &Known<'_>, links: &mut Vec<Link>) -> Vec<Step> {
        let step = |place: &str, label, new: Shown, edits| Step {
            row: false,
            place: place.to_owned(),
            label,
            old: Shown::default(),
            new,
            edits,
        };
        let one = match part {
            Part::Values { spec, values } => {
                let stored = values.iter().map(|value| self.stored(spec, value, known, links));
                let stored: Vec<String> = stored.collect();
                let shown = known.shown(spec, &stored);
                let field = spec.name.to_owned();
                let set = |value| Edit::Set { field: field.clone(), value };
                step(spec.name, spec.label, shown, stored.into_iter().map(set).collect())
            }
            Part::Row { spec, cells } => return vec![self.row(spec, cells, known, links)],
            Part::Prose { spec, text } => {
                step(spec.name, spec.label, Shown::same(text), texts(spec.name, text))
            }
            Part::Section { id, text } => step(id, SECTION, Shown::same(text), texts(id, text)),
            Part::Added { title, text } => {
                let mut edits = vec![Edit::AddSection { title: title.clone(), after: None }];
                edits.extend(texts(title, text));
                step(title, SECTION, Shown::same(title), edits)
            }
            Part::Hidden { id } => {
                let edits = vec![Edit::DeleteSection { section: (*id).to_owned() }];
                step(id, SECTION_GONE, Shown::same(id), edits)
            }
            Part::Order { sections } => {
                let after = |at: usize| at.checked_sub(1).map(|at| sections[at].clone());
                let moves = sections.iter().enumerate();
                let moves = moves.map(|(at, section)| Edit::MoveSection {
                    section: section.clone(),
                    after: after(at),
                });
                let shown = Shown::same(&sections.join(" · "));
                step("sections", SECTIONS_ORDER, shown, moves.collect())
            }
            Part::Renamed { id, title } => {
                let (section, title) = ((*id).to_owned(), title.clone());
                let shown = Shown::same(&title);
                let edits = vec![Edit::RenameSection { section, title }];
                step(id, SECTION_NAMED, shown, edits)
            }
        };
        vec![one]
    }

    fn row(
        &self,
        spec: &FieldSpec,
        cells: &[(&'static FieldSpec, String)],
        known: &Known<'_>,
        links: &mut Vec<Link>,
    ) -> Step {
        let stored =
            cells.iter().map(|(column, value)| (*column, self.stored(column, value, known, links)));
        let stored: Vec<(&FieldSpec, String)> = stored.collect();
        let shown =
            stored.iter().map(|(column, value)| known.shown(column, std::slice::from_ref(value)));
        let shown: Vec<Shown> = shown.collect();
        let join = |part: fn(&Shown) -> &str| {
            let words = shown.iter().map(|shown| told(part(shown)));
            words.collect::<Vec<_>>().join(" · ")
        };
        let new = Shown { fr: join(|shown| &shown.fr), en: join(|shown| &shown.en) };
        let cells = stored.into_iter().map(|(column, value)| (column.name.to_owned(), value));
        let (field, cells) = (spec.name.to_owned(), cells.collect());
        Step {
            row: true,
            place: spec.name.to_owned(),
            label: spec.label,
            old: Shown::default(),
            new,
            edits: vec![Edit::AddRow { field, cells, after: None }],
        }
    }
}

impl Names<'_> {
    /// Returns the labels of what the file says and what does not stand in a document.
    fn differing(&self, draft: &Draft, view: &View, known: &Known<'_>) -> Vec<Wording> {
        let mut labels = Vec::new();
        for part in &draft.parts {
            let (label, stands) = self.stands(part, view, known);
            if !stands && !labels.contains(&label) {
                labels.push(label);
            }
        }
        labels
    }

    fn stands(&self, part: &Part, view: &View, known: &Known<'_>) -> (Wording, bool) {
        let section = |id: &str| view.section(id);
        match part {
            Part::Values { spec, values } => {
                let held = view.field(spec.name);
                let stands = |value: &String| self.bears(held, spec, value, known);
                (spec.label, values.iter().all(stands))
            }
            Part::Row { spec, cells } => {
                let is = |row: &Row| {
                    cells.iter().all(|(column, value)| {
                        self.bears(row.cell(column.name), column, value, known)
                    })
                };
                (spec.label, view.rows(spec.name).iter().any(is))
            }
            Part::Prose { spec, text } => {
                let held = match view.field(spec.name) {
                    Some(FieldValue::Text(held)) => held.as_str(),
                    Some(_) | None => "",
                };
                (spec.label, held.trim_end() == text.trim_end())
            }
            Part::Section { id, text } => {
                let held = section(id).map(|section| section.text.trim_end());
                (SECTION, held == Some(text.trim_end()))
            }
            Part::Added { title, text } => {
                let is = view.sections.iter().any(|section| {
                    section.own_title.as_deref() == Some(title)
                        && section.text.trim_end() == text.trim_end()
                });
                (SECTION, is)
            }
            Part::Hidden { id } => (SECTION_GONE, section(id).is_none()),
            Part::Renamed { id, title } => {
                let held = section(id).and_then(|section| section.own_title.as_ref());
                (SECTION_NAMED, held == Some(title))
            }
            // Where sections stand is for those who write the document now.
            Part::Order { .. } => (SECTIONS_ORDER, true),
        }
    }

    /// Tells whether a value of the file stands in a field or a cell, alone or among others.
    fn bears(
        &self,
        held: Option<&FieldValue>,
        spec: &FieldSpec,
        value: &str,
        known: &Known<'_>,
    ) -> bool {
        let value = self.stored(spec, value, known, &mut Vec::new());
        match held {
            None | Some(FieldValue::Empty | FieldValue::Rows(_)) => false,
            Some(FieldValue::One(held)) => *held == value,
            Some(FieldValue::Text(held)) => held.trim_end() == value.trim_end(),
            Some(FieldValue::Conflicting(several) | FieldValue::Set(several)) => {
                several.contains(&value)
            }
            Some(FieldValue::List(items)) => items.iter().any(|item| item.value == value),
            Some(FieldValue::Entries(entries)) => entries.iter().any(|one| one.value == value),
        }
    }
}

/// A reference to a document that is neither in the file nor in the space.
struct Link {
    label: Wording,
    document: DocumentId,
}

/// Returns the edits that write a text, in pieces that one edit takes.
fn texts(place: &str, text: &str) -> Vec<Edit> {
    let chars: Vec<char> = text.chars().collect();
    let pieces = chars.chunks(limits::EDIT_CHARS_MAX).enumerate();
    let edit = |(at, piece): (usize, &[char])| {
        let (place, text) = (place.to_owned(), piece.iter().collect());
        if at == 0 { Edit::WriteText { place, text } } else { Edit::AppendText { place, text } }
    };
    pieces.map(edit).collect()
}

fn no_history(name: &str) -> Problem {
    Problem::new(
        Spot { sheet: name.to_owned(), path: Some("documents".to_owned()), ..Spot::default() },
        "history-left",
        "un export n'a pas d'historique : ces documents seront signés de votre organisation, à \
         la date d'aujourd'hui ; qui avait écrit quoi reste dans l'espace d'origine."
            .to_owned(),
        "an export has no history: these documents will be signed by your organisation, as of \
         today; who had written what stays in the space they come from."
            .to_owned(),
    )
}

fn already_here(draft: &Draft, labels: &[Wording]) -> Problem {
    let title = told(&draft.title);
    let all = |part: fn(&Wording) -> &'static str| {
        let more = if labels.len() > LABELS_TOLD { ", …" } else { "" };
        let labels = labels.iter().take(LABELS_TOLD).map(part);
        format!("{}{more}", labels.collect::<Vec<_>>().join(", "))
    };
    let (fr, en) = (all(|label| label.fr), all(|label| label.en));
    Problem::new(
        draft.spot.clone(),
        "already-here",
        format!("« {title} » est déjà ici, autrement ({fr}) ; il reste tel qu'il est."),
        format!("“{title}” is here already, otherwise ({en}); it stays as it is."),
    )
}

/// Tells the references that lead to no document yet.
fn outside(draft: &Draft, taken: &Taken, links: Vec<Link>) -> Vec<Problem> {
    let mut told_of = BTreeSet::new();
    let links = links.into_iter().filter(|link| told_of.insert(link.document));
    let problem = |link: Link| {
        let title = match taken.titles.get(&link.document) {
            Some(title) => told(title),
            None => link.document.short(),
        };
        let Wording { fr, en } = link.label;
        Problem::new(
            draft.spot.clone(),
            "link-outside",
            format!(
                "{fr} : « {title} » n'est ni dans le fichier ni dans l'espace ; le lien mènera à \
                 ce document si un autre export l'apporte."
            ),
            format!(
                "{en}: “{title}” is neither in the file nor in the space; the link will lead to \
                 that document if another export brings it."
            ),
        )
    };
    links.map(problem).collect()
}
