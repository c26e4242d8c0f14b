use lab::{MiniUpnpd, Options, addresses};
use model::Pattern;
use serde_json::{Value, json};

use crate::home::Home;

#[test]
fn where_the_router_refuses_the_box_says_so_and_what_to_type_and_that_works() {
    let home = Home::build(Options { ipv6: false, ..Options::default() })
        .serve_ports(&[MiniUpnpd::REFUSE])
        .plug_in();

    let (way_in, _) = home.wait_for("the door is shut", is_shut);
    home.wait_for_door_lamp(Pattern::FastBlink);

    let (port, finding) = (home.daemon.port().unwrap(), &way_in["door_v4"]["finding"]);
    assert_eq!(finding["code"], "refused");
    let sentence = finding["sentence"].as_str().unwrap();
    assert!(sentence.starts_with("The router refuses to open a port by "), "{sentence}");
    let advice = finding["advice"].as_str().unwrap();
    let by_hand = format!("in the router forward UDP port {port} to 192.168.1.10, port {port}.");
    assert!(advice.ends_with(&by_hand), "{advice}");
    assert_eq!(
        way_in["by_hand"],
        json!({ "protocol": "UDP", "port": port, "address": "192.168.1.10", "address_v6": null })
    );
    assert_eq!(way_in["router"], "Debian Lab 1");
    home.wait_until_known();
    it_works_by_hand(&home);
}

#[test]
fn where_the_router_speaks_nothing_the_box_says_so_and_what_to_type_and_that_works() {
    let home = Home::build(Options::default()).plug_in();

    let (way_in, _) = home.wait_for("both doors are shut", |way_in| {
        is_shut(way_in) && way_in["door_v6"]["state"] == "shut" && way_in["verdict"]["code"] == "public_v4"
    });
    home.wait_for_door_lamp(Pattern::FastBlink);

    let port = home.daemon.port().unwrap();
    for door in ["door_v4", "door_v6"] {
        assert_eq!(way_in[door]["finding"]["code"], "no_answer", "{door}");
    }
    let advice = way_in["door_v6"]["finding"]["advice"].as_str().unwrap();
    let by_hand = format!("let UDP port {port} through its IPv6 firewall to 2001:db8:1::10.");
    assert!(advice.ends_with(&by_hand), "{advice}");
    assert_eq!(way_in["by_hand"]["address_v6"], "2001:db8:1::10");
    assert_eq!(way_in["router"], Value::Null);
    it_works_by_hand(&home);
}

#[test]
fn where_another_device_has_the_port_the_router_gives_another_and_phones_are_told() {
    let mut home = Home::build(Options::default()).serve_ports(&["enable_natpmp=no"]).plug_in();
    let port = home.daemon.port().unwrap();
    home.daemon.stop().unwrap();
    home.house.laptop.run(&format!("upnpc -m eth0 -a 192.168.1.30 {port} {port} udp")).unwrap();

    home.daemon.start().unwrap();
    let (way_in, _) = home.wait_for("the door is open", |way_in| {
        way_in["door_v4"]["state"] == "open" && way_in["verdict"]["code"] == "public_v4"
    });

    assert_eq!(home.daemon.port().unwrap(), port, "the box's own port stays");
    let outside = way_in["door_v4"]["outside_port"].as_u64().unwrap();
    assert_ne!(outside, u64::from(port));
    home.come_in(&home.let_in("Anna", &format!("{}:{outside}", addresses::ROUTER)));
    home.wait_for_door_lamp(Pattern::Solid);
    let laptop = format!("th dport {port} dnat ip to 192.168.1.30:{port}");
    assert!(home.openings().contains(&laptop), "what is not ours is left alone: {}", home.openings());
}

fn is_shut(way_in: &Value) -> bool {
    way_in["door_v4"]["state"] == "shut"
}

/// The owner types it into the router.
fn it_works_by_hand(home: &Home) {
    let port = home.daemon.port().unwrap();
    let configuration = home.let_in("Anna", &format!("{}:{port}", addresses::ROUTER));

    home.house.forward_port(port).unwrap();

    home.come_in(&configuration);
    home.wait_for_door_lamp(Pattern::Solid);
}
