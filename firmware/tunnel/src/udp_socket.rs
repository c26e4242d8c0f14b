use std::{
    io::{self, IoSlice},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    os::fd::{AsFd, AsRawFd as _, BorrowedFd},
    sync::atomic::{AtomicBool, Ordering},
};

use nix::{
    errno::Errno,
    sys::socket::{
        ControlMessage, MsgFlags, SockaddrStorage, sendmsg, setsockopt,
        sockopt::{
            IpRecvTos, Ipv4PacketInfo, Ipv6RecvPacketInfo, Ipv6RecvTClass, RcvBuf, RcvBufForce, SndBuf,
            SndBufForce, UdpGroSegment,
        },
    },
};
use socket2::{Domain, Protocol, Socket, Type};
use wireguard::{Ecn, Endpoint};

use crate::{inbox::Inbox, socket_options::allow_fragments};

/// A UDP socket of one IP version on every address, that knows which address a datagram came to and can answer from it.
#[derive(Debug)]
pub(crate) struct UdpSocket {
    socket: Socket,
    /// Whether the network card has been found to send datagrams only one by one.
    is_single: AtomicBool,
}

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
        enlarge_buffers(&socket)?;
        receive_in_bulk(&socket, address.is_ipv6());
        socket.set_nonblocking(true)?;
        socket.bind(&address.into())?;

        Ok(Self { socket, is_single: AtomicBool::new(false) })
    }

    pub(crate) fn port(&self) -> io::Result<u16> {
        Ok(self.socket.local_addr()?.as_socket().map_or(0, |address| address.port()))
    }

    /// The mark that policy routing sees; 0 for none.
    pub(crate) fn set_mark(&self, mark: u32) -> io::Result<()> {
        self.socket.set_mark(mark)
    }

    /// Reads what has come into the inbox, many datagrams at once; an error of kind `WouldBlock` when there is nothing.
    pub(crate) fn receive(&self, inbox: &mut Inbox) -> io::Result<()> {
        inbox.fill(self.socket.as_fd())
    }

    /// Sends datagrams, the last of which may be shorter, by one call; an error of kind `WouldBlock` when the way out is
    /// full.
    pub(crate) fn send(&self, to: Endpoint, ecn: Ecn, datagrams: &[u8], segment: usize) -> Result<(), Errno> {
        let is_run = datagrams.len() > segment;
        if is_run && self.is_single.load(Ordering::Relaxed) {
            return Err(Errno::EIO);
        }
        let (v4, v6) = match to.local {
            Some(IpAddr::V4(v4)) => (Some(from_v4(v4)), None),
            Some(IpAddr::V6(v6)) => (None, Some(from_v6(v6))),
            None => (None, None),
        };
        let (segment, class) = (segment as u16, ecn.traffic_class());
        let class_v6 = i32::from(class);
        let is_marked = ecn != Ecn::NOT_CAPABLE;
        let control = [
            is_run.then_some(ControlMessage::UdpGsoSegments(&segment)),
            v4.as_ref().map(ControlMessage::Ipv4PacketInfo),
            v6.as_ref().map(ControlMessage::Ipv6PacketInfo),
            (is_marked && to.remote.is_ipv4()).then_some(ControlMessage::Ipv4Tos(&class)),
            (is_marked && to.remote.is_ipv6()).then_some(ControlMessage::Ipv6TClass(&class_v6)),
        ];
        let mut present = [ControlMessage::UdpGsoSegments(&segment); 5];
        let count = present
            .iter_mut()
            .zip(control.into_iter().flatten())
            .map(|(slot, message)| *slot = message)
            .count();
        let result = sendmsg(
            self.socket.as_raw_fd(),
            &[IoSlice::new(datagrams)],
            &present[..count],
            MsgFlags::MSG_DONTWAIT,
            Some(&SockaddrStorage::from(to.remote)),
        );
        if is_run && result == Err(Errno::EIO) {
            tracing::info!("The network card sends datagrams one by one only");
            self.is_single.store(true, Ordering::Relaxed);
        }

        result.map(drop)
    }
}

