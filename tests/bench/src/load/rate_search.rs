/// Looks for the highest rate that a tunnel carries nearly without loss, from one short probe to the next.
///
/// First in large steps, until one rate was carried and a higher one was not; then between these two.
#[derive(Debug)]
pub(crate) struct RateSearch {
    next: f64,
    carried: Option<Probe>,
    /// The lowest rate that was too much.
    too_much: Option<f64>,
    probes: u32,
}

/// What came of offering datagrams at a rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Probe {
    /// A second, as planned.
    pub(crate) offered: f64,
    /// A second, as it came to be: a sender, too, has its limits.
    pub(crate) sent: f64,
    /// A second.
    pub(crate) received: f64,
}

impl RateSearch {
    pub(crate) fn new(guess: f64) -> Self {
        Self { next: guess, carried: None, too_much: None, probes: 0 }
    }

    /// The rate to try, until it is found.
    pub(crate) fn next(&self) -> Option<f64> {
        let is_found = match (self.carried, self.too_much) {
            (Some(carried), Some(too_much)) => too_much / carried.offered < CLOSE_ENOUGH,
            (Some(carried), None) => carried.sent < carried.offered * SENDER_KEEPS_UP,
            (None, _) => false,
        };

        (!is_found && self.probes < MOST_PROBES).then_some(self.next)
    }

    /// What came of it.
    pub(crate) fn record(&mut self, probe: Probe) {
        self.probes += 1;
        if probe.received >= probe.sent * (1.0 - LOSS) {
            self.carried = Some(probe);
        } else {
            self.too_much = Some(probe.offered);
        }
        self.next = match (self.carried, self.too_much) {
            (Some(carried), Some(too_much)) => (carried.offered * too_much).sqrt(),
            (Some(carried), None) => carried.offered * STEP,
            (None, Some(too_much)) => too_much / STEP,
            (None, None) => self.next,
        };
    }

    /// The best rate that arrived, a second.
    pub(crate) fn found(&self) -> f64 {
        self.carried.map_or(0.0, |probe| probe.received)
    }
}

/// As a share of what was sent.
const LOSS: f64 = 0.01;

const STEP: f64 = 1.5;

/// Finer than one round's figure differs from the next.
const CLOSE_ENOUGH: f64 = 1.06;

const SENDER_KEEPS_UP: f64 = 0.95;

/// Enough for a first guess that is ten times too high or too low.
const MOST_PROBES: u32 = 12;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_is_found_from_below_and_from_above() {
        for guess in [20_000.0, 90_000.0, 110_000.0, 700_000.0] {
            let found = search(guess, f64::INFINITY, 100_000.0);

            assert!((94_000.0..=100_000.0).contains(&found), "from {guess}: {found}");
        }
    }

    #[test]
    fn a_sender_that_sends_no_more_ends_the_search() {
        let mut search = RateSearch::new(1000.0);

        search.record(Probe { offered: 1000.0, sent: 500.0, received: 500.0 });

        assert_eq!(search.next(), None);
        assert_eq!(search.found(), 500.0);
    }

    #[test]
    fn a_tunnel_that_carries_nothing_is_given_up() {
        assert_eq!(search(1000.0, f64::INFINITY, 0.0), 0.0);
    }

    #[test]
    fn one_in_a_hundred_may_get_lost() {
        let mut search = RateSearch::new(1000.0);

        search.record(Probe { offered: 1000.0, sent: 1000.0, received: 990.0 });

        assert_eq!(search.found(), 990.0);
    }

    /// A tunnel that carries no more than `limit`, with a sender that sends no more than `sender`.
    fn search(guess: f64, sender: f64, limit: f64) -> f64 {
        let mut search = RateSearch::new(guess);
        while let Some(offered) = search.next() {
            let sent = offered.min(sender);
            search.record(Probe { offered, sent, received: sent.min(limit) });
        }

        search.found()
    }
}
