//! What a device becomes when it is told to, and what stays.

use std::time::{Duration, Instant};

use wireguard::{Batch, Config, Device, Dropped, PeerConfig};

use crate::pair::{
    Arrived, HOME, HOME_V4, PHONE, PHONE_V4, Pair, config, device, key, packet, peer, phone_at_home, sent_for,
};

#[test]
fn a_removed_peers_session_is_dead_at_once() {
    let mut pair = Pair::new();
    pair.phone_sends(&packet(PHONE_V4, HOME_V4, 60));

    pair.home.set(config(&key(1), vec![]), pair.now);

    assert_eq!(pair.phone_sends(&packet(PHONE_V4, HOME_V4, 60)), Arrived::default());
    assert_eq!(pair.home_sends(&packet(HOME_V4, PHONE_V4, 60)), Arrived::default());
    assert_eq!(pair.home.counters().get(Dropped::UnknownReceiver), 1);
    assert_eq!(pair.home.poll_timeout(), None);
}

#[test]
fn a_peer_that_stays_keeps_its_session_through_every_change_of_the_others() {
    let mut pair = Pair::new();
    pair.phone_sends(&packet(PHONE_V4, HOME_V4, 60));

    let other = peer(&key(3), "10.0.0.3/32");
    let moved = PeerConfig { persistent_keepalive: Some(25), ..peer(&key(2), "10.0.0.0/24") };
    pair.home.set(config(&key(1), vec![other, moved]), pair.now);

    let out = sent_for(&mut pair.phone, &packet("10.0.0.7", HOME_V4, 60), pair.now);
    assert_eq!(out[0][0], 4, "data, not an initiation");
    assert_eq!(pair.arrives_at_home(PHONE, &out[0]).len(), 1);
}

#[test]
fn a_new_private_key_makes_us_somebody_else() {
    let mut pair = Pair::new();
    pair.phone_sends(&packet(PHONE_V4, HOME_V4, 60));

    pair.home.set(config(&key(7), vec![phone_at_home()]), pair.now);
    assert_eq!(pair.phone_sends(&packet(PHONE_V4, HOME_V4, 60)), Arrived::default());

    let home = PeerConfig { endpoint: Some(HOME), ..peer(&key(7), "0.0.0.0/0") };
    pair.phone.set(config(&key(2), vec![home]), pair.now);
    assert_eq!(pair.phone_sends(&packet(PHONE_V4, HOME_V4, 60)).at_home.len(), 1);
}

#[test]
fn without_a_private_key_nothing_is_sent() {
    let mut home = Device::new(1280);
    let peer =
        PeerConfig { endpoint: Some(PHONE), persistent_keepalive: Some(1), ..peer(&key(2), "10.0.0.2/32") };
    let mut out = Batch::default();

    home.set(Config { private_key: None, peers: vec![peer] }, Instant::now());
    home.handle_packet(&packet(HOME_V4, PHONE_V4, 60), Instant::now(), &mut out);
    home.handle_timeout(Instant::now() + Duration::from_secs(60), &mut out);

    assert!(out.is_empty());
}

#[test]
fn a_peer_with_our_own_key_is_left_out_and_of_doubles_the_last_counts() {
    let home = device(
        &key(1),
        vec![peer(&key(1), "10.0.0.1/32"), peer(&key(2), "10.0.0.2/32"), peer(&key(2), "10.0.0.3/32")],
    );

    assert_eq!(home.config().peers, [peer(&key(2), "10.0.0.3/32")]);
}

#[test]
fn an_allowed_ip_has_one_owner() {
    let home = device(&key(1), vec![peer(&key(2), "10.0.0.2/32"), peer(&key(3), "10.0.0.2/32")]);

    let owners = home.config().peers.into_iter().map(|peer| peer.allowed_ips.len()).collect::<Vec<_>>();

    assert_eq!(owners, [0, 1]);
}
