//! "Is anything else open?": what the router, Home Assistant and a phone outside tell of ways in beside the tunnel.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use std::{collections::BTreeSet, net::Ipv4Addr, time::Duration};

use lab::{Browser, Daemon, HomeAssistant, House, Listener, Options, Phone, Router, addresses, wait_until};
use serde_json::Value;

#[test]
fn ports_that_others_at_home_have_opened_are_named() {
    let house = a_house();
    let daemon = Daemon::run(&house).unwrap();
    let _home_assistant = Listener::http(&house.home_assistant, HOME_ASSISTANT, PROVIDERS).unwrap();
    daemon.name_home_assistant(&HOME_ASSISTANT.0.to_string()).unwrap();
    until_open(&daemon);
    let exposure = exposure(&daemon);
    assert_eq!(
        (codes(&exposure), exposure["router_tells"].clone()),
        (BTreeSet::new(), true.into()),
        "{exposure:#}"
    );
    assert!(daemon.cli(&["check", "--exposure"]).unwrap().contains("no other port open"));

    house.home_assistant.run("upnpc -m eth0 -e Camera -a 192.168.1.20 8123 40123 tcp").unwrap();
    house.laptop.run("upnpc -m eth0 -a 192.168.1.30 8000 8443 tcp").unwrap();
    house.laptop.run("upnpc -m eth0 -a 192.168.1.30 3074 3074 udp").unwrap();
    house.laptop.run("upnpc -m eth0 -a 192.168.1.30 8123 48123 tcp").unwrap();

    // What was seen a moment ago is shown for a while.
    let expected = BTreeSet::from(["home_assistant_forwarded", "web_forwarded"]);
    let exposure = wait_until("it is seen what else is open", PATIENCE, || {
        let exposure = self::exposure(&daemon);
        if codes(&exposure) == expected { Ok(Some(exposure)) } else { Err(exposure.to_string()) }
    })
    .unwrap();
    let said = exposure["findings"].to_string();
    assert!(said.contains("Home Assistant: TCP port 40123 leads to port 8123 (“Camera”)"), "{said}");
    let complaint = daemon.cli(&["check", "--exposure"]).unwrap_err().to_string();
    assert!(complaint.contains("Home Assistant") && complaint.contains("48123"), "{complaint}");
    let shown = &daemon.state().unwrap()["way_in"]["exposed"];
    assert_eq!(shown, &exposure["findings"], "the page shows it");
}

#[test]
fn the_real_home_assistant_that_trusts_its_network_is_named() {
    let house = a_house();
    let _home_assistant = HomeAssistant::start_with(&house, TRUSTING).unwrap();
    let daemon = Daemon::run(&house).unwrap();
    daemon.home_assistant_url().unwrap();

    let exposure = exposure(&daemon);

    assert_eq!(codes(&exposure), BTreeSet::from(["login_not_needed"]), "{exposure:#}");
}

#[test]
fn a_phone_outside_finds_the_one_port_that_is_open() {
    let house = a_house();
    let daemon = Daemon::run(&house).unwrap();
    until_open(&daemon);
    let forward =
        "insert rule inet router prerouting ip daddr 1.2.3.4 tcp dport 8443 dnat ip to 192.168.1.30:8000";
    house.router.feed("nft -f -", forward).unwrap();
    let phone = Phone::up(&house.phone, &daemon.let_in("Anna", "owner").unwrap()).unwrap();
    let gateway = daemon.gateway_address().unwrap();
    wait_until("the phone is in", PATIENCE, || phone.ping(gateway)).unwrap();
    let tries = |port| house.phone.tcp_connect((house.public_v4(), port), Duration::from_secs(2)).is_ok();
    let control = exposure(&daemon)["control_port"].as_u64().unwrap().try_into().unwrap();
    assert_eq!([tries(8443), tries(8123), tries(control)], [true, false, false]);

    let mut browser = Browser::run(&house.phone, "outside.mjs", &[&format!("http://{gateway}")]).unwrap();

    let found = browser.wait_for("outside", Duration::from_secs(90)).unwrap();
    assert!(found.starts_with("port_open: ") && found.contains("TCP port 8443 "), "{found}");
    let more = browser.wait_for("outside", PATIENCE);
    assert!(more.is_err(), "{more:?}");
    assert!(browser.finish().unwrap());
}

fn a_house() -> House {
    House::build(Options { router: Router::MiniUpnpd, services: true, ..Options::default() }).unwrap()
}

fn until_open(daemon: &Daemon) {
    wait_until("the door is open", PATIENCE, || {
        let way_in = &daemon.state().unwrap()["way_in"];
        way_in["verdict"]["code"] == "public_v4" && way_in["door_v4"]["state"] == "open"
    })
    .unwrap();
}

fn exposure(daemon: &Daemon) -> Value {
    daemon.api("POST", "/api/exposure", None).unwrap().success().unwrap().json().unwrap()
}

fn codes(exposure: &Value) -> BTreeSet<&str> {
    exposure["findings"].as_array().unwrap().iter().map(|finding| finding["code"].as_str().unwrap()).collect()
}

const HOME_ASSISTANT: (Ipv4Addr, u16) = (addresses::HOME_ASSISTANT, addresses::HOME_ASSISTANT_PORT);
/// What Home Assistant answers as it comes.
const PROVIDERS: &str = r#"{"providers":[{"name":"Home Assistant Local","id":null,"type":"homeassistant"}],"preselect_remember_me":true}"#;
const TRUSTING: &str = "  auth_providers:
    - type: trusted_networks
      trusted_networks:
        - 192.168.1.0/24
    - type: homeassistant
";
const PATIENCE: Duration = Duration::from_secs(40);
