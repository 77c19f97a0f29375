//! `propose`: opens a vote, approved by this organisation from the start.
//!
//! What is to be voted on is shown before, by the names a person knows.

use crate::args::{self, MeasureCommand, names};
use crate::commands::approve::VoteState;
use crate::commands::space::bad_name;
use crate::commands::with_session;
use crate::driver::Access;
use crate::home::Home;
use crate::prompt::{self, Unasked};
use crate::question::{Answer, Question};
use crate::{failures, resolve, words};
use client_core::replica::Command;
use console::{Exit, Failure, Lang, Out, Page, Text};
use protocol::id::SpaceId;
use protocol::register::{Cause, Measure, Role};
use serde::{Deserialize, Serialize};

/// Asks for a vote.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Propose {
    space: String,
    measure: Asked,
    /// Only say what would be voted on.
    #[serde(default)]
    show: bool,
}

/// What is to be voted on, as typed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Asked {
    Remove { partner: String },
    Role { partner: String, role: String },
    Rule { rule: String },
    Relay { url: String },
}

/// The vote opened, or what it would be about.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Proposed {
    /// In French and in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    shown: Option<[String; 2]>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    vote: Option<VoteState>,
}

/// Says what would be voted on, asks for confirmation, opens the vote.
///
/// # Errors
/// What the replica says, or that the person said no.
pub(crate) fn run(args: args::Propose, home: &Home, out: &mut Out) -> Result<Exit, Failure> {
    let yes = args.yes || out.json();
    let Propose { space, measure, .. } = Propose::from(args);
    let proposed = with_session(home, out, async |session, out| {
        if !yes {
            let (space, measure) = (space.clone(), measure.clone());
            let shown = session.ask(Propose { space, measure, show: true }).await?;
            let [fr, en] = shown.shown.ok_or_else(|| failures::wrong_reply(Propose::PATH))?;
            let question = Text::new(
                format!("Vous allez proposer, au nom de votre organisation, {fr}. Continuer ?"),
                format!("You are about to propose, for your organisation, {en}. Go on?"),
            );
            prompt::confirm(out, &question, Unasked::Goes)?;
        }
        session.ask(Propose { space, measure, show: false }).await
    })?;
    out.answer(&proposed, |page| proposed.draw(page))?;
    Ok(proposed.exit())
}

impl From<args::Propose> for Propose {
    fn from(args: args::Propose) -> Self {
        let measure = match args.measure {
            MeasureCommand::Remove { partner } => Asked::Remove { partner },
            MeasureCommand::Role { partner, role } => Asked::Role { partner, role },
            MeasureCommand::Rule { rule } => Asked::Rule { rule },
            MeasureCommand::Relay { url } => Asked::Relay { url },
        };
        Self { space: args.space, measure, show: false }
    }
}

impl Question for Propose {
    const PATH: &'static str = "propose";
    type Answer = Proposed;

    async fn answer(self, replica: &Access) -> Result<Proposed, Failure> {
        let space = resolve::space(replica, &self.space).await?;
        if self.show {
            let shown = Some(self.measure.told(replica, space).await?);
            return Ok(Proposed { shown, vote: None });
        }
        let command = self.measure.understood(replica, space).await?;
        let reply = replica.command(command).await.map_err(not_opened)?;
        Ok(Proposed { shown: None, vote: Some(VoteState::of(reply, Self::PATH)?) })
    }
}

impl Asked {
    /// Says in French and in English what is to be voted on.
    async fn told(&self, replica: &Access, space: SpaceId) -> Result<[String; 2], Failure> {
        Ok(match self {
            Self::Remove { partner } => {
                let name = name_of(replica, space, partner).await?;
                [format!("de retirer « {name} » de l'espace"), format!("to remove “{name}”")]
            }
            Self::Role { partner, role } => {
                let name = name_of(replica, space, partner).await?;
                let [fr, en] = [Lang::Fr, Lang::En].map(|lang| words::role(role, lang));
                [
                    format!("de donner à « {name} » le rôle de {fr}"),
                    format!("to make “{name}” a {en}"),
                ]
            }
            Self::Rule { rule } => {
                let [fr, en] = [Lang::Fr, Lang::En].map(|lang| words::rule(rule, lang));
                [format!("la règle « {fr} »"), format!("the rule “{en}”")]
            }
            Self::Relay { url } => {
                [format!("de passer au relais {url}"), format!("to move to the relay {url}")]
            }
        })
    }

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

async fn name_of(replica: &Access, space: SpaceId, typed: &str) -> Result<String, Failure> {
    let id = resolve::partner(replica, space, typed).await?;
    let members = resolve::members(replica, space).await?;
    let named = members.into_iter().find(|member| member.partner == id);
    let name = named.map(|member| member.name).filter(|name| !name.is_empty());
    Ok(name.unwrap_or_else(|| id.short()))
}

impl Answer for Proposed {
    fn draw(&self, page: &mut Page) {
        let Some(vote) = &self.vote else {
            return;
        };
        if vote.delivery.sent {
            page.good(&Text::of("Le vote est ouvert.", "The vote is open."));
        } else {
            page.say(&Text::of("Le vote est écrit.", "The vote is written."));
        }
        page.pairs(&[(Text::of("vote", "vote"), vote.proposal.clone())]);
        vote.draw_in(page);
    }

    fn exit(&self) -> Exit {
        self.vote.as_ref().map_or(Exit::Done, |vote| vote.delivery.exit())
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
