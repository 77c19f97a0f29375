//! A print as a Word document: real heading styles, tables whose headers are repeated, a foot
//! with the number of the page, the language of the text.
//!
//! The library writes neither the title nor the language of a document, nor the mark of a header
//! row; those three are added to the parts it builds, before they are packed.

use client_core::kinds::Language;
use docx_rs::{
    AbstractNumbering, AlignmentType, Docx, Footer, Header, IndentLevel, Level, LevelJc, LevelText,
    LineSpacing, LineSpacingType, NumPages, NumberFormat, Numbering, NumberingId, PageMargin,
    PageNum, Paragraph, Run, RunFonts, Shading, SpecialIndentType, Start, Style, StyleType, Tab,
    TabValueType, Table, TableBorder, TableBorderPosition, TableBorders, TableCell,
    TableCellMargins, TableLayoutType, TableRow, WidthType, XMLDocx,
};
use std::io::Cursor;

use super::Unwritten;
use super::print::{Block, Cell, Column, Figure, Grid, Paired, Print, paired};

/// Twentieths of a point: A4 with margins of two centimetres.
const PAGE: (u32, u32) = (11_906, 16_838);
const MARGIN: i32 = 1_134;
/// Width of the text, in the same measure.
const TEXT_WIDTH: usize = 9_638;
/// Shares of the width: a label, what stands for it, another label, what stands for that.
const PAIRED_PERCENT: [usize; 4] = [26, 24, 26, 24];
/// Signs of which the longest bar of a figure is made.
const BAR_SIGNS_MAX: usize = 24;
/// The two lists: with dashes, with numbers. Each numbered list counts from one by its own copy.
const DASHES: usize = 2;
const NUMBERS: usize = 3;

/// A row of more characters may go over the end of a page.
const ROW_CHARS_WHOLE: usize = 900;

const INK: &str = "1F2937";
const PALE: &str = "E8EEF4";
const LINE: &str = "B8C4D0";
const ACCENT: &str = "1B4B72";
const WARNING: &str = "9A3412";

/// Writes a print as a DOCX file.
///
/// # Errors
/// What the library says, which no document should make it say.
pub fn write(print: &Print) -> Result<Vec<u8>, Unwritten> {
    let percent = super::pdf::letters_percent(print);
    let mut writer = Writer { print, docx: styled(print, percent), lists: NUMBERS, percent };
    writer.title();
    for block in &print.blocks {
        writer.block(block);
    }
    let mut parts = writer.docx.build();
    complete(&mut parts, print);
    let mut file = Cursor::new(Vec::new());
    parts.pack(&mut file).map_err(|error| Unwritten::new("docx", error))?;
    Ok(file.into_inner())
}

/// Returns the styles, with letters of a size in hundredths of the usual one.
fn styled(print: &Print, percent: usize) -> Docx {
    let style = |id: &str, name: &str, size: usize, before: u32, after: u32| {
        Style::new(id, StyleType::Paragraph)
            .name(name)
            .size(sized(size, percent))
            .color(ACCENT)
            .line_spacing(spacing(before, after))
    };
    let heading = |level: usize, size: usize, before: u32| {
        style(&format!("Heading{level}"), &format!("heading {level}"), size, before, 60)
            .bold()
            .outline_lvl(level - 1)
            .next("Normal")
            .q_format(true)
    };
    let fonts = RunFonts::new().ascii("Calibri").hi_ansi("Calibri").cs("Calibri");
    let margin = PageMargin::new().top(MARGIN).bottom(MARGIN).left(MARGIN).right(MARGIN);
    Docx::new()
        .page_size(PAGE.0, PAGE.1)
        .page_margin(margin.header(567).footer(567))
        .default_fonts(fonts)
        .default_size(sized(20, percent))
        .default_line_spacing(spacing(0, 80))
        .add_style(style("Title", "Title", 34, 0, 60).bold().q_format(true))
        .add_style(style("Subtitle", "Subtitle", 20, 0, 120).color("4B5563").q_format(true))
        .add_style(heading(1, 24, 140))
        .add_style(heading(2, 21, 110))
        .add_style(heading(3, 20, 90))
        .add_style(style("Foot", "footer", 16, 0, 0).color("4B5563"))
        .add_style(style("Remark", "Remark", 18, 0, 100).color("4B5563").italic())
        .add_abstract_numbering(list(DASHES, "bullet", "–"))
        .add_abstract_numbering(list(NUMBERS, "decimal", "%1."))
        .add_numbering(Numbering::new(DASHES, DASHES))
        .header(Header::new().add_paragraph(small(&print.space, AlignmentType::Left)))
        .footer(foot(print))
        .created_at(&utc(print))
        .updated_at(&utc(print))
}

