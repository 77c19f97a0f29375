//! `init` and `config check`: a relay's folder made, or looked at.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use console::{Exit, Failure, Out, Text};
use protocol::env::Timestamp;
use protocol::id::{OperatorId, RelayId};
use serde_json::json;

use crate::admin::iso;
use crate::carrier::tls;
use crate::config::{self, CONFIG_FILE, Settings};
use crate::health::wall_ms;
use crate::keys::{self, KeyKind, LOG_KEY_FILE, OPERATOR_KEY_FILE};

/// What an operator may wish for a new relay.
pub(super) struct Wishes {
    pub(super) name: String,
    pub(super) listen: String,
    pub(super) engine: String,
}

/// A folder that was made.
pub(super) struct Made {
    pub(super) relay: RelayId,
    pub(super) operator_key_file: PathBuf,
}

/// Makes a relay's folder.
///
/// # Errors
/// Status 1 when there is one already, status 3 when it cannot be written.
pub(super) fn run(dir: &Path, wishes: &Wishes, out: &mut Out) -> Result<Exit, Failure> {
    let made = make(dir, wishes)?;
    let key_file = made.operator_key_file.display().to_string();
    let answer = json!({"relay": made.relay.to_string(), "operator_key_file": key_file});
    out.answer(&answer, |page| {
        page.good(&Text::new(
            format!("relais créé dans {}", dir.display()),
            format!("relay made in {}", dir.display()),
        ));
        let relay = (Text::of("clé du relais", "relay's key"), made.relay.to_string());
        let file = (Text::of("clé de l'exploitant", "operator's key"), key_file.clone());
        page.pairs(&[relay, file]);
        page.gap();
        page.say(&Text::of(
            "À faire maintenant : déplacer la clé de l'exploitant hors de ce serveur (clé USB au \
             coffre, avec une copie), puis l'effacer d'ici. Elle seule peut suspendre un appareil.",
            "To do now: move the operator's key off this server (a stick in a safe, and a copy), \
             then delete it here. It alone can suspend a device.",
        ));
        page.say(&Text::new(
            format!("Ensuite : liaison-relay serve --dir {}", dir.display()),
            format!("Then: liaison-relay serve --dir {}", dir.display()),
        ));
    })?;
    Ok(Exit::Done)
}

/// Makes the folder, both keys and the settings; the settings last, since they make it a relay.
pub(super) fn make(dir: &Path, wishes: &Wishes) -> Result<Made, Failure> {
    config::parse_listen(&wishes.listen)?;
    if dir.join(CONFIG_FILE).exists() {
        let shown = dir.display();
        let message = Text::new(
            format!("il y a déjà un relais dans {shown}"),
            format!("there is a relay in {shown} already"),
        );
        return Err(Failure::refused("relay-exists", message));
    }
    let made = Timestamp::from_ms(wall_ms());
    let folder = DirBuilder::new().recursive(true).mode(0o700).create(dir);
    folder.map_err(|error| not_written(dir, &error))?;
    let log = keys::create(&dir.join(LOG_KEY_FILE), KeyKind::Log, made)?;
    let operator_key_file = dir.join(OPERATOR_KEY_FILE);
    let operator = keys::create(&operator_key_file, KeyKind::Operator, made)?;
    let text = settings_text(wishes, OperatorId::new(operator.public()), made);
    write_new(&dir.join(CONFIG_FILE), &text)?;
    Ok(Made { relay: RelayId::new(log.public()), operator_key_file })
}

/// Writes a file that must not exist yet.
pub(super) fn write_new(path: &Path, text: &str) -> Result<(), Failure> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        })
        .and_then(|()| keys::sync_folder_of(path))
        .map_err(|error| not_written(path, &error))
}

/// Returns the failure to write something.
pub(super) fn not_written(path: &Path, error: &std::io::Error) -> Failure {
    let shown = path.display();
    let message = Text::new(
        format!("{shown} ne peut être écrit : {error}"),
        format!("{shown} cannot be written: {error}"),
    );
    Failure::setup("not-written", message)
}

fn settings_text(wishes: &Wishes, operator: OperatorId, made: Timestamp) -> String {
    let day = iso(made);
    let day = day.split('T').next().unwrap_or_default();
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let (name, listen) = (quoted(&wishes.name), quoted(&wishes.listen));
    let engine = quoted(&wishes.engine);
    format!(
        "# Réglages du relais. Le guide de l'exploitant (docs/operator.md) explique chaque clé.\n\
         # Settings of the relay; docs/operator.md explains every key.\n\
         name = {name}\n\
         listen = {listen}\n\
         # public_url = \"wss://relais.exemple.fr\"\n\
         engine = {engine}\n\
         data_dir = \"store\"\n\
         log_key_file = \"{LOG_KEY_FILE}\"\n\
         operator_key = \"{operator}\"\n\
         operator_key_since = {day}\n\
         # tls_cert = \"chain.pem\"\n\
         # tls_key = \"key.pem\"\n\
         founding = \"beyond-loopback\"\n\
         # expected_spaces = []\n\
         health_hosting = false\n\
         \n\
         [limits]\n\
         links = 4096\n\
         links_before_auth_per_address = 64\n\
         trusted_proxies = []\n\
         cache_mib = 64\n\
         free_mib = 64\n\
         \n\
         [logs]\n\
         format = \"text\"\n\
         level = \"info\"\n"
    )
}

/// Checks settings, keys and certificate without starting.
///
/// # Errors
/// Status 3 for whatever would keep the relay from starting.
pub(super) fn check(settings: &Settings, out: &mut Out) -> Result<Exit, Failure> {
    let key = keys::read(&settings.log_key_file, KeyKind::Log)?;
    settings.tls.as_ref().map(tls::acceptor).transpose()?;
    let relay = RelayId::new(key.secret.public()).to_string();
    if fs::exists(settings.dir.join(OPERATOR_KEY_FILE)).unwrap_or(false) {
        out.note(&Text::of(
            "la clé de l'exploitant est encore sur ce serveur : la déplacer",
            "the operator's key is still on this server: move it away",
        ));
    }
    let ticket = settings.ticket_required(settings.listen);
    let answer = json!({
        "valid": true,
        "relay": relay,
        "listen": settings.listen.to_string(),
        "url": settings.url(settings.listen),
        "engine": settings.engine.name(),
        "tls": settings.tls.is_some(),
        "binding_required": settings.binding_required,
        "ticket_required": ticket,
    });
    out.answer(&answer, |page| {
        page.good(&Text::of("réglages en ordre", "settings in order"));
        let tls = if settings.tls.is_some() { "TLS 1.3" } else { "–" };
        page.pairs(&[
            (Text::of("relais", "relay"), relay.clone()),
            (Text::of("écoute", "listens on"), settings.listen.to_string()),
            (Text::of("adresse", "address"), settings.url(settings.listen)),
            (Text::of("moteur", "engine"), settings.engine.name().to_owned()),
            (Text::same("TLS"), tls.to_owned()),
        ]);
        if ticket {
            page.say(&Text::of(
                "fonder un espace demande un jeton (« liaison-relay ticket »)",
                "founding a space takes a ticket (`liaison-relay ticket`)",
            ));
        }
    })?;
    Ok(Exit::Done)
}
