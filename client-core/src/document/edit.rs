//! What a person can do to a document, as data, and why it may be refused.

use super::author::{RawChange, Version};
use super::comments::{CommentState, Remark};
use crate::kinds::{Language, Merge, ValueRefusal};

/// One edit. Names of fields and sections are those of the kind's table and of the view; a
/// cell of a row is named by its path: `objectifs/<row>/echeance`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// Gives the document a title.
    SetTitle(String),
    /// Writes a field by its merge rule: R and M take the value, S adds it, L and A append
    /// it, T becomes it by the difference.
    Set {
        /// The field.
        field: String,
        /// The value as typed.
        value: String,
    },
    /// Empties a field (R, M, S, L, T).
    Clear {
        /// The field.
        field: String,
    },
    /// Writes a multi-valued field over all the concurrent values that stand in it.
    Settle {
        /// The field.
        field: String,
        /// The value as typed.
        value: String,
    },
    /// Takes one value out of a set, or one item or row out of a field by its id.
    Remove {
        /// The field.
        field: String,
        /// The value, or the id of the item.
        entry: String,
    },
    /// Puts an item of a list, or a row, elsewhere.
    MoveItem {
        /// The field.
        field: String,
        /// The id of the item.
        item: String,
        /// The item it comes after; `None` puts it first.
        after: Option<String>,
    },
    /// Adds a row to a field of rows; its id comes back in [`Edited::created`]. A row that its
    /// key names and that is there already is written to.
    AddRow {
        /// The field.
        field: String,
        /// Columns and their values as typed; a column of rule S may come several times.
        cells: Vec<(String, String)>,
        /// The row it comes after, for rows that move; `None` puts it last.
        after: Option<String>,
    },
    /// Takes a row away. A cell that somebody else writes at the same time brings it back.
    RemoveRow {
        /// The field.
        field: String,
        /// The id of the row.
        row: String,
    },
    /// Replaces characters of a text.
    Splice {
        /// A section, by its id or its title, or a field of rule T.
        place: String,
        /// Where, in Unicode characters.
        at: usize,
        /// How many characters go.
        delete: usize,
        /// What comes instead.
        insert: String,
    },
    /// Adds to the end of a text.
    AppendText {
        /// A section or a field of rule T.
        place: String,
        /// What comes at the end.
        text: String,
    },
    /// Makes a text become another one, by the difference.
    WriteText {
        /// A section or a field of rule T.
        place: String,
        /// The whole new text.
        text: String,
    },
    /// Makes a text become what somebody made of it who read it at an earlier version: what was
    /// changed from there is brought into the text of now.
    WriteTextSince {
        /// A section or a field of rule T.
        place: String,
        /// The version that was read.
        since: Version,
        /// The whole text as rewritten.
        text: String,
    },
    /// Says something beside a text; its id comes back in [`Edited::created`].
    Comment(Remark),
    /// Says what became of a comment.
    MarkComment {
        /// The comment.
        comment: String,
        /// What became of it.
        state: CommentState,
    },
    /// Adds a section; its id comes back in [`Edited::created`].
    AddSection {
        /// Its title.
        title: String,
        /// The section it comes after; `None` puts it last.
        after: Option<String>,
    },
    /// Gives a section another title.
    RenameSection {
        /// The section.
        section: String,
        /// Its new title.
        title: String,
    },
    /// Puts a section elsewhere.
    MoveSection {
        /// The section.
        section: String,
        /// The section it comes after; `None` puts it first.
        after: Option<String>,
    },
    /// Hides a section; its text is kept and concurrent edits to it are too.
    DeleteSection {
        /// The section.
        section: String,
    },
    /// Shows a deleted section again.
    RestoreSection {
        /// The section.
        section: String,
    },
}

/// What an edit gave.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Edited {
    /// The changes to send, in order. None when the document was already as asked; several
    /// for a long paste.
    pub changes: Vec<RawChange>,
    /// The id of the section, the item or the row that was made.
    pub created: Option<String>,
}

