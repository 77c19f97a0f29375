//! Checking the file of a frozen version: no replica, no network, nothing trusted.
//!
//! The register of the file is folded from its charter on by the rules that every partner
//! applies; what it must come to stands in the relay's checkpoint. A visa counts when that fold
//! says so and when it names the salted commitment of exactly the text in the file.

use std::collections::BTreeSet;

use protocol::checkpoint::{Checkpoint, Log};
use protocol::codec::{self, DecodeError};
use protocol::crypto::Hash;
use protocol::env::Timestamp;
use protocol::frozen::{Frozen, FrozenFile, Signatory};
use protocol::id::{ActId, PartnerId, VoiceId, hex};
use protocol::refusal::Refusal;
use protocol::register::{Capacity, Entry, GivenVisa, Register};

/// What a file of a frozen version proves.
#[derive(Debug, Clone)]
pub struct FrozenProof {
    /// Whether everything holds: the text, its visas, the register, the relay's checkpoint.
    pub valid: bool,
    /// The salted commitment that the visas name.
    pub version: Hash,
    /// The statement.
    pub frozen: Frozen,
    /// The canonical text.
    pub text: String,
    /// Who signed, in the order of the register.
    pub visas: Vec<ProvenVisa>,
    /// Who was to sign and has not.
    pub awaited: Vec<Signatory>,
    /// The versions that this one amends, the latest first, and how many visas each has.
    pub amended: Vec<(Hash, usize)>,
    /// A version that this register says to amend this one.
    pub superseded_by: Option<Hash>,
    /// Acts replayed.
    pub acts: u64,
    /// Acts that the rules set aside: they have no effect, and hide nothing.
    pub set_aside: usize,
    /// Register time of the last act.
    pub known_until: Option<Timestamp>,
    /// What does not hold, in French and in English.
    pub anomalies: Vec<(String, String)>,
}

/// One visa of a file, with what proves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvenVisa {
    /// The organisation.
    pub partner: PartnerId,
    /// Its name, as the signed statement has it; empty when it has none.
    pub name: String,
    /// In what capacity.
    pub capacity: Capacity,
    /// Register time.
    pub at: Timestamp,
    /// The act.
    pub act: ActId,
    /// The voice that signed.
    pub voice: VoiceId,
    /// Commitment to the PDF it attaches.
    pub attached: Option<Hash>,
    /// SHA-256 of that PDF, when the file tells it.
    pub pdf: Option<Hash>,
    /// Whether the organisation was still in the space at the end of the register.
    pub here: bool,
}

impl FrozenProof {
    /// Tells whether a PDF is one that a visa of this version attaches.
    #[must_use]
    pub fn attaches(&self, pdf_sha256: &Hash) -> bool {
        let attached = self.frozen.attach(pdf_sha256);
        self.visas.iter().any(|visa| visa.attached == Some(attached))
    }

    /// Adds what does not hold: the file is no longer valid.
    pub fn object(&mut self, french: impl Into<String>, english: impl Into<String>) {
        self.anomalies.push((french.into(), english.into()));
        self.valid = false;
    }
}

/// Verifies the file of a frozen version.
///
/// # Errors
/// Says why the bytes are no such file; what is wrong inside one is an anomaly of the proof.
pub fn frozen(file: &[u8]) -> Result<FrozenProof, DecodeError> {
    let file = FrozenFile::from_file(file)?;
    let (frozen, text) = file.versions.first().ok_or(DecodeError::Missing(0))?.clone();
    let mut proof = FrozenProof {
        valid: true,
        version: frozen.version(),
        frozen,
        text,
        visas: Vec::new(),
        awaited: Vec::new(),
        amended: Vec::new(),
        superseded_by: None,
        acts: 0,
        set_aside: 0,
        known_until: None,
        anomalies: Vec::new(),
    };
    for (frozen, text) in &file.versions {
        check_text(&mut proof, frozen, text);
    }
    let Some(register) = fold(&mut proof, &file.entries) else {
        return Ok(proof);
    };
    check_checkpoint(&mut proof, &register, &file.checkpoint);
    if register.space() != proof.frozen.space {
        proof.object(
            "le registre du fichier est celui d'un autre espace que le texte",
            "the register in the file is of another space than the text",
        );
        return Ok(proof);
    }
    gather_visas(&mut proof, &register, &file.pdfs);
    check_chain(&mut proof, &register, &file.versions);
    Ok(proof)
}

/// The text is the one whose digest was frozen, and says of itself which document it is.
fn check_text(proof: &mut FrozenProof, frozen: &Frozen, text: &str) {
    let short = &hex(&frozen.version())[..12];
    if !frozen.holds(text) {
        proof.object(
            format!("le texte de la version {short} n'est pas celui qui a été figé"),
            format!("the text of version {short} is not the one that was frozen"),
        );
    }
    let begins = format!("liaison-canonique {}\ndocument {}\n", frozen.form, frozen.document);
    if !text.starts_with(&begins) {
        proof.object(
            format!("le texte de la version {short} n'est pas celui de ce document"),
            format!("the text of version {short} is not that of this document"),
        );
    }
}

