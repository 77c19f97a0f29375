//! `sync`: one exchange with the relays, or a link that stays.

pub(crate) mod told;

use crate::daemon::{self, Daemon};
use crate::driver::Access;
use crate::home::Home;
use crate::question::{Answer, Question};
use crate::session::{self, Session};
use crate::{failures, resolve, words};
use client_core::replica::{Barred, Command, LinkState, Reply, SpaceView, SyncReport};
use console::{Exit, Failure, Lang, Out, Page, Text, readable};
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
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    barred: Vec<BarredFrom>,
}

/// A space where this machine, or its organisation, may not write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct BarredFrom {
    space: String,
    title: String,
    state: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until_ms: Option<i64>,
    kept: usize,
}

impl From<Barred> for BarredFrom {
    fn from(barred: Barred) -> Self {
        Self {
            space: barred.space.to_string(),
            title: barred.title,
            state: barred.state.to_owned(),
            until: barred.until.map(|until| readable::iso_time(words::signed_ms(until))),
            until_ms: barred.until.map(words::signed_ms),
            kept: barred.kept,
        }
    }
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
        page.pairs(&[
            (Text::of("envoyé", "sent"), self.sent.to_string()),
            (Text::of("reçu", "received"), self.received.to_string()),
            (Text::of("reste à envoyer", "still to send"), self.pending.to_string()),
            (Text::of("mis à l'écart", "kept aside"), self.quarantined.to_string()),
            (Text::of("état", "state"), words::sync_state(&self.state, lang)),
        ]);
        self.barred.iter().for_each(|barred| barred.draw_in(page));
        if self.unreachable() {
            page.alarm(&Text::of(
                "Le relais n'a pas pu être joint : rien n'est perdu, ce qui reste partira la \
                 prochaine fois.",
                "The relay could not be reached: nothing is lost, what is left will go next time.",
            ));
        }
        let told = self.barred.iter().any(|barred| barred.state == "revoked");
        if self.quarantined > 0 && !told {
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
            barred: spaces.iter().filter_map(SpaceView::barred).map(BarredFrom::from).collect(),
        }
        .told())
    }

    /// Says `suspended` or `revoked` where the relay alone would be said to be up to date.
    fn told(mut self) -> Self {
        if let Some(barred) = self.barred.iter().find(|barred| barred.kept > 0)
            && self.state == LinkState::Current.name()
        {
            barred.state.clone_into(&mut self.state);
        }
        self
    }

    /// Returns how things stand in a few words, for one line among others.
    fn in_short(&self, lang: Lang) -> String {
        let state = words::sync_state(&self.state, lang);
        let text = match self.pending {
            0 => Text::of("rien à envoyer", "nothing to send"),
            pending => Text::new(format!("{pending} à envoyer"), format!("{pending} to send")),
        };
        format!("{state}, {}", text.in_lang(lang))
    }

    fn unreachable(&self) -> bool {
        self.state == LinkState::Unreachable.name()
    }
}

impl BarredFrom {
    /// Says what is, what becomes of the edits, and what to do.
    fn draw_in(&self, page: &mut Page) {
        let space = words::short(&self.space);
        let title = if self.title.is_empty() { &space } else { &self.title };
        let (what_fr, what_en) = self.what();
        page.alarm(&Text::new(
            format!("« {title} » : {what_fr}."),
            format!("“{title}”: {what_en}."),
        ));
        let (kept_fr, kept_en) = words::kept(self.kept);
        let (next_fr, next_en) = self.next(&space);
        let joined = |kept: String, next: String| format!("{kept} {next}").trim().to_owned();
        page.say(&Text::new(joined(kept_fr, next_fr), joined(kept_en, next_en)));
    }

    fn what(&self) -> (String, String) {
        let fixed = |fr: &str, en: &str| (fr.to_owned(), en.to_owned());
        match (self.state.as_str(), self.until_ms) {
            ("suspended", Some(until)) => (
                format!(
                    "l'exploitant du relais a suspendu cet appareil jusqu'au {}",
                    readable::local_time(until, Lang::Fr)
                ),
                format!(
                    "the relay's operator has suspended this device until {}",
                    readable::local_time(until, Lang::En)
                ),
            ),
            ("revoked", _) => fixed(
                "votre organisation a révoqué cet appareil",
                "your organisation has revoked this device",
            ),
            ("left", _) => fixed("votre organisation est partie", "your organisation has left"),
            ("removed", _) => fixed(
                "les garants ont retiré votre organisation",
                "the guarantors have removed your organisation",
            ),
            (other, _) => fixed(other, other),
        }
    }

    fn next(&self, space: &str) -> (String, String) {
        match self.state.as_str() {
            "suspended" => (
                "Ce qui attend partira à la première « liaison sync » après cette date ; si la \
                 suspension vous étonne, appelez l'exploitant."
                    .to_owned(),
                "What waits will leave with the first “liaison sync” after that date; if the \
                 suspension surprises you, call the operator."
                    .to_owned(),
            ),
            "revoked" => (
                format!(
                    "« liaison quarantine list {space} » montre ce qui n'est pas parti, « liaison \
                     quarantine export » le remet à un partenaire."
                ),
                format!(
                    "“liaison quarantine list {space}” shows what has not left, “liaison \
                     quarantine export” hands it to a partner."
                ),
            ),
            _ => (
                "Ce que vous en aviez reste lisible ici.".to_owned(),
                "What you had of it stays readable here.".to_owned(),
            ),
        }
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
mod tests {
    use super::*;
    use crate::question::drawn;

    fn synced(state: &str, kept: usize) -> Synced {
        let barred = BarredFrom {
            space: "3fa94b12".repeat(8),
            title: "PTSM".to_owned(),
            state: state.to_owned(),
            until: None,
            until_ms: (state == "suspended").then_some(1_795_348_800_000),
            kept,
        };
        Synced {
            sent: 0,
            received: 0,
            pending: kept,
            quarantined: 0,
            state: "current".to_owned(),
            spaces: BTreeMap::new(),
            barred: vec![barred],
        }
        .told()
    }

    #[test]
    fn a_suspended_machine_is_told_until_when_and_that_its_edits_are_kept() {
        let synced = synced("suspended", 2);
        assert_eq!(synced.state, "suspended", "not up to date");
        let french = drawn(&synced, Lang::Fr);
        assert!(french.contains("jusqu'au 22 novembre 2026"), "{french}");
        assert!(french.contains("2 modifications sont gardées ici"), "{french}");
        assert!(!french.contains("à jour"), "{french}");
        let english = drawn(&synced, Lang::En);
        assert!(english.contains("suspended this device until 22 November 2026"), "{english}");
    }

    #[test]
    fn a_revoked_machine_is_told_what_to_do_with_its_edits() {
        let french = drawn(&synced("revoked", 1), Lang::Fr);
        assert!(french.contains("révoqué cet appareil"), "{french}");
        assert!(french.contains("liaison quarantine export"), "{french}");
        let left = drawn(&synced("left", 0), Lang::Fr);
        assert!(left.contains("votre organisation est partie"), "{left}");
    }
}
