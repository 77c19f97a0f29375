//! Somebody alone before the page, without a script: from nothing to a dashboard, a second
//! organisation by its invitation, a workbook taken over, a circle that is refused.
//!
//! A browser is a socket and the cookies it keeps; what it reads is what stands in the HTML.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use crate::programs::{Stage, program};
use serde_json::Value;

/// Redirections that one click may cause.
const HOPS_MAX: usize = 5;

/// A daemon and the browser that came in by its link.
struct Browser {
    child: Child,
    host: String,
    cookies: BTreeMap<String, String>,
}

/// What a browser was shown.
#[derive(Debug)]
struct Shown {
    status: u16,
    path: String,
    refresh: bool,
    body: String,
}

impl Drop for Browser {
    fn drop(&mut self) {
        // It may have ended by itself: nothing is left to do then.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Browser {
    /// Starts `serve` on a home, whatever is in it, and opens its link.
    fn on(stage: &Stage, home: &str, passphrase: Option<&str>) -> Self {
        let mut command = Command::new(program("liaison"));
        command.arg("--home").arg(stage.path(home)).args(["--json", "serve", "--no-open"]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        command.env_remove("LIAISON_PASSPHRASE");
        command.envs(passphrase.map(|phrase| ("LIAISON_PASSPHRASE", phrase)));
        let mut child = command.spawn().expect("the daemon starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("it was asked to be piped");
        BufReader::new(stdout).read_line(&mut line).expect("the daemon says that it is ready");
        let ready: Value = serde_json::from_str(&line).expect("one line of JSON");
        let link = ready["open"].as_str().expect("a link").to_owned();
        let rest = link.strip_prefix("http://").expect("an address of this machine");
        let (host, path) = rest.split_once('/').expect("a path");
        let mut browser = Self { child, host: host.to_owned(), cookies: BTreeMap::new() };
        let outside = browser.get("/");
        assert_eq!(outside.status, 401, "nobody comes in without the link: {outside:?}");
        browser.get(&format!("/{path}"));
        browser
    }

    fn get(&mut self, path: &str) -> Shown {
        self.follow("GET", path, "", Vec::new())
    }

    fn post(&mut self, path: &str, pairs: &[(&str, &str)]) -> Shown {
        let pairs = pairs.iter().map(|(name, value)| format!("{name}={}", escaped(value)));
        let body = pairs.collect::<Vec<_>>().join("&").into_bytes();
        self.follow("POST", path, "application/x-www-form-urlencoded", body)
    }

    /// Sends a file as a form does.
    fn upload(&mut self, path: &str, name: &str, bytes: &[u8]) -> Shown {
        let head = format!(
            "--grenze\r\nContent-Disposition: form-data; name=\"departement\"\r\n\r\n\r\n\
             --grenze\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        let body = [head.as_bytes(), bytes, b"\r\n--grenze--\r\n"].concat();
        self.follow("POST", path, "multipart/form-data; boundary=grenze", body)
    }

    fn follow(&mut self, method: &str, path: &str, kind: &str, body: Vec<u8>) -> Shown {
        let mut shown = self.ask(method, path, kind, &body);
        for _ in 0..HOPS_MAX {
            if shown.0.status != 303 {
                return shown.0;
            }
            shown = self.ask("GET", &shown.1, "", &[]);
        }
        panic!("sent on for ever: {shown:?}");
    }

    /// Asks once; returns what came and where it sends to.
    fn ask(&mut self, method: &str, path: &str, kind: &str, body: &[u8]) -> (Shown, String) {
        let mut socket = TcpStream::connect(&self.host).expect("the daemon listens");
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: {}\r\n\
             Content-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            cookies.join("; "),
            body.len(),
            host = self.host,
        );
        socket.write_all(&[head.as_bytes(), body].concat()).expect("a form leaves");
        let mut answer = Vec::new();
        socket.read_to_end(&mut answer).expect("a page comes");
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
        let mut to = String::new();
        let mut refresh = false;
        for line in head.lines() {
            let Some((name, value)) = line.split_once(": ") else { continue };
            match name.to_ascii_lowercase().as_str() {
                "location" => to = value.to_owned(),
                "refresh" => refresh = true,
                "set-cookie" => {
                    let pair = value.split(';').next().and_then(|pair| pair.split_once('='));
                    let (name, value) = pair.expect("a cookie has a name");
                    self.cookies.insert(name.to_owned(), value.to_owned());
                }
                _ => {}
            }
        }
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
        (Shown { status, path: path.to_owned(), refresh, body: body.to_owned() }, to)
    }
}

fn escaped(value: &str) -> String {
    value.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

impl Shown {
    /// Returns what stands between two marks, the first time.
    fn between(&self, before: &str, after: &str) -> String {
        let rest = self.body.split_once(before).map(|(_, rest)| rest);
        let found = rest.and_then(|rest| rest.split_once(after)).map(|(found, _)| found);
        found.unwrap_or_else(|| panic!("no {before} in {}", self.body)).to_owned()
    }

    fn says(&self, text: &str) -> &Self {
        assert!(self.body.contains(text), "no “{text}” in {}: {}", self.path, self.body);
        self
    }
}

const WHO: [(&str, &str); 4] = [
    ("organisation", "Centre hospitalier"),
    ("machine", "bureau"),
    ("phrase", "quatre mots au hasard"),
    ("again", "quatre mots au hasard"),
];

fn found(browser: &mut Browser, relay: &str) -> Shown {
    let what = [("title", "PTSM des Trois-Vallons"), ("relay", relay)];
    browser.post("/creer", &[&WHO[..], &what].concat())
}

#[test]
fn from_nothing_to_a_dashboard_then_a_partner_by_an_invitation() {
    let mut stage = Stage::new("first-page");
    let relay = stage.start_relay();
    let mut hospital = Browser::on(&stage, "hopital", None);
    hospital.get("/").says("Bienvenue").says("href=\"/rejoindre\"").says("href=\"/essayer\"");
    hospital.get("/creer").says("type=\"password\"").says("name=\"relay\"");
    // What is wrong is said before anything is made.
    let differ = [("organisation", "CH"), ("machine", "m"), ("phrase", "a"), ("again", "b")];
    let what = [("title", "PTSM"), ("relay", relay.as_str())];
    let refused = hospital.post("/creer", &[&differ[..], &what].concat());
    assert_eq!(refused.status, 422);
    refused.says("Les deux phrases de passe diffèrent").says("value=\"CH\"");
    let dashboard = found(&mut hospital, &relay);
    assert_eq!(dashboard.status, 200, "{dashboard:?}");
    dashboard.says("PTSM des Trois-Vallons").says("Tableau de bord");
    assert!(hospital.cookies.contains_key("liaison-visite"));
    let space = dashboard.path.trim_start_matches("/s/").to_owned();
    let role = [("role", "guarantor")];
    let invited = hospital.post(&format!("/s/{space}/inviter"), &role);
    let invitation = invited.between("liaison-invitation-", "<");
    let invitation = format!("Bonjour, voici : liaison-invitation-{invitation}");

    let mut other = Browser::on(&stage, "asso", Some("autre phrase de passe"));
    let form = other.get("/rejoindre");
    form.says("LIAISON_PASSPHRASE");
    assert!(!form.body.contains("type=\"password\""));
    let who = [("organisation", "Les Hirondelles"), ("machine", "accueil")];
    let bad = other.post("/rejoindre", &[&who[..], &[("invitation", "bonjour")]].concat());
    assert_eq!(bad.status, 422);
    bad.says("name=\"organisation\"");
    let asked = [&who[..], &[("invitation", invitation.as_str())]].concat();
    let waiting = other.post("/rejoindre", &asked);
    assert!(waiting.refresh, "it refreshes by itself: {waiting:?}");
    let words = waiting.says("Qui doit approuver").between("<ol class=\"spoken\">", "</ol>");
    let words: Vec<&str> =
        words.split("<li>").skip(1).filter_map(|word| word.split('<').next()).collect();
    assert_eq!(words.len(), 8, "{words:?}");

    let mut votes = String::new();
    stage.until("the request is shown to the guarantor", |_| {
        let page = hospital.get(&format!("/s/{space}/partenaires"));
        let shown = page.body.contains(&words.join(" "));
        votes = if shown { page.between("/votes/", "/approuver") } else { String::new() };
        shown
    });
    let approve = format!("/s/{space}/votes/{votes}/approuver");
    hospital.post(&approve, &[("compared", "1")]).says("C'est décidé.");
    stage.until("the newcomer stands before the dashboard", |_| {
        let page = other.get(&format!("/s/{space}/attente"));
        page.path == format!("/s/{space}") && page.body.contains("Tableau de bord")
    });
    drop(hospital);
    // The next start is as it always was: the passphrase that was typed opens what was made.
    let mut again = Browser::on(&stage, "hopital", Some("quatre mots au hasard"));
    again.get("/").says("PTSM des Trois-Vallons");
}

#[test]
fn a_relay_that_is_away_is_said_with_what_to_do_and_nobody_is_asked_twice() {
    let stage = Stage::new("first-away");
    let mut browser = Browser::on(&stage, "seule", None);
    let refused = found(&mut browser, "ws://127.0.0.1:9");
    assert_eq!(refused.status, 422);
    refused.says("Aucun relais ne répond").says("liaison-relay serve").says("PTSM des Trois");
    assert!(!refused.body.contains("name=\"organisation\""), "{}", refused.body);
    browser.get("/").says("href=\"/creer\"");
}

#[test]
fn a_workbook_is_shown_then_written_and_what_is_none_is_refused_with_its_reason() {
    let mut stage = Stage::new("first-import");
    let relay = stage.start_relay();
    let mut browser = Browser::on(&stage, "hopital", None);
    let dashboard = found(&mut browser, &relay);
    let space = dashboard.path.clone();
    dashboard.says(&format!("href=\"{space}/importer\""));
    let to = format!("{space}/importer");
    browser.get(&to).says("multipart/form-data").says("classeur vide");
    let refused = browser.upload(&to, "photo.xlsx", &[0, 159, 146, 150].repeat(200));
    assert_eq!(refused.status, 422);
    refused.says("role=\"alert\"").says("ni un classeur");
    browser.upload(&to, "lettre.csv", b"Bonjour,\nvoici.\n").says("Rien n'a pu être lu");
    let csv = "N°;Titre;Date de début\nFA-01;Accès aux soins;01/02/2026\n\
               FA-02;Logement accompagné;le 45 mai\n";
    let shown = browser.upload(&to, "fiches.csv", csv.as_bytes());
    assert_eq!(shown.status, 200, "{shown:?}");
    shown.says("Accès aux soins").says("Rien n'est encore écrit").says("ligne 3");
    let list = format!("{space}/fiches");
    assert!(!browser.get(&list).body.contains("Accès aux soins"), "nothing is written yet");
    let apply = format!("{to}/{}", shown.between("importer/", "\""));
    let done = browser.post(&apply, &[]);
    done.says("Ce que « fiches.csv » a changé").says("Accès aux soins");
    browser.get(&list).says("Accès aux soins").says("Logement accompagné");
    browser.post(&apply, &[]).says("n'est plus gardé");
    browser.upload(&to, "fiches.csv", csv.as_bytes()).says("ne change rien");
    let blank = browser.get(&format!("{space}/classeur-vide"));
    assert!(blank.status == 200 && blank.body.starts_with("PK"), "a workbook");
}

#[test]
fn the_organisation_is_renamed_and_the_sheet_to_print_tells_no_secret() {
    let mut stage = Stage::new("first-settings");
    let relay = stage.start_relay();
    let mut browser = Browser::on(&stage, "hopital", None);
    let space = found(&mut browser, &relay).path;
    browser.get("/reglages").says(&stage.path("hopital")).says("Centre hospitalier");
    browser.post("/nom", &[("name", "CH de Valmont")]).says("Le nom est changé.");
    stage.until("the name has come back from the relay", |_| {
        browser.get("/fiche-de-secours").body.contains("CH de Valmont")
    });
    let sheet = browser.get("/fiche-de-secours");
    sheet.says(space.trim_start_matches("/s/")).says(&relay);
    assert!(!sheet.body.contains("quatre mots au hasard"), "the passphrase is on the sheet");
    // Another machine of the organisation asks, is compared, and comes in.
    stage.settle("portable", "CH de Valmont");
    let mut laptop = Browser::on(&stage, "portable", None);
    let asked = laptop.post("/poste", &[]);
    let request = asked.between("readonly rows=\"8\"", "</textarea>");
    let request = request.split_once('>').expect("a text").1.to_owned();
    let words = asked.between("<ol class=\"spoken\">", "</ol>");
    let looked = browser.post(&format!("{space}/postes/demande"), &[("request", &request)]);
    assert_eq!(looked.between("<ol class=\"spoken\">", "</ol>"), words, "the same eight words");
    let add = format!("{space}/postes/ajouter");
    browser.post(&add, &[("request", &request)]).says("Comparez d'abord");
    let added = browser.post(&add, &[("request", &request), ("compared", "1")]);
    let welcome = added.between("readonly rows=\"8\"", "</textarea>");
    let welcome = welcome.split_once('>').expect("a text").1.to_owned();
    laptop.post("/rejoindre", &[("invitation", &welcome)]);
    stage.until("the laptop stands before the dashboard", |_| {
        laptop.get(&format!("{space}/attente")).path == space
    });
    let listed = browser.get(&format!("{space}/postes"));
    listed.says("PangolinPoste portable");
    let link = listed.between("PangolinPoste portable", "/retirer");
    let device = link.rsplit('/').next().expect("an identifier").to_owned();
    let to = format!("{space}/postes/{device}/retirer");
    browser.get(&to).says("cela ne se reprend pas");
    browser.post(&to, &[("cause", "lost")]).says("Le poste est retiré.");
}

#[test]
fn a_circle_is_refused_by_a_relay_that_hosts_no_health_data() {
    let mut stage = Stage::new("first-circle");
    let relay = stage.start_relay();
    let mut browser = Browser::on(&stage, "hopital", None);
    let space = found(&mut browser, &relay).path;
    let page = browser.get(&format!("{space}/liaison"));
    page.says("Ouvrir un cercle").says("Aucun cercle ouvert");
    let circle = [("title", "Dossier 27"), ("relay", relay.as_str())];
    let refused = browser.post(&format!("{space}/cercles"), &circle);
    assert_eq!(refused.status, 422);
    refused.says("hébergeur certifié");
}

#[test]
fn a_circle_is_opened_for_one_sheet_and_erased_when_consent_is_taken_back() {
    let mut stage = Stage::new("first-consent").hosting_health();
    let relay = stage.start_relay();
    let mut browser = Browser::on(&stage, "hopital", None);
    let space = found(&mut browser, &relay).path;
    let circle = [("title", "Dossier 27"), ("relay", relay.as_str())];
    let sheet = browser.post(&format!("{space}/cercles"), &circle);
    sheet.says("Dossier 27").says("consentement");
    let page = browser.get(&format!("{space}/liaison"));
    page.says("Dossier 27").says("non recueilli");
    let links = page.body.split("/retrait\"").next().expect("a link to withdraw");
    let own = links.rsplit("href=\"").next().expect("its address").to_owned();
    let leaving = browser.get(&format!("{own}/retrait"));
    leaving.says("EFFACER").says("détruit ses clés").says("type=\"checkbox\"");
    let unsure = browser.post(&format!("{own}/retrait"), &[]);
    assert_eq!(unsure.status, 422, "nothing is erased without the box");
    browser.post(&format!("{own}/retrait"), &[("sure", "1")]).says("Le cercle est fermé.");
    stage.until("the circle is shown as erased", |_| {
        browser.get(&format!("{space}/liaison")).body.contains("fermé et effacé")
    });
    let other = browser.get(&format!("{space}/retrait"));
    assert_eq!(other.status, 404, "the space of all partners is no circle");
}

#[test]
fn the_demonstration_opens_in_a_space_of_its_own() {
    let mut stage = Stage::new("first-demo");
    let relay = stage.start_relay();
    let mut browser = Browser::on(&stage, "curieuse", None);
    browser.get("/essayer").says("Tout y est inventé").says("ws://127.0.0.1:7464");
    let shown = browser.post("/essayer", &[&WHO[..], &[("relay", relay.as_str())]].concat());
    assert_eq!(shown.status, 200, "{shown:?}");
    shown.says("Les Trois-Vallons (démonstration)");
    browser.get(&format!("{}/fiches", shown.path)).says("(démonstration)");
}
