//! What is pointed at, and above all what is not.

use super::look::{FINDINGS_MAX, look};
use super::*;
use crate::document::fixture::{append, author, create, edit, set};
use crate::kinds::Catalogue;

fn likes(text: &str) -> Vec<Likeness> {
    look(text, false).into_iter().map(|spot| spot.like).collect()
}

#[test]
fn a_number_of_the_social_security_is_known_by_its_form_and_its_key() {
    for text in [
        "1 80 03 75 116 001 78",
        "180037511600178",
        "NIR : 1.80.03.75.116.001.78.",
        "2 69 05 49 588 157 80",
        "2690549588157",
        "n° 2 69 05 49 588 157, née Martin",
        "(1 51 02 2A 004 123 25)",
        "151022B004123",
        "1\u{a0}80\u{a0}03\u{202f}75 116 001",
        "1  85  02 - 75 123 456",
    ] {
        let found = look(text, false);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert_eq!(found[0].like, Likeness::HealthNumber, "{text}");
        assert_eq!(found[0].masked.chars().count(), 3, "{text}: {found:?}");
    }
}

#[test]
fn after_the_words_for_it_a_number_is_one_whatever_its_key() {
    for text in [
        "NIR : 1 80 03 75 116 001 24",
        "NIR 180037511600124",
        "n° de sécurité sociale : 1 80 13 75 116 001 99",
        "Numéro de Sécurité sociale de l'assuré 269054958815799",
        "sécu = 9.80.03.75.116.001",
        "nir n° 1 51 02 2A 004 123 99",
        "social security number 2690549588157 81",
    ] {
        let found = look(text, false);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert_eq!(found[0].like, Likeness::HealthNumber, "{text}");
        assert_eq!(found[0].masked.chars().count(), 3, "{text}: {found:?}");
    }
    for text in [
        "sécurité sociale : 3646",
        "Sécurité sociale, tél. 01 80 03 75 11",
        "NIR ou SIRET 26780004500018",
        "NIR (13 chiffres) jamais ici",
        "NIR. 1 80 13 75 116 001 99",
        "la sécurité 180137511600199",
        "NIRE 180137511600199",
        "NIR : 1801375116001990",
        "NIR",
        "sécurité sociale et numéro de la convention 180137511600199",
    ] {
        assert_eq!(likes(text), [], "{text}");
    }
}

#[test]
fn other_numbers_are_none() {
    for text in [
        "1 80 03 75 116 001 24",
        "18003751160012",
        "180 037 511 60012",
        "SIRET 26780004500018",
        "01 80 03 75 11",
        "+33 1 80 03 75 11 60 01",
        "FR76 1800 3751 1600 1231 2345 678",
        "FR7618003751160017812345678",
        "1 800 375 116 001 €",
        "3017620422003",
        "1782345678901",
        "1 80 13 75 116 001",
        "99000000001",
        "9753975397539753975397539753975397539753975397539753975397539753",
        "2026-03-01 12:00, 2 h 30",
    ] {
        assert_eq!(likes(text), [], "{text}");
    }
}

#[test]
fn a_date_of_birth_is_a_date_after_the_words_for_it() {
    for text in [
        "née le 12/03/1980",
        "Né le 1er mars 1980 à Tours",
        "NÉE LE 12.03.80",
        "nee le 12 03 1980",
        "ne\u{301} le 12-03-1980",
        "né(e) le 3 août 2009",
        "né à Saint-Denis le 12/03/1980",
        "Née à La Rochelle (17), le 2 sept. 1975",
        "date de naissance : 12/03/1980",
        "Date de naissance\n1980-03-12",
        "DDN 12/03/1980",
        "D. : DDN = 12 février 1980",
        "born on 12 March 1980",
        "date of birth: 1980-03-12",
    ] {
        assert_eq!(likes(text), [Likeness::BirthDate], "{text}");
    }
    for text in [
        "Réunion du 12/03/2026",
        "le 12 mars 1980",
        "Personne n'est né ce jour. Le 12/03/2026, séance.",
        "date de naissance demandée. Séance du 12/03/2026",
        "on ne le dira pas avant le 12/03/2026",
        "Date de naissance",
        "DDN : à demander",
        "né le 45/13/1980",
        "née le 12/03",
        "l'année 2026 et le 12/03/2026",
    ] {
        assert_eq!(likes(text), [], "{text}");
    }
    assert_eq!(look("née le 12/03/1980", false)[0].masked, "née le …");
}

#[test]
fn a_named_person_follows_a_title_or_the_word_patient() {
    for (text, masked) in [
        ("M. Durand a été vu", "M. D…"),
        ("vu avec Mme DUPONT", "Mme D…"),
        ("Mme. d’abord", ""),
        ("Mlle Élise B.", "Mlle É…"),
        ("Mr Petit", "Mr P…"),
        ("MM. Durand et Petit", "MM. D…"),
        ("Mme Le Goff", "Mme L…"),
        ("M. D. sort lundi", "M. D…"),
        ("le patient Martin", "patient M…"),
        ("la Patiente Bérénice", "Patiente B…"),
        ("the patient Smith", "patient S…"),
        ("les patients Durand", ""),
        ("le patient est vu", ""),
        ("parcours patient ALD", ""),
        ("un Patient Expert", ""),
        ("le patient. Il va", ""),
        ("M. le Maire", ""),
        ("Mme La Préfète", ""),
        ("Mme la Directrice", ""),
        ("Madame, Monsieur,", ""),
        ("taille M. petite", ""),
        ("1,5 M Bleus", ""),
        ("ETP. Mmes et MM. les élus", ""),
        ("ramme Durand", ""),
    ] {
        let found: Vec<String> = look(text, false).into_iter().map(|spot| spot.masked).collect();
        let wanted: Vec<&str> = (!masked.is_empty()).then_some(masked).into_iter().collect();
        assert_eq!(found, wanted, "{text}");
        assert_eq!(look(text, true), [], "{text}");
    }
}

