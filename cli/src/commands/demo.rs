//! `demo`: fills a space with *Les Trois-Vallons*, a territory that does not exist.
//!
//! Every document is written as ordinary edits of this organisation, one command for each, so
//! that it merges, is signed and is sent like any other. Documents that name a person go to a
//! closed circle, the others anywhere else; the replica has the last word on that.

use crate::args;
use crate::commands::document::{fresh_id, on_its_way};
use crate::commands::with_session;
use crate::driver::Access;
use crate::home::Home;
use crate::question::{Answer, Question};
use crate::{failures, near, resolve, words};
use client_core::kinds::Visibility;
use client_core::replica::{Command, MemberView, Reply};
use console::{Exit, Failure, Out, Page, Text};
use exchange::demo::{self, Draft, Names};
use protocol::id::{DocumentId, PartnerId, SpaceId};
use protocol::register::SpaceKind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Asks for the territory in a space.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Demo {
    space: String,
    /// Whether the space may hold documents already.
    #[serde(default)]
    beside: bool,
}

/// The territory, written.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Filled {
    space: String,
    /// Ids by the keys that documents have in the territory, such as `FA-07`.
    documents: BTreeMap<String, String>,
    /// Keys of the documents whose place is in a space of another kind.
    elsewhere: Vec<String>,
    /// What everything in it is.
    invented: bool,
    /// The replica is connected and sends it by itself.
    #[serde(default)]
    sending: bool,
}

/// Fills the space.
///
/// # Errors
/// What the replica says.
pub(crate) fn run(args: args::Demo, home: &Home, out: &mut Out) -> Result<Exit, Failure> {
    let demo = Demo { space: args.space, beside: args.yes };
    out.progress(&Text::of(
        "J'écris le territoire de démonstration ; tout y est inventé.",
        "Writing the demonstration territory; everything in it is invented.",
    ));
    let filled = with_session(home, out, async |session, _| session.ask(demo).await)?;
    out.answer(&filled, |page| filled.draw(page))?;
    Ok(filled.exit())
}

impl Demo {
    /// Asks for the territory in an empty space.
    pub(crate) fn of(space: &str) -> Self {
        Self { space: space.to_owned(), beside: false }
    }
}

impl Question for Demo {
    const PATH: &'static str = "demo";
    type Answer = Filled;

    async fn answer(self, replica: &Access) -> Result<Filled, Failure> {
        let space = resolve::space(replica, &self.space).await?;
        let overview = replica.overview().await?;
        let already = overview.documents.iter().filter(|(of, _)| *of == space).count();
        if already > 0 && !self.beside {
            return Err(not_empty(already));
        }
        let kind = overview.spaces.iter().find(|view| view.space == space);
        let circle = kind.and_then(|view| view.kind) == Some(SpaceKind::Circle);
        let of_here = |draft: &Draft| (draft.kind.care.visible == Visibility::Named) == circle;
        let (here, elsewhere): (Vec<Draft>, Vec<Draft>) =
            demo::drafts().into_iter().partition(of_here);
        let known = Known::draw(replica, space, &here).await?;
        for draft in &here {
            write(replica, space, draft, &known).await?;
        }
        let last = known.ids.values().next_back().copied();
        let sending = match last {
            Some(document) => on_its_way(replica, document).await?.1,
            None => false,
        };
        Ok(Filled {
            space: space.to_string(),
            documents: known.ids.into_iter().map(|(key, id)| (key, id.to_string())).collect(),
            elsewhere: elsewhere.into_iter().map(|draft| draft.key).collect(),
            invented: true,
            sending,
        })
    }
}

/// Makes one document with all that stands in it.
async fn write(
    replica: &Access,
    space: SpaceId,
    draft: &Draft,
    known: &Known,
) -> Result<(), Failure> {
    let Some(document) = known.document(&draft.key) else {
        return Ok(());
    };
    let new = Some((draft.kind.name.to_owned(), draft.title.clone()));
    let edits = draft.edits(known);
    let Reply::Edited { .. } =
        replica.command(Command::Compose { space, document, new, edits }).await?
    else {
        return Err(failures::wrong_reply(Demo::PATH));
    };
    Ok(())
}

/// What stands in the space for the names of the territory.
struct Known {
    ids: BTreeMap<String, DocumentId>,
    members: Vec<MemberView>,
}

impl Known {
    /// Draws an id for each document and looks up the organisations of the space.
    async fn draw(replica: &Access, space: SpaceId, drafts: &[Draft]) -> Result<Self, Failure> {
        let Reply::Glance { members, .. } = replica.command(Command::Glance { space }).await?
        else {
            return Err(failures::wrong_reply(Demo::PATH));
        };
        let drawn = drafts.iter().map(|draft| Ok((draft.key.clone(), fresh_id()?)));
        Ok(Self { ids: drawn.collect::<Result<_, Failure>>()?, members })
    }
}

