use std::net::{Ipv4Addr, Ipv6Addr};

use anyhow::Result;

use crate::Namespace;

/// A switch: a bridge that forwards from the first moment on.
pub(crate) struct Switch<'a> {
    room: &'a Namespace,
    bridge: &'a str,
}

impl<'a> Switch<'a> {
    /// Puts a switch into a room, as an interface of this name.
    pub(crate) fn install(room: &'a Namespace, bridge: &'a str) -> Result<Self> {
        room.ip(&[
            // Without snooping, multicast reaches everybody at once: mDNS need not wait for a querier.
            &format!("link add {bridge} type bridge stp_state 0 forward_delay 0 mcast_snooping 0"),
            &format!("link set {bridge} up"),
        ])?;

        Ok(Self { room, bridge })
    }

    /// Runs a cable from here to an interface in another room.
    pub(crate) fn plug(&self, other: &Namespace, interface: &str) -> Result<()> {
        let port = other.name();
        other
            .ip(&[&format!("link add {interface} type veth peer name {port} netns {}", self.room.path())])?;
        self.room.ip(&[&format!("link set {port} master {} up", self.bridge)])?;

        other.ip(&[&format!("link set {interface} up")])
    }
}

/// Who a host is on an interface, and whom it asks for the way.
pub(crate) struct Identity {
    pub(crate) v4: (Ipv4Addr, u8),
    pub(crate) v6: (Ipv6Addr, u8),
    pub(crate) router: Option<(Ipv4Addr, Ipv6Addr)>,
}

impl Identity {
    /// Gives the interface its addresses, and the room its default routes.
    pub(crate) fn assume(&self, room: &Namespace, interface: &str, ipv6: bool) -> Result<()> {
        room.ip(&[&format!("addr add {}/{} dev {interface}", self.v4.0, self.v4.1)])?;
        if let Some((v4, _)) = self.router {
            room.ip(&[&format!("route add default via {v4}")])?;
        }
        if !ipv6 {
            return Ok(());
        }

        room.ip(&[&format!("addr add {}/{} dev {interface} nodad", self.v6.0, self.v6.1)])?;
        match self.router {
            Some((_, v6)) => room.ip(&[&format!("route add default via {v6} dev {interface}")]),
            None => Ok(()),
        }
    }
}