/// Why an edit was refused. The document is as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditRefusal {
    /// The first change of the document has not arrived yet.
    NotReady,
    /// The kind has no such field.
    NoSuchField(String),
    /// The document has no such section, and no such text field.
    NoSuchPlace(String),
    /// The document has not reached the version that was read.
    NoSuchVersion,
    /// The list has no such item, the set no such value, or the field no such row.
    NoSuchEntry(String),
    /// The merge rule of the field does not allow this.
    WrongRule {
        /// The field.
        field: String,
        /// Its rule.
        rule: Merge,
    },
    /// The field is worked out from others.
    Computed(String),
    /// The column names the rows: it stays as it is.
    RowKey(String),
    /// The column names the rows: a new one must be given it.
    RowKeyMissing(String),
    /// The column is given twice.
    Repeated(String),
    /// The field has as many rows as it may.
    TooManyRows {
        /// The bound.
        rows_max: usize,
    },
    /// This device has added as many rows as it may to a field whose rows stay.
    TooManyOwnRows {
        /// The bound.
        rows_max: usize,
    },
    /// More cells than one edit may bring.
    TooManyCells {
        /// The bound.
        cells_max: usize,
    },
    /// The text is no value of the field.
    Value(ValueRefusal),
    /// The field has concurrent values: writing it must be said to settle them.
    InConflict(String),
    /// There is nothing to settle.
    NothingToSettle(String),
    /// The position, or the end of what goes, lies outside the text.
    OutsideText {
        /// The length of the text, in characters.
        length: usize,
    },
    /// More characters than one edit may bring.
    TooLong {
        /// The bound, in characters.
        chars_max: usize,
    },
    /// The document has reached its size limit: a new generation of it is needed.
    DocumentFull,
    /// The author's incarnation has already written elsewhere, after a copy or a restore: a
    /// new incarnation is needed.
    IncarnationUsed,
    /// The engine failed; the document must be loaded again.
    Engine,
}

impl From<ValueRefusal> for EditRefusal {
    fn from(refusal: ValueRefusal) -> Self {
        Self::Value(refusal)
    }
}

