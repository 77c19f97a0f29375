//! What is looked for in everything that leaves a machine: words that nobody outside may read,
//! frames beyond their bounds, a nonce used twice under one key.
//!
//! Accusations are gathered and not raised: a plan that failed is told whole.

use std::collections::{BTreeMap, VecDeque};

use protocol::crypto::{Hash, Hasher};
use protocol::envelope::Envelope;
use protocol::id::EpochId;
use protocol::limits;
use protocol::relay::Event;
use protocol::wire::{ToRelay, ToReplica};

/// The word that stands in every title, text and name of a simulated space.
pub const CANARY: &str = "Pangolin";

/// Bytes of an envelope before its nonce, and of the nonce (`docs/wire.md`).
const NONCE_AT: std::ops::Range<usize> = 180..204;
/// Frames kept, to be spelled when something fails.
const LAST_FRAMES: usize = 30;
/// Characters of each of them.
const SPELLED_CHARS: usize = 160;
/// Accusations kept: the first ones tell the story.
const ACCUSATIONS_MAX: usize = 20;

/// What was seen so far.
#[derive(Debug, Default)]
pub struct Watch {
    /// What no machine may do, in words.
    pub accusations: Vec<String>,
    /// Frames that said more than "still here", so far.
    pub telling: u64,
    /// Frames of any sort, so far.
    pub frames: u64,
    /// Bytes of all frames, so far.
    pub bytes: u64,
    /// Bytes that the first replica has sent while time was measured.
    pub first_bytes: u64,
    /// What relays said, so far.
    pub relay_events: Vec<(usize, Event)>,
    nonces: BTreeMap<(EpochId, [u8; 24]), Hash>,
    last: VecDeque<(u64, String, Vec<u8>)>,
}

impl Watch {
    /// Notes what may not happen.
    pub fn accuse(&mut self, what: String) {
        if self.accusations.len() < ACCUSATIONS_MAX {
            self.accusations.push(what);
        }
    }

    /// Looks at a frame of a replica.
    pub(super) fn sent_by_replica(&mut self, now: u64, number: usize, frame: &[u8]) {
        self.look(now, &format!("replica {number}"), frame);
        match ToRelay::parse(frame) {
            Ok(ToRelay::Ping) => return,
            Ok(ToRelay::Push(envelope)) => self.sealed(&envelope),
            Ok(_) => {}
            Err(error) => self.accuse(format!("replica {number} sends nonsense: {error}")),
        }
        self.telling += 1;
    }

    /// Looks at a frame of a relay.
    pub(super) fn sent_by_relay(&mut self, now: u64, number: usize, frame: &[u8]) {
        self.look(now, &format!("relay {number}"), frame);
    }

    /// Keeps what a relay tells its operator.
    pub(super) fn relay_said(&mut self, number: usize, event: Event) {
        self.relay_events.push((number, event));
    }

    /// Spells the last frames, for whoever reads of a failure.
    #[must_use]
    pub fn last_frames(&self) -> String {
        let line = |(at, who, frame): &(u64, String, Vec<u8>)| {
            let from_relay = who.starts_with("relay");
            let said = if from_relay {
                format!("{:?}", ToReplica::parse(frame))
            } else {
                format!("{:?}", ToRelay::parse(frame))
            };
            let said: String = said.chars().take(SPELLED_CHARS).collect();
            format!("{at} ms {who}: {said}\n")
        };
        self.last.iter().map(line).collect()
    }

    fn look(&mut self, now: u64, who: &str, frame: &[u8]) {
        // The shortest frames only say "still here".
        if frame.len() > 2 {
            self.last.push_back((now, who.to_owned(), frame.to_vec()));
        }
        if self.last.len() > LAST_FRAMES {
            self.last.pop_front();
        }
        self.frames += 1;
        self.bytes += frame.len() as u64;
        if frame.len() > limits::FRAME_BYTES_MAX {
            self.accuse(format!("{who} sends a frame of {} bytes", frame.len()));
        }
        if holds_canary(frame) {
            self.accuse(format!("{who} sends {CANARY} in clear"));
        }
    }

    /// Remembers the nonce of an envelope: it may only come back with the same envelope.
    pub fn sealed(&mut self, envelope: &[u8]) {
        let Ok(parsed) = Envelope::parse(envelope) else {
            return self.accuse("somebody seals what is no envelope".to_owned());
        };
        let Some(nonce) = envelope.get(NONCE_AT).and_then(|nonce| nonce.try_into().ok()) else {
            return;
        };
        let mut hasher = Hasher::new();
        hasher.update(envelope);
        let digest = hasher.finish();
        let epoch = parsed.header().epoch;
        let known = self.nonces.insert((epoch, nonce), digest);
        if known.is_some_and(|known| known != digest) {
            self.accuse(format!("a nonce serves twice in epoch {}", epoch.short()));
        }
    }
}

/// Tells whether bytes hold the canary.
#[must_use]
pub fn holds_canary(bytes: &[u8]) -> bool {
    let canary = CANARY.as_bytes();
    let first = canary[0];
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| *byte == first) {
        rest = &rest[at..];
        if rest.starts_with(canary) {
            return true;
        }
        rest = &rest[1..];
    }
    false
}
