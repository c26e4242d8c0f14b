use crate::Side;

/// An inner packet that can be told from every other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Packet {
    /// Who sends it.
    pub from: Side,
    /// Which one it is.
    pub number: u64,
}

impl Packet {
    /// An IPv4 packet whose length, too, depends on its number.
    #[must_use]
    pub fn to_bytes(self) -> Vec<u8> {
        let length = HEADER + 8 + (self.number % 1200) as usize;
        let mut bytes = vec![self.number as u8; length];
        bytes[..HEADER].fill(0);
        bytes[0] = 0x45;
        bytes[2..4].copy_from_slice(&(length as u16).to_be_bytes());
        bytes[12..16].copy_from_slice(&self.from.inner().octets());
        bytes[16..20].copy_from_slice(&self.from.other().inner().octets());
        bytes[HEADER..HEADER + 8].copy_from_slice(&self.number.to_be_bytes());

        bytes
    }

    /// What [`to_bytes`](Self::to_bytes) made; nothing if a single byte is another.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let number = u64::from_be_bytes(*bytes.get(HEADER..)?.first_chunk()?);

        [Side::Home, Side::Phone]
            .into_iter()
            .map(|from| Self { from, number })
            .find(|packet| packet.to_bytes() == bytes)
    }
}

const HEADER: usize = 20;
