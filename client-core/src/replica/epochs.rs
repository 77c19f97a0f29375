//! Content keys: opening epochs, handing keys on, taking them in.
//!
//! The duty to turn an epoch follows from the register alone; any editor device that is online
//! may do it. A new secret is in the keystore before anyone hears of it, wrapped for exactly
//! the devices that are active, and never sent under an old one.

use std::collections::BTreeSet;
use std::time::Duration;

use protocol::checkpoint::Log;
use protocol::codec;
use protocol::crypto::{self, Hash, Label};
use protocol::env::Instant;
use protocol::epoch::{EpochSecret, WrapFault, Wraps, wraps_hash};
use protocol::id::{DeviceId, EpochId};
use protocol::limits;
use protocol::refusal::Refusal;
use protocol::register::{Clause, EpochOpening, KeyGrant, Roster, TurnCause, recipients_hash};
use protocol::wire::ToRelay;

use super::io::{Alarm, Event, Output, SecretWrite};
use super::link::Submitted;
use super::records;
use super::space::Space;
use super::step::Step;

/// Age at which an epoch is turned.
const EPOCH_AGE_MAX: Duration = Duration::from_secs(90 * 24 * 3600);
/// How many of the latest epochs a bundle brings the keys of.
const CARRIED_EPOCHS: usize = 3;
/// Time after which an epoch that the relay refused is tried again; it doubles up to
/// [`TURN_AGAIN_MAX`] as long as the register does not grow.
const TURN_AGAIN: Duration = Duration::from_secs(60);
const TURN_AGAIN_MAX: Duration = Duration::from_secs(3600);
/// Secrets held for the place after one epoch: further ones wait for the register to grow.
const UNOPENED_MAX: usize = 8;
/// Time between one volunteer and the next.
const VOLUNTEER_STEP: Duration = Duration::from_secs(2);

/// What was tried to turn the epoch: longer than a link lasts, until the program ends.
#[derive(Debug, Default)]
pub(super) struct Turns {
    /// The size of the register at the last try.
    size: u64,
    /// Refusals at that size.
    pub(super) refused: u32,
    /// When to try again at that size.
    again: Option<Instant>,
    /// The epoch of the last try, and for whom its secret was wrapped.
    pub(super) tried: Option<(EpochId, Hash)>,
    /// The epoch under which our lines of the directory were last looked at.
    pub(super) told_under: Option<EpochId>,
}

impl Turns {
    /// Notes a try at a size of the register.
    fn begin(&mut self, size: u64, epoch: EpochId, recipients: Hash) {
        if self.size != size {
            (self.size, self.refused, self.again) = (size, 0, None);
        }
        self.tried = Some((epoch, recipients));
    }

    /// Notes that the relay refused, and waits twice as long as the last time.
    fn refuse(&mut self, size: u64, now: Instant) {
        if self.size != size {
            (self.size, self.refused) = (size, 0);
        }
        let wait = TURN_AGAIN.saturating_mul(1 << self.refused.min(10)).min(TURN_AGAIN_MAX);
        self.refused = self.refused.saturating_add(1);
        self.again = Some(now.after(wait));
    }

    fn bars(&self, size: u64, now: Instant) -> bool {
        self.size == size && self.again.is_some_and(|again| now < again)
    }
}

impl Space {
    /// Asks for the wraps of every epoch this device may open and does not hold.
    pub(super) fn ask_keys(&mut self, step: &mut Step<'_, '_>) {
        let device = self.device();
        let Some(register) = &self.register else {
            return;
        };
        let epochs = register.roster().epochs().iter();
        let lacking = epochs.filter(|epoch| !self.keyring.contains_key(&epoch.id));
        let wanted: Vec<Hash> =
            lacking.filter_map(|epoch| epoch.holders.get(&device).copied()).collect();
        let Some(up) = self.link.up_mut() else {
            return;
        };
        for hash in wanted {
            if !up.no_wraps.contains(&hash) && up.wraps.insert(hash) {
                step.send(up.link, &ToRelay::GetWraps(hash));
            }
        }
    }

