//! What `wg` changes of an interface of ours whose peers are live, each with `wireguard-go` as the peer. Needs root.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod house;

use std::process::Stdio;

use house::{House, Place, configuration, eventually, ours};
use model::{PresharedKey, PrivateKey};

#[test]
fn both_sides_get_another_preshared_key() {
    let (house, _) = connected("psk");
    let (home, phone) = (&house.home, &house.phone);
    let psk = house.file("another", &PresharedKey::generate().to_base64());

    for (place, peer) in [(home, phone), (phone, home)] {
        place.set(&format!("peer {} preshared-key {psk}", peer.public_key()));
    }

    assert!(home.reaches("10.99.0.2", 56) && phone.reaches("10.99.0.1", 56));

    for (place, peer) in [(home, phone), (phone, home)] {
        place.set(&format!("peer {} preshared-key /dev/null", peer.public_key()));
    }

    assert_eq!(home.dump()[1][1], "(none)");
    assert!(home.reaches("10.99.0.2", 56) && phone.reaches("10.99.0.1", 56));
}

#[test]
fn an_allowed_ip_moves_from_one_peer_to_another() {
    let (house, tablet) = connected("move");
    let (home, phone) = (&house.home, &house.phone);
    assert!(home.reaches("10.99.0.2", 56));

    home.set(&format!("peer {} allowed-ips 10.99.0.2/32", tablet.public_key()));
    phone.succeeds(&["ip", "route", "replace", "10.99.0.1", "dev", &tablet.interface]);
    let before = received(home, &tablet);

    assert_eq!(of(home, phone)[3], "fd99::2/128");
    assert!(home.reaches("10.99.0.2", 56));
    assert!(received(home, &tablet) > before);

    home.set(&format!("peer {} allowed-ips 10.99.0.2/32", phone.public_key()));
    phone.succeeds(&["ip", "route", "replace", "10.99.0.1", "dev", &phone.interface]);

    assert!(home.reaches("10.99.0.2", 56) && phone.reaches("10.99.0.1", 56), "and back");
}

#[test]
fn keepalives_begin_change_and_end() {
    let (house, tablet) = connected("keep");
    let (home, phone) = (&house.home, &house.phone);
    assert!(home.reaches("10.99.0.2", 56));
    let sent = |to: &Place| of(home, to)[6].parse::<u64>().unwrap();

    let silent = sent(phone);
    home.set(&format!("peer {} persistent-keepalive 1", phone.public_key()));
    eventually("three keepalives of 32 bytes", || sent(phone) >= silent + 3 * 32);

    home.set(&format!("peer {} persistent-keepalive off", phone.public_key()));
    home.set(&format!("peer {} persistent-keepalive 1", tablet.public_key()));
    let (silent, begin) = (sent(phone), sent(&tablet));
    eventually("three keepalives to another", || sent(&tablet) >= begin + 3 * 32);

    assert_eq!(sent(phone), silent);
}

#[test]
fn whatever_leaves_bears_the_mark_of_the_moment() {
    let (house, _) = connected("fwmark");
    let (home, phone) = (&house.home, &house.phone);
    home.succeeds(&[
        "nft",
        "add table inet path; add chain inet path out { type filter hook output priority 0; }",
    ]);
    home.succeeds(&["nft", "add rule inet path out udp sport 51820 meta mark != 0x7 drop"]);

    home.set("fwmark 0x7");
    assert!(home.reaches("10.99.0.2", 56) && home.reaches("fd99::2", 56));
    home.set("listen-port 51821");
    home.set("listen-port 51820");
    assert!(home.reaches("10.99.0.2", 56), "another socket has the same mark");

    home.set("fwmark off");
    home.succeeds(&["nft", "add rule inet path out udp sport 51820 meta mark 0 counter accept"]);
    assert!(!home.reaches("10.99.0.2", 56));
    home.succeeds(&["nft", "flush chain inet path out"]);
    assert!(phone.reaches("10.99.0.1", 56));
}

#[test]
fn we_become_somebody_else_and_the_peer_follows() {
    let (house, _) = connected("key");
    let (home, phone) = (&house.home, &house.phone);
    let key = PrivateKey::generate();
    let file = house.file("key", &key.to_base64());
    let (former, psk) = (home.public_key(), house.path("psk"));

    home.set(&format!("private-key {file}"));
    phone.set(&format!(
        "peer {former} remove peer {} preshared-key {psk} endpoint 192.0.2.1:51820 allowed-ips 10.99.0.1/32,fd99::1/128",
        key.public_key()
    ));

    assert_eq!(home.dump()[0][1], key.public_key().to_string());
    assert!(phone.reaches("10.99.0.1", 56) && home.reaches("10.99.0.2", 56));
}

