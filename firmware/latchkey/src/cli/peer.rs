//! `latchkey peer`. The private key is made here, in memory, shown once, and forgotten.

use anyhow::{Context as _, bail};
use clap::Subcommand;
use hyper::Method;
use model::{PeerId, PeerName, PrivateKey, Role};
use qrcode::{EcLevel, QrCode, render::unicode::Dense1x2};
use serde_json::json;
use web_api::wire::{Issued, NewKey, NewPeer, Peer, PeerChange, State};
use zeroize::Zeroizing;

use super::output::{rough_bytes, rough_time, say, say_json, table, warn};
use crate::client::Client;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the devices that may come in
    List,
    /// Let a new device in, and show its configuration as a QR code
    Add {
        /// What to call it: "Anna", "Grandma's tablet"
        name: PeerName,
        /// owner, family or guest; the very first device becomes an owner in any case
        #[arg(long, default_value_t = Role::Family)]
        role: Role,
        /// Print the configuration as text instead of a QR code
        #[arg(long)]
        text: bool,
    },
    /// Rename a device or change its role
    Change {
        /// Its name, or its number from the list
        peer: String,
        /// A new name
        #[arg(long)]
        name: Option<PeerName>,
        /// A new role: owner, family or guest
        #[arg(long)]
        role: Option<Role>,
    },
    /// Give a device a new key, for a new phone of the same person; the old key is dead once it comes in
    Rekey {
        /// Its name, or its number from the list
        peer: String,
        /// Print the configuration as text instead of a QR code
        #[arg(long)]
        text: bool,
    },
    /// Put a device out for good; its connection is dead at once
    Remove {
        /// Its name, or its number from the list
        peer: String,
    },
}

pub(crate) async fn run(command: Command, client: &Client, json: bool) -> anyhow::Result<()> {
    match command {
        Command::List => list(client, json).await,
        Command::Add { name, role, text } => {
            let key = PrivateKey::generate();
            let new = NewPeer { name, role, public_key: key.public_key() };
            let issued = client.ask(Method::POST, "/api/peers", &new).await?;
            hand_over(&issued, &key, text, json)
        }
        Command::Change { peer, name, role } => change(client, &peer, PeerChange { name, role }, json).await,
        Command::Rekey { peer, text } => {
            let id = find(client, &peer).await?.id;
            let key = PrivateKey::generate();
            let new = NewKey { public_key: key.public_key() };
            let issued = client.ask(Method::PUT, &format!("/api/peers/{id}/key"), &new).await?;
            hand_over(&issued, &key, text, json)
        }
        Command::Remove { peer } => remove(client, &peer, json).await,
    }
}

async fn list(client: &Client, json: bool) -> anyhow::Result<()> {
    let peers = client.get::<State>("/api/state").await?.peers;
    if json {
        return say_json(&peers);
    }
    if peers.is_empty() {
        return say("No device may come in yet; `latchkey peer add NAME` lets one in");
    }

    let head =
        ["", "NAME", "ROLE", "ADDRESS", "LAST HANDSHAKE", "FROM", "RECEIVED", "SENT"].map(str::to_owned);
    let rows = peers.iter().map(row);
    say(&table(&std::iter::once(head).chain(rows).collect::<Vec<_>>()))
}

fn row(peer: &Peer) -> [String; 8] {
    let seen = peer.last_handshake_seconds_ago.map(|ago| format!("{} ago", rough_time(ago)));
    [
        peer.id.to_string(),
        peer.name.to_string(),
        peer.role.to_string(),
        peer.address.to_string(),
        seen.unwrap_or_else(|| "never".to_owned()),
        peer.endpoint.clone().unwrap_or_default(),
        rough_bytes(peer.received_bytes),
        rough_bytes(peer.sent_bytes),
    ]
}

async fn change(client: &Client, peer: &str, change: PeerChange, json: bool) -> anyhow::Result<()> {
    if change.name.is_none() && change.role.is_none() {
        bail!("say what to change: --name NAME or --role ROLE");
    }
    let id = find(client, peer).await?.id;
    let peer = client.ask::<Peer>(Method::PATCH, &format!("/api/peers/{id}"), &change).await?;
    if json {
        return say_json(&peer);
    }

    say(&format!("{} is now {}", peer.name, peer.role))
}

async fn remove(client: &Client, peer: &str, json: bool) -> anyhow::Result<()> {
    let peer = find(client, peer).await?;
    client.tell(Method::DELETE, &format!("/api/peers/{}", peer.id)).await?;
    if json {
        return say_json(&peer);
    }

    say(&format!("{} is out for good", peer.name))
}

async fn find(client: &Client, wanted: &str) -> anyhow::Result<Peer> {
    let mut peers = client.get::<State>("/api/state").await?.peers;
    let id = wanted.parse().map(PeerId).ok();
    let name = wanted.parse::<PeerName>().map(|name| name.as_str().to_lowercase()).ok();
    peers.retain(|peer| Some(peer.id) == id || Some(peer.name.as_str().to_lowercase()) == name);

    match peers.len() {
        0 => bail!("no device is called {wanted:?}; `latchkey peer list` shows all"),
        1 => Ok(peers.remove(0)),
        _ => bail!("{wanted:?} is one device's name and another's number; rename the one first"),
    }
}

fn hand_over(issued: &Issued, key: &PrivateKey, text: bool, json: bool) -> anyhow::Result<()> {
    let configuration = Zeroizing::new(issued.configuration.replace(&issued.placeholder, &key.to_base64()));
    if json {
        let value = json!({
            "peer": issued.peer,
            "configuration": *configuration,
            "tunnel_name": issued.tunnel_name,
            "warning": issued.warning,
        });
        return say_json(&value);
    }
    if let Some(warning) = &issued.warning {
        warn(warning);
    }
    if text {
        return say(configuration.trim_end());
    }

    say(&draw(&configuration)?)?;
    say(&format!(
        "Scan this with the WireGuard app on {}'s phone, and call the tunnel {:?}.\n\
         It is shown once: the key in it is stored nowhere. If it gets lost, make a new one with `latchkey peer rekey`.",
        issued.peer.name, issued.tunnel_name
    ))
}

/// Light on dark, as most terminals are: the colours are swapped so that the code comes out dark on light.
fn draw(configuration: &str) -> anyhow::Result<String> {
    let code = QrCode::with_error_correction_level(configuration, EcLevel::L).context("draw the QR code")?;

    Ok(code.render::<Dense1x2>().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build())
}
