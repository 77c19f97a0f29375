//! What links and logs cost a relay, measured on its own process.

use std::time::Duration;

use protocol::env::ChannelBinding;
use protocol::wire::NO_SPACE;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use crate::circle::Circle;
use crate::client::Client;
use crate::program::{Program, init};

const NONE: ChannelBinding = ChannelBinding::None;

/// Returns the resident memory of a process, in bytes.
fn resident(program: &Program) -> usize {
    let path = format!("/proc/{}/status", program.child.id());
    let status = std::fs::read_to_string(path).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    let kib: usize = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kib * 1024
}

/// A served folder whose cache is small and whose door lets this test's crowd in.
fn serve(engine: &str) -> (tempfile::TempDir, Program) {
    let folder = tempfile::tempdir().unwrap();
    let dir = init(&folder.path().join("relay"));
    let config = folder.path().join("relay/relay.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    let text = text.replace("cache_mib = 64", "cache_mib = 4");
    let text = text.replace("engine = \"sled\"", &format!("engine = \"{engine}\""));
    std::fs::write(&config, text).unwrap();
    let program = Program::serve(&dir);
    (folder, program)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_proven_link_costs_less_than_16_kib() {
    const WARM: usize = 50;
    const LINKS: usize = 900;
    let (_folder, program) = serve("sled");
    let circle = Circle::new();
    let mut links = Vec::new();
    let mut before = 0;
    for n in 0..WARM + LINKS {
        if n == WARM {
            before = resident(&program);
        }
        let mut link = Client::open(program.address).await;
        link.join(NO_SPACE, &circle.device, NONE).await.unwrap();
        links.push(link);
    }
    let each = resident(&program).saturating_sub(before) / LINKS;
    assert!(each < 16 * 1024, "{each} bytes for each link");
    // All of them are still served.
    for link in links.iter_mut().take(WARM) {
        link.ping().await;
    }
    eprintln!("an idle link costs {each} bytes");
    drop(links);
    program.stop();
}

/// T49: ten thousand connections that say nothing, or announce 64 MiB; memory stays bounded and
/// an honest replica is served within two seconds.
#[tokio::test(flavor = "multi_thread")]
async fn t49_ten_thousand_half_open_connections_cost_little_and_keep_nobody_out() {
    let (_folder, program) = serve("sled");
    let mut circle = Circle::new();
    let before = resident(&program);
    let mut crowd = Vec::new();
    for n in 0..10_000 {
        let mut socket = TcpStream::connect(program.address).await.unwrap();
        // Whoever is sent away at once cannot write any more.
        let _ = socket.write_all(said(n)).await;
        crowd.push(socket);
    }
    let asked = Instant::now();
    let mut honest = Client::open(program.address).await;
    timeout(Duration::from_secs(2), honest.found(&mut circle, NONE)).await.expect("served");
    let cost = resident(&program).saturating_sub(before);
    assert!(cost < 64 << 20, "{cost} bytes for the crowd");
    eprintln!("served in {:?}, the crowd costs {cost} bytes", asked.elapsed());
    drop(crowd);
    program.stop();
}

/// What one of the crowd says before it falls silent.
fn said(n: usize) -> &'static [u8] {
    match n % 3 {
        0 => b"",
        1 => b"GET /ws HTTP/1.1\r\nHost: relay\r\nUpgr",
        _ => {
            b"GET /ws HTTP/1.1\r\nHost: relay\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
              Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n\
              \x82\xff\x00\x00\x00\x00\x04\x00\x00\x00\x01\x02\x03\x04"
        }
    }
}

/// Bodies are on disk: a log twice as long costs no more memory, once the caches have filled.
#[tokio::test(flavor = "multi_thread")]
async fn memory_does_not_grow_with_the_stored_log() {
    for engine in ["redb", "sled"] {
        let (_folder, program) = serve(engine);
        let mut circle = Circle::new();
        let mut author = Client::open(program.address).await;
        let register = author.found(&mut circle, NONE).await;
        let mut write = async |envelopes: u32| {
            for _ in 0..envelopes {
                let envelope = circle.envelope(&register, vec![5; 200_000]);
                author.push(envelope.bytes()).await.unwrap();
            }
            resident(&program)
        };
        let short = write(600).await;
        let growth = write(600).await.saturating_sub(short);
        // 114 MiB were written in between.
        assert!(growth < 8 << 20, "{engine}: {growth} bytes more for a log twice as long");
        eprintln!("{engine}: {short} bytes, then {growth} more for 114 MiB of log");
        program.stop();
    }
}
