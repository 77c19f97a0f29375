//! `propose`: opens a vote, approved by this organisation from the start.

use crate::args::{self, MeasureCommand, names};
use crate::commands::approve::VoteState;
use crate::commands::space::bad_name;
use crate::driver::Access;
use crate::question::{Answer, Question};
use crate::{failures, resolve};
use client_core::replica::{Command, Reply};
use console::{Failure, Page, Text};
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
        let Reply::Vote(report) = replica.command(command).await? else {
            return Err(failures::wrong_reply(Self::PATH));
        };
        Ok(Proposed(report.into()))
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
        page.good(&Text::of("Le vote est ouvert.", "The vote is open."));
        page.pairs(&[(Text::of("vote", "vote"), self.0.proposal.clone())]);
        self.0.draw_in(page);
    }
}
