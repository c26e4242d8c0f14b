use std::{
    fs, io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// One of the kernel's routes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Route {
    pub(super) interface: String,
    pub(super) destination: IpNet,
    /// None when the destination is on-link.
    pub(super) router: Option<IpAddr>,
    /// The kernel takes the route with the lowest.
    pub(super) metric: u32,
}

impl Route {
    /// What `/proc/net/route` and `/proc/net/ipv6_route` say.
    pub(super) fn read_all() -> io::Result<Vec<Self>> {
        let v4 = fs::read_to_string("/proc/self/net/route")?;
        // Without IPv6 in the kernel there is no such file.
        let v6 = fs::read_to_string("/proc/self/net/ipv6_route").unwrap_or_default();

        Ok(v4.lines().filter_map(Self::from_v4).chain(v6.lines().filter_map(Self::from_v6)).collect())
    }

    /// Whether it leads out of the home.
    pub(super) fn is_default(&self) -> bool {
        self.router.is_some() && self.destination.prefix_len() == 0
    }

    /// A line of `/proc/net/route`: interface, destination, gateway, flags, …, metric, mask; addresses as the machine's own
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
            router: (flags & RTF_GATEWAY != 0).then(|| address(2).map(IpAddr::V4)).flatten(),
            metric: fields.get(6)?.parse().ok()?,
        })
    }

    /// A line of `/proc/net/ipv6_route`: destination, its length, source, its length, next hop, metric, counters,
    /// flags, interface; all in hexadecimal.
    fn from_v6(line: &str) -> Option<Self> {
        let fields = line.split_whitespace().collect::<Vec<_>>();
        let destination = Ipv6Addr::from(u128::from_str_radix(fields.first()?, 16).ok()?);
        let length = u8::from_str_radix(fields.get(1)?, 16).ok()?;
        let next_hop = Ipv6Addr::from(u128::from_str_radix(fields.get(4)?, 16).ok()?);
        let flags = u32::from_str_radix(fields.get(8)?, 16).ok()?;
        let is_of_use = flags & RTF_UP != 0 && flags & (RTF_REJECT | RTF_ANYCAST | RTF_LOCAL) == 0;
        if !is_of_use || destination.is_multicast() {
            return None;
        }

        Some(Self {
            interface: (*fields.get(9)?).to_owned(),
            destination: Ipv6Net::new(destination, length).ok()?.into(),
            router: (flags & RTF_GATEWAY != 0).then_some(next_hop.into()),
            metric: u32::from_str_radix(fields.get(5)?, 16).ok()?,
        })
    }
}

// linux/route.h and linux/ipv6_route.h.
const RTF_UP: u32 = 0x0001;
const RTF_GATEWAY: u32 = 0x0002;
const RTF_REJECT: u32 = 0x0200;
const RTF_ANYCAST: u32 = 0x0010_0000;
const RTF_LOCAL: u32 = 0x8000_0000;

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

        assert_eq!(
            routes,
            [
                route("eth0", "0.0.0.0/0", Some("192.168.1.1"), 100),
                route("eth0", "192.168.1.0/24", None, 100)
            ]
        );
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

        assert_eq!(
            routes,
            [route("eth0", "2001:db8:1::/64", None, 256), route("eth0", "::/0", Some("fe80::1"), 1024)]
        );
    }

    fn route(interface: &str, destination: &str, router: Option<&str>, metric: u32) -> Route {
        Route {
            interface: interface.to_owned(),
            destination: destination.parse().unwrap(),
            router: router.map(|router| router.parse().unwrap()),
            metric,
        }
    }
}
