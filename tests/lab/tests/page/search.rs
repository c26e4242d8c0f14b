use std::{
    fs::{self, File},
    os::unix::fs::FileExt as _,
    path::Path,
};

use base64::{
    Engine as _,
    prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD},
};

/// A secret, in every form in which bytes are written.
pub(crate) struct Search {
    forms: Vec<Vec<u8>>,
}

impl Search {
    pub(crate) fn new(secret: &[u8]) -> Self {
        let hex = |byte: &u8| format!("{byte:02x}");
        let decimal = secret.iter().map(u8::to_string).collect::<Vec<_>>();
        let hex = secret.iter().map(hex).collect::<String>();
        let text = (0..3).flat_map(|before| base64_after(before, secret));
        let forms = text
            .chain([hex.to_uppercase(), hex, decimal.join(", "), decimal.join(",")])
            .map(String::into_bytes)
            .chain([secret.to_vec()])
            .collect();

        Self { forms }
    }

    /// Whether it is anywhere in any of these.
    pub(crate) fn finds_in(&self, places: &[&[u8]]) -> bool {
        places.iter().any(|place| self.is_in(place))
    }

    /// All that a folder holds, one file after the other.
    pub(crate) fn folder(path: &Path) -> Vec<u8> {
        let entries = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());

        entries
            .map(|path| if path.is_dir() { Self::folder(&path) } else { fs::read(&path).unwrap() })
            .collect::<Vec<_>>()
            .concat()
    }

    /// All that a process may write to in its memory.
    pub(crate) fn memory_of(process: u32) -> Vec<u8> {
        let maps = fs::read_to_string(format!("/proc/{process}/maps")).unwrap();
        let memory = File::open(format!("/proc/{process}/mem")).unwrap();
        let regions = maps.lines().filter_map(|line| {
            let (range, rest) = line.split_once(' ')?;
            let (start, end) = range.split_once('-')?;
            let address = |text| u64::from_str_radix(text, 16).ok();

            rest.starts_with("rw").then_some((address(start)?, address(end)?))
        });

        regions.map(|(start, end)| read(&memory, start, end)).collect::<Vec<_>>().concat()
    }

    fn is_in(&self, place: &[u8]) -> bool {
        // Places are large, and hardly any byte begins one of the forms.
        let mut begins = [false; 256];
        self.forms.iter().for_each(|form| begins[usize::from(form[0])] = true);

        place.iter().enumerate().any(|(at, byte)| {
            begins[usize::from(*byte)] && self.forms.iter().any(|form| place[at..].starts_with(form))
        })
    }
}

/// What part of a longer text in base64 is made of the secret alone, when so many bytes are before it; as text and as part
/// of an address.
fn base64_after(before: usize, secret: &[u8]) -> [String; 3] {
    let all = [&vec![0; before], secret].concat();
    let own = (before * 8).div_ceil(6)..all.len() * 8 / 6;
    let text = BASE64_STANDARD_NO_PAD.encode(&all)[own.clone()].to_owned();
    let escaped = text.replace('+', "%2B").replace('/', "%2F");

    [escaped, text, BASE64_URL_SAFE_NO_PAD.encode(&all)[own].to_owned()]
}

/// What of it the kernel shows: some pages of a process are nobody else's.
fn read(memory: &File, start: u64, end: u64) -> Vec<u8> {
    let mut bytes = vec![0; usize::try_from(end - start).unwrap()];
    for (page, at) in bytes.chunks_mut(PAGE_BYTES).zip((start..).step_by(PAGE_BYTES)) {
        // One that cannot be read stays empty.
        let _ = memory.read_at(page, at);
    }

    bytes
}

const PAGE_BYTES: usize = 64 * 1024;

#[cfg(test)]
mod tests {
    use base64::prelude::BASE64_STANDARD;

    use super::*;

    #[test]
    fn a_secret_is_found_in_every_form_and_wherever_it_stands_in_a_longer_one() {
        let secret = *b"\xfb\xff\xbe0123456789012345678901234567?";
        let search = Search::new(&secret);
        for before in 0..6 {
            let longer = [&vec![b'a'; before], &secret[..], b"after"].concat();

            for form in [BASE64_STANDARD.encode(&longer), BASE64_URL_SAFE_NO_PAD.encode(&longer)] {
                assert!(search.finds_in(&[b"elsewhere", form.as_bytes()]), "{before}: {form}");
            }
            assert!(search.finds_in(&[&longer]));
        }
        assert!(search.finds_in(&[format!("{secret:?} {secret:02x?}").as_bytes()]));
        assert!(!search.finds_in(&[&secret[1..]]));
    }
}
