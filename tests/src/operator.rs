//! The operator of a simulated relay: it dials with its own key and has two powers, to suspend
//! a device for a while and to end that.
//!
//! It speaks the wire by hand, as any stranger could, and holds nothing of a space's contents.

use protocol::checkpoint::Log;
use protocol::codec;
use protocol::crypto::SigningSecret;
use protocol::env::{ChannelBinding, LinkId, Records};
use protocol::id::SpaceId;
use protocol::refusal::Refusal;
use protocol::register::{Clause, Entry, Register, SignedAct};
use protocol::relay::records;
use protocol::session::Dialled;
use protocol::wire::{Standing, ToRelay, ToReplica};
use rand_core::Rng;

use crate::chance::stream;
use crate::net::Arrival;
use crate::world::World;

/// A link by hand whose key is proven.
pub struct Seated {
    /// The link.
    pub link: LinkId,
    /// What the relay says the key is.
    pub standing: Standing,
}

/// Reads a register back from what a relay's disk holds.
#[must_use]
pub fn register_of(relay: &dyn Records, space: &SpaceId) -> Option<Register> {
    let mut register = None;
    for entry in entries_of(relay, space) {
        Register::fold(&mut register, &entry).ok()?;
    }
    register
}

/// Returns the stored entries of a register.
#[must_use]
pub fn entries_of(relay: &dyn Records, space: &SpaceId) -> Vec<Entry> {
    let stored = |seq| relay.get(&records::entry(space, Log::Register, seq));
    (0..).map_while(stored).map_while(|bytes| codec::from_bytes(&bytes).ok()).collect()
}

impl World {
    /// Dials a relay with a key by hand and goes through the handshake.
    pub fn sit_down(
        &mut self,
        relay: usize,
        space: SpaceId,
        key: &SigningSecret,
    ) -> Option<Seated> {
        let link = self.visit(relay);
        let seated = self.greet(link, space, key);
        if seated.is_none() {
            self.hang_up(link);
        }
        seated
    }

    fn greet(&mut self, link: LinkId, space: SpaceId, key: &SigningSecret) -> Option<Seated> {
        let mut rng = stream(self.now, "visitor", link.0);
        let binding = (ChannelBinding::None, false);
        let (dialled, hello) = Dialled::new(space, key.public(), None, binding, &mut rng).ok()?;
        self.say(link, ToRelay::Hello(hello).to_bytes());
        let mut dialled = Some(dialled);
        while let Some(arrival) = self.hear(link) {
            match message(&arrival) {
                Some(ToReplica::Challenge(challenge)) => {
                    let proof = dialled.take()?.answer(&challenge, key).ok()?;
                    self.say(link, ToRelay::Prove(proof).to_bytes());
                }
                Some(ToReplica::Welcome(welcome)) => {
                    return Some(Seated { link, standing: welcome.standing });
                }
                Some(_) => return None,
                None if arrival == Arrival::Closed => return None,
                None => {}
            }
        }
        None
    }

    /// Submits an act on a link by hand; says how the relay took it, if it did in time.
    pub fn submit_by_hand(
        &mut self,
        link: LinkId,
        act: SignedAct,
        wraps: Option<Vec<u8>>,
    ) -> Option<Result<u64, Refusal>> {
        let submit = ToRelay::Submit { ticket: 1, act: Box::new(act), wraps };
        self.say(link, submit.to_bytes());
        while let Some(arrival) = self.hear(link) {
            match message(&arrival) {
                Some(ToReplica::Submitted { seq, .. }) => return Some(Ok(seq)),
                Some(ToReplica::Refused { refusal, .. } | ToReplica::Bye(refusal)) => {
                    return Some(Err(refusal));
                }
                Some(_) | None => {}
            }
        }
        None
    }

    /// Lets the operator of a relay speak in a space.
    pub fn operate(
        &mut self,
        relay: usize,
        space: SpaceId,
        clause: Clause,
    ) -> Option<Result<u64, Refusal>> {
        let register = register_of(&self.relays[relay].disk, &space)?;
        let key = SigningSecret::from_seed(&self.relays[relay].operator.seed());
        let seated = self.sit_down(relay, space, &key)?;
        let mut nonce = [0; 16];
        stream(self.now, "operator", register.size()).fill_bytes(&mut nonce);
        let act = register.draft(key.public(), nonce, clause).sign(&key);
        let answer = self.submit_by_hand(seated.link, act, None);
        self.hang_up(seated.link);
        answer
    }
}

/// Reads what arrived, if it is a message.
#[must_use]
pub fn message(arrival: &Arrival) -> Option<ToReplica> {
    match arrival {
        Arrival::Frame(frame) => ToReplica::parse(frame).ok(),
        Arrival::Opened | Arrival::Closed => None,
    }
}
