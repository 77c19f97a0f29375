//! `doc set|settle|remove|write|title|section|add-row…`: one change to a document, durable at
//! once.

use super::warned::Warned;
use super::{references, rows};
use crate::args::document::{AddRow, FieldValue, MoveRow, Write};
use crate::driver::Access;
use crate::question::{Answer, Question};
use crate::{carried, failures, near, resolve, words};
use client_core::document::{FieldValue as Held, SectionView, Version};
use client_core::kinds::{FieldSpec, Language};
use client_core::replica::{Command, DocumentContent, Edit, LinkState, Reply, SpaceView};
use console::{Failure, Page, Text};
use protocol::id::DocumentId;
use serde::{Deserialize, Serialize};

/// Largest text read for a section.
const TEXT_BYTES_MAX: u64 = 4 << 20;

/// Asks for one change.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Edited {
    document: String,
    edit: Change,
}

/// The change.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Change {
    Set { field: String, value: String },
    Settle { field: String, value: String },
    Remove { field: String, value: String },
    Clear { field: String },
    Append { section: String, text: String },
    Insert { section: String, at: usize, text: String },
    Write { section: String, text: String },
    Title { title: String },
    Section { title: String, after: Option<String> },
    AddRow { field: String, cells: Vec<(String, String)>, after: Option<String> },
    RemoveRow { field: String, row: String },
    MoveRow { field: String, row: String, after: Option<String> },
}

/// The document after the change.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AfterEdit {
    document: String,
    heads: Vec<String>,
    /// Why it cannot be sent for now, or ever by this machine: `suspended`, `revoked`…
    #[serde(default, skip_serializing_if = "Option::is_none")]
    barred: Option<String>,
    /// The id of the section, the item or the row that was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    created: Option<String>,
    /// The row that was written to or removed: its number before, and its key or first cells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    row: Option<String>,
    /// The replica is connected and sends it by itself.
    #[serde(default)]
    sending: bool,
    /// What was written all the same, and may not be what was meant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    notices: Vec<Notice>,
    /// What it wrote that looks like a person cared for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<Warned>,
}

/// What a person may want to look at again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Notice {
    /// The organisation typed is none of the space's.
    NotAMember,
    /// The document pointed at is not in this replica yet.
    NotHereYet,
    /// The value that settles was none of those that stood.
    NoneOfThose,
}

impl Edited {
    pub(crate) fn set(args: FieldValue) -> Self {
        let FieldValue { document, field, value } = args;
        Self { document, edit: Change::Set { field, value } }
    }

    pub(crate) fn settle(args: FieldValue) -> Self {
        let FieldValue { document, field, value } = args;
        Self { document, edit: Change::Settle { field, value } }
    }

    pub(crate) fn remove(args: FieldValue) -> Self {
        let FieldValue { document, field, value } = args;
        Self { document, edit: Change::Remove { field, value } }
    }

    pub(crate) fn title(document: String, title: String) -> Self {
        Self { document, edit: Change::Title { title } }
    }

    pub(crate) fn clear(document: String, field: String) -> Self {
        Self { document, edit: Change::Clear { field } }
    }

    pub(crate) fn section(document: String, title: String, after: Option<String>) -> Self {
        Self { document, edit: Change::Section { title, after } }
    }

    /// Reads the cells of a new row.
    ///
    /// # Errors
    /// When one of them is no `column=value`.
    pub(crate) fn add_row(args: AddRow) -> Result<Self, Failure> {
        let AddRow { document, field, cells, after } = args;
        if cells.is_empty() {
            return Err(rows::no_cell(&field));
        }
        let cells = cells.iter().map(|cell| rows::read_cell(cell)).collect::<Result<_, _>>()?;
        Ok(Self { document, edit: Change::AddRow { field, cells, after } })
    }

    pub(crate) fn remove_row(document: String, field: String, row: String) -> Self {
        Self { document, edit: Change::RemoveRow { field, row } }
    }

    pub(crate) fn move_row(args: MoveRow) -> Self {
        let MoveRow { document, field, row, after } = args;
        Self { document, edit: Change::MoveRow { field, row, after } }
    }

