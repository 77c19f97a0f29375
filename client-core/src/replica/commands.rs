//! Commands: which function serves which, and which of them wait for the relay.

use protocol::checkpoint::Log;
use protocol::id::{DocumentId, Incarnation, PartnerId, SpaceId};
use protocol::invitation::{DeviceRequest, DeviceWelcome, Invitation};
use protocol::register::{Clause, DeviceRole};

use super::command::{Command, CommandError, Reply, Ticket};
use super::directory::TEXT_BYTES_MAX;
use super::found::{Order, Purpose};
use super::freeze::VisaOrder;
use super::govern::paste_error;
use super::machine::Replica;
use super::space::{Membership, Space};
use super::step::Step;
use super::view::{Joined, VerifyReport};
use super::wait::Then;
use super::{carry, quarantine, records};
use crate::verify::Walk;

/// Commands that are answered after an exchange with a relay.
macro_rules! relayed {
    () => {
        Command::Found { .. }
            | Command::Invite { .. }
            | Command::Join { .. }
            | Command::Requests { .. }
            | Command::Propose { .. }
            | Command::ProposeRelay { .. }
            | Command::Approve { .. }
            | Command::Withdraw { .. }
            | Command::Members { .. }
            | Command::Leave { .. }
            | Command::DeviceAdd { .. }
            | Command::DeviceRevoke { .. }
            | Command::Sign { .. }
            | Command::Sync { .. }
    };
}

/// Commands about documents and quarantined edits.
macro_rules! papers {
    () => {
        Command::NewDocument { .. }
            | Command::Documents { .. }
            | Command::Dashboard { .. }
            | Command::Show { .. }
            | Command::Edit { .. }
            | Command::Compose { .. }
            | Command::History { .. }
            | Command::News { .. }
            | Command::Frozen { .. }
            | Command::Freeze { .. }
            | Command::WriteFrozen { .. }
            | Command::Quarantine { .. }
            | Command::WriteParcel { .. }
            | Command::ReviewParcel { .. }
            | Command::AdoptParcel { .. }
            | Command::AdoptLoose { .. }
    };
}

/// Commands about this replica itself.
macro_rules! own {
    () => {
        Command::DeviceRequest
            | Command::Rename { .. }
            | Command::Glance { .. }
            | Command::Watch { .. }
            | Command::WriteBundle { .. }
            | Command::ReadBundle { .. }
            | Command::Verify { .. }
            | Command::Spaces
            | Command::Rest
    };
}

impl Replica {
    /// Carries out a command, at once or after an exchange with the relay.
    pub(super) fn command(&mut self, step: &mut Step<'_, '_>, ticket: Ticket, command: Command) {
        let (space, then) = match command {
            Command::Found { title, url, ticket: right, kind, rule } => {
                let order = Order { title, url, ticket: right, kind, rule };
                return self.meet(step, ticket, Purpose::Found(order));
            }
            Command::ProposeRelay { space, url } => {
                return self.meet(step, ticket, Purpose::Move(space, url));
            }
            Command::Sync { space } => return self.sync(step, ticket, space),
            Command::Invite { space, role, history } => {
                let invited = self.space(&space).and_then(|s| s.invite(step, role, history));
                return self.given(step, ticket, space, invited.map(Reply::Invited));
            }
            Command::Join { invitation } => return self.join(step, ticket, &invitation),
            Command::DeviceAdd { space, request, role } => {
                let added = self.space(&space).and_then(|s| s.add_device(step, &request, role));
                let reply = added.map(|(device, welcome)| Reply::DeviceAdded { device, welcome });
                return self.given(step, ticket, space, reply);
            }
            Command::DeviceRevoke { space, device, cause } => {
                let revoked = self.space(&space).and_then(|s| s.revoke_device(step, device, cause));
                return self.given(
                    step,
                    ticket,
                    space,
                    revoked.map(|()| Reply::DeviceRevoked(device)),
                );
            }
            Command::Sign { document, order } => return self.sign(step, ticket, document, order),
            Command::Requests { space } => (space, Then::Requests(space)),
            Command::Members { space } => (space, Then::Members(space)),
            Command::Propose { space, measure } => (space, Then::Propose(space, Box::new(measure))),
            Command::Approve { space, proposal } => (space, Then::Approve(space, proposal)),
            Command::Withdraw { space, proposal } => (space, Then::Withdraw(space, proposal)),
            Command::Leave { space } => {
                let reply = Box::new(Reply::Left(space));
                (space, Then::Speak(space, Box::new(Clause::Leave), reply))
            }
            local @ (papers!() | own!()) => {
                let result = self.local(step, local);
                return step.reply(ticket, result);
            }
        };
        match self.space(&space) {
            Ok(_) => self.wait(step, ticket, [space], then),
            Err(error) => step.reply(ticket, Err(error)),
        }
    }

