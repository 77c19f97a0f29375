//! Hostile and unlucky changes: each reason to refuse is reached, nothing wedges.

use automerge::legacy::{ElementId, Key};
use automerge::marks::{ExpandMark, Mark};
use automerge::transaction::Transactable;
use automerge::{ChangeHash, ObjType, ROOT};
use protocol::crypto::Hasher;

use super::*;
use crate::document::fixture::*;
use crate::document::{Edit, RawChange};
use crate::kinds::Language;

/// A convention with some text, held by its author and by a reader.
pub(super) fn pair() -> (Document, Document, Vec<RawChange>) {
    let (mut a, mut log) = convention();
    log.extend(edit(&mut a, 1, &append("objet", "Le réseau accueille.")));
    let mut b = awaited();
    send(&mut b, &log, 1);
    (a, b, log)
}

/// Gives bytes as the second author and returns why they are refused; the document must be as
/// it was and go on working.
pub(super) fn reason(reader: &mut Document, bytes: Vec<u8>) -> Refusal {
    let before = reader.heads();
    let outcome = send_bytes(reader, bytes, 2);
    assert_eq!(reader.heads(), before, "{outcome:?}");
    let [refused] = outcome.set_aside.as_slice() else { panic!("{outcome:?}") };
    refused.reason
}

fn reason_alone(bytes: Vec<u8>) -> Refusal {
    reason(&mut pair().1, bytes)
}

/// Seals a body into a chunk with a right length and a right checksum.
fn chunk_of(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut hashed = vec![kind];
    let mut length = body.len();
    while length >= 0x80 {
        hashed.push(u8::try_from(length & 0x7f).unwrap() | 0x80);
        length >>= 7;
    }
    hashed.push(u8::try_from(length).unwrap());
    hashed.extend_from_slice(body);
    let mut hasher = Hasher::new();
    hasher.update(&hashed);
    let mut chunk = vec![0x85, 0x6f, 0x4a, 0x83];
    chunk.extend_from_slice(&hasher.finish()[..4]);
    chunk.extend(hashed);
    chunk
}

/// A change of the second author that a reader admits, before it is made hostile.
pub(super) fn honest(reader: &Document) -> RawChange {
    let mut writer = reader.clone();
    edit(&mut writer, 2, &append("objet", "x")).remove(0)
}

pub(super) fn refused_when(alter: impl FnOnce(&mut automerge::ExpandedChange)) -> Refusal {
    let (_, mut reader, _) = pair();
    let change = forged(&honest(&reader), alter);
    reason(&mut reader, change.bytes)
}

#[test]
fn t29_the_work_of_a_revoked_device_is_adopted_once_and_keeps_its_names() {
    let (mut revoked, mut member, _) = pair();
    let mut work = edit(&mut revoked, 1, &append("objet", " Toujours."));
    work.extend(edit(&mut revoked, 1, &set("montant", "100")));
    let adopted = ActorRule::Adopted { actor: actor(1) };
    let outcome = member.admit(arrivals(&work, adopted));
    assert_eq!(outcome.applied, [work[0].id, work[1].id]);
    assert_eq!(member.heads(), revoked.heads());
    let again = member.admit(arrivals(&work, adopted));
    assert_eq!((again.applied.len(), again.already), (0, 2));
    let text = &member.view().unwrap().section("objet").unwrap().text.clone();
    assert_eq!(text, "Le réseau accueille. Toujours.");
    assert_eq!(member.blame("objet").unwrap()[1].actor, actor(1));

    // An adoption vouches for the actor it names and for no other.
    let (_, mut reader, _) = pair();
    let other = reader.admit(arrivals(&work, ActorRule::Adopted { actor: actor(9) }));
    assert_eq!(other.set_aside[0].reason, Refusal::WrongActor);
}

