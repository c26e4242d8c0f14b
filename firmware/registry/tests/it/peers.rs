use std::time::Duration;

use model::{HostNumber, Moment, Peer, PeerId, PresharedKey, PrivateKey, PublicKey, Role};
use registry::{Change, NewPeer, Registry, RegistryError};

use crate::support::{change, fresh, identity, new_peer};

#[test]
fn peers_are_there_again_after_a_restart() {
    let (_parent, directory) = fresh();
    let registry = Registry::open(&directory).unwrap();
    let anna = change(&registry, |c| c.add_peer(new_peer("Anna"))).unwrap();
    let zoe = change(&registry, |c| c.add_peer(new_peer("Zoë (work)"))).unwrap();
    drop(registry);

    let snapshot = Registry::open(&directory).unwrap().snapshot().unwrap();

    assert_eq!(snapshot.peers, [anna, zoe]);
}

#[test]
fn the_first_peer_ever_is_an_owner_and_no_later_one_is_by_itself() {
    let (_parent, directory) = fresh();
    let registry = Registry::open(&directory).unwrap();

    let first = change(&registry, |c| c.add_peer(new_peer("First"))).unwrap();
    let second = change(&registry, |c| c.add_peer(new_peer("Second"))).unwrap();
    change(&registry, |c| c.remove_peer(first.id).and_then(|_| c.remove_peer(second.id))).unwrap();
    let third = change(&registry, |c| c.add_peer(new_peer("Third"))).unwrap();

    assert_eq!([first.role, second.role, third.role], [Role::Owner, Role::Family, Role::Family]);
}

#[test]
fn a_number_and_a_place_in_the_tunnel_are_not_given_to_somebody_else_at_once() {
    let (_parent, directory) = fresh();
    let registry = Registry::open(&directory).unwrap();
    let anna = change(&registry, |c| c.add_peer(new_peer("Anna"))).unwrap();
    change(&registry, |c| c.remove_peer(anna.id)).unwrap();

    let bert = change(&registry, |c| c.add_peer(new_peer("Bert"))).unwrap();

    assert_ne!(anna.id, bert.id);
    assert_eq!([anna.host.get(), bert.host.get()], [2, 3]);
}

#[test]
fn a_name_belongs_to_one_peer_capitals_aside() {
    let (_parent, directory) = fresh();
    let registry = Registry::open(&directory).unwrap();
    let zoe = change(&registry, |c| c.add_peer(new_peer("Zoë"))).unwrap();
    let bert = change(&registry, |c| c.add_peer(new_peer("Bert"))).unwrap();

    for taken in ["Zoë", "ZOË", "zoe\u{308}"] {
        assert!(
            matches!(change(&registry, |c| c.add_peer(new_peer(taken))), Err(RegistryError::NameTaken)),
            "{taken}"
        );
        let renamed = change(&registry, |c| c.rename_peer(bert.id, &taken.parse().unwrap()));
        assert!(matches!(renamed, Err(RegistryError::NameTaken)), "{taken}");
    }
    let shouted = change(&registry, |c| c.rename_peer(zoe.id, &"ZOË".parse().unwrap())).unwrap();

    assert_eq!(shouted.name.as_str(), "ZOË");
}

#[test]
fn a_key_belongs_to_one_peer_or_to_the_box() {
    let (_parent, directory) = fresh();
    let registry = Registry::open(&directory).unwrap();
    let identity = identity();
    change(&registry, |c| c.set_identity(&identity)).unwrap();
    let anna = change(&registry, |c| c.add_peer(new_peer("Anna"))).unwrap();
    let bert = change(&registry, |c| c.add_peer(new_peer("Bert"))).unwrap();

    for taken in [anna.public_key, identity.private_key.public_key()] {
        let mut new = new_peer("Carl");
        new.public_key = taken;
        assert!(matches!(change(&registry, |c| c.add_peer(new)), Err(RegistryError::KeyTaken)));
        let rekeyed = change(&registry, |c| hand_over(c, bert.id, taken));
        assert!(matches!(rekeyed, Err(RegistryError::KeyTaken)));
    }
}

