//! `sign`: the visa of this organisation under a frozen version.
//!
//! What is shown before is worked out here from the version itself, and the visa names exactly
//! that version: nothing that arrives meanwhile can slip in.

use super::content::{self, Digest, FrozenShown, draw_changes};
use crate::args;
use crate::commands::document::show::content::Shown;
use crate::commands::document::show::{Show, draw_missing};
use crate::commands::with_session;
use crate::delivery::Delivery;
use crate::driver::Access;
use crate::home::Home;
use crate::prompt::{self, Unasked};
use crate::question::{Answer, Question, lang_form};
use crate::{carried, failures, resolve};
use client_core::replica::{Command, Reply, VisaOrder};
use console::{Exit, Failure, Lang, Out, Page, Text};
use protocol::crypto::Hash;
use protocol::frozen::sha256;
use protocol::id::{hex, unhex};
use protocol::register::Capacity;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// What every signer is told.
const VISA: Text = Text::of(
    "Ce visa prouve l'origine et l'intégrité du texte. Ce n'est pas une signature avancée ou \
     qualifiée au sens d'eIDAS : si la valeur juridique l'exige, faites signer le PDF ailleurs et \
     joignez-le par --pdf.",
    "This visa proves the origin and the integrity of the text. It is no advanced or qualified \
     signature in the sense of eIDAS: where the law asks for one, have the PDF signed elsewhere \
     and attach it with --pdf.",
);

/// Asks what would be signed.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Preview {
    document: String,
    version: Option<String>,
    #[serde(default = "lang_form::usual", with = "lang_form")]
    lang: Lang,
}

/// Asks to sign a version.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Sign {
    document: String,
    version: String,
    capacity: String,
    pdf_sha256: Option<String>,
    #[serde(default)]
    pdf_name: String,
}

/// The visa given.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Signed {
    document: String,
    version: String,
    capacity: String,
    pdf_sha256: Option<String>,
    #[serde(flatten)]
    delivery: Delivery,
}

/// Shows, asks for confirmation, signs.
///
/// # Errors
/// What the replica says, or that the person said no.
pub(crate) fn run(args: args::visa::Sign, home: &Home, out: &mut Out) -> Result<Exit, Failure> {
    let pdf = args.pdf.as_deref().map(read_pdf).transpose()?;
    let lang = out.lang();
    let signed = with_session(home, out, async |session, out| {
        let preview = Preview { document: args.document, version: args.of, lang };
        let shown = session.ask(preview).await?;
        let Some(version) = shown.versions.last().map(|last| last.version.clone()) else {
            return Err(failures::wrong_reply(Preview::PATH));
        };
        // What a person reads is the document as it was frozen; the lines behind the digest are
        // made for machines.
        let document = match shown.versions.last() {
            Some(one) if one.text.is_some() && !out.json() => {
                let (document, at) = (shown.document.clone(), Some(one.at()));
                Some(session.ask(Show { document, at, lang }).await?)
            }
            Some(_) | None => None,
        };
        let signing = Signing {
            shown: &shown,
            document: document.as_ref(),
            capacity: &args.capacity,
            pdf: pdf.as_ref(),
            canonical: args.canonical,
        };
        prompt::show(out, |page| signing.draw(page))?;
        if !args.yes {
            let question = Text::of(
                "Donner le visa de votre organisation à ce texte ?",
                "Give the visa of your organisation to this text?",
            );
            prompt::confirm(out, &question, Unasked::NeedsYes)?;
        }
        let (digest, pdf_name) = pdf.unzip();
        let sign = Sign {
            document: shown.document,
            version,
            capacity: args.capacity,
            pdf_sha256: digest.map(|digest| hex(&digest)),
            pdf_name: pdf_name.unwrap_or_default(),
        };
        session.ask(sign).await
    })?;
    prompt::conclude(out, &signed)?;
    Ok(signed.exit())
}

/// Reads a PDF that was signed elsewhere: its digest and its name.
fn read_pdf(path: &Path) -> Result<(Hash, String), Failure> {
    let bytes = carried::read(path)?;
    if !bytes.starts_with(b"%PDF-") {
        let path = path.display();
        let message = Text::new(
            format!("le fichier {path} n'est pas un PDF"),
            format!("the file {path} is no PDF"),
        );
        return Err(Failure::refused("not-a-pdf", message));
    }
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    Ok((sha256(&bytes), name.unwrap_or_else(|| "PDF".to_owned())))
}

/// What a signer is shown.
struct Signing<'a> {
    shown: &'a FrozenShown,
    /// The document as it was frozen, where that is known here.
    document: Option<&'a Shown>,
    capacity: &'a str,
    pdf: Option<&'a (Hash, String)>,
    /// Whether the lines behind the digest are shown too.
    canonical: bool,
}

impl Signing<'_> {
    fn draw(&self, page: &mut Page) {
        let Self { shown, capacity, pdf, .. } = *self;
        let Some(one) = shown.versions.last() else {
            return;
        };
        if let Some(document) = self.document {
            page.say(&Text::of(
                "Le document tel qu'il a été figé :",
                "The document as it was frozen:",
            ));
            page.gap();
            document.draw(page);
            page.gap();
        }
        if let (Some(text), true) = (&one.text, self.canonical) {
            page.say(&Text::of(
                "Les lignes exactes dont l'empreinte est signée :",
                "The exact lines whose digest is signed:",
            ));
            page.text(text);
            page.gap();
        }
        draw_preview(shown, capacity, pdf, page);
    }
}

