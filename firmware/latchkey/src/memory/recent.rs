use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use model::PublicKey;
use reachability::check::Traffic;

/// What has come from outside within the last hour or half of it, counted by device.
#[derive(Debug, Default)]
pub(crate) struct Recent {
    /// The half hour that runs, and the one before.
    halves: [Half; 2],
    began: Duration,
    counted: Counted,
    received: BTreeMap<PublicKey, u64>,
}

/// What the others have counted so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counted {
    /// Datagrams from outside to the tunnel's port, by the firewall; begins anew with each new ruleset.
    pub knocks: u64,
    /// Handshakes with a key that nobody has here, or meant for another box, by the tunnel.
    pub unknown_keys: u64,
}

/// How a peer is at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Caller {
    /// Who it is.
    pub key: PublicKey,
    /// Whether it was outside when it was heard last.
    pub is_outside: bool,
    /// Whether both sides have proven who they are, not too long ago.
    pub is_in: bool,
    /// What was heard of it so far; of a call that never hears the answer only this tells.
    pub received_bytes: u64,
}

impl Recent {
    /// Takes over how far everybody has counted, so long after boot.
    pub(crate) fn note(&mut self, counted: Counted, callers: &[Caller], now: Duration) {
        self.turn(now);
        let known = std::mem::replace(&mut self.counted, counted);
        let half = &mut self.halves[0];
        half.datagrams += since(known.knocks, counted.knocks);
        half.unknown_keys += since(known.unknown_keys, counted.unknown_keys);

        let received = callers.iter().map(|caller| (caller.key, caller.received_bytes)).collect();
        let before = std::mem::replace(&mut self.received, received);
        let is_heard = |caller: &&Caller| {
            let known = before.get(&caller.key).copied().unwrap_or_default();
            since(known, caller.received_bytes) > 0
        };
        for caller in callers.iter().filter(|caller| caller.is_outside).filter(is_heard) {
            half.called.insert(caller.key);
            if caller.is_in {
                half.completed.insert(caller.key);
            }
        }
    }

    /// Begins anew, from what is counted so far.
    pub(crate) fn forget(&mut self) {
        self.halves = <[Half; 2]>::default();
    }

    /// What it comes to.
    pub(crate) fn traffic(&self) -> Traffic {
        let [now, before] = &self.halves;

        Traffic {
            datagrams: now.datagrams + before.datagrams,
            unknown_keys: now.unknown_keys + before.unknown_keys,
            handshakes: now.called.union(&before.called).count() as u64,
            completed: now.completed.union(&before.completed).count() as u64,
            proven: false,
        }
    }

    fn turn(&mut self, now: Duration) {
        let age = now.saturating_sub(self.began);
        if age >= HALF {
            let last = std::mem::take(&mut self.halves[0]);
            self.halves[1] = if age < 2 * HALF { last } else { Half::default() };
            self.began = now;
        }
    }
}

#[derive(Debug, Default)]
struct Half {
    datagrams: u64,
    unknown_keys: u64,
    called: BTreeSet<PublicKey>,
    completed: BTreeSet<PublicKey>,
}

/// Who tries out at the door whether it works looks within this time, and what was mended is forgotten as soon.
const HALF: Duration = Duration::from_mins(30);

/// How much a counter has grown, which may have begun anew.
pub(crate) fn since(before: u64, now: u64) -> u64 {
    now.checked_sub(before).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_ruleset_that_counts_from_zero_is_no_knock() {
        let mut recent = Recent::default();

        for knocks in [3, 0, 1] {
            recent.note(Counted { knocks, unknown_keys: 0 }, &[], Duration::ZERO);
        }

        assert_eq!(recent.traffic().datagrams, 4);
    }

    #[test]
    fn an_hour_later_it_is_forgotten() {
        let mut recent = Recent::default();
        let counted = Counted { knocks: 5, unknown_keys: 5 };

        recent.note(counted, &[caller(1, 100, true)], Duration::from_mins(29));
        recent.note(counted, &[caller(1, 100, true)], Duration::from_mins(59));
        let soon = recent.traffic();
        recent.note(counted, &[caller(1, 100, true)], Duration::from_mins(89));

        assert_eq!((soon.datagrams, soon.unknown_keys, soon.handshakes, soon.completed), (5, 5, 1, 1));
        assert_eq!(recent.traffic(), Traffic::default());
    }

    #[test]
    fn a_device_that_never_hears_the_answer_shows_beside_one_that_does() {
        let mut recent = Recent::default();

        for bytes in 1..100 {
            recent.note(
                Counted::default(),
                &[caller(1, bytes, true), caller(2, bytes, false)],
                Duration::ZERO,
            );
        }

        assert_eq!((recent.traffic().handshakes, recent.traffic().completed), (2, 1));
    }

    #[test]
    fn who_is_silent_or_at_home_has_not_called() {
        let mut recent = Recent::default();
        let at_home = Caller { is_outside: false, ..caller(1, 100, true) };

        recent.note(Counted::default(), &[at_home, caller(2, 0, false)], Duration::ZERO);
        recent.note(Counted::default(), &[caller(1, 100, true)], Duration::ZERO);

        assert_eq!(recent.traffic().handshakes, 0);
    }

    fn caller(key: u8, received_bytes: u64, is_in: bool) -> Caller {
        let key = model::PrivateKey::from_bytes([key; 32]).public_key();

        Caller { key, is_outside: true, is_in, received_bytes }
    }
}
