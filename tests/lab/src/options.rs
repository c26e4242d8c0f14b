use clap::ValueEnum;

/// What kind of house.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Whether the internet, the phones and the home have IPv6.
    pub ipv6: bool,
    /// What is between the home's router and the internet.
    pub way_out: WayOut,
    /// Who opens ports at the home's router.
    pub router: Router,
    /// Whether the internet has what the box asks there.
    pub services: bool,
}

/// What is between the home's router and the internet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum WayOut {
    /// A cable: the router has a public IPv4 address.
    #[default]
    Public,
    /// The provider's network, which translates IPv4 once more from the addresses of RFC 6598 and leaves IPv6 alone.
    CarrierGrade,
    /// The provider's box, a second router with private addresses: it translates IPv4 and lets no IPv6 in.
    DoubleNat,
    /// A cable that carries IPv6 alone.
    Ipv6Only,
}

/// Who opens ports at the home's router.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Router {
    /// Its owner, by hand.
    #[default]
    ByHand,
    /// Its owner, and [`MiniUpnpd`](crate::MiniUpnpd) for whoever asks from home.
    MiniUpnpd,
}

impl Default for Options {
    fn default() -> Self {
        Self { ipv6: true, way_out: WayOut::default(), router: Router::default(), services: false }
    }
}
