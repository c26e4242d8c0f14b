//! What goes wrong on the box: it says so, stays closed where it must, and mends itself where it can.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use std::{net::Ipv4Addr, time::Duration};

use lab::{Daemon, House, Listener, Options, Phone, addresses, wait_until};
use model::Pattern;
use nix::sys::signal::Signal;
use serde_json::json;

#[test]
fn without_a_firewall_the_box_does_not_start_and_says_so() {
    let house = House::build(Options::default()).unwrap();
    house.gateway.run("mount --bind /dev/null /usr/sbin/nft").unwrap();
    let mut daemon = Daemon::new(&house).unwrap();

    let complaint = daemon.start_in_vain().unwrap();

    assert!(complaint.contains("firewall"), "{complaint}");
    assert!(!house.gateway.run("ip link").unwrap().contains("latchkey0"));
}

#[test]
fn a_port_that_is_taken_is_named_and_nothing_is_left_behind() {
    let house = House::build(Options::default()).unwrap();
    let other = Listener::http(&house.gateway, (Ipv4Addr::UNSPECIFIED, 80), "another program").unwrap();
    let mut daemon = Daemon::new(&house).unwrap();

    let complaint = daemon.start_in_vain().unwrap();

    assert!(complaint.contains("another program uses TCP port 80"), "{complaint}");
    assert_eq!(house.gateway.run("nft list tables").unwrap().trim(), "");
    assert!(!passes_on(&house));
    assert!(!daemon.run_dir().join("panel.sock").exists());
    drop(other);
    daemon.start().unwrap();
}

#[test]
fn rules_and_forwarding_that_somebody_takes_away_come_back_by_themselves() {
    let (house, daemon, phone) = a_phone_that_is_in();
    let home = format!("http://{}:8123/", daemon.gateway_address().unwrap());
    assert_eq!(phone.get(&home).unwrap().text(), "home assistant");

    house.gateway.run("nft flush ruleset").unwrap();
    wait_until("the rules are back", SOON, || {
        house.gateway.run("nft list tables").unwrap().contains("latchkey")
    })
    .unwrap();
    assert!(passes_on(&house));
    house.gateway.sysctl("net.ipv4.conf.eth0.forwarding", "0").unwrap();
    wait_until("packets are passed on again", SOON, || phone.get(&home).is_ok()).unwrap();
}

#[test]
fn a_box_whose_tunnel_is_taken_away_ends_and_keeps_its_doors_closed() {
    let (house, mut daemon, _phone) = a_phone_that_is_in();

    house.gateway.ip(&["link delete latchkey0"]).unwrap();
    let status = daemon.process().unwrap().wait(Duration::from_secs(20)).unwrap();

    assert!(!status.success(), "whoever watches over the box has to start it again");
    assert!(daemon.log().contains("interface is gone"), "{}", daemon.log());
    assert!(house.gateway.run("nft list tables").unwrap().contains("latchkey"));
    assert!(house.laptop.tcp_connect((addresses::GATEWAY, 2222), Duration::from_secs(1)).is_err());
}

#[test]
fn a_closed_terminal_is_a_clean_stop() {
    let (house, mut daemon, _phone) = a_phone_that_is_in();

    daemon.process().unwrap().signal(Signal::SIGHUP).unwrap();
    let status = daemon.process().unwrap().wait(Duration::from_secs(20)).unwrap();

    assert!(status.success(), "{}", daemon.log());
    assert_eq!(house.gateway.run("nft list tables").unwrap().trim(), "");
    assert!(!passes_on(&house));
}

#[test]
fn a_press_on_a_locked_box_lets_nobody_in_later() {
    let (_house, daemon, _phone) = a_phone_that_is_in();
    daemon.long_hold().unwrap();
    wait_until("the box is locked", SOON, || is_locked(&daemon)).unwrap();

    daemon.press().unwrap();
    daemon.long_hold().unwrap();
    wait_until("the box is open", SOON, || !is_locked(&daemon)).unwrap();

    assert!(!daemon.guests_are_in());
}

#[test]
fn a_new_name_does_not_interrupt_a_phone_that_is_in() {
    let (_house, daemon, phone) = a_phone_that_is_in();
    let before = phone.last_handshake().unwrap();

    daemon.api("PATCH", "/api/peers/1", Some(&json!({ "name": "Annabel" }))).unwrap().success().unwrap();

    assert!(phone.ping(daemon.gateway_address().unwrap()));
    assert_eq!(phone.last_handshake().unwrap(), before);
}

#[test]
fn a_box_without_a_network_says_so_and_shows_its_page_when_it_has_one() {
    let house = House::build(Options::default()).unwrap();
    let daemon = Daemon::run(&house).unwrap();
    let mut panel = daemon.panel().unwrap();
    panel.wait_for(SOON, |shown| shown.patterns.power == Pattern::Solid).unwrap();

    house.gateway.ip(&["link set eth0 down"]).unwrap();
    panel.wait_for(SOON, |shown| shown.patterns.power == Pattern::FastBlink).unwrap();
    let faults = daemon.state().unwrap()["status"]["faults"].to_string();
    assert!(faults.contains("cable"), "{faults}");

    house.gateway.ip(&["link set eth0 up", "route replace default via 192.168.1.1"]).unwrap();
    panel.wait_for(SOON, |shown| shown.patterns.power == Pattern::Solid).unwrap();
    wait_until("the page is shown", SOON, || {
        house.laptop.request("GET", "http://192.168.1.10/api/me").send()
    })
    .unwrap();
}

/// A house with a stand-in for Home Assistant, and Anna's phone in the tunnel.
fn a_phone_that_is_in() -> (House, Daemon, Phone) {
    let house = House::build(Options::default()).unwrap();
    // It stays for as long as the test runs.
    Box::leak(Box::new(
        Listener::http(&house.home_assistant, (addresses::HOME_ASSISTANT, 8123), "home assistant").unwrap(),
    ));
    let daemon = Daemon::run(&house).unwrap();
    daemon.settle_in(&house).unwrap();
    daemon.name_home_assistant("192.168.1.20").unwrap();
    let phone = Phone::up(&house.phone, &daemon.let_in("Anna", "owner").unwrap()).unwrap();
    let gateway = daemon.gateway_address().unwrap();
    wait_until("the phone is in", SOON, || phone.ping(gateway)).unwrap();

    (house, daemon, phone)
}

/// Whether the box would route for its home network.
fn passes_on(house: &House) -> bool {
    house.gateway.run("cat /proc/sys/net/ipv4/conf/eth0/forwarding").unwrap().trim() == "1"
}

fn is_locked(daemon: &Daemon) -> bool {
    daemon.state().is_ok_and(|state| state["status"]["locked"] == true)
}

const SOON: Duration = Duration::from_secs(20);
