use std::{
    array,
    io::{self, IoSliceMut},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    ops::Range,
    os::fd::{AsRawFd as _, BorrowedFd},
};

use nix::{
    cmsg_space,
    sys::socket::{ControlMessageOwned, MsgFlags, MultiHeaders, RecvMsg, SockaddrStorage, recvmmsg},
};
use wireguard::{Ecn, Endpoint};

/// Datagrams as they came, in memory that is used again.
#[derive(Debug)]
pub(crate) struct Inbox {
    room: Box<[u8]>,
    arrivals: Vec<Arrival>,
    /// How many messages to ask for at once.
    appetite: usize,
}

impl Inbox {
    pub(crate) fn new() -> Self {
        Self { room: vec![0; MESSAGES * LONGEST].into(), arrivals: Vec::with_capacity(MESSAGES), appetite: 1 }
    }

    /// Reads what has come to a socket; an error of kind `WouldBlock` when there is nothing.
    pub(crate) fn fill(&mut self, socket: BorrowedFd<'_>) -> io::Result<()> {
        self.read(socket, self.appetite)?;
        self.adapt();

        Ok(())
    }

    /// Reads no more than [`FEW`] messages.
    pub(crate) fn take_few(&mut self, socket: BorrowedFd<'_>) -> io::Result<()> {
        self.read(socket, FEW)
    }

    fn read(&mut self, socket: BorrowedFd<'_>, count: usize) -> io::Result<()> {
        self.arrivals.clear();
        // Anew each time: the kernel writes into the headers how much of the room for control messages it has used.
        let control = cmsg_space!(libc::in6_pktinfo, libc::c_int, libc::c_int);
        let mut headers = MultiHeaders::<SockaddrStorage>::preallocate(count, Some(control));
        let mut rooms = self.room.chunks_exact_mut(LONGEST);
        let mut slices: [_; MESSAGES] =
            array::from_fn(|_| [IoSliceMut::new(rooms.next().unwrap_or_default())]);
        let messages = recvmmsg(
            socket.as_raw_fd(),
            &mut headers,
            slices.iter_mut().take(count),
            MsgFlags::MSG_DONTWAIT,
            None,
        )?;
        self.arrivals.extend(messages.enumerate().filter_map(|(number, message)| arrival(number, &message)));

        Ok(())
    }

    /// Each datagram, with where it came from and what was said of congestion.
    pub(crate) fn datagrams(&self) -> impl Iterator<Item = (Endpoint, Ecn, &[u8])> {
        self.arrivals.iter().flat_map(|arrival| {
            let bytes = &self.room[arrival.range.clone()];
            let empty = bytes.is_empty().then_some(bytes);
            let datagrams = bytes.chunks(arrival.segment.max(1)).chain(empty);
            datagrams.map(|datagram| (arrival.source, arrival.ecn, datagram))
        })
    }

    /// Asks for more messages while they come in numbers, and for fewer when their bytes would no longer fit into the
    /// processor's cache until their turn comes.
    fn adapt(&mut self) {
        let bytes = self.arrivals.iter().map(|arrival| arrival.range.len()).sum::<usize>();
        let (messages, few) = (self.arrivals.len(), self.appetite / 2);
        if bytes > CACHED || messages < few {
            self.appetite = few.max(1);
        } else if messages == self.appetite {
            self.appetite = (2 * messages).min(MESSAGES);
        }
    }
}

/// Datagrams from one source that the kernel has put together, each but the last of the same length.
#[derive(Debug)]
struct Arrival {
    source: Endpoint,
    ecn: Ecn,
    range: Range<usize>,
    segment: usize,
}

/// Of one call.
const MESSAGES: usize = 64;

/// Each may hold 64 handshakes, a microsecond and more of work each, before it is data's turn again.
const FEW: usize = 4;

/// In bytes: with what is made of it, a quarter of what a Pi 4's cores share.
const CACHED: usize = 128 << 10;

/// No datagram is longer, in bytes, and no more of them are put together.
const LONGEST: usize = u16::MAX as usize;

fn arrival(number: usize, message: &RecvMsg<'_, '_, SockaddrStorage>) -> Option<Arrival> {
    let mut source = Endpoint::from(message.address.as_ref().and_then(socket_address)?);
    let (mut ecn, mut segment) = (Ecn::NOT_CAPABLE, message.bytes);
    for beside in message.cmsgs().ok()? {
        match beside {
            ControlMessageOwned::UdpGroSegments(length) => segment = usize::try_from(length).ok()?,
            ControlMessageOwned::Ipv4Tos(class) => ecn = Ecn::of_traffic_class(class),
            ControlMessageOwned::Ipv6TClass(class) => ecn = Ecn::of_traffic_class(class as u8),
            beside => source.local = source.local.or_else(|| local_address(beside)),
        }
    }
    let start = number * LONGEST;

    Some(Arrival { source, ecn, range: start..start + message.bytes, segment })
}

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
