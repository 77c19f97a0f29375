//! The operator's end of a link: how its one power, to suspend a device for a while, is used.
//!
//! The operator dials like a replica, from wherever its key is, proves the key, reads the register
//! and submits one act, which every partner will see. Nothing else is asked of a relay here, and
//! the key never travels.

mod dial; // over a socket
mod inside; // without one, when the relay does not run

use std::time::Duration;

use console::{Failure, Text};
use protocol::Refusal;
use protocol::checkpoint::{Checkpoint, Log};
use protocol::codec;
use protocol::crypto::SigningSecret;
use protocol::env::{ChannelBinding, Timestamp};
use protocol::id::{DeviceId, RelayId, SpaceId};
use protocol::register::{Clause, Entry, Register};
use protocol::session::Dialled;
use protocol::wire::{Head, Standing, Subject, ToRelay, ToReplica};

use crate::keys::entropy;
use crate::named::Named;

pub(crate) use dial::dial;
pub(crate) use inside::inside;

/// The ticket of the only submission of a session.
const TICKET: u64 = 1;

/// What the operator wants.
pub(crate) struct Errand {
    pub(crate) secret: SigningSecret,
    pub(crate) relay: RelayId,
    pub(crate) space: SpaceId,
    /// The device, or the beginning of its id.
    pub(crate) device: String,
    pub(crate) power: Power,
}

/// What is done to the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Power {
    /// Suspends it from now on.
    Suspend(Duration),
    /// Ends its suspension.
    Resume,
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Done {
    /// The device, in full.
    pub(crate) device: DeviceId,
    /// When a suspension ends; none when it was ended.
    pub(crate) until: Option<Timestamp>,
    /// The place of the act in the register.
    pub(crate) seq: u64,
}

/// One session: frames in, frames out, until it is done.
pub(crate) struct Session<'a> {
    errand: &'a Errand,
    dialled: Option<Dialled>,
    relay_time: Timestamp,
    register: Option<Register>,
    submitted: Option<(DeviceId, Option<Timestamp>)>,
}

/// What a frame leads to.
pub(crate) enum Step {
    /// Send this, then wait.
    Send(Vec<u8>),
    /// Wait.
    Wait,
    /// It is done.
    Done(Done),
}

impl<'a> Session<'a> {
    /// Starts a session and returns its first frame.
    pub(crate) fn start(errand: &'a Errand, binding: ChannelBinding) -> (Self, Vec<u8>) {
        let key = errand.secret.public();
        let (dialled, hello) =
            Dialled::new(errand.space, key, Some(errand.relay), (binding, false), &mut entropy())
                .expect("a dial that requires no binding is never refused");
        let session = Self {
            errand,
            dialled: Some(dialled),
            relay_time: Timestamp::default(),
            register: None,
            submitted: None,
        };
        (session, ToRelay::Hello(hello).to_bytes())
    }

    /// Takes one frame of the relay.
    ///
    /// # Errors
    /// Status 1 for whatever relay or register refuse.
    pub(crate) fn take(&mut self, frame: &[u8]) -> Result<Step, Failure> {
        let message = ToReplica::parse(frame).map_err(|error| refused(error.into()))?;
        match message {
            ToReplica::Challenge(challenge) => {
                let dialled = self.dialled.take().ok_or_else(|| refused(Refusal::NotYet))?;
                let signature = dialled.answer(&challenge, &self.errand.secret).map_err(refused)?;
                Ok(Step::Send(ToRelay::Prove(signature).to_bytes()))
            }
            ToReplica::Welcome(welcome) => {
                self.relay_time = welcome.time;
                match welcome.standing {
                    Standing::Operator => Ok(Step::Send(
                        ToRelay::Follow { register_from: 0, journal_from: 0 }.to_bytes(),
                    )),
                    Standing::UnknownSpace => Err(refused(Refusal::UnknownSpace)),
                    Standing::Member
                    | Standing::Applicant
                    | Standing::Former
                    | Standing::Stranger
                    | Standing::Importing => Err(refused(Refusal::NotTheOperator)),
                }
            }
            ToReplica::Acts { from, entries } => self.read(from, &entries).map(|()| Step::Wait),
            ToReplica::Heads { register, .. } => self.submit(&register),
            ToReplica::Submitted { ticket: TICKET, seq } => {
                let (device, until) = self.submitted.ok_or_else(|| refused(Refusal::NotYet))?;
                Ok(Step::Done(Done { device, until, seq }))
            }
            ToReplica::Refused { of, refusal, .. } if concerns_us(&of) => Err(refused(refusal)),
            ToReplica::Bye(refusal) => Err(refused(refusal)),
            ToReplica::Submitted { .. }
            | ToReplica::Refused { .. }
            | ToReplica::Envelopes { .. }
            | ToReplica::Mailbox { .. }
            | ToReplica::Marked(_)
            | ToReplica::Wraps { .. }
            | ToReplica::Kept { .. }
            | ToReplica::Wanted { .. }
            | ToReplica::Pong
            | ToReplica::Unknown(_) => Ok(Step::Wait),
        }
    }

