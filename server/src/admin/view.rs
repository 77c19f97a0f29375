//! Answers from what is stored: the same code for a running relay and for a folder at rest.
//!
//! It reads through the sight the machine itself uses and folds registers anew, so an answer is a
//! second reading and not a copy of the machine's memory.

use std::path::Path;

use console::readable::iso_time;
use console::{Failure, Text};
use protocol::checkpoint::Log;
use protocol::codec;
use protocol::env::{Records, Timestamp};
use protocol::id::SpaceId;
use protocol::register::{Device, Entry, Partner, Presence, Register, Roster};
use protocol::relay::{Damage, records, verify};

use super::{
    Anomaly, Answer, Copied, DeviceLine, PartnerLine, Question, Run, SpaceLine, Status, Verdict,
};
use crate::driver::{SharedStore, Sight, store_failure};
use crate::health::wall_ms;
use crate::named::Named;

/// Records read at a time.
const PAGE: usize = 256;

/// What is known when a question is asked.
pub(crate) struct View {
    pub(crate) store: SharedStore,
    pub(crate) relay: String,
    /// Empty when nothing runs.
    pub(crate) run: Run,
}

impl View {
    /// Answers a question.
    ///
    /// # Errors
    /// Refusals for spaces that are not there, status 3 for a store that does not answer.
    pub(crate) fn answer(&self, question: &Question) -> Result<Answer, Failure> {
        let sight = Sight::new(SharedStore::clone(&self.store));
        let answer = match question {
            Question::Status => Answer::Status(self.status(&sight)),
            Question::Spaces => {
                Answer::Spaces(spaces(&sight).iter().map(|id| line(&sight, id)).collect())
            }
            Question::Members { space } => {
                let space = Named::Space.find(spaces(&sight), space)?;
                Answer::Members(members(&register(&sight, &space)?))
            }
            Question::Verify => Answer::Verified(self.verdict(&sight)?),
            Question::Backup { to } => Answer::Copied(self.copy(to)?),
        };
        match sight.failed() {
            Some(error) => Err(store_failure(&error)),
            None => Ok(answer),
        }
    }

    fn status(&self, sight: &Sight) -> Status {
        let stats = self.store.stats();
        Status {
            relay: self.relay.clone(),
            run: self.run.clone(),
            spaces: spaces(sight).len() as u64,
            engine: stats.engine.to_owned(),
            records: stats.records,
            disk_bytes: stats.disk_bytes,
            free_bytes: stats.free_bytes,
        }
    }

    /// Copies the store to a new folder; the caller keeps everyone from writing meanwhile.
    fn copy(&self, to: &Path) -> Result<Copied, Failure> {
        let engine = self.store.stats().engine.parse().map_err(|_| {
            let message = Text::of("ce stockage ne se copie pas", "this store cannot be copied");
            Failure::refused("not-a-store-on-disk", message)
        })?;
        let copied = store::copy(&**self.store, to, engine).map_err(|e| store_failure(&e))?;
        Ok(Copied {
            store: to.to_owned(),
            records: copied.records,
            bytes: copied.bytes,
            digest: protocol::id::hex(&copied.digest),
        })
    }

    /// Reads everything twice over: digests of every record, then what the records say.
    fn verdict(&self, sight: &Sight) -> Result<Verdict, Failure> {
        let scrub = store::verify(&**self.store).map_err(|error| store_failure(&error))?;
        let mut verdict = Verdict { records: scrub.records, ..Verdict::default() };
        let anomaly =
            |what: &str, detail: String| Anomaly { space: None, what: what.to_owned(), detail };
        let hex = protocol::id::hex;
        for (key, seen) in &scrub.damaged {
            verdict.anomalies.push(anomaly("record", format!("{}: {seen}", hex(key))));
        }
        for (from, to, seen) in &scrub.unreadable {
            let detail = format!("{}..{}: {seen}", hex(from), hex(to));
            verdict.anomalies.push(anomaly("unreadable", detail));
        }
        if scrub.missing > 0 && !self.run.running {
            let detail = format!("{} records are counted and not there", scrub.missing);
            verdict.anomalies.push(anomaly("missing", detail));
        }
        for space in spaces(sight) {
            let verified = verify(sight, &space);
            verdict.spaces += 1;
            verdict.acts += verified.register;
            verdict.envelopes += verified.journal;
            for damage in &verified.damages {
                let space = Some(space.to_string());
                let (what, detail) = describe(damage);
                verdict.anomalies.push(Anomaly { space, what: what.to_owned(), detail });
            }
        }
        verdict.valid = verdict.anomalies.is_empty();
        Ok(verdict)
    }
}

