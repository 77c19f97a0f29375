//! `approve`: this organisation's voice on a join request or a vote.
//!
//! What is shown before is decoded from the very bytes that will be signed (T54). A person
//! confirms; a script is taken at its word, but for an admission, whose eight words somebody
//! must have compared.

use crate::args;
use crate::commands::requests::{Proposal, warn_if_stuck};
use crate::commands::with_session;
use crate::delivery::Delivery;
use crate::driver::Access;
use crate::home::Home;
use crate::prompt::{self, Unasked};
use crate::question::{Answer, Question};
use crate::{failures, resolve, words};
use client_core::replica::{Command, Reply};
use console::{Exit, Failure, Out, Page, Text};
use protocol::register::Closing;
use serde::{Deserialize, Serialize};

/// Asks to see a vote, or to approve it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Approve {
    space: String,
    proposal: String,
    /// Only show what would be approved.
    #[serde(default)]
    show: bool,
}

/// What is voted on, and how it stands once approved.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Approved {
    #[serde(skip_serializing_if = "Option::is_none")]
    shown: Option<Proposal>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    measure: Option<String>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    vote: Option<VoteState>,
}

/// How a vote stands.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct VoteState {
    pub(crate) proposal: String,
    pub(crate) approvals: usize,
    pub(crate) needed: usize,
    /// How many guarantors may vote.
    pub(crate) voices: usize,
    pub(crate) adopted: bool,
    #[serde(flatten)]
    pub(crate) delivery: Delivery,
}

impl VoteState {
    /// Reads how a vote stands out of a reply.
    ///
    /// # Errors
    /// When the reply is of another kind.
    pub(crate) fn of(reply: Reply, question: &str) -> Result<Self, Failure> {
        let (reply, delivery) = Delivery::of(reply);
        let Reply::Vote(report) = reply else {
            return Err(failures::wrong_reply(question));
        };
        Ok(Self {
            proposal: report.proposal.to_string(),
            approvals: report.approvals,
            needed: report.needed,
            voices: report.able,
            adopted: report.adopted,
            delivery,
        })
    }
}

/// Shows, asks for confirmation, approves.
///
/// # Errors
/// What the replica says, or that the person said no.
pub(crate) fn run(args: args::Approve, home: &Home, out: &mut Out) -> Result<Exit, Failure> {
    let args::Vote { space, proposal } = args.vote;
    let approved = with_session(home, out, async |session, out| {
        let shown = session.ask(Approve { space: space.clone(), proposal, show: true }).await?;
        let shown = shown.shown.ok_or_else(|| failures::wrong_reply(Approve::PATH))?;
        let proposal = shown.proposal.clone();
        prompt::show(out, |page| {
            page.say(&Text::of(
                "Vous allez approuver, au nom de votre organisation :",
                "You are about to approve, for your organisation:",
            ));
            page.gap();
            shown.draw_in(page);
            if !shown.words.is_empty() {
                page.gap();
                page.say(&WORDS_ADVICE);
            }
            if shown.measure == CLOSE && shown.subject == Closing::Erase.name() {
                page.gap();
                page.alarm(&ERASES);
            }
            page.gap();
        })?;
        if !args.yes {
            let question = Text::of("Approuver ?", "Approve?");
            let admits = !shown.words.is_empty() || shown.measure == "admit";
            let unasked = match () {
                () if admits => Unasked::Compared,
                () if shown.measure == CLOSE => Unasked::NeedsYes,
                () => Unasked::Goes,
            };
            prompt::confirm(out, &question, unasked)?;
        }
        session.ask(Approve { space, proposal, show: false }).await
    })?;
    prompt::conclude(out, &approved)?;
    Ok(approved.exit())
}

/// The kind of vote that ends a space.
const CLOSE: &str = "close";

const ERASES: Text = Text::of(
    "Si ce vote est adopté, chaque appareil détruit ses clés et ses documents de cet espace, et ce \
     qui n'a pas été envoyé. Rien ne le défait.",
    "If this vote is adopted, each device destroys its keys and its documents of this space, and \
     what was not sent. Nothing undoes it.",
);

const WORDS_ADVICE: Text = Text::of(
    "Comparez ces huit mots de vive voix ou par téléphone avec la personne qui a fait la demande.",
    "Compare these eight words in person or by phone with whoever made the request.",
);

impl Question for Approve {
    const PATH: &'static str = "approve";
    type Answer = Approved;

    async fn answer(self, replica: &Access) -> Result<Approved, Failure> {
        let space = resolve::space(replica, &self.space).await?;
        let view = resolve::proposal(replica, space, &self.proposal).await?;
        if view.state == "adopted" {
            return Err(already_adopted());
        }
        // What is about this organisation is refused before anybody is asked to confirm it.
        if self.show && !view.about_us {
            return Ok(Approved { shown: Some(view.into()), measure: None, vote: None });
        }
        let approve = Command::Approve { space, proposal: view.proposal };
        let vote = VoteState::of(replica.command(approve).await?, Self::PATH)?;
        let measure = Some(view.measure.to_owned());
        Ok(Approved { shown: None, measure, vote: Some(vote) })
    }
}

/// Says of a vote that is over that there is nothing left to ask.
fn already_adopted() -> Failure {
    Failure::refused(
        "proposal-closed",
        Text::of(
            "ce vote est déjà adopté : il n'attend plus aucun accord",
            "this vote is adopted already: it awaits no approval any more",
        ),
    )
    .with_hint(Text::of(
        "« liaison members ESPACE » montre qui est membre",
        "“liaison members SPACE” shows who is a member",
    ))
}

impl Answer for Approved {
    fn draw(&self, page: &mut Page) {
        if let Some(vote) = &self.vote {
            vote.draw_in(page);
            if vote.adopted && self.measure.as_deref() == Some("admit") {
                page.say(&Text::of(
                    "La clé est remise au nouveau venu avec cet accord ; si le relais est coupé \
                     avant, au prochain « liaison sync ». Il lira en synchronisant à son tour.",
                    "The key is handed to the newcomer with this approval; if the relay is cut off \
                     before, at the next “liaison sync”. They read once they synchronise too.",
                ));
            }
        }
    }

    fn exit(&self) -> Exit {
        self.vote.as_ref().map_or(Exit::Done, |vote| vote.delivery.exit())
    }
}

impl VoteState {
    /// Draws how the vote stands, and what it waits for.
    pub(crate) fn draw_in(&self, page: &mut Page) {
        if self.adopted {
            page.good(&Text::of("C'est adopté.", "It is adopted."));
            return;
        }
        let count = words::count(self.approvals, ("accord", "approval"), page.lang());
        page.say(&Text::new(
            format!("{count} sur {} à réunir.", self.needed),
            format!("{count} of {} needed.", self.needed),
        ));
        warn_if_stuck(self.needed, self.voices, page);
        if self.delivery.sent {
            page.say(&Text::of(
                "Les autres garants le verront à leur prochaine synchronisation.",
                "The other guarantors will see it at their next synchronisation.",
            ));
        }
        self.delivery.draw_in(page);
    }
}
