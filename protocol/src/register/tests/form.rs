//! Forms: one spelling for one act, nothing unknown skipped, no room for a name.

use minicbor::data::Type;

use super::world::*;
use crate::codec::{Bytes, DecodeError, Encode, Writer, from_bytes, to_bytes};
use crate::crypto::{self, Label, SigningSecret};
use crate::id::ActId;
use crate::limits;
use crate::refusal::Refusal;
use crate::register::{
    Act, ActError, Approval, Cause, Clause, Closing, DeviceRole, Entry, Erasure, KeyGrant,
    LoadError, Measure, Register, RelayTerms, Role, Rule, SignedAct,
};

/// Returns one measure of each kind.
pub(super) fn measures() -> Vec<(&'static str, Measure)> {
    vec![
        ("admit", admit("x", Role::Observer, "a")),
        ("remove", remove("b")),
        ("role", Measure::ChangeRole(partner("b"), Role::Member)),
        ("revoke", Measure::RevokeDevice(device_id("b", 0), Cause::Stolen)),
        ("rule", Measure::ChangeRule(Rule::same(crate::register::Threshold::AtLeast(3)))),
        ("relay", Measure::ChangeRelay(terms(1))),
        ("close", Measure::Close(Closing::Erase)),
    ]
}

/// Returns one clause of each kind but the charter.
pub(super) fn clauses(w: &World) -> Vec<(&'static str, Clause)> {
    let until = w.time.after(limits::DAY);
    let opening = w.opening(0);
    let epochs = vec![opening.epoch];
    let grant = KeyGrant { to: device_id("b", 0), epochs, wraps: seed("grant", "a", 0) };
    let set = Clause::SetVoices { add: vec![voice_id("a", 1)], drop: vec![voice_id("a", 0)] };
    let signed = crate::register::Visa { pdf: Some([9; 32]), ..visa(2, Some(1)) };
    vec![
        ("adopt", Clause::Adopt(remove("b").id())),
        ("withdraw", Clause::Withdraw(remove("b").id())),
        ("leave", Clause::Leave),
        ("set-voices", set),
        ("add-device", Clause::AddDevice(device_card("a", 1, DeviceRole::Editor))),
        ("revoke-device", Clause::RevokeDevice(device_id("a", 0), Cause::Lost)),
        ("suspend-device", Clause::SuspendDevice(device_id("a", 0), until)),
        ("resume-device", Clause::ResumeDevice(device_id("a", 0))),
        ("open-epoch", Clause::OpenEpoch(opening)),
        ("grant-keys", Clause::GrantKeys(grant)),
        ("sign-convention", Clause::SignConvention(signed)),
        ("attest-erasure", Clause::AttestErasure(Erasure::whole())),
    ]
}

/// Signs any bytes as an act, so that the signature is never what is wrong with them.
fn signed(w: &World, author: &SigningSecret, body: Vec<u8>) -> SignedAct {
    let signature = crypto::sign(author, Label::Act, &w.register.space(), &body);
    SignedAct { body, signature, approvals: vec![] }
}

/// The body of a leave, by hand: `type` and `version` free, extra fields after the payload.
fn body_by_hand(w: &World, version: u64, code: u64, payload: &[u8], extra: &[u64]) -> Vec<u8> {
    let draft = w.register.draft(voice("a", 0).public(), [1; 16], Clause::Leave);
    let mut out = Writer::new();
    out.map(9 + extra.len());
    out.field(0, &version);
    out.field(1, &w.register.space());
    out.field(2, &code);
    out.field(3, &Bytes(&draft.author));
    out.field(4, &Bytes(&draft.nonce));
    out.field(5, &draft.generation);
    out.field(6, &draft.seen_size);
    out.field(7, &Bytes(&draft.seen_root));
    out.uint(9);
    let mut bytes = out.finish();
    bytes.extend_from_slice(payload);
    let mut rest = Writer::new();
    for key in extra {
        rest.field(*key, &0u64);
    }
    bytes.extend_from_slice(&rest.finish());
    bytes
}

const EMPTY_LIST: &[u8] = &[0x80];

