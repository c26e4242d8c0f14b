//! The home network as the box stands in it: which interfaces lead home, and who is on-link there.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    path::Path,
    time::Duration,
};

use ipnet::IpNet;
use model::InterfaceName;
use route::Route;
use tokio::{sync::watch, time::MissedTickBehavior};
use tokio_util::sync::CancellationToken;

mod route;

/// The interfaces that lead home, in the order of their names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct HomeNetwork {
    /// Each with what is on-link there.
    pub interfaces: Vec<LanInterface>,
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
                router_v4: routers(&routes, &name).find_map(|router| match router {
                    IpAddr::V4(v4) => Some(v4),
                    IpAddr::V6(_) => None,
                }),
                router_v6: routers(&routes, &name).find_map(|router| match router {
                    IpAddr::V4(_) => None,
                    IpAddr::V6(v6) => Some(v6),
                }),
                name,
            })
            .collect();

        Ok(Self { interfaces })
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
    /// The router that leads out of the home over IPv4.
    pub router_v4: Option<Ipv4Addr>,
    /// The same over IPv6, mostly by an address that holds on this interface only.
    pub router_v6: Option<Ipv6Addr>,
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

fn is_chosen(name: &InterfaceName, named: &[InterfaceName], routes: &[Route]) -> bool {
    let is_default = |route: &&Route| route.is_default();
    if !named.is_empty() {
        named.iter().any(|chosen| chosen == name)
    } else if routes.iter().any(|route| is_default(&route)) {
        routes.iter().filter(is_default).any(|route| route.interface == name.as_str())
    } else {
        Path::new("/sys/class/net").join(name.as_str()).join("device").exists()
    }
}

/// Those that lead out of the home by this interface, the one that the kernel prefers first.
fn routers(routes: &[Route], interface: &InterfaceName) -> impl Iterator<Item = IpAddr> {
    let mut defaults = routes
        .iter()
        .filter(|route| route.interface == interface.as_str() && route.destination.prefix_len() == 0)
        .filter_map(|route| Some((route.metric, route.router?)))
        .collect::<Vec<_>>();
    defaults.sort_by_key(|(metric, _)| *metric);

    defaults.into_iter().map(|(_, router)| router)
}

fn on_link(routes: &[Route], interface: &InterfaceName) -> Vec<IpNet> {
    let is_link_local = |net: &IpNet| matches!(net, IpNet::V6(v6) if v6.addr().is_unicast_link_local());
    let mut prefixes = routes
        .iter()
        .filter(|route| {
            route.interface == interface.as_str()
                && route.router.is_none()
                && route.destination.prefix_len() > 0
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
    fn the_interface_with_the_default_route_leads_home_unless_the_owner_chose() {
        let routes = [
            route("eth0", "0.0.0.0/0", Some("192.168.1.1")),
            route("eth0", "192.168.1.0/24", None),
            route("docker0", "172.17.0.0/16", None),
        ];

        let [eth0, docker0] = ["eth0", "docker0"].map(|name| name.parse().unwrap());
        assert!(is_chosen(&eth0, &[], &routes));
        assert!(!is_chosen(&docker0, &[], &routes));
        let chosen = [docker0];
        assert!(is_chosen(&chosen[0], &chosen, &routes));
        assert!(!is_chosen(&eth0, &chosen, &routes));
    }

    #[test]
    fn of_several_routers_the_kernels_choice_comes_first() {
        let eth0 = "eth0".parse().unwrap();
        let routes = [
            Route { metric: 600, ..route("eth0", "0.0.0.0/0", Some("192.168.1.2")) },
            Route { metric: 100, ..route("eth0", "0.0.0.0/0", Some("192.168.1.1")) },
            Route { metric: 50, ..route("wlan0", "0.0.0.0/0", Some("192.168.2.1")) },
        ];

        let first = routers(&routes, &eth0).next();

        assert_eq!(first, "192.168.1.1".parse().ok());
    }

    #[test]
    fn a_neighbour_is_told_from_a_stranger_with_a_global_address() {
        let prefixes = ["192.168.1.0/24", "2001:db8:1::/64"].map(|net| net.parse().unwrap());
        let lan = LanInterface {
            name: "eth0".parse().unwrap(),
            index: 2,
            prefixes: prefixes.into(),
            addresses: vec![],
            router_v4: None,
            router_v6: None,
        };
        let home = HomeNetwork { interfaces: vec![lan] };

        for neighbour in ["192.168.1.77", "2001:db8:1::77", "fe80::77", "::ffff:192.168.1.77"] {
            assert!(home.is_on_link(neighbour.parse().unwrap()), "{neighbour}");
        }
        for stranger in ["192.168.2.77", "2001:db8:2::77", "203.0.113.9"] {
            assert!(!home.is_on_link(stranger.parse().unwrap()), "{stranger}");
        }
    }

    fn route(interface: &str, destination: &str, router: Option<&str>) -> Route {
        Route {
            interface: interface.to_owned(),
            destination: destination.parse().unwrap(),
            router: router.map(|router| router.parse().unwrap()),
            metric: 0,
        }
    }
}
