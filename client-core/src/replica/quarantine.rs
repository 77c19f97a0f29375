//! Quarantine: edits of a device that may no longer write, kept until a member takes them up.
//!
//! They never leave by themselves. Their author may hand them to one partner as a parcel,
//! sealed for that partner's devices and signed by the device that wrote them; the partner
//! reads what they change and adopts them under its own name, or does not.

use std::collections::BTreeMap;

use protocol::codec::{self, Decode, DecodeError, Encode, Reader, Writer};
use protocol::crypto::{self, Label, Signature, SymmetricKey, WRAP_BYTES};
use protocol::envelope::{Envelope, Kind};
use protocol::id::{DeviceId, DocumentId, EnvelopeId, PartnerId, SpaceId};
use protocol::limits;
use protocol::refusal::Refusal;

use super::command::{CommandError, Reply};
use super::home::Home;
use super::lot::{Lot, Right};
use super::outbox::Item;
use super::papers::detail_views;
use super::shelf::change_id;
use super::space::Space;
use super::step::Step;
use super::view::{QuarantineView, ReviewLine};
use crate::document::{Document, HistoryEntry};
use crate::kinds::Language;

/// Lots in one parcel.
const LOTS_MAX: usize = 100_000;
/// Bytes of one parcel.
const PARCEL_BYTES_MAX: usize = 64 * 1024 * 1024;
const MAGIC: &[u8] = b"LIAP1";

/// A sealed parcel.
struct Parcel {
    space: SpaceId,
    from: DeviceId,
    wraps: Vec<(DeviceId, Vec<u8>)>,
    nonce: [u8; crypto::NONCE_BYTES],
    sealed: Vec<u8>,
    signature: Signature,
}

/// What came by file of one revoked device.
struct LooseLots {
    device: DeviceId,
    envelopes: Vec<EnvelopeId>,
    lots: Vec<Lot>,
}

impl Space {
    /// Counts this device's own edits that nobody will take from it any more.
    pub(super) fn own_quarantined(&self) -> usize {
        let time = self
            .journal
            .head()
            .time
            .max(self.register.as_ref().map_or(Default::default(), |register| register.time()));
        match self.dismissed(time) {
            Some(_) => self.outbox.pending(),
            None => 0,
        }
    }

    /// Counts edits kept aside: this device's own, and those by file of revoked devices.
    pub(super) fn quarantined(&self) -> usize {
        self.own_quarantined() + self.refused_loose().len()
    }

    fn refused_loose(&self) -> Vec<&Envelope> {
        let loose = self.shelf.loose.values().map(|loose| &loose.envelope);
        // Lines of the directory by a device that is gone are of no use to anybody.
        let edits = loose.filter(|envelope| envelope.header().kind != Kind::Directory);
        edits.filter(|envelope| self.is_gone(&envelope.header().device)).collect()
    }

    /// Tells whether the register says that a device may never write again.
    fn is_gone(&self, device: &DeviceId) -> bool {
        let Some(register) = &self.register else {
            return false;
        };
        let time = register.time().max(self.journal.head().time);
        let gone = |reason| matches!(reason, Refusal::DeviceRevoked | Refusal::NotAMember);
        register.roster().may_take_part(device, time).is_err_and(gone)
    }

    /// Shows what is kept aside here.
    pub(super) fn quarantine(&mut self, step: &mut Step<'_, '_>, home: &Home) -> QuarantineView {
        let own = self.own_quarantined() > 0;
        let loose = if own { None } else { self.loose_lots() };
        let (device, lots) = match loose {
            Some(loose) => (loose.device, loose.lots),
            None if own => (self.device(), self.own_lots()),
            None => (self.device(), Vec::new()),
        };
        self.review(step, home, device, &lots, own)
    }

    /// Returns this device's edits that no journal has, and what it had taken up of others.
    fn own_lots(&self) -> Vec<Lot> {
        let mut own: BTreeMap<DocumentId, Vec<Vec<u8>>> = BTreeMap::new();
        let mut lots = Vec::new();
        for (_, item) in self.outbox.items() {
            match item {
                Item::Change { document, raw } => {
                    own.entry(*document).or_default().push(raw.clone());
                }
                Item::Lot(lot) => lots.push(lot.clone()),
                Item::Notices(_) => {}
            }
        }
        let writer = (self.device(), self.me.incarnation);
        lots.extend(own.into_iter().flat_map(|(d, raw)| Lot::of_adopted(d, writer, raw)));
        lots
    }