impl AsFd for UdpSocket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

/// In bytes: a burst of small datagrams, or some ten milliseconds of large ones. More would only make them wait longer.
const BUFFER: usize = 4 << 20;

/// More is better under bursts. Only root may ask for more than the system's limit; others get what that allows.
fn enlarge_buffers(socket: &Socket) -> io::Result<()> {
    setsockopt(socket, RcvBufForce, &BUFFER).or_else(|_| setsockopt(socket, RcvBuf, &BUFFER))?;
    setsockopt(socket, SndBufForce, &BUFFER).or_else(|_| setsockopt(socket, SndBuf, &BUFFER))?;

    Ok(())
}

/// Asks the kernel to put datagrams together (since Linux 5.0), and to say what routers said of congestion. It also goes
/// without.
fn receive_in_bulk(socket: &Socket, is_v6: bool) {
    let bulk = setsockopt(socket, UdpGroSegment, &true);
    let congestion =
        if is_v6 { setsockopt(socket, Ipv6RecvTClass, &true) } else { setsockopt(socket, IpRecvTos, &true) };
    for error in [bulk, congestion].into_iter().filter_map(Result::err) {
        tracing::debug!(%error, "A socket option is not there");
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

            client.send_to(b"question", spoken_to).unwrap();
            let inbox = receive(&socket);
            let (source, _, question) = inbox.datagrams().next().unwrap();
            send(&socket, source, b"answer").unwrap();

            assert_eq!(question, b"question");
            assert_eq!(source.remote, client.local_addr().unwrap());
            assert_eq!(source.local, Some(spoken_to.ip()));
            assert_eq!(client.recv_from(&mut [0; 100]).unwrap(), (6, spoken_to));
        }
    }

    #[test]
    fn an_address_that_is_not_ours_is_refused_as_such() {
        for (bound, remote, local) in
            [("0.0.0.0:0", "127.0.0.1:9", "192.0.2.1"), ("[::]:0", "[::1]:9", "2001:db8::1")]
        {
            let socket = UdpSocket::bind(bound.parse().unwrap()).unwrap();
            let to = Endpoint { remote: remote.parse().unwrap(), local: local.parse().ok() };

            assert!(matches!(send(&socket, to, b"x"), Err(Errno::EINVAL | Errno::ENETUNREACH)));
        }
    }

    #[test]
    fn many_datagrams_leave_by_one_call_and_congestion_is_told_on_both_sides() {
        for any in ["127.0.0.1:0", "[::1]:0"] {
            let [from, to] = [(); 2].map(|()| UdpSocket::bind(any.parse().unwrap()).unwrap());
            let to_address = SocketAddr::new(any.parse::<SocketAddr>().unwrap().ip(), to.port().unwrap());

            from.send(to_address.into(), Ecn::CONGESTED, b"abcdefgh", 3).unwrap();

            let (mut got, mut inbox) = (Vec::new(), Inbox::new());
            while got.len() < 3 {
                crate::event::wait([to.as_fd()], None).unwrap();
                to.receive(&mut inbox).unwrap();
                got.extend(inbox.datagrams().map(|(_, ecn, datagram)| (ecn, datagram.to_vec())));
            }
            assert_eq!(got, [b"abc".as_slice(), b"def", b"gh"].map(|bytes| (Ecn::CONGESTED, bytes.to_vec())));
        }
    }

    fn receive(socket: &UdpSocket) -> Inbox {
        let mut inbox = Inbox::new();
        crate::event::wait([socket.as_fd()], None).unwrap();
        socket.receive(&mut inbox).unwrap();
        inbox
    }

    fn send(socket: &UdpSocket, to: Endpoint, datagram: &[u8]) -> Result<(), Errno> {
        socket.send(to, Ecn::NOT_CAPABLE, datagram, datagram.len())
    }
}
