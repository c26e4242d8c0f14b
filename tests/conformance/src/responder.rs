use anyhow::{Context as _, Result, bail, ensure};
use snow::HandshakeState;

use crate::{
    Identity, Session, Timestamp, mac,
    message::{Initiation, Message, RESPONSE},
};

/// An initiation of the program's, and what it takes to answer it.
pub struct Responder {
    /// The message, taken apart.
    pub initiation: Initiation,
    /// When the program says that it made it.
    pub timestamp: Timestamp,
    /// The message as it came.
    pub datagram: Vec<u8>,
    identity: Identity,
    noise: HandshakeState,
}

impl Responder {
    /// Reads an initiation, whose first MAC must be right.
    ///
    /// # Errors
    /// When it is anything else than an initiation of the program's to us.
    pub fn read(identity: &Identity, datagram: &[u8]) -> Result<Self> {
        let message = Message::parse(datagram)?;
        let Message::Initiation(initiation) = message else { bail!("not an initiation: {message:?}") };
        ensure!(mac::is_stamped(datagram, &identity.key.public_key()), "an initiation with a wrong MAC");
        let mut noise = identity.responder()?;
        let mut timestamp = Timestamp([0; 12]);
        let length = noise.read_message(&initiation.noise, &mut timestamp.0)?;
        ensure!(length == timestamp.0.len(), "a timestamp of {length} bytes");
        let sender = noise.get_remote_static().context("an initiation without a static key")?;
        ensure!(sender == identity.program.as_bytes(), "an initiation of somebody else");

        Ok(Self { initiation, timestamp, datagram: datagram.to_vec(), identity: identity.clone(), noise })
    }

    /// The response, not yet sent, and the session that it begins.
    ///
    /// # Errors
    /// When Noise refuses, or the system has no randomness.
    pub fn respond(mut self) -> Result<(Vec<u8>, Session)> {
        let (ours, theirs) = (getrandom::u32()?, self.initiation.sender);
        let mut message = [0; 48];
        self.noise.write_message(&[], &mut message)?;
        let indices = [ours.to_le_bytes(), theirs.to_le_bytes()].concat();
        let mut datagram = [&[RESPONSE, 0, 0, 0][..], &indices, &message, &[0; 32]].concat();
        mac::stamp(&mut datagram, &self.identity.program);

        Ok((datagram, Session::new(self.noise, ours, theirs)?))
    }
}
