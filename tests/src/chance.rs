//! Chance that can be played again: everything random in a simulated world comes from one seed.
//!
//! A stream is named by a seed and a purpose, so that one more draw in one part of the world
//! does not change what happens in another. Nothing here may read the system's entropy.

use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

/// One stream of chance.
pub struct Chance(ChaCha20Rng);

impl Chance {
    /// Starts the stream of a seed for one purpose and one number within it.
    #[must_use]
    pub fn new(seed: u64, purpose: &str, number: u64) -> Self {
        Self(stream(seed, purpose, number))
    }

    /// Draws a number below `end`; 0 if `end` is 0.
    pub fn below(&mut self, end: u64) -> u64 {
        if end == 0 { 0 } else { self.0.next_u64() % end }
    }

    /// Draws a number of `[from, to]`.
    pub fn between(&mut self, from: u64, to: u64) -> u64 {
        from + self.below(to.saturating_sub(from) + 1)
    }

    /// Draws an index of a list of `len` items; 0 for an empty one.
    pub fn index(&mut self, len: usize) -> usize {
        usize::try_from(self.below(len as u64)).expect("below a usize")
    }

    /// Tells whether something that happens so often per million happens now.
    pub fn happens(&mut self, per_million: u32) -> bool {
        // The draw is made even for what never happens: rates change, streams do not.
        self.below(1_000_000) < u64::from(per_million)
    }

    /// Picks one of several things.
    pub fn pick<'a, T>(&mut self, things: &'a [T]) -> Option<&'a T> {
        let index = self.index(things.len());
        things.get(index)
    }
}

/// Returns a generator for a machine or a key: the same for the same three values.
#[must_use]
pub fn stream(seed: u64, purpose: &str, number: u64) -> ChaCha20Rng {
    let mut hasher = protocol::crypto::Hasher::new();
    hasher.update(&seed.to_be_bytes());
    hasher.update(&number.to_be_bytes());
    hasher.update(purpose.as_bytes());
    ChaCha20Rng::from_seed(hasher.finish())
}
