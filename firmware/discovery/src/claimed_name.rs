use std::collections::BTreeMap;

/// By which name the box answers at home, after others have had their say.
///
/// The name is claimed on each interface by itself, so that it can be ours on one and somebody else's on another.
#[derive(Debug, Clone)]
pub(crate) struct ClaimedName {
    wanted: String,
    /// What it became, on the interfaces where somebody else has the wanted one.
    renamed: BTreeMap<String, String>,
}

impl ClaimedName {
    /// The name that we want, with its `.local`.
    pub(crate) fn new(wanted: String) -> Self {
        Self { wanted, renamed: BTreeMap::new() }
    }

    /// On this interface another name had to be taken.
    pub(crate) fn rename(&mut self, interface: &str, name: &str) {
        self.renamed.insert(interface.to_owned(), name.trim_end_matches('.').to_owned());
    }

    /// The name to tell people, now that these interfaces lead home: the wanted one if it is ours anywhere.
    pub(crate) fn on(&mut self, interfaces: &[String]) -> &str {
        self.renamed.retain(|interface, _| interfaces.contains(interface));
        if self.renamed.len() < interfaces.len() {
            return &self.wanted;
        }

        self.renamed.values().next().unwrap_or(&self.wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_the_wanted_one_until_somebody_else_has_it() {
        let mut name = ClaimedName::new("latchkey.local".to_owned());
        assert_eq!(name.on(&["eth0".to_owned()]), "latchkey.local");

        name.rename("eth0", "latchkey-2.local.");

        assert_eq!(name.on(&["eth0".to_owned()]), "latchkey-2.local");
    }

    #[test]
    fn a_name_that_is_ours_on_one_of_two_interfaces_is_told() {
        let mut name = ClaimedName::new("latchkey.local".to_owned());

        name.rename("wlan0", "latchkey-2.local.");

        assert_eq!(name.on(&["eth0".to_owned(), "wlan0".to_owned()]), "latchkey.local");
        assert_eq!(name.on(&["wlan0".to_owned()]), "latchkey-2.local");
    }

    #[test]
    fn an_interface_that_goes_takes_its_trouble_along() {
        let mut name = ClaimedName::new("latchkey.local".to_owned());
        name.rename("eth0", "latchkey-2.local.");

        assert_eq!(name.on(&[]), "latchkey.local");
        assert_eq!(name.on(&["eth0".to_owned()]), "latchkey.local");
    }
}
