use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// What a peer is called: "Anna", "Grandma's tablet". 1 to 32 letters, digits, spaces and `' ’ . - _ & + ( )`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PeerName(String);

impl PeerName {
    /// The most characters that a name may have; a list on a small phone shows this many.
    pub const MAX_CHARS: usize = 32;

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PeerName {
    type Err = InvalidPeerName;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        // Four bytes a character is the most that UTF-8 takes; a longer text need not be looked at.
        if s.len() > 8 * Self::MAX_CHARS {
            return Err(InvalidPeerName::TooLong);
        }
        let name = s.trim().nfc().collect::<String>();
        if name.is_empty() {
            return Err(InvalidPeerName::Empty);
        }
        if name.chars().count() > Self::MAX_CHARS {
            return Err(InvalidPeerName::TooLong);
        }
        if let Some(c) = name.chars().find(|&c| !may_stand_in_a_name(c)) {
            return Err(InvalidPeerName::Character(c));
        }
        if !name.chars().any(char::is_alphanumeric) {
            return Err(InvalidPeerName::NoLetter);
        }

        Ok(Self(name))
    }
}

impl fmt::Display for PeerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for PeerName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for PeerName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// Why a text is no name for a peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPeerName {
    /// Nothing, or only spaces.
    #[error("a name needs at least one letter")]
    Empty,
    /// More than [`PeerName::MAX_CHARS`].
    #[error("a name has at most {} characters", PeerName::MAX_CHARS)]
    TooLong,
    /// A control character, a symbol, an emoji.
    #[error("{0:?} cannot be part of a name; letters, digits, spaces and ' . - _ & + ( ) can")]
    Character(char),
    /// Only punctuation.
    #[error("a name needs at least one letter or digit")]
    NoLetter,
}

/// What the tunnel is called on the phone: 1 to 15 of `[a-zA-Z0-9_=+.-]`, the rule of the Android app
/// (`com.wireguard.android.backend.Tunnel.NAME_PATTERN`).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TunnelName(String);

impl TunnelName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for TunnelName {
    fn default() -> Self {
        Self("Home".to_owned())
    }
}

impl FromStr for TunnelName {
    type Err = InvalidTunnelName;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let fits = (1..=15).contains(&s.len());
        if !fits || !s.bytes().all(|b| b.is_ascii_alphanumeric() || b"_=+.-".contains(&b)) {
            return Err(InvalidTunnelName);
        }

        Ok(Self(s.to_owned()))
    }
}

impl fmt::Display for TunnelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that the Android app would not take as a tunnel's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a tunnel's name has 1 to 15 of the characters a-z A-Z 0-9 _ = + . -")]
pub struct InvalidTunnelName;

fn may_stand_in_a_name(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c) || " '’.-_&+()".contains(c)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_of_people_everywhere_are_taken() {
        for name in ["Anna", "Grandma's tablet", "Jürgen", "शर्मा", "محمد", "李小龍", "Zoë (work)", "R2-D2"]
        {
            assert_eq!(name.parse::<PeerName>().unwrap().as_str(), name);
        }
    }

    #[test]
    fn spaces_around_a_name_are_dropped_and_accents_are_composed() {
        assert_eq!(" Zoe\u{308} ".parse::<PeerName>().unwrap().as_str(), "Zoë");
    }

    #[test]
    fn emoji_control_characters_markup_and_shell_fragments_are_refused() {
        for name in [
            "🦄",
            "a\0b",
            "a\nb",
            "<b>Anna</b>",
            "$(reboot)",
            "`id`",
            "a;b",
            "\u{202e}annA",
            "a/b",
            "\"",
            "👩‍👩‍👧",
        ] {
            assert!(matches!(name.parse::<PeerName>(), Err(InvalidPeerName::Character(_))), "{name:?}");
        }
    }

    #[test]
    fn empty_endless_and_letterless_names_are_refused() {
        assert_eq!("  ".parse::<PeerName>(), Err(InvalidPeerName::Empty));
        assert_eq!("a".repeat(33).parse::<PeerName>(), Err(InvalidPeerName::TooLong));
        assert_eq!("a".repeat(10_000).parse::<PeerName>(), Err(InvalidPeerName::TooLong));
        assert_eq!("--".parse::<PeerName>(), Err(InvalidPeerName::NoLetter));
    }

    #[test]
    fn a_tunnel_name_is_what_android_takes() {
        for good in ["Home", "a", "123456789012345", "a_=+.-"] {
            assert!(good.parse::<TunnelName>().is_ok(), "{good}");
        }
        for bad in ["", "1234567890123456", "my home", "Zoë"] {
            assert!(bad.parse::<TunnelName>().is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn a_name_that_was_taken_is_taken_again_unchanged(text in "\\PC{0,40}") {
            if let Ok(name) = text.parse::<PeerName>() {
                prop_assert_eq!(name.as_str().parse::<PeerName>(), Ok(name.clone()));
            }
        }
    }
}
