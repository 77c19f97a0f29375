//! Frozen versions as scripts and people read them.

use crate::commands::document::show::content::Lacking;
use crate::driver::Access;
use crate::{failures, resolve, words};
use client_core::canonical::Difference;
use client_core::document::{ChangeId, Version};
use client_core::kinds::Kind;
use client_core::replica::{Command, FrozenReport, FrozenView, Reply, VisaView};
use console::{Failure, Lang, Page, Text, readable};
use protocol::crypto::Hash;
use protocol::frozen::{Frozen, Signatory};
use protocol::id::{DocumentId, PartnerId, hex};
use protocol::register::Capacity;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What is said of a version that a newer program froze with fields of its own.
pub(crate) const NEWER_FIELDS: Text = Text::of(
    "Un partenaire utilise une version plus récente de Liaison : cette version contient ce que ce \
     programme ne connaît pas. Mettez-le à jour avant de figer, de signer ou d'imprimer.",
    "A partner uses a newer version of Liaison: this version holds what this program does not \
     know. Update it before you freeze, sign or print.",
);

/// A digest, or the name of a frozen version, in hexadecimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Digest(pub(crate) Hash);

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

/// Finds a frozen version of a document by the beginning of its name.
///
/// # Errors
/// When none or several are meant.
pub(crate) async fn version(
    replica: &Access,
    document: DocumentId,
    typed: &str,
) -> Result<Hash, Failure> {
    let Reply::Frozen(report) = replica.command(Command::Frozen { document }).await? else {
        return Err(failures::wrong_reply("frozen"));
    };
    let known = report.versions.iter().map(|one| (Digest(one.version), String::new()));
    resolve::find(resolve::FROZEN, typed, known).map(|found| found.0)
}

/// Returns what a document still needs to be complete, now or at a version.
///
/// # Errors
/// What the replica says.
pub(crate) async fn missing(
    replica: &Access,
    document: DocumentId,
    at: Option<Version>,
    lang: Lang,
) -> Result<Vec<Lacking>, Failure> {
    let past = at.is_some();
    match replica.command(Command::Show { document, at }).await {
        Ok(Reply::Document(view)) => Ok(Lacking::all(&view.content, lang)),
        Ok(_) => Err(failures::wrong_reply("doc/show")),
        // Changes of the version that have not arrived are told with the version.
        Err(_) if past => Ok(Vec::new()),
        Err(failure) => Err(failure),
    }
}

/// Returns the version of a document that a statement is about.
pub(crate) fn heads(frozen: &Frozen) -> Version {
    Version::new(frozen.heads.iter().map(|head| ChangeId::new(*head)).collect())
}

/// How the frozen versions of a document stand.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct FrozenShown {
    pub(crate) document: String,
    pub(crate) space: String,
    pub(crate) title: String,
    /// The earliest first.
    pub(crate) versions: Vec<VersionShown>,
    /// How the document as it stands differs from the last frozen version.
    pub(crate) differs: Vec<Changed>,
    pub(crate) unreadable: usize,
    /// Versions that have a visa in the register and are not in the document here.
    pub(crate) unknown: usize,
    /// What the version that is to be frozen or signed still needs to be complete.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) missing: Vec<Lacking>,
}

/// One frozen version.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct VersionShown {
    pub(crate) version: String,
    pub(crate) state: String,
    form: u64,
    text_sha256: String,
    heads: Vec<String>,
    frozen_at: String,
    frozen_at_ms: i64,
    frozen_by: String,
    decision: String,
    meeting: Option<String>,
    amends: Option<String>,
    superseded_by: Option<String>,
    pub(crate) text: Option<String>,
    pub(crate) changes: Vec<Changed>,
    pub(crate) visas: Vec<VisaShown>,
    pub(crate) awaited: Vec<Awaited>,
}

/// One visa.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct VisaShown {
    pub(crate) partner: String,
    pub(crate) name: String,
    pub(crate) capacity: String,
    pub(crate) at: String,
    pub(crate) at_ms: i64,
    pub(crate) pdf_sha256: Option<String>,
    /// Whether a PDF is attached, known here or not.
    pub(crate) pdf: bool,
    /// Whether the organisation is still in the space.
    pub(crate) active: bool,
    #[serde(default)]
    own: bool,
}

/// Somebody who is to sign and has not.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Awaited {
    partner: Option<String>,
    name: String,
}

/// What differs in one part of a text.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Changed {
    part: String,
    label: String,
    before: Vec<String>,
    after: Vec<String>,
}

impl Awaited {
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn of(signatory: Signatory) -> Self {
        Self { partner: signatory.partner.map(|id| id.to_string()), name: signatory.name }
    }
}

