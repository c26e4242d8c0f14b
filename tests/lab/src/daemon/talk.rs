use std::{
    io::{Read as _, Write as _},
    net::Ipv4Addr,
    os::unix::net::UnixStream,
    path::PathBuf,
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use model::PrivateKey;
use panel::{Hand, simulated::BlockingClient};
use serde_json::{Value, json};

use super::{Daemon, PATIENCE};
use crate::{House, Request, Response, addresses::ROUTER, wait_until};

/// What is asked of a daemon that runs, as root on the box asks it, and what is done to its front.
impl Daemon {
    /// Asks its API as root does, over the local socket.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn api(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Response> {
        let request = self.request(method, path);

        body.map_or_else(|| self.request(method, path), |body| request.json(body)).send()
    }

    /// A request over the local socket, to be filled in and sent.
    pub fn request(&self, method: &str, path: &str) -> Request {
        self.room.request(method, &format!("http://localhost{path}")).over_socket(&self.api_socket())
    }

    /// The complete present.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn state(&self) -> Result<Value> {
        self.api("GET", "/api/state", None)?.success()?.json()
    }

    /// The UDP port of its tunnel.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn port(&self) -> Result<u16> {
        let state = self.state()?;
        let port = state["status"]["port"].as_u64().and_then(|port| port.try_into().ok());

        port.with_context(|| format!("no port in {state}"))
    }

    /// Does what an owner does after unpacking: forwards the router's port, and says where the home is.
    ///
    /// # Errors
    /// When the router or the daemon refuses.
    pub fn settle_in(&self, house: &House) -> Result<()> {
        house.forward_port(self.port()?)?;
        let home = json!({ "endpoint_host": ROUTER.to_string() });
        self.api("PATCH", "/api/settings", Some(&home))?.success()?;

        Ok(())
    }

    /// Waits until the box knows how the home is connected, and has heard what the router says to it.
    ///
    /// # Errors
    /// When it does not find out within half a minute.
    pub fn look_around(&self) -> Result<()> {
        wait_until("the box has looked around", PATIENCE, || {
            let way_in = &self.state().ok()?["way_in"];
            let is_asking = ["door_v4", "door_v6"].iter().any(|door| way_in[door]["state"] == "asking");
            (way_in["verdict"]["code"] != "not_known_yet" && !is_asking).then_some(())
        })
    }

    /// Says where Home Assistant is, where nothing announces it.
    ///
    /// # Errors
    /// When the daemon refuses.
    pub fn name_home_assistant(&self, address: &str) -> Result<()> {
        self.api("PATCH", "/api/settings", Some(&json!({ "home_assistant": address })))?.success()?;

        Ok(())
    }

    /// Where phones inside the tunnel find Home Assistant, once the box has found it.
    ///
    /// # Errors
    /// When it does not find it within half a minute.
    pub fn home_assistant_url(&self) -> Result<String> {
        wait_until("the daemon has found Home Assistant", PATIENCE, || {
            let state = self.state().ok()?;
            state["status"]["home_assistant"]["url"].as_str().map(str::to_owned)
        })
    }

    /// The box's own address inside the tunnel.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn gateway_address(&self) -> Result<Ipv4Addr> {
        let state = self.state()?;
        let address = state["status"]["tunnel_v4"].as_str().context("no address inside the tunnel")?;

        Ok(address.parse()?)
    }

    /// Whether guests are let in, as it says itself; not, if it says nothing.
    #[must_use]
    pub fn guests_are_in(&self) -> bool {
        self.state().is_ok_and(|state| state["guest_access"]["on"] == true)
    }

    /// How often something was dropped for this reason.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn counter(&self, reason: &str) -> Result<u64> {
        Ok(self.state()?["status"]["counters"][reason].as_u64().unwrap_or_default())
    }

    /// Adds a peer as root does, with a key that is made here, and gives its whole configuration.
    ///
    /// # Errors
    /// When the daemon refuses.
    pub fn let_in(&self, name: &str, role: &str) -> Result<String> {
        let key = PrivateKey::generate();
        let new = json!({ "name": name, "role": role, "public_key": key.public_key().to_string() });
        let issued = self.api("POST", "/api/peers", Some(&new))?.success()?.json()?;
        let text = |field: &str| issued[field].as_str().with_context(|| format!("no {field} in the answer"));

        Ok(text("configuration")?.replace(text("placeholder")?, &key.to_base64()))
    }

    /// Goes to the box's front: a button to push, lamps to look at.
    ///
    /// # Errors
    /// When the daemon does not run.
    pub fn panel(&self) -> Result<BlockingClient> {
        Ok(BlockingClient::connect(&self.run_dir().join("panel.sock"))?)
    }

    /// Pushes the button and lets it go.
    ///
    /// # Errors
    /// When the daemon does not run, or does not see it.
    pub fn press(&self) -> Result<()> {
        Ok(self.panel()?.push_until(Hand::Down)?)
    }

    /// Holds the button for three seconds.
    ///
    /// # Errors
    /// When the daemon does not run, or does not see it.
    pub fn hold(&self) -> Result<()> {
        Ok(self.panel()?.push_until(Hand::Hold)?)
    }

    /// Holds the button for ten seconds.
    ///
    /// # Errors
    /// When the daemon does not run, or does not see it.
    pub fn long_hold(&self) -> Result<()> {
        Ok(self.panel()?.push_until(Hand::LongHold)?)
    }

    /// Runs a command of `latchkey` on the box, and gives what it said.
    ///
    /// # Errors
    /// When it fails; what it complained about is in the error.
    pub fn cli(&self, arguments: &[&str]) -> Result<String> {
        let mut command = self.room.command(&self.binary);
        let output = command.arg("--run-dir").arg(self.run_dir()).args(arguments).output()?;
        if !output.status.success() {
            let complaint = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            bail!("latchkey {} failed: {complaint}", arguments.join(" "));
        }

        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Renames a peer and, when a moment is given, cuts the power so long after the request has gone out. Says whether
    /// the change was acknowledged.
    pub fn change_and_kill(&mut self, peer: usize, name: &str, moment: Option<Duration>) -> bool {
        let answer = self.begin_rename(peer, name).and_then(|mut answer| {
            if let Some(moment) = moment {
                // Not a wait for anything: this is when the blow falls.
                thread::sleep(moment);
                self.kill();
            }
            let mut status = [0; STATUS_OK.len()];
            answer.read_exact(&mut status)?;
            Ok(status == STATUS_OK)
        });

        answer.unwrap_or(false)
    }

    /// By hand instead of by `curl`, so that the moment counts from the request and not from the start of a program.
    fn begin_rename(&self, peer: usize, name: &str) -> Result<UnixStream> {
        let body = json!({ "name": name }).to_string();
        let mut stream = UnixStream::connect(self.api_socket())?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        write!(
            stream,
            "PATCH /api/peers/{peer} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )?;

        Ok(stream)
    }

    fn api_socket(&self) -> PathBuf {
        self.run_dir().join("api.sock")
    }
}

const STATUS_OK: [u8; 12] = *b"HTTP/1.1 200";
