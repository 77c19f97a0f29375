//! Frozen versions: freezing one, showing how it stands, giving it this organisation's visa.
//!
//! A frozen version is a row of its document that nobody can change, and what a visa signs is
//! worked out here from the heads it names: the text is never taken on anybody's word. Later
//! edits merge as ever; the report says that the document differs from what was signed.

use std::collections::{BTreeMap, BTreeSet};

use protocol::codec;
use protocol::crypto::Hash;
use protocol::frozen::{Decision, Frozen, Signatory};
use protocol::id::{DocumentId, PartnerId, hex, unhex};
use protocol::limits;
use protocol::register::{Capacity, Clause, GivenVisa, Presence, Role, Roster, Visa};

use super::command::{CommandError, Reply};
use super::home::Home;
use super::space::Space;
use super::step::Step;
use crate::canonical::{self, canonical, differences};
use crate::document::{ChangeId, Document, Edit, FieldValue, Origin, Row, Version, View};
use crate::kinds::{self, FieldType, Signing};

mod file;
mod refusal;
mod view;

use refusal::Obstacle;
pub use view::{FrozenReport, FrozenState, FrozenView, VisaView};

/// Versions of one document that are worked out again: those with the most visas, then the latest.
/// A row without a visa costs its writer nothing: however many there are, they hide no signed one.
const VERSIONS_READ_MAX: usize = 64;

/// What is asked of a freezing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FreezeOrder {
    /// What decided it.
    pub decision: Decision,
    /// Who is to sign, in order; by default those whom the document names.
    pub signatories: Vec<PartnerId>,
    /// Whether it amends a signed version, and of which document.
    pub amends: Option<DocumentId>,
}

/// What is asked of a visa.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisaOrder {
    /// The version that was read.
    pub version: Hash,
    /// In what capacity it is given.
    pub capacity: Capacity,
    /// SHA-256 and name of a PDF that was signed elsewhere.
    pub pdf: Option<(Hash, String)>,
}

/// A frozen version as its row says it.
struct Record {
    frozen: Frozen,
    version: Hash,
    origin: Option<Origin>,
}

impl Space {
    /// Tells how the frozen versions of a document stand.
    pub(super) fn frozen_report(
        &mut self,
        step: &mut Step<'_, '_>,
        home: &Home,
        id: DocumentId,
    ) -> Result<FrozenReport, CommandError> {
        self.open_document(step, id, home.catalogue);
        let actors = self.actors(&id);
        let shelved = self.shelf.opened(&id).ok_or(CommandError::NotFound("document"))?;
        let content = shelved.document.view().ok_or(CommandError::Unreadable)?;
        let roster = self.register.as_ref().ok_or(CommandError::NotFound("space"))?.roster();
        let (records, unreadable) = records_of(&content, &shelved.document, roster);
        let states: Vec<FrozenState> =
            records.iter().map(|record| state_of(&shelved.document, &record.frozen)).collect();
        let digests = digests_of(&content);
        let mut versions: Vec<FrozenView> = Vec::new();
        for (record, state) in records.into_iter().zip(states) {
            let by = record.origin.and_then(|origin| actors.get(&origin.actor));
            let by = by.map(|(_, partner)| (*partner, self.name_of(partner)));
            let visas = self.visas_under(&record.frozen, &digests)?;
            let signed: BTreeSet<PartnerId> = visas.iter().map(|visa| visa.partner).collect();
            let waits = |one: &&Signatory| one.partner.is_none_or(|p| !signed.contains(&p));
            let awaited = record.frozen.signatories.iter().filter(waits).cloned().collect();
            let changes = changes_since(&versions, &record.frozen, &state);
            let superseded_by = self.amended_by(&record.version)?;
            let (frozen, version) = (record.frozen, record.version);
            versions.push(FrozenView {
                version,
                frozen,
                state,
                by,
                changes,
                visas,
                awaited,
                superseded_by,
            });
        }
        let known: BTreeSet<Hash> = versions.iter().map(|one| one.version).collect();
        let visas = self.known()?.roster().visas().filter(|given| given.visa.document == id);
        let unknown: BTreeSet<Hash> =
            visas.map(|given| given.visa.version).filter(|v| !known.contains(v)).collect();
        let now = canonical(&content, &id);
        let last = versions.iter().rev().find_map(FrozenView::text);
        let differs = last.map_or_else(Vec::new, |last| differences(last, &now));
        let (space, title, kind) = (self.id, content.title, content.kind);
        let unknown = unknown.len();
        Ok(FrozenReport {
            document: id,
            space,
            title,
            kind,
            versions,
            differs,
            unreadable,
            unknown,
        })
    }

