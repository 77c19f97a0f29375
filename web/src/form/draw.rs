//! Inputs for fields, from what the table says of them.

use super::{FIELD, KEEP, Posted, Problem, SHOWN, shown};
use crate::names::Names;
use crate::words as w;
use client_core::document::{FieldValue, FieldView};
use client_core::kinds::{Choice, FieldSpec, FieldType, Merge, Need};
use maud::{Markup, html};

/// Choices that are shown as boxes or buttons rather than in a list that opens.
const BOXES_MAX: usize = 12;

/// Draws the inputs of some fields; what was posted, after a refusal, stands over what is stored.
#[must_use]
pub fn inputs(
    names: &Names,
    fields: &[&FieldView],
    prefix: &str,
    posted: Option<&Posted>,
    problems: &[Problem],
) -> Markup {
    html! {
        @for field in fields {
            (input(names, field.spec, &field.value, prefix, posted, problems))
        }
    }
}

/// Draws the list of organisations that inputs offer: once for each form.
#[must_use]
pub fn partners(names: &Names) -> Markup {
    html! {
        datalist id="partners" {
            @for name in names.partners.values().filter(|name| !name.is_empty()) {
                option value=(name) {}
            }
        }
    }
}

/// Draws one field: its name, its help, what is wrong with it, and its input.
#[must_use]
pub fn input(
    names: &Names,
    spec: &'static FieldSpec,
    value: &FieldValue,
    prefix: &str,
    posted: Option<&Posted>,
    problems: &[Problem],
) -> Markup {
    let path = format!("{prefix}{}", spec.name);
    let stored = shown(names, spec, value);
    let now = match posted.filter(|posted| posted.has(&format!("{SHOWN}{path}"))) {
        Some(posted) => posted.all(&format!("{FIELD}{path}")).to_vec(),
        None => stored,
    };
    let problem = problems.iter().find(|problem| problem.path == path);
    let field = Input { names, spec, path: &path, now: &now, wrong: problem.is_some() };
    let required = matches!(spec.need, Need::Required);
    html! {
        div class=(if problem.is_some() { "field wrong" } else { "field" }) {
            input type="hidden" name={ (SHOWN) (path) } value="1";
            @if field.is_group() {
                fieldset aria-describedby=(field.described()) {
                    legend { (names.say(spec.label)) (mark(names, required)) }
                    (field.control())
                }
            } @else {
                label for=(field.id()) { (names.say(spec.label)) (mark(names, required)) }
                (field.control())
            }
            p class="help" id={ (field.id()) "-help" } {
                (names.say(spec.help))
                @if field.is_lines() { " " (names.say(w::ONE_PER_LINE)) }
            }
            @if let Some(problem) = problem {
                p class="problem" id={ (field.id()) "-problem" } { (problem.text) }
                @if problem.meanwhile {
                    label class="check" {
                        input type="checkbox" name={ (KEEP) (path) } value="1";
                        (names.say(w::MEANWHILE_KEEP))
                    }
                }
            }
        }
    }
}

fn mark(names: &Names, required: bool) -> Markup {
    html! { @if required { " " span class="needed" { "(" (names.say(w::REQUIRED)) ")" } } }
}

/// One input to draw.
struct Input<'a> {
    names: &'a Names,
    spec: &'static FieldSpec,
    path: &'a str,
    now: &'a [String],
    wrong: bool,
}

