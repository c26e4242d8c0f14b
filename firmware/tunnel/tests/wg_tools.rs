//! Every form of `wg` and `wg-quick` with an interface of ours. Needs root.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod house;

use std::{fs, net::UdpSocket, process::Stdio, time::SystemTime};

use house::{House, configuration, eventually, ours};
use model::{PresharedKey, PrivateKey};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

#[test]
fn wg_show_reads_all_that_there_is() {
    let house = connected("show");
    let (home, phone) = (&house.home, &house.phone);
    let (own, peer) = (home.public_key(), phone.public_key());
    let show = |what: &str| home.succeeds(&["wg", "show", &home.interface, what]);
    home.set(&format!("fwmark 0x7 peer {peer} persistent-keepalive 25"));

    assert_eq!(show("public-key"), format!("{own}\n"));
    assert_eq!(show("private-key").trim().parse::<PrivateKey>().unwrap().public_key(), own);
    assert_eq!(show("listen-port"), "51820\n");
    assert_eq!(show("fwmark"), "0x7\n");
    assert_eq!(show("peers"), format!("{peer}\n"));
    assert_eq!(show("preshared-keys"), format!("{peer}\t{}\n", *psk().to_base64()));
    assert!(show("endpoints").starts_with(&format!("{peer}\t192.0.2.2:")));
    assert_eq!(show("allowed-ips"), format!("{peer}\t10.99.0.2/32 fd99::2/128\n"));
    assert_eq!(show("persistent-keepalive"), format!("{peer}\t25\n"));
    let ago = seconds_since_1970() - last(&show("latest-handshakes"));
    assert!((0..5).contains(&ago), "{ago}");
    assert!(last(&show("transfer")) > 148);

    let human = home.succeeds(&["wg", "show", &home.interface]);
    for line in ["latest handshake: ", "transfer: ", "persistent keepalive: every 25 seconds", "fwmark: 0x7"]
    {
        assert!(human.contains(line), "{human}");
    }
    let all = String::from_utf8(home.output(&["wg", "show", "all", "dump"]).stdout).unwrap();
    assert!(all.contains(&format!("{}\t{peer}\t", home.interface)), "{all}");
    let names = String::from_utf8(home.output(&["wg", "show", "interfaces"]).stdout).unwrap();
    assert!(names.split_whitespace().any(|name| name == home.interface), "{names}");
}

#[test]
fn configurations_are_shown_set_added_and_synced() {
    let house = connected("conf");
    let (home, phone) = (&house.home, &house.phone);
    let wg = |does: &str, configuration: &str| {
        home.succeeds(&["wg", does, &home.interface, &house.file("conf", configuration)]);
    };
    let shown = || home.succeeds(&["wg", "showconf", &home.interface]);
    let handshake = || home.dump()[1][4].clone();
    let (before, shaken) = (shown(), handshake());
    let another =
        format!("[Peer]\nPublicKey = {}\nAllowedIPs = 10.99.0.9/32\n", PrivateKey::generate().public_key());

    wg("addconf", &another);
    assert_eq!(home.dump().len(), 3);
    wg("syncconf", &before);
    assert_eq!((shown(), handshake()), (before.clone(), shaken), "what stays keeps its session");

    wg("setconf", &before);
    assert_eq!((shown(), handshake().as_str()), (before, "0"), "what is set anew begins anew");
    assert!(home.reaches("10.99.0.2", 56) && phone.reaches("10.99.0.1", 56));
}

#[test]
fn what_cannot_be_is_told_in_words() {
    let house = connected("words");
    let home = &house.home;
    home.enter();
    let _taken = UdpSocket::bind("0.0.0.0:51999").unwrap();

    let output = home.output(&["wg", "set", &home.interface, "listen-port", "51999"]);

    assert!(!output.status.success());
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "Unable to modify interface: Address already in use\n"
    );
    assert_eq!(home.dump()[0][2], "51820");
    assert!(home.reaches("10.99.0.2", 56));
}

