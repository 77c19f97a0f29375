//! `approve`: this organisation's voice on a join request or a vote.
//!
//! What is shown before is decoded from the very bytes that will be signed (T54). A person
//! confirms; a script is taken at its word.

use crate::args;
use crate::commands::requests::Proposal;
use crate::commands::with_session;
use crate::driver::Access;
use crate::home::Home;
use crate::question::{Answer, Question};
use crate::{failures, prompt, resolve};
use client_core::replica::{Command, Reply, VoteReport};
use console::{Exit, Failure, Out, Page, Text};
use serde::{Deserialize, Serialize};

/// Asks to see a vote, or to approve it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Approve {
    space: String,
    proposal: String,
    /// Only show what would be approved.
    show: bool,
}

/// What is voted on, and how it stands once approved.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Approved {
    #[serde(skip_serializing_if = "Option::is_none")]
    shown: Option<Proposal>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    vote: Option<VoteState>,
}

/// How a vote stands.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct VoteState {
    pub(crate) proposal: String,
    pub(crate) approvals: usize,
    pub(crate) needed: usize,
    pub(crate) adopted: bool,
}

impl From<VoteReport> for VoteState {
    fn from(report: VoteReport) -> Self {
        Self {
            proposal: report.proposal.to_string(),
            approvals: report.approvals,
            needed: report.needed,
            adopted: report.adopted,
        }
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
            page.gap();
        })?;
        if !args.yes {
            prompt::confirm(out, &Text::of("Approuver ?", "Approve?"))?;
        }
        session.ask(Approve { space, proposal, show: false }).await
    })?;
    prompt::conclude(out, &approved)?;
    Ok(Exit::Done)
}

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
        if self.show {
            return Ok(Approved { shown: Some(view.into()), vote: None });
        }
        let approve = Command::Approve { space, proposal: view.proposal };
        let Reply::Vote(report) = replica.command(approve).await? else {
            return Err(failures::wrong_reply(Self::PATH));
        };
        Ok(Approved { shown: None, vote: Some(report.into()) })
    }
}

impl Answer for Approved {
    fn draw(&self, page: &mut Page) {
        if let Some(vote) = &self.vote {
            vote.draw_in(page);
        }
    }
}

impl VoteState {
    /// Draws how the vote stands, and what it waits for.
    pub(crate) fn draw_in(&self, page: &mut Page) {
        if self.adopted {
            page.good(&Text::of("C'est adopté.", "It is adopted."));
            return;
        }
        page.say(&Text::new(
            format!("{} accord(s) sur {} nécessaires.", self.approvals, self.needed),
            format!("{} approval(s) of {} needed.", self.approvals, self.needed),
        ));
        page.say(&Text::of(
            "Les autres garants le verront à leur prochaine synchronisation.",
            "The other guarantors will see it at their next synchronisation.",
        ));
    }
}