    /// Reads the text to write, from the command line or from a file.
    ///
    /// # Errors
    /// When the place is no number, or the file cannot be read.
    pub(crate) fn write(args: Write) -> Result<Self, Failure> {
        let Write { document, section, append, at, from } = args;
        let edit = match (append, at, from) {
            (Some(text), _, _) => Change::Append { section, text },
            (_, Some(place), _) => {
                let [at, text] = <[String; 2]>::try_from(place).map_err(|_| not_a_place(""))?;
                let at = at.parse().map_err(|_| not_a_place(&at))?;
                Change::Insert { section, at, text }
            }
            (_, _, Some(path)) => {
                Change::Write { section, text: carried::read_text(&path, TEXT_BYTES_MAX)? }
            }
            (None, None, None) => unreachable!("the command line asks for one of the three"),
        };
        Ok(Self { document, edit })
    }
}

impl Question for Edited {
    const PATH: &'static str = "doc/edit";
    type Answer = AfterEdit;

    async fn answer(self, replica: &Access) -> Result<AfterEdit, Failure> {
        let document = resolve::document(replica, &self.document).await?;
        let mut change = self.edit;
        let row = change.find_rows(replica, document).await?;
        let mut notices: Vec<Notice> =
            change.find_partners(replica, document).await?.into_iter().collect();
        notices.extend(change.find_documents(replica, document).await?);
        let stood = match &change {
            Change::Settle { field, .. } => {
                Some((field.clone(), standing(replica, document, field).await))
            }
            Change::Set { .. }
            | Change::Remove { .. }
            | Change::Clear { .. }
            | Change::Append { .. }
            | Change::Insert { .. }
            | Change::Write { .. }
            | Change::Title { .. }
            | Change::Section { .. }
            | Change::AddRow { .. }
            | Change::RemoveRow { .. }
            | Change::MoveRow { .. } => None,
        };
        let edit = change.into_edit();
        let meant = Meant::of(&edit);
        let edited = match replica.command(Command::Edit { document, edit }).await {
            Ok(edited) => edited,
            Err(failure) => return Err(meant.advise(failure, replica, document).await),
        };
        let Reply::Edited { document, version, created, warnings } = edited else {
            return Err(failures::wrong_reply(Self::PATH));
        };
        if let Some((field, before)) = stood {
            // Compared as stored: « 01/03/2027 » may be one of those that stood.
            let chosen = standing(replica, document, &field).await;
            if !chosen.iter().all(|value| before.contains(value)) {
                notices.push(Notice::NoneOfThose);
            }
        }
        let (barred, sending) = on_its_way(replica, document).await?;
        let (document, heads) = (document.to_string(), heads(&version));
        let warnings = Warned::all(&warnings);
        Ok(AfterEdit { document, heads, barred, created, row, sending, notices, warnings })
    }
}

impl Change {
    fn into_edit(self) -> Edit {
        match self {
            Self::Set { field, value } => Edit::Set { field, value },
            Self::Settle { field, value } => Edit::Settle { field, value },
            Self::Remove { field, value } => Edit::Remove { field, entry: value },
            Self::Clear { field } => Edit::Clear { field },
            Self::Append { section, text } => Edit::AppendText { place: section, text },
            Self::Insert { section, at, text } => {
                Edit::Splice { place: section, at, delete: 0, insert: text }
            }
            Self::Write { section, text } => Edit::WriteText { place: section, text },
            Self::Title { title } => Edit::SetTitle(title),
            Self::Section { title, after } => Edit::AddSection { title, after },
            Self::AddRow { field, cells, after } => Edit::AddRow { field, cells, after },
            Self::RemoveRow { field, row } => Edit::RemoveRow { field, row },
            Self::MoveRow { field, row, after } => Edit::MoveItem { field, item: row, after },
        }
    }

