//! `https://desec.readthedocs.io/en/latest/dyndns/update-api.html`

use std::net::IpAddr;

use super::{Answer, Asked, Service, registrar::Registrar};
use crate::RecordType;

pub(super) fn answer(asked: &Asked, secret: &str, registrar: &mut Registrar) -> Answer {
    let name = Service::DeSec.name();
    if !asked.shows("Token", secret) && !asked.shows_password(name, secret) {
        return Answer::text(401, "badauth");
    }
    if asked.parameter("hostname") != Some(name) {
        return Answer::text(404, "nohost");
    }
    let v4 = find(asked, &["myip", "myipv4", "ip"], RecordType::A, registrar);
    let v6 = find(asked, &["myipv6", "ipv6", "myip", "ip"], RecordType::Aaaa, registrar);
    for (kind, address) in [(RecordType::A, v4), (RecordType::Aaaa, v6)] {
        let Ok(address) = address else { return Answer::text(400, "badrequest") };
        if let Err(error) = registrar.set(name, kind, address) {
            return Answer::text(500, &format!("{error:#}"));
        }
    }

    Answer::text(200, "good")
}

/// An empty value removes, `preserve` leaves as it is, and without any the caller's own address counts.
fn find(
    asked: &Asked,
    names: &[&str],
    kind: RecordType,
    registrar: &Registrar,
) -> Result<Option<IpAddr>, ()> {
    for text in names.iter().filter_map(|name| asked.parameter(name)) {
        match text {
            "" => return Ok(None),
            "preserve" => return Ok(registrar.address(Service::DeSec.name(), kind)),
            text => {
                let address: IpAddr = text.parse().map_err(|_| ())?;
                if RecordType::of(address) == kind {
                    return Ok(Some(address));
                }
            }
        }
    }

    Ok(Some(asked.from).filter(|from| RecordType::of(*from) == kind))
}
