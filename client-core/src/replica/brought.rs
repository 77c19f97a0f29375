//! What others have signed and a file brought: how much of it is handed on to the relay.
//!
//! An author is judged, not a courier, and what is valid is handed on by whoever meets it. But
//! one guarantor can sign valid decisions without end: no file may fill the store of whoever
//! reads it with them, nor stand in front of what that replica has to say itself.

use std::collections::{BTreeMap, BTreeSet};

use protocol::codec;
use protocol::id::{ActId, DeviceId, PartnerId, ProposalId, VoiceId};
use protocol::refusal::Refusal;
use protocol::register::{Act, Approval, ProvenAct, Register, Roster, SignedAct};

use super::errand::Errand;
use super::keys::Keys;
use super::space::Space;
use super::step::Step;
use super::view::NotTaken;

/// Decisions and approvals of one organisation that wait here because a file brought them.
pub(super) const BROUGHT_MAX: usize = 64;

/// What waits to be handed to the relay, as far as it decides about what a file brings.
#[derive(Default)]
pub(super) struct Brought {
    /// Every act that waits.
    acts: BTreeSet<ActId>,
    /// The same, by what it does and for whom.
    alike: BTreeMap<Vec<u8>, u64>,
    /// Every approval that waits.
    approvals: BTreeMap<(ProposalId, PartnerId), u64>,
    /// How much waits of each organisation, or of nobody's keys, but what this machine signed.
    of: BTreeMap<Option<PartnerId>, usize>,
}

/// What became of one thing that a file brought.
pub(super) enum Taken {
    Accepted,
    Already,
    Refused(NotTaken),
}

impl Brought {
    /// Looks once through what waits.
    pub(super) fn of(space: &Space) -> Self {
        let mut brought = Self::default();
        for (number, errand) in space.errands.iter() {
            match errand {
                Errand::Submit(act) => {
                    let Ok(body) = codec::from_bytes::<Act>(&act.body) else { continue };
                    brought.note_act(space, number, act.id(), &body);
                }
                Errand::Approve(approval) => brought.note_approval(space, number, approval),
                Errand::Found { .. } | Errand::Invite(_) | Errand::Knock => {}
            }
        }
        brought
    }

    fn note_act(&mut self, space: &Space, number: u64, id: ActId, act: &Act) {
        self.acts.insert(id);
        self.alike.insert(likeness(act), number);
        if !is_own(&space.keys, &act.author) {
            let roster = space.register.as_ref().map(Register::roster);
            let author = roster.and_then(|roster| behind(roster, &act.author));
            *self.of.entry(author).or_default() += 1;
        }
    }

    fn note_approval(&mut self, space: &Space, number: u64, approval: &Approval) {
        self.approvals.insert((approval.proposal, approval.partner), number);
        if approval.partner != space.me.partner {
            *self.of.entry(Some(approval.partner)).or_default() += 1;
        }
    }

    fn is_full(&self, author: Option<PartnerId>) -> bool {
        self.of.get(&author).is_some_and(|waiting| *waiting >= BROUGHT_MAX)
    }
}

impl Space {
    /// Takes an act that no relay has ordered.
    pub(super) fn take_brought_act(
        &mut self,
        step: &mut Step<'_, '_>,
        brought: &mut Brought,
        signed: SignedAct,
    ) -> Taken {
        if brought.acts.contains(&signed.id()) {
            return Taken::Already;
        }
        let time = self.time(step);
        let Some(register) = &self.register else {
            return Taken::Refused(NotTaken::Unvouched);
        };
        let ProvenAct { id, act, .. } = match register.judge(&signed, time) {
            Ok(proven) => proven,
            Err(Refusal::Duplicate) => return Taken::Already,
            Err(reason) => return Taken::Refused(NotTaken::By(reason)),
        };
        if let Some(number) = brought.alike.get(&likeness(&act)) {
            // The same decision of the same author, signed once more, decides nothing more.
            let valid = match self.errands.get(*number) {
                Some(Errand::Submit(known)) => register.judge(known, time).is_ok(),
                Some(_) | None => false,
            };
            if valid {
                return Taken::Already;
            }
        }
        let own = is_own(&self.keys, &act.author);
        if !own && brought.is_full(behind(register.roster(), &act.author)) {
            return Taken::Refused(NotTaken::By(Refusal::TooMany));
        }
        let number = self.add_errand(step, Errand::Submit(signed));
        brought.note_act(self, number, id, &act);
        Taken::Accepted
    }

    /// Takes an approval that no relay has been seen to keep; the caller stores the mailbox.
    pub(super) fn take_brought_approval(
        &mut self,
        step: &mut Step<'_, '_>,
        brought: &mut Brought,
        approval: Approval,
    ) -> Taken {
        let key = (approval.proposal, approval.partner);
        if self.mailbox.approvals.get(&key) == Some(&approval) {
            return Taken::Already;
        }
        let Some(register) = &self.register else {
            return Taken::Refused(NotTaken::Unvouched);
        };
        if let Err(reason) = register.judge_approval(&approval) {
            return Taken::Refused(NotTaken::By(reason));
        }
        if let Some(number) = brought.approvals.get(&key) {
            // One is as good as another, as long as it counts.
            let counts = match self.errands.get(*number) {
                Some(Errand::Approve(known)) => register.judge_approval(known).is_ok(),
                Some(_) | None => false,
            };
            if counts {
                return Taken::Already;
            }
        }
        let own = approval.partner == self.me.partner;
        if !own && brought.is_full(Some(approval.partner)) {
            return Taken::Refused(NotTaken::By(Refusal::TooMany));
        }
        self.mailbox.approvals.insert(key, approval.clone());
        let number = self.add_errand(step, Errand::Approve(approval.clone()));
        brought.note_approval(self, number, &approval);
        Taken::Accepted
    }

    /// Tells whether an act of this machine's own people waits that no register shows. What a
    /// file brought of others is theirs to hear about.
    pub(super) fn has_act_unordered(&self) -> bool {
        let mut acts = self.errands.iter().map(|(_, errand)| errand);
        acts.any(|errand| matches!(errand, Errand::Submit(_)) && self.is_own_errand(errand))
    }

    /// Tells whether this machine has an errand from its own people, and from no file.
    pub(super) fn is_own_errand(&self, errand: &Errand) -> bool {
        match errand {
            Errand::Submit(act) => {
                codec::from_bytes::<Act>(&act.body).is_ok_and(|act| is_own(&self.keys, &act.author))
            }
            Errand::Approve(approval) => approval.partner == self.me.partner,
            Errand::Found { .. } | Errand::Invite(_) | Errand::Knock => true,
        }
    }
}

fn is_own(keys: &Keys, author: &[u8; 32]) -> bool {
    keys.device_id().bytes() == author || keys.voice_id().is_some_and(|v| v.bytes() == author)
}

/// Returns the organisation behind a key.
fn behind(roster: &Roster, author: &[u8; 32]) -> Option<PartnerId> {
    let by_device = || roster.device(&DeviceId::new(*author)).map(|device| device.partner);
    roster.partner_of_voice(&VoiceId::new(*author)).or_else(by_device)
}

/// Returns what an act has in common with others of its author that do the same.
fn likeness(act: &Act) -> Vec<u8> {
    let common = Act {
        nonce: [0; 16],
        generation: 0,
        seen_size: 0,
        seen_root: [0; 32],
        not_after: None,
        ..act.clone()
    };
    codec::to_bytes(&common)
}
