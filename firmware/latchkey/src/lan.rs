//! The home network as the box stands in it: which interfaces lead home, and who is on-link there.

use std::{
    fs, io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    path::Path,
    time::Duration,
};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use model::InterfaceName;
use reachability::Network;
use tokio::{sync::watch, time::MissedTickBehavior};
use tokio_util::sync::CancellationToken;

/// The interfaces that lead home, in the order of their names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct HomeNetwork {
    /// Each with what is on-link there.
    pub interfaces: Vec<LanInterface>,
    /// The way out.
    pub network: Network,
}

impl HomeNetwork {
    /// Looks at the kernel's routes and addresses.
    ///
    /// `named` are the interfaces that the owner chose; if there are none, those with a default route lead home, and
    /// without any default route (the router is off) those that are real hardware.
    pub(crate) fn read(named: &[InterfaceName], tunnel: &InterfaceName) -> io::Result<Self> {
        let routes = Route::read_all()?;
        let addresses = if_addrs::get_if_addrs()?;
        let leads_home = |name: &InterfaceName| is_chosen(name, named, &routes);
        let mut names =
            routes.iter().filter_map(|route| route.interface.parse().ok()).collect::<Vec<InterfaceName>>();
        names.sort();
        names.dedup();

        let interfaces = names
            .into_iter()
            .filter(|name| name != tunnel && name.as_str() != "lo" && leads_home(name))
            .map(|name| LanInterface {
                index: addresses.iter().find(|a| a.name == name.as_str()).and_then(|a| a.index).unwrap_or(0),
                prefixes: on_link(&routes, &name),
                addresses: addresses
                    .iter()
                    .filter(|a| a.name == name.as_str())
                    .map(if_addrs::Interface::ip)
                    .collect(),
                name,
            })
            .collect::<Vec<_>>();
        let mut names = interfaces.iter().map(|lan: &LanInterface| lan.name.to_string()).collect::<Vec<_>>();
        if names.is_empty() {
            // No route leads anywhere. There may be a cable all the same, and only the address is missing.
            names = plugs(named);
        }

        Ok(Self { network: Network::read(&names)?, interfaces })
    }

    /// What the interfaces are called.
    pub(crate) fn names(&self) -> Vec<String> {
        self.interfaces.iter().map(|lan| lan.name.to_string()).collect()
    }

    /// All networks that are on-link.
    pub(crate) fn prefixes(&self) -> Vec<IpNet> {
        self.interfaces.iter().flat_map(|lan| lan.prefixes.iter().copied()).collect()
    }

    /// Whether this address is a neighbour's: no router stands between it and the box.
    pub(crate) fn is_on_link(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        let is_link_local = matches!(address, IpAddr::V6(v6) if v6.is_unicast_link_local());

        is_link_local || self.prefixes().iter().any(|prefix| prefix.contains(&address))
    }

    /// The box's own addresses at home, IPv4 first, without those that only work with a scope.
    pub(crate) fn own_addresses(&self) -> Vec<IpAddr> {
        let mut addresses = self
            .interfaces
            .iter()
            .flat_map(|lan| lan.addresses.iter().copied())
            .filter(|address| !matches!(address, IpAddr::V6(v6) if v6.is_unicast_link_local()))
            .collect::<Vec<_>>();
        addresses.sort();
        addresses.dedup();

        addresses
    }
}

/// One interface that leads home.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LanInterface {
    /// `eth0`.
    pub name: InterfaceName,
    /// The kernel's number for it; a new one says that it was unplugged in between.
    pub index: u32,
    /// The networks that are on-link.
    pub prefixes: Vec<IpNet>,
    /// The box's own addresses.
    pub addresses: Vec<IpAddr>,
}

/// Keeps an eye on the home network and tells of every change.
pub(crate) struct LanWatch {
    named: Vec<InterfaceName>,
    tunnel: InterfaceName,
    news: watch::Sender<HomeNetwork>,
}

impl LanWatch {
    /// Takes a first look.
    pub(crate) fn new(
        named: Vec<InterfaceName>,
        tunnel: InterfaceName,
    ) -> io::Result<(Self, watch::Receiver<HomeNetwork>)> {
        let (news, receiver) = watch::channel(HomeNetwork::read(&named, &tunnel)?);

        Ok((Self { named, tunnel, news }, receiver))
    }

