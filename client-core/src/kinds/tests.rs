//! Each table is well formed, and each type reads what people type.

use super::*;

#[test]
fn every_table_is_well_formed() {
    for kind in Catalogue::STANDARD.iter() {
        let mut names = std::collections::BTreeSet::new();
        for field in kind.fields {
            assert!(names.insert(field.name), "{} twice in {}", field.name, kind.name);
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            assert!(field.name.chars().all(plain), "{}", field.name);
            let prose = field.kind == FieldType::Prose;
            assert_eq!(prose, field.merge == Merge::Text, "{}: T is prose", field.name);
            match field.merge {
                Merge::Computed(Formula::MonthsBetween { from, to }) => {
                    assert!(kind.field(from).is_some() && kind.field(to).is_some());
                }
                Merge::Computed(Formula::CountOf(of)) => assert!(kind.field(of).is_some()),
                Merge::Computed(
                    Formula::SumOf { rows, column }
                    | Formula::ShareOf { rows, column, .. }
                    | Formula::LastOf { rows, column },
                ) => {
                    let table = kind.field(rows).and_then(|field| field.kind.table());
                    assert!(table.is_some_and(|table| table.column(column).is_some()));
                }
                Merge::Computed(Formula::Difference { of, less }) => {
                    assert!(kind.field(of).is_some() && kind.field(less).is_some());
                }
                Merge::Text
                | Merge::LastWriter
                | Merge::MultiValue
                | Merge::Set
                | Merge::List
                | Merge::Append => {}
            }
            for text in [field.label, field.help] {
                assert!(!text.fr.is_empty() && !text.en.is_empty());
            }
        }
        let mut ids = std::collections::BTreeSet::new();
        for section in kind.sections {
            assert!(ids.insert(section.id), "{} twice in {}", section.id, kind.name);
        }
    }
}

#[test]
fn the_convention_shows_every_merge_rule() {
    let kind = Catalogue::STANDARD.find("convention").unwrap();
    let letters: std::collections::BTreeSet<char> =
        kind.fields.iter().map(|field| field.merge.letter()).collect();
    assert_eq!(letters, "ACLMRST".chars().collect());
}

#[test]
fn dates_are_read_as_people_write_them() {
    let read = |typed| FieldType::Date.read(typed);
    assert_eq!(read("01/03/2026").unwrap(), "2026-03-01");
    assert_eq!(read(" 1.3.2026 ").unwrap(), "2026-03-01");
    assert_eq!(read("2028-02-29").unwrap(), "2028-02-29");
    for bad in ["2026-02-29", "31/04/2026", "2026-13-01", "26-01-01", "demain", "1/3", "2026-1-1-1"]
    {
        assert_eq!(read(bad), Err(ValueRefusal::NotADate), "{bad}");
    }
    assert_eq!(FieldType::Date.show("2026-03-01", Language::French), "01/03/2026");
    assert_eq!(FieldType::Date.show("2026-03-01", Language::English), "2026-03-01");
}

#[test]
fn amounts_are_read_as_people_write_them() {
    let read = |typed| FieldType::Amount.read(typed);
    for (typed, stored) in [
        ("12 500,50", "12500.50"),
        ("12\u{202f}500,5 €", "12500.50"),
        ("12500.50", "12500.50"),
        ("0", "0.00"),
        ("-0,00", "0.00"),
        ("−3", "-3.00"),
        ("007", "7.00"),
        ("1000 EUR", "1000.00"),
    ] {
        assert_eq!(read(typed).unwrap(), stored, "{typed}");
    }
    for bad in ["douze", "1,234", "1.", ",5", "1,2,3", "1e3", "9999999999999"] {
        assert_eq!(read(bad), Err(ValueRefusal::NotAnAmount), "{bad}");
    }
    assert_eq!(FieldType::Amount.show("12500.50", Language::French), "12\u{202f}500,50\u{a0}€");
    assert_eq!(FieldType::Amount.show("-1234567.00", Language::English), "-€1,234,567.00");
}

#[test]
fn the_other_types_are_read_too() {
    assert_eq!(FieldType::Integer.read("1 200").unwrap(), "1200");
    assert_eq!(FieldType::Integer.read("-007").unwrap(), "-7");
    assert_eq!(FieldType::Integer.read("-0").unwrap(), "0");
    assert_eq!(FieldType::Integer.read("1,5"), Err(ValueRefusal::NotAnInteger));
    assert_eq!(FieldType::Boolean.read("Oui").unwrap(), "true");
    assert_eq!(FieldType::Boolean.read("peut-être"), Err(ValueRefusal::NotABoolean));
    assert_eq!(FieldType::Boolean.show("false", Language::French), "non");
    assert_eq!(FieldType::Text.read("  "), Err(ValueRefusal::Empty));
    assert_eq!(FieldType::Text.read("a\nb"), Err(ValueRefusal::ControlCharacter));
    assert_eq!(FieldType::Text.read(&"x".repeat(2_001)), Err(ValueRefusal::TooLong(2_000)));
    let id = "AB".repeat(16);
    assert_eq!(FieldType::Partner.read(&id).unwrap(), id.to_lowercase());
    assert_eq!(FieldType::Partner.read("UNAFAM 78").unwrap(), "UNAFAM 78");
    let kind = Catalogue::STANDARD.find("convention").unwrap();
    let choice = kind.field("type").unwrap().kind;
    assert_eq!(choice.read("Bilatérale").unwrap(), "bilaterale");
    assert_eq!(choice.read("framework agreement").unwrap(), "cadre");
    let refusal = choice.read("autre").unwrap_err();
    assert!(refusal.message(Language::French).contains("cadre"), "{refusal:?}");
    assert!(refusal.message(Language::English).contains("multipartite"));
}

#[test]
fn months_count_the_last_day() {
    for (from, to, months) in [
        ("2026-03-01", "2027-02-28", Some(12)),
        ("2026-03-01", "2029-02-28", Some(36)),
        ("2026-03-01", "2026-03-30", Some(0)),
        ("2026-03-15", "2026-04-14", Some(1)),
        ("2026-03-01", "2026-02-01", None),
        ("2026-03-01", "2026-99-01", None),
    ] {
        assert_eq!(value::months_between(from, to), months, "{from} {to}");
    }
}
