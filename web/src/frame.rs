//! What stands around every page: navigation, state, search, and what was just done.
//!
//! The state line tells two facts, always: whether it is saved here, and whether it is shared.

use crate::link;
use crate::names::Names;
use crate::words::{self as w, fill};
use client_core::kinds::{Language, Wording, words};
use client_core::replica::{DocumentLine, LinkState, SpaceView};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use protocol::id::SpaceId;

/// One entry of the navigation: a page of the space with the kinds that it lists.
#[derive(Debug)]
pub struct Entry {
    /// Its name in addresses.
    pub page: &'static str,
    /// Its name on screens.
    pub label: Wording,
    /// The kinds it lists, the first one first.
    pub kinds: &'static [&'static str],
}

/// The entries, in the order of every screen.
pub const ENTRIES: &[Entry] = &[
    Entry { page: "", label: words("Accueil", "Home"), kinds: &[] },
    Entry {
        page: "fiches",
        label: words("Fiches-actions", "Action sheets"),
        kinds: &[
            "fiche_action",
            "orientation",
            "ptsm",
            "diagnostic",
            "feuille_de_route",
            "programme_annuel",
        ],
    },
    Entry {
        page: "reunions",
        label: words("Réunions", "Meetings"),
        kinds: &["reunion", "courrier", "actualite"],
    },
    Entry {
        page: "conventions",
        label: words("Conventions", "Agreements"),
        kinds: &["convention", "ctsm", "charte", "lettre_de_mission"],
    },
    Entry {
        page: "liaison",
        label: words("Fiches de liaison", "Liaison sheets"),
        kinds: &["fiche_liaison", "modele_liaison"],
    },
    Entry {
        page: "indicateurs",
        label: words("Indicateurs", "Indicators"),
        kinds: &["indicateur"],
    },
    Entry {
        page: "financements",
        label: words("Financements", "Fundings"),
        kinds: &["financement", "appel_a_projets"],
    },
    Entry { page: "bilan", label: words("Bilan annuel", "Annual report"), kinds: &["bilan"] },
    Entry {
        page: "annuaire",
        label: words("Annuaire et formations", "Directory and training"),
        kinds: &[
            "organisation",
            "etablissement",
            "offre",
            "contact",
            "formation_besoin",
            "formation_offre",
            "note",
        ],
    },
    Entry { page: "partenaires", label: words("Partenaires", "Partners"), kinds: &[] },
];

/// Returns the entry under which a kind is listed.
#[must_use]
pub fn entry_of(kind: &str) -> &'static Entry {
    let listed = ENTRIES.iter().find(|entry| entry.kinds.contains(&kind));
    listed.unwrap_or(&ENTRIES[8])
}

/// What was just done, or why it was not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Whether it was done.
    pub good: bool,
    /// What is said.
    pub text: String,
    /// What else helps.
    pub hint: Option<String>,
}

/// Everything around a page.
#[derive(Debug)]
pub struct Frame<'a> {
    /// Names and language.
    pub names: &'a Names,
    /// The name of this organisation.
    pub own: &'a str,
    /// The spaces of this replica.
    pub spaces: &'a [SpaceView],
    /// The space looked at.
    pub space: Option<&'a SpaceView>,
    /// Its documents.
    pub lines: &'a [DocumentLine],
    /// Requests and votes that await this organisation.
    pub awaited: usize,
    /// The entry of the navigation that this page stands under, by its name in addresses.
    pub page: Option<&'static str>,
    /// The address of the page, to come back to.
    pub path: &'a str,
    /// What makes it draw itself anew: documents, separated by blanks, or `*`.
    pub live: String,
    /// What was just done.
    pub notice: Option<Notice>,
}

