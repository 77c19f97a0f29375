//! The first run: three ways in, what each asks, and the wait for an approval.
//!
//! The same forms serve later, without asking who one is. No page asks for a secret but the
//! passphrase of a replica that is being made, and none shows it again.

use crate::form::Posted;
use crate::frame::{Frame, Notice, titled};
use crate::link;
use crate::words::{self as w, fill, first as f};
use client_core::kinds::{Language, Wording};
use client_core::replica::{LinkState, ProposalView, SpaceView};
use maud::{Markup, html};

/// The address that a relay on this machine has by itself.
const RELAY_HERE: &str = "ws://127.0.0.1:7464";

/// A way into a space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// With an invitation.
    Join,
    /// By creating it.
    Found,
    /// By creating one for the invented territory.
    Demo,
}

impl Way {
    /// Every way, in the order of the screen.
    pub const ALL: [Self; 3] = [Self::Join, Self::Found, Self::Demo];

    /// Returns its name in addresses.
    #[must_use]
    pub const fn page(self) -> &'static str {
        match self {
            Self::Join => "rejoindre",
            Self::Found => "creer",
            Self::Demo => "essayer",
        }
    }

    /// Returns its name on screens: that of the first run, or that of a replica that is there.
    #[must_use]
    pub const fn title(self, first: bool) -> Wording {
        match (self, first) {
            (Self::Join, true) => f::WAY_JOIN,
            (Self::Join, false) => f::JOIN_OTHER,
            (Self::Found, true) => f::WAY_FOUND,
            (Self::Found, false) => f::FOUND_OTHER,
            (Self::Demo, _) => f::WAY_DEMO,
        }
    }

    const fn lead(self) -> Wording {
        match self {
            Self::Join => f::WAY_JOIN_LEAD,
            Self::Found => f::WAY_FOUND_LEAD,
            Self::Demo => f::WAY_DEMO_LEAD,
        }
    }

    const fn button(self) -> Wording {
        match self {
            Self::Join => f::JOIN_DO,
            Self::Found => f::FOUND_DO,
            Self::Demo => f::DEMO_DO,
        }
    }
}

/// What a form asks of somebody whose replica is yet to be made.
#[derive(Debug, Clone)]
pub struct Newcomer {
    /// What this machine is called on its network.
    pub machine: String,
    /// Whether the program was given a passphrase and need not ask.
    pub has_passphrase: bool,
}

/// Draws the three ways.
#[must_use]
pub fn ways(language: Language, first: bool) -> Markup {
    html! {
        ul class="results ways" {
            @for way in Way::ALL {
                li {
                    h2 { a href={ "/" (way.page()) } { (way.title(first).get(language)) } }
                    p { (way.lead().get(language)) }
                }
            }
        }
    }
}

/// Draws the first page of a machine that has nothing yet.
#[must_use]
pub fn welcome(language: Language) -> Markup {
    html! {
        p { (f::WELCOME_LEAD.get(language)) }
        (ways(language, true))
        form method="post" action="/langue" class="actions" {
            input type="hidden" name="back" value="/";
            button name="lang" value="fr" lang="fr" class="quiet" { "Français" }
            button name="lang" value="en" lang="en" class="quiet" { "English" }
        }
    }
}

