use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    ops::RangeInclusive,
    time::{Duration, Instant},
};

use crate::{Account, journey::Move};

/// What the moves of a client may cost, and what they have cost.
///
/// Tolerated is a datagram that was on its way when the client moved, or was sent before the client's first packet from
/// its new place had reached the gateway: nobody can know where to send that. So it is one that left no sooner than
/// [`IN_FLIGHT`] before a move began, or than one that was still on its way then and came back, and no later than the
/// gateway knew the new place. Who changes the IP version can be led astray for [`IN_FLIGHT`] more, since what still
/// comes over the former says that the gateway is there. TCP has to make up for all of it.
#[derive(Debug, Default)]
pub(crate) struct Tolerance {
    moves: Vec<Moved>,
}

/// A move that the gateway has followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moved {
    pub(crate) kind: Move,
    pub(crate) begun: Instant,
    /// When the gateway knew.
    pub(crate) followed: Instant,
}

impl Tolerance {
    pub(crate) fn note(&mut self, moved: Moved) {
        self.moves.push(moved);
    }

    /// Lays what was lost at the door of the moves.
    pub(crate) fn settle(&self, account: &Account) -> Settlement {
        let mut settlement = Settlement::default();
        let mut excuses = Vec::new();
        for moved in &self.moves {
            let cost = settlement.costs.entry(moved.kind).or_default();
            cost.moves += 1;
            cost.slowest = cost.slowest.max(moved.followed.saturating_duration_since(moved.begun));
            excuses.push((moved.kind, moved.excuse(account.under_way_at(moved.begun))));
        }
        for time in account.lost() {
            match excuses.iter().find(|(_, excused)| excused.contains(&time)) {
                Some((kind, _)) => settlement.costs.entry(*kind).or_default().lost += 1,
                None => settlement.inexcusable.push(self.last_move_before(time)),
            }
        }

        settlement
    }

    fn last_move_before(&self, time: Instant) -> Option<(Moved, Duration)> {
        let since = |moved: &Moved| Some((*moved, time.checked_duration_since(moved.begun)?));

        self.moves.iter().filter_map(since).min_by_key(|(_, since)| *since)
    }
}

impl Moved {
    /// When a datagram may have left that is lost, given when the one had left that was on its way longest.
    fn excuse(&self, under_way: Option<Instant>) -> RangeInclusive<Instant> {
        let in_flight = self.begun.checked_sub(IN_FLIGHT).unwrap_or(self.begun);

        under_way.map_or(in_flight, |sent| sent.min(in_flight))..=self.followed + self.kind.goes_astray_for()
    }
}

impl Move {
    fn goes_astray_for(self) -> Duration {
        match self {
            Self::Port | Self::Address | Self::Router => Duration::ZERO,
            Self::Version => IN_FLIGHT,
        }
    }
}

/// What was lost, by whose fault.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Settlement {
    costs: BTreeMap<Move, Cost>,
    /// Of each datagram that no move excuses, the last move before, if there was one, and how long after it it left.
    inexcusable: Vec<Option<(Moved, Duration)>>,
}

impl Settlement {
    /// How many datagrams no move excuses.
    #[must_use]
    pub fn inexcusable(&self) -> usize {
        self.inexcusable.len()
    }
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Cost {
    moves: u64,
    lost: u64,
    slowest: Duration,
}

impl fmt::Display for Settlement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (kind, Cost { moves, lost, slowest }) in &self.costs {
            let slowest = slowest.as_millis();
            writeln!(
                f,
                "{kind:<28} {moves:>4} times, followed within {slowest:>4} ms, {lost:>4} datagrams lost"
            )?;
        }
        let mut after: BTreeMap<_, (u64, BTreeSet<u128>)> = BTreeMap::new();
        for (moved, since) in self.inexcusable.iter().flatten() {
            let (count, times) = after.entry((moved.begun, moved.kind)).or_default();
            *count += 1;
            times.insert(since.as_millis());
        }
        let before = self.inexcusable.iter().filter(|moved| moved.is_none()).count();
        if before > 0 {
            writeln!(f, "{before} lost before the first move")?;
        }
        for ((_, kind), (count, times)) in after {
            let (first, last) = (times.first().unwrap_or(&0), times.last().unwrap_or(&0));
            writeln!(f, "{count} lost from {first} to {last} ms after {kind}, without excuse")?;
        }

        Ok(())
    }
}

/// How long a datagram may be on its way there and back, some other program having its turn meanwhile.
const IN_FLIGHT: Duration = Duration::from_millis(100);

#[cfg(test)]
mod tests {
    use crate::ledger::Ledger;

    use super::*;

    #[test]
    fn only_what_left_around_a_move_is_excused() {
        let (tolerance, at) = one_move();

        let settlement = tolerance.settle(&lost([899, 900, 1050, 1051].map(at)));

        assert_eq!(settlement.costs[&Move::Port].lost, 2);
        assert_eq!(settlement.inexcusable, [None, Some((tolerance.moves[0], Duration::from_millis(51)))]);
    }

    #[test]
    fn what_left_after_one_that_was_still_on_its_way_is_excused() {
        let (tolerance, at) = one_move();
        let mut ledger = Ledger::default();
        let slow = ledger.send(at(500));
        ledger.send(at(499));
        ledger.send(at(501));
        ledger.hear(slow, 1, at(1200));

        let settlement = tolerance.settle(&ledger.close());

        assert_eq!((settlement.costs[&Move::Port].lost, settlement.inexcusable()), (1, 1));
    }

    /// To another port, after a second, which took 50 milliseconds; and a clock in milliseconds.
    fn one_move() -> (Tolerance, impl Fn(u64) -> Instant) {
        #[expect(clippy::disallowed_methods, reason = "any moment will do")]
        let start = Instant::now();
        let at = move |ms| start + Duration::from_millis(ms);
        let mut tolerance = Tolerance::default();
        tolerance.note(Moved { kind: Move::Port, begun: at(1000), followed: at(1050) });

        (tolerance, at)
    }

    fn lost(times: impl IntoIterator<Item = Instant>) -> Account {
        let mut ledger = Ledger::default();
        for time in times {
            ledger.send(time);
        }

        ledger.close()
    }
}
