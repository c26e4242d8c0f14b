use std::{
    collections::HashSet,
    io::{BufReader, Read},
    time::Instant,
};

use arbitrary::Arbitrary;
use model::PrivateKey;
use tunnel::{Desired, DesiredPeer, fuzzing};
use virtual_clock::{Clock, HOME, Node};
use wireguard::Config;

use crate::said::Said;

/// What is said on the control socket: requests are read from a stream, understood, and their changes made.
///
/// After each, a description has to say what is, well enough to make it again.
#[derive(Debug, Arbitrary)]
pub struct Uapi<'a>(Vec<Said<'a>>);

impl Uapi<'_> {
    /// Does it all.
    ///
    /// # Panics
    /// If something is wrong.
    pub fn run(&self) {
        let bytes = self.0.iter().flat_map(Said::bytes).collect::<Vec<_>>();
        let requests = read(bytes.as_slice(), 8192);
        assert_eq!(requests, read(bytes.as_slice(), 1), "it depends on how the bytes come");
        assert!(requests.iter().all(|request| request.is_empty() || request.ends_with("\n\n")));

        let clock = Clock::start();
        let (mut desired, mut node) = (Desired::default(), Node::new(HOME));
        for request in requests {
            let before = fuzzing::describe(&desired);
            if !fuzzing::change(&mut desired, &request) {
                assert_eq!(fuzzing::describe(&desired), before, "what is not understood changes something");
            }
            check(&desired);
            check_described(&desired);
            if desired.peers.len() <= MOST_PEERS {
                check_set(&mut node, &desired, clock.now());
            }
        }
    }
}

fn read(stream: impl Read, at_once: usize) -> Vec<String> {
    let mut client = BufReader::with_capacity(at_once, stream);
    let next = || fuzzing::read_request(&mut client).expect("memory can be read");

    std::iter::from_fn(next).collect()
}

/// What always holds: a key is one peer's, a net is one peer's, and a net is written as nets are.
fn check(desired: &Desired) {
    let (mut keys, mut nets) = (HashSet::new(), HashSet::new());
    for peer in &desired.peers {
        assert!(keys.insert(peer.public_key), "two peers have one key");
        assert_ne!(peer.persistent_keepalive, Some(0));
        for net in &peer.allowed_ips {
            assert_eq!(*net, net.trunc());
            assert!(nets.insert(*net), "{net} is there twice");
        }
    }
}

/// A description, said to somebody else, makes the same of them.
fn check_described(desired: &Desired) {
    let said = fuzzing::describe(desired);
    let settings = said.lines().filter(|line| {
        let (key, _) = line.split_once('=').expect("every line has a key and a value");
        !TOLD_ONLY.contains(&key)
    });
    let request = ["set=1", "replace_peers=true"].into_iter().chain(settings).collect::<Vec<_>>().join("\n");
    // The private key is read before the peers, of which we are never one.
    let mut again = Desired::default();

    assert!(fuzzing::change(&mut again, &request), "{request}");
    assert_eq!(fuzzing::describe(&again), said);
    assert_eq!(again.peers, desired.peers);
}

/// A device becomes all of it, but for a peer with our own key.
fn check_set(node: &mut Node, desired: &Desired, now: Instant) {
    let config = Config { private_key: desired.private_key.clone(), peers: desired.peers.clone() };
    node.set(config, now);

    let own_key = desired.private_key.as_ref().map(PrivateKey::public_key);
    let expected = desired.peers.iter().filter(|peer| Some(peer.public_key) != own_key);
    let without_endpoint = |peer: &DesiredPeer| DesiredPeer { endpoint: None, ..peer.clone() };
    assert_eq!(
        node.config().peers.iter().map(without_endpoint).collect::<Vec<_>>(),
        expected.map(without_endpoint).collect::<Vec<_>>(),
    );
}

/// What is told and cannot be set.
const TOLD_ONLY: [&str; 4] = ["last_handshake_time_sec", "last_handshake_time_nsec", "tx_bytes", "rx_bytes"];

/// A device does arithmetic for each.
const MOST_PEERS: usize = 4;
