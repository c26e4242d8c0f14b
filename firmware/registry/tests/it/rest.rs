use std::time::Duration;

use model::{GuestAccess, GuestHours, Moment, Proof, Proofs, Service};
use registry::{FoundHomeAssistant, PublicAddress, Published, Registry, RegistryError, Settings, StoredName};

use crate::support::{change, fresh, identity, new_peer};

#[test]
fn a_new_box_lets_no_guests_in_and_has_nothing_set() {
    let (_parent, directory) = fresh();

    let snapshot = Registry::open(&directory).unwrap().snapshot().unwrap();

    assert_eq!(snapshot.guest_access, GuestAccess::Off);
    assert_eq!(snapshot.settings, Settings::default());
    assert_eq!(snapshot.settings.guest_hours.get(), 8);
    assert!(!snapshot.locked && snapshot.home_assistant.is_none() && snapshot.peers.is_empty());
}

#[test]
fn guest_access_is_kept_to_the_nanosecond() {
    let (_parent, directory) = fresh();
    let registry = Registry::open(&directory).unwrap();
    let now = Moment {
        boot_id: "0f1c".to_owned(),
        since_boot: Duration::new(12, 345_678_901),
        unix_seconds: 1_700_000_000,
        clock_is_set: true,
    };
    let on = GuestAccess::on(now, GuestHours::default());

    change(&registry, |c| c.set_guest_access(&on)).unwrap();
    assert_eq!(registry.snapshot().unwrap().guest_access, on);
    change(&registry, |c| c.set_guest_access(&GuestAccess::Off)).unwrap();

    assert_eq!(registry.snapshot().unwrap().guest_access, GuestAccess::Off);
}

#[test]
fn settings_the_lock_and_home_assistant_are_kept() {
    let (_parent, directory) = fresh();
    let registry = Registry::open(&directory).unwrap();
    let settings = Settings {
        endpoint_host: Some("home.example.org".parse().unwrap()),
        home_assistant: Some("[fe80::1%2]:8123".parse().unwrap()),
        guest_hours: 24.try_into().unwrap(),
        port_mapping: false,
        address_lookup: false,
    };
    let found = FoundHomeAssistant {
        uuid: "abc".to_owned(),
        name: Some("Home".to_owned()),
        service: Service {
            v4: Some("192.168.1.5:8123".parse().unwrap()),
            v6: Some("[fd00::5]:8123".parse().unwrap()),
        },
    };
    change(&registry, |c| {
        c.set_settings(&settings)?;
        c.set_locked(true)?;
        c.set_home_assistant(Some(&found))
    })
    .unwrap();
    drop(registry);

    let registry = Registry::open(&directory).unwrap();
    let snapshot = registry.snapshot().unwrap();

    assert_eq!((snapshot.settings, snapshot.locked, snapshot.home_assistant), (settings, true, Some(found)));
    change(&registry, |c| c.set_home_assistant(None)).unwrap();
    assert_eq!(registry.snapshot().unwrap().home_assistant, None);
}

#[test]
fn a_change_sees_what_it_has_changed_so_far() {
    let (_parent, directory) = fresh();
    let registry = Registry::open(&directory).unwrap();

    let seen = change(&registry, |c| {
        c.set_identity(&identity())?;
        c.set_locked(true)?;
        c.snapshot()
    })
    .unwrap();

    assert!(seen.locked && seen.identity.is_some());
}

#[test]
fn a_wiped_registry_begins_anew() {
    let (_parent, directory) = fresh();
    let registry = Registry::open(&directory).unwrap();
    change(&registry, |c| c.set_identity(&identity()).and_then(|()| c.add_peer(new_peer("Anna")))).unwrap();
    let clone = registry.clone();

    registry.wipe().unwrap();

    assert!(matches!(clone.snapshot(), Err(RegistryError::Wiped)));
    assert!(!directory.join("private-key").exists() && !directory.join("latchkey.db").exists());
    let snapshot = Registry::open(&directory).unwrap().snapshot().unwrap();
    assert!(snapshot.identity.is_none() && snapshot.peers.is_empty());
}

#[test]
fn a_wipe_that_a_power_cut_interrupted_is_finished() {
    let (_parent, directory) = fresh();
    let registry = Registry::open(&directory).unwrap();
    change(&registry, |c| c.set_identity(&identity())).unwrap();
    drop(registry);
    std::fs::write(directory.join("wiping"), "").unwrap();
    std::fs::remove_file(directory.join("private-key")).unwrap();

    let registry = Registry::open(&directory).unwrap();

    assert!(registry.snapshot().unwrap().identity.is_none());
    assert!(!directory.join("wiping").exists());
}

