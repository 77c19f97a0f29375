//! Which package may see which: the floors of ARCHITECTURE, checked against what cargo resolved.
//!
//! `server` never sees `client-core` nor automerge: the relay holds neither the keys nor the code
//! to read a document, and this is what proves it.

use super::tree::Remark;
use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// What one package may see.
struct Floor {
    package: &'static str,
    /// Packages of ours it may depend on, in any kind of dependency.
    ours: &'static [&'static str],
    /// Packages that may not be reached through its normal dependencies, however far.
    never: &'static [&'static str],
}

const RUNTIMES: &[&str] = &["tokio", "mio", "axum", "automerge", "sled", "redb", "clap"];

/// The floors, from the ground up. `tests` may see everything and is seen by nobody.
const FLOORS: [Floor; 10] = [
    Floor { package: "protocol", ours: &[], never: RUNTIMES },
    Floor {
        package: "client-core",
        ours: &["protocol"],
        never: &["tokio", "mio", "axum", "sled", "redb", "clap"],
    },
    Floor {
        package: "exchange",
        ours: &["client-core", "protocol"],
        never: &["tokio", "mio", "axum", "sled", "redb", "clap"],
    },
    Floor { package: "store", ours: &[], never: &["tokio", "automerge", "axum"] },
    Floor { package: "console", ours: &[], never: &["tokio", "automerge", "axum", "sled"] },
    Floor {
        package: "server",
        ours: &["protocol", "store", "console"],
        never: &["client-core", "exchange", "automerge", "cli"],
    },
    Floor {
        package: "web",
        ours: &["client-core", "exchange", "protocol", "console"],
        never: &["tokio", "mio", "axum", "sled", "redb"],
    },
    Floor {
        package: "cli",
        ours: &["client-core", "exchange", "protocol", "store", "console", "web"],
        never: &["server"],
    },
    Floor {
        package: "tests",
        ours: &["protocol", "client-core", "exchange", "store", "console", "server", "cli", "web"],
        never: &[],
    },
    Floor { package: "xtask", ours: &[], never: &[] },
];

/// What `protocol` may stand on: one crypto stack, one encoding, one trace.
const PROTOCOL_STANDS_ON: [&str; 13] = [
    "base64ct",
    "chacha20poly1305",
    "curve25519-dalek",
    "ed25519-dalek",
    "hkdf",
    "hpke",
    "minicbor",
    "rand_chacha",
    "rand_core",
    "sha2",
    "subtle",
    "tracing",
    "zeroize",
];

/// The part of `cargo metadata` that the floors need.
#[derive(Debug, Deserialize)]
pub(crate) struct Metadata {
    packages: Vec<Package>,
    workspace_members: Vec<String>,
    resolve: Resolve,
}

#[derive(Debug, Deserialize)]
struct Package {
    id: String,
    name: String,
}

#[derive(Debug, Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Debug, Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dependency>,
}

#[derive(Debug, Deserialize)]
struct Dependency {
    pkg: String,
    dep_kinds: Vec<DependencyKind>,
}

#[derive(Debug, Deserialize)]
struct DependencyKind {
    kind: Option<String>,
}

impl Metadata {
    /// Asks cargo what it resolved, from the lock file as it stands.
    ///
    /// # Errors
    ///
    /// When cargo fails, for instance because the lock file does not fit the manifests.
    pub(crate) fn ask(mut cargo: Command) -> Result<Self> {
        let output = cargo
            .args(["metadata", "--format-version", "1", "--locked"])
            .output()
            .context("cargo metadata could not be started")?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "cargo metadata failed: {said}");
        serde_json::from_slice(&output.stdout).context("reading what cargo metadata said")
    }
}

/// Returns the remarks on who sees whom.
pub(crate) fn remarks(metadata: &Metadata) -> Vec<Remark> {
    let graph = Graph::of(metadata);
    let mut remarks = Vec::new();
    for package in &graph.ours {
        match FLOORS.iter().find(|floor| floor.package == *package) {
            Some(floor) => floor_remarks(&graph, floor, &mut remarks),
            None => remarks.push(remark(package, "this package has no floor yet".to_owned())),
        }
    }
    for dependency in graph.normal("protocol") {
        if !PROTOCOL_STANDS_ON.contains(&dependency) && !graph.ours.contains(dependency) {
            let what = format!("depends on {dependency}, which is not of the crypto stack");
            remarks.push(remark("protocol", what));
        }
    }
    remarks
}

fn floor_remarks(graph: &Graph<'_>, floor: &Floor, remarks: &mut Vec<Remark>) {
    let seen = graph.any.get(floor.package).into_iter().flatten();
    for dependency in seen.filter(|dependency| graph.ours.contains(**dependency)) {
        if !floor.ours.contains(dependency) {
            remarks.push(remark(floor.package, format!("may not depend on {dependency}")));
        }
    }
    let reached = graph.reached(floor.package);
    for forbidden in floor.never {
        if let Some(by) = reached.get(forbidden) {
            let what = format!("reaches {forbidden}, through {by}");
            remarks.push(remark(floor.package, what));
        }
    }
}

