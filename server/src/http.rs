//! The few HTTP paths of a relay: the WebSocket, its health, its version.
//!
//! Nothing here tells who uses the relay or how much. What a founder needs before the first
//! handshake (the relay's and the operator's public keys) is in `/version`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Json, Response};
use axum::routing::get;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use protocol::env::LinkId;
use serde_json::json;
use tungstenite::handshake::server::create_response_with_body;

use crate::carrier::{Arrival, link};
use crate::driver::{Inlet, Outlet};
use crate::health::Health;

/// What the paths share.
pub(crate) struct Site {
    /// What the relay knows of its own state.
    pub(crate) health: Arc<Health>,
    /// Where links hand in their messages.
    pub(crate) inlet: Inlet,
    /// Public facts, as `/version` gives them.
    pub(crate) version: serde_json::Value,
    /// Whether `X-Forwarded-For` of an address is believed.
    pub(crate) trusted_proxies: Vec<std::net::IpAddr>,
    /// The number of the next link.
    pub(crate) next_link: AtomicU64,
}

/// Returns the relay's paths.
pub(crate) fn router(site: Arc<Site>) -> Router {
    Router::new()
        .route("/", get(front))
        .route("/ws", get(websocket))
        .route("/healthz", get(healthz))
        .route("/version", get(version))
        .with_state(site)
}

async fn healthz(State(site): State<Arc<Site>>) -> Response {
    let report = site.health.report();
    let status = if report.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let headers = [(header::CACHE_CONTROL, "no-store")];
    (status, headers, Json(report)).into_response()
}

async fn version(State(site): State<Arc<Site>>) -> Response {
    Json(site.version.clone()).into_response()
}

/// A person who opens the address in a browser learns what stands there; all else is a link.
async fn front(site: State<Arc<Site>>, request: Request) -> Response {
    if request.headers().contains_key(header::UPGRADE) {
        return websocket(site, request).await;
    }
    let text = "liaison-relay\n";
    (StatusCode::UPGRADE_REQUIRED, [(header::UPGRADE, "websocket")], text).into_response()
}

async fn websocket(State(site): State<Arc<Site>>, mut request: Request) -> Response {
    if site.health.is_draining() {
        return busy();
    }
    let Ok(response) = create_response_with_body(&request, Body::empty) else {
        let answer = json!({"error": {"code": "not-a-websocket"}});
        return (StatusCode::BAD_REQUEST, Json(answer)).into_response();
    };
    let upgrade = request.extensions_mut().remove::<OnUpgrade>();
    let arrival = request.extensions_mut().remove::<Arrival>();
    let (Some(upgrade), Some(arrival)) = (upgrade, arrival) else {
        return busy();
    };
    let Some(place) = arrival.take_place() else {
        return busy();
    };
    if site.trusted_proxies.contains(&arrival.address)
        && let Some(address) = forwarded_for(&request)
    {
        place.known_as(address);
    }
    tokio::spawn(open_link(site, upgrade, arrival, place));
    response
}

async fn open_link(
    site: Arc<Site>,
    upgrade: OnUpgrade,
    arrival: Arrival,
    place: crate::carrier::Place,
) {
    let Ok(Ok(upgraded)) = tokio::time::timeout_at(arrival.prove_by, upgrade).await else {
        return;
    };
    let link = LinkId(site.next_link.fetch_add(1, Ordering::Relaxed));
    let outlet = Arc::new(Outlet::default());
    let (binding, prove_by) = (arrival.binding, arrival.prove_by);
    site.inlet.opened(link, binding, Arc::clone(&outlet)).await;
    let terms = link::Terms { link, place, prove_by, outlet, inlet: site.inlet.clone() };
    // The number is this process's own; it names nobody.
    tracing::debug!(link = link.0, "opened");
    let ending = link::run(TokioIo::new(upgraded), terms).await;
    tracing::debug!(link = link.0, ?ending, "closed");
}

/// Returns the last address in `X-Forwarded-For`: the one the trusted proxy itself has seen.
fn forwarded_for(request: &Request) -> Option<std::net::IpAddr> {
    let all = request.headers().get_all("x-forwarded-for");
    let last = all.iter().next_back().map(HeaderValue::to_str)?.ok()?;
    let address: std::net::IpAddr = last.rsplit(',').next()?.trim().parse().ok()?;
    Some(address.to_canonical())
}

fn busy() -> Response {
    let headers = [(header::RETRY_AFTER, "5")];
    (StatusCode::SERVICE_UNAVAILABLE, headers).into_response()
}
