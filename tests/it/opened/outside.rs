//! The programs that are not ours, and what they say of a file.
//!
//! A program that is missing fails the test with what installs it: nothing here is passed over.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// What to type where one of the programs is missing.
const INSTALL: &str = "run `cargo xtask ci` as root, which installs it, or type: apt-get install \
                       -y --no-install-recommends libreoffice-writer-nogui \
                       libreoffice-calc-nogui fonts-crosextra-carlito poppler-utils";
/// Cells apart by semicolons, in UTF-8, as shown, each sheet into a file of its own.
const EACH_SHEET: &str =
    "csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,true,false,false,false,-1";
/// Dots for an inch: enough to tell a page with something on it from an empty one.
const DOTS: &str = "40";
/// A dot darker than this is ink.
const INK: u8 = 160;
/// Between its head and its foot, in hundredths of the height, a page has what it is for.
const BODY: (usize, usize) = (7, 92);

fn run(program: &str, arguments: &[&str]) -> Output {
    // What a program makes of dates and numbers must not depend on who runs the test.
    let output = Command::new(program).args(arguments).env("LC_ALL", "C.UTF-8").output();
    let output = output.unwrap_or_else(|error| panic!("{program}: {error}; {INSTALL}"));
    assert!(output.status.success(), "{program} {arguments:?}: {output:?}");
    output
}

fn name(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// LibreOffice, with a profile of its own: another one of this machine must not be in its way.
pub(crate) struct Office {
    profile: String,
    into: PathBuf,
}

impl Office {
    pub(crate) fn new(folder: &str) -> Self {
        let folder = Path::new(folder);
        let profile = format!("-env:UserInstallation=file://{}", name(&folder.join("profile")));
        Self { profile, into: folder.join("converted") }
    }

    /// Converts all files in one start, and returns the folder of what came of them.
    fn convert(&self, to: &str, files: &[String]) -> &Path {
        let into = name(&self.into);
        let how = [self.profile.as_str(), "--headless", "--convert-to", to, "--outdir", &into];
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        run("soffice", &[&how[..], &files].concat());
        &self.into
    }

    /// Returns Word documents as pages of text and as the words and tables that stand in them.
    pub(crate) fn read_word(&self, files: &[String]) -> Vec<Word> {
        let into = self.convert("html", files).to_owned();
        self.convert("pdf", files);
        let read = |file: &String| {
            let stem = Path::new(file).file_stem().unwrap().to_string_lossy().into_owned();
            let html = into.join(&stem).with_extension("html");
            let html = std::fs::read_to_string(&html);
            let html = html.unwrap_or_else(|error| panic!("{file} was not converted: {error}"));
            Word { file: file.clone(), html, pdf: name(&into.join(format!("{stem}.pdf"))) }
        };
        files.iter().map(read).collect()
    }

    /// Returns the cells of each sheet of a workbook, by the name of the sheet.
    pub(crate) fn read_sheets(&self, workbook: &str, sheets: &[String]) -> Vec<Vec<Vec<String>>> {
        let into = self.convert(EACH_SHEET, &[workbook.to_owned()]);
        let stem = Path::new(workbook).file_stem().unwrap().to_string_lossy().into_owned();
        let read = |sheet: &String| {
            let text = std::fs::read_to_string(into.join(format!("{stem}-{sheet}.csv")));
            let text = text.unwrap_or_else(|error| panic!("{workbook}, {sheet}: {error}"));
            separated(&text)
        };
        sheets.iter().map(read).collect()
    }
}

/// Reads cells apart by semicolons, between quotation marks where they hold one (RFC 4180).
fn separated(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut quoted = false;
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '"' if quoted && signs.peek() == Some(&'"') => cell.extend(signs.next()),
            '"' => quoted = !quoted,
            ';' if !quoted => row.push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            sign => cell.push(sign),
        }
    }
    rows
}

/// A Word document as LibreOffice has read it.
pub(crate) struct Word {
    pub(crate) file: String,
    html: String,
    /// The same pages as LibreOffice prints them.
    pub(crate) pdf: String,
}

impl Word {
    /// Returns all words, one space between them.
    pub(crate) fn text(&self) -> String {
        let body = self.html.split_once("<body").map_or("", |(_, body)| body);
        plain(body.split_once('>').map_or("", |(_, body)| body))
    }

    /// Returns the cells of every row of every table, in order.
    pub(crate) fn rows(&self) -> Vec<Vec<String>> {
        let rows = self.html.split("<tr").skip(1);
        rows.map(|row| {
            let row = row.split("</tr>").next().unwrap_or_default();
            let cells = row.split("<t").skip(1).filter(|cell| cell.starts_with(['d', 'h']));
            let inside = |cell: &str| cell.split_once('>').map_or("", |(_, inside)| inside).into();
            cells.map(inside).map(|inside: String| plain(&inside)).collect()
        })
        .collect()
    }
}

/// Returns the words between tags.
fn plain(html: &str) -> String {
    let mut text = String::new();
    for piece in html.split('<') {
        let after = match piece.split_once('>') {
            Some((tag, after)) => {
                // Only what ends a line parts words: `<font>` stands in the middle of them.
                if ["p", "/p", "br", "li", "h", "/h", "/td"].iter().any(|one| tag.starts_with(one))
                {
                    text.push(' ');
                }
                after
            }
            None => piece,
        };
        text.push_str(after);
    }
    for (entity, sign) in
        [("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")]
    {
        text = text.replace(entity, sign);
    }
    words(&text)
}

/// Returns a text with one space between its words, whatever spaces and lines were there.
pub(crate) fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns how many pages a PDF has.
pub(crate) fn pages(pdf: &str) -> usize {
    let told = run("pdfinfo", &[pdf]);
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    let pages = told.lines().find_map(|line| line.strip_prefix("Pages:"));
    pages.and_then(|pages| pages.trim().parse().ok()).unwrap_or_else(|| panic!("{pdf}: {told}"))
}

/// Returns the text of a PDF: in the order in which it is read, and as it lies on the page.
pub(crate) fn text_of_pdf(pdf: &str) -> (String, String) {
    let read = |how: &str| {
        let output = run("pdftotext", &[how, "-enc", "UTF-8", pdf, "-"]);
        String::from_utf8(output.stdout).expect("it was asked for UTF-8")
    };
    (read("-raw"), read("-layout"))
}

/// Renders a PDF, and returns how many dots of each page are ink, head and foot left out.
pub(crate) fn ink(pdf: &str) -> Vec<usize> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let prefix = name(&folder.path().join("page"));
    run("pdftoppm", &["-r", DOTS, "-gray", pdf, &prefix]);
    let pages = std::fs::read_dir(folder.path()).unwrap().map(|page| page.unwrap().path());
    let mut pages: Vec<PathBuf> = pages.collect();
    pages.sort();
    let measured = pages.iter().map(|page| {
        let bytes = std::fs::read(page).unwrap();
        assert!(bytes.starts_with(b"P5"), "a grey picture");
        // Three lines of measures stand before the dots.
        let dots = bytes.splitn(4, |byte| *byte == b'\n').nth(3).unwrap();
        let body = dots.len() * BODY.0 / 100..dots.len() * BODY.1 / 100;
        dots[body].iter().filter(|dot| **dot < INK).count()
    });
    measured.collect()
}
