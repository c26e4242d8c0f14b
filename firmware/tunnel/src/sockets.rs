use std::{
    io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    os::fd::{AsFd as _, BorrowedFd},
    thread,
    time::Duration,
};

use nix::errno::Errno;

use crate::{SetError, udp_socket::UdpSocket};

/// The UDP sockets, for each IP version, on the same port.
#[derive(Debug)]
pub(crate) struct Sockets {
    v4: Pair,
    /// None where the kernel has no IPv6.
    v6: Option<Pair>,
    port: u16,
}

/// The sockets of one IP version.
#[derive(Debug)]
struct Pair {
    /// The one to send from.
    data: UdpSocket,
    /// None where the kernel cannot tell the one from the other; then the first gets all.
    handshakes: Option<UdpSocket>,
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
        self.data().try_for_each(|socket| socket.set_mark(mark))
    }

    /// Those to which data comes.
    pub(crate) fn data(&self) -> impl Iterator<Item = &UdpSocket> {
        self.pairs().map(|pair| &pair.data)
    }

    /// Beside each of them, where the kernel can tell, the one to which all comes that is no data.
    pub(crate) fn handshakes(&self) -> impl Iterator<Item = Option<&UdpSocket>> {
        self.pairs().map(|pair| pair.handshakes.as_ref())
    }

    /// What to wait for: data, then handshakes; in the place of what is not there stands another one.
    pub(crate) fn fds(&self) -> [BorrowedFd<'_>; 4] {
        let v6 = self.v6.as_ref().unwrap_or(&self.v4);
        let handshakes = [&self.v4, v6].map(|pair| pair.handshakes.as_ref().unwrap_or(&pair.data));

        [&self.v4.data, &v6.data, handshakes[0], handshakes[1]].map(UdpSocket::as_fd)
    }

    /// The socket that reaches an address.
    pub(crate) fn towards(&self, to: SocketAddr) -> Result<&UdpSocket, Errno> {
        match to {
            SocketAddr::V4(_) => Ok(&self.v4.data),
            SocketAddr::V6(_) => self.v6.as_ref().map(|v6| &v6.data).ok_or(Errno::ENETUNREACH),
        }
    }

    fn pairs(&self) -> impl Iterator<Item = &Pair> {
        [Some(&self.v4), self.v6.as_ref()].into_iter().flatten()
    }

    fn try_bind(port: u16) -> io::Result<Self> {
        let v4 = Pair::bind((Ipv4Addr::UNSPECIFIED, port).into())?;
        let port = v4.data.port()?;
        let v6 = match Pair::bind((Ipv6Addr::UNSPECIFIED, port).into()) {
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

impl Pair {
    fn bind(address: SocketAddr) -> io::Result<Self> {
        let data = UdpSocket::bind(address)?;
        let handshakes = data.bind_for_handshakes();
        let handshakes = handshakes
            .inspect_err(|error| tracing::debug!(%error, "Handshakes and data come to one socket"))
            .ok();

        Ok(Self { data, handshakes })
    }
}

/// Somebody may have the IPv6 port that belongs to a free IPv4 port; ten times in a row nobody has.
const ATTEMPTS: u32 = 10;

const PAUSE: Duration = Duration::from_millis(10);
