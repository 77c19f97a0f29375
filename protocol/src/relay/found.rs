//! Spaces: founded here, or received item by item from a replica.
//!
//! A received space is served only when it is whole: its register names this relay last, and
//! both logs have the roots that the relay before has signed.

use super::append::{journal_writes, put, register_writes};
use super::space::{Care, Origin, Space};
use super::{Event, Founding, Relay, Ticket, records};
use crate::checkpoint::{Checkpoint, Log};
use crate::codec;
use crate::env::{ChannelBinding, Env, LinkId, Write};
use crate::id::SpaceId;
use crate::journal::JournalEntry;
use crate::refusal::Refusal;
use crate::register::{Entry, Register, RelayTerms, SignedAct};
use crate::wire::{Head, NO_SPACE, Subject, ToReplica};

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
        let used = self.check_ticket(env, ticket)?;
        let mut writes = vec![put(records::space_name(&space), Vec::new())];
        if held == 0 {
            let binding = self
                .links
                .get(id)
                .map_or(ChannelBinding::None, |link| link.binding);
            let founded = self.founded(env, charter, binding)?;
            writes.extend(founded_writes(&founded.0, &founded.1));
            self.spaces.insert(space, founded.0);
            self.event(Event::Founded(space));
        } else {
            charter.prove()?;
            let mut received = Space::new(space, None, Care::Importing);
            let origin = Origin {
                by: seat.key,
                heads: None,
            };
            writes.push(put(records::origin(&space), codec::to_bytes(&origin)));
            received.origin = Some(origin);
            self.spaces.insert(space, received);
            self.event(Event::Importing(space));
        }
        if let Some(ticket) = used {
            writes.push(put(
                records::ticket(&ticket.id),
                codec::to_bytes(&ticket.expires),
            ));
            self.tickets_used.insert(ticket.id, ticket.expires);
        }
        self.store(writes);
        Ok(space)
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
        let entry = Entry {
            seq: 0,
            time: env.wall,
            act: charter,
        };
        let register = Register::found(&entry)?;
        let named = register.roster().relay();
        let offered = RelayTerms {
            url: named.url.clone(),
            ..self.policy.terms.clone()
        };
        if named.relay != self.id() || *named != offered {
            return Err(Refusal::WrongRelay);
        }
        if named.binding_required && binding == ChannelBinding::None {
            return Err(Refusal::BindingRequired);
        }
        let space = Space::new(register.space(), Some(register), Care::Sound);
        Ok((space, entry))
    }

    /// Takes the next item of a space that is being received.
    pub(super) fn receive(
        &mut self,
        id: LinkId,
        space_id: SpaceId,
        (log, position): (Log, u64),
        item: &[u8],
    ) -> Result<(), Refusal> {
        let key = self.seat(id).map(|seat| seat.key);
        let space = self
            .spaces
            .get_mut(&space_id)
            .ok_or(Refusal::UnknownSpace)?;
        if space.origin.as_ref().map(|origin| origin.by) != key {
            return Err(Refusal::UnderRepair);
        }
        let next = space.size(log);
        if position != next {
            self.send(
                id,
                &ToReplica::Wanted {
                    log,
                    position: next,
                },
            );
            return Ok(());
        }
        let writes = match log {
            Log::Register => {
                let entry: Entry = codec::from_bytes(item)?;
                space.fold(&entry)?;
                register_writes(space, &entry)
            }
            Log::Journal => {
                let entry: JournalEntry = codec::from_bytes(item)?;
                let envelope = space.journal.import(&space_id, &entry)?;
                let header = envelope.header();
                journal_writes(&space_id, &space.journal, &entry, &envelope.id(), header)
            }
        };
        self.store(writes);
        Ok(())
    }

    /// Ends an import: from now on the space is served here.
    pub(super) fn complete(&mut self, env: &Env<'_>, id: LinkId, register: &Head, journal: &Head) {
        let Some(seat) = self.seat(id).cloned() else {
            return;
        };
        match self.try_complete(&seat.space, &seat.key, register, journal) {
            Ok(()) => {
                self.event(Event::Imported(seat.space));
                self.take_seat(env, id, seat.space, seat.key);
            }
            Err(refusal) => self.refuse(id, Subject::Give, refusal, 0),
        }
    }

    fn try_complete(
        &mut self,
        space_id: &SpaceId,
        key: &[u8; 32],
        register_head: &Head,
        journal_head: &Head,
    ) -> Result<(), Refusal> {
        let own = self.id();
        let space = self.spaces.get_mut(space_id).ok_or(Refusal::UnknownSpace)?;
        let importing = space.care == Care::Importing;
        if !importing || space.origin.as_ref().is_none_or(|origin| origin.by != *key) {
            return Err(Refusal::NotYet);
        }
        let register = space.register.as_ref().ok_or(Refusal::Gap)?;
        if register.roster().relay().relay != own {
            return Err(Refusal::WrongRelay);
        }
        let signer = register.relay_at(register.size());
        let (size, root) = (register.size(), register.root());
        let expected = Checkpoint {
            space: *space_id,
            log: Log::Register,
            size,
            root,
        };
        let signed = Checkpoint::verify(&register_head.note, &signer)?;
        if signed != expected || register_head.size != size {
            return Err(Refusal::Gap);
        }
        let (size, root) = (space.journal.size(), space.journal.root());
        if journal_head.size != size {
            return Err(Refusal::Gap);
        }
        if size > 0 {
            let expected = Checkpoint {
                space: *space_id,
                log: Log::Journal,
                size,
                root,
            };
            if Checkpoint::verify(&journal_head.note, &signer)? != expected {
                return Err(Refusal::Gap);
            }
        }
        let heads = Some((register_head.clone(), journal_head.clone()));
        let origin = Origin { by: *key, heads };
        let writes = vec![
            put(records::origin(space_id), codec::to_bytes(&origin)),
            put(
                records::head(space_id, Log::Journal),
                codec::to_bytes(space.journal.head()),
            ),
        ];
        space.origin = Some(origin);
        space.care = Care::Sound;
        space.notes.clear();
        self.store(writes);
        Ok(())
    }
}

fn founded_writes(space: &Space, charter: &Entry) -> Vec<Write> {
    let mut writes = register_writes(space, charter);
    let journal = codec::to_bytes(space.journal.head());
    writes.push(put(records::head(&space.id, Log::Journal), journal));
    writes
}
