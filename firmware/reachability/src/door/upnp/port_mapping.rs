use std::net::{IpAddr, Ipv4Addr};

use super::{
    igd::Igd,
    soap::{Fault, Reply},
};
use crate::door::{
    task::{Answer, Failure, Grant, Lease},
    why::Refusal,
};

/// Port mappings: WANIPConnection of versions 1 and 2, and WANPPPConnection.
impl Igd {
    /// Maps a UDP port to ours.
    pub(crate) async fn map(&self, inside: u16, outside: u16, lease: Lease) -> Result<Grant, Failure> {
        let arguments = [
            ("NewRemoteHost", String::new()),
            ("NewExternalPort", outside.to_string()),
            ("NewProtocol", UDP.to_owned()),
            ("NewInternalPort", inside.to_string()),
            ("NewInternalClient", self.path().own.to_string()),
            ("NewEnabled", "1".to_owned()),
            ("NewPortMappingDescription", OURS.to_owned()),
            ("NewLeaseDuration", lease.seconds().to_string()),
        ];
        let lease = match self.ask_connection("AddPortMapping", &arguments).await {
            Ok(_) => (lease == Lease::Limited).then_some(Lease::USUAL),
            Err(Fault::Number(TAKEN)) => return Err(self.whose(inside, outside).await),
            Err(fault) => return Err(failure(fault, lease)),
        };
        let address = self.outside_address().await.map(IpAddr::V4);

        Ok(Grant { port: outside, address, lease, epoch: None, pinhole: None })
    }

    /// Whether the router's table shows the mapping.
    pub(crate) async fn check_mapping(&self, inside: u16, outside: u16) -> Answer {
        match self.entry(outside).await {
            Ok(entry) => match entry.value::<IpAddr>("NewInternalClient") {
                Some(client) if client == self.path().own && is_on(&entry, inside) => {
                    Answer::There { address: self.outside_address().await.map(IpAddr::V4) }
                }
                Some(_) => Answer::Missing,
                // Some name the device.
                None => Answer::CannotTell,
            },
            Err(Fault::Number(NO_SUCH_ENTRY)) => Answer::Missing,
            Err(Fault::Unspoken | Fault::Number(_)) => Answer::CannotTell,
            Err(Fault::Silent) => Answer::Failed(Failure::NoAnswer),
            Err(Fault::Garbled) => Answer::Failed(Failure::Garbled),
        }
    }

    /// Takes a mapping away, unless it shows that somebody else has the port by now: many routers would take that away
    /// as well.
    pub(crate) async fn unmap(&self, inside: u16, outside: u16) -> Result<(), Fault> {
        match self.entry(outside).await {
            Ok(entry) if !self.is_ours(&entry, inside) => return Ok(()),
            Err(Fault::Number(NO_SUCH_ENTRY)) => return Ok(()),
            Err(Fault::Silent) => return Err(Fault::Silent),
            Ok(_) | Err(Fault::Unspoken | Fault::Garbled | Fault::Number(_)) => {}
        }
        self.ask_connection("DeletePortMapping", &which(outside)).await?;

        Ok(())
    }

    /// The router's outside address, if it has one.
    pub(crate) async fn outside_address(&self) -> Option<Ipv4Addr> {
        let reply = self.ask_connection("GetExternalIPAddress", &[]).await.ok()?;

        reply.value("NewExternalIPAddress").filter(|address: &Ipv4Addr| !address.is_unspecified())
    }

    /// A row of the router's table.
    pub(crate) async fn row(&self, number: usize) -> Result<Reply, Fault> {
        let which = [("NewPortMappingIndex", number.to_string())];

        self.ask_connection("GetGenericPortMappingEntry", &which).await
    }

    async fn entry(&self, outside: u16) -> Result<Reply, Fault> {
        self.ask_connection("GetSpecificPortMappingEntry", &which(outside)).await
    }

    async fn whose(&self, inside: u16, outside: u16) -> Failure {
        let entry = self.entry(outside).await;

        Failure::Taken { by_us: entry.is_ok_and(|entry| self.is_ours(&entry, inside)) }
    }

    /// A box whose address has changed finds the mapping to its former address.
    fn is_ours(&self, entry: &Reply, inside: u16) -> bool {
        let is_called_so = entry.text("NewPortMappingDescription") == OURS;
        let is_to_us = entry.value("NewInternalClient") == Some(self.path().own);

        entry.value("NewInternalPort") == Some(inside) && (is_called_so || is_to_us)
    }
}

fn is_on(entry: &Reply, inside: u16) -> bool {
    entry.value("NewInternalPort") == Some(inside) && entry.text("NewEnabled") != "0"
}

fn which(outside: u16) -> [(&'static str, String); 3] {
    [
        ("NewRemoteHost", String::new()),
        ("NewExternalPort", outside.to_string()),
        ("NewProtocol", UDP.to_owned()),
    ]
}

/// UPnP Device Architecture 1.1, section 3.2.2, and WANIPConnection:2, section 2.5.16.
fn failure(fault: Fault, lease: Lease) -> Failure {
    match fault {
        Fault::Silent => Failure::NoAnswer,
        Fault::Unspoken | Fault::Number(401 | 602) => Failure::Unspoken,
        Fault::Garbled => Failure::Garbled,
        Fault::Number(725) => Failure::PermanentOnly,
        // What some say who mean 725.
        Fault::Number(402) if lease == Lease::Limited => Failure::PermanentOnly,
        Fault::Number(606) => Failure::Refused(Refusal::NotAuthorized),
        Fault::Number(728) => Failure::Refused(Refusal::NoResources),
        Fault::Number(TAKEN | 729) => Failure::Taken { by_us: false },
        Fault::Number(other) => Failure::Refused(Refusal::Other(other)),
    }
}

/// By what an owner finds it in the router's list.
const OURS: &str = "Latchkey";
const UDP: &str = "UDP";
/// `ConflictInMappingEntry`.
const TAKEN: u16 = 718;
/// `NoSuchEntryInArray`.
const NO_SUCH_ENTRY: u16 = 714;
