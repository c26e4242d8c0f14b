use std::fmt::Write as _;

use crate::{Endpoint, HostNumber, PresharedKey, PrivateKey, PublicKey, TunnelRange};

/// What stands in a configuration's text where the page puts the private key that never leaves it.
pub const PLACEHOLDER: &str = "PRIVATE-KEY";

/// What a phone needs to come in, as a WireGuard configuration.
///
/// Only keys that both official apps accept are written, and no `DNS` line: the phone's other traffic stays as it is.
#[derive(Debug, Clone)]
pub struct Configuration {
    /// The tunnel's addresses.
    pub range: TunnelRange,
    /// Which of them the phone gets.
    pub host: HostNumber,
    /// Who the box proves to be.
    pub gateway: PublicKey,
    /// The secret that the two share.
    pub preshared_key: PresharedKey,
    /// Where the phone finds the box from outside.
    pub endpoint: Endpoint,
}

impl Configuration {
    /// The most bytes that a whole text has, so that the QR code stays coarse enough for a phone's camera.
    pub const MAX_BYTES: usize = 360;

    /// The text with [`PLACEHOLDER`] for the private key.
    #[must_use]
    pub fn template(&self) -> String {
        self.text(PLACEHOLDER)
    }

    /// The whole text, as a phone reads it.
    #[must_use]
    pub fn with_private_key(&self, key: &PrivateKey) -> zeroize::Zeroizing<String> {
        zeroize::Zeroizing::new(self.text(&key.to_base64()))
    }

    fn text(&self, private_key: &str) -> String {
        let dual_stack = self.compose(private_key, true);
        let whole = dual_stack.len() + KEY_CHARS - private_key.len();
        if whole <= Self::MAX_BYTES {
            return dual_stack;
        }

        // IPv4 inside the tunnel is all that is needed; with a long name outside, IPv6 makes room.
        self.compose(private_key, false)
    }

    fn compose(&self, private_key: &str, with_v6: bool) -> String {
        let addresses = |host: HostNumber| {
            let v4 = format!("{}/32", self.range.v4_of(host));
            if with_v6 { format!("{v4}, {}/128", self.range.v6_of(host)) } else { v4 }
        };
        let mut text = String::with_capacity(2 * Self::MAX_BYTES);
        let mut line =
            |key: &str, value: &str| writeln!(text, "{key} = {value}").expect("a String takes all");

        line("[Interface]\nPrivateKey", private_key);
        line("Address", &addresses(self.host));
        line("\n[Peer]\nPublicKey", &self.gateway.to_string());
        line("PresharedKey", &self.preshared_key.to_base64());
        line("Endpoint", &self.endpoint.to_string());
        line("AllowedIPs", &addresses(HostNumber::GATEWAY));

        text
    }
}

/// A key in base64.
const KEY_CHARS: usize = 44;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_holds_what_both_apps_accept_and_nothing_else() {
        let text = configuration("home.example.org").template();

        assert_eq!(
            text,
            "[Interface]\n\
             PrivateKey = PRIVATE-KEY\n\
             Address = 10.200.100.2/32, fd12:3456:789a::2/128\n\
             \n\
             [Peer]\n\
             PublicKey = hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=\n\
             PresharedKey = BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n\
             Endpoint = home.example.org:51820\n\
             AllowedIPs = 10.200.100.1/32, fd12:3456:789a::1/128\n"
        );
    }

    #[test]
    fn a_configuration_fits_a_coarse_qr_code_whatever_the_home_is_called() {
        let key = PrivateKey::generate();
        for host in [
            "203.0.113.7",
            "2001:db8:1111:2222:3333:4444:5555:6666",
            "a.org",
            &format!("{}.duckdns.org", "a".repeat(63)),
        ] {
            let configuration = configuration(host);

            let text = configuration.with_private_key(&key);

            assert!(text.len() <= Configuration::MAX_BYTES, "{} bytes:\n{}", text.len(), *text);
            assert_eq!(*text, configuration.template().replace(PLACEHOLDER, &key.to_base64()));
        }
    }

    fn configuration(host: &str) -> Configuration {
        Configuration {
            range: TunnelRange::new(
                "10.200.100.0/24".parse().unwrap(),
                "fd12:3456:789a::/64".parse().unwrap(),
            )
            .unwrap(),
            host: HostNumber::new(2).unwrap(),
            gateway: "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=".parse().unwrap(),
            preshared_key: PresharedKey::from_bytes([7; 32]),
            endpoint: Endpoint { host: host.parse().unwrap(), port: 51820 },
        }
    }
}