    /// Carries out a command that needs no relay.
    fn local(&mut self, step: &mut Step<'_, '_>, command: Command) -> Result<Reply, CommandError> {
        match command {
            Command::DeviceRequest => Ok(self.device_request(step)),
            Command::Rename { name } => self.rename(step, &name),
            Command::Watch { on } => {
                self.watching = on;
                Ok(Reply::Watching(on))
            }
            Command::Spaces => {
                let now = |space: &Space| self.named(space.view().at(space.time(step)));
                Ok(Reply::Spaces(self.spaces.values().map(now).collect()))
            }
            Command::Glance { space } => {
                let space = self.space(&space)?;
                let members = space.members(step).unwrap_or_default();
                Ok(Reply::Glance { proposals: space.requests(step), members })
            }
            Command::Rest => {
                for space in self.spaces.values_mut() {
                    let (id, covered) = (space.id, space.size(Log::Journal));
                    space.shelf.save(step, &id, covered, true);
                }
                Ok(Reply::Rested)
            }
            Command::Verify { space } => self.verify(step, &space).map(Reply::Verified),
            Command::ReadBundle { file } => {
                let id = carry::space_of_bundle(&file)?;
                let space = self.spaces.get_mut(&id).ok_or(CommandError::NotFound("space"))?;
                space.read_bundle(step, &self.home, &file)
            }
            Command::WriteBundle { space } => Ok(self.space(&space)?.write_bundle(step)),
            paper @ (papers!() | relayed!()) => self.paper(step, paper),
        }
    }

    /// Carries out a command about documents.
    fn paper(&mut self, step: &mut Step<'_, '_>, command: Command) -> Result<Reply, CommandError> {
        let id = match &command {
            Command::NewDocument { space, .. }
            | Command::Documents { space, .. }
            | Command::Dashboard { space, .. }
            | Command::Compose { space, .. }
            | Command::Quarantine { space }
            | Command::AdoptLoose { space }
            | Command::WriteParcel { space, .. } => *space,
            Command::Show { document, .. }
            | Command::Edit { document, .. }
            | Command::History { document }
            | Command::News { document, .. }
            | Command::Frozen { document }
            | Command::Freeze { document, .. }
            | Command::WriteFrozen { document, .. } => self.space_of(document)?,
            Command::ReviewParcel { file } | Command::AdoptParcel { file } => {
                quarantine::space_of_parcel(file)?
            }
            relayed!() | own!() => return Err(CommandError::NotFound("command")),
        };
        let Self { home, spaces, .. } = self;
        let space = spaces.get_mut(&id).ok_or(CommandError::NotFound("space"))?;
        if !matches!(command, Command::Documents { .. }) {
            space.has_contents()?;
        }
        match command {
            Command::NewDocument { kind, title, .. } => {
                space.new_document(step, home, &kind, &title)
            }
            Command::Documents { kind, .. } => {
                Ok(Reply::Documents(space.list_documents(step, home, kind.as_deref())))
            }
            Command::Dashboard { asked, .. } => {
                Ok(Reply::Dashboard(Box::new(space.dashboard(step, home, asked))))
            }
            Command::Show { document, at } => {
                space.show_document(step, home, document, at.as_ref())
            }
            Command::Edit { document, edit } => space.edit_document(step, home, document, &edit),
            Command::Compose { document, new: None, edits, .. } => {
                space.compose(step, home, document, &edits)
            }
            Command::Compose { document, new: Some((kind, title)), edits, .. } => {
                space.compose_new(step, home, (document, &kind, &title), &edits)
            }
            Command::History { document } => space.history_of(step, home, document),
            Command::News { document, since } => {
                space.news_of(step, home, document, since.as_ref())
            }
            Command::Frozen { document } => {
                let report = space.frozen_report(step, home, document)?;
                Ok(Reply::Frozen(Box::new(report)))
            }
            Command::Freeze { document, order } => space.freeze(step, home, document, &order),
            Command::WriteFrozen { document, version } => {
                space.frozen_file(step, home, document, version)
            }
            Command::Quarantine { .. } => Ok(Reply::Quarantine(space.quarantine(step, home))),
            Command::WriteParcel { to, .. } => space.write_parcel(step, to),
            Command::ReviewParcel { file } => space.review_parcel(step, home, &file),
            Command::AdoptParcel { file } => space.adopt_parcel(step, home, &file),
            Command::AdoptLoose { .. } => space.adopt_loose(step, home),
            relayed!() | own!() => Err(CommandError::NotFound("command")),
        }
    }