fn draw_preview(
    shown: &FrozenShown,
    capacity: &str,
    pdf: Option<&(Hash, String)>,
    page: &mut Page,
) {
    let Some(one) = shown.versions.last() else {
        return;
    };
    page.say(&Text::of(
        "Vous allez donner le visa de votre organisation à :",
        "You are about to give the visa of your organisation to:",
    ));
    page.gap();
    page.title(&Text::same(shown.title.clone()));
    one.draw(page);
    page.gap();
    if one.text.is_some() && !one.changes.is_empty() {
        page.say(&Text::of(
            "Ce qui change depuis la version figée précédente :",
            "What changes since the frozen version before it:",
        ));
        draw_changes(&one.changes, page);
    }
    if !shown.differs.is_empty() {
        page.alarm(&Text::of(
            "Le document a changé depuis : le visa porte sur la version figée, pas sur ces \
             modifications.",
            "The document has changed since: the visa is for the frozen version, not for these \
             edits.",
        ));
        draw_changes(&shown.differs, page);
    }
    draw_missing(&shown.missing, page);
    page.gap();
    let lang = page.lang();
    let mut pairs = vec![(Text::of("en qualité de", "as"), content::capacity(capacity, lang))];
    if let Some((digest, name)) = pdf {
        pairs.push((Text::of("PDF joint", "PDF attached"), format!("{name} {}", Digest(*digest))));
    }
    page.pairs(&pairs);
    page.say(&VISA);
    if one.signed_here() {
        page.alarm(&Text::of(
            "Votre organisation a déjà donné son visa à cette version.",
            "Your organisation has already given its visa to this version.",
        ));
    }
    page.gap();
}

impl Question for Preview {
    const PATH: &'static str = "sign/preview";
    type Answer = FrozenShown;

    async fn answer(self, replica: &Access) -> Result<FrozenShown, Failure> {
        let document = resolve::document(replica, &self.document).await?;
        let wanted = match &self.version {
            Some(typed) => Some(content::version(replica, document, typed).await?),
            None => None,
        };
        let Reply::Frozen(mut report) = replica.command(Command::Frozen { document }).await? else {
            return Err(failures::wrong_reply(Self::PATH));
        };
        if let Some(at) = report.versions.iter().position(|one| Some(one.version) == wanted) {
            report.versions.truncate(at + 1);
        }
        if report.versions.is_empty() {
            let message = Text::of(
                "aucune version de ce document n'est figée",
                "no version of this document is frozen",
            );
            let hint = Text::of("« liaison freeze » la fige", "“liaison freeze” freezes it");
            return Err(Failure::refused("nothing-frozen", message).with_hint(hint));
        }
        // What is signed is the version, not what the document has become.
        let at = report.versions.last().map(|last| content::heads(&last.frozen));
        let missing = content::missing(replica, document, at, self.lang).await?;
        Ok(FrozenShown { missing, ..FrozenShown::of(*report, self.lang) })
    }
}

impl Answer for FrozenShown {
    fn draw(&self, page: &mut Page) {
        Self::draw(self, page);
    }
}

impl Question for Sign {
    const PATH: &'static str = "sign";
    type Answer = Signed;

    async fn answer(self, replica: &Access) -> Result<Signed, Failure> {
        let document = resolve::document(replica, &self.document).await?;
        let version = content::version(replica, document, &self.version).await?;
        let capacity = Capacity::from_name(&self.capacity);
        let capacity = capacity.ok_or_else(|| failures::wrong_reply(Self::PATH))?;
        let digest = |text: &String| {
            let digest = unhex(text).and_then(|bytes| Hash::try_from(bytes).ok());
            digest.ok_or_else(|| failures::wrong_reply(Self::PATH))
        };
        let pdf = self.pdf_sha256.as_ref().map(digest).transpose()?;
        let pdf = pdf.map(|digest| (digest, self.pdf_name));
        let order = VisaOrder { version, capacity, pdf };
        let reply = replica.command(Command::Sign { document, order }).await?;
        let (reply, delivery) = Delivery::of(reply);
        let Reply::Signed { document, version } = reply else {
            return Err(failures::wrong_reply(Self::PATH));
        };
        Ok(Signed {
            document: document.to_string(),
            version: hex(&version),
            capacity: self.capacity,
            pdf_sha256: self.pdf_sha256,
            delivery,
        })
    }
}

impl Answer for Signed {
    fn draw(&self, page: &mut Page) {
        let version = crate::words::short(&self.version);
        if self.delivery.sent {
            page.good(&Text::new(
                format!("Le visa de votre organisation est au registre (version {version})."),
                format!("The visa of your organisation is in the register (version {version})."),
            ));
            return;
        }
        page.say(&Text::new(
            format!("Le visa est écrit (version {version}) ; il comptera quand le relais l'aura."),
            format!("The visa is written (version {version}); it counts once the relay has it."),
        ));
        self.delivery.draw_in(page);
    }

    fn exit(&self) -> Exit {
        self.delivery.exit()
    }
}
