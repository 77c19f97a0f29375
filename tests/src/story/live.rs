//! One step of a plan, played. Numbers that name nobody wrap around, so that a plan from which
//! steps were dropped still means something.

use client_core::document::Edit;
use client_core::replica::{Command, Reply, SpaceView};
use protocol::id::{DeviceId, DocumentId, PartnerId};
use protocol::register::{Cause, Clause, History, Measure, Presence, Role};

use super::{CANARY, Hope, Story};
use crate::operator::register_of;
use crate::plan::{Mishap, Step, Stroke};

/// The section in which anything may be taken out.
const SCRATCH: &str = "suivi";
/// An hour in milliseconds.
const HOUR_MS: u64 = 3_600_000;

impl Story {
    /// Plays one step.
    pub fn live(&mut self, step: &Step) {
        match step {
            Step::Write { by, document, stroke } => self.write(*by, *document, stroke),
            Step::Create { by, note } => self.create(*by, *note),
            Step::Sync { by } => self.quick(*by, Command::Sync { space: None }),
            Step::Watch { by, on } => self.quick(*by, Command::Watch { on: *on }),
            Step::Rest { by } => self.quick(*by, Command::Rest),
            Step::Wait { ms } => self.wait(*ms),
            Step::Invite { by, role, past } => {
                let role = Role::ALL[role % Role::ALL.len()];
                let history = if *past { History::All } else { History::None };
                self.invite(self.who(*by), role, history);
            }
            Step::Approve { by } => self.approve_all(*by),
            Step::Remove { by, org } => self.remove(*by, *org),
            Step::Withdraw { by } => self.withdraw(*by),
            Step::AddDevice { by } => {
                self.add_device(self.who(*by));
            }
            Step::Revoke { by, device } => self.revoke(*by, *device),
            Step::Suspend { device } => self.suspend(*device),
            Step::Resume => self.resume_all(),
            Step::Bundle { from, to } => self.carry(*from, *to),
            Step::Adopt { from, to } => self.adopt(*from, *to),
            Step::Mishap(mishap) => self.suffer(mishap),
        }
        self.listen();
    }

    /// Plays what happens to machines and not through people.
    fn suffer(&mut self, mishap: &Mishap) {
        match mishap {
            Mishap::Online { who, on } => self.world.set_online(self.who(*who), *on),
            Mishap::Cut { who, silent } => self.world.cut_links(self.who(*who), *silent),
            Mishap::Crash { who } => self.world.crash_replica(self.who(*who)),
            Mishap::CrashRelay => self.world.crash_relay(0),
            Mishap::Stop { who } => self.world.kill_replica(self.who(*who), true),
            Mishap::Start { who } => self.world.start_replica(self.who(*who)),
            Mishap::StopRelay => self.world.kill_relay(0, true),
            Mishap::StartRelay => self.world.start_relay(0),
            Mishap::Fill { who, full } => {
                let who = self.who(*who);
                self.world.replicas[who].disk.fill(*full);
            }
            Mishap::FillRelay { full } => self.world.relays[0].disk.fill(*full),
            Mishap::Backup { who } => self.world.back_up(self.who(*who)),
            Mishap::Restore { who } => self.restore(self.who(*who)),
            Mishap::Clone { who } => {
                self.duplicate(self.who(*who));
            }
            Mishap::Skew { who, hours } => {
                let who = self.who(*who);
                let hour_ms = i64::try_from(HOUR_MS).expect("an hour is short");
                self.world.replicas[who].skew_ms = hours * hour_ms;
            }
            Mishap::Days { days } => self.world.wall_jump_ms += days * 24 * HOUR_MS,
        }
    }

    fn who(&self, number: usize) -> usize {
        number % self.people.len()
    }

    fn quick(&mut self, by: usize, command: Command) {
        self.ask(self.who(by), command, Hope::Nothing);
    }

    fn document(&self, number: usize) -> Option<DocumentId> {
        self.documents.get(number.checked_rem(self.documents.len())?).copied()
    }

