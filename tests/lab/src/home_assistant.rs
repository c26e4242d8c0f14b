use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use serde_json::json;

use crate::{House, Namespace, Process, Request, addresses, wait_until};
use installation::Installation;

mod installation;

/// The real Home Assistant, in its room of the house, with an owner called Anna.
#[derive(Debug)]
pub struct HomeAssistant {
    room: Namespace,
    process: Process,
    token: String,
}

impl HomeAssistant {
    /// Whether it has been fetched already.
    #[must_use]
    pub fn is_installed() -> bool {
        Installation::exists()
    }

    /// Fetches Home Assistant from PyPI, if that has not been done yet: half a minute and 800 MB.
    ///
    /// # Errors
    /// When there is no suitable Python, or no PyPI.
    pub fn install() -> Result<()> {
        Installation::find_or_make()?;

        Ok(())
    }

    /// Starts it and takes it through its first steps, as its owner would.
    ///
    /// # Errors
    /// When it cannot be installed or does not come up; its log is in the error.
    pub fn start(house: &House) -> Result<Self> {
        Self::start_with(house, "")
    }

    /// [`start`](Self::start) with more lines of YAML below `homeassistant:` in its configuration.
    ///
    /// # Errors
    /// As there.
    pub fn start_with(house: &House, settings: &str) -> Result<Self> {
        let installation = Installation::find_or_make()?;
        let folder = house.folder().join("home-assistant");
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("configuration.yaml"), format!("homeassistant:\n{settings}{CONFIGURATION}"))?;
        let mut command = house.home_assistant.command(installation.hass());
        command.arg("--skip-pip").arg("--config").arg(&folder).env("PYTHONDONTWRITEBYTECODE", "1");
        let process = Process::start("hass", command, &folder.join("output.log"))?;

        let mut home_assistant = Self { room: house.home_assistant.clone(), process, token: String::new() };
        home_assistant.wait_until_up().and_then(|()| home_assistant.onboard()).with_context(|| {
            format!("Home Assistant did not come up; its log:\n{}", home_assistant.log(&folder))
        })?;

        Ok(home_assistant)
    }

    /// Where it is at home.
    #[must_use]
    pub fn url() -> String {
        format!("http://{}:{}", addresses::HOME_ASSISTANT, addresses::HOME_ASSISTANT_PORT)
    }

    /// What lets Anna ask its API.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    fn wait_until_up(&mut self) -> Result<()> {
        let onboarding = format!("{}/api/onboarding", Self::url());
        let mut ended = None;
        wait_until("Home Assistant answers", PATIENCE, || {
            ended = self.process.ended();
            if ended.is_some() {
                return Ok(true);
            }
            let steps = self.room.request("GET", &onboarding).send()?.success()?;
            steps.json().map(|_| true)
        })?;

        match ended {
            Some(status) => bail!("it ended with {status}"),
            None => Ok(()),
        }
    }

    fn onboard(&mut self) -> Result<()> {
        let client = format!("{}/", Self::url());
        let user = json!({
            "client_id": client, "name": "Anna", "username": "anna", "password": "only in the lab", "language": "en"
        });
        let answer = self.post("/api/onboarding/users").json(&user).send()?.success()?.json()?;
        let code = answer["auth_code"].as_str().context("no code for the new user")?.to_owned();

        let form = [("client_id", client.as_str()), ("grant_type", "authorization_code"), ("code", &code)];
        let answer = self.post("/auth/token").form(&form).send()?.success()?.json()?;
        answer["access_token"].as_str().context("no token for the new user")?.clone_into(&mut self.token);

        let empty = json!({});
        let redirect = json!({ "client_id": client, "redirect_uri": client });
        for (step, body) in [("core_config", &empty), ("analytics", &empty), ("integration", &redirect)] {
            let request = self.post(&format!("/api/onboarding/{step}")).bearer(&self.token);
            request.json(body).send()?.success().context(step)?;
        }

        Ok(())
    }

    fn post(&self, path: &str) -> Request {
        self.room.request("POST", &format!("{}{path}", Self::url()))
    }

    fn log(&self, folder: &Path) -> String {
        let own: PathBuf = folder.join("home-assistant.log");

        self.process.log() + &fs::read_to_string(own).unwrap_or_default()
    }
}

/// It starts in three seconds; much may run beside it.
const PATIENCE: Duration = Duration::from_secs(90);

const CONFIGURATION: &str = "  name: Lab
  time_zone: UTC
frontend:
config:
api:
mobile_app:
my:
zeroconf:
person:
sun:
webhook:
";
