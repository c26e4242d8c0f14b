//! `latchkey panel`: the front of a box that has none, and its button.

use std::{
    io::{self, IsTerminal as _, Write as _},
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, bail};
use panel::{
    Hand,
    simulated::{Client, ClientError},
};
use tokio::time::timeout;

use super::{PANEL_SOCKET, output};

mod key;
mod screen;
mod terminal;
mod view;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The panel's socket [default: panel.sock in the run directory]
    #[arg(long, value_name = "PATH")]
    socket: Option<PathBuf>,
    /// Press the button and let go
    #[arg(long, group = "task")]
    press: bool,
    /// Hold the button until the lamps go dark at 3 s, and let go
    #[arg(long, group = "task")]
    hold: bool,
    /// Hold the button until the lamps go dark at 10 s, and let go
    #[arg(long, group = "task")]
    long_hold: bool,
    /// Print what the lamps show as lines of JSON, now and at each change
    #[arg(long, group = "task")]
    watch: bool,
    #[arg(from_global)]
    run_dir: PathBuf,
    #[arg(from_global)]
    json: bool,
}

/// Shows the panel, or does the one thing that was asked.
pub(crate) async fn run(args: Args) -> anyhow::Result<()> {
    let task = args.task()?;
    let path = args.socket.clone().unwrap_or_else(|| args.run_dir.join(PANEL_SOCKET));
    let client = Client::connect(&path).await.map_err(|error| explain(error, &path))?;

    match task {
        Task::Push(hand) => push(client, hand, args.json).await,
        Task::Watch => watch(client).await,
        Task::View => view::show(client).await,
    }
}

impl Args {
    fn task(&self) -> anyhow::Result<Task> {
        let task = match self {
            Self { press: true, .. } => Task::Push(Hand::Down),
            Self { hold: true, .. } => Task::Push(Hand::Hold),
            Self { long_hold: true, .. } => Task::Push(Hand::LongHold),
            Self { watch: true, .. } => Task::Watch,
            Self { .. } if io::stdout().is_terminal() => Task::View,
            Self { .. } => bail!(
                "there is no terminal to draw the panel on; use --watch, --press, --hold or --long-hold"
            ),
        };

        Ok(task)
    }
}

#[derive(Debug, Clone, Copy)]
enum Task {
    Push(Hand),
    Watch,
    View,
}

async fn push(mut client: Client, hand: Hand, json: bool) -> anyhow::Result<()> {
    let pushed = timeout(hand.takes() + PATIENCE, client.push_until(hand)).await;
    pushed.unwrap_or(Err(ClientError::TimedOut)).context("push the button")?;
    let (word, sentence) = match hand {
        Hand::Hold => ("hold", "Held for 3 s"),
        Hand::LongHold => ("long_hold", "Held for 10 s"),
        Hand::Up | Hand::Down | Hand::Stuck => ("press", "Pressed"),
    };

    if json { output::say_json(&serde_json::json!({ "gesture": word })) } else { output::say(sentence) }
}

async fn watch(mut client: Client) -> anyhow::Result<()> {
    loop {
        let shown = client.next().await.context("watch the panel")?;
        let line = serde_json::to_string(&shown).context("write JSON")?;
        match writeln!(io::stdout(), "{line}") {
            Ok(()) => {}
            // Whoever read this has seen enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
            Err(error) => return Err(error).context("write to the terminal"),
        }
    }
}

fn explain(error: ClientError, path: &Path) -> anyhow::Error {
    let path = path.display();
    let hint = match &error {
        ClientError::Connect(source) => match source.kind() {
            io::ErrorKind::PermissionDenied => {
                format!("only the user that runs the daemon may use {path}; try with sudo")
            }
            io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => {
                format!("the daemon is not running, or its panel is a real one: nobody listens at {path}")
            }
            _ => format!("could not reach the panel at {path}"),
        },
        ClientError::Talk(_) | ClientError::Gone | ClientError::NotUnderstood(_) | ClientError::TimedOut => {
            format!("could not reach the panel at {path}")
        }
    };

    anyhow::Error::new(error).context(hint)
}

/// What a loaded machine may take on top.
const PATIENCE: Duration = Duration::from_secs(5);