impl Names for Known {
    fn document(&self, key: &str) -> Option<DocumentId> {
        self.ids.get(key).copied()
    }

    fn partner(&self, name: &str) -> Option<PartnerId> {
        let mut named = self.members.iter().filter(|member| near::same(&member.name, name));
        // Two of one name cannot be told apart: the name stays a name.
        named.next().filter(|_| named.next().is_none()).map(|member| member.partner)
    }
}

fn not_empty(documents: usize) -> Failure {
    Failure::refused(
        "space-not-empty",
        Text::new(
            format!(
                "cet espace tient déjà {} : la démonstration s'y mêlerait",
                words_fr(documents)
            ),
            format!(
                "this space already holds {}: the demonstration would mix in",
                words_en(documents)
            ),
        ),
    )
    .with_hint(Text::of(
        "fondez un espace pour elle (liaison space found), ou ajoutez --yes pour l'écrire ici",
        "found a space for it (liaison space found), or add --yes to write it here",
    ))
}

fn words_fr(documents: usize) -> String {
    if documents == 1 { "un document".to_owned() } else { format!("{documents} documents") }
}

fn words_en(documents: usize) -> String {
    if documents == 1 { "one document".to_owned() } else { format!("{documents} documents") }
}

impl Answer for Filled {
    fn draw(&self, page: &mut Page) {
        let count = self.documents.len();
        page.good(&Text::new(
            format!("{} : {count} documents écrits.", demo::NAME),
            format!("{}: {count} documents written.", demo::NAME),
        ));
        page.say(&Text::of(
            "Tout y est inventé : territoire, organisations, personnes, chiffres et montants. \
             Chaque titre finit par « (démonstration) ».",
            "Everything in it is invented: territory, organisations, people, figures and sums. \
             Every title ends with “(démonstration)”.",
        ));
        let short = words::short(&self.space);
        if !self.elsewhere.is_empty() {
            let keys = self.elsewhere.len();
            page.say(&Text::new(
                format!("Documents dont la place est dans un espace d'une autre nature : {keys}."),
                format!("Documents whose place is in a space of another kind: {keys}."),
            ));
        }
        let sent = if self.sending {
            ("", "")
        } else {
            (" — pour l'envoyer : liaison sync", " — to send it: liaison sync")
        };
        page.say(&Text::new(
            format!("Pour la parcourir : liaison doc list {short}{}", sent.0),
            format!("To look through it: liaison doc list {short}{}", sent.1),
        ));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::question::drawn;
    use console::Lang;
    use protocol::register::Role;

    fn filled(elsewhere: &[&str], sending: bool) -> Filled {
        Filled {
            space: "5b".repeat(32),
            documents: BTreeMap::from([("FA-07".to_owned(), "a1".repeat(16))]),
            elsewhere: elsewhere.iter().map(|key| (*key).to_owned()).collect(),
            invented: true,
            sending,
        }
    }

    #[test]
    fn it_says_plainly_that_all_is_invented() {
        let french = drawn(&filled(&["FL-DEMO"], false), Lang::Fr);
        assert!(french.contains("Tout y est inventé"), "{french}");
        assert!(french.contains("autre nature : 1"), "{french}");
        assert!(french.contains("liaison doc list 5b5b5b5b"), "{french}");
        assert!(french.contains("liaison sync"), "{french}");
        let english = drawn(&filled(&[], true), Lang::En);
        assert!(english.contains("Everything in it is invented"), "{english}");
        assert!(!english.contains("another kind") && !english.contains("liaison sync"));
    }

    #[test]
    fn a_space_that_holds_something_is_refused_with_what_to_do() {
        let failure = not_empty(1);
        assert_eq!(failure.code, "space-not-empty");
        assert!(failure.message.in_lang(Lang::Fr).contains("un document"));
        assert!(failure.hint.unwrap().in_lang(Lang::En).contains("--yes"));
    }

    #[test]
    fn an_organisation_is_known_by_its_name_unless_two_bear_it() {
        let member = |number: u8, name: &str| MemberView {
            partner: PartnerId::new([number; 16]),
            name: name.to_owned(),
            role: Role::Guarantor,
            state: "active",
            own: false,
            devices: Vec::new(),
        };
        let members = vec![member(1, "Toit & Repères"), member(2, "Escale"), member(3, "ESCALE")];
        let known = Known { ids: BTreeMap::new(), members };
        assert_eq!(known.partner("toit & reperes"), Some(PartnerId::new([1; 16])));
        assert_eq!(known.partner("Escale"), None);
        assert_eq!(known.partner("DAC 3V"), None);
        assert_ne!(fresh_id().unwrap(), fresh_id().unwrap());
    }
}
