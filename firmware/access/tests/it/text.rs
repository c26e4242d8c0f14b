use std::time::Duration;

use access::{Families, Policy, Posture, Ruleset};
use model::Service;

use crate::support::{hosts, policy, with_guests_for};

#[test]
fn a_typical_box_has_this_ruleset() {
    insta::assert_snapshot!(Ruleset::new(&with_guests_for(8 * 3600)).as_str(), @r#"
    table inet latchkey
    delete table inet latchkey
    table inet latchkey {
        counter knocked_from_outside {}
        counter spoofed {}
        counter to_tunnel_from_elsewhere {}
        counter to_tunnel_in_the_clear {}
        counter from_peer_not_allowed {}
        counter to_peer_not_allowed {}
        counter peer_to_elsewhere {}
        counter peer_to_closed_port {}
        counter stranger {}
        counter not_forwarded {}
        set tunnel { type ifname; elements = { "latchkey0" }; }
        set members4 { type ipv4_addr; elements = { 10.77.7.2, 10.77.7.3 }; }
        set members6 { type ipv6_addr; elements = { fd77::2, fd77::3 }; }
        set guests4 { type ipv4_addr; flags timeout; elements = { 10.77.7.4 timeout 28800s }; }
        set guests6 { type ipv6_addr; flags timeout; elements = { fd77::4 timeout 28800s }; }
        chain door {
            type filter hook prerouting priority raw; policy accept;
            iifname "lo" accept
            iifname "latchkey0" goto from_peer
            ip saddr 10.77.7.0/24 counter name "spoofed" drop
            ip6 saddr fd77::/64 counter name "spoofed" drop
            ip daddr 10.77.7.0/24 counter name "to_tunnel_from_elsewhere" drop
            ip6 daddr fd77::/64 counter name "to_tunnel_from_elsewhere" drop
            udp dport 41194 fib daddr type local notrack
        }
        chain from_peer {
            ip daddr != 10.77.7.1 counter name "peer_to_elsewhere" drop
            ip6 daddr != fd77::1 counter name "peer_to_elsewhere" drop
            ip saddr @members4 accept
            ip6 saddr @members6 accept
            ip saddr @guests4 accept
            ip6 saddr @guests6 accept
            counter name "from_peer_not_allowed" drop
        }
        chain untracked {
            type filter hook output priority raw; policy accept;
            udp sport 41194 notrack
        }
        chain way_out {
            type filter hook postrouting priority mangle; policy accept;
            oifname "lo" accept
            oifname "latchkey0" goto to_peer
            ip daddr 10.77.7.0/24 counter name "to_tunnel_in_the_clear" drop
            ip6 daddr fd77::/64 counter name "to_tunnel_in_the_clear" drop
        }
        chain to_peer {
            ip daddr @members4 accept
            ip6 daddr @members6 accept
            ip daddr @guests4 accept
            ip6 daddr @guests6 accept
            counter name "to_peer_not_allowed" drop
        }
        chain pass_on {
            type nat hook prerouting priority dstnat; policy accept;
            iifname "latchkey0" ip daddr 10.77.7.1 tcp dport 8123 dnat ip to 192.168.5.10:8123
            iifname "latchkey0" ip6 daddr fd77::1 tcp dport 8123 dnat ip6 to [2001:db8:5::10]:8123
        }
        chain disguise {
            type nat hook postrouting priority srcnat; policy accept;
            ip saddr 10.77.7.0/24 ip daddr 192.168.5.10 tcp dport 8123 ct status dnat masquerade
            ip6 saddr fd77::/64 ip6 daddr 2001:db8:5::10 tcp dport 8123 ct status dnat masquerade
        }
        chain clamp {
            type filter hook forward priority mangle; policy accept;
            iifname "latchkey0" tcp flags & (syn | rst) == syn tcp option maxseg size set rt mtu
            oifname "latchkey0" tcp flags & (syn | rst) == syn tcp option maxseg size set rt mtu
        }
        chain forward {
            type filter hook forward priority filter; policy drop;
            iifname "latchkey0" oifname "latchkey0" counter name "peer_to_elsewhere" drop
            iifname "latchkey0" ip daddr 192.168.5.10 tcp dport 8123 ct status dnat accept
            iifname "latchkey0" ip6 daddr 2001:db8:5::10 tcp dport 8123 ct status dnat accept
            iifname "latchkey0" icmp type { destination-unreachable, time-exceeded, parameter-problem } ct state related ct status dnat accept
            iifname "latchkey0" icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem } ct state related ct status dnat accept
            oifname "latchkey0" ip saddr 192.168.5.10 tcp sport 8123 ct direction reply ct status dnat accept
            oifname "latchkey0" ip6 saddr 2001:db8:5::10 tcp sport 8123 ct direction reply ct status dnat accept
            oifname "latchkey0" icmp type { destination-unreachable, time-exceeded, parameter-problem } ct state related ct status dnat accept
            oifname "latchkey0" icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem } ct state related ct status dnat accept
            iifname "latchkey0" counter name "peer_to_elsewhere" drop
            oifname "latchkey0" counter name "to_tunnel_from_elsewhere" drop
            counter name "not_forwarded" drop
        }
        chain peer_input {
            ip daddr 192.168.5.10 tcp dport 8123 ct status dnat accept
            ip6 daddr 2001:db8:5::10 tcp dport 8123 ct status dnat accept
            ip daddr 10.77.7.1 tcp dport 80 accept
            ip6 daddr fd77::1 tcp dport 80 accept
            ip daddr 10.77.7.1 icmp type { echo-request, echo-reply } accept
            ip6 daddr fd77::1 icmpv6 type { echo-request, echo-reply } accept
            icmp type { destination-unreachable, time-exceeded, parameter-problem } ct state related accept
            icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem } ct state related accept
            counter name "peer_to_closed_port" drop
        }
        chain home_input {
            tcp dport 80 accept
            udp dport 5353 accept
            udp sport 67 udp dport 68 accept
            udp sport 547 udp dport 546 accept
            icmp type echo-request accept
            icmpv6 type { echo-request, mld-listener-query } accept
        }
        chain input {
            type filter hook input priority filter; policy drop;
            iifname "lo" accept
            iifname "latchkey0" goto peer_input
            iifname "eth0" ip saddr { 192.168.5.0/24 } udp dport 41194 accept
            iifname "eth0" ip6 saddr { 2001:db8:5::/64, fe80::/10 } udp dport 41194 accept
            udp dport 41194 counter name "knocked_from_outside" accept
            ct state established,related accept
            icmp type { destination-unreachable, time-exceeded, parameter-problem } accept
            icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem } accept
            icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert } ip6 hoplimit 255 accept
            iifname "eth0" ip protocol igmp ip ttl 1 accept
            iifname "eth0" ip saddr { 192.168.5.0/24 } jump home_input
            iifname "eth0" ip6 saddr { 2001:db8:5::/64, fe80::/10 } jump home_input
            counter name "stranger" drop
        }
    }
    "#);
}

