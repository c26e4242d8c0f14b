//! What was acknowledged is there afterwards, and what is not understood is left alone.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use std::{fs, time::Duration};

use lab::{Daemon, House, Options};
use serde_json::{Value, json};

#[test]
fn a_daemon_that_is_killed_during_two_hundred_changes_forgets_none_that_it_acknowledged() {
    let house = House::build(Options { ipv6: false, ..Options::default() }).unwrap();
    let mut daemon = Daemon::run(&house).unwrap();
    daemon.settle_in(&house).unwrap();
    for i in 0..10 {
        daemon.let_in(&format!("Peer {i}"), "family").unwrap();
    }
    let mut acknowledged = (0..10).map(|i| format!("Peer {i}")).collect::<Vec<_>>();
    let mut pending: Option<(usize, String)> = None;

    for change in 0..200 {
        let peer = change % 10;
        let name = format!("Peer {peer} change {change}");
        // The blow falls at another moment of the change each time.
        let moment = (change % 9 == 0).then(|| Duration::from_micros(change as u64 * 997 % 30_000));
        let answer = daemon.change_and_kill(peer + 1, &name, moment);
        if answer {
            acknowledged[peer] = name;
        } else {
            pending = Some((peer, name));
        }
        if moment.is_some() {
            daemon.kill();
            daemon.start().unwrap();
            let names = names(&daemon.state().unwrap());
            if let Some((peer, name)) = pending.take() {
                assert!(
                    names[peer] == name || names[peer] == acknowledged[peer],
                    "neither old nor new: {}",
                    names[peer]
                );
                acknowledged[peer].clone_from(&names[peer]);
            }
            assert_eq!(names, acknowledged);
        }
    }

    assert_eq!(names(&daemon.state().unwrap()), acknowledged);
}

#[test]
fn a_full_disk_is_told_loses_nothing_and_is_over_when_there_is_room() {
    let house = House::build(Options { ipv6: false, ..Options::default() }).unwrap();
    let data = house.folder().join("small");
    fs::create_dir(&data).unwrap();
    house.gateway.run(&format!("mount -t tmpfs -o size=512k,mode=700 tmpfs {}", data.display())).unwrap();
    let mut daemon = Daemon::new(&house).unwrap().with_data_dir(&data);
    daemon.start().unwrap();
    daemon.settle_in(&house).unwrap();
    daemon.let_in("Before", "owner").unwrap();

    let filler = data.join("filler");
    let _ = house.gateway.run(&format!("dd if=/dev/zero of={} bs=1k count=1024", filler.display()));
    let refused = (0..200)
        .map(|i| daemon.api("POST", "/api/peers", Some(&new_peer(&format!("During {i}")))).unwrap())
        .find(|answer| answer.status >= 400)
        .expect("a full disk takes no more");

    assert_eq!(refused.status, 507);
    assert!(
        refused.json().unwrap()["sentence"].as_str().unwrap().contains("storage is full"),
        "{}",
        refused.text()
    );
    let before = names(&daemon.state().unwrap());
    house.gateway.run(&format!("rm {}", filler.display())).unwrap();
    daemon.let_in("After", "family").unwrap();
    daemon.restart().unwrap();
    let after = names(&daemon.state().unwrap());
    assert_eq!(after[..before.len()], before);
    assert_eq!(after.last().unwrap(), "After");
}

#[test]
fn a_database_that_is_not_ours_or_is_damaged_is_told_and_left_alone() {
    let house = House::build(Options { ipv6: false, ..Options::default() }).unwrap();
    let mut daemon = Daemon::run(&house).unwrap();
    daemon.settle_in(&house).unwrap();
    for i in 0..50 {
        daemon.let_in(&format!("Peer {i}"), "family").unwrap();
    }
    daemon.stop().unwrap();
    let path = daemon.data_dir().join("latchkey.db");
    let good = fs::read(&path).unwrap();

    for (what, bytes) in [
        ("truncated", good[..good.len() / 2].to_vec()),
        ("foreign", b"These are my notes, please keep them. ".repeat(200)),
        ("scribbled over", scribble(&good)),
    ] {
        fs::write(&path, &bytes).unwrap();

        let complaint = daemon.start_in_vain().unwrap();

        assert!(complaint.contains("latchkey.db"), "{what}: {complaint}");
        assert!(!complaint.contains("panicked"), "{what}: {complaint}");
        assert_eq!(fs::read(&path).unwrap(), bytes, "{what}: it was overwritten");
    }

    fs::write(&path, &good).unwrap();
    daemon.start().unwrap();
    assert_eq!(names(&daemon.state().unwrap()).len(), 50);
}

#[test]
fn nobody_but_root_may_read_what_is_kept() {
    use std::os::unix::fs::PermissionsExt as _;

    let house = House::build(Options { ipv6: false, ..Options::default() }).unwrap();
    let daemon = Daemon::run(&house).unwrap();
    daemon.settle_in(&house).unwrap();

    let files =
        fs::read_dir(daemon.data_dir()).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    assert!(files.len() >= 2, "{files:?}");
    for file in files.iter().chain(&[daemon.run_dir().join("api.sock"), daemon.run_dir().join("panel.sock")])
    {
        let mode = fs::metadata(file).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{} has mode {mode:o}", file.display());
    }
}

fn names(state: &Value) -> Vec<String> {
    state["peers"].as_array().unwrap().iter().map(|peer| peer["name"].as_str().unwrap().to_owned()).collect()
}

fn new_peer(name: &str) -> Value {
    let key = model::PrivateKey::generate().public_key().to_string();

    json!({ "name": name, "role": "family", "public_key": key })
}

/// The same size, but with noise where the table of peers may be.
fn scribble(good: &[u8]) -> Vec<u8> {
    let mut bytes = good.to_vec();
    let half = bytes.len() / 2;
    bytes[4096..half].iter_mut().zip((0..=u8::MAX).cycle()).for_each(|(byte, noise)| *byte = noise ^ 0x5a);

    bytes
}
