//! `space found`, `space list`, `space show`: the circles of partners of this replica.

use crate::args::{self, InSpace, SpaceCommand, names};
use crate::commands::ask;
use crate::delivery::Delivery;
use crate::driver::Access;
use crate::home::Home;
use crate::question::{Answer, Question};
use crate::{failures, resolve, words};
use client_core::replica::{Command, Reply, SpaceView};
use console::{Exit, Failure, Out, Page, Text, readable};
use protocol::register::SpaceKind;
use serde::{Deserialize, Serialize};

/// Carries out a command under `space`.
///
/// # Errors
/// What the replica says.
pub(crate) fn run(command: SpaceCommand, home: &Home, out: &mut Out) -> Result<Exit, Failure> {
    match command {
        SpaceCommand::Found(args) => ask(home, out, Found::from(args)),
        SpaceCommand::List => ask(home, out, List {}),
        SpaceCommand::Show(args) => ask(home, out, Show::from(args)),
    }
}

/// Asks to found a space.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Found {
    title: String,
    relay: String,
    ticket: Option<String>,
    kind: String,
    rule: String,
}

/// The space founded.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Founded {
    space: String,
    title: String,
    #[serde(flatten)]
    delivery: Delivery,
}

impl From<args::Found> for Found {
    fn from(args: args::Found) -> Self {
        let args::Found { title, relay, ticket, kind, rule } = args;
        Self { title, relay, ticket, kind, rule }
    }
}

impl Question for Found {
    const PATH: &'static str = "space/found";
    type Answer = Founded;

    async fn answer(self, replica: &Access) -> Result<Founded, Failure> {
        if self.title.trim().is_empty() {
            return Err(no_title());
        }
        let kind = SpaceKind::from_name(&self.kind).ok_or_else(|| bad_name(&self.kind))?;
        let rule = names::rule(&self.rule).ok_or_else(|| bad_name(&self.rule))?;
        let Self { title, relay: url, ticket, .. } = self;
        let found = Command::Found { title, url, ticket, kind, rule };
        let reply = replica.command(found).await.map_err(not_founded)?;
        let (reply, delivery) = Delivery::of(reply);
        let Reply::Founded { space, title } = reply else {
            return Err(failures::wrong_reply(Self::PATH));
        };
        Ok(Founded { space: space.to_string(), title, delivery })
    }
}

impl Answer for Founded {
    fn draw(&self, page: &mut Page) {
        if !self.delivery.sent {
            page.say(&Text::new(
                format!("La charte de l'espace « {} » est écrite.", self.title),
                format!("The charter of the space “{}” is written.", self.title),
            ));
            page.pairs(&[(Text::of("espace", "space"), self.space.clone())]);
            return self.delivery.draw_in(page);
        }
        page.good(&Text::new(
            format!("L'espace « {} » est fondé.", self.title),
            format!("The space “{}” is founded.", self.title),
        ));
        page.pairs(&[(Text::of("espace", "space"), self.space.clone())]);
        let short = words::short(&self.space);
        page.say(&Text::new(
            format!(
                "Votre organisation en est le premier garant. Pour inviter un partenaire : \
                 liaison invite {short} --role guarantor"
            ),
            format!(
                "Your organisation is its first guarantor. To invite a partner: \
                 liaison invite {short} --role guarantor"
            ),
        ));
    }

    fn exit(&self) -> Exit {
        self.delivery.exit()
    }
}

fn no_title() -> Failure {
    Failure::refused(
        "empty-title",
        Text::of("un espace a un titre : celui-ci est vide", "a space has a title: this is empty"),
    )
    .with_hint(Text::of(
        "donnez-lui un nom que ses membres reconnaîtront : liaison space found \"PTSM\" …",
        "give it a name that its members will know: liaison space found \"PTSM\" …",
    ))
}

/// Says what is left of a founding that reached no relay: nothing.
fn not_founded(failure: Failure) -> Failure {
    if failure.exit != Exit::Unreachable {
        return failure;
    }
    failure.with_hint(Text::of(
        "l'espace n'est pas fondé et rien n'est resté ici ; vérifiez l'adresse du relais, qu'il \
         tourne, et relancez la commande",
        "the space is not founded and nothing was left here; check the relay's address, that it \
         runs, and run the command again",
    ))
}

/// Asks for all spaces.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct List {}

/// All spaces.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Spaces(Vec<Space>);

/// One space as this replica holds it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Space {
    space: String,
    title: String,
    kind: Option<String>,
    role: Option<String>,
    membership: String,
    guarantors: usize,
    rule: Option<String>,
    removal: Removal,
    documents: usize,
    pending: usize,
    quarantined: usize,
    link: String,
    relay: String,
    device: String,
    device_state: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until_ms: Option<i64>,
}

/// What it takes to remove a guarantor: approvals needed, and guarantors that may vote on it.
#[derive(Debug, Serialize, Deserialize)]
struct Removal {
    needed: usize,
    voices: usize,
}

