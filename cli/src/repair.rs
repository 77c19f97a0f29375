//! Starting on a store some records of which cannot be read: looked for, set aside, told.
//!
//! What becomes of them is the machine's decision; here they are found, their bytes are laid
//! aside for an expert before anything is taken out, and the person is told what was done. A
//! store that reads well is not read twice.

use crate::failures;
use crate::home::{Home, files};
use crate::keystore::Secrets;
use crate::sealed_store::{Overlay, SealedStore, Sight};
use crate::words;
use crate::world::{World, wall_ms};
use client_core::replica::{Damage, Family, LoadError, Remedy, Repair, Replica};
use console::{Failure, Lang, Out, Text};
use protocol::id::hex;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Files and bytes kept for an expert, of all repairs together.
const ASIDE_FILES_MAX: usize = 1_000;
const ASIDE_BYTES_MAX: u64 = 64 << 20;
/// Digits of a record's key in the name of its file: all of those of any key so far.
const KEY_DIGITS_MAX: usize = 180;

/// Brings the replica of a home back, without the records that cannot be read.
///
/// # Errors
/// What cannot be made again; nothing was touched then.
pub(crate) fn load(
    (home, store): (&Home, &SealedStore),
    secrets: &Secrets,
    world: &mut World,
    out: &mut Out,
) -> Result<Replica, Failure> {
    let mut unreadable = BTreeSet::new();
    if !store.is_suspect() {
        match load_without(store, secrets, world, &unreadable) {
            Err(Unloaded::Damaged) => {}
            Err(Unloaded::Failed(failure)) => return Err(failure),
            Ok((replica, repair)) => return ended(home, store, (replica, repair), out),
        }
    }
    out.progress(&Text::of(
        "Un enregistrement ne se lit plus : je relis tout, cela peut durer.",
        "A record cannot be read any more: reading everything again, which may take a while.",
    ));
    unreadable.extend(store.unreadable().map_err(|error| failures::of_records(&error))?);
    match load_without(store, secrets, world, &unreadable) {
        Ok(loaded) => {
            let replica = ended(home, store, loaded, out)?;
            // After a repair the next start looks once more, and finds nothing.
            let suspect = !unreadable.is_empty();
            store.suspect(suspect).map_err(|error| failures::of_records(&error))?;
            Ok(replica)
        }
        Err(Unloaded::Failed(failure)) => Err(failure),
        Err(Unloaded::Damaged) => Err(Failure::setup(
            "store-damaged",
            Text::of(
                "les enregistrements de cette réplique se lisent tantôt, tantôt non",
                "the records of this replica can be read at one time and not at another",
            ),
        )
        .with_hint(Text::of(
            "le disque est en train de lâcher : copiez le dossier sur un autre disque, puis \
             relancez",
            "the disk is failing: copy the folder to another disk, then run again",
        ))),
    }
}

/// Why a replica was not loaded.
enum Unloaded {
    /// A record was met that cannot be read.
    Damaged,
    Failed(Failure),
}

fn load_without(
    store: &SealedStore,
    secrets: &Secrets,
    world: &mut World,
    unreadable: &BTreeSet<Vec<u8>>,
) -> Result<(Replica, Repair), Unloaded> {
    let nothing = Overlay::new();
    let sight = Sight::new(store, &nothing).without(unreadable);
    let loaded = Replica::load_without(&mut world.env(&sight), secrets, unreadable);
    // Records that cannot be read explain better than the machine that missed them.
    sight.outcome().map_err(|error| match error.damaged_key() {
        Some(_) => Unloaded::Damaged,
        None => Unloaded::Failed(failures::of_records(&error)),
    })?;
    loaded.map_err(|error| {
        Unloaded::Failed(match error {
            LoadError::Damaged(what) if !unreadable.is_empty() => beyond_repair(what),
            LoadError::Damaged(_) | LoadError::Nothing => failures::of_load(&error),
        })
    })
}

/// Returns the failure for a record met at work that cannot be read.
pub(crate) fn unreadable(key: &[u8]) -> Failure {
    let family = client_core::replica::family_of(key).map(|(found, _)| family(found));
    let (fr, en) = family.unwrap_or(("cette réplique", "this replica"));
    Failure::setup(
        "record-unreadable",
        Text::new(
            format!("un enregistrement ne se lit plus : {fr} ; la commande s'arrête là"),
            format!("a record cannot be read any more: {en}; the command stops there"),
        ),
    )
    .with_hint(Text::of(
        "relancez-la : au départ, tout est relu, et ce qui peut l'être est réparé",
        "run it again: at the start everything is read again, and repaired where it can be",
    ))
}

/// Returns the failure for records that nothing can make again.
fn beyond_repair(what: &str) -> Failure {
    let (fr, en) = match what {
        "home" => family(Family::Home),
        "membership" => family(Family::Membership),
        _ => ("un enregistrement d'une sorte inconnue", "a record of an unknown sort"),
    };
    Failure::setup(
        "beyond-repair",
        Text::new(
            format!("ce qui ne se refait pas ne se lit plus : {fr} ; rien n'a été touché"),
            format!("what cannot be made again cannot be read: {en}; nothing was touched"),
        ),
    )
    .with_hint(Text::of(
        "gardez ce dossier tel quel et remettez-en une sauvegarde à côté ; sans elle, faites \
         retirer cet appareil par votre organisation et demandez-en un nouveau (« liaison init », \
         puis « liaison device request »)",
        "keep this folder as it is and put a backup of it back beside it; without one, have your \
         organisation revoke this device and ask for a new one (“liaison init”, then “liaison \
         device request”)",
    ))
}

