use std::{
    io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket},
    os::fd::{AsFd, BorrowedFd},
};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use socket2::{Domain, Protocol, SockRef, Socket, Type};

use crate::{SetError, socket_options::allow_fragments};

/// The UDP sockets, one for each IP version, on the same port.
#[derive(Debug)]
pub(crate) struct Sockets {
    v4: UdpSocket,
    /// None where the kernel has no IPv6.
    v6: Option<UdpSocket>,
    port: u16,
}

impl Sockets {
    /// Binds both sockets; port 0 takes any that is free for both.
    pub(crate) fn bind(port: u16) -> Result<Self, SetError> {
        let mut attempts = if port == 0 { ATTEMPTS } else { 1 };
        loop {
            attempts -= 1;
            match Self::try_bind(port) {
                Ok(sockets) => return Ok(sockets),
                Err(error) if error.kind() == io::ErrorKind::AddrInUse && attempts > 0 => {}
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                    return Err(SetError::PortInUse(port));
                }
                Err(error) => return Err(SetError::Socket(error)),
            }
        }
    }

    /// The port of both.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn set_mark(&self, mark: u32) -> io::Result<()> {
        for socket in self.all() {
            SockRef::from(socket).set_mark(mark)?;
        }

        Ok(())
    }

    /// Both sockets.
    pub(crate) fn all(&self) -> impl Iterator<Item = &UdpSocket> {
        [Some(&self.v4), self.v6.as_ref()].into_iter().flatten()
    }

    /// What to wait for; where there is no IPv6, the same twice.
    pub(crate) fn fds(&self) -> [BorrowedFd<'_>; 2] {
        [self.v4.as_fd(), self.v6.as_ref().unwrap_or(&self.v4).as_fd()]
    }

    /// Sends a datagram, and waits a little when the way out is full.
    pub(crate) fn send(&self, to: SocketAddr, datagram: &[u8]) -> io::Result<usize> {
        let socket = match to {
            SocketAddr::V4(_) => &self.v4,
            SocketAddr::V6(_) => self.v6.as_ref().ok_or(io::ErrorKind::NetworkUnreachable)?,
        };
        match socket.send_to(datagram, to) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                poll(&mut [PollFd::new(socket.as_fd(), PollFlags::POLLOUT)], PollTimeout::from(PATIENCE_MS))?;
                socket.send_to(datagram, to)
            }
            result => result,
        }
    }

    fn try_bind(port: u16) -> io::Result<Self> {
        let v4 = bind_one(Domain::IPV4, (Ipv4Addr::UNSPECIFIED, port).into())?;
        let port = v4.local_addr()?.port();
        let v6 = match bind_one(Domain::IPV6, (Ipv6Addr::UNSPECIFIED, port).into()) {
            Ok(v6) => Some(v6),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => return Err(error),
            Err(error) => {
                tracing::warn!(%error, "No IPv6 outside the tunnel");
                None
            }
        };

        Ok(Self { v4, v6, port })
    }
}

fn bind_one(domain: Domain, address: SocketAddr) -> io::Result<UdpSocket> {
    let socket = Socket::new(domain, Type::DGRAM, Some(Protocol::UDP))?;
    if domain == Domain::IPV6 {
        socket.set_only_v6(true)?;
    }
    allow_fragments(&socket, domain == Domain::IPV6)?;
    // The kernel cuts this to what it allows; more is better under bursts.
    socket.set_recv_buffer_size(BUFFER)?;
    socket.set_send_buffer_size(BUFFER)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;

    Ok(socket.into())
}

/// Somebody may have the IPv6 port that belongs to a free IPv4 port; ten times in a row nobody has.
const ATTEMPTS: u32 = 10;

/// How long a full way out may hold a packet up before it is lost, in milliseconds.
const PATIENCE_MS: u8 = 100;

/// What other implementations ask for, in bytes.
const BUFFER: usize = 7 << 20;
