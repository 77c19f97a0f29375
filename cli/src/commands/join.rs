//! `join`: answers an invitation, or takes this machine into a space of its organisation.

use crate::args;
use crate::delivery::Delivery;
use crate::driver::Access;
use crate::question::{Answer, Question};
use crate::{carried, failures, words};
use client_core::replica::{Command, Reply};
use console::{Exit, Failure, Lang, Page, Text};
use protocol::invitation::{DeviceWelcome, Invitation};
use serde::{Deserialize, Serialize};
use std::path::Path;

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
        if let Some(file) = args.invitation.as_ref().filter(|typed| Path::new(typed).is_file()) {
            return Err(Failure::usage(
                "file-not-read",
                Text::new(
                    format!("« {file} » est un fichier, non une invitation"),
                    format!("“{file}” is a file, no invitation"),
                ),
            )
            .with_hint(Text::new(
                format!("pour le lire : liaison join --file {file}"),
                format!("to read it: liaison join --file {file}"),
            )));
        }
        let invitation = carried::pasted(args.invitation, args.file.as_deref())?;
        Ok(Self { invitation })
    }

    /// Takes an invitation, or the welcome of another machine, out of what was pasted in a page.
    ///
    /// # Errors
    /// `bad-invitation` for what is neither: nothing is asked then.
    pub(crate) fn pasted(text: &str) -> Result<Self, Failure> {
        let invitation = carried::pasted(Some(text.to_owned()), None)?;
        match (invitation.parse::<Invitation>(), invitation.parse::<DeviceWelcome>()) {
            (Err(error), Err(_)) => Err(Failure::refused(
                "bad-invitation",
                Text::new(error.french(), error.to_string()),
            )),
            (_, Ok(_)) | (Ok(_), _) => Ok(Self { invitation }),
        }
    }
}

impl Joined {
    /// Returns the space that was asked for.
    pub(crate) fn space(&self) -> &str {
        &self.space
    }
}

impl Question for Join {
    const PATH: &'static str = "join";
    type Answer = Joined;

    async fn answer(self, replica: &Access) -> Result<Joined, Failure> {
        let space = self.invitation.parse::<Invitation>().map(|one| one.space.to_string()).ok();
        let join = Command::Join { invitation: self.invitation };
        let before = replica.overview().await?.device;
        let joined = match replica.command(join).await {
            Ok(joined) => Ok(joined),
            Err(failure) => {
                let failure = asked_already(failure, space.as_deref());
                let after = replica.overview().await?.device;
                Err(if after == before { failure } else { renewed(failure, &after.to_string()) })
            }
        };
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

/// Says that the keys of a request the relay refused are not used again: this machine will bear
/// another identifier than the one that `init` showed.
fn renewed(failure: Failure, device: &str) -> Failure {
    let short = words::short(device);
    let (fr, en) = match &failure.hint {
        Some(hint) => {
            (format!("{} ; ", hint.in_lang(Lang::Fr)), format!("{}; ", hint.in_lang(Lang::En)))
        }
        None => (String::new(), String::new()),
    };
    failure.with_hint(Text::new(
        format!(
            "{fr}les clés de cette demande ne servent plus : l'appareil se présentera désormais \
             comme {short}"
        ),
        format!(
            "{en}the keys of this request are not used again: this device will now show itself as \
             {short}"
        ),
    ))
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
            "Il y lira par « liaison sync » : l'appareil qui l'a ajouté lui a remis la clé s'il \
             était connecté au relais, sinon il la remettra à sa prochaine synchronisation.",
            "It will read there by “liaison sync”: the device that added it has handed it the key \
             if it was connected to the relay, else it will at its next synchronisation.",
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_not_taken_for_an_invitation() {
        let here = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml").to_owned();
        let read = Join::read(args::Join { invitation: Some(here), file: None });
        let failure = read.err().unwrap_or_else(|| panic!("a file"));
        let hint = failure.hint.map(|hint| hint.in_lang(Lang::Fr).to_owned()).unwrap_or_default();
        assert!(failure.code == "file-not-read" && hint.contains("join --file"), "{hint}");
    }

    #[test]
    fn a_refused_request_says_that_the_device_has_another_key() {
        let refused = Failure::refused("expired", Text::of("périmée", "expired"))
            .with_hint(Text::of("redemandez", "ask again"));
        let hint = renewed(refused, &"3fa94b12".repeat(8)).hint;
        let hint = hint.map(|hint| hint.in_lang(Lang::Fr).to_owned()).unwrap_or_default();
        assert!(hint.starts_with("redemandez ; ") && hint.ends_with("comme 3fa94b12"), "{hint}");
    }
}