impl Changed {
    fn of(difference: Difference, kind: &Kind, lang: Lang) -> Self {
        let label = difference.name(kind, words::language(lang));
        let Difference { part, before, after } = difference;
        Self { part, label, before, after }
    }
}

impl VisaShown {
    fn of(visa: VisaView) -> Self {
        let at_ms = words::signed_ms(visa.at);
        Self {
            partner: visa.partner.to_string(),
            name: visa.name,
            capacity: visa.capacity.name().to_owned(),
            at: readable::iso_time(at_ms),
            at_ms,
            pdf_sha256: visa.pdf.map(|pdf| hex(&pdf)),
            pdf: visa.attaches,
            active: visa.here,
            own: visa.own,
        }
    }
}

impl VisaShown {
    /// Returns a visa as the file of a frozen version proves it.
    pub(crate) fn proven(
        (partner, name): (PartnerId, String),
        (capacity, at_ms): (Capacity, i64),
        (pdf_sha256, pdf): (Option<String>, bool),
        active: bool,
    ) -> Self {
        Self {
            partner: partner.to_string(),
            name,
            capacity: capacity.name().to_owned(),
            at: readable::iso_time(at_ms),
            at_ms,
            pdf_sha256,
            pdf,
            active,
            own: false,
        }
    }
}

impl VersionShown {
    fn of(view: FrozenView, kind: &Kind, lang: Lang) -> Self {
        let text = view.text().map(str::to_owned);
        let FrozenView { version, frozen, state, by, changes, visas, awaited, superseded_by } =
            view;
        let at_ms = words::signed_ms(frozen.at);
        Self {
            version: hex(&version),
            state: state.name().to_owned(),
            form: frozen.form,
            text_sha256: hex(&frozen.text),
            heads: frozen.heads.iter().map(|head| hex(head)).collect(),
            frozen_at: readable::iso_time(at_ms),
            frozen_at_ms: at_ms,
            frozen_by: by.map(|(_, name)| name).unwrap_or_default(),
            decision: frozen.decision.words,
            meeting: frozen.decision.meeting.map(|id| id.to_string()),
            amends: frozen.amends.map(|version| hex(&version)),
            superseded_by: superseded_by.map(|version| hex(&version)),
            text,
            changes: changes.into_iter().map(|one| Changed::of(one, kind, lang)).collect(),
            visas: visas.into_iter().map(VisaShown::of).collect(),
            awaited: awaited.into_iter().map(Awaited::of).collect(),
        }
    }

    /// Returns the version of the document that was frozen, as it is typed.
    pub(crate) fn at(&self) -> String {
        self.heads.join("+")
    }

    /// Tells whether this organisation has given its visa.
    pub(crate) fn signed_here(&self) -> bool {
        self.visas.iter().any(|visa| visa.own)
    }

    pub(crate) fn draw(&self, page: &mut Page) {
        let lang = page.lang();
        let time = readable::local_time(self.frozen_at_ms, lang);
        let mut pairs = vec![
            (Text::of("version figée", "frozen version"), words::short(&self.version)),
            (Text::of("figée le", "frozen on"), format!("{time} — {}", self.frozen_by)),
            (Text::of("empreinte du texte", "digest of the text"), self.text_sha256.clone()),
        ];
        if !self.decision.is_empty() {
            pairs.push((Text::of("décision", "decision"), self.decision.clone()));
        }
        if let Some(meeting) = &self.meeting {
            pairs.push((Text::of("réunion", "meeting"), words::short(meeting)));
        }
        if let Some(amended) = &self.amends {
            pairs.push((Text::of("avenant à", "amends"), words::short(amended)));
        }
        if let Some(later) = &self.superseded_by {
            pairs.push((Text::of("remplacée par", "superseded by"), words::short(later)));
        }
        page.pairs(&pairs);
        draw_visas(&self.visas, &self.awaited, page);
        self.draw_state(page);
    }

    fn draw_state(&self, page: &mut Page) {
        let alarm = match self.state.as_str() {
            "heads-unknown" => Text::of(
                "Des modifications de cette version ne sont pas encore arrivées ici.",
                "Edits of this version have not arrived here yet.",
            ),
            "altered" => Text::of(
                "Le texte recalculé ici n'est pas celui qui a été figé : ne la signez pas.",
                "The text worked out here is not the one that was frozen: do not sign it.",
            ),
            "newer-form" => Text::of(
                "Cette version a été figée par un programme plus récent.",
                "This version was frozen by a newer program.",
            ),
            "newer-fields" => NEWER_FIELDS,
            _ => return,
        };
        page.alarm(&alarm);
    }
}

