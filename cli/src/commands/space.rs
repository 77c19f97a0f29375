//! `space found`, `list`, `show` and `close`: the circles of partners of this replica.

use crate::args::space::{self as asked, SpaceCommand};
use crate::args::{InSpace, names};
use crate::commands::ask;
use crate::delivery::Delivery;
use crate::driver::Access;
use crate::home::Home;
use crate::question::{Answer, Question};
use crate::{failures, resolve, words};
use client_core::replica::{Command, Reply, SpaceView};
use console::{Exit, Failure, Lang, Out, Page, Text, readable};
use protocol::register::{Rule, SpaceKind};
use serde::{Deserialize, Serialize};

mod close;
mod closed;

pub(crate) use close::Close;
use closed::Closed;

/// Carries out a command under `space`.
///
/// # Errors
/// What the replica says.
pub(crate) fn run(command: SpaceCommand, home: &Home, out: &mut Out) -> Result<Exit, Failure> {
    match command {
        SpaceCommand::Found(args) => ask(home, out, Found::from(args)),
        SpaceCommand::List => ask(home, out, List {}),
        SpaceCommand::Show(args) => ask(home, out, Show::from(args)),
        SpaceCommand::Close(args) => close::run(args, home, out),
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

impl Found {
    /// Asks for a space of a kind by its name, under the usual rule.
    ///
    /// # Errors
    /// What is wrong with the title or with the address of the relay.
    pub(crate) fn of(
        kind: SpaceKind,
        title: &str,
        relay: &str,
        ticket: Option<&str>,
    ) -> Result<Self, Failure> {
        Ok(Self {
            title: names::name(title)?,
            relay: names::relay_url(relay.trim())?,
            ticket: ticket.map(str::to_owned),
            kind: kind.name().to_owned(),
            rule: names::rule_name(&Rule::USUAL),
        })
    }
}

impl Founded {
    /// Returns the space.
    pub(crate) fn space(&self) -> &str {
        &self.space
    }
}

impl From<asked::Found> for Found {
    fn from(args: asked::Found) -> Self {
        let asked::Found { title, relay, ticket, kind, rule } = args;
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
    removal: Voices,
    rule_change: Voices,
    decision: Voices,
    documents: usize,
    pending: usize,
    quarantined: usize,
    link: String,
    relay: String,
    device: String,
    device_state: String,
    /// In the space, but handed no key yet: nothing can be read.
    #[serde(default)]
    awaits_key: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until_ms: Option<i64>,
    /// How the space was closed, and who attested its erasure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    closed: Option<Closed>,
}

/// What a vote takes: approvals needed, and guarantors that may vote on it.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Voices {
    needed: usize,
    voices: usize,
}

impl From<client_core::replica::Voices> for Voices {
    fn from(of: client_core::replica::Voices) -> Self {
        Self { needed: of.needed, voices: of.able }
    }
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
            removal: view.removal.into(),
            rule_change: view.change.into(),
            decision: view.decision.into(),
            documents: view.documents,
            pending: view.pending,
            quarantined: view.quarantined,
            link: view.link.name().to_owned(),
            relay: view.relay_url,
            device: view.device.to_string(),
            device_state: view.device_state.to_owned(),
            awaits_key: view.awaits_key,
            until: view.suspended_until.map(|until| readable::iso_time(words::signed_ms(until))),
            until_ms: view.suspended_until.map(words::signed_ms),
            closed: view.closed.map(Closed::from),
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
                space.title_in(lang),
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

impl Show {
    /// Asks for one space, by its identifier or its first digits.
    pub(crate) fn of(space: String) -> Self {
        Self { space }
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
        page.title(&Text::same(self.title_in(lang)));
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
        match &self.closed {
            Some(closed) => closed.draw_in(page),
            None => self.draw_neutrality(page),
        }
    }
}

impl Space {
    /// Returns what people call the space: an erased one has no title any more.
    fn name(&self) -> String {
        if self.title.is_empty() { words::short(&self.space) } else { self.title.clone() }
    }

    /// Returns the title, with how the space ended.
    fn title_in(&self, lang: Lang) -> String {
        let ended = match &self.closed {
            None => return self.title.clone(),
            Some(closed) if closed.is_erased() => Text::of("espace effacé", "erased space"),
            Some(_) => Text::of("archivé", "archived"),
        };
        match self.title.as_str() {
            "" => ended.in_lang(lang).to_owned(),
            title => format!("{title} ({})", ended.in_lang(lang)),
        }
    }

    /// Says why nothing of the space can be read yet, when that is so.
    pub(crate) fn unread(&self) -> Option<Text> {
        if let Some(closed) = self.closed.as_ref().filter(|closed| closed.is_erased()) {
            return Some(closed.told());
        }
        if self.membership == "waiting" {
            return Some(Text::of(
                "Rien n'est encore reçu ici : si les garants ont approuvé votre demande, « liaison \
                 sync » apporte les documents ; sinon elle attend encore leur accord.",
                "Nothing is received here yet: if the guarantors have approved your request, \
                 “liaison sync” brings the documents; else it still awaits their approval.",
            ));
        }
        self.awaits_key.then_some(Text::of(
            "En attente de la clé : un partenaire en ligne la remettra, puis « liaison sync ».",
            "Waiting for the key: a partner who is online will hand it over, then “liaison sync”.",
        ))
    }

    /// Says which votes cannot be carried, or only if nobody is missing.
    fn draw_neutrality(&self, page: &mut Page) {
        if self.membership != "active" || self.guarantors == 0 {
            return;
        }
        if self.guarantors < 3 {
            page.say(&removable(self.rule.as_deref().unwrap_or_default()));
        } else {
            let subject = (
                ", celui que le vote vise étant compté sans voter",
                "; the one the vote is about is counted and does not vote",
            );
            let removal = ("aucun garant ne peut être retiré", "no guarantor can be removed");
            let remove = ("retirer un garant", "remove a guarantor");
            self.removal.draw_in(page, removal, remove, subject);
        }
        let none = ("", "");
        let rule = ("la règle ne peut pas être changée", "the rule cannot be changed");
        let change = ("changer la règle", "change the rule");
        self.rule_change.draw_in(page, rule, change, none);
        let decided = (
            "rien d'autre ne peut être décidé, pas même une admission",
            "nothing else can be decided, not even an admission",
        );
        let decide =
            ("décider du reste, comme d'une admission", "decide the rest, as an admission");
        self.decision.draw_in(page, decided, decide, none);
    }
}

/// Says from how many guarantors on one of them can be removed, by the name of the rule.
fn removable(rule: &str) -> Text {
    // Whoever the vote is about is counted and does not vote.
    let from = match rule.split(" / ").nth(1).unwrap_or(rule) {
        "majority" => 3,
        "usual" | "two-thirds" => 4,
        other => match other.strip_prefix("at-least-").and_then(|least| least.parse().ok()) {
            Some(least) => 3.max(1_usize.saturating_add(least)),
            None => {
                return Text::of(
                    "Sous cette règle, aucun garant ne peut être retiré.",
                    "Under this rule no guarantor can be removed.",
                );
            }
        },
    };
    Text::new(
        format!("Sous cette règle, un garant ne peut être retiré qu'à partir de {from} garants."),
        format!("Under this rule a guarantor can be removed from {from} guarantors on only."),
    )
}

/// French and English.
type Both = (&'static str, &'static str);

impl Voices {
    /// Warns when a vote cannot be carried, or only with every voice of three or more.
    fn draw_in(self, page: &mut Page, stuck: Both, act: Both, because: Both) {
        let Self { needed, voices } = self;
        if needed > voices {
            page.alarm(&Text::new(
                format!(
                    "Sous cette règle, {} pour l'instant : il faudrait {} et {}{}.",
                    stuck.0,
                    words::count(needed, ("accord", ""), Lang::Fr),
                    words::few_could_vote(voices, Lang::Fr),
                    because.0
                ),
                format!(
                    "Under this rule {} as things stand: {} would be needed and {}{}.",
                    stuck.1,
                    words::count(needed, ("", "approval"), Lang::En),
                    words::few_could_vote(voices, Lang::En),
                    because.1
                ),
            ));
        } else if needed == voices && voices >= 2 {
            page.say(&Text::new(
                format!(
                    "Pour {}, il faut l'accord de tous ceux qui peuvent voter ({needed} sur \
                     {voices}) : un seul absent l'empêche.",
                    act.0
                ),
                format!(
                    "To {}, everybody who may vote must approve ({needed} of {voices}): one who \
                     is absent prevents it.",
                    act.1
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::drawn_by;

    fn told(voices: (usize, usize), lang: Lang) -> String {
        let (needed, voices) = voices;
        drawn_by(lang, |page| {
            let stuck = ("la règle ne peut pas être changée", "the rule cannot be changed");
            let act = ("changer la règle", "change the rule");
            Voices { needed, voices }.draw_in(page, stuck, act, ("", ""));
        })
    }

    #[test]
    fn what_removes_a_guarantor_is_told_by_the_rule() {
        let told = |rule| removable(rule).in_lang(Lang::Fr).to_owned();
        for (rule, from) in [
            ("majority", "de 3 garants"),
            ("usual", "de 4 garants"),
            ("two-thirds", "de 4 garants"),
            ("majority / at-least-4 / majority / majority", "de 5 garants"),
            ("unanimous", "aucun garant"),
        ] {
            assert!(told(rule).contains(from), "{rule}: {}", told(rule));
        }
    }

    #[test]
    fn a_vote_that_cannot_be_carried_or_barely_is_pointed_at() {
        let french = told((3, 2), Lang::Fr);
        assert!(french.contains("la règle ne peut pas être changée"), "{french}");
        assert!(french.contains("3 accords et 2 garants seulement"), "{french}");
        assert!(told((3, 2), Lang::En).contains("only 2 guarantors could"));
        assert!(told((1, 0), Lang::Fr).contains("1 accord et aucun garant ne pourrait voter"));
        assert!(told((2, 1), Lang::Fr).contains("1 garant seulement pourrait voter"));
        let all = told((3, 3), Lang::Fr);
        assert!(all.contains("Pour changer la règle") && all.contains("3 sur 3"), "{all}");
        assert_eq!(told((2, 3), Lang::Fr), "", "somebody may be missing");
        assert_eq!(told((1, 1), Lang::Fr), "", "alone, nobody is missing");
    }
}
