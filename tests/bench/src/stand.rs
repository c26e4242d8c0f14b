use std::{
    net::{IpAddr, Ipv4Addr, SocketAddrV4},
    path::Path,
    time::Duration,
};

use access::{Lan, Policy, Posture, Ruleset};
use anyhow::{Context as _, Result};
use bench::{Configuration, Implementation, Peer, Tunnel};
use lab::Namespace;
use model::{HostNumber, InterfaceName, PrivateKey, Service, TunnelRange};

use crate::{
    clock,
    setting::{Link, Setting, Topology},
};

/// A client, a gateway, and Home Assistant's place behind it, with a tunnel that is up.
pub(crate) struct Stand {
    pub(crate) client: Tunnel,
    pub(crate) gateway: Tunnel,
    home: Namespace,
    setting: Setting,
    /// From the start of the gateway's program to the first answer through the tunnel.
    pub(crate) start: Duration,
}

impl Stand {
    /// Puts all of it up.
    pub(crate) fn build(
        gateway: &Implementation,
        client: &Implementation,
        setting: Setting,
        log: &Path,
    ) -> Result<Self> {
        let [client_room, gateway_room, home] = rooms(setting)?;
        let interface = TUNNEL.parse::<InterfaceName>()?;
        if setting.topology == Topology::Forwarded {
            load_rules(&gateway_room, &interface)?;
        }
        let [gateway_key, client_key] = [(); 2].map(|()| PrivateKey::generate());
        let gateway_peer = Peer::new(gateway_key.public_key(), [IpAddr::from(GATEWAY).into()]);
        let client_peer = Peer::new(client_key.public_key(), [IpAddr::from(CLIENT).into()]);

        let client = client.start(&client_room, &interface, log)?;
        let endpoint = SocketAddrV4::new(OUTER_GATEWAY, PORT);
        client.configure(&configuration(client_key, None, gateway_peer.at(endpoint)))?;
        client.bring_up(&[&format!("{CLIENT}/24")], MTU)?;

        let begin = clock::now();
        let gateway = gateway.start(&gateway_room, &interface, log)?;
        gateway.configure(&configuration(gateway_key, Some(PORT), client_peer))?;
        gateway.bring_up(&[&format!("{GATEWAY}/24")], MTU)?;
        client_room.run(&format!("ping -n -c 1 -W 10 {GATEWAY}")).context("reach the gateway")?;
        let start = begin.elapsed();

        Ok(Self { client, gateway, home, setting, start })
    }

    /// Where the traffic of clients ends.
    pub(crate) fn server(&self) -> &Namespace {
        match self.setting.topology {
            Topology::Ends => self.gateway.room(),
            Topology::Forwarded => &self.home,
        }
    }
}

/// The gateway's address inside the tunnel.
pub(crate) const GATEWAY: Ipv4Addr = Ipv4Addr::new(10, 77, 7, 1);
/// The client's.
pub(crate) const CLIENT: Ipv4Addr = Ipv4Addr::new(10, 77, 7, 2);

/// The gateway's address on the way to the client (RFC 5737).
pub(crate) const OUTER_GATEWAY: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 1);
/// The client's.
pub(crate) const OUTER_CLIENT: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 2);
const HOME_GATEWAY: Ipv4Addr = Ipv4Addr::new(192, 168, 5, 2);
const HOME_ASSISTANT: Ipv4Addr = Ipv4Addr::new(192, 168, 5, 10);

const TUNNEL: &str = "wg0";
const PORT: u16 = 51820;

/// What most programs have as their default; the same for all.
const MTU: u16 = 1420;

fn configuration(private_key: PrivateKey, listen_port: Option<u16>, peer: Peer) -> Configuration {
    Configuration { private_key, listen_port, peers: vec![peer] }
}

/// Client, gateway and home, with cables between them.
pub(crate) fn rooms(setting: Setting) -> Result<[Namespace; 3]> {
    let client = Namespace::create("client")?;
    let gateway = Namespace::create("gateway")?;
    let home = Namespace::create("home")?;
    gateway.ip(&[
        &format!("link add eth0 type veth peer name eth0 netns {}", client.path()),
        &format!("link add home0 type veth peer name eth0 netns {}", home.path()),
        &format!("address add {OUTER_GATEWAY}/24 dev eth0"),
        &format!("address add {HOME_GATEWAY}/24 dev home0"),
        "link set eth0 up",
        "link set home0 up",
    ])?;
    client.ip(&[&format!("address add {OUTER_CLIENT}/24 dev eth0"), "link set eth0 up"])?;
    home.ip(&[&format!("address add {HOME_ASSISTANT}/24 dev eth0"), "link set eth0 up"])?;
    match setting.link {
        Link::Veth => {}
        Link::Wire => {
            for room in [&client, &gateway] {
                room.run("ethtool -K eth0 tx-udp-segmentation off")?;
            }
        }
    }

    Ok([client, gateway, home])
}

/// Has the gateway pass on what the product passes on, and by the same rules.
fn load_rules(gateway: &Namespace, tunnel: &InterfaceName) -> Result<()> {
    let policy = Policy {
        tunnel: tunnel.clone(),
        range: TunnelRange::new("10.77.7.0/24".parse()?, "fd77::/64".parse()?)?,
        wireguard_port: PORT,
        page_port: 80,
        lan: vec![Lan { interface: "home0".parse()?, prefixes: vec!["192.168.5.0/24".parse()?] }],
        owners_and_family: vec![HostNumber::new(2)?],
        guests: Vec::new(),
        guests_for: None,
        home_assistant: Some(Service {
            v4: Some(SocketAddrV4::new(HOME_ASSISTANT, Service::PORT)),
            v6: None,
        }),
        posture: Posture::Appliance,
    };
    gateway.feed("nft -f -", Ruleset::new(&policy).as_str())?;

    gateway.sysctl("net.ipv4.ip_forward", "1")
}

#[cfg(test)]
mod tests {
    use std::{io::IoSlice, net::UdpSocket, os::fd::AsRawFd as _};

    use nix::sys::socket::{ControlMessage, MsgFlags, SockaddrIn, sendmsg};

    use super::*;

    #[test]
    fn only_a_wire_carries_each_datagram_alone() {
        // The kernel sends a few frames of its own now and then.
        assert!(frames_for_forty_datagrams(Link::Veth) < 25);
        assert!(frames_for_forty_datagrams(Link::Wire) >= 40);
    }

    /// Given to the kernel in one call, with segmentation asked for.
    fn frames_for_forty_datagrams(link: Link) -> u64 {
        let [client, _gateway, _home] = rooms(Setting { topology: Topology::Ends, link }).unwrap();
        client.run(&format!("ping -n -c 1 -W 5 {OUTER_GATEWAY}")).unwrap();
        let frames = || {
            let count = client.run("cat /sys/class/net/eth0/statistics/tx_packets").unwrap();
            count.trim().parse::<u64>().unwrap()
        };
        let socket = client.in_thread(|| UdpSocket::bind((OUTER_CLIENT, 0))).unwrap().unwrap();
        let to = SockaddrIn::from(SocketAddrV4::new(OUTER_GATEWAY, PORT));

        let before = frames();
        let size = 1400;
        let data = vec![0; 40 * usize::from(size)];
        let segments = [ControlMessage::UdpGsoSegments(&size)];
        sendmsg(socket.as_raw_fd(), &[IoSlice::new(&data)], &segments, MsgFlags::empty(), Some(&to)).unwrap();

        frames() - before
    }
}
