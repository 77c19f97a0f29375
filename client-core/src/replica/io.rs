//! What goes into a replica and what comes out: one closed list each way.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use protocol::env::{ChannelBinding, LinkId, Write};
use protocol::id::{DocumentId, SpaceId};
use protocol::refusal::Refusal;
use zeroize::Zeroizing;

use super::command::{Command, CommandError, Reply, Ticket};
use super::view::LinkState;

/// One attempt to reach a relay, numbered by the replica.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct DialId(pub u64);

/// One thing that happened to a replica.
#[derive(Debug)]
pub enum Input<'a> {
    /// A person asks for something.
    Command(Ticket, Command),
    /// A dial succeeded.
    Connected {
        /// The dial it answers.
        dial: DialId,
        /// The new link.
        link: LinkId,
        /// What ties it to the transport.
        binding: ChannelBinding,
    },
    /// A dial failed.
    DialFailed {
        /// The dial it answers.
        dial: DialId,
    },
    /// One whole frame arrived.
    Received(LinkId, &'a [u8]),
    /// A link is gone.
    Closed(LinkId),
    /// What [`Output::Purge`] asked for was done, or cannot be now: it is asked again at the next
    /// start.
    Purged {
        /// Whether the bytes have left the disk.
        gone: bool,
    },
    /// The time given by `next_timeout` has come.
    Timeout,
}

/// One thing a replica wants done. Outputs are obeyed in order, and `Store` and `Keep` are
/// durable before anything after them leaves.
pub enum Output {
    /// Write records, all or none.
    Store(Vec<Write>),
    /// Write secrets to the keystore, all or none.
    Keep(Vec<SecretWrite>),
    /// Make what was deleted before it leave the disk, and report [`Input::Purged`].
    Purge,
    /// Connect to a relay.
    Dial {
        /// To be named in the answer.
        dial: DialId,
        /// `ws://` or `wss://`.
        url: String,
    },
    /// Send one frame.
    Send(LinkId, Vec<u8>),
    /// Close a link.
    Close(LinkId),
    /// Answer a command.
    Reply(Ticket, Result<Reply, CommandError>),
    /// Tell whoever watches.
    Event(Event),
}

/// One change to the keystore.
pub enum SecretWrite {
    /// Keeps a secret under a name.
    Put {
        /// The name: a prefix and ids, nothing readable.
        id: Vec<u8>,
        /// The secret.
        value: Zeroizing<Vec<u8>>,
    },
    /// Destroys a secret.
    Delete {
        /// Its name.
        id: Vec<u8>,
    },
}

impl fmt::Debug for SecretWrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Put { .. } => "Put(secret)",
            Self::Delete { .. } => "Delete(secret)",
        })
    }
}

/// The whole keystore, opened.
pub type Secrets = BTreeMap<Vec<u8>, Zeroizing<Vec<u8>>>;

/// Something a watcher may want to know. No contents, no names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// How a space stands with its relay has changed.
    Link(SpaceId, LinkState),
    /// A document changed, by anyone.
    Edited(SpaceId, DocumentId),
    /// The members, votes or requests of a space changed.
    Governance(SpaceId),
    /// A human should look.
    Alarm(SpaceId, Alarm),
}

/// What a human should look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alarm {
    /// The relay's checkpoint does not match what it sent before.
    RelayForked,
    /// The relay knows less than before.
    RelayBehind,
    /// The relay appended something the rules refuse.
    RelayBrokeRule(Refusal),
    /// The relay dated something so long after this machine's clock that one of the two must be
    /// wrong; nothing is said of which.
    ClocksDiffer(Duration),
    /// A key handed to this device is not the one its author committed to.
    WrongKeyHanded,
    /// This replica was copied or restored: it started a new life.
    Restarted,
    /// An envelope does not open or holds what it may not.
    BadContent,
    /// Edits made here were taken out: what they build upon is lost.
    EditsLost,
    /// One of this replica's own acts was refused.
    ActRefused(Refusal),
    /// This device was revoked, or its organisation is gone.
    NoLongerMember,
}

/// Who a new replica belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// The organisation's name.
    pub name: String,
    /// Its college, free text of the territory.
    pub college: Option<String>,
    /// Its SIRET number.
    pub siret: Option<String>,
    /// Its FINESS number.
    pub finess: Option<String>,
    /// The label of this machine.
    pub label: String,
}
