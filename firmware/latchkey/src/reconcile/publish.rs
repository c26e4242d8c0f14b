use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError},
    time::{Duration, Instant},
};

use model::{Event, Lamps, Moment, Peer, Place, Role};
use reachability::door::{Door, Opening};
use registry::{PublicAddress, Snapshot};
use tunnel::{PeerStatus, Status};

use super::Reconciler;
use crate::{
    activity::{Noticed, Scene},
    home_assistant::Choice,
    lamps::Mood,
    lan::HomeNetwork,
    memory::{Caller, Counted, News},
    present::{Present, is_connected, place_of},
    way_in::{self, Standing},
};

/// What one pass has read.
pub(super) struct Seen {
    pub(super) snapshot: Snapshot,
    pub(super) home: HomeNetwork,
    pub(super) choice: Option<Choice>,
    pub(super) guests_left: Option<Duration>,
    pub(super) standing: Standing,
    pub(super) moment: Moment,
    pub(super) now: Instant,
}

impl Reconciler {
    /// Tells the lamps, the page and the use-cases how things stand.
    pub(super) fn publish(&mut self, seen: Seen) {
        let status = self.parts.tunnel.status();
        let connected = status.peers.iter().filter(is_in).collect::<Vec<_>>();
        self.remember(&seen, &status);
        self.take_note(&seen, &connected, &status.counters);
        self.look_for_faults(&seen.home);

        let tunnel_counters = status.counters.iter().map(|(name, count)| (format!("tunnel_{name}"), *count));
        let access_counters =
            self.enforcer.counters().iter().map(|(name, count)| (format!("firewall_{name}"), *count));
        let counters = tunnel_counters.chain(access_counters).collect();
        let mut present = Present {
            public_key: self.identity.private_key.public_key(),
            range: self.identity.range,
            port: self.identity.port,
            host_name: self.around.host_name.borrow_and_update().clone(),
            page_port: self.fixed.page_port,
            counters,
            proven: self.memory.proven_ago(&seen.moment),
            exposed: self.around.looked.borrow_and_update().findings(),
            traffic: self.memory.traffic(&seen.moment),
            clock_is_set: seen.moment.clock_is_set,
            faults: self.parts.faults.wire(),
            lamps: Mood::STARTING,
            snapshot: seen.snapshot,
            home: seen.home,
            home_assistant: seen.choice,
            guests_left: seen.guests_left,
            standing: seen.standing,
            peers: Vec::new(),
        };
        present.lamps = self.lamps(&present, &connected, seen.now);
        self.parts.panel.set_lamps(present.lamps);
        present.peers = status.peers;

        let state = Arc::new(present.state());
        self.present.send_replace(Arc::new(present));
        self.state.send_if_modified(|known| {
            let changed = *known != state;
            if changed {
                *known = state;
            }
            changed
        });
    }

    fn lamps(&mut self, present: &Present, connected: &[&PeerStatus], now: Instant) -> Lamps {
        let mut arrivals = self.parts.arrivals.lock().unwrap_or_else(PoisonError::into_inner);
        let is_here = |peer: &&Peer| connected.iter().any(|status| status.public_key == peer.public_key);
        let here = present.snapshot.peers.iter().filter(is_here);
        let is_anybody_in = here.clone().any(|peer| present.may_come_in(peer));
        // Who waits for somebody's new key waits for nobody with the former one.
        let has_own_keys = |peer: &&Peer| present.snapshot.successors.iter().all(|one| one.id != peer.id);
        arrivals.seen(here.filter(has_own_keys).map(|peer| peer.id), now);

        Mood {
            fault: !present.faults.is_empty(),
            waiting: *self.around.waiting.borrow_and_update(),
            locked: present.snapshot.locked,
            moved: present.is_anybody_outdated(),
            cut_off: present.standing.is_cut_off(),
            shut: present.standing.is_shut(),
            visited: connected.iter().any(|peer| present.is_from_outside(peer)),
            proven: present.proven.is_some(),
            pairing: arrivals.is_pairing(now),
            joined: arrivals.has_joined(now),
            guests: present.guests_left.is_some() && !present.snapshot.locked,
            connected: is_anybody_in,
        }
        .lamps()
    }

