//! The stage: one temporary folder, the processes in it, and how a command is typed.

use super::gate::Gate;
use crate::hand_over::{Profile, built};
use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a process may take to say that it is ready, or to stop.
const PATIENCE: Duration = Duration::from_secs(20);

/// The folder, the programs and the processes of one performance.
pub(super) struct Stage {
    dir: PathBuf,
    liaison: PathBuf,
    relay_program: PathBuf,
    relay: Option<Child>,
    relay_address: Option<SocketAddr>,
    daemons: BTreeMap<String, Child>,
    gates: BTreeMap<String, Gate>,
    /// The space and the convention of the story, for whoever goes on by hand.
    played: Option<(String, String)>,
    /// The space of the invented territory, likewise.
    territory: Option<String>,
}

impl Stage {
    /// Builds the programs and makes the folder.
    ///
    /// # Errors
    ///
    /// When the build fails or the folder cannot be made.
    pub(super) fn set() -> Result<Self> {
        println!("Construction des deux programmes (la première fois, quelques minutes)…");
        let mut programs = built(&["liaison", "liaison-relay"], Profile::Dev)?;
        let mut take = |name: &str| programs.remove(name).context("a program is missing");
        let (liaison, relay_program) = (take("liaison")?, take("liaison-relay")?);
        let dir = std::env::temp_dir().join(format!("liaison-demo-{}", std::process::id()));
        std::fs::create_dir_all(&dir)?;
        Ok(Self {
            dir,
            liaison,
            relay_program,
            relay: None,
            relay_address: None,
            daemons: BTreeMap::new(),
            gates: BTreeMap::new(),
            played: None,
            territory: None,
        })
    }

    /// Remembers what the story is about.
    pub(super) fn remember(&mut self, space: &str, document: &str) {
        self.played = Some((space.to_owned(), document.to_owned()));
    }

    /// Remembers the space of the invented territory.
    pub(super) fn remember_territory(&mut self, space: &str) {
        self.territory = Some(space.to_owned());
    }

    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    pub(super) fn relay_dir(&self) -> PathBuf {
        self.dir.join("relais")
    }

