//! Blocks into pages: what stands where, and what it is in the tree of tags.

use super::face::{Faces, Line, Style};
use crate::export::print::{Bar, Block, Cell, Figure, Print};

/// Points: A4, with margins of two centimetres and room for head and foot.
pub(super) const PAGE: (f32, f32) = (595.276, 841.89);
pub(super) const LEFT: f32 = 56.7;
pub(super) const WIDTH: f32 = PAGE.0 - 2.0 * LEFT;
const TOP: f32 = 64.0;
pub(super) const BOTTOM: f32 = PAGE.1 - 68.0;
/// Room that a heading wants under itself: it is never the last line of a page.
const HEADING_ROOM: f32 = 90.0;

/// Colours, red, green and blue.
pub(super) const INK: [u8; 3] = [0x1f, 0x29, 0x37];
pub(super) const GREY: [u8; 3] = [0x4b, 0x55, 0x63];
pub(super) const ACCENT: [u8; 3] = [0x1b, 0x4b, 0x72];
pub(super) const WARNING: [u8; 3] = [0x9a, 0x34, 0x12];
pub(super) const PALE: [u8; 3] = [0xe8, 0xee, 0xf4];
pub(super) const RULE: [u8; 3] = [0xb8, 0xc4, 0xd0];

/// What is drawn on a page.
pub(super) enum Op {
    Text {
        at: (f32, f32),
        size: f32,
        style: Style,
        colour: [u8; 3],
        line: Line,
        leaf: Option<usize>,
    },
    Area {
        at: (f32, f32),
        size: (f32, f32),
        colour: [u8; 3],
    },
}

/// What a piece of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Heading(u16),
    Paragraph,
    List { numbered: bool },
    Item,
    Label,
    Body,
    Table,
    Heads,
    Rows,
    Row,
    ColumnHead,
    RowHead,
    Data,
}

/// A part of the tree of tags: its children are parts or leaves, in reading order.
pub(super) struct Part {
    pub(super) role: Role,
    /// The words of a heading, which its tag says too.
    pub(super) title: Option<String>,
    pub(super) children: Vec<Child>,
}

#[derive(Clone, Copy)]
pub(super) enum Child {
    Part(usize),
    Leaf(usize),
}

/// A heading in the outline: its level, its words, its page and its height on it.
pub(super) struct Mark {
    pub(super) level: u16,
    pub(super) text: String,
    pub(super) page: usize,
    pub(super) y: f32,
}

/// Pages as they will be drawn.
pub(super) struct Pages {
    pub(super) pages: Vec<Vec<Op>>,
    pub(super) parts: Vec<Part>,
    /// The parts under the document itself.
    pub(super) roots: Vec<usize>,
    pub(super) leaves: usize,
    pub(super) outline: Vec<Mark>,
}

/// Lets a print flow into pages.
pub(super) fn flow(print: &Print, faces: &Faces) -> Pages {
    let pages = Pages {
        pages: vec![Vec::new()],
        parts: Vec::new(),
        roots: Vec::new(),
        leaves: 0,
        outline: Vec::new(),
    };
    let mut flow = Flow { faces, pages, y: TOP };
    flow.heading(1, &print.title, (18.0, 0.0));
    let about = format!("{} · {}", print.kind, print.space);
    flow.paragraph(&about, (10.0, GREY, Style::Regular), 12.0);
    for block in &print.blocks {
        flow.block(block);
    }
    flow.pages
}

/// How a text looks: its size, colour and style.
pub(super) type Look = (f32, [u8; 3], Style);

pub(super) struct Flow<'a> {
    pub(super) faces: &'a Faces,
    pub(super) pages: Pages,
    /// Where the next thing goes, from the top of the page.
    pub(super) y: f32,
}

pub(super) fn leading(size: f32) -> f32 {
    size * 1.36
}

