//! `join`: answers an invitation, or takes this machine into a space of its organisation.

use crate::args;
use crate::delivery::Delivery;
use crate::driver::Access;
use crate::question::{Answer, Question};
use crate::{carried, failures, words};
use client_core::replica::{Command, Reply};
use console::{Exit, Failure, Page, Text};
use protocol::invitation::Invitation;
use serde::{Deserialize, Serialize};

/// Asks to join.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Join {
    invitation: String,
}

/// The request sent.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Joined {
    space: String,
    request: Option<String>,
    words: Vec<String>,
    #[serde(flatten)]
    delivery: Delivery,
}

impl Join {
    /// Reads what was pasted, or the file it stands in.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(crate) fn read(args: args::Join) -> Result<Self, Failure> {
        let invitation = carried::pasted(args.invitation, args.file.as_deref())?;
        Ok(Self { invitation })
    }
}

impl Question for Join {
    const PATH: &'static str = "join";
    type Answer = Joined;

    async fn answer(self, replica: &Access) -> Result<Joined, Failure> {
        let space = self.invitation.parse::<Invitation>().map(|one| one.space.to_string()).ok();
        let join = Command::Join { invitation: self.invitation };
        let joined = replica.command(join).await;
        let joined = joined.map_err(|failure| asked_already(failure, space.as_deref()));
        let (reply, delivery) = Delivery::of(joined?);
        let Reply::Joined(joined) = reply else {
            return Err(failures::wrong_reply(Self::PATH));
        };
        Ok(Joined {
            space: joined.space.to_string(),
            request: joined.request.map(|request| request.to_string()),
            words: joined.words,
            delivery,
        })
    }
}

/// Says where the eight words stand of a request that was made before.
fn asked_already(failure: Failure, space: Option<&str>) -> Failure {
    let Some(space) = space.filter(|_| failure.code == "already-so") else {
        return failure;
    };
    let short = words::short(space);
    failure.with_hint(Text::new(
        format!(
            "« liaison requests {short} » redit la demande et ses huit mots tant qu'elle attend"
        ),
        format!("“liaison requests {short}” tells the request and its eight words while it waits"),
    ))
}

impl Answer for Joined {
    fn draw(&self, page: &mut Page) {
        match &self.request {
            Some(request) => self.draw_request(request, page),
            None => self.draw_device(page),
        }
        self.delivery.draw_in(page);
    }

    fn exit(&self) -> Exit {
        self.delivery.exit()
    }
}

impl Joined {
    fn draw_device(&self, page: &mut Page) {
        page.good(&Text::of(
            "Cet appareil rejoint l'espace de son organisation.",
            "This device joins the space of its organisation.",
        ));
        page.pairs(&[(Text::of("espace", "space"), self.space.clone())]);
        page.say(&Text::of(
            "L'identifiant de votre organisation est celui que l'espace lui connaît : « liaison \
             members ESPACE » le montre.",
            "Your organisation's identifier is the one that the space knows: “liaison members \
             SPACE” shows it.",
        ));
        page.say(&Text::of(
            "Il y lira dès qu'un appareil déjà admis aura synchronisé : liaison sync",
            "It will read there once a device already admitted has synchronised: liaison sync",
        ));
    }

    fn draw_request(&self, request: &str, page: &mut Page) {
        page.good(&if self.delivery.sent {
            Text::of(
                "La demande est partie. Elle attend l'accord des garants.",
                "The request is sent. It awaits the guarantors' approval.",
            )
        } else {
            Text::of("La demande est écrite.", "The request is written.")
        });
        page.pairs(&[
            (Text::of("espace", "space"), self.space.clone()),
            (Text::of("demande", "request"), request.to_owned()),
        ]);
        page.gap();
        draw_words(page, &self.words);
        page.say(&Text::of(
            "Téléphonez à un garant que vous connaissez et lisez-lui ces huit mots : il doit \
             voir les mêmes. S'ils diffèrent, quelqu'un s'est glissé entre vous : n'allez pas \
             plus loin.",
            "Call a guarantor you know and read these eight words out: they must see the same \
             ones. If they differ, someone has slipped in between: go no further.",
        ));
        page.say(&Text::of(
            "Une fois l'accord donné : liaison sync",
            "Once approved: liaison sync",
        ));
    }
}

/// Draws the eight words to compare, on two lines.
pub(crate) fn draw_words(page: &mut Page, words: &[String]) {
    for line in words.chunks(4) {
        page.line(&format!("    {}", line.join("  ")));
    }
    page.gap();
}
