//! The journal law: the power is cut between any two outputs, and the relay starts again.

use super::world::{World, policy, resync};
use super::*;
use crate::checkpoint::Checkpoint;
use crate::fixture::Circle;
use crate::wire::NO_SPACE;

/// Founds, opens an epoch and pushes, as far as the power lasts. Collects what was promised.
#[derive(Default)]
struct Promises {
    kept: BTreeMap<u64, u64>,
    founded: bool,
    roots: BTreeMap<(Log, u64), crate::crypto::Hash>,
}

impl Promises {
    fn hear(&mut self, world: &mut World, link: LinkId) {
        for message in world.heard(link) {
            match message {
                ToReplica::Kept { counter, position, .. } => {
                    let before = self.kept.insert(counter, position);
                    assert!(before.is_none_or(|p| p == position), "kept at two places");
                }
                ToReplica::Welcome(welcome) => {
                    self.founded |= welcome.standing == Standing::Member;
                    self.check(world, &[welcome.register, welcome.journal]);
                }
                ToReplica::Heads { register, journal } => {
                    self.check(world, &[register, journal]);
                }
                _ => {}
            }
        }
    }

    /// T22: no two roots for one size, over all the lives of the relay.
    fn check(&mut self, world: &World, heads: &[crate::wire::Head]) {
        for head in heads {
            let Ok(signed) = Checkpoint::verify(&head.note, &world.relay.id()) else {
                continue;
            };
            let before = self.roots.insert((signed.log, signed.size), signed.root);
            assert!(before.is_none_or(|root| root == signed.root), "two roots for one size");
        }
    }
}

/// Plays the whole story once, from wherever the disk is; stops caring when nothing answers.
fn play(world: &mut World, circle: &mut Circle, promises: &mut Promises) {
    let key = SigningSecret::from_seed(&circle.orgs[0].machine.sign.seed());
    let link = world.open();
    let binding = (ChannelBinding::None, false);
    let mut rng = crate::fixture::rng(3);
    let (dialled, hello) =
        crate::session::Dialled::new(NO_SPACE, key.public(), None, binding, &mut rng).unwrap();
    let heard = world.ask(link, &ToRelay::Hello(hello));
    let [ToReplica::Challenge(challenge)] = &heard[..] else {
        return;
    };
    let proof = dialled.answer(challenge, &key).unwrap();
    world.say(link, &ToRelay::Prove(proof));
    let charter = Box::new(circle.charter.clone());
    world.say(link, &ToRelay::Found { charter, ticket: None, held: 0 });
    promises.hear(world, link);
    if !promises.founded {
        return;
    }
    resync(world, circle);
    if circle.register.roster().epoch().is_none() {
        let (act, blob) = circle.opening(0, crate::fixture::at(100));
        let act = Box::new(act);
        world.say(link, &ToRelay::Submit { ticket: 1, act, wraps: Some(blob) });
        resync(world, circle);
    }
    if circle.register.roster().epoch().is_none() {
        return;
    }
    for envelope in circle.envelopes(0, 4) {
        world.say(link, &ToRelay::Push(envelope.bytes().to_vec()));
    }
    world.say(link, &ToRelay::Follow { register_from: 0, journal_from: 0 });
    promises.hear(world, link);
}

#[test]
fn t22_a_cut_between_any_two_outputs_breaks_no_promise() {
    for fuel in 0.. {
        let mut circle = Circle::new(2);
        let mut promises = Promises::default();
        let mut world = World::new(policy(&circle), &circle.relay);
        world.fuel = fuel;
        play(&mut world, &mut circle, &mut promises);
        let finished = world.fuel > 0;
        let kept = promises.kept.clone();
        let mut world = world.restart();
        let id = circle.space();
        assert!(!promises.founded || verify(&world.disk, &id).is_whole(), "fuel {fuel}");
        for position in kept.values() {
            let key = records::entry(&id, Log::Journal, *position);
            assert!(world.disk.contains_key(&key), "a kept envelope is gone, fuel {fuel}");
        }
        // The second life finishes the story, with the same promises.
        play(&mut world, &mut circle, &mut promises);
        assert_eq!(verify(&world.disk, &id).journal, 4, "fuel {fuel}");
        assert_eq!(promises.kept.len(), 4);
        if finished {
            assert!(fuel > 15, "the story has that many steps");
            return;
        }
    }
}
