use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt as _,
    path::Path,
};

use registry::{OpenError, Registry};

use crate::support::{change, fresh, identity, meddle, new_peer};

#[test]
fn nobody_else_may_read_what_the_box_knows() {
    let (_parent, directory) = fresh();
    let registry = Registry::open(&directory).unwrap();

    change(&registry, |c| {
        c.set_identity(&identity())?;
        for entry in fs::read_dir(&directory).unwrap() {
            assert_eq!(mode(&entry.unwrap().path()), 0o600, "while a change is made");
        }
        Ok(())
    })
    .unwrap();

    assert_eq!(mode(&directory), 0o700);
    for entry in fs::read_dir(&directory).unwrap() {
        assert_eq!(mode(&entry.unwrap().path()), 0o600);
    }
}

#[test]
fn permissions_that_somebody_loosened_are_tightened() {
    let (_parent, directory) = fresh();
    let registry = Registry::open(&directory).unwrap();
    change(&registry, |c| c.set_identity(&identity())).unwrap();
    drop(registry);
    let loosened = ["latchkey.db", "private-key"].map(|name| directory.join(name));
    for path in &loosened {
        fs::set_permissions(path, Permissions::from_mode(0o644)).unwrap();
    }
    fs::set_permissions(&directory, Permissions::from_mode(0o775)).unwrap();

    Registry::open(&directory).unwrap();

    assert_eq!(mode(&directory), 0o700);
    assert!(loosened.iter().all(|path| mode(path) == 0o600));
}

#[test]
fn a_place_that_everybody_uses_is_refused_and_left_as_it_is() {
    let (_parent, directory) = fresh();
    fs::create_dir(&directory).unwrap();
    fs::set_permissions(&directory, Permissions::from_mode(0o1777)).unwrap();

    assert!(matches!(Registry::open(&directory), Err(OpenError::Shared(_))));
    assert_eq!(mode(&directory), 0o1777);
    assert_eq!(fs::read_dir(&directory).unwrap().count(), 0);
}

#[test]
fn a_second_daemon_is_told_that_there_is_a_first() {
    let (_parent, directory) = fresh();
    let registry = Registry::open(&directory).unwrap();

    assert!(matches!(Registry::open(&directory), Err(OpenError::InUse(_))));
    drop(registry);

    Registry::open(&directory).unwrap();
}

#[test]
fn a_file_that_is_not_ours_is_said_and_left_as_it_is() {
    let (_parent, directory) = fresh();
    fs::create_dir(&directory).unwrap();
    let file = directory.join("latchkey.db");
    meddle(&directory, "CREATE TABLE song (title TEXT); INSERT INTO song VALUES ('Waterloo');");

    refused_untouched(&directory, |error| matches!(error, OpenError::Foreign(path) if *path == file));
    fs::write(&file, "Dear diary, today I learned what a database is.").unwrap();
    refused_untouched(&directory, |error| matches!(error, OpenError::Foreign(path) if *path == file));
}

#[test]
fn a_database_of_a_newer_latchkey_is_said_and_left_as_it_is() {
    let (_parent, directory) = fresh();
    drop(Registry::open(&directory).unwrap());
    meddle(&directory, "PRAGMA user_version = 1000");

    refused_untouched(&directory, |error| matches!(error, OpenError::Newer(_)));
}

#[test]
fn a_database_that_was_cut_off_anywhere_is_said_and_left_as_it_is() {
    let (_parent, directory) = fresh();
    let registry = Registry::open(&directory).unwrap();
    change(&registry, |c| (0..50).try_for_each(|i| c.add_peer(new_peer(&format!("Peer {i}"))).map(drop)))
        .unwrap();
    drop(registry);
    let file = directory.join("latchkey.db");
    let whole = fs::read(&file).unwrap();

    for length in
        [0, 1, 15, 16, 50, 99, 100, 1000, 4096, 5000, whole.len() / 2, whole.len() - 4096, whole.len() - 1]
    {
        fs::write(&file, &whole[..length]).unwrap();
        refused_untouched(&directory, |error| matches!(error, OpenError::Damaged { .. }));
    }
    fs::write(&file, &whole).unwrap();

    assert_eq!(Registry::open(&directory).unwrap().snapshot().unwrap().peers.len(), 50);
}

