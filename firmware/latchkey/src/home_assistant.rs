//! Which Home Assistant is ours: the one that the owner typed, else the one that was found first, wherever it moves.

use std::net::{IpAddr, SocketAddr, SocketAddrV4, SocketAddrV6};

use discovery::HomeAssistant;
use model::Service;
use registry::{FoundHomeAssistant, Snapshot};

use crate::lan::HomeNetwork;

/// Home Assistant as the plan takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice {
    /// Where it is.
    pub service: Service,
    /// What it is called.
    pub name: Option<String>,
    /// Whether the owner typed the address.
    pub typed: bool,
}

/// The choice, and what is worth remembering of what was seen: a box that restarts should not have to wait for
/// Home Assistant to speak up, and must not follow another one that does.
pub(crate) fn choose(
    snapshot: &Snapshot,
    seen: &[HomeAssistant],
    home: &HomeNetwork,
) -> (Option<Choice>, Option<FoundHomeAssistant>) {
    if let Some(address) = snapshot.settings.home_assistant {
        return (Some(Choice { service: at(address), name: None, typed: true }), None);
    }

    let known = snapshot.home_assistant.as_ref();
    let mut candidates = seen
        .iter()
        .filter(|candidate| known.is_none_or(|known| known.uuid == candidate.uuid))
        .filter_map(|candidate| found_at_home(candidate, home))
        .collect::<Vec<_>>();
    // The uuid is no secret. While the one that we know is still heard where it was, nobody takes its place.
    candidates.sort_by_key(|candidate| known.is_none_or(|known| known.service != candidate.service));
    let found = candidates.into_iter().next();
    let news = found.clone().filter(|found| known != Some(found));
    let choice = found.or_else(|| known.cloned()).map(|found| Choice {
        service: found.service,
        name: found.name,
        typed: false,
    });

    (choice, news)
}

fn at(address: SocketAddr) -> Service {
    match address {
        SocketAddr::V4(v4) => Service { v4: Some(v4), v6: None },
        SocketAddr::V6(v6) => Service { v4: None, v6: Some(v6) },
    }
}

/// Only what is on-link counts: an announcement must not send peers out into the internet.
fn found_at_home(candidate: &HomeAssistant, home: &HomeNetwork) -> Option<FoundHomeAssistant> {
    let at_home_v4 = |v4: &SocketAddrV4| home.is_on_link(IpAddr::V4(*v4.ip()));
    let at_home_v6 = |v6: &SocketAddrV6| home.is_on_link(IpAddr::V6(*v6.ip()));
    let service =
        Service { v4: candidate.service.v4.filter(at_home_v4), v6: candidate.service.v6.filter(at_home_v6) };
    if service.v4.is_none() && service.v6.is_none() {
        return None;
    }

    Some(FoundHomeAssistant { uuid: candidate.uuid.clone(), name: candidate.name.clone(), service })
}

#[cfg(test)]
mod tests {
    use registry::Settings;

    use super::*;
    use crate::lan::LanInterface;

    #[test]
    fn the_first_one_found_is_ours_and_remembered() {
        let (choice, news) = choose(&snapshot(None, None), &[seen("ours", "192.168.1.20")], &home());

        assert_eq!(choice.unwrap().service.v4, Some("192.168.1.20:8123".parse().unwrap()));
        assert_eq!(news.unwrap().uuid, "ours");
    }

    #[test]
    fn ours_is_followed_to_a_new_address_and_another_one_is_not() {
        let known = snapshot(None, Some("ours"));

        let (choice, news) =
            choose(&known, &[seen("other", "192.168.1.66"), seen("ours", "192.168.1.21")], &home());
        assert_eq!(choice.unwrap().service.v4, Some("192.168.1.21:8123".parse().unwrap()));
        assert!(news.is_some());

        let (choice, news) = choose(&known, &[seen("other", "192.168.1.66")], &home());
        assert_eq!(choice.unwrap().service.v4, Some("192.168.1.20:8123".parse().unwrap()));
        assert!(news.is_none());
    }

    #[test]
    fn nobody_takes_its_place_while_it_is_heard_where_it_was() {
        let known = snapshot(None, Some("ours"));

        let (choice, news) =
            choose(&known, &[seen("ours", "192.168.1.66"), seen("ours", "192.168.1.20")], &home());

        assert_eq!(choice.unwrap().service.v4, Some("192.168.1.20:8123".parse().unwrap()));
        assert!(news.is_none());
    }

    #[test]
    fn what_the_owner_typed_goes_before_all_that_is_found() {
        let typed = snapshot(Some("192.168.1.99:80"), Some("ours"));

        let (choice, news) = choose(&typed, &[seen("ours", "192.168.1.21")], &home());

        assert_eq!(
            choice.map(|choice| (choice.service.v4, choice.typed)),
            Some((Some("192.168.1.99:80".parse().unwrap()), true))
        );
        assert!(news.is_none());
    }

    #[test]
    fn an_announcement_from_elsewhere_is_not_followed() {
        let (choice, _) = choose(&snapshot(None, None), &[seen("evil", "203.0.113.5")], &home());

        assert_eq!(choice, None);
    }

    fn snapshot(typed: Option<&str>, known: Option<&str>) -> Snapshot {
        Snapshot {
            settings: Settings {
                home_assistant: typed.map(|text| text.parse().unwrap()),
                ..Settings::default()
            },
            home_assistant: known.map(|uuid| {
                let seen = seen(uuid, "192.168.1.20");
                FoundHomeAssistant { uuid: seen.uuid, name: seen.name, service: seen.service }
            }),
            ..Snapshot::default()
        }
    }

    fn seen(uuid: &str, address: &str) -> HomeAssistant {
        let v4 = SocketAddrV4::new(address.parse().unwrap(), 8123);
        HomeAssistant { uuid: uuid.to_owned(), name: None, service: Service { v4: Some(v4), v6: None } }
    }

    fn home() -> HomeNetwork {
        let prefixes = vec!["192.168.1.0/24".parse().unwrap()];
        let lan = LanInterface { name: "eth0".parse().unwrap(), index: 2, prefixes, addresses: vec![] };
        HomeNetwork { interfaces: vec![lan] }
    }
}
