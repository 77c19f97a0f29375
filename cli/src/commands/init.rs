//! `init`: makes the replica of an organisation on this machine.
//!
//! The keystore is written last: before it is there, nothing was made, and what a making cut
//! short has left is put aside.

use crate::args;
use crate::failures::{self, Doing};
use crate::home::{Home, Settings, Taken, files};
use crate::keystore::{Cost, Protection};
use crate::opening;
use crate::{prompt, words};
use client_core::replica::{Overview, Profile};
use console::{Exit, Failure, Out, Page, Text};
use serde::Serialize;
use store::Engine;

#[derive(Debug, Serialize)]
struct Made {
    partner: String,
    name: String,
    device: String,
    label: String,
    home: String,
}

/// Makes the replica.
///
/// # Errors
/// `already-initialised`, `passphrase-needed`, or what the disk says.
pub(crate) fn run(args: args::Init, home: &Home, out: &mut Out) -> Result<Exit, Failure> {
    refuse_second(home)?;
    let protection = protection(&args, out)?;
    home.make()?;
    let lock = match home.take()? {
        Taken::Ours(lock) => lock,
        Taken::Theirs(pid) => return Err(failures::home_busy(pid)),
    };
    let no_passphrase = args.no_passphrase;
    let overview = create(args, protection, home)?;
    drop(lock);
    if no_passphrase {
        out.note(&NO_PASSPHRASE);
    }
    let made = Made {
        partner: overview.partner.to_string(),
        name: overview.name,
        device: overview.device.to_string(),
        label: overview.label,
        home: home.dir().display().to_string(),
    };
    out.answer(&made, |page| made.draw(page))?;
    Ok(Exit::Done)
}

/// Makes the replica of a home whose lock the caller holds.
///
/// # Errors
/// `already-initialised`, or what the disk says.
pub(crate) fn create(
    args: args::Init,
    protection: Protection,
    home: &Home,
) -> Result<Overview, Failure> {
    refuse_second(home)?;
    let settings = settings(&args, home)?;
    let profile = Profile {
        name: args.partner,
        college: args.college,
        siret: args.siret,
        finess: args.finess,
        label: args.device.unwrap_or_else(machine_name),
    };
    opening::make(home, &settings, protection, profile)
}

const NO_PASSPHRASE: Text = Text::of(
    "Attention : sans phrase de passe, quiconque copie ce dossier peut lire vos documents, écrire \
     et voter au nom de votre organisation.",
    "Beware: without a passphrase, whoever copies this folder can read your documents, write and \
     vote for your organisation.",
);

fn refuse_second(home: &Home) -> Result<(), Failure> {
    if !home.holds_replica() {
        return Ok(());
    }
    let dir = home.dir().display();
    Err(Failure::refused(
        "already-initialised",
        Text::new(
            format!("il y a déjà une réplique dans {dir}"),
            format!("there is already a replica in {dir}"),
        ),
    )
    .with_hint(Text::of(
        "pour une autre, donnez un autre dossier par --home",
        "for another one, give another folder with --home",
    )))
}

fn protection(args: &args::Init, out: &mut Out) -> Result<Protection, Failure> {
    if args.no_passphrase {
        return Ok(Protection::KeyFile);
    }
    let cost = match args.keystore_cost.as_deref() {
        Some("low") => {
            out.note(&Text::of(
                "Attention : --keystore-cost low ne protège pas ; pour des essais seulement.",
                "Beware: --keystore-cost low does not protect; for tests only.",
            ));
            Cost::LOW
        }
        Some(_) | None => Cost::USUAL,
    };
    Ok(Protection::Passphrase(prompt::new_passphrase(out)?, cost))
}

/// Reads the settings that are already there, else writes those of a new home.
fn settings(args: &args::Init, home: &Home) -> Result<Settings, Failure> {
    let asked = args.engine.as_deref().map(str::parse::<Engine>).transpose();
    let asked = asked.map_err(|error| failures::of_engine(&error))?;
    let path = home.settings_path();
    if !path.exists() {
        let text = Settings::starting_text(asked.unwrap_or_default());
        files::replace(&path, text.as_bytes())
            .map_err(|error| failures::of_file(Doing::Writing, &path, &error))?;
    }
    let settings = Settings::read(home)?;
    match asked {
        Some(engine) if engine != settings.engine => Err(Failure::refused(
            "engine-settled",
            Text::new(
                format!("liaison.toml demande déjà le moteur {}", settings.engine),
                format!("liaison.toml already asks for the engine {}", settings.engine),
            ),
        )),
        Some(_) | None => Ok(settings),
    }
}

/// Returns what this machine is called on its network.
pub(crate) fn machine_name() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let name = name.or_else(|| std::env::var("COMPUTERNAME").ok());
    let name = name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
    name.unwrap_or_else(|| "poste".to_owned())
}

impl Made {
    fn draw(&self, page: &mut Page) {
        page.good(&Text::new(
            format!("La réplique de « {} » est prête sur « {} ».", self.name, self.label),
            format!("The replica of “{}” is ready on “{}”.", self.name, self.label),
        ));
        page.pairs(&[
            (Text::of("appareil", "device"), words::short(&self.device)),
            (Text::of("dossier", "folder"), self.home.clone()),
        ]);
        page.say(&Text::of(
            "Pour la suite : « liaison space found » fonde un espace, « liaison join » répond à \
             une invitation.",
            "Next: “liaison space found” founds a space, “liaison join” answers an invitation.",
        ));
        // The one of JSON stands for the first space only if this machine founds or is admitted.
        page.say(&Text::of(
            "Une autre machine de votre organisation est déjà dans un espace ? « liaison device \
             request » ; l'identifiant de l'organisation viendra de cet espace.",
            "Another machine of your organisation is in a space already? “liaison device \
             request”; the organisation's identifier will come from that space.",
        ));
    }
}
