use anyhow::Result;
use model::{PresharedKey, PrivateKey, PublicKey};
use snow::{Builder, HandshakeState};

/// Who we are to the program, and who it is to us.
#[derive(Debug, Clone)]
pub struct Identity {
    /// Our key.
    pub key: PrivateKey,
    /// The second secret; all zero stands for none.
    pub psk: PresharedKey,
    /// The program's key.
    pub program: PublicKey,
}

impl Identity {
    /// Somebody new, whom the program need not know.
    #[must_use]
    pub fn new(program: PublicKey) -> Self {
        Self { key: PrivateKey::generate(), psk: PresharedKey::generate(), program }
    }

    pub(crate) fn initiator(&self) -> Result<HandshakeState> {
        let builder = self.builder()?.remote_public_key(self.program.as_bytes())?;

        Ok(builder.build_initiator()?)
    }

    pub(crate) fn responder(&self) -> Result<HandshakeState> {
        Ok(self.builder()?.build_responder()?)
    }

    fn builder(&self) -> Result<Builder<'_>> {
        let builder = Builder::new(PATTERN.parse()?).prologue(PROLOGUE)?;

        Ok(builder.local_private_key(self.key.as_bytes())?.psk(2, self.psk.as_bytes())?)
    }
}

/// CONSTRUCTION and IDENTIFIER of WireGuard's paper, section 5.4.
const PATTERN: &str = "Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s";
const PROLOGUE: &[u8] = b"WireGuard v1 zx2c4 Jason@zx2c4.com";
