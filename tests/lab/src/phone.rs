use std::{fs, net::IpAddr, os::unix::fs::OpenOptionsExt as _, process::Stdio, time::Duration};

use anyhow::{Context as _, Result, bail};

use crate::{Namespace, Response, wait_until};

/// A WireGuard client that is not ours: `wg-quick` with `wireguard-go`, in some room.
#[derive(Debug)]
pub struct Phone {
    room: Namespace,
    tunnel: String,
    up: bool,
}

impl Phone {
    /// Takes a configuration and brings the tunnel up.
    ///
    /// # Errors
    /// When `wg-quick` refuses the configuration, or the room has a tunnel already.
    pub fn up(room: &Namespace, configuration: &str) -> Result<Self> {
        Self::up_as("phone0", room, configuration)
    }

    /// [`up`](Self::up) with a name for the tunnel, for a second one in the same room.
    ///
    /// # Errors
    /// When `wg-quick` refuses the configuration, or the room has a tunnel of this name already.
    pub fn up_as(tunnel: &str, room: &Namespace, configuration: &str) -> Result<Self> {
        let mut phone = Self { room: room.clone(), tunnel: tunnel.to_owned(), up: false };
        room.in_thread(|| write_private(&phone.path(), configuration))??;
        phone.quick("up")?;
        phone.up = true;

        Ok(phone)
    }

    /// Takes the tunnel down.
    ///
    /// # Errors
    /// When `wg-quick` fails.
    pub fn down(mut self) -> Result<()> {
        self.up = false;

        self.quick("down")
    }

    /// Where it is.
    #[must_use]
    pub fn room(&self) -> &Namespace {
        &self.room
    }

    /// Fetches a page, through the tunnel if its address is in there.
    ///
    /// # Errors
    /// When there is no answer within five seconds.
    pub fn get(&self, url: &str) -> Result<Response> {
        self.room.request("GET", url).timeout(Duration::from_secs(5)).send()
    }

    /// Opens a websocket and gives the first text that comes.
    ///
    /// # Errors
    /// When there is no websocket, or nothing comes within five seconds.
    pub fn websocket(&self, url: &str) -> Result<String> {
        self.room.websocket(url)
    }

    /// Whether one echo request is answered within two seconds.
    #[must_use]
    pub fn ping(&self, address: impl Into<IpAddr>) -> bool {
        self.room.run(&format!("ping -n -c 1 -W 2 {}", address.into())).is_ok()
    }

    /// When the last handshake was, in seconds since 1970; none if there was none.
    ///
    /// # Errors
    /// When the tunnel is down.
    pub fn last_handshake(&self) -> Result<Option<u64>> {
        let said = self.room.run(&format!("wg show {} latest-handshakes", self.tunnel))?;
        let seconds = said.split_whitespace().nth(1).and_then(|seconds| seconds.parse().ok());

        Ok(seconds.filter(|seconds| *seconds > 0))
    }

    /// Bytes that came through the tunnel from the other side, with its handshakes.
    ///
    /// # Errors
    /// When the tunnel is down.
    pub fn received_bytes(&self) -> Result<u64> {
        let said = self.room.run(&format!("wg show {} transfer", self.tunnel))?;

        said.split_whitespace().nth(1).and_then(|bytes| bytes.parse().ok()).context("wg says no number")
    }

    fn path(&self) -> String {
        format!("/run/{}.conf", self.tunnel)
    }

    fn quick(&self, verb: &str) -> Result<()> {
        // wg-quick tries the kernel's WireGuard first and takes this where there is none.
        let mut command = self.room.command("wg-quick");
        command
            .args([verb, &self.path()])
            .env("WG_QUICK_USERSPACE_IMPLEMENTATION", "wireguard-go")
            .env("LOG_LEVEL", "error");
        // wireguard-go goes into the background with whatever it was given to write to: a file, so that nobody waits.
        let log = tempfile::NamedTempFile::new()?;
        let out = log.reopen()?;
        let status = command
            .stdin(Stdio::null())
            .stdout(out.try_clone()?)
            .stderr(out)
            .status()
            .context("start wg-quick")?;
        if !status.success() {
            bail!("wg-quick {verb} in {} failed:\n{}", self.room.name(), fs::read_to_string(log.path())?);
        }
        if verb == "down" {
            // wireguard-go ends by itself once its interface has gone; a new tunnel of this name must wait for it.
            let socket = format!("/run/wireguard/{}.sock", self.tunnel);
            let gone = || self.room.in_thread(|| !fs::exists(&socket).unwrap_or(true)).unwrap_or(true);
            wait_until("wireguard-go has ended", Duration::from_secs(5), gone)?;
        }

        Ok(())
    }
}

impl Drop for Phone {
    fn drop(&mut self) {
        if self.up {
            // The house clears away what this leaves.
            let _ = self.quick("down");
        }
    }
}

fn write_private(path: &str, text: &str) -> Result<()> {
    use std::io::Write as _;
    let mut file = fs::File::options().create(true).truncate(true).write(true).mode(0o600).open(path)?;

    file.write_all(text.as_bytes()).with_context(|| format!("write {path}"))
}
