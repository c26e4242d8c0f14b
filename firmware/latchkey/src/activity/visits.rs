use std::{
    collections::{HashMap, HashSet},
    time::{Duration, Instant},
};

use model::{Device, Event, Moment, Peer, PeerId, Place, PublicKey};
use registry::Line;

/// Who comes in, once a visit and not with each handshake.
#[derive(Debug, Default)]
pub(crate) struct Visits {
    keys: HashMap<PeerId, PublicKey>,
    /// Those who have not come in with their key yet.
    awaited: HashSet<PeerId>,
    visits: HashMap<PeerId, Visit>,
}

#[derive(Debug)]
struct Visit {
    /// When the device was seen last.
    seen: Instant,
    /// When a line told of it last, and from where it came then.
    told: Instant,
    from: Place,
}

impl Visits {
    /// Goes on where these lines end, the newest first.
    pub(super) fn new(peers: &[Peer], lines: &[Line], moment: &Moment, now: Instant) -> Self {
        let mut visits = Self::default();
        let mut known = HashSet::new();
        for line in lines {
            let Some(Device { id, .. }) = line.event.device() else { continue };
            // A key that was only handed out says nothing: until it takes over, the former one comes and goes as before.
            if let Event::DeviceAdded { .. } = line.event
                && known.insert(*id)
            {
                visits.awaited.insert(*id);
            }
            if let Event::DeviceArrived { from, .. } | Event::CameIn { from, .. } = line.event {
                known.insert(*id);
                if let Some(told) = instant(&line.at, moment, now) {
                    visits.visits.entry(*id).or_insert(Visit { seen: told, told, from });
                }
            }
        }
        visits.keys = keys(peers);
        visits.keep(peers);

        visits
    }

    /// These are in, of those who may be; says who has just come.
    pub(super) fn see(&mut self, peers: &[Peer], here: &[(PublicKey, Place)], now: Instant) -> Vec<Event> {
        self.follow(peers);
        let from = |peer: &Peer| here.iter().find(|(key, _)| *key == peer.public_key).map(|(_, from)| *from);
        let here = peers.iter().filter_map(|peer| Some((peer, from(peer)?)));

        here.filter_map(|(peer, from)| self.see_one(peer, from, now)).collect()
    }

    fn see_one(&mut self, peer: &Peer, from: Place, now: Instant) -> Option<Event> {
        let is_first = self.awaited.remove(&peer.id);
        let visit = self.visits.get_mut(&peer.id);
        let is_news = visit.is_none_or(|visit| {
            let was_away = now.duration_since(visit.seen) >= APART;
            let has_moved = are_apart(visit.from, from) && now.duration_since(visit.told) >= APART;
            visit.seen = now;
            if visit.from == Place::Unknown {
                visit.from = from;
            }
            was_away || has_moved
        });
        if !is_news && !is_first {
            return None;
        }
        self.visits.insert(peer.id, Visit { seen: now, told: now, from });
        let device = Device::from(peer);

        Some(if is_first { Event::DeviceArrived { device, from } } else { Event::CameIn { device, from } })
    }

    /// A new key has to come in for the first time.
    fn follow(&mut self, peers: &[Peer]) {
        for peer in peers {
            if self.keys.insert(peer.id, peer.public_key) != Some(peer.public_key) {
                self.awaited.insert(peer.id);
            }
        }
        self.keep(peers);
    }

    fn keep(&mut self, peers: &[Peer]) {
        let stays = |id: &PeerId| peers.iter().any(|peer| peer.id == *id);
        self.keys.retain(|id, _| stays(id));
        self.awaited.retain(stays);
        self.visits.retain(|id, _| stays(id));
    }
}

/// Whether these are certainly two places.
fn are_apart(before: Place, now: Place) -> bool {
    matches!((before, now), (Place::Home, Place::Outside) | (Place::Outside, Place::Home))
}

/// A device that is heard again within this time has not been away; and more lines of it are of no use to anybody, and
/// wear the memory card.
const APART: Duration = Duration::from_hours(1);

fn keys(peers: &[Peer]) -> HashMap<PeerId, PublicKey> {
    peers.iter().map(|peer| (peer.id, peer.public_key)).collect()
}

/// When that was, as far as the clocks tell.
fn instant(at: &Moment, moment: &Moment, now: Instant) -> Option<Instant> {
    now.checked_sub(moment.elapsed_since(at)?)
}

#[cfg(test)]
mod tests {
    use model::{HostNumber, PresharedKey, PrivateKey, Role};

    use super::*;
    use crate::clock;

    const MINUTE: Duration = Duration::from_mins(1);
    const HOUR: Duration = Duration::from_hours(1);

    #[test]
    fn a_device_comes_in_once_a_visit() {
        let (start, anna) = (clock::instant(), [peer(1, 1)]);
        let mut visits = Visits::new(&anna, &[], &moment(0), start);
        let mut came = |after: Duration| visits.see(&anna, &[outside(1)], start + after).len();

        assert_eq!([0, 1, 30, 80, 130].map(|minutes| came(minutes * MINUTE)), [1, 0, 0, 0, 0]);
        assert_eq!(came(130 * MINUTE + HOUR), 1, "it was away for an hour");
    }

