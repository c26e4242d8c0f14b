use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use crate::memory::since;

/// How many attempts to come in were refused: by the tunnel, that of everybody without a key; by the firewall, that of
/// whoever pretends to be in the tunnel.
#[derive(Debug, Default)]
pub(crate) struct Refusals {
    tunnel: u64,
    firewall: u64,
    untold: u64,
    told_at: Option<Instant>,
}

impl Refusals {
    /// How many more there were, when it is time to write that down.
    pub(super) fn see(
        &mut self,
        tunnel: &BTreeMap<&'static str, u64>,
        firewall: &BTreeMap<String, u64>,
        now: Instant,
    ) -> Option<u64> {
        let tunnel = BY_TUNNEL.into_iter().filter_map(|reason| tunnel.get(reason)).sum();
        let firewall = firewall.get(BY_FIREWALL).copied().unwrap_or_default();
        self.untold += since(std::mem::replace(&mut self.tunnel, tunnel), tunnel);
        self.untold += since(std::mem::replace(&mut self.firewall, firewall), firewall);
        let is_time = self.told_at.is_none_or(|at| now.duration_since(at) >= EVERY);
        if self.untold == 0 || !is_time {
            return None;
        }
        self.told_at = Some(now);

        Some(std::mem::take(&mut self.untold))
    }
}

/// What is no WireGuard message, is not meant for this box, or comes from a key that is not on its list.
const BY_TUNNEL: [&str; 3] = ["dropped_malformed", "dropped_invalid_handshake", "dropped_unknown_key"];
/// Packets from elsewhere with an address of the tunnel's.
const BY_FIREWALL: &str = "spoofed";
/// Seldom enough for a memory card, however many there are.
const EVERY: Duration = Duration::from_hours(1);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

    #[test]
    fn the_first_is_told_at_once_and_the_others_once_an_hour() {
        let start = clock::instant();
        let mut refusals = Refusals::default();
        let mut see = |tunnel, firewall, minutes| {
            let firewall = [("spoofed".to_owned(), firewall)].into();
            let tunnel = [("dropped_unknown_key", tunnel), ("dropped_unauthenticated", 9)].into();
            refusals.see(&tunnel, &firewall, start + Duration::from_mins(minutes))
        };

        assert_eq!(see(0, 0, 0), None);
        assert_eq!(see(1, 0, 1), Some(1));
        assert_eq!(see(50, 2, 2), None);
        assert_eq!(see(90, 0, 30), None, "a new ruleset counts anew");
        assert_eq!(see(100, 1, 61), Some(102));
        assert_eq!(see(100, 1, 200), None);
    }
}
