use std::{fmt, str::FromStr};

/// The name of a network interface: 1 to 15 of `[a-zA-Z0-9_=.+@-]`, beginning with neither `.` nor `-`.
///
/// The kernel takes more, but nftables would read a `*` as "all that begin so", a control socket's path would take a `/`
/// for another directory, and nobody's interface is called that.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InterfaceName(String);

impl InterfaceName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for InterfaceName {
    type Err = InvalidInterfaceName;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let fits = (1..=MAX_BYTES).contains(&s.len());
        let is_allowed = |b: u8| b.is_ascii_alphanumeric() || b"_=.+@-".contains(&b);
        if !fits || s.starts_with(['.', '-']) || !s.bytes().all(is_allowed) {
            return Err(InvalidInterfaceName);
        }

        Ok(Self(s.to_owned()))
    }
}

impl fmt::Display for InterfaceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that is no name of an interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "an interface's name has 1 to 15 of the characters a-z A-Z 0-9 _ = . + @ -, and begins with neither . nor -"
)]
pub struct InvalidInterfaceName;

/// `IFNAMSIZ` of the kernel, less the zero at the end.
const MAX_BYTES: usize = 15;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_end_its_quotes_match_others_or_lead_elsewhere() {
        for good in ["eth0", "wlx0013ef", "br-1a2b", "eth0.10", "a", "123456789012345"] {
            assert!(good.parse::<InterfaceName>().is_ok(), "{good}");
        }
        for bad in [
            "",
            "1234567890123456",
            "eth*",
            "a\"b",
            "a b",
            "a\nb",
            "..",
            ".",
            "a/b",
            "a;b",
            "é",
            "-f",
            "wg%d",
            "wg0\n",
            "../x",
        ] {
            assert_eq!(bad.parse::<InterfaceName>(), Err(InvalidInterfaceName), "{bad:?}");
        }
    }
}
