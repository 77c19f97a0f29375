//! `keys`, `keys rotate`, `ticket`: what the relay's keys are, and what they give.

use std::path::{Path, PathBuf};
use std::time::Duration;

use console::readable::local_time;
use console::{Exit, Failure, Out, Text};
use protocol::env::Timestamp;
use protocol::id::RelayId;
use protocol::relay::Ticket;
use serde_json::json;

use super::init::{Wishes, make};
use crate::admin::iso;
use crate::config::Settings;
use crate::health::wall_ms;
use crate::keys::{self, KeyKind, entropy};

/// A day, in seconds.
const DAY_SECONDS: u64 = 24 * 3600;

/// Shows both public keys, their age, and what a rotation takes.
///
/// # Errors
/// Status 3 when the log key cannot be read.
pub(super) fn show(settings: &Settings, out: &mut Out) -> Result<Exit, Failure> {
    let log = keys::read(&settings.log_key_file, KeyKind::Log)?;
    let relay = RelayId::new(log.secret.public()).to_string();
    let age_days = wall_ms().saturating_sub(log.made.ms()) / 1000 / DAY_SECONDS;
    let operator = settings.operator.to_string();
    let since = settings.operator_since.clone();
    let here = settings.dir.join(keys::OPERATOR_KEY_FILE).exists();
    let rotation = rotation_words(&settings.dir);
    let answer = json!({
        "relay": {"key": relay, "since": iso(log.made), "age_days": age_days},
        "operator": {"key": operator, "since": since, "private_key_on_this_server": here},
        "rotation": rotation.in_lang(out.lang()),
    });
    out.answer(&answer, |page| {
        let made = local_time(i64::try_from(log.made.ms()).unwrap_or(i64::MAX), page.lang());
        page.pairs(&[
            (Text::of("clé du relais", "relay's key"), relay.clone()),
            (Text::of("créée le", "made on"), made),
            (Text::of("âge en jours", "age in days"), age_days.to_string()),
            (Text::of("clé de l'exploitant", "operator's key"), operator.clone()),
            (Text::of("créée le", "made on"), since.clone().unwrap_or_else(|| "–".to_owned())),
        ]);
        if here {
            page.alarm(&Text::of(
                "la clé privée de l'exploitant est encore sur ce serveur : la déplacer",
                "the operator's private key is still on this server: move it away",
            ));
        }
        page.gap();
        page.say(&rotation);
    })?;
    Ok(Exit::Done)
}

/// Makes a second relay's folder with new keys, and says how spaces move to it.
///
/// A space names its relay's key in its register, so only a vote of its partners changes it; and
/// one process signs with one key. A rotation is therefore a move to a relay beside.
///
/// # Errors
/// Status 1 when the folder holds a relay already, status 3 when it cannot be written.
pub(super) fn rotate(
    settings: &Settings,
    into: Option<PathBuf>,
    listen: Option<String>,
    out: &mut Out,
) -> Result<Exit, Failure> {
    let into = into.unwrap_or_else(|| beside(&settings.dir));
    let mut address = settings.listen;
    address.set_port(address.port().checked_add(1).unwrap_or(address.port()));
    let listen = listen.unwrap_or_else(|| address.to_string());
    let engine = settings.engine.name().to_owned();
    let made =
        make(&into, &Wishes { name: settings.name.clone(), listen: listen.clone(), engine })?;
    let relay = made.relay.to_string();
    let steps = steps(&settings.dir, &into);
    let answer = json!({
        "relay": relay,
        "operator_key_file": made.operator_key_file.display().to_string(),
        "dir": into.display().to_string(),
        "listen": listen,
        "steps": steps.iter().map(|step| step.in_lang(out.lang())).collect::<Vec<_>>(),
    });
    out.answer(&answer, |page| {
        page.good(&Text::new(
            format!("nouvelles clés dans {}", into.display()),
            format!("new keys in {}", into.display()),
        ));
        page.pairs(&[(Text::of("clé du nouveau relais", "new relay's key"), relay.clone())]);
        page.gap();
        for (number, step) in steps.iter().enumerate() {
            page.line(&format!("{}. {}", number + 1, step.in_lang(page.lang())));
        }
    })?;
    Ok(Exit::Done)
}

/// Issues a founding ticket.
///
/// # Errors
/// Status 3 when the log key cannot be read.
pub(super) fn ticket(settings: &Settings, days: u64, out: &mut Out) -> Result<Exit, Failure> {
    let log = keys::read(&settings.log_key_file, KeyKind::Log)?;
    let life = Duration::from_secs(days * DAY_SECONDS);
    let expires = Timestamp::from_ms(wall_ms()).after(life);
    let ticket = Ticket::issue(&log.secret, expires, &mut entropy()).to_string();
    if !settings.ticket_required(settings.listen) {
        out.note(&Text::of(
            "ce relais n'écoute que cette machine : aucun jeton n'y est demandé",
            "this relay listens to this machine only: it asks for no ticket",
        ));
    }
    let answer = json!({"ticket": ticket, "expires": iso(expires)});
    out.answer(&answer, |page| {
        page.line(&ticket);
        let until = local_time(i64::try_from(expires.ms()).unwrap_or(i64::MAX), page.lang());
        page.say(&Text::new(
            format!("sert une seule fois, jusqu'au {until}"),
            format!("works once, until {until}"),
        ));
    })?;
    Ok(Exit::Done)
}

fn beside(dir: &Path) -> PathBuf {
    let mut name = dir.as_os_str().to_owned();
    name.push("-next");
    PathBuf::from(name)
}

fn rotation_words(dir: &Path) -> Text {
    let shown = dir.display();
    Text::new(
        format!(
            "Changer de clé est un acte voté dans chaque espace : « liaison-relay keys rotate \
             --dir {shown} » prépare le relais suivant et dit la suite."
        ),
        format!(
            "A change of key is an act voted in each space: `liaison-relay keys rotate --dir \
             {shown}` prepares the next relay and says what follows."
        ),
    )
}

fn steps(old: &Path, new: &Path) -> Vec<Text> {
    let (old, new) = (old.display(), new.display());
    vec![
        Text::new(
            format!(
                "compléter {new}/relay.toml (adresse publique, TLS) et mettre à l'abri \
                 {new}/operator.key"
            ),
            format!(
                "complete {new}/relay.toml (public address, TLS) and move {new}/operator.key away"
            ),
        ),
        Text::new(
            format!("inscrire les espaces attendus : expected_spaces dans {new}/relay.toml"),
            format!("list the spaces expected: expected_spaces in {new}/relay.toml"),
        ),
        Text::new(
            format!("lancer à côté de l'ancien : liaison-relay serve --dir {new}"),
            format!("start it beside the old one: liaison-relay serve --dir {new}"),
        ),
        Text::of(
            "dans chaque espace, faire voter : liaison propose ESPACE relay ADRESSE",
            "in each space, have it voted: liaison propose SPACE relay URL",
        ),
        Text::new(
            format!("quand plus aucun espace n'est à l'ancien, l'arrêter et garder {old} un an"),
            format!("once no space is left at the old one, stop it and keep {old} for a year"),
        ),
    ]
}
