/// What a peer's sessions are found by: the upper 24 bits of a receiver index, the lower 8 count its sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct PeerIndex(pub(crate) u32);

impl PeerIndex {
    pub(crate) fn of_receiver(receiver: u32) -> Self {
        Self(receiver >> 8)
    }

    /// Unguessable, as the paper has it.
    pub(crate) fn random() -> Self {
        let mut bytes = [0; 4];
        getrandom::fill(&mut bytes).expect("the operating system gives randomness");

        Self::of_receiver(u32::from_le_bytes(bytes))
    }
}
