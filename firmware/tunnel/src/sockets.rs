use std::{
    io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    os::fd::{AsFd as _, BorrowedFd},
    thread,
    time::Duration,
};

use nix::errno::Errno;

use crate::{SetError, udp_socket::UdpSocket};

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
        let mut attempts = ATTEMPTS;
        loop {
            attempts -= 1;
            match Self::try_bind(port) {
                Ok(sockets) => return Ok(sockets),
                Err(error) if error.kind() == io::ErrorKind::AddrInUse && attempts > 0 => {
                    // Perhaps it was ours a moment ago, and the packet path is about to let go of it.
                    thread::sleep(if port == 0 { Duration::ZERO } else { PAUSE });
                }
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
        self.all().try_for_each(|socket| socket.set_mark(mark))
    }

    /// Both sockets.
    pub(crate) fn all(&self) -> impl Iterator<Item = &UdpSocket> {
        [Some(&self.v4), self.v6.as_ref()].into_iter().flatten()
    }

    /// What to wait for; where there is no IPv6, the same twice.
    pub(crate) fn fds(&self) -> [BorrowedFd<'_>; 2] {
        [self.v4.as_fd(), self.v6.as_ref().unwrap_or(&self.v4).as_fd()]
    }

    /// The socket that reaches an address.
    pub(crate) fn towards(&self, to: SocketAddr) -> Result<&UdpSocket, Errno> {
        match to {
            SocketAddr::V4(_) => Ok(&self.v4),
            SocketAddr::V6(_) => self.v6.as_ref().ok_or(Errno::ENETUNREACH),
        }
    }

    fn try_bind(port: u16) -> io::Result<Self> {
        let v4 = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, port).into())?;
        let port = v4.port()?;
        let v6 = match UdpSocket::bind((Ipv6Addr::UNSPECIFIED, port).into()) {
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

/// Somebody may have the IPv6 port that belongs to a free IPv4 port; ten times in a row nobody has.
const ATTEMPTS: u32 = 10;

const PAUSE: Duration = Duration::from_millis(10);
