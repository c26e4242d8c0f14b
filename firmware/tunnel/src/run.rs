use std::{
    env,
    ffi::OsStr,
    fs::{self, File},
    io::{self, Read as _, Write as _},
    os::{fd::AsFd, unix::process::CommandExt as _},
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
};

use model::InterfaceName;
use nix::{
    sys::{
        inotify::{AddWatchFlags, InitFlags, Inotify},
        signal::{SigSet, Signal},
        signalfd::{SfdFlags, SignalFd},
    },
    unistd::{dup2_stderr, dup2_stdin, dup2_stdout, setsid},
};

use crate::{Access, BindError, Config, Desired, SetError, StartError, Tunnel, Uapi, event::wait};

/// Runs a WireGuard interface that `wg` and `wg-quick` configure, in place of `wireguard-go IFNAME`.
///
/// It ends at SIGTERM or SIGINT, and when somebody removes the interface or its control socket. To be called from the
/// main thread before there are others. As with `wireguard-go`, `WG_PROCESS_FOREGROUND=1` in the environment keeps it in
/// the foreground, and `LOG_LEVEL` set to anything but `silent` keeps its standard error in the background.
///
/// # Errors
/// [`RunError`], each with what was being done.
pub fn run_interface(name: &InterfaceName, mode: Mode) -> Result<(), RunError> {
    let is_kept = env::var_os("WG_PROCESS_FOREGROUND").is_some_and(|value| value == "1");
    match (mode, env::var_os(BACKGROUND)) {
        (Mode::Foreground, _) => run(name, || Ok(())),
        (Mode::Background, _) if is_kept => run(name, || Ok(())),
        (Mode::Background, None) => start_in_background(),
        (Mode::Background, Some(_)) => {
            setsid().map_err(|error| RunError::Background(error.into()))?;
            run(name, || say_ready().map_err(RunError::Background))
        }
    }
}

/// Whether the caller waits for the interface's whole life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Returns when the interface ends.
    Foreground,
    /// Starts this program once more, with the same arguments, and returns when the interface is there and its control
    /// socket answers.
    Background,
}

/// Why there is no interface.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The interface itself.
    #[error("start the interface")]
    Start(#[from] StartError),
    /// Its UDP sockets.
    #[error("listen on UDP")]
    Listen(#[from] SetError),
    /// Its control socket.
    #[error("serve the control socket")]
    Uapi(#[from] BindError),
    /// What it waits for.
    #[error("watch for the end of the interface")]
    Watch(#[source] io::Error),
    /// The process in the background could not be started.
    #[error("go to the background")]
    Background(#[source] io::Error),
    /// The process in the background has ended at once, and said why.
    #[error("the process in the background ended early")]
    EndedEarly,
}

/// In the environment of the process in the background.
const BACKGROUND: &str = "LATCHKEY_TUNNEL_BACKGROUND";

/// What the process in the background says on its standard output once it is ready.
const READY: &[u8] = b"ready\n";

/// What every implementation takes until it is told otherwise: what fits into 1500 bytes with IPv6 outside.
const MTU: u16 = 1420;

fn run(name: &InterfaceName, ready: impl FnOnce() -> Result<(), RunError>) -> Result<(), RunError> {
    // Blocked before the first thread starts, so that all of them inherit it.
    let signals = block_signals().map_err(RunError::Watch)?;
    let tunnel =
        Arc::new(Tunnel::start(Config { interface: name.clone(), mtu: MTU, addresses: Vec::new() })?);
    tunnel.set(Desired::default())?;
    let uapi = Uapi::bind(Arc::clone(&tunnel), Access::Full)?;
    let removal = watch_removal(uapi.path()).map_err(RunError::Watch)?;
    ready()?;

    wait_for_end(&tunnel, &signals, &removal, &uapi).map_err(RunError::Watch)
}

fn block_signals() -> io::Result<SignalFd> {
    let signals = SigSet::from_iter([Signal::SIGTERM, Signal::SIGINT]);
    signals.thread_block()?;

    Ok(SignalFd::with_flags(&signals, SfdFlags::SFD_CLOEXEC)?)
}

fn watch_removal(socket: &Path) -> io::Result<Inotify> {
    let inotify = Inotify::init(InitFlags::IN_CLOEXEC | InitFlags::IN_NONBLOCK)?;
    let directory = socket.parent().unwrap_or_else(|| Path::new("/"));
    inotify.add_watch(
        directory,
        AddWatchFlags::IN_DELETE | AddWatchFlags::IN_MOVED_FROM | AddWatchFlags::IN_DELETE_SELF,
    )?;

    Ok(inotify)
}

fn wait_for_end(tunnel: &Tunnel, signals: &SignalFd, removal: &Inotify, uapi: &Uapi) -> io::Result<()> {
    loop {
        let [has_ended, is_told, is_watched] =
            wait([tunnel.ended(), signals.as_fd(), removal.as_fd()], None)?;
        if has_ended || is_told || !uapi.is_there() {
            return Ok(());
        }
        if is_watched {
            removal.read_events()?;
        }
    }
}

fn start_in_background() -> Result<(), RunError> {
    let program = env::current_exe().map_err(RunError::Background)?;
    let mut args = env::args_os();
    let own_name = args.next();
    let mut child = Command::new(program)
        .arg0(own_name.as_deref().unwrap_or_else(|| OsStr::new("latchkey")))
        .args(args)
        .env(BACKGROUND, "1")
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(RunError::Background)?;
    let mut said = Vec::new();
    if let Some(stdout) = child.stdout.take() {
        stdout.take(READY.len() as u64).read_to_end(&mut said).map_err(RunError::Background)?;
    }
    if said == READY {
        return Ok(());
    }
    child.wait().map_err(RunError::Background)?;

    Err(RunError::EndedEarly)
}

/// Tells the waiting process, and lets go of what is its own.
fn say_ready() -> io::Result<()> {
    io::stdout().write_all(READY)?;
    io::stdout().flush()?;
    let nothing: File = fs::OpenOptions::new().read(true).write(true).open("/dev/null")?;
    dup2_stdin(&nothing)?;
    dup2_stdout(&nothing)?;
    if !env::var_os("LOG_LEVEL").is_some_and(|level| level != "silent" && !level.is_empty()) {
        dup2_stderr(&nothing)?;
    }

    Ok(())
}
