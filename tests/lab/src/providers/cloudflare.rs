//! `https://developers.cloudflare.com/api/resources/dns/subresources/records/`

use std::net::IpAddr;

use serde_json::{Value, json};

use super::{
    Answer, Asked,
    registrar::{Entry, Registrar},
};
use crate::RecordType;

pub(super) fn answer(asked: &Asked, secret: &str, registrar: &mut Registrar) -> Answer {
    if !asked.shows("Bearer", secret) {
        return error(403, 9109, "Invalid access token");
    }
    let Some(path) = asked.path.strip_prefix("/client/v4/zones") else {
        return error(404, 7000, "No route for that URI");
    };
    let words: Vec<_> = path.split('/').filter(|word| !word.is_empty()).collect();
    match (asked.method.as_str(), words.as_slice()) {
        ("GET", []) => list(zones(asked.parameter("name"))),
        (_, [zone, ..]) if *zone != ZONE_ID => error(404, 7003, "Could not route to that zone"),
        ("GET", [_, "dns_records"]) => {
            let name = asked.parameter("name.exact").unwrap_or_default();
            list(registrar.of(name).map(describe).collect())
        }
        ("POST", [_, "dns_records"]) => create(&asked.json(), registrar),
        ("PATCH", [_, "dns_records", id]) => change(id, &asked.json(), registrar),
        ("DELETE", [_, "dns_records", id]) => remove(id, registrar),
        _ => error(405, 10405, "Method not allowed for this authentication scheme"),
    }
}

fn zones(name: Option<&str>) -> Vec<Value> {
    let zone = json!({ "id": ZONE_ID, "name": ZONE, "status": "active", "paused": false, "type": "full" });

    if name.is_none_or(|name| name == ZONE) { vec![zone] } else { Vec::new() }
}

fn create(fields: &Value, registrar: &mut Registrar) -> Answer {
    let Some(entry) = read(fields, None) else { return invalid() };
    if registrar.of(&entry.name).any(|other| other.address == entry.address) {
        return error(400, 81058, "An identical record already exists.");
    }
    let entry = registrar.add(&entry.name, entry.address, entry.ttl, entry.proxied);

    published(registrar.publish(&entry.name, entry.kind()), &describe(&entry))
}

fn change(id: &str, fields: &Value, registrar: &mut Registrar) -> Answer {
    let Some(before) = registrar.entry(id) else { return error(404, 81044, "Record does not exist.") };
    let Some(entry) = read(fields, Some(before)) else { return invalid() };

    published(registrar.change(id, Some(entry.clone())), &describe(&entry))
}

fn remove(id: &str, registrar: &mut Registrar) -> Answer {
    if registrar.entry(id).is_none() {
        return error(404, 81044, "Record does not exist.");
    }

    published(registrar.change(id, None), &json!({ "id": id }))
}

/// A record as it is asked for; what is not said stays as it was.
fn read(fields: &Value, before: Option<&Entry>) -> Option<Entry> {
    let name = fields["name"].as_str().or_else(|| before.map(|entry| entry.name.as_str()))?;
    let address = match fields["content"].as_str() {
        None => before?.address,
        Some(text) => text.parse::<IpAddr>().ok()?,
    };
    let kind = RecordType::of(address).to_string();
    if fields["type"].as_str().is_some_and(|asked| asked != kind) || !name.ends_with(ZONE) {
        return None;
    }
    let ttl = match fields["ttl"].as_u64() {
        None => before.map_or(1, |entry| entry.ttl),
        Some(ttl) => u32::try_from(ttl).ok()?,
    };
    // 1 is "automatic"; else no less than a minute.
    if ttl != 1 && !(60..=86400).contains(&ttl) {
        return None;
    }

    Some(Entry {
        id: before.map(|entry| entry.id.clone()).unwrap_or_default(),
        name: name.to_owned(),
        address,
        ttl,
        proxied: fields["proxied"].as_bool().unwrap_or_else(|| before.is_some_and(|entry| entry.proxied)),
    })
}

fn describe(entry: &Entry) -> Value {
    json!({
        "id": entry.id, "name": entry.name, "type": entry.kind().to_string(), "content": entry.address.to_string(),
        "ttl": entry.ttl, "proxied": entry.proxied, "proxiable": true, "comment": null, "tags": [],
    })
}

fn published(result: anyhow::Result<()>, entry: &Value) -> Answer {
    match result {
        Ok(()) => {
            Answer::json(200, &json!({ "success": true, "errors": [], "messages": [], "result": entry }))
        }
        Err(fault) => error(500, 1000, &format!("{fault:#}")),
    }
}

fn list(result: Vec<Value>) -> Answer {
    let count = result.len();
    let info = json!({ "page": 1, "per_page": 100, "count": count, "total_count": count, "total_pages": 1 });

    Answer::json(
        200,
        &json!({ "success": true, "errors": [], "messages": [], "result": result, "result_info": info }),
    )
}

fn invalid() -> Answer {
    error(400, 9005, "Content for A record must be a valid IPv4 address.")
}

fn error(status: u16, code: u32, message: &str) -> Answer {
    let errors = json!([{ "code": code, "message": message }]);

    Answer::json(status, &json!({ "success": false, "errors": errors, "messages": [], "result": null }))
}

const ZONE: &str = "example.org";
const ZONE_ID: &str = "023e105f4ecef8ad9ca31a8372d0c353";
