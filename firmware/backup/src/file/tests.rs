use std::{
    io::{Read as _, Write as _},
    iter,
    sync::LazyLock,
};

use age::{Decryptor, Encryptor, scrypt, secrecy::SecretString, x25519};
use model::{HostNumber, PrivateKey, TunnelRange};
use proptest::prelude::*;

use super::*;
use crate::{MOST_NAMES, Name, Peer, Settings, Successor};

#[test]
fn what_was_sealed_is_opened_again_as_it_was() {
    let written = contents(3);

    let read = Contents::open(&written.seal(&passphrase()), &passphrase()).unwrap();

    assert_eq!(read.private_key.as_bytes(), written.private_key.as_bytes());
    assert_eq!(
        (read.range, read.port, read.port_outside),
        (written.range, written.port, written.port_outside)
    );
    assert_eq!((read.peers, read.settings, read.names), (written.peers, written.settings, written.names));
}

#[test]
fn the_fullest_box_fits_into_a_file() {
    let mut fullest = contents(253);
    let successor = fullest.peers[0].successor.clone().unwrap();
    for (at, peer) in fullest.peers.iter_mut().enumerate() {
        peer.successor =
            Some(Successor { public_key: key(0x66, at as u8).public_key(), ..successor.clone() });
        peer.name = format!("{}{at:03}", "李".repeat(29)).parse().unwrap();
        peer.endpoint = Some(
            format!("{}.example:51820", ["x".repeat(61).as_str(); 4].join(".").split_off(4)).parse().unwrap(),
        );
    }
    let text = "x".repeat(512);
    fullest.names = (0..MOST_NAMES)
        .map(|at| Name {
            provider: text.clone(),
            server: Some(text.clone()),
            user: Some(text.clone()),
            ..name(at)
        })
        .collect();

    let file = fullest.seal(&passphrase());

    assert!(file.len() < Contents::MOST_BYTES, "{}", file.len());
    assert_eq!(Contents::open(&file, &passphrase()).unwrap().peers.len(), 253);
}

#[test]
fn a_file_shows_nothing_of_what_is_in_it() {
    let contents = contents(1);
    let file = contents.seal(&passphrase());

    for secret in [contents.private_key.to_base64(), contents.peers[0].preshared_key.to_base64()] {
        assert!(!has(&file, secret.as_bytes()));
    }
    for word in [contents.peers[0].name.as_str(), "private_key", passphrase().expose()] {
        assert!(!has(&file, word.as_bytes()), "{word}");
    }
    assert!(!has(&file, contents.private_key.as_bytes()));
}

#[test]
fn another_passphrase_does_not_open_it() {
    let other = "correct horse battery stapler".parse().unwrap();

    assert_eq!(Contents::open(&FILE, &other).unwrap_err(), OpenError::WrongPassphrase);
}

#[test]
fn a_file_of_a_later_version_says_so_before_anybody_types_anything() {
    for version in ["2", "10", "4711"] {
        let file = format!("latchkey-backup {version}\nwhatever");
        assert_eq!(
            Contents::open(file.as_bytes(), &passphrase()).unwrap_err(),
            OpenError::Newer,
            "{version}"
        );
    }
}

#[test]
fn what_latchkey_did_not_write_is_foreign() {
    let text = |text: &str| text.as_bytes().to_vec();
    let oversized = [VERSION_1, &vec![b'x'; Contents::MOST_BYTES]].concat();
    let for_a_key = [VERSION_1, &encrypted_for_a_key()].concat();
    for file in [
        text(""),
        text("latchkey-backup"),
        text("latchkey-backup \n"),
        text("latchkey-backup 0\n"),
        text("latchkey-backup 01\n"),
        text("latchkey-backup -1\n"),
        text("latchkey-backup 1"),
        text("latchkey-backup 2"),
        text("latchkey-backup 1\r\n"),
        text("latchkey-backup 1\nSQLite format 3"),
        text("age-encryption.org/v1\n"),
        FILE[VERSION_1.len()..].to_vec(),
        oversized,
        for_a_key,
    ] {
        let shown = String::from_utf8_lossy(&file).chars().take(40).collect::<String>();
        assert_eq!(Contents::open(&file, &passphrase()).unwrap_err(), OpenError::Foreign, "{shown:?}");
    }
}

