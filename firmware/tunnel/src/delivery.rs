use nix::errno::Errno;
use wireguard::{Ecn, Endpoint, Run};

use crate::sockets::Sockets;

/// One go of sending datagrams.
pub(crate) struct Delivery<W> {
    way: W,
    /// How many datagrams were not sent.
    pub(crate) lost: u64,
}

/// What carries datagrams away.
pub(crate) trait Way {
    /// Sends datagrams, the last of which may be shorter, by one call.
    fn send(&self, to: Endpoint, ecn: Ecn, datagrams: &[u8], segment: usize) -> Result<(), Errno>;
}

/// What became of datagrams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// They were sent, or lost and counted.
    Done,
    /// Some were sent, and the address that was to be their source is no longer ours.
    SentFromElsewhere,
    /// The way out is full, and none of them was sent.
    Full,
}

impl<W: Way> Delivery<W> {
    pub(crate) fn new(way: W) -> Self {
        Self { way, lost: 0 }
    }

    /// Sends a run, one by one what cannot be sent together.
    pub(crate) fn deliver(&mut self, run: Run<'_>) -> Outcome {
        match self.way.send(run.to, run.ecn, run.bytes, run.segment) {
            Ok(()) => Outcome::Done,
            Err(Errno::EAGAIN) => Outcome::Full,
            Err(error) if is_for_being_many(error) => self.deliver_singly(run),
            Err(error) => {
                self.lose(run, error);
                Outcome::Done
            }
        }
    }

    /// The kernel fragments a datagram that is too long for its way, but not many at once; and one that has to leave
    /// from an address that is gone can leave from another.
    fn deliver_singly(&mut self, run: Run<'_>) -> Outcome {
        let mut outcome = Outcome::Done;
        let mut to = run.to;
        for (number, datagram) in run.datagrams().enumerate() {
            let mut result = self.way.send(to, run.ecn, datagram, run.segment);
            if (number, result) == (0, Err(Errno::EAGAIN)) {
                return Outcome::Full;
            }
            if to.local.is_some() && matches!(result, Err(Errno::EINVAL | Errno::ENETUNREACH)) {
                result = self.way.send(to.remote.into(), run.ecn, datagram, run.segment);
                if result.is_ok() {
                    to = to.remote.into();
                    outcome = Outcome::SentFromElsewhere;
                }
            }
            if let Err(error) = result {
                self.lose(Run { bytes: datagram, ..run }, error);
            }
        }

        outcome
    }

    fn lose(&mut self, run: Run<'_>, error: Errno) {
        self.lost += run.datagrams().len() as u64;
        tracing::trace!(remote = %run.to.remote, %error, "Send to the network");
    }
}

impl Way for &Sockets {
    fn send(&self, to: Endpoint, ecn: Ecn, datagrams: &[u8], segment: usize) -> Result<(), Errno> {
        self.towards(to.remote)?.send(to, ecn, datagrams, segment)
    }
}

/// What the kernel says of many datagrams where it may take one: that they are too long for the way, that the source is
/// gone, or that the network card cannot help (`udp_send_skb` in `net/ipv4/udp.c`).
fn is_for_being_many(error: Errno) -> bool {
    matches!(error, Errno::EMSGSIZE | Errno::EINVAL | Errno::EIO | Errno::ENETUNREACH)
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn what_does_not_fit_is_neither_sent_nor_lost() {
        let way = Fake::new(|_, _| Err(Errno::EAGAIN));
        let mut delivery = Delivery::new(&way);

        assert_eq!(delivery.deliver(run(b"abcabc")), Outcome::Full);

        assert_eq!((way.sent.borrow().len(), delivery.lost), (0, 0));
    }

    #[test]
    fn what_cannot_be_sent_together_is_sent_one_by_one() {
        for error in [Errno::EMSGSIZE, Errno::EINVAL, Errno::EIO] {
            let way =
                Fake::new(move |_, datagrams: &[u8]| if datagrams.len() > 3 { Err(error) } else { Ok(()) });
            let mut delivery = Delivery::new(&way);

            assert_eq!(delivery.deliver(run(b"abcdefg")), Outcome::Done);

            assert_eq!(delivery.lost, 0);
            assert_eq!(*way.sent.borrow(), [b"abc".to_vec(), b"def".to_vec(), b"g".to_vec()]);
        }
    }

    #[test]
    fn a_source_address_that_is_gone_is_left_out_the_second_time() {
        for gone in [Errno::EINVAL, Errno::ENETUNREACH] {
            let way = Fake::new(move |to: Endpoint, _| if to.local.is_some() { Err(gone) } else { Ok(()) });
            let mut delivery = Delivery::new(&way);

            assert_eq!(delivery.deliver(run(b"abcdef")), Outcome::SentFromElsewhere);

            assert_eq!((delivery.lost, way.sent.borrow().len()), (0, 2));
        }
    }

    #[test]
    fn what_nobody_takes_is_counted_one_by_one() {
        let way = Fake::new(|_, _| Err(Errno::ENETUNREACH));
        let mut delivery = Delivery::new(&way);

        assert_eq!(delivery.deliver(run(b"abcd")), Outcome::Done);

        assert_eq!(delivery.lost, 2);
    }

    type Answer = dyn Fn(Endpoint, &[u8]) -> Result<(), Errno>;

    /// Answers what it is told to answer, and remembers what it took.
    struct Fake {
        answer: Box<Answer>,
        sent: RefCell<Vec<Vec<u8>>>,
    }

    impl Fake {
        fn new(answer: impl Fn(Endpoint, &[u8]) -> Result<(), Errno> + 'static) -> Self {
            Self { answer: Box::new(answer), sent: RefCell::default() }
        }
    }

    impl Way for &Fake {
        fn send(&self, to: Endpoint, _: Ecn, datagrams: &[u8], _: usize) -> Result<(), Errno> {
            (self.answer)(to, datagrams)?;
            self.sent.borrow_mut().push(datagrams.to_vec());

            Ok(())
        }
    }

    /// Datagrams of three bytes.
    fn run(bytes: &[u8]) -> Run<'_> {
        let to = Endpoint { remote: "192.0.2.1:51820".parse().unwrap(), local: "192.0.2.2".parse().ok() };

        Run { to, ecn: Ecn::NOT_CAPABLE, bytes, segment: 3 }
    }
}
