use anyhow::{Context as _, Result, ensure};
use snow::{HandshakeState, StatelessTransportState};

use crate::message::{Data, Message};

/// The keys of one handshake, and the counter of what we send under them.
pub struct Session {
    keys: StatelessTransportState,
    /// What we call the session.
    pub ours: u32,
    /// What the program calls it.
    pub theirs: u32,
    /// The counter of the next message that [`seal`](Self::seal) makes.
    pub next: u64,
}

impl Session {
    pub(crate) fn new(noise: HandshakeState, ours: u32, theirs: u32) -> Result<Self> {
        Ok(Self { keys: noise.into_stateless_transport_mode()?, ours, theirs, next: 0 })
    }

    /// The next data message: a packet with zeros up to a multiple of 16 bytes, or nothing for a keepalive.
    ///
    /// # Errors
    /// When the packet is too long for Noise.
    pub fn seal(&mut self, packet: &[u8]) -> Result<Vec<u8>> {
        let mut padded = packet.to_vec();
        padded.resize(packet.len().next_multiple_of(16), 0);
        let datagram = self.seal_as(self.next, &padded)?;
        self.next += 1;

        Ok(datagram)
    }

    /// A data message with any counter and any content, neither of which need be honest.
    ///
    /// # Errors
    /// When the content is too long for Noise.
    pub fn seal_as(&self, counter: u64, content: &[u8]) -> Result<Vec<u8>> {
        let mut sealed = vec![0; content.len() + 16];
        self.keys.write_message(counter, content, &mut sealed)?;

        Ok(Data { receiver: self.theirs, counter, sealed }.to_bytes())
    }

    /// Decrypts a data message of the program.
    ///
    /// # Errors
    /// When it is anything else than data under this session.
    pub fn open(&self, datagram: &[u8]) -> Result<Opened> {
        let message = Message::parse(datagram)?;
        let Message::Data(Data { receiver, counter, sealed }) = message else {
            anyhow::bail!("not data: {message:?}");
        };
        ensure!(receiver == self.ours, "data for session {receiver:08x}, not for {:08x}", self.ours);
        let mut content = vec![0; sealed.len()];
        let length =
            self.keys.read_message(counter, &sealed, &mut content).context("data that does not decrypt")?;
        content.truncate(length);

        Ok(Opened { counter, content })
    }
}

/// What was in a data message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// Its counter.
    pub counter: u64,
    /// The packet and its padding.
    pub content: Vec<u8>,
}
