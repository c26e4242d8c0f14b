use std::{net::IpAddr, time::Duration};

use lab::{House, Options, Phone, Router, addresses, providers::Service};
use model::Pattern;

use crate::home::{Home, in_houses, note, now};

#[test]
fn when_the_homes_addresses_change_the_mapping_and_the_name_follow_within_two_minutes() {
    in_houses(&[Router::MiniUpnpd, Router::ByHand], |router| {
        let mut home = settled_in(*router);
        let bare = home.let_in("Ben", &format!("{}:{}", addresses::ROUTER, home.daemon.port().unwrap()));
        home.add_name(Service::DuckDns, "duckdns");
        home.wait_for_dns(Service::DuckDns, &places(&home.house));
        let by_name = format!("{}:{}", Service::DuckDns.name(), home.daemon.port().unwrap());
        let by_name = home.let_in("Anna", &by_name);
        let phone = home.come_in(&by_name);
        home.wait_for_door_lamp(Pattern::Solid);
        assert_eq!(outdated(&home), [] as [String; 0]);

        home.house.change_address().unwrap();
        home.house.change_prefix().unwrap();

        it_follows(&home, *router);
        phone.down().unwrap();
        let phone = Phone::up(&home.house.phone, &by_name).unwrap();
        note(
            &format!("{router:?}: a phone that reconnects by the name is in after"),
            home.wait_until_in(&phone),
        );
        home.wait_for_door_lamp(Pattern::DoubleBlink);
        assert_eq!(outdated(&home), ["Ben"], "{router:?}");
        assert_eq!(home.way_in()["address_changed"], true, "{router:?}");
        phone.down().unwrap();
        let told_otherwise = Phone::up(&home.house.phone, &bare).unwrap();
        assert!(home.is_out(&told_otherwise), "{router:?}");
    });
}

/// A box that knows where it is, with a way in that is open.
fn settled_in(router: Router) -> Home {
    let home = Home::build(Options { router, ..Options::default() }).plug_in();
    let state = match router {
        Router::MiniUpnpd => "open",
        Router::ByHand => "shut",
    };
    home.wait_for("the router has answered", |way_in| {
        ["door_v4", "door_v6"].iter().all(|door| way_in[*door]["state"] == state)
    });
    home.wait_until_known();
    if router == Router::ByHand {
        home.house.forward_port(home.daemon.port().unwrap()).unwrap();
    }

    home
}

/// What leads home leads to where it is now.
fn it_follows(home: &Home, router: Router) {
    let changed = now();
    if router == Router::MiniUpnpd {
        home.wait("both mappings lead to the box's addresses", || {
            // nft shows what miniupnpd has made as it is in the packet.
            let pinhole = format!("{:032x}", home.house.gateway_v6().to_bits());
            (home.openings().contains(&pinhole) && home.mappings() == 1).then_some(())
        });
        note(&format!("{router:?}: the mappings follow after"), changed.elapsed());
    }
    home.wait_for_dns(Service::DuckDns, &places(&home.house));
    note(&format!("{router:?}: the name follows after"), changed.elapsed());

    assert!(changed.elapsed() < Duration::from_secs(120), "{router:?}: {:?}", changed.elapsed());
}

/// Where the home is at the moment.
fn places(house: &House) -> [IpAddr; 2] {
    [house.public_v4().into(), house.gateway_v6().into()]
}

/// Who still carries an address that has gone.
fn outdated(home: &Home) -> Vec<String> {
    let state = home.daemon.state().unwrap();
    let peers = state["peers"].as_array().unwrap().iter().filter(|peer| peer["outdated"] == true);

    peers.map(|peer| peer["name"].as_str().unwrap().to_owned()).collect()
}
