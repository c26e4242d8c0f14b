use std::fmt;

use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::InvalidAccount;

/// A token or a password. Wiped from memory when dropped, never printed, never serialised.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// The most bytes that one may have; tokens of the providers have 20 to 60.
    pub const MAX_BYTES: usize = 256;

    /// Takes what the owner typed or pasted, without the white space around it.
    ///
    /// # Errors
    /// When nothing is left, when it is too long, or when it has control characters.
    pub fn parse(text: &str) -> Result<Self, InvalidAccount> {
        let text = text.trim();
        if text.is_empty() {
            return Err(InvalidAccount::NoSecret);
        }
        if text.len() > Self::MAX_BYTES || text.chars().any(char::is_control) {
            return Err(InvalidAccount::OddSecret);
        }

        Ok(Self(Zeroizing::new(text.to_owned())))
    }

    /// The secret itself, for the file that keeps it and for the provider that wants it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_what_was_pasted_without_the_space_around_it() {
        assert_eq!(Secret::parse(" abc-123\n").unwrap().expose(), "abc-123");
        assert_eq!(Secret::parse("two words").unwrap().expose(), "two words");
    }

    #[test]
    fn what_no_provider_gives_out_is_refused() {
        assert_eq!(Secret::parse(" \n"), Err(InvalidAccount::NoSecret));
        assert_eq!(Secret::parse("a\nb"), Err(InvalidAccount::OddSecret));
        assert_eq!(Secret::parse(&"x".repeat(257)), Err(InvalidAccount::OddSecret));
    }

    #[test]
    fn a_secret_is_not_printed() {
        let secret = Secret::parse("abc-123").unwrap();

        assert_eq!(format!("{secret:?} {secret:#?}"), "Secret(…) Secret(…)");
    }
}