#[test]
fn t30_of_two_adopted_versions_the_first_wins_and_nothing_wedges() {
    let (revoked, mut member, _) = pair();
    let (mut one, mut two) = (revoked.clone(), revoked);
    let first = edit(&mut one, 1, &append("objet", " A"));
    let mut second = edit(&mut two, 1, &append("objet", " B"));
    second.extend(edit(&mut two, 1, &append("objet", " B bis")));
    let adopted = ActorRule::Adopted { actor: actor(1) };
    member.admit(arrivals(&first, adopted));
    let outcome = member.admit(arrivals(&second, adopted));
    assert_eq!(outcome.set_aside.len(), 1);
    assert_eq!(outcome.set_aside[0].reason, Refusal::Fork);
    assert_eq!(outcome.held, 1, "what builds upon the refused version waits in sight");
    assert_eq!(member.waiting()[0].on, [second[0].id]);
    // The winner's line and everybody else go on.
    let next = edit(&mut one, 1, &append("objet", " A bis"));
    let next = member.admit(arrivals(&next, adopted));
    assert_eq!(next.set_aside[0].reason, Refusal::Fork, "the number is taken by what waits");
    let other = edit(&mut member, 2, &append("objet", " C"));
    assert_eq!(other.len(), 1);
    let member = reloaded(&member);
    let text = member.view().unwrap().section("objet").unwrap().text.clone();
    assert_eq!(text, "Le réseau accueille. A C");
}

#[test]
fn t33_a_change_under_another_name_is_refused_and_the_victim_goes_on() {
    let (mut victim, mut reader, _) = pair();
    let stolen = hostile(&reader, 1, |out| out.put(ROOT, "title", "volé").unwrap());
    assert_eq!(reason(&mut reader, stolen.bytes), Refusal::WrongActor);
    let honest = edit(&mut victim, 1, &set("reference", "CV-03"));
    assert_eq!(send(&mut reader, &honest, 1).applied.len(), 1);
    assert_eq!(reader.heads(), victim.heads());
}

/// A mark whose end lies before its beginning: well formed, every reference right, and yet a
/// document that holds it cannot be loaded again.
fn poison(reader: &Document) -> RawChange {
    let text = text_object(reader, "objet");
    let marked = hostile(reader, 3, |out| {
        let mark = Mark::new("gras".to_owned(), true, 4, 9);
        out.mark(&text, mark, ExpandMark::None).unwrap();
    });
    forged(&marked, |change| change.operations[1].key = Key::Seq(ElementId::Head))
}

#[test]
fn t34_one_poisoned_change_in_fifty_is_set_aside_and_the_others_apply() {
    let (mut a, mut reader, _) = pair();
    let mut batch = Vec::new();
    for number in 0..49 {
        let typed = edit(&mut a, 1, &append("objet", &format!(" {number}")));
        batch.extend(arrivals(&typed, rule(1)));
    }
    let poisoned = poison(&reader);
    batch.insert(20, Arrival { bytes: poisoned.bytes.clone(), rule: rule(3) });
    let outcome = reader.admit(batch);
    assert_eq!(outcome.applied.len(), 49);
    let [refused] = outcome.set_aside.as_slice() else { panic!("{outcome:?}") };
    assert_eq!((refused.id, refused.reason), (poisoned.id, Refusal::EngineFailure));
    assert_eq!(refused.actor, Some(actor(3)), "the culprit is named");
    assert_eq!(reader.heads(), a.heads());
    let mut reader = reloaded(&reader);
    assert_eq!(reader.set_aside().len(), 1, "the refusal is remembered");
    assert_eq!(send_bytes(&mut reader, poisoned.bytes, 3).already, 1);
    edit(&mut reader, 2, &append("objet", " fin"));
    assert_eq!(reader.heads(), reloaded(&reader).heads());
}

#[test]
fn what_builds_upon_a_poisoned_change_waits_and_the_rest_applies() {
    let (mut a, mut reader, _) = pair();
    let poisoned = poison(&reader);
    let child = forged(&honest(&reader), |change| {
        change.deps = vec![ChangeHash(*poisoned.id.bytes())];
        change.start_op = change.start_op.checked_add(2).unwrap();
    });
    let fine = edit(&mut a, 1, &append("objet", " fin"));
    let batch = vec![
        Arrival { bytes: poisoned.bytes.clone(), rule: rule(3) },
        Arrival { bytes: child.bytes, rule: rule(2) },
        Arrival { bytes: fine[0].bytes.clone(), rule: rule(1) },
    ];
    let outcome = reader.admit(batch);
    assert_eq!(outcome.applied, [fine[0].id]);
    assert_eq!((outcome.held, outcome.set_aside.len()), (1, 1));
    assert_eq!(reader.waiting()[0].on, [poisoned.id]);
    let later = edit(&mut a, 1, &append("objet", "."));
    assert_eq!(send(&mut reader, &later, 1).applied.len(), 1, "the index was rebuilt");
}

