//! One link with a pipe for a socket and a clock that only moves when everyone waits.

use super::*;
use crate::carrier::door::Door;
use crate::driver::{Request, channel};
use protocol::limits::BEFORE_AUTH_TIME_MAX;
use tokio::io::{AsyncReadExt as _, DuplexStream, duplex};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::sleep;
use tungstenite::protocol::frame::Frame;
use tungstenite::protocol::frame::coding::{Data, OpCode};

struct Scene {
    peer: DuplexStream,
    outlet: Arc<Outlet>,
    requests: mpsc::Receiver<Request>,
    task: JoinHandle<Ending>,
    door: Arc<Door>,
}

/// A link over a pipe that holds so many bytes in each direction.
fn open(pipe_bytes: usize) -> Scene {
    let (peer, socket) = duplex(pipe_bytes);
    let (inlet, requests) = channel();
    let outlet = Arc::new(Outlet::default());
    let door = Door::new(10, 10);
    let terms = Terms {
        link: LinkId(1),
        place: door.enter(None).unwrap(),
        prove_by: Instant::now() + BEFORE_AUTH_TIME_MAX,
        outlet: Arc::clone(&outlet),
        inlet,
    };
    let task = tokio::spawn(run(socket, terms));
    Scene { peer, outlet, requests, task, door }
}

fn frame(payload: &[u8]) -> Vec<u8> {
    let mut frame = Frame::message(payload.to_vec(), OpCode::Data(Data::Binary), true);
    frame.header_mut().mask = Some([1, 2, 3, 4]);
    let mut bytes = Vec::new();
    frame.format(&mut bytes).unwrap();
    bytes
}

/// Writes until the link takes no more; returns how many bytes went in.
async fn fill(peer: &mut DuplexStream, bytes: &[u8], times: usize) -> usize {
    let mut taken = 0;
    for _ in 0..times {
        let mut rest = bytes;
        while !rest.is_empty() {
            match timeout(Duration::from_millis(100), peer.write(rest)).await {
                Ok(Ok(written)) => {
                    taken += written;
                    rest = &rest[written..];
                }
                Ok(Err(_)) | Err(_) => return taken,
            }
        }
    }
    taken
}

async fn received(requests: &mut mpsc::Receiver<Request>) -> Vec<u8> {
    match requests.recv().await {
        Some(Request::Link(_, Inbox::Received(frame), _)) => frame.to_vec(),
        _ => panic!("a message"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_does_not_prove_itself_in_time_is_cut() {
    let mut scene = open(1024);
    let opened = Instant::now();
    scene.peer.write_all(&frame(b"hello")).await.unwrap();
    assert_eq!(received(&mut scene.requests).await, b"hello");
    scene.outlet.handled();
    assert_eq!(scene.task.await.unwrap(), Ending::Cut(Refusal::TooSlow));
    assert_eq!(opened.elapsed().as_secs(), BEFORE_AUTH_TIME_MAX.as_secs());
    assert!(matches!(scene.requests.recv().await, Some(Request::Closed(LinkId(1)))));
    assert_eq!(scene.door.counts(), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn before_proof_one_message_at_a_time_and_4_kib_in_all_are_read() {
    const PIPE: usize = 64;
    let mut scene = open(PIPE);
    let taken = fill(&mut scene.peer, &frame(&[7; 200]), 1_000).await;
    assert!(taken <= BEFORE_AUTH_BYTES_MAX + PIPE, "{taken} bytes taken");
    assert_eq!(received(&mut scene.requests).await, [7; 200]);
    assert!(scene.requests.try_recv().is_err(), "the first message is not handled yet");
    let mut handled = 1;
    loop {
        scene.outlet.handled();
        fill(&mut scene.peer, &frame(&[7; 200]), 1_000).await;
        match scene.requests.try_recv() {
            Ok(Request::Link(..)) => handled += 1,
            Ok(_) | Err(_) => break,
        }
    }
    assert!(handled * 200 <= BEFORE_AUTH_BYTES_MAX, "{handled} messages");
    scene.task.abort();
}

#[tokio::test(start_paused = true)]
async fn nothing_is_read_while_the_driver_does_not_keep_up() {
    const PIPE: usize = 1024;
    let mut scene = open(PIPE);
    scene.outlet.prove();
    let message = frame(&[7; 10_000]);
    let taken = fill(&mut scene.peer, &message, 1_000).await;
    let window = usize::try_from(WINDOW).unwrap();
    assert!(taken <= (window + 1) * message.len() + CHUNK_BYTES + PIPE, "{taken} bytes taken");
    // Each message that is handled lets another one in.
    received(&mut scene.requests).await;
    scene.outlet.handled();
    assert!(fill(&mut scene.peer, &message, 1_000).await > 0);
    assert!(!scene.task.is_finished(), "waiting is no fault of the peer");
    scene.task.abort();
}

#[tokio::test(start_paused = true)]
async fn a_consumer_that_takes_nothing_is_cut_after_the_stall_time() {
    let scene = open(1024);
    scene.outlet.prove();
    scene.outlet.send(vec![0; 1 << 20]);
    let opened = Instant::now();
    assert_eq!(scene.task.await.unwrap(), Ending::Cut(Refusal::TooSlow));
    let waited = opened.elapsed();
    assert!(waited >= STALL_MAX && waited < STALL_MAX + 2 * FAREWELL_MAX, "{waited:?}");
    drop(scene.peer);
}

#[tokio::test(start_paused = true)]
async fn a_consumer_that_is_slow_but_goes_on_is_kept() {
    let mut scene = open(1024);
    scene.outlet.prove();
    scene.outlet.stream(vec![9; 8 * 1024]);
    let mut heard = Vec::new();
    while heard.len() < 4 + 8 * 1024 {
        sleep(STALL_MAX / 2).await;
        let mut chunk = [0; 512];
        let read = scene.peer.read(&mut chunk).await.unwrap();
        heard.extend_from_slice(&chunk[..read]);
    }
    assert_eq!(heard[..4], [0x82, 126, 0x20, 0]);
    match scene.requests.recv().await {
        Some(Request::Link(_, Inbox::Streamed, _)) => {}
        _ => panic!("the stream's frame was taken"),
    }
    scene.task.abort();
}

#[tokio::test(start_paused = true)]
async fn what_was_queued_is_written_before_the_close() {
    let mut scene = open(1024);
    scene.outlet.prove();
    scene.outlet.send(vec![1, 2, 3]);
    scene.outlet.end(Ending::Cut(Refusal::Draining));
    let mut heard = Vec::new();
    scene.peer.read_to_end(&mut heard).await.unwrap();
    // The message, then a close frame with code 1012, service restart.
    assert_eq!(heard, [0x82, 3, 1, 2, 3, 0x88, 2, 0x03, 0xf4]);
    assert_eq!(scene.task.await.unwrap(), Ending::Cut(Refusal::Draining));
}

#[tokio::test(start_paused = true)]
async fn whoever_hangs_up_is_reported_gone() {
    let mut scene = open(1024);
    scene.outlet.prove();
    drop(scene.peer);
    assert_eq!(scene.task.await.unwrap(), Ending::Gone);
    assert!(matches!(scene.requests.recv().await, Some(Request::Closed(LinkId(1)))));
}