/// Folds the register of a space from its stored entries.
///
/// # Errors
/// Status 3 when it cannot be read to its end.
pub(crate) fn register(sight: &dyn Records, space: &SpaceId) -> Result<Register, Failure> {
    let unreadable = |seq: u64| {
        let message = Text::new(
            format!("l'acte {seq} de cet espace ne peut être lu"),
            format!("act {seq} of this space cannot be read"),
        );
        Failure::setup("register-damaged", message).with_hint(Text::of(
            "« liaison-relay verify » dit ce qui manque",
            "`liaison-relay verify` says what is missing",
        ))
    };
    let mut register: Option<Register> = None;
    for seq in 0..entries(sight, space, Log::Register) {
        let bytes = sight.get(&records::entry(space, Log::Register, seq));
        let entry: Option<Entry> = bytes.and_then(|bytes| codec::from_bytes(&bytes).ok());
        let entry = entry.ok_or_else(|| unreadable(seq))?;
        Register::fold(&mut register, &entry).map_err(|_| unreadable(seq))?;
    }
    register.ok_or_else(|| unreadable(0))
}

/// Returns the spaces that have records here.
pub(crate) fn spaces(sight: &dyn Records) -> Vec<SpaceId> {
    let mut spaces = Vec::new();
    walk(sight, records::space_names(), |key, _| {
        spaces.extend(SpaceId::from_slice(key.get(1..).unwrap_or_default()));
    });
    spaces
}

fn line(sight: &dyn Records, space: &SpaceId) -> SpaceLine {
    let mut line = SpaceLine {
        space: space.to_string(),
        acts: entries(sight, space, Log::Register),
        envelopes: entries(sight, space, Log::Journal),
        records: 0,
        bytes: 0,
    };
    walk(sight, records::whole(space), |key, value| {
        line.records += 1;
        line.bytes += (key.len() + value.len()) as u64;
    });
    line
}

/// Counts the entries of a log by their leaf hashes, without reading a body.
fn entries(sight: &dyn Records, space: &SpaceId, log: Log) -> u64 {
    let mut count = 0;
    let range = (records::leaf(space, log, 0), records::leaf(space, log, u64::MAX));
    walk(sight, range, |_, _| count += 1);
    count
}

fn walk(
    sight: &dyn Records,
    (mut from, to): (Vec<u8>, Vec<u8>),
    mut each: impl FnMut(&[u8], &[u8]),
) {
    loop {
        let page = sight.scan(&from, &to, PAGE);
        for (key, value) in &page {
            each(key, value);
        }
        let Some((last, _)) = page.last() else { return };
        from.clone_from(last);
        from.push(0);
    }
}

fn members(register: &Register) -> Vec<PartnerLine> {
    let roster = register.roster();
    let now = Timestamp::from_ms(wall_ms()).max(register.time());
    let line = |(id, partner): (&protocol::id::PartnerId, &Partner)| PartnerLine {
        partner: id.to_string(),
        role: partner.role.name().to_owned(),
        state: match partner.presence {
            Presence::Here => "present",
            Presence::Left => "left",
            Presence::Removed(_) => "removed",
        }
        .to_owned(),
        since: iso(partner.since),
        voices: partner.voices.iter().map(ToString::to_string).collect(),
        devices: devices(roster, *id, now),
    };
    roster.partners().map(line).collect()
}

fn devices(roster: &Roster, partner: protocol::id::PartnerId, now: Timestamp) -> Vec<DeviceLine> {
    let line = |(id, device): (&protocol::id::DeviceId, &Device)| {
        let suspended = device.suspension.filter(|suspension| now < suspension.until);
        let state = match (device.revoked, suspended) {
            (Some(_), _) => "revoked",
            (None, Some(_)) => "suspended",
            (None, None) => "active",
        };
        DeviceLine {
            device: id.to_string(),
            role: device.role.name().to_owned(),
            state: state.to_owned(),
            until: suspended.map(|suspension| iso(suspension.until)),
        }
    };
    roster.devices().filter(|(_, device)| device.partner == partner).map(line).collect()
}

fn describe(damage: &Damage) -> (&'static str, String) {
    match damage {
        Damage::Entry { log, position } => ("entry", format!("{log} {position}")),
        Damage::NotAllowed { log, position, reason } => {
            ("not-allowed", format!("{log} {position}: {reason}"))
        }
        Damage::Root(log) => ("root", log.to_string()),
        Damage::Mark { device, incarnation } => {
            ("mark", format!("{} {}", device.short(), incarnation.short()))
        }
    }
}

/// Returns a time as JSON carries it.
pub(crate) fn iso(time: Timestamp) -> String {
    iso_time(i64::try_from(time.ms()).unwrap_or(i64::MAX))
}