    /// Who has come in from outside, who has knocked, and where home is.
    fn remember(&mut self, seen: &Seen, status: &Status) {
        let is_outside = |peer: &&PeerStatus| place_of(peer, &seen.home, &seen.standing) == Place::Outside;
        let Door { v4, v6, .. } = &seen.standing.door;
        let is_open = [v4, v6].iter().any(|opening| matches!(opening, Opening::Open(_)));
        let callers = status.peers.iter().map(|peer| Caller {
            key: peer.public_key,
            is_outside: is_outside(&peer),
            is_in: is_in(&peer),
            received_bytes: peer.received_bytes,
        });
        let router = seen.home.network.routers_v4.first().copied();
        let moved = self.memory.note_home(router, &seen.standing.verdict, &seen.moment);
        let counted = self.count(&status.counters);
        self.memory.note_traffic(counted, &callers.collect::<Vec<_>>(), is_open, &seen.moment);
        let is_proof = |peer: &&PeerStatus| {
            let is_new = |ago| is_connected(ago) && self.memory.is_since_move(ago, &seen.moment);
            peer.last_handshake.is_some_and(is_new)
        };
        let who_is_in = status.peers.iter().filter(is_outside).filter(is_proof);
        let from = who_is_in.filter_map(|peer| Some(peer.endpoint?.ip())).collect::<Vec<_>>();
        let news = [
            moved,
            self.memory.prove(from, &seen.moment),
            self.memory.note_address(&seen.standing.verdict, seen.now),
            self.memory.note_door(&seen.standing.door),
        ];
        let published = seen.snapshot.names.iter().filter_map(|name| {
            let published = way_in::published(name, &seen.standing.names, &seen.moment, seen.now)?;
            Some(News::Published(name.id, published))
        });
        for news in news.into_iter().flatten().chain(published) {
            self.write_down(&news, &seen.moment);
        }
    }

    /// What is worth a line of the activity.
    fn take_note(&mut self, seen: &Seen, connected: &[&PeerStatus], dropped: &BTreeMap<&'static str, u64>) {
        let Seen { snapshot, home, standing, guests_left, .. } = seen;
        // A guest's device may shake hands at any time, and reaches nothing while guests are out.
        let may_be_in = |peer: &&Peer| peer.role != Role::Guest || guests_left.is_some();
        let peers = snapshot.peers.iter().filter(may_be_in);
        let is_one = |status: &PeerStatus| peers.clone().any(|peer| peer.public_key == status.public_key);
        let here = connected.iter().filter(|status| is_one(status));
        let here =
            here.map(|status| (status.public_key, place_of(status, home, standing))).collect::<Vec<_>>();
        let scene = Scene {
            peers: &snapshot.peers,
            here: &here,
            door: &standing.door,
            tunnel: dropped,
            firewall: self.enforcer.counters(),
        };
        if let Some(noticed) = self.chronicle.notice(&scene, &seen.moment, seen.now) {
            self.write_lines(&noticed, &seen.moment);
        }
    }

    fn write_lines(&self, noticed: &Noticed, moment: &Moment) {
        let Noticed { events, refused, is_untidy: _ } = noticed;
        let write = || {
            self.parts.registry.change(|change| {
                change.tidy_activity(moment)?;
                events.iter().try_for_each(|event| change.note(event, moment))?;
                refused.map_or(Ok(()), |more| change.note_refused(more, moment))
            })
        };
        if let Err(error) = tokio::task::block_in_place(write) {
            tracing::debug!(%error, "Some lines of the activity are lost");
        }
    }

    fn count(&self, dropped: &BTreeMap<&str, u64>) -> Counted {
        let of = |reason| dropped.get(reason).copied().unwrap_or_default();

        Counted {
            knocks: self.enforcer.counters().get("knocked_from_outside").copied().unwrap_or_default(),
            unknown_keys: of("dropped_unknown_key") + of("dropped_invalid_handshake"),
        }
    }

    fn write_down(&self, news: &News, moment: &Moment) {
        let write = || {
            self.parts.registry.change_and_note(moment, |change| {
                match news {
                    News::Proofs(proofs) => change.set_proofs(proofs),
                    News::NoProof => change.remove_proofs(),
                    News::Address { address, .. } => change.set_public_address(address),
                    News::PortOutside(port) => change.set_port_outside(*port),
                    News::Published(id, published) => change.set_published(*id, published),
                }?;

                Ok(((), told(news).into_iter().collect()))
            })
        };
        if let Err(error) = tokio::task::block_in_place(write) {
            // It is in memory, and found out again after a restart.
            tracing::debug!(%error, "Cannot write down how the way in stands");
        }
    }

    fn look_for_faults(&mut self, home: &HomeNetwork) {
        let is_stuck = *self.around.stuck.borrow_and_update();
        let faults = &self.parts.faults;
        faults.mark("button", is_stuck, "The button is stuck; look whether something presses on it");
        // Pins that could not be had at the start are said by whoever asked for them.
        if self.broken.has_changed().unwrap_or_default() {
            let broken = *self.broken.borrow_and_update();
            match broken.is_any() {
                true => faults.set("panel", crate::ground::NO_PANEL, Some(broken.to_string())),
                false => faults.clear("panel"),
            }
        }
        let is_alone = home.interfaces.is_empty();
        faults.mark("home", is_alone, "The box is in no network; look whether its cable is plugged in");
    }
}

/// What of the news is worth a line of the activity.
fn told(news: &News) -> Option<Event> {
    match *news {
        News::Address { address: PublicAddress { v4, v6 }, has_moved: true } => {
            Some(Event::AddressChanged { v4, v6 })
        }
        News::Address { has_moved: false, .. }
        | News::Proofs(_)
        | News::NoProof
        | News::PortOutside(_)
        | News::Published(..) => None,
    }
}

fn is_in(peer: &&PeerStatus) -> bool {
    peer.last_handshake.is_some_and(is_connected)
}
