use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket},
    time::Duration,
};

use lab::{MiniUpnpd, Namespace};
use reachability::door::{Protocols, RouteV4, RouteV6, Wish};
use tempfile::TempDir;

/// A box, a router and somebody on the internet.
///
/// The router's outside address is none of the documentation ranges, which `miniupnpd` takes for private.
pub(crate) struct Home {
    pub(crate) gateway: Namespace,
    pub(crate) router: Namespace,
    pub(crate) stranger: Namespace,
    pub(crate) folder: TempDir,
}

impl Home {
    pub(crate) const OWN: Ipv4Addr = Ipv4Addr::new(192, 168, 1, 10);
    pub(crate) const OWN_V6: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 1, 0, 0, 0, 0, 0x10);
    pub(crate) const ROUTER: Ipv4Addr = Ipv4Addr::new(192, 168, 1, 1);
    pub(crate) const ROUTER_V6: Ipv6Addr = Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 1);
    pub(crate) const OUTSIDE: Ipv4Addr = MiniUpnpd::OUTSIDE;
    const STRANGER: Ipv4Addr = Ipv4Addr::new(1, 2, 3, 66);
    const STRANGER_V6: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0xff, 0, 0, 0, 0, 0x66);

    /// With a router that lets nothing in.
    pub(crate) fn build() -> Self {
        let room = |name| Namespace::create(name).unwrap();
        let home = Self {
            gateway: room("gateway"),
            router: room("router"),
            stranger: room("stranger"),
            folder: tempfile::tempdir().unwrap(),
        };
        for name in ["net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding"] {
            home.router.sysctl(name, "1").unwrap();
        }
        home.plug(&home.gateway, "lan");
        home.plug(&home.stranger, "wan");
        // The router's link-local address shall be one that is known.
        let lan = ["addr add 192.168.1.1/24 dev lan", "addr add 2001:db8:1::1/64 dev lan nodad"];
        let wan = ["addr add 1.2.3.4/24 dev wan", "addr add 2001:db8:ff::2/64 dev wan nodad"];
        home.router.ip(&[&lan[..], &wan[..], &["addr add fe80::1/64 dev lan nodad"]].concat()).unwrap();
        home.gateway
            .ip(&[
                "addr add 192.168.1.10/24 dev eth0",
                "addr add 2001:db8:1::10/64 dev eth0 nodad",
                "route add default via 192.168.1.1",
                "route add default via fe80::1 dev eth0",
            ])
            .unwrap();
        home.stranger
            .ip(&[
                "addr add 1.2.3.66/24 dev eth0",
                "addr add 2001:db8:ff::66/64 dev eth0 nodad",
                "route add 2001:db8:1::/64 via 2001:db8:ff::2",
            ])
            .unwrap();
        home.router.feed("nft -f -", FIREWALL).unwrap();

        home
    }

    /// With `miniupnpd` in the router.
    pub(crate) fn with_miniupnpd(settings: &[&str]) -> (Self, MiniUpnpd) {
        let home = Self::build();
        let miniupnpd = MiniUpnpd::start(&home.router, home.folder.path(), settings).unwrap();

        (home, miniupnpd)
    }

    pub(crate) fn wish(&self, port: u16, protocols: Protocols) -> Wish {
        Wish { port, outside: port, nonce: [3; 12], v4: Some(Self::v4()), v6: None, protocols, knocks: 0 }
    }

    pub(crate) fn wish_v6(&self, port: u16, protocols: Protocols) -> Wish {
        Wish { v4: None, v6: Some(self.v6()), ..self.wish(port, protocols) }
    }

    pub(crate) fn v4() -> RouteV4 {
        RouteV4 { own: Self::OWN, router: Self::ROUTER }
    }

    pub(crate) fn v6(&self) -> RouteV6 {
        let index = self.gateway.run("cat /sys/class/net/eth0/ifindex").unwrap();

        RouteV6 { own: Self::OWN_V6, router: Self::ROUTER_V6, interface: index.trim().parse().unwrap() }
    }

    /// Whether a datagram from the internet to there arrives at this port of the box.
    pub(crate) fn lets_in(&self, outside: SocketAddr, port: u16) -> bool {
        let (own, stranger): (IpAddr, IpAddr) = match outside {
            SocketAddr::V4(_) => (Self::OWN.into(), Self::STRANGER.into()),
            SocketAddr::V6(_) => (Self::OWN_V6.into(), Self::STRANGER_V6.into()),
        };
        let inside = self.gateway.udp_socket((own, port)).unwrap();
        inside.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
        let stranger: UdpSocket = self.stranger.udp_socket((stranger, 0)).unwrap();
        stranger.send_to(b"knock", outside).unwrap();
        let mut buffer = [0; 16];

        inside.recv_from(&mut buffer).is_ok_and(|(length, from)| {
            assert_eq!(&buffer[..length], b"knock");
            from == stranger.local_addr().unwrap()
        })
    }

    /// Lets another device at home make a mapping: the gateway, while it has that one's address.
    pub(crate) fn map_from(&self, address: &str, command: &str) {
        let change = |from: &str, to: &str| {
            let lines = [format!("addr del {from}/24 dev eth0"), format!("addr add {to}/24 dev eth0")];
            self.gateway.ip(&[lines[0].as_str(), lines[1].as_str()]).unwrap();
        };
        change("192.168.1.10", address);
        self.gateway.run(command).unwrap();
        change(address, "192.168.1.10");
        self.gateway.ip(&["route replace default via 192.168.1.1"]).unwrap();
    }

    fn plug(&self, room: &Namespace, port: &str) {
        let router = self.router.path();
        room.sysctl("net.ipv6.conf.default.accept_dad", "0").unwrap();
        room.ip(&[&format!("link add eth0 type veth peer name {port} netns {router}")]).unwrap();
        self.router
            .ip(&[&format!("link set {port} addrgenmode none"), &format!("link set {port} up")])
            .unwrap();
        room.ip(&["link set eth0 up"]).unwrap();
    }
}

const FIREWALL: &str = "\
table inet router {
  chain prerouting {
    type nat hook prerouting priority dstnat;
  }
  chain postrouting {
    type nat hook postrouting priority srcnat;
    oifname wan meta nfproto ipv4 masquerade
  }
  chain forward {
    type filter hook forward priority filter; policy drop;
    ct state established,related accept
    iifname lan accept
    ct status dnat accept
  }
}
";
