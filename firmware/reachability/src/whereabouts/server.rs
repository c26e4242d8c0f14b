use std::{
    fmt, io,
    net::{Ipv6Addr, SocketAddr},
    str::FromStr,
    time::Duration,
};

use tokio::{net::lookup_host, time::timeout};

use crate::Family;

/// A server by name or address, and its UDP port: `stun.example.net:3478`, `[2001:db8::1]:3478`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Server {
    host: String,
    port: u16,
}

impl Server {
    /// Its address in this family, as the system's resolver knows it.
    ///
    /// # Errors
    /// When there is none, or the resolver does not answer in time.
    pub(crate) async fn address(&self, family: Family) -> io::Result<SocketAddr> {
        let host = self.host.trim_start_matches('[').trim_end_matches(']');
        let mut addresses = timeout(PATIENCE, lookup_host((host, self.port))).await??;
        let is_wanted = |address: &SocketAddr| match family {
            Family::V4 => address.is_ipv4(),
            Family::V6 => address.is_ipv6(),
        };

        addresses.find(is_wanted).ok_or_else(|| io::ErrorKind::AddrNotAvailable.into())
    }
}

/// What resolvers allow themselves for a first try, and one more.
const PATIENCE: Duration = Duration::from_secs(10);

impl FromStr for Server {
    type Err = InvalidServer;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let (host, port) = s.trim().rsplit_once(':').ok_or(InvalidServer)?;
        let port = port.parse().ok().filter(|port| *port != 0).ok_or(InvalidServer)?;
        let literal = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        let is_valid = match literal {
            Some(literal) => literal.parse::<Ipv6Addr>().is_ok(),
            None => is_host(host),
        };
        if !is_valid {
            return Err(InvalidServer);
        }

        Ok(Self { host: host.to_ascii_lowercase(), port })
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

/// A text that is no server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a server is written as NAME:PORT, such as stun.example.net:3478")]
pub struct InvalidServer;

/// A name of labels as in RFC 1123, or an IPv4 address.
fn is_host(host: &str) -> bool {
    let is_label = |label: &str| {
        let is_text = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        (1..=63).contains(&label.len()) && is_text && !label.starts_with('-') && !label.ends_with('-')
    };

    host.len() <= 253 && host.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_has_a_name_or_an_address_and_a_port() {
        for text in ["stun.example.net:3478", "203.0.113.1:3478", "[2001:db8::1]:3478", "nas:1"] {
            assert_eq!(text.parse::<Server>().unwrap().to_string(), text);
        }
        for text in
            ["", "stun.example.net", "stun.example.net:0", "2001:db8::1:x", "a b:1", "[nas]:1", "-a:1", ":1"]
        {
            assert_eq!(text.parse::<Server>(), Err(InvalidServer), "{text}");
        }
    }
}
