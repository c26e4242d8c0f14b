use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use socket2::{Domain, Protocol, Socket, Type};
use tokio::{
    net::UdpSocket,
    time::{Instant, timeout_at},
};

use super::description::Place;
use crate::door::path::Path;

/// Looks for the router's description by SSDP: the places that the router itself names, each once, at most
/// [`MAX_PLACES`]. What others answer is not heard.
pub(crate) async fn search(path: &Path) -> io::Result<Vec<Place>> {
    let socket = open(path)?;
    let mut places = Vec::new();
    let mut heard = 0;
    for patience in PATIENCE {
        send(&socket, path).await?;
        let deadline = Instant::now() + patience;
        let mut buffer = [0; MAX_BYTES];
        while heard < MAX_HEARD {
            let Ok(received) = timeout_at(deadline, socket.recv_from(&mut buffer)).await else { break };
            let (length, from) = received?;
            heard += 1;
            let Some(place) = read(&buffer[..length]).filter(|_| is_router(path, from)) else { continue };
            if !places.contains(&place) {
                places.push(place);
            }
            if places.len() >= MAX_PLACES {
                return Ok(places);
            }
        }
        if !places.is_empty() {
            break;
        }
    }

    Ok(places)
}

fn open(path: &Path) -> io::Result<UdpSocket> {
    let (domain, own) = match path.own {
        IpAddr::V4(v4) => (Domain::IPV4, IpAddr::V4(v4)),
        // From the link-local address, so that the router's answer comes from its own.
        IpAddr::V6(_) => (Domain::IPV6, IpAddr::V6(Ipv6Addr::UNSPECIFIED)),
    };
    let socket = Socket::new(domain, Type::DGRAM, Some(Protocol::UDP))?;
    socket.set_nonblocking(true)?;
    socket.bind(&SocketAddr::new(own, 0).into())?;
    match own {
        IpAddr::V4(v4) => {
            socket.set_multicast_if_v4(&v4)?;
            socket.set_multicast_ttl_v4(HOPS)?;
        }
        IpAddr::V6(_) => {
            socket.set_multicast_if_v6(path.interface)?;
            socket.set_multicast_hops_v6(HOPS)?;
        }
    }

    UdpSocket::from_std(socket.into())
}

/// To the router itself, whose answer every firewall lets in, and to the group, since some routers hear only that.
async fn send(socket: &UdpSocket, path: &Path) -> io::Result<()> {
    let group = match path.own {
        IpAddr::V4(_) => IpAddr::V4(GROUP),
        IpAddr::V6(_) => IpAddr::V6(GROUP_V6),
    };
    for address in [path.router, group] {
        let host = match address {
            IpAddr::V4(v4) => format!("{v4}:{PORT}"),
            IpAddr::V6(v6) => format!("[{v6}]:{PORT}"),
        };
        for target in TARGETS {
            let text = format!(
                "M-SEARCH * HTTP/1.1\r\nHOST: {host}\r\nST: {target}\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\n\r\n"
            );
            // One of the two may have no way there.
            let _ = socket.send_to(text.as_bytes(), path.on_link(address, PORT)).await;
        }
    }

    Ok(())
}

fn is_router(path: &Path, from: SocketAddr) -> bool {
    from.ip() == path.router
}

/// The place that an answer names.
fn read(bytes: &[u8]) -> Option<Place> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut lines = text.lines();
    lines.next().filter(|first| first.starts_with("HTTP/1.") && first.contains(" 200"))?;
    let location = lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.trim().eq_ignore_ascii_case("location").then_some(value)
    })?;

    Place::of(location.trim())
}

/// What a router may call itself. UPnP Device Architecture 1.1, section 1.3.3: newer versions answer to older names,
/// which some forget.
const TARGETS: [&str; 4] = [
    "urn:schemas-upnp-org:device:InternetGatewayDevice:1",
    "urn:schemas-upnp-org:device:InternetGatewayDevice:2",
    "urn:schemas-upnp-org:service:WANIPConnection:1",
    "urn:schemas-upnp-org:service:WANPPPConnection:1",
];
/// UPnP Device Architecture 1.1, section 1.1.2 and annex A.
const PORT: u16 = 1900;
const GROUP: Ipv4Addr = Ipv4Addr::new(239, 255, 255, 250);
const GROUP_V6: Ipv6Addr = Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 0xc);
const HOPS: u32 = 2;
/// An answer comes within a second (`MX`), if it was not lost. The others that name the same place need not be waited
/// for, but those that name another do: not every place has what is looked for.
const PATIENCE: [Duration; 2] = [Duration::from_millis(1200), Duration::from_millis(1500)];
const MAX_BYTES: usize = 2048;
/// A home may be full of things that answer.
const MAX_HEARD: usize = 256;
const MAX_PLACES: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_names_a_place_on_the_router() {
        let text = "HTTP/1.1 200 OK\r\nST: x\r\nLocation: http://203.0.113.9:5000/desc.xml\r\n\r\n";

        assert_eq!(read(text.as_bytes()), Some(Place { port: 5000, path: "/desc.xml".to_owned() }));
    }

    #[test]
    fn what_is_no_answer_names_none() {
        for text in [
            "",
            "HTTP/1.1 200 OK\r\n\r\n",
            "HTTP/1.1 404 Not Found\r\nLOCATION: http://192.168.1.1/\r\n",
            "NOTIFY * HTTP/1.1\r\nLOCATION: http://192.168.1.1/\r\n",
            "HTTP/1.1 200 OK\r\nLOCATION: ftp://192.168.1.1/\r\n",
            "HTTP/1.1 200 OK\r\nLOCATION: http://192.168.1.1:99999/\r\n",
        ] {
            assert_eq!(read(text.as_bytes()), None, "{text:?}");
        }
        assert_eq!(read(&[0xff; 64]), None);
    }
}
