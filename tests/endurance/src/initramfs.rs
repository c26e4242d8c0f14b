use std::{
    fs::{self, File},
    io::Write as _,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, ensure};

use crate::kernel::output;

/// The files of a virtual machine that has no disk.
#[derive(Debug)]
pub(crate) struct Initramfs {
    root: tempfile::TempDir,
}

impl Initramfs {
    /// One with busybox, which is its shell, and the folders that an `init` mounts things on.
    pub(crate) fn with_busybox() -> Result<Self> {
        let initramfs = Self { root: tempfile::tempdir()? };
        for folder in ["proc", "sys", "dev", "run", "tmp"] {
            fs::create_dir(initramfs.root.path().join(folder))?;
        }
        initramfs.copy(Path::new("/bin/busybox"), "/bin/busybox")?;

        Ok(initramfs)
    }

    /// Adds a program and the libraries that it is linked with.
    pub(crate) fn add_program(&self, program: &Path, path: &str) -> Result<()> {
        for word in output(Command::new("ldd").arg(program))?.split_whitespace() {
            if word.starts_with('/') {
                self.copy(Path::new(word), word)?;
            }
        }

        self.copy(program, path)
    }

    /// Adds a file as it is.
    pub(crate) fn copy(&self, from: &Path, path: &str) -> Result<()> {
        fs::copy(from, self.place(path)?).with_context(|| format!("copy {}", from.display()))?;

        Ok(())
    }

    /// Adds a file that can be read, and run if it is a program.
    pub(crate) fn write(&self, path: &str, text: &str) -> Result<()> {
        let place = self.place(path)?;
        fs::write(&place, text)?;
        fs::set_permissions(&place, fs::Permissions::from_mode(0o755))?;

        Ok(())
    }

    /// Writes the archive that a kernel takes.
    pub(crate) fn pack(&self, to: &Path) -> Result<()> {
        let mut cpio = Command::new("cpio")
            .args(["--create", "--format=newc", "--null", "--quiet"])
            .current_dir(self.root.path())
            .stdin(Stdio::piped())
            .stdout(File::create(to)?)
            .spawn()
            .context("start cpio")?;
        let mut names = cpio.stdin.take().context("a pipe was asked for")?;
        for path in below(self.root.path())? {
            let name = path.strip_prefix(self.root.path())?;
            names.write_all(name.as_os_str().as_encoded_bytes())?;
            names.write_all(&[0])?;
        }
        drop(names);
        ensure!(cpio.wait()?.success(), "cpio failed");

        Ok(())
    }

    fn place(&self, path: &str) -> Result<PathBuf> {
        let place = self.root.path().join(path.trim_start_matches('/'));
        fs::create_dir_all(place.parent().context("a file has a folder")?)?;

        Ok(place)
    }
}

/// All that is in a folder, each folder before what it holds.
fn below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        all.push(path.clone());
        if path.is_dir() {
            all.extend(below(&path)?);
        }
    }

    Ok(all)
}
