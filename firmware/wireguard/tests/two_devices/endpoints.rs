//! Where a peer is, and where it is answered from.

use wireguard::{Batch, Ecn, Endpoint, PeerConfig};

use crate::pair::{
    ELSEWHERE, HOME, HOME_V4, PHONE, PHONE_V4, Pair, config, key, packet, phone_at_home, sent_for,
};

#[test]
fn only_what_is_authenticated_moves_an_endpoint() {
    let mut pair = Pair::new();
    pair.phone_sends(&packet(PHONE_V4, HOME_V4, 60));
    let data = sent_for(&mut pair.phone, &packet(PHONE_V4, HOME_V4, 60), pair.now).remove(0);
    let mut forged = data.clone();
    *forged.last_mut().unwrap() ^= 1;

    pair.arrives_at_home(ELSEWHERE, &forged);
    assert_eq!(pair.home.peers().next().unwrap().endpoint, Some(PHONE));

    pair.arrives_at_home(ELSEWHERE, &data);
    assert_eq!(pair.home.peers().next().unwrap().endpoint, Some(ELSEWHERE));
}

#[test]
fn an_answer_leaves_from_the_address_that_was_spoken_to_last() {
    let mut pair = Pair::new();
    let [first, second] =
        ["192.0.2.1", "192.0.2.3"].map(|local| Endpoint { remote: PHONE, local: local.parse().ok() });
    let initiation = pair.initiation();
    let mut out = Batch::default();

    pair.home.handle_datagram(first, Ecn::NOT_CAPABLE, &initiation, pair.now, &mut out);
    assert_eq!(out.datagrams().next().unwrap().0, first);

    let response = out.datagrams().next().unwrap().1.to_vec();
    let mut data = Batch::default();
    pair.phone.handle_datagram(HOME.into(), Ecn::NOT_CAPABLE, &response, pair.now, &mut data);
    data.datagrams().for_each(|(_, data)| drop(pair.arrives_at_home(second, data)));
    assert_eq!(pair.home_sends_to(), second);

    pair.home.forget_local(ELSEWHERE);
    assert_eq!(pair.home_sends_to(), second);
    pair.home.forget_local(PHONE);
    assert_eq!(pair.home_sends_to(), Endpoint::from(PHONE));
}

#[test]
fn a_peer_that_is_moved_by_the_configuration_is_not_answered_from_the_former_address() {
    let mut pair = Pair::new();
    pair.phone_sends(&packet(PHONE_V4, HOME_V4, 60));
    let data = sent_for(&mut pair.phone, &packet(PHONE_V4, HOME_V4, 60), pair.now).remove(0);
    pair.arrives_at_home(Endpoint { remote: PHONE, local: Some(HOME.ip()) }, &data);

    let moved = PeerConfig { endpoint: Some(ELSEWHERE), ..phone_at_home() };
    pair.home.set(config(&key(1), vec![moved]), pair.now);

    assert_eq!(pair.home_sends_to(), Endpoint::from(ELSEWHERE));
}

#[test]
fn a_configured_endpoint_does_not_pull_back_a_peer_that_has_moved() {
    let configured = || config(&key(1), vec![PeerConfig { endpoint: Some(ELSEWHERE), ..phone_at_home() }]);
    let mut pair = Pair::new();
    pair.home.set(configured(), pair.now);
    pair.phone_sends(&packet(PHONE_V4, HOME_V4, 60));

    pair.home.set(configured(), pair.now);
    assert_eq!(pair.home.peers().next().unwrap().endpoint, Some(PHONE));

    // Whoever asks where the peer is now and then moves it is obeyed.
    pair.home.adopt_endpoints();
    let mut moved = pair.home.config();
    moved.peers[0].endpoint = Some(ELSEWHERE);
    pair.home.set(moved, pair.now);
    assert_eq!(pair.home.peers().next().unwrap().endpoint, Some(ELSEWHERE));
}
