use std::{
    fmt,
    net::{IpAddr, Ipv6Addr},
    str::FromStr,
};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Where the phones find the box from outside: a name or an address, and a UDP port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// The name or address of the home.
    pub host: Host,
    /// The UDP port of the tunnel.
    pub port: u16,
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.host {
            Host::Address(IpAddr::V6(v6)) => write!(f, "[{v6}]:{}", self.port),
            host => write!(f, "{host}:{}", self.port),
        }
    }
}

impl FromStr for Endpoint {
    type Err = InvalidHost;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let (host, port) = s.rsplit_once(':').ok_or(InvalidHost)?;

        Ok(Self { host: host.parse()?, port: port.parse().map_err(|_| InvalidHost)? })
    }
}

/// A host name (RFC 1123) or an IP address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Host {
    /// A name for the domain name system, in lower case.
    Name(String),
    /// An address; IPv4-mapped IPv6 is kept as IPv4.
    Address(IpAddr),
}

impl FromStr for Host {
    type Err = InvalidHost;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let s = s.trim();
        if let Ok(address) = s.parse::<IpAddr>() {
            return Self::from_address(address.to_canonical());
        }
        if let Some(v6) = s.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            return v6
                .parse::<Ipv6Addr>()
                .map_err(|_| InvalidHost)
                .and_then(|v6| Self::from_address(v6.into()));
        }
        let name = s.strip_suffix('.').unwrap_or(s).to_ascii_lowercase();
        let all_numeric =
            name.rsplit('.').next().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()));
        if name.len() > MAX_NAME || all_numeric || !name.split('.').all(is_label) {
            return Err(InvalidHost);
        }

        Ok(Self::Name(name))
    }
}

impl Host {
    fn from_address(address: IpAddr) -> Result<Self, InvalidHost> {
        if address.is_unspecified() || address.is_multicast() || address.is_loopback() {
            return Err(InvalidHost);
        }

        Ok(Self::Address(address))
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Address(address) => address.fmt(f),
        }
    }
}

impl Serialize for Host {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Host {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// A text that is neither a host name nor an address that a phone could reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write a name such as home.example.org or an address such as 203.0.113.7, without a port")]
pub struct InvalidHost;

/// RFC 1035, section 2.3.4, less the two bytes that the wire form takes.
const MAX_NAME: usize = 253;

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses_are_written_as_wireguard_reads_them() {
        for (host, text) in [
            ("Home.Example.org.", "home.example.org:51"),
            ("203.0.113.7", "203.0.113.7:51"),
            ("2001:db8::1", "[2001:db8::1]:51"),
            ("[2001:db8::1]", "[2001:db8::1]:51"),
            ("::ffff:203.0.113.7", "203.0.113.7:51"),
        ] {
            let endpoint = Endpoint { host: host.parse().unwrap(), port: 51 };

            assert_eq!(endpoint.to_string(), text);
            assert_eq!(text.parse(), Ok(endpoint));
        }
    }

    #[test]
    fn what_no_phone_could_reach_is_refused() {
        for text in [
            "",
            ".",
            "a..b",
            "-a.org",
            "a_b.org",
            "home.org:51820",
            "http://home.org",
            "1.2.3",
            "0.0.0.0",
            "::",
            "127.0.0.1",
            "ff02::1",
            "a b",
            "a\nb",
        ] {
            assert_eq!(text.parse::<Host>(), Err(InvalidHost), "{text:?}");
        }
        assert_eq!(format!("{}.org", "a.".repeat(130)).parse::<Host>(), Err(InvalidHost));
    }
}
