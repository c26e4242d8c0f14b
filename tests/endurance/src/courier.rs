use std::{
    io::{self, ErrorKind},
    net::{IpAddr, SocketAddr, UdpSocket},
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use lab::Namespace;
use nix::sys::socket::{setsockopt, sockopt};

use crate::{
    Mirror,
    clock::now,
    datagram::{Datagram, LENGTHS},
    ledger::{Account, Ledger},
};

/// Sends numbered datagrams to a [`Mirror`](crate::Mirror) at a steady rate, and keeps book of what comes back.
#[derive(Debug)]
pub struct Courier {
    socket: UdpSocket,
    flow: u64,
    ledger: Ledger,
}

impl Courier {
    /// One in a room, for the mirror at an address.
    ///
    /// # Errors
    /// When there is no way to that address.
    pub fn between(room: &Namespace, mirror: IpAddr) -> Result<Self> {
        let unspecified = if mirror.is_ipv4() { "0.0.0.0" } else { "::" };
        let socket = room.udp_socket(SocketAddr::new(unspecified.parse()?, 0))?;
        socket.connect((mirror, Mirror::PORT)).with_context(|| format!("find a way to {mirror}"))?;

        widen(&socket)?;

        Ok(Self::new(socket))
    }

    /// Takes a socket that is connected to the mirror.
    #[must_use]
    pub fn new(socket: UdpSocket) -> Self {
        Self { socket, flow: NEXT_FLOW.fetch_add(1, Ordering::Relaxed), ledger: Ledger::default() }
    }

    /// Sends one datagram every so often until then, and waits a little for those that are still out.
    ///
    /// # Errors
    /// When the socket fails otherwise than by a datagram that could not be sent, which is lost.
    pub fn run(mut self, every: Duration, until: Instant) -> Result<Account> {
        let mut next = now();
        while now() < until && !lab::is_interrupted() {
            self.send();
            // After a time without a processor there is no burst to make up for it.
            next = now().max(next + every);
            self.listen(next)?;
        }
        self.listen(until + LATECOMERS)?;

        Ok(self.ledger.close())
    }

    fn send(&mut self) {
        let number = self.ledger.send(now());
        let mut room = [0; *LENGTHS.end()];
        let datagram = Datagram { flow: self.flow, number, reply: 0 }.write(&mut room);
        // What could not be sent will not come back, and is counted for that.
        let _ = self.socket.send(datagram);
    }

    fn listen(&mut self, until: Instant) -> Result<()> {
        let mut room = [0; *LENGTHS.end() + 1];
        loop {
            let patience = until.saturating_duration_since(now());
            if patience.is_zero() || lab::is_interrupted() {
                return Ok(());
            }
            self.socket.set_read_timeout(Some(patience))?;
            match self.socket.recv(&mut room) {
                Ok(length) => self.hear(&room[..length]),
                Err(error) if is_passing(&error) => {}
                Err(error) => return Err(error).context("receive from the mirror"),
            }
        }
    }

    fn hear(&mut self, bytes: &[u8]) {
        if let Some(datagram) = Datagram::parse(bytes).filter(|datagram| datagram.flow == self.flow) {
            self.ledger.hear(datagram.number, datagram.reply, now());
        }
    }
}

/// Gives a socket so long a queue that nothing is lost in it while this program waits for a processor.
pub(crate) fn widen(socket: &UdpSocket) -> Result<()> {
    setsockopt(socket, sockopt::RcvBufForce, &QUEUE).context("ask for a long queue; are you root?")
}

/// In bytes: some seconds of all couriers of a room.
const QUEUE: usize = 32 << 20;

static NEXT_FLOW: AtomicU64 = AtomicU64::new(1);

/// Nothing came in time, or the network says that something could not be delivered: which it was, the ledger knows.
pub(crate) fn is_passing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::WouldBlock
            | ErrorKind::TimedOut
            | ErrorKind::Interrupted
            | ErrorKind::ConnectionRefused
            | ErrorKind::HostUnreachable
            | ErrorKind::NetworkUnreachable
    )
}

/// More than any packet takes, also while a machine in QEMU shakes hands.
const LATECOMERS: Duration = Duration::from_secs(3);
