use std::{collections::VecDeque, net::IpAddr};

use serde::{Deserialize, de::DeserializeOwned};

use super::{TTL, WHO};
use crate::names::{Addresses, Reason};

/// A record at Cloudflare, as far as we look at it.
#[derive(Debug, Deserialize)]
pub(super) struct Record {
    id: String,
    name: String,
    #[serde(rename = "type")]
    kind: String,
    content: String,
    ttl: u32,
    #[serde(default)]
    proxied: bool,
}

impl Record {
    /// The records of this name; a server may send others.
    pub(super) fn read(text: &str, name: &str) -> Result<Vec<Self>, Nonsense> {
        let records: Vec<Self> = result(text)?;

        Ok(records
            .into_iter()
            .filter(|record| record.name.eq_ignore_ascii_case(name) && is_id(&record.id))
            .collect())
    }

    /// The address that it holds, if it is one that holds addresses.
    fn address(&self) -> Option<Held> {
        match self.kind.as_str() {
            "A" => Some(Held::V4(self.content.parse().ok())),
            "AAAA" => Some(Held::V6(self.content.parse().ok())),
            _ => None,
        }
    }
}

/// Of which family a record is; its content may make no sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Held {
    V4(Option<IpAddr>),
    V6(Option<IpAddr>),
}

/// A change to the records of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Change {
    /// Removes the record of this id.
    Remove(String),
    /// Gives the record of this id another address.
    Set(String, IpAddr),
    /// Makes a new one.
    Add(IpAddr),
}

impl Change {
    /// What makes of these records the wanted ones. What must not be there goes first, since phones prefer an IPv4
    /// address that does not work.
    pub(super) fn plan(records: &[Record], wanted: Addresses) -> VecDeque<Self> {
        let v4 = records.iter().filter_map(|record| match record.address()? {
            Held::V4(address) => Some((record, address)),
            Held::V6(_) => None,
        });
        let v6 = records.iter().filter_map(|record| match record.address()? {
            Held::V4(_) => None,
            Held::V6(address) => Some((record, address)),
        });
        let mut changes = family(v4, wanted.v4.map(IpAddr::V4));
        changes.extend(family(v6, wanted.v6.map(IpAddr::V6)));
        changes.sort_by_key(|change| !matches!(change, Self::Remove(_)));

        changes.into()
    }
}

/// The first record is kept, others of its family are removed.
fn family<'a>(
    records: impl Iterator<Item = (&'a Record, Option<IpAddr>)>,
    wanted: Option<IpAddr>,
) -> Vec<Change> {
    let mut records = records;
    let mut changes = Vec::new();
    if let Some(wanted) = wanted {
        match records.next() {
            None => changes.push(Change::Add(wanted)),
            Some((record, address)) if address != Some(wanted) || record.ttl != TTL => {
                changes.push(Change::Set(record.id.clone(), wanted));
            }
            Some(_) => {}
        }
    }
    changes.extend(records.take(MAX_REMOVALS).map(|(record, _)| Change::Remove(record.id.clone())));

    changes
}

/// Why records must not be touched, in a sentence for the owner.
pub(super) fn obstacle(records: &[Record], name: &str) -> Option<(Reason, String)> {
    if records.iter().any(|record| record.proxied) {
        let why = format!(
            "{name} goes through {WHO}'s proxy, which passes on no WireGuard; switch the orange cloud off there (\"DNS only\")"
        );
        return Some((Reason::Proxied, why));
    }
    if records.iter().any(|record| record.kind == "CNAME") {
        let why = format!(
            "{name} is an alias (CNAME) at {WHO}, which can have no address; remove it there or take another name"
        );
        return Some((Reason::Alias, why));
    }

    None
}

/// The zone that a search by name has found.
pub(super) fn zone(text: &str) -> Result<Option<String>, Nonsense> {
    #[derive(Deserialize)]
    struct Zone {
        id: String,
    }
    let zones: Vec<Zone> = result(text)?;

    Ok(zones.into_iter().map(|zone| zone.id).find(|id| is_id(id)))
}

/// What record holds an address of this family.
pub(super) fn kind(address: IpAddr) -> &'static str {
    match address {
        IpAddr::V4(_) => "A",
        IpAddr::V6(_) => "AAAA",
    }
}

/// An answer that is none of Cloudflare's.
#[derive(Debug)]
pub(super) struct Nonsense;

fn result<T: DeserializeOwned>(text: &str) -> Result<T, Nonsense> {
    #[derive(Deserialize)]
    struct Envelope<T> {
        success: bool,
        result: Option<T>,
    }
    let envelope: Envelope<T> = serde_json::from_str(text).map_err(|_| Nonsense)?;

    envelope.result.filter(|_| envelope.success).ok_or(Nonsense)
}

/// "Identifier", 32 characters at most, says the API; it becomes a part of a path.
fn is_id(text: &str) -> bool {
    (1..=32).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Nobody has more addresses of a family for one name at home; a server could send thousands.
const MAX_REMOVALS: usize = 8;