impl EditRefusal {
    /// Returns the code that scripts rely on.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotReady => "document-not-ready",
            Self::NoSuchField(_) => "no-such-field",
            Self::NoSuchPlace(_) => "no-such-section",
            Self::NoSuchEntry(_) => "no-such-entry",
            Self::WrongRule { .. } => "wrong-rule",
            Self::Computed(_) => "computed-field",
            Self::RowKey(_) => "row-key",
            Self::RowKeyMissing(_) => "row-key-missing",
            Self::Repeated(_) => "repeated-column",
            Self::TooManyRows { .. } => "too-many-rows",
            Self::TooManyOwnRows { .. } => "too-many-own-rows",
            Self::TooManyCells { .. } => "too-many-cells",
            Self::Value(_) => "bad-value",
            Self::InConflict(_) => "in-conflict",
            Self::NothingToSettle(_) => "nothing-to-settle",
            Self::OutsideText { .. } => "outside-text",
            Self::TooLong { .. } => "too-long",
            Self::DocumentFull => "document-full",
            Self::IncarnationUsed => "incarnation-used",
            Self::NoSuchVersion => "no-such-version",
            Self::Engine => "engine-failure",
        }
    }

    /// Returns a sentence for the person who edits.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        match language {
            Language::French => self.message_fr(),
            Language::English => self.message_en(),
        }
    }

    fn message_fr(&self) -> String {
        match self {
            Self::NotReady => "Le début de ce document n'est pas encore arrivé.".to_owned(),
            Self::NoSuchField(field) => format!("Cette nature n'a pas de champ « {field} »."),
            Self::NoSuchPlace(place) => format!("Le document n'a pas de section « {place} »."),
            Self::NoSuchEntry(entry) => format!("« {entry} » n'y figure pas."),
            Self::WrongRule { field, rule } => {
                format!("Le champ « {field} » (règle {}) ne le permet pas.", rule.letter())
            }
            Self::Computed(field) => format!("Le champ « {field} » est calculé."),
            Self::RowKey(column) => {
                format!("La colonne « {column} » nomme la ligne : ajoutez-en une autre.")
            }
            Self::RowKeyMissing(column) => {
                format!("La colonne « {column} » nomme la ligne : elle est nécessaire.")
            }
            Self::Repeated(column) => format!("La colonne « {column} » est donnée deux fois."),
            Self::TooManyRows { rows_max } => format!("Un champ a au plus {rows_max} lignes."),
            Self::TooManyOwnRows { rows_max } => {
                format!("Un appareil ajoute au plus {rows_max} lignes à ce champ.")
            }
            Self::TooManyCells { cells_max } => {
                format!("Une modification écrit au plus {cells_max} cases.")
            }
            Self::Value(refusal) => refusal.message(Language::French),
            Self::InConflict(field) => {
                format!("Le champ « {field} » a des valeurs concurrentes : il faut les départager.")
            }
            Self::NothingToSettle(field) => {
                format!("Le champ « {field} » n'a rien à départager.")
            }
            Self::OutsideText { length } => {
                format!("La position est hors du texte, long de {length} caractères.")
            }
            Self::TooLong { chars_max } => {
                format!("Une modification apporte au plus {chars_max} caractères.")
            }
            Self::DocumentFull => "Le document a atteint sa taille limite.".to_owned(),
            Self::IncarnationUsed => {
                "Cette copie a déjà écrit ailleurs : elle doit repartir sous un nouveau nom."
                    .to_owned()
            }
            Self::NoSuchVersion => {
                "La version lue n'est pas, ou pas encore, dans ce document.".to_owned()
            }
            Self::Engine => "Le document doit être rechargé.".to_owned(),
        }
    }

    fn message_en(&self) -> String {
        match self {
            Self::NotReady => "The beginning of this document has not arrived yet.".to_owned(),
            Self::NoSuchField(field) => format!("This kind has no field “{field}”."),
            Self::NoSuchPlace(place) => format!("The document has no section “{place}”."),
            Self::NoSuchEntry(entry) => format!("“{entry}” is not in it."),
            Self::WrongRule { field, rule } => {
                format!("The field “{field}” (rule {}) does not allow it.", rule.letter())
            }
            Self::Computed(field) => format!("The field “{field}” is computed."),
            Self::RowKey(column) => {
                format!("The column “{column}” names the row: add another one.")
            }
            Self::RowKeyMissing(column) => {
                format!("The column “{column}” names the row: it is needed.")
            }
            Self::Repeated(column) => format!("The column “{column}” is given twice."),
            Self::TooManyRows { rows_max } => format!("A field has at most {rows_max} rows."),
            Self::TooManyOwnRows { rows_max } => {
                format!("A device adds at most {rows_max} rows to this field.")
            }
            Self::TooManyCells { cells_max } => {
                format!("One edit writes at most {cells_max} cells.")
            }
            Self::Value(refusal) => refusal.message(Language::English),
            Self::InConflict(field) => {
                format!("The field “{field}” has concurrent values: settle them.")
            }
            Self::NothingToSettle(field) => {
                format!("The field “{field}” has nothing to settle.")
            }
            Self::OutsideText { length } => {
                format!("The position lies outside the text, {length} characters long.")
            }
            Self::TooLong { chars_max } => {
                format!("One edit brings at most {chars_max} characters.")
            }
            Self::DocumentFull => "The document has reached its size limit.".to_owned(),
            Self::IncarnationUsed => {
                "This copy has already written elsewhere: it must start anew.".to_owned()
            }
            Self::NoSuchVersion => {
                "The version that was read is not, or not yet, in this document.".to_owned()
            }
            Self::Engine => "The document must be loaded again.".to_owned(),
        }
    }
}
