use super::{path::Path, protocol::Protocol, wish::Wish};
use crate::Family;

/// What a wish means for one family of addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Errand {
    family: Family,
    pub(crate) path: Path,
    pub(crate) port: u16,
    pub(crate) nonce: [u8; 12],
    /// The protocols that may be tried, in the order in which to try them.
    pub(crate) order: Vec<Protocol>,
}

impl Errand {
    /// Nothing, where there is no way to a router.
    pub(crate) fn new(wish: &Wish, family: Family) -> Option<Self> {
        let Wish { port, nonce, v4, v6, protocols } = *wish;
        let (path, all): (Path, &[Protocol]) = match family {
            Family::V4 => (v4?.into(), &[Protocol::Pcp, Protocol::NatPmp, Protocol::Upnp]),
            Family::V6 => (v6?.into(), &[Protocol::Pcp, Protocol::Upnp]),
        };
        let order = all.iter().copied().filter(|protocol| protocols.contains(*protocol)).collect();

        (port != 0).then_some(Self { family, path, port, nonce, order })
    }

    /// Whether a wish still means the same.
    pub(crate) fn is_still(&self, wish: Option<&Wish>) -> bool {
        wish.and_then(|wish| Self::new(wish, self.family)).as_ref() == Some(self)
    }
}
