//! Spaces: founded here, or offered by a replica that holds one already.

use super::append::{put, register_writes};
use super::space::{Care, Origin, Refill, Space};
use super::{Event, Founding, Relay, Ticket, records};
use crate::checkpoint::Log;
use crate::codec;
use crate::env::{ChannelBinding, Env, LinkId, Timestamp, Write};
use crate::id::SpaceId;
use crate::refusal::Refusal;
use crate::register::{Entry, Register, RelayTerms, SignedAct};
use crate::wire::{NO_SPACE, Subject};

impl Relay {
    /// Founds a space, or begins to receive one; then seats the link in it.
    pub(super) fn found(
        &mut self,
        env: &Env<'_>,
        id: LinkId,
        charter: SignedAct,
        (ticket, held): (Option<&[u8]>, u64),
    ) {
        let Some(key) = self.seat(id).map(|seat| seat.key) else {
            return;
        };
        match self.try_found(env, id, charter, (ticket, held)) {
            Ok(space) => self.take_seat(env, id, space, key),
            Err(refusal) => self.refuse(id, Subject::Founding, refusal, 0),
        }
    }

    fn try_found(
        &mut self,
        env: &Env<'_>,
        id: LinkId,
        charter: SignedAct,
        (ticket, held): (Option<&[u8]>, u64),
    ) -> Result<SpaceId, Refusal> {
        let seat = self.seat(id).ok_or(Refusal::NotYet)?.clone();
        let space = charter.founded_space();
        if seat.space != NO_SPACE && seat.space != space {
            return Err(Refusal::WrongSpace);
        }
        // A founder that did not hear the answer asks again: the space is there already.
        if self.spaces.contains_key(&space) {
            return Ok(space);
        }
        if self.spaces.len() >= self.policy.spaces_max {
            return Err(Refusal::TooMany);
        }
        let expected = held > 0 && self.policy.expected.contains(&space);
        let used = if expected { None } else { self.check_ticket(env, ticket)? };
        let mut writes = vec![put(records::space_name(&space), Vec::new())];
        if held == 0 {
            let binding = self.links.get(id).map_or(ChannelBinding::None, |link| link.binding);
            let founded = self.founded(env, charter, binding)?;
            writes.extend(founded_writes(&founded.0, &founded.1));
            self.spaces.insert(space, founded.0);
            self.event(Event::Founded(space));
        } else {
            charter.prove()?;
            let mut received = Space::new(space, None, Care::Importing);
            let origin = Origin { by: seat.key, held, heads: None };
            writes.push(put(records::origin(&space), codec::to_bytes(&origin)));
            received.origin = Some(origin);
            received.refill = Refill::default();
            self.spaces.insert(space, received);
            self.event(Event::Importing(space));
        }
        writes.extend(self.forget_tickets(env));
        if let Some(ticket) = used {
            writes.push(put(records::ticket(&ticket.id), codec::to_bytes(&ticket.expires)));
            self.tickets_used.insert(ticket.id, ticket.expires);
        }
        self.store(writes);
        Ok(space)
    }

    /// Forgets used tickets whose time is over: they are refused for that now.
    fn forget_tickets(&mut self, env: &Env<'_>) -> Vec<Write> {
        let over = |expires: &Timestamp| *expires < env.wall;
        let ids = self.tickets_used.iter().filter(|(_, expires)| over(expires));
        let writes = ids.map(|(id, _)| Write::Delete { key: records::ticket(id) }).collect();
        self.tickets_used.retain(|_, expires| !over(expires));
        writes
    }

    fn check_ticket(
        &self,
        env: &Env<'_>,
        ticket: Option<&[u8]>,
    ) -> Result<Option<Ticket>, Refusal> {
        match self.policy.founding {
            Founding::Open => Ok(None),
            Founding::ByTicket => {
                let printed = ticket.ok_or(Refusal::BadTicket)?;
                let ticket =
                    Ticket::check(printed, &self.id(), env.wall).map_err(|_| Refusal::BadTicket)?;
                if self.tickets_used.contains_key(&ticket.id) {
                    return Err(Refusal::BadTicket);
                }
                Ok(Some(ticket))
            }
        }
    }

    /// Judges a charter as the first entry of a register here.
    fn founded(
        &self,
        env: &Env<'_>,
        charter: SignedAct,
        binding: ChannelBinding,
    ) -> Result<(Space, Entry), Refusal> {
        let entry = Entry { seq: 0, time: env.wall, act: charter };
        let register = Register::found(&entry)?;
        let named = register.roster().relay();
        let offered = RelayTerms { url: named.url.clone(), ..self.policy.terms.clone() };
        if named.relay != self.id() || *named != offered {
            return Err(Refusal::WrongRelay);
        }
        if named.binding_required && binding == ChannelBinding::None {
            return Err(Refusal::BindingRequired);
        }
        let space = Space::new(register.space(), Some(register), Care::Sound);
        Ok((space, entry))
    }
}

fn founded_writes(space: &Space, charter: &Entry) -> Vec<Write> {
    let mut writes = register_writes(space, charter);
    let journal = codec::to_bytes(space.journal.head());
    writes.push(put(records::head(&space.id, Log::Journal), journal));
    writes
}
