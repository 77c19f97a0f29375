//! The link of one space to its relay: dialling, greeting, being up, trying again.
//!
//! State and small questions only; what is said over a link stands in `follow`.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use protocol::crypto::Hash;
use protocol::env::{Instant, LinkId};
use protocol::id::{DeviceId, EpochId, ProposalId, RelayId};
use protocol::register::TurnCause;
use protocol::session::Dialled;
use protocol::wire::Standing;

use super::io::DialId;
use super::view::LinkState;

/// First wait before trying again; it doubles up to [`RETRY_MAX`].
const RETRY_MIN: Duration = Duration::from_secs(1);
const RETRY_MAX: Duration = Duration::from_secs(60);

/// The link of one space.
pub(super) struct Link {
    pub(super) phase: Phase,
    pub(super) state: LinkState,
    pub(super) retry_at: Option<Instant>,
    pub(super) turn_at: Option<Instant>,
    /// The relay that the link is to, as the register named it when it was greeted.
    pub(super) relay: Option<RelayId>,
    /// When a handshake that the relay leaves unanswered is given up.
    pub(super) patient_until: Option<Instant>,
    failures: u32,
    /// When the relay last welcomed us over a link that is up.
    welcomed: Option<Instant>,
}

/// How far a link has come.
pub(super) enum Phase {
    /// There is none.
    Idle,
    /// The shell was asked to dial.
    Dialling(DialId),
    /// The hello was sent.
    Greeting(LinkId, Option<Box<Dialled>>),
    /// The signature was sent.
    Proving(LinkId),
    /// Both ends are proven.
    Up(Box<Up>),
}

/// What is going on over a link that is up.
pub(super) struct Up {
    pub(super) link: LinkId,
    pub(super) standing: Standing,
    /// Both logs are at the relay's heads, and the heads were verified.
    pub(super) current: bool,
    /// The epoch in force, and since when both logs show it over this link.
    pub(super) abreast: Option<(EpochId, Instant)>,
    /// Errands sent over this link.
    pub(super) errands: BTreeSet<u64>,
    /// Acts submitted, by ticket.
    pub(super) acts: BTreeMap<u64, Submitted>,
    /// Wraps asked for.
    pub(super) wraps: BTreeSet<Hash>,
    /// Wraps the relay does not have.
    pub(super) no_wraps: BTreeSet<Hash>,
    /// Flights sent over this link.
    pub(super) flights: BTreeSet<u64>,
    /// Envelopes that came by file and were sent over this link.
    pub(super) loose: BTreeSet<protocol::id::EnvelopeId>,
    /// Pings not answered yet: the relay has not yet read all that was sent.
    pub(super) pings: u32,
    /// Adoptions handed in over this link, with the approvals counted then.
    pub(super) adopted: BTreeSet<(ProposalId, usize)>,
    /// Keys granted over this link, and to whom.
    pub(super) granted: BTreeSet<(DeviceId, EpochId)>,
    /// The relay knows less than it once signed, and was shown so.
    pub(super) behind: bool,
    /// Items were given, and no ping has been sent behind them.
    pub(super) gave: bool,
    /// The position beyond the last one that was given.
    pub(super) given: u64,
    /// Until when the relay, which said no to one, is not given this device's envelopes again.
    pub(super) stuck: Option<Instant>,
    /// When the last frame arrived.
    pub(super) heard: Instant,
    /// When something that was waited for last came to pass.
    pub(super) progress: Instant,
    next_ticket: u64,
}

/// An act that waits for the relay's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Submitted {
    Errand(u64),
    Adoption(ProposalId),
    Epoch(TurnCause),
    Grant,
}

impl Default for Link {
    fn default() -> Self {
        Self {
            phase: Phase::Idle,
            state: LinkState::Offline,
            retry_at: None,
            turn_at: None,
            relay: None,
            patient_until: None,
            failures: 0,
            welcomed: None,
        }
    }
}

impl Link {
    pub(super) fn is_idle(&self) -> bool {
        matches!(self.phase, Phase::Idle)
    }

    pub(super) fn up(&self) -> Option<&Up> {
        match &self.phase {
            Phase::Up(up) => Some(up),
            Phase::Idle | Phase::Dialling(_) | Phase::Greeting(..) | Phase::Proving(_) => None,
        }
    }

    pub(super) fn up_mut(&mut self) -> Option<&mut Up> {
        match &mut self.phase {
            Phase::Up(up) => Some(up),
            Phase::Idle | Phase::Dialling(_) | Phase::Greeting(..) | Phase::Proving(_) => None,
        }
    }

    /// Returns the shell's number of the link, if there is one.
    pub(super) fn id(&self) -> Option<LinkId> {
        match &self.phase {
            Phase::Idle | Phase::Dialling(_) => None,
            Phase::Greeting(link, _) | Phase::Proving(link) => Some(*link),
            Phase::Up(up) => Some(up.link),
        }
    }

    /// The link is gone or could not be had: tries again later, ever more slowly.
    pub(super) fn fail(&mut self, now: Instant, state: LinkState) {
        self.phase = Phase::Idle;
        self.state = state;
        self.turn_at = None;
        self.patient_until = None;
        // A link that held is forgiven; one that ends as soon as something is said is not.
        if self.welcomed.take().is_some_and(|at| now.since(at) >= RETRY_MAX) {
            self.failures = 0;
        }
        let slower = RETRY_MIN.saturating_mul(1 << self.failures.min(6)).min(RETRY_MAX);
        // A refusal is an answer: asking again at once would only be asking louder.
        let answered = matches!(state, LinkState::Refused | LinkState::Behind);
        let wait = if answered { RETRY_MAX } else { slower };
        self.failures += 1;
        self.retry_at = Some(now.after(wait));
    }

    /// The link was closed because there is nothing more to do.
    pub(super) fn rest(&mut self, state: LinkState) {
        self.phase = Phase::Idle;
        self.state = state;
        self.retry_at = None;
        self.turn_at = None;
        self.patient_until = None;
        (self.failures, self.welcomed) = (0, None);
    }

    pub(super) fn succeed(&mut self, now: Instant) {
        self.welcomed.get_or_insert(now);
        self.retry_at = None;
        self.patient_until = None;
    }
}

impl Up {
    pub(super) fn new(link: LinkId, standing: Standing, now: Instant) -> Self {
        Self {
            link,
            standing,
            current: false,
            abreast: None,
            errands: BTreeSet::new(),
            acts: BTreeMap::new(),
            wraps: BTreeSet::new(),
            no_wraps: BTreeSet::new(),
            flights: BTreeSet::new(),
            loose: BTreeSet::new(),
            pings: 0,
            adopted: BTreeSet::new(),
            granted: BTreeSet::new(),
            behind: false,
            gave: false,
            given: 0,
            stuck: None,
            heard: now,
            progress: now,
            next_ticket: 0,
        }
    }

    pub(super) fn ticket(&mut self, submitted: Submitted) -> u64 {
        self.next_ticket += 1;
        self.acts.insert(self.next_ticket, submitted);
        self.next_ticket
    }

    /// Tells whether an epoch of ours waits for the relay's answer.
    pub(super) fn is_turning(&self) -> bool {
        self.acts.values().any(|s| matches!(s, Submitted::Epoch(..)))
    }

    /// Tells whether nothing said over this link waits for an answer.
    pub(super) fn is_quiet(&self) -> bool {
        self.current
            && self.acts.is_empty()
            && self.wraps.is_empty()
            && self.flights.is_empty()
            && self.loose.is_empty()
            && self.pings == 0
    }
}
