use std::{fs, io::Write as _, path::Path};

use registry::{Registry, RegistryError};

use crate::support::{change, child_directory, fresh, identity, new_peer, this_test_again};

/// The disk is a small one of its own, in a mount namespace that goes with the child.
#[test]
fn a_full_disk_is_said_and_loses_nothing() {
    if let Some(directory) = child_directory() {
        return fill_and_free(&directory);
    }
    let (_parent, directory) = fresh();
    fs::create_dir(&directory).unwrap();
    let mount = format!(
        "mount -t tmpfs -o size=256k,nr_inodes=64,mode=0700 registry-test {} && exec \"$0\" \"$@\"",
        directory.display()
    );
    let wrapper = ["unshare", "--map-root-user", "--mount", "sh", "-c", &mount];

    let status = this_test_again("full_disk::a_full_disk_is_said_and_loses_nothing", &directory, &wrapper)
        .output()
        .unwrap();

    assert!(
        status.status.success(),
        "{}{}",
        String::from_utf8_lossy(&status.stdout),
        String::from_utf8_lossy(&status.stderr)
    );
    assert_eq!(fs::read_dir(&directory).unwrap().count(), 0, "it was a disk of its own");
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

fn use_up_inodes(directory: &Path) {
    (0..).take_while(|i| fs::File::create(directory.join(format!("ballast-{i}"))).is_ok()).for_each(drop);
}

fn fill(ballast: &Path) {
    let mut file = fs::File::create(ballast).unwrap();
    while file.write_all(&[1; 512]).is_ok() {}
}