    /// Gives a visa: checked here, then said to the relay.
    fn sign(
        &mut self,
        step: &mut Step<'_, '_>,
        ticket: Ticket,
        document: DocumentId,
        order: VisaOrder,
    ) {
        let clause = self.space_of(&document).and_then(|id| {
            let Self { home, spaces, .. } = self;
            let space = spaces.get_mut(&id).ok_or(CommandError::NotFound("space"))?;
            Ok((id, space.prepare_visa(step, home, document, &order)?))
        });
        match clause {
            Ok((id, clause)) => {
                let reply = Box::new(Reply::Signed { document, version: order.version });
                self.wait(step, ticket, [id], Then::Speak(id, Box::new(clause), reply));
            }
            Err(error) => step.reply(ticket, Err(error)),
        }
    }

    /// Answers once the relay has heard.
    fn given(
        &mut self,
        step: &mut Step<'_, '_>,
        ticket: Ticket,
        space: SpaceId,
        reply: Result<Reply, CommandError>,
    ) {
        match reply {
            Ok(reply) => self.wait(step, ticket, [space], Then::Give(Box::new(reply))),
            Err(error) => step.reply(ticket, Err(error)),
        }
    }

    fn sync(&mut self, step: &mut Step<'_, '_>, ticket: Ticket, space: Option<SpaceId>) {
        let spaces = match space {
            Some(id) if self.spaces.contains_key(&id) => vec![id],
            Some(_) => return step.reply(ticket, Err(CommandError::NotFound("space"))),
            None => self.spaces.keys().copied().collect(),
        };
        self.wait(step, ticket, spaces, Then::Sync);
    }

    fn device_request(&mut self, step: &mut Step<'_, '_>) -> Reply {
        let label = step.draw();
        let card = self.home.prepared.card(DeviceRole::Editor, label);
        let device = card.device;
        Reply::DeviceRequest { device, request: DeviceRequest(card).to_string() }
    }

    /// Gives this organisation another name: its partners read it once it has been sent.
    fn rename(&mut self, step: &mut Step<'_, '_>, name: &str) -> Result<Reply, CommandError> {
        let name = name.trim();
        if name.is_empty() || name.len() > TEXT_BYTES_MAX {
            return Err(CommandError::Invalid {
                code: "bad-name",
                french: format!("Un nom a de 1 à {TEXT_BYTES_MAX} octets."),
                english: format!("A name has 1 to {TEXT_BYTES_MAX} bytes."),
            });
        }
        let told = self.spaces.values_mut().filter_map(|space| {
            let id = space.id;
            space.rename(step, name).then_some(id)
        });
        let spaces = told.collect();
        name.clone_into(&mut self.home.profile.name);
        self.home.store(step);
        Ok(Reply::Renamed { name: name.to_owned(), spaces })
    }

