use std::{
    io::{Read as _, Write as _},
    net::{IpAddr, TcpStream},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use lab::Namespace;

use crate::{Mirror, clock::now};

/// One long TCP connection to a [`Mirror`](crate::Mirror), every byte of which is checked both ways.
#[derive(Debug)]
pub struct Stream {
    connection: TcpStream,
    position: u64,
}

impl Stream {
    /// One from a room to the mirror at an address.
    ///
    /// # Errors
    /// When nobody answers there.
    pub fn between(room: &Namespace, mirror: IpAddr) -> Result<Self> {
        Ok(Self::new(room.tcp_connect((mirror, Mirror::PORT), PATIENCE)?))
    }

    /// Takes a connection to the mirror.
    #[must_use]
    pub fn new(connection: TcpStream) -> Self {
        Self { connection, position: 0 }
    }

    /// Sends 16 KiB every so often until then, reads them back, and gives how many went each way.
    ///
    /// # Errors
    /// When the connection breaks, stands still for 20 seconds, or gives back something else.
    pub fn run(mut self, every: Duration, until: Instant) -> Result<u64> {
        self.connection.set_nodelay(true)?;
        self.connection.set_read_timeout(Some(PATIENCE))?;
        self.connection.set_write_timeout(Some(PATIENCE))?;
        let mut next = now();
        while now() < until && !lab::is_interrupted() {
            self.exchange().with_context(|| format!("after {} bytes of TCP", self.position))?;
            next = now().max(next + every);
            thread::sleep(next.saturating_duration_since(now()));
        }

        Ok(self.position)
    }

    fn exchange(&mut self) -> Result<()> {
        let sent: Vec<u8> = (self.position..).take(CHUNK).map(byte_at).collect();
        let mut returned = vec![0; CHUNK];
        self.connection.write_all(&sent).context("send")?;
        self.connection.read_exact(&mut returned).context("read back")?;
        ensure!(sent == returned, "something else came back");
        self.position += CHUNK as u64;

        Ok(())
    }
}

/// Bytes that are sent at once: more than a segment, less than the buffers on the way, so that nobody waits in a circle.
const CHUNK: usize = 16 << 10;

/// How long a connection may stand still. A move of the client costs some retransmissions, a second at most each.
const PATIENCE: Duration = Duration::from_secs(20);

/// Differs from its neighbours, and repeats far behind what TCP could confuse.
fn byte_at(position: u64) -> u8 {
    position.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes()[0]
}
