use std::{
    io::{self, IoSlice, IoSliceMut},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    os::fd::{AsFd, AsRawFd as _, BorrowedFd},
    time::Duration,
};

use nix::{
    cmsg_space,
    errno::Errno,
    poll::{PollFd, PollFlags, PollTimeout, poll},
    sys::socket::{
        ControlMessage, ControlMessageOwned, MsgFlags, SockaddrStorage, recvmsg, sendmsg, setsockopt,
        sockopt::{Ipv4PacketInfo, Ipv6RecvPacketInfo},
    },
};
use socket2::{Domain, Protocol, Socket, Type};
use wireguard::Endpoint;

use crate::socket_options::allow_fragments;

/// A UDP socket of one IP version on every address, that knows which address a datagram came to and can answer from it.
#[derive(Debug)]
pub(crate) struct UdpSocket(Socket);

impl UdpSocket {
    /// Binds the address, which says which IP version it is to be.
    pub(crate) fn bind(address: SocketAddr) -> io::Result<Self> {
        let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
        match address {
            SocketAddr::V4(_) => setsockopt(&socket, Ipv4PacketInfo, &true)?,
            SocketAddr::V6(_) => {
                socket.set_only_v6(true)?;
                setsockopt(&socket, Ipv6RecvPacketInfo, &true)?;
            }
        }
        allow_fragments(&socket, address.is_ipv6())?;
        // The kernel cuts this to what it allows; more is better under bursts.
        socket.set_recv_buffer_size(BUFFER)?;
        socket.set_send_buffer_size(BUFFER)?;
        socket.set_nonblocking(true)?;
        socket.bind(&address.into())?;

        Ok(Self(socket))
    }

    pub(crate) fn port(&self) -> io::Result<u16> {
        Ok(self.0.local_addr()?.as_socket().map_or(0, |address| address.port()))
    }

    /// The mark that policy routing sees; 0 for none.
    pub(crate) fn set_mark(&self, mark: u32) -> io::Result<()> {
        self.0.set_mark(mark)
    }

    /// Reads one datagram; an error of kind `WouldBlock` when there is none.
    pub(crate) fn receive(&self, room: &mut [u8]) -> io::Result<(Endpoint, usize)> {
        let mut control = cmsg_space!(libc::in6_pktinfo);
        let mut room = [IoSliceMut::new(room)];
        let message = recvmsg::<SockaddrStorage>(
            self.0.as_raw_fd(),
            &mut room,
            Some(&mut control),
            MsgFlags::MSG_DONTWAIT,
        )?;
        let remote = message.address.as_ref().and_then(socket_address).ok_or(io::ErrorKind::InvalidData)?;

        Ok((Endpoint { remote, local: message.cmsgs()?.find_map(local_address) }, message.bytes))
    }

    /// Sends one datagram; an error of kind `WouldBlock` when the way out is full.
    pub(crate) fn send(&self, to: Endpoint, datagram: &[u8]) -> Result<(), Errno> {
        let remote = SockaddrStorage::from(to.remote);
        let send = |control: &[ControlMessage<'_>]| {
            let datagram = [IoSlice::new(datagram)];
            sendmsg(self.0.as_raw_fd(), &datagram, control, MsgFlags::MSG_DONTWAIT, Some(&remote)).map(drop)
        };
        match to.local {
            Some(IpAddr::V4(v4)) => send(&[ControlMessage::Ipv4PacketInfo(&from_v4(v4))]),
            Some(IpAddr::V6(v6)) => send(&[ControlMessage::Ipv6PacketInfo(&from_v6(v6))]),
            None => send(&[]),
        }
    }

    /// Waits until the way out is no longer full, or for so long.
    pub(crate) fn wait_for_room(&self, patience: Duration) {
        let mut fds = [PollFd::new(self.0.as_fd(), PollFlags::POLLOUT)];
        // Whether there is room is found out by sending.
        let _ = poll(&mut fds, PollTimeout::try_from(patience).unwrap_or(PollTimeout::MAX));
    }
}

impl AsFd for UdpSocket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// What other implementations ask for, in bytes.
const BUFFER: usize = 7 << 20;

fn socket_address(address: &SockaddrStorage) -> Option<SocketAddr> {
    let v4 = address.as_sockaddr_in().map(|v4| SocketAddr::V4((*v4).into()));

    v4.or_else(|| address.as_sockaddr_in6().map(|v6| SocketAddr::V6((*v6).into())))
}

/// What can be sent from: for IPv4 the kernel says so itself, of IPv6 only a multicast address cannot.
fn local_address(message: ControlMessageOwned) -> Option<IpAddr> {
    match message {
        ControlMessageOwned::Ipv4PacketInfo(info) => {
            Some(Ipv4Addr::from(info.ipi_spec_dst.s_addr.to_ne_bytes()).into())
        }
        ControlMessageOwned::Ipv6PacketInfo(info) => {
            let address = Ipv6Addr::from(info.ipi6_addr.s6_addr);
            (!address.is_multicast()).then_some(address.into())
        }
        _ => None,
    }
}

/// From an address, by whichever interface the routes say.
fn from_v4(address: Ipv4Addr) -> libc::in_pktinfo {
    libc::in_pktinfo {
        ipi_ifindex: 0,
        ipi_spec_dst: libc::in_addr { s_addr: u32::from_ne_bytes(address.octets()) },
        ipi_addr: libc::in_addr { s_addr: 0 },
    }
}

fn from_v6(address: Ipv6Addr) -> libc::in6_pktinfo {
    libc::in6_pktinfo { ipi6_addr: libc::in6_addr { s6_addr: address.octets() }, ipi6_ifindex: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_datagram_says_which_address_it_came_to_and_its_answer_leaves_from_there() {
        for (bound, from, to) in [("0.0.0.0:0", "127.0.0.1:0", "127.0.0.53"), ("[::]:0", "[::1]:0", "::1")] {
            let socket = UdpSocket::bind(bound.parse().unwrap()).unwrap();
            let client = std::net::UdpSocket::bind(from).unwrap();
            let spoken_to = SocketAddr::new(to.parse().unwrap(), socket.port().unwrap());
            let mut room = [0; 100];

            client.send_to(b"question", spoken_to).unwrap();
            let (endpoint, length) = receive(&socket, &mut room);
            socket.send(endpoint, b"answer").unwrap();

            assert_eq!(&room[..length], b"question");
            assert_eq!(endpoint.remote, client.local_addr().unwrap());
            assert_eq!(endpoint.local, Some(spoken_to.ip()));
            assert_eq!(client.recv_from(&mut room).unwrap(), (6, spoken_to));
        }
    }

    #[test]
    fn an_address_that_is_not_ours_is_refused_as_such() {
        for (bound, remote, local) in
            [("0.0.0.0:0", "127.0.0.1:9", "192.0.2.1"), ("[::]:0", "[::1]:9", "2001:db8::1")]
        {
            let socket = UdpSocket::bind(bound.parse().unwrap()).unwrap();
            let to = Endpoint { remote: remote.parse().unwrap(), local: local.parse().ok() };

            assert!(matches!(socket.send(to, b"x"), Err(Errno::EINVAL | Errno::ENETUNREACH)));
        }
    }

    fn receive(socket: &UdpSocket, room: &mut [u8]) -> (Endpoint, usize) {
        crate::event::wait([socket.as_fd()], None).unwrap();
        socket.receive(room).unwrap()
    }
}
