use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

/// The words that open a backup. Wiped from memory when dropped, never printed.
///
/// People write it down and type it again years later, on another keyboard: white space counts as one space between
/// words and as nothing around them, and composed letters are the same as those in parts.
#[derive(Clone)]
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// The fewest characters. Six words as the page makes them have 23 or more; who makes his own has at least these.
    pub const MIN_CHARS: usize = 12;
    /// The most, far more than anybody types.
    pub const MAX_CHARS: usize = 256;

    /// The secret itself, for the cipher.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for Passphrase {
    type Err = InvalidPassphrase;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        if s.len() > MAX_BYTES {
            return Err(InvalidPassphrase::TooLong);
        }
        // With room for whatever composing makes of it, so that no copy is left behind where it did not fit.
        let mut text = Zeroizing::new(String::with_capacity(3 * MAX_BYTES));
        for word in s.split_whitespace() {
            if !text.is_empty() {
                text.push(' ');
            }
            text.extend(word.nfc());
        }
        if text.chars().any(char::is_control) {
            return Err(InvalidPassphrase::Character);
        }
        match text.chars().count() {
            0..Self::MIN_CHARS => Err(InvalidPassphrase::TooShort),
            Self::MIN_CHARS..=Self::MAX_CHARS => Ok(Self(text)),
            _ => Err(InvalidPassphrase::TooLong),
        }
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(…)")
    }
}

/// For the command line, which asks the box over its socket.
impl Serialize for Passphrase {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Passphrase {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Zeroizing::new(String::deserialize(deserializer)?).parse().map_err(de::Error::custom)
    }
}

/// Why a text cannot protect a backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPassphrase {
    /// Too easy to guess.
    #[error("a passphrase needs at least 12 characters")]
    TooShort,
    /// Longer than anybody types.
    #[error("a passphrase has at most 256 characters")]
    TooLong,
    /// Something that no keyboard types.
    #[error("a passphrase has no control characters")]
    Character,
}

/// Four for each character: what is longer need not be looked at.
const MAX_BYTES: usize = 4 * Passphrase::MAX_CHARS;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn space_and_the_way_in_which_letters_are_composed_make_no_difference() {
        for text in ["zoë likes early trains", " zoe\u{308}  likes\tearly\ntrains \n"] {
            assert_eq!(text.parse::<Passphrase>().unwrap().expose(), "zoë likes early trains");
        }
        assert_eq!("Correct Horse".parse::<Passphrase>().unwrap().expose(), "Correct Horse");
    }

    #[test]
    fn what_is_too_short_too_long_or_cannot_be_typed_is_refused() {
        for (text, why) in [
            (String::new(), InvalidPassphrase::TooShort),
            ("elevenchars".to_owned(), InvalidPassphrase::TooShort),
            ("  spaces       ".repeat(2)[..16].to_owned(), InvalidPassphrase::TooShort),
            ("x".repeat(257), InvalidPassphrase::TooLong),
            ("🔑".repeat(10_000), InvalidPassphrase::TooLong),
            ("twelve\0chars!".to_owned(), InvalidPassphrase::Character),
        ] {
            assert_eq!(text.parse::<Passphrase>().unwrap_err(), why, "{text:?}");
        }
        assert!("twelve chars".parse::<Passphrase>().is_ok());
        assert!("🔑".repeat(256).parse::<Passphrase>().is_ok());
    }

    #[test]
    fn the_reasons_name_the_bounds() {
        assert!(InvalidPassphrase::TooShort.to_string().contains(&Passphrase::MIN_CHARS.to_string()));
        assert!(InvalidPassphrase::TooLong.to_string().contains(&Passphrase::MAX_CHARS.to_string()));
    }

    #[test]
    fn a_passphrase_is_not_printed() {
        assert_eq!(format!("{:?}", "correct horse".parse::<Passphrase>().unwrap()), "Passphrase(…)");
    }
}
