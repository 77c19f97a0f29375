//! `device add`: takes another machine of this organisation into a space, once somebody has seen
//! whose it says it is and compared eight words.

use super::card::{self, Called};
use crate::args::DeviceAdd;
use crate::commands::space::bad_name;
use crate::commands::with_session;
use crate::delivery::Delivery;
use crate::driver::Access;
use crate::home::Home;
use crate::prompt::{self, Unasked};
use crate::question::{Answer, Question};
use crate::{carried, failures, near, resolve, words};
use client_core::replica::{Command, Reply};
use console::{Exit, Failure, Lang, Out, Page, Text};
use protocol::id::SpaceId;
use protocol::invitation;
use protocol::register::DeviceRole;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// Shows which machine asks, asks for confirmation, adds it.
///
/// # Errors
/// What the replica says, or that the person said no.
pub(super) fn run(args: DeviceAdd, home: &Home, out: &mut Out) -> Result<Exit, Failure> {
    let DeviceAdd { space, request, file, role, output, yes } = args;
    let request = carried::pasted(request, file.as_deref())?;
    let added = with_session(home, out, async |session, out| {
        let look = Look { space: space.clone(), request: request.clone() };
        let looked = session.ask(look).await?;
        prompt::show(out, |page| looked.draw_with(&role, page))?;
        if !yes {
            looked.refuse_others()?;
            prompt::confirm(out, &Text::of("Ajouter ?", "Add?"), Unasked::Compared)?;
        }
        session.ask(Add { space, request, role }).await
    })?;
    carried::hand_over(&added.welcome, output.as_deref())?;
    if out.json() {
        out.answer(&added, |_| ())?;
    } else {
        out.line(&(), added.page(output.as_deref()))?;
    }
    Ok(added.exit())
}

/// Asks whose machine a request is of, without adding it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Look {
    space: String,
    request: String,
}

/// What a request says.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Looked {
    device: String,
    words: Vec<String>,
    /// What its organisation is called there, where the request says.
    name: Option<String>,
    /// What the machine is called, where the request says.
    label: Option<String>,
    /// What this organisation is called in the space; empty where that is not known.
    own_name: String,
}

impl Look {
    /// Asks about a request, for a space.
    pub(crate) fn of(space: &SpaceId, request: &str) -> Self {
        Self { space: space.to_string(), request: request.to_owned() }
    }
}

impl Looked {
    /// Returns the eight words.
    pub(crate) fn words(&self) -> &[String] {
        &self.words
    }

    /// Returns what its organisation is called there, where the request says.
    pub(crate) fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Returns what the machine is called, where the request says.
    pub(crate) fn label(&self) -> Option<&str> {
        self.label.as_deref()
    }

    /// Returns what this organisation is called, where the request says something else.
    pub(crate) fn differs_from(&self) -> Option<&str> {
        self.refuse_others().is_err().then_some(self.own_name.as_str())
    }
}

impl Question for Look {
    const PATH: &'static str = "device/look";
    type Answer = Looked;

    async fn answer(self, replica: &Access) -> Result<Looked, Failure> {
        let space = resolve::space(replica, &self.space).await?;
        let (card, called) = card::read(&self.request)?;
        let read = card.parse::<invitation::DeviceRequest>();
        let invitation::DeviceRequest(card) = read.map_err(|error| {
            Failure::refused("bad-request", Text::new(error.french(), error.to_string()))
        })?;
        let Reply::Glance { members, .. } = replica.command(Command::Glance { space }).await?
        else {
            return Err(failures::wrong_reply(Self::PATH));
        };
        let own = members.into_iter().find(|member| member.own);
        let Called { name, label } = called.clone().unwrap_or_default();
        Ok(Looked {
            device: card.device.to_string(),
            words: card::fingerprint(&self.request),
            name: called.is_some().then_some(name),
            label: called.is_some().then_some(label),
            own_name: own.map(|member| member.name).unwrap_or_default(),
        })
    }
}

impl Answer for Looked {
    fn draw(&self, page: &mut Page) {
        self.draw_with(DeviceRole::Editor.name(), page);
    }
}

