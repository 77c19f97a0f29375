//! Tables: columns by their weights, headers on every page, rows that may go over a page.

use super::face::{Line, Style};
use super::flow::{BOTTOM, Flow, INK, LEFT, Look, Op, PALE, RULE, Role, WIDTH, leading, look_of};
use crate::export::print::{Cell, Grid};

/// Points between the text of a cell and its edges.
const PAD: (f32, f32) = (4.0, 2.0);
/// A row higher than this is cut at the end of a page; others go to the next one whole.
const WHOLE_ROW_HEIGHT_MAX: f32 = 160.0;
/// The look of a header.
const HEAD: Look = (9.0, INK, Style::Bold);

/// A cell broken into lines.
struct Laid {
    x: f32,
    width: f32,
    look: Look,
    lines: Vec<Line>,
    right: bool,
    shaded: bool,
    part: Option<usize>,
}

impl Laid {
    fn height(&self) -> f32 {
        self.lines.iter().map(|_| leading(self.look.0)).sum()
    }
}

impl Flow<'_> {
    pub(super) fn grid(&mut self, grid: &Grid) {
        let shares = grid.shares();
        let all: u32 = shares.iter().sum();
        let share = |share: &u32| WIDTH * to_points(*share) / to_points(all.max(1));
        let widths: Vec<f32> = shares.iter().map(share).collect();
        self.need(70.0);
        let table = self.part(Role::Table, None);
        let heads = self.part(Role::Heads, Some(table));
        let head = self.part(Role::Row, Some(heads));
        let parts = grid.columns.iter().map(|_| self.part(Role::ColumnHead, Some(head)));
        let parts: Vec<usize> = parts.collect();
        let laid = self.heads(grid, &widths, Some(&parts));
        self.row(laid, None);
        let rows = self.part(Role::Rows, Some(table));
        for cells in &grid.rows {
            let row = self.part(Role::Row, Some(rows));
            let mut laid = Vec::new();
            for (place, (cell, column)) in cells.iter().zip(&grid.columns).enumerate() {
                let part = self.part(Role::Data, Some(row));
                let mut one = self.laid(&widths, place, cell, look_of(cell));
                (one.part, one.right) = (Some(part), column.figures);
                laid.push(one);
            }
            self.row(laid, Some((grid, &widths)));
        }
        self.y += 9.0;
    }

    pub(super) fn pairs(&mut self, pairs: &[(String, Cell)]) {
        let widths = [WIDTH * 0.32, WIDTH * 0.68];
        let table = self.part(Role::Table, None);
        let rows = self.part(Role::Rows, Some(table));
        for (label, cell) in pairs {
            let row = self.part(Role::Row, Some(rows));
            let mut head = self.laid(&widths, 0, &Cell::of(label), HEAD);
            (head.part, head.shaded) = (Some(self.part(Role::RowHead, Some(row))), true);
            let mut data = self.laid(&widths, 1, cell, look_of(cell));
            data.part = Some(self.part(Role::Data, Some(row)));
            self.row(vec![head, data], None);
        }
        self.y += 9.0;
    }

    /// Returns the headers; on the pages after the first they are ornaments, read once only.
    fn heads(&self, grid: &Grid, widths: &[f32], parts: Option<&[usize]>) -> Vec<Laid> {
        let head = |(place, column): (usize, &crate::export::print::Column)| {
            let mut laid = self.laid(widths, place, &Cell::of(&column.label), HEAD);
            laid.part = parts.map(|parts| parts[place]);
            (laid.right, laid.shaded) = (column.figures, true);
            laid
        };
        grid.columns.iter().enumerate().map(head).collect()
    }

    fn laid(&self, widths: &[f32], place: usize, cell: &Cell, look: Look) -> Laid {
        let x = LEFT + widths[..place].iter().sum::<f32>();
        let width = widths[place];
        let text_width = (width - 2.0 * PAD.0).max(8.0);
        let lines =
            cell.parts.iter().flat_map(|part| self.faces.wrap(look.2, look.0, part, text_width));
        let lines = lines.collect();
        Laid { x, width, look, lines, right: false, shaded: false, part: None }
    }

    /// Draws a row, in slices where it is higher than what is left of a page.
    fn row(&mut self, mut cells: Vec<Laid>, heads: Option<(&Grid, &[f32])>) {
        let whole = cells.iter().map(Laid::height).fold(leading(HEAD.0), f32::max) + 2.0 * PAD.1;
        if whole <= WHOLE_ROW_HEIGHT_MAX && self.y + whole > BOTTOM {
            self.next_page(heads);
        }
        loop {
            let room = BOTTOM - self.y - 2.0 * PAD.1;
            let fit = |cell: &Laid| whole_lines(room, leading(cell.look.0));
            if cells.iter().any(|cell| !cell.lines.is_empty() && fit(cell) == 0) {
                self.next_page(heads);
                continue;
            }
            let mut rest = Vec::new();
            for cell in &mut cells {
                let taken = fit(cell).min(cell.lines.len());
                rest.push(cell.lines.split_off(taken));
            }
            self.slice(cells.as_mut_slice());
            if rest.iter().all(Vec::is_empty) {
                return;
            }
            for (cell, lines) in cells.iter_mut().zip(rest) {
                cell.lines = lines;
            }
            self.next_page(heads);
        }
    }

    fn next_page(&mut self, heads: Option<(&Grid, &[f32])>) {
        self.new_page();
        if let Some((grid, widths)) = heads {
            let mut laid = self.heads(grid, widths, None);
            self.slice(&mut laid);
        }
    }

    /// Draws what stands of a row on one page, and takes its lines.
    fn slice(&mut self, cells: &mut [Laid]) {
        let text = cells.iter().map(Laid::height).fold(leading(HEAD.0), f32::max);
        let height = text + 2.0 * PAD.1;
        for cell in cells.iter().filter(|cell| cell.shaded) {
            self.op(Op::Area { at: (cell.x, self.y), size: (cell.width, height), colour: PALE });
        }
        for cell in cells {
            let size = cell.look.0;
            for (number, line) in (0_u16..).zip(std::mem::take(&mut cell.lines)) {
                let slack = cell.width - 2.0 * PAD.0 - line.width;
                let x = cell.x + PAD.0 + if cell.right { slack.max(0.0) } else { 0.0 };
                let baseline = self.y + PAD.1 + size + f32::from(number) * leading(size);
                self.text((x, baseline), cell.look, line, cell.part);
            }
        }
        self.y += height;
        self.op(Op::Area { at: (LEFT, self.y), size: (WIDTH, 0.5), colour: RULE });
    }
}

/// Returns a weight as a measure; weights are far below what a measure holds exactly.
fn to_points(weight: u32) -> f32 {
    f32::from(u16::try_from(weight).unwrap_or(u16::MAX))
}

/// Returns how many lines of a height go into some room.
fn whole_lines(room: f32, height: f32) -> usize {
    let mut lines = 0;
    let mut used = height;
    while used <= room {
        lines += 1;
        used += height;
    }
    lines
}
