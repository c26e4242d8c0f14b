use std::time::{Duration, Instant};

use model::{DoorState, Event, IpVersion};
use reachability::door::{Door, Opening, Shut, Why};
use registry::Line;

/// How the door in the router stands, for each IP version, without the times when it only seems to move.
#[derive(Debug, Default)]
pub(crate) struct Doors {
    v4: Watched,
    v6: Watched,
}

impl Doors {
    /// Goes on where these lines end, the newest first.
    pub(super) fn new(lines: &[Line]) -> Self {
        let moves = || lines.iter().filter_map(|line| moved(&line.event));
        let last = |wanted| moves().find(|(version, _)| *version == wanted).map(|(_, to)| to);
        let watched = |version| Watched { told: last(version), ..Watched::default() };

        Self { v4: watched(IpVersion::V4), v6: watched(IpVersion::V6) }
    }

    /// What has moved for good.
    pub(super) fn see(&mut self, door: &Door, now: Instant) -> Vec<Event> {
        let v4 = self.v4.see(&door.v4, now).map(|to| Event::DoorMoved { version: IpVersion::V4, to });
        let v6 = self.v6.see(&door.v6, now).map(|to| Event::DoorMoved { version: IpVersion::V6, to });

        v4.into_iter().chain(v6).collect()
    }
}

fn moved(event: &Event) -> Option<(IpVersion, DoorState)> {
    if let Event::DoorMoved { version, to } = event { Some((*version, *to)) } else { None }
}

#[derive(Debug, Default)]
struct Watched {
    /// What was told last.
    told: Option<DoorState>,
    told_at: Option<Instant>,
    /// What is seen, and since when.
    seen: Option<(DoorState, Instant)>,
}

impl Watched {
    fn see(&mut self, opening: &Opening, now: Instant) -> Option<DoorState> {
        let state = match opening {
            Opening::Asking => return None,
            Opening::NotWanted | Opening::Shut(Shut { why: Why::NotAllowed, .. }) => DoorState::Closed,
            Opening::Open(_) => DoorState::Open,
            Opening::Shut(_) => DoorState::Failing,
        };
        let since = self.seen.filter(|(seen, _)| *seen == state).map_or(now, |(_, since)| since);
        self.seen = Some((state, since));
        // A door that was never asked for is no news.
        let is_news = self.told.unwrap_or(DoorState::Closed) != state;
        // At the start, and when the network changes, it is asked for anew.
        let is_settled = state == DoorState::Open || now.duration_since(since) >= SETTLES;
        let has_rested = self.told_at.is_none_or(|at| now.duration_since(at) >= RESTS);
        if !is_news || !is_settled || !has_rested {
            return None;
        }
        (self.told, self.told_at) = (Some(state), Some(now));

        Some(state)
    }
}

const SETTLES: Duration = Duration::from_mins(1);
/// A door that opens and shuts all the time does not fill the card.
const RESTS: Duration = Duration::from_mins(10);

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use model::Moment;
    use reachability::door::{Opened, Protocol};

    use super::*;
    use crate::clock;

    const MINUTE: Duration = Duration::from_mins(1);

    #[test]
    fn a_door_that_opens_is_told_at_once_and_one_that_does_not_after_a_minute() {
        let start = clock::instant();
        let mut doors = Doors::default();
        let mut see = |opening, minutes| {
            doors.see(&door(opening), start + minutes * MINUTE).iter().filter_map(moved).next()
        };

        assert_eq!(see(Opening::NotWanted, 0), None);
        assert_eq!(see(Opening::Asking, 5), None);
        assert_eq!(see(open(), 6), Some((IpVersion::V4, DoorState::Open)));
        assert_eq!(see(open(), 7), None);
        assert_eq!(see(shut(Why::NoAnswer), 20), None);
        assert_eq!(see(shut(Why::NoAnswer), 21), Some((IpVersion::V4, DoorState::Failing)));
        assert_eq!(see(shut(Why::NotAllowed), 40), None);
        assert_eq!(see(shut(Why::NotAllowed), 41), Some((IpVersion::V4, DoorState::Closed)));
    }

    #[test]
    fn a_door_that_flaps_is_told_of_now_and_then() {
        let start = clock::instant();
        let mut doors = Doors::default();
        let mut lines = 0;
        for minute in 0..60 {
            let opening = if minute % 4 < 2 { open() } else { shut(Why::NoAnswer) };
            lines += doors.see(&door(opening), start + minute * MINUTE).len();
        }

        assert!((2..=6).contains(&lines), "{lines}");
    }

    #[test]
    fn a_restart_moves_no_door() {
        let start = clock::instant();
        let at = Moment { boot_id: "a".to_owned(), since_boot: MINUTE, unix_seconds: 0, clock_is_set: false };
        let line =
            |to| Line { number: 1, at: at.clone(), event: Event::DoorMoved { version: IpVersion::V4, to } };
        let mut doors = Doors::new(&[line(DoorState::Open), line(DoorState::Failing)]);

        let openings = [Opening::NotWanted, Opening::Asking, open()];

        let seen = openings.map(|opening| doors.see(&door(opening), start).len());
        assert_eq!(seen, [0, 0, 0]);
    }

    fn door(v4: Opening) -> Door {
        Door { v4, ..Door::default() }
    }

    fn open() -> Opening {
        Opening::Open(Opened { by: Protocol::Pcp, port: 20_000, address: None, lease: None, verified: true })
    }

    fn shut(why: Why) -> Opening {
        Opening::Shut(Shut { why, inside: SocketAddr::from(([192, 168, 1, 9], 20_000)) })
    }
}
