use std::{
    ffi::OsStr,
    fs::{self, File},
    io::Write as _,
    net::{SocketAddr, TcpStream, UdpSocket},
    os::{fd::AsRawFd as _, unix::fs::MetadataExt as _},
    panic,
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use nix::{
    mount::{MsFlags, mount},
    sched::{CloneFlags, setns, unshare},
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use crate::{Process, Request, mark::Mark, websocket};

/// A room of the house: a network of its own, and `/run`, `/sys` and `/etc/resolv.conf` of its own.
///
/// It goes when the last clone and the last process in it have gone.
#[derive(Debug, Clone)]
pub struct Namespace {
    room: Arc<Room>,
}

impl Namespace {
    /// Makes an empty room in which only the loopback interface is up.
    ///
    /// # Errors
    /// When the kernel refuses, which it does to all but root.
    pub fn create(name: &str) -> Result<Self> {
        let room = thread::scope(|scope| scope.spawn(|| Room::create(name)).join())
            .unwrap_or_else(|panic| panic::resume_unwind(panic))
            .with_context(|| format!("make the namespace {name}; are you root?"))?;
        let namespace = Self { room: Arc::new(room) };
        namespace.ip(&["link set lo up"])?;

        Ok(namespace)
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.room.name
    }

    /// A path that `ip … netns PATH` takes; good for as long as this value.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/proc/{}/fd/{}", std::process::id(), self.room.network.as_raw_fd())
    }

    /// A program that will run in here, and end when the thread that starts it ends.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env(Mark::VARIABLE, Mark::own().to_string());
        inside::enter_before_exec(&mut command, Arc::clone(&self.room));

        command
    }

    /// Runs a command line, split at its spaces and seen by no shell, and gives what it said.
    ///
    /// # Errors
    /// When it fails; what it complained about is in the error.
    pub fn run(&self, line: &str) -> Result<String> {
        self.feed(line, "")
    }

    /// [`run`](Self::run) with something on its standard input.
    ///
    /// # Errors
    /// When it fails; what it complained about is in the error.
    pub fn feed(&self, line: &str, input: &str) -> Result<String> {
        let mut words = line.split_whitespace();
        let mut command = self.command(words.next().context("an empty command line")?);
        command.args(words).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().with_context(|| format!("start {line}"))?;
        let mut stdin = child.stdin.take().context("a pipe was asked for")?;
        let output = thread::scope(|scope| {
            // A program that does not read to the end is its own affair.
            scope.spawn(move || stdin.write_all(input.as_bytes()));
            child.wait_with_output()
        })?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).trim().to_owned();
            bail!("{line} in {} failed: {said}", self.name());
        }

        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Lets `ip` do all of these, one a line.
    ///
    /// # Errors
    /// At the first that `ip` refuses.
    pub fn ip(&self, lines: &[&str]) -> Result<()> {
        self.feed("ip -batch -", &lines.join("\n")).with_context(|| lines.join("; "))?;

        Ok(())
    }

    /// Sets a kernel parameter of this network, such as `net.ipv4.ip_forward`.
    ///
    /// # Errors
    /// When there is no such parameter.
    pub fn sysctl(&self, name: &str, value: &str) -> Result<()> {
        let path = Path::new("/proc/sys").join(name.replace('.', "/"));

        self.in_thread(|| fs::write(path, value))?.with_context(|| format!("set {name}"))
    }

    /// Starts a program that runs beside the test.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn spawn(&self, command: Command, log: &Path) -> Result<Process> {
        let program = command.get_program().to_string_lossy().into_owned();

        Process::start(&program, command, log)
    }

    /// Does something on a thread that is in here: its sockets stay in here, and it sees the files of this room.
    ///
    /// # Errors
    /// When the thread cannot get in.
    pub fn in_thread<T: Send>(&self, work: impl FnOnce() -> T + Send) -> Result<T> {
        let entered = thread::scope(|scope| {
            let thread = scope.spawn(|| {
                unshare(CloneFlags::CLONE_FS)?;
                self.room.enter()?;
                nix::Result::Ok(work())
            });
            thread.join()
        });

        entered
            .unwrap_or_else(|panic| panic::resume_unwind(panic))
            .with_context(|| format!("go into the namespace {}", self.name()))
    }

    /// Connects from in here.
    ///
    /// # Errors
    /// When nobody answers within the time, or with a refusal.
    pub fn tcp_connect(&self, to: impl Into<SocketAddr>, patience: Duration) -> Result<TcpStream> {
        let to = to.into();

        self.in_thread(|| TcpStream::connect_timeout(&to, patience))?
            .with_context(|| format!("connect from {} to {to}", self.name()))
    }

    /// A UDP socket in here; an answer is waited for no longer than two seconds.
    ///
    /// # Errors
    /// When the address is not one of this room, or is taken.
    pub fn udp_socket(&self, at: impl Into<SocketAddr>) -> Result<UdpSocket> {
        let at = at.into();
        let socket = self.in_thread(|| UdpSocket::bind(at))?.with_context(|| format!("bind UDP {at}"))?;
        socket.set_read_timeout(Some(Duration::from_secs(2)))?;

        Ok(socket)
    }

    /// A request from in here, to be filled in and sent.
    pub fn request(&self, method: &str, url: &str) -> Request {
        Request::new(self.clone(), method, url)
    }

    /// Opens a websocket at a URL of the form `ws://ADDRESS:PORT/PATH`, and gives the first text that comes.
    ///
    /// # Errors
    /// When there is no websocket, or nothing comes within five seconds.
    pub fn websocket(&self, url: &str) -> Result<String> {
        websocket::first_text(self, url)
    }

    /// Ends all programs in here but our own.
    pub fn kill_all(&self) {
        let Ok(processes) = fs::read_dir("/proc") else { return };
        let pids = processes.flatten().filter_map(|process| {
            let network = fs::metadata(process.path().join("ns/net")).ok()?;
            let pid = process.file_name().to_str()?.parse::<i32>().ok()?;
            (network.ino() == self.room.inode).then_some(pid)
        });
        for pid in pids.filter(|pid| pid.cast_unsigned() != std::process::id()) {
            // One that has ended in the meantime is no trouble.
            let _ = kill(Pid::from_raw(pid), Signal::SIGKILL);
        }
    }
}