impl From<SpaceView> for Space {
    fn from(view: SpaceView) -> Self {
        Self {
            space: view.space.to_string(),
            title: view.title,
            kind: view.kind.map(|kind| kind.name().to_owned()),
            role: view.role.map(|role| role.name().to_owned()),
            membership: view.membership.to_owned(),
            guarantors: view.guarantors,
            rule: view.rule.as_ref().map(names::rule_name),
            removal: Removal { needed: view.removal.needed, voices: view.removal.able },
            documents: view.documents,
            pending: view.pending,
            quarantined: view.quarantined,
            link: view.link.name().to_owned(),
            relay: view.relay_url,
            device: view.device.to_string(),
            device_state: view.device_state.to_owned(),
            until: view.suspended_until.map(|until| readable::iso_time(words::signed_ms(until))),
            until_ms: view.suspended_until.map(words::signed_ms),
        }
    }
}

impl Question for List {
    const PATH: &'static str = "space/list";
    type Answer = Spaces;

    async fn answer(self, replica: &Access) -> Result<Spaces, Failure> {
        Ok(Spaces(spaces(replica).await?.into_iter().map(Space::from).collect()))
    }
}

impl Answer for Spaces {
    fn draw(&self, page: &mut Page) {
        if self.0.is_empty() {
            page.say(&Text::of(
                "Aucun espace pour l'instant : « liaison space found » en fonde un, « liaison \
                 join » répond à une invitation.",
                "No space yet: “liaison space found” founds one, “liaison join” answers an \
                 invitation.",
            ));
            return;
        }
        let lang = page.lang();
        let headers = [
            Text::of("espace", "space"),
            Text::of("titre", "title"),
            Text::of("rôle", "role"),
            Text::same("documents"),
            Text::of("à envoyer", "to send"),
            Text::of("liaison", "link"),
        ];
        let row = |space: &Space| {
            vec![
                words::short(&space.space),
                space.title.clone(),
                words::standing(space.role.as_deref(), &space.membership, lang),
                space.documents.to_string(),
                space.pending.to_string(),
                words::link(&space.link, lang),
            ]
        };
        page.table(&headers, &self.0.iter().map(row).collect::<Vec<_>>());
    }
}

/// Asks for one space.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Show {
    space: String,
}

impl From<InSpace> for Show {
    fn from(args: InSpace) -> Self {
        Self { space: args.space }
    }
}

impl Question for Show {
    const PATH: &'static str = "space/show";
    type Answer = Space;

    async fn answer(self, replica: &Access) -> Result<Space, Failure> {
        let space = resolve::space(replica, &self.space).await?;
        let found = spaces(replica).await?.into_iter().find(|view| view.space == space);
        found.map(Space::from).ok_or_else(|| failures::wrong_reply(Self::PATH))
    }
}

impl Answer for Space {
    fn draw(&self, page: &mut Page) {
        let lang = page.lang();
        page.title(&Text::same(self.title.clone()));
        let kind = self.kind.as_deref().map(|kind| words::space_kind(kind, lang));
        let rule = self.rule.as_deref().map(|rule| words::rule(rule, lang));
        let role = words::standing(self.role.as_deref(), &self.membership, lang);
        page.pairs(&[
            (Text::of("espace", "space"), self.space.clone()),
            (Text::of("nature", "kind"), kind.unwrap_or_default()),
            (Text::of("votre rôle", "your role"), role),
            (Text::of("garants", "guarantors"), self.guarantors.to_string()),
            (Text::of("règle", "rule"), rule.unwrap_or_default()),
            (Text::same("documents"), self.documents.to_string()),
            (Text::of("à envoyer", "to send"), self.pending.to_string()),
            (Text::of("mis à l'écart", "kept aside"), self.quarantined.to_string()),
            (Text::of("relais", "relay"), self.relay.clone()),
            (Text::of("liaison", "link"), words::link(&self.link, lang)),
            (
                Text::of("cet appareil", "this device"),
                words::state_until(&self.device_state, self.until_ms, lang),
            ),
        ]);
        self.draw_neutrality(page);
    }
}

impl Space {
    /// Says when nobody can be removed, and why.
    fn draw_neutrality(&self, page: &mut Page) {
        if self.membership != "active" {
            return;
        }
        let Removal { needed, voices } = self.removal;
        if (1..3).contains(&self.guarantors) {
            page.say(&Text::of(
                "À un ou deux garants, personne ne peut être retiré : la neutralité commence à \
                 trois.",
                "With one or two guarantors nobody can be removed: neutrality starts at three.",
            ));
        } else if needed > voices {
            page.say(&Text::new(
                format!(
                    "Sous cette règle, aucun garant ne peut être retiré pour l'instant : il \
                     faudrait {needed} accords et {voices} garants seulement pourraient voter, \
                     celui que le vote vise étant compté sans voter."
                ),
                format!(
                    "Under this rule no guarantor can be removed as things stand: {needed} \
                     approvals would be needed and only {voices} guarantors could vote; the one \
                     the vote is about is counted and does not vote."
                ),
            ));
        }
    }
}

/// Returns every space of a replica.
///
/// # Errors
/// Why the replica stopped.
pub(crate) async fn spaces(replica: &Access) -> Result<Vec<SpaceView>, Failure> {
    let Reply::Spaces(spaces) = replica.command(Command::Spaces).await? else {
        return Err(failures::wrong_reply("space"));
    };
    Ok(spaces)
}

/// Returns the failure for a name that only a daemon of another version could have let through.
pub(crate) fn bad_name(name: &str) -> Failure {
    let message = Text::new(format!("nom inconnu : {name}"), format!("unknown name: {name}"));
    Failure::usage("bad-value", message)
}
