//! The register: the append-only log of signed decisions of a space, and what they amount to.
//!
//! Acts go in, a [`Roster`] comes out. Folding never fails: an act that is validly signed but
//! not allowed is kept and set aside with its reason. Only an act this program does not know
//! stops the load, because guessing at a decision is worse than asking for an update. The
//! relay and every replica run this same code.

use crate::refusal::Refusal;
use crate::{codec, crypto};

mod act;
mod form;
mod terms;

pub use act::{
    Act, ActError, Admission, Approval, Charter, Clause, EpochOpening, KeyGrant, Measure,
    ProvenAct, SignedAct,
};
pub use terms::{
    Cause, Closing, DeviceCard, DeviceRole, History, PartnerCard, RelayTerms, Role, Rule,
    SpaceKind, Threshold, TurnCause,
};
