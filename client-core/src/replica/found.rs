//! Meeting a relay: it must say who it is before a charter, or a move, can name it.
//!
//! A link without a space: greeted, welcomed with the relay's terms, then the charter is made,
//! its keys and its membership are durable, and the link becomes the space's own. From there
//! on the founding is an errand like others: a power cut loses nothing.

use protocol::env::{ChannelBinding, Instant, LinkId};
use protocol::id::{Incarnation, RelayId, SpaceId};
use protocol::limits;
use protocol::refusal::Refusal;
use protocol::register::{
    Act, Charter, Clause, DeviceRole, History, Measure, PartnerCard, RelayTerms, Rule, SpaceKind,
};
use protocol::session::Dialled;
use protocol::wire::{NO_SPACE, ToRelay, ToReplica, Welcome};

use super::command::{CommandError, Reply, Ticket};
use super::errand::Errand;
use super::io::{DialId, Output};
use super::link::Phase;
use super::machine::Replica;
use super::records;
use super::space::{Membership, Space};
use super::step::Step;
use super::wait::Then;

/// A founding, or the preparation of a move, under way.
pub(super) struct Founding {
    pub(super) ticket: Ticket,
    pub(super) link: Option<LinkId>,
    purpose: Purpose,
    dialled: Option<Dialled>,
    relay: Option<RelayId>,
    key: [u8; 32],
    /// When a relay that has not answered by then is given up.
    pub(super) until: Instant,
}

/// Why a relay is met before any space is named.
pub(super) enum Purpose {
    /// To found a space there.
    Found(Order),
    /// To propose that a space moves there.
    Move(SpaceId, String),
}

/// What is to be founded.
pub(super) struct Order {
    pub(super) title: String,
    pub(super) url: String,
    pub(super) ticket: Option<String>,
    pub(super) kind: SpaceKind,
    pub(super) rule: Rule,
}

impl Founding {
    /// Says hello, expecting no relay in particular.
    pub(super) fn greet(&mut self, step: &mut Step<'_, '_>, link: LinkId, binding: ChannelBinding) {
        self.link = Some(link);
        let dialled = Dialled::new(NO_SPACE, self.key, None, (binding, false), step.rng());
        if let Ok((dialled, hello)) = dialled {
            self.dialled = Some(dialled);
            step.send(link, &ToRelay::Hello(hello));
        }
    }
}

impl Replica {
    /// Meets a relay for a purpose.
    pub(super) fn meet(&mut self, step: &mut Step<'_, '_>, ticket: Ticket, purpose: Purpose) {
        let dial = self.draw_dial();
        let url = match &purpose {
            Purpose::Found(order) => order.url.clone(),
            Purpose::Move(_, url) => url.clone(),
        };
        let founding = Founding {
            ticket,
            link: None,
            purpose,
            dialled: None,
            relay: None,
            key: self.home.prepared.device.public(),
            until: step.now().after(limits::LINK_SILENCE_MAX),
        };
        self.foundings.insert(dial, founding);
        step.push(Output::Dial { dial, url });
    }

    /// Takes a frame of a link that founds.
    pub(super) fn founding_received(
        &mut self,
        step: &mut Step<'_, '_>,
        dial: DialId,
        frame: &[u8],
    ) {
        let Some(mut founding) = self.foundings.remove(&dial) else {
            return;
        };
        let ticket = founding.ticket;
        let result = match ToReplica::parse(frame) {
            Ok(ToReplica::Challenge(challenge)) => {
                founding.relay = Some(challenge.relay);
                let device = &self.home.prepared.device;
                founding
                    .dialled
                    .take()
                    .ok_or(Refusal::NotYet)
                    .and_then(|dialled| dialled.answer(&challenge, device))
                    .map(Some)
            }
            Ok(ToReplica::Welcome(welcome)) => match self.met(step, &founding, &welcome) {
                Ok(()) => return,
                Err(refusal) => Err(refusal),
            },
            Ok(ToReplica::Refused { refusal, .. } | ToReplica::Bye(refusal)) => Err(refusal),
            Ok(_) => Ok(None),
            Err(error) => Err(error.into()),
        };
        match (result, founding.link) {
            (Ok(signature), Some(link)) => {
                if let Some(signature) = signature {
                    step.send(link, &ToRelay::Prove(signature));
                }
                self.foundings.insert(dial, founding);
            }
            (Ok(_), None) => step.reply(ticket, Err(CommandError::Unreachable)),
            (Err(refusal), link) => {
                if let Some(link) = link {
                    step.push(Output::Close(link));
                }
                step.reply(ticket, Err(CommandError::Refused(refusal)));
            }
        }
    }

    /// Goes on once the relay has said who it is and on what terms it serves.
    fn met(
        &mut self,
        step: &mut Step<'_, '_>,
        founding: &Founding,
        welcome: &Welcome,
    ) -> Result<(), Refusal> {
        let terms = welcome.terms.as_deref().ok_or(Refusal::AlreadySo)?;
        if founding.relay != Some(terms.relay) {
            return Err(Refusal::WrongRelay);
        }
        match &founding.purpose {
            Purpose::Found(order) => {
                let space = self.write_charter(step, founding, order, welcome, terms)?;
                let reply = Reply::Founded { space, title: order.title.clone() };
                self.wait(step, founding.ticket, [space], Then::Give(Box::new(reply)));
            }
            Purpose::Move(space, url) => {
                if let Some(link) = founding.link {
                    step.push(Output::Close(link));
                }
                let terms = RelayTerms { url: url.clone(), ..terms.clone() };
                let measure = Box::new(Measure::ChangeRelay(terms));
                self.wait(step, founding.ticket, [*space], Then::Propose(*space, measure));
            }
        }
        Ok(())
    }

    /// Writes the charter and makes the space durable before anyone hears of it.
    fn write_charter(
        &mut self,
        step: &mut Step<'_, '_>,
        founding: &Founding,
        order: &Order,
        welcome: &Welcome,
        terms: &RelayTerms,
    ) -> Result<SpaceId, Refusal> {
        let keys = self.home.take_keys(step);
        let label = step.draw();
        let voice = keys.voice.as_ref().ok_or(Refusal::NotAVoice)?;
        let founder = PartnerCard {
            partner: self.home.partner,
            voices: keys.voice_id().into_iter().collect(),
            devices: vec![keys.card(DeviceRole::Editor, label)],
        };
        let charter = Charter {
            kind: order.kind,
            founders: vec![founder],
            rule: order.rule,
            relay: RelayTerms { url: order.url.clone(), ..terms.clone() },
            history: History::All,
        };
        let act = Act {
            space: None,
            author: voice.public(),
            nonce: step.draw(),
            generation: 0,
            seen_size: 0,
            seen_root: protocol::tree::empty_root(),
            not_after: None,
            clause: Clause::Charter(charter),
        };
        let signed = act.sign(voice);
        let id = signed.founded_space();
        let life = Incarnation::new(step.draw());
        let told = (order.url.clone(), terms.relay, order.title.clone());
        let me = Membership::new(self.home.partner, life, told);
        step.keep(records::keys_secret(&id), keys.to_secret().to_vec());
        let mut space = Space::new(id, me, keys);
        let ticket = order.ticket.as_ref().map(|ticket| ticket.trim().as_bytes().to_vec());
        space.add_errand(step, Errand::Found { charter: signed, ticket });
        space.store_membership(step);
        self.home.keep_prepared(step);
        if let Some(link) = founding.link {
            space.link.phase = Phase::Proving(link);
            space.welcomed(step, &self.home, link, welcome);
        }
        self.spaces.insert(id, space);
        Ok(id)
    }
}