/// Draws what a way asks; what was typed before stands in it again, but for secrets.
#[must_use]
pub fn form(
    language: Language,
    way: Way,
    newcomer: Option<&Newcomer>,
    posted: Option<&Posted>,
    problem: Option<&Notice>,
) -> Markup {
    let was = |name: &str| posted.and_then(|posted| posted.one(name)).unwrap_or_default();
    html! {
        @if let Some(problem) = problem {
            div class="banner bad" role="alert" {
                p { (problem.text) }
                @if let Some(hint) = &problem.hint { p class="hint" { (hint) } }
            }
        }
        p { (way.lead().get(language)) }
        form method="post" action={ "/" (way.page()) } class="sheet-form" {
            @if let Some(newcomer) = newcomer { (identity(language, newcomer, posted)) }
            @match way {
                Way::Join => {
                    div class="field" {
                        label for="invitation" { (f::INVITATION.get(language)) }
                        p class="help" id="invitation-help" { (f::INVITATION_HINT.get(language)) }
                        textarea id="invitation" name="invitation" rows="5" required
                            aria-describedby="invitation-help" autocomplete="off" {
                            (was("invitation"))
                        }
                    }
                }
                Way::Found => {
                    (text(language, "title", f::SPACE_TITLE, f::SPACE_TITLE_HINT, was("title")))
                    (relay(language, was("relay"), ""))
                }
                Way::Demo => {
                    p { (f::DEMO_INVENTED.get(language)) }
                    (relay(language, was("relay"), RELAY_HERE))
                }
            }
            button { (way.button().get(language)) }
            " " a class="button quiet" href="/" { (w::BACK.get(language)) }
        }
    }
}

fn text(language: Language, name: &str, label: Wording, help: Wording, value: &str) -> Markup {
    let hint = format!("{name}-help");
    html! {
        div class="field" {
            label for=(name) { (label.get(language)) }
            p class="help" id=(hint) { (help.get(language)) }
            input id=(name) name=(name) value=(value) required maxlength="300"
                aria-describedby=(hint);
        }
    }
}

/// Draws what is asked of a relay: its address, and the right to found there.
#[must_use]
pub fn relay(language: Language, value: &str, usual: &str) -> Markup {
    let value = if value.is_empty() { usual } else { value };
    html! {
        (text(language, "relay", f::RELAY_ADDRESS, f::RELAY_ADDRESS_HINT, value))
        div class="field" {
            label for="ticket" { (f::TICKET.get(language)) }
            input id="ticket" name="ticket" autocomplete="off" maxlength="500";
        }
    }
}

fn identity(language: Language, newcomer: &Newcomer, posted: Option<&Posted>) -> Markup {
    let was = |name: &str| posted.and_then(|posted| posted.one(name)).unwrap_or_default();
    let machine = if was("machine").is_empty() { &newcomer.machine } else { was("machine") };
    html! {
        fieldset class="field" {
            legend { (f::YOU.get(language)) }
            (text(language, "organisation", w::ORGANISATION, f::ORGANISATION_HINT,
                was("organisation")))
            (text(language, "machine", f::MACHINE, f::MACHINE_HINT, machine))
        }
        fieldset class="field" {
            legend { (f::PASSPHRASE.get(language)) }
            @if newcomer.has_passphrase {
                p { (f::PASSPHRASE_GIVEN.get(language)) }
            } @else {
                p class="help" id="phrase-help" { (f::PASSPHRASE_HINT.get(language)) }
                @for (name, label) in
                    [("phrase", f::PASSPHRASE), ("again", f::PASSPHRASE_AGAIN)] {
                    label for=(name) { (label.get(language)) }
                    input id=(name) name=(name) type="password" autocomplete="new-password"
                        maxlength="1000" aria-describedby="phrase-help";
                }
                label class="check" {
                    input type="checkbox" name="none" value="1";
                    (f::PASSPHRASE_NONE.get(language))
                }
            }
        }
    }
}

/// Draws a page under its heading.
#[must_use]
pub fn titled_page(title: &str, content: &Markup) -> Markup {
    html! {
        h1 { (title) }
        (content)
    }
}

/// What is known while one waits.
#[derive(Debug)]
pub struct Wait<'a> {
    /// The space.
    pub space: &'a SpaceView,
    /// The request of this organisation, while it awaits the guarantors.
    pub request: Option<&'a ProposalView>,
    /// The guarantors whose names are known here.
    pub guarantors: Vec<String>,
    /// Documents that can be read here.
    pub readable: usize,
    /// Documents of which something is known here.
    pub known: usize,
}

impl Wait<'_> {
    /// Tells whether nothing is awaited any more.
    #[must_use]
    pub fn is_over(&self) -> bool {
        let here = self.space.membership != "waiting" && !self.space.awaits_key;
        here && self.space.link == LinkState::Current && self.readable == self.known
    }
}

