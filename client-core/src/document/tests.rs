//! Documents: editing, viewing, saving, converging.

use super::*;
use crate::admission::{ActorRule, Arrival};
use protocol::id::{DeviceId, Incarnation};

const SPACE: SpaceId = SpaceId::new([1; 32]);
const DOCUMENT: DocumentId = DocumentId::new([2; 16]);

fn author(number: u8) -> Author {
    Author {
        device: DeviceId::new([number; 32]),
        incarnation: Incarnation::new([number; 16]),
        time: Timestamp::from_ms(1_780_000_000_000 + u64::from(number) * 1_000),
    }
}

fn rule(number: u8) -> ActorRule {
    let Author {
        device,
        incarnation,
        ..
    } = author(number);
    ActorRule::Device {
        device,
        incarnation,
    }
}

fn convention() -> (Document, Vec<RawChange>) {
    let kind = Catalogue::STANDARD.find("convention").unwrap();
    let created = Document::create(
        SPACE,
        DOCUMENT,
        Catalogue::STANDARD,
        kind,
        "Convention CV-03",
        &author(1),
    );
    let (document, edited) = created.unwrap();
    (document, edited.changes)
}

fn send(to: &mut Document, changes: &[RawChange], number: u8) -> Outcome {
    let arrivals = changes
        .iter()
        .map(|change| Arrival {
            bytes: change.bytes.clone(),
            rule: rule(number),
        })
        .collect();
    to.admit(arrivals)
}

#[test]
fn two_members_meet() {
    let (mut a, created) = convention();
    let mut b = Document::awaited(SPACE, DOCUMENT, Catalogue::STANDARD);
    assert_eq!(send(&mut b, &created, 1).applied.len(), 2);
    let set = |field: &str, value: &str| Edit::Set {
        field: field.into(),
        value: value.into(),
    };
    let from_a = a.edit(&author(1), &set("montant", "12 000")).unwrap();
    let from_b = b.edit(&author(2), &set("montant", "15 000")).unwrap();
    send(&mut b, &from_a.changes, 1);
    send(&mut a, &from_b.changes, 2);
    assert_eq!(a.heads(), b.heads());
    let view = a.view().unwrap();
    assert_eq!(view.title, "Convention CV-03");
    assert_eq!(view.conflicts.len(), 1);
    let settle = Edit::Settle {
        field: "montant".into(),
        value: "13500".into(),
    };
    let settled = a.edit(&author(1), &settle).unwrap();
    send(&mut b, &settled.changes, 1);
    assert!(b.view().unwrap().conflicts.is_empty());
    let loaded = Document::load(SPACE, DOCUMENT, Catalogue::STANDARD, &b.save()).unwrap();
    assert_eq!(loaded.heads(), a.heads());
    assert_eq!(
        loaded.view().unwrap().field("montant"),
        Some(&FieldValue::One("13500.00".into()))
    );
}
