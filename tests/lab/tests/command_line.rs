//! The command line, the panel and the plain tunnel, as root uses them.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use std::{net::Ipv4Addr, time::Duration};

use lab::{Daemon, House, Options, Phone, addresses, wait_until};
use model::{Pattern, PrivateKey};
use panel::Hand;
use serde_json::Value;

#[test]
fn root_does_with_commands_what_the_page_does() {
    let (house, daemon) = house();

    let qr = daemon.cli(&["peer", "add", "Anna"]).unwrap();
    assert!(qr.contains('█') || qr.contains('▀'), "a QR code: {qr}");
    assert!(qr.contains("WireGuard app"), "{qr}");
    let added: Value =
        serde_json::from_str(&daemon.cli(&["--json", "peer", "add", "Bert", "--role", "guest"]).unwrap())
            .unwrap();
    assert_eq!(added["peer"]["role"], "guest");
    let phone = Phone::up(&house.phone, added["configuration"].as_str().unwrap()).unwrap();
    let gateway = daemon.gateway_address().unwrap();
    assert!(!phone.ping(gateway), "guests are out");

    assert!(daemon.cli(&["guest", "on", "--hours", "2"]).unwrap().contains("2 h") || daemon.guests_are_in());
    wait_until("guests are in", SOON, || phone.ping(gateway)).unwrap();
    daemon.cli(&["guest", "off"]).unwrap();
    assert!(!phone.ping(gateway));

    daemon.cli(&["peer", "change", "bert", "--name", "Bertha", "--role", "family"]).unwrap();
    let list = daemon.cli(&["peer", "list"]).unwrap();
    assert!(list.contains("Anna") && list.contains("Bertha") && list.contains("family"), "{list}");
    assert!(phone.ping(gateway), "family is in");
    daemon.cli(&["peer", "remove", "Bertha"]).unwrap();
    assert!(!phone.ping(gateway));
    let status = daemon.cli(&["status"]).unwrap();
    assert!(status.contains(&addresses::ROUTER.to_string()), "{status}");
    let settings: Value =
        serde_json::from_str(&daemon.cli(&["settings", "--guest-hours", "3", "--json"]).unwrap()).unwrap();
    assert_eq!(settings["guest_hours"], 3);
}

#[test]
fn a_command_that_cannot_be_done_says_why() {
    let (_house, mut daemon) = house();

    for (arguments, complaint) in [
        (&["peer", "remove", "Nobody"][..], "no device is called"),
        (&["peer", "add", "<b>"], "cannot be part of a name"),
        (&["peer", "change", "Nobody", "--role", "king"], "owner, family or guest"),
        (&["settings", "--endpoint-host", "a b"], "home.example.org"),
        (&["guest", "on", "--hours", "999"], "168"),
    ] {
        let error = format!("{:#}", daemon.cli(arguments).unwrap_err());
        assert!(error.contains(complaint), "{arguments:?}: {error}");
    }
    daemon.stop().unwrap();
    let error = format!("{:#}", daemon.cli(&["status"]).unwrap_err());
    assert!(error.contains("is it running"), "{error}");
}

#[test]
fn a_second_daemon_is_told_that_there_is_one() {
    let (house, daemon) = house();
    let mut second = Daemon::new(&house).unwrap();

    let complaint = second.start_in_vain().unwrap();

    assert!(complaint.contains("latchkey"), "{complaint}");
    assert!(!complaint.contains("panicked"), "{complaint}");
    daemon.state().unwrap();
}

#[test]
fn a_long_hold_locks_the_box_and_another_unlocks_it() {
    // Who is outside shows only to a box that knows where home is.
    let house = House::build(Options { services: true, ..Options::default() }).unwrap();
    let daemon = Daemon::run(&house).unwrap();
    daemon.settle_in(&house).unwrap();
    let phone = Phone::up(&house.phone, &daemon.let_in("Anna", "owner").unwrap()).unwrap();
    let gateway = daemon.gateway_address().unwrap();
    wait_until("Anna is in", SOON, || phone.ping(gateway)).unwrap();
    let mut panel = daemon.panel().unwrap();
    panel.wait_for(SOON, |shown| shown.patterns.door == Pattern::Solid).unwrap();

    daemon.long_hold().unwrap();
    panel.wait_for(SOON, |shown| shown.patterns.door == Pattern::Off).unwrap();
    assert!(!phone.ping(gateway));

    daemon.long_hold().unwrap();
    panel.wait_for(SOON, |shown| shown.patterns.door != Pattern::Off).unwrap();
    phone.down().unwrap();
    let configuration = daemon.cli(&["peer", "rekey", "Anna", "--text"]).unwrap();
    let again = Phone::up(&house.phone, &configuration).unwrap();
    wait_until("Anna is in again", SOON, || again.ping(gateway)).unwrap();
}

