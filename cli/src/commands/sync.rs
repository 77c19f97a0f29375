//! `sync`: one exchange with the relays, or a link that stays.

mod barred;
mod space;
pub(crate) mod told;

use crate::daemon::{self, Daemon};
use crate::driver::Access;
use crate::home::Home;
use crate::question::{Answer, Question};
use crate::session::{self, Session};
use crate::{failures, resolve, words};
use barred::BarredFrom;
use client_core::replica::{Command, LinkState, Reply, SpaceView, SyncReport};
use console::{Exit, Failure, Lang, Out, Page, Text};
use serde::{Deserialize, Serialize};
use space::SpaceSynced;

/// Asks for one exchange.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Sync {
    pub(crate) space: Option<String>,
}

/// What the exchange did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Synced {
    sent: u64,
    received: u64,
    pending: usize,
    quarantined: usize,
    state: String,
    spaces: Vec<SpaceSynced>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    barred: Vec<BarredFrom>,
}

impl From<SyncReport> for Synced {
    fn from(report: SyncReport) -> Self {
        Self {
            sent: report.sent,
            received: report.received,
            pending: report.pending,
            quarantined: report.quarantined,
            state: report.state.name().to_owned(),
            spaces: report.spaces.into_iter().map(SpaceSynced::from).collect(),
            barred: report.barred.into_iter().map(BarredFrom::from).collect(),
        }
        .told()
    }
}

impl Question for Sync {
    const PATH: &'static str = "sync";
    type Answer = Synced;

    async fn answer(self, replica: &Access) -> Result<Synced, Failure> {
        let space = match &self.space {
            Some(typed) => Some(resolve::space(replica, typed).await?),
            None => None,
        };
        let Reply::Synced(report) = replica.command(Command::Sync { space }).await? else {
            return Err(failures::wrong_reply(Self::PATH));
        };
        Ok(report.into())
    }
}

impl Answer for Synced {
    fn draw(&self, page: &mut Page) {
        let lang = page.lang();
        let mut pairs = vec![
            // An envelope may hold several edits: the two are not of one unit.
            (Text::of("envois partis", "items sent"), self.sent.to_string()),
            (Text::of("envois reçus", "items received"), self.received.to_string()),
            (Text::of("modifications à envoyer", "edits still to send"), self.pending.to_string()),
            (Text::of("modifications à l'écart", "edits kept aside"), self.quarantined.to_string()),
        ];
        if self.spaces.len() < 2 {
            pairs.push((Text::of("état", "state"), words::sync_state(&self.state, lang)));
        }
        page.pairs(&pairs);
        self.draw_each(page);
        self.barred.iter().for_each(|barred| barred.draw_in(page));
        self.spaces.iter().for_each(|space| space.draw_in(page));
        self.draw_unreachable(page);
        let told = self.barred.iter().any(|barred| barred.state == "revoked");
        if self.quarantined > 0 && !told {
            page.say(&Text::of(
                "Voir ce qui est mis à l'écart : liaison quarantine list ESPACE",
                "To see what is kept aside: liaison quarantine list SPACE",
            ));
        }
    }

    fn exit(&self) -> Exit {
        let gravest = self.spaces.iter().map(SpaceSynced::exit);
        gravest.max_by_key(|exit| exit.status()).unwrap_or(Exit::Done)
    }
}

impl Synced {
    /// Returns how things stand now, the replica staying connected.
    ///
    /// # Errors
    /// Why the replica stopped.
    pub(crate) async fn now(replica: &Access) -> Result<Self, Failure> {
        let Reply::Spaces(spaces) = replica.command(Command::Spaces).await? else {
            return Err(failures::wrong_reply("spaces"));
        };
        let worst = spaces.iter().map(|space| space.link).max_by_key(|link| gravity(*link));
        Ok(Self {
            sent: 0,
            received: 0,
            pending: spaces.iter().map(|space| space.pending).sum(),
            quarantined: spaces.iter().map(|space| space.quarantined).sum(),
            state: worst.unwrap_or(LinkState::Current).name().to_owned(),
            spaces: spaces.iter().map(SpaceSynced::from).collect(),
            barred: spaces.iter().filter_map(SpaceView::barred).map(BarredFrom::from).collect(),
        }
        .told())
    }

    /// Says what keeps this machine from sending where the relay alone would be said to be up
    /// to date.
    fn told(mut self) -> Self {
        let (current, away) = (LinkState::Current.name(), LinkState::Unreachable.name());
        // A relay that answered and took nothing is refusing, not away.
        let answered = self.state == away && self.spaces.iter().all(|space| space.state != away);
        if let Some(space) = self.spaces.iter().find(|space| space.state != current)
            && (self.state == current || answered)
        {
            space.state.clone_into(&mut self.state);
        }
        self
    }

