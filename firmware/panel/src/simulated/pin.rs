use std::{convert::Infallible, sync::Arc};

use embedded_hal::digital::{ErrorType, InputPin, OutputPin};
use tokio::sync::watch;

/// A pin that is not there. Its clones are the same pin, so that one end may write what the other reads.
#[derive(Debug, Clone)]
pub struct SimulatedPin(Arc<watch::Sender<bool>>);

impl SimulatedPin {
    /// A pin that is high.
    #[must_use]
    pub fn high() -> Self {
        Self(Arc::new(watch::Sender::new(true)))
    }

    /// A pin that is low.
    #[must_use]
    pub fn low() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }

    /// Its level, now and later; true is high.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<bool> {
        self.0.subscribe()
    }

    pub(crate) fn is_set(&self) -> bool {
        *self.0.borrow()
    }

    pub(crate) fn set(&self, high: bool) {
        self.0.send_if_modified(|level| std::mem::replace(level, high) != high);
    }
}

impl ErrorType for SimulatedPin {
    type Error = Infallible;
}

impl OutputPin for SimulatedPin {
    fn set_high(&mut self) -> Result<(), Infallible> {
        self.set(true);
        Ok(())
    }

    fn set_low(&mut self) -> Result<(), Infallible> {
        self.set(false);
        Ok(())
    }
}

impl InputPin for SimulatedPin {
    fn is_high(&mut self) -> Result<bool, Infallible> {
        Ok(self.is_set())
    }

    fn is_low(&mut self) -> Result<bool, Infallible> {
        Ok(!self.is_set())
    }
}
