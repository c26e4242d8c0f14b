//! `https://help.dyn.com/perform-update/` and `https://help.dyn.com/return-codes/`

use std::net::IpAddr;

use super::{Answer, Asked, Service, registrar::Registrar};
use crate::RecordType;

pub(super) fn answer(asked: &Asked, secret: &str, registrar: &mut Registrar) -> Answer {
    let name = Service::Dyndns2.name();
    if asked.path != "/nic/update" {
        return Answer::text(404, "");
    }
    if asked.header("user-agent").is_none_or(str::is_empty) {
        return Answer::text(200, "badagent");
    }
    if !asked.shows_password(Service::Dyndns2.user().unwrap_or_default(), secret) {
        return Answer::text(401, "badauth");
    }
    if asked.parameter("hostname") != Some(name) {
        return Answer::text(200, "nohost");
    }
    let texts = asked.parameter("myip").unwrap_or_default().split(',').filter(|text| !text.is_empty());
    let Ok(addresses) = texts.map(str::parse::<IpAddr>).collect::<Result<Vec<_>, _>>() else {
        return Answer::text(200, "dnserr");
    };
    let mut changed = false;
    // What is not named is removed, as it is at Dyn.
    for kind in [RecordType::A, RecordType::Aaaa] {
        let address = addresses.iter().copied().find(|address| RecordType::of(*address) == kind);
        match registrar.set(name, kind, address) {
            Ok(news) => changed |= news,
            Err(_) => return Answer::text(200, "dnserr"),
        }
    }
    let code = if changed { "good" } else { "nochg" };

    Answer::text(200, &format!("{code} {}", asked.parameter("myip").unwrap_or_default()))
}
