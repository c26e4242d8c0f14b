use nix::errno::Errno;
use wireguard::Endpoint;

/// One go of sending datagrams: waits for a full way out once, and loses the rest of what does not fit.
#[derive(Debug, Default)]
pub(crate) struct Delivery {
    has_waited: bool,
    /// How many datagrams were not sent.
    pub(crate) lost: u64,
}

/// What became of a datagram.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Sent,
    /// Sent, and the address that was to be its source is no longer ours.
    SentFromElsewhere,
    Lost(Errno),
}

impl Delivery {
    /// Sends one datagram by `send`, which is tried again after `wait`, and without a source address that is gone.
    pub(crate) fn deliver(
        &mut self,
        to: Endpoint,
        mut send: impl FnMut(Endpoint) -> Result<(), Errno>,
        wait: impl FnOnce(),
    ) -> Outcome {
        let mut result = send(to);
        if result == Err(Errno::EAGAIN) && !self.has_waited {
            self.has_waited = true;
            wait();
            result = send(to);
        }
        if to.local.is_some() && matches!(result, Err(Errno::EINVAL | Errno::ENETUNREACH)) {
            return self.outcome(send(to.remote.into()), Outcome::SentFromElsewhere);
        }

        self.outcome(result, Outcome::Sent)
    }

    fn outcome(&mut self, result: Result<(), Errno>, sent: Outcome) -> Outcome {
        match result {
            Ok(()) => sent,
            Err(error) => {
                self.lost += 1;
                Outcome::Lost(error)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn a_full_way_out_is_waited_for_once_in_all_and_what_does_not_fit_is_counted() {
        let waits = Cell::new(0);
        let mut delivery = Delivery::default();

        for _ in 0..64 {
            let outcome = delivery.deliver(to(), |_| Err(Errno::EAGAIN), || waits.set(waits.get() + 1));
            assert_eq!(outcome, Outcome::Lost(Errno::EAGAIN));
        }

        assert_eq!((waits.get(), delivery.lost), (1, 64));
    }

    #[test]
    fn what_fits_after_a_wait_is_not_lost() {
        let has_room = Cell::new(false);
        let send = |_| if has_room.get() { Ok(()) } else { Err(Errno::EAGAIN) };

        assert_eq!(Delivery::default().deliver(to(), send, || has_room.set(true)), Outcome::Sent);
    }

    #[test]
    fn a_source_address_that_is_gone_is_left_out_the_second_time() {
        for gone in [Errno::EINVAL, Errno::ENETUNREACH] {
            let send = |to: Endpoint| if to.local.is_some() { Err(gone) } else { Ok(()) };

            let outcome = Delivery::default().deliver(to(), send, || ());

            assert_eq!(outcome, Outcome::SentFromElsewhere);
        }
    }

    #[test]
    fn where_no_source_address_was_asked_for_nothing_is_tried_again() {
        let mut tries = 0;
        let send = |_| {
            tries += 1;
            Err(Errno::ENETUNREACH)
        };

        let outcome = Delivery::default().deliver(Endpoint::from(to().remote), send, || ());

        assert_eq!((outcome, tries), (Outcome::Lost(Errno::ENETUNREACH), 1));
    }

    fn to() -> Endpoint {
        Endpoint { remote: "192.0.2.1:51820".parse().unwrap(), local: "192.0.2.2".parse().ok() }
    }
}
