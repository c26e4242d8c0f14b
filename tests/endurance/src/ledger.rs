use std::time::{Duration, Instant};

/// A courier's book: which datagram left when, and which came back.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    account: Account,
    latest: Option<u64>,
    last_reply: u64,
}

impl Ledger {
    /// Notes a departure, and gives the datagram's number.
    pub(crate) fn send(&mut self, now: Instant) -> u64 {
        self.account.trips.push(Trip { sent: now, returned: None });

        self.account.sent() - 1
    }

    /// Notes a return, with the mirror's own count.
    pub(crate) fn hear(&mut self, number: u64, reply: u64, now: Instant) {
        let trip = usize::try_from(number).ok().and_then(|number| self.account.trips.get_mut(number));
        let Some(trip) = trip else { return };
        if trip.returned.is_some() {
            self.account.doubled += 1;
            return;
        }
        trip.returned = Some(now);
        self.account.swapped += u64::from(self.latest.is_some_and(|latest| number < latest));
        self.latest = self.latest.max(Some(number));
        self.last_reply = self.last_reply.max(reply);
    }

    /// What it all comes to.
    pub(crate) fn close(self) -> Account {
        let replies = self.account.returned() + self.account.doubled;

        Account { lost_back: self.last_reply.saturating_sub(replies), ..self.account }
    }
}

/// What became of a courier's datagrams.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    trips: Vec<Trip>,
    /// How many of the lost were lost on the way back.
    pub lost_back: u64,
    /// How many came back once more.
    pub doubled: u64,
    /// How many were overtaken by a later one.
    pub swapped: u64,
}

impl Account {
    /// The books of several couriers as one.
    #[must_use]
    pub fn sum(accounts: impl IntoIterator<Item = Self>) -> Self {
        accounts.into_iter().fold(Self::default(), |sum, account| Self {
            trips: [sum.trips, account.trips].concat(),
            lost_back: sum.lost_back + account.lost_back,
            doubled: sum.doubled + account.doubled,
            swapped: sum.swapped + account.swapped,
        })
    }

    /// How many left.
    #[must_use]
    pub fn sent(&self) -> u64 {
        self.trips.len() as u64
    }

    /// How many came back, each counted once.
    #[must_use]
    pub fn returned(&self) -> u64 {
        self.sent() - self.lost().count() as u64
    }

    /// When those left that did not come back.
    pub fn lost(&self) -> impl Iterator<Item = Instant> {
        self.trips.iter().filter(|trip| trip.returned.is_none()).map(|trip| trip.sent)
    }

    /// The longest time from leaving to coming back.
    #[must_use]
    pub fn slowest(&self) -> Duration {
        let times = self.trips.iter().filter_map(|trip| Some(trip.returned?.duration_since(trip.sent)));

        times.max().unwrap_or_default()
    }

    /// When the one had left that was on its way longest at a moment, of those that came back.
    pub(crate) fn under_way_at(&self, moment: Instant) -> Option<Instant> {
        let is_under_way =
            |trip: &&Trip| trip.sent <= moment && trip.returned.is_some_and(|time| time > moment);

        self.trips.iter().filter(is_under_way).map(|trip| trip.sent).min()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Trip {
    sent: Instant,
    returned: Option<Instant>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_come_back_is_lost_on_one_way_or_the_other() {
        let (mut ledger, start) = sent(5);

        // Number 1 never arrived; the second reply, to number 2, was lost on its way back.
        for (number, reply) in [(0, 1), (3, 3), (4, 4)] {
            ledger.hear(number, reply, start + Duration::from_secs(number + 2));
        }
        let account = ledger.close();

        assert_eq!((account.sent(), account.returned()), (5, 3));
        assert!(account.lost().eq([1, 2].map(|number| start + Duration::from_secs(number))));
        assert_eq!(account.lost_back, 1);
        assert_eq!(account.slowest(), Duration::from_secs(2));
    }

    #[test]
    fn doubled_and_swapped_ones_are_not_lost() {
        let (mut ledger, start) = sent(3);

        for (number, reply) in [(2, 1), (0, 2), (0, 3), (1, 4)] {
            ledger.hear(number, reply, start);
        }
        let account = ledger.close();

        assert_eq!((account.returned(), account.lost().count(), account.lost_back), (3, 0, 0));
        assert_eq!((account.doubled, account.swapped), (1, 2));
    }

    #[test]
    fn who_was_under_way_is_known_from_those_that_came_back() {
        let (mut ledger, start) = sent(4);
        let at = |seconds| start + Duration::from_secs(seconds);

        for (number, time) in [(0, 1), (1, 5), (2, 4)] {
            ledger.hear(number, number + 1, at(time));
        }
        let account = ledger.close();

        assert_eq!(account.under_way_at(at(3)), Some(at(1)));
        assert_eq!(account.under_way_at(at(5)), None);
    }

    #[test]
    fn a_number_that_was_never_sent_is_nobodys() {
        let (mut ledger, start) = sent(1);

        ledger.hear(9, 1, start);

        assert_eq!(ledger.close().returned(), 0);
    }

    /// One datagram a second.
    fn sent(count: u64) -> (Ledger, Instant) {
        #[expect(clippy::disallowed_methods, reason = "any moment will do")]
        let start = Instant::now();
        let mut ledger = Ledger::default();
        for number in 0..count {
            assert_eq!(ledger.send(start + Duration::from_secs(number)), number);
        }

        (ledger, start)
    }
}
