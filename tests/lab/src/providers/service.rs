use super::{Answer, Asked, cloudflare, desec, duckdns, dyndns2, dynv6, registrar::Registrar};

/// One of the providers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Service {
    /// DuckDNS.
    DuckDns,
    /// Cloudflare, with the zone `example.org`.
    Cloudflare,
    /// deSEC, its update API.
    DeSec,
    /// dynv6.
    Dynv6,
    /// Some server that speaks `dyndns2`.
    Dyndns2,
}

impl Service {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::DuckDns, Self::Cloudflare, Self::DeSec, Self::Dynv6, Self::Dyndns2];

    /// Under which name it is asked.
    #[must_use]
    pub fn host(self) -> &'static str {
        match self {
            Self::DuckDns => "www.duckdns.org",
            Self::Cloudflare => "api.cloudflare.com",
            Self::DeSec => "update.dedyn.io",
            Self::Dynv6 => "dynv6.com",
            Self::Dyndns2 => "members.dyn.example.net",
        }
    }

    /// The name that it serves.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::DuckDns => "lab-home.duckdns.org",
            Self::Cloudflare => "home.example.org",
            Self::DeSec => "lab-home.dedyn.io",
            Self::Dynv6 => "lab-home.dynv6.net",
            Self::Dyndns2 => "home.dyn.example.net",
        }
    }

    /// The token or password of whoever may change that name.
    #[must_use]
    pub fn secret(self) -> &'static str {
        match self {
            Self::DuckDns => "0d0c0ffe-e000-4000-8000-5ec4e7d0cdc5",
            Self::Cloudflare => "cF5ec4e7_0aBcDeFgHiJkLmNoPqRsTuVwXyZ-1234",
            Self::DeSec => "dE5ec4e7-T3b1h_OI-H9ab8tRS98st",
            Self::Dynv6 => "d6-5ec4e7-aAbBcCdDeEfFgGhHiIjJ",
            Self::Dyndns2 => "d2 5ec4e7: päss/w&rd",
        }
    }

    /// The user, where it has one.
    #[must_use]
    pub fn user(self) -> Option<&'static str> {
        match self {
            Self::Dyndns2 => Some("anna"),
            Self::DuckDns | Self::Cloudflare | Self::DeSec | Self::Dynv6 => None,
        }
    }

    pub(super) fn at(host: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|service| service.host() == host)
    }

    pub(super) fn answer(self, asked: &Asked, secret: &str, registrar: &mut Registrar) -> Answer {
        match self {
            Self::DuckDns => duckdns::answer(asked, secret, registrar),
            Self::Cloudflare => cloudflare::answer(asked, secret, registrar),
            Self::DeSec => desec::answer(asked, secret, registrar),
            Self::Dynv6 => dynv6::answer(asked, secret, registrar),
            Self::Dyndns2 => dyndns2::answer(asked, secret, registrar),
        }
    }
}
