use std::time::Duration;

/// How many datagrams are due, so that so many a second are sent.
///
/// Whoever was kept from sending does not make up for it beyond [`Pace::BURST`]: a long burst would overflow the queue of
/// the tunnel's interface, and its loss be taken for the tunnel's.
#[derive(Debug)]
pub(crate) struct Pace {
    rate: f64,
    /// Sent or forgone.
    gone: f64,
}

impl Pace {
    /// A quarter of the queue that the kernel gives a TUN interface.
    const BURST: f64 = 128.0;

    pub(crate) fn new(rate: f64) -> Self {
        Self { rate, gone: 0.0 }
    }

    /// What may be sent so long after the beginning; it counts as sent.
    pub(crate) fn take(&mut self, elapsed: Duration) -> usize {
        let due = elapsed.as_secs_f64() * self.rate;
        let allowed = (due - self.gone).min(Self::BURST).floor().max(0.0);
        // What is too much to be sent at once is forgone.
        self.gone = (self.gone + allowed).max(due - Self::BURST);

        allowed as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_sender_sends_at_the_rate() {
        let mut pace = Pace::new(10_000.0);

        let sent = (1..=1000).map(|ms| pace.take(Duration::from_millis(ms))).sum::<usize>();

        assert_eq!(sent, 10_000);
    }

    #[test]
    fn who_was_kept_from_sending_does_not_send_it_all_at_once() {
        let mut pace = Pace::new(100_000.0);

        let burst = pace.take(Duration::from_secs(1));
        let next = pace.take(Duration::from_millis(1001));

        assert!(burst <= 128, "{burst}");
        assert!((100..=128).contains(&next), "{next}");
    }

    #[test]
    fn too_early_nothing_is_due() {
        assert_eq!(Pace::new(10.0).take(Duration::from_millis(99)), 0);
    }
}
