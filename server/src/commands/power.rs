//! `suspend`, `resume`: the operator's only power, used over a link to the relay.
//!
//! With `--relay` the link is dialled from wherever the key is. With `--dir` it is dialled on this
//! machine when the relay runs, and made within this process, over the store, when it does not.

use std::path::{Path, PathBuf};
use std::time::Duration;

use console::readable::local_time;
use console::{Exit, Failure, Out, Text};
use protocol::id::{RelayId, SpaceId};
use serde_json::json;

use super::block_on;
use crate::admin::{self, Answer, Found, Question, iso};
use crate::args::Target;
use crate::config::{CONFIG_FILE, Settings};
use crate::driver::{Blueprint, Sight};
use crate::keys::{self, KeyKind};
use crate::named::Named;
use crate::operator::{self, Done, Errand, Power};
use crate::service;

/// Suspends a device.
///
/// # Errors
/// Status 1 for what the register refuses, status 4 when the relay cannot be reached.
pub(super) fn suspend(target: &Target, hours: u64, out: &mut Out) -> Result<Exit, Failure> {
    run(target, Power::Suspend(Duration::from_secs(hours * 3600)), out)
}

/// Ends a suspension.
///
/// # Errors
/// As [`suspend`].
pub(super) fn resume(target: &Target, out: &mut Out) -> Result<Exit, Failure> {
    run(target, Power::Resume, out)
}

fn run(target: &Target, power: Power, out: &mut Out) -> Result<Exit, Failure> {
    let secret = keys::read(&target.operator_key, KeyKind::Operator)?.secret;
    let errand =
        |relay, space| Errand { secret, relay, space, device: target.device.clone(), power };
    let done = match (&target.relay, &target.relay_key) {
        (Some(url), Some(key)) => {
            let relay: RelayId = key.parse().map_err(|_| not_an_id("--relay-key"))?;
            let space: SpaceId = target.space.parse().map_err(|_| not_an_id("SPACE"))?;
            block_on(operator::dial(&errand(relay, space), url))?
        }
        (Some(_), None) | (None, _) => at_home(target, errand)?,
    };
    let until = done.until.map(iso);
    let answer = json!({
        "until": until,
        "device": done.device.to_string(),
        "seq": done.seq,
    });
    out.answer(&answer, |page| page.good(&told(&done, page.lang())))?;
    Ok(Exit::Done)
}

/// Reaches the relay of a folder on this machine.
fn at_home(
    target: &Target,
    errand: impl FnOnce(RelayId, SpaceId) -> Errand,
) -> Result<Done, Failure> {
    let settings = Settings::load(&folder(target)?)?;
    let log = keys::read(&settings.log_key_file, KeyKind::Log)?.secret;
    let relay = RelayId::new(log.public());
    if let Found::Running(_) = admin::find_running(&settings.dir) {
        let space = running_space(&settings, &target.space)?;
        let Answer::Status(status) = admin::ask(&settings, &Question::Status)? else {
            return Err(gone());
        };
        let url = status.run.dial.ok_or_else(gone)?;
        return block_on(operator::dial(&errand(relay, space), &url));
    }
    let store = admin::open_store(&settings)?;
    let sight = Sight::new(store.clone());
    let space = Named::Space.find(admin::spaces(&sight), &target.space)?;
    drop(sight);
    let policy = service::policy(&settings, relay, settings.listen);
    let blueprint = Blueprint { policy, secret: log };
    block_on(operator::inside(&errand(relay, space), blueprint, store))
}

/// Completes the beginning of a space's id by asking the running relay.
fn running_space(settings: &Settings, typed: &str) -> Result<SpaceId, Failure> {
    let Answer::Spaces(lines) = admin::ask(settings, &Question::Spaces)? else {
        return Err(gone());
    };
    Named::Space.find(lines.iter().filter_map(|line| line.space.parse().ok()), typed)
}

/// Returns the folder named, or the one the operator's key still lies in.
fn folder(target: &Target) -> Result<PathBuf, Failure> {
    if let Some(dir) = &target.dir {
        return Ok(dir.clone());
    }
    let beside = target.operator_key.parent().unwrap_or(Path::new("."));
    if beside.join(CONFIG_FILE).exists() {
        return Ok(beside.to_owned());
    }
    let message = Text::of("quel relais ?", "which relay?");
    Err(Failure::usage("which-relay", message).with_hint(Text::of(
        "--dir DOSSIER sur le serveur, ou --relay ADRESSE --relay-key CLÉ depuis ailleurs",
        "--dir DIR on the server, or --relay URL --relay-key HEX from elsewhere",
    )))
}

fn told(done: &Done, lang: console::Lang) -> Text {
    let device = done.device.short();
    match done.until {
        Some(until) => {
            let until = local_time(i64::try_from(until.ms()).unwrap_or(i64::MAX), lang);
            Text::new(
                format!("appareil {device} suspendu jusqu'au {until}, au vu de tous"),
                format!("device {device} suspended until {until}, in the open"),
            )
        }
        None => Text::new(
            format!("suspension de l'appareil {device} levée"),
            format!("suspension of device {device} ended"),
        ),
    }
}

fn not_an_id(what: &str) -> Failure {
    let message = Text::new(
        format!("{what} : 64 chiffres hexadécimaux sont attendus"),
        format!("{what}: 64 hexadecimal digits are expected"),
    );
    Failure::usage("not-an-id", message)
}

fn gone() -> Failure {
    let message = Text::of("le relais s'arrête", "the relay is stopping");
    Failure::refused("relay-stopping", message)
}
