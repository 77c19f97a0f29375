//! The queue of a link: in order, bounded, and over once it ends.

use super::*;

#[test]
fn frames_leave_in_order_and_a_stream_is_reported_after_its_frame() {
    let outlet = Outlet::default();
    outlet.send(vec![1]);
    outlet.stream(vec![2]);
    assert_eq!(outlet.take(), Some(Outgoing::Frame(Bytes::from_static(&[1]))));
    assert_eq!(outlet.take(), Some(Outgoing::Frame(Bytes::from_static(&[2]))));
    assert_eq!(outlet.take(), Some(Outgoing::Streamed));
    assert_eq!(outlet.take(), None);
}

#[test]
fn what_was_queued_before_the_end_still_leaves_and_nothing_after() {
    let outlet = Outlet::default();
    outlet.send(vec![1]);
    outlet.end(Ending::Cut(Refusal::Draining));
    outlet.end(Ending::Gone);
    outlet.send(vec![2]);
    assert_eq!(outlet.ended(), None);
    assert_eq!(outlet.take(), Some(Outgoing::Frame(Bytes::from_static(&[1]))));
    assert_eq!(outlet.ended(), Some(Ending::Cut(Refusal::Draining)));
    assert_eq!(outlet.take(), None);
}

#[test]
fn a_link_that_takes_nothing_is_ended_within_the_bounds() {
    let by_bytes = Outlet::default();
    (0..5).for_each(|_| by_bytes.send(vec![0; FRAME_BYTES_MAX / 2 + 1]));
    assert_eq!(by_bytes.ended(), Some(Ending::Cut(Refusal::TooSlow)));
    let by_count = Outlet::default();
    (0..=OUT_FRAMES_MAX).for_each(|_| by_count.send(vec![0]));
    assert_eq!(by_count.ended(), Some(Ending::Cut(Refusal::TooSlow)));
    assert_eq!(by_count.take(), None);
}
