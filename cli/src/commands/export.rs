//! `export`: a document or a whole space in the files that others work with.
//!
//! The replica makes the bytes, in this process or in the daemon; the command writes them, each
//! file whole or not at all, and over nothing unless it is told to.

pub(crate) mod frozen;

use crate::args;
use crate::commands::document::show::content::Shown;
use crate::commands::with_session;
use crate::driver::Access;
use crate::failures::{self, Doing};
use crate::home::Home;
use crate::question::{Answer, Question, file_form, lang_form};
use crate::{carried, resolve, words, world};
use client_core::document::Edit;
use client_core::replica::{Command, DocumentLine, DocumentView, MemberView, Reply};
use console::{Exit, Failure, Lang, Out, Page, Text, readable};
use exchange::export::print::Standing;
use exchange::export::{self, Held, Holding, Unwritten};
use frozen::Frozen;
use protocol::env::Timestamp;
use protocol::id::{DocumentId, SpaceId};
use protocol::register::Closing;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::path::Path;

/// A format of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// A page for a word processor.
    Docx,
    /// A page to read and to keep.
    Pdf,
    /// A workbook: the tracker, or the figures.
    Xlsx,
    /// Tables as text.
    Csv,
    /// Everything, to be read back.
    Json,
    /// An agenda.
    Ics,
}

impl Format {
    /// Every format.
    pub(crate) const ALL: [Self; 6] =
        [Self::Docx, Self::Pdf, Self::Xlsx, Self::Csv, Self::Json, Self::Ics];

    /// Returns its name, which is the usual end of such files.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Docx => "docx",
            Self::Pdf => "pdf",
            Self::Xlsx => "xlsx",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Ics => "ics",
        }
    }

    fn named(name: &str) -> Result<Self, Failure> {
        let found = Self::ALL.into_iter().find(|format| format.name() == name);
        found.ok_or_else(|| {
            let known = Self::ALL.map(Self::name).join(", ");
            Failure::usage(
                "format-not-known",
                Text::new(
                    format!("le format « {name} » n'existe pas : {known}"),
                    format!("there is no format “{name}”: {known}"),
                ),
            )
        })
    }
}

/// Asks for the files.
///
/// # Errors
/// What the replica or the disk says; `file-exists`.
pub(crate) fn run(args: &args::files::Export, home: &Home, out: &mut Out) -> Result<Exit, Failure> {
    let into_folder = args.to == Format::Csv.name() && ends_as_folder(&args.file);
    // Said before the replica works for it.
    carried::refuse_existing(&args.file, args.force)?;
    let question = Export {
        target: args.target.clone(),
        to: args.to.clone(),
        figures: args.figures,
        frozen: args.frozen.clone(),
        year: args.year.clone().unwrap_or_else(this_year),
        zip: !into_folder,
        lang: out.lang(),
    };
    let made = with_session(home, out, async |session, _| session.ask(question).await)?;
    let written = match made.files.as_slice() {
        [one] if !into_folder => write_one(&args.file, &one.file, args.force)?,
        several => write_folder(&args.file, several, args.force)?,
    };
    let answer = Written { documents: made.documents, left_out: made.left_out, files: written };
    out.answer(&answer, |page| answer.draw(page))?;
    Ok(Exit::Done)
}

/// Returns the year on this machine's clock.
fn this_year() -> String {
    let today = readable::iso_time(world::wall_ms());
    today.split('-').next().unwrap_or_default().to_owned()
}

fn ends_as_folder(path: &Path) -> bool {
    path.as_os_str().as_encoded_bytes().last().is_some_and(|byte| matches!(byte, b'/' | b'\\'))
}

fn write_one(path: &Path, bytes: &[u8], force: bool) -> Result<Vec<Wrote>, Failure> {
    carried::write_new(path, bytes, force)?;
    Ok(vec![Wrote { file: path.display().to_string(), bytes: bytes.len() }])
}

fn write_folder(folder: &Path, files: &[File], force: bool) -> Result<Vec<Wrote>, Failure> {
    let made = std::fs::create_dir_all(folder);
    made.map_err(|error| failures::of_file(Doing::Writing, folder, &error))?;
    let mut written = Vec::new();
    for file in files {
        written.extend(write_one(&folder.join(&file.name), &file.file, force)?);
    }
    Ok(written)
}

