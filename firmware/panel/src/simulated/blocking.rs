use std::{
    io::{self, BufRead as _, BufReader, Write as _},
    os::unix::net::UnixStream,
    path::Path,
    time::{Duration, Instant},
};

use super::{
    client::ClientError,
    shown::{Command, Shown},
};
use crate::{Hand, Level};

/// [`Client`](super::Client) for those who have no runtime.
#[derive(Debug)]
pub struct BlockingClient {
    reader: BufReader<UnixStream>,
    /// The beginning of a line whose end has not come yet.
    begun: Vec<u8>,
}

impl BlockingClient {
    /// Goes to the panel.
    ///
    /// # Errors
    /// When nobody listens at this path.
    pub fn connect(path: &Path) -> Result<Self, ClientError> {
        let stream = UnixStream::connect(path).map_err(ClientError::Connect)?;

        Ok(Self { reader: BufReader::new(stream), begun: Vec::new() })
    }

    /// Pushes the button and keeps it down.
    ///
    /// # Errors
    /// When the panel has gone.
    pub fn down(&mut self) -> Result<(), ClientError> {
        self.say(Level::Down)
    }

    /// Lets the button go.
    ///
    /// # Errors
    /// When the panel has gone.
    pub fn up(&mut self) -> Result<(), ClientError> {
        self.say(Level::Up)
    }

    /// What the panel looks like: now when called first, after the next change from then on.
    ///
    /// # Errors
    /// When the panel has gone, or nothing changes within the timeout.
    pub fn next(&mut self, timeout: Duration) -> Result<Shown, ClientError> {
        let timeout = timeout.max(SHORTEST);
        self.reader.get_ref().set_read_timeout(Some(timeout)).map_err(ClientError::Talk)?;
        self.reader.read_until(b'\n', &mut self.begun).map_err(|error| match error.kind() {
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => ClientError::TimedOut,
            _ => ClientError::Talk(error),
        })?;
        let line = std::mem::take(&mut self.begun);
        if line.is_empty() {
            return Err(ClientError::Gone);
        }

        serde_json::from_slice(&line)
            .map_err(|_| ClientError::NotUnderstood(String::from_utf8_lossy(&line).into_owned()))
    }

    /// Pushes, waits until the panel shows that the hand has come this far, lets go, and waits until that is seen
    /// too: [`Hand::Down`] for a press, [`Hand::Hold`] and [`Hand::LongHold`] for the holds.
    ///
    /// # Errors
    /// When the panel has gone, or takes longer than a second more than such a push takes.
    pub fn push_until(&mut self, hand: Hand) -> Result<(), ClientError> {
        self.down()?;
        self.wait_for(hand.takes() + PATIENCE, |shown| shown.button == hand)?;
        self.up()?;
        self.wait_for(PATIENCE, |shown| shown.button == Hand::Up)?;

        Ok(())
    }

    /// Waits until the panel looks like this.
    ///
    /// # Errors
    /// When the panel has gone, or does not come to look like this within the timeout.
    pub fn wait_for(
        &mut self,
        timeout: Duration,
        wanted: impl Fn(&Shown) -> bool,
    ) -> Result<Shown, ClientError> {
        let deadline = now() + timeout;
        loop {
            let remaining = deadline.checked_duration_since(now()).ok_or(ClientError::TimedOut)?;
            let shown = self.next(remaining)?;
            if wanted(&shown) {
                return Ok(shown);
            }
        }
    }

    fn say(&self, button: Level) -> Result<(), ClientError> {
        self.reader.get_ref().write_all(&Command::Button(button).to_line()?).map_err(ClientError::Talk)
    }
}

/// A timeout of zero means none to the operating system.
const SHORTEST: Duration = Duration::from_millis(1);
/// What a loaded machine may take on top.
const PATIENCE: Duration = Duration::from_secs(5);

#[expect(clippy::disallowed_methods, reason = "a driver: it waits for what another process does")]
fn now() -> Instant {
    Instant::now()
}
