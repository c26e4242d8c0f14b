use std::{os::unix::net::UnixStream, path::Path, thread, time::Duration};

use anyhow::{Result, bail};
use lab::{Namespace, Process};
use model::InterfaceName;

use crate::{Configuration, Implementation, usage};

/// An implementation that runs in a room, and ends with this value.
#[derive(Debug)]
pub struct Tunnel {
    room: Namespace,
    interface: InterfaceName,
    process: Process,
}

impl Tunnel {
    pub(crate) fn start(
        implementation: &Implementation,
        room: &Namespace,
        interface: &InterfaceName,
        log: &Path,
    ) -> Result<Self> {
        let command = implementation.command(room, interface);
        let process = Process::start(implementation.kind().name(), command, log)?;
        let mut tunnel = Self { room: room.clone(), interface: interface.clone(), process };
        tunnel.wait_until_it_answers()?;

        Ok(tunnel)
    }

    /// Gives it its keys and peers, in the place of those before, with `wg setconf`.
    ///
    /// # Errors
    /// When `wg` or the implementation refuses.
    pub fn configure(&self, configuration: &Configuration) -> Result<()> {
        self.room.feed(&format!("wg setconf {} /dev/stdin", self.interface), &configuration.to_string())?;

        Ok(())
    }

    /// Gives the interface its addresses (`10.7.7.1/24`), sets its MTU and brings it up.
    ///
    /// # Errors
    /// When `ip` refuses.
    pub fn bring_up(&self, addresses: &[&str], mtu: u16) -> Result<()> {
        let name = &self.interface;
        let mut lines =
            addresses.iter().map(|address| format!("address add {address} dev {name}")).collect::<Vec<_>>();
        lines.push(format!("link set {name} mtu {mtu} up"));

        self.room.ip(&lines.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// What `wg show INTERFACE WHAT` says.
    ///
    /// # Errors
    /// When the implementation does not answer.
    pub fn show(&self, what: &str) -> Result<String> {
        self.room.run(&format!("wg show {} {what}", self.interface))
    }

    /// Where it runs.
    #[must_use]
    pub fn room(&self) -> &Namespace {
        &self.room
    }

    /// What its interface is called.
    #[must_use]
    pub fn interface(&self) -> &InterfaceName {
        &self.interface
    }

    /// The program.
    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// The time that its threads have spent on processors so far, in the program and in the kernel.
    ///
    /// # Errors
    /// When it has ended.
    pub fn processor_time(&self) -> Result<Duration> {
        usage::processor_time(self.process.id())
    }

    /// The most memory that it has had in use so far, in bytes.
    ///
    /// # Errors
    /// When it has ended.
    pub fn peak_memory(&self) -> Result<u64> {
        usage::peak_memory(self.process.id())
    }

    /// The time to the first handshake is measured, so this looks more often than `lab::wait_until` does.
    fn wait_until_it_answers(&mut self) -> Result<()> {
        let socket = format!("/run/wireguard/{}.sock", self.interface);
        let Self { room, process, .. } = self;
        let answers = || {
            for _ in 0..PATIENCE.as_millis() / PAUSE.as_millis() {
                if UnixStream::connect(&socket).is_ok() {
                    return true;
                }
                if process.ended().is_some() {
                    return false;
                }
                thread::sleep(PAUSE);
            }
            false
        };
        if !room.in_thread(answers)? {
            bail!("nobody answers on {socket}:\n{}", self.process.log());
        }

        Ok(())
    }
}

/// What is waited for an implementation to start.
const PATIENCE: Duration = Duration::from_secs(10);

/// Between two looks; little beside what a start takes.
const PAUSE: Duration = Duration::from_millis(1);