#[test]
fn t16_each_other_spelling_of_an_act_is_refused_with_its_reason() {
    let mut w = World::found(&["a", "b", "c"]);
    let good = body_by_hand(&w, 1, 6, EMPTY_LIST, &[]);
    let act = w.register.draft(voice("a", 0).public(), [1; 16], Clause::Leave);
    assert_eq!(good, to_bytes(&act), "the hand writes what the program writes");
    let replaced = |from: &[u8], to: &[u8]| {
        let at = good.windows(from.len()).position(|window| window == from).unwrap();
        [&good[..at], to, &good[at + from.len()..]].concat()
    };
    let space = w.register.space();
    let pair_0 = [0x00, 0x01];
    let pair_1 = [&[0x01, 0x58, 0x20], space.bytes().as_slice()].concat();
    let both = [&pair_0[..], &pair_1].concat();
    let cases: Vec<(&str, Vec<u8>, DecodeError)> = vec![
        ("long integer", replaced(&[0xa9, 0, 1], &[0xa9, 0, 0x18, 1]), DecodeError::NotCanonical),
        ("long map", replaced(&[0xa9], &[0xb8, 9]), DecodeError::NotCanonical),
        ("long key", replaced(&[0xa9, 0], &[0xa9, 0x18, 0]), DecodeError::NotCanonical),
        ("indefinite map", [&[0xbf], &good[1..], &[0xff]].concat(), DecodeError::NotCanonical),
        ("indefinite list", body_by_hand(&w, 1, 6, &[0x9f, 0xff], &[]), DecodeError::NotCanonical),
        ("duplicate key", replaced(&[0xa9, 0, 1], &[0xaa, 0, 1, 0, 1]), DecodeError::Missing(2)),
        ("wrong order", replaced(&both, &[&pair_1[..], &pair_0].concat()), DecodeError::Missing(0)),
        ("trailing byte", [&good[..], &[0]].concat(), DecodeError::Trailing),
        ("unknown field", body_by_hand(&w, 1, 6, EMPTY_LIST, &[10]), DecodeError::UnknownField),
        ("cut short", good[..good.len() - 1].to_vec(), DecodeError::Malformed),
        ("tag", [&[0xc1], &good[..]].concat(), DecodeError::Malformed),
        ("no space", replaced(&both, &pair_0).tap_map(8), DecodeError::Invalid("space")),
    ];
    for (what, body, reason) in cases {
        assert_eq!(from_bytes::<Act>(&body).err(), Some(reason), "{what}");
        let act = signed(&w, &voice("a", 0), body);
        assert_eq!(act.prove().err(), Some(ActError::Decode(reason)), "{what}");
        assert_eq!(w.push(act), Err(Refusal::Malformed), "{what}");
    }
    assert!(w.has("a"));
    let act = signed(&w, &voice("a", 0), good);
    w.push(act).unwrap();
}

trait TapMap {
    /// Rewrites the head of a map to hold this many fields.
    fn tap_map(self, fields: u8) -> Self;
}

impl TapMap for Vec<u8> {
    fn tap_map(mut self, fields: u8) -> Self {
        self[0] = 0xa0 | fields;
        self
    }
}

#[test]
fn t17_an_unknown_type_or_version_stops_the_load_and_leaves_no_part_of_it() {
    let mut w = World::found(&["a", "b", "c"]);
    let unknown_role = {
        let mut out = Writer::new();
        out.array(2);
        out.uint(5);
        out.array(2);
        partner("b").encode(&mut out);
        out.uint(9);
        out.finish()
    };
    let cases = [
        (body_by_hand(&w, 1, 99, EMPTY_LIST, &[]), 99),
        (body_by_hand(&w, 1, 20, EMPTY_LIST, &[]), 20),
        (body_by_hand(&w, 2, 6, EMPTY_LIST, &[]), 2),
        (body_by_hand(&w, 1, 1, &unknown_role, &[]), 9),
        (body_by_hand(&w, 1, 1, &[0x82, 0x18, 77, 0x80], &[]), 77),
    ];
    for (body, code) in cases {
        let act = signed(&w, &voice("a", 0), body);
        assert_eq!(w.register.judge(&act, w.time).err(), Some(Refusal::NewerThanUs));
        let entry = Entry { seq: 1, time: w.time, act };
        let stopped = w.register.push(&entry).unwrap_err();
        assert_eq!(stopped, LoadError::NewerThanUs(code));
        assert!(stopped.to_string().contains("newer than this application"));
        assert_eq!(Refusal::from(stopped), Refusal::NewerThanUs);
        assert_eq!(w.register.size(), 1);
        assert_eq!(w.register.root(), w.refold().root());
        assert!(w.register.set_aside().is_empty());
        // The load stops there for a newcomer too, whatever follows.
        let mut log = w.log.clone();
        log.push(to_bytes(&entry));
        assert_eq!(refold(&log).err(), Some(LoadError::NewerThanUs(code)));
    }
    w.tries(&voice("a", 0), Clause::Leave).unwrap();
}

