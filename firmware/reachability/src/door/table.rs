use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use tokio::time::timeout;

use super::{
    path::Path,
    upnp::{Fault, Igd, Reply, printable},
    wish::RouteV4,
};

/// A row of the router's own table of port mappings.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TableEntry {
    /// What is let in.
    pub transport: Transport,
    /// The port outside.
    pub outside_port: u16,
    /// Where it leads to at home.
    pub inside: SocketAddr,
    /// What whoever made it calls it, at most 64 characters without control characters.
    pub description: String,
    /// For how long it will stay; without, for ever.
    pub lease: Option<Duration>,
}

/// What is let in through a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Transport {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
}

/// Reads the router's own table of port mappings by UPnP: at most 256 rows, within 20 s. Rows that make no sense, or
/// are switched off, are left out. A router may show no others than those made by UPnP.
///
/// # Errors
/// When the router has no such table, or stops answering.
pub async fn read_table(route: RouteV4) -> Result<Vec<TableEntry>, TableError> {
    timeout(PATIENCE, read(&route.into())).await.map_err(|_| TableError::Broken)?
}

/// Why there is no table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// The router speaks no UPnP.
    #[error("the router does not answer by UPnP")]
    NoUpnp,
    /// It speaks UPnP and does not show its table.
    #[error("the router does not show its table")]
    Refused,
    /// It stopped in between.
    #[error("the router stopped answering while its table was read")]
    Broken,
}

async fn read(path: &Path) -> Result<Vec<TableEntry>, TableError> {
    let igd = Igd::find(path).await.ok_or(TableError::NoUpnp)?;
    let mut entries = Vec::new();
    for number in 0..MAX_ROWS {
        match igd.row(number).await {
            Ok(reply) => entries.extend(entry(&reply)),
            // Routers have several numbers for "that was all"; at the first row it may mean that there is none.
            Err(Fault::Number(END | NO_SUCH_ENTRY | INVALID_ARGUMENTS)) => break,
            Err(Fault::Number(_) | Fault::Unspoken) if number == 0 => return Err(TableError::Refused),
            Err(Fault::Number(_)) => break,
            Err(Fault::Silent | Fault::Garbled | Fault::Unspoken) => return Err(TableError::Broken),
        }
    }

    Ok(entries)
}

fn entry(reply: &Reply) -> Option<TableEntry> {
    let transport = match reply.text("NewProtocol") {
        "TCP" => Transport::Tcp,
        "UDP" => Transport::Udp,
        _ => return None,
    };
    let address: IpAddr = reply.value("NewInternalClient")?;
    let seconds: u64 = reply.value::<u32>("NewLeaseDuration").unwrap_or_default().into();

    (reply.text("NewEnabled") != "0").then_some(TableEntry {
        transport,
        outside_port: reply.value("NewExternalPort")?,
        inside: SocketAddr::new(address, reply.value("NewInternalPort")?),
        description: printable(reply.text("NewPortMappingDescription")),
        lease: (seconds > 0).then_some(Duration::from_secs(seconds)),
    })
}

const PATIENCE: Duration = Duration::from_secs(20);
/// Far more than a home has.
const MAX_ROWS: usize = 256;
/// `SpecifiedArrayIndexInvalid`.
const END: u16 = 713;
const NO_SUCH_ENTRY: u16 = 714;
const INVALID_ARGUMENTS: u16 = 402;