    /// Looks again and again.
    pub(crate) async fn run(self, stop: CancellationToken) -> anyhow::Result<()> {
        let mut looks = tokio::time::interval(LOOK_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while stop.run_until_cancelled(looks.tick()).await.is_some() {
            match HomeNetwork::read(&self.named, &self.tunnel) {
                Ok(home) => self.publish(home),
                Err(error) => tracing::warn!(%error, "Cannot look at the home network"),
            }
        }

        Ok(())
    }

    fn publish(&self, home: HomeNetwork) {
        self.news.send_if_modified(|known| {
            let changed = *known != home;
            if changed {
                tracing::info!(interfaces = ?home.names(), "The home network changed");
                *known = home;
            }
            changed
        });
    }
}

/// A lease may change at any time; nobody notices two seconds.
const LOOK_EVERY: Duration = Duration::from_secs(2);

#[derive(Debug, PartialEq, Eq)]
struct Route {
    interface: String,
    destination: IpNet,
    by_router: bool,
}

impl Route {
    fn read_all() -> io::Result<Vec<Self>> {
        let v4 = fs::read_to_string("/proc/self/net/route")?;
        // Without IPv6 in the kernel there is no such file.
        let v6 = fs::read_to_string("/proc/self/net/ipv6_route").unwrap_or_default();

        Ok(v4.lines().filter_map(Self::from_v4).chain(v6.lines().filter_map(Self::from_v6)).collect())
    }

    /// A line of `/proc/net/route`: interface, destination, gateway, flags, …, mask; addresses as the machine's own
    /// integers in hexadecimal.
    fn from_v4(line: &str) -> Option<Self> {
        let fields = line.split_whitespace().collect::<Vec<_>>();
        let address = |i: usize| {
            let bits = u32::from_str_radix(fields.get(i)?, 16).ok()?;
            Some(Ipv4Addr::from(bits.to_ne_bytes()))
        };
        let flags = u32::from_str_radix(fields.get(3)?, 16).ok()?;
        if flags & RTF_UP == 0 || flags & RTF_REJECT != 0 {
            return None;
        }

        Some(Self {
            interface: (*fields.first()?).to_owned(),
            destination: Ipv4Net::with_netmask(address(1)?, address(7)?).ok()?.into(),
            by_router: flags & RTF_GATEWAY != 0,
        })
    }

