use std::{
    io,
    net::{IpAddr, SocketAddr, UdpSocket},
    time::Duration,
};

use anyhow::{Context as _, Result, bail, ensure};
use lab::Namespace;

use crate::{Peer, addresses::program_from, message::Message};

/// Datagrams, whatever is in them.
impl Peer {
    /// Sends a datagram to the program.
    ///
    /// # Errors
    /// When the socket fails.
    pub fn send(&self, datagram: &[u8]) -> Result<()> {
        self.socket.send_to(datagram, self.program).with_context(|| format!("send to {}", self.program))?;

        Ok(())
    }

    /// The next datagram, which must come from where we send to.
    ///
    /// # Errors
    /// When none comes within five seconds.
    pub fn receive(&self) -> Result<Vec<u8>> {
        let mut room = vec![0; 1 << 16];
        let (length, from) = self.socket.recv_from(&mut room).context("nothing came")?;
        ensure!(from == self.program, "a datagram from {from} and not {}", self.program);
        room.truncate(length);

        Ok(room)
    }

    /// The next datagram, if there is one already.
    ///
    /// # Errors
    /// When the socket fails.
    pub fn take(&self) -> Result<Option<Vec<u8>>> {
        self.socket.set_nonblocking(true)?;
        let taken = self.receive_if_any();
        self.socket.set_nonblocking(false)?;

        taken
    }

    /// Listens for a moment, in which nothing may come.
    ///
    /// # Errors
    /// When something comes; what it is is in the error.
    pub fn hear_nothing(&self) -> Result<()> {
        self.socket.set_read_timeout(Some(MOMENT))?;
        let heard = self.receive_if_any()?;
        self.socket.set_read_timeout(Some(PATIENCE))?;
        if let Some(datagram) = heard {
            bail!("something came: {:?}", Message::parse(&datagram));
        }

        Ok(())
    }

    /// All that comes within a moment.
    ///
    /// # Errors
    /// When the socket fails.
    pub fn receive_for_a_moment(&self) -> Result<Vec<Vec<u8>>> {
        self.socket.set_read_timeout(Some(MOMENT))?;
        let all = std::iter::from_fn(|| self.receive_if_any().transpose()).collect();
        self.socket.set_read_timeout(Some(PATIENCE))?;

        all
    }

    /// Goes elsewhere, and leaves somebody behind who listens there.
    ///
    /// # Errors
    /// When the address is not one of the loopback interface.
    pub fn move_to(&mut self, outside: IpAddr) -> Result<Self> {
        let former = Self {
            identity: self.identity.clone(),
            room: self.room.clone(),
            socket: std::mem::replace(&mut self.socket, bind(&self.room, outside)?),
            timestamp: self.timestamp.clone(),
            sequence: self.sequence.clone(),
            ..*self
        };
        self.program = program_from(outside);

        Ok(former)
    }

    /// Where we are.
    ///
    /// # Errors
    /// When the socket fails.
    pub fn outside(&self) -> Result<SocketAddr> {
        Ok(self.socket.local_addr()?)
    }

    fn receive_if_any(&self) -> Result<Option<Vec<u8>>> {
        let mut room = vec![0; 1 << 16];
        match self.socket.recv(&mut room) {
            Ok(length) => Ok(Some(room[..length].to_vec())),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// More than any answer takes on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(5);

/// Longer than an answer takes on a machine that is not; who says nothing for longer may pass for silent.
const MOMENT: Duration = Duration::from_millis(30);

pub(super) fn bind(room: &Namespace, outside: IpAddr) -> Result<UdpSocket> {
    let socket = room.udp_socket((outside, 0))?;
    socket.set_read_timeout(Some(PATIENCE))?;

    Ok(socket)
}
