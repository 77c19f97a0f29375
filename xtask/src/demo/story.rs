//! The scenes. Each tells what happens, makes it happen, and checks that it did.

use super::stage::{Stage, text, wait_for};
use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use std::path::Path;

const HOSPITAL: &str = "hopital";
const ASSOCIATION: &str = "association";
const DEPARTMENT: &str = "departement";
const LAPTOP: &str = "portable";
const PARTNERS: [&str; 3] = [HOSPITAL, ASSOCIATION, DEPARTMENT];

/// Words that must never be found in the relay's folder.
const SECRETS: [&str; 6] =
    ["Trois-Vallons", "Hirondelles", "accueil", "psychiatrie", "parentèle", "navette"];

/// What the scenes share.
struct Cast<'a> {
    stage: &'a mut Stage,
    space: String,
    document: String,
    section: String,
    date: String,
}

/// Plays every scene.
///
/// # Errors
///
/// At the first thing that is not as told.
pub(super) fn play(stage: &mut Stage) -> Result<()> {
    let mut cast = Cast {
        stage,
        space: String::new(),
        document: String::new(),
        section: String::new(),
        date: String::new(),
    };
    cast.open()?;
    cast.found()?;
    cast.admit(ASSOCIATION, &[HOSPITAL])?;
    cast.admit(DEPARTMENT, &[HOSPITAL, ASSOCIATION])?;
    cast.write_together()?;
    cast.part_and_meet()?;
    cast.settle_date()?;
    cast.lose_laptop()?;
    cast.carry_by_hand()?;
    cast.search_relay()?;
    cast.verify()?;
    let Cast { stage, space, document, .. } = cast;
    stage.remember(&space, &document);
    Ok(())
}

pub(super) fn scene(number: u32, title: &str) {
    println!("\n── {number}. {title}");
}

pub(super) fn tell(sentence: &str) {
    println!("   {sentence}");
}

