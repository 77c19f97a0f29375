//! Each type reads what people type, keeps one spelling, and shows it as people write it.

use super::super::*;

fn read(kind: FieldType, typed: &str) -> Result<String, ValueRefusal> {
    let read = kind.read(typed);
    if let Ok(stored) = &read {
        assert_eq!(kind.read(stored).as_ref(), Ok(stored), "{typed}: what is stored reads back");
        for language in [Language::French, Language::English] {
            assert!(!kind.show(stored, language).is_empty());
        }
    }
    if let Err(refusal) = &read {
        assert_ne!(refusal.message(Language::French), refusal.message(Language::English));
    }
    read
}

fn reads(kind: FieldType, all: &[(&str, &str)]) {
    for (typed, stored) in all {
        assert_eq!(read(kind, typed).as_deref(), Ok(*stored), "{typed}");
    }
}

fn refuses(kind: FieldType, all: &[&str], refusal: &ValueRefusal) {
    for typed in all {
        assert_eq!(read(kind, typed).as_ref(), Err(refusal), "{typed}");
    }
}

fn shows(kind: FieldType, stored: &str) -> [String; 2] {
    [kind.show(stored, Language::French), kind.show(stored, Language::English)]
}

#[test]
fn dates_with_a_time() {
    let kind = FieldType::DateTime;
    reads(
        kind,
        &[
            ("14/01/2026 9h30", "2026-01-14T09:30"),
            ("14/01/2026 à 9 h 30", "2026-01-14T09:30"),
            ("14/01/2026 14h", "2026-01-14T14:00"),
            ("14/01/2026 09:30", "2026-01-14T09:30"),
            ("2026-01-14T09:30", "2026-01-14T09:30"),
            ("2026-01-14 09:30:00", "2026-01-14T09:30"),
        ],
    );
    let bad = ["14/01/2026", "9h30", "14/01/2026 24h00", "14/01/2026 9h60", "2026-02-30T09:30"];
    refuses(kind, &bad, &ValueRefusal::NotADateTime);
    refuses(kind, &["14/01/2026 9:3", "2026-01-14T09:30:15"], &ValueRefusal::NotADateTime);
    assert_eq!(shows(kind, "2026-01-14T09:05"), ["14/01/2026 9h05", "2026-01-14 09:05"]);
}

#[test]
fn years_and_periods() {
    reads(FieldType::Year, &[("2026", "2026"), (" 1987 ", "1987")]);
    refuses(FieldType::Year, &["26", "20260", "0000", "an 26"], &ValueRefusal::NotAYear);
    let kind = FieldType::Period;
    reads(
        kind,
        &[
            ("2026", "2026"),
            ("S1 2026", "2026-S1"),
            ("2026-s2", "2026-S2"),
            ("T2 2026", "2026-T2"),
            ("T2-26", "2026-T2"),
            ("t4/2026", "2026-T4"),
            ("Q3 2026", "2026-T3"),
            ("06/2026", "2026-06"),
            ("6.2026", "2026-06"),
            ("2026-06", "2026-06"),
            ("juin 2026", "2026-06"),
            ("Août 2026", "2026-08"),
            ("aout 2026", "2026-08"),
            ("fév. 2026", "2026-02"),
            ("juil. 2026", "2026-07"),
            ("June 2026", "2026-06"),
        ],
    );
    let bad = ["T5 2026", "S3 2026", "13/2026", "06/26", "jui 2026", "ju 2026", "01/06/2026", "T2"];
    refuses(kind, &bad, &ValueRefusal::NotAPeriod);
    assert_eq!(shows(kind, "2026-T2"), ["T2 2026", "Q2 2026"]);
    assert_eq!(shows(kind, "2026-S1"), ["S1 2026", "H1 2026"]);
    assert_eq!(shows(kind, "2026-08"), ["août 2026", "August 2026"]);
    assert_eq!(shows(kind, "2026-99"), ["99 2026", "99 2026"], "a faulty one is no panic");
    let mut periods = vec!["2026", "2025", "2026-S2", "2026-T4", "2026-12", "2026-06", "2026-T2"];
    periods.sort_by_key(|period| kind.order(period));
    let ordered = ["2025", "2026-06", "2026-T2", "2026-12", "2026-T4", "2026-S2", "2026"];
    assert_eq!(periods, ordered);
}

