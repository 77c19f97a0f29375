//! `verify`: replays every decision and every signature, of this replica or of a file.
//!
//! A file is verified without any replica: anyone who is handed one can check it.

use crate::args;
use crate::commands::freeze::proof;
use crate::driver::Access;
use crate::question::{Answer, Question, lang_form};
use crate::{carried, failures, resolve};
use client_core::replica::{Command, Reply, VerifyReport};
use console::{Exit, Failure, Lang, Out, Page, Text};
use protocol::frozen::FrozenFile;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// Asks to verify a space of this replica.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Verify {
    pub(crate) space: String,
    #[serde(default = "lang_form::usual", with = "lang_form")]
    pub(crate) lang: Lang,
}

/// What was found.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Verified {
    space: String,
    valid: bool,
    acts: u64,
    set_aside: u64,
    envelopes: u64,
    partners: usize,
    anomalies: Vec<String>,
}

/// Tells whether a file is meant rather than a space of this replica.
pub(crate) fn is_file(args: &args::Verify) -> bool {
    let target = &args.target;
    let looks_like_id = target.len() >= 6 && target.bytes().all(|byte| byte.is_ascii_hexdigit());
    args.expect.is_some() || args.pdf.is_some() || !looks_like_id || Path::new(target).is_file()
}

/// Verifies a file, without any replica.
///
/// # Errors
/// When the file cannot be read at all.
pub(crate) fn file(args: &args::Verify, out: &mut Out) -> Result<Exit, Failure> {
    let bytes = carried::read(Path::new(&args.target))?;
    if FrozenFile::is_one(&bytes) {
        return proof::file(args, &bytes, out);
    }
    if args.pdf.is_some() {
        return Err(no_visas());
    }
    if is_for_reading(&bytes) {
        return Err(for_reading());
    }
    let report = client_core::verify::bundle(&bytes, None);
    let report = report.map_err(|error| failures::of_bundle(&error))?;
    let expected = match &args.expect {
        Some(typed) => resolve::starts(resolve::SPACE, typed, &report.space)?,
        None => true,
    };
    let mut verified = Verified::of(report, out.lang());
    if !expected {
        verified.valid = false;
        let other = Text::of(
            "ce fichier est d'un autre espace que celui attendu",
            "this file is of another space than the one expected",
        );
        verified.anomalies.push(other.in_lang(out.lang()).to_owned());
    }
    out.answer(&verified, |page| verified.draw(page))?;
    Ok(verified.exit())
}

/// How files that `export` writes begin: PDF; Word, workbooks and archives.
const FOR_READING: [&[u8]; 2] = [b"%PDF-", b"PK\x03\x04"];

/// Tells whether a file is one to read, which proves nothing by itself.
fn is_for_reading(bytes: &[u8]) -> bool {
    FOR_READING.iter().any(|begin| bytes.starts_with(begin))
}

fn for_reading() -> Failure {
    Failure::refused(
        "file-for-reading",
        Text::of(
            "ce fichier est une copie pour lire : il ne prouve rien à lui seul",
            "this file is a copy for reading: it proves nothing by itself",
        ),
    )
    .with_hint(Text::of(
        "donnez le fichier écrit par « liaison freeze DOCUMENT --to FICHIER » ; un PDF signé \
         ailleurs s'y compare par --pdf",
        "give the file written by “liaison freeze DOCUMENT --to FILE”; a PDF signed elsewhere is \
         compared with it by --pdf",
    ))
}

fn no_visas() -> Failure {
    Failure::usage(
        "pdf-without-visas",
        Text::of(
            "--pdf va avec un fichier écrit par « liaison freeze --to »",
            "--pdf goes with a file written by “liaison freeze --to”",
        ),
    )
}

impl Question for Verify {
    const PATH: &'static str = "verify";
    type Answer = Verified;

    async fn answer(self, replica: &Access) -> Result<Verified, Failure> {
        let space = resolve::space(replica, &self.space).await?;
        let Reply::Verified(report) = replica.command(Command::Verify { space }).await? else {
            return Err(failures::wrong_reply(Self::PATH));
        };
        Ok(Verified::of(report, self.lang))
    }
}

impl Verified {
    fn of(report: VerifyReport, lang: Lang) -> Self {
        let anomalies = report.anomalies.into_iter().map(|(french, english)| match lang {
            Lang::Fr => french,
            Lang::En => english,
        });
        Self {
            space: report.space.to_string(),
            valid: report.valid,
            acts: report.acts,
            set_aside: report.set_aside,
            envelopes: report.envelopes,
            partners: report.partners,
            anomalies: anomalies.collect(),
        }
    }
}

impl Answer for Verified {
    fn draw(&self, page: &mut Page) {
        if self.valid {
            page.good(&Text::of(
                "Tout concorde : chaque décision et chaque signature, depuis la charte.",
                "Everything holds: every decision and every signature, from the charter on.",
            ));
        } else {
            page.alarm(&Text::of("Quelque chose ne concorde pas.", "Something does not hold."));
        }
        page.pairs(&[
            (Text::of("espace", "space"), self.space.clone()),
            (Text::of("actes", "acts"), self.acts.to_string()),
            (Text::of("actes sans effet", "acts without effect"), self.set_aside.to_string()),
            (Text::of("enveloppes", "envelopes"), self.envelopes.to_string()),
            (Text::of("partenaires", "partners"), self.partners.to_string()),
        ]);
        self.anomalies.iter().for_each(|anomaly| page.line(&format!("- {anomaly}")));
    }

    fn exit(&self) -> Exit {
        if self.valid { Exit::Done } else { Exit::Refused }
    }
}