    fn visas_under(
        &self,
        frozen: &Frozen,
        digests: &[Hash],
    ) -> Result<Vec<VisaView>, CommandError> {
        let roster = self.known()?.roster();
        let attached: BTreeMap<Hash, Hash> =
            digests.iter().map(|digest| (frozen.attach(digest), *digest)).collect();
        let shown = |given: &GivenVisa| VisaView {
            partner: given.partner,
            name: self.signatory_name(&given.partner, frozen),
            capacity: given.visa.capacity,
            at: given.at,
            attaches: given.visa.pdf.is_some(),
            pdf: given.visa.pdf.and_then(|pdf| attached.get(&pdf).copied()),
            here: roster.present(&given.partner).is_some(),
            own: given.partner == self.me.partner,
        };
        Ok(frozen.visas(roster).map(shown).collect())
    }

    fn signatory_name(&self, partner: &PartnerId, frozen: &Frozen) -> String {
        let stated = frozen.signatories.iter().find(|one| one.partner == Some(*partner));
        match self.name_of(partner) {
            name if !name.is_empty() => name,
            _ => stated.map_or_else(|| partner.short(), |one| one.name.clone()),
        }
    }

    /// Returns a version that some visa says to amend this one.
    fn amended_by(&self, version: &Hash) -> Result<Option<Hash>, CommandError> {
        let mut visas = self.known()?.roster().visas();
        Ok(visas.find(|given| given.visa.amends == Some(*version)).map(|given| given.visa.version))
    }

    /// Freezes the document as it stands.
    pub(super) fn freeze(
        &mut self,
        step: &mut Step<'_, '_>,
        home: &Home,
        id: DocumentId,
        order: &FreezeOrder,
    ) -> Result<Reply, CommandError> {
        let report = self.frozen_report(step, home, id)?;
        self.knows_whole(id)?;
        let amends = match order.amends {
            Some(other) => Some(self.last_signed(step, home, other)?),
            None => {
                let last = report.versions.last();
                if last.is_some_and(|last| !last.visas.is_empty()) {
                    return Err(Obstacle::AlreadySigned.into());
                }
                None
            }
        };
        let last = report.versions.iter().rev().find_map(FrozenView::text);
        let here = order.amends.is_none_or(|amended| amended == id);
        if here && last.is_some() && report.differs.is_empty() {
            return Err(Obstacle::Unchanged.into());
        }
        let frozen = self.statement(step, id, order, amends)?;
        let record = report.kind.record().ok_or(Obstacle::NotFreezable)?;
        let version = frozen.version();
        let mut cells =
            vec![("version".to_owned(), hex(&version)), ("contenu".to_owned(), frozen.to_word())];
        if !frozen.decision.words.is_empty() {
            cells.push(("decision".to_owned(), frozen.decision.words.clone()));
        }
        if let Some(meeting) = frozen.decision.meeting {
            cells.push(("reunion".to_owned(), meeting.to_string()));
        }
        let edit = Edit::AddRow { field: record.name.to_owned(), cells, after: None };
        self.edit_document(step, home, id, &edit)?;
        self.frozen_report(step, home, id).map(|report| Reply::Frozen(Box::new(report)))
    }

