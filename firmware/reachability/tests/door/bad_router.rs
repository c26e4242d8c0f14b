use std::{
    io::{self, Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, SocketAddrV6, TcpListener, TcpStream, UdpSocket},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use lab::Namespace;

use crate::home::Home;

/// What is wrong with a router.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// It says no to everything.
    Refuses,
    /// It says yes and does nothing: UPnP's table shows nothing, and the others give another port each time.
    Lies,
    /// It gives a port a thousand higher.
    OtherPort,
    /// It opens for no time, and by UPnP only for ever.
    NoTime,
    /// It takes a question and is silent.
    Hangs,
    /// It answers noise.
    Garbage,
    /// It answers without end.
    Huge,
    /// Its description is on another machine, and so are its services.
    LeadsElsewhere,
    /// It opens what it is asked for, and its clock leaps.
    OddClock,
}

/// A small bad router, which stands in for those that nobody can buy on purpose. It ends with this value.
pub(crate) struct BadRouter {
    asked: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl BadRouter {
    pub(crate) const ELSEWHERE: &str = "1.2.3.66";
    pub(crate) const WEB_PORT: u16 = 5000;

    pub(crate) fn start(room: &Namespace, manner: Manner) -> Self {
        let mut router = Self { asked: Arc::default(), stop: Arc::default(), threads: Vec::new() };
        let everywhere = |port| SocketAddr::from((Ipv4Addr::UNSPECIFIED, port));
        for (port, answer) in [(5351, mapping as fn(&[u8], usize, Manner) -> Vec<u8>), (1900, ssdp)] {
            let socket = room.udp_socket(everywhere(port)).unwrap();
            socket.set_read_timeout(Some(PAUSE)).unwrap();
            router.serve(move |count| datagram(&socket, |bytes| answer(bytes, count(), manner)));
        }
        if manner == Manner::OddClock {
            let index = room.run("cat /sys/class/net/lan/ifindex").unwrap().trim().parse().unwrap();
            let socket = room.udp_socket(SocketAddrV6::new(Home::ROUTER_V6, 5351, 0, index)).unwrap();
            socket.set_read_timeout(Some(PAUSE)).unwrap();
            router.serve(move |count| datagram(&socket, |bytes| mapping(bytes, count(), manner)));
        }
        let listener = room.in_thread(|| TcpListener::bind(everywhere(Self::WEB_PORT))).unwrap().unwrap();
        listener.set_nonblocking(true).unwrap();
        router.serve(move |count| match listener.accept() {
            Ok((stream, _)) => web(stream, manner, count()),
            Err(_) => {
                thread::sleep(PAUSE);
                Ok(())
            }
        });

        router
    }

    /// How many datagrams and connections have come.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }

    fn serve(&mut self, mut once: impl FnMut(&dyn Fn() -> usize) -> io::Result<()> + Send + 'static) {
        let (asked, stop) = (Arc::clone(&self.asked), Arc::clone(&self.stop));
        self.threads.push(thread::spawn(move || {
            while !stop.load(Ordering::Relaxed) {
                // Whoever has gone away has no answer to wait for.
                let _ = once(&|| asked.fetch_add(1, Ordering::Relaxed));
            }
        }));
    }
}

impl Drop for BadRouter {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            thread.join().unwrap();
        }
    }
}

fn datagram(socket: &UdpSocket, answer: impl FnOnce(&[u8]) -> Vec<u8>) -> io::Result<()> {
    let mut buffer = [0; 2048];
    let (length, from) = socket.recv_from(&mut buffer)?;
    let answer = answer(&buffer[..length]);
    if !answer.is_empty() {
        socket.send_to(&answer, from)?;
    }

    Ok(())
}

/// PCP and NAT-PMP.
fn mapping(request: &[u8], count: usize, manner: Manner) -> Vec<u8> {
    let [version, operation, ..] = *request else { return Vec::new() };
    let (length, inside, outside, seconds) = if version == 2 { (60, 40, 42, 4) } else { (16, 4, 6, 8) };
    match manner {
        Manner::Hangs | Manner::LeadsElsewhere => return Vec::new(),
        Manner::Garbage => return vec![0xa5; 37 + count % 7],
        Manner::Huge => return vec![version; 60_000],
        Manner::Refuses | Manner::Lies | Manner::OtherPort | Manner::NoTime | Manner::OddClock => {}
    }
    if version == 0 && operation == 0 {
        return vec![0, 128, 0, 0, 0, 0, 0, 9, 1, 2, 3, 4];
    }
    let word = |at: usize| u16::from_be_bytes([request[at], request[at + 1]]);
    let other = |more: u16| word(inside).wrapping_add(more);
    let (result, port, lease) = match manner {
        Manner::Refuses => (2, word(outside), 0),
        Manner::Lies => (0, other(u16::try_from(count % 1000).unwrap()), 7200),
        Manner::OtherPort => (0, other(1000), 7200),
        Manner::OddClock => (0, word(outside), 7200),
        _ => (0, word(outside), 0_u32),
    };
    // Shutting is always granted.
    let lease = if request[seconds..seconds + 4] == [0; 4] { 0 } else { lease };
    let mut answer = request.to_vec();
    answer.resize(length, 0);
    answer[1] |= 0x80;
    answer[3] = result;
    if version == 2 {
        answer[4..8].copy_from_slice(&lease.to_be_bytes());
        answer[8..24].fill(0);
        if manner == Manner::OddClock {
            let leap = u32::try_from(count).unwrap().wrapping_mul(1_000_003) % 1_000_000;
            answer[8..12].copy_from_slice(&leap.to_be_bytes());
        }
        answer[42..44].copy_from_slice(&port.to_be_bytes());
    } else {
        answer[4..8].fill(0);
        answer[8..10].copy_from_slice(&request[inside..inside + 2]);
        answer[10..12].copy_from_slice(&port.to_be_bytes());
        answer[12..16].copy_from_slice(&lease.to_be_bytes());
    }

    answer
}

