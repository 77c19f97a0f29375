//! `invite`: a one-time invitation, to be handed over by a safe way.

use crate::args;
use crate::commands::space::bad_name;
use crate::commands::with_session;
use crate::delivery::Delivery;
use crate::driver::Access;
use crate::home::Home;
use crate::question::{Answer, Question};
use crate::{carried, failures, resolve, words};
use client_core::replica::{Command, Reply};
use console::{Exit, Failure, Out, Page, Text};
use protocol::register::{History, Role};
use serde::{Deserialize, Serialize};

/// Asks for an invitation.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Invite {
    space: String,
    role: String,
    history: Option<String>,
}

/// The invitation.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Invited {
    invitation: String,
    role: String,
    space: String,
    #[serde(flatten)]
    delivery: Delivery,
}

/// Makes the invitation, and writes it in a file if one is asked for.
///
/// # Errors
/// What the replica or the disk says.
pub(crate) fn run(args: args::Invite, home: &Home, out: &mut Out) -> Result<Exit, Failure> {
    let args::Invite { space, role, history, output } = args;
    let invite = Invite { space, role, history };
    let invited = with_session(home, out, async |session, _| session.ask(invite).await)?;
    carried::hand_over(&invited.invitation, output.as_deref())?;
    out.answer(&invited, |page| invited.draw(page))?;
    Ok(invited.exit())
}

impl Question for Invite {
    const PATH: &'static str = "invite";
    type Answer = Invited;

    async fn answer(self, replica: &Access) -> Result<Invited, Failure> {
        let space = resolve::space(replica, &self.space).await?;
        let role = Role::from_name(&self.role).ok_or_else(|| bad_name(&self.role))?;
        let known = |name: &String| History::from_name(name).ok_or_else(|| bad_name(name));
        let history = self.history.as_ref().map(known).transpose()?;
        let invite = Command::Invite { space, role, history };
        let (reply, delivery) = Delivery::of(replica.command(invite).await?);
        let Reply::Invited(invited) = reply else {
            return Err(failures::wrong_reply(Self::PATH));
        };
        Ok(Invited {
            invitation: invited.invitation,
            role: invited.role.name().to_owned(),
            space: space.to_string(),
            delivery,
        })
    }
}

impl Answer for Invited {
    fn draw(&self, page: &mut Page) {
        let role = words::role(&self.role, page.lang());
        page.say(&Text::new(
            format!("Invitation comme {role}, à usage unique, valable quatorze jours :"),
            format!("Invitation as {role}, for one use, within fourteen days:"),
        ));
        page.gap();
        page.line(&self.invitation);
        page.gap();
        page.say(&Text::of(
            "Remettez-la de la main à la main ou par un message sûr : qui la détient peut \
             demander à entrer.",
            "Hand it over in person or by a safe message: whoever holds it may ask to come in.",
        ));
        let space = words::short(&self.space);
        page.say(&Text::new(
            format!("La demande se verra par : liaison requests {space}"),
            format!("The request will be seen with: liaison requests {space}"),
        ));
        self.delivery.draw_in(page);
        if !self.delivery.sent {
            page.say(&Text::of(
                "L'invitation ne peut servir qu'une fois envoyée.",
                "The invitation can only be used once it is sent.",
            ));
        }
    }

    fn exit(&self) -> Exit {
        self.delivery.exit()
    }
}
