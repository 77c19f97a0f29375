//! What `sync --watch` shows: edits, votes, arrivals, alarms and links, as they come.

use crate::commands::sync::Synced;
use crate::commands::sync::told::{Happened, Told};
use crate::driver::Access;
use crate::failures;
use crate::world;
use client_core::document::Version;
use client_core::replica::{Alarm, Command, Event, MemberView, ProposalView, Reply};
use console::{Failure, Lang};
use protocol::id::{DocumentId, PartnerId, ProposalId, SpaceId};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::time;

/// Events that come together are told together.
const GATHER: Duration = Duration::from_millis(200);

/// A look at a replica that stays connected.
pub(crate) struct Watch {
    replica: Access,
    events: broadcast::Receiver<Event>,
    lang: Lang,
    shown: Option<Synced>,
    seen: BTreeMap<DocumentId, Version>,
    decided: BTreeMap<SpaceId, Decided>,
    waiting: VecDeque<Told>,
}

/// What is known of a space's votes and members.
#[derive(Default)]
struct Decided {
    votes: BTreeMap<ProposalId, (&'static str, usize)>,
    members: BTreeMap<PartnerId, (&'static str, &'static str)>,
}

/// What came together.
#[derive(Default)]
struct Gathered {
    edited: BTreeSet<(SpaceId, DocumentId)>,
    governed: BTreeSet<SpaceId>,
    alarms: Vec<(SpaceId, Alarm)>,
}

impl Watch {
    /// Keeps the replica connected and starts to look; alarms are said in one language.
    ///
    /// # Errors
    /// What the replica says.
    pub(crate) async fn start(replica: Access, lang: Lang) -> Result<Self, Failure> {
        let events = replica.events();
        replica.command(Command::Watch { on: true }).await?;
        let mut watch = Self {
            replica,
            events,
            lang,
            shown: None,
            seen: BTreeMap::new(),
            decided: BTreeMap::new(),
            waiting: VecDeque::new(),
        };
        for space in watch.replica.overview().await?.spaces {
            watch.look_at(space.space).await?;
        }
        Ok(watch)
    }

    /// Returns what happens next; how things stand, at once, the first time.
    ///
    /// # Errors
    /// Why the replica stopped.
    pub(crate) async fn next(&mut self) -> Result<Told, Failure> {
        loop {
            if let Some(line) = self.waiting.pop_front() {
                return Ok(line);
            }
            let mut happened = Vec::new();
            if self.shown.is_some() {
                let gathered = self.wait().await?;
                happened = self.happened(gathered).await?;
            }
            let stands = Synced::now(&self.replica).await?;
            if self.shown.as_ref() != Some(&stands) {
                self.shown = Some(stands.clone());
                happened.push(Happened::State);
            }
            let now = world::wall_ms();
            let line = |what| Told::new(now, what, stands.clone());
            self.waiting.extend(happened.into_iter().map(line));
        }
    }

    /// Waits for an event and those that follow closely.
    async fn wait(&mut self) -> Result<Gathered, Failure> {
        let mut gathered = Gathered::default();
        tokio::select! {
            event = self.events.recv() => match event {
                Ok(event) => gathered.take(event),
                // Having missed some is a reason to look, like any event.
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return Err(self.replica.stopped().await),
            },
            failure = self.replica.stopped() => return Err(failure),
        }
        time::sleep(GATHER).await;
        loop {
            match self.events.try_recv() {
                Ok(event) => gathered.take(event),
                Err(broadcast::error::TryRecvError::Lagged(_)) => {}
                Err(_) => return Ok(gathered),
            }
        }
    }

    /// Finds out what events stand for.
    async fn happened(&mut self, gathered: Gathered) -> Result<Vec<Happened>, Failure> {
        let Gathered { edited, governed, alarms } = gathered;
        let lang = self.lang;
        let mut happened: Vec<Happened> =
            alarms.into_iter().map(|(space, alarm)| Happened::alarm(space, alarm, lang)).collect();
        for space in governed {
            happened.extend(self.look_at(space).await?);
        }
        for (space, document) in edited {
            let since = self.seen.get(&document).cloned();
            // A document that cannot be read yet has nothing to tell.
            if let Ok(Reply::News(news)) =
                self.replica.command(Command::News { document, since }).await
            {
                self.seen.insert(document, news.version.clone());
                happened.extend(Happened::edited(space, news));
            }
        }
        Ok(happened)
    }

    /// Looks at the votes and the members of a space, and returns what is new in them; nothing
    /// at the first look.
    async fn look_at(&mut self, space: SpaceId) -> Result<Vec<Happened>, Failure> {
        let (proposals, members) = match self.replica.command(Command::Glance { space }).await {
            Ok(Reply::Glance { proposals, members }) => (proposals, members),
            Ok(_) => return Err(failures::wrong_reply("glance")),
            // It was given up meanwhile.
            Err(_) => return Ok(Vec::new()),
        };
        let now = Decided::of(&proposals, &members);
        let Some(before) = self.decided.insert(space, now) else {
            return Ok(Vec::new());
        };
        let now = &self.decided[&space];
        let votes = proposals
            .into_iter()
            .filter(|vote| before.votes.get(&vote.proposal) != now.votes.get(&vote.proposal));
        let mut happened: Vec<Happened> = votes.map(|vote| Happened::vote(space, vote)).collect();
        let members = members.iter().filter(|member| {
            before.members.get(&member.partner) != now.members.get(&member.partner)
        });
        happened.extend(members.map(|member| Happened::member(space, member)));
        Ok(happened)
    }
}

impl Decided {
    fn of(proposals: &[ProposalView], members: &[MemberView]) -> Self {
        Self {
            votes: proposals
                .iter()
                .map(|vote| (vote.proposal, (vote.state, vote.approvals.len())))
                .collect(),
            members: members
                .iter()
                .map(|member| (member.partner, (member.state, member.role.name())))
                .collect(),
        }
    }
}

impl Gathered {
    fn take(&mut self, event: Event) {
        match event {
            Event::Edited(space, document) => _ = self.edited.insert((space, document)),
            Event::Governance(space) => _ = self.governed.insert(space),
            Event::Alarm(space, alarm) => self.alarms.push((space, alarm)),
            // Told with how things stand.
            Event::Link(..) => {}
        }
    }
}
