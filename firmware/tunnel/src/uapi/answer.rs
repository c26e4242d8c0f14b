use std::{fmt::Write as _, time::Duration};

use crate::{Desired, DesiredPeer, PeerStatus, Status, uapi::hex};

/// Whether an answer holds the private key and the preshared keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Secrets {
    /// It does, as `wg` expects.
    Shown,
    /// It does not.
    Hidden,
}

/// The answer to `get=1`, without the `errno` that ends it. `since_1970` is the present.
#[must_use]
pub(crate) fn describe(desired: &Desired, status: &Status, secrets: Secrets, since_1970: Duration) -> String {
    let mut text = String::new();
    let mut line = |key: &str, value: &dyn std::fmt::Display| {
        writeln!(text, "{key}={value}").expect("a String takes all");
    };
    if let (Some(key), Secrets::Shown) = (&desired.private_key, secrets) {
        line("private_key", &hex::encode(key.as_bytes()));
    }
    line("listen_port", &desired.listen_port);
    if desired.fwmark != 0 {
        line("fwmark", &desired.fwmark);
    }
    for peer in &desired.peers {
        let status = status.peers.iter().find(|status| status.public_key == peer.public_key);
        describe_peer(peer, status, secrets, since_1970, &mut line);
    }

    text
}

fn describe_peer(
    peer: &DesiredPeer,
    status: Option<&PeerStatus>,
    secrets: Secrets,
    since_1970: Duration,
    line: &mut dyn FnMut(&str, &dyn std::fmt::Display),
) {
    line("public_key", &hex::encode(peer.public_key.as_bytes()));
    if let (Some(key), Secrets::Shown) = (&peer.preshared_key, secrets) {
        line("preshared_key", &hex::encode(key.as_bytes()));
    }
    line("protocol_version", &1);
    if let Some(endpoint) = peer.endpoint {
        line("endpoint", &endpoint);
    }
    let last_handshake = status
        .and_then(|status| status.last_handshake)
        .map_or(Duration::ZERO, |ago| since_1970.saturating_sub(ago));
    line("last_handshake_time_sec", &last_handshake.as_secs());
    line("last_handshake_time_nsec", &last_handshake.subsec_nanos());
    line("tx_bytes", &status.map_or(0, |status| status.sent_bytes));
    line("rx_bytes", &status.map_or(0, |status| status.received_bytes));
    line("persistent_keepalive_interval", &peer.persistent_keepalive.unwrap_or(0));
    for net in &peer.allowed_ips {
        line("allowed_ip", net);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::{PresharedKey, PrivateKey};

    use super::*;

    #[test]
    fn an_interface_is_described_as_wg_reads_it() {
        let (desired, status) = one_peer();

        let text = describe(&desired, &status, Secrets::Shown, Duration::from_millis(1_700_000_000_500));

        assert_eq!(
            text,
            format!(
                "private_key={}\nlisten_port=51820\npublic_key={}\npreshared_key={}\nprotocol_version=1\n\
                 endpoint=[2001:db8::1]:1\nlast_handshake_time_sec=1699999990\nlast_handshake_time_nsec=500000000\n\
                 tx_bytes=2\nrx_bytes=1\npersistent_keepalive_interval=0\nallowed_ip=10.0.0.2/32\n",
                "01".repeat(32),
                hex::encode(desired.peers[0].public_key.as_bytes()),
                "02".repeat(32),
            )
        );
    }

    #[test]
    fn hidden_secrets_are_not_there() {
        let (desired, status) = one_peer();

        let text = describe(&desired, &status, Secrets::Hidden, Duration::from_secs(1_700_000_000));

        assert!(!text.contains("private_key") && !text.contains("preshared_key"));
        assert!(text.contains("endpoint=[2001:db8::1]:1\n"));
    }

    fn one_peer() -> (Desired, Status) {
        let public_key = PrivateKey::from_bytes([3; 32]).public_key();
        let endpoint = Some("[2001:db8::1]:1".parse().unwrap());
        let peer = DesiredPeer {
            preshared_key: Some(PresharedKey::from_bytes([2; 32])),
            endpoint,
            allowed_ips: vec!["10.0.0.2/32".parse().unwrap()],
            ..DesiredPeer::new(public_key)
        };
        let last_handshake = Some(Duration::from_secs(10));
        let peer_status =
            PeerStatus { public_key, endpoint, last_handshake, received_bytes: 1, sent_bytes: 2 };

        (
            Desired {
                private_key: Some(PrivateKey::from_bytes([1; 32])),
                listen_port: 51820,
                fwmark: 0,
                peers: vec![peer],
            },
            Status { port: 51820, peers: vec![peer_status], counters: BTreeMap::new() },
        )
    }
}
