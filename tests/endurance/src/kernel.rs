use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail, ensure};

/// Debian's kernel for virtual machines, with the WireGuard that is in it: unpacked, never installed.
#[derive(Debug, Clone)]
pub struct Kernel {
    image: PathBuf,
    /// In the order in which they are to be loaded.
    modules: Vec<PathBuf>,
}

impl Kernel {
    /// Whether it can be tried here: what runs in the virtual machine is this machine's own `wg` and shell.
    pub const IS_FOR_THIS_MACHINE: bool = cfg!(target_arch = "x86_64");

    /// Finds it in the project's cache, or fetches it with `apt-get`: 27 MB, this once.
    ///
    /// # Errors
    /// When this is not an amd64 machine, or the package cannot be had.
    pub fn fetch() -> Result<Self> {
        ensure!(Self::IS_FOR_THIS_MACHINE, "the kernel's WireGuard is tried on amd64 machines only");
        let folder = cache().join("kernel");
        if !folder.is_dir() {
            fetch_into(&folder).context("fetch Debian's kernel")?;
        }

        Self::find(&folder.canonicalize()?)
    }

    pub(crate) fn image(&self) -> &Path {
        &self.image
    }

    pub(crate) fn modules(&self) -> &[PathBuf] {
        &self.modules
    }

    fn find(folder: &Path) -> Result<Self> {
        let version = fs::read_dir(folder.join("lib/modules"))?.flatten().next().context("no modules")?;
        let version = version.file_name().into_string().ok().context("an odd version")?;
        let mut modules = Vec::new();
        for module in ["virtio_pci", "virtio_net", "wireguard"] {
            let order = output(Command::new("modprobe").arg("--dirname").arg(folder).args([
                "--set-version",
                &version,
                "--show-depends",
                module,
            ]))?;
            let paths = order.lines().filter_map(|line| line.strip_prefix("insmod "));
            modules.extend(paths.map(|path| PathBuf::from(path.trim())));
        }
        let mut seen = Vec::new();
        modules.retain(|module| {
            !seen.contains(module) && {
                seen.push(module.clone());
                true
            }
        });

        Ok(Self { image: folder.join(format!("boot/vmlinuz-{version}")), modules })
    }
}

/// Makes the folder with the package's files, at once or not at all.
fn fetch_into(folder: &Path) -> Result<()> {
    let parent = folder.parent().context("the cache has a folder")?;
    fs::create_dir_all(parent)?;
    let scratch = tempfile::tempdir_in(parent)?;
    let package = download(scratch.path())?;
    let unpacked = scratch.path().join("unpacked");
    output(Command::new("dpkg-deb").arg("--extract").arg(package).arg(&unpacked))?;
    if !unpacked.join("lib").exists() {
        // From Debian 13 on.
        std::os::unix::fs::symlink("usr/lib", unpacked.join("lib"))?;
    }
    let version = fs::read_dir(unpacked.join("lib/modules"))?.flatten().next().context("no modules")?;
    output(Command::new("depmod").arg("--basedir").arg(&unpacked).arg(version.file_name()))?;

    fs::rename(unpacked, folder).context("move it to its place")
}

/// The package that [`META_PACKAGE`] stands for today.
fn download(into: &Path) -> Result<PathBuf> {
    let get = || -> Result<()> {
        let depends = output(Command::new("apt-cache").args(["depends", META_PACKAGE]))?;
        let package = depends.lines().find_map(|line| line.trim().strip_prefix("Depends: "));
        let package = package.with_context(|| format!("apt knows no {META_PACKAGE}"))?;
        let mut apt_get = Command::new("apt-get");
        // The user that apt changes to could not write here.
        apt_get.args(["-o", "APT::Sandbox::User=root", "--quiet=2", "download", package]).current_dir(into);

        output(&mut apt_get).map(drop)
    };
    if get().is_err() {
        // The lists are older than the archive.
        output(Command::new("apt-get").args(["update", "--quiet=2"]))?;
        get()?;
    }
    let mut files = fs::read_dir(into)?.flatten().map(|file| file.path());

    files.find(|path| path.extension().is_some_and(|it| it == "deb")).context("apt-get left no package")
}

/// Runs a program to its end, and gives what it said.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("start {program}"))?;
    if !output.status.success() {
        bail!("{program} failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }

    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// `LATCHKEY_CACHE`, or `.cache` in the project's folder.
fn cache() -> PathBuf {
    let in_project = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.cache");

    env::var_os("LATCHKEY_CACHE").map_or_else(in_project, PathBuf::from)
}

/// Smaller than the other kernels, since it has no drivers for hardware that is real.
const META_PACKAGE: &str = "linux-image-cloud-amd64";
