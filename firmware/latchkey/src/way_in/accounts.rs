use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use model::{Host, Moment};
use reachability::names::{
    Account, AccountId, Addresses, Dyndns2, Former, InvalidAccount, NameState, Provider, Secret, State,
};
use registry::{Published, StoredName};
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
        user: new.user.as_deref().filter(|_| is_dyndns2).map(|user| user.trim().to_owned()),
        secret: Secret::parse(&new.secret)?.expose().to_owned().into(),
        published: None,
    };
    account(&stored)?;

    Ok(stored)
}

/// What the providers said yes to before this start.
pub(crate) fn former(names: &[StoredName], now: &Moment) -> BTreeMap<AccountId, Former> {
    let former = names.iter().filter_map(|name| {
        let Published { v4, v6, at } = name.published.as_ref()?;
        let addresses = Addresses { v4: *v4, v6: *v6 };

        Some((AccountId(name.id), Former { addresses, ago: now.elapsed_since(at) }))
    });

    former.collect()
}

/// What a provider has just said yes to and is not written down.
pub(crate) fn published(
    stored: &StoredName,
    states: &[NameState],
    moment: &Moment,
    now: Instant,
) -> Option<Published> {
    let state = states.iter().find(|state| state.account.0 == stored.id)?;
    let State::Published { addresses: Addresses { v4, v6 }, at } = state.state else { return None };
    let is_known = |known: &Published| {
        let ago = moment.elapsed_since(&known.at);
        (known.v4, known.v6) == (v4, v6) && ago.is_some_and(|ago| ago < JUST)
    };
    let is_new = now.saturating_duration_since(at) < JUST && !stored.published.as_ref().is_some_and(is_known);

    is_new.then(|| Published { v4, v6, at: moment.clone() })
}

/// Between two looks whether there is something to write down is a second, between two updates more than a minute.
const JUST: Duration = Duration::from_mins(1);

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

/// People type a server's name without what goes before it, and paste line breaks, which a URL passes over.
fn url(server: &str) -> String {
    let server = server.trim().replace(char::is_control, "");
    if server.contains("://") { server } else { format!("https://{server}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

    #[test]
    fn what_a_provider_has_said_yes_to_is_written_down_once() {
        let now = clock::instant();
        let mut stored = stored(&new_name()).unwrap();
        let states = [published_at(now)];

        let news = published(&stored, &states, &moment("a", 10), now);
        stored.published = news.clone();

        assert_eq!(news.map(|news| (news.v4, news.at)), Some(("203.0.113.2".parse().ok(), moment("a", 10))));
        let soon = Duration::from_secs(1);
        assert_eq!(published(&stored, &states, &moment("a", 11), now + soon), None);
        assert_eq!(published(&stored, &states, &moment("a", 70), now + JUST), None);
        let tomorrow = now + Duration::from_hours(24);
        let again = published(&stored, &[published_at(tomorrow)], &moment("a", 86_410), tomorrow);
        assert_eq!(again.map(|news| news.at), Some(moment("a", 86_410)));
    }

    #[test]
    fn after_a_restart_it_is_known_how_long_ago_that_was_where_the_clocks_tell() {
        let mut stored = stored(&new_name()).unwrap();
        let addresses = Addresses { v4: "203.0.113.2".parse().ok(), v6: None };
        stored.published = Some(Published { v4: addresses.v4, v6: None, at: moment("a", 10) });

        for (now, ago) in [(moment("a", 25), Some(Duration::from_secs(15))), (moment("b", 25), None)] {
            let former = former(std::slice::from_ref(&stored), &now);

            assert_eq!(former, BTreeMap::from([(AccountId(0), Former { addresses, ago })]));
            assert_eq!(published(&stored, &[], &now, clock::instant()), None);
        }
    }

    #[test]
    fn what_was_pasted_with_blanks_and_line_breaks_is_written_down_without() {
        for (server, user) in [
            ("members.example.net", "anna"),
            (" members.example\n.net\r\n", "\tanna\n"),
            ("https://members.\texample.net", &format!("anna{}", " ".repeat(600))),
        ] {
            let typed = wire::NewName {
                provider: wire::Provider::DynDns2,
                server: Some(server.to_owned()),
                user: Some(user.to_owned()),
                ..new_name()
            };
            let stored = stored(&typed).unwrap();

            assert_eq!(stored.server.as_deref(), Some("https://members.example.net"));
            assert_eq!(stored.user.as_deref(), Some("anna"));
        }
    }

    fn new_name() -> wire::NewName {
        wire::NewName {
            provider: wire::Provider::DeSec,
            name: "home.dedyn.io".to_owned(),
            server: None,
            user: None,
            secret: "abc".to_owned(),
        }
    }

    fn published_at(at: Instant) -> NameState {
        let addresses = Addresses { v4: "203.0.113.2".parse().ok(), v6: None };

        NameState {
            account: AccountId(0),
            name: "home.dedyn.io".to_owned(),
            state: State::Published { addresses, at },
        }
    }

    fn moment(boot_id: &str, seconds: u64) -> Moment {
        Moment {
            boot_id: boot_id.to_owned(),
            since_boot: Duration::from_secs(seconds),
            unix_seconds: 0,
            clock_is_set: false,
        }
    }
}