#[test]
fn a_file_that_asks_for_more_work_than_ours_is_refused_before_any_is_done() {
    let text = String::from_utf8_lossy(&FILE).into_owned();
    let line = text.lines().find(|line| line.starts_with("-> scrypt")).unwrap().to_owned();
    assert!(line.ends_with(" 16"), "{line}");

    // 2^63 would take longer than there is time.
    for factor in ["17", "30", "63", "64", "255", "256", "0", "-1", "016"] {
        let file = replace(&FILE, line.as_bytes(), line.replace(" 16", &format!(" {factor}")).as_bytes());
        assert_eq!(Contents::open(&file, &passphrase()).unwrap_err(), OpenError::Foreign, "{factor}");
    }
}

#[test]
fn a_whole_file_around_what_no_box_could_be_is_damaged() {
    let good = String::from_utf8(version_1::write(&contents(2)).to_vec()).unwrap();
    // Without the cipher, which takes its time.
    let is_read = |text: &str| version_1::read(text.as_bytes()).filter(Contents::can_be);
    assert!(is_read(&good).is_some());
    let box_key = contents(2).private_key.public_key().to_string();
    let next_key = key(0x66, 0).public_key().to_string();
    let peer_key = contents(2).peers[0].public_key.to_string();

    for (what, with) in [
        (r#""port":"#, r#""ports":"#),
        (r#""port":30000"#, r#""port":0"#),
        (r#""port":30000"#, r#""port":80"#),
        (r#""port":30000"#, r#""port":5353"#),
        (r#""port":30000"#, r#""port":30000,"token":"abc""#),
        (r#""port":30000"#, r#""port":30000,"port":30000"#),
        (r#""range_v4":"10."#, r#""range_v4":"11."#),
        ("Peer 1", "peer 0"),
        ("Peer 1", "<b>"),
        (r#""host":3"#, r#""host":2"#),
        (r#""host":3"#, r#""host":1"#),
        (r#""host":3"#, r#""host":255"#),
        (r#""role":"family""#, r#""role":"king""#),
        (peer_key.as_str(), box_key.as_str()),
        (next_key.as_str(), box_key.as_str()),
        (next_key.as_str(), peer_key.as_str()),
        (r#""guest_hours":8"#, r#""guest_hours":0"#),
        (r#""created_at":1700000000"#, r#""created_at":18446744073709551615"#),
        ("name-0.example.org", "name 0"),
        ("name-0.example.org", "192.0.2.1"),
        ("duckdns", "duck\\ndns"),
    ] {
        assert!(good.contains(what), "{what}");
        assert!(is_read(&good.replace(what, with)).is_none(), "{what} {with}");
    }
    let changed = sealed(&good.replace("Peer 1", "peer 0"));
    assert_eq!(Contents::open(&changed, &passphrase()).unwrap_err(), OpenError::Damaged);
    for text in
        ["", "{}", "[]", "null", &"[".repeat(100_000), &good[..good.len() - 1], &format!("{good}{good}")]
    {
        assert_eq!(Contents::open(&sealed(text), &passphrase()).unwrap_err(), OpenError::Damaged);
    }
}

#[test]
fn the_age_tool_opens_it_without_its_first_line() {
    let mut identity = scrypt::Identity::new(SecretString::from(passphrase().expose()));
    identity.set_max_work_factor(16);
    let decryptor = Decryptor::new(&FILE[VERSION_1.len()..]).unwrap();
    let mut text = String::new();

    decryptor.decrypt(iter::once(&identity as _)).unwrap().read_to_string(&mut text).unwrap();

    assert!(text.starts_with(r#"{"private_key":""#));
}

proptest! {
    // Each case that comes so far takes 64 MiB and most of a second.
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn a_file_that_was_cut_is_refused(at in 0..FILE.len()) {
        prop_assert!(Contents::open(&FILE[..at], &passphrase()).is_err());
    }

    #[test]
    fn a_file_in_which_a_byte_was_changed_is_refused(at in 0..FILE.len(), to in any::<u8>()) {
        let mut file = FILE.clone();
        prop_assume!(file[at] != to);
        file[at] = to;

        prop_assert!(Contents::open(&file, &passphrase()).is_err());
    }

    #[test]
    fn a_file_to_which_something_was_added_is_refused(more in prop::collection::vec(any::<u8>(), 1..64)) {
        prop_assert_eq!(Contents::open(&[&FILE[..], &more].concat(), &passphrase()).unwrap_err(), OpenError::Damaged);
    }
}

proptest! {
    #[test]
    fn noise_is_no_backup(
        noise in prop::collection::vec(any::<u8>(), 0..2048),
        lines in prop::collection::vec("-> scrypt [A-Za-z0-9+/]{0,30} [0-9]{0,4}\n|--- [A-Za-z0-9+/]{0,43}\n|[A-Za-z0-9+/]{0,64}\n", 0..6),
    ) {
        let header = format!("age-encryption.org/v1\n{}", lines.concat());
        for file in [noise.clone(), [VERSION_1, &noise].concat(), [VERSION_1, header.as_bytes(), &noise].concat()] {
            prop_assert!(Contents::open(&file, &passphrase()).is_err());
        }
    }

    #[test]
    fn a_text_of_any_kind_is_read_without_a_panic(text in "\\PC{0,200}") {
        prop_assert!(version_1::read(text.as_bytes()).is_none());
    }
}

fn contents(peers: u8) -> Contents {
    Contents {
        private_key: PrivateKey::from_bytes([7; 32]),
        range: TunnelRange::new("10.93.46.0/24".parse().unwrap(), "fd4c:8e12:6a90::/64".parse().unwrap())
            .unwrap(),
        port: 30_000,
        port_outside: Some(40_000),
        peers: (0..peers).map(peer).collect(),
        settings: Settings {
            endpoint_host: Some("home.example.org".parse().unwrap()),
            home_assistant: Some("192.168.1.20:8123".parse().unwrap()),
            guest_hours: 8.try_into().unwrap(),
            port_mapping: true,
            address_lookup: false,
        },
        names: vec![name(0), name(1)],
    }
}

fn peer(at: u8) -> Peer {
    Peer {
        name: format!("Peer {at}").parse().unwrap(),
        role: model::Role::Family,
        public_key: key(0x55, at).public_key(),
        preshared_key: model::PresharedKey::from_bytes([at; 32]),
        host: HostNumber::new(at + 2).unwrap(),
        endpoint: (at != 1).then(|| "home.example.org:30000".parse().unwrap()),
        created_at: 1_700_000_000,
        successor: (at == 0).then(|| Successor {
            public_key: key(0x66, at).public_key(),
            preshared_key: model::PresharedKey::from_bytes([0xf0; 32]),
            endpoint: "home.example.org:30001".parse().unwrap(),
        }),
    }
}

fn key(seed: u8, at: u8) -> PrivateKey {
    PrivateKey::from_bytes(std::array::from_fn(|i| if i == 1 { at } else { seed }))
}

fn name(at: usize) -> Name {
    Name { provider: "duckdns".to_owned(), name: format!("name-{at}.example.org"), server: None, user: None }
}

fn passphrase() -> Passphrase {
    "correct horse battery staple".parse().unwrap()
}

/// Any text in a file that is whole.
fn sealed(text: &str) -> Vec<u8> {
    [VERSION_1, &cipher::encrypt(text.as_bytes(), &passphrase())].concat()
}

fn encrypted_for_a_key() -> Vec<u8> {
    let key = x25519::Identity::generate().to_public();
    let mut writer =
        Encryptor::with_recipients(iter::once(&key as _)).unwrap().wrap_output(Vec::new()).unwrap();
    writer.write_all(b"{}").unwrap();

    writer.finish().unwrap()
}

fn has(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

fn replace(bytes: &[u8], part: &[u8], with: &[u8]) -> Vec<u8> {
    let at = bytes.windows(part.len()).position(|window| window == part).unwrap();

    [&bytes[..at], with, &bytes[at + part.len()..]].concat()
}

static FILE: LazyLock<Vec<u8>> = LazyLock::new(|| contents(2).seal(&passphrase()));
