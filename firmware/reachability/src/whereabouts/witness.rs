use std::fmt;

use serde::{Serialize, Serializer};

use crate::{Server, Url};

/// A server that tells from which address we come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Witness {
    /// By STUN, over UDP as the tunnel itself. Whoever is on the way can forge its answer.
    Stun(Server),
    /// By HTTPS: a page that holds nothing but our address. Nobody on the way can forge it.
    Echo(Url),
}

impl fmt::Display for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stun(server) => server.fmt(f),
            Self::Echo(url) => url.host_str().unwrap_or_default().fmt(f),
        }
    }
}

impl Serialize for Witness {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