#[test]
fn a_registry_that_does_not_open_can_be_wiped() {
    let (_parent, directory) = fresh();
    std::fs::create_dir(&directory).unwrap();
    std::fs::write(directory.join("latchkey.db"), "rubbish").unwrap();

    registry::wipe(&directory).unwrap();

    Registry::open(&directory).unwrap();
}

#[test]
fn the_proof_from_outside_and_the_address_of_the_home_are_kept() {
    let (_parent, directory) = fresh();
    let registry = Registry::open(&directory).unwrap();
    let proof = Some(Proof { at: moment() });
    let proofs = Proofs { v4: proof.clone(), v6: None };
    let address = PublicAddress { v4: "203.0.113.7".parse().ok(), v6: "2001:db8::7".parse().ok() };

    change(&registry, |c| {
        c.set_proofs(&proofs)?;
        c.set_public_address(&address)
    })
    .unwrap();
    change(&registry, |c| c.set_proofs(&Proofs { v4: None, v6: proof.clone() })).unwrap();

    let snapshot = registry.snapshot().unwrap();
    assert_eq!(snapshot.proofs, Proofs { v4: proof.clone(), v6: proof });
    assert_eq!(snapshot.public_address, address);
    change(&registry, |c| c.remove_proofs()).unwrap();
    assert_eq!(registry.snapshot().unwrap().proofs, Proofs::default());
}

#[test]
fn the_port_outside_is_kept_whatever_the_owner_sets() {
    let (_parent, directory) = fresh();
    let registry = Registry::open(&directory).unwrap();
    assert_eq!(registry.snapshot().unwrap().port_outside, None);

    change(&registry, |c| c.set_port_outside(u16::MAX)).unwrap();
    change(&registry, |c| c.set_settings(&Settings::default())).unwrap();

    assert_eq!(registry.snapshot().unwrap().port_outside, Some(u16::MAX));
}

#[test]
fn what_a_device_was_told_is_remembered_until_it_is_told_something_else() {
    let (_parent, directory) = fresh();
    let registry = Registry::open(&directory).unwrap();
    let anna = change(&registry, |c| c.add_peer(new_peer("Anna"))).unwrap();

    for endpoint in ["home.example.org:20000", "[2001:db8::7]:20001"].map(|text| text.parse().unwrap()) {
        let told = change(&registry, |c| c.set_endpoint(anna.id, &endpoint)).unwrap();

        assert_eq!(told.endpoint.as_ref(), Some(&endpoint));
        assert_eq!(registry.snapshot().unwrap().peers, [told]);
    }
}

#[test]
fn a_name_begins_anew_when_it_gets_another_secret_and_is_gone_when_it_goes() {
    let (_parent, directory) = fresh();
    let registry = Registry::open(&directory).unwrap();
    let name = StoredName {
        id: 0,
        provider: "duckdns".to_owned(),
        name: "home.duckdns.org".to_owned(),
        server: None,
        user: None,
        secret: "first".to_owned().into(),
        published: None,
    };

    let first = change(&registry, |c| c.put_name(&name)).unwrap();
    let published = Published { v4: "203.0.113.7".parse().ok(), v6: None, at: moment() };
    change(&registry, |c| c.set_published(first.id, &published)).unwrap();
    assert_eq!(registry.snapshot().unwrap().names[0].published.as_ref(), Some(&published));
    let second =
        change(&registry, |c| c.put_name(&StoredName { secret: "second".to_owned().into(), ..name }));

    let second = second.unwrap();
    assert!(second.id > first.id, "whoever looks after it begins anew");
    assert_eq!((second.secret.as_str(), &second.published), ("second", &None));
    assert!(!format!("{second:?}").contains("second"));
    assert_eq!(registry.snapshot().unwrap().names, std::slice::from_ref(&second));
    change(&registry, |c| c.remove_name(second.id)).unwrap();
    assert_eq!(registry.snapshot().unwrap().names, []);
    let again = change(&registry, |c| c.remove_name(second.id));
    assert!(matches!(again, Err(RegistryError::NoSuchName)));
}

fn moment() -> Moment {
    Moment {
        boot_id: "8d7b".to_owned(),
        since_boot: Duration::from_nanos(1_234_567_890),
        unix_seconds: 1_750_000_000,
        clock_is_set: true,
    }
}