/// Returns a size, in halves of a point, in hundredths of itself.
fn sized(size: usize, percent: usize) -> usize {
    size * percent / 100
}

/// Returns the room above and below; lines are as high as what stands on them.
fn spacing(before: u32, after: u32) -> LineSpacing {
    LineSpacing::new().before(before).after(after).line(252).line_rule(LineSpacingType::Auto)
}

fn utc(print: &Print) -> String {
    super::stamp::utc(print.changed_at)
}

fn list(id: usize, format: &str, text: &str) -> AbstractNumbering {
    let level = Level::new(
        0,
        Start::new(1),
        NumberFormat::new(format),
        LevelText::new(text),
        LevelJc::new("left"),
    );
    let hanging = Some(SpecialIndentType::Hanging(340));
    AbstractNumbering::new(id).add_level(level.indent(Some(454), hanging, None, None))
}

fn small(text: &str, align: AlignmentType) -> Paragraph {
    Paragraph::new().align(align).add_run(Run::new().add_text(text).size(16).color("4B5563"))
}

fn foot(print: &Print) -> Footer {
    let run = |text: &str| Run::new().add_text(text).size(16).color("4B5563");
    let page = match print.language {
        Language::French => "page ",
        Language::English => "page ",
    };
    let of = match print.language {
        Language::French => " sur ",
        Language::English => " of ",
    };
    // The number of the page stands at the right end of the first line.
    let number = Tab::new().val(TabValueType::Right).pos(TEXT_WIDTH);
    let mut lines = print.standing.lines(print.language).into_iter();
    let first = Paragraph::new()
        .style("Foot")
        .add_tab(number)
        .add_run(run(&lines.next().unwrap_or_default()).add_tab())
        .add_run(run(page))
        .add_page_num(PageNum::new())
        .add_run(run(of))
        .add_num_pages(NumPages::new());
    let foot = Footer::new().add_paragraph(first);
    lines.fold(foot, |foot, line| foot.add_paragraph(small(&line, AlignmentType::Left)))
}

struct Writer<'a> {
    print: &'a Print,
    docx: Docx,
    lists: usize,
    /// How large letters are, in hundredths.
    percent: usize,
}

