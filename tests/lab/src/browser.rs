use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result, bail, ensure};

use crate::Namespace;

/// A real browser in some room, driven by a script of `tests/ui` that tells in lines how far it is.
#[derive(Debug)]
pub struct Browser {
    script: Child,
    steps: Receiver<String>,
    told: Vec<String>,
}

impl Browser {
    /// Starts a script, `add-peer.mjs` for instance.
    ///
    /// # Errors
    /// When there is no Node.
    pub fn run(room: &Namespace, script: &str, arguments: &[&str]) -> Result<Self> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui").join(script);
        let mut command: Command = room.command("node");
        command.arg(path).args(arguments).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut script = command.spawn().context("start node")?;
        let output = BufReader::new(script.stdout.take().context("node's output")?);
        let (sender, steps) = mpsc::channel();
        thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));

        Ok(Self { script, steps, told: Vec::new() })
    }

    /// Waits until the script is as far as this, and gives what it tells about it.
    ///
    /// # Errors
    /// When it does not get there in time; the error says how far it got.
    pub fn wait_for(&mut self, step: &str, patience: Duration) -> Result<String> {
        loop {
            match self.steps.recv_timeout(patience) {
                Ok(line) => {
                    let (word, rest) = line.split_once(' ').unwrap_or((&line, ""));
                    if word == step {
                        return Ok(rest.to_owned());
                    }
                    self.told.push(line);
                }
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    bail!("the browser never came to {step:?}, only to {:?}", self.told)
                }
            }
        }
    }

    /// Waits until the script has ended by itself, and says whether it ended well.
    ///
    /// # Errors
    /// When it cannot be waited for.
    pub fn finish(mut self) -> Result<bool> {
        while let Ok(line) = self.steps.recv_timeout(LONGEST) {
            self.told.push(line);
        }
        let ended = self.script.try_wait()?;
        ensure!(ended.is_some() || self.script.wait().is_ok(), "the script goes on; it told {:?}", self.told);

        Ok(self.script.wait()?.success())
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The browser ends with the script, which holds the other end of its pipe.
        let _ = self.script.kill();
        let _ = self.script.wait();
    }
}

const LONGEST: Duration = Duration::from_secs(60);
