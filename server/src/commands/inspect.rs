//! `spaces`, `members`, `status`, `verify`: what the relay holds, never what it means.

use std::path::Path;

use console::readable::size;
use console::{Exit, Failure, Out, Page, Text};

use super::init::not_written;
use crate::admin::{Answer, PartnerLine, Question, SpaceLine, Status, Verdict, ask};
use crate::config::Settings;

/// Lists the spaces.
///
/// # Errors
/// As [`ask`].
pub(super) fn spaces(settings: &Settings, out: &mut Out) -> Result<Exit, Failure> {
    let Answer::Spaces(spaces) = ask(settings, &Question::Spaces)? else {
        return Err(astray());
    };
    out.answer(&spaces, |page| draw_spaces(&spaces, page))?;
    Ok(Exit::Done)
}

/// Shows the roster of a space.
///
/// # Errors
/// As [`ask`].
pub(super) fn members(settings: &Settings, space: &str, out: &mut Out) -> Result<Exit, Failure> {
    let question = Question::Members { space: space.to_owned() };
    let Answer::Members(members) = ask(settings, &question)? else {
        return Err(astray());
    };
    out.answer(&members, |page| draw_members(&members, page))?;
    Ok(Exit::Done)
}

/// Says how the relay is doing.
///
/// # Errors
/// As [`ask`].
pub(super) fn status(settings: &Settings, out: &mut Out) -> Result<Exit, Failure> {
    let Answer::Status(status) = ask(settings, &Question::Status)? else {
        return Err(astray());
    };
    out.answer(&status, |page| draw_status(&status, page))?;
    Ok(Exit::Done)
}

/// Reads everything again. A store with anomalies is status 1.
///
/// # Errors
/// As [`ask`].
pub(super) fn verify(settings: &Settings, out: &mut Out) -> Result<Exit, Failure> {
    out.progress(&Text::of("tout est relu…", "reading everything…"));
    let Answer::Verified(verdict) = ask(settings, &Question::Verify)? else {
        return Err(astray());
    };
    out.answer(&verdict, |page| draw_verdict(&verdict, page))?;
    Ok(if verdict.valid { Exit::Done } else { Exit::Refused })
}

/// Copies the store to a new folder.
///
/// # Errors
/// As [`ask`]; status 3 when the copy cannot be made there.
pub(super) fn backup(settings: &Settings, to: &Path, out: &mut Out) -> Result<Exit, Failure> {
    // The running relay has a current folder of its own.
    let to = std::path::absolute(to).map_err(|error| not_written(to, &error))?;
    out.progress(&Text::of(
        "le stockage est copié, puis relu…",
        "copying the store, then reading…",
    ));
    let Answer::Copied(copied) = ask(settings, &Question::Backup { to })? else {
        return Err(astray());
    };
    out.answer(&copied, |page| {
        let (records, shown) = (copied.records, copied.store.display());
        page.good(&Text::new(
            format!("{records} enregistrements copiés et comparés dans {shown}"),
            format!("{records} records copied and compared in {shown}"),
        ));
        page.say(&Text::of(
            "y joindre relay.toml ; garder relay.key à part",
            "add relay.toml to it; keep relay.key apart",
        ));
    })?;
    Ok(Exit::Done)
}

fn draw_spaces(spaces: &[SpaceLine], page: &mut Page) {
    if spaces.is_empty() {
        return page.say(&Text::of("aucun espace ici", "no space here"));
    }
    let headers = [
        Text::of("espace", "space"),
        Text::of("actes", "acts"),
        Text::of("enveloppes", "envelopes"),
        Text::of("taille", "size"),
    ];
    let row = |line: &SpaceLine| {
        let size = size(line.bytes, page.lang());
        vec![line.space.clone(), line.acts.to_string(), line.envelopes.to_string(), size]
    };
    let rows: Vec<_> = spaces.iter().map(row).collect();
    page.table(&headers, &rows);
}

