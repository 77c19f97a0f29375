//! What an operator writes in `relay.toml`, and what it means.
//!
//! [`ConfigFile`] is the file as written: an unknown key is an error, a secret is only ever named
//! by the path of its own file. [`Settings`] is what the relay runs on: checked, with every path
//! under its folder. Nothing here opens a store or a socket.

use std::collections::BTreeSet;
use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use console::{Failure, Text};
use protocol::id::{OperatorId, SpaceId};
use serde::Deserialize;
use store::Engine;

#[cfg(test)]
mod tests;

/// The name of the file inside a relay's folder.
pub const CONFIG_FILE: &str = "relay.toml";
/// Longest `relay.toml` that is read.
const CONFIG_BYTES_MAX: u64 = 64 * 1024;
/// Where a relay listens when nothing is written.
pub const LISTEN_DEFAULT: &str = "127.0.0.1:7464";
/// Longest display name of a relay.
const NAME_BYTES_MAX: usize = 128;

/// `relay.toml`, as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfigFile {
    /// How the operator calls this relay; shown in its own answers, never sent.
    #[serde(default)]
    pub name: String,
    /// Address and port to listen on.
    #[serde(default = "listen_default")]
    pub listen: String,
    /// The address partners dial, when it is not the one listened on (a proxy stands before).
    pub public_url: Option<String>,
    /// `sled` or `redb`.
    #[serde(default = "engine_default")]
    pub engine: String,
    /// Folder of the store, relative to the relay's folder.
    #[serde(default = "data_dir_default")]
    pub data_dir: PathBuf,
    /// File of the log key, relative to the relay's folder.
    #[serde(default = "log_key_default")]
    pub log_key_file: PathBuf,
    /// Public half of the operator's key, 64 hexadecimal digits.
    pub operator_key: String,
    /// The day the operator's key was made.
    pub operator_key_since: Option<toml::value::Datetime>,
    /// PEM file of the certificate chain: with it the relay speaks TLS 1.3 itself.
    pub tls_cert: Option<PathBuf>,
    /// PEM file of the certificate's private key.
    pub tls_key: Option<PathBuf>,
    /// Whether a link without TLS from end to end is refused; by default, whenever the relay
    /// speaks TLS itself.
    pub binding_required: Option<bool>,
    /// Whether the operator declares certified health-data hosting (art. L.1111-8 CSP).
    #[serde(default)]
    pub health_hosting: bool,
    /// Who may found a space.
    #[serde(default)]
    pub founding: Founding,
    /// Spaces that their partners may bring here from another relay without a ticket.
    #[serde(default)]
    pub expected_spaces: Vec<String>,
    /// Bounds an operator may choose.
    #[serde(default)]
    pub limits: LimitsSection,
    /// What is logged, and how.
    #[serde(default)]
    pub logs: LogsSection,
}

/// Who may found a space on this relay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Founding {
    /// A ticket is asked for as soon as the relay can be reached from another machine.
    #[default]
    BeyondLoopback,
    /// A ticket is always asked for.
    Ticket,
}

/// The `[limits]` table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitsSection {
    /// Connections held at a time.
    pub links: usize,
    /// Connections of one address that have not said who they are.
    pub links_before_auth_per_address: usize,
    /// Addresses of proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Memory for the store's cache, in mebibytes.
    pub cache_mib: u64,
    /// Writes stop when the volume has less than this free, in mebibytes.
    pub free_mib: u64,
}

impl Default for LimitsSection {
    fn default() -> Self {
        Self {
            links: 4_096,
            links_before_auth_per_address: 64,
            trusted_proxies: Vec::new(),
            cache_mib: 64,
            free_mib: 64,
        }
    }
}

/// The `[logs]` table.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LogsSection {
    /// `text` or `json`.
    pub format: LogFormat,
    /// `error`, `warn`, `info`, `debug` or `trace`.
    pub level: LogLevel,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Lines for people.
    #[default]
    Text,
    /// One JSON object per line.
    Json,
}

/// What is worth a line: each level includes those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// Someone should be woken.
    Error,
    /// Unusual.
    Warn,
    /// What an operator would notice.
    #[default]
    Info,
    /// Each branch taken.
    Debug,
    /// Each frame.
    Trace,
}

impl LogLevel {
    /// Returns the name `tracing` gives it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }
}

