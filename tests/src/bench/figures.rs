//! The dashboard of a large territory after one change, beside making it from scratch.

use client_core::document::{Author, Document, Edit};
use client_core::figures::{Asked, Dashboard, Day, Figures, contribution};
use client_core::kinds::Catalogue;
use protocol::env::Timestamp;
use protocol::id::{DeviceId, DocumentId, Incarnation, PartnerId, SpaceId};
use std::time::Duration;

use super::{Amount, Line, spent};

/// Documents of the territory.
const DOCUMENTS: u32 = 5_000;
/// Documents that are really made; each stands for several.
const MADE: u32 = 200;
/// Changes, each followed by a dashboard.
const CHANGES: u32 = 20;

const SPACE: SpaceId = SpaceId::new([1; 32]);

fn author() -> Author {
    Author {
        device: DeviceId::new([4; 32]),
        incarnation: Incarnation::new([3; 16]),
        time: Timestamp::from_ms(crate::world::WALL_START_MS),
    }
}

fn id(number: u32) -> DocumentId {
    let mut bytes = [0; 16];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    DocumentId::new(bytes)
}

fn edit(document: &mut Document, edit: &Edit) -> Result<(), String> {
    document.edit(&author(), edit).map(|_| ()).map_err(|refusal| format!("{refusal:?}"))
}

fn set(document: &mut Document, field: &str, value: &str) -> Result<(), String> {
    edit(document, &Edit::Set { field: field.to_owned(), value: value.to_owned() })
}

fn row(document: &mut Document, field: &str, cells: &[(&str, &str)]) -> Result<(), String> {
    let cells = cells.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let cells = cells.collect();
    edit(document, &Edit::AddRow { field: field.to_owned(), cells, after: None })
}

/// Makes one document: in turn a sheet, money, a meeting.
fn made(number: u32) -> Result<Document, String> {
    let catalogue = Catalogue::STANDARD;
    let name = ["fiche_action", "financement", "reunion"][number as usize % 3];
    let kind = catalogue.find(name).ok_or("no such kind")?;
    let title = format!("Document {number}");
    let made = Document::create(SPACE, id(number), catalogue, kind, &title, &author());
    let (mut document, _) = made.map_err(|refusal| format!("{refusal:?}"))?;
    let due = format!("2026-{:02}-{:02}", number % 12 + 1, number % 28 + 1);
    match number % 3 {
        0 => {
            set(&mut document, "numero", &format!("FA-{number:03}"))?;
            set(&mut document, "priorites_decret", ["p1", "p2", "p3"][number as usize / 3 % 3])?;
            for objective in 0..4 {
                let code = format!("OO-{number}.{objective}");
                let cells = [("code", code.as_str()), ("echeance", &due)];
                row(&mut document, "objectifs", &cells)?;
            }
        }
        1 => {
            set(&mut document, "source", ["fir", "cnr", "ddets"][number as usize / 3 % 3])?;
            set(&mut document, "montant_notifie", "12 500,50")?;
            row(&mut document, "versements", &[("montant", "1 000")])?;
            row(&mut document, "echeances", &[("type", "bilan"), ("date", &due)])?;
        }
        _ => {
            set(&mut document, "instance", "copil")?;
            set(&mut document, "debut", &format!("{due}T14:00"))?;
            for who in ["O01", "O02", "O03"] {
                row(&mut document, "presences", &[("organisation", who), ("etat", "present")])?;
            }
            row(&mut document, "actions", &[("libelle", "Écrire"), ("echeance", &due)])?;
        }
    }
    Ok(document)
}

fn take_in(figures: &mut Figures, number: u32, document: &Document) {
    let brought = contribution(document, &|_| Some(PartnerId::new([7; 16])));
    figures.update(id(number), brought);
}

fn asked() -> Result<Asked, String> {
    let on: Day = "2026-06-15".parse().map_err(|_| "no day")?;
    Ok(Asked { on, since: on.minus(7) })
}

fn scratch(documents: &[Document]) -> Figures {
    let mut figures = Figures::new();
    for (number, document) in (0..DOCUMENTS).zip(documents.iter().cycle()) {
        take_in(&mut figures, number, document);
    }
    figures
}

/// Measures one change and its dashboard, beside making all of it again.
///
/// # Errors
/// Says which document is refused, or that both ways differ.
pub fn measure() -> Result<Vec<Line>, String> {
    let documents: Result<Vec<_>, _> = (0..MADE).map(made).collect();
    let mut documents = documents?;
    let asked = asked()?;
    let mut figures = scratch(&documents);
    let mut took = Duration::ZERO;
    let mut last: Option<Dashboard> = None;
    for change in 0..CHANGES {
        let number = change % MADE;
        let document = documents.get_mut(number as usize).ok_or("no such document")?;
        edit(document, &Edit::SetTitle(format!("Titre {change}")))?;
        let document = &*document;
        let (board, spent) = spent(|| {
            take_in(&mut figures, number, document);
            figures.dashboard(asked)
        });
        took += spent;
        last = Some(board);
    }
    // Each document stands for several: those it stands for are made to agree, unmeasured.
    for (number, document) in (0..DOCUMENTS).zip(documents.iter().cycle()) {
        take_in(&mut figures, number, document);
    }
    let (again, from_scratch) = spent(|| {
        let again = scratch(&documents);
        let board = again.dashboard(asked);
        (again, board)
    });
    if again.0 != figures || last.is_none_or(|last| last.documents != again.1.documents) {
        return Err("figures kept up to date differ from those made from scratch".to_owned());
    }
    Ok(vec![Line {
        id: "dashboard_after_a_change",
        what: format!("the dashboard of {DOCUMENTS} documents after one change"),
        figure: Amount::Time(took / CHANGES),
        beside: "the same from scratch, every document open".to_owned(),
        other: Amount::Time(from_scratch),
        budget: Some(Amount::Time(Duration::from_millis(50))),
    }])
}
