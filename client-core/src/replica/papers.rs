//! Documents, as commands ask for them: made, listed, shown, changed, remembered.
//!
//! An edit is in the outbox's records before its author hears that it is saved.

use std::collections::{BTreeMap, BTreeSet};

use protocol::checkpoint::Log;
use protocol::id::{DeviceId, DocumentId, PartnerId};
use protocol::register::{Cause, Measure, Presence, RelayTerms, Roster, SpaceKind, Threshold};

use super::command::{CommandError, Reply};
use super::govern::can_act;
use super::home::Home;
use super::space::Space;
use super::step::Step;
use super::view::{
    ChangeView, DetailView, DocumentLine, DocumentView, NewsView, SpaceView, Voices,
};
use crate::document::{
    Actor, Author, Detail, Document, Edit, EditRefusal, HistoryEntry, Sought, Version,
};
use crate::guard::{self, Warning, Watch};
use crate::kinds::{Kind, Language, Visibility};

impl Space {
    /// Returns the space as it is shown in a list.
    pub(super) fn view(&self) -> SpaceView {
        let roster = self.register.as_ref().map(protocol::register::Register::roster);
        let me = roster.and_then(|roster| roster.present(&self.me.partner));
        let known = roster.and_then(|roster| roster.partner(&self.me.partner));
        let device = roster.and_then(|roster| roster.device(&self.device()));
        let suspension = device.and_then(|device| device.suspension);
        let quarantined = self.quarantined();
        SpaceView {
            space: self.id,
            title: self.title().to_owned(),
            kind: roster.map(Roster::kind),
            role: me.map(|partner| partner.role),
            membership: known.map_or("waiting", |partner| presence_name(partner.presence)),
            guarantors: roster.map_or(0, |roster| roster.guarantors().len()),
            rule: roster.map(Roster::rule),
            removal: roster.map_or_else(Voices::default, removal),
            change: roster.map_or_else(Voices::default, |r| among_all(r, r.rule().change)),
            decision: roster.map_or_else(Voices::default, |r| among_all(r, r.rule().governance)),
            documents: self.shelf.known().count(),
            pending: self.outbox.pending() + self.errands.len() - self.own_quarantined(),
            quarantined,
            link: self.link.state,
            held_back: self.outbox.held_back,
            latest: self.latest(),
            relay_url: self.url(),
            device: self.device(),
            device_state: match device.map(|device| (device.revoked, suspension)) {
                None => "waiting",
                Some((Some(_), _)) => "revoked",
                Some((None, Some(_))) => "suspended",
                Some((None, None)) => "active",
            },
            suspended_until: suspension.map(|suspension| suspension.until),
            awaits_key: me.is_some()
                && device.is_some_and(|device| device.revoked.is_none())
                && roster.is_some_and(|roster| !roster.is_erased() && self.awaits_key(roster)),
            closed: self.closed_view(),
        }
    }

    /// Tells whether nothing of the space can be shown for want of a key. One who has opened an
    /// epoch on arrival holds its key, and still waits for those of before.
    fn awaits_key(&self, roster: &Roster) -> bool {
        let mut epochs = roster.epochs().iter().enumerate();
        let lacking = epochs.any(|(index, epoch)| {
            roster.may_hold(&self.me.partner, index) && !self.keyring.contains_key(&epoch.id)
        });
        lacking && (self.keyring.is_empty() || self.shelf.known().next().is_none())
    }

    /// Returns when the latest entry known here was ordered, once there is one.
    fn latest(&self) -> Option<protocol::env::Timestamp> {
        let register = self.register.as_ref()?;
        Some(register.time().max(self.journal.head().time))
    }

    pub(super) fn author(&self, step: &Step<'_, '_>) -> Author {
        Author { device: self.device(), incarnation: self.me.incarnation, time: step.wall() }
    }

    /// Tells whether this replica may write here at all, as far as it knows.
    pub(super) fn may_edit(&self, step: &Step<'_, '_>) -> Result<(), CommandError> {
        let Some(register) = &self.register else {
            return Err(CommandError::NotFound("space"));
        };
        let time = self.time(step);
        match register.roster().may_write(&self.device(), time) {
            // A suspension ends, and a revoked device keeps its edits for others to take up.
            Ok(())
            | Err(
                protocol::refusal::Refusal::DeviceSuspended
                | protocol::refusal::Refusal::DeviceRevoked,
            ) => Ok(()),
            Err(reason) => Err(CommandError::Refused(reason)),
        }
    }

