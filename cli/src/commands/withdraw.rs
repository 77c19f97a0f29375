//! `withdraw`: takes this organisation's approval back, as long as nothing is adopted.

use crate::args::Vote;
use crate::commands::approve::VoteState;
use crate::driver::Access;
use crate::question::{Answer, Question};
use crate::resolve;
use client_core::replica::Command;
use console::{Exit, Failure, Page, Text};
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
        let view = resolve::proposal(replica, space, &self.proposal).await?;
        if view.state == "open" && !view.approved_by_us {
            return Err(Failure::refused(
                "no-approval",
                Text::of(
                    "votre organisation n'a pas donné d'accord à ce vote",
                    "your organisation has not approved this vote",
                ),
            ));
        }
        let proposal = view.proposal;
        let withdraw = Command::Withdraw { space, proposal };
        Ok(Withdrawn(VoteState::of(replica.command(withdraw).await?, Self::PATH)?))
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

    fn exit(&self) -> Exit {
        self.0.delivery.exit()
    }
}