impl Input<'_> {
    fn id(&self) -> String {
        format!("in-{}", self.path.replace('/', "-"))
    }

    fn described(&self) -> String {
        let id = self.id();
        if self.wrong { format!("{id}-help {id}-problem") } else { format!("{id}-help") }
    }

    fn name(&self) -> String {
        format!("{FIELD}{}", self.path)
    }

    fn is_several(&self) -> bool {
        matches!(self.spec.merge, Merge::Set | Merge::List)
    }

    /// Tells whether it is drawn as several boxes.
    fn is_group(&self) -> bool {
        let boxes = matches!(self.spec.kind, FieldType::Choice(all) if all.len() <= BOXES_MAX);
        self.spec.merge == Merge::Set && boxes
    }

    /// Tells whether it holds one value a line.
    fn is_lines(&self) -> bool {
        self.is_several()
            && !self.is_group()
            && !matches!(self.spec.kind, FieldType::Document(_))
            && !matches!(self.spec.kind, FieldType::Choice(_))
    }

    fn control(&self) -> Markup {
        let kind = self.spec.kind;
        match kind {
            FieldType::Choice(choices) if self.is_group() => self.boxes(choices),
            FieldType::Choice(choices) => {
                let options = choices.iter();
                let options = options.map(|one| (one.code, self.names.say(one.label)));
                self.select(options.map(|(code, label)| (code.to_owned(), label.to_owned())))
            }
            FieldType::Boolean => {
                let (yes, no) = (self.names.say(w::YES), self.names.say(w::NO));
                self.select([("true".into(), yes.into()), ("false".into(), no.into())])
            }
            FieldType::Document(kinds) => {
                let fits = |kind: &String| kinds.is_empty() || kinds.contains(&kind.as_str());
                let all = self.names.documents.iter().filter(|(_, (kind, _))| fits(kind));
                let mut all: Vec<(String, String)> =
                    all.map(|(id, (_, title))| (id.to_string(), title.clone())).collect();
                all.sort_by(|a, b| a.1.cmp(&b.1));
                self.select(all)
            }
            FieldType::Prose => self.area(8),
            _ if self.is_lines() => self.area(3),
            FieldType::Text
            | FieldType::Date
            | FieldType::DateTime
            | FieldType::Year
            | FieldType::Period
            | FieldType::Amount
            | FieldType::Integer
            | FieldType::Number
            | FieldType::Partner
            | FieldType::Link
            | FieldType::Email
            | FieldType::Phone
            | FieldType::Siret
            | FieldType::Siren
            | FieldType::Finess
            | FieldType::Rows(_) => self.line(),
        }
    }

    fn boxes(&self, choices: &[Choice]) -> Markup {
        html! {
            @for choice in choices {
                label class="check" {
                    input type="checkbox" name=(self.name()) value=(choice.code)
                        checked[self.now.iter().any(|now| now == choice.code)];
                    (self.names.say(choice.label))
                }
            }
        }
    }

    fn select(&self, options: impl IntoIterator<Item = (String, String)>) -> Markup {
        let several = self.is_several();
        let options: Vec<(String, String)> = options.into_iter().collect();
        let others = self.now.iter().filter(|now| !options.iter().any(|(code, _)| code == *now));
        html! {
            select id=(self.id()) name=(self.name()) aria-describedby=(self.described())
                aria-invalid=[self.wrong.then_some("true")] multiple[several]
                size=[several.then_some("6")] {
                @if !several { option value="" { (self.names.say(w::CHOOSE)) } }
                @for (code, label) in &options {
                    option value=(code) selected[self.now.contains(code)] { (label) }
                }
                @for other in others.filter(|other| !other.is_empty()) {
                    option value=(other) selected { (other) }
                }
            }
        }
    }

    fn area(&self, rows: usize) -> Markup {
        let text = self.now.join("\n");
        let rows = text.lines().count().clamp(rows, 24);
        html! {
            // A browser leaves out the line break right after the tag.
            textarea id=(self.id()) name=(self.name()) rows=(rows)
                aria-describedby=(self.described())
                aria-invalid=[self.wrong.then_some("true")] { "\n" (text) }
        }
    }

    fn line(&self) -> Markup {
        let (sort, mode, list) = match self.spec.kind {
            FieldType::Date => ("date", None, None),
            FieldType::DateTime => ("datetime-local", None, None),
            FieldType::Amount | FieldType::Number => ("text", Some("decimal"), None),
            FieldType::Integer | FieldType::Year | FieldType::Siret | FieldType::Siren => {
                ("text", Some("numeric"), None)
            }
            FieldType::Email => ("email", None, None),
            FieldType::Phone => ("tel", None, None),
            FieldType::Link => ("url", None, None),
            FieldType::Partner => ("text", None, Some("partners")),
            FieldType::Text
            | FieldType::Prose
            | FieldType::Period
            | FieldType::Boolean
            | FieldType::Choice(_)
            | FieldType::Finess
            | FieldType::Document(_)
            | FieldType::Rows(_) => ("text", None, None),
        };
        let value = self.now.first().map_or("", String::as_str);
        html! {
            input id=(self.id()) name=(self.name()) type=(sort) value=(value) inputmode=[mode]
                list=[list] autocomplete="off" aria-describedby=(self.described())
                aria-invalid=[self.wrong.then_some("true")];
        }
    }
}