#[test]
fn a_new_key_takes_the_old_ones_place_when_the_peer_comes_in_with_it() {
    let (_parent, directory) = fresh();
    let registry = Registry::open(&directory).unwrap();
    let anna = change(&registry, |c| c.add_peer(new_peer("Anna"))).unwrap();
    let key = PrivateKey::generate().public_key();

    let handed = change(&registry, |c| hand_over(c, anna.id, key)).unwrap();
    let meanwhile = registry.snapshot().unwrap();
    let succeeded = change(&registry, |c| c.succeed(anna.id, &key)).unwrap();
    let afterwards = registry.snapshot().unwrap();

    let endpoint = Some("home.example.org:51820".parse().unwrap());
    let expected =
        Peer { public_key: key, preshared_key: handed.preshared_key.clone(), endpoint, ..anna.clone() };
    assert_eq!((&handed, &succeeded), (&expected, &expected), "it stays who and where it is");
    assert_eq!((meanwhile.peers, meanwhile.successors), (vec![anna], vec![handed]));
    assert_eq!((afterwards.peers, afterwards.successors), (vec![succeeded], vec![]));
}

#[test]
fn only_the_key_that_was_handed_out_last_counts_and_only_while_there_is_such_a_peer() {
    let (_parent, directory) = fresh();
    let registry = Registry::open(&directory).unwrap();
    let anna = change(&registry, |c| c.add_peer(new_peer("Anna"))).unwrap().id;
    let bert = change(&registry, |c| c.add_peer(new_peer("Bert"))).unwrap().id;
    let [first, second] = [(); 2].map(|()| PrivateKey::generate().public_key());
    change(&registry, |c| hand_over(c, anna, first)).unwrap();

    assert!(matches!(change(&registry, |c| hand_over(c, bert, first)), Err(RegistryError::KeyTaken)));
    let stolen = NewPeer { public_key: first, ..new_peer("Carl") };
    assert!(matches!(change(&registry, |c| c.add_peer(stolen)), Err(RegistryError::KeyTaken)));
    change(&registry, |c| hand_over(c, anna, second)).unwrap();
    assert!(matches!(change(&registry, |c| c.succeed(anna, &first)), Err(RegistryError::NoSuchPeer)));
    change(&registry, |c| c.remove_peer(anna)).unwrap();

    assert!(matches!(change(&registry, |c| c.succeed(anna, &second)), Err(RegistryError::NoSuchPeer)));
    assert_eq!(registry.snapshot().unwrap().successors, []);
}

#[test]
fn a_key_that_was_handed_out_and_not_used_for_a_day_is_forgotten() {
    let (_parent, directory) = fresh();
    let registry = Registry::open(&directory).unwrap();
    let anna = change(&registry, |c| c.add_peer(new_peer("Anna"))).unwrap();
    let handed = change(&registry, |c| hand_over(c, anna.id, PrivateKey::generate().public_key())).unwrap();
    let tidy = |now: &Moment| {
        assert!(registry.snapshot().unwrap().has_untidy_successors(now));
        change(&registry, |c| c.tidy_successors(now)).unwrap()
    };

    assert_eq!(tidy(&after(0)), [], "it is noted when that was");
    assert!(!registry.snapshot().unwrap().has_untidy_successors(&after(86_399)));
    assert_eq!(tidy(&after(86_400)), std::slice::from_ref(&handed));

    let snapshot = registry.snapshot().unwrap();
    assert_eq!((snapshot.peers, snapshot.successors), (vec![anna.clone()], vec![]), "its own key stays");
    assert!(matches!(
        change(&registry, |c| c.succeed(anna.id, &handed.public_key)),
        Err(RegistryError::NoSuchPeer)
    ));
}