#[test]
fn t35_a_compressed_change_is_refused_unopened() {
    // 64 MiB of zeros deflate to 62 KB; a body that is no deflate stream at all is refused
    // for the same reason, which shows that nothing was opened.
    let mut deflated = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..64 {
        std::io::Write::write_all(&mut deflated, &vec![0_u8; 1 << 20]).unwrap();
    }
    let bomb = deflated.finish().unwrap();
    assert!(bomb.len() < 70_000, "{}", bomb.len());
    assert_eq!(reason_alone(chunk_of(2, &bomb)), Refusal::Compressed);
    assert_eq!(reason_alone(chunk_of(2, b"no deflate")), Refusal::Compressed);
}

/// Returns a change of the second author with one column replaced, checksum right.
fn with_column(change: &RawChange, column: u64, data: &[u8]) -> Vec<u8> {
    let (body_at, columns) = chunk::columns_of(&change.bytes).unwrap();
    let (table_at, mut columns) = (columns.0, columns.1);
    let replaced = columns.iter_mut().find(|(name, _)| *name == column).unwrap();
    data.clone_into(&mut replaced.1);
    let mut body = change.bytes[body_at..table_at].to_vec();
    let leb = |body: &mut Vec<u8>, mut value: usize| {
        while value >= 0x80 {
            body.push(u8::try_from(value & 0x7f).unwrap() | 0x80);
            value >>= 7;
        }
        body.push(u8::try_from(value).unwrap());
    };
    leb(&mut body, columns.len());
    for (name, bytes) in &columns {
        leb(&mut body, usize::try_from(*name).unwrap());
        leb(&mut body, bytes.len());
    }
    for (_, bytes) in &columns {
        body.extend_from_slice(bytes);
    }
    chunk_of(1, &body)
}

const ACTION: u64 = 0x42;

#[test]
fn t36_sizes_beyond_the_limits_are_refused_before_they_are_built() {
    let (_, mut reader, _) = pair();
    let change = honest(&reader);
    // A run of a million insertions, then one of 2^40, in five and seven bytes.
    for run in [&[0xc0, 0x84, 0x3d, 1][..], &[0x80, 0x80, 0x80, 0x80, 0x80, 0x20, 1][..]] {
        let bytes = with_column(&change, ACTION, run);
        assert_eq!(reason(&mut reader, bytes), Refusal::OperationCount);
    }
    assert_eq!(reason(&mut reader, with_column(&change, ACTION, &[])), Refusal::OperationCount);
    // A string of sixteen kilobytes, twenty thousand times.
    let mut key = vec![0xa0, 0x9c, 0x01, 0x80, 0x80, 0x01];
    key.extend_from_slice(&[b'k'; 16 * 1024]);
    let named = edit(&mut reader.clone(), 2, &set("reference", "x")).remove(0);
    let bytes = with_column(&named, 0x15, &key);
    assert_eq!(reason(&mut reader, bytes), Refusal::TooLarge);
    let many = |change: &mut automerge::ExpandedChange| {
        change.deps = (0..2_000_u32)
            .map(|number| {
                let mut hash = [0; 32];
                hash[..4].copy_from_slice(&number.to_be_bytes());
                ChangeHash(hash)
            })
            .collect();
    };
    assert_eq!(refused_when(many), Refusal::TooManyReferences);
    let deep = hostile(&reader, 2, |out| {
        let mut object = out.put_object(ROOT, "puits", ObjType::Map).unwrap();
        for _ in 0..limits::DEPTH_MAX {
            object = out.put_object(&object, "puits", ObjType::Map).unwrap();
        }
    });
    assert_eq!(reason(&mut reader, deep.bytes), Refusal::TooDeep);
    let huge = vec![0; limits::CHANGE_BYTES_MAX + 1];
    assert_eq!(reason(&mut reader, huge), Refusal::TooLarge);
}

