//! Asks a page on the internet from which address a request comes.

use std::{io, net::IpAddr};

use reqwest::Method;

use crate::{Family, Request, Url, Web};

/// Asks this page over this family.
///
/// # Errors
/// When it does not answer, or with something else.
pub(crate) async fn ask(web: &Web, url: &Url, family: Family) -> io::Result<IpAddr> {
    let request = Request::new(Method::GET, url.clone());
    let response = web.ask_over(family, request).await.map_err(io::Error::other)?;

    read(response.status, &response.text).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

fn read(status: u16, text: &str) -> Option<IpAddr> {
    if status != 200 {
        return None;
    }

    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_echo_is_an_address_and_nothing_else() {
        assert_eq!(read(200, "203.0.113.2\n"), Some("203.0.113.2".parse().unwrap()));
        assert_eq!(read(200, "2001:db8::2"), Some("2001:db8::2".parse().unwrap()));
        for (status, text) in
            [(503, "203.0.113.2"), (200, ""), (200, "<html>"), (200, "203.0.113.2 203.0.113.3")]
        {
            assert_eq!(read(status, text), None, "{status} {text}");
        }
    }
}