impl Looked {
    fn draw_with(&self, role: &str, page: &mut Page) {
        let lang = page.lang();
        page.say(&Text::of(
            "Vous allez ajouter cet appareil au nom de votre organisation :",
            "You are about to add this device for your organisation:",
        ));
        let unsaid = Text::of("(la demande ne le dit pas)", "(the request does not say)");
        let said =
            |text: &Option<String>| text.clone().unwrap_or_else(|| unsaid.in_lang(lang).to_owned());
        page.pairs(&[
            (Text::of("se dit de", "says it is of"), said(&self.name)),
            (Text::of("nom", "label"), said(&self.label)),
            (Text::of("appareil", "device"), words::short(&self.device)),
            (Text::of("pourra", "will"), may(role, lang)),
            (Text::of("huit mots", "eight words"), self.words.join(" ")),
        ]);
        page.say(&Text::of(
            "Comparez ces mots avec ceux que « liaison device request » montre sur l'autre \
             machine.",
            "Compare these words with those that “liaison device request” shows on the other \
             machine.",
        ));
        page.gap();
    }

    /// Refuses a machine that was made for an organisation of another name.
    fn refuse_others(&self) -> Result<(), Failure> {
        let own = &self.own_name;
        let Some(name) =
            self.name.as_ref().filter(|name| !own.is_empty() && !near::same(name, own))
        else {
            return Ok(());
        };
        Err(Failure::refused(
            "another-organisation",
            Text::new(
                format!(
                    "cette machine se dit de « {name} », et non de « {own} » : rien n'est fait"
                ),
                format!("this machine says it is of “{name}”, not of “{own}”: nothing was done"),
            ),
        )
        .with_hint(Text::of(
            "une machine ajoutée ici écrit et lit au nom de votre organisation ; si c'est bien la \
             vôtre, relancez avec --yes, sinon « liaison invite » fait entrer une organisation",
            "a machine added here writes and reads for your organisation; if it is yours, run \
             again with --yes, else “liaison invite” lets an organisation in",
        )))
    }
}

/// Returns what a machine of some role will be able to do.
fn may(role: &str, lang: Lang) -> String {
    let text = match DeviceRole::from_name(role) {
        Some(DeviceRole::Editor) => Text::of("écrire et lire", "write and read"),
        Some(DeviceRole::Reader) => Text::of("lire", "read"),
        None => return role.to_owned(),
    };
    text.in_lang(lang).to_owned()
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

impl Add {
    /// Asks to add a machine that writes, once its words were compared.
    pub(crate) fn of(space: &SpaceId, request: &str) -> Self {
        let role = DeviceRole::Editor.name().to_owned();
        Self { space: space.to_string(), request: request.to_owned(), role }
    }
}

impl Added {
    /// Returns the text to carry back.
    pub(crate) fn welcome(&self) -> &str {
        &self.welcome
    }

    /// Tells whether the relay has heard of it.
    pub(crate) fn is_sent(&self) -> bool {
        self.delivery.sent
    }
}

impl Question for Add {
    const PATH: &'static str = "device/add";
    type Answer = Added;

    async fn answer(self, replica: &Access) -> Result<Added, Failure> {
        let space = resolve::space(replica, &self.space).await?;
        let role = DeviceRole::from_name(&self.role).ok_or_else(|| bad_name(&self.role))?;
        let (card, _) = card::read(&self.request)?;
        let add = Command::DeviceAdd { space, request: card.to_owned(), role };
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::question::drawn_by;

    #[test]
    fn a_machine_of_another_organisation_is_shown_and_refused() {
        let looked = |name: Option<&str>, own: &str| Looked {
            device: "3fa94b12".repeat(8),
            words: vec!["mot".to_owned(); 8],
            name: name.map(str::to_owned),
            label: name.map(|_| "portable".to_owned()),
            own_name: own.to_owned(),
        };
        let other = looked(Some("CLSM"), "Les Hirondelles");
        let failure = other.refuse_others().unwrap_err();
        assert_eq!(failure.code, "another-organisation");
        assert!(failure.message.in_lang(Lang::Fr).contains("« CLSM »"));
        let french = drawn_by(Lang::Fr, |page| other.draw_with("editor", page));
        for told in ["CLSM", "portable", "écrire et lire"] {
            assert!(french.contains(told), "{told}: {french}");
        }
        for (name, own) in [
            (Some("les hirondelles"), "Les Hirondelles"),
            (Some("CLSM"), ""),
            (None, "Les Hirondelles"),
        ] {
            assert!(looked(name, own).refuse_others().is_ok(), "{name:?}");
        }
    }
}
