//! The page of a partner: routes that ask the replica, draw with the `web` crate, and redirect.
//!
//! What a page looks like, and what a form means, is decided in `web`; here the replica is asked.
//! Nobody sees a page without the cookie of this browser, which the one-time link of
//! `liaison serve` or `liaison open` gives.

mod channel;
mod desk;
mod document;
mod circles;
mod events;
mod first;
mod gate;
mod govern;
mod import;
mod listing;
mod machines;
mod papers;
mod talk;
mod visit;
pub(super) mod welcome;
mod write;

use super::api::App;
use super::door::Door;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
pub(super) use channel::Writers;
pub(super) use gate::{Gate, last_port};
pub(super) use import::Uploads;
use web::assets;
pub(super) use welcome::Later;
pub(crate) use welcome::Making;

/// Largest form: a long text with every character written as an escape.
const FORM_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Returns the routes of the page.
pub(super) fn router(app: App, gate: Gate, door: Door) -> Router {
    let inside = Router::new()
        .route("/", get(listing::first))
        .route("/langue", post(listing::language))
        .route("/reglages", get(listing::settings))
        .route("/accessibilite", get(listing::accessibility))
        .merge(alone())
        .route("/events", get(events::stream))
        .route("/channel", get(channel::open))
        .route("/s/{space}", get(listing::home))
        .route("/s/{space}/recherche", get(listing::search))
        .route("/s/{space}/nouveau", get(write::new_form).post(write::new))
        .route("/s/{space}/bilan", get(papers::annual))
        .route("/s/{space}/export/{format}", get(papers::export_space))
        .route("/s/{space}/indicateurs", get(listing::indicators).post(write::indicators))
        .route("/s/{space}/partenaires", get(govern::partners))
        .route("/s/{space}/inviter", post(govern::invite))
        .route("/s/{space}/retirer", post(govern::remove))
        .route("/s/{space}/votes/{proposal}/approuver", post(govern::approve))
        .route("/s/{space}/votes/{proposal}/retirer", post(govern::withdraw))
        .route("/s/{space}/{entry}", get(listing::entry))
        .route("/d/{document}", get(document::read))
        .route("/d/{document}/a", get(document::at))
        .route("/d/{document}/comparer", get(document::compare))
        .route("/d/{document}/historique", get(document::history))
        .route("/d/{document}/modifier", get(write::fields_form).post(write::fields))
        .route("/d/{document}/departager", post(write::settle))
        .route("/d/{document}/parties", post(write::add_section))
        .route("/d/{document}/texte/{section}", get(write::section_form).post(write::section))
        .route("/d/{document}/texte/{section}/titre", post(write::rename_section))
        .route("/d/{document}/texte/{section}/corbeille", post(write::delete_section))
        .route("/d/{document}/texte/{section}/remettre", post(write::restore_section))
        .route("/d/{document}/texte/{section}/revenir", post(write::return_section))
        .route("/d/{document}/lignes/{field}/{row}", get(write::row_form).post(write::row))
        .route("/d/{document}/commentaires", post(talk::write))
        .route("/d/{document}/commentaires/{comment}/{state}", post(talk::mark))
        .route("/d/{document}/versions", get(papers::versions))
        .route("/d/{document}/figer", post(papers::freeze))
        .route("/d/{document}/signer", post(papers::sign))
        .route("/d/{document}/preuve/{version}", get(papers::proof))
        .route("/d/{document}/imprimer", get(papers::print))
        .route("/d/{document}/export/{format}", get(papers::export_document))
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
        .layer(middleware::from_fn_with_state(gate.clone(), gate::keep))
        .with_state(app);
    Router::new()
        .route("/entrer", get(gate::enter))
        .with_state(gate)
        .route("/assets/{name}", get(asset))
        .route("/favicon.ico", get(icon))
        .merge(inside)
        .layer(middleware::from_fn_with_state(door, super::door::keep))
        .layer(middleware::map_response(guarded))
}

/// The pages of somebody alone before the machine: ways into a space, a file taken over, the
/// machines of the organisation, the circles.
fn alone() -> Router<App> {
    let upload = post(import::show).layer(DefaultBodyLimit::max(import::BYTES_MAX));
    Router::new()
        .route("/rejoindre", get(first::join_form).post(first::join))
        .route("/creer", get(first::found_form).post(first::found))
        .route("/essayer", get(first::demo_form).post(first::demo))
        .route("/nom", post(machines::rename))
        .route("/fiche-de-secours", get(machines::rescue))
        .route("/poste", post(machines::request))
        .route("/s/{space}/attente", get(first::waiting))
        .route("/s/{space}/importer", get(import::form).merge(upload))
        .route("/s/{space}/importer/{file}", post(import::apply))
        .route("/s/{space}/classeur-vide", get(import::blank))
        .route("/s/{space}/postes", get(machines::list))
        .route("/s/{space}/postes/demande", post(machines::look))
        .route("/s/{space}/postes/ajouter", post(machines::add))
        .route("/s/{space}/postes/{device}/retirer", get(machines::leaving).post(machines::revoke))
        .route("/s/{space}/cercles", post(circles::open))
        .route("/s/{space}/retrait", get(circles::leaving).post(circles::withdraw))
}

async fn asset(Path(name): Path<String>) -> Response {
    match assets::find(&name) {
        Some(asset) => {
            let kept = (header::CACHE_CONTROL, "no-cache");
            ([(header::CONTENT_TYPE, asset.media), kept], asset.bytes).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Gives the sign of the program where browsers look for it by themselves.
async fn icon() -> Response {
    asset(Path("icon.svg".to_owned())).await
}

/// Adds what a browser must obey on every answer: nothing from elsewhere, in no frame, never kept.
async fn guarded(mut response: Response) -> Response {
    const POLICY: &str = "default-src 'self'; frame-ancestors 'none'; form-action 'self'; \
                          base-uri 'none'; object-src 'none'";
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(header::CONTENT_SECURITY_POLICY, POLICY);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "same-origin");
    set(header::CACHE_CONTROL, "no-store");
    response
}
