use std::fmt;

use model::Host;

use super::{Provider, Secret};

/// An account with a provider of dynamic DNS: a name, and the right to say where it leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    id: AccountId,
    provider: Provider,
    name: String,
    secret: Secret,
}

impl Account {
    /// Puts together what the owner typed, as far as it can be right.
    ///
    /// # Errors
    /// When the name is an address, is not a whole name or not one of this provider's, or when the secret cannot be
    /// one of this provider's.
    pub fn new(
        id: AccountId,
        provider: Provider,
        name: &Host,
        secret: Secret,
    ) -> Result<Self, InvalidAccount> {
        let Host::Name(name) = name else { return Err(InvalidAccount::Address) };
        if !name.contains('.') {
            return Err(InvalidAccount::Name);
        }
        check(&provider, name, secret.expose())?;

        Ok(Self { id, provider, name: name.clone(), secret })
    }

    /// Which one it is.
    #[must_use]
    pub fn id(&self) -> AccountId {
        self.id
    }

    /// With whom.
    #[must_use]
    pub fn provider(&self) -> &Provider {
        &self.provider
    }

    /// The name, in lower case and with at least one dot.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What proves that the name is ours.
    #[must_use]
    pub fn secret(&self) -> &Secret {
        &self.secret
    }
}

/// Which account it is; the same for as long as there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountId(pub u32);

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Why something is no account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAccount {
    /// An IP address in place of a name.
    #[error("write the name that is to follow this home, not an address")]
    Address,
    /// A name without a dot.
    #[error("write the whole name, such as home.example.org")]
    Name,
    /// A name that DuckDNS does not give out.
    #[error("a name at DuckDNS looks like myhome.duckdns.org")]
    NotDuckDns,
    /// Nothing.
    #[error("the token or password is missing")]
    NoSecret,
    /// Too long, or with characters that cannot be typed.
    #[error("this is no token or password: it is too long or has odd characters")]
    OddSecret,
    /// A token with spaces or letters outside ASCII.
    #[error("a token has no spaces and no special letters; copy it once more")]
    OddToken,
    /// Cloudflare's key to everything.
    #[error(
        "this is Cloudflare's global key, which opens the whole account; make an API token that may edit the DNS of this zone only"
    )]
    GlobalKey,
    /// No URL of an HTTPS server, or one with more in it than a path.
    #[error("write the server as https://members.example.net, without a user, a password or a question mark")]
    Url,
    /// A user that `dyndns2` cannot tell.
    #[error("a user name is needed, without a colon")]
    User,
}

fn check(provider: &Provider, name: &str, secret: &str) -> Result<(), InvalidAccount> {
    match provider {
        Provider::DuckDns => {
            let label = name.strip_suffix(".duckdns.org").ok_or(InvalidAccount::NotDuckDns)?;
            if label.contains('.') {
                return Err(InvalidAccount::NotDuckDns);
            }
        }
        Provider::Cloudflare if is_global_key(secret) => return Err(InvalidAccount::GlobalKey),
        // A password may be anything.
        Provider::Dyndns2(_) => return Ok(()),
        Provider::Cloudflare | Provider::DeSec | Provider::Dynv6 => {}
    }
    if !secret.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(InvalidAccount::OddToken);
    }

    Ok(())
}

/// Cloudflare's global keys are 37 hexadecimal digits, its tokens are 40 characters and more.
fn is_global_key(secret: &str) -> bool {
    secret.len() == 37 && secret.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::Dyndns2;

    #[test]
    fn accounts_are_what_their_providers_give_out() {
        for (provider, name, secret) in [
            (Provider::DuckDns, "MyHome.duckdns.org", "0d0c0ffe-0000"),
            (Provider::Cloudflare, "home.example.org", "0aBcDeF_-"),
            (Provider::DeSec, "myhome.dedyn.io", "i-T3b1h"),
            (Provider::Dynv6, "myhome.dynv6.net", "abc"),
            (dyndns2(), "home.example.net", "päss wörd"),
        ] {
            let account = account(provider.clone(), name, secret).unwrap();

            assert_eq!((account.provider(), account.name()), (&provider, name.to_lowercase().as_str()));
        }
    }

    #[test]
    fn what_cannot_work_is_refused_at_the_door() {
        let global_key = "c2547eb745079dac9320b638f5e225cf483cc";
        for (provider, name, secret, why) in [
            (Provider::DeSec, "203.0.113.2", "abc", InvalidAccount::Address),
            (Provider::DeSec, "home", "abc", InvalidAccount::Name),
            (Provider::DuckDns, "home.example.org", "abc", InvalidAccount::NotDuckDns),
            (Provider::DuckDns, "duckdns.org", "abc", InvalidAccount::NotDuckDns),
            (Provider::DuckDns, "a.b.duckdns.org", "abc", InvalidAccount::NotDuckDns),
            (Provider::DuckDns, "home.duckdns.org", "a c", InvalidAccount::OddToken),
            (Provider::Dynv6, "home.dynv6.net", "äbc", InvalidAccount::OddToken),
            (Provider::Cloudflare, "home.example.org", global_key, InvalidAccount::GlobalKey),
        ] {
            assert_eq!(account(provider, name, secret), Err(why));
        }
    }

    #[test]
    fn an_account_tells_its_secret_to_no_log() {
        let account = account(dyndns2(), "home.example.net", "hunter2").unwrap();

        assert!(!format!("{account:?} {account:#?}").contains("hunter2"));
    }

    fn account(provider: Provider, name: &str, secret: &str) -> Result<Account, InvalidAccount> {
        Account::new(AccountId(1), provider, &name.parse().unwrap(), Secret::parse(secret)?)
    }

    fn dyndns2() -> Provider {
        Provider::Dyndns2(Dyndns2::parse("https://members.example.net", "anna").unwrap())
    }
}