#[test]
fn somebodys_own_machine_keeps_its_own_rules() {
    let text = text(&Policy {
        posture: Posture::Shared { forward_others: Families { v4: true, v6: true } },
        ..policy()
    });

    assert!(text.contains("hook input priority filter; policy accept;"));
    assert!(text.contains("hook forward priority filter; policy accept;"));
    assert!(
        !text.contains("policy drop")
            && !text.contains("not_forwarded\" drop")
            && !text.contains("home_input")
    );
    assert_eq!(text.matches("\"stranger\" drop").count(), 1, "the page is ruled, nothing else");
}

#[test]
fn somebodys_own_machine_becomes_no_router_for_the_home() {
    let shared =
        |v4, v6| Policy { posture: Posture::Shared { forward_others: Families { v4, v6 } }, ..policy() };
    let v4 = "meta nfproto ipv4 iifname { \"eth0\" } counter name \"not_forwarded\" drop";
    let v6 = "meta nfproto ipv6 iifname { \"eth0\" } counter name \"not_forwarded\" drop";
    let dropped = |policy: &Policy| [v4, v6].map(|rule| text(policy).contains(rule));

    assert_eq!(dropped(&shared(false, false)), [true, true]);
    assert_eq!(dropped(&shared(true, false)), [false, true]);
    assert_eq!(dropped(&shared(false, true)), [true, false]);
    assert_eq!(dropped(&Policy { lan: vec![], ..shared(false, false) }), [false, false]);
}

#[test]
fn guests_are_out_when_no_whole_second_is_left() {
    for guests_for in [None, Some(Duration::ZERO), Some(Duration::from_millis(999))] {
        let text = text(&Policy { guests_for, ..policy() });

        assert!(text.contains("set guests4 { type ipv4_addr; flags timeout; }"), "{guests_for:?}");
        assert!(text.contains("set guests6 { type ipv6_addr; flags timeout; }"), "{guests_for:?}");
    }
}

#[test]
fn with_nobody_and_nothing_found_nobody_gets_anywhere() {
    let text =
        text(&Policy { owners_and_family: hosts([]), guests: hosts([]), home_assistant: None, ..policy() });

    assert!(text.contains("set members4 { type ipv4_addr; }"));
    assert!(!text.contains("dnat ip") && !text.contains("dnat masquerade"));
}

#[test]
fn an_address_that_cannot_be_passed_on_to_counts_as_none() {
    for v4 in [
        "127.0.0.1:8123",
        "0.0.0.0:8123",
        "169.254.1.1:8123",
        "224.0.0.1:8123",
        "10.77.7.3:8123",
        "192.168.5.10:0",
    ] {
        let home_assistant = Some(Service { v4: Some(v4.parse().unwrap()), v6: None });
        assert!(!text(&Policy { home_assistant, ..policy() }).contains("dnat ip"), "{v4}");
    }
    for v6 in [
        "[::1]:8123",
        "[::]:8123",
        "[fe80::1%2]:8123",
        "[ff02::1]:8123",
        "[fd77::3]:8123",
        "[::ffff:127.0.0.1]:8123",
    ] {
        let home_assistant = Some(Service { v4: None, v6: Some(v6.parse().unwrap()) });
        assert!(!text(&Policy { home_assistant, ..policy() }).contains("dnat ip"), "{v6}");
    }
}

#[test]
fn an_ipv4_address_in_an_ipv6_one_is_reached_as_what_it_is() {
    let home_assistant = Some(Service { v4: None, v6: Some("[::ffff:192.168.5.10]:8123".parse().unwrap()) });

    let text = text(&Policy { home_assistant, ..policy() });

    assert!(text.contains("dnat ip to 192.168.5.10:8123") && !text.contains("dnat ip6"));
}

#[test]
fn prefixes_that_overlap_are_said_once() {
    let mut policy = policy();
    policy.lan[0].prefixes = ["192.168.5.7/24", "192.168.5.0/25", "192.168.5.7/24", "fe80::/64"]
        .map(|net| net.parse().unwrap())
        .to_vec();

    let text = text(&policy);

    assert!(text.contains("iifname \"eth0\" ip saddr { 192.168.5.0/24 } jump home_input"));
    assert!(text.contains("iifname \"eth0\" ip6 saddr { fe80::/10 } jump home_input"));
}

fn text(policy: &Policy) -> String {
    Ruleset::new(policy).as_str().to_owned()
}
