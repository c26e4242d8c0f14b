//! From one card to another: the backup, the restore, and what the button has to say about forgetting everything.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use std::{
    fs,
    io::{Read as _, Write as _},
    iter,
    net::Ipv4Addr,
    os::unix::net::UnixStream,
    path::Path,
    process::Stdio,
    thread,
    time::Duration,
};

use age::{Decryptor, scrypt, secrecy::SecretString};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use lab::{Daemon, House, Options, Phone, Response, wait_until};
use serde_json::{Value, json};

#[test]
fn a_new_card_takes_over_and_no_phone_needs_a_new_code() {
    let house = House::build(Options::default()).unwrap();
    let mut old = Daemon::run(&house).unwrap();
    old.settle_in(&house).unwrap();
    let configuration = old.let_in("Anna", "owner").unwrap();
    let name = json!({ "provider": "duckdns", "name": "home-4711.duckdns.org", "secret": TOKEN });
    old.api("POST", "/api/names", Some(&name)).unwrap().success().unwrap();
    let phone = Phone::up(&house.phone, &configuration).unwrap();
    let gateway = old.gateway_address().unwrap();
    wait_until("Anna is in", SOON, || phone.ping(gateway)).unwrap();
    let before = old.state().unwrap();
    let file = house.folder().join("anna.backup");
    run_with_input(&old, &["backup", file.to_str().unwrap()], PASSPHRASE).unwrap();
    old.stop().unwrap();

    let mut new = Daemon::new(&house).unwrap().with_data_dir(&house.folder().join("new-card"));
    new.start().unwrap();
    assert_ne!(key(&new).unwrap(), key_of(&before));
    let port = u16::try_from(before["status"]["port"].as_u64().unwrap()).unwrap();
    let in_the_way = new.room().udp_socket((Ipv4Addr::UNSPECIFIED, port)).unwrap();
    let refused = run_with_input(&new, &["restore", file.to_str().unwrap()], PASSPHRASE).unwrap_err();
    assert!(refused.contains(&format!("UDP port {port}")), "{refused}");
    drop(in_the_way);
    let said = run_with_input(&new, &["restore", file.to_str().unwrap()], PASSPHRASE).unwrap();

    assert!(said.contains("home-4711.duckdns.org again"), "{said}");
    wait_until("the box is the old one", SOON, || key(&new).is_some_and(|key| key == key_of(&before)))
        .unwrap();
    wait_until("Anna is in again", LATER, || phone.ping(gateway)).unwrap();
    let after = new.state().unwrap();
    assert_eq!(after["status"]["port"], before["status"]["port"]);
    assert_eq!(after["status"]["endpoint"], before["status"]["endpoint"]);
    assert_eq!(after["peers"][0]["name"], "Anna");
    assert_eq!(after["peers"][0]["outdated"], false);
    assert_eq!(after["way_in"]["names"][0]["finding"]["code"], "secret_missing");
    let me = phone.get(&format!("http://{gateway}/api/me")).unwrap().json().unwrap();
    assert_eq!(me["authority"], "owner");
    assert_eq!(told(&new, "restored"), json!({ "code": "restored", "devices": 1 }));
    new.restart().unwrap();
    assert_eq!(key(&new).unwrap(), key_of(&before));
}