#[test]
fn a_page_that_rotted_is_said_and_left_as_it_is() {
    let (_parent, directory) = fresh();
    let registry = Registry::open(&directory).unwrap();
    change(&registry, |c| c.add_peer(new_peer("Anna"))).unwrap();
    drop(registry);
    let file = directory.join("latchkey.db");
    let mut bytes = fs::read(&file).unwrap();
    let second_page = 4096..2 * 4096;
    bytes[second_page].fill(0xa5);
    fs::write(&file, &bytes).unwrap();

    refused_untouched(&directory, |error| matches!(error, OpenError::Damaged { .. }));
}

#[test]
fn a_value_that_we_would_not_have_written_is_named() {
    for (sql, column) in [
        ("UPDATE peer SET name = '<b>'", "peer.name"),
        ("UPDATE peer SET role = 'king'", "peer.role"),
        ("UPDATE peer SET public_key = 'AAAA'", "peer.public_key"),
        ("UPDATE peer SET host = 0", "peer.host"),
        ("UPDATE peer SET host = 4711", "peer.host"),
        ("UPDATE peer SET created_at = -1", "peer.created_at"),
        ("UPDATE identity SET range_v4 = '192.168.0.0/24'", "identity.range_v4"),
        ("UPDATE identity SET port = 65536", "identity.port"),
        ("UPDATE box SET guest_hours = 0", "box.guest_hours"),
        ("UPDATE box SET home_assistant = 'nowhere'", "box.home_assistant"),
    ] {
        let (_parent, directory) = fresh();
        let registry = Registry::open(&directory).unwrap();
        change(&registry, |c| c.set_identity(&identity()).and_then(|()| c.add_peer(new_peer("Anna"))))
            .unwrap();
        drop(registry);
        meddle(&directory, sql);

        let Err(OpenError::Value { source, .. }) = Registry::open(&directory) else {
            panic!("{sql}");
        };

        assert!(source.to_string().contains(column), "{sql}: {source}");
    }
}

fn refused_untouched(directory: &Path, is_expected: impl Fn(&OpenError) -> bool) {
    let file = directory.join("latchkey.db");
    let before = fs::read(&file).unwrap();

    let error = Registry::open(directory).unwrap_err();

    assert!(is_expected(&error), "{error:?}");
    assert!(error.to_string().contains(file.to_str().unwrap()), "{error}");
    assert!(fs::read(&file).unwrap() == before, "overwritten");
    assert!(!directory.join("latchkey.db-journal").exists());
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[test]
fn a_box_of_the_first_version_keeps_all_that_it_knew() {
    let (_parent, directory) = fresh();
    fs::create_dir(&directory).unwrap();
    meddle(&directory, include_str!("../../src/schema/1.sql"));
    meddle(
        &directory,
        "PRAGMA application_id = 0x4c4b6579; PRAGMA user_version = 1;
         UPDATE box SET endpoint_host = 'home.example.org', guest_hours = 24, locked = 1;
         INSERT INTO peer VALUES (1, 'Anna', 'anna', 'owner', 'hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=',
             'BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=', 2, 1700000000)",
    );

    let snapshot = Registry::open(&directory).unwrap().snapshot().unwrap();

    assert_eq!(snapshot.settings.endpoint_host, "home.example.org".parse().ok());
    assert!(snapshot.locked && snapshot.settings.port_mapping && snapshot.settings.address_lookup);
    let told =
        snapshot.peers.iter().map(|peer| (peer.name.as_str(), peer.endpoint.clone())).collect::<Vec<_>>();
    assert_eq!(told, [("Anna", None)]);
}
