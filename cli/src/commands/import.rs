//! `import`: a partner's file, shown as a difference, then written as ordinary edits.
//!
//! Without `--apply` nothing is written. With it each document is written whole or not at all.

mod draw;
mod headings; // what a workbook may hold

use crate::args::files::Import as Args;
use crate::commands::ask;
use crate::commands::document::warned::Warned;
use crate::commands::document::{fresh_id, on_its_way};
use crate::driver::Access;
use crate::home::Home;
use crate::question::{Question, file_form, lang_form};
use crate::{carried, failures, resolve, words};
use client_core::document::{ChangeId, View};
use client_core::kinds::Language;
use client_core::replica::{Command, Reply};
use console::{Exit, Failure, Lang, Out, Text};
use exchange::import::{self, Caution, Holdings, Proposal, Reading, Refused, Touched};
use protocol::id::{DocumentId, SpaceId};
use protocol::register::SpaceKind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Largest file that is proposed, once cut down to what was chosen of it.
pub(crate) const IMPORT_BYTES_MAX: usize = 32 << 20;

/// Asks what a file would change, or to write it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Import {
    /// The space; the only one when left out.
    space: Option<String>,
    /// The name of the file, for what is said of it.
    name: String,
    #[serde(with = "file_form")]
    file: Vec<u8>,
    /// Whether to write it.
    #[serde(default)]
    apply: bool,
    #[serde(default = "lang_form::usual", with = "lang_form")]
    lang: Lang,
}

/// What the file changes.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Imported {
    space: String,
    /// Whether it is written.
    applied: bool,
    documents: Vec<Changed>,
    /// Lines of the file that say what stands already.
    unchanged: usize,
    /// What could not be taken.
    problems: Vec<Trouble>,
    /// What is taken and looks like a person cared for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<Noted>,
    /// The replica is connected and sends it by itself.
    #[serde(default)]
    sending: bool,
}

/// One document that is made or changed.
#[derive(Debug, Serialize, Deserialize)]
struct Changed {
    document: String,
    kind: String,
    title: String,
    new: bool,
    changes: Vec<Change>,
    /// Why it was not written after all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
}

/// One field that is written, or one row that is added.
#[derive(Debug, Serialize, Deserialize)]
struct Change {
    place: String,
    label: String,
    /// Whether a row is added.
    row: bool,
    old: String,
    new: String,
}

/// Something of the file that could not be taken.
#[derive(Debug, Serialize, Deserialize)]
struct Trouble {
    code: String,
    /// The place, in words.
    at: String,
    sheet: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    row: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<String>,
    /// The way to it, in a file of nested values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    message: String,
}

/// Something of the file that is taken and should perhaps not be read by all partners.
#[derive(Debug, Serialize, Deserialize)]
struct Noted {
    /// The place in the file, in words.
    at: String,
    sheet: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    row: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<String>,
    document: String,
    #[serde(flatten)]
    warned: Warned,
}

impl Noted {
    fn of(caution: &Caution, language: Language) -> Self {
        Self {
            at: caution.spot.show(language),
            sheet: caution.spot.sheet.clone(),
            row: caution.spot.row,
            column: caution.spot.column.clone(),
            document: caution.document.to_string(),
            warned: Warned::of(&caution.warning),
        }
    }
}

/// Reads the file and asks.
///
/// # Errors
/// What is wrong with the file, or what the replica says.
pub(crate) fn run(args: Args, home: &Home, out: &mut Out) -> Result<Exit, Failure> {
    let Args { file, space, apply, departement, headings } = args;
    if let Some(sheet) = headings {
        return headings::run(&sheet, out);
    }
    let path = file.unwrap_or_else(|| unreachable!("the command line asks for one of the two"));
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    let mut file = carried::read(&path)?;
    if !departement.is_empty() {
        file = import::select_finess(&file, &departement).map_err(refused)?;
    }
    within_bound(&file)?;
    let lang = out.lang();
    let name = name.unwrap_or_default();
    ask(home, out, Import { space, name, file, apply, lang })
}

impl Import {
    /// Asks what a file of some bytes would change in a space, or to write it.
    pub(crate) fn of(
        space: &SpaceId,
        name: String,
        file: Vec<u8>,
        apply: bool,
        lang: Lang,
    ) -> Self {
        Self { space: Some(space.to_string()), name, file, apply, lang }
    }
}

