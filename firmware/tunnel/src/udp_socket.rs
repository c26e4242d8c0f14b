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
            AttachReusePortCbpf, IpRecvTos, Ipv4PacketInfo, Ipv6RecvPacketInfo, Ipv6RecvTClass, RcvBuf,
            RcvBufForce, SndBuf, SndBufForce, UdpGroSegment,
        },
    },
};
use socket2::{Domain, Protocol, SockAddr, Socket, Type};
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
        let socket = Self::open(address)?;
        receive_in_bulk(&socket);
        socket.bind(&address.into())?;

        Ok(Self::around(socket))
    }

    /// Binds another socket to the same address, which from now on gets all that is no data: whoever sends more of that
    /// than can be looked at fills a queue of its own, and makes no data wait.
    pub(crate) fn bind_for_handshakes(&self) -> io::Result<Self> {
        let address = self.socket.local_addr()?;
        let socket = Self::open(address.as_socket().ok_or(io::ErrorKind::Unsupported)?)?;
        // The kernel asks either of them whether to put datagrams together, before it looks at any.
        receive_in_bulk(&socket);
        let shared = self.share(&socket, &address);
        if shared.is_err() {
            // Else another program of the same user could bind it too.
            self.socket.set_reuse_port(false)?;
        }

        shared.map(|()| Self::around(socket))
    }

    fn share(&self, socket: &Socket, address: &SockAddr) -> io::Result<()> {
        // Only now, so that the address was nobody else's when it was bound.
        self.socket.set_reuse_port(true)?;
        socket.set_reuse_port(true)?;
        socket.bind(address)?;
        let mut program = BY_KIND;
        let program = libc::sock_fprog { len: program.len() as u16, filter: program.as_mut_ptr() };
        setsockopt(socket, AttachReusePortCbpf, &program)?;

        Ok(())
    }

    fn open(address: SocketAddr) -> io::Result<Socket> {
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
        receive_congestion(&socket, address.is_ipv6());
        socket.set_nonblocking(true)?;

        Ok(socket)
    }

    fn around(socket: Socket) -> Self {
        Self { socket, is_single: AtomicBool::new(false) }
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

    /// Reads no more than a few datagrams.
    pub(crate) fn receive_few(&self, inbox: &mut Inbox) -> io::Result<()> {
        inbox.take_few(self.socket.as_fd())
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

/// Asks the kernel to put datagrams together (since Linux 5.0). It also goes without.
fn receive_in_bulk(socket: &Socket) {
    if let Err(error) = setsockopt(socket, UdpGroSegment, &true) {
        tracing::debug!(%error, "The kernel does not put datagrams together");
    }
}

/// Asks the kernel to say what routers said of congestion. It also goes without.
fn receive_congestion(socket: &Socket, is_v6: bool) {
    let congestion =
        if is_v6 { setsockopt(socket, Ipv6RecvTClass, &true) } else { setsockopt(socket, IpRecvTos, &true) };
    if let Err(error) = congestion {
        tracing::debug!(%error, "The kernel does not tell of congestion");
    }
}

/// Which of the sockets on one address a datagram comes to: the first if its first byte says that it is data (4, in
/// section 5.4.6 of the WireGuard paper), else the second. In the instructions of linux/bpf_common.h; what is empty has no
/// first byte, and comes to the first.
const BY_KIND: [libc::sock_filter; 4] = [
    instruction(libc::BPF_LD | libc::BPF_B | libc::BPF_ABS, [0, 0], 0),
    instruction(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, [0, 1], 4),
    instruction(libc::BPF_RET | libc::BPF_K, [0, 0], 0),
    instruction(libc::BPF_RET | libc::BPF_K, [0, 0], 1),
];

const fn instruction(code: u32, [jump_if, jump_else]: [u8; 2], k: u32) -> libc::sock_filter {
    libc::sock_filter { code: code as u16, jt: jump_if, jf: jump_else, k }
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

    #[test]
    fn what_is_no_data_comes_to_a_socket_of_its_own() {
        for any in ["0.0.0.0:0", "[::]:0"] {
            let data = UdpSocket::bind(any.parse().unwrap()).unwrap();
            let handshakes = data.bind_for_handshakes().unwrap();
            let home = if any.starts_with('[') { "[::1]:0" } else { "127.0.0.1:0" };
            let client = std::net::UdpSocket::bind(home).unwrap();
            let to = SocketAddr::new(client.local_addr().unwrap().ip(), data.port().unwrap());

            for kind in [1, 4, 2, 4, 3, 4] {
                client.send_to(&[kind, 0, 0, 0], to).unwrap();
            }

            let kinds =
                |socket| receive_count(socket, 3).iter().map(|datagram| datagram[0]).collect::<Vec<_>>();
            assert_eq!(kinds(&data), [4, 4, 4]);
            assert_eq!(kinds(&handshakes), [1, 2, 3]);
        }
    }

    #[test]
    fn a_port_that_somebody_has_is_not_shared() {
        let first = UdpSocket::bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let _second = first.bind_for_handshakes().unwrap();
        let taken = SocketAddr::new("127.0.0.1".parse().unwrap(), first.port().unwrap());

        let refused = UdpSocket::bind(taken).unwrap_err();

        assert_eq!(refused.kind(), io::ErrorKind::AddrInUse);
    }

    fn receive_count(socket: &UdpSocket, count: usize) -> Vec<Vec<u8>> {
        let mut datagrams = Vec::new();
        while datagrams.len() < count {
            datagrams.extend(receive(socket).datagrams().map(|(_, _, datagram)| datagram.to_vec()));
        }
        datagrams
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
