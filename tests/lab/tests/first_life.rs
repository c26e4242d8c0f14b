//! From nothing to Home Assistant: the button, the page, the QR code, the tunnel.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use std::{process::Command, time::Duration};

use lab::{Browser, Daemon, HomeAssistant, House, Options, Phone, Router, wait_until};
use model::Pattern;

#[test]
fn anna_scans_the_code_on_the_page_and_reaches_home_assistant() {
    let house =
        House::build(Options { services: true, router: Router::MiniUpnpd, ..Options::default() }).unwrap();
    let _home_assistant = HomeAssistant::start(&house).unwrap();
    let daemon = Daemon::run(&house).unwrap();
    daemon.settle_in(&house).unwrap();
    let mut panel = daemon.panel().unwrap();
    panel
        .wait_for(SOON, |shown| {
            shown.patterns.power == Pattern::Solid && shown.patterns.door == Pattern::SlowPulse
        })
        .unwrap();

    let screenshot = house.folder().join("code.png");
    let mut browser = Browser::run(
        &house.laptop,
        "add-peer.mjs",
        &["http://192.168.1.10/", "Anna", screenshot.to_str().unwrap()],
    )
    .unwrap();
    browser.wait_for("waiting", PATIENCE).unwrap();
    panel.wait_for(SOON, |shown| shown.patterns.power == Pattern::DoubleBlink).unwrap();
    daemon.hold().unwrap();
    browser.wait_for("code", PATIENCE).unwrap();
    panel.wait_for(SOON, |shown| shown.patterns.people == Pattern::FastBlink).unwrap();

    let configuration = scan(&screenshot);
    assert!(configuration.len() <= 360, "{} bytes", configuration.len());
    let phone = Phone::up(&house.phone, &configuration).unwrap();
    let home = daemon.home_assistant_url().unwrap();
    let page =
        wait_until("Home Assistant answers through the tunnel", PATIENCE, || phone.get(&home)).unwrap();
    assert_eq!(page.status, 200);
    assert!(page.text().contains("<title>Home Assistant</title>"), "{}", page.text());
    let hello =
        phone.websocket(&home.replace("http://", "ws://").replace(":8123", ":8123/api/websocket")).unwrap();
    assert!(hello.contains("auth_required"), "{hello}");

    panel
        .wait_for(SOON, |shown| {
            shown.patterns.door == Pattern::Solid && shown.patterns.people == Pattern::DoubleBlink
        })
        .unwrap();
    let state = daemon.state().unwrap();
    let anna = &state["peers"][0];
    assert_eq!(
        (anna["name"].as_str(), anna["role"].as_str()),
        (Some("Anna"), Some("owner")),
        "the first is an owner"
    );
    assert_eq!(anna["connected"], true);
    assert!(anna["endpoint"].as_str().unwrap().starts_with("198.51.100.2:"), "{anna}");
    assert!(browser.finish().unwrap(), "the page says that Anna is in");
    assert!(
        !daemon.log().contains(configuration.lines().nth(1).unwrap().trim_start_matches("PrivateKey = "))
    );
}

#[test]
fn the_box_answers_over_ipv6_and_its_page_and_ping_over_both() {
    let house = House::build(Options::default()).unwrap();
    let daemon = Daemon::run(&house).unwrap();
    daemon.settle_in(&house).unwrap();
    let box_v6 = serde_json::json!({ "endpoint_host": "2001:db8:1::10" });
    daemon.api("PATCH", "/api/settings", Some(&box_v6)).unwrap().success().unwrap();
    let configuration = daemon.let_in("Anna", "owner").unwrap();
    assert!(configuration.contains("Endpoint = [2001:db8:1::10]:"), "{configuration}");

    let phone = Phone::up(&house.phone, &configuration).unwrap();

    let state = daemon.state().unwrap();
    let v4 = state["status"]["tunnel_v4"].as_str().unwrap();
    let v6 = state["status"]["tunnel_v6"].as_str().unwrap();
    for address in [v4, v6] {
        assert!(phone.ping(address.parse::<std::net::IpAddr>().unwrap()), "{address}");
    }
    for url in [format!("http://{v4}/api/me"), format!("http://[{v6}]/api/me")] {
        let me = phone.get(&url).unwrap().success().unwrap().json().unwrap();
        assert_eq!(me["authority"], "owner", "{url}");
    }
}

#[test]
fn a_removed_phone_is_out_within_a_second_and_a_new_key_lets_the_same_person_in_again() {
    let house = House::build(Options::default()).unwrap();
    let daemon = Daemon::run(&house).unwrap();
    daemon.settle_in(&house).unwrap();
    let old = Phone::up(&house.phone, &daemon.let_in("Anna", "owner").unwrap()).unwrap();
    let gateway = daemon.gateway_address().unwrap();
    wait_until("the old phone is in", PATIENCE, || old.ping(gateway)).unwrap();

    let rekeyed = daemon.cli(&["peer", "rekey", "anna", "--text"]).unwrap();
    assert!(old.ping(gateway), "the old key is good as long as nobody has the new one");
    let new = Phone::up(&house.second_phone, &rekeyed).unwrap();
    wait_until("the new phone is in", PATIENCE, || new.ping(gateway)).unwrap();
    assert!(!old.ping(gateway), "the old key is dead as soon as the new one is in");

    daemon.api("DELETE", "/api/peers/1", None).unwrap().success().unwrap();
    assert!(!new.ping(gateway), "a removed phone is out at once");
    assert_eq!(daemon.state().unwrap()["peers"].as_array().unwrap().len(), 0);
}

/// What a phone's camera would read.
fn scan(picture: &std::path::Path) -> String {
    let output = Command::new("zbarimg").args(["--quiet", "--raw"]).arg(picture).output().unwrap();
    assert!(output.status.success(), "zbarimg finds no code in {}", picture.display());

    String::from_utf8(output.stdout).unwrap()
}

const PATIENCE: Duration = Duration::from_secs(30);
const SOON: Duration = Duration::from_secs(10);
