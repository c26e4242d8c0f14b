use std::fmt;

/// What of the panel does not work, though its pins were there in the beginning.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Broken {
    /// A lamp cannot be switched.
    pub lamps: bool,
    /// The button cannot be read.
    pub button: bool,
    /// The button is not heard.
    pub is_deaf: bool,
}

impl Broken {
    /// Whether something does not work.
    #[must_use]
    pub fn is_any(self) -> bool {
        self != Self::default()
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            (self.lamps, "a lamp cannot be switched"),
            (self.button, "the button cannot be read"),
            (self.is_deaf, "the button is not heard"),
        ];
        let broken = parts.into_iter().filter_map(|(is_broken, part)| is_broken.then_some(part));

        f.write_str(&broken.collect::<Vec<_>>().join(", "))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use embedded_hal::digital::{ErrorKind, ErrorType, InputPin};
    use tokio_util::sync::CancellationToken;

    use crate::{ButtonPin, Lamp, LampPins, Panel, simulated::SimulatedPin};

    #[tokio::test(start_paused = true)]
    async fn a_button_that_cannot_be_read_is_told_and_so_is_one_that_is_not_heard() {
        let [power, door, people] = [(); 3].map(|()| Lamp::new(SimulatedPin::low()));
        let lamps = LampPins { power, door, people };
        let (panel, handle, _gestures) = Panel::new(lamps, ButtonPin::new(TornWire), Arc::default());
        let mut broken = handle.broken();
        assert!(!broken.borrow().is_any());

        let task = tokio::spawn(panel.run(CancellationToken::new()));
        broken.wait_for(|broken| broken.button).await.unwrap();
        handle.note_deaf();

        assert_eq!(broken.borrow().to_string(), "the button cannot be read, the button is not heard");
        assert!(handle.broken().has_changed().unwrap(), "who asks late hears of it, too");
        task.abort();
    }

    struct TornWire;

    impl ErrorType for TornWire {
        type Error = ErrorKind;
    }

    impl InputPin for TornWire {
        fn is_high(&mut self) -> Result<bool, Self::Error> {
            Err(ErrorKind::Other)
        }

        fn is_low(&mut self) -> Result<bool, Self::Error> {
            self.is_high()
        }
    }
}
