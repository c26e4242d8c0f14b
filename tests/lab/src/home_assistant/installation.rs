use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail, ensure};
use nix::fcntl::{Flock, FlockArg};

use crate::project;

/// Home Assistant from PyPI, with all that its integrations need, so that it starts without a network.
#[derive(Debug)]
pub(crate) struct Installation {
    folder: PathBuf,
}

impl Installation {
    /// Whether it is in the cache.
    pub(crate) fn exists() -> bool {
        Release::for_this_machine().and_then(|release| Self::of(&release)).is_ok_and(|there| there.is_whole())
    }

    /// Finds it in the cache, or puts it there, which takes half a minute and 800 MB.
    pub(crate) fn find_or_make() -> Result<Self> {
        let release = Release::for_this_machine()?;
        let cache = project::cache();
        let installation = Self::of(&release)?;
        if !installation.is_whole() {
            let lock = File::create(cache.join("home-assistant.lock"))?;
            let _locked = Flock::lock(lock, FlockArg::LockExclusive).map_err(|(_, error)| error)?;
            // Another process may have done it while we waited.
            if !installation.is_whole() {
                installation.make(&release).context("install Home Assistant")?;
            }
        }

        Ok(installation)
    }

    /// The program.
    pub(crate) fn hass(&self) -> PathBuf {
        self.folder.join("bin/hass")
    }

    fn of(release: &Release) -> Result<Self> {
        let cache = project::cache();
        fs::create_dir_all(&cache)?;

        Ok(Self { folder: cache.canonicalize()?.join(format!("home-assistant-{}", release.version)) })
    }

    fn is_whole(&self) -> bool {
        fs::read_to_string(self.folder.join(WHOLE)).is_ok_and(|whole| whole == INTEGRATIONS.join("\n"))
    }

    fn make(&self, release: &Release) -> Result<()> {
        if self.folder.exists() {
            fs::remove_dir_all(&self.folder)?;
        }
        let uv = Uv::find_or_make(release.python)?;
        let python = self.folder.join("bin/python");
        run(uv.command().args(["venv", "--python", release.python]).arg(&self.folder))?;

        let package = format!("homeassistant=={}", release.version);
        let basis: Vec<&str> = [package.as_str()].into_iter().chain(release.also.iter().copied()).collect();
        run(uv.install(&python).args(&basis))?;
        let requirements = run(Command::new(&python).args(["-c", REQUIREMENTS]).args(INTEGRATIONS))?;
        let constraints = run(Command::new(&python).args(["-c", WHERE_CONSTRAINTS_ARE]))?;
        run(uv
            .install(&python)
            .args(&basis)
            .args(requirements.lines())
            .args(["--constraint", constraints.trim()]))?;
        fs::write(self.folder.join(WHOLE), INTEGRATIONS.join("\n"))?;

        Ok(())
    }
}

/// The newest Home Assistant that a Python runs.
struct Release {
    /// The Python's program.
    python: &'static str,
    version: &'static str,
    /// What else must be said so that it installs today.
    also: &'static [&'static str],
}

impl Release {
    fn for_this_machine() -> Result<Self> {
        for python in ["python3", "python3.11", "python3.13", "python3.12"] {
            let script = "import sys; print('%d.%d' % sys.version_info[:2])";
            let Ok(version) = run(Command::new(python).args(["-c", script])) else { continue };
            let (version, also): (_, &[_]) = match version.trim() {
                // Its acme needs a name that josepy 2 took away.
                "3.11" => ("2024.3.3", &["josepy<2"]),
                "3.12" => ("2025.1.4", &[]),
                "3.13" => ("2025.4.4", &[]),
                _ => continue,
            };
            return Ok(Self { python, version, also });
        }

        bail!("Home Assistant needs Python 3.11, 3.12 or 3.13: apt-get install python3 python3-venv")
    }
}

/// `uv`, which installs in seconds what takes `pip` minutes.
struct Uv(PathBuf);

impl Uv {
    /// The one on the path or in the cache, or a new one from PyPI.
    fn find_or_make(python: &str) -> Result<Self> {
        if run(Command::new("uv").arg("--version")).is_ok() {
            return Ok(Self("uv".into()));
        }
        let folder = project::cache().join("uv");
        let uv = folder.join("bin/uv");
        if !uv.exists() {
            run(Command::new(python).args(["-m", "venv"]).arg(&folder))?;
            run(Command::new(folder.join("bin/python")).args(["-m", "pip", "install", "--quiet", "uv"]))?;
        }

        Ok(Self(uv))
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.0);
        command.arg("--quiet");
        command
    }

    fn install(&self, python: &Path) -> Command {
        let mut command = self.command();
        command.args(["pip", "install", "--python"]).arg(python);
        command
    }
}

/// Those of the configuration, those that Home Assistant adds by itself, and what these import in passing; the last
/// four are set up by its first steps.
const INTEGRATIONS: [&str; 20] = [
    "frontend",
    "config",
    "api",
    "mobile_app",
    "my",
    "zeroconf",
    "person",
    "sun",
    "webhook",
    "conversation",
    "hardware",
    "recorder",
    "backup",
    "camera",
    "stream",
    "tts",
    "google_translate",
    "met",
    "radio_browser",
    "shopping_list",
];

const REQUIREMENTS: &str = include_str!("requirements.py");

/// The versions that this release was tested with.
const WHERE_CONSTRAINTS_ARE: &str = "import homeassistant, pathlib; print(pathlib.Path(homeassistant.__file__).parent / 'package_constraints.txt')";

/// Written when the installation went through to its end; says what is in it.
const WHOLE: &str = "latchkey-lab-whole";

fn run(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("start {command:?}"))?;
    ensure!(output.status.success(), "{command:?} failed:\n{}", String::from_utf8_lossy(&output.stderr));

    Ok(String::from_utf8(output.stdout)?)
}