    fn write(&mut self, by: usize, document: usize, stroke: &Stroke) {
        let by = self.who(by);
        let Some(document) = self.document(document) else {
            return;
        };
        let edit = match stroke {
            Stroke::Append { section } => {
                return self.write_word(by, document, *section, false);
            }
            Stroke::Prepend { section } => {
                return self.write_word(by, document, *section, true);
            }
            Stroke::Scratch { at, delete } => Edit::Splice {
                place: SCRATCH.to_owned(),
                at: *at,
                delete: *delete,
                insert: format!("{CANARY} brouillon "),
            },
            Stroke::Date { day } => Edit::Set {
                field: "date_effet".to_owned(),
                value: format!("2027-01-{:02}", day % 28 + 1),
            },
            Stroke::Settle { day } => Edit::Settle {
                field: "date_effet".to_owned(),
                value: format!("2027-02-{:02}", day % 28 + 1),
            },
            Stroke::Party => {
                let value = self.new_word();
                Edit::Set { field: "annexes".to_owned(), value }
            }
            Stroke::Title => Edit::SetTitle(format!("{CANARY} titre {}", self.words)),
            Stroke::Section => {
                let title = self.new_word();
                Edit::AddSection { title, after: None }
            }
        };
        let hope = Hope::Saved { by, word: None, note: false };
        self.ask(by, Command::Edit { document, edit }, hope);
    }

    fn create(&mut self, by: usize, note: bool) {
        let by = self.who(by);
        let kind = if note { "note" } else { "convention" }.to_owned();
        let title = self.new_word();
        let new = Command::NewDocument { space: self.space, kind, title };
        self.ask(by, new, Hope::Saved { by, word: None, note });
    }

    /// Lists what waits for a decision and approves all of it.
    fn approve_all(&mut self, by: usize) {
        let (by, space) = (self.who(by), self.space);
        let Some(Ok(Reply::Requests(views))) = self.call(by, Command::Requests { space }) else {
            return;
        };
        for view in views.iter().filter(|view| matches!(view.state, "request" | "open")) {
            let approve = Command::Approve { space, proposal: view.proposal };
            self.ask(by, approve, Hope::Nothing);
        }
    }

    fn withdraw(&mut self, by: usize) {
        let (by, space) = (self.who(by), self.space);
        let Some(Ok(Reply::Requests(views))) = self.call(by, Command::Requests { space }) else {
            return;
        };
        if let Some(view) = views.iter().find(|view| view.state == "open") {
            let withdraw = Command::Withdraw { space, proposal: view.proposal };
            self.ask(by, withdraw, Hope::Nothing);
        }
    }

    /// Returns the organisation of a machine in the space.
    #[must_use]
    pub fn partner_of(&self, machine: usize) -> Option<PartnerId> {
        let host = self.world.replicas.get(machine)?;
        let device = host.overview(&self.space)?.device;
        let register = register_of(&self.world.relays[0].disk, &self.space)?;
        register.roster().device(&device).map(|device| device.partner)
    }

    fn remove(&mut self, by: usize, org: usize) {
        let by = self.who(by);
        let org = org % self.orgs();
        let Some(first) = self.machines_of(org).first().copied() else {
            return;
        };
        let Some(partner) = self.partner_of(first) else {
            return;
        };
        let measure = Measure::Remove(partner, Cause::Decision);
        let propose = Command::Propose { space: self.space, measure };
        self.ask(by, propose, Hope::Nothing);
    }

    fn revoke(&mut self, by: usize, device: usize) {
        let (by, space) = (self.who(by), self.space);
        let devices = self.machines_of(self.people[by].org);
        let target = devices[device % devices.len().max(1)];
        // An organisation does not throw away its only machine.
        if target == by || devices.len() < 2 {
            return;
        }
        let Some(view) = self.world.replicas[target].overview(&space) else {
            return;
        };
        let revoke = Command::DeviceRevoke { space, device: view.device, cause: Cause::Lost };
        self.ask(by, revoke, Hope::Nothing);
    }

