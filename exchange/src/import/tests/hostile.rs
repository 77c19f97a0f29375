//! Bad files: each is refused with a sentence or read in part, and none ends the program.

use std::io::{Cursor, Read as _, Write as _};

use proptest::prelude::*;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::desk::{Desk, codes, workbook};
use super::{FICHES, tracker};
use crate::import::read;

fn refused(bytes: &[u8]) -> &'static str {
    let refused = read("suivi.xlsx", bytes).unwrap_err();
    assert!(refused.french.len() > 10 && refused.english.len() > 10, "{refused:?}");
    refused.code
}

/// Packs parts as office programs do.
pub(super) fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in parts {
        out.start_file(*name, options).unwrap();
        out.write_all(bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}

/// Returns the parts of a file, unpacked.
fn parts(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let count = archive.len();
    let part = |index| {
        let mut part = archive.by_index(index).unwrap();
        let mut unpacked = Vec::new();
        part.read_to_end(&mut unpacked).unwrap();
        (part.name().unwrap().into_owned(), unpacked)
    };
    (0..count).map(part).collect()
}

fn repacked(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let parts: Vec<(&str, &[u8])> =
        parts.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    packed(&parts)
}

#[test]
fn what_cannot_be_read_is_said_so() {
    assert_eq!(refused(b""), "file-empty");
    assert_eq!(refused(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), "unknown-format");
    assert_eq!(refused(&packed(&[("word/other.xml", b"<a/>")])), "unknown-format");
    let whole = tracker();
    for cut in [5, 40, whole.len() / 2, whole.len() - 30] {
        assert_eq!(refused(&whole[..cut]), "file-damaged", "{cut}");
    }
}

#[test]
fn passwords_and_old_formats_are_told_apart() {
    let mut bytes = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    bytes.extend(vec![0; 600]);
    assert_eq!(refused(&bytes), "old-format");
    bytes.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(refused(&bytes), "file-encrypted");
    let ods = packed(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", b"<manifest:encryption-data/>"),
    ]);
    assert_eq!(refused(&ods), "file-encrypted");
}

#[test]
fn a_bomb_is_not_unfolded() {
    let mut made = parts(&tracker());
    let sheet = made.iter_mut().find(|(name, _)| name.ends_with("sheet1.xml")).unwrap();
    sheet.1 = vec![b' '; 100 << 20];
    let bomb = repacked(&made);
    assert!(bomb.len() < 1 << 20, "a small file: {}", bomb.len());
    assert_eq!(refused(&bomb), "file-too-large");
    // The same with a directory that lies about the size.
    let mut lying = bomb;
    let size = u32::try_from(100_usize << 20).unwrap().to_le_bytes();
    let places: Vec<usize> =
        (0..lying.len() - 4).filter(|at| lying[*at..*at + 4] == size).collect();
    assert!(!places.is_empty());
    for at in places {
        lying[at..at + 4].copy_from_slice(&100_u32.to_le_bytes());
    }
    assert!(["file-too-large", "file-damaged"].contains(&refused(&lying)));
}

/// A workbook of LibreOffice with these rows.
fn sheet(rows: &str) -> Vec<u8> {
    let content = format!(
        r#"<office:document-content><office:body><office:spreadsheet><table:table
        table:name="Fiches">{rows}</table:table></office:spreadsheet></office:body>
        </office:document-content>"#
    );
    packed(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", content.as_bytes()),
    ])
}

