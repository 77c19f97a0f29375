//! One partner's replica: every space it belongs to, as one pure machine.
//!
//! [`Replica::handle`] takes one [`Input`]; then [`Replica::poll`] is drained until it gives
//! nothing; [`Replica::next_timeout`] says when to come back with [`Input::Timeout`]. Outputs
//! are obeyed in order, and a `Store` or a `Keep` is durable before anything after it leaves.
//! The machine reads no clock, disk, socket or entropy source: all of it stands in `Env`.

mod brought; // what others signed and a file brought
mod carry; // bundles in and out
mod command; // what a person asks for, and what comes back
mod commands; // which function serves which command
mod compose; // several edits of one document, all or none
mod damage; // records that cannot be read: what is decided
mod directory; // names and labels, which the register never holds
mod epochs; // content keys: turned, granted, taken in
mod erasure; // what is destroyed when the partners have a space erased
mod errand; // what must reach the relay besides envelopes
mod figures; // what the documents of a space come to
mod follow; // every message of a relay
mod found; // founding a space
mod freeze; // frozen versions: freezing, showing, signing
mod govern; // inviting, voting, listing
mod home; // who this replica is
mod inbox; // what the relay orders, checked and taken in
mod io; // inputs and outputs
mod keys; // the keys of one space
mod life; // a new life after a restore or a copy
mod link; // the state of a link
mod loose; // envelopes that came by file
mod lot; // changes under another seal than their writer's
mod machine; // handle, poll, next_timeout
mod mend; // records that cannot be read: what is done
mod outbox; // what was written and is not in the journal
mod papers; // documents as commands ask for them
mod quarantine; // edits of the revoked, taken up by others
mod records; // where things are kept
mod saved; // the cache of a document as a record
mod shelf; // documents opened, cached, rebuilt
mod space; // one space
mod step; // the world during one step
mod tend; // what to say next
#[cfg(test)]
mod tests;
mod view; // plain structs for any screen
mod wait; // commands that wait for the relay

pub use command::{Command, CommandError, Edit, Reply, Ticket};
pub use compose::{COMPOSED_BYTES_MAX, COMPOSED_EDITS_MAX};
pub use damage::{Damage, Family, Remedy, Repair, family_of};
pub use freeze::{FreezeOrder, FrozenReport, FrozenState, FrozenView, VisaOrder, VisaView};
pub use io::{Alarm, DialId, Event, Input, Output, Profile, SecretWrite, Secrets};
pub use machine::{LoadError, Replica};
pub use step::STORE_BYTES_MAX;
pub use view::{
    ApplicantView, AttestationView, Barred, Carried, ChangeView, ClosedView, DashboardView,
    DetailView, DeviceView, DocumentContent, DocumentLine, DocumentView, Invited, Joined,
    LinkState, MemberView, NewsView, NotTaken, Overview, ProposalView, QuarantineView, ReviewLine,
    SpaceSync, SpaceView, SyncReport, VerifyReport, Voices, VoteReport,
};