    /// Returns the edits by file of one revoked device, as far as they open.
    fn loose_lots(&self) -> Option<LooseLots> {
        let mut envelopes = self.refused_loose();
        envelopes.sort_by_key(|envelope| {
            let header = envelope.header();
            (header.device, header.incarnation, header.counter)
        });
        let mut found: Option<LooseLots> = None;
        for envelope in envelopes {
            let header = envelope.header();
            let device = header.device;
            if found.as_ref().is_some_and(|found| found.device != device) {
                break;
            }
            let content = self.keyring.get(&header.epoch).and_then(|key| envelope.open(key).ok());
            let lot = content.and_then(|content| Lot::of_content(header, content).ok().flatten());
            if let Some(lot) = lot {
                let empty = LooseLots { device, envelopes: Vec::new(), lots: Vec::new() };
                let found = found.get_or_insert(empty);
                found.envelopes.push(envelope.id());
                found.lots.push(lot);
            }
        }
        found
    }

    /// Says in words what some changes do, document by document.
    fn review(
        &mut self,
        step: &mut Step<'_, '_>,
        home: &Home,
        device: DeviceId,
        lots: &[Lot],
        own: bool,
    ) -> QuarantineView {
        let mut papers: BTreeMap<DocumentId, Vec<Lot>> = BTreeMap::new();
        for lot in lots {
            papers.entry(lot.document).or_default().push(lot.clone());
        }
        let mut review = Vec::new();
        for (document, lots) in papers {
            review.push(self.review_document(step, home, document, lots));
        }
        let roster = self.register.as_ref().map(protocol::register::Register::roster);
        let state = roster.and_then(|roster| roster.device(&device));
        QuarantineView {
            space: self.id,
            device,
            name: state.map(|s| self.name_of(&s.partner)).unwrap_or_default(),
            cause: state.and_then(|s| s.revoked).map(|cause| cause.name()),
            own,
            changes: lots.iter().map(|lot| lot.raw.len()).sum(),
            adopted: 0,
            review,
        }
    }

    /// Says what some changes do to one document: they are admitted as adopting would, to a copy
    /// that is forgotten.
    fn review_document(
        &mut self,
        step: &mut Step<'_, '_>,
        home: &Home,
        document: DocumentId,
        lots: Vec<Lot>,
    ) -> ReviewLine {
        let raw: Vec<Vec<u8>> = lots.iter().flat_map(|lot| lot.raw.iter().cloned()).collect();
        let copy = self.reviewed(step, home, document, lots);
        let told = copy.tell(&raw);
        let mut known = copy.details();
        let mut details = Vec::new();
        for change in &told {
            let parts = known.remove(&change.id).unwrap_or_default();
            if let Some(kind) = copy.kind() {
                details.extend(detail_views(kind, change, parts));
            }
        }
        let view = copy.view();
        let words = |language| told.iter().map(|change| change.summary(language)).collect();
        ReviewLine {
            document,
            title: view.as_ref().map(|view| view.title.clone()).unwrap_or_default(),
            changes: raw.len(),
            french: words(Language::French),
            english: words(Language::English),
            details,
            created: view.filter(|_| told.iter().any(HistoryEntry::is_genesis)),
        }
    }

