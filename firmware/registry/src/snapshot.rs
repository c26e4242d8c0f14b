use std::{
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use model::{
    GuestAccess, GuestHours, Host, HostNumber, Moment, Peer, PeerId, PrivateKey, Proof, Proofs, PublicKey,
    Service, TunnelRange,
};
use rusqlite::{Connection, OptionalExtension as _, Params, Row};

use crate::{
    RegistryError, StoredName,
    column::{invalid, maybe_parsed, parsed, plain, unsigned},
    successors::{handed_out, successors},
};

/// All that the box knows, at one time.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// Who the box is; none before its first start is complete.
    pub identity: Option<Identity>,
    /// Who may come in, by number, which is the order in which they were added.
    pub peers: Vec<Peer>,
    /// Those of them that were handed new keys, as they will be once they come in with them.
    pub successors: Vec<Peer>,
    /// When each of those was handed them, in the same order.
    pub handed_out: Vec<Moment>,
    /// Until when guests may.
    pub guest_access: GuestAccess,
    /// What the owner has set.
    pub settings: Settings,
    /// Whether remote access was switched off with the button.
    pub locked: bool,
    /// What mDNS found last, so that a restart works before mDNS answers.
    pub home_assistant: Option<FoundHomeAssistant>,
    /// That somebody came in from outside.
    pub proofs: Proofs,
    /// The address of the home as it was seen last.
    pub public_address: PublicAddress,
    /// The port that the router gave outside last, if it ever gave one.
    pub port_outside: Option<u16>,
    /// The names that follow it, in the order in which they were added.
    pub names: Vec<StoredName>,
}

impl Snapshot {
    pub(crate) fn read(connection: &Connection, key: Option<&PrivateKey>) -> Result<Self, RegistryError> {
        let (settings, locked, port_outside) =
            connection.query_row_and_then("SELECT * FROM box", [], |row| {
                let port_outside = plain(row, "box.port_outside")?;
                Ok::<_, RegistryError>((settings(row)?, plain(row, "box.locked")?, port_outside))
            })?;

        Ok(Self {
            identity: Identity::read(connection, key)?,
            peers: peers(connection)?,
            successors: successors(connection)?,
            handed_out: handed_out(connection)?,
            guest_access: maybe_one(connection, "SELECT * FROM guest_access", [], guest_access)?
                .unwrap_or_default(),
            settings,
            locked,
            home_assistant: maybe_one(connection, "SELECT * FROM home_assistant", [], found_home_assistant)?,
            proofs: Proofs { v4: proof(connection, 4)?, v6: proof(connection, 6)? },
            public_address: maybe_one(connection, "SELECT * FROM public_address", [], public_address)?
                .unwrap_or_default(),
            port_outside,
            names: StoredName::read_all(connection)?,
        })
    }
}

/// Who the box is.
#[derive(Debug, Clone)]
pub struct Identity {
    /// What proves it.
    pub private_key: PrivateKey,
    /// The addresses inside the tunnel.
    pub range: TunnelRange,
    /// The UDP port of the tunnel.
    pub port: u16,
}

impl Identity {
    /// Whether these are one and the same.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        let Self { private_key, range, port } = other;

        (self.private_key.public_key(), &self.range, &self.port) == (private_key.public_key(), range, port)
    }

    fn read(connection: &Connection, key: Option<&PrivateKey>) -> Result<Option<Self>, RegistryError> {
        let Some(private_key) = key else {
            return Ok(None);
        };
        maybe_one(connection, "SELECT * FROM identity", [], |row| {
            let v4 = parsed(row, "identity.range_v4")?;
            let range = TunnelRange::new(v4, parsed(row, "identity.range_v6")?)
                .map_err(invalid("identity.range_v4"))?;

            Ok(Self { private_key: private_key.clone(), range, port: plain(row, "identity.port")? })
        })
    }
}

/// What the owner has set; what is none, the box finds out by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The name or address of the home as phones see it from outside.
    pub endpoint_host: Option<Host>,
    /// Where Home Assistant is, as the owner typed it.
    pub home_assistant: Option<SocketAddr>,
    /// For how long a press lets guests in.
    pub guest_hours: GuestHours,
    /// Whether the router is asked for a port.
    pub port_mapping: bool,
    /// Whether servers on the internet are asked for our address.
    pub address_lookup: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            endpoint_host: None,
            home_assistant: None,
            guest_hours: GuestHours::default(),
            port_mapping: true,
            address_lookup: true,
        }
    }
}

