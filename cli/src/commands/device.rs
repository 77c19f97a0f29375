//! `device list|request|add|revoke`: the machines of this organisation.

use crate::args::{DeviceAdd, DeviceCommand, DeviceRevoke, InSpace};
use crate::commands::ask;
use crate::commands::members::{Device, draw_devices};
use crate::commands::space::bad_name;
use crate::driver::Access;
use crate::home::Home;
use crate::question::{Answer, Question};
use crate::{failures, resolve, words};
use client_core::replica::{Command, Reply};
use console::{Exit, Failure, Out, Page, Text};
use protocol::register::{Cause, DeviceRole};
use serde::{Deserialize, Serialize};

/// Carries out a command under `device`.
///
/// # Errors
/// What the replica says.
pub(crate) fn run(command: DeviceCommand, home: &Home, out: &mut Out) -> Result<Exit, Failure> {
    match command {
        DeviceCommand::List(args) => ask(home, out, List::from(args)),
        DeviceCommand::Request => ask(home, out, Request {}),
        DeviceCommand::Add(args) => ask(home, out, Add::from(args)),
        DeviceCommand::Revoke(args) => ask(home, out, Revoke::from(args)),
    }
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
        let members = resolve::members(replica, space).await?;
        let own = members.into_iter().filter(|member| member.own);
        Ok(Devices(own.flat_map(|member| member.devices).map(Device::from).collect()))
    }
}

impl Answer for Devices {
    fn draw(&self, page: &mut Page) {
        draw_devices(page, &self.0);
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
        Ok(Requested { device: device.to_string(), request, state: "request".to_owned() })
    }
}

impl Answer for Requested {
    fn draw(&self, page: &mut Page) {
        page.say(&Text::of(
            "Sur un appareil de votre organisation déjà dans l'espace, lancez :",
            "On a device of your organisation that is already in the space, run:",
        ));
        page.gap();
        let space = Text::of("ESPACE", "SPACE");
        let space = space.in_lang(page.lang()).to_owned();
        page.line(&format!("liaison device add {space} {}", self.request));
        page.gap();
        page.say(&Text::of(
            "Il répondra par un message d'accueil, à donner ici à « liaison join ».",
            "It will answer with a welcome, to be given here to “liaison join”.",
        ));
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
}

impl From<DeviceAdd> for Add {
    fn from(args: DeviceAdd) -> Self {
        // A mail program may have cut the line.
        let request = args.request.split_whitespace().collect();
        Self { space: args.space, request, role: args.role }
    }
}

impl Question for Add {
    const PATH: &'static str = "device/add";
    type Answer = Added;

    async fn answer(self, replica: &Access) -> Result<Added, Failure> {
        let space = resolve::space(replica, &self.space).await?;
        let role = DeviceRole::from_name(&self.role).ok_or_else(|| bad_name(&self.role))?;
        let add = Command::DeviceAdd { space, request: self.request, role };
        let Reply::DeviceAdded { device, welcome } = replica.command(add).await? else {
            return Err(failures::wrong_reply(Self::PATH));
        };
        Ok(Added { device: device.to_string(), state: "active".to_owned(), welcome })
    }
}

impl Answer for Added {
    fn draw(&self, page: &mut Page) {
        page.good(&Text::of("L'appareil est ajouté.", "The device is added."));
        page.pairs(&[(Text::of("appareil", "device"), self.device.clone())]);
        page.say(&Text::of("Sur cet appareil, lancez :", "On that device, run:"));
        page.gap();
        page.line(&format!("liaison join {}", self.welcome));
    }
}

/// Asks to revoke a machine.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Revoke {
    space: String,
    device: String,
    cause: String,
}

/// The machine revoked.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Revoked {
    device: String,
    state: String,
}

impl From<DeviceRevoke> for Revoke {
    fn from(args: DeviceRevoke) -> Self {
        let DeviceRevoke { space, device, cause } = args;
        Self { space, device, cause }
    }
}

impl Question for Revoke {
    const PATH: &'static str = "device/revoke";
    type Answer = Revoked;

    async fn answer(self, replica: &Access) -> Result<Revoked, Failure> {
        let space = resolve::space(replica, &self.space).await?;
        let device = resolve::device(replica, space, &self.device).await?;
        let cause = Cause::from_name(&self.cause).ok_or_else(|| bad_name(&self.cause))?;
        let revoke = Command::DeviceRevoke { space, device, cause };
        let Reply::DeviceRevoked(device) = replica.command(revoke).await? else {
            return Err(failures::wrong_reply(Self::PATH));
        };
        Ok(Revoked { device: device.to_string(), state: "revoked".to_owned() })
    }
}

impl Answer for Revoked {
    fn draw(&self, page: &mut Page) {
        let device = words::short(&self.device);
        page.good(&Text::new(
            format!("L'appareil {device} est révoqué : rien de ce qu'il enverrait n'est accepté."),
            format!("Device {device} is revoked: nothing it would send is accepted."),
        ));
        page.say(&Text::of(
            "Ce qu'il avait déjà reçu y reste lisible ; ce qui sera écrit désormais ne le sera \
             pas.",
            "What it had received stays readable on it; what is written from now on will not be.",
        ));
    }
}