    /// Writes this device's quarantined edits for one partner.
    pub(super) fn write_parcel(
        &mut self,
        step: &mut Step<'_, '_>,
        to: PartnerId,
    ) -> Result<Reply, CommandError> {
        let lots = self.own_lots();
        let items = lots.iter().map(|lot| lot.raw.len()).sum::<usize>() as u64;
        if items == 0 {
            return Err(CommandError::NotFound("quarantine"));
        }
        let time = self.time(step);
        let roster = self.known()?.roster();
        let active = roster.active_devices(time).into_iter();
        let recipients: Vec<_> =
            active.filter(|(id, _)| roster.device(id).is_some_and(|d| d.partner == to)).collect();
        if recipients.is_empty() {
            return Err(CommandError::NotFound("partner"));
        }
        let key = SymmetricKey::generate(step.rng());
        let mut wraps = Vec::new();
        for (device, wrap) in recipients {
            let context = [Label::Parcel.bytes(), self.id.bytes(), device.bytes()];
            let wrapped = crypto::wrap_secret(&wrap, &context, key.bytes(), step.rng());
            let wrapped = wrapped.map_err(|error| CommandError::Refused(error.into()))?;
            wraps.push((device, wrapped));
        }
        let associated = parcel_context(&self.id, &self.device());
        let (nonce, sealed) =
            crypto::seal(&key, &associated, &codec::to_bytes(&Lots(lots)), step.rng());
        let mut parcel = Parcel {
            space: self.id,
            from: self.device(),
            wraps,
            nonce,
            sealed,
            signature: Signature([0; 64]),
        };
        parcel.signature = crypto::sign(&self.keys.device, Label::Parcel, &self.id, &parcel.body());
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&codec::to_bytes(&parcel));
        Ok(Reply::File { bytes, items })
    }

    /// Opens a parcel meant for this device, and checks who wrote it.
    fn open_parcel(&self, file: &[u8]) -> Result<(Parcel, Vec<Lot>), CommandError> {
        let parcel = read_parcel(file)?;
        let device = self.device();
        // Whom it was written for does not depend on what this replica has heard.
        let wrap = parcel.wraps.iter().find(|(to, _)| *to == device);
        let (_, wrap) = wrap.ok_or(CommandError::NoKey("parcel"))?;
        // A device this replica never heard of was added, and removed, since its last exchange.
        let state = self.known()?.roster().device(&parcel.from);
        if state.is_none_or(|state| state.revoked.is_none()) {
            return Err(CommandError::StillInForce);
        }
        crypto::verify(
            parcel.from.bytes(),
            Label::Parcel,
            &self.id,
            &parcel.body(),
            &parcel.signature,
        )
        .map_err(|_| CommandError::Refused(Refusal::BadSignature))?;
        let context = [Label::Parcel.bytes(), self.id.bytes(), device.bytes()];
        let key = crypto::unwrap_secret(&self.keys.wrap, &context, wrap)
            .map_err(|_| CommandError::NoKey("parcel"))?;
        let associated = parcel_context(&self.id, &parcel.from);
        let key = SymmetricKey::new(*key);
        let plain = crypto::open(&key, &parcel.nonce, &associated, &parcel.sealed)
            .map_err(|_| CommandError::NoKey("parcel"))?;
        let lots = codec::from_bytes::<Lots>(&plain).map_err(|_| bad_parcel())?.0;
        Ok((parcel, lots))
    }

    /// Shows what adopting a parcel would change.
    pub(super) fn review_parcel(
        &mut self,
        step: &mut Step<'_, '_>,
        home: &Home,
        file: &[u8],
    ) -> Result<Reply, CommandError> {
        let (parcel, lots) = self.open_parcel(file)?;
        Ok(Reply::Quarantine(self.review(step, home, parcel.from, &lots, false)))
    }

    /// Adopts a parcel under this organisation's name.
    pub(super) fn adopt_parcel(
        &mut self,
        step: &mut Step<'_, '_>,
        home: &Home,
        file: &[u8],
    ) -> Result<Reply, CommandError> {
        let (parcel, lots) = self.open_parcel(file)?;
        let mut view = self.review(step, home, parcel.from, &lots, false);
        view.adopted = self.adopt(step, home, parcel.from, lots)?;
        Ok(Reply::Quarantine(view))
    }

    /// Adopts the edits that came by file and were refused with their device.
    pub(super) fn adopt_loose(
        &mut self,
        step: &mut Step<'_, '_>,
        home: &Home,
    ) -> Result<Reply, CommandError> {
        let loose = self.loose_lots().ok_or(CommandError::NotFound("quarantine"))?;
        let LooseLots { device, envelopes, lots } = loose;
        let mut view = self.review(step, home, device, &lots, false);
        view.adopted = self.adopt(step, home, device, lots)?;
        for id in envelopes {
            self.shelf.loose.remove(&id);
            step.delete(super::records::loose_one(&self.id, &id));
        }
        Ok(Reply::Quarantine(view))
    }

    /// Tells whether every document that these changes are of, or make, has a place here.
    fn has_place_for_all(
        &mut self,
        step: &mut Step<'_, '_>,
        home: &Home,
        lots: &[Lot],
    ) -> Result<(), CommandError> {
        let mut papers: BTreeMap<DocumentId, Vec<Lot>> = BTreeMap::new();
        for lot in lots {
            papers.entry(lot.document).or_default().push(lot.clone());
        }
        for (document, lots) in papers {
            if let Some(kind) = self.reviewed(step, home, document, lots).kind() {
                self.has_place_for(kind)?;
            }
        }
        Ok(())
    }

    /// Returns a copy of a document with some changes, admitted as adopting would.
    fn reviewed(
        &mut self,
        step: &mut Step<'_, '_>,
        home: &Home,
        document: DocumentId,
        lots: Vec<Lot>,
    ) -> Document {
        self.open_document(step, document, home.catalogue);
        let held = self.shelf.opened(&document).map(|shelved| shelved.document.clone());
        let awaited = || Document::awaited(self.id, document, home.catalogue);
        let mut copy = held.unwrap_or_else(awaited);
        let arrivals = lots.into_iter().flat_map(|lot| lot.delivery(&self.id, None).arrivals);
        copy.admit(arrivals.collect());
        copy
    }

    /// Takes another device's changes up: into the documents, and into the outbox.
    fn adopt(
        &mut self,
        step: &mut Step<'_, '_>,
        home: &Home,
        from: DeviceId,
        lots: Vec<Lot>,
    ) -> Result<usize, CommandError> {
        let time = self.time(step);
        let roster = self.known()?.roster();
        roster.may_write(&self.device(), time).map_err(CommandError::Refused)?;
        // Everybody judges so when the adoption arrives: a relay's word is not enough here.
        if !self.is_gone(&from) {
            return Err(CommandError::StillInForce);
        }
        // What it had taken up itself of a device that is in force goes its own way.
        let right = |lot: &Lot| matches!(lot.right, Right::Renewed(_)) || self.is_gone(&lot.from);
        let lots: Vec<Lot> = lots.into_iter().filter(right).collect();
        self.has_place_for_all(step, home, &lots)?;
        let mut adopted = 0;
        for lot in lots {
            let document = lot.document;
            self.shelf.learn(step, &self.id, document);
            self.open_document(step, document, home.catalogue);
            let Some(lot) = lot.keep(|raw| !self.shelf.has_kept(&document, raw)) else {
                continue;
            };
            adopted += lot.raw.len();
            let space = self.id;
            let number = self.next_number(step);
            self.outbox.add(step, &space, number, Item::Lot(lot.clone()));
            // On their way under a seal of this device's: what builds upon them may follow.
            let ids: Vec<_> = lot.raw.iter().map(|raw| change_id(raw)).collect();
            self.shelf.not_provisional(&document, &ids);
            self.shelf.deliver(vec![lot.delivery(&space, Some(self.me.partner))]);
            step.event(super::io::Event::Edited(space, document));
        }
        Ok(adopted)
    }
}