impl Frame<'_> {
    /// Returns the language of the page.
    #[must_use]
    pub const fn language(&self) -> Language {
        self.names.language
    }

    /// Draws a whole page; the heading of the content is the caller's.
    #[must_use]
    pub fn page(&self, title: &str, content: &Markup) -> String {
        let lang = code(self.language());
        let stopped = w::STOPPED_HINT.get(self.language());
        let page = html! {
            (DOCTYPE)
            html lang=(lang) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { (title) " – Liaison" }
                    link rel="icon" href="/assets/icon.svg" type="image/svg+xml";
                    link rel="stylesheet" href="/assets/style.css";
                    script src="/assets/app.js" defer {}
                }
                body data-live=(self.live) data-events=[self.events()] {
                    a class="skip" href="#content" { (self.names.say(w::SKIP)) }
                    (self.header())
                    div id="stopped" class="banner bad" role="alert" hidden {
                        strong { (self.names.say(w::STOPPED)) } " " (stopped)
                    }
                    div class="columns" {
                        @if let Some(space) = self.space { (self.navigation(&space.space)) }
                        main id="content" tabindex="-1" data-swap {
                            (self.said())
                            (content)
                        }
                    }
                    div id="announce" class="unseen" role="status" aria-live="polite" {}
                    (self.foot())
                }
            }
        };
        page.into_string()
    }

    /// Returns where the page hears what happens.
    fn events(&self) -> Option<String> {
        self.space.map(|space| format!("/events?space={}", space.space))
    }

    fn header(&self) -> Markup {
        let home = self.space.map_or_else(|| "/".to_owned(), |space| link::space(&space.space));
        html! {
            header class="top" {
                a class="brand" href=(home) { "Liaison" }
                @if let Some(space) = self.space {
                    span class="territory" { (space.title) }
                    p id="state" class="state" role="status" { (state(self.names, space)) }
                    form class="search" role="search" method="get"
                        action=(link::in_space(&space.space, "recherche")) {
                        label class="unseen" for="search" { (self.names.say(w::SEARCH)) }
                        input id="search" type="search" name="q" maxlength="200"
                            placeholder=(self.names.say(w::SEARCH));
                    }
                }
                details class="menu" {
                    summary { (self.own) }
                    (self.menu())
                }
            }
        }
    }

    fn menu(&self) -> Markup {
        let (other, label) = match self.language() {
            Language::French => ("en", "English"),
            Language::English => ("fr", "Français"),
        };
        html! {
            ul {
                @for space in self.spaces {
                    li { a href=(link::space(&space.space)) { (titled(self.names, space)) } }
                }
                li { a href="/rejoindre" { (self.names.say(w::first::JOIN_OTHER)) } }
                li { a href="/creer" { (self.names.say(w::first::FOUND_OTHER)) } }
                li { a href="/reglages" { (self.names.say(w::SETTINGS)) } }
                li {
                    form method="post" action="/langue" {
                        input type="hidden" name="back" value=(self.path);
                        button name="lang" value=(other) lang=(other) { (label) }
                    }
                }
            }
        }
    }

    fn navigation(&self, space: &SpaceId) -> Markup {
        let count = |entry: &Entry| {
            self.lines
                .iter()
                .filter(|line| entry.kinds.first() == Some(&line.kind.as_str()))
                .count()
        };
        html! {
            nav class="main" aria-label=(self.names.say(w::NAVIGATION)) {
                ul {
                    @for entry in ENTRIES {
                        @let here = self.page == Some(entry.page);
                        @let href = match entry.page {
                            "" => link::space(space),
                            page => link::in_space(space, page),
                        };
                        li {
                            a href=(href) aria-current=[here.then_some("page")] {
                                (self.names.say(entry.label))
                                @match (entry.page, count(entry)) {
                                    ("partenaires", _) if self.awaited > 0 => {
                                        span class="count wanted" { (self.awaited) }
                                    }
                                    (_, 0) => {}
                                    (_, many) => { span class="count" { (many) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn said(&self) -> Markup {
        html! {
            div id="said" data-swap {
                @if let Some(notice) = &self.notice {
                    div class=(if notice.good { "banner good" } else { "banner bad" })
                        role=(if notice.good { "status" } else { "alert" }) {
                        p { (notice.text) }
                        @if let Some(hint) = &notice.hint { p class="hint" { (hint) } }
                    }
                }
            }
        }
    }

    fn foot(&self) -> Markup {
        html! {
            footer class="foot" {
                a href="/accessibilite" { (self.names.say(w::ACCESSIBILITY)) }
                " · " (self.names.say(w::LOCAL))
            }
        }
    }
}

/// Returns the title of a space, or what is said of one that cannot be read yet.
#[must_use]
pub fn titled(names: &Names, space: &SpaceView) -> String {
    if space.title.is_empty() {
        names.say(w::UNTITLED_SPACE).to_owned()
    } else {
        space.title.clone()
    }
}

/// Returns the code of a language in HTML.
#[must_use]
pub const fn code(language: Language) -> &'static str {
    match language {
        Language::French => "fr",
        Language::English => "en",
    }
}

/// Draws how a space stands: saved here, and shared.
#[must_use]
pub fn state(names: &Names, space: &SpaceView) -> Markup {
    let pending = space.pending.to_string();
    let (sign, class, wording) = match (space.link, space.pending) {
        _ if space.closed.is_some() => ("■", "quiet", w::STATE_CLOSED),
        (LinkState::Current, 0) => ("●", "good", w::STATE_CURRENT),
        (LinkState::Busy, 0) => ("◐", "quiet", w::STATE_BUSY),
        (LinkState::Current | LinkState::Busy, 1) => ("◐", "quiet", w::STATE_SENDING_ONE),
        (LinkState::Current | LinkState::Busy, _) => ("◐", "quiet", w::STATE_SENDING),
        (LinkState::Offline | LinkState::Unreachable, 0) => ("○", "quiet", w::STATE_OFFLINE),
        (LinkState::Offline | LinkState::Unreachable, 1) => ("○", "quiet", w::STATE_OFFLINE_ONE),
        (LinkState::Offline | LinkState::Unreachable, _) => ("○", "quiet", w::STATE_OFFLINE_KEPT),
        (LinkState::Waiting, _) => ("◌", "quiet", w::STATE_WAITING),
        (LinkState::Former, _) => ("■", "bad", w::STATE_FORMER),
        (LinkState::Refused, _) => ("▲", "bad", w::STATE_REFUSED),
        (LinkState::Forked | LinkState::Behind, _) => ("▲", "bad", w::STATE_DOUBT),
    };
    let text = fill(names.say(wording), &[&pending]);
    html! { span class=(class) { span aria-hidden="true" { (sign) " " } (text) } }
}

/// Draws a page without a replica behind it: an error before anything is known.
#[must_use]
pub fn bare(language: Language, title: &str, content: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang=(code(language)) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " – Liaison" }
                link rel="stylesheet" href="/assets/style.css";
            }
            body {
                header class="top" { span class="brand" { "Liaison" } }
                div class="columns" { main id="content" { h1 { (title) } (content) } }
            }
        }
    };
    page.into_string()
}

/// Returns nothing to draw.
#[must_use]
pub const fn nothing() -> Markup {
    PreEscaped(String::new())
}
