use std::time::Duration;

use lab::{Options, Router, WayOut, addresses, providers::Service};
use model::Pattern;
use serde_json::Value;

use crate::home::{Home, in_houses, note};

#[test]
fn where_only_ipv6_leads_home_only_ipv6_is_published_and_a_phone_comes_in_by_it() {
    in_houses(&[WayOut::CarrierGrade, WayOut::Ipv6Only], |way_out| {
        let home = at_home(*way_out, true);

        let (way_in, _) = home.wait_for("the verdict is there and the firewall open", |way_in| {
            way_in["verdict"]["code"] == "only_v6" && way_in["door_v6"]["state"] == "open"
        });
        assert_sentence(&way_in, why_only_v6(*way_out));
        assert_eq!(way_in["public_v4"], Value::Null, "{way_out:?}");
        assert_eq!(way_in["public_v6"], addresses::GATEWAY_V6.to_string());
        home.wait_for_door_lamp(Pattern::SlowPulse);
        let port = home.daemon.port().unwrap();
        let bare = home.let_in("Anna", &format!("[{}]:{port}", addresses::GATEWAY_V6));
        home.add_name(Service::DuckDns, "duckdns");
        home.wait_for_dns(Service::DuckDns, &[addresses::GATEWAY_V6.into()]);

        home.come_in(&bare);
        home.wait_for_door_lamp(Pattern::Solid);
        let by_name = home.let_in("Ben", &format!("{}:{port}", Service::DuckDns.name()));
        home.come_in(&by_name);
        assert_eq!(home.dns(Service::DuckDns), [addresses::GATEWAY_V6], "{way_out:?}");
    });
}

#[test]
fn where_nothing_leads_home_the_box_says_why_and_publishes_nothing() {
    in_houses(&[WayOut::CarrierGrade, WayOut::DoubleNat], |way_out| {
        let home = at_home(*way_out, false);
        home.add_name(Service::DuckDns, "duckdns");

        let code = if *way_out == WayOut::DoubleNat { "double_nat" } else { "cgnat" };
        let (way_in, _) = home.wait_for("the verdict is there and the door shut", |way_in| {
            way_in["verdict"]["code"] == code && way_in["door_v4"]["state"] == "shut"
        });

        assert_sentence(&way_in, why_nothing(*way_out));
        assert_eq!(way_in["door_v4"]["finding"]["code"], "router_has_private_address", "{way_in:#}");
        let door = way_in["door_v4"]["finding"]["sentence"].as_str().unwrap();
        assert!(door.starts_with("The router opens no port, as "), "{way_out:?}: {door}");
        assert!(way_in["verdict"]["advice"].is_string(), "{way_out:?}");
        assert_eq!([&way_in["public_v4"], &way_in["public_v6"]], [&Value::Null; 2], "{way_out:?}");
        home.wait_for_door_lamp(Pattern::FastBlink);
        assert_eq!(home.dns(Service::DuckDns), [] as [std::net::IpAddr; 0], "{way_out:?}");
        assert_eq!(asked(&home), 0, "{way_out:?}");
        assert_eq!(home.way_in()["names"][0]["finding"]["code"], "waiting", "{way_out:?}");
    });
}

#[test]
fn behind_two_routers_a_port_led_through_both_by_hand_is_proven_by_who_comes_in() {
    let home = at_home(WayOut::DoubleNat, false);
    home.add_name(Service::DuckDns, "duckdns");
    let (way_in, _) = home.wait_for("the verdict is there and the door shut", |way_in| {
        way_in["verdict"]["code"] == "double_nat" && way_in["door_v4"]["state"] == "shut"
    });
    let port = home.daemon.port().unwrap();
    let advice = way_in["door_v4"]["finding"]["advice"].as_str().unwrap();
    let by_hand = format!(
        "In this router and in the one before it forward UDP port {port} to 192.168.1.10, port {port}."
    );
    assert!(advice.ends_with(&by_hand), "{advice}");

    home.house.forward_port_at_box(port).unwrap();
    home.house.forward_port(port).unwrap();

    home.come_in(&home.let_in("Anna", &format!("{}:{port}", addresses::ROUTER)));
    home.wait_for_door_lamp(Pattern::Solid);
    home.wait_for_dns(Service::DuckDns, &[addresses::ROUTER.into()]);
}

#[test]
fn without_internet_nothing_is_changed_and_with_it_all_is_well_again() {
    let home = at_home(WayOut::Public, true);
    home.add_name(Service::DuckDns, "duckdns");
    let published = [addresses::ROUTER.into(), addresses::GATEWAY_V6.into()];
    home.wait_for_dns(Service::DuckDns, &published);
    home.wait_for("it is published", |way_in| way_in["names"][0]["state"] == "published");
    let before = asked(&home);

    home.house.cut_cable().unwrap();
    let (way_in, took) = home.wait_for("it is seen", |way_in| way_in["verdict"]["code"] == "no_internet");
    note("No internet: seen after", took);
    home.wait_for_door_lamp(Pattern::FastBlink);
    assert_sentence(&way_in, "There is no internet: nothing outside of your home answers.");
    assert_eq!(home.dns(Service::DuckDns), published);

    home.house.mend_cable().unwrap();
    let (_, took) = home.wait_for("it is back", |way_in| way_in["verdict"]["code"] == "public_v4");
    note("No internet: back after", took);
    home.wait_for("it is published", |way_in| way_in["names"][0]["state"] == "published");
    assert_eq!(asked(&home), before, "nobody was told what had not changed");
    home.wait_for_door_lamp(Pattern::SlowPulse);
    home.come_in(
        &home.let_in("Anna", &format!("{}:{}", Service::DuckDns.name(), home.daemon.port().unwrap())),
    );
    assert!(took < Duration::from_secs(120), "{took:?}");
}

fn at_home(way_out: WayOut, ipv6: bool) -> Home {
    Home::build(Options { way_out, ipv6, router: Router::MiniUpnpd, ..Options::default() }).plug_in()
}

fn why_only_v6(way_out: WayOut) -> &'static str {
    match way_out {
        WayOut::CarrierGrade => {
            "Your home can be reached over IPv6 only, because your provider lets many homes share one internet address."
        }
        WayOut::Ipv6Only => "Your home can be reached over IPv6 only, because nothing answers over IPv4.",
        WayOut::Public | WayOut::DoubleNat => "",
    }
}

fn why_nothing(way_out: WayOut) -> &'static str {
    match way_out {
        WayOut::CarrierGrade => {
            "Your home cannot be reached from outside, because your provider lets many homes share one internet address."
        }
        WayOut::DoubleNat => {
            "Your home cannot be reached from outside, because your router is connected to a second router (192.168.0.1) \
             and not to the internet itself."
        }
        WayOut::Public | WayOut::Ipv6Only => "",
    }
}

fn assert_sentence(way_in: &Value, sentence: &str) {
    let said = way_in["verdict"]["sentence"].as_str().unwrap();
    assert!(said.starts_with(sentence), "{said}");
}

/// How often the provider of the name was asked for anything.
fn asked(home: &Home) -> usize {
    home.house.services.as_ref().unwrap().providers.asked(Service::DuckDns).len()
}
