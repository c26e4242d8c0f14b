use model::Host;
use reachability::names::{Account, AccountId, Dyndns2, InvalidAccount, Provider, Secret};
use registry::StoredName;
use web_api::wire;

/// What was written down, as the publisher takes it.
pub(crate) fn account(stored: &StoredName) -> Result<Account, InvalidAccount> {
    let provider = match stored.provider.as_str() {
        DUCK_DNS => Provider::DuckDns,
        CLOUDFLARE => Provider::Cloudflare,
        DE_SEC => Provider::DeSec,
        DYNV6 => Provider::Dynv6,
        _ => Provider::Dyndns2(Dyndns2::parse(
            stored.server.as_deref().unwrap_or_default(),
            stored.user.as_deref().unwrap_or_default(),
        )?),
    };
    let name = stored.name.parse::<Host>().map_err(|_| InvalidAccount::Name)?;

    Account::new(AccountId(stored.id), provider, &name, Secret::parse(&stored.secret)?)
}

/// What the owner typed, as it is written down, if it can be right.
pub(crate) fn stored(new: &wire::NewName) -> Result<StoredName, InvalidAccount> {
    let is_dyndns2 = new.provider == wire::Provider::DynDns2;
    let name = new.name.parse::<Host>().map_err(|_| InvalidAccount::Name)?;
    let stored = StoredName {
        id: 0,
        provider: word(new.provider).to_owned(),
        name: name.to_string(),
        server: new.server.as_deref().filter(|_| is_dyndns2).map(url),
        user: new.user.clone().filter(|_| is_dyndns2),
        secret: Secret::parse(&new.secret)?.expose().to_owned().into(),
    };
    account(&stored)?;

    Ok(stored)
}

/// Who keeps a name, as the page has it.
pub(crate) fn provider(stored: &StoredName) -> wire::Provider {
    match stored.provider.as_str() {
        DUCK_DNS => wire::Provider::DuckDns,
        CLOUDFLARE => wire::Provider::Cloudflare,
        DE_SEC => wire::Provider::DeSec,
        DYNV6 => wire::Provider::Dynv6,
        _ => wire::Provider::DynDns2,
    }
}

fn word(provider: wire::Provider) -> &'static str {
    match provider {
        wire::Provider::DuckDns => DUCK_DNS,
        wire::Provider::Cloudflare => CLOUDFLARE,
        wire::Provider::DeSec => DE_SEC,
        wire::Provider::Dynv6 => DYNV6,
        wire::Provider::DynDns2 => "dyndns2",
    }
}

const DUCK_DNS: &str = "duckdns";
const CLOUDFLARE: &str = "cloudflare";
const DE_SEC: &str = "desec";
const DYNV6: &str = "dynv6";

/// People type a server's name without what goes before it.
fn url(server: &str) -> String {
    let server = server.trim();
    if server.contains("://") { server.to_owned() } else { format!("https://{server}") }
}
