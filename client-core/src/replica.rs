//! One partner's replica: every space it belongs to, as one pure machine.
//!
//! [`Replica::handle`] takes one [`Input`]; then [`Replica::poll`] is drained until it gives
//! nothing; [`Replica::next_timeout`] says when to come back with [`Input::Timeout`]. Outputs
//! are obeyed in order, and a `Store` or a `Keep` is durable before anything after it leaves.
//! The machine reads no clock, disk, socket or entropy source: all of it stands in `Env`.

mod command; // what a person asks for, and what comes back
mod view; // plain structs for any screen

pub use command::{Command, CommandError, Edit, Reply, Ticket};
pub use view::{
    ApplicantView, ChangeView, DeviceView, DocumentLine, DocumentView, Invited, Joined, LinkState,
    MemberView, Overview, ProposalView, QuarantineView, ReviewLine, SpaceView, SyncReport,
    VerifyReport, VoteReport,
};
