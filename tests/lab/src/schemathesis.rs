use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};

use crate::{Namespace, project};

/// `schemathesis`, which makes up requests from an OpenAPI document and looks whether the answers are as it says.
#[derive(Debug)]
pub struct Schemathesis {
    program: PathBuf,
}

impl Schemathesis {
    /// The one in the cache.
    ///
    /// # Errors
    /// When it has not been fetched yet.
    pub fn find() -> Result<Self> {
        let program = project::cache().join("schemathesis/bin/schemathesis");
        let program =
            program.canonicalize().context("there is no schemathesis yet: run `scripts/setup test`")?;

        Ok(Self { program })
    }

    /// Sends what it makes up from the document to the API at `url`, from this room, as a page of that address does. Its
    /// own files go to `folder`; `own_device` is the number of the device that asks, which is not to be put out. Gives what
    /// it said.
    ///
    /// # Errors
    /// When an answer is not as the document says; which, and how to ask again, is in the error.
    pub fn run(&self, room: &Namespace, url: &str, own_device: Option<u64>, folder: &Path) -> Result<String> {
        fs::create_dir_all(folder)?;
        let project = Path::new(env!("CARGO_MANIFEST_DIR"));
        let settings = project.join("tests/schemathesis");
        let output = room
            .command(&self.program)
            .arg("--config-file")
            .arg(settings.join("schemathesis.toml"))
            .arg("run")
            .arg(project.join("../../web-ui/openapi.json"))
            .args(["--url", url, "--header", &format!("Origin: {url}"), "--no-color"])
            .env("PYTHONPATH", &settings)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("OWN_DEVICE", own_device.map(|id| id.to_string()).unwrap_or_default())
            .current_dir(folder)
            .output()
            .context("start schemathesis")?;
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        if !output.status.success() {
            bail!("schemathesis found something:\n{said}");
        }

        Ok(said)
    }
}
