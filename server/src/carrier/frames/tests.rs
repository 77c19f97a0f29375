//! The receiving half, fed with what a peer may send.

use super::*;
use tungstenite::protocol::frame::Frame;
use tungstenite::protocol::frame::coding::Control;

/// Bytes of one frame as a client sends it.
fn masked(opcode: OpCode, payload: &[u8], is_final: bool) -> Vec<u8> {
    let header =
        FrameHeader { is_final, opcode, mask: Some([7, 1, 9, 3]), ..FrameHeader::default() };
    let frame = Frame::from_payload(header, payload.to_vec().into());
    let mut bytes = Vec::new();
    frame.format(&mut bytes).unwrap();
    bytes
}

fn binary(payload: &[u8]) -> Vec<u8> {
    masked(OpCode::Data(Data::Binary), payload, true)
}

#[test]
fn a_message_arrives_whole_whatever_the_pieces() {
    let message = vec![5; 3_000];
    let bytes = binary(&message);
    for piece in [1, 2, 7, 1_000, bytes.len()] {
        let mut frames = Frames::new();
        let mut found = Vec::new();
        for part in bytes.chunks(piece) {
            frames.feed(part);
            found.extend(frames.next().unwrap());
        }
        assert_eq!(found, [Bytes::from(message.clone())], "{piece}");
    }
}

#[test]
fn messages_come_one_by_one() {
    let mut frames = Frames::new();
    frames.feed(&[binary(b"one"), binary(b"two")].concat());
    assert_eq!(frames.next().unwrap().unwrap(), "one");
    assert_eq!(frames.next().unwrap().unwrap(), "two");
    assert_eq!(frames.next().unwrap(), None);
}

#[test]
fn the_limit_before_proof_stops_what_a_header_announces() {
    let announced = |bytes: usize| {
        let mut whole = binary(&vec![0; bytes]);
        whole.truncate(14);
        whole
    };
    let mut frames = Frames::new();
    frames.feed(&announced(BEFORE_AUTH_BYTES_MAX + 1));
    assert_eq!(frames.next(), Err(Broken::TooLarge));

    let mut frames = Frames::new();
    frames.trust();
    frames.feed(&announced(FRAME_BYTES_MAX));
    assert_eq!(frames.next(), Ok(None));

    let mut frames = Frames::new();
    frames.trust();
    frames.feed(&announced(FRAME_BYTES_MAX + 1));
    assert_eq!(frames.next(), Err(Broken::TooLarge));
}

#[test]
fn fragments_together_stay_within_the_limit() {
    let mut frames = Frames::new();
    frames.feed(&masked(OpCode::Data(Data::Binary), &vec![0; 4_000], false));
    assert_eq!(frames.next(), Ok(None));
    frames.feed(&masked(OpCode::Data(Data::Continue), &vec![0; 4_000], true));
    assert_eq!(frames.next(), Err(Broken::TooLarge));
}

#[test]
fn a_ping_is_answered_and_a_close_ends_it() {
    let mut frames = Frames::new();
    frames.feed(&masked(OpCode::Control(Control::Ping), b"here", true));
    assert_eq!(frames.next(), Ok(None));
    assert_eq!(frames.take_control(), [&[0x8a, 4], b"here".as_slice()].concat());
    frames.feed(&masked(OpCode::Control(Control::Close), &[], true));
    assert_eq!(frames.next(), Err(Broken::Gone));
}

#[test]
fn pings_without_end_do_not_grow_what_waits() {
    let mut frames = Frames::new();
    for _ in 0..10_000 {
        frames.feed(&masked(OpCode::Control(Control::Ping), &[1; 125], true));
        assert_eq!(frames.next(), Ok(None));
    }
    assert!(frames.take_control().len() <= CONTROL_BYTES_MAX);
}

#[test]
fn what_is_not_binary_or_not_masked_is_malformed() {
    let mut frames = Frames::new();
    frames.feed(&masked(OpCode::Data(Data::Text), b"{}", true));
    assert_eq!(frames.next(), Err(Broken::Malformed));
    let mut frames = Frames::new();
    frames.feed(&[&header(3)[..], b"abc"].concat());
    assert_eq!(frames.next(), Err(Broken::Malformed));
}

#[test]
fn a_header_has_the_form_of_its_length() {
    assert_eq!(header(5), [0x82, 5]);
    assert_eq!(header(126), [0x82, 126, 0, 126]);
    assert_eq!(header(70_000), [0x82, 127, 0, 0, 0, 0, 0, 1, 0x11, 0x70]);
}