impl Flow<'_> {
    pub(super) fn op(&mut self, op: Op) {
        self.pages.pages.last_mut().expect("a flow begins with a page").push(op);
    }

    pub(super) fn new_page(&mut self) {
        self.pages.pages.push(Vec::new());
        self.y = TOP;
    }

    /// Begins a page unless so much room is left; nothing is higher than a page.
    pub(super) fn need(&mut self, room: f32) -> bool {
        let breaks = self.y + room > BOTTOM && self.y > TOP;
        if breaks {
            self.new_page();
        }
        breaks
    }

    pub(super) fn part(&mut self, role: Role, under: Option<usize>) -> usize {
        let id = self.pages.parts.len();
        self.pages.parts.push(Part { role, title: None, children: Vec::new() });
        match under {
            Some(parent) => self.pages.parts[parent].children.push(Child::Part(id)),
            None => self.pages.roots.push(id),
        }
        id
    }

    /// Draws one line at a place; what has no part is an ornament.
    pub(super) fn text(&mut self, at: (f32, f32), look: Look, line: Line, part: Option<usize>) {
        let (size, colour, style) = look;
        let leaf = part.filter(|_| !line.drawn.is_empty()).map(|part| {
            let leaf = self.pages.leaves;
            self.pages.leaves += 1;
            self.pages.parts[part].children.push(Child::Leaf(leaf));
            leaf
        });
        self.op(Op::Text { at, size, style, colour, line, leaf });
    }

    /// Draws lines one under the other, over as many pages as they need.
    fn lines(&mut self, x: f32, look: Look, lines: Vec<Line>, part: usize) {
        let step = leading(look.0);
        for line in lines {
            self.need(step);
            let baseline = self.y + look.0;
            self.text((x, baseline), look, line, Some(part));
            self.y += step;
        }
    }

    fn paragraph(&mut self, text: &str, look: Look, after: f32) {
        let part = self.part(Role::Paragraph, None);
        let lines = self.faces.wrap(look.2, look.0, text, WIDTH);
        self.lines(LEFT, look, lines, part);
        self.y += after;
    }

    fn heading(&mut self, level: u16, text: &str, (size, before): (f32, f32)) {
        self.y += before;
        let lines = self.faces.wrap(Style::Bold, size, text, WIDTH);
        let few = lines.len().min(4);
        self.need(leading(size) * f32::from(u8::try_from(few).unwrap_or(4)) + HEADING_ROOM);
        let page = self.pages.pages.len() - 1;
        self.pages.outline.push(Mark { level, text: text.to_owned(), page, y: self.y });
        let part = self.part(Role::Heading(level), None);
        // A heading that says nothing is still announced as one.
        let title = if text.trim().is_empty() { "–" } else { text };
        self.pages.parts[part].title = Some(title.to_owned());
        self.lines(LEFT, (size, ACCENT, Style::Bold), lines, part);
        self.y += 3.0;
    }

    fn block(&mut self, block: &Block) {
        let body = (10.0, INK, Style::Regular);
        match block {
            Block::Heading { level, text } => {
                let look = match level {
                    0 | 1 => (13.0, 12.0),
                    2 => (11.5, 9.0),
                    _ => (10.5, 7.0),
                };
                self.heading(u16::from(*level).clamp(1, 3) + 1, text, look);
            }
            Block::Paragraph(text) => self.paragraph(text, body, 5.0),
            Block::Remark(text) => self.paragraph(text, (9.0, GREY, Style::Italic), 5.0),
            Block::Items { numbered, items } => self.items(*numbered, items),
            Block::Pairs(pairs) => self.pairs(pairs),
            Block::Grid(grid) => self.grid(grid),
            Block::Figure(figure) => self.figure(figure),
        }
    }

    fn items(&mut self, numbered: bool, items: &[String]) {
        const INDENT: f32 = 20.0;
        let look = (10.0, INK, Style::Regular);
        let list = self.part(Role::List { numbered }, None);
        for (number, item) in (1..).zip(items) {
            let label = if numbered { format!("{number}.") } else { "–".to_owned() };
            self.need(leading(look.0));
            let part = self.part(Role::Item, Some(list));
            let sign = self.part(Role::Label, Some(part));
            let line = self.faces.line(look.2, look.0, &label);
            self.text((LEFT + 4.0, self.y + look.0), look, line, Some(sign));
            let body = self.part(Role::Body, Some(part));
            let lines = self.faces.wrap(look.2, look.0, item, WIDTH - INDENT);
            self.lines(LEFT + INDENT, look, lines, body);
            self.y += 2.0;
        }
        self.y += 4.0;
    }

    fn figure(&mut self, figure: &Figure) {
        self.paragraph(&figure.caption, (9.0, GREY, Style::Italic), 3.0);
        let table = self.part(Role::Table, None);
        let rows = self.part(Role::Rows, Some(table));
        for bar in &figure.bars {
            self.bar(bar, rows);
        }
        self.y += 8.0;
    }

    /// Draws a bar as a row of a table: the label, the figure, and a length between them that
    /// says nothing the figure does not say.
    fn bar(&mut self, bar: &Bar, rows: usize) {
        let (label_width, bar_width, height) = (WIDTH * 0.34, WIDTH * 0.54, 16.0);
        let look = (9.0, INK, Style::Regular);
        self.need(height);
        let row = self.part(Role::Row, Some(rows));
        let head = self.part(Role::RowHead, Some(row));
        let baseline = self.y + 11.0;
        let mut label = self.faces.wrap(look.2, look.0, &bar.label, label_width - 6.0);
        self.text((LEFT, baseline), look, label.swap_remove(0), Some(head));
        let length = bar_width * f32::from(bar.percent.max(1)) / 100.0;
        let area = (LEFT + label_width, self.y + 3.0);
        self.op(Op::Area { at: area, size: (length, height - 6.0), colour: ACCENT });
        let data = self.part(Role::Data, Some(row));
        let value = self.faces.line(look.2, look.0, &bar.value);
        self.text((area.0 + length + 6.0, baseline), look, value, Some(data));
        self.y += height;
    }
}

/// Returns how a cell looks.
pub(super) fn look_of(cell: &Cell) -> Look {
    match (cell.conflict, cell.missing) {
        (true, _) => (9.0, WARNING, Style::Bold),
        (false, true) => (9.0, GREY, Style::Italic),
        (false, false) => (9.0, INK, Style::Regular),
    }
}