    /// Takes wraps the relay sent; a secret that is not the committed one is never used.
    pub(super) fn take_wraps(
        &mut self,
        step: &mut Step<'_, '_>,
        hash: Hash,
        wraps: Option<Vec<u8>>,
    ) {
        if let Some(up) = self.link.up_mut() {
            up.wraps.remove(&hash);
            up.no_wraps.insert(hash);
        }
        if self.is_erased() {
            return;
        }
        let wraps = wraps.and_then(|bytes| codec::from_bytes::<Wraps>(&bytes).ok());
        let (Some(wraps), Some(register)) = (wraps, &self.register) else {
            return;
        };
        let device = self.device();
        let epochs = register.roster().epochs().iter();
        let meant = epochs.filter(|epoch| epoch.holders.get(&device) == Some(&hash));
        let meant: Vec<_> = meant.map(|epoch| (epoch.previous, epoch.id)).collect();
        self.accept_wraps(step, &wraps, &meant);
    }

    /// Keeps what some wraps hold for this device, of these epochs with the one before each. A
    /// secret that is not the committed one is never used. Returns how many were kept.
    fn accept_wraps(
        &mut self,
        step: &mut Step<'_, '_>,
        wraps: &Wraps,
        epochs: &[(EpochId, EpochId)],
    ) -> usize {
        let device = self.device();
        let mut kept = Vec::new();
        for (previous, epoch) in epochs {
            if self.keyring.contains_key(epoch) {
                continue;
            }
            let key = (&device, &self.keys.wrap);
            match wraps.accept(&self.id, (previous, epoch), key) {
                Ok(secret) => kept.push((*epoch, secret)),
                Err(WrapFault::OtherSecret) => {
                    step.event(Event::Alarm(self.id, Alarm::WrongKeyHanded));
                }
                Err(WrapFault::Missing | WrapFault::DoesNotOpen) => {}
            }
        }
        let count = kept.len();
        if count == 0 {
            return 0;
        }
        if !self.locked.is_empty() {
            // A key that is kept is not asked for again: after a crash this tells what is left.
            step.put(records::unlocking(&self.id), Vec::new());
        }
        for (epoch, secret) in kept {
            step.keep(records::epoch_secret(&self.id, &epoch), secret.bytes().to_vec());
            self.keyring.insert(epoch, secret);
        }
        self.unlock(step);
        count
    }

    /// Wraps the latest keys for every other device that has a right to them: the reader of a
    /// bundle may have no other way to get them.
    pub(super) fn wraps_to_carry(&self, step: &mut Step<'_, '_>) -> Vec<(DeviceId, Vec<u8>)> {
        let time = self.time(step);
        let Some(register) = &self.register else {
            return Vec::new();
        };
        let roster = register.roster();
        let latest = roster.epochs().iter().rev().take(CARRIED_EPOCHS);
        let held = latest.filter_map(|epoch| Some((epoch, self.keyring.get(&epoch.id)?)));
        let held: Vec<_> = held.collect();
        let mut carried = Vec::new();
        for (to, wrap) in roster.active_devices(time) {
            let entitled = held.iter().filter(|(epoch, _)| epoch.holders.contains_key(&to));
            let secrets: Vec<_> = entitled.map(|(epoch, secret)| (epoch.id, *secret)).collect();
            if to == self.device() || secrets.is_empty() {
                continue;
            }
            if let Ok(wraps) = Wraps::grant(&self.id, (to, &wrap), secrets, step.rng()) {
                carried.push((to, codec::to_bytes(&wraps)));
            }
        }
        carried
    }

    /// Takes keys that came by file for this device. Returns whether there were new ones.
    pub(super) fn take_carried(&mut self, step: &mut Step<'_, '_>, blob: &[u8]) -> bool {
        let (Ok(wraps), Some(register)) = (codec::from_bytes::<Wraps>(blob), &self.register) else {
            return false;
        };
        // The commitment in the register says which secret it is, whoever has wrapped it.
        let device = self.device();
        let epochs = register.roster().epochs().iter();
        let own = epochs.filter(|epoch| epoch.holders.contains_key(&device));
        let own: Vec<_> = own.map(|epoch| (epoch.previous, epoch.id)).collect();
        self.accept_wraps(step, &wraps, &own) > 0
    }

