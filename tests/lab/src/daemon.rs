use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, Result, bail, ensure};
use nix::{
    mount::{MsFlags, mount},
    sys::signal::Signal,
};

use crate::{FakeClock, House, Namespace, Process, project, wait_until};

mod talk;

/// `latchkey run` in the gateway's room, with its registry and its sockets in the house's folder.
#[derive(Debug)]
pub struct Daemon {
    room: Namespace,
    binary: PathBuf,
    folder: PathBuf,
    data: PathBuf,
    arguments: Vec<String>,
    clock: Option<FakeClock>,
    wordy: Option<String>,
    process: Option<Process>,
    boots: u32,
}

impl Daemon {
    /// Starts it as it is after flashing, and waits until it answers.
    ///
    /// # Errors
    /// When it does not come up; its log is in the error.
    pub fn run(house: &House) -> Result<Self> {
        let mut daemon = Self::new(house)?;
        daemon.start()?;

        Ok(daemon)
    }

    /// Puts it in place without starting it.
    ///
    /// # Errors
    /// When there is no program.
    pub fn new(house: &House) -> Result<Self> {
        Self::from_binary(house, &project::binary()?)
    }

    /// [`new`](Self::new) with another program than the one beside the test.
    ///
    /// # Errors
    /// When the house has no room for it.
    pub fn from_binary(house: &House, binary: &Path) -> Result<Self> {
        let binary =
            binary.canonicalize().with_context(|| format!("there is no program {}", binary.display()))?;
        let folder = house.folder().join("gateway");
        fs::create_dir_all(folder.join("run"))?;
        let daemon = Self {
            room: house.gateway.clone(),
            binary,
            data: folder.join("data"),
            arguments: ["--lan", "eth0", "--firewall", "appliance"].map(str::to_owned).to_vec(),
            clock: None,
            wordy: None,
            process: None,
            boots: 0,
            folder,
        };

        Ok(daemon)
    }

    /// Adds arguments of `latchkey run`.
    #[must_use]
    pub fn with_arguments(mut self, arguments: &[&str]) -> Self {
        self.arguments.extend(arguments.iter().map(|argument| (*argument).to_owned()));
        self
    }

    /// Keeps the registry in another folder.
    #[must_use]
    pub fn with_data_dir(mut self, folder: &Path) -> Self {
        self.data = folder.to_owned();
        self
    }

    /// Lets it go by a clock that can be set wrong.
    #[must_use]
    pub fn with_clock(mut self, clock: &FakeClock) -> Self {
        self.clock = Some(clock.clone());
        self
    }

    /// Lets it say more than it does by itself, or less: `trace` for instance.
    #[must_use]
    pub fn with_log(mut self, filter: &str) -> Self {
        self.wordy = Some(filter.to_owned());
        self
    }

    /// Starts it and waits until it answers.
    ///
    /// # Errors
    /// When it ends or does not answer within half a minute; its log is in the error.
    pub fn start(&mut self) -> Result<()> {
        self.launch()?;
        self.wait_for_answer()
            .with_context(|| format!("the daemon did not come up; its log:\n{}", self.log()))
    }

    /// Starts it where it must fail, and gives what it complained about.
    ///
    /// # Errors
    /// When it does not end by itself within half a minute, or ends as if all were well.
    pub fn start_in_vain(&mut self) -> Result<String> {
        let before = self.log().len();
        self.launch()?;
        let status = self.process()?.wait(PATIENCE)?;
        self.process = None;
        ensure!(!status.success(), "the daemon ended with {status}");

        Ok(self.log().split_off(before))
    }

    /// Asks it to end, and waits until it has.
    ///
    /// # Errors
    /// When it does not end in time, or not well.
    pub fn stop(&mut self) -> Result<()> {
        self.process()?.stop()?;
        self.process = None;

        Ok(())
    }

    /// Cuts its power.
    pub fn kill(&mut self) {
        self.process = None;
    }

    /// Stops it and starts it again.
    ///
    /// # Errors
    /// When either fails.
    pub fn restart(&mut self) -> Result<()> {
        self.stop()?;

        self.start()
    }

    /// Cuts the power and boots: what the kernel had, the firewall and the boot's number, is new.
    ///
    /// The clock that counts from boot goes on, since that of one room cannot be set.
    ///
    /// # Errors
    /// When it does not come up again.
    pub fn reboot(&mut self) -> Result<()> {
        self.kill();
        self.room.run("nft flush ruleset")?;
        self.boots += 1;
        self.set_boot_id()?;

        self.start()
    }

    /// Lets it hang, as a bug might; what the kernel does by itself goes on.
    ///
    /// # Errors
    /// When it does not run.
    pub fn freeze(&mut self) -> Result<()> {
        self.process()?.signal(Signal::SIGSTOP)
    }

    /// Lets it go on.
    ///
    /// # Errors
    /// When it does not run.
    pub fn thaw(&mut self) -> Result<()> {
        self.process()?.signal(Signal::SIGCONT)
    }

    /// The process, for what is not offered here.
    ///
    /// # Errors
    /// When it does not run.
    pub fn process(&mut self) -> Result<&mut Process> {
        self.process.as_mut().context("the daemon does not run")
    }

    /// All that it has said since it was put in place.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read(self.log_path()).map(|log| String::from_utf8_lossy(&log).into_owned()).unwrap_or_default()
    }

    /// Where it runs.
    #[must_use]
    pub fn room(&self) -> &Namespace {
        &self.room
    }

    /// The program that is tested.
    #[must_use]
    pub fn binary(&self) -> &Path {
        &self.binary
    }

    /// Where it keeps the registry.
    #[must_use]
    pub fn data_dir(&self) -> &Path {
        &self.data
    }

    /// Where its sockets are.
    #[must_use]
    pub fn run_dir(&self) -> PathBuf {
        self.folder.join("run")
    }

    fn launch(&mut self) -> Result<()> {
        fs::create_dir_all(&self.data).with_context(|| format!("make {}", self.data.display()))?;
        let mut command = self.room.command(&self.binary);
        command
            .arg("run")
            .arg("--data-dir")
            .arg(&self.data)
            .arg("--run-dir")
            .arg(self.run_dir())
            // Nothing that is wired to this machine is to light up.
            .args(["--panel", "simulated"])
            .args(&self.arguments);
        if let Some(clock) = &self.clock {
            clock.give_to(&mut command);
        }
        command.envs(self.wordy.iter().map(|filter| ("LATCHKEY_LOG", filter)));
        self.process = Some(Process::start("latchkey", command, &self.log_path())?);

        Ok(())
    }

    fn wait_for_answer(&mut self) -> Result<()> {
        let mut ended = None;
        wait_until("the daemon answers", PATIENCE, || {
            ended = self.process.as_mut().and_then(Process::ended);
            if ended.is_some() { Ok(true) } else { self.state().map(|_| true) }
        })?;

        match ended {
            Some(status) => bail!("it ended with {status}"),
            None => Ok(()),
        }
    }

    /// Each boot of a machine has a random number; this room gets a new one of its own.
    fn set_boot_id(&self) -> Result<()> {
        let file = self.folder.join("boot_id");
        fs::write(&file, format!("00000000-0000-4000-8000-{:012}\n", self.boots))?;

        self.room
            .in_thread(|| mount(Some(&file), BOOT_ID, None::<&str>, MsFlags::MS_BIND, None::<&str>))?
            .context("mount boot_id")
    }

    fn log_path(&self) -> PathBuf {
        self.folder.join("latchkey.log")
    }
}

/// More than its start takes on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(30);
const BOOT_ID: &str = "/proc/sys/kernel/random/boot_id";