#[test]
fn decimal_numbers() {
    let kind = FieldType::Number;
    reads(
        kind,
        &[
            ("12,5", "12.5"),
            ("12.50", "12.5"),
            ("1 234,000100", "1234.0001"),
            ("007", "7"),
            ("-0,0", "0"),
            ("−3,25", "-3.25"),
            ("0,125", "0.125"),
        ],
    );
    let bad = ["1,", ",5", "1,2,3", "52 %", "1e3", "0,1234567", "9999999999999", "-"];
    refuses(kind, &bad, &ValueRefusal::NotANumber);
    assert_eq!(shows(kind, "-12345.5"), ["-12\u{202f}345,5", "-12,345.5"]);
    assert_eq!(shows(kind, "7"), ["7", "7"]);
    for number in ["0", "-0.000001", "12.5", "123456789012.123456", "-7"] {
        let exact = value::millionths(number).map(value::from_millionths);
        assert_eq!(exact.as_deref(), Some(number));
    }
    assert_eq!(value::millionths("1e9"), None);
}

#[test]
fn addresses() {
    reads(
        FieldType::Link,
        &[
            ("https://exemple.fr/a?b=c#d", "https://exemple.fr/a?b=c#d"),
            ("HTTP://Exemple.fr", "http://Exemple.fr"),
            ("http://[::1]:8080/", "http://[::1]:8080/"),
        ],
    );
    let bad = [
        "exemple.fr",
        "ftp://exemple.fr",
        "javascript://x",
        "https://",
        "https://a b.fr",
        "https://banque.fr@voleur.fr/",
        "https://exemple.fr/\"><script>",
    ];
    refuses(FieldType::Link, &bad, &ValueRefusal::NotALink);
    let mails =
        [("Jean.Dupont@Exemple.FR", "Jean.Dupont@exemple.fr"), ("a+b@c-d.fr", "a+b@c-d.fr")];
    reads(FieldType::Email, &mails);
    let bad = ["a", "a@b", "@b.fr", "a@b..fr", "a b@c.fr", "a@b@c.fr", ".a@b.fr", "a@-b.fr"];
    refuses(FieldType::Email, &bad, &ValueRefusal::NotAnEmail);
    let long = format!("{}@exemple.fr", "x".repeat(300));
    refuses(FieldType::Email, &[&long], &ValueRefusal::NotAnEmail);
}

#[test]
fn telephone_numbers() {
    let kind = FieldType::Phone;
    reads(
        kind,
        &[
            ("06 12 34 56 78", "0612345678"),
            ("01.99.00.12.34", "0199001234"),
            ("+33 (0)6 12 34 56 78", "0612345678"),
            ("0033612345678", "0612345678"),
            ("3114", "3114"),
            ("15", "15"),
            ("+32 2 123 45 67", "+3221234567"),
        ],
    );
    let bad = ["06 12 34 56", "0012", "+33 12", "poste 12", "1", "+0612345678", "0000"];
    refuses(kind, &bad, &ValueRefusal::NotAPhone);
    assert_eq!(shows(kind, "0612345678"), ["06 12 34 56 78", "+33 6 12 34 56 78"]);
    assert_eq!(shows(kind, "3114"), ["3114", "3114"]);
}

#[test]
fn numbers_of_registers() {
    let sirets = [
        ("732 829 320 00074", "73282932000074"),
        // La Poste, by the sum of the digits.
        ("35600000000048", "35600000000048"),
        ("356 000 000 00155", "35600000000155"),
    ];
    reads(FieldType::Siret, &sirets);
    let bad = ["73282932000075", "7328293200007", "35600000000152", "abc"];
    refuses(FieldType::Siret, &bad, &ValueRefusal::NotASiret);
    reads(FieldType::Siren, &[("732 829 320", "732829320")]);
    refuses(FieldType::Siren, &["732829321", "73282932"], &ValueRefusal::NotASiren);
    reads(FieldType::Finess, &[("990 000 123", "990000123"), ("2a0000123", "2A0000123")]);
    refuses(FieldType::Finess, &["99000012", "A90000123", "99000012B"], &ValueRefusal::NotAFiness);
    assert_eq!(shows(FieldType::Siret, "73282932000074")[0], "732 829 320 00074");
    assert_eq!(shows(FieldType::Siren, "732829320")[0], "732 829 320");
    assert_eq!(shows(FieldType::Siret, "été")[0], "été", "a faulty one is shown as it is");
}

#[test]
fn documents_are_named_by_their_whole_id() {
    let kind = FieldType::Document(&["fiche_action"]);
    let id = "AB".repeat(16);
    assert_eq!(read(kind, &id), Ok(id.to_lowercase()));
    refuses(kind, &["abcdef", "FA-07", &"zz".repeat(16)], &ValueRefusal::NotADocument);
}

#[test]
fn codes_sort_in_the_order_of_their_table() {
    static CODES: &[Choice] = &[
        Choice { code: "second", label: words("Second", "Second") },
        Choice { code: "premier", label: words("Premier", "First") },
    ];
    let kind = FieldType::Choice(CODES);
    let mut codes = vec!["autre", "premier", "second"];
    codes.sort_by_key(|code| kind.order(code));
    assert_eq!(codes, ["second", "premier", "autre"]);
}
