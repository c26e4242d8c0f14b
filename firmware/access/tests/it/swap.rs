use access::{ApplyError, Families, Lan, Policy, Posture, Ruleset};
use model::HostNumber;

use crate::{
    namespace::Namespace,
    support::{hosts, policy, with_guests_for},
};

#[test]
fn the_kernel_takes_every_ruleset_again_and_again() {
    let namespace = Namespace::new();

    for policy in variants() {
        for _ in 0..2 {
            let ruleset = Ruleset::new(&policy);
            namespace
                .block_on(async move { ruleset.apply().await })
                .unwrap_or_else(|error| panic!("{error}\n{policy:#?}"));
        }
        let listing = namespace.command("nft", "list ruleset");
        assert_eq!(listing.matches("table ").count(), 1);
        assert_eq!(listing.matches("hook forward priority filter").count(), 1);
    }
}

#[test]
fn a_guest_is_out_of_the_kernels_list_when_the_time_is_up() {
    let namespace = Namespace::new();
    namespace.block_on(async { Ruleset::new(&with_guests_for(1)).apply().await }).unwrap();
    let is_in = || namespace.command("nft", "list set inet latchkey guests4").contains("10.77.7.4");

    assert!(is_in());
    while is_in() {}

    assert!(
        namespace.command("nft", "list set inet latchkey members4").contains("10.77.7.2"),
        "members stay"
    );
}

#[test]
fn a_ruleset_that_the_kernel_refuses_leaves_the_one_before() {
    let namespace = Namespace::new();
    namespace.block_on(async { Ruleset::new(&policy()).apply().await }).unwrap();
    let before = namespace.command("nft", "list ruleset");

    let refused = namespace.run(|| {
        let text = format!(
            "{}\nadd rule inet latchkey nowhere accept\n",
            Ruleset::new(&with_guests_for(5)).as_str()
        );
        let mut nft = std::process::Command::new("nft")
            .args(["-f", "-"])
            .stdin(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        std::io::Write::write_all(&mut nft.stdin.take().unwrap(), text.as_bytes()).unwrap();
        !nft.wait().unwrap().success()
    });

    assert!(refused);
    assert_eq!(namespace.command("nft", "list ruleset"), before);
}

#[test]
fn a_ruleset_is_in_force_for_its_own_tunnel_until_it_is_gone() {
    let namespace = Namespace::new();
    let is_in_force = |tunnel: &'static str| {
        namespace.block_on(async { Ruleset::is_in_force(&tunnel.parse().unwrap()).await }).unwrap()
    };

    assert!(!is_in_force("latchkey0"), "nothing was applied yet");
    namespace.block_on(async { Ruleset::new(&policy()).apply().await }).unwrap();
    assert!(is_in_force("latchkey0"));
    assert!(!is_in_force("latchkey"), "another daemon's");
    namespace.command("nft", "flush ruleset");

    assert!(!is_in_force("latchkey0"));
}

#[test]
fn what_nft_complains_about_is_passed_on() {
    let namespace = Namespace::new();

    let error = namespace.block_on(access::counters()).unwrap_err();

    assert!(matches!(error, ApplyError::Refused(why) if why.contains("No such file or directory")));
}

fn variants() -> Vec<Policy> {
    let postures = [
        Posture::Appliance,
        Posture::Shared { forward_others: Families { v4: true, v6: true } },
        Posture::Shared { forward_others: Families { v4: true, v6: false } },
        Posture::Shared { forward_others: Families { v4: false, v6: false } },
    ];
    let mut variants = Vec::new();
    for posture in postures {
        variants.extend([
            Policy { posture, ..policy() },
            Policy { posture, ..with_guests_for(8 * 3600) },
            Policy { posture, ..with_guests_for(7 * 24 * 3600) },
            Policy {
                posture,
                home_assistant: None,
                owners_and_family: hosts([]),
                guests: hosts([]),
                lan: vec![],
                ..policy()
            },
            Policy { posture, lan: several_networks(), ..policy() },
            Policy {
                posture,
                owners_and_family: HostNumber::peers().take(200).collect(),
                guests: HostNumber::peers().skip(200).collect(),
                ..with_guests_for(60)
            },
        ]);
    }
    variants
}

fn several_networks() -> Vec<Lan> {
    let lan = |interface: &str, prefixes: &[&str]| Lan {
        interface: interface.parse().unwrap(),
        prefixes: prefixes.iter().map(|net| net.parse().unwrap()).collect(),
    };

    vec![
        lan(
            "eth0",
            &[
                "192.168.5.7/24",
                "192.168.5.0/25",
                "192.168.6.0/24",
                "2001:db8::/64",
                "fe80::1/64",
                "fd00::/8",
            ],
        ),
        lan("wlan0.10", &[]),
        lan("br-1a2b3c", &["10.0.0.0/8"]),
    ]
}
