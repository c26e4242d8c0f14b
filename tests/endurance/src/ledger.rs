use std::time::{Duration, Instant};

/// A courier's book: which datagram left when, and which came back.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    entries: Vec<Entry>,
    latest: Option<u64>,
    last_reply: u64,
    doubled: u64,
    swapped: u64,
    slowest: Duration,
}

impl Ledger {
    /// Notes a departure, and gives the datagram's number.
    pub(crate) fn send(&mut self, now: Instant) -> u64 {
        self.entries.push(Entry { sent: now, has_returned: false });

        self.entries.len() as u64 - 1
    }

    /// Notes a return, with the mirror's own count.
    pub(crate) fn hear(&mut self, number: u64, reply: u64, now: Instant) {
        let entry = usize::try_from(number).ok().and_then(|number| self.entries.get_mut(number));
        let Some(entry) = entry else { return };
        if std::mem::replace(&mut entry.has_returned, true) {
            self.doubled += 1;
            return;
        }
        self.slowest = self.slowest.max(now.saturating_duration_since(entry.sent));
        self.swapped += u64::from(self.latest.is_some_and(|latest| number < latest));
        self.latest = self.latest.max(Some(number));
        self.last_reply = self.last_reply.max(reply);
    }

    /// What it all comes to.
    pub(crate) fn close(self) -> Account {
        let lost: Vec<_> =
            self.entries.iter().filter(|entry| !entry.has_returned).map(|entry| entry.sent).collect();
        let (sent, returned) = (self.entries.len() as u64, (self.entries.len() - lost.len()) as u64);
        let lost_back = self.last_reply.saturating_sub(returned + self.doubled);

        Account {
            sent,
            returned,
            lost,
            lost_back,
            doubled: self.doubled,
            swapped: self.swapped,
            slowest: self.slowest,
        }
    }
}

/// What became of a courier's datagrams.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    /// How many left.
    pub sent: u64,
    /// How many came back, each counted once.
    pub returned: u64,
    /// When those left that did not come back.
    pub lost: Vec<Instant>,
    /// How many of the lost were lost on the way back.
    pub lost_back: u64,
    /// How many came back once more.
    pub doubled: u64,
    /// How many were overtaken by a later one.
    pub swapped: u64,
    /// The longest time from leaving to coming back.
    pub slowest: Duration,
}

impl Account {
    /// The books of several couriers as one.
    #[must_use]
    pub fn sum(accounts: impl IntoIterator<Item = Self>) -> Self {
        accounts.into_iter().fold(Self::default(), |sum, account| Self {
            sent: sum.sent + account.sent,
            returned: sum.returned + account.returned,
            lost: [sum.lost, account.lost].concat(),
            lost_back: sum.lost_back + account.lost_back,
            doubled: sum.doubled + account.doubled,
            swapped: sum.swapped + account.swapped,
            slowest: sum.slowest.max(account.slowest),
        })
    }
}

#[derive(Debug)]
struct Entry {
    sent: Instant,
    has_returned: bool,
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

        assert_eq!((account.sent, account.returned), (5, 3));
        assert_eq!(account.lost, [1, 2].map(|number| start + Duration::from_secs(number)));
        assert_eq!(account.lost_back, 1);
        assert_eq!(account.slowest, Duration::from_secs(2));
    }

    #[test]
    fn doubled_and_swapped_ones_are_not_lost() {
        let (mut ledger, start) = sent(3);

        for (number, reply) in [(2, 1), (0, 2), (0, 3), (1, 4)] {
            ledger.hear(number, reply, start);
        }
        let account = ledger.close();

        assert_eq!((account.returned, account.lost.len(), account.lost_back), (3, 0, 0));
        assert_eq!((account.doubled, account.swapped), (1, 2));
    }

    #[test]
    fn a_number_that_was_never_sent_is_nobodys() {
        let (mut ledger, start) = sent(1);

        ledger.hear(9, 1, start);

        assert_eq!(ledger.close().returned, 0);
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
