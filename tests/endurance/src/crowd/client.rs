use std::{fmt, net::UdpSocket, time::Duration};

use anyhow::{Context as _, Result, bail};
use boringtun::{
    noise::{Tunn, TunnResult},
    x25519,
};
use model::{PrivateKey, PublicKey};

use super::{GATEWAY_INNER, inner, packet, sink};

/// A WireGuard client that is a socket and the keys, and no interface.
pub(super) struct Client {
    tunnel: Tunn,
    socket: UdpSocket,
    packet: [u8; packet::LENGTH],
}

impl Client {
    /// Shakes hands with the gateway that the socket is connected to.
    pub(super) fn let_in(
        own: &PrivateKey,
        gateway: &PublicKey,
        number: u16,
        socket: UdpSocket,
    ) -> Result<Self> {
        let secret = x25519::StaticSecret::from(*own.as_bytes());
        let gateway = x25519::PublicKey::from(*gateway.as_bytes());
        let mut client = Self {
            tunnel: Tunn::new(secret, gateway, None, None, number.into(), None),
            socket,
            packet: packet::udp(inner(number), GATEWAY_INNER, sink::PORT),
        };
        client.socket.set_read_timeout(Some(PATIENCE))?;
        // The first may be asked for a cookie, or be lost while the neighbours get to know each other.
        let is_in = (0..5).any(|_| client.shake_hands().is_ok());
        if !is_in {
            client.shake_hands().with_context(|| format!("client {number} is not let in"))?;
        }

        Ok(client)
    }

    /// Encrypts a packet to the gateway at the end of `parcels`.
    pub(super) fn pack(&mut self, parcels: &mut Vec<u8>) -> Result<()> {
        let start = parcels.len();
        parcels.resize(start + PARCEL, 0);
        match self.tunnel.encapsulate(&self.packet, &mut parcels[start..]) {
            TunnResult::WriteToNetwork(datagram) if datagram.len() == PARCEL => Ok(()),
            other => bail!("encryption gave {other:?}"),
        }
    }

    /// Sends what [`pack`](Self::pack) has made.
    pub(super) fn send(&self, parcel: &[u8]) -> Result<()> {
        self.socket.send(parcel)?;

        Ok(())
    }

    fn shake_hands(&mut self) -> Result<()> {
        let (mut inbox, mut outbox) = ([0; 256], [0; 256]);
        if let TunnResult::WriteToNetwork(initiation) =
            self.tunnel.format_handshake_initiation(&mut outbox, true)
        {
            self.socket.send(initiation)?;
        }
        let length = self.socket.recv(&mut inbox)?;
        match self.tunnel.decapsulate(None, &inbox[..length], &mut outbox) {
            // An empty packet, which proves to the gateway who we are.
            TunnResult::WriteToNetwork(keepalive) => self.socket.send(keepalive).map(drop)?,
            other => bail!("the gateway's answer gave {other:?}"),
        }

        Ok(())
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("socket", &self.socket).finish_non_exhaustive()
    }
}

/// An encrypted packet: what WireGuard puts around it is a header of 16 bytes and a tag of 16.
pub(super) const PARCEL: usize = packet::LENGTH + 32;

/// For the gateway to answer.
const PATIENCE: Duration = Duration::from_secs(1);
