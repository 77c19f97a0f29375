//! A small territory for the tests: real documents, made by real edits.

#![allow(clippy::unwrap_used)]

use client_core::admission::{ActorRule, Arrival};
use client_core::document::{Author, Document, Edit};
use client_core::kinds::{Catalogue, Language};
use protocol::env::Timestamp;
use protocol::id::{DeviceId, DocumentId, Incarnation, PartnerId, SpaceId};
use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

use super::{Held, Holding};

pub(crate) const SPACE: SpaceId = SpaceId::new([0x5a; 32]);
/// A title that no file format may be hurt by.
pub(crate) const HOSTILE: &str =
    "=cmd|' /C calc'!A0 <script>alert(1)</script> & \"x\" \u{202e}tnemiap\u{202c} אב";

/// Returns one part of a zipped file, as text.
pub(crate) fn part(file: &[u8], name: &str) -> String {
    let mut zip = zip::ZipArchive::new(Cursor::new(file)).unwrap();
    let mut text = String::new();
    zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

pub(crate) fn id(number: u8) -> DocumentId {
    DocumentId::new([number; 16])
}

pub(crate) fn partner(number: u8) -> PartnerId {
    PartnerId::new([number; 16])
}

fn author(number: u8) -> Author {
    Author {
        device: DeviceId::new([number; 32]),
        incarnation: Incarnation::new([number; 16]),
        time: Timestamp::from_ms(1_780_000_000_000),
    }
}

pub(crate) fn set(field: &str, value: &str) -> Edit {
    Edit::Set { field: field.to_owned(), value: value.to_owned() }
}

pub(crate) fn write(place: &str, text: &str) -> Edit {
    Edit::WriteText { place: place.to_owned(), text: text.to_owned() }
}

pub(crate) fn row(field: &str, cells: &[(&str, &str)]) -> Edit {
    let cells = cells.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Edit::AddRow { field: field.to_owned(), cells: cells.collect(), after: None }
}

/// A document with some edits, and others by a second partner at the same time.
pub(crate) fn held(number: u8, kind: &str, title: &str, edits: &[Edit], others: &[Edit]) -> Held {
    held_in(Catalogue::STANDARD, number, kind, title, edits, others)
}

/// The same, of a kind of some catalogue.
pub(crate) fn held_in(
    catalogue: Catalogue,
    number: u8,
    kind: &str,
    title: &str,
    edits: &[Edit],
    others: &[Edit],
) -> Held {
    let kind = catalogue.find(kind).unwrap();
    let (mut document, _) =
        Document::create(SPACE, id(number), catalogue, kind, title, &author(1)).unwrap();
    let (before, after) = edits.split_at(edits.len() - others.len().min(edits.len()));
    for edit in before {
        document.edit(&author(1), edit).unwrap_or_else(|refusal| panic!("{edit:?}: {refusal:?}"));
    }
    let mut other = document.clone();
    for edit in after {
        document.edit(&author(1), edit).unwrap();
    }
    for edit in others {
        let edited = other.edit(&author(2), edit).unwrap();
        let Author { device, incarnation, .. } = author(2);
        let rule = ActorRule::Device { device, incarnation };
        let arrivals =
            edited.changes.into_iter().map(|change| Arrival { bytes: change.bytes, rule });
        document.admit(arrivals.collect());
    }
    let named =
        |(n, name): (u8, &str)| (document.actor_of(&author(n)), partner(n), name.to_owned());
    let authors = [(1, "EPSM Camille-Fauvel"), (2, "ARS – délégation")].map(named).to_vec();
    Held {
        document: id(number),
        content: document.view().unwrap(),
        authors,
        changes: 7,
        changed_at: Timestamp::from_ms(1_780_000_000_000),
    }
}

pub(crate) fn holding(documents: Vec<Held>) -> Holding {
    let names = [(1, "EPSM Camille-Fauvel"), (2, "ARS – délégation"), (3, "Toit & Repères")];
    let partners: BTreeMap<PartnerId, String> =
        names.iter().map(|(number, name)| (partner(*number), (*name).to_owned())).collect();
    Holding {
        space: SPACE,
        title: "PTSM des Trois-Vallons".to_owned(),
        partners,
        documents,
        language: Language::French,
    }
}

/// A sheet with objectives, a step, a report, and a date in conflict.
pub(crate) fn fiche() -> Held {
    let leader = partner(1).to_string();
    let orientation = id(2).to_string();
    let edits = [
        set("numero", "FA-07"),
        set("pilote", &leader),
        set("orientation", &orientation),
        set("priorites_decret", "p3"),
        set("priorites_decret", "p1"),
        set("debut", "01/03/2026"),
        set("budget_previsionnel", "12 500,50 €"),
        set("avancement", "en_cours"),
        write("constats", "Un patient sur cinq n'a pas de médecin traitant.\n\n- délais\n- refus"),
        row(
            "objectifs",
            &[
                ("code", "OO-07.1"),
                ("libelle", "Médecin traitant pour tous"),
                ("responsable", "CPTS Vallon-Médian"),
                ("echeance", "2026-12-31"),
                ("avancement", "realisee"),
            ],
        ),
        row("objectifs", &[("code", "OO-07.2"), ("libelle", HOSTILE)]),
        row("etapes", &[("libelle", "Recenser"), ("echeance", "2026-06-30"), ("fait", "oui")]),
        row("points_etape", &[("date", "2026-05-02"), ("texte", "Trois réunions tenues.")]),
        set("fin_prevue", "2027-03-01"),
    ];
    held(
        1,
        "fiche_action",
        "Soins somatiques des personnes suivies",
        &edits,
        &[set("fin_prevue", "2027-06-30")],
    )
}

pub(crate) fn convention() -> Held {
    let (first, second) = (partner(1).to_string(), partner(3).to_string());
    held(
        3,
        "convention",
        "Sortie d'hospitalisation et logement",
        &[
            set("reference", "CV-03"),
            set("date_effet", "01/03/2026"),
            set("date_fin", "28/02/2029"),
            set("reconduction", "expresse"),
            set("preavis_mois", "3"),
            set("visas", "Vu le code de la santé publique, L. 3221-2"),
            row(
                "parties",
                &[
                    ("organisation", &second),
                    ("ordre", "2"),
                    ("representant", "M. Exemple"),
                    ("qualite", "président"),
                ],
            ),
            row(
                "parties",
                &[
                    ("organisation", &first),
                    ("ordre", "1"),
                    ("representant", "Mme Exemple"),
                    ("qualite", "directrice"),
                ],
            ),
            write("preambule", "Les parties veulent qu'aucune sortie ne se fasse à la rue."),
            write("objet", "La présente convention organise les sorties d'hospitalisation."),
            row("circuit", &[("organisation", &first), ("etape", "visa"), ("date", "2026-02-01")]),
        ],
        &[],
    )
}

pub(crate) fn reunion() -> Held {
    let (first, second) = (partner(1).to_string(), partner(2).to_string());
    held(
        4,
        "reunion",
        "COPIL 1",
        &[
            set("instance", "copil"),
            set("debut", "14/01/2026 9h30"),
            set("fin", "14/01/2026 12:00"),
            set("lieu", "Sainte-Aurore ; salle, du haut"),
            row(
                "ordre_du_jour",
                &[("point", "Programme 2026"), ("discussion", "Adopté sans débat.")],
            ),
            row("presences", &[("organisation", &first), ("etat", "present")]),
            row("presences", &[("organisation", &second), ("etat", "excuse")]),
            row("decisions", &[("numero", "D1"), ("texte", "Le programme est adopté.")]),
            row(
                "actions",
                &[("libelle", "Diffuser"), ("echeance", "2026-02-01"), ("statut", "faite")],
            ),
        ],
        &[],
    )
}

pub(crate) fn financement() -> Held {
    held(
        5,
        "financement",
        "Équipe mobile",
        &[
            set("source", "fir"),
            set("beneficiaire", &partner(1).to_string()),
            set("montant_demande", "310 000"),
            set("montant_notifie", "300 000,10"),
            row("versements", &[("date", "2026-03-01"), ("montant", "142 500")]),
            row("echeances", &[("type", "bilan"), ("date", "2027-01-31")]),
        ],
        &[],
    )
}

pub(crate) fn indicateur() -> Held {
    held(
        6,
        "indicateur",
        "Délai moyen du premier rendez-vous",
        &[
            set("code", "I01"),
            row("cibles", &[("annee", "2026"), ("valeur", "25")]),
            row("valeurs", &[("periode", "2025"), ("valeur", "38,5")]),
            row("valeurs", &[("periode", "T1 2026"), ("valeur", "35")]),
            set("petit_effectif", "non"),
        ],
        &[],
    )
}

pub(crate) fn territory() -> Holding {
    let orientation = held(2, "orientation", "Parcours de soins", &[set("numero", "OR3")], &[]);
    let bilan = held(
        7,
        "bilan",
        "Bilan 2026",
        &[set("annee", "2026"), write("faits_marquants", "Une année d'ouverture.")],
        &[],
    );
    holding(vec![fiche(), orientation, convention(), reunion(), financement(), indicateur(), bilan])
}