fn ssdp(_: &[u8], count: usize, manner: Manner) -> Vec<u8> {
    let host = if manner == Manner::LeadsElsewhere { BadRouter::ELSEWHERE } else { "192.168.1.1" };
    match manner {
        Manner::Garbage if count.is_multiple_of(2) => vec![0xff; 300],
        _ => format!("HTTP/1.1 200 OK\r\nLOCATION: http://{host}:5000/desc.xml\r\n\r\n").into_bytes(),
    }
}

fn web(mut stream: TcpStream, manner: Manner, count: usize) -> io::Result<()> {
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(Some(Duration::from_millis(500)))?;
    stream.set_write_timeout(Some(Duration::from_millis(500)))?;
    let mut buffer = [0; 4096];
    let mut asked = String::new();
    while !asked.contains("</s:Envelope>") && !asked.starts_with("GET") {
        let length = stream.read(&mut buffer)?;
        if length == 0 {
            return Ok(());
        }
        asked += &String::from_utf8_lossy(&buffer[..length]);
    }
    let is_description = asked.starts_with("GET");
    match manner {
        Manner::Hangs if !is_description => {
            thread::sleep(Duration::from_millis(500));
            Ok(())
        }
        Manner::Garbage if !is_description || count.is_multiple_of(2) => stream.write_all(&[0xa5; 4096]),
        Manner::Huge if !is_description => loop {
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n<a>")?;
            stream.write_all(&[b' '; 65536])?;
        },
        _ if is_description => page(stream, 200, &description(manner)),
        _ => soap(stream, &asked, manner),
    }
}

fn soap(stream: TcpStream, asked: &str, manner: Manner) -> io::Result<()> {
    let action = asked.split('#').nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
    let fault = |number| format!("<e><UPnPError><errorCode>{number}</errorCode></UPnPError></e>");
    let is_limited = !asked.contains("<NewLeaseDuration>0<");
    let (status, text) = match (action, manner) {
        ("AddPortMapping", Manner::Refuses) => (500, fault(606)),
        ("AddPortMapping", Manner::NoTime) if is_limited => (500, fault(725)),
        ("AddPortMapping", Manner::OtherPort) if asked.contains("<NewExternalPort>23001<") => {
            (500, fault(718))
        }
        ("GetSpecificPortMappingEntry", Manner::NoTime | Manner::OtherPort) => {
            let port = if asked.contains("<NewExternalPort>23001<") && manner == Manner::OtherPort {
                1
            } else {
                23001
            };
            (
                200,
                reply(
                    action,
                    &format!(
                        "<NewInternalClient>192.168.1.10</NewInternalClient><NewInternalPort>{port}</NewInternalPort>"
                    ),
                ),
            )
        }
        ("GetSpecificPortMappingEntry", _) => (500, fault(714)),
        ("GetExternalIPAddress", _) => {
            (200, reply(action, "<NewExternalIPAddress>1.2.3.4</NewExternalIPAddress>"))
        }
        _ => (200, reply(action, "")),
    };

    page(stream, status, &text)
}

fn reply(action: &str, values: &str) -> String {
    format!("<e><b><u:{action}Response xmlns:u=\"x\">{values}</u:{action}Response></b></e>")
}

fn page(mut stream: TcpStream, status: u16, text: &str) -> io::Result<()> {
    write!(stream, "HTTP/1.1 {status} Whatever\r\nContent-Length: {}\r\n\r\n{text}", text.len())
}

fn description(manner: Manner) -> String {
    let base = if manner == Manner::LeadsElsewhere { "http://1.2.3.66:5000" } else { "" };

    format!(
        "<root><URLBase>{base}</URLBase><device><friendlyName>Bad</friendlyName><service>\
         <serviceType>urn:schemas-upnp-org:service:WANIPConnection:1</serviceType>\
         <controlURL>{base}/ctl</controlURL></service></device></root>"
    )
}

const PAUSE: Duration = Duration::from_millis(20);
