use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A TAI64N label, by which a responder tells a new initiation from an old one. The later one is the greater one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(pub [u8; 12]);

impl Timestamp {
    /// This moment.
    #[must_use]
    pub fn now() -> Self {
        #[expect(clippy::disallowed_methods, reason = "a peer of another program lives in real time")]
        let now = SystemTime::now();

        Self::at(now.duration_since(UNIX_EPOCH).unwrap_or_default())
    }

    /// A moment, counted from 1970.
    #[must_use]
    pub fn at(since_1970: Duration) -> Self {
        let mut label = [0; 12];
        label[..8].copy_from_slice(&(BASE + since_1970.as_secs()).to_be_bytes());
        label[8..].copy_from_slice(&since_1970.subsec_nanos().to_be_bytes());

        Self(label)
    }

    /// The moment, counted from 1970; zero for what is before.
    #[must_use]
    pub fn since_1970(&self) -> Duration {
        let [seconds @ .., _, _, _, _] = self.0;
        let [.., a, b, c, d] = self.0;

        Duration::from_secs(u64::from_be_bytes(seconds).saturating_sub(BASE))
            + Duration::from_nanos(u32::from_be_bytes([a, b, c, d]).into())
    }
}

/// 1970 in TAI64, which was ten seconds ahead of UTC then, and is taken to be so still.
const BASE: u64 = (1 << 62) + 10;