#[test]
fn a_peer_becomes_somebody_else_and_we_follow() {
    let (house, _) = connected("peer-key");
    let (home, phone) = (&house.home, &house.phone);
    let key = PrivateKey::generate();
    let file = house.file("key", &key.to_base64());
    let (former, psk) = (phone.public_key(), house.path("psk"));

    phone.set(&format!("private-key {file}"));
    home.set(&format!(
        "peer {former} remove peer {} preshared-key {psk} endpoint 192.0.2.2:51822 allowed-ips 10.99.0.2/32,fd99::2/128",
        key.public_key()
    ));

    assert!(home.reaches("10.99.0.2", 56) && phone.reaches("10.99.0.1", 56));
}

#[test]
fn the_port_changes_under_traffic_and_hardly_a_packet_is_lost() {
    let (house, _) = connected("port");
    let (home, phone) = (&house.home, &house.phone);
    let begin = received(home, phone);
    let mut ping = home.command("ping");
    let ping = ping
        .args(["-n", "-q", "-i", "0.02", "-c", "60", "10.99.0.2"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    eventually("traffic", || received(home, phone) > begin + 1000);

    home.set("listen-port 51830");

    let said = String::from_utf8(ping.wait_with_output().unwrap().stdout).unwrap();
    let answered = said.split(", ").find_map(|part| part.strip_suffix(" received")?.parse::<u32>().ok());
    assert!(answered.is_some_and(|answered| answered >= 57), "{said}");
    assert_eq!(of(phone, home)[2], "192.0.2.1:51830");
    assert!(phone.reaches("10.99.0.1", 56));
}

#[test]
fn a_peer_that_was_removed_is_out_and_comes_again_as_if_it_were_new() {
    let (house, _) = connected("again");
    let (home, phone) = (&house.home, &house.phone);
    let peer = phone.public_key();

    home.set(&format!("peer {peer} remove"));
    assert!(!phone.reaches("10.99.0.1", 56));
    home.set(&format!("peer {peer} allowed-ips 10.99.0.2/32 preshared-key {}", house.path("psk")));
    assert_eq!(of(home, phone)[2..7], ["(none)", "10.99.0.2/32", "0", "0", "0"]);
    home.set(&format!("peer {peer} endpoint 192.0.2.2:51822"));

    assert!(home.reaches("10.99.0.2", 56) && phone.reaches("10.99.0.1", 56));
}

#[test]
fn a_peer_is_followed_to_a_link_local_address() {
    let (house, _) = connected("link");
    let (home, phone) = (&house.home, &house.phone);
    for (place, address) in [(home, "fe80::1/64"), (phone, "fe80::2/64")] {
        place.succeeds(&["ip", "address", "add", address, "dev", "cable", "nodad"]);
    }

    home.set(&format!("peer {} endpoint [fe80::2%cable]:51822", phone.public_key()));

    assert_eq!(of(home, phone)[2], "[fe80::2%cable]:51822");
    assert!(home.reaches("10.99.0.2", 56));
    assert_eq!(of(home, phone)[2], "[fe80::2%cable]:51822");
    assert!(phone.reaches("10.99.0.1", 56));
}

/// Home with our implementation; a phone and a tablet, in the phone's place, with another. All have shaken hands.
fn connected(test: &str) -> (House, Place) {
    let house = House::new(test);
    let (home, phone) = (&house.home, &house.phone);
    let tablet = phone.beside();
    let psk = PresharedKey::from_bytes([7; 32]);
    house.file("psk", &psk.to_base64());
    let nets = "10.99.0.2/32, fd99::2/128";
    house.up(home, &ours(), &configuration(home, "10.99.0.1/24, fd99::1/64", phone, &psk, nets, None));
    home.set(&format!("peer {}", tablet.public_key()));
    let (addresses, nets) = ("10.99.0.2/24, fd99::2/64", "10.99.0.1/32, fd99::1/128");
    let endpoint = Some("192.0.2.1:51820");
    house.up(phone, "wireguard-go", &configuration(phone, addresses, home, &psk, nets, endpoint));
    phone.set("listen-port 51822");
    tablet.succeeds(&["wireguard-go", &tablet.interface]);
    tablet.succeeds(&["ip", "link", "set", &tablet.interface, "up"]);
    tablet.set(&format!(
        "listen-port 51823 private-key {} peer {} allowed-ips 10.99.0.1/32 endpoint 192.0.2.1:51820 \
         persistent-keepalive 1",
        house.file("tablet", &tablet.key.to_base64()),
        home.public_key()
    ));
    assert!(phone.reaches("10.99.0.1", 56));
    eventually("the tablet has shaken hands", || of(home, &tablet)[4] != "0");
    tablet.set(&format!("peer {} persistent-keepalive off", home.public_key()));

    (house, tablet)
}

/// What `wg` says of a peer: key, preshared key, endpoint, allowed IPs, handshake, received, sent, keepalive.
fn of(place: &Place, peer: &Place) -> Vec<String> {
    let key = peer.public_key().to_string();
    place.dump().into_iter().skip(1).find(|line| line[0] == key).unwrap()
}

fn received(place: &Place, from: &Place) -> u64 {
    of(place, from)[5].parse().unwrap()
}
