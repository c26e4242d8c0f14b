use std::{convert::Infallible, io, sync::Arc};

use embedded_hal::digital::{ErrorType, InputPin, OutputPin};
use gpiocdev::{
    Request,
    line::{Bias, EdgeDetection, Value},
    request::Builder,
};
use tokio::{
    io::{Interest, unix::AsyncFd},
    sync::Notify,
};
use tokio_util::sync::CancellationToken;

use super::{
    Board, BoardError, ButtonWire, Driver, LampWire, PinError, Place,
    chip::GpioChip,
    wire::{Input, Output},
};
use crate::PanelHandle;

/// Takes all pins by the character device.
pub(crate) fn open(chip: &GpioChip, place: &Place) -> Result<Board, BoardError> {
    let [power, door, people] = place.lamps().map(|line| CdevPin::lamp(chip, line));
    let button = CdevPin::button(chip, place.button())?;
    let edges = Arc::new(Notify::new());
    let watch = EdgeWatch::new(&button, Arc::clone(&edges)).map_err(BoardError::Watch)?;

    Ok(Board {
        driver: Driver::Gpiocdev,
        lamps: [power?, door?, people?].map(|pin| LampWire(Output::Gpiocdev(pin))),
        button: ButtonWire(Input::Gpiocdev(button)),
        edges,
        watch: Some(watch),
    })
}

/// One line of a chip.
#[derive(Debug)]
pub(crate) struct CdevPin {
    /// For this line alone, so that a refusal names the pin.
    request: Arc<Request>,
}

impl CdevPin {
    fn lamp(chip: &GpioChip, line: u32) -> Result<Self, BoardError> {
        Self::take(chip, line, |request| request.as_output(Value::Inactive))
    }

    /// The bounce is left to [`Button`](crate::Button), which has to cope with all kernels and wires alike.
    fn button(chip: &GpioChip, line: u32) -> Result<Self, BoardError> {
        Self::take(chip, line, |request| {
            request.as_input().with_bias(Bias::PullUp).with_edge_detection(EdgeDetection::BothEdges)
        })
    }

    fn take(
        chip: &GpioChip,
        line: u32,
        purpose: impl FnOnce(&mut Builder) -> &mut Builder,
    ) -> Result<Self, BoardError> {
        let mut request = Request::builder();
        request.on_chip(chip.path()).with_consumer(CONSUMER).with_line(line);
        let request = purpose(&mut request).request();

        Ok(Self { request: Arc::new(request.map_err(|source| BoardError::Take { line, source })?) })
    }
}

impl ErrorType for CdevPin {
    type Error = PinError;
}

impl OutputPin for CdevPin {
    fn set_low(&mut self) -> Result<(), PinError> {
        Ok(self.request.set_lone_value(Value::Inactive)?)
    }

    fn set_high(&mut self) -> Result<(), PinError> {
        Ok(self.request.set_lone_value(Value::Active)?)
    }
}

impl InputPin for CdevPin {
    fn is_high(&mut self) -> Result<bool, PinError> {
        Ok(self.request.lone_value()? == Value::Active)
    }

    fn is_low(&mut self) -> Result<bool, PinError> {
        Ok(!self.is_high()?)
    }
}

/// Hears of each change of the button's level and says so.
#[derive(Debug)]
pub(crate) struct EdgeWatch {
    request: AsyncFd<Arc<Request>>,
    edges: Arc<Notify>,
}

impl EdgeWatch {
    #[expect(unsafe_code, reason = "there is no safe way to wait for a file that is no socket")]
    fn new(button: &CdevPin, edges: Arc<Notify>) -> io::Result<Self> {
        let request = Arc::clone(&button.request);
        // SAFETY: a request opens its file when it is made, never changes it, and closes it when it is dropped,
        // which the shared ownership puts off until after this.
        let request = unsafe { AsyncFd::register_with_interest(request, Interest::READABLE) }?;

        Ok(Self { request, edges })
    }

    /// Listens until it is told to stop, and says so where it cannot any more.
    pub(crate) async fn run(self, panel: &PanelHandle, stop: CancellationToken) {
        tokio::select! {
            () = stop.cancelled() => {}
            Err(error) = self.listen() => {
                tracing::error!(%error, "The button is not heard any more");
                panel.note_deaf();
                stop.cancelled().await;
            }
        }
    }

    async fn listen(&self) -> Result<Infallible, Deaf> {
        loop {
            let mut ready = self.request.readable().await?;
            if self.request.get_ref().has_edge_event()? {
                self.request.get_ref().read_edge_event()?;
                self.edges.notify_one();
            } else {
                ready.clear_ready();
            }
        }
    }
}

/// Why the button is not heard.
#[derive(Debug, thiserror::Error)]
enum Deaf {
    #[error(transparent)]
    Wait(#[from] io::Error),
    #[error(transparent)]
    Read(#[from] gpiocdev::Error),
}

/// Who has the pin, for whoever asks the kernel.
const CONSUMER: &str = "latchkey";