/// What a relay runs on: checked, all paths absolute or relative to the current folder.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The relay's folder.
    pub dir: PathBuf,
    /// How the operator calls this relay.
    pub name: String,
    /// Where to listen.
    pub listen: SocketAddr,
    /// The address partners dial, when it differs.
    pub public_url: Option<String>,
    /// The storage engine.
    pub engine: Engine,
    /// Folder of the store.
    pub data_dir: PathBuf,
    /// File of the log key.
    pub log_key_file: PathBuf,
    /// Public half of the operator's key.
    pub operator: OperatorId,
    /// The day it was made, as written.
    pub operator_since: Option<String>,
    /// Certificate chain and private key, when the relay speaks TLS itself.
    pub tls: Option<TlsFiles>,
    /// Whether a link without TLS from end to end is refused.
    pub binding_required: bool,
    /// Whether the operator declares certified health-data hosting.
    pub health_hosting: bool,
    /// Who may found a space.
    pub founding: Founding,
    /// Spaces that their partners may bring here from another relay without a ticket.
    pub expected_spaces: BTreeSet<SpaceId>,
    /// Connections held at a time.
    pub links_max: usize,
    /// Connections of one address that have not said who they are.
    pub links_before_auth_per_address_max: usize,
    /// Addresses of proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// How the store behaves.
    pub store: store::Settings,
    /// What is logged, and how.
    pub logs: LogsSection,
}

/// The two PEM files of a relay that speaks TLS itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// Certificate chain, the relay's own first.
    pub cert: PathBuf,
    /// Private key.
    pub key: PathBuf,
}

impl Settings {
    /// Reads and checks the `relay.toml` of a folder.
    ///
    /// # Errors
    /// Status 3: no such file, not TOML, an unknown key, or a value that cannot be meant.
    pub fn load(dir: &Path) -> Result<Self, Failure> {
        let path = dir.join(CONFIG_FILE);
        Self::parse(dir, &read_bounded(&path)?)
    }

    /// Checks the text of a `relay.toml` that stands in `dir`.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn parse(dir: &Path, text: &str) -> Result<Self, Failure> {
        let file: ConfigFile = toml::from_str(text).map_err(|error| not_understood(&error))?;
        file.mean(dir)
    }

    /// Returns the address partners dial, for a relay bound to `listening`.
    #[must_use]
    pub fn url(&self, listening: SocketAddr) -> String {
        let scheme = if self.tls.is_some() { "wss" } else { "ws" };
        self.public_url.clone().unwrap_or_else(|| format!("{scheme}://{listening}"))
    }

    /// Returns whether founding a space takes a ticket, for a relay bound to `listening`.
    ///
    /// A relay that others reach through a proxy says so by its public URL.
    #[must_use]
    pub fn ticket_required(&self, listening: SocketAddr) -> bool {
        match self.founding {
            Founding::Ticket => true,
            Founding::BeyondLoopback => !listening.ip().is_loopback() || self.public_url.is_some(),
        }
    }
}

impl ConfigFile {
    fn mean(self, dir: &Path) -> Result<Settings, Failure> {
        check(&self)?;
        let listen = parse_listen(&self.listen)?;
        let tls = match (self.tls_cert, self.tls_key) {
            (Some(cert), Some(key)) => Some(TlsFiles { cert: dir.join(cert), key: dir.join(key) }),
            (None, None) => None,
            (Some(_), None) | (None, Some(_)) => {
                let wanted = Text::of(
                    "« tls_cert » et « tls_key » vont ensemble",
                    "`tls_cert` and `tls_key` go together",
                );
                return Err(invalid("tls_cert", &wanted));
            }
        };
        let operator = self.operator_key.parse().map_err(|_| {
            let wanted = Text::of("64 chiffres hexadécimaux", "64 hexadecimal digits");
            invalid("operator_key", &wanted)
        })?;
        let expected = self.expected_spaces.iter().map(|space| space.parse());
        let expected_spaces = expected.collect::<Result<_, _>>().map_err(|_| {
            let wanted = Text::of(
                "des identifiants d'espace entiers, de 64 chiffres hexadécimaux",
                "whole ids of spaces, of 64 hexadecimal digits",
            );
            invalid("expected_spaces", &wanted)
        })?;
        let engine = self.engine.parse().map_err(|_| {
            invalid("engine", &Text::of("« sled » ou « redb »", "`sled` or `redb`"))
        })?;
        let store = store::Settings {
            cache_bytes: self.limits.cache_mib << 20,
            free_bytes_min: self.limits.free_mib << 20,
            ..store::Settings::default()
        };
        Ok(Settings {
            dir: dir.to_owned(),
            name: self.name,
            listen,
            public_url: self.public_url,
            engine,
            data_dir: dir.join(self.data_dir),
            log_key_file: dir.join(self.log_key_file),
            operator,
            operator_since: self.operator_key_since.map(|day| day.to_string()),
            binding_required: self.binding_required.unwrap_or(tls.is_some()),
            health_hosting: self.health_hosting,
            tls,
            founding: self.founding,
            expected_spaces,
            links_max: self.limits.links,
            links_before_auth_per_address_max: self.limits.links_before_auth_per_address,
            trusted_proxies: self.limits.trusted_proxies,
            store,
            logs: self.logs,
        })
    }
}

