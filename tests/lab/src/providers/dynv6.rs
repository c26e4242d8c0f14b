//! `https://dynv6.github.io/api-spec/` and `https://dynv6.com/docs/apis`

use std::net::IpAddr;

use serde_json::{Value, json};

use super::{Answer, Asked, Service, registrar::Registrar};
use crate::RecordType;

pub(super) fn answer(asked: &Asked, secret: &str, registrar: &mut Registrar) -> Answer {
    if asked.path == "/api/update" {
        return update(asked, secret, registrar);
    }
    if !asked.shows("Bearer", secret) {
        return Answer::text(401, "Unauthorized");
    }
    let name = Service::Dynv6.name();
    let here = [format!("/api/v2/zones/by-name/{name}"), format!("/api/v2/zones/{ID}")];
    if !here.contains(&asked.path) {
        return Answer::text(404, "Not Found");
    }
    if asked.method == "PATCH" && asked.path == here[1] {
        let fields = asked.json();
        for (field, kind) in [("ipv4address", RecordType::A), ("ipv6prefix", RecordType::Aaaa)] {
            let Some(text) = fields.get(field).and_then(Value::as_str) else { continue };
            if let Err(refusal) = set(text, "", kind, registrar) {
                return refusal;
            }
        }
    }

    Answer::json(200, &zone(registrar))
}

/// "If empty or unset, the current IPv4 address is kept unchanged", "- to remove the address".
fn update(asked: &Asked, secret: &str, registrar: &mut Registrar) -> Answer {
    if asked.parameter("token") != Some(secret) {
        return Answer::text(401, "invalid authentication token");
    }
    if asked.parameter("zone") != Some(Service::Dynv6.name()) {
        return Answer::text(404, "zone not found");
    }
    let mut changed = false;
    for (parameter, kind) in [("ipv4", RecordType::A), ("ipv6", RecordType::Aaaa)] {
        let Some(text) = asked.parameter(parameter).filter(|text| !text.is_empty()) else { continue };
        match set(text, "-", kind, registrar) {
            Ok(news) => changed |= news,
            Err(refusal) => return refusal,
        }
    }

    Answer::text(200, if changed { "addresses updated" } else { "addresses unchanged" })
}

fn set(text: &str, none: &str, kind: RecordType, registrar: &mut Registrar) -> Result<bool, Answer> {
    let address = match text {
        text if text == none => None,
        text => text.parse().ok().filter(|address: &IpAddr| RecordType::of(*address) == kind),
    };
    if address.is_none() && text != none {
        return Err(Answer::text(422, "invalid address"));
    }

    registrar
        .set(Service::Dynv6.name(), kind, address)
        .map_err(|error| Answer::text(500, &format!("{error:#}")))
}

fn zone(registrar: &Registrar) -> Value {
    let text = |kind| {
        registrar.address(Service::Dynv6.name(), kind).map(|address| address.to_string()).unwrap_or_default()
    };

    json!({
        "id": ID,
        "name": Service::Dynv6.name(),
        "ipv4address": text(RecordType::A),
        "ipv6prefix": text(RecordType::Aaaa),
        "createdAt": "2026-01-01T00:00:00Z",
        "updatedAt": "2026-01-01T00:00:00Z",
    })
}

const ID: u64 = 4_711_081_500;