/// Asks the replica for an export.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Export {
    target: String,
    to: String,
    #[serde(default)]
    figures: bool,
    /// A frozen version to print instead of the document as it is now.
    #[serde(default)]
    frozen: Option<String>,
    /// Of which year the report of a space is.
    #[serde(default)]
    year: String,
    /// Whether several files come as one.
    #[serde(default)]
    zip: bool,
    #[serde(default = "lang_form::usual", with = "lang_form")]
    lang: Lang,
}

impl Export {
    /// Asks for one file of a document or a space.
    pub(crate) fn of(target: String, to: String, year: String, lang: Lang) -> Self {
        Self { target, to, figures: false, frozen: None, year, zip: true, lang }
    }
}

/// The files made.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Made {
    files: Vec<File>,
    documents: usize,
    /// Documents that cannot be read here, and are not in the files.
    left_out: usize,
}

impl Made {
    /// Returns the first file: its name and its bytes.
    pub(crate) fn into_first(self) -> Option<(String, Vec<u8>)> {
        self.files.into_iter().next().map(|file| (file.name, file.file))
    }
}

/// One file.
#[derive(Debug, Serialize, Deserialize)]
struct File {
    name: String,
    #[serde(with = "file_form")]
    file: Vec<u8>,
}

/// What was written, for scripts and people.
#[derive(Debug, Serialize)]
struct Written {
    documents: usize,
    left_out: usize,
    files: Vec<Wrote>,
}

#[derive(Debug, Serialize)]
struct Wrote {
    file: String,
    bytes: usize,
}

/// What an export is of.
enum Target {
    Document(SpaceId, DocumentId),
    Space(SpaceId),
}

impl Question for Export {
    const PATH: &'static str = "export";
    type Answer = Made;

    async fn answer(self, replica: &Access) -> Result<Made, Failure> {
        let format = Format::named(&self.to)?;
        let target = target(replica, &self.target).await?;
        let (space, document) = match target {
            Target::Document(space, document) => (space, Some(document)),
            Target::Space(space) => (space, None),
        };
        let frozen = match (&self.frozen, document, format) {
            (None, _, _) => None,
            (Some(typed), Some(document), Format::Docx | Format::Pdf) => {
                Some(Frozen::find(replica, document, typed, self.lang).await?)
            }
            (Some(_), _, _) => return Err(frozen::not_on_pages()),
        };
        if document.is_none() {
            refuse_erased(replica, space).await?;
        }
        let mut gathered = gather(replica, space, format, document, self.lang).await?;
        if let (Some(frozen), Some(document)) = (&frozen, document) {
            gathered.put_back(replica, document, frozen).await?;
        }
        let files = make(&mut gathered, format, document, &self, frozen.as_ref())?;
        let left_out = if document.is_some() { 0 } else { gathered.left_out };
        let documents = if document.is_some() { 1 } else { gathered.holding.documents.len() };
        Ok(Made { files, documents, left_out })
    }
}

impl Answer for Made {
    /// The bytes are for files, which the command writes and speaks of.
    fn draw(&self, page: &mut Page) {
        page.line(&self.documents.to_string());
    }
}

impl Written {
    fn draw(&self, page: &mut Page) {
        let (fr, en) = (
            words::count(self.documents, ("document exporté", "document exporté"), Lang::Fr),
            words::count(self.documents, ("document", "document"), Lang::En),
        );
        page.good(&Text::new(format!("{fr} :"), format!("{en} exported:")));
        for wrote in &self.files {
            page.line(&format!("    {}", wrote.file));
        }
        if self.left_out > 0 {
            let count = self.left_out;
            page.alarm(&Text::new(
                format!("Documents qui ne se lisent pas encore ici et n'y sont pas : {count}."),
                format!("Documents that cannot be read here yet and are not in it: {count}."),
            ));
        }
    }
}

/// Finds what was typed among the spaces, then among the documents.
async fn target(replica: &Access, typed: &str) -> Result<Target, Failure> {
    // Spaces first: looking for a document that is not there opens every one for the advice.
    if let Ok(space) = resolve::space(replica, typed).await {
        return Ok(Target::Space(space));
    }
    let document = resolve::document(replica, typed).await?;
    let known = replica.overview().await?.documents;
    let held = known.into_iter().find(|(_, id)| *id == document);
    let (space, _) = held.ok_or_else(|| failures::wrong_reply(Export::PATH))?;
    Ok(Target::Document(space, document))
}

