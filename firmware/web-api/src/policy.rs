use std::net::Ipv4Addr;

use axum::http::HeaderValue;

/// What a browser may load and do for the page: nothing but what comes from the box, and, if there is one, to see which
/// ports of this address answer. A policy cannot name an IPv6 address.
pub(crate) fn policy(also_tries: Option<Ipv4Addr>) -> HeaderValue {
    let Some(address) = also_tries else {
        return HeaderValue::from_static(OWN);
    };
    let wider = OWN.replace(CONNECT, &format!("{CONNECT} http://{address}:*"));

    // An address is digits and dots, which every header takes.
    HeaderValue::try_from(wider).unwrap_or(HeaderValue::from_static(OWN))
}

const OWN: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
                   connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const CONNECT: &str = "connect-src 'self'";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_more_may_be_tried_and_nothing_else_changes() {
        let own = policy(None).to_str().unwrap().to_owned();
        let wider = policy(Some(Ipv4Addr::new(203, 0, 113, 7))).to_str().unwrap().to_owned();

        assert!(wider.contains("; connect-src 'self' http://203.0.113.7:*; "), "{wider}");
        assert_eq!(wider.replace(" http://203.0.113.7:*", ""), own);
    }
}
