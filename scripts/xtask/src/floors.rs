use std::{collections::BTreeMap, path::Path};

use serde::Deserialize;

/// The crates of the workspace, and on which of each other they depend.
#[derive(Debug)]
pub(crate) struct Floors {
    members: BTreeMap<String, Member>,
}

impl Floors {
    /// Reads what `cargo metadata --no-deps` says.
    pub(crate) fn parse(metadata: &[u8]) -> Result<Self, serde_json::Error> {
        let metadata: Metadata = serde_json::from_slice(metadata)?;
        let names: Vec<String> = metadata.packages.iter().map(|package| package.name.clone()).collect();
        let members = metadata.packages.into_iter().map(|package| {
            let folder = Path::new(&package.manifest_path).parent().unwrap_or_else(|| Path::new(""));
            let folder = folder.strip_prefix(&metadata.workspace_root).unwrap_or(folder);
            let dependencies =
                package.dependencies.into_iter().filter(|dependency| !dependency.is_for_tests());
            let names_of = dependencies.map(|dependency| dependency.name);
            let ours = names_of.filter(|name| names.contains(name)).collect();

            (package.name, Member { folder: folder.to_string_lossy().into_owned(), dependencies: ours })
        });

        Ok(Self { members: members.collect() })
    }

    /// How many crates there are.
    pub(crate) fn len(&self) -> usize {
        self.members.len()
    }

    /// What is against the rules, a sentence each.
    pub(crate) fn faults(&self) -> Vec<String> {
        let misnamed = self.members.iter().filter_map(|(name, member)| member.misnamed(name));
        let firmware = self.members.iter().filter(|(_, member)| member.is_firmware());

        misnamed.chain(firmware.flat_map(|(name, member)| member.faults(name))).collect()
    }
}

#[derive(Debug)]
struct Member {
    /// From the root of the workspace.
    folder: String,
    /// Those of our own.
    dependencies: Vec<String>,
}

impl Member {
    fn is_firmware(&self) -> bool {
        self.folder.starts_with("firmware/")
    }

    fn misnamed(&self, name: &str) -> Option<String> {
        let folder = self.folder.rsplit('/').next().unwrap_or_default();

        (folder != name).then(|| format!("the crate {name} lives in {}: give both one name", self.folder))
    }

    fn faults(&self, name: &str) -> Vec<String> {
        let Some(own) = floor_of(name) else {
            return vec![format!(
                "{name} is on no floor: add it to the table in scripts/xtask/src/floors.rs"
            )];
        };

        self.dependencies.iter().filter_map(|dependency| fault(name, own, dependency)).collect()
    }
}

fn fault(name: &str, own: usize, dependency: &str) -> Option<String> {
    let importers = ONLY_FOR.iter().find(|(only, _)| *only == dependency).map(|(_, importers)| *importers);
    match floor_of(dependency) {
        None => Some(format!("{name} depends on {dependency}, which is not firmware")),
        Some(floor) if floor >= own => Some(format!(
            "{name} (floor {own}) depends on {dependency} (floor {floor}): only downwards, never sideways"
        )),
        Some(_) if importers.is_some_and(|importer| importer != name) => Some(format!(
            "{name} depends on {dependency}, which is there for {} alone",
            importers.unwrap_or_default()
        )),
        Some(_) => None,
    }
}

fn floor_of(name: &str) -> Option<usize> {
    FLOORS.iter().position(|crates| crates.contains(&name))
}

/// From the ground floor up; a crate depends on lower floors alone.
const FLOORS: [&[&str]; 4] = [
    &["model"],
    &["wireguard"],
    &[
        "tunnel",
        "registry",
        "access",
        "backup",
        "panel",
        "discovery",
        "reachability",
        "home-assistant",
        "updates",
        "web-api",
    ],
    &["latchkey"],
];

/// Crates that only one other may use.
const ONLY_FOR: [(&str, &str); 1] = [("wireguard", "tunnel")];

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_root: String,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    manifest_path: String,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    /// `dev`, `build`, or nothing for the usual purpose.
    kind: Option<String>,
}

impl Dependency {
    /// The tests of any crate may be played in the lab, which is no part of what is built.
    fn is_for_tests(&self) -> bool {
        self.name == LAB && self.kind.as_deref() == Some("dev")
    }
}

const LAB: &str = "lab";

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn what_depends_downwards_is_fine() {
        let faults = faults(&[
            krate("firmware", "model", &["serde"]),
            krate("firmware", "wireguard", &["model"]),
            krate("firmware", "tunnel", &["wireguard", "model"]),
            krate("firmware", "latchkey", &["tunnel", "model"]),
            krate("tests", "lab", &["latchkey", "model"]),
        ]);

        assert_eq!(faults, [""; 0]);
    }

    #[test]
    fn tests_may_be_played_in_the_lab_and_nothing_else_may() {
        let in_lab = |kind: Option<&str>| {
            let mut discovery = krate("firmware", "discovery", &["lab"]);
            discovery["dependencies"][0]["kind"] = json!(kind);
            faults(&[discovery, krate("tests", "lab", &[])])
        };

        assert_eq!(in_lab(Some("dev")), [""; 0]);
        assert_eq!(in_lab(None), ["discovery depends on lab, which is not firmware"]);
    }

    #[test]
    fn upwards_and_sideways_are_told() {
        let faults = faults(&[
            krate("firmware", "model", &["tunnel"]),
            krate("firmware", "tunnel", &["registry"]),
            krate("firmware", "registry", &[]),
        ]);

        assert_eq!(
            faults,
            [
                "model (floor 0) depends on tunnel (floor 2): only downwards, never sideways",
                "tunnel (floor 2) depends on registry (floor 2): only downwards, never sideways",
            ]
        );
    }

    #[test]
    fn the_protocol_core_is_for_the_tunnel_alone() {
        let faults =
            faults(&[krate("firmware", "wireguard", &[]), krate("firmware", "latchkey", &["wireguard"])]);

        assert_eq!(faults, ["latchkey depends on wireguard, which is there for tunnel alone"]);
    }

    #[test]
    fn a_new_crate_must_be_given_a_floor_and_a_folder_of_its_name() {
        let mut lost = krate("firmware", "attic", &[]);
        lost["manifest_path"] = json!("/project/firmware/loft/Cargo.toml");

        assert_eq!(
            faults(&[lost]),
            [
                "the crate attic lives in firmware/loft: give both one name",
                "attic is on no floor: add it to the table in scripts/xtask/src/floors.rs",
            ]
        );
    }

    #[test]
    fn the_box_does_not_need_the_lab() {
        let faults = faults(&[krate("firmware", "latchkey", &["lab"]), krate("tests", "lab", &[])]);

        assert_eq!(faults, ["latchkey depends on lab, which is not firmware"]);
    }

    fn faults(packages: &[Value]) -> Vec<String> {
        let metadata = json!({ "packages": packages, "workspace_root": "/project" });

        Floors::parse(metadata.to_string().as_bytes()).unwrap().faults()
    }

    fn krate(room: &str, name: &str, dependencies: &[&str]) -> Value {
        let dependencies: Vec<_> = dependencies.iter().map(|name| json!({ "name": name })).collect();
        json!({
            "name": name, "manifest_path": format!("/project/{room}/{name}/Cargo.toml"), "dependencies": dependencies
        })
    }
}
