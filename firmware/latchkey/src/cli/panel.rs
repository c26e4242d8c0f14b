//! `latchkey panel`: the front of the box in the terminal, and its button.

use std::{
    io::{self, IsTerminal as _, Write as _},
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, bail};
use panel::{
    Hand, Place,
    simulated::{Client, ClientError},
};
use tokio::time::timeout;

use super::{PANEL_SOCKET, output};

mod findings;
mod key;
mod screen;
mod terminal;
mod trial;
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
    /// Try each lamp and the button of a wired box, with or without a daemon, and say what is wrong
    #[arg(long, group = "task")]
    test: bool,
    /// Without a daemon: where lamps and button are, on a board that is no Raspberry Pi
    #[arg(long, value_name = "CHIP:POWER,DOOR,PEOPLE,BUTTON", requires = "test")]
    pins: Option<Place>,
    #[arg(from_global)]
    run_dir: PathBuf,
    #[arg(from_global)]
    json: bool,
}

/// Shows the panel, or does the one thing that was asked.
pub(crate) async fn run(args: Args) -> anyhow::Result<()> {
    let task = args.task()?;
    let path = args.socket.clone().unwrap_or_else(|| args.run_dir.join(PANEL_SOCKET));
    let client = match (Client::connect(&path).await, task) {
        (Ok(client), _) => client,
        (Err(error), Task::Test) if is_nobody_there(&error) => {
            return trial::without_a_daemon(&path, &args.pins.unwrap_or_default(), args.json).await;
        }
        (Err(error), _) => return Err(explain(error, &path)),
    };

    match task {
        Task::Push(hand) => push(client, hand, args.json).await,
        Task::Watch => watch(client).await,
        Task::Test => trial::run(client, args.json).await,
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
            Self { test: true, .. } => Task::Test,
            Self { .. } if io::stdout().is_terminal() => Task::View,
            Self { .. } => bail!(
                "there is no terminal to draw the panel on; use --watch, --test, --press, --hold or --long-hold"
            ),
        };

        Ok(task)
    }
}

#[derive(Debug, Clone, Copy)]
enum Task {
    Push(Hand),
    Watch,
    Test,
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

fn is_nobody_there(error: &ClientError) -> bool {
    match error {
        ClientError::Connect(source) => {
            matches!(source.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused)
        }
        ClientError::Talk(_) | ClientError::Gone | ClientError::NotUnderstood(_) | ClientError::TimedOut => {
            false
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
                format!("the daemon is not running: nobody listens at {path}")
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