/// Reads an address and port.
///
/// # Errors
/// Status 3, naming `listen`.
pub fn parse_listen(text: &str) -> Result<SocketAddr, Failure> {
    let wanted = Text::of(
        "une adresse et un port, comme 127.0.0.1:7464 ou [::]:7464",
        "an address and a port, such as 127.0.0.1:7464 or [::]:7464",
    );
    text.parse().map_err(|_| invalid("listen", &wanted))
}

/// Checks what is neither an address, a key nor an engine.
fn check(file: &ConfigFile) -> Result<(), Failure> {
    const MIB_MAX: u64 = 1 << 24;
    let limits = &file.limits;
    let between = |what: &'static str, value: u64, min: u64, max: u64| {
        let wanted = Text::new(format!("de {min} à {max}"), format!("from {min} to {max}"));
        if (min..=max).contains(&value) { Ok(()) } else { Err(invalid(what, &wanted)) }
    };
    let count = |value: usize| u64::try_from(value).unwrap_or(u64::MAX);
    between("limits.links", count(limits.links), 1, 1_000_000)?;
    let per_address = count(limits.links_before_auth_per_address);
    between("limits.links_before_auth_per_address", per_address, 1, 1_000_000)?;
    between("limits.cache_mib", limits.cache_mib, 1, MIB_MAX)?;
    between("limits.free_mib", limits.free_mib, 1, MIB_MAX)?;
    if file.name.len() > NAME_BYTES_MAX {
        return Err(invalid("name", &Text::of("128 octets au plus", "at most 128 bytes")));
    }
    if file.binding_required == Some(true) && file.tls_cert.is_none() {
        let wanted = Text::of(
            "« tls_cert » et « tls_key » : sans eux rien n'est chiffré de bout en bout",
            "`tls_cert` and `tls_key`: without them nothing is encrypted from end to end",
        );
        return Err(invalid("binding_required", &wanted));
    }
    let url_ok = |url: &str| {
        let known = url.starts_with("ws://") || url.starts_with("wss://");
        known && url.len() <= protocol::limits::URL_BYTES_MAX
    };
    if !file.public_url.as_deref().is_none_or(url_ok) {
        let wanted = Text::of("une adresse en ws:// ou wss://", "a ws:// or wss:// address");
        return Err(invalid("public_url", &wanted));
    }
    Ok(())
}

fn read_bounded(path: &Path) -> Result<String, Failure> {
    let shown = path.display();
    let absent = |error: &std::io::Error| {
        Failure::setup(
            "no-relay-here",
            Text::new(
                format!("{shown} ne peut être lu : {error}"),
                format!("{shown} cannot be read: {error}"),
            ),
        )
        .with_hint(Text::of(
            "créer le relais avec « liaison-relay init --dir DOSSIER »",
            "make the relay with `liaison-relay init --dir DIR`",
        ))
    };
    let size = fs::metadata(path).map_err(|error| absent(&error))?.len();
    if size > CONFIG_BYTES_MAX {
        let message = Text::new(format!("{shown} est trop long"), format!("{shown} is too long"));
        return Err(Failure::setup("config-invalid", message));
    }
    fs::read_to_string(path).map_err(|error| absent(&error))
}

fn not_understood(error: &toml::de::Error) -> Failure {
    let message = Text::new(
        format!("relay.toml n'est pas compris : {error}"),
        format!("relay.toml is not understood: {error}"),
    );
    Failure::setup("config-invalid", message).with_hint(Text::of(
        "corriger la ligne indiquée ; les clés permises sont dans le guide de l'exploitant",
        "correct that line; the operator's guide lists the keys",
    ))
}

fn invalid(key: &'static str, wanted: &Text) -> Failure {
    let (fr, en) = (wanted.in_lang(console::Lang::Fr), wanted.in_lang(console::Lang::En));
    let message = Text::new(
        format!("relay.toml : « {key} » ne convient pas, il faut : {fr}"),
        format!("relay.toml: `{key}` does not do, it takes: {en}"),
    );
    Failure::setup("config-invalid", message)
}

fn listen_default() -> String {
    LISTEN_DEFAULT.to_owned()
}

fn engine_default() -> String {
    Engine::default().name().to_owned()
}

fn data_dir_default() -> PathBuf {
    PathBuf::from("store")
}

fn log_key_default() -> PathBuf {
    PathBuf::from(crate::keys::LOG_KEY_FILE)
}