    /// Tells whether documents of a kind have a place here, as far as the register is known.
    ///
    /// # Errors
    /// Says what the space or its relay lacks.
    pub(super) fn has_place_for(&self, kind: &Kind) -> Result<(), CommandError> {
        let Some(register) = &self.register else {
            return Ok(());
        };
        has_a_place(kind, register.roster().kind(), register.roster().relay())
    }

    /// Keeps the warnings of a space that all partners read: a closed circle is the place of what
    /// names somebody.
    pub(super) fn guarded(&self, warnings: Vec<Warning>) -> Vec<Warning> {
        let circle = self.register.as_ref().map(|register| register.roster().kind());
        if circle == Some(SpaceKind::Circle) { Vec::new() } else { warnings }
    }

    /// Creates a document.
    pub(super) fn new_document(
        &mut self,
        step: &mut Step<'_, '_>,
        home: &Home,
        kind: &str,
        title: &str,
    ) -> Result<Reply, CommandError> {
        self.may_edit(step)?;
        let kind = home.catalogue.find(kind).ok_or(CommandError::NotFound("kind"))?;
        self.has_place_for(kind)?;
        let id = DocumentId::new(step.draw());
        let author = self.author(step);
        let created = Document::create(self.id, id, home.catalogue, kind, title, &author);
        let (document, edited) = created.map_err(edit_error)?;
        let version = document.heads();
        let covered = self.size(Log::Journal);
        self.shelf.place(step, document, covered);
        self.write(step, id, edited.changes);
        step.event(super::io::Event::Edited(self.id, id));
        let warnings = guard::in_edit(kind, &Edit::SetTitle(title.to_owned()));
        let warnings = self.guarded(warnings);
        Ok(Reply::Edited { document: id, version, created: None, warnings })
    }

    /// Changes a document.
    pub(super) fn edit_document(
        &mut self,
        step: &mut Step<'_, '_>,
        home: &Home,
        id: DocumentId,
        edit: &Edit,
    ) -> Result<Reply, CommandError> {
        self.may_edit(step)?;
        let author = self.author(step);
        self.open_document(step, id, home.catalogue);
        let held = self.shelf.held(&id).ok_or(CommandError::NotFound("document"))?;
        if let Some(kind) = held.document.kind() {
            // The space may have moved to another relay since it was created.
            self.has_place_for(kind)?;
        }
        let shelved = self.shelf.opened(&id).ok_or(CommandError::NotFound("document"))?;
        let edits = std::slice::from_ref(edit);
        let watch = Watch::begin(&shelved.document, &author, edits);
        let edited = match shelved.document.edit(&author, edit) {
            Ok(edited) => edited,
            Err(EditRefusal::Engine) => {
                // The engine's state is unknown: made again from the journal, tried once more.
                let space = self.id;
                self.shelf.forget(step, &space, &id);
                self.open_document(step, id, home.catalogue);
                let shelved = self.shelf.opened(&id).ok_or(CommandError::NotFound("document"))?;
                shelved.document.edit(&author, edit).map_err(edit_error)?
            }
            Err(refusal) => return Err(edit_error(refusal)),
        };
        let shelved = self.shelf.opened(&id).ok_or(CommandError::NotFound("document"))?;
        let version = shelved.document.heads();
        let warnings = watch.end(&shelved.document, &author, edits);
        let warnings = self.guarded(warnings);
        let created = edited.created;
        if !edited.changes.is_empty() {
            self.write(step, id, edited.changes);
            step.event(super::io::Event::Edited(self.id, id));
        }
        Ok(Reply::Edited { document: id, version, created, warnings })
    }

    /// Lists documents.
    pub(super) fn list_documents(
        &mut self,
        step: &mut Step<'_, '_>,
        home: &Home,
        kind: Option<&str>,
    ) -> Vec<DocumentLine> {
        let ids: Vec<DocumentId> = self.shelf.known().copied().collect();
        let mut lines = Vec::new();
        for id in ids {
            let (place, line) = match self.line(step, home, id) {
                Some((place, line)) => (Some(place), line),
                None => (None, self.unreadable_line(id)),
            };
            if kind.is_none_or(|kind| kind == line.kind) {
                lines.push((place.is_none(), place, line));
            }
        }
        // Those that cannot be read come last; equals stay in the order of their ids.
        lines.sort_by(|one, other| (one.0, &one.1).cmp(&(other.0, &other.1)));
        lines.into_iter().map(|(.., line)| line).collect()
    }

    fn unreadable_line(&self, document: DocumentId) -> DocumentLine {
        DocumentLine {
            document,
            space: self.id,
            kind: String::new(),
            title: String::new(),
            number: String::new(),
            conflicts: 0,
            readable: false,
        }
    }

