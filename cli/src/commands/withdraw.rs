//! `withdraw`: takes this organisation's approval back, as long as nothing is adopted.

use crate::args::Vote;
use crate::commands::approve::VoteState;
use crate::driver::Access;
use crate::question::{Answer, Question};
use crate::{failures, resolve};
use client_core::replica::{Command, Reply};
use console::{Failure, Page, Text};
use serde::{Deserialize, Serialize};

/// Asks to take an approval back.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Withdraw {
    space: String,
    proposal: String,
}

/// How the vote stands without it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Withdrawn(VoteState);

impl From<Vote> for Withdraw {
    fn from(args: Vote) -> Self {
        Self { space: args.space, proposal: args.proposal }
    }
}

impl Question for Withdraw {
    const PATH: &'static str = "withdraw";
    type Answer = Withdrawn;

    async fn answer(self, replica: &Access) -> Result<Withdrawn, Failure> {
        let space = resolve::space(replica, &self.space).await?;
        let proposal = resolve::proposal(replica, space, &self.proposal).await?.proposal;
        let withdraw = Command::Withdraw { space, proposal };
        let Reply::Vote(report) = replica.command(withdraw).await? else {
            return Err(failures::wrong_reply(Self::PATH));
        };
        Ok(Withdrawn(report.into()))
    }
}

impl Answer for Withdrawn {
    fn draw(&self, page: &mut Page) {
        page.good(&Text::of(
            "L'accord de votre organisation est repris.",
            "Your organisation's approval is taken back.",
        ));
        self.0.draw_in(page);
    }
}
