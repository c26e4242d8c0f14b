use access::{Families, Lan, Policy, Posture, Ruleset};

use crate::{
    house::{House, address, reaches, serve},
    namespace::Namespace,
    support::policy,
};

#[test]
fn containers_that_are_started_after_us_go_on_working() {
    let house = House::new();
    house.apply(&shared(false, false));
    let container = container(&house);
    publish(&house);

    assert!(reaches(&container, "172.17.0.2", "192.168.5.10:9999"));
    assert!(reaches(&container, "fd17::2", "[2001:db8:5::10]:9999"));
    assert!(reaches(&house.home, "192.168.5.10", "192.168.5.2:8080"), "a published port");
    assert_eq!(house.counted("not_forwarded"), 0);
}

#[test]
fn the_home_gets_no_router_where_there_was_none() {
    let house = House::new();
    let _container = container(&house);
    let reached = |families: [bool; 2]| {
        house.apply(&shared(families[0], families[1]));
        [
            reaches(&house.home, "192.168.5.10", "172.17.0.2:80"),
            reaches(&house.home, "2001:db8:5::10", "[fd17::2]:80"),
        ]
    };

    for families in [[false, false], [true, false], [false, true], [true, true]] {
        assert_eq!(reached(families), families);
    }
}

#[test]
fn only_what_comes_from_the_tunnel_and_the_home_is_passed_on_at_all() {
    let house = House::new();
    house.apply(&shared(true, true));
    let other = somebody_else(&house);

    assert!(!reaches(&other, "172.17.0.2", "192.168.5.10:9999"));
    assert!(!reaches(&other, "fd17::2", "[2001:db8:5::10]:9999"));
}

#[test]
fn containers_outlive_us() {
    let mut house = House::new();
    house.apply(&shared(false, false));
    let container = container(&house);

    house.stop_forwarding();
    house.gateway.block_on(Ruleset::remove()).unwrap();

    assert!(reaches(&container, "172.17.0.2", "192.168.5.10:9999"));
    assert!(reaches(&container, "fd17::2", "[2001:db8:5::10]:9999"));
}

#[test]
fn after_us_the_home_has_no_router_without_containers() {
    let mut house = House::new();
    house.apply(&shared(false, false));
    let _other = somebody_else(&house);

    house.stop_forwarding();
    house.gateway.block_on(Ruleset::remove()).unwrap();

    assert!(!reaches(&house.home, "192.168.5.10", "172.17.0.2:80"));
    assert!(!reaches(&house.home, "2001:db8:5::10", "[fd17::2]:80"));
}

#[test]
fn what_only_crosses_a_bridge_to_the_home_is_no_business_of_ours() {
    let gateway = Namespace::new();
    let [machine, neighbour] = [(); 2].map(|()| Namespace::new());
    gateway.ip("link add br0 type bridge");
    for (end, port, host) in [(&machine, "port0", 20), (&neighbour, "port1", 21)] {
        gateway.ip(&format!("link add {port} type veth peer name eth0 netns {}", end.id));
        gateway.ip(&format!("link set {port} master br0 up"));
        address(end, "eth0", &format!("192.168.5.{host}/24"), &format!("2001:db8:5::{host}/64"));
    }
    address(&gateway, "br0", "192.168.5.2/24", "2001:db8:5::2/64");
    serve(&neighbour, 80);
    let lan = vec![Lan { interface: "br0".parse().unwrap(), prefixes: vec![] }];
    let ruleset = Ruleset::new(&Policy { lan, ..shared(false, false) });
    let crosses_in_v4 = || reaches(&machine, "192.168.5.20", "192.168.5.21:80");
    let crosses_in_v6 = || reaches(&machine, "2001:db8:5::20", "[2001:db8:5::21]:80");
    // The kernel takes a moment to wake a bridge.
    while !crosses_in_v4() || !crosses_in_v6() {}

    gateway.block_on(async move { ruleset.apply().await }).unwrap();

    assert!(crosses_in_v4() && crosses_in_v6());
}

fn shared(v4: bool, v6: bool) -> Policy {
    Policy { posture: Posture::Shared { forward_others: Families { v4, v6 } }, ..policy() }
}

/// A container with a page: its software has turned the machine into a router.
fn container(house: &House) -> Namespace {
    let container = somebody_else(house);
    house.gateway.run(|| {
        for key in ["ipv4/ip_forward", "ipv6/conf/default/forwarding", "ipv6/conf/all/forwarding"] {
            std::fs::write(format!("/proc/sys/net/{key}"), "1").unwrap();
        }
    });
    container
}

/// Somebody with a page behind another interface of the box.
fn somebody_else(house: &House) -> Namespace {
    let House { gateway, home, .. } = house;
    let other = Namespace::new();
    gateway.ip(&format!("link add docker0 type veth peer name eth0 netns {}", other.id));
    address(gateway, "docker0", "172.17.0.1/16", "fd17::1/64");
    address(&other, "eth0", "172.17.0.2/16", "fd17::2/64");
    other.ip("route add default via 172.17.0.1");
    other.ip("-6 route add default via fd17::1");
    home.ip("route add 172.17.0.0/16 via 192.168.5.2");
    home.ip("-6 route add fd17::/64 via 2001:db8:5::2");
    serve(&other, 80);
    other
}

fn publish(house: &House) {
    for rule in [
        "add table ip docker",
        "add chain ip docker published { type nat hook prerouting priority dstnat ; }",
        "add rule ip docker published iifname eth0 tcp dport 8080 dnat to 172.17.0.2:80",
    ] {
        house.gateway.command("nft", rule);
    }
}
