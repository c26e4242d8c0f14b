use std::{fs, io::Write as _, path::Path, time::Duration};

use model::{Event, Moment};
use registry::{Excerpt, Registry, RegistryError};

use crate::support::{change, child_directory, fresh, identity, new_peer, this_test_again};

#[test]
fn a_full_disk_is_said_and_loses_nothing() {
    on_a_small_disk("full_disk::a_full_disk_is_said_and_loses_nothing", fill_and_free);
}

#[test]
fn where_there_is_room_for_a_change_alone_the_lines_that_tell_of_it_are_lost() {
    on_a_small_disk(
        "full_disk::where_there_is_room_for_a_change_alone_the_lines_that_tell_of_it_are_lost",
        change_with_little_room,
    );
}

/// Runs this test once more, as a child with a small disk of its own, in a mount namespace that goes with it.
fn on_a_small_disk(test: &str, story: fn(&Path)) {
    if let Some(directory) = child_directory() {
        return story(&directory);
    }
    let (_parent, directory) = fresh();
    fs::create_dir(&directory).unwrap();
    let mount = format!(
        "mount -t tmpfs -o size=256k,nr_inodes=64,mode=0700 registry-test {} && exec \"$0\" \"$@\"",
        directory.display()
    );
    let wrapper = ["unshare", "--map-root-user", "--mount", "sh", "-c", &mount];

    let status = this_test_again(test, &directory, &wrapper).output().unwrap();

    assert!(
        status.status.success(),
        "{}{}",
        String::from_utf8_lossy(&status.stdout),
        String::from_utf8_lossy(&status.stderr)
    );
    assert_eq!(fs::read_dir(&directory).unwrap().count(), 0, "it was a disk of its own");
}

fn change_with_little_room(directory: &Path) {
    let registry = Registry::open(directory).unwrap();
    let ballast = directory.join("ballast");
    fill(&ballast);
    let file = fs::File::options().write(true).open(&ballast).unwrap();
    let mut length = file.metadata().unwrap().len();
    while registry.change(|change| change.set_locked(true)).is_err() {
        length -= 1024;
        file.set_len(length).unwrap();
    }

    // More than fits, whatever a change takes.
    let lines = vec![Event::Locked; 2000];
    let unlocked = registry.change_and_note(&moment(), |change| {
        change.set_locked(false)?;
        Ok(((), lines.clone()))
    });

    unlocked.unwrap();
    assert!(!registry.snapshot().unwrap().locked);
    assert_eq!(registry.activity(&Excerpt { before: None, peer: None, most: 9 }).unwrap(), []);
}

fn fill_and_free(directory: &Path) {
    let registry = Registry::open(directory).unwrap();
    change(&registry, |c| c.set_identity(&identity())).unwrap();
    change(&registry, |c| c.add_peer(new_peer("Anna"))).unwrap();
    let before = registry.snapshot().unwrap().peers;
    let ballast = directory.join("ballast");
    fill(&ballast);

    for round in 0..3 {
        let added = change(&registry, |c| c.add_peer(new_peer(&format!("Bert {round}"))));
        assert!(matches!(added, Err(RegistryError::StorageFull)), "{added:?}");
        let renewed = change(&registry, |c| c.set_identity(&identity()));
        assert!(matches!(renewed, Err(RegistryError::StorageFull)), "{renewed:?}");
        assert_eq!(registry.snapshot().unwrap().peers, before);
    }
    fs::remove_file(&ballast).unwrap();
    let carl = change(&registry, |c| c.add_peer(new_peer("Carl"))).unwrap();

    drop(registry);
    fill(&ballast);
    let reopened = Registry::open(directory).unwrap();
    assert_eq!(reopened.snapshot().unwrap().peers, [before, vec![carl]].concat());
    fs::remove_file(&ballast).unwrap();
    use_up_inodes(directory);
    let added = change(&reopened, |c| c.add_peer(new_peer("Dora")));
    assert!(matches!(added, Err(RegistryError::StorageFull)), "no room for a journal: {added:?}");
}

fn moment() -> Moment {
    Moment {
        boot_id: "boot".to_owned(),
        since_boot: Duration::ZERO,
        unix_seconds: 1_790_000_000,
        clock_is_set: true,
    }
}

fn use_up_inodes(directory: &Path) {
    (0..).take_while(|i| fs::File::create(directory.join(format!("ballast-{i}"))).is_ok()).for_each(drop);
}

fn fill(ballast: &Path) {
    let mut file = fs::File::create(ballast).unwrap();
    while file.write_all(&[1; 512]).is_ok() {}
}
