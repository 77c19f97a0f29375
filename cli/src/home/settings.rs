//! `liaison.toml`: the few things a replica lets its owner choose.
//!
//! Unknown keys are refused, so that a misspelt one is not silently without effect. No secret
//! ever stands in this file.

use super::{Home, files};
use crate::failures;
use console::{Failure, Lang, Text};
use serde::Deserialize;
use std::path::PathBuf;
use store::Engine;

const SETTINGS_BYTES_MAX: u64 = 64 * 1024;

/// What the file says, once understood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Settings {
    /// What keeps the records.
    pub(crate) engine: Engine,
    /// Certificates (PEM) of a private authority that relays may present, besides the public
    /// ones.
    pub(crate) relay_ca: Option<PathBuf>,
    /// Where to dial instead of the address the register gives: a gateway on the way.
    pub(crate) relay_via: Option<String>,
}

/// The file as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct SettingsFile {
    engine: Option<String>,
    relay_ca: Option<PathBuf>,
    relay_via: Option<String>,
}

impl Settings {
    /// Reads the settings of a home; those by default when there is no file.
    ///
    /// # Errors
    /// `settings-unreadable` or `settings-wrong`.
    pub(crate) fn read(home: &Home) -> Result<Self, Failure> {
        let path = home.settings_path();
        let bytes = files::read_bounded(&path, SETTINGS_BYTES_MAX).map_err(|error| {
            let (path, reason) = (path.display(), failures::reason(&error));
            let (fr, en) = (reason.in_lang(Lang::Fr), reason.in_lang(Lang::En));
            Failure::setup(
                "settings-unreadable",
                Text::new(
                    format!("le fichier {path} ne peut pas être lu : {fr}"),
                    format!("the file {path} cannot be read: {en}"),
                ),
            )
        })?;
        let Some(bytes) = bytes else {
            return Ok(Self::default());
        };
        let text = String::from_utf8_lossy(&bytes);
        let mut settings = Self::parse(&text).map_err(|reason| {
            Failure::setup(
                "settings-wrong",
                Text::new(
                    format!("{} n'est pas compris : {reason}", path.display()),
                    format!("{} is not understood: {reason}", path.display()),
                ),
            )
            .with_hint(Text::of(
                "on peut y écrire : engine = \"sled\" ou \"redb\" ; relay_ca = \"fichier.pem\" ; \
                 relay_via = \"ws://…\"",
                "it may hold: engine = \"sled\" or \"redb\"; relay_ca = \"file.pem\"; \
                 relay_via = \"ws://…\"",
            ))
        })?;
        // A relative path is meant from the file that holds it.
        settings.relay_ca = settings.relay_ca.map(|path| home.dir().join(path));
        Ok(settings)
    }

    fn parse(text: &str) -> Result<Self, String> {
        let file: SettingsFile =
            toml::from_str(text).map_err(|error| error.message().to_owned())?;
        let engine = file.engine.map(|name| name.parse()).transpose()?;
        let engine = engine.unwrap_or_default();
        Ok(Self { engine, relay_ca: file.relay_ca, relay_via: file.relay_via })
    }

    /// Returns the file that a new home starts with.
    pub(crate) fn starting_text(engine: Engine) -> String {
        format!(
            "# Réglages de cette réplique de Liaison.\n\
             \n\
             # Moteur de stockage : \"sled\" ou \"redb\" ; « liaison store migrate » en change.\n\
             engine = \"{engine}\"\n\
             \n\
             # Autorité de certification privée du relais, si l'établissement a la sienne.\n\
             # relay_ca = \"autorite.pem\"\n\
             \n\
             # Passerelle à appeler au lieu de l'adresse que donne le registre.\n\
             # relay_via = \"ws://127.0.0.1:8080\"\n"
        )
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_init_writes_is_understood() {
        for engine in Engine::ALL {
            let settings = Settings::parse(&Settings::starting_text(engine)).unwrap();
            assert_eq!(settings, Settings { engine, relay_ca: None, relay_via: None });
        }
    }

    #[test]
    fn an_empty_file_is_the_defaults() {
        assert_eq!(Settings::parse("").unwrap(), Settings::default());
        assert_eq!(Settings::default().engine, Engine::Sled);
    }

    #[test]
    fn misspelt_keys_and_unknown_engines_are_refused() {
        for wrong in ["motor = \"sled\"", "engine = \"sqlite\"", "engine = 3", "engine"] {
            assert!(Settings::parse(wrong).is_err(), "{wrong}");
        }
    }
}
