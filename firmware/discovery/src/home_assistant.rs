use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddrV4, SocketAddrV6};

use model::Service;

use crate::{announcement::Announcement, on_link::OnLink};

/// A Home Assistant that says that it is here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HomeAssistant {
    /// Which one it is, by its own account; at most 64 characters.
    pub uuid: String,
    /// What its owner calls it; at most 64 characters.
    pub name: Option<String>,
    /// Where it is.
    pub service: Service,
}

impl HomeAssistant {
    /// Reads what somebody announced, who may be anybody at home.
    pub(crate) fn read(announcement: &Announcement<'_>, on_link: &OnLink) -> Option<Self> {
        let service = service(&announcement.addresses, announcement.port, on_link)?;

        Some(Self {
            uuid: announcement.uuid.and_then(tame)?,
            name: announcement.location_name.and_then(tame),
            service,
        })
    }
}

/// Of several addresses (Home Assistant may have networks of its own, for containers) one that we reach without a
/// router is preferred, then one that stays inside the home, then the lowest: it must not change by itself.
fn service(addresses: &[IpAddr], port: u16, on_link: &OnLink) -> Option<Service> {
    let port = (port != 0).then_some(port)?;
    let v4 = addresses.iter().filter_map(|address| match address {
        IpAddr::V4(v4) => Some(*v4),
        IpAddr::V6(_) => None,
    });
    let v6 = addresses.iter().filter_map(|address| match address {
        IpAddr::V4(_) => None,
        IpAddr::V6(v6) => Some(*v6),
    });
    let v4 = v4.filter(is_host_v4).min_by_key(|v4| (!on_link.contains((*v4).into()), !v4.is_private(), *v4));
    let v6 =
        v6.filter(is_host_v6).min_by_key(|v6| (!on_link.contains((*v6).into()), !v6.is_unique_local(), *v6));
    if v4.is_none() && v6.is_none() {
        return None;
    }

    Some(Service {
        v4: v4.map(|v4| SocketAddrV4::new(v4, port)),
        v6: v6.map(|v6| SocketAddrV6::new(v6, port, 0, 0)),
    })
}

fn is_host_v4(v4: &Ipv4Addr) -> bool {
    // 0/8 is "this network", 240/4 reserved (RFC 6890); link-local addresses come and go.
    let reserved = matches!(v4.octets()[0], 0 | 240..);

    !(reserved || v4.is_loopback() || v4.is_link_local() || v4.is_multicast())
}

fn is_host_v6(v6: &Ipv6Addr) -> bool {
    // Of all the rest only 2000::/3 is given out (RFC 4291). fe80::/10 would need to know the interface.
    let global = v6.segments()[0] & 0xe000 == 0x2000;

    global || v6.is_unique_local()
}

/// What a stranger wrote, fit to be shown: no control characters, no more than [`MAX_CHARS`].
fn tame(text: &str) -> Option<String> {
    let tame: String = text.chars().filter(|c| !is_unprintable(*c)).take(MAX_CHARS).collect();
    let tame = tame.trim();

    (!tame.is_empty()).then(|| tame.to_owned())
}

/// Control characters, and those that turn the writing direction round or are not to be seen at all.
fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// A UUID takes 36; names are shown in one line.
const MAX_CHARS: usize = 64;

#[cfg(test)]
mod tests {
    use if_addrs::{IfAddr, IfOperStatus, Ifv4Addr, Ifv6Addr, Interface};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_home_assistant_is_where_it_says_and_has_its_name() {
        let found = read(&announcement(&["192.168.1.5", "fd00::5"])).unwrap();

        assert_eq!(found.uuid, "0123456789abcdef0123456789abcdef");
        assert_eq!(found.name.as_deref(), Some("Home"));
        assert_eq!(found.service.v4, Some("192.168.1.5:8123".parse().unwrap()));
        assert_eq!(found.service.v6, Some("[fd00::5]:8123".parse().unwrap()));
    }

    #[test]
    fn of_several_addresses_the_same_one_is_taken_in_any_order() {
        let addresses = ["203.0.113.9", "192.168.1.7", "192.168.1.5", "2001:db8::1", "fd00::9", "fd00::5"];
        let mut backwards = addresses;
        backwards.reverse();

        let found = read(&announcement(&addresses)).unwrap();

        assert_eq!(found.service.v4, Some("192.168.1.5:8123".parse().unwrap()));
        assert_eq!(found.service.v6, Some("[fd00::5]:8123".parse().unwrap()));
        assert_eq!(read(&announcement(&backwards)), Some(found));
    }