    /// Folds register entries, every one checked as a replica would.
    fn read(&mut self, from: u64, entries: &[Vec<u8>]) -> Result<(), Failure> {
        let size = self.register.as_ref().map_or(0, Register::size);
        if from != size {
            return Err(refused(Refusal::Gap));
        }
        for bytes in entries {
            let entry: Entry = codec::from_bytes(bytes).map_err(|e| refused(e.into()))?;
            let taken = Register::fold(&mut self.register, &entry);
            taken.map_err(|e| refused(e.into()))?;
            if self.register.as_ref().is_some_and(|r| r.space() != self.errand.space) {
                return Err(refused(Refusal::WrongSpace));
            }
        }
        Ok(())
    }

    /// Holds what was read to the relay's signature, then submits the act.
    fn submit(&mut self, head: &Head) -> Result<Step, Failure> {
        if self.submitted.is_some() {
            return Ok(Step::Wait);
        }
        let register = self.register.as_ref().ok_or_else(|| refused(Refusal::UnknownSpace))?;
        // Right after a move the last act is still the one that the relay before has ordered.
        let signer = register.relay_at(register.size());
        let signed = Checkpoint::verify(&head.note, &signer).map_err(refused)?;
        let read = Checkpoint {
            space: self.errand.space,
            log: Log::Register,
            size: register.size(),
            root: register.root(),
        };
        if signed != read {
            return Err(refused(Refusal::RelayBehind));
        }
        let devices = register.roster().devices().map(|(id, _)| *id);
        let device = Named::Device.find(devices, &self.errand.device)?;
        let (clause, until) = match self.errand.power {
            Power::Suspend(time) => {
                // The relay's clock, not ours: the register is stamped by it.
                let until = self.relay_time.max(register.time()).after(time);
                (Clause::SuspendDevice(device, until), Some(until))
            }
            Power::Resume => (Clause::ResumeDevice(device), None),
        };
        let mut nonce = [0; 16];
        rand_core::Rng::fill_bytes(&mut entropy(), &mut nonce);
        let act = register.draft(self.errand.secret.public(), nonce, clause);
        let act = Box::new(act.sign(&self.errand.secret));
        self.submitted = Some((device, until));
        Ok(Step::Send(ToRelay::Submit { ticket: TICKET, act, wraps: None }.to_bytes()))
    }
}

fn concerns_us(of: &Subject) -> bool {
    match of {
        Subject::Hello | Subject::Act(TICKET) | Subject::Follow | Subject::Message => true,
        Subject::Act(_)
        | Subject::Envelope(_)
        | Subject::Knock
        | Subject::Approval(_)
        | Subject::Founding
        | Subject::Invitation
        | Subject::Give => false,
    }
}

/// Returns a refusal of the protocol as a command's failure.
fn refused(refusal: Refusal) -> Failure {
    Failure::refused(refusal.name(), Text::of(refusal.french(), refusal.english()))
}
