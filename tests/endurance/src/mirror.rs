use std::{
    collections::HashMap,
    io,
    net::{IpAddr, Ipv6Addr, SocketAddr, TcpListener, TcpStream, UdpSocket},
    thread,
};

use anyhow::Result;
use lab::Namespace;

use crate::{
    courier::{is_passing, widen},
    datagram::{Datagram, LENGTHS},
};

/// Sends back what couriers and streams send, until the process ends: whole datagrams, and every byte over TCP.
#[derive(Debug)]
pub struct Mirror {
    udp: UdpSocket,
    tcp: TcpListener,
}

impl Mirror {
    /// The UDP and the TCP port.
    pub const PORT: u16 = 7;

    fn bind(at: SocketAddr) -> io::Result<Self> {
        Ok(Self { udp: UdpSocket::bind(at)?, tcp: TcpListener::bind(at)? })
    }

    fn everywhere() -> Result<Self> {
        let mirror = Self::bind(EVERYWHERE)?;
        widen(&mirror.udp)?;

        Ok(mirror)
    }

    /// Starts one at every address of a room.
    ///
    /// # Errors
    /// When the room has one already.
    pub fn start_in(room: &Namespace) -> Result<()> {
        let mirror = room.in_thread(Self::everywhere)??;
        thread::spawn(move || mirror.run());

        Ok(())
    }

    /// Starts one at every address of this machine, and stays.
    ///
    /// # Errors
    /// When there is one already.
    pub fn run_here() -> Result<()> {
        Self::everywhere()?.run();

        Ok(())
    }

    fn run(self) {
        let Self { udp, tcp } = self;
        thread::spawn(move || reflect(&udp));
        for stream in tcp.incoming().flatten() {
            thread::spawn(move || echo(&stream));
        }
    }
}

/// IPv4 too, as Linux has it.
const EVERYWHERE: SocketAddr = SocketAddr::new(IpAddr::V6(Ipv6Addr::UNSPECIFIED), Mirror::PORT);

/// Sends every datagram back that is whole, with how many of its flow that makes.
fn reflect(socket: &UdpSocket) {
    let mut replies = HashMap::<u64, u64>::new();
    let (mut inbox, mut outbox) = ([0; *LENGTHS.end() + 1], [0; *LENGTHS.end()]);
    loop {
        let (length, from) = match socket.recv_from(&mut inbox) {
            Ok(received) => received,
            Err(error) if is_passing(&error) => continue,
            Err(_) => return,
        };
        let Some(datagram) = Datagram::parse(&inbox[..length]) else { continue };
        let reply = replies.entry(datagram.flow).or_default();
        *reply += 1;
        // One that cannot be sent is missed at the other end.
        let _ = socket.send_to(Datagram { reply: *reply, ..datagram }.write(&mut outbox), from);
    }
}

fn echo(mut stream: &TcpStream) {
    // Whoever is at the other end sees how far it got.
    let _ = stream.set_nodelay(true).and_then(|()| io::copy(&mut stream.try_clone()?, &mut stream));
}

#[cfg(test)]
mod tests {
    use std::{net::Ipv4Addr, time::Duration};

    use crate::{Courier, Stream, clock::now};

    use super::*;

    #[test]
    fn what_a_mirror_gets_comes_back_whole() {
        let at = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let mirror = Mirror::bind(at).unwrap();
        let (udp, tcp) = (mirror.udp.local_addr().unwrap(), mirror.tcp.local_addr().unwrap());
        thread::spawn(move || mirror.run());
        let socket = UdpSocket::bind(at).unwrap();
        socket.connect(udp).unwrap();
        let until = now() + Duration::from_millis(100);

        let bytes =
            Stream::new(TcpStream::connect(tcp).unwrap()).run(Duration::from_millis(10), until).unwrap();
        let account = Courier::new(socket).run(Duration::from_millis(1), until + Duration::from_millis(100));

        assert!(bytes > 0);
        assert!(account.as_ref().is_ok_and(|account| account.sent() > 10));
        assert!(account.is_ok_and(|account| account.lost().count() == 0));
    }
}
