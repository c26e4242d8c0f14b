use std::time::Duration;

use lab::{House, Options, Phone, Router, addresses, providers::Service};
use model::Pattern;

use crate::home::{Home, note, now};

#[test]
fn when_the_homes_addresses_change_the_mapping_and_the_name_follow_within_two_minutes() {
    let mut home = Home::build(Options { router: Router::MiniUpnpd, ..Options::default() }).plug_in();
    let port = home.daemon.port().unwrap();
    home.wait_for("both doors are open", |way_in| {
        let is_open = |door: &str| way_in[door]["state"] == "open";
        is_open("door_v4") && is_open("door_v6") && way_in["verdict"]["code"] == "public_v4"
    });
    let bare = home.let_in("Ben", &format!("{}:{port}", addresses::ROUTER));
    home.add_name(Service::DuckDns, "duckdns");
    home.wait_for_dns(Service::DuckDns, &places(&home.house));
    let by_name = home.let_in("Anna", &format!("{}:{port}", Service::DuckDns.name()));
    let phone = home.come_in(&by_name);
    home.wait_for_door_lamp(Pattern::Solid);
    assert_eq!(outdated(&home), [] as [String; 0]);

    home.house.change_address().unwrap();
    home.house.change_prefix().unwrap();
    let changed = now();
    home.wait_for_dns(Service::DuckDns, &places(&home.house));
    let followed = changed.elapsed();
    note("The name follows after", followed);
    home.wait("both mappings lead to the box's addresses", || {
        // nft shows what miniupnpd has made as it is in the packet.
        let pinhole = format!("{:032x}", home.house.gateway_v6().to_bits());
        (home.openings().contains(&pinhole) && home.mappings() == 1).then_some(())
    });
    note("The mappings follow after", changed.elapsed());
    assert!(changed.elapsed() < Duration::from_secs(120), "{:?}", changed.elapsed());

    phone.down().unwrap();
    let phone = Phone::up(&home.house.phone, &by_name).unwrap();
    note("A phone that reconnects is in after", home.wait_until_in(&phone));
    home.wait_for_door_lamp(Pattern::DoubleBlink);
    assert_eq!(outdated(&home), ["Ben"]);
    assert_eq!(home.way_in()["address_changed"], true);
    drop(phone);
    assert!(home.is_out(&Phone::up(&home.house.phone, &bare).unwrap()));
}

/// Where the home is at the moment.
fn places(house: &House) -> [std::net::IpAddr; 2] {
    [house.public_v4().into(), house.gateway_v6().into()]
}

/// Who still carries an address that has gone.
fn outdated(home: &Home) -> Vec<String> {
    let state = home.daemon.state().unwrap();
    let peers = state["peers"].as_array().unwrap().iter().filter(|peer| peer["outdated"] == true);

    peers.map(|peer| peer["name"].as_str().unwrap().to_owned()).collect()
}