    /// Opens the epoch the register asks for, when this device may and its turn has come.
    pub(super) fn turn_epoch(&mut self, step: &mut Step<'_, '_>, hurried: bool) {
        let time = self.time(step);
        let device = self.device();
        let Some(register) = &self.register else {
            return;
        };
        let Some(cause) = turn_cause(register.roster(), time) else {
            self.link.turn_at = None;
            return;
        };
        let size = register.size();
        let now = step.now();
        let turning = self.link.up().is_none_or(super::link::Up::is_turning);
        if turning
            || self.turns.bars(size, now)
            || register.roster().may_write(&device, time).is_err()
        {
            return;
        }
        if !hurried {
            let rank = volunteer_rank(register.roster(), &register.root(), &device, time);
            let wait = VOLUNTEER_STEP.saturating_mul(rank);
            let at = *self.link.turn_at.get_or_insert(now.after(wait));
            if now < at {
                return;
            }
        }
        self.open_epoch(step, cause);
    }

    fn open_epoch(&mut self, step: &mut Step<'_, '_>, cause: TurnCause) {
        let time = self.time(step);
        let Some(register) = &self.register else {
            return;
        };
        let (roster, size) = (register.roster(), register.size());
        let previous = roster.epoch().map_or(protocol::epoch::NO_EPOCH, |epoch| epoch.id);
        let recipients = roster.active_devices(time);
        let meant = recipients_hash(&recipients);
        let tried = self.tried_before(&previous, &meant);
        let again = tried.is_some();
        let Some(secret) = tried.or_else(|| self.new_secret(step, &previous)) else {
            return;
        };
        let epoch = secret.id(&self.id, &previous);
        let wrapped = Wraps::opening(
            &self.id,
            &epoch,
            &secret,
            recipients.iter().map(|(device, wrap)| (*device, wrap)),
            step.rng(),
        );
        let Ok(wraps) = wrapped else {
            return;
        };
        let blob = codec::to_bytes(&wraps);
        let opening =
            EpochOpening { previous, epoch, recipients: meant, wraps: wraps_hash(&blob), cause };
        let nonce = step.draw();
        let author = self.keys.device.public();
        let act = register.draft(author, nonce, Clause::OpenEpoch(opening));
        let act = act.sign(&self.keys.device);
        if !again {
            step.keep(records::epoch_secret(&self.id, &epoch), secret.bytes().to_vec());
            self.keyring.insert(epoch, secret);
        }
        self.turns.begin(size, epoch, meant);
        self.link.turn_at = None;
        self.submit(step, Submitted::Epoch(cause), act, Some(blob));
    }

    /// Returns the secret of the last try, if it was for the same place and for the very same
    /// devices: one that was wrapped for others is not used again.
    fn tried_before(&self, previous: &EpochId, recipients: &Hash) -> Option<EpochSecret> {
        let (epoch, _) = self.turns.tried.filter(|(_, meant)| meant == recipients)?;
        let secret = self.keyring.get(&epoch)?;
        (secret.id(&self.id, previous) == epoch).then(|| EpochSecret::from_bytes(secret.bytes()))
    }

    /// Draws a secret for the place after an epoch, unless too many wait for it already and the
    /// register is as it was at the last try.
    fn new_secret(&self, step: &mut Step<'_, '_>, previous: &EpochId) -> Option<EpochSecret> {
        let waits = |(id, secret): &(&EpochId, &EpochSecret)| secret.id(&self.id, previous) == **id;
        let still = self.turns.tried.is_some() && self.turns.size == self.size(Log::Register);
        let full = still && self.keyring.iter().filter(waits).count() >= UNOPENED_MAX;
        (!full).then(|| EpochSecret::generate(step.rng()))
    }

    /// A relay refused an epoch of ours: another try waits for the register, or for a while.
    ///
    /// The secret is kept. That the relay refused is only its word: it holds the signed act and
    /// may order it yet, as another relay may that it was shown to.
    pub(super) fn turn_refused(&mut self, step: &Step<'_, '_>) {
        let size = self.size(Log::Register);
        self.turns.refuse(size, step.now());
    }

    /// Forgets the secrets of epochs that can never be opened: after the one that they follow
    /// the register has another. One that follows the latest, or one not known here, may come.
    pub(super) fn drop_vain_epochs(&mut self, step: &mut Step<'_, '_>) {
        let Some(register) = self.register.as_ref().filter(|_| self.awaited[0].is_none()) else {
            return;
        };
        let epochs = register.roster().epochs();
        let opened: BTreeSet<EpochId> = epochs.iter().map(|epoch| epoch.id).collect();
        let followed: BTreeSet<EpochId> = epochs.iter().map(|epoch| epoch.previous).collect();
        let is_vain = |(id, secret): &(&EpochId, &EpochSecret)| {
            !opened.contains(id) && followed.iter().any(|one| secret.id(&self.id, one) == **id)
        };
        let vain: Vec<EpochId> = self.keyring.iter().filter(is_vain).map(|(id, _)| *id).collect();
        for epoch in vain {
            self.keyring.remove(&epoch);
            let id = records::epoch_secret(&self.id, &epoch);
            step.push(Output::Keep(vec![SecretWrite::Delete { id }]));
        }
    }

