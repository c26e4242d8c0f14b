use std::collections::BTreeMap;

use crate::HomeAssistant;

/// Which Home Assistants are here now, by the names of their records.
#[derive(Debug, Clone, Default)]
pub(crate) struct Found(BTreeMap<String, HomeAssistant>);

impl Found {
    /// One is here, or is different from before; `None` when what stands in its records is nonsense now.
    pub(crate) fn insert(&mut self, record: &str, home_assistant: Option<HomeAssistant>) {
        let Some(home_assistant) = home_assistant else {
            self.0.remove(record);
            return;
        };
        if self.0.len() < MAX_FOUND || self.0.contains_key(record) {
            self.0.insert(record.to_owned(), home_assistant);
        }
    }

    /// One has gone.
    pub(crate) fn remove(&mut self, record: &str) {
        self.0.remove(record);
    }

    /// All of them, in a steady order.
    pub(crate) fn list(&self) -> Vec<HomeAssistant> {
        self.0.values().cloned().collect()
    }
}

/// Nobody has as many at home; more are somebody's mischief.
const MAX_FOUND: usize = 16;

#[cfg(test)]
mod tests {
    use model::Service;

    use super::*;

    #[test]
    fn one_that_changes_is_still_one_and_one_that_goes_is_gone() {
        let mut found = Found::default();

        found.insert("a", Some(home_assistant("1")));
        found.insert("a", Some(home_assistant("2")));
        assert_eq!(found.list(), [home_assistant("2")]);

        found.remove("a");
        assert_eq!(found.list(), []);
    }

    #[test]
    fn one_whose_records_become_nonsense_is_gone() {
        let mut found = Found::default();
        found.insert("a", Some(home_assistant("1")));

        found.insert("a", None);

        assert_eq!(found.list(), []);
    }

    #[test]
    fn a_flood_stops_at_the_limit_and_leaves_those_who_were_first() {
        let mut found = Found::default();
        found.insert("zzz", Some(home_assistant("ours")));

        for i in 0..1000 {
            found.insert(&i.to_string(), Some(home_assistant("flood")));
        }
        found.insert("zzz", Some(home_assistant("ours, moved")));

        assert_eq!(found.list().len(), MAX_FOUND);
        assert!(found.list().contains(&home_assistant("ours, moved")));
    }

    fn home_assistant(uuid: &str) -> HomeAssistant {
        let service = Service { v4: Some("192.168.1.5:8123".parse().unwrap()), v6: None };

        HomeAssistant { uuid: uuid.to_owned(), name: None, service }
    }
}
