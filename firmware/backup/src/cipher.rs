use std::{
    io::{self, Read as _, Write as _},
    iter,
};

use age::{DecryptError, Decryptor, Encryptor, scrypt, secrecy::SecretString};
use model::Passphrase;
use zeroize::Zeroizing;

use crate::{Contents, OpenError};

/// Encrypts for whoever knows the passphrase.
///
/// # Panics
/// When the operating system has no randomness to give; nothing safe can be done then.
pub(crate) fn encrypt(text: &[u8], passphrase: &Passphrase) -> Vec<u8> {
    let mut recipient = scrypt::Recipient::new(secret(passphrase));
    recipient.set_work_factor(WORK_FACTOR);
    let encryptor =
        Encryptor::with_recipients(iter::once(&recipient as _)).expect("one passphrase is no mixture");
    let write = || {
        let mut writer = encryptor.wrap_output(Vec::with_capacity(text.len() + OVERHEAD))?;
        writer.write_all(text)?;
        writer.finish()
    };

    write().expect("memory takes whatever is written")
}

/// Decrypts what anybody may have written. Nothing is worked out that is larger than what [`encrypt`] asks for.
pub(crate) fn decrypt(encrypted: &[u8], passphrase: &Passphrase) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let decryptor = Decryptor::new_buffered(encrypted).map_err(explain)?;
    if !decryptor.is_scrypt() {
        return Err(OpenError::Foreign);
    }
    let mut identity = scrypt::Identity::new(secret(passphrase));
    identity.set_max_work_factor(WORK_FACTOR);
    let reader = decryptor.decrypt(iter::once(&identity as _)).map_err(explain)?;
    // With room for all of it, so that no copy is left behind where it did not fit.
    let mut text = Zeroizing::new(Vec::with_capacity(encrypted.len()));
    reader.take(Contents::MOST_BYTES as u64).read_to_end(&mut text).map_err(|_| OpenError::Damaged)?;

    Ok(text)
}

fn explain(error: DecryptError) -> OpenError {
    match error {
        DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed => OpenError::WrongPassphrase,
        DecryptError::InvalidMac => OpenError::Damaged,
        // Also what stops in the middle of the header.
        DecryptError::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => OpenError::Damaged,
        DecryptError::InvalidHeader
        | DecryptError::Io(_)
        | DecryptError::ExcessiveWork { .. }
        | DecryptError::NoMatchingKeys
        | DecryptError::UnknownFormat => OpenError::Foreign,
        // It may grow; what is new there is of no file that we wrote.
        _ => OpenError::Foreign,
    }
}

fn secret(passphrase: &Passphrase) -> SecretString {
    SecretString::from(passphrase.expose().to_owned())
}

/// log2 of scrypt's N, with r = 8 and p = 1: 64 MiB, which also the smallest Pi has to spare, and a third of a second on a
/// computer. The default of `age` takes four times as much.
const WORK_FACTOR: u8 = 16;
/// In bytes: the header and tags around a text of one block.
const OVERHEAD: usize = 1024;
