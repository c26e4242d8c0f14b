use std::{fs::File, io::Read as _, path::Path};

use crate::{FileError, OpenError, schema};

/// The first bytes of a database, read before SQLite gets hold of the file, which would repair and rewrite.
///
/// Where the fields are: <https://www.sqlite.org/fileformat.html>, section 1.3.
pub(crate) struct Header {
    bytes: Vec<u8>,
    file_length: u64,
}

impl Header {
    pub(crate) fn read(file: &Path) -> Result<Self, FileError> {
        let mut bytes = Vec::new();
        let opened = File::open(file).map_err(FileError::of("open", file))?;
        let file_length = opened.metadata().map_err(FileError::of("look at", file))?.len();
        opened.take(LENGTH).read_to_end(&mut bytes).map_err(FileError::of("read", file))?;

        Ok(Self { bytes, file_length })
    }

    /// Whether the file is a database of ours.
    pub(crate) fn check_origin(&self, file: &Path) -> Result<(), OpenError> {
        let of_magic = self.bytes.len().min(MAGIC.len());
        if self.bytes[..of_magic] != MAGIC[..of_magic] {
            return Err(OpenError::Foreign(file.to_owned()));
        }
        let (Some(version), Some(application)) =
            (self.number_at(USER_VERSION), self.number_at(APPLICATION_ID))
        else {
            return Err(cut_off(file));
        };
        if application != schema::APPLICATION_ID {
            return Err(OpenError::Foreign(file.to_owned()));
        }
        if version > schema::VERSION {
            return Err(OpenError::Newer(file.to_owned()));
        }

        Ok(())
    }

    /// Whether the file is as long as it says. SQLite itself takes what is missing of the last page for zeros.
    ///
    /// Only meaningful without a journal, which may hold the rest.
    pub(crate) fn check_length(&self, file: &Path) -> Result<(), OpenError> {
        let pages = self.number_at(PAGE_COUNT).ok_or_else(|| cut_off(file))?;
        if self.file_length < u64::from(pages) * self.page_bytes() {
            return Err(cut_off(file));
        }

        Ok(())
    }

    fn page_bytes(&self) -> u64 {
        let field = self.bytes.get(PAGE_SIZE..).and_then(|rest| rest.first_chunk());
        match u16::from_be_bytes(*field.unwrap_or(&[0; 2])) {
            1 => 65536,
            bytes => bytes.into(),
        }
    }

    fn number_at(&self, offset: usize) -> Option<u32> {
        self.bytes.get(offset..)?.first_chunk().copied().map(u32::from_be_bytes)
    }
}

const LENGTH: u64 = 100;
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
const PAGE_SIZE: usize = 16;
const PAGE_COUNT: usize = 28;
const USER_VERSION: usize = 60;
const APPLICATION_ID: usize = 68;

fn cut_off(file: &Path) -> OpenError {
    OpenError::Damaged { file: file.to_owned(), what: "it is cut off".to_owned() }
}
