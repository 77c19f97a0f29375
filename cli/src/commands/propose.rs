//! `propose`: opens a vote, approved by this organisation from the start.

use crate::args::{self, MeasureCommand, names};
use crate::commands::approve::VoteState;
use crate::commands::space::bad_name;
use crate::driver::Access;
use crate::question::{Answer, Question};
use crate::resolve;
use client_core::replica::Command;
use console::{Exit, Failure, Page, Text};
use protocol::id::SpaceId;
use protocol::register::{Cause, Measure, Role};
use serde::{Deserialize, Serialize};

/// Asks for a vote.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Propose {
    space: String,
    measure: Asked,
}

/// What is to be voted on, as typed.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Asked {
    Remove { partner: String },
    Role { partner: String, role: String },
    Rule { rule: String },
    Relay { url: String },
}

/// The vote opened.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Proposed(VoteState);

impl From<args::Propose> for Propose {
    fn from(args: args::Propose) -> Self {
        let measure = match args.measure {
            MeasureCommand::Remove { partner } => Asked::Remove { partner },
            MeasureCommand::Role { partner, role } => Asked::Role { partner, role },
            MeasureCommand::Rule { rule } => Asked::Rule { rule },
            MeasureCommand::Relay { url } => Asked::Relay { url },
        };
        Self { space: args.space, measure }
    }
}

impl Question for Propose {
    const PATH: &'static str = "propose";
    type Answer = Proposed;

    async fn answer(self, replica: &Access) -> Result<Proposed, Failure> {
        let space = resolve::space(replica, &self.space).await?;
        let command = self.measure.understood(replica, space).await?;
        let reply = replica.command(command).await.map_err(not_opened)?;
        Ok(Proposed(VoteState::of(reply, Self::PATH)?))
    }
}

impl Asked {
    async fn understood(self, replica: &Access, space: SpaceId) -> Result<Command, Failure> {
        let measure = match self {
            Self::Remove { partner } => {
                let partner = resolve::partner(replica, space, &partner).await?;
                Measure::Remove(partner, Cause::Decision)
            }
            Self::Role { partner, role } => {
                let partner = resolve::partner(replica, space, &partner).await?;
                let role = Role::from_name(&role).ok_or_else(|| bad_name(&role))?;
                Measure::ChangeRole(partner, role)
            }
            Self::Rule { rule } => {
                Measure::ChangeRule(names::rule(&rule).ok_or_else(|| bad_name(&rule))?)
            }
            // The relay says itself which keys a register must name.
            Self::Relay { url } => return Ok(Command::ProposeRelay { space, url }),
        };
        Ok(Command::Propose { space, measure })
    }
}

impl Answer for Proposed {
    fn draw(&self, page: &mut Page) {
        if self.0.delivery.sent {
            page.good(&Text::of("Le vote est ouvert.", "The vote is open."));
        } else {
            page.say(&Text::of("Le vote est écrit.", "The vote is written."));
        }
        page.pairs(&[(Text::of("vote", "vote"), self.0.proposal.clone())]);
        self.0.draw_in(page);
    }

    fn exit(&self) -> Exit {
        self.0.delivery.exit()
    }
}

/// Says what is left of a move to a relay that did not answer: nothing.
fn not_opened(failure: Failure) -> Failure {
    if failure.exit != Exit::Unreachable {
        return failure;
    }
    failure.with_hint(Text::of(
        "aucun vote n'est ouvert : le nouveau relais doit répondre d'abord ; vérifiez son adresse",
        "no vote was opened: the new relay must answer first; check its address",
    ))
}
