//! What the world lends a machine for one step: two clocks, randomness and its own records.
//!
//! A machine never reads a clock, a disk or an entropy source by itself. The same inputs with
//! the same `Env` values give the same outputs, which is what lets one simulator drive the
//! real relay and the real replicas.

use std::fmt;
use std::time::Duration;

use rand_core::CryptoRng;

use crate::codec::{Decode, DecodeError, Encode, Reader, Writer};

/// The world as it stands during one call of `handle`.
pub struct Env<'a> {
    /// Time since the driver started, sleep included. Drives timers and nothing else.
    pub now: Instant,
    /// The wall clock, shown to people and stamped on entries by the relay.
    pub wall: Timestamp,
    /// The only source of randomness.
    pub rng: &'a mut dyn CryptoRng,
    /// The machine's own durable records, read-only: everything it stored earlier.
    pub records: &'a dyn Records,
}

/// Monotonic time since the driver started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Instant(Duration);

impl Instant {
    /// Wraps the time elapsed since the driver started.
    #[must_use]
    pub const fn new(since_start: Duration) -> Self {
        Self(since_start)
    }

    /// Returns the instant `delay` later.
    #[must_use]
    pub fn after(self, delay: Duration) -> Self {
        Self(self.0.saturating_add(delay))
    }

    /// Returns the time elapsed since `earlier`, zero if that lies ahead.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }

    /// Returns the time since the driver started.
    #[must_use]
    pub const fn elapsed(self) -> Duration {
        self.0
    }
}

/// Wall-clock time in milliseconds since 1970 (UTC).
///
/// A device's own clock is never used to decide; only register and journal time, stamped by
/// the relay and monotone, bounds an expiry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Timestamp(u64);

impl Timestamp {
    /// Wraps milliseconds since 1970.
    #[must_use]
    pub const fn from_ms(ms: u64) -> Self {
        Self(ms)
    }

    /// Returns milliseconds since 1970.
    #[must_use]
    pub const fn ms(self) -> u64 {
        self.0
    }

    /// Returns the time `delay` later.
    #[must_use]
    pub fn after(self, delay: Duration) -> Self {
        let delay_ms = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
        Self(self.0.saturating_add(delay_ms))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ms", self.0)
    }
}

impl Encode for Timestamp {
    fn encode(&self, out: &mut Writer) {
        out.uint(self.0);
    }
}

impl Decode for Timestamp {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        input.uint().map(Self)
    }
}

/// Read-only sight of what a machine has stored.
///
/// A driver makes every earlier [`Write`] visible here before it calls `handle` again.
pub trait Records {
    /// Returns the value under a key.
    fn get(&self, key: &[u8]) -> Option<Vec<u8>>;

    /// Returns the entries of `[from, to)` in key order, at most `limit` of them.
    fn scan(&self, from: &[u8], to: &[u8], limit: usize) -> Vec<(Vec<u8>, Vec<u8>)>;
}

/// One change to a machine's records. A `Store` output holds several, applied as one.
#[derive(Clone, PartialEq, Eq)]
pub enum Write {
    /// Sets the value under a key.
    Put {
        /// The key, at most 128 bytes.
        key: Vec<u8>,
        /// The value.
        value: Vec<u8>,
    },
    /// Forgets a key.
    Delete {
        /// The key.
        key: Vec<u8>,
    },
}

impl fmt::Debug for Write {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Put { key, value } => {
                write!(f, "Put({}, {} bytes)", crate::id::hex(key), value.len())
            }
            Self::Delete { key } => write!(f, "Delete({})", crate::id::hex(key)),
        }
    }
}

/// One live connection, numbered by the driver; a number is never used twice in one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkId(pub u64);

/// What ties a handshake to the transport under it (RFC 9266).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChannelBinding {
    /// Nothing: clear WebSocket on loopback, or TLS ended by a proxy.
    None,
    /// The `tls-exporter` value of a TLS 1.3 connection that is end to end.
    TlsExporter([u8; 32]),
}

/// Records that hold nothing, for machines under test.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoRecords;

impl Records for NoRecords {
    fn get(&self, _key: &[u8]) -> Option<Vec<u8>> {
        None
    }

    fn scan(&self, _from: &[u8], _to: &[u8], _limit: usize) -> Vec<(Vec<u8>, Vec<u8>)> {
        Vec::new()
    }
}

impl Records for std::collections::BTreeMap<Vec<u8>, Vec<u8>> {
    fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        Self::get(self, key).cloned()
    }

    fn scan(&self, from: &[u8], to: &[u8], limit: usize) -> Vec<(Vec<u8>, Vec<u8>)> {
        if from >= to {
            return Vec::new();
        }
        let range = self.range(from.to_vec()..to.to_vec());
        range.take(limit).map(|(k, v)| (k.clone(), v.clone())).collect()
    }
}