    /// Puts the id of a row where a person gave its number. Returns which row that is.
    async fn find_rows(
        &mut self,
        replica: &Access,
        document: DocumentId,
    ) -> Result<Option<String>, Failure> {
        let named = match self {
            Self::Set { field: path, .. }
            | Self::Settle { field: path, .. }
            | Self::Remove { field: path, .. }
            | Self::Clear { field: path }
            | Self::Append { section: path, .. }
            | Self::Insert { section: path, .. }
            | Self::Write { section: path, .. } => path.contains('/'),
            Self::AddRow { after, .. } => after.is_some(),
            Self::RemoveRow { .. } | Self::MoveRow { .. } => true,
            Self::Title { .. } | Self::Section { .. } => false,
        };
        // Without a document there is nothing to look in: the machine says why.
        let Some(content) = (if named { content(replica, document).await } else { None }) else {
            return Ok(None);
        };
        let found = |field: &str, row: &Option<String>| {
            row.as_ref().map(|row| rows::row_id(&content, field, row)).transpose()
        };
        match self {
            Self::Set { field: path, .. }
            | Self::Settle { field: path, .. }
            | Self::Remove { field: path, .. }
            | Self::Clear { field: path }
            | Self::Append { section: path, .. }
            | Self::Insert { section: path, .. }
            | Self::Write { section: path, .. } => {
                *path = rows::resolved(&content, path)?;
                let mut parts = path.splitn(3, '/');
                let (field, row) = (parts.next().unwrap_or_default(), parts.next());
                Ok(row.and_then(|row| rows::known_by(&content, field, row)))
            }
            Self::AddRow { field, after, .. } => {
                *after = found(field, after)?;
                Ok(None)
            }
            Self::RemoveRow { field, row } => {
                *row = rows::row_id(&content, field, row)?;
                Ok(rows::known_by(&content, field, row))
            }
            Self::MoveRow { field, row, after } => {
                *row = rows::row_id(&content, field, row)?;
                *after = found(field, after)?;
                Ok(rows::known_by(&content, field, row))
            }
            Self::Title { .. } | Self::Section { .. } => Ok(None),
        }
    }

    /// Puts the id of an organisation where a field is of organisations and one of the space was
    /// named; whoever is not in the space stays a name, and that is noticed.
    async fn find_partners(
        &mut self,
        replica: &Access,
        document: DocumentId,
    ) -> Result<Option<Notice>, Failure> {
        let removed = matches!(self, Self::Remove { .. });
        let values = self.values().into_iter();
        let values = values.filter(|(path, _)| rows::holds_partners(path)).map(|(_, value)| value);
        let values: Vec<&mut String> = values.collect();
        if values.is_empty() {
            return Ok(None);
        }
        let documents = replica.overview().await?.documents;
        let found = documents.into_iter().find(|(_, known)| *known == document);
        let Some((space, _)) = found else {
            return Ok(None);
        };
        let Reply::Glance { members, .. } = replica.command(Command::Glance { space }).await?
        else {
            return Err(failures::wrong_reply("glance"));
        };
        let mut outsider = false;
        for value in values {
            match resolve::partner_named(&members, value.as_str()) {
                Ok(Some(id)) => *value = id.to_string(),
                Ok(None) => outsider |= !removed,
                // Whatever stands there can be taken away.
                Err(_) if removed => {}
                Err(failure) => return Err(failure),
            }
        }
        Ok(outsider.then_some(Notice::NotAMember))
    }

    /// Puts the whole id of a document where a field points at one by its first digits.
    async fn find_documents(
        &mut self,
        replica: &Access,
        document: DocumentId,
    ) -> Result<Option<Notice>, Failure> {
        if matches!(self, Self::Remove { .. }) || self.values().is_empty() {
            return Ok(None);
        }
        // Without a document there is nothing to look in: the machine says why.
        let Some(content) = content(replica, document).await else {
            return Ok(None);
        };
        let absent = references::find(replica, content.kind, self.values()).await?;
        Ok(absent.then_some(Notice::NotHereYet))
    }

    /// Returns the values that are written, each with the path of its field or its column.
    fn values(&mut self) -> Vec<(String, &mut String)> {
        match self {
            Self::Set { field, value }
            | Self::Settle { field, value }
            | Self::Remove { field, value } => vec![(field.clone(), value)],
            Self::AddRow { field, cells, .. } => cells
                .iter_mut()
                .map(|(column, value)| (format!("{field}/-/{column}"), value))
                .collect(),
            Self::Clear { .. }
            | Self::Append { .. }
            | Self::Insert { .. }
            | Self::Write { .. }
            | Self::Title { .. }
            | Self::Section { .. }
            | Self::RemoveRow { .. }
            | Self::MoveRow { .. } => Vec::new(),
        }
    }
}

