//! `latchkey name`.

use std::io::{self, IsTerminal as _};

use anyhow::Context as _;
use clap::{Subcommand, ValueEnum};
use hyper::Method;
use web_api::wire::{Name, NewName, Provider, State};

use super::output::{say, say_json, table, warn};
use crate::client::Client;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the names that follow the home's address
    List,
    /// Have a name follow the home's address; the token or password is read from standard input
    Add {
        /// Who keeps it
        provider: ProviderArg,
        /// The whole name: home-4711.duckdns.org
        name: String,
        /// The server, for dyndns2: members.example.net, or a URL with its path
        #[arg(long)]
        server: Option<String>,
        /// The user there, for dyndns2
        #[arg(long)]
        user: Option<String>,
    },
    /// Let a name go
    Remove {
        /// The name, or its number from the list
        name: String,
    },
}

/// [`Provider`], as people type it.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ProviderArg {
    /// DuckDNS: a name under duckdns.org
    Duckdns,
    /// Cloudflare: a name in a zone of one's own, with a token that may edit its DNS
    Cloudflare,
    /// deSEC: a name under dedyn.io or in a domain of one's own
    Desec,
    /// dynv6: a name under dynv6.net and others
    Dynv6,
    /// Any other server that speaks the dyndns2 protocol
    Dyndns2,
}

impl From<ProviderArg> for Provider {
    fn from(provider: ProviderArg) -> Self {
        match provider {
            ProviderArg::Duckdns => Self::DuckDns,
            ProviderArg::Cloudflare => Self::Cloudflare,
            ProviderArg::Desec => Self::DeSec,
            ProviderArg::Dynv6 => Self::Dynv6,
            ProviderArg::Dyndns2 => Self::DynDns2,
        }
    }
}

pub(crate) async fn run(command: Command, client: &Client, json: bool) -> anyhow::Result<()> {
    match command {
        Command::List => list(client, json).await,
        Command::Add { provider, name, server, user } => {
            let new = NewName { provider: provider.into(), name, secret: read_secret()?, server, user };
            let name = client.ask::<Name>(Method::POST, "/api/names", &new).await?;
            if json { say_json(&name) } else { say(&format!("{} follows the home's address", name.name)) }
        }
        Command::Remove { name } => remove(&name, client, json).await,
    }
}

async fn list(client: &Client, json: bool) -> anyhow::Result<()> {
    let names = names(client).await?;
    if json {
        return say_json(&names);
    }

    let rows = names.into_iter().map(|name| [name.id.to_string(), name.name, name.finding.sentence]);
    say(&table(&rows.collect::<Vec<_>>()))
}

async fn remove(wanted: &str, client: &Client, json: bool) -> anyhow::Result<()> {
    let names = names(client).await?;
    let found = names.into_iter().find(|name| name.name == wanted || name.id.to_string() == wanted);
    let name =
        found.with_context(|| format!("there is no name {wanted}; `latchkey name list` shows them"))?;
    client.tell(Method::DELETE, &format!("/api/names/{}", name.id)).await?;
    if json {
        return Ok(());
    }

    say(&format!("{} follows the home's address no more", name.name))
}

async fn names(client: &Client) -> anyhow::Result<Vec<Name>> {
    Ok(client.get::<State>("/api/state").await?.way_in.names)
}

/// Not an argument, which everybody on the machine could see.
fn read_secret() -> anyhow::Result<String> {
    if io::stdin().is_terminal() {
        warn("paste the token or password, then press Enter");
    }
    let mut secret = String::new();
    io::stdin().read_line(&mut secret).context("read the token or password")?;

    Ok(secret.trim().to_owned())
}
