//! The process of a relay, in a folder of its own, ended when it is no longer needed.

use serde_json::Value;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A relay that serves.
pub(super) struct Process {
    child: Child,
    url: String,
}

impl Process {
    /// Makes a relay's folder within `folder` and starts the relay.
    ///
    /// # Errors
    /// Says what does not work.
    pub(super) fn start(program: &Path, folder: &Path) -> Result<Self, String> {
        let wrong = |error: std::io::Error| format!("{}: {error}", program.display());
        let dir = folder.join("relay");
        let mut init = Command::new(program);
        init.arg("init").arg("--dir").arg(&dir).args(["--name", "banc", "--json"]);
        let made = init.stdout(Stdio::null()).status().map_err(wrong)?;
        if !made.success() {
            return Err("the relay's folder cannot be made".to_owned());
        }
        let mut serve = Command::new(program);
        serve.arg("serve").arg("--dir").arg(&dir).args(["--listen", "127.0.0.1:0", "--json"]);
        let log = std::fs::File::create(folder.join("relay.log")).map_err(wrong)?;
        let started = serve.stdout(Stdio::piped()).stderr(log).spawn();
        let mut child = started.map_err(wrong)?;
        let url = child.stdout.take().and_then(|stdout| {
            let mut line = String::new();
            BufReader::new(stdout).read_line(&mut line).ok()?;
            let ready: Value = serde_json::from_str(&line).ok()?;
            Some(ready["url"].as_str()?.to_owned())
        });
        match url {
            Some(url) => Ok(Self { child, url }),
            None => {
                end(&mut child);
                Err("the relay does not say where it listens".to_owned())
            }
        }
    }

    /// Returns where it listens.
    pub(super) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// Ends a process that was started here; one that has ended by itself is no matter.
fn end(child: &mut Child) {
    let _gone = child.kill();
    let _status = child.wait();
}