#[test]
fn t17_a_newer_charter_founds_nothing_here() {
    let names = ["a", "b", "c"];
    let mut entry = founding(&names, charter(&names, MAJORITY));
    entry.act.body[2] = 2;
    let stopped = Register::found(&entry).err();
    assert_eq!(stopped, Some(LoadError::NewerThanUs(2)));
    entry.act.body.truncate(40);
    entry.act.body[2] = 1;
    let malformed = Register::found(&entry).err();
    assert!(matches!(malformed, Some(LoadError::Malformed(_))));
    // An act that is no charter founds nothing either.
    let mut w = World::found(&names);
    let act = w.act(&voice("a", 0), Clause::Leave);
    let entry = Entry { seq: 0, time: DAWN, act };
    let refused = Register::found(&entry).err();
    assert_eq!(refused, Some(LoadError::BadCharter(Refusal::UnknownSpace)));
}

#[test]
fn every_kind_of_act_has_one_encoding_that_reads_back() {
    let w = World::found(&["a", "b", "c"]);
    let proposals = measures().into_iter().map(|(name, m)| (name, Clause::Propose(m)));
    for (name, clause) in clauses(&w).into_iter().chain(proposals) {
        let mut act = w.register.draft([5; 32], [6; 16], clause);
        for not_after in [None, Some(w.time)] {
            act.not_after = not_after;
            let bytes = to_bytes(&act);
            assert_eq!(from_bytes::<Act>(&bytes).unwrap(), act, "{name}");
            for cut in 0..bytes.len() {
                assert!(from_bytes::<Act>(&bytes[..cut]).is_err(), "{name} cut at {cut}");
            }
        }
    }
}

/// Reads every text and byte string of an act.
fn strings(bytes: &[u8]) -> (Vec<String>, Vec<usize>) {
    let mut decoder = minicbor::Decoder::new(bytes);
    let (mut texts, mut sizes) = (vec![], vec![]);
    while decoder.position() < bytes.len() {
        let kind = decoder.datatype().unwrap();
        if kind == Type::Bytes {
            sizes.push(decoder.bytes().unwrap().len());
        } else if kind == Type::String {
            texts.push(decoder.str().unwrap().to_owned());
        } else if kind == Type::Map {
            decoder.map().unwrap();
        } else if kind == Type::Array {
            decoder.array().unwrap();
        } else {
            let unsigned = [Type::U8, Type::U16, Type::U32, Type::U64];
            assert!(unsigned.contains(&kind), "an act holds a {kind:?}");
            decoder.u64().unwrap();
        }
    }
    (texts, sizes)
}

#[test]
fn t59_no_act_has_room_for_a_name_a_label_or_free_text() {
    let w = World::found(&["a", "b", "c"]);
    let mut bodies: Vec<(&str, Vec<u8>)> = vec![];
    for (name, clause) in clauses(&w) {
        bodies.push((name, to_bytes(&w.register.draft([5; 32], [6; 16], clause))));
    }
    for (name, measure) in measures() {
        let act = w.register.draft([5; 32], [6; 16], Clause::Propose(measure));
        bodies.push((name, to_bytes(&act)));
    }
    let entry: Entry = from_bytes(&w.log[0]).unwrap();
    bodies.push(("charter", entry.act.body));
    for (name, body) in bodies {
        let (texts, sizes) = strings(&body);
        // The one text is where to dial; byte strings are ids, keys, hashes and signatures.
        let expected = if ["charter", "relay"].contains(&name) { 1 } else { 0 };
        assert_eq!(texts.len(), expected, "{name}: {texts:?}");
        for size in sizes {
            assert!([16, 32, 64, 1216].contains(&size), "{name} holds {size} bytes");
        }
    }
}

