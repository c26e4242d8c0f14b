use std::fs;

use registry::{OpenError, Registry};

use crate::support::{change, fresh, identity, meddle};

#[test]
fn the_box_is_the_same_after_a_restart() {
    let (_parent, directory) = fresh();
    let registry = Registry::open(&directory).unwrap();
    assert!(registry.snapshot().unwrap().identity.is_none());
    let wanted = identity();
    change(&registry, |c| c.set_identity(&wanted)).unwrap();
    drop(registry);

    let found = Registry::open(&directory).unwrap().snapshot().unwrap().identity.unwrap();

    assert_eq!(found.private_key.as_bytes(), wanted.private_key.as_bytes());
    assert_eq!((found.range, found.port), (wanted.range, wanted.port));
}

#[test]
fn the_private_key_stands_in_its_own_file_and_not_in_the_database() {
    let (_parent, directory) = fresh();
    let registry = Registry::open(&directory).unwrap();
    let wanted = identity();

    change(&registry, |c| c.set_identity(&wanted)).unwrap();

    let text = wanted.private_key.to_base64();
    assert_eq!(fs::read_to_string(directory.join("private-key")).unwrap(), format!("{}\n", *text));
    let database = fs::read(directory.join("latchkey.db")).unwrap();
    assert!(!database.windows(text.len()).any(|window| window == text.as_bytes()));
}

#[test]
fn a_new_identity_that_was_not_taken_leaves_the_old_one() {
    let (_parent, directory) = fresh();
    let registry = Registry::open(&directory).unwrap();
    let old = identity();
    change(&registry, |c| c.set_identity(&old)).unwrap();

    let result =
        registry.change(|c| c.set_identity(&identity()).and(Err::<(), _>(registry::RegistryError::Full)));

    assert!(result.is_err());
    let still_old = |registry: &Registry| {
        registry.snapshot().unwrap().identity.unwrap().private_key.as_bytes() == old.private_key.as_bytes()
    };
    assert!(still_old(&registry));
    drop(registry);
    assert!(still_old(&Registry::open(&directory).unwrap()));
    assert!(!directory.join("private-key.new").exists());
}

#[test]
fn a_power_cut_between_the_database_and_the_key_file_loses_nothing() {
    let (_parent, directory) = fresh();
    let registry = Registry::open(&directory).unwrap();
    let wanted = identity();
    change(&registry, |c| c.set_identity(&wanted)).unwrap();
    drop(registry);
    fs::rename(directory.join("private-key"), directory.join("private-key.new")).unwrap();
    fs::write(directory.join("private-key"), format!("{}\n", *identity().private_key.to_base64())).unwrap();

    let found = Registry::open(&directory).unwrap().snapshot().unwrap().identity.unwrap();

    assert_eq!(found.private_key.as_bytes(), wanted.private_key.as_bytes());
    assert!(directory.join("private-key").exists() && !directory.join("private-key.new").exists());
}

#[test]
fn a_key_file_that_is_missing_or_another_is_said_and_nothing_is_overwritten() {
    let (_parent, directory) = fresh();
    let registry = Registry::open(&directory).unwrap();
    change(&registry, |c| c.set_identity(&identity())).unwrap();
    drop(registry);
    let key = directory.join("private-key");
    let database = fs::read(directory.join("latchkey.db")).unwrap();

    for rubbish in [format!("{}\n", *identity().private_key.to_base64()), String::new(), "x".repeat(10_000)] {
        fs::write(&key, &rubbish).unwrap();
        assert!(matches!(Registry::open(&directory), Err(OpenError::KeyMismatch(file)) if file == key));
        assert_eq!(fs::read_to_string(&key).unwrap(), rubbish);
    }
    fs::remove_file(&key).unwrap();
    assert!(matches!(Registry::open(&directory), Err(OpenError::KeyMissing(file)) if file == key));
    assert!(!key.exists());
    assert_eq!(fs::read(directory.join("latchkey.db")).unwrap(), database);
}

#[test]
fn a_key_or_a_journal_without_its_database_is_not_overwritten() {
    for name in ["private-key", "latchkey.db-journal"] {
        let (_parent, directory) = fresh();
        fs::create_dir(&directory).unwrap();
        fs::write(directory.join(name), "precious").unwrap();

        let result = Registry::open(&directory);

        assert!(matches!(result, Err(OpenError::Orphan(file)) if file == directory.join(name)));
        assert_eq!(fs::read_to_string(directory.join(name)).unwrap(), "precious");
        assert!(!directory.join("latchkey.db").exists());
    }
}

#[test]
fn a_key_whose_database_forgot_it_is_not_overwritten() {
    let (_parent, directory) = fresh();
    let registry = Registry::open(&directory).unwrap();
    change(&registry, |c| c.set_identity(&identity())).unwrap();
    drop(registry);
    meddle(&directory, "DELETE FROM identity");

    assert!(matches!(Registry::open(&directory), Err(OpenError::Orphan(_))));
}