    /// Shows a document, now or at a version.
    pub(super) fn show_document(
        &mut self,
        step: &mut Step<'_, '_>,
        home: &Home,
        id: DocumentId,
        at: Option<&Version>,
    ) -> Result<Reply, CommandError> {
        self.open_document(step, id, home.catalogue);
        let authors = self.actors(&id);
        let provisional = self.shelf.provisional(&id);
        let shelved = self.shelf.opened(&id).ok_or(CommandError::NotFound("document"))?;
        let waiting = shelved.document.waiting().len();
        if shelved.document.kind().is_none() {
            return Err(CommandError::Unreadable);
        }
        let content = match at {
            None => shelved.document.view().ok_or(CommandError::Unreadable)?,
            Some(version) => {
                shelved.document.view_at(version).ok_or(CommandError::NotFound("version"))?
            }
        };
        let authors = content
            .writers()
            .into_iter()
            .filter_map(|actor| {
                let (_, partner) = authors.get(&actor)?;
                Some((actor, *partner, self.directory.partner(partner).to_owned()))
            })
            .collect();
        let has_versions = content.kind.record().is_some_and(|f| !content.rows(f.name).is_empty());
        let frozen = match has_versions && at.is_none() {
            true => Some(Box::new(self.frozen_report(step, home, id)?)),
            false => None,
        };
        let space = self.id;
        let warnings = match at {
            None => self.guarded(guard::in_view(&content)),
            Some(_) => Vec::new(),
        };
        let view = DocumentView {
            document: id,
            space,
            content,
            authors,
            provisional,
            waiting,
            frozen,
            warnings,
        };
        Ok(Reply::Document(Box::new(view)))
    }

    /// Tells who changed what, the latest first.
    pub(super) fn history_of(
        &mut self,
        step: &mut Step<'_, '_>,
        home: &Home,
        id: DocumentId,
    ) -> Result<Reply, CommandError> {
        self.open_document(step, id, home.catalogue);
        let actors = self.actors(&id);
        let shelved = self.shelf.opened(&id).ok_or(CommandError::NotFound("document"))?;
        let document = &shelved.document;
        let kind = document.kind().ok_or(CommandError::Unreadable)?;
        let mut details = document.details();
        let mut views = Vec::new();
        for change in document.history() {
            let author = actors.get(&change.actor);
            let partner = author.map(|(_, partner)| *partner);
            let name = partner.map(|p| self.directory.partner(&p).to_owned());
            let adopted_by = shelved.adopted.get(&change.id).copied();
            let adopter = adopted_by.map(|p| self.directory.partner(&p).to_owned());
            views.push(ChangeView {
                change: change.id,
                version: Version::from(change.id),
                at: change.time,
                partner,
                name: name.unwrap_or_default(),
                device: author.map(|(device, _)| *device),
                adopted_by,
                adopter: adopter.unwrap_or_default(),
                summary_french: change.summary(Language::French),
                summary_english: change.summary(Language::English),
                details: detail_views(
                    kind,
                    &change,
                    details.remove(&change.id).unwrap_or_default(),
                ),
            });
        }
        views.reverse();
        Ok(Reply::History(views))
    }

    /// Tells who wrote what is new in a document since a version.
    pub(super) fn news_of(
        &mut self,
        step: &mut Step<'_, '_>,
        home: &Home,
        id: DocumentId,
        since: Option<&Version>,
    ) -> Result<Reply, CommandError> {
        self.open_document(step, id, home.catalogue);
        let actors = self.actors(&id);
        let shelved = self.shelf.opened(&id).ok_or(CommandError::NotFound("document"))?;
        let document = &shelved.document;
        let version = document.heads();
        let partners: BTreeSet<PartnerId> = document
            .writers_since(since)
            .iter()
            .filter_map(|actor| actors.get(actor).map(|(_, partner)| *partner))
            .collect();
        let view = document.view();
        let conflicts = view.as_ref().map_or(0, |view| view.conflicts.len());
        let title = view.map(|view| view.title).unwrap_or_default();
        let named = |partner: PartnerId| {
            let name = self.directory.partner(&partner).to_owned();
            (partner, name, partner == self.me.partner)
        };
        let authors = partners.into_iter().map(named).collect();
        Ok(Reply::News(NewsView { document: id, title, version, authors, conflicts }))
    }