#[test]
fn t59_the_address_of_a_relay_holds_neither_a_sentence_nor_an_email() {
    let told = |url: &str| {
        let terms = RelayTerms { url: url.into(), ..terms(0) };
        from_bytes::<RelayTerms>(&to_bytes(&terms)).map(|read| read.url)
    };
    for url in ["wss://relais.exemple.fr:7464/liaison", "ws://[::1]:7464", ""] {
        assert_eq!(told(url).as_deref(), Ok(url));
    }
    let refused = [
        "jean.dupont@hopital.fr",
        "wss://jean.dupont@hopital.fr",
        "wss://relais.exemple.fr/?patient=Jean",
        "wss://relais.exemple.fr/#note",
        "Mme Dupont",
        "wss://relais.exemple.fr/a%20b",
        "wss://hôpital.fr",
        "wss://a\nb",
        "wss://a\u{202e}b",
    ];
    for url in refused {
        assert_eq!(told(url), Err(DecodeError::Invalid("text")), "{url}");
    }
    let long = format!("wss://{}", "a".repeat(limits::URL_BYTES_MAX));
    assert_eq!(told(&long), Err(DecodeError::TooLarge));
}

/// T18, the register's part: whatever bytes arrive, reading them ends in an answer.
#[test]
fn t18_altered_acts_entries_and_approvals_never_panic() {
    let w = World::found(&["a", "b", "c"]);
    let mut samples = vec![w.log[0].clone()];
    for (_, clause) in clauses(&w) {
        samples.push(to_bytes(&w.register.draft([5; 32], [6; 16], clause)));
    }
    samples.push(to_bytes(&w.approval("a", remove("b").id())));
    let mut dice = Dice::new(18);
    let mut read = 0;
    for round in 0..60_000 {
        let mut bytes = samples[dice.below(samples.len())].clone();
        for _ in 0..=dice.below(4) {
            let at = dice.below(bytes.len());
            match dice.below(5) {
                0 => bytes[at] ^= 1 << dice.below(8),
                1 => bytes[at] = dice.byte(),
                2 => bytes.truncate(at.max(1)),
                3 => bytes.insert(at, dice.byte()),
                // Lengths that promise more than there is.
                _ => bytes.splice(at..at, [0x9b, 0xff, 0xff, 0xff, 0xff]).for_each(drop),
            }
        }
        read += usize::from(from_bytes::<Act>(&bytes).is_ok());
        read += usize::from(from_bytes::<Approval>(&bytes).is_ok());
        if let Ok(entry) = from_bytes::<Entry>(&bytes) {
            read += 1;
            assert_eq!(to_bytes(&entry), bytes, "round {round}");
            // A charter that was touched anywhere is another space or none.
            if let Ok(register) = Register::found(&entry) {
                let same = register.space() == w.register.space();
                assert!(same && entry.act.body == from_bytes::<Entry>(&w.log[0]).unwrap().act.body);
            }
        }
    }
    assert!(read > 1_000, "some alterations are still readable: {read}");
}

#[test]
fn an_act_is_known_by_its_body_alone() {
    let mut w = World::found(&["a", "b", "c"]);
    let act = w.act(&voice("a", 0), Clause::Leave);
    let mut other = act.clone();
    other.signature = stray_signature();
    other.approvals = vec![w.approval("a", remove("b").id())];
    assert_eq!(act.id(), other.id());
    assert_eq!(act.id(), ActId::new(crypto::hash(Label::Act, &act.body)));
    assert_eq!(w.push(other), Err(Refusal::BadSignature));
    w.push(act).unwrap();
}
