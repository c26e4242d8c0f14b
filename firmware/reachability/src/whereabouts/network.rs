use std::{
    fs, io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    path::Path,
};

use if_addrs::get_if_addrs;
use serde::Serialize;

/// The home network, as far as the way out goes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Network {
    /// Whether a cable is plugged in, or Wi-Fi connected.
    pub link: bool,
    /// The box's own IPv4 addresses.
    pub v4: Vec<Ipv4Addr>,
    /// Its own IPv6 addresses, without link-local ones and those on their way in or out; those that last come first.
    pub v6: Vec<Ipv6Addr>,
    /// Whom it asks for the way over IPv4, the preferred one first.
    pub routers_v4: Vec<Ipv4Addr>,
    /// Whom it asks for the way over IPv6, the preferred one first.
    pub routers_v6: Vec<RouterV6>,
}

/// A router by the address that IPv6 routers say: a link-local one, which needs the interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RouterV6 {
    /// Its address.
    pub address: Ipv6Addr,
    /// Behind which interface it is.
    pub interface: String,
}

impl Network {
    /// Asks the kernel what it has on these interfaces.
    ///
    /// # Errors
    /// When the kernel does not say.
    pub fn read(interfaces: &[String]) -> io::Result<Self> {
        let tables = Path::new("/proc/thread-self/net");
        let routes = fs::read_to_string(tables.join("route"))?;
        // Without IPv6 in the kernel there are no such files.
        let routes_v6 = fs::read_to_string(tables.join("ipv6_route")).unwrap_or_default();
        let addresses_v6 = fs::read_to_string(tables.join("if_inet6")).unwrap_or_default();

        Ok(Self {
            link: interfaces.iter().any(|name| carries(name)),
            v4: own_v4(interfaces)?,
            v6: own_v6(&addresses_v6, interfaces),
            routers_v4: routers_v4(&routes, interfaces),
            routers_v6: routers_v6(&routes_v6, interfaces),
        })
    }
}

/// An interface that is down says nothing.
fn carries(interface: &str) -> bool {
    let file = Path::new("/sys/class/net").join(interface).join("carrier");

    fs::read_to_string(file).is_ok_and(|carrier| carrier.trim() == "1")
}

fn own_v4(interfaces: &[String]) -> io::Result<Vec<Ipv4Addr>> {
    let at_home = get_if_addrs()?.into_iter().filter(|address| interfaces.contains(&address.name));
    let mut addresses = at_home
        .filter_map(|address| match address.ip() {
            IpAddr::V4(v4) if !v4.is_link_local() => Some(v4),
            IpAddr::V4(_) | IpAddr::V6(_) => None,
        })
        .collect::<Vec<_>>();
    addresses.sort();

    Ok(addresses)
}

/// Lines of `/proc/net/if_inet6`: address, interface number, prefix length, scope, flags, interface; in hexadecimal.
fn own_v6(table: &str, interfaces: &[String]) -> Vec<Ipv6Addr> {
    let mut addresses = lines(table)
        .filter_map(|fields| {
            let address = v6(fields.first()?)?;
            let [scope, flags] = [hex(fields.get(3)?)?, hex(fields.get(4)?)?];
            let is_ours = interfaces.iter().any(|name| Some(&name.as_str()) == fields.get(5));
            (is_ours && scope == SCOPE_GLOBAL && flags & UNUSABLE == 0)
                .then_some((flags & IFA_F_TEMPORARY, address))
        })
        .collect::<Vec<_>>();
    addresses.sort();

    addresses.into_iter().map(|(_, address)| address).collect()
}

/// Lines of `/proc/net/route`: interface, destination, gateway, flags, counter, counter, metric, mask; addresses as the
/// machine's own integers in hexadecimal.
fn routers_v4(table: &str, interfaces: &[String]) -> Vec<Ipv4Addr> {
    let routers = lines(table).filter_map(|fields| {
        let [destination, gateway, flags, mask] =
            [hex(fields.get(1)?)?, hex(fields.get(2)?)?, hex(fields.get(3)?)?, hex(fields.get(7)?)?];
        let metric = fields.get(6)?.parse::<u32>().ok()?;
        let is_ours = interfaces.iter().any(|name| Some(&name.as_str()) == fields.first());
        let is_default = (destination, mask) == (0, 0) && flags & ROUTER == ROUTER && flags & RTF_REJECT == 0;
        (is_ours && is_default).then_some((metric, Ipv4Addr::from(gateway.to_ne_bytes())))
    });

    preferred(routers)
}

