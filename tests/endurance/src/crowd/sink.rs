use std::{
    io::ErrorKind,
    net::{Ipv4Addr, UdpSocket},
    os::fd::AsFd as _,
};

use anyhow::{Context as _, Result};
use lab::Namespace;
use nix::poll::{PollFd, PollFlags, poll};

use crate::courier::widen;

/// Where the packets of a crowd arrive, and are counted.
#[derive(Debug)]
pub(super) struct Sink(UdpSocket);

impl Sink {
    pub(super) fn open(room: &Namespace, address: Ipv4Addr) -> Result<Self> {
        let socket = room.udp_socket((address, PORT)).context("open the sink")?;
        socket.set_nonblocking(true)?;
        widen(&socket)?;

        Ok(Self(socket))
    }

    /// Waits until something is there, and gives how many packets; none if nothing comes for a second.
    pub(super) fn wait(&self) -> Result<usize> {
        poll(&mut [PollFd::new(self.0.as_fd(), PollFlags::POLLIN)], PATIENCE)?;
        let mut count = 0;
        let mut room = [0; 16];
        loop {
            match self.0.recv(&mut room) {
                Ok(_) => count += 1,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(count),
                Err(error) => return Err(error).context("receive in the sink"),
            }
        }
    }
}

/// "Discard".
pub(super) const PORT: u16 = 9;

const PATIENCE: u16 = 1000;
