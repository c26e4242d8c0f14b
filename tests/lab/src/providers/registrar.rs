use std::net::IpAddr;

use anyhow::Result;

use crate::{NameServer, RecordType, name_server::Updates};

/// The address records that the providers hold for their customers; the DNS says the same at once.
#[derive(Debug)]
pub(super) struct Registrar {
    updates: Updates,
    entries: Vec<Entry>,
    next_id: u64,
    /// Whether changes are made, or only promised.
    really: bool,
}

/// An address record at a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) address: IpAddr,
    pub(super) ttl: u32,
    /// Cloudflare alone has that.
    pub(super) proxied: bool,
}

impl Entry {
    pub(super) fn kind(&self) -> RecordType {
        RecordType::of(self.address)
    }
}

impl Registrar {
    pub(super) fn new(updates: Updates) -> Self {
        Self { updates, entries: Vec::new(), next_id: 1, really: true }
    }

    /// What this gives is said, but not done if it is not really meant.
    pub(super) fn trying<T>(&mut self, really: bool, act: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.entries.clone();
        self.really = really;
        let result = act(self);
        self.really = true;
        if !really {
            self.entries = before;
        }

        result
    }

    pub(super) fn of(&self, name: &str) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| entry.name == name)
    }

    pub(super) fn entry(&self, id: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.id == id)
    }

    /// The one address of this kind that a name has.
    pub(super) fn address(&self, name: &str, kind: RecordType) -> Option<IpAddr> {
        self.of(name).find(|entry| entry.kind() == kind).map(|entry| entry.address)
    }

    /// Makes this the one address of its kind that a name has; none removes it. Says whether anything has changed.
    pub(super) fn set(&mut self, name: &str, kind: RecordType, address: Option<IpAddr>) -> Result<bool> {
        if self.address(name, kind) == address {
            return Ok(false);
        }
        self.entries.retain(|entry| entry.name != name || entry.kind() != kind);
        if let Some(address) = address {
            self.add(name, address, NameServer::TTL, false);
        }
        self.publish(name, kind)?;

        Ok(true)
    }

    /// Adds a record, gives its id.
    pub(super) fn put(&mut self, name: &str, address: IpAddr, ttl: u32, proxied: bool) -> Result<()> {
        self.add(name, address, ttl, proxied);

        self.publish(name, RecordType::of(address))
    }

    pub(super) fn add(&mut self, name: &str, address: IpAddr, ttl: u32, proxied: bool) -> Entry {
        let id = format!("{:032x}", self.next_id);
        self.next_id += 1;
        let entry = Entry { id, name: name.to_owned(), address, ttl, proxied };
        self.entries.push(entry.clone());

        entry
    }

    /// Changes a record, or removes it.
    pub(super) fn change(&mut self, id: &str, to: Option<Entry>) -> Result<()> {
        let Some(place) = self.entries.iter().position(|entry| entry.id == id) else { return Ok(()) };
        let before = self.entries.remove(place);
        self.entries.extend(to);

        self.publish(&before.name, before.kind())
    }

    /// Lets the DNS say of a name what stands here.
    pub(super) fn publish(&self, name: &str, kind: RecordType) -> Result<()> {
        if !self.really {
            return Ok(());
        }
        let entries: Vec<_> = self.of(name).filter(|entry| entry.kind() == kind).collect();
        let addresses: Vec<_> = entries.iter().map(|entry| entry.address).collect();
        let ttl = entries.first().map_or(NameServer::TTL, |entry| entry.ttl);

        self.updates.set(name, kind, &addresses, ttl)
    }
}
