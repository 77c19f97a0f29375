//! `leave`: this organisation leaves a space, by its own voice alone.

use crate::args;
use crate::commands::with_session;
use crate::delivery::Delivery;
use crate::driver::Access;
use crate::home::Home;
use crate::question::{Answer, Question};
use crate::{failures, prompt, resolve};
use client_core::replica::{Command, Reply};
use console::{Exit, Failure, Out, Page, Text};
use serde::{Deserialize, Serialize};

/// Asks to leave.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Leave {
    space: String,
}

/// The space left.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Left {
    left: String,
    #[serde(flatten)]
    delivery: Delivery,
}

/// Asks for confirmation, then leaves.
///
/// # Errors
/// What the replica says, or that the person said no.
pub(crate) fn run(args: args::Leave, home: &Home, out: &mut Out) -> Result<Exit, Failure> {
    if !args.yes {
        let question = Text::of(
            "Votre organisation va quitter cet espace. Pour y revenir, il faudra être invitée et \
             admise de nouveau. Continuer ?",
            "Your organisation is about to leave this space. To come back it must be invited and \
             admitted again. Go on?",
        );
        prompt::confirm(out, &question, prompt::Unasked::NeedsYes)?;
    }
    let leave = Leave { space: args.space };
    let left = with_session(home, out, async |session, _| session.ask(leave).await)?;
    out.answer(&left, |page| left.draw(page))?;
    Ok(left.exit())
}

impl Question for Leave {
    const PATH: &'static str = "leave";
    type Answer = Left;

    async fn answer(self, replica: &Access) -> Result<Left, Failure> {
        let space = resolve::space(replica, &self.space).await?;
        let (reply, delivery) = Delivery::of(replica.command(Command::Leave { space }).await?);
        let Reply::Left(left) = reply else {
            return Err(failures::wrong_reply(Self::PATH));
        };
        Ok(Left { left: left.to_string(), delivery })
    }
}

impl Answer for Left {
    fn draw(&self, page: &mut Page) {
        if self.delivery.sent {
            page.good(&Text::of(
                "Votre organisation a quitté l'espace. Ce que vous en aviez reste lisible ici.",
                "Your organisation has left the space. What you had of it stays readable here.",
            ));
            return;
        }
        page.say(&Text::of(
            "Le départ de votre organisation est écrit ; il prendra effet quand le relais l'aura.",
            "Your organisation's leave is written; it will count once the relay has it.",
        ));
        self.delivery.draw_in(page);
    }

    fn exit(&self) -> Exit {
        self.delivery.exit()
    }
}
