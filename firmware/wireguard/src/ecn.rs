/// What a packet says about congestion on its way (RFC 3168): the lower two bits of an IP header's second byte.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ecn(u8);

impl Ecn {
    /// A transport that does not know of congestion marks.
    pub const NOT_CAPABLE: Self = Self(0);

    /// A router on the way was about to drop the packet.
    pub const CONGESTED: Self = Self(3);

    /// From an IPv4 header's type of service, or an IPv6 header's traffic class.
    #[must_use]
    pub fn of_traffic_class(class: u8) -> Self {
        Self(class & 3)
    }

    /// As a traffic class that says nothing else.
    #[must_use]
    pub fn traffic_class(self) -> u8 {
        self.0
    }
}