impl Writer<'_> {
    fn add(&mut self, paragraph: Paragraph) {
        self.docx = std::mem::take(&mut self.docx).add_paragraph(paragraph);
    }

    fn styled(&mut self, style: &str, text: &str) {
        let run = lines(Run::new(), text);
        self.add(Paragraph::new().style(style).add_run(run));
    }

    fn title(&mut self) {
        let print = self.print;
        self.styled("Title", &print.title);
        self.styled("Subtitle", &format!("{} · {}", print.kind, print.space));
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Heading { level, text } => {
                let style = format!("Heading{}", level.clamp(&1, &3));
                let run = Run::new().add_text(text.as_str());
                self.add(Paragraph::new().style(&style).keep_next(true).add_run(run));
            }
            Block::Paragraph(text) => self.styled("Normal", text),
            Block::Remark(text) => self.styled("Remark", text),
            Block::Items { numbered, items } => self.items(*numbered, items),
            Block::Pairs(pairs) => self.pairs(pairs),
            Block::Grid(grid) => self.grid(grid),
            Block::Figure(figure) => self.figure(figure),
        }
    }

    fn items(&mut self, numbered: bool, items: &[String]) {
        let list = if numbered { self.next_list() } else { DASHES };
        for item in items {
            let paragraph = Paragraph::new()
                .numbering(NumberingId::new(list), IndentLevel::new(0))
                .line_spacing(LineSpacing::new().after(40))
                .add_run(lines(Run::new(), item));
            self.add(paragraph);
        }
    }

    fn next_list(&mut self) -> usize {
        self.lists += 1;
        let numbering = Numbering::new(self.lists, NUMBERS)
            .add_override(docx_rs::LevelOverride::new(0).start(1));
        self.docx = std::mem::take(&mut self.docx).add_numbering(numbering);
        self.lists
    }

    fn table(&mut self, rows: Vec<TableRow>, widths: Vec<usize>) {
        let border = |position| TableBorder::new(position).color(LINE).size(4);
        let borders = TableBorders::with_empty()
            .set(border(TableBorderPosition::Top))
            .set(border(TableBorderPosition::Bottom))
            .set(border(TableBorderPosition::InsideH));
        let table = Table::new(rows)
            .set_grid(widths)
            .layout(TableLayoutType::Fixed)
            .width(TEXT_WIDTH, WidthType::Dxa)
            .margins(TableCellMargins::new().margin(30, 80, 30, 80))
            .set_borders(borders);
        self.docx = std::mem::take(&mut self.docx).add_table(table);
        let gap = LineSpacing::new().line(90).line_rule(LineSpacingType::Exact).after(0);
        self.add(Paragraph::new().line_spacing(gap));
    }

    fn pairs(&mut self, pairs: &[(String, Cell)]) {
        let widths: Vec<usize> =
            PAIRED_PERCENT.iter().map(|share| TEXT_WIDTH * share / 100).collect();
        let percent = self.percent;
        let lines = paired(pairs);
        let is_paired = lines.iter().any(|line| matches!(line, Paired::Beside(..)));
        let both = |(label, cell): &(String, Cell), width: usize| {
            [head(label, widths[0], percent), filled(cell, width, false, percent)]
        };
        let row = |line: &Paired<'_>| match line {
            Paired::Wide(one) => {
                let [label, cell] = both(one, TEXT_WIDTH - widths[0]);
                // Over the places of three, where other lines of the table have four.
                TableRow::new(vec![label, if is_paired { cell.grid_span(3) } else { cell }])
            }
            Paired::Beside(left, right) => {
                let (left, right) = (both(left, widths[1]), both(right, widths[3]));
                TableRow::new(left.into_iter().chain(right).collect())
            }
        };
        let rows = lines.iter().map(row).collect();
        let wide = vec![widths[0], TEXT_WIDTH - widths[0]];
        self.table(rows, if is_paired { widths.clone() } else { wide });
    }

    fn grid(&mut self, grid: &Grid) {
        let widths = shares(grid);
        let percent = self.percent;
        let heads = grid.columns.iter().zip(&widths);
        let heads = heads.map(|(column, width)| head(&column.label, *width, percent));
        // No row is split over two pages; `complete` marks the first one as a row of headers.
        let mut rows = vec![TableRow::new(heads.collect()).cant_split()];
        for row_cells in &grid.rows {
            let cells = row_cells.iter().zip(&grid.columns).zip(&widths);
            let filled = |((cell, column), width): ((&Cell, &Column), &usize)| {
                filled(cell, *width, column.figures, percent)
            };
            let cells = cells.map(filled);
            let row = TableRow::new(cells.collect());
            let is_long = chars_of(row_cells) > ROW_CHARS_WHOLE;
            rows.push(if is_long { row } else { row.cant_split() });
        }
        self.table(rows, widths);
    }

    /// A figure is a table too: what it shows is read in order, and printed without colours.
    fn figure(&mut self, figure: &Figure) {
        self.styled("Remark", &figure.caption);
        let widths = vec![TEXT_WIDTH * 34 / 100, TEXT_WIDTH * 54 / 100, TEXT_WIDTH * 12 / 100];
        let row = |bar: &super::print::Bar| {
            let signs = (usize::from(bar.percent) * BAR_SIGNS_MAX).div_ceil(100);
            let drawn = Run::new().add_text("█".repeat(signs)).color(ACCENT);
            let drawn = cell(widths[1]).add_paragraph(tight().add_run(drawn));
            TableRow::new(vec![
                filled(&Cell::of(&bar.label), widths[0], false, self.percent),
                drawn,
                filled(&Cell::of(&bar.value), widths[2], true, self.percent),
            ])
        };
        let rows = figure.bars.iter().map(row).collect();
        self.table(rows, widths.clone());
    }
}

