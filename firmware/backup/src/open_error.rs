/// Why a file was not opened. The sentences are for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// It begins like nothing that Latchkey writes, or asks for more than any backup of Latchkey's does.
    #[error("This file is no backup of Latchkey")]
    Foreign,
    /// A later version of Latchkey wrote it.
    #[error("This backup was made by a newer Latchkey; update this box first")]
    Newer,
    /// The passphrase is another one, or the part of the file that would show it was changed.
    #[error("This passphrase does not open the backup; look for a slip of the finger")]
    WrongPassphrase,
    /// It is cut off, or something in it was changed.
    #[error("This backup is damaged: it was cut off or changed; use another copy of it")]
    Damaged,
}
