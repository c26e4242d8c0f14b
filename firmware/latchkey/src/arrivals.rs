//! Who is expected and who has just come: what the PEOPLE lamp tells about new peers.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use model::PeerId;

/// The peers whose configuration was handed out, and those who came in with it for the first time.
#[derive(Debug, Default)]
pub(crate) struct Arrivals {
    expected: HashMap<PeerId, Instant>,
    joined: Option<Instant>,
}

impl Arrivals {
    /// A configuration was handed out.
    pub(crate) fn expect(&mut self, peer: PeerId, now: Instant) {
        self.expected.insert(peer, now);
    }

    /// These peers have shaken hands with the key they have now.
    pub(crate) fn seen(&mut self, peers: impl IntoIterator<Item = PeerId>, now: Instant) {
        for peer in peers {
            if self.expected.remove(&peer).is_some() {
                self.joined = Some(now);
            }
        }
    }

    /// This peer is expected no more.
    pub(crate) fn forget(&mut self, peer: PeerId) {
        self.expected.remove(&peer);
    }

    /// Whether a new device is being set up.
    pub(crate) fn is_pairing(&self, now: Instant) -> bool {
        self.expected.values().any(|since| now.duration_since(*since) < PAIRING)
    }

    /// Whether a new device has just come in.
    pub(crate) fn has_joined(&self, now: Instant) -> bool {
        self.joined.is_some_and(|since| now.duration_since(since) < JOINED)
    }
}

/// As long as a QR code is of use on the page.
const PAIRING: Duration = Duration::from_mins(10);
const JOINED: Duration = Duration::from_mins(2);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

    #[test]
    fn a_peer_is_expected_until_it_comes_and_then_new_for_two_minutes() {
        let start = clock::instant();
        let mut arrivals = Arrivals::default();

        arrivals.expect(PeerId(1), start);
        assert!(arrivals.is_pairing(start));

        let came = start + Duration::from_secs(30);
        arrivals.seen([PeerId(1)], came);
        assert!(!arrivals.is_pairing(came));
        assert!(arrivals.has_joined(came + Duration::from_secs(119)));
        assert!(!arrivals.has_joined(came + Duration::from_secs(120)));
    }

    #[test]
    fn a_peer_that_was_here_before_is_no_news() {
        let start = clock::instant();
        let mut arrivals = Arrivals::default();

        arrivals.seen([PeerId(1)], start);

        assert!(!arrivals.has_joined(start));
    }

    #[test]
    fn nobody_waits_for_a_configuration_that_was_never_used() {
        let start = clock::instant();
        let mut arrivals = Arrivals::default();

        arrivals.expect(PeerId(1), start);

        assert!(!arrivals.is_pairing(start + Duration::from_mins(10)));
    }
}
