use std::net::SocketAddr;

use model::PrivateKey;

use crate::{
    Desired,
    uapi::{
        PeerChange,
        value::{flag, number, public_key, secret},
    },
};

/// What a client of the control socket wants.
#[derive(Debug)]
pub(crate) enum Request {
    /// To hear how the interface is.
    Get,
    /// To change it.
    Set(Box<Change>),
}

impl Request {
    /// Reads a request, without or with the empty line that ends it.
    ///
    /// # Errors
    /// [`InvalidRequest`] when any line of it is not understood; then nothing of it counts.
    pub(crate) fn parse(text: &str) -> Result<Self, InvalidRequest> {
        let mut lines = text.lines().take_while(|line| !line.is_empty());
        match lines.next() {
            Some("get=1") => lines.next().map_or(Ok(Self::Get), |_| Err(InvalidRequest)),
            Some("set=1") => {
                let mut change = Change::default();
                lines.try_for_each(|line| change.read(line))?;

                Ok(Self::Set(Box::new(change)))
            }
            Some(_) | None => Err(InvalidRequest),
        }
    }
}

/// What is to become different; what is `None` stays.
#[derive(Debug, Default)]
pub(crate) struct Change {
    /// Who we are; `Some(None)` for nobody.
    pub(crate) private_key: Option<Option<PrivateKey>>,
    /// The UDP port.
    pub(crate) listen_port: Option<u16>,
    /// The mark of our datagrams.
    pub(crate) fwmark: Option<u32>,
    /// Whether every peer that is not named here goes.
    pub(crate) replace_peers: bool,
    /// The peers that are named, in this order.
    pub(crate) peers: Vec<PeerChange>,
}

impl Change {
    /// Every endpoint that is named in it, changed or not.
    pub(crate) fn endpoints(&self) -> impl Iterator<Item = SocketAddr> {
        self.peers.iter().filter_map(|peer| peer.endpoint)
    }

    /// Makes the change.
    pub(crate) fn apply(self, desired: &mut Desired) {
        if let Some(private_key) = self.private_key {
            desired.private_key = private_key;
        }
        desired.listen_port = self.listen_port.unwrap_or(desired.listen_port);
        desired.fwmark = self.fwmark.unwrap_or(desired.fwmark);
        if self.replace_peers {
            desired.peers.clear();
        }
        for peer in self.peers {
            peer.apply(&mut desired.peers);
        }
    }

    fn read(&mut self, line: &str) -> Result<(), InvalidRequest> {
        let (key, value) = line.split_once('=').ok_or(InvalidRequest)?;
        if key == "public_key" {
            self.peers.push(PeerChange::new(public_key(value)?));
            return Ok(());
        }
        if let Some(peer) = self.peers.last_mut() {
            return peer.read(key, value);
        }
        match key {
            "private_key" => self.private_key = Some(secret(value)?.map(PrivateKey::from_bytes)),
            "listen_port" => self.listen_port = Some(number(value)?),
            "fwmark" => self.fwmark = Some(number(value)?),
            "replace_peers" => self.replace_peers = flag(value)?,
            _ => return Err(InvalidRequest),
        }

        Ok(())
    }
}

/// A request that is not understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not a request that a WireGuard interface understands")]
pub(crate) struct InvalidRequest;

#[cfg(test)]
mod tests {
    use model::{PresharedKey, PublicKey};

    use super::*;
    use crate::{DesiredPeer, uapi::hex};

    #[test]
    fn get_and_set_are_understood() {
        assert!(matches!(Request::parse("get=1\n\n"), Ok(Request::Get)));
        assert!(matches!(Request::parse("set=1\n\n"), Ok(Request::Set(_))));
    }

    #[test]
    fn one_line_that_is_not_understood_spoils_the_whole() {
        let peer = format!("public_key={}", hex::encode(key(1).as_bytes()));
        for lines in [
            "",
            "get=2",
            "get=1\nprivate_key=00",
            "set=1\nx",
            "set=1\nx=1",
            "set=1\nlisten_port=65536",
            "set=1\nlisten_port=-1",
            "set=1\nprivate_key=00",
            "set=1\npublic_key=00",
            "set=1\nreplace_peers=false",
            "set=1\nallowed_ip=10.0.0.0/8",
            &format!("set=1\n{peer}\nlisten_port=1"),
            &format!("set=1\n{peer}\nendpoint=example.org:1"),
            &format!("set=1\n{peer}\nallowed_ip=10.0.0.0/33"),
            &format!("set=1\n{peer}\nprotocol_version=2"),
            &format!("set=1\npublic_key={}", "00".repeat(32)),
        ] {
            assert!(Request::parse(lines).is_err(), "{lines}");
        }
    }