/// Draws the wait: for an approval, then for the documents.
#[must_use]
pub fn waiting(frame: &Frame<'_>, wait: &Wait<'_>) -> Markup {
    let names = frame.names;
    let again = link::in_space(&wait.space.space, "attente");
    html! {
        @if wait.space.membership == "waiting" {
            h1 { (names.say(f::WAITING)) }
            @if wait.space.link == LinkState::Unreachable {
                p class="banner" { (names.say(f::WAITING_UNSENT)) }
            }
            @if let Some(request) = wait.request { (spoken(frame, request)) }
            section {
                h2 { (names.say(f::WAITING_WHO)) }
                p { (who(frame, wait)) }
                @if !wait.guarantors.is_empty() {
                    ul { @for one in &wait.guarantors { li { (one) } } }
                }
                p class="hint" { (names.say(f::WAITING_NOTHING)) }
            }
        } @else {
            h1 { (names.say(f::ARRIVING)) " – " (titled(names, wait.space)) }
            @if wait.space.awaits_key { p { (names.say(f::ARRIVING_KEY)) } }
            @if wait.known > 0 {
                p class="words" {
                    (fill(names.say(f::ARRIVING_COUNT),
                        &[&wait.readable.to_string(), &wait.known.to_string()]))
                }
                progress max=(wait.known) value=(wait.readable)
                    aria-label=(names.say(f::ARRIVING)) {}
            }
            p {
                a class="button" href=(link::space(&wait.space.space)) {
                    (names.say(f::ARRIVING_GO))
                }
            }
        }
        p class="hint" { (names.say(f::WAITING_SELF)) }
        p { a class="button quiet" href=(again) { (names.say(f::LOOK_NOW)) } }
    }
}

fn spoken(frame: &Frame<'_>, request: &ProposalView) -> Markup {
    let words = request.applicant.as_ref().map(|one| one.words.as_slice()).unwrap_or_default();
    html! {
        section {
            h2 { (frame.names.say(f::WAITING_WORDS)) }
            ol class="spoken" { @for word in words { li { (word) } } }
            p { (frame.names.say(f::WAITING_READ)) }
        }
    }
}

fn who(frame: &Frame<'_>, wait: &Wait<'_>) -> String {
    match wait.request.filter(|request| request.needed > 0) {
        Some(request) => {
            let counts = [request.approvals.len(), request.needed].map(|n| n.to_string());
            fill(frame.names.say(f::WAITING_COUNT), &[&counts[0], &counts[1]])
        }
        None => frame.names.say(f::WAITING_SOMEBODY).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn newcomer(has_passphrase: bool) -> Newcomer {
        Newcomer { machine: "poste".to_owned(), has_passphrase }
    }

    #[test]
    fn the_first_page_leads_three_ways() {
        let page = welcome(Language::French).into_string();
        for way in Way::ALL {
            assert!(page.contains(&format!("href=\"/{}\"", way.page())), "{page}");
        }
    }

    #[test]
    fn who_one_is_is_asked_once_and_a_secret_is_never_shown_again() {
        let posted = Posted::of(
            [("organisation", "Asso <b>"), ("phrase", "secret"), ("title", "PTSM")]
                .map(|(name, value)| (name.to_owned(), value.to_owned())),
        );
        let drawn = |newcomer: Option<&Newcomer>| {
            form(Language::French, Way::Found, newcomer, Some(&posted), None).into_string()
        };
        let first = drawn(Some(&newcomer(false)));
        assert!(first.contains("Asso &lt;b&gt;") && first.contains("value=\"PTSM\""), "{first}");
        assert!(first.contains("type=\"password\"") && !first.contains("secret"), "{first}");
        let given = drawn(Some(&newcomer(true)));
        assert!(!given.contains("type=\"password\"") && given.contains("LIAISON_PASSPHRASE"));
        let later = drawn(None);
        for asked in ["name=\"organisation\"", "name=\"phrase\""] {
            assert!(!later.contains(asked), "{later}");
        }
        assert!(later.contains("name=\"relay\""));
    }
}
