use anyhow::{Result, bail, ensure};
use snow::HandshakeState;

use crate::{
    Identity, Session, Timestamp,
    mac::{self, Tag},
    message::{INITIATION, Message},
};

/// An initiation of ours, and what it takes to read the answer to it.
pub struct Initiator {
    /// The message, not yet sent.
    pub datagram: Vec<u8>,
    /// What we call the session.
    pub index: u32,
    identity: Identity,
    noise: HandshakeState,
}

impl Initiator {
    /// Makes an initiation with this timestamp, and no second MAC.
    ///
    /// # Errors
    /// When Noise refuses, or the system has no randomness.
    pub fn new(identity: &Identity, timestamp: Timestamp) -> Result<Self> {
        let (mut noise, index) = (identity.initiator()?, getrandom::u32()?);
        let mut message = [0; 108];
        noise.write_message(&timestamp.0, &mut message)?;
        let mut datagram = [&[INITIATION, 0, 0, 0][..], &index.to_le_bytes(), &message, &[0; 32]].concat();
        mac::stamp(&mut datagram, &identity.program);

        Ok(Self { datagram, index, identity: identity.clone(), noise })
    }

    /// The first MAC, which a cookie reply is bound to.
    #[must_use]
    pub fn mac1(&self) -> Tag {
        *self.datagram[116..].first_chunk().expect("an initiation has 148 bytes")
    }

    /// Adds the second MAC.
    #[must_use]
    pub fn with_cookie(mut self, cookie: &Tag) -> Self {
        mac::stamp_with_cookie(&mut self.datagram, cookie);

        self
    }

    /// Takes the program's response, whose first MAC must be right and whose second must be zero.
    ///
    /// # Errors
    /// When it is anything else than a response to this initiation.
    pub fn read_response(mut self, datagram: &[u8]) -> Result<Session> {
        let message = Message::parse(datagram)?;
        let Message::Response(response) = message else { bail!("not a response: {message:?}") };
        ensure!(response.receiver == self.index, "a response to another initiation");
        ensure!(mac::is_stamped(datagram, &self.identity.key.public_key()), "a response with a wrong MAC");
        ensure!(response.mac2 == [0; 16], "a second MAC without a cookie");
        let content = self.noise.read_message(&response.noise, &mut [])?;
        ensure!(content == 0, "a response with something in it");

        Session::new(self.noise, self.index, response.sender)
    }
}
