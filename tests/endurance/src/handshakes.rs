use anyhow::{Context as _, Result};
use bench::Tunnel;

/// The handshakes of an interface with one peer, seen by looking at it again and again.
#[derive(Debug, Default)]
pub(crate) struct Handshakes {
    /// When the latest was, in seconds since 1970.
    latest: Option<u64>,
    count: usize,
}

impl Handshakes {
    /// Looks.
    pub(crate) fn look(&mut self, tunnel: &Tunnel) -> Result<()> {
        let said = tunnel.show("latest-handshakes")?;
        self.note(said.split_whitespace().nth(1).context("an interface without a peer")?.parse()?);

        Ok(())
    }

    /// How many came after the first.
    pub(crate) fn rekeys(&self) -> usize {
        self.count.saturating_sub(1)
    }

    fn note(&mut self, time: u64) {
        if time > 0 && self.latest.is_none_or(|latest| time >= latest + APART) {
            self.latest = Some(time);
            self.count += 1;
        }
    }
}

/// Nobody begins two handshakes with one peer in fewer seconds (`REKEY_TIMEOUT`), but an implementation that remembers
/// how long ago it was may say a second more or less.
const APART: u64 = 5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_that_wobbles_is_one_handshake() {
        let mut handshakes = Handshakes::default();

        [0, 1000, 1001, 1000, 1120, 1119].into_iter().for_each(|time| handshakes.note(time));

        assert_eq!(handshakes.rekeys(), 1);
    }
}
