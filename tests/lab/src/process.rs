use std::{
    fs::{self, File},
    os::unix::process::{CommandExt as _, ExitStatusExt as _},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{OnceLock, mpsc},
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use crate::wait_until;

/// A program that runs beside the test and ends with this value.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts it; what it says is added to the log. It is out of reach of the terminal's Ctrl-C.
    ///
    /// # Errors
    /// When the program cannot be started.
    pub fn start(name: &str, mut command: Command, log: &Path) -> Result<Self> {
        let out =
            File::options().create(true).append(true).open(log).with_context(|| format!("write {log:?}"))?;
        command.stdin(Stdio::null()).stdout(out.try_clone()?).stderr(out).process_group(0);
        let child = on_lasting_thread(move || command.spawn()).with_context(|| format!("start {name}"))?;

        Ok(Self { name: name.to_owned(), child, log: log.to_owned() })
    }

    /// Its number.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// All that it has said so far.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read(&self.log).map(|log| String::from_utf8_lossy(&log).into_owned()).unwrap_or_default()
    }

    /// Sends it a signal.
    ///
    /// # Errors
    /// When it has ended.
    pub fn signal(&self, signal: Signal) -> Result<()> {
        kill(self.pid(), signal).with_context(|| format!("send {signal} to {}", self.name))
    }

    /// Waits until it has ended by itself.
    ///
    /// # Errors
    /// When it has not ended within the time.
    pub fn wait(&mut self, patience: Duration) -> Result<ExitStatus> {
        let what = format!("{} has ended", self.name);

        wait_until(&what, patience, || self.ended())
    }

    /// Asks it to end with SIGTERM, and waits for it.
    ///
    /// # Errors
    /// When it does not end within ten seconds, or ends with a complaint; its log is in the error.
    pub fn stop(&mut self) -> Result<()> {
        self.signal(Signal::SIGTERM)?;
        let status = self.wait(STOP_PATIENCE)?;
        if !status.success() && status.signal() != Some(Signal::SIGTERM as i32) {
            bail!("{} ended with {status}:\n{}", self.name, self.log());
        }

        Ok(())
    }

    /// Ends it at once, as a power cut would.
    pub fn kill(&mut self) {
        // One that has ended already is dead enough.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(self.child.id().cast_signed())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// More than a clean stop of any of our programs takes on a loaded machine.
const STOP_PATIENCE: Duration = Duration::from_secs(10);

/// The kernel ends a child when the *thread* that started it ends (`PR_SET_PDEATHSIG`), so children are started on a
/// thread that lives as long as the process.
fn on_lasting_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    type Work = Box<dyn FnOnce() + Send>;
    static STARTER: OnceLock<mpsc::Sender<Work>> = OnceLock::new();
    let starter = STARTER.get_or_init(|| {
        let (sender, receiver) = mpsc::channel::<Work>();
        thread::spawn(move || receiver.into_iter().for_each(|work| work()));
        sender
    });

    let (result, done) = mpsc::sync_channel(1);
    let work = move || {
        // The receiver below waits for exactly this.
        let _ = result.send(work());
    };
    starter.send(Box::new(work)).expect("the thread runs until the process ends");

    done.recv().expect("the thread runs until the process ends")
}