fn remark(package: &str, what: String) -> Remark {
    Remark { rule: "a package sees only its floor", place: package.to_owned(), line: 0, what }
}

/// The resolved graph by names; a name stands for all versions of a package.
struct Graph<'m> {
    ours: BTreeSet<&'m str>,
    any: BTreeMap<&'m str, BTreeSet<&'m str>>,
    normal: BTreeMap<&'m str, BTreeSet<&'m str>>,
}

impl<'m> Graph<'m> {
    fn of(metadata: &'m Metadata) -> Self {
        let names: BTreeMap<&str, &str> =
            metadata.packages.iter().map(|p| (p.id.as_str(), p.name.as_str())).collect();
        let name = |id: &str| names.get(id).copied().unwrap_or_default();
        let ours = metadata.workspace_members.iter().map(|id| name(id)).collect();
        let mut graph = Graph { ours, any: BTreeMap::new(), normal: BTreeMap::new() };
        for node in &metadata.resolve.nodes {
            for dependency in &node.deps {
                let (from, to) = (name(&node.id), name(&dependency.pkg));
                graph.any.entry(from).or_default().insert(to);
                if dependency.dep_kinds.iter().any(|kind| kind.kind.is_none()) {
                    graph.normal.entry(from).or_default().insert(to);
                }
            }
        }
        graph
    }

    fn normal(&self, package: &str) -> impl Iterator<Item = &'m str> {
        self.normal.get(package).into_iter().flatten().copied()
    }

    /// Returns every package reached through normal dependencies, with the one it was reached by.
    fn reached(&self, package: &'m str) -> BTreeMap<&'m str, &'m str> {
        let mut reached = BTreeMap::new();
        let mut frontier = vec![package];
        while let Some(from) = frontier.pop() {
            for to in self.normal(from) {
                if !reached.contains_key(to) {
                    reached.insert(to, from);
                    frontier.push(to);
                }
            }
        }
        reached
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Builds the graph of edges `from to [kind]`; the packages of `FLOORS` are members.
    fn whats(edges: &[&str]) -> Vec<String> {
        let mut nodes: BTreeMap<&str, Vec<serde_json::Value>> = BTreeMap::new();
        let mut names: BTreeSet<&str> = BTreeSet::new();
        for edge in edges {
            let words: Vec<&str> = edge.split(' ').collect();
            let kind = words.get(2).copied();
            let dependency = serde_json::json!({"pkg": words[1], "dep_kinds": [{"kind": kind}]});
            nodes.entry(words[0]).or_default().push(dependency);
            names.extend(&words[..2]);
        }
        let ours = |name: &&&str| {
            FLOORS.iter().any(|floor| floor.package == **name) || name.starts_with("our-")
        };
        let metadata = serde_json::json!({
            "packages": names.iter().map(|n| serde_json::json!({"id": n, "name": n}))
                .collect::<Vec<_>>(),
            "workspace_members": names.iter().filter(ours).collect::<Vec<_>>(),
            "resolve": {"nodes": nodes.iter()
                .map(|(id, deps)| serde_json::json!({"id": id, "deps": deps}))
                .collect::<Vec<_>>()},
        });
        let metadata: Metadata = serde_json::from_value(metadata).unwrap();
        remarks(&metadata).into_iter().map(|r| format!("{} {}", r.place, r.what)).collect()
    }

    #[test]
    fn the_floors_as_designed_have_no_remark() {
        let edges = [
            "protocol sha2",
            "client-core protocol",
            "client-core automerge",
            "server protocol",
            "server tokio",
            "cli client-core",
            "tests server",
            "protocol proptest dev",
        ];
        assert_eq!(whats(&edges), Vec::<String>::new());
    }

    #[test]
    fn a_relay_that_could_read_is_seen_however_far_the_path() {
        let seen = whats(&["server store", "store shelf", "shelf automerge"]);
        assert!(seen.contains(&"server reaches automerge, through shelf".to_owned()), "{seen:?}");
        let seen = whats(&["server client-core dev"]);
        assert_eq!(seen, ["server may not depend on client-core"]);
    }

    #[test]
    fn a_runtime_under_the_core_is_seen() {
        let seen = whats(&["protocol tokio", "client-core protocol"]);
        let wanted = [
            "client-core reaches tokio, through protocol",
            "protocol reaches tokio, through protocol",
            "protocol depends on tokio, which is not of the crypto stack",
        ];
        assert_eq!(seen, wanted);
    }

    #[test]
    fn nobody_sees_the_tests_and_a_new_package_needs_a_floor() {
        assert_eq!(whats(&["cli tests dev"]), ["cli may not depend on tests"]);
        assert_eq!(whats(&["xtask console"]), ["xtask may not depend on console"]);
        assert_eq!(whats(&["our-new sha2"]), ["our-new this package has no floor yet"]);
    }
}
