use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use model::{Event, Moment, Peer, Place, PublicKey};
use reachability::door::Door;
use registry::Line;

use super::{doors::Doors, refusals::Refusals, visits::Visits};

/// What is noticed in passing and worth a line: who comes in, how the door stands, who is refused.
#[derive(Debug)]
pub(crate) struct Chronicle {
    visits: Visits,
    doors: Doors,
    refusals: Refusals,
    clock_was_set: bool,
    tidied: Instant,
}

/// What one pass sees.
pub(crate) struct Scene<'a> {
    /// Who may come in.
    pub peers: &'a [Peer],
    /// Who is in, and from where.
    pub here: &'a [(PublicKey, Place)],
    /// The door in the router.
    pub door: &'a Door,
    /// What the tunnel has dropped, by reason.
    pub tunnel: &'a BTreeMap<&'static str, u64>,
    /// What the firewall has dropped, by reason.
    pub firewall: &'a BTreeMap<String, u64>,
}

/// What is to be written down.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Noticed {
    /// What happened.
    pub events: Vec<Event>,
    /// How many more attempts were refused.
    pub refused: Option<u64>,
    /// Whether what was written down before is to be looked through: the clock was set, so that times can be put right, or
    /// some lines may be too old by now.
    pub is_untidy: bool,
}

impl Chronicle {
    /// How many of the newest lines are worth a look at the start.
    pub(crate) const LOOKS_BACK: u32 = 1000;

    /// Goes on where those lines end, the newest first: what stands there is no news.
    pub(crate) fn new(peers: &[Peer], lines: &[Line], moment: &Moment, now: Instant) -> Self {
        Self {
            visits: Visits::new(peers, lines, moment, now),
            doors: Doors::new(lines),
            refusals: Refusals::default(),
            clock_was_set: moment.clock_is_set,
            tidied: now,
        }
    }

    /// Looks around; most of the time there is nothing to write down.
    pub(crate) fn notice(&mut self, scene: &Scene<'_>, moment: &Moment, now: Instant) -> Option<Noticed> {
        let mut events = self.visits.see(scene.peers, scene.here, now);
        events.extend(self.doors.see(scene.door, now));
        let noticed = Noticed {
            events,
            refused: self.refusals.see(scene.tunnel, scene.firewall, now),
            is_untidy: self.is_untidy(moment, now),
        };

        (noticed != Noticed::default()).then_some(noticed)
    }

    fn is_untidy(&mut self, moment: &Moment, now: Instant) -> bool {
        let is_set_now = moment.clock_is_set && !self.clock_was_set;
        let is_untidy = is_set_now || now.duration_since(self.tidied) >= TIDY_EVERY;
        self.clock_was_set |= moment.clock_is_set;
        if is_untidy {
            self.tidied = now;
        }

        is_untidy
    }
}

/// Lines are kept for days, so that nobody minds a day.
const TIDY_EVERY: Duration = Duration::from_hours(24);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

    #[test]
    fn lines_are_looked_through_once_the_clock_is_set_and_then_once_a_day() {
        let start = clock::instant();
        let mut chronicle = Chronicle::new(&[], &[], &moment(false), start);
        let (door, tunnel, firewall) = Default::default();
        let nothing = Scene { peers: &[], here: &[], door: &door, tunnel: &tunnel, firewall: &firewall };
        let mut is_untidy = |hours, clock_is_set| {
            let noticed =
                chronicle.notice(&nothing, &moment(clock_is_set), start + Duration::from_hours(hours));
            noticed.is_some_and(|noticed| noticed.is_untidy)
        };

        assert_eq!([0, 1].map(|hour| is_untidy(hour, false)), [false, false]);
        assert_eq!(
            [2, 3, 25, 26, 27, 50].map(|hour| is_untidy(hour, true)),
            [true, false, false, true, false, true]
        );
    }

    fn moment(clock_is_set: bool) -> Moment {
        Moment { boot_id: "a".to_owned(), since_boot: Duration::ZERO, unix_seconds: 0, clock_is_set }
    }
}