/// Takes what was chosen of a register, if something was, and no more than is proposed.
///
/// # Errors
/// What is wrong with the file.
pub(crate) async fn cut_down(
    file: Vec<u8>,
    department: Option<String>,
) -> Result<Vec<u8>, Failure> {
    let file = match department {
        Some(one) => aside(move || import::select_finess(&file, &[one])).await?.map_err(refused)?,
        None => file,
    };
    within_bound(&file).map(|()| file)
}

impl Question for Import {
    const PATH: &'static str = "import";
    type Answer = Imported;

    async fn answer(self, replica: &Access) -> Result<Imported, Failure> {
        let Self { space, name, file, apply, lang } = self;
        within_bound(&file)?;
        let space = the_space(replica, space.as_deref()).await?;
        refuse_closed(replica, space).await?;
        let reading = aside(move || import::read(&name, &file)).await?.map_err(refused)?;
        let holdings = holdings(replica, space, &reading).await?;
        let proposal = aside(move || propose(&reading, &holdings)).await??;
        let mut imported = Imported::of(space, &proposal, lang);
        if is_circle(replica, space).await? {
            // A closed circle is the place of what names somebody.
            imported.warnings.clear();
        }
        if apply {
            imported.apply(replica, space, proposal.documents, lang).await?;
        }
        Ok(imported)
    }
}

impl Imported {
    fn of(space: SpaceId, proposal: &Proposal, lang: Lang) -> Self {
        let language = words::language(lang);
        let troubles = proposal.problems.iter().map(|problem| Trouble {
            code: problem.code.to_owned(),
            at: problem.spot.show(language),
            sheet: problem.spot.sheet.clone(),
            row: problem.spot.row,
            column: problem.spot.column.clone(),
            path: problem.spot.path.clone(),
            message: match lang {
                Lang::Fr => problem.french.clone(),
                Lang::En => problem.english.clone(),
            },
        });
        Self {
            space: space.to_string(),
            documents: proposal.documents.iter().map(|one| Changed::of(one, language)).collect(),
            unchanged: proposal.unchanged,
            problems: troubles.collect(),
            warnings: proposal.cautions.iter().map(|one| Noted::of(one, language)).collect(),
            ..Self::default()
        }
    }

    /// Hands the edits to the replica, one command for each document.
    async fn apply(
        &mut self,
        replica: &Access,
        space: SpaceId,
        documents: Vec<Touched>,
        lang: Lang,
    ) -> Result<(), Failure> {
        self.applied = true;
        let mut last = None;
        for (shown, touched) in self.documents.iter_mut().zip(documents) {
            let (document, edits) = (touched.document, touched.edits());
            let new = touched.new.then(|| (touched.kind.name.to_owned(), touched.title));
            match replica.command(Command::Compose { space, document, new, edits }).await {
                Ok(_) => last = Some(document),
                Err(failure) => shown.failure = Some(failure.message.in_lang(lang).to_owned()),
            }
        }
        if let Some(document) = last {
            (_, self.sending) = on_its_way(replica, document).await?;
        }
        Ok(())
    }
}

impl Changed {
    fn of(touched: &Touched, language: Language) -> Self {
        let change = |step: &import::Step| Change {
            place: step.place.clone(),
            label: step.label.get(language).to_owned(),
            row: step.row,
            old: step.old.get(language).to_owned(),
            new: step.new.get(language).to_owned(),
        };
        Self {
            document: touched.document.to_string(),
            kind: touched.kind.name.to_owned(),
            title: touched.title.clone(),
            new: touched.new,
            changes: touched.steps.iter().map(change).collect(),
            failure: None,
        }
    }
}

