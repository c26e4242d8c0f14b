//! What is made from `hardware/pins.toml`: the firmware's constants, the pictures, and the table in the guide.

use std::{fs, path::Path};

use anyhow::{Context as _, Result, ensure};

use crate::pin_map::PinMap;

mod board_picture;
mod breadboard_picture;
mod circuit_picture;
mod code;
mod header_picture;
mod legs_picture;
mod svg;
mod table;

/// One file, and the whole of what it is to hold.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Made {
    /// From the root of the project.
    pub(crate) path: &'static str,
    pub(crate) content: String,
}

/// Makes everything, and writes nothing.
pub(crate) fn make(root: &Path) -> Result<Vec<Made>> {
    let map = PinMap::parse(&read(root, PINS)?).with_context(|| format!("read {PINS}"))?;
    let faults = map.faults();
    ensure!(faults.is_empty(), "{PINS} does not keep the rules:\n  {}", faults.join("\n  "));
    let guide = table::replace(&read(root, GUIDE)?, &table::of(&map)).context(GUIDE)?;

    Ok(vec![
        Made { path: CODE, content: code::of(&map) },
        Made { path: GUIDE, content: guide },
        Made { path: "hardware/pictures/board.svg", content: board_picture::draw(&map) },
        Made { path: "hardware/pictures/header.svg", content: header_picture::draw(&map) },
        Made { path: "hardware/pictures/legs.svg", content: legs_picture::draw() },
        Made { path: "hardware/pictures/breadboard.svg", content: breadboard_picture::draw(&map) },
        Made { path: "hardware/pictures/circuit.svg", content: circuit_picture::draw(&map) },
    ])
}

/// Makes everything and writes it.
pub(crate) fn write(root: &Path) -> Result<Vec<Made>> {
    let all = make(root)?;
    for made in &all {
        fs::write(root.join(made.path), &made.content).with_context(|| format!("write {}", made.path))?;
    }

    Ok(all)
}

fn read(root: &Path, path: &str) -> Result<String> {
    fs::read_to_string(root.join(path)).with_context(|| format!("read {path}"))
}

const PINS: &str = "hardware/pins.toml";
const GUIDE: &str = "hardware/README.md";
const CODE: &str = "firmware/panel/src/wiring/made.rs";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_from_the_pins_is_committed() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");

        for Made { path, content } in make(&root).unwrap() {
            let committed = fs::read_to_string(root.join(path)).unwrap_or_default();

            assert!(committed == content, "{path} is old: cargo run -p xtask -- wiring");
        }
    }
}
