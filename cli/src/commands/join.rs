//! `join`: answers an invitation, or takes this machine into a space of its organisation.

use crate::args;
use crate::driver::Access;
use crate::failures;
use crate::question::{Answer, Question};
use client_core::replica::{Command, Reply};
use console::{Failure, Page, Text};
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
}

impl From<args::Join> for Join {
    fn from(args: args::Join) -> Self {
        // A mail program may have cut the line.
        let invitation = args.invitation.split_whitespace().collect();
        Self { invitation }
    }
}

impl Question for Join {
    const PATH: &'static str = "join";
    type Answer = Joined;

    async fn answer(self, replica: &Access) -> Result<Joined, Failure> {
        let join = Command::Join { invitation: self.invitation };
        let Reply::Joined(joined) = replica.command(join).await? else {
            return Err(failures::wrong_reply(Self::PATH));
        };
        Ok(Joined {
            space: joined.space.to_string(),
            request: joined.request.map(|request| request.to_string()),
            words: joined.words,
        })
    }
}

impl Answer for Joined {
    fn draw(&self, page: &mut Page) {
        if self.request.is_none() {
            page.good(&Text::of(
                "Cet appareil a rejoint l'espace de son organisation.",
                "This device has joined the space of its organisation.",
            ));
            page.pairs(&[(Text::of("espace", "space"), self.space.clone())]);
            return;
        }
        page.good(&Text::of(
            "La demande est partie. Elle attend l'accord des garants.",
            "The request is sent. It awaits the guarantors' approval.",
        ));
        page.pairs(&[
            (Text::of("espace", "space"), self.space.clone()),
            (Text::of("demande", "request"), self.request.clone().unwrap_or_default()),
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
