use model::{Service, TunnelRange};
use tempfile::TempDir;

use super::*;
use crate::Posture;

#[test]
fn only_the_tunnel_and_the_home_pass_packets_on() {
    let kernel = kernel();
    let mut forwarding = forwarding(&kernel);

    forwarding.apply(&policy(true)).unwrap();
    for key in [LAN4, TUNNEL4, LAN6, TUNNEL6] {
        assert_eq!(get(&kernel, key), "1", "{key}");
    }
    for key in [V4, V6, OTHER4] {
        assert_eq!(get(&kernel, key), "0", "{key}");
    }
    assert_eq!(get(&kernel, LAN_RA), "1");
    assert_eq!(forwarding.was_on().unwrap(), Families { v4: false, v6: false }, "that was us");
    drop(forwarding);

    for key in [LAN4, TUNNEL4, LAN6, TUNNEL6] {
        assert_eq!(get(&kernel, key), "0", "{key}");
    }
    assert!(!kernel.path().join("notes").exists());
}

#[test]
fn an_older_kernel_passes_ipv6_on_everywhere_and_still_hears_its_router() {
    let kernel = older_kernel();
    let mut forwarding = forwarding(&kernel);

    forwarding.apply(&policy(true)).unwrap();
    assert_eq!([V6, LAN_RA].map(|key| get(&kernel, key)), ["1", "2"]);
    assert_eq!(forwarding.was_on().unwrap(), Families { v4: false, v6: false }, "that was us");
    forwarding.apply(&policy(true)).unwrap();
    assert_eq!([V6, LAN_RA].map(|key| get(&kernel, key)), ["1", "2"], "again");
    drop(forwarding);

    assert_eq!([V6, LAN_RA].map(|key| get(&kernel, key)), ["0", "1"]);
}

#[test]
fn each_family_has_its_own_answer() {
    for (key, families) in [(V4, Families { v4: true, v6: false }), (V6, Families { v4: false, v6: true })] {
        let kernel = older_kernel();
        put(&kernel, key, "1");
        let mut forwarding = forwarding(&kernel);

        forwarding.apply(&policy(true)).unwrap();

        assert_eq!(forwarding.was_on().unwrap(), families);
    }
}

#[test]
fn ipv6_stays_as_it_is_unless_it_is_needed() {
    for kernel in [kernel(), older_kernel()] {
        let mut forwarding = forwarding(&kernel);

        forwarding.apply(&policy(false)).unwrap();

        assert_eq!([LAN4, V6, LAN6, LAN_RA].map(|key| get(&kernel, key)), ["1", "0", "0", "1"]);
    }
}

#[test]
fn an_interface_that_leads_home_no_longer_is_put_back() {
    let kernel = kernel();
    let mut forwarding = forwarding(&kernel);
    forwarding.apply(&policy(true)).unwrap();

    forwarding.apply(&Policy { lan: vec![], ..policy(true) }).unwrap();
    assert_eq!([LAN4, TUNNEL4].map(|key| get(&kernel, key)), ["0", "1"]);
    forwarding.apply(&Policy { home_assistant: None, ..policy(true) }).unwrap();

    assert_eq!([LAN4, TUNNEL4].map(|key| get(&kernel, key)), ["0", "0"]);
    assert!(!kernel.path().join("notes").exists());
}

#[test]
fn a_machine_that_was_a_router_stays_one() {
    let kernel = kernel();
    for key in [V4, LAN4, TUNNEL4] {
        put(&kernel, key, "1");
    }
    let mut forwarding = forwarding(&kernel);

    forwarding.apply(&policy(false)).unwrap();
    assert!(forwarding.was_on().unwrap().v4);
    drop(forwarding);

    assert_eq!([V4, LAN4, TUNNEL4].map(|key| get(&kernel, key)), ["1", "1", "1"]);
}

#[test]
fn a_machine_that_became_a_router_after_us_stays_one() {
    let kernel = older_kernel();
    let mut forwarding = forwarding(&kernel);
    forwarding.apply(&policy(true)).unwrap();

    // What the kernel does when somebody turns on the whole machine.
    for key in [V4, LAN4, TUNNEL4, OTHER4, V6, V6_DEFAULT] {
        put(&kernel, key, "1");
    }
    assert!(forwarding.was_on().unwrap().v4);
    drop(forwarding);

    for key in [V4, LAN4, TUNNEL4, OTHER4, V6, V6_DEFAULT] {
        assert_eq!(get(&kernel, key), "1", "{key}");
    }
    assert_eq!(get(&kernel, LAN_RA), "2", "a router that is to hear its own router");
}

#[test]
fn a_router_that_does_not_hear_other_routers_still_does_not() {
    let kernel = older_kernel();
    put(&kernel, V6, "1");
    let mut forwarding = forwarding(&kernel);

    forwarding.apply(&policy(true)).unwrap();

    assert_eq!(get(&kernel, LAN_RA), "1");
}

