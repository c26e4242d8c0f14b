use std::{
    collections::BTreeMap,
    fs,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    os::fd::OwnedFd,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
};

use anyhow::{Context as _, Result};
use nix::{
    sys::{
        socket::{
            AddressFamily, SockFlag, SockProtocol, SockType, setsockopt, socket, sockopt::ReceiveTimeout,
        },
        time::{TimeVal, TimeValLike as _},
    },
    unistd::read,
};

use crate::Namespace;

/// Sees every IP packet that leaves a room through one interface, whatever becomes of it later. Ends with this value.
#[derive(Debug)]
pub struct Wiretap {
    seen: Arc<Mutex<BTreeMap<Sight, u32>>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// What tells one packet from another, as far as it matters who is spoken to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sight {
    /// To whom.
    pub to: IpAddr,
    /// The number of the protocol: 6 is TCP, 17 is UDP (IANA, "Protocol Numbers").
    pub protocol: u8,
    /// For TCP and UDP, from which port.
    pub from_port: u16,
    /// For TCP and UDP, to which port.
    pub to_port: u16,
    /// For a question to a name server, which name.
    pub name: Option<String>,
}

impl Wiretap {
    /// Begins to listen.
    ///
    /// # Errors
    /// When the room has no such interface, or the kernel refuses.
    pub fn on(room: &Namespace, interface: &str) -> Result<Self> {
        let path = format!("/sys/class/net/{interface}/address");
        let own = room.in_thread(|| fs::read_to_string(&path))?.with_context(|| format!("read {path}"))?;
        let own =
            own.trim().split(':').map(|byte| u8::from_str_radix(byte, 16)).collect::<Result<Vec<_>, _>>()?;
        let flags = SockFlag::SOCK_CLOEXEC;
        let open = || socket(AddressFamily::Packet, SockType::Raw, flags, SockProtocol::EthAll);
        let wire = room.in_thread(open)?.context("listen to a wire")?;
        setsockopt(&wire, ReceiveTimeout, &TimeVal::milliseconds(50))?;
        let (seen, stop) = (Arc::default(), Arc::new(AtomicBool::new(false)));
        let (noted, stopped) = (Arc::clone(&seen), Arc::clone(&stop));
        let thread = thread::spawn(move || listen(&wire, &own, &noted, &stopped));

        Ok(Self { seen, stop, thread: Some(thread) })
    }

    /// What has left so far, and how often.
    #[must_use]
    pub fn seen(&self) -> BTreeMap<Sight, u32> {
        lock(&self.seen).clone()
    }
}

impl Drop for Wiretap {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // It has nothing to tell.
            let _ = thread.join();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn listen(wire: &OwnedFd, own: &[u8], seen: &Mutex<BTreeMap<Sight, u32>>, stop: &AtomicBool) {
    let mut frame = vec![0; 65_536];
    while !stop.load(Ordering::Relaxed) {
        // Nothing for a while is an error, too.
        let Ok(length) = read(wire, &mut frame) else { continue };
        let Some((head, packet)) = frame[..length].split_at_checked(ETHERNET) else { continue };
        if head[6..12] == *own
            && let Some(sight) = Sight::read(packet)
        {
            *lock(seen).entry(sight).or_default() += 1;
        }
    }
}

impl Sight {
    fn read(packet: &[u8]) -> Option<Self> {
        let (to, protocol, rest) = match packet.first()? >> 4 {
            4 => {
                let to: [u8; 4] = packet.get(16..20)?.try_into().ok()?;
                let length = usize::from(packet[0] & 15) * 4;
                (IpAddr::from(Ipv4Addr::from(to)), packet[9], packet.get(length..)?)
            }
            6 => {
                let to: [u8; 16] = packet.get(24..40)?.try_into().ok()?;
                let (protocol, rest) = past_hop_by_hop(packet[6], packet.get(40..)?)?;
                (IpAddr::from(Ipv6Addr::from(to)), protocol, rest)
            }
            _ => return None,
        };
        let port = |at: usize| Some(u16::from_be_bytes(rest.get(at..at + 2)?.try_into().ok()?));
        let has_ports = matches!(protocol, TCP | UDP);
        let (from_port, to_port) = if has_ports { (port(0)?, port(2)?) } else { (0, 0) };
        let name = if (protocol, to_port) == (UDP, 53) { question(rest.get(8..)?) } else { None };

        Some(Self { to, protocol, from_port, to_port, name })
    }
}

/// Reports to multicast routers have such a header (RFC 8200, section 4.3).
fn past_hop_by_hop(protocol: u8, rest: &[u8]) -> Option<(u8, &[u8])> {
    if protocol != 0 {
        return Some((protocol, rest));
    }
    let length = (usize::from(*rest.get(1)?) + 1) * 8;

    Some((rest[0], rest.get(length..)?))
}

/// The name in the first question of a DNS message (RFC 1035, section 4.1.2).
fn question(message: &[u8]) -> Option<String> {
    let mut rest = message.get(12..)?;
    let mut labels = Vec::new();
    loop {
        let (length, after) = rest.split_first()?;
        if *length == 0 {
            return Some(labels.join(".").to_ascii_lowercase());
        }
        let (label, after) = after.split_at_checked(usize::from(*length))?;
        labels.push(String::from_utf8_lossy(label).into_owned());
        rest = after;
    }
}

const ETHERNET: usize = 14;
const TCP: u8 = 6;
const UDP: u8 = 17;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{House, Options, addresses, wait_until};

    #[test]
    fn what_leaves_is_seen_and_what_comes_is_not() {
        let house = House::build(Options::default()).unwrap();
        let tap = Wiretap::on(&house.gateway, "eth0").unwrap();
        let socket = house.gateway.udp_socket((addresses::GATEWAY, 4000)).unwrap();
        let question = b"\0\x07\x01\0\0\x01\0\0\0\0\0\0\x04Home\x07example\0\0\x01\0\x01";

        socket.send_to(question, (addresses::LAPTOP, 53)).unwrap();

        let expected = Sight {
            to: addresses::LAPTOP.into(),
            protocol: UDP,
            from_port: 4000,
            to_port: 53,
            name: Some("home.example".to_owned()),
        };
        let is_seen = || tap.seen().get(&expected) == Some(&1);
        wait_until("it is seen", Duration::from_secs(5), is_seen).unwrap();
        assert!(tap.seen().keys().all(|sight| sight.to != IpAddr::from(addresses::GATEWAY)));
    }
}
