use std::{fmt, net::SocketAddr};

use ipnet::IpNet;
use model::{PresharedKey, PrivateKey, PublicKey};

/// What an interface is to do, as `wg setconf` reads it.
#[derive(Debug, Clone)]
pub struct Configuration {
    /// Who it is.
    pub private_key: PrivateKey,
    /// Where it listens; a random port if nothing is said.
    pub listen_port: Option<u16>,
    /// Whom it talks to.
    pub peers: Vec<Peer>,
}

/// One peer of an interface.
#[derive(Debug, Clone)]
pub struct Peer {
    /// Who it is.
    pub public_key: PublicKey,
    /// The secret beside the keys.
    pub preshared_key: Option<PresharedKey>,
    /// Its addresses.
    pub allowed_ips: Vec<IpNet>,
    /// Where it is spoken to first.
    pub endpoint: Option<SocketAddr>,
    /// Seconds between keepalives.
    pub persistent_keepalive: Option<u16>,
}

impl Peer {
    /// A peer that has these addresses, and nothing else that is special.
    #[must_use]
    pub fn new(public_key: PublicKey, allowed_ips: impl IntoIterator<Item = IpNet>) -> Self {
        Self {
            public_key,
            preshared_key: None,
            allowed_ips: allowed_ips.into_iter().collect(),
            endpoint: None,
            persistent_keepalive: None,
        }
    }

    /// The same peer at an endpoint.
    #[must_use]
    pub fn at(self, endpoint: impl Into<SocketAddr>) -> Self {
        Self { endpoint: Some(endpoint.into()), ..self }
    }
}

impl fmt::Display for Configuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "[Interface]\nPrivateKey = {}", *self.private_key.to_base64())?;
        if let Some(port) = self.listen_port {
            writeln!(f, "ListenPort = {port}")?;
        }

        self.peers.iter().try_for_each(|peer| write!(f, "{peer}"))
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\n[Peer]\nPublicKey = {}", self.public_key)?;
        if let Some(key) = &self.preshared_key {
            writeln!(f, "PresharedKey = {}", *key.to_base64())?;
        }
        if !self.allowed_ips.is_empty() {
            let ips = self.allowed_ips.iter().map(ToString::to_string).collect::<Vec<_>>();
            writeln!(f, "AllowedIPs = {}", ips.join(", "))?;
        }
        if let Some(endpoint) = self.endpoint {
            writeln!(f, "Endpoint = {endpoint}")?;
        }
        if let Some(seconds) = self.persistent_keepalive {
            writeln!(f, "PersistentKeepalive = {seconds}")?;
        }

        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_has_no_line() {
        let key = PrivateKey::from_bytes([7; 32]);
        let peer =
            Peer::new(key.public_key(), ["10.7.7.2/32".parse().unwrap(), "fd77::2/128".parse().unwrap()]);

        let text = Configuration { private_key: key, listen_port: None, peers: vec![peer] }.to_string();

        assert_eq!(text.lines().filter(|line| line.contains('=')).count(), 3);
        assert!(text.ends_with("AllowedIPs = 10.7.7.2/32, fd77::2/128\n"), "{text}");
    }

    #[test]
    fn an_endpoint_over_ipv6_has_brackets() {
        let public_key = PrivateKey::from_bytes([7; 32]).public_key();
        let endpoint = "[2001:db8::1]:51820".parse::<SocketAddr>().unwrap();

        let text = Peer::new(public_key, []).at(endpoint).to_string();

        assert!(text.ends_with("\nEndpoint = [2001:db8::1]:51820\n"), "{text}");
    }
}
