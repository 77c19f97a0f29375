//! `doc new`: a new document of some kind.

use crate::commands::document::edit::{SENDING, heads, on_its_way};
use crate::commands::document::warned::Warned;
use crate::driver::Access;
use crate::question::{Answer, Question};
use crate::{failures, near, resolve, words};
use client_core::kinds::Catalogue;
use client_core::replica::{Command, Reply};
use console::{Failure, Page, Text};
use serde::{Deserialize, Serialize};

/// Asks for a new document.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct New {
    pub(crate) space: String,
    pub(crate) kind: String,
    pub(crate) title: String,
}

/// The new document.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Created {
    document: String,
    heads: Vec<String>,
    /// The replica is connected and sends it by itself.
    #[serde(default)]
    sending: bool,
    /// What the title looks to hold of a person cared for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<Warned>,
}

impl Question for New {
    const PATH: &'static str = "doc/new";
    type Answer = Created;

    async fn answer(self, replica: &Access) -> Result<Created, Failure> {
        let space = resolve::space(replica, &self.space).await?;
        let Self { kind, title, .. } = self;
        known_kind(&kind)?;
        let new = Command::NewDocument { space, kind, title };
        let Reply::Edited { document, version, warnings, .. } = replica.command(new).await? else {
            return Err(failures::wrong_reply(Self::PATH));
        };
        let (_, sending) = on_its_way(replica, document).await?;
        let (document, heads) = (document.to_string(), heads(&version));
        Ok(Created { document, heads, sending, warnings: Warned::all(&warnings) })
    }
}

/// Refuses a name that is no kind of documents, and says which there are.
///
/// # Errors
/// `kind-not-found`.
pub(super) fn known_kind(name: &str) -> Result<(), Failure> {
    if Catalogue::STANDARD.find(name).is_some() {
        return Ok(());
    }
    let kinds: Vec<_> = Catalogue::STANDARD.iter().collect();
    let names = kinds.iter().map(|kind| (kind.name, vec![kind.title.fr, kind.title.en]));
    let failure = Failure::refused(
        "kind-not-found",
        Text::new(
            format!("il n'y a pas de nature de document « {name} »"),
            format!("there is no kind of documents “{name}”"),
        ),
    );
    Err(match near::advice(name, names) {
        Some(hint) => failure.with_hint(hint),
        None => failure,
    })
}

impl Answer for Created {
    fn draw(&self, page: &mut Page) {
        page.good(&Text::of("Le document est créé.", "The document is created."));
        page.pairs(&[(Text::same("document"), self.document.clone())]);
        let short = words::short(&self.document);
        if self.sending {
            page.say(&Text::new(
                format!("Pour le lire : liaison doc show {short}"),
                format!("To read it: liaison doc show {short}"),
            ));
            return page.say(&SENDING);
        }
        page.say(&Text::new(
            format!("Pour le lire : liaison doc show {short} — pour l'envoyer : liaison sync"),
            format!("To read it: liaison doc show {short} — to send it: liaison sync"),
        ));
    }

    fn warnings(&self) -> &[Warned] {
        &self.warnings
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use console::Lang;

    #[test]
    fn a_kind_that_is_none_is_refused_with_the_one_meant() {
        assert!(known_kind("convention").is_ok());
        for (typed, hint) in [
            ("convetion", "peut-être : convention"),
            ("Convention de partenariat", "peut-être : convention"),
            ("zzz", "au choix : ptsm, orientation, fiche_action,"),
        ] {
            let failure = known_kind(typed).unwrap_err();
            assert_eq!(failure.code, "kind-not-found");
            let told = failure.hint.unwrap().in_lang(Lang::Fr).to_owned();
            assert!(told.starts_with(hint), "{typed}: {told}");
        }
    }
}