    #[test]
    fn an_address_that_needs_no_router_is_better_than_any_other() {
        let announcement =
            announcement(&["172.30.32.1", "192.168.1.5", "10.0.0.1", "fd00::1", "2001:db8::5"]);
        let at_home = [interface("eth0", "192.168.1.2", 24), interface("eth0", "2001:db8::2", 64)];
        let tunnel = interface("latchkey0", "10.0.0.2", 24);
        let addresses: Vec<_> = at_home.into_iter().chain([tunnel]).collect();

        let found =
            HomeAssistant::read(&announcement, &OnLink::new(&addresses, &["eth0".to_owned()])).unwrap();

        assert_eq!(found.service.v4, Some("192.168.1.5:8123".parse().unwrap()));
        assert_eq!(found.service.v6, Some("[2001:db8::5]:8123".parse().unwrap()));
    }

    #[test]
    fn a_public_address_serves_where_there_is_no_private_one() {
        let found = read(&announcement(&["203.0.113.9", "2001:db8::1"])).unwrap();

        assert_eq!(found.service.v4, Some("203.0.113.9:8123".parse().unwrap()));
        assert_eq!(found.service.v6, Some("[2001:db8::1]:8123".parse().unwrap()));
    }

    #[test]
    fn addresses_that_are_nobody_at_home_are_not_believed() {
        for address in [
            "127.0.0.1",
            "0.0.0.0",
            "0.1.2.3",
            "169.254.1.1",
            "224.0.0.251",
            "255.255.255.255",
            "::",
            "::1",
            "fe80::1",
            "ff02::fb",
            "::ffff:192.168.1.5",
        ] {
            assert_eq!(read(&announcement(&[address])), None, "{address}");
        }
        assert_eq!(read(&announcement(&[])), None);
    }

    #[test]
    fn one_without_a_uuid_or_a_port_is_none() {
        let whole = announcement(&["192.168.1.5"]);

        assert_eq!(read(&Announcement { uuid: None, ..whole.clone() }), None);
        assert_eq!(read(&Announcement { uuid: Some(" \n"), ..whole.clone() }), None);
        assert_eq!(read(&Announcement { port: 0, ..whole }), None);
    }

    #[test]
    fn a_name_that_would_play_tricks_on_a_screen_is_tamed() {
        let long = "x".repeat(1000);
        for (name, tamed) in [
            ("\u{1b}[31mHome\r\n", Some("[31mHome")),
            ("\u{202e}emoH", Some("emoH")),
            ("Ferienhaus Nørre 🏡", Some("Ferienhaus Nørre 🏡")),
            (long.as_str(), Some(&long[..64])),
            ("\t", None),
        ] {
            let found = read(&Announcement { location_name: Some(name), ..announcement(&["10.0.0.5"]) });

            assert_eq!(found.unwrap().name.as_deref(), tamed);
        }
    }

    proptest! {
        #[test]
        fn whatever_is_announced_comes_out_bounded(text in ".*", addresses: Vec<IpAddr>, port: u16) {
            let announcement = Announcement {
                uuid: Some(&text), location_name: Some(&text), addresses, port,
            };

            if let Some(found) = read(&announcement) {
                prop_assert!(found.uuid.chars().count() <= MAX_CHARS);
                prop_assert!(!found.uuid.chars().any(char::is_control));
                prop_assert!(found.service.v4.is_some() || found.service.v6.is_some());
            }
        }
    }

    fn read(announcement: &Announcement<'_>) -> Option<HomeAssistant> {
        HomeAssistant::read(announcement, &OnLink::default())
    }

    fn announcement(addresses: &[&str]) -> Announcement<'static> {
        Announcement {
            uuid: Some("0123456789abcdef0123456789abcdef"),
            location_name: Some("Home"),
            addresses: addresses.iter().map(|address| address.parse().unwrap()).collect(),
            port: 8123,
        }
    }

    fn interface(name: &str, address: &str, prefixlen: u8) -> Interface {
        let addr = match address.parse().unwrap() {
            IpAddr::V4(ip) => {
                IfAddr::V4(Ifv4Addr { ip, netmask: Ipv4Addr::UNSPECIFIED, prefixlen, broadcast: None })
            }
            IpAddr::V6(ip) => {
                IfAddr::V6(Ifv6Addr { ip, netmask: Ipv6Addr::UNSPECIFIED, prefixlen, broadcast: None })
            }
        };

        Interface { name: name.to_owned(), addr, index: None, oper_status: IfOperStatus::Up, is_p2p: false }
    }
}