/// Folds the register; `None` when it cannot be read to its end.
fn fold(proof: &mut FrozenProof, entries: &[Vec<u8>]) -> Option<Register> {
    let mut register: Option<Register> = None;
    for (place, bytes) in entries.iter().enumerate() {
        let entry = codec::from_bytes::<Entry>(bytes).map_err(Refusal::from);
        let pushed =
            entry.and_then(|entry| Register::fold(&mut register, &entry).map_err(Refusal::from));
        if let Err(reason) = pushed {
            proof.object(
                format!("registre, acte n° {place} : {}", reason.french()),
                format!("register, act no. {place}: {}", reason.english()),
            );
            return None;
        }
        proof.acts += 1;
    }
    let Some(register) = register else {
        proof.object("le fichier ne contient pas la charte", "the file holds no charter");
        return None;
    };
    proof.set_aside = register.set_aside().len();
    proof.known_until = Some(register.time());
    Some(register)
}

/// The relay of that register vouches for exactly these entries: none is missing, none added.
fn check_checkpoint(proof: &mut FrozenProof, register: &Register, note: &str) {
    let relay = register.relay_at(register.size());
    let checkpoint = match Checkpoint::verify(note, &relay) {
        Ok(checkpoint) => checkpoint,
        Err(reason) => {
            // A register cut before its relay moved names another relay: the size says more.
            let said = Checkpoint::said(note).filter(|said| said.size > register.size());
            return match said {
                Some(said) => cut(proof, register.size(), said.size),
                None => proof.object(
                    format!("point de contrôle du relais : {}", reason.french()),
                    format!("the relay's checkpoint: {}", reason.english()),
                ),
            };
        }
    };
    if checkpoint.log != Log::Register || checkpoint.space != register.space() {
        return proof.object(
            "le point de contrôle du relais est celui d'un autre registre",
            "the relay's checkpoint is of another register",
        );
    }
    if checkpoint.size > register.size() {
        return cut(proof, register.size(), checkpoint.size);
    }
    if (checkpoint.size, checkpoint.root) != (register.size(), register.root()) {
        proof.object(
            "le registre du fichier n'est pas celui que le relais atteste",
            "the register in the file is not the one that the relay vouches for",
        );
    }
}

fn cut(proof: &mut FrozenProof, has: u64, said: u64) {
    proof.object(
        format!("le registre est tronqué : {has} actes sur {said}"),
        format!("the register is cut short: {has} acts of {said}"),
    );
}

fn gather_visas(proof: &mut FrozenProof, register: &Register, pdfs: &[Hash]) {
    let roster = register.roster();
    let frozen = &proof.frozen;
    let digests: Vec<(Hash, Hash)> = pdfs.iter().map(|pdf| (frozen.attach(pdf), *pdf)).collect();
    let proven = |given: &GivenVisa| {
        let stated = frozen.signatories.iter().find(|one| one.partner == Some(given.partner));
        let attached = given.visa.pdf;
        let pdf = digests.iter().find(|(salted, _)| Some(*salted) == attached);
        ProvenVisa {
            partner: given.partner,
            name: stated.map(|one| one.name.clone()).unwrap_or_default(),
            capacity: given.visa.capacity,
            at: given.at,
            act: given.act,
            voice: given.voice,
            attached,
            pdf: pdf.map(|(_, digest)| *digest),
            here: roster.present(&given.partner).is_some(),
        }
    };
    let visas: Vec<ProvenVisa> = frozen.visas(roster).map(proven).collect();
    let signed: BTreeSet<PartnerId> = visas.iter().map(|visa| visa.partner).collect();
    let waits = |one: &&Signatory| one.partner.is_none_or(|p| !signed.contains(&p));
    proof.awaited = frozen.signatories.iter().filter(waits).cloned().collect();
    let version = proof.version;
    let amending = |given: &&GivenVisa| given.visa.amends == Some(version);
    proof.superseded_by = roster.visas().find(amending).map(|given| given.visa.version);
    proof.visas = visas;
    if proof.visas.is_empty() {
        proof.object(
            "aucune organisation de cet espace n'a donné son visa à ce texte",
            "no organisation of this space has given its visa to this text",
        );
    }
}

/// Each version is the one that the version before it says to amend, and has visas itself.
fn check_chain(proof: &mut FrozenProof, register: &Register, versions: &[(Frozen, String)]) {
    for pair in versions.windows(2) {
        let (later, former) = (&pair[0].0, &pair[1].0);
        let version = former.version();
        let visas = former.visas(register.roster()).count();
        if later.amends != Some(version) || visas == 0 {
            return proof.object(
                "une version jointe n'est pas celle que l'avenant cite",
                "a version in the file is not the one that the amendment cites",
            );
        }
        proof.amended.push((version, visas));
    }
    let last = versions.last().and_then(|(frozen, _)| frozen.amends);
    proof.amended.extend(last.map(|version| (version, register.roster().visas_of(&version).len())));
}