/// Sets aside what is to be taken out, and tells.
fn ended(
    home: &Home,
    store: &SealedStore,
    (replica, repair): (Replica, Repair),
    out: &mut Out,
) -> Result<Replica, Failure> {
    if repair.damages.is_empty() {
        return Ok(replica);
    }
    let aside = SetAside::open(&home.damaged_path());
    let kept = aside.and_then(|aside| aside.keep_all(store, &repair.aside));
    let kept = kept.map_err(|error| {
        failures::of_file(failures::Doing::Writing, &home.damaged_path(), &error)
    })?;
    repair.damages.iter().for_each(|damage| out.note(&told(damage)));
    let dir = home.damaged_path();
    let dir = dir.display();
    out.note(&Text::new(
        format!("{} gardé(s) pour un expert dans {dir}.", words_of(kept, Lang::Fr)),
        format!("{} kept for an expert in {dir}.", words_of(kept, Lang::En)),
    ));
    Ok(replica)
}

/// The folder where bytes of damaged records lie.
struct SetAside {
    dir: PathBuf,
    files: usize,
    bytes: u64,
}

impl SetAside {
    fn open(dir: &Path) -> std::io::Result<Self> {
        files::make_private_dir(dir)?;
        let (mut files, mut bytes) = (0, 0);
        for entry in fs::read_dir(dir)? {
            files += 1;
            bytes += entry?.metadata()?.len();
        }
        Ok(Self { dir: dir.to_owned(), files, bytes })
    }

    /// Keeps what lies under these keys; returns how many found room. Nothing kept is replaced.
    fn keep_all(mut self, store: &SealedStore, keys: &BTreeSet<Vec<u8>>) -> std::io::Result<usize> {
        let mut kept = 0;
        let time = wall_ms();
        for key in keys {
            // What does not even let itself be copied is not kept.
            let Ok(Some(bytes)) = store.salvage(key) else {
                continue;
            };
            let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            if self.files >= ASIDE_FILES_MAX || self.bytes.saturating_add(size) > ASIDE_BYTES_MAX {
                break;
            }
            let digits: String = hex(key).chars().take(KEY_DIGITS_MAX).collect();
            files::replace(&self.dir.join(format!("{time}-{digits}")), &bytes)?;
            self.files += 1;
            self.bytes += size;
            kept += 1;
        }
        Ok(kept)
    }
}

/// Says what could not be read, and what is done about it.
fn told(damage: &Damage) -> Text {
    let space = words::short(&damage.space.to_string());
    let title = if damage.title.is_empty() { &space } else { &damage.title };
    let (what_fr, what_en) = family(damage.family);
    let (done_fr, done_en) = remedy(damage.family, damage.remedy);
    let document = damage.document.map(|document| words::short(&document.to_string()));
    let of = |word: &str| document.as_ref().map(|id| format!(", {word} {id}")).unwrap_or_default();
    let number = damage.records;
    Text::new(
        format!(
            "« {title} » ({space}{}) : {} de {what_fr} ne se {} plus : {done_fr}.",
            of("document"),
            words_of(number, Lang::Fr),
            if number > 1 { "lisent" } else { "lit" },
        ),
        format!(
            "“{title}” ({space}{}): {} of {what_en} cannot be read any more: {done_en}.",
            of("document"),
            words_of(number, Lang::En),
        ),
    )
}

fn words_of(number: usize, lang: Lang) -> String {
    let noun = match lang {
        Lang::Fr => "enregistrement",
        Lang::En => "record",
    };
    if number > 1 { format!("{number} {noun}s") } else { format!("{number} {noun}") }
}

/// Returns what people call a family of records.
fn family(family: Family) -> (&'static str, &'static str) {
    match family {
        Family::Home => ("l'identité de cette réplique", "what this replica is"),
        Family::Membership => ("l'appartenance à cet espace", "the membership of this space"),
        Family::Register => ("l'historique des décisions", "the history of decisions"),
        Family::Journal => ("l'historique des modifications", "the history of edits"),
        Family::Index => ("ce qui est calculé d'après l'historique", "what follows from history"),
        Family::Saved => ("la copie de travail d'un document", "a document's working copy"),
        Family::Figures => ("des chiffres déjà calculés", "figures already worked out"),
        Family::Outbox => ("ce qui restait à envoyer", "what was still to be sent"),
        Family::Flight => ("ce qui était en route", "what was on its way"),
        Family::Errand => ("des décisions à envoyer", "decisions to be sent"),
        Family::Mailbox => ("ce que montrait le relais", "what the relay showed"),
        Family::Loose => ("ce qui est venu par fichier", "what came by file"),
    }
}

fn remedy(family: Family, remedy: Remedy) -> (&'static str, &'static str) {
    match (remedy, family) {
        (Remedy::Rebuilt, _) => (
            "refait d'après ce qui est ici, rien ne manque",
            "made again from what is here, nothing is missing",
        ),
        (Remedy::Fetched, _) => (
            "retiré, et redemandé au relais à la prochaine « liaison sync » (ou à lire d'un colis)",
            "taken out, and asked of the relay again by the next “liaison sync” (or read from a \
             bundle)",
        ),
        (Remedy::Recovered, _) => (
            "retrouvé entier ailleurs, rien ne manque",
            "found whole elsewhere, nothing is missing",
        ),
        (Remedy::Lost, Family::Errand) => (
            "perdu ici ; refaites ce qui n'a pas eu lieu",
            "lost here; do again what did not happen",
        ),
        (Remedy::Lost, Family::Loose) => {
            ("perdu ici ; relisez le fichier", "lost here; read the file again")
        }
        (Remedy::Lost, _) => (
            "perdu, sauf ce que les partenaires ont déjà ; relisez le document",
            "lost, but for what the partners have already; read the document again",
        ),
    }
}