#[test]
fn only_who_may_do_everything_makes_and_restores_backups_and_an_empty_box_wants_its_button() {
    let house = House::build(Options::default()).unwrap();
    let mut old = Daemon::run(&house).unwrap();
    old.settle_in(&house).unwrap();
    old.let_in("Anna", "owner").unwrap();
    let ben = Phone::up(&house.second_phone, &old.let_in("Ben", "family").unwrap()).unwrap();
    let gateway = old.gateway_address().unwrap();
    wait_until("Ben is in", SOON, || ben.ping(gateway)).unwrap();
    let file = backup(&old);
    let before = key(&old).unwrap();

    let wanted = wanted(&file, PASSPHRASE, true);
    for (path, body) in
        [("/api/backup", &wanted), ("/api/restore", &wanted), ("/api/factory-reset", &json!({}))]
    {
        assert_eq!(at_home(&house, "", "POST", path, body).unwrap().status, 401, "{path}");
        let url = format!("http://{gateway}{path}");
        let origin = format!("http://{gateway}");
        let by_ben = ben.room().request("POST", &url).header("Origin", &origin).json(body).send().unwrap();
        assert_eq!(by_ben.status, 403, "{path}");
    }
    assert_eq!(old.state().unwrap()["peers"].as_array().unwrap().len(), 2);
    old.stop().unwrap();

    let mut new = Daemon::new(&house).unwrap().with_data_dir(&house.folder().join("new-card"));
    new.start().unwrap();
    let by_stranger = at_home(&house, "", "POST", "/api/restore", &wanted).unwrap();
    assert_eq!(by_stranger.status, 401, "it has nobody yet, but a button");
    let asked = at_home(&house, "", "POST", "/api/session", &json!({})).unwrap().success().unwrap();
    let cookie = asked.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let too_early = at_home(&house, &cookie, "POST", "/api/restore", &wanted).unwrap();
    assert_eq!(too_early.status, 401, "nobody has held it");
    new.hold().unwrap();
    let looks = |status: u16| {
        let answer = at_home(&house, &cookie, "GET", "/api/state", &Value::Null);
        answer.is_ok_and(|answer| answer.status == status)
    };
    wait_until("the session is open", SOON, || looks(200)).unwrap();
    let restored = at_home(&house, &cookie, "POST", "/api/restore", &wanted).unwrap().success().unwrap();

    assert_eq!(restored.json().unwrap(), json!({ "peers": 2, "names_without_secret": [] }));
    wait_until("the box is the old one", SOON, || key(&new).as_ref() == Some(&before)).unwrap();
    wait_until("the session has gone with the box that gave it", SOON, || looks(401)).unwrap();
    wait_until("Ben is in again", LATER, || ben.ping(gateway)).unwrap();
}

#[test]
fn no_token_and_no_phones_key_is_in_a_backup_and_nothing_of_it_is_in_the_log() {
    let house = House::build(Options::default()).unwrap();
    let mut daemon = Daemon::new(&house).unwrap().with_log("trace");
    daemon.start().unwrap();
    daemon.settle_in(&house).unwrap();
    let configuration = daemon.let_in("Anna", "owner").unwrap();
    let of = |word: &str| configuration.lines().find_map(|line| line.strip_prefix(word)).unwrap().to_owned();
    let (phone_key, preshared_key) = (of("PrivateKey = "), of("PresharedKey = "));
    let name = json!({ "provider": "duckdns", "name": "home-4711.duckdns.org", "secret": TOKEN });
    daemon.api("POST", "/api/names", Some(&name)).unwrap().success().unwrap();

    let file = backup(&daemon);

    let text = decrypt(&file);
    assert!(has(&text, b"home-4711.duckdns.org"));
    assert!(
        has(&text, preshared_key.as_bytes()),
        "else the search below would find nothing whatever there is"
    );
    for secret in forms(&phone_key).iter().chain([&TOKEN.as_bytes().to_vec()]) {
        assert!(!has(&text, secret) && !has(&file, secret));
    }
    restore(&daemon, &file, PASSPHRASE, true).success().unwrap();
    wait_for_rebirth(&daemon);
    let box_key = fs::read_to_string(daemon.data_dir().join("private-key")).unwrap();
    let log = daemon.log().into_bytes();
    for secret in [phone_key.as_str(), &preshared_key, box_key.trim()].map(forms).concat() {
        assert!(!has(&log, &secret));
    }
    for path in files(house.folder()) {
        let bytes = fs::read(&path).unwrap_or_default();
        assert!(!has(&bytes, PASSPHRASE.as_bytes()), "the passphrase is in {}", path.display());
        assert!(!has(&bytes, phone_key.as_bytes()), "the phone's key is in {}", path.display());
    }
    assert!(has(&log, b"A backup was made") && has(&log, b"The box was restored"));
}

#[test]
fn what_is_no_good_backup_is_refused_in_a_sentence_and_changes_nothing() {
    let (_house, daemon) = house();
    let good = backup(&daemon);
    let before = daemon.state().unwrap()["status"]["public_key"].clone();
    let excessive = String::from_utf8_lossy(&good).contains(" 16\n");
    assert!(excessive, "the factor is where it is changed below");
    let at = good.windows(4).position(|window| window == b" 16\n").unwrap();
    let excessive = [&good[..at], b" 30\n", &good[at + 4..]].concat();

    for (file, passphrase, code) in [
        (good.clone(), "wrong horse battery staple", "wrong_passphrase"),
        (good[..good.len() - 1].to_vec(), PASSPHRASE, "damaged_backup"),
        (good[..60].to_vec(), PASSPHRASE, "damaged_backup"),
        (b"latchkey-backup 2\nxyz".to_vec(), PASSPHRASE, "newer_backup"),
        (b"SQLite format 3\0".to_vec(), PASSPHRASE, "not_a_backup"),
        (Vec::new(), PASSPHRASE, "not_a_backup"),
        (excessive, PASSPHRASE, "not_a_backup"),
        (vec![b'x'; 270_000], PASSPHRASE, "not_a_backup"),
    ] {
        let answer = restore(&daemon, &file, passphrase, true);
        assert_eq!((answer.status, &answer.json().unwrap()["code"]), (422, &json!(code)), "{}", file.len());
    }
    let short = daemon.api("POST", "/api/backup", Some(&json!({ "passphrase": "too short" }))).unwrap();
    assert_eq!(short.status, 422);
    let large = restore(&daemon, &vec![b'x'; 400_000], PASSPHRASE, true);
    assert_eq!(large.status, 413);

    assert_eq!(daemon.state().unwrap()["status"]["public_key"], before);
    assert_eq!(told(&daemon, "restored"), Value::Null);
    assert_eq!(told(&daemon, "backup_made"), json!({ "code": "backup_made" }));
}