#[test]
fn wg_quick_leads_everything_into_the_tunnel_but_the_tunnel_itself() {
    let house = House::new("all");
    let (home, phone) = (&house.home, &house.phone);
    home.succeeds(&["ip", "address", "add", "198.51.100.1/32", "dev", "lo"]);
    phone.succeeds(&["ip", "route", "add", "default", "via", "192.0.2.1"]);
    house.up(home, "wireguard-go", &configuration(home, "10.99.0.1/32", phone, &psk(), "10.99.0.2/32", None));
    let everything =
        configuration(phone, "10.99.0.2/32", home, &psk(), "0.0.0.0/0", Some("198.51.100.1:51820"));

    house.up(phone, &ours(), &everything);

    assert_eq!(phone.dump()[0][3], "0xca6c");
    assert!(phone.reaches("10.99.0.1", 56), "no address of the tunnel leads there, only the default");
    house.down(phone);
    eventually("it ends", || phone.pids().is_empty());
    assert!(phone.reaches("198.51.100.1", 56));
}

#[test]
fn wg_quick_saves_and_strips() {
    let house = connected("save");
    let (home, phone) = (&house.home, &house.phone);
    let file = house.configuration(home);
    let file = file.to_str().unwrap();
    home.set(&format!("fwmark 0x7 peer {} allowed-ips 10.99.0.2/32", phone.public_key()));

    home.succeeds(&["wg-quick", "save", file]);

    let saved = fs::read_to_string(file).unwrap();
    for line in
        ["Address = 10.99.0.1/24", "FwMark = 0x7", "AllowedIPs = 10.99.0.2/32\n", "Endpoint = 192.0.2.2:"]
    {
        assert!(saved.contains(line), "{saved}");
    }
    let stripped = home.succeeds(&["wg-quick", "strip", file]);
    home.succeeds(&["wg", "syncconf", &home.interface, &house.file("stripped", &stripped)]);
    assert!(phone.reaches("10.99.0.1", 56));
}

#[test]
fn in_the_foreground_it_stays_until_it_is_told_to_end() {
    let house = House::new("front");
    let home = &house.home;
    for (args, environment, signal) in [(&["-f"][..], "0", Signal::SIGINT), (&[][..], "1", Signal::SIGTERM)] {
        let mut command = home.command(&ours());
        command
            .args(args)
            .arg(&home.interface)
            .env("WG_PROCESS_FOREGROUND", environment)
            .stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        eventually("the control socket answers", || {
            home.output(&["wg", "show", &home.interface]).status.success()
        });
        assert_eq!(home.pids(), [Pid::from_raw(child.id().try_into().unwrap())], "there is no other process");

        kill(home.pids()[0], signal).unwrap();

        assert!(child.wait().unwrap().success());
        assert!(!home.socket().exists());
        assert!(!home.output(&["ip", "link", "show", &home.interface]).status.success());
    }
}

#[test]
fn an_interface_that_was_removed_makes_room_at_once_for_another_of_its_name() {
    let house = House::new("room");
    let home = &house.home;

    for _ in 0..10 {
        home.succeeds(&[&ours(), &home.interface]);
        home.succeeds(&["ip", "link", "delete", &home.interface]);
    }
    home.succeeds(&[&ours(), &home.interface]);

    eventually("all others have ended", || home.pids().len() == 1);
    assert_eq!(home.dump().len(), 1, "they took nothing with them");
}

/// Home with our implementation and a phone with another, which have shaken hands.
fn connected(test: &str) -> House {
    let house = House::new(test);
    let (home, phone) = (&house.home, &house.phone);
    let (at_home, at_phone) = ("10.99.0.1/32, fd99::1/128", "10.99.0.2/32, fd99::2/128");
    house.up(home, &ours(), &configuration(home, "10.99.0.1/24, fd99::1/64", phone, &psk(), at_phone, None));
    let endpoint = Some("192.0.2.1:51820");
    house.up(
        phone,
        "wireguard-go",
        &configuration(phone, "10.99.0.2/24, fd99::2/64", home, &psk(), at_home, endpoint),
    );
    assert!(phone.reaches("10.99.0.1", 56));

    house
}

fn psk() -> PresharedKey {
    PresharedKey::from_bytes([7; 32])
}

/// The number at the end of a line.
fn last(line: &str) -> i64 {
    line.split_whitespace().last().unwrap().parse().unwrap()
}

#[expect(clippy::disallowed_methods, reason = "wg shows real times")]
fn seconds_since_1970() -> i64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs().try_into().unwrap()
}
