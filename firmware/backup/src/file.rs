use model::Passphrase;
use zeroize::Zeroizing;

use crate::{Contents, OpenError, cipher, version_1};

impl Contents {
    /// The most bytes that a file may have; 253 devices and 16 names with the longest words fit in.
    pub const MOST_BYTES: usize = 256 * 1024;

    /// Encrypts it. Takes 64 MiB and, on a Pi, about a second.
    #[must_use]
    pub fn seal(&self, passphrase: &Passphrase) -> Vec<u8> {
        let mut file = VERSION_1.to_vec();
        file.extend(cipher::encrypt(&version_1::write(self), passphrase));

        file
    }

    /// Decrypts a file that anybody may have made.
    ///
    /// # Errors
    /// Whatever is wrong with it.
    pub fn open(file: &[u8], passphrase: &Passphrase) -> Result<Self, OpenError> {
        if file.len() > Self::MOST_BYTES {
            return Err(OpenError::Foreign);
        }
        let encrypted = encrypted_part(file)?;
        let text: Zeroizing<Vec<u8>> = cipher::decrypt(encrypted, passphrase)?;

        version_1::read(&text).filter(Self::can_be).ok_or(OpenError::Damaged)
    }
}

/// What follows the line that names the version.
fn encrypted_part(file: &[u8]) -> Result<&[u8], OpenError> {
    if let Some(encrypted) = file.strip_prefix(VERSION_1) {
        return Ok(encrypted);
    }
    let number = file.strip_prefix(ANY_VERSION).ok_or(OpenError::Foreign)?;
    let end = number.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(number.len());
    let is_newer = end > 0 && number[0] != b'0' && number.get(end) == Some(&b'\n') && &number[..end] != b"1";

    Err(if is_newer { OpenError::Newer } else { OpenError::Foreign })
}

const ANY_VERSION: &[u8] = b"latchkey-backup ";
const VERSION_1: &[u8] = b"latchkey-backup 1\n";

#[cfg(test)]
mod tests;
