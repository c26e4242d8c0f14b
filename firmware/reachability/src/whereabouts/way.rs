//! Finds the first routers on the way to somewhere over IPv4, as `traceroute` does, but without the right to see packets.

use std::{
    collections::BTreeMap,
    io::{self, IoSliceMut},
    net::{Ipv4Addr, SocketAddrV4},
    os::fd::AsRawFd as _,
    time::Duration,
};

use nix::{
    cmsg_space,
    sys::socket::{ControlMessageOwned, MsgFlags, SockaddrIn, recvmsg, setsockopt, sockopt::Ipv4RecvErr},
};
use tokio::{io::Interest, net::UdpSocket, time::timeout};

use crate::Hop;

/// Sends datagrams that live for one router, two, and so on, and listens to who says that one has died.
///
/// # Errors
/// When nothing can be sent.
pub(crate) async fn to(destination: Ipv4Addr) -> io::Result<Vec<Hop>> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).await?;
    // What routers say comes to the socket's own queue of errors: no raw socket, no capability.
    setsockopt(&socket, Ipv4RecvErr, &true)?;
    let mut heard = BTreeMap::new();
    for _ in 0..TRIES {
        let missing = (1..=DEPTH).filter(|ttl| !heard.contains_key(ttl)).collect::<Vec<_>>();
        for ttl in missing {
            send(&socket, destination, ttl).await?;
        }
        // All that is missing after this time stays silent, or is asked once more.
        let _ = timeout(PATIENCE, listen(&socket, destination, &mut heard)).await;
    }

    Ok(list(&heard))
}

/// More than a home has of its own, and enough to see a provider's first router.
const DEPTH: u8 = 5;
const TRIES: usize = 2;
/// These routers are near.
const PATIENCE: Duration = Duration::from_millis(700);
/// Where `traceroute` sends its datagrams. The port says how long a datagram was to live.
const FIRST_PORT: u16 = 33434;

async fn send(socket: &UdpSocket, destination: Ipv4Addr, ttl: u8) -> io::Result<()> {
    socket.set_ttl(ttl.into())?;
    let target = SocketAddrV4::new(destination, FIRST_PORT + u16::from(ttl));
    // What came back for earlier datagrams makes this one fail, once for each.
    for _ in 0..DEPTH {
        if socket.send_to(&[0; 8], target).await.is_ok() {
            return Ok(());
        }
    }

    socket.send_to(&[0; 8], target).await.map(|_| ())
}

async fn listen(
    socket: &UdpSocket,
    destination: Ipv4Addr,
    heard: &mut BTreeMap<u8, Ipv4Addr>,
) -> io::Result<()> {
    while heard.len() < DEPTH.into() {
        let complaint = socket.async_io(Interest::ERROR, || complaint(socket)).await?;
        if let Some((target, router)) = complaint
            && *target.ip() == destination
            && let Some(ttl) = ttl_of(target.port())
        {
            heard.entry(ttl).or_insert(router);
        }
    }

    Ok(())
}

fn ttl_of(port: u16) -> Option<u8> {
    let ttl = u8::try_from(port.checked_sub(FIRST_PORT)?).ok()?;

    (1..=DEPTH).contains(&ttl).then_some(ttl)
}

/// Where a datagram was sent to that died on the way, and at whom; nothing if it was something else.
fn complaint(socket: &UdpSocket) -> io::Result<Option<(SocketAddrV4, Ipv4Addr)>> {
    let mut payload = [0; 64];
    let mut iov = [IoSliceMut::new(&mut payload)];
    let mut space = cmsg_space!(nix::libc::sock_extended_err, nix::libc::sockaddr_in);
    let message =
        recvmsg::<SockaddrIn>(socket.as_raw_fd(), &mut iov, Some(&mut space), MsgFlags::MSG_ERRQUEUE)?;
    let Some(target) = message.address else { return Ok(None) };
    let router = message.cmsgs()?.find_map(|control| match control {
        ControlMessageOwned::Ipv4RecvErr(error, Some(router))
            if (error.ee_origin, error.ee_type) == (nix::libc::SO_EE_ORIGIN_ICMP, TIME_EXCEEDED) =>
        {
            Some(Ipv4Addr::from(u32::from_be(router.sin_addr.s_addr)))
        }
        _ => None,
    });

    Ok(router.map(|router| (SocketAddrV4::new(target.ip(), target.port()), router)))
}

/// RFC 792.
const TIME_EXCEEDED: u8 = 11;

/// Up to the last one that was heard.
fn list(heard: &BTreeMap<u8, Ipv4Addr>) -> Vec<Hop> {
    let last = heard.last_key_value().map_or(0, |(ttl, _)| *ttl);

    (1..=last).map(|ttl| heard.get(&ttl).copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silent_router_between_others_has_a_place() {
        let [near, far] = [Ipv4Addr::new(192, 168, 1, 1), Ipv4Addr::new(203, 0, 113, 1)];

        assert_eq!(list(&[(1, near), (3, far)].into()), [Some(near), None, Some(far)]);
        assert_eq!(list(&BTreeMap::new()), []);
    }

    #[test]
    fn only_ports_that_were_sent_to_tell_a_distance() {
        assert_eq!([33434, 33435, 33439, 33440, 0].map(ttl_of), [None, Some(1), Some(5), None, None]);
    }
}
