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
        "set=1\nlisten_port=+1",
        "set=1\nreplace_peers=1",
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
        &format!("set=1\n{peer}\nallowed_ip=+10.0.0.0/8"),
        &format!("set=1\n{peer}\nprotocol_version=2"),
        &format!("set=1\n{peer}\nprotocol_version=true"),
        &format!("set=1\n{peer}\nremove=1"),
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
    assert_eq!(desired.private_key.unwrap().public_key(), PrivateKey::from_bytes([0x11; 32]).public_key());
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
fn a_line_counts_where_it_stands() {
    let [one, two] = [1, 2].map(|n| hex::encode(key(n).as_bytes()));
    let nets = |lines: &str| {
        let peers = after(&two_peers(), lines).peers;
        peers.into_iter().map(|peer| peer.allowed_ips.len()).collect::<Vec<_>>()
    };

    assert_eq!(
        nets(&format!("public_key={one}\nallowed_ip=10.0.0.2/32\nreplace_allowed_ips=true\n")),
        [0, 0]
    );
    assert_eq!(
        nets(&format!("public_key={one}\nallowed_ip=10.0.0.2/32\nremove=true\nallowed_ip=10.0.0.3/32\n")),
        [0]
    );
    assert_eq!(
        nets(&format!(
            "public_key={one}\nallowed_ip=10.0.0.2/32\npublic_key={two}\nallowed_ip=10.0.0.9/32\n\
             public_key={one}\nallowed_ip=-10.0.0.9/32\nallowed_ip=-10.0.0.2/32\n"
        )),
        [1, 1]
    );
}

#[test]
fn whoever_has_our_own_key_or_one_that_anybody_could_have_is_no_peer_and_takes_nothing_from_others() {
    let nine = PrivateKey::from_bytes([9; 32]).public_key();
    for key in [hex::encode(nine.as_bytes()), "00".repeat(32)] {
        let desired = after(
            &two_peers(),
            &format!("public_key={key}\nallowed_ip=10.0.0.1/32\nendpoint=192.0.2.9:1\nupdate_only=true\n"),
        );

        assert_eq!(desired.peers, two_peers().peers, "{key}");
    }
}

#[test]
fn a_peer_whose_key_becomes_ours_goes() {
    let desired = after(&two_peers(), &format!("private_key={}\n", "01".repeat(32)));

    assert_eq!(keys(&desired), [key(2)]);
}

#[test]
fn a_hundred_thousand_allowed_ips_move_from_one_peer_to_another() {
    let nets = (0..100_000).map(|n| format!("allowed_ip=10.{}.{}.{}/32\n", n >> 16, n >> 8 & 255, n & 255));
    let nets = nets.collect::<String>();
    let [one, two] = [1, 2].map(|n| hex::encode(key(n).as_bytes()));

    let desired = after(&two_peers(), &format!("public_key={one}\n{nets}public_key={two}\n{nets}"));

    assert_eq!(desired.peers[0].allowed_ips.len(), 0);
    assert_eq!(desired.peers[1].allowed_ips.len(), 100_000);
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
    assert_eq!(keys(&after(&two_peers(), &format!("public_key={three}\nremove=true\n"))), [key(1), key(2)]);
    assert_eq!(
        keys(&after(&two_peers(), &format!("public_key={three}\nupdate_only=true\n"))),
        [key(1), key(2)]
    );
    assert_eq!(keys(&after(&two_peers(), &format!("public_key={three}\n"))), [key(1), key(2), key(3)]);
    assert_eq!(keys(&after(&two_peers(), "replace_peers=true\n")), []);
}

#[test]
fn a_peer_that_goes_and_comes_again_does_so_in_two_stages() {
    let [one, two] = [1, 2].map(|n| hex::encode(key(n).as_bytes()));
    let stages = |lines: &str| match Request::parse(&format!("set=1\n{lines}")).unwrap() {
        Request::Set(change) => change.stages(),
        Request::Get => unreachable!(),
    };

    let mut replaced =
        stages(&format!("fwmark=7\nreplace_peers=true\npublic_key={one}\npublic_key={two}\n")).into_iter();
    let mut desired = two_peers();
    replaced.next().unwrap().apply(&mut desired);
    assert_eq!((desired.fwmark, keys(&desired)), (7, vec![]));
    replaced.next().unwrap().apply(&mut desired);
    assert_eq!((desired.fwmark, keys(&desired)), (7, vec![key(1), key(2)]));
    assert!(replaced.next().is_none());

    let removal = format!("public_key={one}\nremove=true\npublic_key={two}\n");
    assert_eq!(stages(&removal).len(), 1);
    assert_eq!(stages(&format!("{removal}public_key={one}\npublic_key={two}\n")).len(), 2);
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