    pub(super) fn home(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// Makes the relay's folder and starts it.
    pub(super) fn start_relay(&mut self) -> Result<String> {
        let dir = self.relay_dir();
        if !dir.join("relay.toml").exists() {
            self.relay_command(&["init", "--name", "relais-demo"])?;
        }
        let listen = self.relay_address.map_or_else(quiet_address, |address| address.to_string());
        let mut command = Command::new(&self.relay_program);
        command.arg("serve").arg("--dir").arg(&dir).args(["--listen", &listen, "--json"]);
        let (child, ready) = start(command, &self.dir.join("relais.log"))?;
        self.relay = Some(child);
        let url = text(&ready, "url")?;
        let address = url.trim_start_matches("ws://").trim_end_matches('/');
        self.relay_address = Some(address.parse().context("the relay's address")?);
        Ok(url)
    }

    /// Where the relay listens.
    pub(super) fn relay_url(&self) -> Result<String> {
        let address = self.relay_address.context("the relay runs first")?;
        Ok(format!("ws://{address}"))
    }

    /// Stops the relay as an operator does.
    pub(super) fn stop_relay(&mut self) -> Result<()> {
        match self.relay.take() {
            Some(child) => end(child),
            None => Ok(()),
        }
    }

    /// Makes a replica's home, behind a gate of its own.
    pub(super) fn settle(&mut self, name: &str, partner: &str, label: &str) -> Result<Value> {
        let init = ["init", "--partner", partner, "--device", label, "--no-passphrase"];
        let made = self.liaison(name, &init)?;
        let relay = self.relay_address.context("the relay runs first")?;
        let gate = Gate::towards(relay)?;
        let settings = self.home(name).join("liaison.toml");
        let mut written = std::fs::read_to_string(&settings).unwrap_or_default();
        written.push_str(&format!("\nrelay_via = \"{}\"\n", gate.url()));
        std::fs::write(&settings, written)?;
        self.gates.insert(name.to_owned(), gate);
        Ok(made)
    }

    /// Starts the process of a replica that stays connected.
    pub(super) fn start_replica(&mut self, name: &str) -> Result<()> {
        let mut command = Command::new(&self.liaison);
        command.arg("--home").arg(self.home(name)).args(["serve", "--no-open", "--json"]);
        let (child, _) = start(command, &self.dir.join(format!("{name}.log")))?;
        self.daemons.insert(name.to_owned(), child);
        Ok(())
    }

    pub(super) fn cut(&self, name: &str) {
        if let Some(gate) = self.gates.get(name) {
            gate.shut();
        }
    }

    pub(super) fn mend(&self, name: &str) {
        if let Some(gate) = self.gates.get(name) {
            gate.reopen();
        }
    }

    /// Types a command of `liaison` for a person to see, and returns its JSON.
    pub(super) fn type_in(&self, name: &str, args: &[&str]) -> Result<Value> {
        self.show(name, args);
        self.liaison(name, args)
    }

    /// Shows a command as a person types it, in the folder of the story.
    pub(super) fn show(&self, name: &str, args: &[&str]) {
        let here = format!("{}/", self.dir.display());
        let quoted: Vec<String> = args.iter().map(|arg| quote(&arg.replace(&here, ""))).collect();
        println!("   $ liaison --home {name} {}", quoted.join(" "));
    }

    /// Runs a command of `liaison` that must succeed.
    pub(super) fn liaison(&self, name: &str, args: &[&str]) -> Result<Value> {
        let (status, value) = self.liaison_any(name, args)?;
        ensure!(status == 0, "liaison {args:?} at {name} ended with {status}: {value}");
        Ok(value)
    }

    /// Runs a command of `liaison`, whatever comes of it.
    pub(super) fn liaison_any(&self, name: &str, args: &[&str]) -> Result<(i32, Value)> {
        let mut command = Command::new(&self.liaison);
        command.arg("--home").arg(self.home(name)).arg("--json").args(args);
        answer(command)
    }

    /// Runs a command of `liaison-relay` that must succeed.
    pub(super) fn relay_command(&self, args: &[&str]) -> Result<Value> {
        let mut command = Command::new(&self.relay_program);
        command.args(args).arg("--dir").arg(self.relay_dir()).arg("--json");
        let (status, value) = answer(command)?;
        ensure!(status == 0, "liaison-relay {args:?} ended with {status}: {value}");
        Ok(value)
    }

    /// Ends every process, gently where that works.
    pub(super) fn stop(&mut self) {
        let relay = self.relay.take();
        for child in std::mem::take(&mut self.daemons).into_values().chain(relay) {
            // Somebody else may have ended it: there is nothing left to stop then.
            drop(end(child));
        }
    }

    /// Ends every process and removes the folder.
    pub(super) fn strike(&mut self) -> Result<()> {
        self.stop();
        std::fs::remove_dir_all(&self.dir).context("removing the temporary folder")
    }

    /// Prints a link to the page of three partners of the territory.
    fn say_pages(&self) {
        println!("La page de trois partenaires des Trois-Vallons ; chaque lien sert une fois :\n");
        for (name, partner) in PAGES {
            let opened = self.liaison(name, &["open", "--no-open"]);
            let link = opened.and_then(|opened| text(&opened, "open"));
            match link {
                Ok(link) => println!("   {partner}\n      {link}"),
                Err(error) => println!("   {partner} : {error:#}"),
            }
        }
        println!("\nUn autre lien, plus tard : liaison --home epsm open\n");
    }

    /// Leaves everything running until the person has had enough.
    pub(super) fn stay(&mut self) -> Result<()> {
        let (space, document) = self.played.clone().unwrap_or_default();
        let (space, document) = (short(&space), short(&document));
        let programs = self.liaison.parent().unwrap_or(Path::new(".")).display();
        println!("\nTout reste en marche : le relais, et trois partenaires qui restent connectés.");
        println!("Dans un autre terminal, à copier tel quel :\n");
        println!("   cd {}", self.dir.display());
        println!("   PATH={programs}:$PATH");
        println!("   liaison --home hopital members {space}");
        println!("   liaison --home hopital doc show {document}");
        println!("   liaison --home hopital doc write {document} objet --append \"À la main. \"");
        println!("   liaison --home association sync");
        println!("   liaison --home association doc history {document}");
        println!("   liaison --home departement verify {space}");
        if let Some(territory) = &self.territory {
            println!("   liaison --home epsm doc list {}", short(territory));
        }
        println!("   liaison-relay status --dir relais");
        println!("   liaison --help\n");
        self.say_pages();
        println!("Un dossier est une réplique : hopital, association, departement ; portable est");
        println!("celle qui a été révoquée. epsm, toit, cpam et ars sont celles du territoire.");
        println!("Leurs journaux sont à côté ({}/*.log).", self.dir.display());
        println!("\nEntrée, ici, arrête tout ; le dossier est gardé.");
        let mut line = String::new();
        let read = std::io::stdin().read_line(&mut line)?;
        if read == 0 {
            // Nobody is at the keyboard: waits to be interrupted.
            loop {
                std::thread::sleep(Duration::from_secs(3600));
            }
        }
        self.stop();
        println!("Tout est arrêté. Pour effacer : rm -r {}", self.dir.display());
        Ok(())
    }
}

/// Whose pages are offered at the end: their homes and their names.
const PAGES: [(&str, &str); 3] = [
    ("epsm", "EPSM Camille-Fauvel"),
    ("toit", "Toit & Repères"),
    ("passerelles", "Les Passerelles du Vallon"),
];

/// Returns a free address whose port the system gives to nobody by itself: while the relay is
/// down, a gate that dials it again and again could otherwise be given that very port.
fn quiet_address() -> String {
    let range = std::fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range");
    let first = range.ok().and_then(|text| text.split_whitespace().next()?.parse::<u32>().ok());
    let below = first.unwrap_or(32_768);
    let free = |port: &u32| std::net::TcpListener::bind(format!("127.0.0.1:{port}")).is_ok();
    let port = (below - 10_000..below).rev().find(free).unwrap_or(0);
    format!("127.0.0.1:{port}")
}

/// Waits until something is so; the story ends when that takes a minute.
pub(super) fn wait_for(what: &str, is_so: impl Fn() -> Result<bool>) -> Result<()> {
    let since = Instant::now();
    while since.elapsed() < Duration::from_secs(60) {
        if is_so()? {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    bail!("waited in vain for: {what}")
}

/// Returns a text of a JSON answer.
pub(super) fn text(value: &Value, key: &str) -> Result<String> {
    let found = value.get(key).and_then(Value::as_str);
    found.map(str::to_owned).with_context(|| format!("no {key} in {value}"))
}

/// Starts a process and waits for its first line.
fn start(mut command: Command, log: &Path) -> Result<(Child, Value)> {
    let log = std::fs::OpenOptions::new().create(true).append(true).open(log)?;
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(log)
        .spawn()
        .context("a program could not be started")?;
    let output = child.stdout.take().context("no output to read")?;
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line)?;
    let ready: Value =
        serde_json::from_str(&line).with_context(|| format!("not a first line: {line:?}"))?;
    ensure!(ready.get("ready") == Some(&Value::Bool(true)), "not ready: {ready}");
    Ok((child, ready))
}

/// Asks a process to stop and waits until it has.
fn end(mut child: Child) -> Result<()> {
    let asked = Command::new("kill").args(["-TERM", &child.id().to_string()]).status()?;
    ensure!(asked.success(), "a process could not be asked to stop");
    let since = Instant::now();
    while since.elapsed() < PATIENCE {
        if let Some(status) = child.try_wait()? {
            ensure!(status.success(), "a process stopped with {status}");
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    child.kill()?;
    child.wait()?;
    bail!("a process did not stop when asked")
}

fn answer(mut command: Command) -> Result<(i32, Value)> {
    let output = command.stdin(Stdio::null()).output().context("a program is missing")?;
    let out = String::from_utf8_lossy(&output.stdout);
    let status = output.status.code().unwrap_or(-1);
    let value = serde_json::from_str(out.trim()).with_context(|| {
        let errors = String::from_utf8_lossy(&output.stderr);
        format!("{command:?} ended with {status}, no JSON in {out:?}; it said {errors:?}")
    })?;
    Ok((status, value))
}

fn quote(arg: &str) -> String {
    let arg = short(arg.trim_end());
    let long = arg.chars().count() > 60;
    let cut = || format!("{}…", arg.chars().take(40).collect::<String>());
    let shown = if long { cut() } else { arg };
    let plain = shown.chars().all(|c| c.is_alphanumeric() || "-_./:=…".contains(c));
    if plain && !shown.is_empty() { shown } else { format!("\"{shown}\"") }
}

/// Returns an identifier as people type it, cut to eight digits; anything else as it is.
fn short(arg: &str) -> String {
    let is_id = arg.len() >= 32 && arg.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_id { arg[..8].to_owned() } else { arg.to_owned() }
}