    /// Returns who stands behind each actor of a document: every life of every device that
    /// the journal or this outbox knows.
    pub(super) fn actors(&self, document: &DocumentId) -> BTreeMap<Actor, (DeviceId, PartnerId)> {
        let mut actors = BTreeMap::new();
        let Some(register) = &self.register else {
            return actors;
        };
        let own = (self.device(), self.me.incarnation);
        let loose = self.shelf.loose.values().map(|loose| {
            let header = loose.envelope.header();
            (header.device, header.incarnation)
        });
        let lives = self.journal.lives().chain([own]).chain(loose);
        for (device, incarnation) in lives {
            if let Some(state) = register.roster().device(&device) {
                let actor = Actor::of(&self.id, document, &device, &incarnation);
                actors.insert(actor, (device, state.partner));
            }
        }
        let writers = self.shelf.held(document).map(|shelved| &shelved.writers);
        for (actor, device) in writers.into_iter().flatten() {
            if let Some(state) = register.roster().device(device) {
                actors.insert(*actor, (*device, state.partner));
            }
        }
        actors
    }
}

/// Returns what a change did to each part, with the names of the parts.
pub(super) fn detail_views(
    kind: &'static Kind,
    change: &HistoryEntry,
    details: Vec<Detail>,
) -> Vec<DetailView> {
    // Several cells of one row stand in the history as that row.
    let titles: BTreeMap<Sought, Option<&str>> = change
        .touched
        .iter()
        .map(|touched| (Sought(touched.place.whole()), touched.own_title.as_deref()))
        .collect();
    let view = |detail: Detail| {
        let Detail { place, pieces, before, after } = detail;
        let own_title = titles.get(&Sought(place.whole())).copied().flatten();
        let name = |language| place.name(kind, language, own_title);
        DetailView {
            french: name(Language::French),
            english: name(Language::English),
            kind: place.spec(kind).map(|spec| spec.kind),
            place: place.path(),
            pieces,
            before,
            after,
        }
    };
    details.into_iter().map(view).collect()
}

/// Returns whether an organisation is there, as scripts read it.
pub(super) const fn presence_name(presence: Presence) -> &'static str {
    match presence {
        Presence::Here => "active",
        Presence::Left => "left",
        Presence::Removed(_) => "removed",
    }
}

/// Returns what it takes to remove a guarantor, who is counted and does not vote.
fn removal(roster: &Roster) -> Voices {
    let guarantors = roster.guarantors();
    let needed =
        guarantors.first().map_or(0, |one| roster.needed(&Measure::Remove(*one, Cause::Decision)));
    let able = guarantors.iter().filter(|one| can_act(roster, one)).count();
    // One that cannot act any more can be removed without costing a voice.
    let all = able == guarantors.len();
    Voices { needed, able: if all { able.saturating_sub(1) } else { able } }
}

/// Returns what it takes to decide something that is about no guarantor.
fn among_all(roster: &Roster, threshold: Threshold) -> Voices {
    let guarantors = roster.guarantors();
    let able = guarantors.iter().filter(|one| can_act(roster, one)).count();
    Voices { needed: threshold.needed(guarantors.len()), able }
}

/// Says in both languages why an edit is refused.
pub(super) fn edit_error(refusal: EditRefusal) -> CommandError {
    if refusal == EditRefusal::NotReady {
        return CommandError::Unreadable;
    }
    CommandError::Invalid {
        code: refusal.code(),
        french: refusal.message(Language::French),
        english: refusal.message(Language::English),
    }
}

/// Tells whether documents of a kind have a place in a space. One that names a person cared for
/// is only for a small closed circle, over a relay that is declared to host health data
/// (art. L. 1110-4 and L. 1111-8 CSP): that it is sealed lifts neither duty.
///
/// # Errors
/// Says what the space or its relay lacks.
pub(super) fn has_a_place(
    kind: &Kind,
    space: SpaceKind,
    relay: &RelayTerms,
) -> Result<(), CommandError> {
    let no = |code, french: &str, english: &str| {
        let (french, english) = (french.to_owned(), english.to_owned());
        Err(CommandError::Invalid { code, french, english })
    };
    if kind.care.visible != Visibility::Named {
        return Ok(());
    }
    if space != SpaceKind::Circle {
        return no(
            "needs-closed-circle",
            "ce document nomme une personne : sa place est un cercle fermé, jamais l'espace de \
             tous les partenaires ; le modèle sans nom, lui, s'y partage",
            "this document names a person: its place is a closed circle, never the space of all \
             partners; the blank form can be shared there",
        );
    }
    if !relay.health_hosting {
        return no(
            "needs-health-hosting",
            "le relais de cet espace n'est pas déclaré hébergeur certifié de données de santé : ce \
             document nomme une personne et ne doit pas y passer, même chiffré",
            "the relay of this space is not declared as a certified host of health data: this \
             document names a person and must not pass through it, not even sealed",
        );
    }
    Ok(())
}
