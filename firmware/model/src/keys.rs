use std::{fmt, str::FromStr};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use subtle::ConstantTimeEq as _;
use x25519_dalek::StaticSecret;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// The public half of an X25519 key pair: who a peer is. Written as 44 characters of base64, as WireGuard does.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// Takes the 32 bytes of a Curve25519 point.
    ///
    /// # Errors
    /// [`InvalidKey::Weak`] for a point of low order: with it, everybody could work out the shared secret.
    pub fn from_bytes(bytes: [u8; 32]) -> Result<Self, InvalidKey> {
        // Any secret finds a low-order point out; this one is public and protects nothing.
        let probe = StaticSecret::from([0x42; 32]);
        if !probe.diffie_hellman(&bytes.into()).was_contributory() {
            return Err(InvalidKey::Weak);
        }

        Ok(Self(bytes))
    }

    /// The 32 bytes of the point.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl FromStr for PublicKey {
    type Err = InvalidKey;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Self::from_bytes(*decode(s)?)
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(self.0))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

impl Serialize for PublicKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PublicKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// The secret half of an X25519 key pair. Wiped from memory when dropped; never printed, never serialised.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct PrivateKey([u8; 32]);

impl PrivateKey {
    /// Makes a new key from the operating system's randomness.
    ///
    /// # Panics
    /// When the operating system has no randomness to give; nothing safe can be done then.
    #[must_use]
    pub fn generate() -> Self {
        Self(random_bytes())
    }

    /// Takes 32 bytes, of which X25519 ignores the five that it clamps (RFC 7748, section 5).
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The public key that belongs to this one.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        PublicKey(x25519_dalek::PublicKey::from(&StaticSecret::from(self.0)).to_bytes())
    }

    /// The 32 secret bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The 44 characters that stand in a configuration.
    #[must_use]
    pub fn to_base64(&self) -> Zeroizing<String> {
        Zeroizing::new(STANDARD.encode(self.0))
    }
}

impl FromStr for PrivateKey {
    type Err = InvalidKey;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Ok(Self(*decode(s)?))
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKey(…)")
    }
}

/// The symmetric secret that a peer and the box share beside their key pairs. Wiped when dropped, never printed.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct PresharedKey([u8; 32]);

impl PresharedKey {
    /// Makes a new key from the operating system's randomness.
    ///
    /// # Panics
    /// When the operating system has no randomness to give; nothing safe can be done then.
    #[must_use]
    pub fn generate() -> Self {
        Self(random_bytes())
    }

    /// Takes 32 secret bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 secret bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The 44 characters that stand in a configuration.
    #[must_use]
    pub fn to_base64(&self) -> Zeroizing<String> {
        Zeroizing::new(STANDARD.encode(self.0))
    }
}

impl FromStr for PresharedKey {
    type Err = InvalidKey;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Ok(Self(*decode(s)?))
    }
}

impl PartialEq for PresharedKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for PresharedKey {}

impl fmt::Debug for PresharedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PresharedKey(…)")
    }
}

/// Why a text or some bytes are no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidKey {
    /// Not 32 bytes in base64.
    #[error("a key is 44 characters of base64")]
    NotBase64,
    /// A point of low order.
    #[error("this key is one that everybody can guess")]
    Weak,
}

fn decode(s: &str) -> Result<Zeroizing<[u8; 32]>, InvalidKey> {
    let mut bytes = Zeroizing::new([0; 32]);
    // The decoder wants room for its estimate of the size, which is a byte more than what 44 characters hold.
    let mut room = Zeroizing::new([0; 33]);
    let length = if s.len() == 44 { STANDARD.decode_slice(s, &mut *room).unwrap_or(0) } else { 0 };
    if length != bytes.len() {
        return Err(InvalidKey::NotBase64);
    }
    bytes.copy_from_slice(&room[..32]);

    Ok(bytes)
}

fn random_bytes() -> [u8; 32] {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("the operating system gives randomness");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_the_way_through_text() {
        let key = PrivateKey::generate().public_key();

        assert_eq!(key.to_string().parse(), Ok(key));
    }

    #[test]
    fn the_public_key_is_that_of_rfc_7748() {
        // RFC 7748, section 6.1: Alice.
        let private = "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=".parse::<PrivateKey>().unwrap();

        assert_eq!(private.public_key().to_string(), "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=");
    }

    #[test]
    fn a_key_that_is_too_short_too_long_or_not_base64_is_refused() {
        for text in [
            "",
            "AAAA",
            "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTm",
            "🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑",
            &"A".repeat(45),
            &"A".repeat(44),
        ] {
            assert_eq!(text.parse::<PublicKey>(), Err(InvalidKey::NotBase64), "{text}");
        }
    }

    #[test]
    fn a_public_key_that_everybody_can_guess_is_refused() {
        let zero = STANDARD.encode([0; 32]);
        let one = STANDARD.encode(std::array::from_fn::<u8, 32, _>(|i| u8::from(i == 0)));

        assert_eq!(zero.parse::<PublicKey>(), Err(InvalidKey::Weak));
        assert_eq!(one.parse::<PublicKey>(), Err(InvalidKey::Weak));
    }

    #[test]
    fn a_secret_key_is_not_printed() {
        let key = PrivateKey::generate();

        assert!(!format!("{key:?}").contains(key.to_base64().as_str()));
    }
}