fn chars_of(cells: &[Cell]) -> usize {
    cells.iter().flat_map(|cell| &cell.parts).map(|part| part.chars().count()).sum()
}

/// Returns the widths of the columns, in twentieths of a point; together the whole line.
fn shares(grid: &Grid) -> Vec<usize> {
    let shares = grid.shares();
    let all: u32 = shares.iter().sum();
    let share = |share: &u32| TEXT_WIDTH * *share as usize / all.max(1) as usize;
    shares.iter().map(share).collect()
}

fn cell(width: usize) -> TableCell {
    TableCell::new().width(width, WidthType::Dxa)
}

fn tight() -> Paragraph {
    Paragraph::new().line_spacing(spacing(0, 0))
}

fn head(label: &str, width: usize, percent: usize) -> TableCell {
    let run = Run::new().add_text(label).bold().size(sized(18, percent)).color(INK);
    cell(width).shading(Shading::new().fill(PALE)).add_paragraph(tight().add_run(run))
}

fn filled(content: &Cell, width: usize, is_figure: bool, percent: usize) -> TableCell {
    let mut made = cell(width);
    for part in &content.parts {
        let mut run = lines(Run::new().size(sized(18, percent)), part);
        if content.conflict {
            run = run.color(WARNING).bold();
        }
        if content.missing {
            run = run.italic().color("6B7280");
        }
        let align = if is_figure { AlignmentType::Right } else { AlignmentType::Left };
        made = made.add_paragraph(tight().align(align).add_run(run));
    }
    match content.parts.is_empty() {
        true => made.add_paragraph(tight()),
        false => made,
    }
}

/// Adds a text to a run, with its line breaks.
fn lines(mut run: Run, text: &str) -> Run {
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            run = run.add_break(docx_rs::BreakType::TextWrapping);
        }
        run = run.add_text(line);
    }
    run
}

/// Adds what the library does not write: the title and the language of the document, and the mark
/// of the rows of headers (ECMA-376 part 1, §17.4.49, §17.3.2.20, §15.2.12.1).
fn complete(parts: &mut XMLDocx, print: &Print) {
    let tag = match print.language {
        Language::French => "fr-FR",
        Language::English => "en-GB",
    };
    // Tables whose rows may not be split have a row of headers, the first.
    let document = String::from_utf8_lossy(&parts.document).into_owned();
    let (mark, head) = ("<w:cantSplit />", "<w:cantSplit /><w:tblHeader />");
    let tables: Vec<String> =
        document.split("<w:tbl>").map(|table| table.replacen(mark, head, 1)).collect();
    parts.document = tables.join("<w:tbl>").into_bytes();
    let lang = format!("<w:lang w:val=\"{tag}\" w:eastAsia=\"{tag}\" />");
    replace(&mut parts.styles, "<w:rPrDefault><w:rPr>", "<w:rPrDefault><w:rPr>\u{0}");
    // In a run's properties the language comes after fonts and sizes.
    let styles = String::from_utf8_lossy(&parts.styles).into_owned();
    if let Some((before, rest)) = styles.split_once('\u{0}')
        && let Some((defaults, after)) = rest.split_once("</w:rPr>")
    {
        parts.styles = format!("{before}{defaults}{lang}</w:rPr>{after}").into_bytes();
    }
    let about = format!(
        "<dc:title>{}</dc:title><dc:language>{tag}</dc:language></cp:coreProperties>",
        escaped(&print.title)
    );
    replace(&mut parts.doc_props.core, "</cp:coreProperties>", &about);
}

fn replace(part: &mut Vec<u8>, from: &str, to: &str) {
    let text = String::from_utf8_lossy(part);
    *part = text.replace(from, to).into_bytes();
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests;
