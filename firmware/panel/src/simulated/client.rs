use std::{io, path::Path};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    net::{
        UnixStream,
        unix::{OwnedReadHalf, OwnedWriteHalf},
    },
};

use super::shown::{Command, Shown};
use crate::{Hand, Level, Lit};

/// Somebody who looks at a simulated panel and pushes its button.
#[derive(Debug)]
pub struct Client {
    lines: Lines<BufReader<OwnedReadHalf>>,
    writer: OwnedWriteHalf,
}

impl Client {
    /// Goes to the panel.
    ///
    /// # Errors
    /// When nobody listens at this path.
    pub async fn connect(path: &Path) -> Result<Self, ClientError> {
        let stream = UnixStream::connect(path).await.map_err(ClientError::Connect)?;
        let (reader, writer) = stream.into_split();

        Ok(Self { lines: BufReader::new(reader).lines(), writer })
    }

    /// Pushes the button and keeps it down.
    ///
    /// # Errors
    /// When the panel has gone.
    pub async fn down(&mut self) -> Result<(), ClientError> {
        self.say(Command::Button(Level::Down)).await
    }

    /// Lets the button go.
    ///
    /// # Errors
    /// When the panel has gone.
    pub async fn up(&mut self) -> Result<(), ClientError> {
        self.say(Command::Button(Level::Up)).await
    }

    /// Lights these lamps and no others, to try them, until this is called with none or the client goes away; meanwhile
    /// the button means nothing.
    ///
    /// # Errors
    /// When the panel has gone.
    pub async fn try_lamps(&mut self, lit: Option<Lit>) -> Result<(), ClientError> {
        self.say(Command::Lamps(lit)).await
    }

    /// What the panel looks like: now when called first, after the next change from then on. May be dropped and
    /// called again at any point.
    ///
    /// # Errors
    /// When the panel has gone.
    pub async fn next(&mut self) -> Result<Shown, ClientError> {
        let line = self.lines.next_line().await.map_err(ClientError::Talk)?.ok_or(ClientError::Gone)?;

        serde_json::from_str(&line).map_err(|_| ClientError::NotUnderstood(line))
    }

    /// Pushes, waits until the panel shows that the hand has come this far, lets go, and waits until that is seen
    /// too: [`Hand::Down`] for a press, [`Hand::Hold`] and [`Hand::LongHold`] for the holds. There is no deadline.
    ///
    /// # Errors
    /// When the panel has gone.
    pub async fn push_until(&mut self, hand: Hand) -> Result<(), ClientError> {
        self.down().await?;
        self.wait_for(|shown| shown.button == hand).await?;
        self.up().await?;
        self.wait_for(|shown| shown.button == Hand::Up).await?;

        Ok(())
    }

    /// Waits until the panel looks like this.
    ///
    /// # Errors
    /// When the panel has gone.
    pub async fn wait_for(&mut self, wanted: impl Fn(&Shown) -> bool) -> Result<Shown, ClientError> {
        loop {
            let shown = self.next().await?;
            if wanted(&shown) {
                return Ok(shown);
            }
        }
    }

    async fn say(&mut self, command: Command) -> Result<(), ClientError> {
        self.writer.write_all(&command.to_line()?).await.map_err(ClientError::Talk)
    }
}

/// Why a client cannot see or push.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// Nobody listens there.
    #[error("connect to the panel")]
    Connect(#[source] io::Error),
    /// The connection broke.
    #[error("talk to the panel")]
    Talk(#[source] io::Error),
    /// The daemon stopped.
    #[error("the panel has gone")]
    Gone,
    /// The other side is no panel.
    #[error("the panel said what it should not: {0}")]
    NotUnderstood(String),
    /// The panel did not come to look like that.
    #[error("the panel did not look as expected in time")]
    TimedOut,
}

impl Command {
    pub(super) fn to_line(self) -> Result<Vec<u8>, ClientError> {
        let mut line = serde_json::to_vec(&self).map_err(|error| ClientError::Talk(error.into()))?;
        line.push(b'\n');

        Ok(line)
    }
}