    fn suspend(&mut self, device: usize) {
        let who = self.who(device);
        let Some(view) = self.world.replicas[who].overview(&self.space) else {
            return;
        };
        let until = self.world.wall(0).after(std::time::Duration::from_secs(3_600));
        let clause = Clause::SuspendDevice(view.device, until);
        if let Some(Ok(_)) = self.world.operate(0, self.space, clause) {
            self.suspended.insert(view.device);
        }
    }

    /// Ends every suspension.
    pub(super) fn resume_all(&mut self) {
        for device in std::mem::take(&mut self.suspended) {
            if let Some(Ok(_)) = self.world.operate(0, self.space, Clause::ResumeDevice(device)) {
                continue;
            }
            self.suspended.insert(device);
        }
        let register = register_of(&self.world.relays[0].disk, &self.space);
        let time = self.world.wall(0);
        let still = |device: &DeviceId| {
            let state = register.as_ref().and_then(|register| register.roster().device(device));
            state.is_some_and(|state| state.suspension.is_some_and(|s| time < s.until))
        };
        self.suspended.retain(still);
    }

    fn carry(&mut self, from: usize, to: usize) {
        let (from, to, space) = (self.who(from), self.who(to), self.space);
        if from == to {
            return;
        }
        let written = self.call(from, Command::WriteBundle { space });
        if let Some(Ok(Reply::File { bytes, .. })) = written {
            if crate::world::holds_canary(&bytes) {
                self.world.watch.accuse(format!("a bundle shows {CANARY} in clear"));
            }
            self.carried = true;
            self.ask(to, Command::ReadBundle { file: bytes }, Hope::Nothing);
        }
    }

    /// Hands the quarantine of one machine to another organisation, which adopts it.
    fn adopt(&mut self, from: usize, to: usize) {
        let (from, to, space) = (self.who(from), self.who(to), self.space);
        let Some(partner) = self.partner_of(to) else {
            return;
        };
        let written = self.call(from, Command::WriteParcel { space, to: partner });
        if let Some(Ok(Reply::File { bytes, .. })) = written {
            if crate::world::holds_canary(&bytes) {
                self.world.watch.accuse(format!("a parcel shows {CANARY} in clear"));
            }
            self.ask(to, Command::AdoptParcel { file: bytes }, Hope::Nothing);
        }
    }

    /// Puts the last backup of a machine back, if there is one.
    pub fn restore(&mut self, who: usize) {
        // What the relay does not have yet was only on the disk that is put back.
        let unsent = |view: SpaceView| view.pending + view.quarantined > 0;
        let pending = self.world.replicas[who].overview(&self.space).is_none_or(unsent);
        if !self.world.restore(who) {
            return;
        }
        self.people[who].doubled = true;
        for saved in self.saved.iter_mut().filter(|saved| saved.by == who && pending) {
            saved.excused = true;
        }
    }

    /// Starts a second machine from a copy of the disk of one, and returns it; two at most.
    pub fn duplicate(&mut self, who: usize) -> Option<usize> {
        let copies = self.people.iter().filter(|person| person.copy_of.is_some()).count();
        if copies >= 2 {
            return None;
        }
        self.people[who].doubled = true;
        let mut person = self.people[who].clone();
        person.copy_of = Some(person.copy_of.unwrap_or(who));
        let copy = self.world.clone_machine(who);
        self.people.push(person);
        Some(copy)
    }

    /// Tells whether an organisation is still in the space, as the relay's register says.
    #[must_use]
    pub fn is_present(&self, partner: &PartnerId) -> bool {
        let register = register_of(&self.world.relays[0].disk, &self.space);
        let state = register.as_ref().and_then(|register| register.roster().partner(partner));
        state.is_some_and(|state| state.presence == Presence::Here)
    }
}
