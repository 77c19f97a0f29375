//! Whether what was just listed is what the relay knows, or only what is known here.
//!
//! A list is given whether its relay answered or not; whoever reads it is told which. Asked
//! behind the list, through the same session: lists keep their shape for scripts.

use crate::driver::Access;
use crate::question::{Answer, Question};
use crate::{failures, resolve, session::Session, words};
use client_core::replica::{LinkState, SpaceView};
use console::{Exit, Failure, Lang, Out, Page, Text, readable};
use protocol::id::SpaceId;
use serde::{Deserialize, Serialize};

/// Asks how a space stands with its relay, without asking the relay.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Reach {
    space: String,
}

/// How it stands.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Reached {
    link: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// When the latest entry known here was ordered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    latest_ms: Option<i64>,
}

impl Question for Reach {
    const PATH: &'static str = "reach";
    type Answer = Reached;

    async fn answer(self, replica: &Access) -> Result<Reached, Failure> {
        let space = resolve::space(replica, &self.space).await?;
        of(replica, space).await
    }
}

/// Returns how a space stands with its relay, without asking the relay.
///
/// # Errors
/// Why the replica stopped, or that it has no such space.
pub(crate) async fn of(replica: &Access, space: SpaceId) -> Result<Reached, Failure> {
    let spaces = super::space::spaces(replica).await?;
    let found = spaces.into_iter().find(|view| view.space == space);
    found.as_ref().map(Reached::from).ok_or_else(|| failures::wrong_reply(Reach::PATH))
}

impl From<&SpaceView> for Reached {
    fn from(view: &SpaceView) -> Self {
        Self {
            link: view.link.name().to_owned(),
            reason: view.held_back.map(|refusal| refusal.name().to_owned()),
            latest_ms: view.latest.map(words::signed_ms),
        }
    }
}

impl Answer for Reached {
    fn draw(&self, page: &mut Page) {
        if let Some(warning) = self.warning() {
            page.gap();
            page.alarm(&warning);
        }
    }
}

impl Reached {
    /// Says that the relay was not reached, and how old what is known here is.
    pub(crate) fn warning(&self) -> Option<Text> {
        let reached = [LinkState::Current, LinkState::Busy, LinkState::Waiting, LinkState::Former];
        if reached.iter().any(|state| state.name() == self.link) {
            return None;
        }
        Some(Text::new(self.sentence(Lang::Fr), self.sentence(Lang::En)))
    }

    fn sentence(&self, lang: Lang) -> String {
        let (fr, en) = match &self.reason {
            Some(reason) => {
                let why = failures::reason_named(reason);
                (
                    format!("Le relais a refusé l'échange ({})", why.in_lang(Lang::Fr)),
                    format!("The relay refused the exchange ({})", why.in_lang(Lang::En)),
                )
            }
            None => (
                format!("Le relais n'a pas répondu ({})", words::link(&self.link, Lang::Fr)),
                format!("The relay did not answer ({})", words::link(&self.link, Lang::En)),
            ),
        };
        let latest = self.latest_ms.map(|at| readable::local_time(at, lang));
        match (lang, latest) {
            (Lang::Fr, Some(at)) => format!("{fr} : c'est ce qui est connu ici, au {at}."),
            (Lang::Fr, None) => format!("{fr} : c'est ce qui est connu ici."),
            (Lang::En, Some(at)) => format!("{en}: this is what is known here, as of {at}."),
            (Lang::En, None) => format!("{en}: this is what is known here."),
        }
    }
}

/// Asks for a list, shows it, and says when it may be out of date.
///
/// # Errors
/// What the replica or its daemon says.
pub(super) async fn ask_listed<Q: Question>(
    session: &Session,
    question: Q,
    space: String,
) -> Result<(Q::Answer, Reached), Failure> {
    let answer = session.ask(question).await?;
    let reached = session.ask(Reach { space }).await?;
    Ok((answer, reached))
}

/// Shows a list and how far it can be relied on.
///
/// # Errors
/// When it cannot be written.
pub(super) fn show_listed<A: Answer>(
    (answer, reached): &(A, Reached),
    out: &mut Out,
) -> Result<Exit, Failure> {
    out.answer(answer, |page| {
        answer.draw(page);
        reached.draw(page);
    })?;
    // A script has its list whole on stdout, and the warning beside it.
    if let Some(warning) = reached.warning().filter(|_| out.json()) {
        out.note(&warning);
    }
    Ok(answer.exit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::drawn;

    fn reached(link: &str, reason: Option<&str>) -> Reached {
        let latest_ms = Some(1_795_348_800_000);
        Reached { link: link.to_owned(), reason: reason.map(str::to_owned), latest_ms }
    }

    #[test]
    fn a_list_made_without_the_relay_says_so_and_how_old_it_is() {
        let french = drawn(&reached("unreachable", None), Lang::Fr);
        assert!(french.contains("relais injoignable"), "{french}");
        assert!(french.contains("connu ici, au 22 novembre 2026"), "{french}");
        let english = drawn(&reached("unreachable", None), Lang::En);
        assert!(english.contains("as of 22 November 2026"), "{english}");
        let refused = drawn(&reached("refused", Some("under-repair")), Lang::Fr);
        assert!(refused.contains("répare ou reçoit cet espace"), "{refused}");
        for link in ["current", "busy", "waiting", "former"] {
            assert_eq!(drawn(&reached(link, None), Lang::Fr), "", "{link}");
        }
    }
}
