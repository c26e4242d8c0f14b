use std::time::Duration;

use arbitrary::Arbitrary;
use virtual_clock::Side;

use crate::{
    change::Change,
    setting::{Setting, Source},
    world::World,
};

/// Two devices on a network where everything goes wrong, in this order.
///
/// Each step looks at what may never happen. At the end the network is good again, and so must be the tunnel.
#[derive(Debug, Arbitrary)]
pub struct Datagrams<'a>(Vec<Step<'a>>);

impl Datagrams<'_> {
    /// Does it all.
    ///
    /// # Panics
    /// If something is wrong.
    pub fn run(self) {
        let mut world = World::connected();

        for step in self.0.into_iter().take(MOST_STEPS) {
            world.take(step);
        }

        world.recover();
    }
}

impl World {
    fn take(&mut self, step: Step<'_>) {
        match step {
            Step::Noise { to, source, bytes } => self.deliver(to.into(), source, bytes),
            Step::Genuine { nth, to, source } => {
                if let Some(datagram) = self.in_the_air(nth) {
                    self.deliver(to.into(), source, &datagram);
                }
            }
            Step::Changed { nth, to, source, change } => {
                if let Some(mut datagram) = self.in_the_air(nth) {
                    change.make(&mut datagram, |nth| self.in_the_air(nth).unwrap_or_default());
                    self.deliver(to.into(), source, &datagram);
                }
            }
            Step::Settle => self.settle(),
            Step::Numbered(from) => drop(self.send_numbered(from.into())),
            Step::Packet { from, bytes } => self.send(from.into(), bytes),
            Step::Wait(tenths) => self.wait(Duration::from_millis(100) * tenths.into()),
            Step::Sleep(seconds) => self.clock.advance(Duration::from_secs(seconds.into())),
            Step::Set { side, setting } => self.set(side.into(), setting),
            Step::Restart(side) => self.restart(side.into()),
        }
    }
}

#[derive(Debug, Arbitrary)]
enum Step<'a> {
    /// Anybody sends anything.
    Noise { to: Which, source: Source, bytes: &'a [u8] },
    /// Something that one of them has sent arrives: in time, late, once more, elsewhere.
    Genuine { nth: u8, to: Which, source: Source },
    /// Something that one of them has sent arrives with changes.
    Changed { nth: u8, to: Which, source: Source, change: Change<'a> },
    /// All that was just sent arrives as it should, and so do the answers.
    Settle,
    /// A packet that can be told from others goes in.
    Numbered(Which),
    /// Anything goes in.
    Packet { from: Which, bytes: &'a [u8] },
    /// Tenths of a second go by.
    Wait(u8),
    /// Seconds go by in which nothing is done.
    Sleep(u16),
    /// A device is told to be something else.
    Set { side: Which, setting: Setting },
    /// A device begins anew.
    Restart(Which),
}

#[derive(Debug, Clone, Copy, Arbitrary)]
enum Which {
    Home,
    Phone,
}

impl From<Which> for Side {
    fn from(which: Which) -> Self {
        match which {
            Which::Home => Self::Home,
            Which::Phone => Self::Phone,
        }
    }
}

/// Keeps a run short.
const MOST_STEPS: usize = 64;