#[test]
fn bytes_that_are_no_change_are_refused() {
    let (_, mut reader, log) = pair();
    assert_eq!(reason(&mut reader, Vec::new()), Refusal::NotAChange);
    assert_eq!(reason(&mut reader, b"bonjour le monde".to_vec()), Refusal::NotAChange);
    let honest = honest(&reader).bytes;
    assert_eq!(reason(&mut reader, honest[..honest.len() - 1].to_vec()), Refusal::NotAChange);
    let mut longer = honest.clone();
    longer.push(0);
    assert_eq!(reason(&mut reader, longer), Refusal::NotAChange);
    let mut checksum = honest.clone();
    checksum[4] ^= 1;
    assert_eq!(reason(&mut reader, checksum), Refusal::Undecodable);
    // A whole document, another kind of chunk.
    let document = chunk_of(0, &honest[9..]);
    assert_eq!(reason(&mut reader, document), Refusal::NotAChange);
    // A first change of something else, and the first change twice.
    let foreign = crate::document::layout::genesis(
        &protocol::id::DocumentId::new([7; 16]),
        reader.kind().unwrap(),
    );
    assert_eq!(reason(&mut reader, foreign.bytes), Refusal::NotGenesis);
    let second = crate::kinds::Catalogue::STANDARD.find("note").unwrap();
    let second = crate::document::layout::genesis(&DOCUMENT, second);
    assert_eq!(reason(&mut reader, second.bytes), Refusal::NotGenesis);
    assert_eq!(send(&mut reader, &log, 1).already, log.len());
}

#[test]
fn foreign_content_and_other_spellings_are_refused() {
    assert_eq!(refused_when(|c| c.message = Some("salut".into())), Refusal::ForeignContent);
    assert_eq!(refused_when(|c| c.extra_bytes = vec![1, 1, 7]), Refusal::ForeignContent);
    let (_, mut reader, _) = pair();
    let change = honest(&reader);
    // One insertion as a run of one, instead of a literal.
    let (_, (_, columns)) = chunk::columns_of(&change.bytes).unwrap();
    let action = &columns.iter().find(|(name, _)| *name == ACTION).unwrap().1;
    assert_eq!(action[0], 0x7f, "the engine writes a literal");
    let bytes = with_column(&change, ACTION, &[1, action[1]]);
    assert_eq!(reason(&mut reader, bytes), Refusal::NotCanonical);
    // An actor of another size.
    let short = forged_bytes(&change, |c| c.actor_id = automerge::ActorId::from(&[1_u8, 2][..]));
    assert_eq!(reason(&mut reader, short), Refusal::WrongActor);
}

fn forged_bytes(change: &RawChange, alter: impl FnOnce(&mut automerge::ExpandedChange)) -> Vec<u8> {
    let parsed = automerge::Change::from_bytes(change.bytes.clone()).unwrap();
    let mut expanded = parsed.decode();
    alter(&mut expanded);
    automerge::Change::from(expanded).raw_bytes().to_vec()
}

#[test]
fn what_waits_is_bounded_and_visible() {
    let (mut a, _) = convention();
    let mut late = Vec::new();
    for _ in 0..=limits::PENDING_CHANGES_MAX {
        late.extend(edit(&mut a, 1, &append("objet", "x")));
    }
    let mut reader = awaited();
    let outcome = send(&mut reader, &late, 1);
    assert_eq!((outcome.applied.len(), outcome.held), (0, limits::PENDING_CHANGES_MAX));
    let [refused] = outcome.set_aside.as_slice() else { panic!("{:?}", outcome.set_aside) };
    assert_eq!(refused.reason, Refusal::TooMuchWaiting);
    assert_eq!(refused.id, late.last().unwrap().id, "the last to come");
    assert!(reader.set_aside().is_empty(), "it may come again");
}

#[test]
fn a_long_trace_is_admitted_in_one_call_in_any_order() {
    let (mut a, mut log) = convention();
    for number in 0..1_500 {
        let at = (number * 7) % (number + 1);
        let place = "moyens".to_owned();
        let insert = "mot ".to_owned();
        log.extend(edit(&mut a, 1, &Edit::Splice { place, at, delete: 0, insert }));
    }
    log.reverse();
    let mut reader = awaited();
    let outcome = send(&mut reader, &log, 1);
    assert_eq!(outcome.applied.len(), log.len());
    assert_eq!(reader.heads(), a.heads());
    assert_eq!(format!("{:?}", reader.view()), format!("{:?}", a.view()));
}

#[test]
fn reasons_have_their_own_codes_numbers_and_words() {
    let mut seen = std::collections::BTreeSet::new();
    for reason in Refusal::ALL {
        assert_eq!(Refusal::from_number(reason.number()), Some(*reason));
        assert!(seen.insert(reason.code()));
        assert!(!reason.message(Language::French).is_empty());
        assert!(!reason.message(Language::English).is_empty());
    }
}
