use std::collections::HashMap;

use ipnet::IpNet;
use model::PublicKey;

use crate::DesiredPeer;

/// The peers while they are being changed. A step costs the same however many peers and allowed IPs there are.
#[derive(Debug, Default)]
pub(super) struct Draft {
    /// In their order; none where one was removed.
    peers: Vec<Option<Drafted>>,
    places: HashMap<PublicKey, usize>,
    /// The one claim to each allowed IP that holds.
    holding: HashMap<IpNet, Claim>,
    claims: u64,
}

impl Draft {
    /// Begins with the peers as they are.
    pub(super) fn new(peers: Vec<DesiredPeer>) -> Self {
        let mut draft = Self::default();
        for mut peer in peers {
            let (key, nets) = (peer.public_key, std::mem::take(&mut peer.allowed_ips));
            *draft.peer(key) = peer;
            nets.into_iter().for_each(|net| draft.allow(key, net));
        }

        draft
    }

    pub(super) fn contains(&self, key: &PublicKey) -> bool {
        self.places.contains_key(key)
    }

    /// The peer, added if need be. Its allowed IPs are not here.
    pub(super) fn peer(&mut self, key: PublicKey) -> &mut DesiredPeer {
        &mut self.drafted(key).1.peer
    }

    /// Removes the peer and whatever it has, if it is there.
    pub(super) fn remove(&mut self, key: &PublicKey) {
        if self.contains(key) {
            self.disallow_all(*key);
        }
        if let Some(place) = self.places.remove(key) {
            self.peers[place] = None;
        }
    }

    /// Gives the peer an allowed IP, and takes it from whoever had it.
    pub(super) fn allow(&mut self, key: PublicKey, net: IpNet) {
        self.claims += 1;
        let number = self.claims;
        let (place, drafted) = self.drafted(key);
        drafted.claims.push((net, number));
        self.holding.insert(net, Claim { place, number });
    }

    /// Takes an allowed IP from the peer, if it is the one who has it.
    pub(super) fn disallow(&mut self, key: PublicKey, net: IpNet) {
        let (place, _) = self.drafted(key);
        if self.holding.get(&net).is_some_and(|claim| claim.place == place) {
            self.holding.remove(&net);
        }
    }

    /// Takes all allowed IPs from the peer.
    pub(super) fn disallow_all(&mut self, key: PublicKey) {
        let (_, drafted) = self.drafted(key);
        for (net, number) in std::mem::take(&mut drafted.claims) {
            if self.holding.get(&net).is_some_and(|claim| claim.number == number) {
                self.holding.remove(&net);
            }
        }
    }

    /// The peers as they have become.
    pub(super) fn finish(self) -> Vec<DesiredPeer> {
        let holds =
            |(net, number): &(IpNet, u64)| self.holding.get(net).is_some_and(|claim| claim.number == *number);
        let finish = |drafted: Drafted| DesiredPeer {
            allowed_ips: drafted.claims.into_iter().filter(holds).map(|(net, _)| net).collect(),
            ..drafted.peer
        };

        self.peers.into_iter().flatten().map(finish).collect()
    }

    fn drafted(&mut self, key: PublicKey) -> (usize, &mut Drafted) {
        let place = *self.places.entry(key).or_insert(self.peers.len());
        if place == self.peers.len() {
            self.peers.push(None);
        }

        (place, self.peers[place].get_or_insert_with(|| Drafted::new(key)))
    }
}

/// A peer, and every allowed IP that it was ever given with the claim's number.
#[derive(Debug)]
struct Drafted {
    peer: DesiredPeer,
    claims: Vec<(IpNet, u64)>,
}

impl Drafted {
    fn new(key: PublicKey) -> Self {
        Self { peer: DesiredPeer::new(key), claims: Vec::new() }
    }
}

#[derive(Debug)]
struct Claim {
    place: usize,
    /// Of all claims, in the order in which they were made.
    number: u64,
}

#[cfg(test)]
mod tests {
    use model::PrivateKey;

    use super::*;

    #[test]
    fn an_allowed_ip_is_where_it_was_given_last_and_stands_at_the_end() {
        let mut draft = Draft::new(vec![peer(1, &["10.0.0.1/32", "10.0.0.2/32"]), peer(2, &["10.0.0.3/32"])]);

        draft.allow(key(2), net("10.0.0.1/32"));
        draft.allow(key(1), net("10.0.0.1/32"));

        assert_eq!(draft.finish(), [peer(1, &["10.0.0.2/32", "10.0.0.1/32"]), peer(2, &["10.0.0.3/32"])]);
    }

    #[test]
    fn what_a_removed_peer_had_is_free_and_what_others_took_from_it_stays_theirs() {
        let mut draft = Draft::new(vec![peer(1, &["10.0.0.1/32", "10.0.0.2/32"]), peer(2, &[])]);

        draft.allow(key(2), net("10.0.0.1/32"));
        draft.remove(&key(1));
        draft.disallow(key(2), net("10.0.0.2/32"));
        draft.peer(key(1));

        assert_eq!(draft.finish(), [peer(2, &["10.0.0.1/32"]), peer(1, &[])]);
    }

    fn peer(n: u8, nets: &[&str]) -> DesiredPeer {
        DesiredPeer { allowed_ips: nets.iter().map(|text| net(text)).collect(), ..DesiredPeer::new(key(n)) }
    }

    fn key(n: u8) -> PublicKey {
        PrivateKey::from_bytes([n; 32]).public_key()
    }

    fn net(text: &str) -> IpNet {
        text.parse().unwrap()
    }
}
