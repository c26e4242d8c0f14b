//! `https://www.duckdns.org/spec.jsp`

use std::net::IpAddr;

use super::{Answer, Asked, Service, registrar::Registrar};
use crate::RecordType;

pub(super) fn answer(asked: &Asked, secret: &str, registrar: &mut Registrar) -> Answer {
    let name = Service::DuckDns.name();
    let domain = asked.parameter("domains").unwrap_or_default().trim_end_matches(".duckdns.org");
    if asked.method != "GET" || asked.path != "/update" {
        return Answer::text(404, "");
    }
    if asked.parameter("token") != Some(secret) || Some(domain) != name.strip_suffix(".duckdns.org") {
        return Answer::text(200, "KO");
    }
    let Some((v4, v6)) = addresses(asked) else { return Answer::text(200, "KO") };
    let clear = asked.parameter("clear") == Some("true");
    let mut changed = false;
    for (kind, address) in [(RecordType::A, v4), (RecordType::Aaaa, v6)] {
        if clear || address.is_some() {
            match registrar.set(name, kind, address.filter(|_| !clear)) {
                Ok(news) => changed |= news,
                Err(error) => return Answer::text(500, &format!("{error:#}")),
            }
        }
    }
    if asked.parameter("verbose") != Some("true") {
        return Answer::text(200, "OK");
    }
    let now = |kind| registrar.address(name, kind).map(|address| address.to_string()).unwrap_or_default();
    let news = if changed { "UPDATED" } else { "NOCHANGE" };

    Answer::text(200, &format!("OK\n{}\n{}\n{news}", now(RecordType::A), now(RecordType::Aaaa)))
}

/// "You can put either an IPv4 or an IPv6 address in the ip parameter"; without either the caller's own IPv4 counts.
fn addresses(asked: &Asked) -> Option<(Option<IpAddr>, Option<IpAddr>)> {
    let read = |name| match asked.parameter(name).filter(|text| !text.is_empty()) {
        None => Some(None),
        Some(text) => text.parse::<IpAddr>().ok().map(Some),
    };
    let (ip, ipv6) = (read("ip")?, read("ipv6")?);
    let detected = Some(asked.from).filter(|from| from.is_ipv4() && ip.is_none() && ipv6.is_none());

    Some((
        ip.filter(IpAddr::is_ipv4).or(detected),
        ipv6.filter(IpAddr::is_ipv6).or_else(|| ip.filter(IpAddr::is_ipv6)),
    ))
}
