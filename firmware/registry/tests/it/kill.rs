use std::{
    hash::{BuildHasher as _, RandomState},
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
};

use model::PeerId;
use registry::{Registry, RegistryError};

use crate::support::{change, child_directory, fresh, identity, new_peer, this_test_again};

/// Of several lifetimes of a daemon, each killed at a random moment.
#[test]
fn every_change_that_was_acknowledged_survives_a_kill() {
    if let Some(directory) = child_directory() {
        change_and_tell(&directory);
    }
    let (_parent, directory) = fresh();
    let mut alive = Vec::new();

    for round in 0..12 {
        let mut child =
            this_test_again("kill::every_change_that_was_acknowledged_survives_a_kill", &directory, &[])
                .spawn()
                .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let heard = (&mut lines)
            .map_while(Result::ok)
            .filter_map(|line| Acknowledged::parse(&line))
            .take(5 + round * 3);
        let mut acknowledged = heard.collect::<Vec<_>>();
        wait_a_random_moment();
        child.kill().unwrap();
        child.wait().unwrap();
        acknowledged.extend(lines.map_while(Result::ok).filter_map(|line| Acknowledged::parse(&line)));

        assert!(!acknowledged.is_empty(), "the daemon did something");
        acknowledged.iter().for_each(|one| one.apply_to(&mut alive));
        alive = compare(&directory, &alive);
    }
}

/// Adds peers and removes every third, until it is killed.
fn change_and_tell(directory: &Path) -> ! {
    let registry = Registry::open(directory).unwrap();
    change(
        &registry,
        |c| if c.snapshot()?.identity.is_none() { c.set_identity(&identity()) } else { Ok(()) },
    )
    .unwrap();
    let mut out = std::io::stdout();
    loop {
        let name = format!("Peer {}", RandomState::new().hash_one(0));
        match change(&registry, |c| c.add_peer(new_peer(&name))) {
            Ok(peer) => writeln!(out, "\nadded {}", peer.id).unwrap(),
            Err(RegistryError::Full) => {}
            Err(error) => panic!("{error}"),
        }
        let peers = registry.snapshot().unwrap().peers;
        if peers.len().is_multiple_of(3) {
            let id = peers[0].id;
            change(&registry, |c| c.remove_peer(id)).unwrap();
            writeln!(out, "\nremoved {id}").unwrap();
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Acknowledged {
    Added(PeerId),
    Removed(PeerId),
}

impl Acknowledged {
    fn parse(line: &str) -> Option<Self> {
        let (what, id) = line.split_once(' ')?;
        let id = PeerId(id.parse().ok()?);
        match what {
            "added" => Some(Self::Added(id)),
            "removed" => Some(Self::Removed(id)),
            _ => None,
        }
    }

    fn apply_to(self, alive: &mut Vec<PeerId>) {
        match self {
            Self::Added(id) => alive.push(id),
            Self::Removed(id) => alive.retain(|other| *other != id),
        }
    }
}

/// One change may have been made and not told; it is an addition at the end, or a removal at the front.
fn compare(directory: &Path, alive: &[PeerId]) -> Vec<PeerId> {
    let snapshot = Registry::open(directory).unwrap().snapshot().unwrap();
    let found = snapshot.peers.iter().map(|peer| peer.id).collect::<Vec<_>>();
    let added_untold = found.strip_suffix(&[*found.last().unwrap()]).is_some_and(|rest| rest == alive);
    let removed_untold = alive.get(1..).is_some_and(|rest| rest == found);

    assert!(found == alive || added_untold || removed_untold, "{found:?} instead of {alive:?}");
    assert!(snapshot.identity.is_some());
    found
}

/// Where in a change the kill hits is up to chance; a pipe tells us of the last one only at its end.
fn wait_a_random_moment() {
    let spins = RandomState::new().hash_one(1) % 2_000_000;
    for _ in 0..spins {
        std::hint::spin_loop();
    }
}
