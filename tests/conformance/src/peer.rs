use std::{
    cell::Cell,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket},
    time::Duration,
};

use anyhow::Result;
use lab::Namespace;

use crate::{
    Identity, Initiator, Opened, Responder, Session, Timestamp,
    addresses::{self, ADDRESS, ADDRESS_V6, PORT},
    inner::{self, Echo},
    message::Message,
};

mod wire;

/// Somebody who talks to the program over UDP, and takes nothing for granted.
#[derive(Debug)]
pub struct Peer {
    /// Who we are to the program.
    pub identity: Identity,
    /// Our address inside the tunnel.
    pub address: Ipv4Addr,
    /// As `address`.
    pub address_v6: Ipv6Addr,
    /// Where to send to.
    pub program: SocketAddr,
    room: Namespace,
    socket: UdpSocket,
    timestamp: Cell<Timestamp>,
    sequence: Cell<u16>,
}

impl Peer {
    pub(crate) fn new(room: Namespace, identity: Identity, number: u8, outside: IpAddr) -> Result<Self> {
        Ok(Self {
            identity,
            address: Ipv4Addr::from_bits(ADDRESS.to_bits() - 1 + u32::from(number)),
            address_v6: Ipv6Addr::from_bits(ADDRESS_V6.to_bits() - 1 + u128::from(number)),
            program: addresses::program_from(outside),
            socket: wire::bind(&room, outside)?,
            room,
            timestamp: Cell::new(Timestamp::now()),
            sequence: Cell::new(0),
        })
    }

    /// Shakes hands and uses the session once, which confirms it to the program.
    ///
    /// # Errors
    /// When anything but the right answers comes.
    pub fn connect(&self) -> Result<Session> {
        let mut session = self.handshake()?;
        self.ping(&mut session)?;

        Ok(session)
    }

    /// Shakes hands; the next that comes must be the response.
    ///
    /// # Errors
    /// When anything else comes, or nothing.
    pub fn handshake(&self) -> Result<Session> {
        let initiator = self.initiator()?;
        self.send(&initiator.datagram)?;

        initiator.read_response(&self.receive()?)
    }

    /// An initiation, not yet sent, and later than all before it.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub fn initiator(&self) -> Result<Initiator> {
        let later = self.timestamp.get().since_1970() + Duration::from_millis(1);
        self.timestamp.set(Timestamp::at(later));

        Initiator::new(&self.identity, self.timestamp.get())
    }

    /// That of the latest initiation so far.
    #[must_use]
    pub fn last_timestamp(&self) -> Timestamp {
        self.timestamp.get()
    }

    /// Answers the initiation of the program, which must be the next that comes.
    ///
    /// # Errors
    /// When anything else comes, or nothing.
    pub fn answer(&self) -> Result<Session> {
        let (response, session) = self.receive_initiation()?.respond()?;
        self.send(&response)?;

        Ok(session)
    }

    /// The program's initiation, which must be the next that comes.
    ///
    /// # Errors
    /// When anything else comes, or nothing.
    pub fn receive_initiation(&self) -> Result<Responder> {
        Responder::read(&self.identity, &self.receive()?)
    }

    /// The program's next initiation, whatever data comes before it.
    ///
    /// # Errors
    /// When another message comes before it, or nothing.
    pub fn receive_initiation_after_data(&self) -> Result<Responder> {
        loop {
            let datagram = self.receive()?;
            if !matches!(Message::parse(&datagram)?, Message::Data(_)) {
                return Responder::read(&self.identity, &datagram);
            }
        }
    }

    /// Data under a session, which must be the next that comes.
    ///
    /// # Errors
    /// When anything else comes, or nothing.
    pub fn receive_data(&self, session: &Session) -> Result<Opened> {
        session.open(&self.receive()?)
    }

    /// Asks for an echo through the tunnel; the next that comes must be the answer.
    ///
    /// # Errors
    /// When anything else comes, or nothing.
    pub fn ping(&self, session: &mut Session) -> Result<Opened> {
        let echo = self.echo(84);
        self.send(&session.seal(&echo.request())?)?;

        self.receive_echo(session, &echo)
    }

    /// The answer to an echo request, which must be the next that comes.
    ///
    /// # Errors
    /// When anything else comes, or nothing.
    pub fn receive_echo(&self, session: &Session, echo: &Echo) -> Result<Opened> {
        let opened = self.receive_data(session)?;
        echo.check_answer(&opened.content)?;

        Ok(opened)
    }

    /// An echo request of `size` bytes, not yet sent.
    #[must_use]
    pub fn echo(&self, size: usize) -> Echo {
        Echo { from: self.address.into(), to: ADDRESS.into(), sequence: self.next_sequence(), size }
    }

    /// [`echo`](Self::echo) over IPv6.
    #[must_use]
    pub fn echo_v6(&self, size: usize) -> Echo {
        Echo { from: self.address_v6.into(), to: ADDRESS_V6.into(), sequence: self.next_sequence(), size }
    }

    /// Sends a packet through the tunnel that is heard there, by [`Program::hear`](crate::Program::hear), and not
    /// answered.
    ///
    /// # Errors
    /// When the socket fails.
    pub fn say(&self, session: &mut Session, text: &[u8]) -> Result<()> {
        self.send(&session.seal(&self.packet(text))?)
    }

    /// The packet that [`say`](Self::say) sends.
    #[must_use]
    pub fn packet(&self, text: &[u8]) -> Vec<u8> {
        Self::packet_from(self.address.into(), text)
    }

    /// A packet that says it comes from any address, of either IP version.
    #[must_use]
    pub fn packet_from(source: IpAddr, text: &[u8]) -> Vec<u8> {
        let to = if source.is_ipv4() { ADDRESS.into() } else { ADDRESS_V6.into() };

        inner::udp(source, to, PORT, text)
    }

    fn next_sequence(&self) -> u16 {
        self.sequence.update(|sequence| sequence + 1);

        self.sequence.get()
    }
}

/// How long two handshakes of a peer must be apart, with some to spare: the kernel's implementation answers a peer 50
/// times a second at most, and others followed it.
pub const APART: Duration = Duration::from_millis(25);
