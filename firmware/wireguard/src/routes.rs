use std::{cell::Cell, net::IpAddr};

use ipnet::IpNet;
use prefix_trie::joint::JointPrefixMap;

use crate::peer_index::PeerIndex;

/// Cryptokey routing: which inner address belongs to which peer, the longest match over all peers.
#[derive(Debug, Default)]
pub(crate) struct Routes {
    map: JointPrefixMap<IpNet, PeerIndex>,
    /// Packets come in rows, and most rows are one flow's.
    last: Cell<Option<(IpAddr, PeerIndex)>>,
}

impl Routes {
    /// Gives a net to a peer, and takes it from whoever had it.
    pub(crate) fn insert(&mut self, net: IpNet, peer: PeerIndex) {
        self.last.set(None);
        self.map.insert(net.trunc(), peer);
    }

    /// Whose address this is.
    pub(crate) fn owner_of(&self, address: IpAddr) -> Option<PeerIndex> {
        if let Some((_, peer)) = self.last.get().filter(|(last, _)| *last == address) {
            return Some(peer);
        }
        let peer = self.map.get_lpm(&IpNet::from(address)).map(|(_, peer)| *peer)?;
        self.last.set(Some((address, peer)));

        Some(peer)
    }

    /// Whether a peer has exactly this net.
    pub(crate) fn is_owner(&self, peer: PeerIndex, net: &IpNet) -> bool {
        self.map.get(&net.trunc()) == Some(&peer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_match_over_all_peers_decides() {
        let mut routes = Routes::default();
        for (net, peer) in
            [("10.0.0.0/8", 1), ("10.1.2.3/32", 2), ("10.1.0.0/16", 3), ("fd00::/8", 4), ("fd00::1/128", 5)]
        {
            routes.insert(net.parse().unwrap(), PeerIndex(peer));
        }

        for (address, peer) in
            [("10.9.9.9", 1), ("10.1.2.3", 2), ("10.1.2.4", 3), ("fd00::2", 4), ("fd00::1", 5)]
        {
            assert_eq!(routes.owner_of(address.parse().unwrap()), Some(PeerIndex(peer)), "{address}");
        }
        assert_eq!(routes.owner_of("192.0.2.1".parse().unwrap()), None);
        assert_eq!(routes.owner_of("2001:db8::1".parse().unwrap()), None);
    }

    #[test]
    fn a_net_that_is_given_again_changes_hands() {
        let mut routes = Routes::default();

        routes.insert("0.0.0.0/0".parse().unwrap(), PeerIndex(1));
        routes.insert("0.0.0.0/0".parse().unwrap(), PeerIndex(2));

        assert_eq!(routes.owner_of("192.0.2.1".parse().unwrap()), Some(PeerIndex(2)));
        assert!(!routes.is_owner(PeerIndex(1), &"0.0.0.0/0".parse().unwrap()));
    }
}
