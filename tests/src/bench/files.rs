//! Files of the neighbours: a coordinator's workbook compared with a space, beside its library only
//! reading it; the yearly report of the invented territory as PDF, beside the same for a word
//! processor.

use super::{Amount, Line, spent};
use calamine::{Data, Reader, Xlsx};
use client_core::document::{Author, Document};
use client_core::kinds::{Catalogue, Language};
use exchange::demo::{Draft, Names, drafts};
use exchange::export::print::Standing;
use exchange::export::{Held, Holding, docx, pdf, print};
use exchange::import::{Holdings, propose, read};
use protocol::env::Timestamp;
use protocol::id::{DeviceId, DocumentId, Incarnation, PartnerId, SpaceId};
use rust_xlsxwriter::Workbook;
use std::collections::BTreeMap;
use std::io::Cursor;
use std::time::Duration;

const SHEETS: u32 = 500;
const INDICATORS: u32 = 100;
const PERIODS: u32 = 50;
const SPACE: SpaceId = SpaceId::new([9; 32]);

/// Ids of the territory by key; no organisation has a seat.
struct Ids(BTreeMap<String, DocumentId>);

impl Names for Ids {
    fn document(&self, key: &str) -> Option<DocumentId> {
        self.0.get(key).copied()
    }

    fn partner(&self, _: &str) -> Option<PartnerId> {
        None
    }
}

/// Returns a tracker of 500 action sheets, 100 indicators and 5,000 values.
fn tracker() -> Result<Vec<u8>, rust_xlsxwriter::XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("Fiches")?;
    let heads = ["N°", "Titre", "Pilote", "Échéance", "Statut", "Budget", "Constats"];
    sheet.write_row(0, 0, heads)?;
    for at in 1..=SHEETS {
        let cells = [
            format!("FA-{at:03}"),
            format!("Action {at}"),
            "Hôpital".to_owned(),
            "31/12/2026".to_owned(),
            "en cours".to_owned(),
            format!("{at} 000,50 €"),
            format!("Le constat numéro {at}, en quelques mots."),
        ];
        sheet.write_row(at, 0, cells)?;
    }
    let sheet = book.add_worksheet().set_name("Indicateurs")?;
    sheet.write_row(0, 0, ["Code", "Intitulé", "Unité"])?;
    for at in 1..=INDICATORS {
        let cells = [format!("I{at:03}"), format!("Indicateur {at}"), "nombre".to_owned()];
        sheet.write_row(at, 0, cells)?;
    }
    let sheet = book.add_worksheet().set_name("Valeurs")?;
    sheet.write_row(0, 0, ["Indicateur", "Période", "Valeur"])?;
    for line in 0..INDICATORS * PERIODS {
        let (at, period) = (line / PERIODS + 1, line % PERIODS);
        let period = format!("T{} {}", period % 4 + 1, 2020 + period / 4);
        sheet.write_row(line + 1, 0, [format!("I{at:03}"), period, format!("{at},5")])?;
    }
    book.save_to_buffer()
}

/// Reads every cell of a workbook with the library, and counts those that hold something.
fn cells(file: &[u8]) -> Result<usize, String> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file)).map_err(|error| error.to_string())?;
    let sheets = book.worksheets();
    let filled = |cell: &&Data| !matches!(cell, Data::Empty);
    Ok(sheets.iter().flat_map(|(_, range)| range.rows()).flatten().filter(filled).count())
}

fn preview(file: &[u8]) -> Result<usize, String> {
    let reading = read("suivi.xlsx", file).map_err(|refused| format!("{refused:?}"))?;
    let members = vec![(PartnerId::new([1; 16]), "Hôpital".to_owned())];
    let (documents, past) = (Vec::new(), BTreeMap::new());
    let holdings = Holdings { space: SPACE, members, documents, past };
    let mut drawn = 0_u128;
    let proposal = propose(&reading, &holdings, &mut || {
        drawn += 1;
        DocumentId::new(drawn.to_be_bytes())
    });
    match proposal.problems.first() {
        None => Ok(proposal.documents.len()),
        Some(problem) => Err(format!("{problem:?}")),
    }
}

fn written(draft: &Draft, ids: &Ids) -> Result<Held, String> {
    let author = Author {
        device: DeviceId::new([1; 32]),
        incarnation: Incarnation::new([1; 16]),
        time: Timestamp::from_ms(1_780_000_000_000),
    };
    let id = ids.document(&draft.key).ok_or("no id")?;
    let (catalogue, kind, title) = (Catalogue::STANDARD, draft.kind, &draft.title);
    let refused = |error| format!("{}: {error:?}", draft.key);
    let (mut document, _) =
        Document::create(SPACE, id, catalogue, kind, title, &author).map_err(refused)?;
    for edit in draft.edits(ids) {
        document.edit(&author, &edit).map_err(refused)?;
    }
    Ok(Held {
        document: id,
        content: document.view().ok_or("unreadable")?,
        authors: Vec::new(),
        changes: 1,
        changed_at: author.time,
    })
}

/// Returns the invented territory as one partner holds it.
fn territory() -> Result<Holding, String> {
    let drafts = drafts();
    let id = |(n, draft): (u128, &Draft)| (draft.key.clone(), DocumentId::new(n.to_be_bytes()));
    let ids = Ids((1..).zip(&drafts).map(id).collect());
    let documents: Result<Vec<Held>, String> =
        drafts.iter().map(|draft| written(draft, &ids)).collect();
    Ok(Holding {
        space: SPACE,
        title: exchange::demo::NAME.to_owned(),
        partners: BTreeMap::new(),
        documents: documents?,
        language: Language::French,
    })
}

/// Measures the preview of a workbook and the pages of a report.
///
/// # Errors
/// Says which file or document is refused.
pub fn measure() -> Result<Vec<Line>, String> {
    let file = tracker().map_err(|error| error.to_string())?;
    let (read, bare) = spent(|| cells(&file));
    let (previewed, took) = spent(|| preview(&file));
    let (read, previewed) = (read?, previewed?);
    let first = Line {
        id: "tracker_preview",
        what: format!("preview of a workbook: {previewed} documents, {read} cells"),
        figure: Amount::Time(took),
        beside: "calamine reading it once".to_owned(),
        other: Amount::Time(bare),
        budget: Some(Amount::Time(Duration::from_secs(2))),
    };
    let holding = territory()?;
    let reports = holding.of_kind("bilan");
    let report = reports.first().ok_or("the territory has no report")?;
    let standing = || Standing::Working { version: report.version() };
    let unwritten = |error| format!("{error:?}");
    let (pages, took) = spent(|| pdf::write(&print(&holding, report, standing())));
    let (word, other) = spent(|| docx::write(&print(&holding, report, standing())));
    let (pages, word) = (pages.map_err(unwritten)?, word.map_err(unwritten)?);
    let second = Line {
        id: "report_pdf",
        what: format!("the yearly report of {} documents as PDF", holding.documents.len()),
        figure: Amount::Time(took),
        beside: "the same as a Word file".to_owned(),
        other: Amount::Time(other),
        budget: Some(Amount::Time(Duration::from_secs(3))),
    };
    match pages.is_empty() || word.is_empty() {
        true => Err("an empty file".to_owned()),
        false => Ok(vec![first, second]),
    }
}
