use std::time::Duration;

use anyhow::Result;
use lab::{
    RecordType,
    providers::{Mood, Service},
};
use reachability::names::State;

use crate::home::{Home, story};

#[test]
fn what_is_published_stands_in_the_dns_for_a_minute() -> Result<()> {
    story(&Service::ALL, async |home: &mut Home| {
        home.want("203.0.113.2 2001:db8::2");

        home.until_published("203.0.113.2 2001:db8::2").await?;

        for service in Service::ALL {
            for kind in [RecordType::A, RecordType::Aaaa] {
                let records = home.internet.dns.records(service.name(), kind)?;
                let ttls: Vec<_> = records.iter().map(|record| record.ttl).collect();
                assert_eq!(ttls, [60], "{service:?} {kind}");
            }
            assert_eq!(home.dns(service)?, "203.0.113.2 2001:db8::2", "{service:?}");
        }
        Ok(())
    })
}

#[test]
fn an_address_that_changes_changes_in_the_dns_at_once() -> Result<()> {
    story(&Service::ALL, async |home: &mut Home| {
        home.want("203.0.113.2 2001:db8::2");
        home.until_published("203.0.113.2 2001:db8::2").await?;
        home.pass(Duration::from_secs(65)).await;

        home.want("203.0.113.3 2001:db8::3");
        home.until_published("203.0.113.3 2001:db8::3").await?;

        for service in Service::ALL {
            assert_eq!(home.dns(service)?, "203.0.113.3 2001:db8::3", "{service:?}");
        }
        Ok(())
    })
}

#[test]
fn a_family_that_does_not_lead_home_any_more_is_removed() -> Result<()> {
    for left in ["2001:db8::2", "203.0.113.2"] {
        story(&Service::ALL, async |home: &mut Home| {
            home.want("203.0.113.2 2001:db8::2");
            home.until_published("203.0.113.2 2001:db8::2").await?;
            home.pass(Duration::from_secs(65)).await;

            home.want(left);
            home.until_published(left).await?;

            for service in Service::ALL {
                assert_eq!(home.dns(service)?, left, "{service:?}");
            }
            Ok(())
        })?;
    }
    Ok(())
}

#[test]
fn a_home_without_a_way_in_is_in_no_dns() -> Result<()> {
    story(&Service::ALL, async |home: &mut Home| {
        home.want("203.0.113.2 2001:db8::2");
        home.until_published("203.0.113.2 2001:db8::2").await?;
        home.pass(Duration::from_secs(65)).await;

        home.want("");
        let why = home.until_failing(Service::Dyndns2).await?;
        for service in Service::ALL.into_iter().filter(|service| *service != Service::Dyndns2) {
            home.until_one_published(service, "").await?;
            assert_eq!(home.dns(service)?, "", "{service:?}");
        }

        assert!(why.contains("only by hand"), "{why}");
        Ok(())
    })
}

#[test]
fn what_a_former_life_left_behind_is_removed() -> Result<()> {
    story(&Service::ALL, async |home: &mut Home| {
        for service in Service::ALL {
            home.internet.providers.put(service.name(), "198.51.100.99".parse()?, 3600, false)?;
        }

        home.want("2001:db8::2");
        home.until_published("2001:db8::2").await?;

        for service in Service::ALL {
            assert_eq!(home.dns(service)?, "2001:db8::2", "{service:?}");
        }
        Ok(())
    })
}

#[test]
fn nothing_is_asked_or_removed_while_nobody_knows_where_home_is() -> Result<()> {
    story(&Service::ALL, async |home: &mut Home| {
        home.internet.providers.put(Service::DeSec.name(), "198.51.100.99".parse()?, 60, false)?;

        home.until(|states| states.len() == Service::ALL.len()).await?;
        home.pass(Duration::from_secs(90_000)).await;

        assert!(home.states().iter().all(|state| state.state == State::Waiting), "{:?}", home.states());
        assert!(Service::ALL.iter().all(|service| home.internet.providers.asked(*service).is_empty()));
        assert_eq!(home.dns(Service::DeSec)?, "198.51.100.99");
        Ok(())
    })
}