fn draw_members(members: &[PartnerLine], page: &mut Page) {
    let headers = [
        Text::of("organisation", "organisation"),
        Text::of("rôle", "role"),
        Text::of("état", "state"),
        Text::of("appareil", "device"),
        Text::of("état", "state"),
        Text::of("jusqu'à", "until"),
    ];
    let mut rows = Vec::new();
    for partner in members {
        let lang = page.lang();
        let word = |word: &str| word_of(word).in_lang(lang).to_owned();
        let own = [partner.partner.clone(), word(&partner.role), word(&partner.state)];
        let mut devices = partner.devices.iter().map(|device| {
            let until = device.until.clone().unwrap_or_default();
            vec![device.device.clone(), word(&device.state), until]
        });
        rows.push([own.to_vec(), devices.next().unwrap_or_default()].concat());
        let blank = vec![String::new(); 3];
        rows.extend(devices.map(|device| [blank.clone(), device].concat()));
    }
    page.table(&headers, &rows);
}

fn draw_status(status: &Status, page: &mut Page) {
    let (run, lang) = (&status.run, page.lang());
    let text = |text: Text| text.in_lang(lang).to_owned();
    let state = match (run.running, run.draining, run.ready) {
        (false, _, _) => Text::of("à l'arrêt", "not running"),
        (true, true, _) => Text::of("s'arrête", "shutting down"),
        (true, false, true) => Text::of("en service", "serving"),
        (true, false, false) => Text::of("en service, mais n'écrit pas", "serving, not writing"),
    };
    let mut pairs = vec![
        (Text::of("état", "state"), text(state)),
        (Text::of("relais", "relay"), status.relay.clone()),
        (Text::of("espaces", "spaces"), status.spaces.to_string()),
        (Text::of("moteur", "engine"), status.engine.clone()),
        (Text::of("enregistrements", "records"), status.records.to_string()),
        (Text::of("sur le disque", "on disk"), size(status.disk_bytes, lang)),
        (Text::of("place libre", "free room"), size(status.free_bytes, lang)),
    ];
    if run.running {
        let url = run.url.clone().unwrap_or_default();
        let written = run.last_durable_write.clone().unwrap_or_else(|| "–".to_owned());
        pairs.push((Text::of("adresse", "address"), url));
        pairs.push((Text::of("liens", "links"), run.links.to_string()));
        pairs.push((Text::of("dernière écriture", "last write"), written));
    }
    page.pairs(&pairs);
    if run.storage.as_deref() == Some("full") {
        page.alarm(&Text::of(
            "le disque est plein : le relais lit encore, et n'accepte plus rien",
            "the disk is full: the relay still reads, and takes nothing any more",
        ));
    }
}

fn draw_verdict(verdict: &Verdict, page: &mut Page) {
    let counts = format!("{} / {} / {}", verdict.spaces, verdict.acts, verdict.envelopes);
    let label = Text::of("espaces / actes / enveloppes", "spaces / acts / envelopes");
    page.pairs(&[(label, counts)]);
    if verdict.valid {
        return page.good(&Text::of("tout est en ordre", "everything is in order"));
    }
    page.alarm(&Text::of("des anomalies ont été trouvées", "anomalies were found"));
    for anomaly in &verdict.anomalies {
        let space = anomaly.space.as_deref().unwrap_or("–");
        page.line(&format!("  {space}  {}  {}", anomaly.what, anomaly.detail));
    }
}

/// Returns a word of the register as people read it.
fn word_of(word: &str) -> Text {
    const WORDS: [(&str, &str); 9] = [
        ("guarantor", "garant"),
        ("member", "membre"),
        ("observer", "observateur"),
        ("present", "présente"),
        ("left", "partie"),
        ("removed", "retirée"),
        ("active", "actif"),
        ("suspended", "suspendu"),
        ("revoked", "révoqué"),
    ];
    let french = WORDS.into_iter().find(|(en, _)| *en == word).map_or(word, |(_, fr)| fr);
    Text::new(french.to_owned(), word.to_owned())
}

fn astray() -> Failure {
    let message =
        Text::of("la réponse n'est pas celle de la question", "the answer is not to the question");
    Failure::bug("answer-astray", message)
}
