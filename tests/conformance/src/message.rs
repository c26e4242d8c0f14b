use anyhow::{Context as _, Result, bail, ensure};

/// A message as it is on the wire, taken apart (WireGuard's paper, section 5.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// The first message of a handshake.
    Initiation(Initiation),
    /// The second.
    Response(Response),
    /// What a responder under load says instead.
    CookieReply(CookieReply),
    /// A packet, or nothing, under a session's key.
    Data(Data),
}

impl Message {
    /// Takes a datagram apart.
    ///
    /// # Errors
    /// When the type is unknown, a reserved byte is not zero, or the length is not that of the type.
    pub fn parse(datagram: &[u8]) -> Result<Self> {
        let (kind, body) = datagram.split_first_chunk::<4>().context("a datagram without a type")?;
        ensure!(kind[1..] == [0; 3], "the reserved bytes are {:?}", &kind[1..]);
        let mut fields = Fields(body);
        let message = match kind[0] {
            INITIATION => Self::Initiation(Initiation::read(&mut fields)?),
            RESPONSE => Self::Response(Response::read(&mut fields)?),
            COOKIE_REPLY => Self::CookieReply(CookieReply::read(&mut fields)?),
            DATA => Self::Data(Data::read(&mut fields)?),
            other => bail!("there is no message of type {other}"),
        };
        ensure!(fields.0.is_empty(), "{} bytes follow {message:?}", fields.0.len());

        Ok(message)
    }
}

/// The first message of a handshake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Initiation {
    /// What the initiator calls the session.
    pub sender: u32,
    /// Ephemeral key (32), static key (32 + 16), timestamp (12 + 16).
    pub noise: [u8; 108],
    /// Shows that the sender knows whom it speaks to.
    pub mac1: [u8; 16],
    /// Shows that the sender is where it says it is; zero if nobody has asked for that.
    pub mac2: [u8; 16],
}

impl Initiation {
    /// The key that the initiator has made for this handshake alone.
    #[must_use]
    pub fn ephemeral(&self) -> &[u8] {
        &self.noise[..32]
    }

    fn read(fields: &mut Fields<'_>) -> Result<Self> {
        Ok(Self {
            sender: fields.u32()?,
            noise: fields.bytes()?,
            mac1: fields.bytes()?,
            mac2: fields.bytes()?,
        })
    }
}

/// The second message of a handshake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// What the responder calls the session.
    pub sender: u32,
    /// What the initiator calls it.
    pub receiver: u32,
    /// Ephemeral key (32), nothing (0 + 16).
    pub noise: [u8; 48],
    /// As in an initiation.
    pub mac1: [u8; 16],
    /// As in an initiation.
    pub mac2: [u8; 16],
}

impl Response {
    /// The key that the responder has made for this handshake alone.
    #[must_use]
    pub fn ephemeral(&self) -> &[u8] {
        &self.noise[..32]
    }

    fn read(fields: &mut Fields<'_>) -> Result<Self> {
        Ok(Self {
            sender: fields.u32()?,
            receiver: fields.u32()?,
            noise: fields.bytes()?,
            mac1: fields.bytes()?,
            mac2: fields.bytes()?,
        })
    }
}

/// What a responder under load says instead of a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CookieReply {
    /// What the initiator calls the session.
    pub receiver: u32,
    /// Never the same twice.
    pub nonce: [u8; 24],
    /// The cookie (16 + 16).
    pub sealed: [u8; 32],
}

impl CookieReply {
    fn read(fields: &mut Fields<'_>) -> Result<Self> {
        Ok(Self { receiver: fields.u32()?, nonce: fields.bytes()?, sealed: fields.bytes()? })
    }

    /// The datagram.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        [&[COOKIE_REPLY, 0, 0, 0][..], &self.receiver.to_le_bytes(), &self.nonce, &self.sealed].concat()
    }
}

/// A packet, or nothing, under a session's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Data {
    /// What the receiver calls the session.
    pub receiver: u32,
    /// How many messages the sender has sent under this session before.
    pub counter: u64,
    /// The packet, padded (n + 16).
    pub sealed: Vec<u8>,
}

impl Data {
    fn read(fields: &mut Fields<'_>) -> Result<Self> {
        let (receiver, counter) = (fields.u32()?, u64::from_le_bytes(fields.bytes()?));
        let sealed = std::mem::take(&mut fields.0).to_vec();
        ensure!(sealed.len() >= 16, "{} bytes are too few for a tag", sealed.len());

        Ok(Self { receiver, counter, sealed })
    }

    /// The datagram.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let (receiver, counter) = (self.receiver.to_le_bytes(), self.counter.to_le_bytes());

        [&[DATA, 0, 0, 0][..], &receiver, &counter, &self.sealed].concat()
    }
}

/// The type of the first message of a handshake.
pub const INITIATION: u8 = 1;
/// The type of the second message of a handshake.
pub const RESPONSE: u8 = 2;
/// The type of a cookie reply.
pub const COOKIE_REPLY: u8 = 3;
/// The type of a data message.
pub const DATA: u8 = 4;

/// What is left of a datagram.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn bytes<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (field, rest) = self.0.split_first_chunk().context("the datagram is too short")?;
        self.0 = rest;

        Ok(*field)
    }

    fn u32(&mut self) -> Result<u32> {
        Ok(u32::from_le_bytes(self.bytes()?))
    }
}
