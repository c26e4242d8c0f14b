use std::sync::Arc;

use tokio::sync::Notify;

pub use driver::{Driver, Wish};
pub use led::BoardLed;
pub use place::{InvalidPlace, Place};
pub use wire::{ButtonWire, LampWire, PinError};

pub(crate) use cdev::EdgeWatch;

use chip::GpioChip;

mod cdev;
mod chip;
mod driver;
mod led;
mod place;
mod registers;
mod wire;

/// The panel's pins on the board, taken: nobody else can have them while this lives.
#[derive(Debug)]
pub struct Board {
    /// Who drives the pins.
    pub(crate) driver: Driver,
    /// POWER, DOOR and PEOPLE; dark.
    pub(crate) lamps: [LampWire; 3],
    /// Pulled up.
    pub(crate) button: ButtonWire,
    /// Notified after each change of the button's level.
    pub(crate) edges: Arc<Notify>,
    /// Who notifies, if the driver does not do it by itself.
    pub(crate) watch: Option<EdgeWatch>,
}

impl Board {
    /// Takes the pins at this place by the driver that is wished for, or by the first that can. None where there
    /// are no such pins and nobody insists: then the panel is simulated.
    ///
    /// # Errors
    /// When there are pins and they cannot be had, or when the driver that somebody insists on finds none.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub fn open(wish: Wish, place: &Place) -> Result<Option<Self>, BoardError> {
        if wish == Wish::Only(Driver::Simulated) {
            return Ok(None);
        }
        let chip = GpioChip::find(place)?;
        let has_registers = chip.is_some() && place.is_the_headers() && registers::are_there();
        let mut failed = None;
        for driver in wish.drivers(chip.is_some(), has_registers) {
            match Self::open_by(*driver, chip.as_ref(), place) {
                Ok(board) => return Ok(Some(board)),
                Err(error) => {
                    tracing::debug!(%driver, ?error, "This driver cannot have the pins");
                    failed = Some(error);
                }
            }
        }

        failed.map_or(Ok(None), Err)
    }

    fn open_by(driver: Driver, chip: Option<&GpioChip>, place: &Place) -> Result<Self, BoardError> {
        let chip = chip.ok_or_else(|| BoardError::NoChip(place.chip_names()))?;
        // Whoever writes registers is not stopped by the kernel, which knows who has a pin.
        chip.check_free(&place.all())?;
        let board = match driver {
            Driver::Rppal => registers::open(place)?,
            Driver::Gpiocdev | Driver::Simulated => cdev::open(chip, place)?,
        };
        tracing::info!(%driver, chip = %chip.path().display(), "The lamps and the button are on real pins");

        Ok(board)
    }
}

/// Why the pins cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum BoardError {
    /// There is no such chip.
    #[error("this machine has no GPIO chip called {0}")]
    NoChip(String),
    /// A chip is there, and the kernel does not let us in.
    #[error(
        "look at the machine's GPIO chips; the daemon has to be root, and its unit has to allow /dev/gpiochip*"
    )]
    Look(#[source] gpiocdev::Error),
    /// Somebody else has the pin.
    #[error(
        "GPIO {line} is in use by {by}; stop that, or take it off the header or out of config.txt, \
         and start the box again"
    )]
    Taken {
        /// The number of the pin.
        line: u32,
        /// What the kernel says about who has it.
        by: String,
    },
    /// The kernel does not give us the pin.
    #[error("take GPIO {line}")]
    Take {
        /// The number of the pin.
        line: u32,
        /// What the kernel says.
        source: gpiocdev::Error,
    },
    /// The button's changes cannot be heard of.
    #[error("watch the button's pin")]
    Watch(#[source] std::io::Error),
    /// The kernel does not show the registers.
    #[error("there is no /dev/gpiomem; only the kernel of Raspberry Pi OS has it")]
    NoRegisters,
    /// The registers cannot be used.
    #[error("drive the pins by their registers")]
    Registers(#[source] rppal::gpio::Error),
    /// These registers drive other pins.
    #[error("rppal drives the pins of the Raspberry Pi's own header and no others")]
    OtherPins,
}
