use crate::{Server, Url, Witness};

/// Whom [`Lookout`](crate::Lookout) asks. All of them learn the home's address and that something there asks for it, and
/// nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookoutConfig {
    /// STUN servers. Two are needed to tell a liar; none switches STUN off.
    pub stun: Vec<Server>,
    /// Pages that say nothing but the asker's address, over IPv4 and over IPv6; none switches them off.
    pub echo: Vec<Url>,
}

impl LookoutConfig {
    /// STUN servers of two companies that run them for everybody (Cloudflare, Google), over both families.
    pub const STUN: [&str; 2] = ["stun.cloudflare.com:3478", "stun.l.google.com:19302"];
    /// Pages of two that say to keep no log of who asks (Cloudflare runs the first, ipify the second), over both families.
    pub const ECHO: [&str; 2] = ["https://icanhazip.com/", "https://api64.ipify.org/"];

    /// Asks nobody.
    #[must_use]
    pub const fn off() -> Self {
        Self { stun: Vec::new(), echo: Vec::new() }
    }

    /// All of them, STUN first.
    pub(crate) fn into_witnesses(self) -> Vec<Witness> {
        let stun = self.stun.into_iter().map(Witness::Stun);
        let echo = self.echo.into_iter().map(Witness::Echo);

        stun.chain(echo).collect()
    }
}

impl Default for LookoutConfig {
    fn default() -> Self {
        Self {
            stun: Self::STUN.iter().filter_map(|server| server.parse().ok()).collect(),
            echo: Self::ECHO.iter().filter_map(|url| url.parse().ok()).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_default_four_are_asked_of_which_two_cannot_be_forged() {
        let config = LookoutConfig::default();

        assert!(config.echo.iter().all(|url| url.scheme() == "https"));
        assert_eq!((config.echo.len(), config.into_witnesses().len()), (2, 4));
    }
}
