//! `device list|request|add|revoke`: the machines of this organisation.

use crate::args::{DeviceCommand, DeviceRequest, InSpace};
use crate::commands::members::{Device, draw_devices, named};
use crate::commands::{ask_list, with_session};
use crate::driver::Access;
use crate::home::Home;
use crate::question::{Answer, Question};
use crate::{carried, failures, resolve};
use card::Called;
use client_core::replica::{Command, Overview, Reply};
use console::{Exit, Failure, Out, Page, Text};
use serde::{Deserialize, Serialize};
use std::path::Path;

mod add;
mod card;
mod revoke;

pub(crate) use add::{Add, Look};
pub(crate) use revoke::Revoke;

/// Carries out a command under `device`.
///
/// # Errors
/// What the replica says.
pub(crate) fn run(command: DeviceCommand, home: &Home, out: &mut Out) -> Result<Exit, Failure> {
    match command {
        DeviceCommand::List(args) => {
            let space = args.space.clone();
            ask_list(home, out, List::from(args), space)
        }
        DeviceCommand::Request(args) => {
            refuse_second(&args)?;
            let requested =
                with_session(home, out, async |session, _| session.ask(Request {}).await)?;
            carried::hand_over(&requested.request, args.output.as_deref())?;
            give(&requested, requested.page(args.output.as_deref()), out)
        }
        DeviceCommand::Add(args) => add::run(args, home, out),
        DeviceCommand::Revoke(args) => revoke::run(args, home, out),
    }
}

/// Refuses to write over a request that somebody may be carrying: its eight words would be dead.
fn refuse_second(args: &DeviceRequest) -> Result<(), Failure> {
    let Some(file) = args.output.as_deref().filter(|file| !args.force && file.exists()) else {
        return Ok(());
    };
    let path = file.display();
    Err(Failure::refused(
        "file-exists",
        Text::new(
            format!("le fichier {path} existe déjà : rien n'est écrit"),
            format!("the file {path} exists already: nothing is written"),
        ),
    )
    .with_hint(Text::of(
        "si c'est une demande, ses huit mots valent toujours ; « --force » en écrit une autre, et \
         les premiers ne vaudront plus",
        "if it is a request, its eight words still hold; “--force” writes another, and the first \
         ones will hold no more",
    )))
}

/// Gives an answer, drawn with the file that was written beside it.
fn give<A: Answer>(
    answer: &A,
    draw: impl FnOnce(&mut Page),
    out: &mut Out,
) -> Result<Exit, Failure> {
    out.answer(answer, draw)?;
    Ok(answer.exit())
}

/// Asks for the machines of this organisation in a space.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct List {
    space: String,
}

/// The machines.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Devices(Vec<Device>);

impl From<InSpace> for List {
    fn from(args: InSpace) -> Self {
        Self { space: args.space }
    }
}

impl Question for List {
    const PATH: &'static str = "device/list";
    type Answer = Devices;

    async fn answer(self, replica: &Access) -> Result<Devices, Failure> {
        let space = resolve::space(replica, &self.space).await?;
        let members = named(resolve::members(replica, space).await?, replica).await?;
        let own = members.into_iter().filter(|member| member.own);
        Ok(Devices(own.flat_map(|member| member.devices).map(Device::from).collect()))
    }
}

impl Answer for Devices {
    fn draw(&self, page: &mut Page) {
        draw_devices(page, &self.0, true);
    }
}

/// Asks for the request of this machine.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Request {}

/// The request of this machine.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Requested {
    device: String,
    request: String,
    /// Those that `device add` shows on the other machine.
    #[serde(default)]
    words: Vec<String>,
    state: String,
}

impl Requested {
    /// Returns the text to carry to the other machine.
    pub(crate) fn request(&self) -> &str {
        &self.request
    }

    /// Returns the eight words that the other machine shows too.
    pub(crate) fn words(&self) -> &[String] {
        &self.words
    }
}

impl Question for Request {
    const PATH: &'static str = "device/request";
    type Answer = Requested;

    async fn answer(self, replica: &Access) -> Result<Requested, Failure> {
        let Reply::DeviceRequest { device, request } =
            replica.command(Command::DeviceRequest).await?
        else {
            return Err(failures::wrong_reply(Self::PATH));
        };
        let Overview { name, label, .. } = replica.overview().await?;
        let request = card::write(&request, &Called { name, label });
        let words = card::fingerprint(&request);
        let state = "request".to_owned();
        Ok(Requested { device: device.to_string(), request, words, state })
    }
}

impl Answer for Requested {
    fn draw(&self, page: &mut Page) {
        self.page(None)(page);
    }
}

impl Requested {
    /// Draws what to do with the request: a file is carried, a string is typed.
    fn page(&self, file: Option<&Path>) -> impl FnOnce(&mut Page) {
        move |page| {
            page.say(&Text::of(
                "Sur un appareil de votre organisation déjà dans l'espace, lancez :",
                "On a device of your organisation that is already in the space, run:",
            ));
            page.gap();
            let space = Text::of("ESPACE", "SPACE");
            let space = space.in_lang(page.lang()).to_owned();
            match file {
                Some(file) => {
                    page.line(&format!("liaison device add {space} --file {}", file.display()));
                }
                None => page.line(&format!("liaison device add {space} {}", self.request)),
            }
            page.gap();
            if file.is_none() {
                page.say(&Text::of(
                    "Trop long à recopier ? « --output FICHIER » l'écrit dans un fichier à porter.",
                    "Too long to copy? “--output FILE” writes it in a file to carry.",
                ));
            }
            page.pairs(&[(Text::of("huit mots", "eight words"), self.words.join(" "))]);
            page.say(&Text::of(
                "Il les montrera aussi : comparez-les avant de confirmer là-bas.",
                "It will show them too: compare them before you confirm there.",
            ));
            page.say(&Text::of(
                "Il répondra par un message d'accueil, à donner ici à « liaison join ».",
                "It will answer with a welcome, to be given here to “liaison join”.",
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_request_that_is_carried_is_not_written_over() {
        let dir = tempfile::tempdir().unwrap();
        let output = Some(dir.path().join("demande.txt"));
        let asked = |force| DeviceRequest { output: output.clone(), force };
        assert!(refuse_second(&asked(false)).is_ok());
        std::fs::write(output.as_ref().unwrap(), "liaison-").unwrap();
        assert_eq!(refuse_second(&asked(false)).unwrap_err().code, "file-exists");
        assert!(refuse_second(&asked(true)).is_ok());
        assert!(refuse_second(&DeviceRequest { output: None, force: false }).is_ok());
    }
}
