//! The space before anything goes wrong: founded, its first partners admitted, two documents.

use super::{
    BTreeMap, BTreeSet, CANARY, Command, History, Hope, Person, ProposalId, Reply, Role, Rule,
    SpaceId, SpaceKind, Story, World, profile,
};

/// Time in which an undisturbed world does anything.
const CALM_MS: u64 = 20_000;

impl Story {
    /// Founds a space with so many guarantors, all of them at rest with it.
    ///
    /// # Errors
    /// Says what does not work even while nothing goes wrong.
    pub fn found(seed: u64, guarantors: usize, relays: usize) -> Result<Self, String> {
        let mut world = World::new(seed, relays);
        let founder = world.add_replica(profile(0, 0));
        let found = Command::Found {
            title: format!("{CANARY} PTSM"),
            url: World::url(0),
            ticket: None,
            kind: SpaceKind::Territory,
            rule: Rule::USUAL,
        };
        let space = match world.call(founder, found, CALM_MS) {
            Some(Ok(Reply::Founded { space, .. })) => space,
            answer => return Err(format!("founding: {answer:?}")),
        };
        let mut story = Self::with(world, space);
        story.sync_all()?;
        for _ in 1..guarantors {
            story.admit(Role::Guarantor, History::All)?;
        }
        for (kind, title) in [("convention", "convention"), ("note", "note")] {
            let title = format!("{CANARY} {title}");
            let new = Command::NewDocument { space, kind: kind.to_owned(), title };
            let note = kind == "note";
            story.ask(founder, new, Hope::Saved { by: founder, word: None, note });
        }
        story.sync_all()?;
        if story.documents.len() != 2 {
            return Err("documents cannot be made in a calm world".to_owned());
        }
        Ok(story)
    }

    fn with(world: World, space: SpaceId) -> Self {
        let founder =
            Person { org: 0, history: History::All, copy_of: None, invited: true, doubled: false };
        Self {
            world,
            space,
            people: vec![founder],
            documents: Vec::new(),
            notes: BTreeSet::new(),
            saved: Vec::new(),
            carried: false,
            twice: BTreeSet::new(),
            requests: BTreeMap::new(),
            hopes: BTreeMap::new(),
            suspended: BTreeSet::new(),
            words: 0,
        }
    }

    /// Lets every machine exchange everything, twice: what one learns the next may need.
    ///
    /// # Errors
    /// Names a machine that does not come to an end of it.
    pub fn sync_all(&mut self) -> Result<(), String> {
        for _ in 0..2 {
            for by in 0..self.people.len() {
                let sync = Command::Sync { space: None };
                let answer = self.world.call(by, sync, CALM_MS);
                self.listen();
                match answer {
                    Some(Ok(Reply::Synced(_))) => {}
                    answer => return Err(format!("machine {by} does not sync: {answer:?}")),
                }
            }
        }
        Ok(())
    }

    /// Invites a new organisation on a new machine; returns the machine and its request.
    pub fn invite(
        &mut self,
        by: usize,
        role: Role,
        history: History,
    ) -> Option<(usize, ProposalId)> {
        let space = self.space;
        let invite = Command::Invite { space, role, history: Some(history) };
        let Some(Ok(Reply::Invited(invited))) = self.call(by, invite) else {
            return None;
        };
        let org = self.orgs();
        let machine = self.world.add_replica(profile(org, 0));
        self.people.push(Person::newcomer(org, history));
        // The newcomer answers once the relay knows the invitation, or tries again later.
        self.ask(by, Command::Sync { space: None }, Hope::Nothing);
        self.wait(500);
        let join = Command::Join { invitation: invited.invitation };
        match self.call(machine, join) {
            Some(Ok(Reply::Joined(joined))) => {
                self.people[machine].invited = true;
                let request = joined.request?;
                self.requests.insert(request, machine);
                Some((machine, request))
            }
            Some(_) | None => None,
        }
    }

    /// Admits a new organisation in a calm world and returns its machine.
    ///
    /// # Errors
    /// Says where it stops.
    pub fn admit(&mut self, role: Role, history: History) -> Result<usize, String> {
        let space = self.space;
        let voters = self.people.len();
        let (machine, proposal) =
            self.invite(0, role, history).ok_or("an invitation leads to no request")?;
        self.sync_all()?;
        for voter in 0..voters {
            let approve = Command::Approve { space, proposal };
            match self.world.call(voter, approve, CALM_MS) {
                Some(Ok(Reply::Vote(vote))) if vote.adopted => break,
                Some(Ok(Reply::Vote(_))) => {}
                answer => return Err(format!("approval by machine {voter}: {answer:?}")),
            }
        }
        self.sync_all()?;
        let view = self.world.replicas[machine].overview(&space);
        match view {
            Some(view) if view.role == Some(role) => Ok(machine),
            view => Err(format!("machine {machine} is not admitted: {view:?}")),
        }
    }

    /// Adds another machine to an organisation in a calm or a troubled world.
    pub fn add_device(&mut self, by: usize) -> Option<usize> {
        let org = self.people[by].org;
        let machine = self.world.add_replica(profile(org, self.people.len()));
        let history = self.people[by].history;
        self.people.push(Person::newcomer(org, history));
        let Some(Ok(Reply::DeviceRequest { request, .. })) =
            self.call(machine, Command::DeviceRequest)
        else {
            return None;
        };
        let role = protocol::register::DeviceRole::Editor;
        let add = Command::DeviceAdd { space: self.space, request, role };
        let Some(Ok(Reply::DeviceAdded { welcome, .. })) = self.call(by, add) else {
            return None;
        };
        let joined = self.call(machine, Command::Join { invitation: welcome });
        self.people[machine].invited = matches!(joined, Some(Ok(_)));
        Some(machine)
    }
}
