//! `propose`: opens a vote, approved by this organisation from the start.

use crate::args::{self, MeasureCommand, MoveRelay, names};
use crate::commands::approve::VoteState;
use crate::commands::space::bad_name;
use crate::driver::Access;
use crate::question::{Answer, Question};
use crate::{failures, resolve};
use client_core::replica::{Command, Reply};
use console::{Failure, Page, Text};
use protocol::id::SpaceId;
use protocol::register::{Cause, Measure, RelayTerms, Role};
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
    Remove {
        partner: String,
    },
    Role {
        partner: String,
        role: String,
    },
    Rule {
        rule: String,
    },
    Relay {
        url: String,
        relay: String,
        operator: String,
    },
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
            MeasureCommand::Relay(MoveRelay {
                url,
                relay,
                operator,
            }) => Asked::Relay {
                url,
                relay,
                operator,
            },
        };
        Self {
            space: args.space,
            measure,
        }
    }
}

impl Question for Propose {
    const PATH: &'static str = "propose";
    type Answer = Proposed;

    async fn answer(self, replica: &Access) -> Result<Proposed, Failure> {
        let space = resolve::space(replica, &self.space).await?;
        let measure = self.measure.understood(replica, space).await?;
        let Reply::Vote(report) = replica.command(Command::Propose { space, measure }).await?
        else {
            return Err(failures::wrong_reply(Self::PATH));
        };
        Ok(Proposed(report.into()))
    }
}

impl Asked {
    async fn understood(self, replica: &Access, space: SpaceId) -> Result<Measure, Failure> {
        Ok(match self {
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
            Self::Relay {
                url,
                relay,
                operator,
            } => Measure::ChangeRelay(RelayTerms {
                relay: relay.parse().map_err(|_| bad_name(&relay))?,
                operator: operator.parse().map_err(|_| bad_name(&operator))?,
                // The link can be bound to TLS exactly when TLS is spoken from end to end.
                binding_required: url.starts_with("wss://"),
                url,
                health_hosting: false,
            }),
        })
    }
}

impl Answer for Proposed {
    fn draw(&self, page: &mut Page) {
        page.good(&Text::of("Le vote est ouvert.", "The vote is open."));
        page.pairs(&[(Text::of("vote", "vote"), self.0.proposal.clone())]);
        self.0.draw_in(page);
    }
}
