//! The register: the append-only log of signed decisions of a space, and what they amount to.
//!
//! Acts go in, a [`Roster`] comes out. Folding never fails: an act that is validly signed but
//! not allowed is kept and set aside with its reason. Only an act this program does not know
//! stops the load, because guessing at a decision is worse than asking for an update. The
//! relay and every replica run this same code.

use crate::refusal::Refusal;
use crate::{codec, crypto};

mod act; // what is signed
mod enact; // what an act changes
mod entry; // an act with its place and time
mod erasure; // what devices say they destroyed
mod fold; // entries in, roster and root out
mod form; // CBOR forms
mod roster; // what the acts amount to
mod rules; // who may do what; where votes are counted
mod terms; // roles, thresholds, causes, cards
mod visa; // an organisation's voice under a frozen version
#[cfg(test)]
mod tests;

pub use act::{
    Act, ActError, Admission, Approval, Charter, Clause, EpochOpening, KeyGrant, Measure,
    ProvenAct, SignedAct,
};
pub use entry::Entry;
pub use erasure::{Attested, Destroyed, Erasure};
pub use fold::{LoadError, Register, SetAside};
pub use roster::{
    Device, EpochState, Partner, Presence, Proposal, Roster, Suspension, recipients_hash,
};
pub use terms::{
    Cause, Closing, DeviceCard, DeviceRole, History, PartnerCard, RelayTerms, Role, Rule,
    SpaceKind, Threshold, TurnCause,
};
pub use visa::{Capacity, GivenVisa, Visa};
