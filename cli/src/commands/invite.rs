//! `invite`: a one-time invitation, to be handed over by a safe way.

use crate::args;
use crate::commands::space::bad_name;
use crate::driver::Access;
use crate::question::{Answer, Question};
use crate::{failures, resolve, words};
use client_core::replica::{Command, Reply};
use console::{Failure, Page, Text};
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
}

impl From<args::Invite> for Invite {
    fn from(args: args::Invite) -> Self {
        let args::Invite { space, role, history } = args;
        Self { space, role, history }
    }
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
        let Reply::Invited(invited) = replica.command(invite).await? else {
            return Err(failures::wrong_reply(Self::PATH));
        };
        Ok(Invited {
            invitation: invited.invitation,
            role: invited.role.name().to_owned(),
            space: space.to_string(),
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
    }
}