    #[test]
    fn a_peer_is_made_with_all_that_is_said_of_it() {
        let desired = after(
            &Desired::default(),
            &format!(
                "listen_port=51820\nfwmark=7\nprivate_key={}\nreplace_peers=true\npublic_key={}\npreshared_key={}\n\
                 endpoint=[2001:db8::1]:51820\npersistent_keepalive_interval=25\nreplace_allowed_ips=true\n\
                 allowed_ip=10.0.0.1/24\nallowed_ip=fd00::/8\n",
                "11".repeat(32),
                hex::encode(key(1).as_bytes()),
                "22".repeat(32),
            ),
        );

        assert_eq!((desired.listen_port, desired.fwmark), (51820, 7));
        assert_eq!(desired.private_key.unwrap().as_bytes(), &[0x11; 32]);
        assert_eq!(
            desired.peers,
            [DesiredPeer {
                public_key: key(1),
                preshared_key: Some(PresharedKey::from_bytes([0x22; 32])),
                endpoint: Some("[2001:db8::1]:51820".parse().unwrap()),
                persistent_keepalive: Some(25),
                allowed_ips: vec!["10.0.0.0/24".parse().unwrap(), "fd00::/8".parse().unwrap()],
            }]
        );
    }

    #[test]
    fn what_is_not_named_stays_and_zeros_clear() {
        let before = two_peers();

        let desired = after(
            &before,
            &format!(
                "private_key={}\npublic_key={}\npreshared_key={}\npersistent_keepalive_interval=0\n",
                "00".repeat(32),
                hex::encode(key(1).as_bytes()),
                "00".repeat(32),
            ),
        );

        assert!(desired.private_key.is_none());
        assert_eq!(desired.listen_port, before.listen_port);
        assert_eq!(desired.peers[0].preshared_key, None);
        assert_eq!(desired.peers[0].persistent_keepalive, None);
        assert_eq!(desired.peers[0].allowed_ips, before.peers[0].allowed_ips);
        assert_eq!(desired.peers[0].endpoint, before.peers[0].endpoint);
        assert_eq!(desired.peers[1], before.peers[1]);
    }

    #[test]
    fn an_allowed_ip_that_is_given_to_one_peer_is_taken_from_the_other() {
        let desired = after(
            &two_peers(),
            &format!("public_key={}\nallowed_ip=10.0.0.1/32\n", hex::encode(key(2).as_bytes())),
        );

        assert!(desired.peers[0].allowed_ips.is_empty());
        assert_eq!(
            desired.peers[1].allowed_ips,
            ["10.0.0.2/32".parse().unwrap(), "10.0.0.1/32".parse().unwrap()]
        );
    }

    #[test]
    fn a_minus_takes_an_allowed_ip_away() {
        let desired = after(
            &two_peers(),
            &format!("public_key={}\nallowed_ip=-10.0.0.1/32\n", hex::encode(key(1).as_bytes())),
        );

        assert!(desired.peers[0].allowed_ips.is_empty());
    }

    #[test]
    fn removal_update_only_and_replacement_of_all_do_what_they_say() {
        let [one, three] = [1, 3].map(|n| hex::encode(key(n).as_bytes()));

        assert_eq!(keys(&after(&two_peers(), &format!("public_key={one}\nremove=true\n"))), [key(2)]);
        assert_eq!(
            keys(&after(&two_peers(), &format!("public_key={three}\nremove=true\n"))),
            [key(1), key(2)]
        );
        assert_eq!(
            keys(&after(&two_peers(), &format!("public_key={three}\nupdate_only=true\n"))),
            [key(1), key(2)]
        );
        assert_eq!(keys(&after(&two_peers(), &format!("public_key={three}\n"))), [key(1), key(2), key(3)]);
        assert_eq!(keys(&after(&two_peers(), "replace_peers=true\n")), []);
    }

    #[test]
    fn every_endpoint_that_is_named_is_told_also_one_that_stays() {
        let [one, two] = [1, 2].map(|n| hex::encode(key(n).as_bytes()));
        let text = format!("set=1\npublic_key={one}\npublic_key={two}\nendpoint=192.0.2.2:51820\n\n");

        let Ok(Request::Set(change)) = Request::parse(&text) else { panic!("{text}") };

        assert_eq!(change.endpoints().collect::<Vec<_>>(), [SocketAddr::from(([192, 0, 2, 2], 51820))]);
    }

    fn after(before: &Desired, lines: &str) -> Desired {
        let mut desired = before.clone();
        match Request::parse(&format!("set=1\n{lines}\n")).unwrap() {
            Request::Set(change) => change.apply(&mut desired),
            Request::Get => unreachable!(),
        }
        desired
    }

    fn two_peers() -> Desired {
        let peer = |n: u8| DesiredPeer {
            preshared_key: Some(PresharedKey::from_bytes([n; 32])),
            endpoint: Some(SocketAddr::from(([192, 0, 2, n], 51820))),
            persistent_keepalive: Some(25),
            allowed_ips: vec![format!("10.0.0.{n}/32").parse().unwrap()],
            ..DesiredPeer::new(key(n))
        };

        Desired {
            private_key: Some(PrivateKey::from_bytes([9; 32])),
            listen_port: 1,
            fwmark: 0,
            peers: vec![peer(1), peer(2)],
        }
    }

    fn key(n: u8) -> PublicKey {
        PrivateKey::from_bytes([n; 32]).public_key()
    }

    fn keys(desired: &Desired) -> Vec<PublicKey> {
        desired.peers.iter().map(|peer| peer.public_key).collect()
    }
}