    /// Refuses a document that holds what the table has no field for: that is in no canonical
    /// text, and another program would have frozen another text from the same heads.
    fn knows_whole(&mut self, id: DocumentId) -> Result<(), CommandError> {
        let shelved = self.shelf.opened(&id).ok_or(CommandError::NotFound("document"))?;
        let view = shelved.document.view().ok_or(CommandError::Unreadable)?;
        if view.unknown.is_empty() { Ok(()) } else { Err(Obstacle::NewerFields.into()) }
    }

    fn last_signed(
        &mut self,
        step: &mut Step<'_, '_>,
        home: &Home,
        id: DocumentId,
    ) -> Result<Hash, CommandError> {
        let report = self.frozen_report(step, home, id)?;
        let signed = report.versions.iter().rev().find(|one| !one.visas.is_empty());
        Ok(signed.ok_or(Obstacle::NothingToAmend)?.version)
    }

    /// Makes the statement of the present version.
    fn statement(
        &mut self,
        step: &mut Step<'_, '_>,
        id: DocumentId,
        order: &FreezeOrder,
        amends: Option<Hash>,
    ) -> Result<Frozen, CommandError> {
        let document = &self.shelf.opened(&id).ok_or(CommandError::NotFound("document"))?.document;
        let view = document.view().ok_or(CommandError::Unreadable)?;
        view.kind.record().ok_or(Obstacle::NotFreezable)?;
        if view.conflicts.iter().any(|conflict| is_signed(&view, &conflict.field)) {
            return Err(Obstacle::InConflict.into());
        }
        let heads: Vec<Hash> = view.heads.changes().iter().map(|head| *head.bytes()).collect();
        if heads.len() > limits::FROZEN_HEADS_MAX {
            return Err(Obstacle::TooManyHeads.into());
        }
        let text = canonical(&view, &id);
        let signatories = match order.signatories.is_empty() {
            true => self.signatories_named(&view)?,
            false => self.signatories_given(&order.signatories)?,
        };
        let frozen = Frozen {
            form: canonical::FORM,
            space: self.id,
            document: id,
            salt: step.draw(),
            heads,
            text: protocol::frozen::sha256(text.as_bytes()),
            at: step.wall(),
            decision: Decision {
                words: one_line(&order.decision.words, limits::DECISION_BYTES_MAX),
                meeting: order.decision.meeting,
            },
            signatories,
            amends,
        };
        let size = codec::to_bytes(&frozen).len();
        let within = size <= limits::FROZEN_BYTES_MAX
            && frozen.signatories.len() <= limits::SIGNATORIES_MAX
            && text.len() <= limits::FROZEN_TEXT_BYTES_MAX;
        if within { Ok(frozen) } else { Err(Obstacle::TooLarge.into()) }
    }

    fn signatory(&self, partner: PartnerId) -> Signatory {
        let name = one_line(&self.name_of(&partner), limits::SIGNATORY_BYTES_MAX);
        let name = if name.is_empty() { partner.short() } else { name };
        Signatory { partner: Some(partner), name }
    }

    fn signatories_given(&self, given: &[PartnerId]) -> Result<Vec<Signatory>, CommandError> {
        let roster = self.known()?.roster();
        if given.iter().any(|partner| roster.present(partner).is_none()) {
            return Err(CommandError::NotFound("partner"));
        }
        let mut met = BTreeSet::new();
        let once = given.iter().filter(|partner| met.insert(**partner));
        Ok(once.map(|partner| self.signatory(*partner)).collect())
    }

