use std::{
    fmt, fs,
    path::{Path, PathBuf},
};

use super::{ForwardingError, if_there};

/// What was changed, in the order in which it was, kept in a file.
#[derive(Debug)]
pub(super) struct Notes {
    path: PathBuf,
    settings: Vec<Setting>,
}

/// One change.
#[derive(Debug, Clone)]
pub(super) struct Setting {
    /// Where it is below `/proc/sys`.
    pub(super) key: String,
    /// The value that was.
    pub(super) old: String,
    /// The value that we wrote.
    pub(super) ours: String,
}

impl Notes {
    pub(super) fn read(path: &Path) -> Result<Self, ForwardingError> {
        let text = if_there(fs::read_to_string(path)).map_err(ForwardingError::of("read", path))?;
        let settings = text.unwrap_or_default().lines().filter_map(Setting::parse).collect();

        Ok(Self { path: path.to_owned(), settings })
    }

    pub(super) fn settings(&self) -> &[Setting] {
        &self.settings
    }

    pub(super) fn of(&self, key: &str) -> Option<&Setting> {
        self.settings.iter().find(|setting| setting.key == key)
    }

    /// Adds one; if that cannot be written down, it is not added.
    pub(super) fn add(&mut self, setting: Setting) -> Result<(), ForwardingError> {
        self.replace([self.settings.as_slice(), &[setting]].concat())
    }

    /// Keeps only these; without any there is no file.
    pub(super) fn replace(&mut self, settings: Vec<Setting>) -> Result<(), ForwardingError> {
        if settings.is_empty() {
            if_there(fs::remove_file(&self.path)).map_err(ForwardingError::of("remove", &self.path))?;
        } else {
            // Whole or not at all.
            let draft = self.path.with_extension("new");
            let text = settings.iter().map(Setting::to_string).collect::<String>();
            fs::write(&draft, text).map_err(ForwardingError::of("write", &draft))?;
            fs::rename(&draft, &self.path).map_err(ForwardingError::of("replace", &self.path))?;
        }
        self.settings = settings;

        Ok(())
    }
}

impl Setting {
    fn parse(line: &str) -> Option<Self> {
        let mut words = line.split(' ').map(str::to_owned);
        let (key, old, ours) = (words.next()?, words.next()?, words.next()?);
        let is_sysctl = key.starts_with("net/") && key.split('/').all(|part| part != "..");

        is_sysctl.then_some(Self { key, old, ours })
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} {} {}", self.key, self.old, self.ours)
    }
}