#[test]
fn a_box_with_devices_becomes_another_only_if_somebody_says_that_it_shall_replace_them() {
    let (house, daemon) = house();
    let anna = daemon.let_in("Anna", "owner").unwrap();
    let file = backup(&daemon);
    daemon.api("DELETE", "/api/peers/1", None).unwrap().success().unwrap();
    let bert = Phone::up(&house.second_phone, &daemon.let_in("Bert", "owner").unwrap()).unwrap();
    let gateway = daemon.gateway_address().unwrap();
    wait_until("Bert is in", SOON, || bert.ping(gateway)).unwrap();

    let refused = restore(&daemon, &file, PASSPHRASE, false);
    assert_eq!((refused.status, &refused.json().unwrap()["code"]), (409, &json!("not_empty")));
    assert!(bert.ping(gateway));
    restore(&daemon, &file, PASSPHRASE, true).success().unwrap();

    wait_for_rebirth(&daemon);
    assert_eq!(daemon.state().unwrap()["peers"][0]["name"], "Anna");
    let anna = Phone::up(&house.phone, &anna).unwrap();
    wait_until("Anna is in", SOON, || anna.ping(gateway)).unwrap();
    assert!(!bert.ping(gateway), "Bert is out");
    assert_eq!(daemon.state().unwrap()["peers"].as_array().unwrap().len(), 1);
}

#[test]
fn a_box_that_is_killed_while_it_is_restored_is_the_one_or_the_other_afterwards() {
    let (house, mut daemon) = house();
    daemon.let_in("Anna", "owner").unwrap();
    let file = backup(&daemon);
    let anna = key(&daemon).unwrap();
    daemon.stop().unwrap();
    let mut daemon = Daemon::new(&house).unwrap().with_data_dir(&house.folder().join("new-card"));
    daemon.start().unwrap();
    let empty = key(&daemon).unwrap();

    // From before the file is opened, which takes most of the time, to when it has long been taken over.
    for step in 0..12 {
        let _line = begin(&daemon, "/api/restore", &wanted(&file, PASSPHRASE, true));
        // Not a wait for anything: this is when the blow falls.
        thread::sleep(Duration::from_millis(step * 150));
        daemon.kill();
        daemon.start().unwrap();

        let state = daemon.state().unwrap();
        let peers = state["peers"].as_array().unwrap().len();
        assert!([(&anna, 1), (&empty, 0)].contains(&(&key_of(&state), peers)), "{state}");
    }
}

#[test]
fn a_factory_reset_that_was_asked_for_waits_for_the_hand_on_the_button() {
    let (_house, daemon) = house();
    daemon.let_in("Anna", "owner").unwrap();
    let before = key(&daemon).unwrap();

    daemon.api("POST", "/api/factory-reset", None).unwrap().success().unwrap();
    daemon.api("DELETE", "/api/factory-reset", None).unwrap().success().unwrap();
    daemon.hold().unwrap();
    assert_eq!(key(&daemon).unwrap(), before, "it was taken back");
    assert_eq!(told(&daemon, "reset_asked"), json!({ "code": "reset_asked" }));

    let mut command = daemon.room().command(daemon.binary());
    command.arg("--run-dir").arg(daemon.run_dir()).arg("reset");
    let asking = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let is_armed = || {
        let me = daemon.api("GET", "/api/me", None).and_then(|answer| answer.json());
        me.is_ok_and(|me| me["reset_seconds_left"].is_u64())
    };
    wait_until("the box waits for the button", SOON, is_armed).unwrap();
    // The panel may go away before it has told of the hand that let go; what follows tells whether it was felt.
    let _ = daemon.hold();

    let output = asking.wait_with_output().unwrap();
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stdout).contains("new one"));
    let state = daemon.state().unwrap();
    assert_ne!(key_of(&state), before);
    assert_eq!(state["peers"], json!([]));
}