/// Refuses to take anything out of a space whose contents are destroyed: a file with nothing in
/// it would pass for what was there.
async fn refuse_erased(replica: &Access, space: SpaceId) -> Result<(), Failure> {
    let spaces = replica.overview().await?.spaces;
    let view = spaces.into_iter().find(|view| view.space == space);
    let closed = view.and_then(|view| view.closed);
    if closed.is_none_or(|closed| closed.closing != Closing::Erase) {
        return Ok(());
    }
    Err(Failure::refused(
        "space-erased",
        Text::of(
            "cet espace est effacé : ses documents et ses clés sont détruits, il n'y a plus rien \
             à en exporter",
            "this space is erased: its documents and its keys are destroyed, nothing is left to \
             export",
        ),
    )
    .with_hint(Text::of(
        "« liaison space show » dit qui a attesté l'effacement",
        "“liaison space show” tells who attested the erasure",
    )))
}

/// What an export is made from.
struct Gathered {
    holding: Holding,
    /// Each document as `doc show --json` tells it, where that is wanted.
    shown: Vec<Value>,
    left_out: usize,
}

impl Gathered {
    /// Puts a document back to how it was when it was frozen.
    async fn put_back(
        &mut self,
        replica: &Access,
        document: DocumentId,
        frozen: &Frozen,
    ) -> Result<(), Failure> {
        let show = Command::Show { document, at: Some(frozen.at()) };
        let Reply::Document(view) = replica.command(show).await? else {
            return Err(failures::wrong_reply(Export::PATH));
        };
        let held = self.holding.documents.iter_mut().find(|held| held.document == document);
        let held = held.ok_or_else(unreadable)?;
        (held.content, held.authors, held.changed_at) = (view.content, view.authors, frozen.time());
        Ok(())
    }
}

/// Gathers the documents of a space as they are printed.
///
/// # Errors
/// What the replica says.
pub(crate) async fn holding(
    replica: &Access,
    space: SpaceId,
    lang: Lang,
) -> Result<Holding, Failure> {
    let gathered = gather(replica, space, Format::Pdf, None, lang).await?;
    Ok(gathered.holding)
}

/// Returns the edits by which a document keeps the figures of its space that its pages show now,
/// as it does when it is frozen; none for the kinds that have none.
///
/// # Errors
/// What the replica says.
pub(crate) async fn figures_to_keep(
    replica: &Access,
    (space, document): (SpaceId, DocumentId),
    lang: Lang,
) -> Result<Vec<Edit>, Failure> {
    let show = Command::Show { document, at: None };
    let Reply::Document(view) = replica.command(show).await? else {
        return Err(failures::wrong_reply(Export::PATH));
    };
    if !export::has_figures(view.content.kind.name) {
        return Ok(Vec::new());
    }
    let gathered = gather(replica, space, Format::Pdf, Some(document), lang).await?;
    let held = gathered.holding.document(&document).ok_or_else(unreadable)?;
    Ok(export::keep(&gathered.holding, held))
}

/// Writes the workbook of a space where nothing stands yet: headings, and lists of choices.
///
/// # Errors
/// What the library of workbooks says.
pub(crate) fn blank(space: SpaceId, title: &str, lang: Lang) -> Result<Vec<u8>, Failure> {
    let holding = Holding {
        space,
        title: title.to_owned(),
        partners: Default::default(),
        documents: Vec::new(),
        language: words::language(lang),
    };
    export::xlsx::write(&holding, &[]).map_err(|error| of_export(&error))
}

/// Gathers the documents of a space; the history is asked for only where the format tells it.
async fn gather(
    replica: &Access,
    space: SpaceId,
    format: Format,
    only: Option<DocumentId>,
    lang: Lang,
) -> Result<Gathered, Failure> {
    let list = Command::Documents { space, kind: None };
    let Reply::Documents(lines) = replica.command(list).await? else {
        return Err(failures::wrong_reply(Export::PATH));
    };
    let members = known_members(replica, space).await;
    let spaces = replica.overview().await?.spaces;
    let view = spaces.into_iter().find(|view| view.space == space);
    let left_out = lines.iter().filter(|line| !line.readable).count();
    let (mut documents, mut shown) = (Vec::new(), Vec::new());
    for line in lines.iter().filter(|line| line.readable) {
        let document = line.document;
        let show = Command::Show { document, at: None };
        let Reply::Document(view) = replica.command(show).await? else {
            return Err(failures::wrong_reply(Export::PATH));
        };
        let is_wanted = only.is_none_or(|only| only == document);
        if format == Format::Json && is_wanted {
            shown.push(told((*view).clone(), &members, &lines, lang)?);
        }
        let all_dated = matches!(format, Format::Ics | Format::Docx | Format::Pdf);
        let dated = is_wanted && (only.is_some() || all_dated);
        let (changes, changed_at) = match dated {
            true => history(replica, document).await?,
            false => (0, Timestamp::from_ms(0)),
        };
        let DocumentView { content, authors, .. } = *view;
        documents.push(Held { document, content, authors, changes, changed_at });
    }
    let named = members.into_iter().map(|member| (member.partner, member.name));
    let holding = Holding {
        space,
        title: view.map(|view| view.title).unwrap_or_default(),
        partners: named.collect(),
        documents,
        language: words::language(lang),
    };
    Ok(Gathered { holding, shown, left_out })
}

