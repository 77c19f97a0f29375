//! `device list|request|add|revoke`: the machines of this organisation.

use crate::args::{DeviceAdd, DeviceCommand, InSpace};
use crate::commands::members::{Device, draw_devices, named};
use crate::commands::space::bad_name;
use crate::commands::{ask_list, with_session};
use crate::delivery::Delivery;
use crate::driver::Access;
use crate::home::Home;
use crate::prompt::{self, Unasked};
use crate::question::{Answer, Question};
use crate::{carried, failures, resolve, words};
use client_core::replica::{Command, Reply};
use console::{Exit, Failure, Out, Page, Text};
use protocol::crypto::{self, Label};
use protocol::invitation;
use protocol::register::DeviceRole;
use serde::{Deserialize, Serialize};
use std::path::Path;

mod revoke;

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
            let requested =
                with_session(home, out, async |session, _| session.ask(Request {}).await)?;
            carried::hand_over(&requested.request, args.output.as_deref())?;
            give(&requested, requested.page(args.output.as_deref()), out)
        }
        DeviceCommand::Add(args) => add(args, home, out),
        DeviceCommand::Revoke(args) => revoke::run(args, home, out),
    }
}

/// Shows which machine asks, asks for confirmation, adds it.
fn add(args: DeviceAdd, home: &Home, out: &mut Out) -> Result<Exit, Failure> {
    let DeviceAdd { space, request, file, role, output, yes } = args;
    let request = carried::pasted(request, file.as_deref())?;
    // What cannot be read is refused by the replica, in its own words.
    if let Ok(invitation::DeviceRequest(card)) = request.parse() {
        let device = card.device.to_string();
        let words = fingerprint(&request);
        prompt::show(out, |page| {
            let lang = page.lang();
            page.say(&Text::of(
                "Vous allez ajouter cet appareil au nom de votre organisation :",
                "You are about to add this device for your organisation:",
            ));
            page.pairs(&[
                (Text::of("appareil", "device"), words::short(&device)),
                (Text::of("pourra", "will"), words::device_role(&role, lang)),
                (Text::of("huit mots", "eight words"), words.join(" ")),
            ]);
            page.say(&Text::of(
                "Comparez ces mots avec ceux que « liaison device request » montre sur l'autre \
                 machine.",
                "Compare these words with those that “liaison device request” shows on the other \
                 machine.",
            ));
            page.gap();
        })?;
        if !yes {
            prompt::confirm(out, &Text::of("Ajouter ?", "Add?"), Unasked::Compared)?;
        }
    }
    let add = Add { space, request, role };
    let added = with_session(home, out, async |session, _| session.ask(add).await)?;
    carried::hand_over(&added.welcome, output.as_deref())?;
    if !out.json() {
        out.line(&(), added.page(output.as_deref()))?;
        return Ok(added.exit());
    }
    give(&added, added.page(output.as_deref()), out)
}

/// Returns the eight words of a request, the same on both machines: they cover every key in it.
fn fingerprint(request: &str) -> Vec<String> {
    let hash = crypto::hash_parts(Label::Words, &[request.as_bytes()]);
    let mut digest = [0; 11];
    digest.copy_from_slice(&hash[..11]);
    client_core::words::spell(&digest)
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

impl Question for Request {
    const PATH: &'static str = "device/request";
    type Answer = Requested;

    async fn answer(self, replica: &Access) -> Result<Requested, Failure> {
        let Reply::DeviceRequest { device, request } =
            replica.command(Command::DeviceRequest).await?
        else {
            return Err(failures::wrong_reply(Self::PATH));
        };
        let words = fingerprint(&request);
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

/// Asks to add a machine.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Add {
    space: String,
    request: String,
    role: String,
}

/// The machine added.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Added {
    device: String,
    state: String,
    welcome: String,
    #[serde(flatten)]
    delivery: Delivery,
}

impl Question for Add {
    const PATH: &'static str = "device/add";
    type Answer = Added;

    async fn answer(self, replica: &Access) -> Result<Added, Failure> {
        let space = resolve::space(replica, &self.space).await?;
        let role = DeviceRole::from_name(&self.role).ok_or_else(|| bad_name(&self.role))?;
        let add = Command::DeviceAdd { space, request: self.request, role };
        let reply = replica.command(add).await.map_err(in_use)?;
        let (reply, delivery) = Delivery::of(reply);
        let Reply::DeviceAdded { device, welcome } = reply else {
            return Err(failures::wrong_reply(Self::PATH));
        };
        let state = if delivery.sent { "active" } else { "unsent" };
        Ok(Added { device: device.to_string(), state: state.to_owned(), welcome, delivery })
    }
}

/// Says of a key in use what it means for a machine.
fn in_use(failure: Failure) -> Failure {
    if failure.code != "key-in-use" {
        return failure;
    }
    Failure::refused(
        "key-in-use",
        Text::of(
            "cet appareil est déjà dans l'espace, ou en a été révoqué",
            "this device is in the space already, or was revoked from it",
        ),
    )
    .with_hint(Text::of(
        "un appareil révoqué revient avec une nouvelle demande : « liaison device request »",
        "a revoked device comes back with a new request: “liaison device request”",
    ))
}

impl Answer for Added {
    fn draw(&self, page: &mut Page) {
        self.page(None)(page);
    }

    fn exit(&self) -> Exit {
        self.delivery.exit()
    }
}

impl Added {
    fn page(&self, file: Option<&Path>) -> impl FnOnce(&mut Page) {
        move |page| {
            if self.delivery.sent {
                page.good(&Text::of("L'appareil est ajouté.", "The device is added."));
            }
            page.pairs(&[(Text::of("appareil", "device"), self.device.clone())]);
            page.say(&Text::of("Sur cet appareil, lancez :", "On that device, run:"));
            page.gap();
            match file {
                Some(file) => page.line(&format!("liaison join --file {}", file.display())),
                None => page.line(&format!("liaison join {}", self.welcome)),
            }
            self.delivery.draw_in(page);
        }
    }
}
