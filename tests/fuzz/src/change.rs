use arbitrary::Arbitrary;

/// What may happen to a datagram.
#[derive(Debug, Arbitrary)]
pub(crate) enum Change<'a> {
    /// Some bits of one byte are others.
    Flip { at: u16, bits: u8 },
    /// Its end is missing.
    Cut(u8),
    /// Something is appended.
    Grow(&'a [u8]),
    /// It begins otherwise.
    Head(&'a [u8]),
    /// It ends as another one does.
    Splice { nth: u8, at: u16 },
}

impl Change<'_> {
    /// Makes the change; for one that needs it, `other` finds another datagram.
    pub(crate) fn make(self, datagram: &mut Vec<u8>, other: impl FnOnce(u8) -> Vec<u8>) {
        match self {
            Self::Flip { at, bits } => {
                let at = usize::from(at) % datagram.len();
                datagram[at] ^= bits;
            }
            Self::Cut(length) => datagram.truncate(length.into()),
            Self::Grow(bytes) => datagram.extend_from_slice(bytes),
            Self::Head(bytes) => datagram.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from),
            Self::Splice { nth, at } => {
                let at = usize::from(at) % datagram.len();
                datagram.truncate(at);
                datagram.extend(other(nth).into_iter().skip(at));
            }
        }
    }
}