/// Returns the members as they are known here: the relay is not asked for names.
async fn known_members(replica: &Access, space: SpaceId) -> Vec<MemberView> {
    match replica.command(Command::Glance { space }).await {
        Ok(Reply::Glance { members, .. }) => members,
        Ok(_) | Err(_) => Vec::new(),
    }
}

async fn history(replica: &Access, document: DocumentId) -> Result<(u64, Timestamp), Failure> {
    let Reply::History(changes) = replica.command(Command::History { document }).await? else {
        return Err(failures::wrong_reply(Export::PATH));
    };
    let last = changes.iter().map(|change| change.at).max();
    Ok((changes.len() as u64, last.unwrap_or(Timestamp::from_ms(0))))
}

/// Returns a document as `doc show --json` tells it, with the revision of its kind's table.
fn told(
    view: DocumentView,
    members: &[MemberView],
    known: &[DocumentLine],
    lang: Lang,
) -> Result<Value, Failure> {
    let revision = view.content.kind.revision;
    let mut shown = Shown::of(view, lang).without_remarks();
    shown.name_partners(members);
    shown.title_documents(known);
    let mut value = serde_json::to_value(&shown)
        .map_err(|error| of_export(&Unwritten { format: "json", reason: error.to_string() }))?;
    value["kind_revision"] = json!(revision);
    Ok(value)
}

fn make(
    gathered: &mut Gathered,
    format: Format,
    document: Option<DocumentId>,
    asked: &Export,
    frozen: Option<&Frozen>,
) -> Result<Vec<File>, Failure> {
    let holding = &gathered.holding;
    let selected = match document {
        Some(document) => holding.document(&document).into_iter().collect(),
        None => holding.all(),
    };
    if selected.is_empty() && document.is_some() {
        return Err(unreadable());
    }
    let name = |bytes| vec![File { name: format!("export.{}", format.name()), file: bytes }];
    let failed = |error: Unwritten| of_export(&error);
    Ok(match format {
        Format::Docx | Format::Pdf => {
            let print = match document {
                None => export::print_year(holding, &asked.year),
                Some(_) => {
                    let held = selected.first().ok_or_else(unreadable)?;
                    match frozen {
                        None => {
                            let standing = Standing::Working { version: held.version() };
                            export::print(holding, held, standing)
                        }
                        Some(frozen) => frozen.print(holding, held),
                    }
                }
            };
            let written = match format {
                Format::Pdf => export::pdf::write(&print),
                Format::Docx | Format::Xlsx | Format::Csv | Format::Json | Format::Ics => {
                    export::docx::write(&print)
                }
            };
            name(written.map_err(failed)?)
        }
        Format::Xlsx if asked.figures => {
            name(export::xlsx::write_figures(holding).map_err(failed)?)
        }
        Format::Xlsx => name(export::xlsx::write(holding, &selected).map_err(failed)?),
        Format::Json => {
            let documents = std::mem::take(&mut gathered.shown);
            let space = holding.space.to_string();
            name(export::json::write(&space, &holding.title, documents).map_err(failed)?)
        }
        Format::Ics => name(export::ics::write(holding, &selected)),
        Format::Csv => {
            let files = export::csv::files(holding, &selected).map_err(failed)?;
            match asked.zip {
                true => name(export::csv::archive(&files).map_err(failed)?),
                false => {
                    let file = |(name, file)| File { name, file };
                    files.into_iter().map(file).collect()
                }
            }
        }
    })
}

fn unreadable() -> Failure {
    Failure::refused(
        "document-unreadable",
        Text::of(
            "ce document ne peut pas encore être lu ici",
            "this document cannot be read here yet",
        ),
    )
}

/// Says that a library refused what a document holds: a fault of this program.
fn of_export(error: &Unwritten) -> Failure {
    let Unwritten { format, reason } = error;
    Failure::refused(
        "export-failed",
        Text::new(
            format!("le fichier {format} n'a pas pu être fait : {reason}"),
            format!("the {format} file could not be made: {reason}"),
        ),
    )
}

#[cfg(test)]
mod tests;
