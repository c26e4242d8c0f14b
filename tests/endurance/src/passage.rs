use std::{fmt, time::Duration};

use crate::{Account, Drops};

/// What has become of the traffic in a tunnel.
#[derive(Debug, Clone)]
pub struct Passage {
    /// Which tunnel it was.
    pub name: String,
    /// For how long there was traffic.
    pub length: Duration,
    /// All datagrams of all couriers.
    pub datagrams: Account,
    /// How many bytes a TCP connection has carried each way, all of them checked.
    pub bytes: u64,
    /// How many handshakes came after the first.
    pub rekeys: usize,
    /// What was dropped around our end of it.
    pub drops: Drops,
}

impl Passage {
    /// What is not as it should be, if anything is.
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        let (sent, returned) = (self.datagrams.sent(), self.datagrams.returned());
        if returned < sent {
            let (lost, back) = (sent - returned, self.datagrams.lost_back);
            return Some(format!("{lost} of {sent} lost, {back} of them on the way back"));
        }
        if self.rekeys < self.due_rekeys() {
            return Some(format!("{} rekeys, where {} were due", self.rekeys, self.due_rekeys()));
        }

        None
    }

    /// Whoever began sends one after 120 seconds (`REKEY_AFTER_TIME`), as soon as there is something to send.
    fn due_rekeys(&self) -> usize {
        usize::try_from(self.length.saturating_sub(GRACE).as_secs() / 120).unwrap_or(usize::MAX)
    }
}

/// For the last of the handshakes to happen.
const GRACE: Duration = Duration::from_secs(5);

impl fmt::Display for Passage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sent, returned) = (self.datagrams.sent(), self.datagrams.returned());
        let Account { doubled, swapped, .. } = &self.datagrams;
        write!(
            f,
            "{:<36} {sent:>7} {returned:>8} {:>4} {doubled:>7} {swapped:>7} {:>6} ms {:>5} MB {:>6}  {}",
            self.name,
            sent - returned,
            self.datagrams.slowest().as_millis(),
            self.bytes / 1_000_000,
            self.rekeys,
            self.drops,
        )?;

        self.fault().map_or(Ok(()), |fault| write!(f, "  FAULT: {fault}"))
    }
}

impl Passage {
    /// What stands in the columns.
    pub const HEADING: &str = "tunnel                                  sent returned lost doubled swapped   slowest      TCP rekeys  drops";
}

#[cfg(test)]
mod tests {
    use crate::ledger::Ledger;

    use super::*;

    #[test]
    fn two_rekeys_are_due_in_five_minutes() {
        assert_eq!(passage(Ledger::default(), 2).fault(), None);
        assert_eq!(passage(Ledger::default(), 1).fault().as_deref(), Some("1 rekeys, where 2 were due"));
    }

    #[test]
    fn a_single_lost_datagram_is_a_fault() {
        let mut ledger = Ledger::default();
        #[expect(clippy::disallowed_methods, reason = "any moment will do")]
        ledger.send(std::time::Instant::now());

        let fault = passage(ledger, 2).fault();

        assert_eq!(fault.as_deref(), Some("1 of 1 lost, 0 of them on the way back"));
    }

    /// One of five minutes.
    fn passage(ledger: Ledger, rekeys: usize) -> Passage {
        Passage {
            name: "somebody".to_owned(),
            length: Duration::from_secs(300),
            datagrams: ledger.close(),
            bytes: 0,
            rekeys,
            drops: Drops::default(),
        }
    }
}