/// Draws who signed, in the order of the register, and who has not, in the order of signature.
pub(crate) fn draw_visas(visas: &[VisaShown], awaited: &[Awaited], page: &mut Page) {
    let lang = page.lang();
    let row = |visa: &VisaShown| {
        let mut name = visa.name.clone();
        if !visa.active {
            name += Text::of(" (partie depuis)", " (has left since)").in_lang(lang);
        }
        let pdf = match (&visa.pdf_sha256, visa.pdf) {
            (Some(digest), _) => words::short(digest),
            (None, true) => "?".to_owned(),
            (None, false) => "—".to_owned(),
        };
        let at = readable::local_time(visa.at_ms, lang);
        vec![name, words::short(&visa.partner), capacity(&visa.capacity, lang), at, pdf]
    };
    if !visas.is_empty() {
        page.gap();
        let headers = [
            Text::of("visa de", "visa of"),
            Text::of("identifiant", "identifier"),
            Text::of("qualité", "capacity"),
            Text::of("heure du registre", "register time"),
            Text::of("PDF signé", "signed PDF"),
        ];
        page.table(&headers, &visas.iter().map(row).collect::<Vec<_>>());
    }
    if !awaited.is_empty() {
        let name = |one: &Awaited| match one.partner {
            Some(_) => one.name.clone(),
            None => {
                let outside = Text::of("hors de l'espace", "outside the space");
                format!("{} ({})", one.name, outside.in_lang(lang))
            }
        };
        let names = awaited.iter().map(name).collect::<Vec<_>>().join(", ");
        page.say(&Text::new(
            format!("Visas attendus, dans l'ordre : {names}"),
            format!("Visas still to come, in order: {names}"),
        ));
    }
}

/// Returns what people call a capacity.
pub(crate) fn capacity(name: &str, lang: Lang) -> String {
    let known = Capacity::from_name(name);
    let told = known.map(|known| Text::of(known.french(), known.english()));
    told.map_or_else(|| name.to_owned(), |told| told.in_lang(lang).to_owned())
}

/// Draws differences, part by part: what is struck, what is new.
pub(crate) fn draw_changes(changes: &[Changed], page: &mut Page) {
    for change in changes {
        page.line(&change.label);
        change.before.iter().for_each(|line| page.line(&format!("  − {line}")));
        change.after.iter().for_each(|line| page.line(&format!("  + {line}")));
    }
}

impl FrozenShown {
    pub(crate) fn of(report: FrozenReport, lang: Lang) -> Self {
        let kind = report.kind;
        let versions = report.versions.into_iter();
        let differs = report.differs.into_iter();
        Self {
            document: report.document.to_string(),
            space: report.space.to_string(),
            title: report.title,
            versions: versions.map(|one| VersionShown::of(one, kind, lang)).collect(),
            differs: differs.map(|one| Changed::of(one, kind, lang)).collect(),
            unreadable: report.unreadable,
            unknown: report.unknown,
            missing: Vec::new(),
        }
    }

    /// Leaves the texts out, for a screen that shows the document itself.
    pub(crate) fn without_texts(mut self) -> Self {
        self.versions.iter_mut().for_each(|one| one.text = None);
        self
    }

    pub(crate) fn short(&self) -> String {
        words::short(&self.document)
    }

    pub(crate) fn draw_last(&self, page: &mut Page) {
        if let Some(last) = self.versions.last() {
            last.draw(page);
        }
    }

    /// Draws the last version, and how the document differs from it by now.
    pub(crate) fn draw(&self, page: &mut Page) {
        page.gap();
        page.title(&Text::of("Version figée", "Frozen version"));
        self.draw_last(page);
        let earlier = self.versions.len().saturating_sub(1);
        if earlier > 0 {
            page.say(&Text::new(
                format!("Versions figées avant elle : {earlier}"),
                format!("Versions frozen before it: {earlier}"),
            ));
        }
        if self.unknown > 0 {
            page.alarm(&Text::of(
                "Le registre porte des visas pour une version qui n'est pas ici : synchronisez.",
                "The register has visas for a version that is not here: sync.",
            ));
        }
        if self.unreadable > 0 {
            page.alarm(&Text::of(
                "Une ligne de « versions_figees » ne se lit pas : elle ne compte pas.",
                "A row of “versions_figees” does not read: it does not count.",
            ));
        }
        if self.differs.is_empty() {
            return;
        }
        page.alarm(&Text::of(
            "Le document diffère de cette version :",
            "The document differs from this version:",
        ));
        draw_changes(&self.differs, page);
        let document = self.short();
        let signed = self.versions.last().is_some_and(|last| !last.visas.is_empty());
        let verb = if signed { "amend" } else { "freeze" };
        page.say(&Text::new(
            format!("Pour la figer à son tour : liaison {verb} {document}"),
            format!("To freeze it in turn: liaison {verb} {document}"),
        ));
    }
}