/// Gathers what a file is compared with: everything of the space, and the versions it names.
async fn holdings(
    replica: &Access,
    space: SpaceId,
    reading: &Reading,
) -> Result<Holdings, Failure> {
    let Reply::Glance { members, .. } = replica.command(Command::Glance { space }).await? else {
        return Err(failures::wrong_reply("glance"));
    };
    let documents = Command::Documents { space, kind: None };
    let Reply::Documents(lines) = replica.command(documents).await? else {
        return Err(failures::wrong_reply("doc/list"));
    };
    let named = members.into_iter().filter(|member| !member.name.is_empty());
    let mut holdings = Holdings {
        space,
        members: named.map(|member| (member.partner, member.name)).collect(),
        documents: Vec::new(),
        past: BTreeMap::new(),
    };
    for line in lines.into_iter().filter(|line| line.readable) {
        let view = content(replica, line.document, None).await?;
        holdings.documents.extend(view.map(|view| (line.document, view)));
    }
    for (document, version) in reading.versions() {
        let changes: Result<Vec<ChangeId>, _> = version.split('+').map(str::parse).collect();
        let Ok(changes) = changes else { continue };
        if let Some(view) = content(replica, document, Some(changes)).await? {
            holdings.past.insert((document, version), view);
        }
    }
    Ok(holdings)
}

/// Returns a document, now or at a version; nothing for one that is not here.
async fn content(
    replica: &Access,
    document: DocumentId,
    at: Option<Vec<ChangeId>>,
) -> Result<Option<View>, Failure> {
    let at = at.map(client_core::document::Version::new);
    match replica.command(Command::Show { document, at }).await {
        Ok(Reply::Document(view)) => Ok(Some(view.content)),
        Ok(_) => Err(failures::wrong_reply("doc/show")),
        Err(failure) if failure.exit == Exit::Refused => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// Refuses a space in which nothing is written any more.
async fn refuse_closed(replica: &Access, space: SpaceId) -> Result<(), Failure> {
    let spaces = replica.overview().await?.spaces;
    let closed =
        |view: &client_core::replica::SpaceView| view.space == space && view.closed.is_some();
    if spaces.iter().any(closed) {
        let message = Text::of(
            "cet espace est clos : plus rien ne s'y écrit",
            "this space is closed: nothing more is written there",
        );
        return Err(Failure::refused("space-closed", message));
    }
    Ok(())
}

/// Tells whether a space is a closed circle, as far as it is known here.
async fn is_circle(replica: &Access, space: SpaceId) -> Result<bool, Failure> {
    let spaces = replica.overview().await?.spaces;
    let kind = spaces.iter().find(|view| view.space == space).and_then(|view| view.kind);
    Ok(kind == Some(SpaceKind::Circle))
}

/// Finds the space that was named, or the only one.
async fn the_space(replica: &Access, typed: Option<&str>) -> Result<SpaceId, Failure> {
    if let Some(typed) = typed {
        return resolve::space(replica, typed).await;
    }
    let spaces = replica.overview().await?.spaces;
    match spaces.as_slice() {
        [one] => Ok(one.space),
        [] => Err(Failure::refused(
            "no-space",
            Text::of(
                "cette réplique n'a pas encore d'espace où importer",
                "this replica has no space yet to import into",
            ),
        )
        .with_hint(Text::of(
            "« liaison space found TITRE --relay URL » en fonde un",
            "“liaison space found TITLE --relay URL” founds one",
        ))),
        [..] => Err(Failure::usage(
            "space-needed",
            Text::of(
                "il y a plusieurs espaces : dites lequel",
                "there are several spaces: say which",
            ),
        )
        .with_hint(Text::of(
            "--space ESPACE ; « liaison space list » les montre",
            "--space SPACE; “liaison space list” shows them",
        ))),
    }
}

fn propose(reading: &Reading, holdings: &Holdings) -> Result<Proposal, Failure> {
    let mut drawn = Ok(());
    let proposal = import::propose(reading, holdings, &mut || {
        fresh_id().unwrap_or_else(|failure| {
            drawn = Err(failure);
            DocumentId::new([0; 16])
        })
    });
    drawn.map(|()| proposal)
}

/// Does long work without holding up what else this program does.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work).await.map_err(|_| {
        Failure::refused(
            "import-failed",
            Text::of("le fichier n'a pas pu être lu", "the file could not be read"),
        )
    })
}

fn within_bound(file: &[u8]) -> Result<(), Failure> {
    if file.len() <= IMPORT_BYTES_MAX {
        return Ok(());
    }
    Err(refused(Refused::new(
        "file-too-large",
        "le fichier dépasse 32 Mio ; pour le répertoire FINESS, choisissez avec --departement",
        "the file is larger than 32 MiB; of the FINESS register, choose with --departement",
    )))
}

fn refused(refused: Refused) -> Failure {
    Failure::refused(refused.code, Text::new(refused.french, refused.english))
}
