use std::net::SocketAddr;

use lab::wait_until;
use reachability::door::{Opening, Protocol, Protocols};

use crate::{home::Home, resident::Resident};

#[test]
fn a_mapping_is_made_by_each_protocol_on_its_own_and_lets_a_datagram_in() {
    let (home, _miniupnpd) = Home::with_miniupnpd(&[]);

    for (protocol, port) in [(Protocol::Pcp, 23001), (Protocol::NatPmp, 23002), (Protocol::Upnp, 23003)] {
        let outside = SocketAddr::from((Home::OUTSIDE, port));
        assert!(!home.lets_in(outside, port), "{protocol} has not been asked");

        let resident = Resident::start(&home.gateway, home.wish(port, Protocols::only(protocol)));
        let opened = resident.open();

        assert_eq!((opened.by, opened.port, opened.verified), (protocol, port, true));
        assert_eq!(opened.address, Some(Home::OUTSIDE.into()));
        assert!(home.lets_in(outside, port), "{protocol}");
        resident.stop();
        assert!(!home.lets_in(outside, port), "{protocol} after the end");
    }
}