    /// Answers an invitation, or takes this machine into a space of its own organisation.
    fn join(&mut self, step: &mut Step<'_, '_>, ticket: Ticket, text: &str) {
        let text = text.trim();
        let welcome = text.parse::<DeviceWelcome>();
        let invitation = text.parse::<Invitation>();
        match (invitation, welcome) {
            (Ok(invitation), _) => match self.apply(step, &invitation) {
                Ok(joined) => {
                    let space = joined.space;
                    self.given(step, ticket, space, Ok(Reply::Joined(joined)));
                }
                Err(error) => step.reply(ticket, Err(error)),
            },
            (Err(_), Ok(welcome)) => {
                let space = welcome.space;
                if self.spaces.contains_key(&space) {
                    return step.reply(ticket, Err(already()));
                }
                let DeviceWelcome { space, url, relay, partner } = welcome;
                if self.spaces.is_empty() {
                    self.home.partner = partner;
                    self.home.store(step);
                }
                self.enter(step, (space, partner), (url, relay, String::new()), false);
                let joined = Joined { space, request: None, words: Vec::new() };
                self.given(step, ticket, space, Ok(Reply::Joined(joined)));
            }
            (Err(error), Err(_)) => step.reply(ticket, Err(paste_error(error))),
        }
    }

    fn apply(
        &mut self,
        step: &mut Step<'_, '_>,
        invitation: &Invitation,
    ) -> Result<Joined, CommandError> {
        let id = invitation.space;
        if let Some(begun) = self.spaces.get(&id) {
            let request = begun.me.request.as_ref().filter(|_| begun.register.is_none());
            let Some(request) = request else {
                return Err(already());
            };
            // The relay has not taken this one yet: the same words again, and a new try.
            if begun.me.pass == invitation.secret.pass(&id) {
                let words = begun.words(&request.admission);
                return Ok(Joined { space: id, request: Some(request.id()), words });
            }
            self.abandon(step, &id);
        }
        let title = invitation.title.clone().unwrap_or_default();
        let partner = self.home.partner;
        let told = (invitation.url.clone(), invitation.relay, title);
        self.enter(step, (id, partner), told, true);
        let name = self.own_name();
        let space = self.space(&id)?;
        let request = space.write_request(step, invitation, &name)?;
        let admission = space.me.request.as_ref().map(|request| request.admission.clone());
        let words = admission.map(|admission| space.words(&admission)).unwrap_or_default();
        Ok(Joined { space: id, request: Some(request), words })
    }

    /// Makes the membership record of a space with the keys prepared for it.
    fn enter(
        &mut self,
        step: &mut Step<'_, '_>,
        (id, partner): (SpaceId, PartnerId),
        told: (String, protocol::id::RelayId, String),
        with_voice: bool,
    ) {
        let mut keys = self.home.take_keys(step);
        if !with_voice {
            // A further machine never holds the organisation's voice.
            keys.voice = None;
        }
        let me = Membership::new(partner, Incarnation::new(step.draw()), told);
        step.keep(records::keys_secret(&id), keys.to_secret().to_vec());
        let space = Space::new(id, me, keys);
        space.store_membership(step);
        self.home.keep_prepared(step);
        self.spaces.insert(id, space);
    }

    /// Replays a space from this replica's records.
    fn verify(&mut self, step: &Step<'_, '_>, id: &SpaceId) -> Result<VerifyReport, CommandError> {
        let space = self.space(id)?;
        let mut walk = Walk::new(Some(*id));
        space.stored(step, Log::Register).for_each(|bytes| walk.act(&bytes));
        let mut notes = space.notes(step).to_vec();
        if space.is_erased() {
            // Its journal is gone: there is nothing to hold a checkpoint of it against.
            notes.truncate(1);
        } else {
            space.stored(step, Log::Journal).for_each(|bytes| walk.entry(&bytes));
        }
        for note in notes.into_iter().filter(|note| !note.is_empty()) {
            walk.checkpoint(&note);
        }
        Ok(walk.finish())
    }
}

fn already() -> CommandError {
    CommandError::Invalid {
        code: "already-so",
        french: "cet espace est déjà dans cette réplique".to_owned(),
        english: "this space is already in this replica".to_owned(),
    }
}