#[test]
fn a_peer_that_is_gone_cannot_be_changed() {
    let (_parent, directory) = fresh();
    let registry = Registry::open(&directory).unwrap();
    let id = change(&registry, |c| c.add_peer(new_peer("Anna"))).unwrap().id;
    change(&registry, |c| c.remove_peer(id)).unwrap();
    let key = PrivateKey::generate().public_key();

    for result in [
        change(&registry, |c| c.remove_peer(id)),
        change(&registry, |c| c.rename_peer(id, &"Bert".parse().unwrap())),
        change(&registry, |c| c.set_role(id, Role::Guest)),
        change(&registry, |c| hand_over(c, id, key)),
        change(&registry, |c| c.succeed(id, &key)),
    ] {
        assert!(matches!(result, Err(RegistryError::NoSuchPeer)));
    }
}

#[test]
fn the_box_is_full_at_253_peers_and_has_room_again_when_one_goes() {
    let (_parent, directory) = fresh();
    let registry = Registry::open(&directory).unwrap();
    let peers = change(&registry, |c| {
        (0..253).map(|i| c.add_peer(new_peer(&format!("Peer {i}")))).collect::<Result<Vec<_>, _>>()
    })
    .unwrap();

    assert!(matches!(change(&registry, |c| c.add_peer(new_peer("One more"))), Err(RegistryError::Full)));
    change(&registry, |c| c.remove_peer(peers[100].id)).unwrap();
    let last = change(&registry, |c| c.add_peer(new_peer("One more"))).unwrap();

    assert_eq!(last.host, peers[100].host);
    assert!(peers.iter().map(|peer| peer.host).eq(HostNumber::peers()));
}

#[test]
fn a_change_that_fails_half_way_leaves_no_trace() {
    let (_parent, directory) = fresh();
    let registry = Registry::open(&directory).unwrap();

    let result = change(&registry, |c| {
        c.set_locked(true)?;
        c.add_peer(new_peer("Anna"))?;
        c.add_peer(new_peer("anna"))
    });

    assert!(matches!(result, Err(RegistryError::NameTaken)));
    let snapshot = registry.snapshot().unwrap();
    assert!(snapshot.peers.is_empty() && !snapshot.locked);
    assert_eq!(
        change(&registry, |c| c.add_peer(new_peer("Bert"))).unwrap().role,
        Role::Owner,
        "nobody came first yet"
    );
}

#[test]
fn a_change_that_panics_leaves_no_trace_and_the_registry_in_order() {
    let (_parent, directory) = fresh();
    let registry = Registry::open(&directory).unwrap();
    let clone = registry.clone();

    let panicked = std::thread::spawn(move || {
        change::<()>(&clone, |c| {
            c.add_peer(new_peer("Anna"))?;
            panic!("on purpose")
        })
    });

    assert!(panicked.join().is_err());
    assert!(registry.snapshot().unwrap().peers.is_empty());
    change(&registry, |c| c.add_peer(new_peer("Anna"))).unwrap();
}

#[test]
fn nothing_is_left_of_the_secret_of_a_peer_that_was_removed() {
    let (_parent, directory) = fresh();
    let registry = Registry::open(&directory).unwrap();
    let anna = change(&registry, |c| c.add_peer(new_peer("Anna"))).unwrap();
    let secret = anna.preshared_key.to_base64();
    let holds_secret = || {
        let files =
            std::fs::read_dir(&directory).unwrap().map(|entry| std::fs::read(entry.unwrap().path()).unwrap());
        files.into_iter().any(|bytes| bytes.windows(secret.len()).any(|window| window == secret.as_bytes()))
    };

    assert!(holds_secret());
    change(&registry, |c| c.remove_peer(anna.id)).unwrap();

    assert!(!holds_secret());
}

fn hand_over(change: &mut Change<'_>, id: PeerId, key: PublicKey) -> Result<Peer, RegistryError> {
    change.set_successor(id, key, &PresharedKey::generate(), &"home.example.org:51820".parse().unwrap())
}

fn after(seconds: u64) -> Moment {
    Moment {
        boot_id: "boot".to_owned(),
        since_boot: Duration::from_secs(500 + seconds),
        unix_seconds: 1_800_000_000 + seconds,
        clock_is_set: true,
    }
}
