//! A document laid out for reading: what every writer of pages takes.
//!
//! Blocks in reading order, without fonts or measures. A text here is clean: no character that a
//! file format forbids, and no meaning that only colour tells.

use client_core::kinds::Language;
use protocol::env::Timestamp;

/// A document ready for paper.
#[derive(Debug, Clone, PartialEq)]
pub struct Print {
    /// Its title.
    pub title: String,
    /// What kind of document it is.
    pub kind: String,
    /// The title of the space it comes from.
    pub space: String,
    /// Its identifier, the same wherever it is exported.
    pub document: String,
    /// The language of labels, dates and amounts.
    pub language: Language,
    /// Whether it can still change.
    pub standing: Standing,
    /// When it was last changed.
    pub changed_at: Timestamp,
    /// What stands on the pages.
    pub blocks: Vec<Block>,
}

/// Whether a document can still change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Nobody's document: put together from the others of its space.
    Assembled {
        /// How many.
        documents: usize,
    },
    /// A working document: another copy may say something else tomorrow.
    Working {
        /// The version, as people name it.
        version: String,
    },
    /// A version that a decision has frozen.
    Frozen {
        /// The digest that the decision binds.
        digest: String,
        /// What is said of the decision, such as `COPIL, 14/01/2026`.
        decision: String,
    },
}

impl Standing {
    /// Returns what the foot of each page says.
    #[must_use]
    pub fn words(&self, language: Language) -> String {
        match (self, language) {
            (Self::Working { version }, Language::French) => {
                format!("Document de travail · version {version}")
            }
            (Self::Working { version }, Language::English) => {
                format!("Working document · version {version}")
            }
            (Self::Assembled { documents }, Language::French) => {
                format!(
                    "Document de travail · établi à partir de {documents} documents de l'espace"
                )
            }
            (Self::Assembled { documents }, Language::English) => {
                format!("Working document · put together from {documents} documents of the space")
            }
            (Self::Frozen { digest, decision }, Language::French) => {
                format!("Version figée · {decision} · empreinte {digest}")
            }
            (Self::Frozen { digest, decision }, Language::English) => {
                format!("Frozen version · {decision} · digest {digest}")
            }
        }
    }
}

/// A piece of a page.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// A heading, of level 1 to 3 under the title of the document.
    Heading {
        /// How deep.
        level: u8,
        /// Its words.
        text: String,
    },
    /// A paragraph.
    Paragraph(String),
    /// A paragraph in small letters: a remark, something missing.
    Remark(String),
    /// A list.
    Items {
        /// Whether the items are numbered.
        numbered: bool,
        /// The items.
        items: Vec<String>,
    },
    /// Labels and what stands for them.
    Pairs(Vec<(String, Cell)>),
    /// A table with a row of headers.
    Grid(Grid),
    /// Bars, each with its label and its figure in words.
    Figure(Figure),
}

/// A table with a row of headers, repeated on each page.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows; each has a cell for each column.
    pub rows: Vec<Vec<Cell>>,
}

/// Characters of small print that the width of a page takes.
const LINE_CHARS: u32 = 92;
/// Characters that the edges of a cell take away.
const EDGES_CHARS: u32 = 2;
/// Characters of a word that is never cut: a day, an amount of millions.
const WORD_CHARS_MAX: usize = 14;

impl Grid {
    /// Returns the shares of the columns in the width: each has room for its longest word, and
    /// what is left goes by the weights.
    #[must_use]
    pub fn shares(&self) -> Vec<u32> {
        let least: Vec<u32> = (0..self.columns.len()).map(|at| self.word(at)).collect();
        let all: u32 = self.columns.iter().map(|column| column.weight).sum();
        let wanted = |column: &Column| LINE_CHARS * column.weight / all.max(1);
        let more: Vec<u32> = self
            .columns
            .iter()
            .zip(&least)
            .map(|(column, least)| wanted(column).saturating_sub(*least))
            .collect();
        let taken: u32 = least.iter().sum();
        let (left, asked) = (LINE_CHARS.saturating_sub(taken), more.iter().sum::<u32>());
        let share = |(least, more): (&u32, &u32)| least * 100 + left * 100 * more / asked.max(1);
        least.iter().zip(&more).map(share).collect()
    }

    /// Returns the characters of the longest word of a column, with the edges of its cells.
    fn word(&self, at: usize) -> u32 {
        let cells = self.rows.iter().filter_map(|row| row.get(at)).flat_map(|cell| &cell.parts);
        // A space that does not break keeps its words together.
        let longest = |text: &String| {
            let words = text.split([' ', '\n']).map(|word| word.chars().count());
            words.max().unwrap_or(0).min(WORD_CHARS_MAX)
        };
        // Headers are in bold letters, which are wider.
        let head = longest(&self.columns[at].label);
        let head = head + head.div_ceil(5);
        let longest = cells.map(longest).max().unwrap_or(0).max(head);
        u32::try_from(longest).unwrap_or(0) + EDGES_CHARS
    }
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its header.
    pub label: String,
    /// Its share of the width, against the other columns.
    pub weight: u32,
    /// Whether its cells are figures, set against the right edge.
    pub figures: bool,
}

/// What stands in a cell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cell {
    /// The lines or paragraphs; none when it is empty.
    pub parts: Vec<String>,
    /// Whether these are several values that nobody has chosen among; the words say it too.
    pub conflict: bool,
    /// Whether it stands for something missing.
    pub missing: bool,
}

impl Cell {
    /// Returns a cell of one text.
    #[must_use]
    pub fn of(text: impl Into<String>) -> Self {
        let text = text.into();
        let parts = if text.is_empty() { Vec::new() } else { vec![text] };
        Self { parts, ..Self::default() }
    }

    /// Returns its lines as one text.
    #[must_use]
    pub fn text(&self) -> String {
        self.parts.join("\n")
    }

    /// Tells whether nothing stands there.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }
}

/// Bars that show shares of a whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// What the bars show, in one sentence: also what is read aloud instead of them.
    pub caption: String,
    /// The bars.
    pub bars: Vec<Bar>,
}

/// One bar.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// What it stands for.
    pub label: String,
    /// Its length, in hundredths of the longest that could be.
    pub percent: u8,
    /// The figure in words.
    pub value: String,
}

impl Print {
    /// Returns the words of the whole, block by block, for tests and digests.
    #[must_use]
    pub fn words(&self) -> String {
        let mut lines = vec![self.title.clone()];
        for block in &self.blocks {
            match block {
                Block::Heading { text, .. } | Block::Paragraph(text) | Block::Remark(text) => {
                    lines.push(text.clone());
                }
                Block::Items { items, .. } => lines.extend(items.iter().cloned()),
                Block::Pairs(pairs) => {
                    lines.extend(
                        pairs.iter().map(|(label, cell)| format!("{label}\t{}", cell.text())),
                    );
                }
                Block::Grid(grid) => {
                    let headers: Vec<&str> =
                        grid.columns.iter().map(|c| c.label.as_str()).collect();
                    lines.push(headers.join("\t"));
                    let row =
                        |row: &Vec<Cell>| row.iter().map(Cell::text).collect::<Vec<_>>().join("\t");
                    lines.extend(grid.rows.iter().map(row));
                }
                Block::Figure(figure) => {
                    lines.push(figure.caption.clone());
                    let bar = |bar: &Bar| format!("{}\t{}", bar.label, bar.value);
                    lines.extend(figure.bars.iter().map(bar));
                }
            }
        }
        lines.join("\n")
    }
}