    /// A line of `/proc/net/ipv6_route`: destination, its length, source, its length, next hop, metric, counters,
    /// flags, interface; all in hexadecimal.
    fn from_v6(line: &str) -> Option<Self> {
        let fields = line.split_whitespace().collect::<Vec<_>>();
        let destination = Ipv6Addr::from(u128::from_str_radix(fields.first()?, 16).ok()?);
        let length = u8::from_str_radix(fields.get(1)?, 16).ok()?;
        let flags = u32::from_str_radix(fields.get(8)?, 16).ok()?;
        let is_of_use = flags & RTF_UP != 0 && flags & (RTF_REJECT | RTF_ANYCAST | RTF_LOCAL) == 0;
        if !is_of_use || destination.is_multicast() {
            return None;
        }

        Some(Self {
            interface: (*fields.get(9)?).to_owned(),
            destination: Ipv6Net::new(destination, length).ok()?.into(),
            by_router: flags & RTF_GATEWAY != 0,
        })
    }
}

// linux/route.h and linux/ipv6_route.h.
const RTF_UP: u32 = 0x0001;
const RTF_GATEWAY: u32 = 0x0002;
const RTF_REJECT: u32 = 0x0200;
const RTF_ANYCAST: u32 = 0x0010_0000;
const RTF_LOCAL: u32 = 0x8000_0000;

fn is_chosen(name: &InterfaceName, named: &[InterfaceName], routes: &[Route]) -> bool {
    let is_default = |route: &&Route| route.by_router && route.destination.prefix_len() == 0;
    if !named.is_empty() {
        named.iter().any(|chosen| chosen == name)
    } else if routes.iter().any(|route| is_default(&route)) {
        routes.iter().filter(is_default).any(|route| route.interface == name.as_str())
    } else {
        is_hardware(name.as_str())
    }
}

fn is_hardware(name: &str) -> bool {
    Path::new(INTERFACES).join(name).join("device").exists()
}

/// Where a cable could be: what the owner chose, or else all real hardware.
fn plugs(named: &[InterfaceName]) -> Vec<String> {
    if !named.is_empty() {
        return named.iter().map(InterfaceName::to_string).collect();
    }
    let all = fs::read_dir(INTERFACES).into_iter().flatten().flatten();

    all.filter_map(|entry| entry.file_name().into_string().ok()).filter(|name| is_hardware(name)).collect()
}

const INTERFACES: &str = "/sys/class/net";

fn on_link(routes: &[Route], interface: &InterfaceName) -> Vec<IpNet> {
    let is_link_local = |net: &IpNet| matches!(net, IpNet::V6(v6) if v6.addr().is_unicast_link_local());
    let mut prefixes = routes
        .iter()
        .filter(|route| {
            route.interface == interface.as_str() && !route.by_router && route.destination.prefix_len() > 0
        })
        .map(|route| route.destination)
        .filter(|net| !is_link_local(net))
        .collect::<Vec<_>>();
    prefixes.sort();
    prefixes.dedup();

    prefixes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_routes_of_a_home_are_read() {
        let lines = [
            "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT",
            "eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0",
            "eth0\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0",
        ];

        let routes = lines.iter().filter_map(|line| Route::from_v4(line)).collect::<Vec<_>>();

        assert_eq!(routes, [route("eth0", "0.0.0.0/0", true), route("eth0", "192.168.1.0/24", false)]);
    }

    #[test]
    fn ipv6_routes_without_those_to_the_box_itself_are_read() {
        let lines = [
            "20010db8000100000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0",
            "00000000000000000000000000000000 00 00000000000000000000000000000000 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003     eth0",
            "20010db8000100000000000000000010 80 00000000000000000000000000000000 00 00000000000000000000000000000000 00000000 00000003 00000000 80200001     eth0",
            "ff000000000000000000000000000000 08 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0",
        ];

        let routes = lines.iter().filter_map(|line| Route::from_v6(line)).collect::<Vec<_>>();

        assert_eq!(routes, [route("eth0", "2001:db8:1::/64", false), route("eth0", "::/0", true)]);
    }

    #[test]
    fn the_interface_with_the_default_route_leads_home_unless_the_owner_chose() {
        let routes = [
            route("eth0", "0.0.0.0/0", true),
            route("eth0", "192.168.1.0/24", false),
            route("docker0", "172.17.0.0/16", false),
        ];

        let [eth0, docker0] = ["eth0", "docker0"].map(|name| name.parse().unwrap());
        assert!(is_chosen(&eth0, &[], &routes));
        assert!(!is_chosen(&docker0, &[], &routes));
        let chosen = [docker0];
        assert!(is_chosen(&chosen[0], &chosen, &routes));
        assert!(!is_chosen(&eth0, &chosen, &routes));
    }

    #[test]
    fn a_neighbour_is_told_from_a_stranger_with_a_global_address() {
        let prefixes = ["192.168.1.0/24", "2001:db8:1::/64"].map(|net| net.parse().unwrap());
        let lan = LanInterface {
            name: "eth0".parse().unwrap(),
            index: 2,
            prefixes: prefixes.into(),
            addresses: vec![],
        };
        let home = HomeNetwork { interfaces: vec![lan], ..HomeNetwork::default() };

        for neighbour in ["192.168.1.77", "2001:db8:1::77", "fe80::77", "::ffff:192.168.1.77"] {
            assert!(home.is_on_link(neighbour.parse().unwrap()), "{neighbour}");
        }
        for stranger in ["192.168.2.77", "2001:db8:2::77", "203.0.113.9"] {
            assert!(!home.is_on_link(stranger.parse().unwrap()), "{stranger}");
        }
    }

    fn route(interface: &str, destination: &str, by_router: bool) -> Route {
        Route { interface: interface.to_owned(), destination: destination.parse().unwrap(), by_router }
    }
}
