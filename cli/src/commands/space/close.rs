//! `space close`: opens the vote that ends a space, archived or erased.
//!
//! The decision is the guarantors', by the same votes as any other; what it means is said before,
//! for nothing brings an erased space back.

use super::{Show, Space, bad_name};
use crate::args::space::CloseSpace;
use crate::commands::approve::VoteState;
use crate::commands::with_session;
use crate::driver::Access;
use crate::home::Home;
use crate::prompt::{self, Unasked};
use crate::question::{Answer, Question};
use crate::{resolve, words};
use client_core::replica::Command;
use console::{Exit, Failure, Lang, Out, Page, Text};
use protocol::id::SpaceId;
use protocol::register::{Closing, Measure};
use serde::{Deserialize, Serialize};

/// Asks for the vote.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Close {
    space: String,
    /// `archive` or `erase`.
    closing: String,
}

/// The vote opened.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Opened {
    closing: String,
    #[serde(flatten)]
    vote: VoteState,
}

/// Says what would come of it, asks for confirmation, opens the vote.
///
/// # Errors
/// What the replica says, or that the person said no.
pub(crate) fn run(args: CloseSpace, home: &Home, out: &mut Out) -> Result<Exit, Failure> {
    let closing = if args.erase { Closing::Erase } else { Closing::Archive };
    let yes = args.yes;
    let opened = with_session(home, out, async |session, out| {
        if !yes {
            let space = session.ask(Show::of(args.space.clone())).await?;
            prompt::confirm(out, &question(&space, closing), Unasked::NeedsYes)?;
        }
        session.ask(Close { space: args.space, closing: closing.name().to_owned() }).await
    })?;
    out.answer(&opened, |page| opened.draw(page))?;
    Ok(opened.exit())
}

impl Space {
    /// Says what a proposal to close the space means.
    pub(crate) fn meaning_of(&self, closing: Closing) -> Text {
        meaning(self, closing)
    }
}

fn question(space: &Space, closing: Closing) -> Text {
    let meaning = meaning(space, closing);
    let [fr, en] = [Lang::Fr, Lang::En].map(|lang| meaning.in_lang(lang).to_owned());
    Text::new(format!("{fr} Continuer ?"), format!("{en} Go on?"))
}

fn meaning(space: &Space, closing: Closing) -> Text {
    let title = space.name();
    match closing {
        Closing::Archive => Text::new(
            format!(
                "Vous allez proposer, au nom de votre organisation, d'archiver l'espace « {title} \
                 » : plus rien ne pourra y être écrit ni décidé, et tout y restera lisible."
            ),
            format!(
                "You are about to propose, for your organisation, to archive the space “{title}”: \
                 nothing more can be written or decided there, and all of it stays readable."
            ),
        ),
        Closing::Erase => {
            let [fr, en] = [Lang::Fr, Lang::En]
                .map(|lang| words::count(space.documents, ("document", "document"), lang));
            Text::new(
                format!(
                    "Vous allez proposer, au nom de votre organisation, d'EFFACER l'espace « \
                     {title} » ({fr} ici). Une fois le vote adopté, chaque appareil détruit ses \
                     clés, les documents et ce qui n'est pas encore envoyé, et le relais supprime \
                     les contenus : personne ne pourra revenir en arrière. Il ne restera que le \
                     registre des décisions. Les exports et les copies déjà faits ne sont pas \
                     effacés."
                ),
                format!(
                    "You are about to propose, for your organisation, to ERASE the space “{title}” \
                     ({en} here). Once the vote is adopted, every device destroys its keys, the \
                     documents and what is not sent yet, and the relay deletes the contents: \
                     nobody can go back. Only the register of decisions will remain. Exports and \
                     copies made before are not erased."
                ),
            )
        }
    }
}

impl Close {
    /// Asks for the vote that ends a space.
    pub(crate) fn of(space: &SpaceId, closing: Closing) -> Self {
        Self { space: space.to_string(), closing: closing.name().to_owned() }
    }
}

impl Opened {
    /// Returns approvals given and needed while the vote is open; nothing once it is adopted.
    pub(crate) fn votes(&self) -> Option<(usize, usize)> {
        (!self.vote.adopted).then_some((self.vote.approvals, self.vote.needed))
    }
}

impl Question for Close {
    const PATH: &'static str = "space/close";
    type Answer = Opened;

    async fn answer(self, replica: &Access) -> Result<Opened, Failure> {
        let space = resolve::space(replica, &self.space).await?;
        let closing = Closing::from_name(&self.closing).ok_or_else(|| bad_name(&self.closing))?;
        let propose = Command::Propose { space, measure: Measure::Close(closing) };
        let vote = VoteState::of(replica.command(propose).await?, Self::PATH)?;
        Ok(Opened { closing: self.closing, vote })
    }
}

impl Answer for Opened {
    fn draw(&self, page: &mut Page) {
        if self.vote.delivery.sent {
            page.good(&Text::of("Le vote est ouvert.", "The vote is open."));
        } else {
            page.say(&Text::of("Le vote est écrit.", "The vote is written."));
        }
        page.pairs(&[(Text::of("vote", "vote"), self.vote.proposal.clone())]);
        self.vote.draw_in(page);
        if self.vote.adopted && self.closing == Closing::Erase.name() {
            page.say(&Text::of(
                "Cet appareil détruit ce qu'il avait et l'atteste ; « liaison space show » montre \
                 qui l'a fait.",
                "This device destroys what it had and attests it; “liaison space show” shows who \
                 has done so.",
            ));
        }
    }

    fn exit(&self) -> Exit {
        self.vote.delivery.exit()
    }
}