impl Cast<'_> {
    fn open(&mut self) -> Result<()> {
        scene(1, "Un relais et trois partenaires, chacun sur sa machine");
        tell("Chaque ligne « $ » est une commande, telle qu'on la tape ; les identifiants y sont");
        tell("abrégés à huit chiffres. Un dossier (--home) est la machine d'un partenaire.");
        let url = self.stage.start_relay()?;
        tell(&format!("Le relais écoute sur {url} : il range des enveloppes fermées."));
        let homes = [
            (HOSPITAL, "Centre hospitalier des Trois-Vallons", "poste de la coordinatrice"),
            (ASSOCIATION, "Association Les Hirondelles", "poste du bureau"),
            (DEPARTMENT, "Département", "poste autonomie"),
        ];
        for (name, partner, label) in homes {
            self.stage.settle(name, partner, label)?;
            self.stage.start_replica(name)?;
            tell(&format!("{partner} : sa copie complète vit dans {name}/, et reste connectée."));
        }
        Ok(())
    }

    fn found(&mut self) -> Result<()> {
        scene(2, "L'hôpital fonde l'espace… et n'en est pas propriétaire");
        let url = self.stage.relay_url()?;
        let title = "PTSM des Trois-Vallons";
        let founded = self
            .stage
            .type_in(HOSPITAL, &["space", "found", title, "--relay", &url, "--rule", "majority"])?;
        self.space = text(&founded, "space")?;
        tell(
            "À un ou deux garants, personne ne peut être retiré : la neutralité commence à trois.",
        );
        Ok(())
    }

    fn admit(&mut self, newcomer: &str, voters: &[&str]) -> Result<()> {
        scene(2 + voters.len() as u32, &format!("{} demande à entrer", called(newcomer)));
        let space = self.space.clone();
        let invited = self.stage.type_in(HOSPITAL, &["invite", &space, "--role", "guarantor"])?;
        let invitation = text(&invited, "invitation")?;
        let joined = self.stage.type_in(newcomer, &["join", &invitation])?;
        let request = text(&joined, "request")?;
        let words = words(&joined)?;
        tell(&format!("Huit mots lus au téléphone : {}", words.join(" ")));
        for (at, voter) in voters.iter().enumerate() {
            // It reaches a voter over the relay, and may take a moment.
            wait_for("la demande visible", || {
                let requests = self.stage.liaison(voter, &["requests", &space])?;
                let mut listed = list(&requests)?.iter();
                let seen = listed.find(|listed| listed["proposal"] == request.as_str());
                seen.map_or(Ok(false), |seen| {
                    ensure!(self::words(seen)? == words, "the eight words differ");
                    Ok(true)
                })
            })?;
            let vote = self.stage.type_in(voter, &["approve", &space, &request, "--yes"])?;
            let last = at + 1 == voters.len();
            ensure!(vote["adopted"] == Value::Bool(last), "vote: {vote}");
            tell(&format!(
                "{} lit les mêmes mots et approuve : {} sur {} voix nécessaires.",
                called(voter),
                vote["approvals"],
                vote["needed"]
            ));
        }
        self.wait_for("les membres connus du nouveau venu", |cast| {
            cast.stage.liaison(newcomer, &["sync"])?;
            let members = cast.stage.liaison(newcomer, &["members", &cast.space])?;
            let named = |m: &Value| m["name"].as_str().is_some_and(|name| !name.is_empty());
            Ok(list(&members)?.len() == voters.len() + 1 && list(&members)?.iter().all(named))
        })
    }

    fn write_together(&mut self) -> Result<()> {
        scene(5, "Une convention, écrite à trois");
        let title = "Convention accueil et psychiatrie";
        let made = self
            .stage
            .type_in(HOSPITAL, &["doc", "new", &self.space, "convention", "--title", title])?;
        self.document = text(&made, "document")?;
        let document = self.document.clone();
        let shown = self.stage.liaison(HOSPITAL, &["doc", "show", &document])?;
        let sections = list(&shown["sections"])?;
        self.section = text(sections.get(1).context("no second section")?, "id")?;
        let kinds = self.stage.liaison(HOSPITAL, &["doc", "kinds"])?;
        self.date = date_field(&kinds)?;
        let section = self.section.clone();
        let lines = [
            (HOSPITAL, "Les partenaires organisent un accueil commun.\n"),
            (ASSOCIATION, "Les Hirondelles tiennent une permanence le mardi.\n"),
            (DEPARTMENT, "Le Département finance la navette.\n"),
        ];
        for (name, line) in lines {
            self.readable(name)?;
            self.stage.type_in(name, &["doc", "write", &document, &section, "--append", line])?;
        }
        self.converge(&PARTNERS)?;
        let told = self.section_text(DEPARTMENT)?;
        ensure!(lines.iter().all(|(_, line)| told.contains(line.trim())), "text: {told}");
        tell("Chacun lit la même chose, et chacun en a une copie complète.");
        Ok(())
    }

    fn part_and_meet(&mut self) -> Result<()> {
        scene(6, "Le réseau de l'association est coupé : chacun continue");
        self.stage.cut(ASSOCIATION);
        let (document, section, date) =
            (self.document.clone(), self.section.clone(), self.date.clone());
        let edits = [
            (ASSOCIATION, "tous les mardis", "2027-03-01"),
            (HOSPITAL, "sans rendez-vous", "2027-01-01"),
        ];
        for (name, words, day) in edits {
            let insert = format!("[{words}] ");
            let at = ["doc", "write", &document, &section, "--at", "4", &insert];
            self.stage.type_in(name, &at)?;
            self.stage.type_in(name, &["doc", "set", &document, &date, day])?;
        }
        self.stage.show(ASSOCIATION, &["sync"]);
        let (status, alone) = self.stage.liaison_any(ASSOCIATION, &["sync"])?;
        ensure!(status == 4, "the relay was reached: {alone}");
        let waiting = &alone["pending"];
        tell(&format!("Relais injoignable : {waiting} modifications gardées ici, à envoyer."));
        let there = self.section_text(HOSPITAL)?;
        ensure!(!there.contains("tous les mardis"), "the network was not cut");
        tell("L'hôpital, lui, n'en voit encore rien. Le réseau revient.");
        self.stage.mend(ASSOCIATION);
        self.converge(&PARTNERS)?;
        let merged = self.section_text(ASSOCIATION)?;
        ensure!(merged.contains("tous les mardis"), "lost: {merged}");
        ensure!(merged.contains("sans rendez-vous"), "lost: {merged}");
        tell("Les deux ajouts du même paragraphe sont là, des deux côtés :");
        tell(&format!("   « {} »", merged.lines().next().unwrap_or_default()));
        Ok(())
    }

    fn settle_date(&mut self) -> Result<()> {
        scene(7, "La même date, écrite deux fois : un conflit montré, pas départagé en silence");
        let (document, date) = (self.document.clone(), self.date.clone());
        for name in PARTNERS {
            let shown = self.stage.liaison(name, &["doc", "show", &document])?;
            let conflicts = list(&shown["conflicts"])?;
            ensure!(conflicts.len() == 1, "{name} sees {} conflicts", conflicts.len());
            let values = list(&conflicts[0]["values"])?;
            ensure!(values.len() == 2, "{name} sees {values:?}");
        }
        self.stage.show(DEPARTMENT, &["doc", "show", &document]);
        let shown = self.stage.liaison(DEPARTMENT, &["doc", "show", &document])?;
        for value in list(&shown["conflicts"][0]["values"])? {
            let by = self.name_of(DEPARTMENT, &value["partner"])?;
            tell(&format!("   {} selon {by}", value["value"].as_str().unwrap_or_default()));
        }
        tell("Chacun voit les deux dates et qui les a écrites.");
        self.stage.type_in(DEPARTMENT, &["doc", "settle", &document, &date, "2027-03-01"])?;
        self.wait_for("la date réglée partout", |cast| {
            cast.sync(&PARTNERS)?;
            for name in PARTNERS {
                let shown = cast.stage.liaison(name, &["doc", "show", &document])?;
                if !list(&shown["conflicts"])?.is_empty() {
                    return Ok(false);
                }
            }
            Ok(true)
        })?;
        tell("Le Département départage une fois ; le conflit disparaît chez tous.");
        Ok(())
    }

    fn lose_laptop(&mut self) -> Result<()> {
        scene(8, "Un portable de l'association est perdu ; ce qu'il portait ne l'est pas");
        let space = self.space.clone();
        self.stage.settle(LAPTOP, "Association Les Hirondelles", "portable")?;
        let asked = self.stage.type_in(LAPTOP, &["device", "request"])?;
        let (device, request) = (text(&asked, "device")?, text(&asked, "request")?);
        let added =
            self.stage.type_in(ASSOCIATION, &["device", "add", &space, &request, "--yes"])?;
        self.stage.type_in(LAPTOP, &["join", &text(&added, "welcome")?])?;
        self.readable(LAPTOP)?;
        self.stage.cut(LAPTOP);
        let (document, section) = (self.document.clone(), self.section.clone());
        let late = "Une parentèle peut venir sans inscription.\n";
        self.stage.type_in(LAPTOP, &["doc", "write", &document, &section, "--append", late])?;
        self.stage
            .type_in(ASSOCIATION, &["device", "revoke", &space, &device, "--cause", "lost"])?;
        tell(
            "Révoqué d'un geste par sa propre organisation. Le portable est retrouvé, reconnecté :",
        );
        self.stage.mend(LAPTOP);
        self.stage.show(LAPTOP, &["sync"]);
        let (_, synced) = self.stage.liaison_any(LAPTOP, &["sync"])?;
        ensure!(synced["quarantined"] == 1, "quarantine: {synced}");
        tell("Le relais et les autres refusent ses écrits ; ils restent sur lui, mis à part.");
        let hospital = self.partner(HOSPITAL)?;
        let parcel = self.stage.dir().join("portable.paquet");
        let parcel = parcel.to_string_lossy().into_owned();
        self.stage
            .type_in(LAPTOP, &["quarantine", "export", &space, &parcel, "--to", &hospital])?;
        self.stage.type_in(HOSPITAL, &["quarantine", "review", &parcel])?;
        self.stage.type_in(HOSPITAL, &["quarantine", "adopt", &parcel])?;
        self.converge(&PARTNERS)?;
        ensure!(self.section_text(DEPARTMENT)?.contains(late.trim()), "not adopted");
        tell(
            "Un collègue relit et reprend sous son nom : rien n'est perdu, rien n'est entré seul.",
        );
        Ok(())
    }

    fn carry_by_hand(&mut self) -> Result<()> {
        scene(9, "Le relais est arrêté : un colis passe de la main à la main");
        self.stage.stop_relay()?;
        tell("(Le relais est arrêté, comme son exploitant l'arrête.)");
        let (document, section) = (self.document.clone(), self.section.clone());
        let line = "La navette part de la gare à neuf heures.\n";
        self.stage.type_in(DEPARTMENT, &["doc", "write", &document, &section, "--append", line])?;
        let file = self.stage.dir().join("departement.colis").to_string_lossy().into_owned();
        self.stage.type_in(DEPARTMENT, &["bundle", "write", &self.space, &file])?;
        let read = self.stage.type_in(HOSPITAL, &["bundle", "read", &file])?;
        ensure!(read["accepted"].as_u64() > Some(0), "nothing accepted: {read}");
        let again = self.stage.liaison(HOSPITAL, &["bundle", "read", &file])?;
        ensure!(again["accepted"] == 0, "read twice: {again}");
        ensure!(self.section_text(HOSPITAL)?.contains(line.trim()), "not carried");
        let checked = self.stage.type_in(HOSPITAL, &["verify", &file, "--expect", &self.space])?;
        ensure!(checked["valid"] == Value::Bool(true), "bundle: {checked}");
        tell("L'hôpital lit l'ajout sans réseau ; relire ne change rien. Le relais revient.");
        self.stage.start_relay()?;
        self.converge(&PARTNERS)?;
        ensure!(self.section_text(ASSOCIATION)?.contains(line.trim()), "not merged");
        Ok(())
    }

    fn search_relay(&mut self) -> Result<()> {
        scene(10, "Que sait le relais ? On fouille son dossier");
        let dir = self.stage.relay_dir();
        let mut files = 0;
        search(&dir, &mut files)?;
        ensure!(files > 0, "nothing to search");
        tell(&format!(
            "{files} fichiers, aucun des mots de la convention : {}.",
            SECRETS.join(", ")
        ));
        Ok(())
    }

    fn verify(&mut self) -> Result<()> {
        scene(11, "N'importe qui peut vérifier");
        for name in PARTNERS {
            let checked = self.stage.type_in(name, &["verify", &self.space])?;
            ensure!(checked["valid"] == Value::Bool(true), "{name}: {checked}");
            tell(&format!(
                "{} décisions rejouées, {} partenaires, aucune anomalie.",
                checked["acts"], checked["partners"]
            ));
        }
        println!("   $ liaison-relay verify --dir relais");
        let relay = self.stage.relay_command(&["verify"])?;
        ensure!(relay["valid"] == Value::Bool(true), "relay: {relay}");
        tell(&format!(
            "Le relais relit ce qu'il garde sans le comprendre : {} décisions, {} enveloppes.",
            relay["acts"], relay["envelopes"]
        ));
        println!("\nFin : trois partenaires, une convention, un relais aveugle.");
        Ok(())
    }

    fn partner(&self, name: &str) -> Result<String> {
        let members = self.stage.liaison(name, &["members", &self.space])?;
        let own = list(&members)?.iter().find(|m| m["own"] == Value::Bool(true)).cloned();
        text(&own.context("no own line among the members")?, "partner")
    }

    /// Returns the name a replica knows a partner by.
    fn name_of(&self, home: &str, partner: &Value) -> Result<String> {
        let members = self.stage.liaison(home, &["members", &self.space])?;
        let found = list(&members)?.iter().find(|member| member["partner"] == *partner);
        text(found.context("a partner nobody knows")?, "name")
    }

    /// Waits until a replica can read the convention.
    fn readable(&self, name: &str) -> Result<()> {
        self.wait_for("la convention lisible", |cast| {
            cast.stage.liaison(name, &["sync"])?;
            let (status, _) = cast.stage.liaison_any(name, &["doc", "show", &cast.document])?;
            Ok(status == 0)
        })
    }

    /// Waits until several replicas show the same convention, nothing waiting.
    fn converge(&self, names: &[&str]) -> Result<()> {
        self.wait_for("tous au même point", |cast| {
            cast.sync(names)?;
            let mut heads = Vec::new();
            for name in names {
                let shown = cast.stage.liaison(name, &["doc", "show", &cast.document])?;
                heads.push(shown["heads"].clone());
            }
            Ok(heads.windows(2).all(|pair| pair[0] == pair[1]))
        })
    }

    fn sync(&self, names: &[&str]) -> Result<()> {
        for name in names {
            // A relay that is being reached again is not a failure of the story.
            self.stage.liaison_any(name, &["sync"])?;
        }
        Ok(())
    }

    fn section_text(&self, name: &str) -> Result<String> {
        let shown = self.stage.liaison(name, &["doc", "show", &self.document])?;
        let sections = list(&shown["sections"])?;
        let wanted = |s: &&Value| s["id"].as_str() == Some(&self.section);
        text(sections.iter().find(wanted).context("the section is gone")?, "text")
    }

    fn wait_for(&self, what: &str, is_so: impl Fn(&Self) -> Result<bool>) -> Result<()> {
        wait_for(what, || is_so(self))
    }
}

