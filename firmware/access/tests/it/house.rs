use std::{
    io::{self, Read as _, Write as _},
    net::{IpAddr, SocketAddr, TcpListener, TcpStream, UdpSocket},
    thread,
    time::Duration,
};

use access::{Families, Forwarding, Policy, Ruleset};
use socket2::{Domain, Socket, Type};
use tempfile::TempDir;

use crate::{namespace::Namespace, support::policy};

/// A phone, the box, and a home with Home Assistant. The tunnel is a plain cable: WireGuard is not what is tested.
///
/// Phone: 10.77.7.2 to .9 and fd77::2 to ::9. Box: 10.77.7.1, fd77::1; at home 192.168.5.2, 2001:db8:5::2. Home:
/// 192.168.5.10, 2001:db8:5::10, and 2001:db8:bad::1, which is somewhere on the internet.
pub(crate) struct House {
    pub(crate) phone: Namespace,
    pub(crate) gateway: Namespace,
    pub(crate) home: Namespace,
    forwarding: Option<Forwarding>,
    _notes: TempDir,
}

impl House {
    pub(crate) fn new() -> Self {
        let [phone, gateway, home] = [(); 3].map(|()| Namespace::new());
        gateway.ip(&format!("link add latchkey0 type veth peer name latchkey0 netns {}", phone.id));
        gateway.ip(&format!("link add eth0 type veth peer name eth0 netns {}", home.id));
        for end in [&phone, &gateway] {
            // A tunnel knows no neighbours: both ends have one hardware address, and nobody asks for it.
            end.ip("link set latchkey0 address 02:00:00:00:00:07 arp off");
        }
        for host in 2..10 {
            address(&phone, "latchkey0", &format!("10.77.7.{host}/24"), &format!("fd77::{host}/64"));
        }
        address(&gateway, "latchkey0", "10.77.7.1/24", "fd77::1/64");
        address(&gateway, "eth0", "192.168.5.2/24", "2001:db8:5::2/64");
        address(&home, "eth0", "192.168.5.10/24", "2001:db8:5::10/64");
        address(&home, "lo", "10.77.7.200/32", "2001:db8:bad::1/128");
        for (namespace, route) in [
            (&gateway, "-6 route add default via 2001:db8:5::10"),
            (&phone, "route add 192.168.5.0/24 via 10.77.7.1"),
            (&phone, "route add 172.30.32.0/23 via 10.77.7.1"),
            (&home, "route add 10.77.7.0/24 via 192.168.5.2"),
        ] {
            namespace.ip(route);
        }
        for (namespace, port) in
            [(&home, 8123), (&home, 9999), (&gateway, 80), (&gateway, 22), (&gateway, 8124)]
        {
            serve(namespace, port);
        }
        let notes = tempfile::tempdir().unwrap();
        let forwarding = forward(&gateway, &notes);

        Self { phone, gateway, home, forwarding: Some(forwarding), _notes: notes }
    }

    pub(crate) fn apply(&self, policy: &Policy) {
        let ruleset = Ruleset::new(policy);
        self.gateway.block_on(async move { ruleset.apply().await }).unwrap();
    }

    /// Inside: anywhere else it would be another kernel's settings.
    pub(crate) fn stop_forwarding(&mut self) {
        let forwarding = self.forwarding.take();
        self.gateway.run(move || drop(forwarding));
    }

    pub(crate) fn counted(&self, reason: &str) -> u64 {
        self.gateway.block_on(access::counters()).unwrap()[reason]
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.stop_forwarding();
    }
}

/// Opens a connection, from an address of one's own.
pub(crate) fn connect(namespace: &Namespace, from: &str, to: &str) -> io::Result<TcpStream> {
    let from = SocketAddr::new(from.parse::<IpAddr>().unwrap(), 0);
    let to = to.parse::<SocketAddr>().unwrap();
    namespace.run(move || {
        let socket = Socket::new(Domain::for_address(to), Type::STREAM, None)?;
        socket.bind(&from.into())?;
        socket.connect_timeout(&to.into(), PATIENCE)?;
        let stream = TcpStream::from(socket);
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(stream)
    })
}

pub(crate) fn reaches(namespace: &Namespace, from: &str, to: &str) -> bool {
    connect(namespace, from, to).and_then(|mut stream| echo(&mut stream)).is_ok()
}

/// Says something and waits for it to come back. The address that the other end sees comes first.
pub(crate) fn echo(stream: &mut TcpStream) -> io::Result<u8> {
    let mut answer = [0];
    stream.write_all(b"?")?;
    stream.read_exact(&mut answer)?;

    Ok(answer[0])
}

/// A UDP socket inside that gives up soon.
pub(crate) fn udp(namespace: &Namespace, address: &str) -> UdpSocket {
    let address = address.parse::<SocketAddr>().unwrap();
    let socket = namespace.run(move || UdpSocket::bind(address)).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    socket
}

/// How long to wait for what does not come; a cable inside one machine answers at once.
const PATIENCE: Duration = Duration::from_millis(300);

/// Without duplicate address detection, for which one would have to wait.
pub(crate) fn address(namespace: &Namespace, interface: &str, v4: &str, v6: &str) {
    let detection = format!("/proc/sys/net/ipv6/conf/{interface}/accept_dad");
    namespace.run(move || std::fs::write(detection, "0")).unwrap();
    namespace.ip(&format!("link set {interface} up"));
    namespace.ip(&format!("address add {v4} dev {interface}"));
    namespace.ip(&format!("address add {v6} dev {interface} nodad"));
}

fn forward(gateway: &Namespace, notes: &TempDir) -> Forwarding {
    let file = notes.path().join("notes");
    gateway.run(move || {
        let mut forwarding = Forwarding::new(&file).unwrap();
        let nothing = Families { v4: false, v6: false };
        assert_eq!(forwarding.was_on().unwrap(), nothing, "a new namespace forwards nothing");
        forwarding.apply(&policy()).unwrap();
        forwarding
    })
}

/// Answers each byte with the last byte of the asker's address.
pub(crate) fn serve(namespace: &Namespace, port: u16) {
    let listener = namespace.run(move || TcpListener::bind(("::", port)).unwrap());
    thread::spawn(move || listener.incoming().for_each(|stream| drop(thread::spawn(move || answer(stream)))));
}

fn answer(stream: io::Result<TcpStream>) -> io::Result<()> {
    let mut stream = stream?;
    let last = match stream.peer_addr()?.ip().to_canonical() {
        IpAddr::V4(v4) => v4.octets()[3],
        IpAddr::V6(v6) => v6.octets()[15],
    };
    let mut byte = [0];
    loop {
        stream.read_exact(&mut byte)?;
        stream.write_all(&[last])?;
    }
}