#[test]
fn a_provider_that_was_down_for_a_while_is_used_when_it_is_well() -> Result<()> {
    story(&Service::ALL, async |home: &mut Home| {
        for service in Service::ALL {
            home.internet.providers.set_mood(service, Mood::bad_gateway(4));
        }
        home.want("203.0.113.2");

        for pause in [30, 60, 120, 240] {
            for service in Service::ALL {
                let why = home.until_failing(service).await?;
                assert!(why.contains("502"), "{why}");
            }
            home.pass_until_all_asked(Duration::from_secs(pause)).await?;
        }
        home.until_published("203.0.113.2").await?;

        for service in Service::ALL {
            assert_eq!(home.dns(service)?, "203.0.113.2", "{service:?}");
        }
        Ok(())
    })
}

#[test]
fn one_that_answers_404_for_a_day_is_asked_every_hour_and_forgiven() -> Result<()> {
    story(&[Service::DuckDns], async |home: &mut Home| {
        home.internet.providers.set_mood(Service::DuckDns, Mood::not_found());
        home.want("203.0.113.2");
        home.until_failing(Service::DuckDns).await?;

        for hour in 0..24 {
            home.pass_until_all_asked(Duration::from_secs(3600)).await?;
            assert!(home.internet.providers.asked(Service::DuckDns).len() >= hour + 2);
        }
        home.internet.providers.set_mood(Service::DuckDns, Mood::Well);
        home.pass(Duration::from_secs(3600)).await;
        home.until_published("203.0.113.2").await?;

        assert_eq!(home.dns(Service::DuckDns)?, "203.0.113.2");
        Ok(())
    })
}

#[test]
fn a_wrong_token_is_told_to_the_owner_and_a_right_one_is_used_at_once() -> Result<()> {
    story(&Service::ALL, async |home: &mut Home| {
        home.use_secret("not-the-token");
        home.want("203.0.113.2");
        for service in Service::ALL {
            let why = home.until_failing(service).await?;
            assert!(why.contains("token"), "{service:?}: {why}");
        }
        home.pass(Duration::from_secs(1800)).await;
        assert_eq!(home.internet.providers.asked(Service::DeSec).len(), 1);

        home.use_right_secrets();
        home.until_published("203.0.113.2").await?;

        for service in Service::ALL {
            assert_eq!(home.dns(service)?, "203.0.113.2", "{service:?}");
        }
        Ok(())
    })
}

#[test]
fn who_asks_to_be_left_alone_is_left_alone() -> Result<()> {
    story(&[Service::DeSec], async |home: &mut Home| {
        home.internet.providers.set_mood(Service::DeSec, Mood::rate_limit(Duration::from_secs(600), 1));
        home.want("203.0.113.2");
        let why = home.until_failing(Service::DeSec).await?;
        assert!(why.contains("left alone"), "{why}");

        home.want("203.0.113.3");
        home.pass(Duration::from_secs(599)).await;
        assert_eq!(home.internet.providers.asked(Service::DeSec).len(), 1);
        home.pass(Duration::from_secs(130)).await;
        home.until_published("203.0.113.3").await?;

        assert_eq!(home.dns(Service::DeSec)?, "203.0.113.3");
        Ok(())
    })
}

#[test]
fn an_address_that_flaps_is_said_once_a_minute_and_the_last_one_arrives() -> Result<()> {
    story(&[Service::DeSec], async |home: &mut Home| {
        home.want("203.0.113.2");
        home.until_published("203.0.113.2").await?;

        for last in 0..100 {
            home.want(&format!("203.0.113.{}", 100 + last));
            home.settle().await;
        }
        assert_eq!(home.dns(Service::DeSec)?, "203.0.113.2");
        home.pass(Duration::from_secs(65)).await;
        home.until_published("203.0.113.199").await?;

        assert_eq!(home.internet.providers.asked(Service::DeSec).len(), 2);
        assert_eq!(home.dns(Service::DeSec)?, "203.0.113.199");
        Ok(())
    })
}