/// Returns the space a parcel belongs to.
pub(super) fn space_of_parcel(file: &[u8]) -> Result<SpaceId, CommandError> {
    read_parcel(file).map(|parcel| parcel.space)
}

fn read_parcel(file: &[u8]) -> Result<Parcel, CommandError> {
    let body = file.strip_prefix(MAGIC).filter(|_| file.len() <= PARCEL_BYTES_MAX);
    codec::from_bytes(body.ok_or_else(bad_parcel)?).map_err(|_| bad_parcel())
}

fn bad_parcel() -> CommandError {
    CommandError::Invalid {
        code: "bad-parcel",
        french: "ce fichier n'est pas un paquet de modifications lisible".to_owned(),
        english: "this file is not a readable parcel of edits".to_owned(),
    }
}

fn parcel_context(space: &SpaceId, from: &DeviceId) -> Vec<u8> {
    let mut context = Label::Parcel.bytes().to_vec();
    context.extend_from_slice(space.bytes());
    context.extend_from_slice(from.bytes());
    context
}

struct Lots(Vec<Lot>);

impl Encode for Lots {
    fn encode(&self, out: &mut Writer) {
        out.list(&self.0);
    }
}

impl Decode for Lots {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self(input.list(LOTS_MAX)?))
    }
}

impl Parcel {
    /// Returns everything but the signature, which is over it.
    fn body(&self) -> Vec<u8> {
        let mut out = Writer::new();
        self.encode_body(&mut out);
        out.finish()
    }

    fn encode_body(&self, out: &mut Writer) {
        out.array(5);
        self.space.encode(out);
        self.from.encode(out);
        out.array(self.wraps.len());
        for (device, wrap) in &self.wraps {
            out.array(2);
            device.encode(out);
            out.bytes(wrap);
        }
        out.bytes(&self.nonce);
        out.bytes(&self.sealed);
    }
}

impl Encode for Parcel {
    fn encode(&self, out: &mut Writer) {
        out.array(2);
        self.encode_body(out);
        self.signature.encode(out);
    }
}

impl Decode for Parcel {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        if input.array(2)? != 2 || input.array(5)? != 5 {
            return Err(DecodeError::Malformed);
        }
        let space = Decode::decode(input)?;
        let from = Decode::decode(input)?;
        let mut wraps = Vec::new();
        for _ in 0..input.array(limits::DEVICES_AT_ADMISSION_MAX * 16)? {
            if input.array(2)? != 2 {
                return Err(DecodeError::Malformed);
            }
            wraps.push((DeviceId::decode(input)?, input.bytes(WRAP_BYTES)?.to_vec()));
        }
        let nonce = input.fixed()?;
        let sealed = input.bytes(PARCEL_BYTES_MAX)?.to_vec();
        Ok(Self { space, from, wraps, nonce, sealed, signature: Decode::decode(input)? })
    }
}