    /// Draws each space by itself, where there are several.
    fn draw_each(&self, page: &mut Page) {
        if self.spaces.len() < 2 {
            return;
        }
        let lang = page.lang();
        page.gap();
        let headers = [
            Text::of("espace", "space"),
            Text::of("titre", "title"),
            Text::of("envoyé", "sent"),
            Text::of("reçu", "received"),
            Text::of("reste", "left"),
            Text::of("état", "state"),
        ];
        let row = |space: &SpaceSynced| {
            vec![
                words::short(&space.space),
                space.title.clone(),
                space.sent.to_string(),
                space.received.to_string(),
                space.pending.to_string(),
                words::sync_state(&space.state, lang),
            ]
        };
        page.table(&headers, &self.spaces.iter().map(row).collect::<Vec<_>>());
    }

    /// Says which relays did not answer at all.
    fn draw_unreachable(&self, page: &mut Page) {
        let silent = |space: &&SpaceSynced| {
            space.state == LinkState::Unreachable.name() && space.reason.is_none()
        };
        let silent: Vec<&SpaceSynced> = self.spaces.iter().filter(silent).collect();
        if silent.is_empty() {
            return;
        }
        let of = |lang| match (silent.len() == self.spaces.len(), lang) {
            (true, _) => String::new(),
            (false, Lang::Fr) => format!(" de {}", names(&silent, lang)),
            (false, Lang::En) => format!(" of {}", names(&silent, lang)),
        };
        page.alarm(&Text::new(
            format!(
                "Le relais{} n'a pas pu être joint : rien n'est perdu, ce qui reste partira la \
                 prochaine fois.",
                of(Lang::Fr)
            ),
            format!(
                "The relay{} could not be reached: nothing is lost, what is left will go next \
                 time.",
                of(Lang::En)
            ),
        ));
    }

    /// Returns how things stand in a few words, for one line among others: each space by itself.
    fn in_short(&self, lang: Lang) -> String {
        match self.spaces.as_slice() {
            [] => Text::of("aucun espace", "no space").in_lang(lang).to_owned(),
            [one] => one.in_short(lang),
            several => {
                let colon = Text::of(" :", ":");
                let one = |space: &SpaceSynced| {
                    format!("{}{} {}", space.name(lang), colon.in_lang(lang), space.in_short(lang))
                };
                several.iter().map(one).collect::<Vec<_>>().join(" · ")
            }
        }
    }

    /// Returns the name of a space, where there are several to be told apart.
    fn name_among_several(&self, space: &str, lang: Lang) -> Option<String> {
        let found = self.spaces.iter().find(|one| one.space == space);
        found.filter(|_| self.spaces.len() > 1).map(|one| one.name(lang))
    }
}

fn names(spaces: &[&SpaceSynced], lang: Lang) -> String {
    spaces.iter().map(|space| space.name(lang)).collect::<Vec<_>>().join(", ")
}

/// Returns how much a state needs a person, the more the worse.
fn gravity(state: LinkState) -> u8 {
    match state {
        LinkState::Current => 0,
        LinkState::Busy => 1,
        LinkState::Waiting => 2,
        LinkState::Offline => 3,
        LinkState::Unreachable => 4,
        LinkState::Behind => 5,
        LinkState::Former => 6,
        LinkState::Refused => 7,
        LinkState::Forked => 8,
    }
}

/// Stays connected and says what happens, until interrupted. Other commands on the same home
/// work through this process meanwhile.
///
/// # Errors
/// Why the replica or its daemon stopped.
pub(crate) fn watch(home: &Home, out: &mut Out) -> Result<Exit, Failure> {
    session::runtime()?.block_on(async {
        let session = Session::open(home, out).await?;
        let door = match session.running() {
            Some(running) => Some(Daemon::listen(home, 0, running.access().clone()).await?),
            None => None,
        };
        let watched = watch_with(&session, out).await;
        if let Some(door) = door {
            door.end().await;
            daemon::forget(home);
        }
        let ended = session.end().await;
        watched.and(ended).map(|()| Exit::Done)
    })
}

async fn watch_with(session: &Session, out: &mut Out) -> Result<(), Failure> {
    out.progress(&Text::of(
        "Connecté tant que cette commande tourne ; Ctrl-C pour finir. Les autres commandes \
         marchent pendant ce temps.",
        "Connected as long as this command runs; Ctrl-C to end. Other commands work meanwhile.",
    ));
    let mut lines = session.watch(out.lang()).await?;
    let interrupted = session::interrupted()?;
    tokio::pin!(interrupted);
    loop {
        tokio::select! {
            () = &mut interrupted => return Ok(()),
            line = lines.next() => match line? {
                Some(line) => out.line(&line, |page| line.draw_in(page))?,
                None => return Ok(()),
            },
        }
    }
}

#[cfg(test)]
mod tests;
