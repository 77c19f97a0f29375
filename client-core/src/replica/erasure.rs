//! Erasure: what a replica destroys once the partners have closed a space for good.
//!
//! The register decides, not a command: whoever was away destroys when it reads the closing. The
//! act that asks for it is stored first, then the keys go, then everything they opened; the
//! shell is asked to make the bytes leave the disk, and only then does this device attest. A
//! power cut anywhere in between is made good at the next start: all of it may be done twice.

use std::collections::BTreeMap;

use protocol::crypto::WrapSecret;
use protocol::id::PartnerId;
use protocol::refusal::Refusal;
use protocol::register::{Clause, Erasure, Register, Roster, SignedAct};

use super::command::CommandError;
use super::errand::Errand;
use super::io::{Event, Output, SecretWrite};
use super::machine::Replica;
use super::records;
use super::space::Space;
use super::step::{Pages, Step};
use super::view::{AttestationView, ClosedView, SpaceView};

/// How far the erasure of a space has come here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wiped {
    /// Nothing was destroyed.
    No,
    /// Everything was deleted; the shell is making the bytes leave the disk.
    Deleted,
    /// Everything was deleted; the bytes stay on the disk until the next start.
    Lying,
    /// The bytes have left.
    Gone,
}

impl Space {
    fn roster(&self) -> Option<&Roster> {
        self.register.as_ref().map(Register::roster)
    }

    /// Tells whether the partners have closed the space by erasure.
    pub(super) fn is_erased(&self) -> bool {
        self.roster().is_some_and(Roster::is_erased)
    }

    /// Refuses what would need the contents of an erased space.
    pub(super) fn has_contents(&self) -> Result<(), CommandError> {
        match self.is_erased() {
            true => Err(CommandError::Refused(Refusal::SpaceErased)),
            false => Ok(()),
        }
    }

    /// Destroys what is here of the space, once its register says so.
    pub(super) fn erase_if_closed(&mut self, step: &mut Step<'_, '_>) {
        if !self.is_erased() || self.wiped != Wiped::No {
            return;
        }
        self.destroy_keys(step);
        for prefix in records::contents(&self.id) {
            let mut pages = Pages::of(&prefix);
            while let Some(page) = pages.next(step) {
                page.into_iter().for_each(|(key, _)| step.delete(key));
                step.relieve();
            }
        }
        self.forget_contents();
        self.store_membership(step);
        self.wiped = Wiped::Deleted;
        step.push(Output::Purge);
        step.event(Event::Governance(self.id));
    }

    /// Destroys the secrets of all epochs, and the one that wraps kept elsewhere were made for.
    fn destroy_keys(&mut self, step: &mut Step<'_, '_>) {
        let epochs = std::mem::take(&mut self.keyring).into_keys();
        let mut writes: Vec<SecretWrite> = epochs
            .map(|epoch| SecretWrite::Delete { id: records::epoch_secret(&self.id, &epoch) })
            .collect();
        // A key that nothing was ever wrapped for takes its place.
        self.keys.wrap = WrapSecret::generate(step.rng());
        let id = records::keys_secret(&self.id);
        writes.push(SecretWrite::Put { id, value: self.keys.to_secret() });
        step.push(Output::Keep(writes));
    }

    /// Forgets in memory what was deleted. What it is called may say whom it was about.
    fn forget_contents(&mut self) {
        self.directory = Default::default();
        self.shelf = Default::default();
        self.outbox = Default::default();
        self.errands = Default::default();
        self.mailbox = Default::default();
        self.turns = Default::default();
        self.locked.clear();
        self.judged = None;
        self.seal_at = None;
        (self.doubled, self.mended, self.suspected) = (false, false, false);
        self.me.title.clear();
        self.me.request = None;
        self.me.pass = [0; 16];
        if let Some(up) = self.link.up_mut() {
            up.flights.clear();
            up.loose.clear();
        }
    }