impl Answer for AfterEdit {
    fn draw(&self, page: &mut Page) {
        let short = words::short(&self.document);
        page.good(&Text::new(
            format!("C'est écrit dans le document {short}, sur cette machine."),
            format!("It is written in document {short}, on this machine."),
        ));
        if let Some(row) = &self.row {
            page.say(&Text::new(format!("Ligne : {row}."), format!("Row: {row}.")));
        }
        self.notices.iter().for_each(|notice| page.say(&notice.sentence()));
        match self.barred.as_deref() {
            None if self.sending => page.say(&SENDING),
            None => page.say(&Text::of(
                "« liaison sync » l'envoie aux partenaires.",
                "“liaison sync” sends it to the partners.",
            )),
            Some("suspended") => page.alarm(&Text::of(
                "Cet appareil est suspendu : c'est gardé ici et partira à la fin de la suspension.",
                "This device is suspended: it is kept here and leaves when the suspension ends.",
            )),
            Some(_) => page.alarm(&Text::of(
                "Cet appareil ne peut plus rien envoyer : c'est gardé ici ; « liaison quarantine \
                 export » le remet à un partenaire.",
                "This device can send nothing any more: it is kept here; “liaison quarantine \
                 export” hands it to a partner.",
            )),
        }
    }

    fn warnings(&self) -> &[Warned] {
        &self.warnings
    }
}

impl Notice {
    fn sentence(self) -> Text {
        match self {
            Self::NotAMember => Text::of(
                "À noter : organisation inconnue ici, gardée comme un simple nom ; si elle vient \
                 d'être admise, lancez « liaison sync » puis écrivez-la de nouveau.",
                "Note: this organisation is not known here and is kept as a mere name; if it was \
                 just admitted, run “liaison sync”, then write it again.",
            ),
            Self::NotHereYet => Text::of(
                "À noter : le document visé n'est pas encore ici ; « liaison sync » l'apportera \
                 s'il existe.",
                "Note: the document pointed at is not here yet; “liaison sync” will bring it if \
                 it exists.",
            ),
            Self::NoneOfThose => Text::of(
                "À noter : cette valeur n'est aucune de celles qui étaient à départager.",
                "Note: this value is none of those that were to be settled.",
            ),
        }
    }
}

/// What is said of a change while the replica stays connected.
pub(crate) const SENDING: Text = Text::of(
    "L'envoi aux partenaires est en cours : la réplique est connectée.",
    "It is being sent to the partners: the replica is connected.",
);

/// Returns the values that stand on a field: several where they await a person.
async fn standing(replica: &Access, document: DocumentId, field: &str) -> Vec<String> {
    let Some(content) = content(replica, document).await else {
        return Vec::new();
    };
    if let Some(conflict) = content.conflicts.iter().find(|one| one.field == field) {
        return conflict.values.iter().map(|one| one.value.clone()).collect();
    }
    match content.field(field) {
        Some(Held::One(value)) => vec![value.clone()],
        Some(_) | None => Vec::new(),
    }
}

/// Tells why an edit of a document cannot be sent, if it cannot, and whether it leaves by itself.
pub(crate) async fn on_its_way(
    replica: &Access,
    document: DocumentId,
) -> Result<(Option<String>, bool), Failure> {
    let documents = replica.overview().await?.documents;
    let space = documents.into_iter().find(|(_, known)| *known == document);
    let Reply::Spaces(spaces) = replica.command(Command::Spaces).await? else {
        return Err(failures::wrong_reply("spaces"));
    };
    let here = spaces.iter().find(|view| space.is_some_and(|(space, _)| view.space == space));
    let barred = here.and_then(SpaceView::barred).map(|barred| barred.state.to_owned());
    let connected = |view: &&SpaceView| matches!(view.link, LinkState::Current | LinkState::Busy);
    Ok((barred, here.is_some_and(|view| connected(&view))))
}

/// The names a person typed, for advice when one of them is wrong.
struct Meant {
    field: Option<String>,
    place: Option<String>,
}

impl Meant {
    fn of(edit: &Edit) -> Self {
        let (field, place) = match edit {
            Edit::Set { field, .. }
            | Edit::Clear { field }
            | Edit::Settle { field, .. }
            | Edit::Remove { field, .. }
            | Edit::MoveItem { field, .. }
            | Edit::AddRow { field, .. }
            | Edit::RemoveRow { field, .. } => (Some(field), None),
            Edit::Splice { place, .. }
            | Edit::AppendText { place, .. }
            | Edit::WriteText { place, .. }
            | Edit::WriteTextSince { place, .. } => (None, Some(place)),
            Edit::AddSection { after, .. } => (None, after.as_ref()),
            Edit::RenameSection { section, .. }
            | Edit::MoveSection { section, .. }
            | Edit::DeleteSection { section }
            | Edit::RestoreSection { section } => (None, Some(section)),
            Edit::Comment(remark) => (None, Some(&remark.place)),
            Edit::SetTitle(_) | Edit::MarkComment { .. } => (None, None),
        };
        Self { field: field.cloned(), place: place.cloned() }
    }