/// The address of the home, of each IP version, as the internet sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PublicAddress {
    /// That of the router, in most homes.
    pub v4: Option<Ipv4Addr>,
    /// The box's own.
    pub v6: Option<Ipv6Addr>,
}

/// Home Assistant, as mDNS found it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundHomeAssistant {
    /// Which installation it is, whatever its address.
    pub uuid: String,
    /// What its owner calls it.
    pub name: Option<String>,
    /// Where it is.
    pub service: Service,
}

pub(crate) fn public_key(connection: &Connection) -> Result<Option<PublicKey>, RegistryError> {
    maybe_one(connection, "SELECT public_key FROM identity", [], |row| parsed(row, "identity.public_key"))
}

fn peers(connection: &Connection) -> Result<Vec<Peer>, RegistryError> {
    let mut statement = connection.prepare_cached("SELECT * FROM peer ORDER BY id")?;

    statement.query_and_then([], peer)?.collect()
}

pub(crate) fn peer(row: &Row<'_>) -> Result<Peer, RegistryError> {
    Ok(Peer {
        id: PeerId(plain(row, "peer.id")?),
        name: parsed(row, "peer.name")?,
        role: parsed(row, "peer.role")?,
        public_key: parsed(row, "peer.public_key")?,
        preshared_key: parsed(row, "peer.preshared_key")?,
        host: HostNumber::new(plain(row, "peer.host")?).map_err(invalid("peer.host"))?,
        endpoint: maybe_parsed(row, "peer.endpoint")?,
        created_at: unsigned(row, "peer.created_at")?,
    })
}

fn guest_access(row: &Row<'_>) -> Result<GuestAccess, RegistryError> {
    let since = moment(row)?;

    Ok(GuestAccess::On { since, length: Duration::from_nanos(unsigned(row, "guest_access.length")?) })
}

/// The columns of that have the same names in each table.
pub(crate) fn moment(row: &Row<'_>) -> Result<Moment, RegistryError> {
    Ok(Moment {
        boot_id: plain(row, "moment.boot_id")?,
        since_boot: Duration::from_nanos(unsigned(row, "moment.since_boot")?),
        unix_seconds: unsigned(row, "moment.unix_seconds")?,
        clock_is_set: plain(row, "moment.clock_is_set")?,
    })
}

fn proof(connection: &Connection, ip_version: u8) -> Result<Option<Proof>, RegistryError> {
    let by_version = "SELECT * FROM proof WHERE ip_version = ?";

    maybe_one(connection, by_version, [ip_version], |row| Ok(Proof { at: moment(row)? }))
}

fn public_address(row: &Row<'_>) -> Result<PublicAddress, RegistryError> {
    Ok(PublicAddress {
        v4: maybe_parsed(row, "public_address.v4")?,
        v6: maybe_parsed(row, "public_address.v6")?,
    })
}

fn settings(row: &Row<'_>) -> Result<Settings, RegistryError> {
    Ok(Settings {
        endpoint_host: maybe_parsed(row, "box.endpoint_host")?,
        home_assistant: maybe_parsed(row, "box.home_assistant")?,
        guest_hours: plain::<u16>(row, "box.guest_hours")?.try_into().map_err(invalid("box.guest_hours"))?,
        port_mapping: plain(row, "box.port_mapping")?,
        address_lookup: plain(row, "box.address_lookup")?,
    })
}

fn found_home_assistant(row: &Row<'_>) -> Result<FoundHomeAssistant, RegistryError> {
    Ok(FoundHomeAssistant {
        uuid: plain(row, "home_assistant.uuid")?,
        name: plain(row, "home_assistant.name")?,
        service: Service {
            v4: maybe_parsed(row, "home_assistant.v4")?,
            v6: maybe_parsed(row, "home_assistant.v6")?,
        },
    })
}

pub(crate) fn maybe_one<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    read: impl FnOnce(&Row<'_>) -> Result<T, RegistryError>,
) -> Result<Option<T>, RegistryError> {
    connection.query_row(sql, params, |row| Ok(read(row))).optional()?.transpose()
}