    #[test]
    fn a_device_that_goes_out_is_told_of_at_most_once_an_hour() {
        let (start, anna) = (clock::instant(), [peer(1, 1)]);
        let mut visits = Visits::new(&anna, &[], &moment(0), start);
        let places = [Place::Home, Place::Outside, Place::Home];
        let mut lines = Vec::new();
        for (minute, from) in (0..180).zip(places.into_iter().cycle()) {
            lines.extend(visits.see(&anna, &[(key(1), from)], start + minute * MINUTE));
        }

        assert_eq!(lines.len(), 3, "{lines:?}");
    }

    #[test]
    fn a_device_has_not_moved_because_the_home_is_known_only_now() {
        let (start, anna) = (clock::instant(), [peer(1, 1)]);
        let mut visits = Visits::new(&anna, &[], &moment(0), start);
        let mut lines = Vec::new();
        for (minute, from) in
            [(0, Place::Unknown), (50, Place::Outside), (100, Place::Unknown), (150, Place::Home)]
        {
            lines.push(visits.see(&anna, &[(key(1), from)], start + minute * MINUTE).len());
        }

        assert_eq!(lines, [1, 0, 0, 1]);
    }

    #[test]
    fn a_new_device_and_a_new_key_arrive() {
        let (start, anna) = (clock::instant(), peer(1, 1));
        let mut visits = Visits::new(&[], &[], &moment(0), start);
        visits.see(std::slice::from_ref(&anna), &[], start);
        let arrived = |device: &Peer| [Event::DeviceArrived { device: device.into(), from: Place::Outside }];

        assert_eq!(visits.see(std::slice::from_ref(&anna), &[outside(1)], start), arrived(&anna));
        let renewed = [peer(1, 9)];
        assert_eq!(visits.see(&renewed, &[outside(1)], start), [], "its old key is nobody's");
        assert_eq!(visits.see(&renewed, &[outside(9)], start), arrived(&renewed[0]));
    }

    #[test]
    fn a_restart_is_no_visit() {
        let (start, peers) = (clock::instant(), [peer(1, 1), peer(2, 2), peer(3, 3)]);
        let came = |id: usize, from| Event::CameIn { device: (&peers[id]).into(), from };
        let lines = [
            line(90, came(0, Place::Outside)),
            line(80, Event::DeviceAdded { device: (&peers[1]).into(), role: Role::Family }),
            line(70, came(1, Place::Outside)),
            line(60, Event::KeyRenewed { device: (&peers[0]).into() }),
            line(1, came(2, Place::Outside)),
        ];
        let now = moment(3650);
        let mut visits = Visits::new(&peers, &lines, &now, start);

        let here = [1, 2, 3].map(outside);

        let arrived = Event::DeviceArrived { device: (&peers[1]).into(), from: Place::Outside };
        assert_eq!(visits.see(&peers, &here, start), [arrived, came(2, Place::Outside)]);
    }

    #[test]
    fn a_key_that_was_handed_out_before_a_restart_arrives_when_it_takes_over() {
        let (start, anna) = (clock::instant(), peer(1, 1));
        let came = |device: &Peer| Event::CameIn { device: device.into(), from: Place::Outside };
        let lines = [line(60, Event::KeyRenewed { device: (&anna).into() }), line(1, came(&anna))];
        let mut visits = Visits::new(std::slice::from_ref(&anna), &lines, &moment(7200), start);

        assert_eq!(visits.see(std::slice::from_ref(&anna), &[outside(1)], start), [came(&anna)]);

        let renewed = [peer(1, 9)];
        let arrived = Event::DeviceArrived { device: (&renewed[0]).into(), from: Place::Outside };
        assert_eq!(visits.see(&renewed, &[outside(9)], start), [arrived]);
    }

    #[test]
    fn who_was_removed_is_forgotten() {
        let (start, anna) = (clock::instant(), [peer(1, 1)]);
        let mut visits = Visits::new(&anna, &[], &moment(0), start);
        visits.see(&anna, &[outside(1)], start);

        visits.see(&[], &[outside(1)], start);

        assert!(visits.keys.is_empty() && visits.awaited.is_empty() && visits.visits.is_empty());
    }

    fn outside(number: u8) -> (PublicKey, Place) {
        (key(number), Place::Outside)
    }

    fn key(number: u8) -> PublicKey {
        PrivateKey::from_bytes([number; 32]).public_key()
    }

    fn peer(id: u32, number: u8) -> Peer {
        Peer {
            id: PeerId(id),
            name: "Anna".parse().unwrap(),
            role: Role::Family,
            public_key: key(number),
            preshared_key: PresharedKey::from_bytes([number; 32]),
            host: HostNumber::new(2).unwrap(),
            endpoint: None,
            created_at: 0,
        }
    }

    fn line(seconds: u64, event: Event) -> Line {
        Line { number: seconds, at: moment(seconds), event }
    }

    fn moment(seconds: u64) -> Moment {
        Moment {
            boot_id: "a".to_owned(),
            since_boot: Duration::from_secs(seconds),
            unix_seconds: 0,
            clock_is_set: false,
        }
    }
}
