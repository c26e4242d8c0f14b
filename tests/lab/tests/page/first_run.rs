use std::fs;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use lab::{Browser, Daemon, HomeAssistant, House, Options, Phone, Router, addresses, wait_until};
use serde_json::Value;

use crate::{
    code,
    home::{PATIENCE, open},
    search::Search,
};

#[test]
fn anna_comes_from_nothing_to_home_assistants_login_without_a_mouse_and_the_box_never_sees_her_key() {
    let house =
        House::build(Options { services: true, router: Router::MiniUpnpd, ..Options::default() }).unwrap();
    let _home_assistant = HomeAssistant::start(&house).unwrap();
    let mut daemon = Daemon::new(&house).unwrap().with_log("trace");
    daemon.start().unwrap();

    let mut page = open(&house, "first-run.mjs");
    is_light(&page.wait_for("weight", PATIENCE).unwrap());
    page.wait_for("waiting", PATIENCE).unwrap();
    daemon.hold().unwrap();
    let pictures: Vec<String> = serde_json::from_str(&page.wait_for("codes", PATIENCE).unwrap()).unwrap();
    assert_eq!(pictures.len(), 4, "narrow and wide, light and dark");
    let configuration = code::read(&pictures);
    assert_eq!(code::outline(&configuration), OUTLINE, "and nothing that an app would refuse");

    let phone = Phone::up(&house.phone, &configuration).unwrap();
    let gateway = daemon.gateway_address().unwrap();
    wait_until("the phone is in", PATIENCE, || phone.ping(gateway)).unwrap();
    let address = page.wait_for("address", PATIENCE).unwrap();
    let mut home_assistant = Browser::run(&house.phone, "login.mjs", &[&address]).unwrap();
    assert_eq!(home_assistant.wait_for("login", PATIENCE).unwrap(), "Home Assistant");
    assert!(home_assistant.finish().unwrap());
    page.wait_for("sent", PATIENCE).unwrap();
    assert!(page.finish().unwrap(), "nothing is wrong with any screen, and nobody but the box was asked");

    is_nowhere(&mut daemon, &house, &configuration);
}

/// What Chromium has counted until the first screen was there.
#[expect(clippy::print_stdout, reason = "how long it took is told, and not asked for")]
fn is_light(weight: &str) {
    let weight: Value = serde_json::from_str(weight).unwrap();
    println!("The first screen: {weight}");

    assert!(weight["bytes"].as_u64().unwrap() <= MOST_BYTES, "{weight}");
    assert!(weight["answers"].as_u64().unwrap() <= MOST_ANSWERS, "{weight}");
    assert_eq!(weight["hosts"], serde_json::json!([addresses::GATEWAY.to_string()]), "{weight}");
}

/// The private key is in nothing that left the browser, and in nothing that the box holds or says: not in its memory, and
/// not in what it leaves behind. The preshared key, which it must have, is found the same way.
fn is_nowhere(daemon: &mut Daemon, house: &House, configuration: &str) {
    let sent = fs::read(house.folder().join("sent")).unwrap();
    let text = String::from_utf8_lossy(&sent);
    assert!(text.contains("POST http://192.168.1.10/api/peers"), "{text}");
    let state = daemon.state().unwrap().to_string();
    let told = daemon.api("GET", "/api/activity?limit=200", None).unwrap().success().unwrap().text();
    let memory = Search::memory_of(daemon.process().unwrap().id());
    daemon.stop().unwrap();
    let kept = Search::folder(daemon.data_dir());
    let log = daemon.log();
    assert!(log.contains("TRACE"), "the log says all that it can");

    let has = |key: &str, places: &[&[u8]]| Search::new(&secret(configuration, key)).finds_in(places);
    let places = [&sent, state.as_bytes(), told.as_bytes(), &memory, &kept, log.as_bytes()];
    assert!(!has("PrivateKey", &places));
    assert!(has("PresharedKey", &[&memory]) && has("PresharedKey", &[&kept]), "what is there is found");
    assert!(!has("PresharedKey", &[log.as_bytes()]), "it is no business of the log's either");
}

fn secret(configuration: &str, name: &str) -> Vec<u8> {
    BASE64_STANDARD.decode(code::field(configuration, name)).unwrap()
}

/// As both apps take it: the Android one refuses what it does not know.
const OUTLINE: [&str; 8] =
    ["[Interface]", "PrivateKey", "Address", "[Peer]", "PublicKey", "PresharedKey", "Endpoint", "AllowedIPs"];
/// What a phone in a bad place loads in two seconds.
const MOST_BYTES: u64 = 60_000;
/// Each is a way to the box and back.
const MOST_ANSWERS: u64 = 12;
