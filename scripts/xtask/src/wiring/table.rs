use anyhow::{Context as _, Result};

use super::code::contact_name;
use crate::pin_map::{PinMap, Use};

/// The table of pins for people.
pub(super) fn of(map: &PinMap) -> String {
    let rows = map.uses().iter().map(row).collect::<Vec<_>>().concat();

    format!("| pin on the header | what it is | what goes there |\n|---|---|---|\n{rows}")
}

/// The guide with this table in the place of the old one.
pub(super) fn replace(guide: &str, table: &str) -> Result<String> {
    let (before, rest) = guide.split_once(BEGIN).with_context(|| format!("there is no {BEGIN}"))?;
    let (_, after) = rest.split_once(END).with_context(|| format!("there is no {END}"))?;

    Ok(format!("{before}{BEGIN}\n{table}{END}{after}"))
}

fn row(one: &Use) -> String {
    let Use { pin, name, .. } = one;

    format!("| **{pin}** | {} | {name} |\n", contact_name(one))
}

const BEGIN: &str = "<!-- Made from pins.toml by `cargo run -p xtask -- wiring`: from here -->";
const END: &str = "<!-- to here -->";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_takes_the_place_of_the_old_one_and_of_nothing_else() {
        let guide = format!("# Wiring\n\n{BEGIN}\nold\n{END}\n\nMore.\n");

        let new = replace(&guide, "new\n").unwrap();

        assert_eq!(new, format!("# Wiring\n\n{BEGIN}\nnew\n{END}\n\nMore.\n"));
        assert!(replace("# Wiring", "new").is_err());
    }
}
