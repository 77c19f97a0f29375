//! Failures of what surrounds the machine: its store and its keystore.

use crate::keystore::KeystoreError;
use crate::sealed_store::RecordError;
use console::{Failure, Text};
use store::StoreError;

/// Returns the failure for records that cannot be read or written.
pub(crate) fn of_records(error: &RecordError) -> Failure {
    match error {
        RecordError::Store(StoreError::Corrupt { key: Some(key), .. })
        | RecordError::DoesNotOpen(key) => crate::repair::unreadable(key),
        RecordError::Store(error) => of_store(error),
    }
}

/// Returns the failure for a store that refuses.
pub(crate) fn of_store(error: &StoreError) -> Failure {
    match error {
        StoreError::Full => {
            Failure::setup("disk-full", Text::of("le disque est plein", "the disk is full"))
                .with_hint(Text::of(
                    "libérez de la place, puis relancez : ce qui était enregistré l'est toujours",
                    "make room, then run again: what was saved is still saved",
                ))
        }
        StoreError::Locked { pid } => locked(*pid),
        StoreError::Corrupt { .. } | StoreError::Destroyed { .. } => damaged(&error.to_string()),
        StoreError::TooNew { .. } => Failure::setup(
            "store-too-new",
            Text::of(
                "ce dossier a été écrit par une version plus récente de Liaison",
                "this folder was written by a later version of Liaison",
            ),
        )
        .with_hint(update_hint()),
        StoreError::OtherEngine { found, asked } => Failure::setup(
            "store-other-engine",
            Text::new(
                format!("le stockage est de moteur {found}, les réglages demandent {asked}"),
                format!("the store is of engine {found}, the settings ask for {asked}"),
            ),
        )
        .with_hint(Text::new(
            format!(
                "remettez engine = \"{found}\" dans liaison.toml, puis « liaison store migrate \
                 {asked} »"
            ),
            format!(
                "put engine = \"{found}\" back in liaison.toml, then “liaison store migrate \
                 {asked}”"
            ),
        )),
        StoreError::Absent { .. }
        | StoreError::Occupied { .. }
        | StoreError::NeedsReopen { .. }
        | StoreError::Io { .. } => super::of_system(
            "store-failed",
            ("lire ou écrire le dossier « store » de la réplique", "using the replica's store"),
            error,
        ),
        StoreError::TooBig { .. } | StoreError::EmptyKey => Failure::bug(
            "record-refused",
            Text::new(
                format!("un enregistrement ne peut pas être rangé : {error}"),
                format!("a record cannot be stored: {error}"),
            ),
        ),
    }
}

/// Returns the failure for a keystore that does not open or is not written.
pub(crate) fn of_keystore(error: &KeystoreError) -> Failure {
    match error {
        KeystoreError::WrongPassphrase => Failure::refused(
            "wrong-passphrase",
            Text::of(
                "ce n'est pas la phrase de passe de cette réplique",
                "this is not the passphrase of this replica",
            ),
        )
        .with_hint(Text::of(
            "les majuscules et les espaces comptent ; vérifiez aussi LIAISON_PASSPHRASE",
            "capitals and spaces count; look at LIAISON_PASSPHRASE too",
        )),
        KeystoreError::Damaged | KeystoreError::CostRefused => Failure::setup(
            "keystore-damaged",
            Text::of(
                "le fichier « keystore », qui garde les secrets de cette réplique, est abîmé",
                "the file “keystore”, which holds the secrets of this replica, is damaged",
            ),
        )
        .with_hint(Text::of(
            "remettez-en une sauvegarde ; sans elle, votre organisation doit retirer cet appareil \
             et en ajouter un autre",
            "put a backup of it back; without one, your organisation must revoke this device and \
             add another",
        )),
        KeystoreError::KeyFile => Failure::setup(
            "key-file-wrong",
            Text::of(
                "le fichier « keystore.key » manque ou n'est pas celui de cette réplique",
                "the file “keystore.key” is missing or is not the one of this replica",
            ),
        )
        .with_hint(Text::of("remettez-en une sauvegarde", "put a backup of it back")),
        KeystoreError::TooNew => Failure::setup(
            "keystore-too-new",
            Text::of(
                "le fichier « keystore » vient d'une version plus récente de Liaison",
                "the file “keystore” comes from a later version of Liaison",
            ),
        )
        .with_hint(update_hint()),
        KeystoreError::Io(error) => super::of_system(
            "keystore-failed",
            ("lire ou écrire le fichier « keystore » de la réplique", "using the file “keystore”"),
            error,
        ),
    }
}

fn locked(pid: Option<u32>) -> Failure {
    let number = pid.map(|pid| format!(" ({pid})")).unwrap_or_default();
    Failure::refused(
        "home-busy",
        Text::new(
            format!("un autre processus utilise cette réplique{number}"),
            format!("another process is using this replica{number}"),
        ),
    )
    .with_hint(Text::of(
        "attendez qu'il ait fini ; « liaison sync --watch » et « liaison serve » finissent par \
         Ctrl-C",
        "wait until it has finished; “liaison sync --watch” and “liaison serve” end with Ctrl-C",
    ))
}

fn damaged(what: &str) -> Failure {
    Failure::setup(
        "store-damaged",
        Text::new(
            format!("des enregistrements de cette réplique sont abîmés : {what}"),
            format!("records of this replica are damaged: {what}"),
        ),
    )
    .with_hint(Text::of(
        "gardez le dossier tel quel, il n'a pas été touché ; remettez une sauvegarde, ou ajoutez \
         un nouvel appareil : les partenaires ont le reste",
        "keep the folder as it is, it was not touched; put a backup back, or add a new device: \
         the partners have the rest",
    ))
}

fn update_hint() -> Text {
    Text::of("mettez Liaison à jour", "update Liaison")
}

/// Returns the failure for a home that another process keeps busy.
pub(crate) fn home_busy(pid: Option<u32>) -> Failure {
    locked(pid)
}

impl From<KeystoreError> for Failure {
    fn from(error: KeystoreError) -> Self {
        of_keystore(&error)
    }
}