    /// Hands keys this device holds to active devices that lack them and may have them.
    pub(super) fn grant_keys(&mut self, step: &mut Step<'_, '_>) {
        let time = self.time(step);
        let device = self.device();
        let Some(register) = &self.register else {
            return;
        };
        let roster = register.roster();
        if roster.may_write(&device, time).is_err() || roster.must_turn().is_some() {
            return;
        }
        let mut grants = Vec::new();
        for (to, epochs) in roster.missing_grants(time) {
            // Each key once over one link, which may last for weeks.
            let asked =
                |e: &EpochId| self.link.up().is_none_or(|up| up.granted.contains(&(to, *e)));
            let due = |e: &EpochId| self.keyring.contains_key(e) && !asked(e);
            let held: Vec<EpochId> = epochs.into_iter().filter(due).collect();
            let wrap = roster.device(&to).map(|state| state.wrap.clone());
            if let (false, Some(wrap)) = (held.is_empty(), wrap) {
                grants.push((to, wrap, held));
            }
        }
        for (to, wrap, epochs) in grants {
            let secrets: Vec<_> =
                epochs.iter().filter_map(|e| Some((*e, self.keyring.get(e)?))).collect();
            let Ok(wraps) = Wraps::grant(&self.id, (to, &wrap), secrets, step.rng()) else {
                continue;
            };
            let blob = codec::to_bytes(&wraps);
            if let Some(up) = self.link.up_mut() {
                up.granted.extend(epochs.iter().map(|epoch| (to, *epoch)));
            }
            let grant = KeyGrant { to, epochs, wraps: wraps_hash(&blob) };
            let nonce = step.draw();
            let Some(register) = &self.register else {
                return;
            };
            let author = self.keys.device.public();
            let act = register.draft(author, nonce, Clause::GrantKeys(grant));
            let act = act.sign(&self.keys.device);
            self.submit(step, Submitted::Grant, act, Some(blob));
        }
    }

    /// Submits an act over the link that is up.
    pub(super) fn submit(
        &mut self,
        step: &mut Step<'_, '_>,
        what: Submitted,
        act: protocol::register::SignedAct,
        wraps: Option<Vec<u8>>,
    ) {
        if let Some(up) = self.link.up_mut() {
            let ticket = up.ticket(what);
            let act = Box::new(act);
            step.send(up.link, &ToRelay::Submit { ticket, act, wraps });
        }
    }
}

/// Returns why an epoch must be opened now, if so.
fn turn_cause(roster: &Roster, time: protocol::env::Timestamp) -> Option<TurnCause> {
    if roster.closed().is_some() {
        return None;
    }
    let aged = |epoch: &protocol::register::EpochState| time > epoch.opened_at.after(EPOCH_AGE_MAX);
    roster.must_turn().or_else(|| roster.epoch().filter(|e| aged(e)).map(|_| TurnCause::Age))
}

/// Returns this device's place among those that may open an epoch: an order nobody chooses.
fn volunteer_rank(
    roster: &Roster,
    root: &Hash,
    device: &DeviceId,
    time: protocol::env::Timestamp,
) -> u32 {
    let order = |id: &DeviceId| crypto::hash_parts(Label::Turn, &[root, id.bytes()]);
    let own = order(device);
    let may = |id: &&DeviceId| roster.may_write(id, time).is_ok();
    let before = roster.devices().map(|(id, _)| id).filter(may).filter(|id| order(id) < own);
    u32::try_from(before.count()).unwrap_or(u32::MAX)
}

/// Tells whether a refusal of an epoch only means that another was first.
pub(super) fn lost_the_race(refusal: Refusal) -> bool {
    matches!(refusal, Refusal::WrongPreviousEpoch | Refusal::AlreadySo | Refusal::WrongRecipients)
}

const _: () = assert!(limits::ROTATIONS_PER_DAY_MAX > 1);