#[test]
fn a_provider_that_fails_or_hangs_keeps_no_other_waiting() -> Result<()> {
    story(&Service::ALL, async |home: &mut Home| {
        home.internet.providers.set_mood(Service::DuckDns, Mood::Silent);
        home.internet.providers.set_mood(Service::Cloudflare, Mood::bad_gateway(u32::MAX));
        home.want("203.0.113.2");

        for service in [Service::DeSec, Service::Dynv6, Service::Dyndns2] {
            home.until_one_published(service, "203.0.113.2").await?;
            assert_eq!(home.dns(service)?, "203.0.113.2", "{service:?}");
        }
        home.until_failing(Service::Cloudflare).await?;
        home.pass(Duration::from_secs(16)).await;
        let why = home.until_failing(Service::DuckDns).await?;

        assert!(why.contains("does not answer"), "{why}");
        Ok(())
    })
}

#[test]
fn one_that_says_yes_and_does_nothing_is_found_out_where_it_can_be_asked() -> Result<()> {
    let talkative = [Service::Cloudflare, Service::Dynv6];
    story(&talkative, async |home: &mut Home| {
        home.want("203.0.113.2");
        home.until_published("203.0.113.2").await?;
        home.pass(Duration::from_secs(65)).await;
        for service in talkative {
            home.internet.providers.set_mood(service, Mood::Lies);
        }

        home.want("203.0.113.3");
        for service in talkative {
            let why = home.until_failing(service).await?;
            assert!(why.contains("another one"), "{service:?}: {why}");
        }
        Ok(())
    })
}

#[test]
fn a_name_behind_cloudflares_proxy_is_not_touched() -> Result<()> {
    story(&[Service::Cloudflare], async |home: &mut Home| {
        let name = Service::Cloudflare.name();
        home.internet.providers.put(name, "198.51.100.99".parse()?, 1, true)?;
        home.want("203.0.113.2");

        let why = home.until_failing(Service::Cloudflare).await?;

        assert!(why.contains("orange cloud"), "{why}");
        assert_eq!(home.dns(Service::Cloudflare)?, "198.51.100.99");
        let asked = home.internet.providers.asked(Service::Cloudflare);
        assert!(asked.iter().all(|asked| asked.method == "GET"), "{asked:?}");
        Ok(())
    })
}

#[test]
fn an_address_that_stays_is_looked_after_once_a_day() -> Result<()> {
    story(&Service::ALL, async |home: &mut Home| {
        home.want("203.0.113.2");
        home.until_published("203.0.113.2").await?;
        home.internet.providers.forget();
        // Somebody changes it by hand.
        home.internet.providers.put(Service::Cloudflare.name(), "198.51.100.99".parse()?, 60, false)?;

        home.pass(Duration::from_secs(24 * 3600)).await;
        for service in [Service::DuckDns, Service::Cloudflare, Service::Dynv6] {
            home.until_asked(service).await?;
            home.until_published_lately(service).await?;
        }

        assert_eq!(home.dns(Service::Cloudflare)?, "203.0.113.2");
        assert!(home.internet.providers.asked(Service::DeSec).is_empty(), "deSEC forbids it");
        assert!(home.internet.providers.asked(Service::Dyndns2).is_empty(), "nochg may lead to a block");
        Ok(())
    })
}

#[test]
fn an_account_that_is_gone_is_no_longer_looked_after() -> Result<()> {
    story(&[Service::DeSec, Service::Dynv6], async |home: &mut Home| {
        home.internet.providers.set_mood(Service::Dynv6, Mood::Silent);
        home.want("203.0.113.2");
        home.until_one_published(Service::DeSec, "203.0.113.2").await?;
        home.until_asked(Service::Dynv6).await?;

        home.only(&[Service::DeSec]);
        home.until(|states| states.len() == 1).await?;
        home.pass(Duration::from_secs(90_000)).await;

        assert_eq!(home.internet.providers.asked(Service::Dynv6).len(), 1);
        Ok(())
    })
}
