//! Places are bounded, and given back in every order of events.

use super::*;
use std::net::Ipv4Addr;

fn address(last: u8) -> Option<IpAddr> {
    Some(Ipv4Addr::new(192, 0, 2, last).into())
}

#[test]
fn half_open_links_of_one_address_push_out_their_own_oldest() {
    let door = Door::new(100, 2);
    let honest = door.enter(address(1)).unwrap();
    let mut flood: Vec<_> = (0..10).map(|_| door.enter(address(2)).unwrap()).collect();
    assert_eq!(door.counts(), (3, 3));
    assert!(!flood[0].settle());
    assert!(flood[9].settle());
    assert_eq!(door.counts(), (3, 2));
    drop(flood);
    drop(honest);
    assert_eq!(door.counts(), (0, 0));
}

#[test]
fn half_open_links_in_all_push_out_the_oldest() {
    let door = Door::new(10_000, 10_000);
    let mut places: Vec<_> =
        (0..LINKS_BEFORE_AUTH_MAX + 5).map(|_| door.enter(None).unwrap()).collect();
    assert_eq!(door.counts().1, LINKS_BEFORE_AUTH_MAX);
    assert!(!places[4].settle());
    assert!(places[5].settle());
    drop(places);
    assert_eq!(door.counts(), (0, 0));
}

#[test]
fn nobody_proven_leaves_for_a_newcomer() {
    let door = Door::new(2, 10);
    let mut proven: Vec<_> = (1..=2).map(|n| door.enter(address(n)).unwrap()).collect();
    assert!(proven.iter_mut().all(Place::settle));
    assert!(door.enter(address(3)).is_none());
    proven.pop();
    assert!(door.enter(address(3)).is_some());
    assert_eq!(door.counts(), (1, 0));
}

#[test]
fn an_address_behind_a_proxy_is_bounded_once_it_is_known() {
    let door = Door::new(100, 1);
    let mut first = door.enter(None).unwrap();
    let mut second = door.enter(None).unwrap();
    first.known_as(address(7).unwrap());
    second.known_as(address(7).unwrap());
    assert!(!first.settle());
    assert!(second.settle());
}

#[tokio::test]
async fn whoever_has_to_leave_is_told() {
    let door = Door::new(1, 10);
    let first = door.enter(address(1)).unwrap();
    let second = door.enter(address(2)).unwrap();
    first.must_leave().await;
    drop(second);
    assert_eq!(door.counts(), (0, 0));
}
