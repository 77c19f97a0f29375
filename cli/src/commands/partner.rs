//! `partner name`: gives this organisation another name, for every partner.

use crate::args::PartnerCommand;
use crate::driver::Access;
use crate::failures;
use crate::home::Home;
use crate::question::{Answer, Question};
use client_core::replica::{Command, Reply};
use console::{Exit, Failure, Out, Page, Text};
use serde::{Deserialize, Serialize};

/// Carries out a command under `partner`.
///
/// # Errors
/// What the replica says.
pub(crate) fn run(command: PartnerCommand, home: &Home, out: &mut Out) -> Result<Exit, Failure> {
    let PartnerCommand::Name { name } = command;
    super::ask(home, out, Rename { name })
}

/// Asks for another name.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Rename {
    name: String,
}

impl Rename {
    /// Asks for a name.
    pub(crate) fn to(name: String) -> Self {
        Self { name }
    }
}

/// The name, and the spaces whose partners will read it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Renamed {
    name: String,
    spaces: Vec<String>,
}

impl Question for Rename {
    const PATH: &'static str = "partner/name";
    type Answer = Renamed;

    async fn answer(self, replica: &Access) -> Result<Renamed, Failure> {
        let rename = Command::Rename { name: self.name };
        let Reply::Renamed { name, spaces } = replica.command(rename).await? else {
            return Err(failures::wrong_reply(Self::PATH));
        };
        Ok(Renamed { name, spaces: spaces.iter().map(ToString::to_string).collect() })
    }
}

impl Answer for Renamed {
    fn draw(&self, page: &mut Page) {
        page.good(&Text::new(
            format!("Votre organisation s'appelle « {} ».", self.name),
            format!("Your organisation is called “{}”.", self.name),
        ));
        if self.spaces.is_empty() {
            return page.say(&Text::of(
                "Aucun partenaire ne le lit encore : cette machine n'écrit dans aucun espace.",
                "No partner reads it yet: this machine writes in no space.",
            ));
        }
        page.say(&Text::of(
            "« liaison sync » le dit aux partenaires ; ce que vous avez déjà signé le reste.",
            "“liaison sync” tells the partners; what you have signed stays signed.",
        ));
    }
}
