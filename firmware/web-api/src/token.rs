use axum::http::{HeaderMap, header};
use subtle::ConstantTimeEq as _;

/// The secret by which the box knows a browser again; it lives in a cookie and nowhere else.
#[derive(Clone)]
pub(crate) struct Token([u8; BYTES]);

impl Token {
    /// Makes a new one.
    ///
    /// # Panics
    /// When the operating system has no randomness to give; nothing safe can be done then.
    pub(crate) fn generate() -> Self {
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes).expect("the operating system gives randomness");

        Self(bytes)
    }

    /// Takes the token out of a browser's cookies, if there is one that could be ours.
    pub(crate) fn from_headers(headers: &HeaderMap) -> Option<Self> {
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().strip_prefix(NAME)?.strip_prefix('='))
            .find_map(Self::from_hex)
    }

    /// What makes a browser keep the token.
    ///
    /// No `Secure`, since the page is plain HTTP; no `Max-Age`, since the box alone decides how long a token is good for,
    /// and a cookie that began to age while its browser waited would die before its session.
    pub(crate) fn to_cookie(&self) -> String {
        let hex = self.0.iter().map(|byte| format!("{byte:02x}")).collect::<String>();

        format!("{NAME}={hex}; {ATTRIBUTES}")
    }

    fn from_hex(hex: &str) -> Option<Self> {
        // Digits alone: a sign would be a number to `from_str_radix` as well.
        if hex.len() != 2 * BYTES || !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let mut bytes = [0; BYTES];
        for (byte, at) in bytes.iter_mut().zip((0..).step_by(2)) {
            *byte = u8::from_str_radix(&hex[at..at + 2], 16).ok()?;
        }

        Some(Self(bytes))
    }
}

impl PartialEq for Token {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

/// As many as nobody can guess.
const BYTES: usize = 32;
const NAME: &str = "latchkey";
const ATTRIBUTES: &str = "HttpOnly; SameSite=Strict; Path=/";

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_token_comes_back_from_the_browser_as_it_went() {
        let token = Token::generate();
        let cookie = token.to_cookie();
        let pair = cookie.split(';').next().unwrap();

        for sent in [pair.to_owned(), format!("a=b; {pair}"), format!("latchkey=old;{pair};c")] {
            assert!(Token::from_headers(&cookies(&sent)) == Some(token.clone()), "{sent}");
        }
    }

    #[test]
    fn what_is_no_token_is_no_token() {
        let long = format!("latchkey={}", "0".repeat(65));
        let plus = format!("latchkey={}", "+1".repeat(32));
        let wide = format!("latchkey={}", "é".repeat(32));
        for sent in ["", "latchkey", "latchkey=", "latchkey=00", "latchkeys=00", &long, &plus, &wide] {
            assert!(Token::from_headers(&cookies(sent)).is_none(), "{sent}");
        }
    }

    fn cookies(text: &str) -> HeaderMap {
        let value = HeaderValue::from_bytes(text.as_bytes()).unwrap();

        HeaderMap::from_iter([(header::COOKIE, value)])
    }
}
