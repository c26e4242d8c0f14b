use std::{collections::BTreeMap, time::Instant};

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
    /// Whether the clock was set: what was written down before can be put right.
    pub clock_was_set: bool,
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
        }
    }

    /// Looks around; most of the time there is nothing to write down.
    pub(crate) fn notice(&mut self, scene: &Scene<'_>, moment: &Moment, now: Instant) -> Option<Noticed> {
        let mut events = self.visits.see(scene.peers, scene.here, now);
        events.extend(self.doors.see(scene.door, now));
        let noticed = Noticed {
            events,
            refused: self.refusals.see(scene.tunnel, scene.firewall, now),
            clock_was_set: moment.clock_is_set && !self.clock_was_set,
        };
        self.clock_was_set |= moment.clock_is_set;

        (noticed != Noticed::default()).then_some(noticed)
    }
}