#[derive(Debug)]
pub(crate) struct Room {
    name: String,
    network: File,
    mounts: File,
    /// What tells this network from others in `/proc/PID/ns/net`.
    inode: u64,
}

impl Room {
    /// To be called on a thread of its own, which is in the room afterwards.
    fn create(name: &str) -> Result<Self> {
        unshare(CloneFlags::CLONE_FS | CloneFlags::CLONE_NEWNET | CloneFlags::CLONE_NEWNS)?;
        mount(NOTHING, "/", NOTHING, MsFlags::MS_REC | MsFlags::MS_PRIVATE, NOTHING)
            .context("part from the mounts")?;
        // `/sys/class/net` shows the network of whoever mounted it.
        mount(Some("sysfs"), "/sys", Some("sysfs"), MsFlags::empty(), NOTHING).context("mount /sys")?;
        mount(Some("lab"), "/run", Some("tmpfs"), MsFlags::empty(), Some("mode=755"))
            .context("mount /run")?;
        hide_resolv_conf().context("hide /etc/resolv.conf")?;
        let network = File::open("/proc/thread-self/ns/net")?;
        let inode = network.metadata()?.ino();

        Ok(Self { name: name.to_owned(), network, mounts: File::open("/proc/thread-self/ns/mnt")?, inode })
    }

    /// Moves the calling thread, which must share its root and working folder with no other.
    fn enter(&self) -> nix::Result<()> {
        setns(&self.network, CloneFlags::CLONE_NEWNET)?;
        setns(&self.mounts, CloneFlags::CLONE_NEWNS)?;

        Ok(())
    }
}

const NOTHING: Option<&str> = None;

/// Nothing in the house may ask the name servers of the machine that the house stands on, or change which they are.
fn hide_resolv_conf() -> Result<()> {
    let empty = "/run/resolv.conf";
    fs::write(empty, "# The house has no name server.\n")?;
    let link = Path::new("/etc/resolv.conf");
    if fs::symlink_metadata(link).is_err() {
        return Ok(());
    }
    // On many machines it is a link into /run, which is empty by now.
    let target =
        fs::read_link(link).map_or_else(|_| link.to_owned(), |target| Path::new("/etc").join(target));
    if !target.exists() {
        let Some(folder) = target.parent() else { return Ok(()) };
        fs::create_dir_all(folder)?;
        fs::write(&target, "")?;
    }
    mount(Some(empty), &target, NOTHING, MsFlags::MS_BIND, NOTHING)?;

    Ok(())
}

#[expect(unsafe_code, reason = "std offers no other way to act between fork and exec")]
mod inside {
    use std::{os::unix::process::CommandExt as _, process::Command, sync::Arc};

    use nix::sys::{
        prctl,
        signal::{SigSet, Signal},
    };

    use super::Room;

    pub(super) fn enter_before_exec(command: &mut Command, room: Arc<Room>) {
        let enter = move || {
            prctl::set_pdeathsig(Signal::SIGKILL)?;
            // A program of the lab may have blocked signals to wait for them; its children shall hear them.
            SigSet::empty().thread_set_mask()?;
            room.enter()?;

            Ok(())
        };
        // SAFETY: it makes system calls on descriptors that are open already, and neither allocates nor takes locks.
        unsafe {
            command.pre_exec(enter);
        }
    }
}