/// Lines of `/proc/net/ipv6_route`: destination, its length, source, its length, next hop, metric, counters, flags,
/// interface; in hexadecimal.
fn routers_v6(table: &str, interfaces: &[String]) -> Vec<RouterV6> {
    let routers = lines(table).filter_map(|fields| {
        let [length, metric, flags] = [hex(fields.get(1)?)?, hex(fields.get(5)?)?, hex(fields.get(8)?)?];
        let interface = interfaces.iter().find(|name| Some(&name.as_str()) == fields.get(9))?;
        let is_default = length == 0 && flags & ROUTER == ROUTER && flags & RTF_REJECT == 0;
        is_default.then_some((metric, (v6(fields.get(4)?)?, interface)))
    });

    preferred(routers)
        .into_iter()
        .map(|(address, interface)| RouterV6 { address, interface: interface.clone() })
        .collect()
}

/// Each once, the ones with the least metric first.
fn preferred<R: PartialEq>(routers: impl Iterator<Item = (u32, R)>) -> Vec<R> {
    let mut routers = routers.collect::<Vec<_>>();
    routers.sort_by_key(|(metric, _)| *metric);
    let mut preferred = Vec::new();
    for (_, router) in routers {
        if !preferred.contains(&router) {
            preferred.push(router);
        }
    }

    preferred
}

fn lines(table: &str) -> impl Iterator<Item = Vec<&str>> {
    table.lines().map(|line| line.split_whitespace().collect())
}

fn hex(field: &str) -> Option<u32> {
    u32::from_str_radix(field, 16).ok()
}

fn v6(field: &str) -> Option<Ipv6Addr> {
    u128::from_str_radix(field, 16).ok().map(Ipv6Addr::from)
}

// linux/route.h: up, and through a gateway.
const ROUTER: u32 = 0x0003;
const RTF_REJECT: u32 = 0x0200;
// linux/if_addr.h: being checked for a double, found to be one, or on its way out.
const UNUSABLE: u32 = 0x40 | 0x08 | 0x20;
const IFA_F_TEMPORARY: u32 = 0x01;
/// net/ipv6.h: `IPV6_ADDR_ANY` in that table says global.
const SCOPE_GLOBAL: u32 = 0x00;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_router_of_the_preferred_default_route_comes_first() {
        let table = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
wlan0\t00000000\t0201A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0
eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0
eth0\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0
docker0\t00000000\t010011AC\t0003\t0\t0\t0\t00000000\t0\t0\t0";

        let routers = routers_v4(table, &home());

        assert_eq!(routers, [Ipv4Addr::new(192, 168, 1, 1), Ipv4Addr::new(192, 168, 1, 2)]);
    }

    #[test]
    fn an_ipv6_router_is_known_by_its_link_local_address() {
        let table = "00000000000000000000000000000000 00 00000000000000000000000000000000 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003     eth0
20010db8000100000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0
00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo";

        let routers = routers_v6(table, &home());

        let address = "fe80::1".parse().unwrap();
        assert_eq!(routers, [RouterV6 { address, interface: "eth0".to_owned() }]);
    }

    #[test]
    fn an_ipv6_address_that_lasts_comes_first_and_one_on_its_way_out_is_left_out() {
        let table = "20010db8000100000000000000000001 02 40 00 01     eth0
20010db8000100000000000000000010 02 40 00 80     eth0
20010db8000100000000000000000020 02 40 00 20     eth0
20010db8000100000000000000000040 02 40 00 40     eth0
fe800000000000000000000000000010 02 40 20 80     eth0
20010db8000200000000000000000010 03 40 00 80     wg0";

        let addresses = own_v6(table, &home());

        let expected =
            ["2001:db8:1::10", "2001:db8:1::1"].map(|address| address.parse::<Ipv6Addr>().unwrap());
        assert_eq!(addresses, expected);
    }

    #[test]
    fn no_table_of_the_kernel_upsets_the_reader() {
        for table in ["", "eth0", "eth0\t0\t0", "zz zz zz zz zz zz zz zz zz zz", "\u{1}\n\n é"] {
            assert!(routers_v4(table, &home()).is_empty());
            assert!(routers_v6(table, &home()).is_empty());
            assert!(own_v6(table, &home()).is_empty());
        }
    }

    fn home() -> Vec<String> {
        ["eth0", "wlan0"].map(str::to_owned).into()
    }
}
