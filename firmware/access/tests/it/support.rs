use std::time::Duration;

use access::{Lan, Policy, Posture};
use model::{HostNumber, Service, TunnelRange};

/// The box at 192.168.5.2 and Home Assistant at 192.168.5.10, a family with two devices, and guests who are out.
pub(crate) fn policy() -> Policy {
    Policy {
        tunnel: "latchkey0".parse().unwrap(),
        range: TunnelRange::new("10.77.7.0/24".parse().unwrap(), "fd77::/64".parse().unwrap()).unwrap(),
        wireguard_port: 41194,
        page_port: 80,
        lan: vec![Lan {
            interface: "eth0".parse().unwrap(),
            prefixes: vec!["192.168.5.0/24".parse().unwrap(), "2001:db8:5::/64".parse().unwrap()],
        }],
        owners_and_family: hosts([2, 3]),
        guests: hosts([4]),
        guests_for: None,
        home_assistant: Some(Service {
            v4: Some("192.168.5.10:8123".parse().unwrap()),
            v6: Some("[2001:db8:5::10]:8123".parse().unwrap()),
        }),
        posture: Posture::Appliance,
    }
}

pub(crate) fn with_guests_for(seconds: u64) -> Policy {
    Policy { guests_for: Some(Duration::from_secs(seconds)), ..policy() }
}

pub(crate) fn hosts<const N: usize>(numbers: [u8; N]) -> Vec<HostNumber> {
    numbers.map(|number| HostNumber::new(number).unwrap()).to_vec()
}
