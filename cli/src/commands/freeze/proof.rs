//! `verify` on the file of a frozen version: no account, no network.

use super::content::{Awaited, Digest, VisaShown, draw_visas};
use crate::args;
use crate::{carried, resolve, words};
use client_core::verify::{self, FrozenProof, ProvenVisa};
use console::{Exit, Failure, Lang, Out, Page, Text, readable};
use protocol::codec::DecodeError;
use protocol::frozen::sha256;
use protocol::id::hex;
use serde::Serialize;
use std::path::Path;

/// What a file proves.
#[derive(Debug, Serialize)]
struct Proven {
    valid: bool,
    /// Whether everybody who was to sign has.
    complete: bool,
    /// Always `frozen`: what kind of file it is.
    file: &'static str,
    space: String,
    document: String,
    version: String,
    form: u64,
    text_sha256: String,
    heads: Vec<String>,
    frozen_at: String,
    frozen_at_ms: i64,
    decision: String,
    meeting: Option<String>,
    signatures: Vec<Signature>,
    awaited: Vec<Awaited>,
    amends: Vec<Amended>,
    superseded_by: Option<String>,
    /// Whether the PDF given is one that a visa attaches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pdf: Option<bool>,
    acts: u64,
    set_aside: usize,
    known_until: Option<String>,
    text: String,
    anomalies: Vec<String>,
}

/// One visa, with what proves it.
#[derive(Debug, Serialize)]
struct Signature {
    #[serde(flatten)]
    shown: VisaShown,
    voice: String,
    act: String,
}

/// A version that this one amends.
#[derive(Debug, Serialize)]
struct Amended {
    version: String,
    visas: usize,
}

/// Verifies a file, its bytes given.
///
/// # Errors
/// When the bytes are no such file, or the PDF cannot be read.
pub(crate) fn file(args: &args::Verify, bytes: &[u8], out: &mut Out) -> Result<Exit, Failure> {
    let mut proof = verify::frozen(bytes).map_err(|error| of_file(&error))?;
    if let Some(typed) = &args.expect
        && !resolve::starts(resolve::SPACE, typed, &proof.frozen.space)?
    {
        proof.object(
            "ce fichier est d'un autre espace que celui attendu",
            "this file is of another space than the one expected",
        );
    }
    let pdf = match &args.pdf {
        Some(path) => Some(proof.attaches(&sha256(&carried::read(Path::new(path))?))),
        None => None,
    };
    if pdf == Some(false) {
        proof.object(
            "ce PDF n'est joint à aucun visa de cette version : ce n'est pas lui, ou il a changé",
            "no visa of this version attaches this PDF: it is another one, or it was altered",
        );
    }
    let proven = Proven::of(proof, pdf, out.lang());
    out.answer(&proven, |page| proven.draw(page))?;
    Ok(if proven.valid { Exit::Done } else { Exit::Refused })
}

fn of_file(error: &DecodeError) -> Failure {
    match error {
        DecodeError::Unknown(_) => Failure::refused(
            "file-too-new",
            Text::of(
                "ce fichier vient d'une version plus récente de Liaison",
                "this file comes from a later version of Liaison",
            ),
        ),
        DecodeError::Malformed
        | DecodeError::Missing(_)
        | DecodeError::UnknownField
        | DecodeError::TooLarge
        | DecodeError::Trailing
        | DecodeError::NotCanonical
        | DecodeError::Invalid(_) => Failure::refused(
            "frozen-file-damaged",
            Text::of(
                "ce fichier est coupé ou altéré : il ne prouve plus rien",
                "this file is cut short or altered: it proves nothing any more",
            ),
        ),
    }
}

impl Signature {
    fn of(visa: ProvenVisa) -> Self {
        let at_ms = words::signed_ms(visa.at);
        let name = if visa.name.is_empty() { visa.partner.short() } else { visa.name };
        let shown = VisaShown::proven(
            (visa.partner, name),
            (visa.capacity, at_ms),
            (visa.pdf.map(|pdf| hex(&pdf)), visa.attached.is_some()),
            visa.here,
        );
        Self { shown, voice: visa.voice.to_string(), act: visa.act.to_string() }
    }
}