    /// Says which names there are, or what to do instead.
    async fn advise(self, failure: Failure, replica: &Access, document: DocumentId) -> Failure {
        let table = match &self.field {
            Some(field) if failure.code == "wrong-rule" => {
                self.is_table(field, replica, document).await
            }
            Some(_) | None => false,
        };
        let hint = match (failure.code, &self.field, &self.place) {
            ("no-such-field", Some(typed), _) => self.fields(typed, replica, document).await,
            ("no-such-section", _, Some(typed)) => self.places(typed, replica, document).await,
            ("in-conflict", Some(field), _) => {
                let short = words::short(&document.to_string());
                Some(Text::new(
                    format!("« liaison doc settle {short} {field} VALEUR » les départage"),
                    format!("“liaison doc settle {short} {field} VALUE” settles it"),
                ))
            }
            ("no-such-entry", Some(_), _) => Some(Text::of(
                "« liaison doc show » montre ce qui s'y trouve et numérote les lignes",
                "“liaison doc show” shows what stands there and numbers the rows",
            )),
            ("nothing-to-settle", ..) => Some(Text::of(
                "une valeur au plus s'y trouve : « liaison doc set » en écrit une",
                "one value at the most stands there: “liaison doc set” writes one",
            )),
            ("wrong-rule", Some(field), _) if table => {
                let short = words::short(&document.to_string());
                Some(Text::new(
                    format!(
                        "c'est un tableau : « liaison doc add-row {short} {field} COLONNE=VALEUR » \
                         y ajoute une ligne"
                    ),
                    format!(
                        "it is a table: “liaison doc add-row {short} {field} COLUMN=VALUE” adds a \
                         row"
                    ),
                ))
            }
            ("wrong-rule", ..) => Some(Text::of(
                "« liaison doc kinds » montre la règle de chaque champ : « remove » vaut pour S et \
                 L, « settle » pour M, « clear » pour tous sauf A",
                "“liaison doc kinds” shows the rule of each field: “remove” is for S and L, \
                 “settle” for M, “clear” for all but A",
            )),
            _ => None,
        };
        match hint {
            Some(hint) => failure.with_hint(hint),
            None => failure,
        }
    }

    /// Tells whether a field has rows.
    async fn is_table(&self, field: &str, replica: &Access, document: DocumentId) -> bool {
        let content = content(replica, document).await;
        let spec = content.and_then(|content| content.kind.field(field));
        spec.is_some_and(|spec| spec.kind.table().is_some())
    }

    async fn fields(&self, typed: &str, replica: &Access, document: DocumentId) -> Option<Text> {
        let kind = content(replica, document).await?.kind;
        // Of a field that has rows, it was a column that was not found.
        let field = typed.split('/').next().unwrap_or_default();
        let table = kind.field(field).and_then(|field| field.kind.table());
        let columns: &[FieldSpec] = table.map_or(kind.fields, |table| table.columns);
        let typed = typed.rsplit('/').next().filter(|_| table.is_some()).unwrap_or(typed);
        let fields = columns.iter();
        near::advice(typed, fields.map(|field| (field.name, vec![field.label.fr, field.label.en])))
    }

    async fn places(&self, typed: &str, replica: &Access, document: DocumentId) -> Option<Text> {
        let content = content(replica, document).await?;
        let titled = |section: &SectionView| {
            let title = |language| section.title(content.kind, language);
            (section.id.clone(), [title(Language::French), title(Language::English)])
        };
        let sections: Vec<_> = content.sections.iter().map(titled).collect();
        let names = sections.iter();
        near::advice(
            typed,
            names.map(|(id, titles)| (id.as_str(), titles.iter().map(String::as_str).collect())),
        )
    }
}

async fn content(replica: &Access, document: DocumentId) -> Option<DocumentContent> {
    let shown = replica.command(Command::Show { document, at: None }).await;
    match shown {
        Ok(Reply::Document(view)) => Some(view.content),
        Ok(_) | Err(_) => None,
    }
}

/// Returns the names of the changes a version is made of.
pub(crate) fn heads(version: &Version) -> Vec<String> {
    version.changes().iter().map(ToString::to_string).collect()
}

fn not_a_place(typed: &str) -> Failure {
    Failure::usage(
        "bad-place",
        Text::new(
            format!("« {typed} » n'est pas une place : un nombre de caractères est attendu"),
            format!("“{typed}” is no place: a number of characters is expected"),
        ),
    )
}