    /// Leaves this device's attestation for the relay, unless the register or an errand has it.
    pub(super) fn attest_erasure(&mut self, step: &mut Step<'_, '_>) {
        if self.wiped != Wiped::Gone || !self.is_erased() {
            return;
        }
        let time = self.time(step);
        let (device, link) = (self.device(), self.link.id());
        let Some(register) = &self.register else {
            return;
        };
        let waiting = self.errands.iter().find_map(|(number, errand)| match errand {
            Errand::Submit(act) if attests(act) => Some((number, register.judge(act, time))),
            Errand::Submit(_)
            | Errand::Found { .. }
            | Errand::Approve(_)
            | Errand::Invite(_)
            | Errand::Knock => None,
        });
        let stale = match waiting {
            // Too old a paper: written anew.
            Some((number, Err(Refusal::Expired))) => Some(number),
            Some(_) => return,
            None => None,
        };
        // What this relay refused over this link it is not asked again.
        if link.is_some() && self.attested_over == link {
            return;
        }
        let clause = Clause::AttestErasure(Erasure::whole());
        let act = register.draft(*device.bytes(), step.draw(), clause).sign(&self.keys.device);
        if register.judge(&act, time).is_err() {
            return;
        }
        if let Some(number) = stale {
            let space = self.id;
            self.errands.done(step, &space, number);
        }
        self.attested_over = link;
        self.add_errand(step, Errand::Submit(act));
    }

    /// Shows how the space was closed, and what each device said since.
    pub(super) fn closed_view(&self) -> Option<ClosedView> {
        let roster = self.roster()?;
        let closing = roster.closed()?;
        let missing = roster.not_attested();
        let attested = roster.attested().map(|(device, attested)| (*device, Some(attested)));
        let devices = attested.chain(missing.into_iter().map(|device| (device, None)));
        let view = |(device, attested): (_, Option<&protocol::register::Attested>)| {
            let partner = roster.device(&device).map(|state| state.partner)?;
            Some(AttestationView {
                device,
                partner,
                name: self.name_of(&partner),
                own: device == self.device(),
                at: attested.map(|attested| attested.at),
                destroyed: attested.map_or_else(Vec::new, |a| a.erasure.destroyed.clone()),
            })
        };
        Some(ClosedView {
            closing,
            destroyed_here: self.wiped == Wiped::Gone,
            devices: devices.filter_map(view).collect(),
        })
    }
}

impl Replica {
    /// What was deleted has left the disk, and this device may say so; or not yet.
    pub(super) fn purged(&mut self, step: &mut Step<'_, '_>, gone: bool) {
        for space in self.spaces.values_mut().filter(|space| space.wiped == Wiped::Deleted) {
            if !gone {
                space.wiped = Wiped::Lying;
                continue;
            }
            space.wiped = Wiped::Gone;
            step.put(records::erased(&space.id), Vec::new());
            space.attest_erasure(step);
        }
    }

    /// Names the organisations of a view whose own space has forgotten them, as other spaces of
    /// this replica call them.
    pub(super) fn named(&self, mut view: SpaceView) -> SpaceView {
        let Some(closed) = &mut view.closed else {
            return view;
        };
        let mut names: BTreeMap<PartnerId, String> = BTreeMap::new();
        for attestation in closed.devices.iter_mut().filter(|one| one.name.is_empty()) {
            let partner = attestation.partner;
            let name = names.entry(partner).or_insert_with(|| self.name_anywhere(&partner));
            attestation.name.clone_from(name);
        }
        view
    }

    fn name_anywhere(&self, partner: &PartnerId) -> String {
        if *partner == self.home.partner {
            return self.own_name();
        }
        let known = self.spaces.values().map(|space| space.name_of(partner));
        known.into_iter().find(|name| !name.is_empty()).unwrap_or_default()
    }
}

fn attests(act: &SignedAct) -> bool {
    act.prove().is_ok_and(|proven| matches!(proven.act.clause, Clause::AttestErasure(_)))
}
