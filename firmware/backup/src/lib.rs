//! The file from which a new card becomes the same box.
//!
//! [`Contents`] is what stands in it. [`Contents::seal`] encrypts it with a passphrase, [`Contents::open`] is the only way
//! back, and refuses with one [`OpenError`] whatever is wrong with a file.
//!
//! A file is a line that names its version and, after it, what the `age` tool reads and writes (age-encryption.org/v1, one
//! scrypt recipient): `tail -n +2 FILE | age --decrypt` opens it without Latchkey.

pub use contents::{Contents, MOST_NAMES, Name, Peer, Settings, Successor};
pub use open_error::OpenError;

mod cipher;
mod contents;
mod file;
mod open_error;
mod version_1;
