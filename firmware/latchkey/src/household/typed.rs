use std::net::{IpAddr, SocketAddr};

use model::Service;

/// An empty text goes back to what the box finds by itself.
pub(super) fn or_none<T, E>(text: &str, parse: impl FnOnce(&str) -> Result<T, E>) -> Result<Option<T>, E> {
    let text = text.trim();
    if text.is_empty() { Ok(None) } else { parse(text).map(Some) }
}

/// An address with or without a port.
pub(super) fn parse_address(text: &str) -> Option<SocketAddr> {
    let with_port = text.parse::<SocketAddr>();
    let address = with_port.or_else(|_| {
        let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
        bare.parse::<IpAddr>().map(|ip| SocketAddr::new(ip, Service::PORT))
    });

    address.map(|address| SocketAddr::new(address.ip().to_canonical(), address.port())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn home_assistant_may_be_typed_with_and_without_its_port() {
        for (text, address) in [
            ("192.168.1.20", "192.168.1.20:8123"),
            ("192.168.1.20:80", "192.168.1.20:80"),
            ("::ffff:192.168.1.20", "192.168.1.20:8123"),
            ("fd00::1", "[fd00::1]:8123"),
            ("[fd00::1]", "[fd00::1]:8123"),
            ("[fd00::1]:80", "[fd00::1]:80"),
        ] {
            assert_eq!(parse_address(text), Some(address.parse().unwrap()), "{text}");
        }
        for text in ["", "homeassistant", "http://192.168.1.20", "192.168.1.20:99999"] {
            assert_eq!(parse_address(text), None, "{text}");
        }
    }
}