#[test]
fn nothing_found_is_repeated_and_little_is_told_of_a_flood() {
    let text = "1 80 03 75 116 001 78, née le 12/03/1980, Mme Dupont. ".repeat(1_000);
    let found = look(&text, false);
    assert_eq!(found.len(), FINDINGS_MAX);
    for spot in found {
        for told in ["80", "1980", "upont", "12"] {
            assert!(!spot.masked.contains(told), "{spot:?}");
        }
    }
    // As slow as the square of its length, this would never end.
    for hostile in [
        "né à ",
        "1 80 03 75 ",
        "date de naissance ",
        "Mme ",
        "a",
        "né à a-",
        "n\u{301}",
        "M\u{301}",
    ] {
        let _ = look(&hostile.repeat(400_000), false);
    }
    assert_eq!(look(&"né à ".repeat(3), false), []);
}

/// Makes an edit and returns what it is told of: the places.
fn told(document: &mut Document, change: &Edit) -> Vec<String> {
    let edits = std::slice::from_ref(change);
    let watch = Watch::begin(document, &author(1), edits);
    edit(document, 1, change);
    let warnings = watch.end(document, &author(1), edits);
    warnings.into_iter().map(|warning| warning.place).collect()
}

#[test]
fn an_edit_tells_what_it_wrote_and_not_what_stood_before() {
    let (mut sheet, _) = create(Catalogue::STANDARD, "fiche_action");
    assert_eq!(told(&mut sheet, &append("constats", "Situation : née le ")), [""; 0]);
    assert_eq!(told(&mut sheet, &append("constats", "12/03/1980.")), ["constats"]);
    assert_eq!(told(&mut sheet, &append("constats", " À revoir.")), [""; 0]);
    assert_eq!(told(&mut sheet, &append("constats", " née le 12/03/1980.")), ["constats"]);
    let write = |text: &str| Edit::WriteText { place: "Constats".into(), text: text.into() };
    assert_eq!(told(&mut sheet, &write("née le 12/03/1980.")), [""; 0]);
    assert_eq!(told(&mut sheet, &write("née le 12/03/1981.")), ["Constats"]);
    assert_eq!(told(&mut sheet, &Edit::SetTitle("Suivi de Mme Durand".into())), ["title"]);
    let cells = vec![("libelle".to_owned(), "Voir M. Durand".to_owned())];
    let row = Edit::AddRow { field: "etapes".into(), cells, after: None };
    assert_eq!(told(&mut sheet, &row), ["etapes/-/libelle"]);
    assert_eq!(told(&mut sheet, &set("pilote_fonction", "Mme Durand, cadre")), [""; 0]);
    assert_eq!(told(&mut sheet, &set("pilote_fonction", "180037511600178")), ["pilote_fonction"]);
    let held: Vec<Warning> = in_view(&sheet.view().unwrap());
    let places: Vec<&str> = held.iter().map(|w| w.place.split('/').next().unwrap()).collect();
    assert_eq!(places, ["title", "pilote_fonction", "etapes", "constats"]);
    let told = held[2].sentence(Language::French);
    assert_eq!(told, "« Étapes, Étape » semble contenir une personne nommée (« M. D… »)");
    let told = held[3].sentence(Language::English);
    assert_eq!(told, "“Findings” seems to hold a date of birth (“née le …”)");
}

#[test]
fn a_kind_that_is_made_to_name_somebody_is_not_looked_at() {
    let (mut form, _) = create(Catalogue::STANDARD, "fiche_liaison");
    assert_eq!(told(&mut form, &append("motif", "Mme Durand, née le 12/03/1980")), [""; 0]);
    assert_eq!(in_view(&form.view().unwrap()), []);
}

#[test]
fn fields_that_name_people_in_their_function_are_declared_in_the_tables() {
    for (kind, field, column) in [
        ("convention", "parties", "representant"),
        ("ctsm", "signataires", "nom"),
        ("reunion", "presences", "personnes"),
    ] {
        let (mut document, _) = create(Catalogue::STANDARD, kind);
        let mut cells = vec![(column.to_owned(), "Mme Durand".to_owned())];
        if let Some(key) = document.kind().unwrap().field(field).unwrap().kind.table().unwrap().key
        {
            cells.push((key.to_owned(), "UNAFAM".to_owned()));
        }
        let row = Edit::AddRow { field: field.into(), cells, after: None };
        assert_eq!(told(&mut document, &row), [""; 0], "{kind}");
    }
    let (mut contact, _) = create(Catalogue::STANDARD, "contact");
    assert_eq!(told(&mut contact, &Edit::SetTitle("Mme Durand".into())), [""; 0]);
    assert_eq!(told(&mut contact, &set("nom", "Mme Durand")), [""; 0]);
}
