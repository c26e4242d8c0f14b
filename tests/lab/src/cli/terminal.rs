use std::{
    io::{self, IsTerminal as _, Write as _},
    sync::mpsc,
    thread,
    time::Duration,
};

/// Where commands come from: a terminal, or a pipe for tests.
pub(crate) struct Terminal {
    /// Nothing is read before it is asked for, since other programs read from the same terminal in between.
    ask: mpsc::Sender<()>,
    lines: mpsc::Receiver<Option<String>>,
}

impl Terminal {
    pub(crate) fn open() -> Self {
        let (ask, asked) = mpsc::channel();
        let (answer, lines) = mpsc::channel();
        thread::spawn(move || {
            for () in asked {
                let line = io::stdin().lines().next().and_then(Result::ok);
                if answer.send(line).is_err() {
                    break;
                }
            }
        });

        Self { ask, lines }
    }

    /// The next line; none when there are no more, or somebody has interrupted.
    pub(crate) fn line(&self, prompt: &str) -> Option<String> {
        if io::stdin().is_terminal() {
            let mut out = io::stdout();
            // A prompt that cannot be shown is no reason to stop.
            let _ = write!(out, "{prompt}").and_then(|()| out.flush());
        }
        self.ask.send(()).ok()?;
        while !lab::is_interrupted() {
            match self.lines.recv_timeout(LOOK_FOR_INTERRUPT) {
                Ok(line) => return line,
                Err(mpsc::RecvTimeoutError::Timeout) => {}
                Err(mpsc::RecvTimeoutError::Disconnected) => return None,
            }
        }

        None
    }
}

/// Tells the person at the terminal.
#[expect(clippy::print_stdout, reason = "a program for people at a terminal")]
pub(crate) fn say(text: &str) {
    println!("{text}");
}

/// Says what went wrong, with its reasons.
#[expect(clippy::print_stderr, reason = "a program for people at a terminal")]
pub(crate) fn complain(error: &anyhow::Error) {
    eprintln!("lab: {error:#}");
}

/// Soon enough that Ctrl-C feels immediate.
const LOOK_FOR_INTERRUPT: Duration = Duration::from_millis(50);