fn house() -> (House, Daemon) {
    let house = House::build(Options::default()).unwrap();
    let daemon = Daemon::run(&house).unwrap();
    daemon.settle_in(&house).unwrap();

    (house, daemon)
}

fn backup(daemon: &Daemon) -> Vec<u8> {
    let wanted = json!({ "passphrase": PASSPHRASE });

    daemon.api("POST", "/api/backup", Some(&wanted)).unwrap().success().unwrap().body
}

fn restore(daemon: &Daemon, file: &[u8], passphrase: &str, replace: bool) -> Response {
    daemon.api("POST", "/api/restore", Some(&wanted(file, passphrase, replace))).unwrap()
}

fn wanted(file: &[u8], passphrase: &str, replace: bool) -> Value {
    json!({ "passphrase": passphrase, "file": STANDARD.encode(file), "replace": replace })
}

fn wait_for_rebirth(daemon: &Daemon) {
    let is_up_again = || daemon.log().matches("The box is up").count() == 2;

    wait_until("the box has begun anew", SOON, is_up_again).unwrap();
}

/// What a browser on the home network asks.
fn at_home(house: &House, cookie: &str, method: &str, path: &str, body: &Value) -> anyhow::Result<Response> {
    let request = house.laptop.request(method, &format!("http://192.168.1.10{path}"));
    let request = request.header("Cookie", cookie).header("Origin", "http://192.168.1.10");

    if method == "GET" { request.send() } else { request.json(body).send() }
}

/// The newest line of the activity with this code.
fn told(daemon: &Daemon, code: &str) -> Value {
    let activity = daemon.api("GET", "/api/activity", None).unwrap().json().unwrap();
    let lines = activity["lines"].as_array().unwrap();

    lines.iter().map(|line| line["event"].clone()).find(|event| event["code"] == code).unwrap_or_default()
}

/// A key as it is written, as bytes, and in hex.
fn forms(key: impl AsRef<str>) -> [Vec<u8>; 3] {
    let raw = STANDARD.decode(key.as_ref()).unwrap();
    let hex = raw.iter().map(|byte| format!("{byte:02x}")).collect::<String>();

    [key.as_ref().as_bytes().to_vec(), raw, hex.into_bytes()]
}

/// As the `age` tool does, which is promised to whoever has no Latchkey any more.
fn decrypt(file: &[u8]) -> Vec<u8> {
    let first_line = file.iter().position(|byte| *byte == b'\n').unwrap();
    let decryptor = Decryptor::new(&file[first_line + 1..]).unwrap();
    let identity = scrypt::Identity::new(SecretString::from(PASSPHRASE));
    let mut text = Vec::new();
    decryptor.decrypt(iter::once(&identity as _)).unwrap().read_to_end(&mut text).unwrap();

    text
}

/// Runs a command of `latchkey` on the box that asks for a passphrase.
fn run_with_input(daemon: &Daemon, arguments: &[&str], input: &str) -> Result<String, String> {
    let mut command = daemon.room().command(daemon.binary());
    command.arg("--run-dir").arg(daemon.run_dir()).args(arguments);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    writeln!(child.stdin.take().unwrap(), "{input}").unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();

    if output.status.success() { Ok(said) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

/// By hand instead of by `curl`, so that the moment counts from the request and not from the start of a program.
fn begin(daemon: &Daemon, path: &str, body: &Value) -> UnixStream {
    let body = body.to_string();
    let mut stream = UnixStream::connect(daemon.run_dir().join("api.sock")).unwrap();
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();

    stream
}

fn key(daemon: &Daemon) -> Option<String> {
    daemon.state().ok().map(|state| key_of(&state))
}

fn key_of(state: &Value) -> String {
    state["status"]["public_key"].as_str().unwrap().to_owned()
}

/// All that lies in a folder, at any depth.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).unwrap().filter_map(|entry| Some(entry.ok()?.path()));

    entries
        .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
        .filter(|path| path.is_file())
        .collect()
}

fn has(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

const PASSPHRASE: &str = "correct horse battery staple";
const TOKEN: &str = "7f3c9d2e-1b4a-4c8d-9e0f-5a6b7c8d9e0f";
const SOON: Duration = Duration::from_secs(30);
/// A phone that does not know of the new card's begin shakes hands again once it has heard nothing for a while.
const LATER: Duration = Duration::from_secs(60);