impl Proven {
    fn of(proof: FrozenProof, pdf: Option<bool>, lang: Lang) -> Self {
        let FrozenProof { frozen, visas, awaited, amended, superseded_by, .. } = proof;
        let at_ms = words::signed_ms(frozen.at);
        let anomalies = proof.anomalies.into_iter().map(|(french, english)| match lang {
            Lang::Fr => french,
            Lang::En => english,
        });
        let amends = amended.into_iter();
        Self {
            valid: proof.valid,
            complete: awaited.is_empty(),
            file: "frozen",
            space: frozen.space.to_string(),
            document: frozen.document.to_string(),
            version: hex(&proof.version),
            form: frozen.form,
            text_sha256: hex(&frozen.text),
            heads: frozen.heads.iter().map(|head| hex(head)).collect(),
            frozen_at: readable::iso_time(at_ms),
            frozen_at_ms: at_ms,
            decision: frozen.decision.words,
            meeting: frozen.decision.meeting.map(|id| id.to_string()),
            signatures: visas.into_iter().map(Signature::of).collect(),
            awaited: awaited.into_iter().map(Awaited::of).collect(),
            amends: amends
                .map(|(version, visas)| Amended { version: Digest(version).to_string(), visas })
                .collect(),
            superseded_by: superseded_by.map(|version| hex(&version)),
            pdf,
            acts: proof.acts,
            set_aside: proof.set_aside,
            known_until: proof.known_until.map(|at| readable::iso_time(words::signed_ms(at))),
            text: proof.text,
            anomalies: anomalies.collect(),
        }
    }

    fn draw(&self, page: &mut Page) {
        if self.valid && self.awaited.is_empty() {
            page.good(&Text::of(
                "Tout concorde : ce texte porte ces visas, et rien n'y a changé depuis.",
                "Everything holds: this text bears these visas, and nothing in it has changed.",
            ));
        } else if self.valid {
            let names: Vec<&str> = self.awaited.iter().map(Awaited::name).collect();
            let (names, count) = (names.join(", "), self.awaited.len());
            page.alarm(&Text::new(
                format!(
                    "Le texte et les visas donnés concordent, mais tous ne sont pas là : {count} \
                     attendus ({names})."
                ),
                format!(
                    "The text and the visas given hold, but not all are there: {count} still to \
                     come ({names})."
                ),
            ));
        } else {
            page.alarm(&Text::of("Quelque chose ne concorde pas :", "Something does not hold:"));
        }
        self.anomalies.iter().for_each(|anomaly| page.line(&format!("- {anomaly}")));
        let lang = page.lang();
        page.pairs(&[
            (Text::of("espace", "space"), self.space.clone()),
            (Text::same("document"), self.document.clone()),
            (Text::of("version figée", "frozen version"), self.version.clone()),
            (Text::of("figée le", "frozen on"), readable::local_time(self.frozen_at_ms, lang)),
            (Text::of("décision", "decision"), self.decision.clone()),
            (Text::of("têtes", "heads"), self.heads.join(" ")),
            (Text::of("empreinte du texte", "digest of the text"), self.text_sha256.clone()),
            (Text::of("actes rejoués", "acts replayed"), self.acts.to_string()),
        ]);
        let shown: Vec<VisaShown> = self.signatures.iter().map(|one| one.shown.clone()).collect();
        draw_visas(&shown, &self.awaited, page);
        for amended in &self.amends {
            let (version, visas) = (words::short(&amended.version), amended.visas);
            page.say(&Text::new(
                format!("Avenant à la version {version}, qui porte {visas} visas."),
                format!("Amends version {version}, which bears {visas} visas."),
            ));
        }
        if let Some(later) = &self.superseded_by {
            let later = words::short(later);
            page.alarm(&Text::new(
                format!("Une version plus récente la remplace : {later}."),
                format!("A later version supersedes it: {later}."),
            ));
        }
        if self.pdf == Some(true) {
            page.good(&Text::of(
                "Le PDF donné est bien celui qu'un visa joint.",
                "The PDF given is one that a visa attaches.",
            ));
        }
        page.say(&Text::of(
            "Les noms sont ceux que portait la version figée ; l'identifiant de l'espace se \
             compare avec celui d'un partenaire (--expect). Ces visas ne sont pas des signatures \
             avancées ou qualifiées.",
            "Names are those that the frozen version bore; compare the identifier of the space \
             with that of a partner (--expect). These visas are no advanced or qualified \
             signatures.",
        ));
        page.gap();
        page.text(&self.text);
    }
}