#[test]
fn what_somebody_else_changed_meanwhile_is_left_alone() {
    let kernel = older_kernel();
    put(&kernel, LAN_RA, "1");
    let mut forwarding = forwarding(&kernel);
    forwarding.apply(&policy(true)).unwrap();

    put(&kernel, LAN_RA, "0");
    drop(forwarding);

    assert_eq!(get(&kernel, LAN_RA), "0");
}

#[test]
fn a_daemon_that_was_killed_leaves_notes_for_the_next() {
    let kernel = older_kernel();
    let mut killed = forwarding(&kernel);
    killed.apply(&policy(true)).unwrap();
    std::mem::forget(killed);

    let mut next = forwarding(&kernel);
    assert_eq!(next.was_on().unwrap(), Families { v4: false, v6: false });
    next.apply(&policy(true)).unwrap();
    drop(next);

    assert_eq!([LAN4, V6, LAN_RA].map(|key| get(&kernel, key)), ["0", "0", "1"]);
}

#[test]
fn what_cannot_be_noted_is_not_done() {
    let kernel = kernel();
    let notes = kernel.path().join("missing/notes");
    let mut forwarding = Forwarding::with_sysctls(kernel.path(), &notes).unwrap();

    assert!(forwarding.apply(&policy(true)).is_err());
    assert_eq!([LAN4, TUNNEL4].map(|key| get(&kernel, key)), ["0", "0"]);
    fs::create_dir(kernel.path().join("missing")).unwrap();
    forwarding.apply(&policy(true)).unwrap();

    assert_eq!(fs::read_to_string(notes).unwrap().lines().count(), 4, "nothing was taken for noted");
}

#[test]
fn notes_that_somebody_tampered_with_lead_nowhere_else() {
    let kernel = kernel();
    let victim = kernel.path().join("victim");
    fs::write(&victim, "0").unwrap();
    fs::write(
        kernel.path().join("notes"),
        "net/../victim 1 0\nvictim 1 0\nkernel/panic 1 0\n\nnet/nonsense\nnonsense\n",
    )
    .unwrap();

    drop(forwarding(&kernel));

    assert_eq!(fs::read_to_string(victim).unwrap(), "0");
}

#[test]
fn a_kernel_without_ipv6_is_fine() {
    let kernel = kernel();
    fs::remove_dir_all(kernel.path().join("net/ipv6")).unwrap();

    let mut forwarding = forwarding(&kernel);

    forwarding.apply(&policy(true)).unwrap();
    assert!(!forwarding.was_on().unwrap().v6);
}

fn kernel() -> TempDir {
    let kernel = older_kernel();
    for key in [LAN6, TUNNEL6, V6_BY_INTERFACE] {
        put(&kernel, key, "0");
    }
    kernel
}

/// Before Linux 6.17.
fn older_kernel() -> TempDir {
    let kernel = tempfile::tempdir().unwrap();
    for key in [V4, V6, V6_DEFAULT, LAN4, TUNNEL4, OTHER4] {
        put(&kernel, key, "0");
    }
    put(&kernel, LAN_RA, "1");
    kernel
}

fn forwarding(kernel: &TempDir) -> Forwarding {
    Forwarding::with_sysctls(kernel.path(), &kernel.path().join("notes")).unwrap()
}

fn put(kernel: &TempDir, key: &str, value: &str) {
    let path = kernel.path().join(key);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, format!("{value}\n")).unwrap();
}

/// What a setting is; "0" where it is missing.
fn get(kernel: &TempDir, key: &str) -> String {
    let text = fs::read_to_string(kernel.path().join(key));
    text.map_or_else(|_| "0".to_owned(), |text| text.trim().to_owned())
}

fn policy(v6: bool) -> Policy {
    Policy {
        tunnel: "latchkey0".parse().unwrap(),
        range: TunnelRange::new("10.77.7.0/24".parse().unwrap(), "fd77::/64".parse().unwrap()).unwrap(),
        wireguard_port: 41194,
        page_port: 80,
        lan: vec![Lan { interface: "eth0".parse().unwrap(), prefixes: vec![] }],
        owners_and_family: vec![],
        guests: vec![],
        guests_for: None,
        home_assistant: Some(Service {
            v4: Some("192.168.5.10:8123".parse().unwrap()),
            v6: v6.then(|| "[2001:db8:5::10]:8123".parse().unwrap()),
        }),
        posture: Posture::Appliance,
    }
}

const LAN4: &str = "net/ipv4/conf/eth0/forwarding";
const TUNNEL4: &str = "net/ipv4/conf/latchkey0/forwarding";
const OTHER4: &str = "net/ipv4/conf/other/forwarding";
const LAN6: &str = "net/ipv6/conf/eth0/force_forwarding";
const TUNNEL6: &str = "net/ipv6/conf/latchkey0/force_forwarding";
const LAN_RA: &str = "net/ipv6/conf/eth0/accept_ra";
