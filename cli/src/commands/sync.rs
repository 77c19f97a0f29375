//! `sync`: one exchange with the relays, or a link that stays.

use crate::driver::Access;
use crate::home::Home;
use crate::question::{Answer, Question};
use crate::session::{self, Session};
use crate::{failures, resolve, words};
use client_core::replica::{Command, LinkState, Reply, SyncReport};
use console::{Exit, Failure, Out, Page, Text};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
    spaces: BTreeMap<String, String>,
}

impl From<SyncReport> for Synced {
    fn from(report: SyncReport) -> Self {
        let spaces = report.spaces.iter();
        Self {
            sent: report.sent,
            received: report.received,
            pending: report.pending,
            quarantined: report.quarantined,
            state: report.state.name().to_owned(),
            spaces: spaces
                .map(|(space, state)| (space.to_string(), state.name().to_owned()))
                .collect(),
        }
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
        page.pairs(&[
            (Text::of("envoyé", "sent"), self.sent.to_string()),
            (Text::of("reçu", "received"), self.received.to_string()),
            (Text::of("reste à envoyer", "still to send"), self.pending.to_string()),
            (Text::of("mis à l'écart", "kept aside"), self.quarantined.to_string()),
            (Text::of("état", "state"), words::link(&self.state, lang)),
        ]);
        if self.unreachable() {
            page.alarm(&Text::of(
                "Le relais n'a pas pu être joint : rien n'est perdu, ce qui reste partira la \
                 prochaine fois.",
                "The relay could not be reached: nothing is lost, what is left will go next time.",
            ));
        }
        if self.quarantined > 0 {
            page.say(&Text::of(
                "Voir ce qui est mis à l'écart : liaison quarantine list ESPACE",
                "To see what is kept aside: liaison quarantine list SPACE",
            ));
        }
    }

    fn exit(&self) -> Exit {
        if self.unreachable() { Exit::Unreachable } else { Exit::Done }
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
            spaces: spaces
                .iter()
                .map(|space| (space.space.to_string(), space.link.name().to_owned()))
                .collect(),
        })
    }

    fn unreachable(&self) -> bool {
        self.state == LinkState::Unreachable.name()
    }
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

/// Stays connected and says what happens, until interrupted.
///
/// # Errors
/// Why the replica or its daemon stopped.
pub(crate) fn watch(home: &Home, out: &mut Out) -> Result<Exit, Failure> {
    session::runtime()?.block_on(async {
        let session = Session::open(home, out).await?;
        let watched = watch_with(&session, out).await;
        let ended = session.end().await;
        watched.and(ended).map(|()| Exit::Done)
    })
}

async fn watch_with(session: &Session, out: &mut Out) -> Result<(), Failure> {
    out.progress(&Text::of(
        "Connecté tant que cette commande tourne ; Ctrl-C pour finir.",
        "Connected as long as this command runs; Ctrl-C to end.",
    ));
    let mut lines = session.watch().await?;
    let interrupted = session::interrupted()?;
    tokio::pin!(interrupted);
    loop {
        tokio::select! {
            () = &mut interrupted => return Ok(()),
            line = lines.next() => match line? {
                Some(line) => out.line(&line, |page| line.draw(page))?,
                None => return Ok(()),
            },
        }
    }
}