#[test]
fn a_claim_of_texts_or_of_cells_makes_no_room_for_them() {
    let mut made = parts(&tracker());
    let texts = made.iter_mut().find(|(name, _)| name.ends_with("sharedStrings.xml")).unwrap();
    let xml = String::from_utf8(texts.1.clone()).unwrap();
    assert!(xml.contains("uniqueCount=\""), "the library still writes the claim");
    let (before, after) = xml.split_once("uniqueCount=\"").unwrap();
    let (_, after) = after.split_once('"').unwrap();
    texts.1 = format!("{before}uniqueCount = \"40000000000000\"{after}").into_bytes();
    let claimed = read("a.xlsx", &repacked(&made)).unwrap();
    assert_eq!(claimed.len(), read("a.xlsx", &tracker()).unwrap().len());
    let cell = |repeats: &str, text: &str| {
        format!(
            r#"<table:table-cell table:number-columns-repeated="{repeats}"><text:p>{text}</text:p>
            </table:table-cell>"#
        )
    };
    let forever = u64::MAX.to_string();
    // Cells beyond the last column, on every row there could be.
    let row = format!(r#"<table:table-row table:number-rows-repeated="{forever}">"#);
    let far = format!("{}{}", cell("300", ""), cell("1000", "x").repeat(3_000));
    assert!(read("a.ods", &sheet(&format!("{row}{far}</table:table-row>"))).is_ok());
    let over = format!("{}{}", cell(&forever, ""), cell("3", "x"));
    assert!(read("a.ods", &sheet(&format!("{row}{over}</table:table-row>"))).is_ok());
    // One cell of blanks without end.
    let blanks = cell("1", &r#"x<text:s text:c="1000"/>"#.repeat(20_000));
    let flood = sheet(&format!("<table:table-row>{blanks}</table:table-row>"));
    assert_eq!(read("a.ods", &flood).unwrap_err().code, "file-too-large");
}

#[test]
fn a_sheet_that_is_named_twice_is_not_read_twice() {
    for (part, before, after) in [
        ("workbook.xml.rels", "worksheets/sheet2.xml", "/xl/worksheets/Sheet1.xml"),
        ("workbook.xml", "r:id=\"rId2\"", "r:id=\"rId1\""),
    ] {
        let mut made = parts(&tracker());
        let named = made.iter_mut().find(|(name, _)| name.ends_with(part)).unwrap();
        let xml = String::from_utf8(named.1.clone()).unwrap();
        assert!(xml.contains(before), "{xml}");
        named.1 = xml.replace(before, after).into_bytes();
        assert_eq!(refused(&repacked(&made)), "file-damaged", "{part}");
    }
}

#[test]
fn a_million_rows_are_too_many() {
    let mut text = "N°;Titre;Statut\n".to_owned();
    for line in 0..1_000_000 {
        text.push_str(&format!("{line};a;\n"));
    }
    assert_eq!(refused(text.as_bytes()), "file-too-large");
    // One cell at the far corner of a sheet is not a rectangle of 17 thousand million.
    let mut made = parts(&tracker());
    let sheet = made.iter_mut().find(|(name, _)| name.ends_with("sheet1.xml")).unwrap();
    let xml = String::from_utf8(sheet.1.clone()).unwrap();
    let far = r#"<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>"#;
    sheet.1 = xml.replace("</sheetData>", far).into_bytes();
    let read = read("a.xlsx", &repacked(&made)).unwrap();
    assert!(read.problems.iter().any(|problem| problem.code == "columns-beyond"));
    assert!(!read.is_empty());
}

#[test]
fn macros_are_left_where_they_are() {
    let mut made = parts(&tracker());
    made.push(("xl/vbaProject.bin".to_owned(), vec![1; 100]));
    let mut desk = Desk::new(&[]);
    let proposal = desk.import("suivi.xlsm", &repacked(&made));
    assert_eq!(codes(&proposal), ["macros-left", "column-unknown"]);
    assert_eq!(proposal.documents.len(), 2);
}

#[test]
fn a_name_says_nothing_about_what_a_file_is() {
    let csv = "N°;Titre;Statut\nFA-01;Accès;en cours\n";
    for (name, bytes) in [("a.xlsx", csv.as_bytes().to_vec()), ("a.csv", tracker())] {
        assert!(!read(name, &bytes).unwrap().is_empty(), "{name}");
    }
}

#[test]
fn a_sheet_that_is_none_of_ours_is_left_aside() {
    let lines: &[&[&str]] = &[&["Recette", "Farine"], &["Gâteau", "200 g"]];
    let mut desk = Desk::new(&[]);
    let proposal =
        desk.import("a.xlsx", &workbook(&[("Cuisine", lines), ("Fiches", &FICHES[2..])]));
    assert_eq!(codes(&proposal), ["sheet-unknown", "column-unknown"]);
    assert_eq!(proposal.documents.len(), 2);
}

/// A text of Word with one table of these rows, each of so many cells after a label and its value.
fn table(rows: usize, cells: usize) -> Vec<u8> {
    let cell = |text: &str| format!("<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>");
    let more = cell("Intitul").repeat(cells);
    let row = format!("<w:tr>{}{}{more}</w:tr>", cell("Pilote"), cell("Hôpital"));
    let rows = row.repeat(rows);
    let text = format!("<w:document><w:body><w:tbl>{rows}</w:tbl></w:body></w:document>");
    packed(&[("word/document.xml", text.as_bytes())])
}

#[test]
fn a_row_or_a_table_of_cells_without_end_is_no_work() {
    let mut desk = Desk::new(&["Hôpital"]);
    let told = codes(&desk.import("a.docx", &table(1, 40_000)));
    assert_eq!(told, ["columns-beyond"], "the label before them is taken");
    for (rows, cells) in [(1, 200_000), (2_000, 100), (60_000, 1)] {
        assert_eq!(refused(&table(rows, cells)), "file-too-large", "{rows} rows of {cells}");
    }
}

#[test]
fn a_json_of_values_without_end_is_refused_before_there_is_room_for_them() {
    let empty = "{},".repeat(6 << 20);
    let file = format!("{{\"liaison-export\":1,\"documents\":[],\"more\":[{empty}{{}}]}}");
    assert_eq!(refused(file.as_bytes()), "file-too-large");
    let few = file.replace(&empty, "");
    assert!(read("a.json", few.as_bytes()).unwrap().is_empty());
}

fn cases() -> ProptestConfig {
    ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() }
}

/// A place in a part, what is written there, and how.
type Mutation = (prop::sample::Index, u8, u8);

/// Changes, takes out, cuts or doubles bytes.
fn mutate(bytes: &mut Vec<u8>, (at, byte, how): &Mutation) {
    if bytes.is_empty() {
        return;
    }
    let at = at.index(bytes.len());
    let end = (at + usize::from(*byte)).min(bytes.len());
    match how {
        0 => bytes[at] = *byte,
        1 => bytes[at] = b"<>/\"'=&;0189A:"[usize::from(*byte) % 14],
        2 => {
            bytes.remove(at);
        }
        3 => drop(bytes.drain(at..end)),
        _ => {
            let piece = bytes[at..end].to_vec();
            drop(bytes.splice(at..at, piece));
        }
    }
}

proptest! {
    #![proptest_config(cases())]

    /// Bytes of the packed file are changed: the archive reader meets them.
    #[test]
    fn a_mutated_workbook_never_ends_the_program(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let mut bytes = tracker();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let _either = read("a.xlsx", &bytes);
    }

    /// Bytes of the parts are changed, cut or doubled, and packed anew: the XML readers meet them.
    #[test]
    fn mutated_parts_never_end_the_program(
        part in any::<prop::sample::Index>(),
        changes in prop::collection::vec(
            (any::<prop::sample::Index>(), any::<u8>(), 0_u8..5),
            1..12,
        ),
    ) {
        for file in [tracker(), super::others::ods(), super::others::docx()] {
            let mut made = parts(&file);
            let chosen = part.index(made.len());
            let bytes = &mut made[chosen].1;
            changes.iter().for_each(|change| mutate(bytes, change));
            let _either = read("a", &repacked(&made));
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[A-Za-zÉé;,\"\t\n 0-9°/]{0,400}") {
        let _either = read("a.csv", text.as_bytes());
        let _either = read("a.csv", format!("N°;Titre;Statut\n{text}").as_bytes());
        let register = format!("finess;etalab;93;2026-01-01\nstructureet;{text}");
        let _either = read("a.csv", register.as_bytes());
    }
}