/// Returns how the story speaks of whoever works in a home.
fn called(home: &str) -> &'static str {
    match home {
        HOSPITAL => "L'hôpital",
        ASSOCIATION => "L'association",
        DEPARTMENT => "Le Département",
        _ => "Le portable",
    }
}

pub(super) fn list(value: &Value) -> Result<&Vec<Value>> {
    value.as_array().with_context(|| format!("not a list: {value}"))
}

fn words(value: &Value) -> Result<Vec<String>> {
    let words = list(&value["words"])?;
    let words: Vec<String> = words.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    ensure!(words.len() == 8, "not eight words: {words:?}");
    Ok(words)
}

/// Finds the first date of the convention whose conflicts are shown.
fn date_field(kinds: &Value) -> Result<String> {
    let convention = list(kinds)?.iter().find(|kind| kind["kind"] == "convention");
    let fields = list(&convention.context("no convention among the kinds")?["fields"])?;
    let date = fields.iter().find(|field| field["type"] == "date" && field["merge"] == "M");
    text(date.context("no date among the fields")?, "name")
}

/// Looks for words of the convention in every file of a folder.
fn search(dir: &Path, files: &mut u32) -> Result<()> {
    for entry in std::fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            search(&path, files)?;
            continue;
        }
        // A socket cannot be read, and holds nothing.
        let Ok(bytes) = std::fs::read(&path) else {
            continue;
        };
        *files += 1;
        for word in SECRETS {
            let found = bytes.windows(word.len()).any(|window| window == word.as_bytes());
            ensure!(!found, "{word:?} stands in {}", path.display());
        }
    }
    Ok(())
}