    /// Returns those whom the document names as its signatories; where it names none, the
    /// organisations that write in the space.
    fn signatories_named(&self, view: &View) -> Result<Vec<Signatory>, CommandError> {
        let roster = self.known()?.roster();
        let field = view.fields.iter().find(|f| f.spec.signing == Signing::Signatories);
        let rows = field.map_or(&[][..], |field| view.rows(field.spec.name));
        let mut named: Vec<(u64, String)> = rows.iter().filter_map(named_in).collect();
        named.sort_by_key(|(rank, _)| *rank);
        let mut met = BTreeSet::new();
        let named = named.into_iter().filter(|(_, name)| met.insert(name.clone()));
        let signatories: Vec<Signatory> = named
            .map(|(_, name)| {
                let called = |id: &&PartnerId| {
                    id.to_string() == name || self.name_of(id).to_lowercase() == name.to_lowercase()
                };
                let mut here = roster.partners().filter(|(_, p)| p.presence == Presence::Here);
                match here.find(|(id, _)| called(id)) {
                    Some((id, _)) => self.signatory(*id),
                    None => {
                        let name = one_line(&name, limits::SIGNATORY_BYTES_MAX);
                        Signatory { partner: None, name }
                    }
                }
            })
            .collect();
        if !signatories.is_empty() {
            return Ok(signatories);
        }
        let writes = |p: &protocol::register::Partner| {
            p.presence == Presence::Here && p.role != Role::Observer
        };
        let all = roster.partners().filter(|(_, p)| writes(p));
        Ok(all.map(|(id, _)| self.signatory(*id)).collect())
    }

    /// Checks a version as it stands here and makes the clause that gives it a visa.
    pub(super) fn prepare_visa(
        &mut self,
        step: &mut Step<'_, '_>,
        home: &Home,
        id: DocumentId,
        order: &VisaOrder,
    ) -> Result<Clause, CommandError> {
        let report = self.frozen_report(step, home, id)?;
        let of = |one: &&FrozenView| one.version == order.version;
        let one = report.versions.iter().find(of).ok_or(CommandError::NotFound("version"))?;
        match &one.state {
            FrozenState::Sound(_) => {}
            FrozenState::HeadsUnknown => return Err(Obstacle::HeadsUnknown.into()),
            FrozenState::Altered => return Err(Obstacle::Altered.into()),
            FrozenState::NewerForm => return Err(Obstacle::NewerForm.into()),
            FrozenState::NewerFields => return Err(Obstacle::NewerFields.into()),
        }
        let shelved = self.shelf.opened(&id).ok_or(CommandError::NotFound("document"))?;
        let at = shelved.document.view_at(&heads_of(&one.frozen));
        // A text that matches here all the same was frozen by a program that did not know either.
        if at.is_none_or(|view| !view.unknown.is_empty()) {
            return Err(Obstacle::NewerFields.into());
        }
        let visa = Visa {
            document: id,
            version: one.version,
            form: one.frozen.form,
            pdf: order.pdf.as_ref().map(|(digest, _)| one.frozen.attach(digest)),
            capacity: order.capacity,
            amends: one.frozen.amends,
        };
        let clause = Clause::SignConvention(visa);
        let act = self.sign(step, clause.clone())?;
        let time = self.time(step);
        self.known()?.judge(&act, time).map_err(CommandError::Refused)?;
        if let Some((digest, name)) = &order.pdf {
            let cells = vec![
                ("intitule".to_owned(), one_line(name, limits::SIGNATORY_BYTES_MAX)),
                ("empreinte".to_owned(), hex(digest)),
            ];
            let field = kinds::ATTACHMENTS.to_owned();
            self.edit_document(step, home, id, &Edit::AddRow { field, cells, after: None })?;
        }
        Ok(clause)
    }
}

/// Returns the rank and the organisation of a row of signatories.
fn named_in(row: &Row) -> Option<(u64, String)> {
    let value = |wanted: &dyn Fn(&FieldType, &str) -> bool| {
        let cell = row.cells.iter().find(|cell| wanted(&cell.spec.kind, cell.spec.name))?;
        match &cell.value {
            FieldValue::One(text) => Some(text.clone()),
            FieldValue::Empty
            | FieldValue::Conflicting(_)
            | FieldValue::Set(_)
            | FieldValue::List(_)
            | FieldValue::Entries(_)
            | FieldValue::Text(_)
            | FieldValue::Rows(_) => None,
        }
    };
    let name = value(&|kind, _| *kind == FieldType::Partner)?;
    let rank = value(&|kind, name| *kind == FieldType::Integer && name == crate::document::RANK);
    Some((rank.and_then(|rank| rank.parse().ok()).unwrap_or(u64::MAX), name))
}

