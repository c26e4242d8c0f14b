use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    time::Duration,
};

use model::{
    Event, GuestAccess, GuestHours, HostNumber, Moment, Peer, PeerId, PrivateKey, Proof, Proofs, TunnelRange,
};
use registry::{
    Excerpt, FoundHomeAssistant, Identity, PublicAddress, Registry, RegistryError, Restored, Settings,
    Snapshot, StoredName,
};

use crate::support::{change, child_directory, fresh, identity, new_peer, this_test_again};

#[test]
fn a_new_box_becomes_the_one_that_was_backed_up() {
    let (_parent, directory) = fresh();
    let registry = new_box(&directory);
    let wanted = restored(1, 3);

    change(&registry, |c| c.restore(&wanted, false)).unwrap();
    assert_is(&registry.snapshot().unwrap(), &wanted);
    drop(registry);

    assert_is(&Registry::open(&directory).unwrap().snapshot().unwrap(), &wanted);
}

#[test]
fn a_box_with_devices_is_replaced_only_if_that_was_said() {
    let (_parent, directory) = fresh();
    let registry = new_box(&directory);
    let anna = change(&registry, |c| c.add_peer(new_peer("Anna"))).unwrap();
    let before = files(&directory);

    let refused = change(&registry, |c| c.restore(&restored(1, 3), false));

    assert!(matches!(refused, Err(RegistryError::NotEmpty)));
    assert_eq!(files(&directory), before);
    assert_eq!(registry.snapshot().unwrap().peers, [anna]);
    change(&registry, |c| c.restore(&restored(1, 3), true)).unwrap();
    assert_is(&registry.snapshot().unwrap(), &restored(1, 3));
}

#[test]
fn nothing_of_what_the_box_was_stays_but_its_lock_and_its_activity() {
    let (_parent, directory) = fresh();
    let registry = new_box(&directory);
    let service = model::Service { v4: Some("192.168.1.5:8123".parse().unwrap()), v6: None };
    change(&registry, |c| {
        c.add_peer(new_peer("Anna"))?;
        c.put_name(&name("former.example.org"))?;
        c.set_guest_access(&GuestAccess::on(moment(), GuestHours::default()))?;
        c.set_home_assistant(Some(&FoundHomeAssistant { uuid: "abc".to_owned(), name: None, service }))?;
        c.set_proofs(&Proofs { v4: Some(Proof { at: moment() }), v6: None })?;
        c.set_public_address(&PublicAddress { v4: Some("203.0.113.7".parse().unwrap()), v6: None })?;
        c.note(&Event::SignedIn, &moment())?;
        c.set_locked(true)
    })
    .unwrap();

    change(&registry, |c| c.restore(&restored(1, 2), true)).unwrap();

    let snapshot = registry.snapshot().unwrap();
    assert_is(&snapshot, &restored(1, 2));
    assert_eq!(snapshot.guest_access, GuestAccess::Off);
    assert!(snapshot.home_assistant.is_none() && snapshot.proofs == Proofs::default());
    assert_eq!(snapshot.public_address, PublicAddress::default());
    assert!(snapshot.locked);
    let lines = registry.activity(&Excerpt { before: None, peer: None, most: 9 }).unwrap();
    assert_eq!(lines.iter().map(|line| &line.event).collect::<Vec<_>>(), [&Event::SignedIn]);
}

#[test]
fn what_is_asked_of_one_box_is_not_done_to_another() {
    let (_parent, directory) = fresh();
    let registry = new_box(&directory);
    let before = registry.snapshot().unwrap().identity.unwrap().private_key.public_key();
    change(&registry, |c| c.expect_box(before)).unwrap();

    change(&registry, |c| c.restore(&restored(1, 3), false)).unwrap();

    assert!(matches!(change(&registry, |c| c.expect_box(before)), Err(RegistryError::AnotherBox)));
}

#[test]
fn the_next_device_of_a_restored_box_is_no_owner_and_sits_behind_the_last_one() {
    let (_parent, directory) = fresh();
    let registry = new_box(&directory);
    change(&registry, |c| c.restore(&restored(1, 3), false)).unwrap();

    let next = change(&registry, |c| c.add_peer(new_peer("Next"))).unwrap();

    assert_eq!((next.role, next.host.get()), (model::Role::Family, 5));
}

#[test]
fn what_no_box_could_be_is_refused_and_the_box_stays_what_it_is() {
    let (_parent, directory) = fresh();
    let registry = new_box(&directory);
    let before = registry.snapshot().unwrap().identity.unwrap();
    let spoil: [fn(&mut Restored); 4] = [
        |restored| restored.peers[1].host = restored.peers[0].host,
        |restored| restored.peers[1].name = restored.peers[0].name.clone(),
        |restored| restored.peers[1].public_key = restored.peers[0].public_key,
        |restored| restored.peers[1].public_key = restored.identity.private_key.public_key(),
    ];

    for spoil in spoil {
        let mut restored = restored(1, 3);
        spoil(&mut restored);
        assert!(change(&registry, |c| c.restore(&restored, false)).is_err());
    }

    let snapshot = registry.snapshot().unwrap();
    assert!(snapshot.identity.unwrap().is(&before) && snapshot.peers.is_empty());
    drop(registry);
    assert!(Registry::open(&directory).unwrap().snapshot().unwrap().identity.unwrap().is(&before));
}