#[test]
fn the_button_held_at_power_on_and_pressed_makes_a_new_box() {
    let house = House::build(Options::default()).unwrap();
    let mut daemon = Daemon::new(&house).unwrap().with_arguments(&["--button-held"]);
    daemon.start().unwrap();
    daemon.settle_in(&house).unwrap();
    daemon.let_in("Anna", "owner").unwrap();
    let key = |daemon: &Daemon| daemon.state().ok().map(|state| state["status"]["public_key"].clone());
    let before = key(&daemon).unwrap();

    let mut panel = daemon.panel().unwrap();
    panel.up().unwrap();
    panel.wait_for(SOON, |shown| shown.button == Hand::Up).unwrap();
    panel.down().unwrap();
    panel.wait_for(SOON, |shown| shown.button == Hand::Down).unwrap();
    // With this the panel goes away, and comes back as that of another box.
    panel.up().unwrap();

    wait_until("the box is another", SOON, || key(&daemon).is_some_and(|after| after != before)).unwrap();
    let state = daemon.state().unwrap();
    assert_eq!(state["peers"].as_array().unwrap().len(), 0);
    assert_eq!(state["settings"]["endpoint_host"], Value::Null);
}

#[test]
fn the_plain_tunnel_takes_the_place_of_wireguard_go() {
    let (house, daemon) = house();
    let gateway = daemon.gateway_address().unwrap();
    let configuration = daemon.let_in("Anna", "owner").unwrap();
    let file = house.folder().join("ours.conf");
    std::fs::write(&file, &configuration).unwrap();
    let script = house.folder().join("latchkey-tunnel");
    std::fs::write(&script, format!("#!/bin/sh\nexec {} tunnel \"$@\"\n", daemon.binary().display()))
        .unwrap();
    house.phone.run(&format!("chmod 755 {}", script.display())).unwrap();

    let quick = |verb: &str| {
        let mut command = house.phone.command("wg-quick");
        command.args([verb, file.to_str().unwrap()]).env("WG_QUICK_USERSPACE_IMPLEMENTATION", &script);
        assert!(
            command
                .stdout(std::process::Stdio::null())
                .stderr(std::process::Stdio::null())
                .status()
                .unwrap()
                .success(),
            "wg-quick {verb}"
        );
    };
    quick("up");
    wait_until("it is answered", SOON, || house.phone.run(&format!("ping -n -c 1 -W 1 {gateway}")).is_ok())
        .unwrap();
    let shown = house.phone.run("wg show ours").unwrap();
    assert!(shown.contains("latest handshake"), "{shown}");
    quick("down");

    assert!(house.phone.run("ip link show ours").is_err());
}

#[test]
fn wg_shows_the_box_to_root_and_tells_no_secret() {
    let (house, daemon) = house();
    daemon.let_in("Anna", "owner").unwrap();

    let shown = house.gateway.run("wg show latchkey0 dump").unwrap();

    let key = std::fs::read_to_string(daemon.data_dir().join("private-key")).unwrap();
    assert!(!shown.contains(key.trim()), "{shown}");
    assert!(shown.contains(&daemon.port().unwrap().to_string()), "{shown}");
    assert!(!key.trim().parse::<PrivateKey>().unwrap().to_base64().is_empty());
}

fn house() -> (House, Daemon) {
    let house = House::build(Options::default()).unwrap();
    let daemon = Daemon::run(&house).unwrap();
    daemon.settle_in(&house).unwrap();
    assert!(daemon.gateway_address().unwrap() != Ipv4Addr::UNSPECIFIED);

    (house, daemon)
}

const SOON: Duration = Duration::from_secs(20);