/// Reads the rows of frozen versions in their order, and counts those that do not read. Where there
/// are too many, those stay that have the most visas, then the latest.
fn records_of(view: &View, document: &Document, roster: &Roster) -> (Vec<Record>, usize) {
    let Some(field) = view.kind.record() else {
        return (Vec::new(), 0);
    };
    let mut met: BTreeSet<Hash> = BTreeSet::new();
    let mut records: Vec<Record> = Vec::new();
    let mut unreadable = 0;
    for row in view.rows(field.name) {
        let frozen = read_record(row).filter(|frozen| {
            frozen.space == *document.space() && frozen.document == *document.id()
        });
        match frozen.map(|frozen| (frozen.version(), frozen)) {
            Some((version, _)) if !met.insert(version) => {}
            Some((version, frozen)) => {
                records.push(Record { frozen, version, origin: row.origin });
            }
            None => unreadable += 1,
        }
    }
    let mut order: Vec<(usize, usize)> = (records.iter().enumerate())
        .map(|(place, one)| (one.frozen.visas(roster).count(), place))
        .collect();
    order.sort_unstable_by(|a, b| b.cmp(a));
    let kept: BTreeSet<usize> =
        order.into_iter().take(VERSIONS_READ_MAX).map(|(_, place)| place).collect();
    let mut place = 0..;
    records.retain(|_| place.next().is_some_and(|place| kept.contains(&place)));
    (records, unreadable)
}

fn read_record(row: &Row) -> Option<Frozen> {
    let Some(FieldValue::Text(word)) = row.cell("contenu") else {
        return None;
    };
    Frozen::from_word(word).ok()
}

/// Works the text of a version out again from its heads.
fn state_of(document: &Document, frozen: &Frozen) -> FrozenState {
    if frozen.form != canonical::FORM {
        return FrozenState::NewerForm;
    }
    let Some(view) = document.view_at(&heads_of(frozen)) else {
        return FrozenState::HeadsUnknown;
    };
    let text = canonical(&view, document.id());
    match (frozen.holds(&text), view.unknown.is_empty()) {
        (true, _) => FrozenState::Sound(text),
        (false, true) => FrozenState::Altered,
        (false, false) => FrozenState::NewerFields,
    }
}

/// Returns the version of the document that a statement is about.
fn heads_of(frozen: &Frozen) -> Version {
    Version::new(frozen.heads.iter().map(|head| ChangeId::new(*head)).collect())
}

/// Returns what a version changes: since the one it amends, else since the one before it.
fn changes_since(
    earlier: &[FrozenView],
    frozen: &Frozen,
    state: &FrozenState,
) -> Vec<canonical::Difference> {
    let amended = earlier.iter().find(|one| Some(one.version) == frozen.amends);
    let before = amended.or(earlier.last()).and_then(FrozenView::text);
    match (before, state) {
        (Some(before), FrozenState::Sound(text)) => differences(before, text),
        (_, _) => Vec::new(),
    }
}

/// Returns the digests of the attachments of a document.
fn digests_of(view: &View) -> Vec<Hash> {
    let digest = |row: &Row| match row.cell("empreinte") {
        Some(FieldValue::One(text)) => unhex(text)?.try_into().ok(),
        Some(_) | None => None,
    };
    view.rows(kinds::ATTACHMENTS).iter().filter_map(digest).take(limits::FROZEN_PDFS_MAX).collect()
}

/// Tells whether a field, by the path of a conflict, is part of the signed text.
fn is_signed(view: &View, path: &str) -> bool {
    let name = path.split('/').next().unwrap_or(path);
    view.kind.field(name).is_none_or(|field| match field.signing {
        Signing::Text | Signing::Signatories => true,
        Signing::Aside | Signing::Record => false,
    })
}

/// Returns a text as one line within so many bytes.
fn one_line(text: &str, bytes_max: usize) -> String {
    let mut line = String::new();
    for c in text.trim().chars().map(|c| if c.is_control() { ' ' } else { c }) {
        if line.len() + c.len_utf8() > bytes_max {
            break;
        }
        line.push(c);
    }
    line
}