/// Of several lifetimes of a daemon, each killed at some moment of a restore.
#[test]
fn a_kill_during_a_restore_leaves_the_one_box_or_the_other_whole() {
    if let Some(directory) = child_directory() {
        restore_and_tell(&directory);
    }
    let (_parent, directory) = fresh();
    let mut seen = [false; 2];

    for round in 0..24 {
        let name = "restore::a_kill_during_a_restore_leaves_the_one_box_or_the_other_whole";
        let mut child = this_test_again(name, &directory, &[]).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        lines.by_ref().filter(|line| line == "done").nth(1 + round % 3).unwrap();
        // Not a wait for anything: this is when the blow falls.
        std::thread::sleep(Duration::from_micros(round as u64 * 331 % 7_000));
        child.kill().unwrap();
        child.wait().unwrap();

        let snapshot = Registry::open(&directory).unwrap().snapshot().unwrap();
        let which = usize::from(snapshot.peers.len() == usize::from(PEERS[1]));
        assert_is(&snapshot, &restored(SEEDS[which], PEERS[which]));
        seen[which] = true;
    }

    assert_eq!(seen, [true; 2], "the blows fell at different moments");
}

/// Becomes one box and the other by turns, until it is killed.
fn restore_and_tell(directory: &Path) -> ! {
    let registry = Registry::open(directory).unwrap();
    let mut out = std::io::stdout();
    loop {
        for (seed, peers) in SEEDS.into_iter().zip(PEERS) {
            change(&registry, |c| c.restore(&restored(seed, peers), true)).unwrap();
            writeln!(out, "\ndone").unwrap();
        }
    }
}

const SEEDS: [u8; 2] = [1, 200];
const PEERS: [u8; 2] = [3, 40];

fn assert_is(snapshot: &Snapshot, wanted: &Restored) {
    assert!(snapshot.identity.as_ref().unwrap().is(&wanted.identity));
    let without_number = |peer: &Peer| Peer { id: PeerId(0), ..peer.clone() };
    assert_eq!(snapshot.peers.iter().map(without_number).collect::<Vec<_>>(), wanted.peers);
    assert_eq!(snapshot.successors.iter().map(without_number).collect::<Vec<_>>(), wanted.successors);
    assert_eq!((snapshot.port_outside, &snapshot.settings), (wanted.port_outside, &wanted.settings));
    let without_number = |name: &StoredName| StoredName { id: 0, ..name.clone() };
    assert_eq!(snapshot.names.iter().map(without_number).collect::<Vec<_>>(), wanted.names);
}

fn new_box(directory: &Path) -> Registry {
    let registry = Registry::open(directory).unwrap();
    change(&registry, |c| c.set_identity(&identity())).unwrap();

    registry
}

fn restored(seed: u8, peers: u8) -> Restored {
    let net = format!("10.{seed}.46.0/24").parse().unwrap();

    Restored {
        identity: Identity {
            private_key: PrivateKey::from_bytes([seed; 32]),
            range: TunnelRange::new(net, "fd4c:8e12:6a90::/64".parse().unwrap()).unwrap(),
            port: 30_000 + u16::from(seed),
        },
        peers: (0..peers).map(|at| peer(seed, at)).collect(),
        successors: vec![Peer { public_key: key(seed ^ 0x33, 0).public_key(), ..peer(seed, 0) }],
        port_outside: Some(40_000 + u16::from(seed)),
        settings: Settings {
            endpoint_host: Some("home.example.org".parse().unwrap()),
            ..Settings::default()
        },
        names: vec![name("home-4711.duckdns.org"), name("other.example.org")],
    }
}

fn peer(seed: u8, at: u8) -> Peer {
    Peer {
        id: PeerId(0),
        name: format!("Peer {at}").parse().unwrap(),
        role: if at == 0 { model::Role::Owner } else { model::Role::Guest },
        public_key: key(seed ^ 0x55, at).public_key(),
        preshared_key: model::PresharedKey::from_bytes([at; 32]),
        host: HostNumber::new(at + 2).unwrap(),
        endpoint: (at != 1).then(|| "home.example.org:30001".parse().unwrap()),
        created_at: 1_700_000_000,
    }
}

fn key(seed: u8, at: u8) -> PrivateKey {
    PrivateKey::from_bytes(std::array::from_fn(|i| if i == 1 { at } else { seed }))
}

fn name(name: &str) -> StoredName {
    StoredName {
        id: 0,
        provider: "duckdns".to_owned(),
        name: name.to_owned(),
        server: None,
        user: None,
        secret: String::new().into(),
        published: None,
    }
}

fn moment() -> Moment {
    Moment {
        boot_id: "a".to_owned(),
        since_boot: Duration::from_secs(9),
        unix_seconds: 9,
        clock_is_set: true,
    }
}

fn files(directory: &Path) -> Vec<(String, Vec<u8>)> {
    let read = |name: &str| (name.to_owned(), fs::read(directory.join(name)).unwrap());

    ["latchkey.db", "private-key"].map(read).to_vec()
}
