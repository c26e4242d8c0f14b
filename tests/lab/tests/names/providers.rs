use std::net::IpAddr;

use anyhow::Result;
use lab::{
    Namespace, Record, RecordType,
    providers::{Mood, Service},
};

use crate::internet::Internet;

#[test]
fn what_a_provider_is_told_stands_in_the_dns_when_it_answers() -> Result<()> {
    let internet = Internet::build()?;
    let name = Service::DeSec.name();

    let answer = update(&internet, "myipv4=203.0.113.2&myipv6=2001:db8::2")?;

    assert_eq!(answer, "good");
    let record = |text: &str| Ok::<_, anyhow::Error>(Record { address: text.parse()?, ttl: 60 });
    assert_eq!(internet.dns.records(name, RecordType::A)?, [record("203.0.113.2")?]);
    assert_eq!(internet.dns.records(name, RecordType::Aaaa)?, [record("2001:db8::2")?]);

    update(&internet, "myipv4=&myipv6=2001:db8::3")?;

    assert_eq!(internet.dns.addresses(name)?, ["2001:db8::3".parse::<IpAddr>()?]);
    assert_eq!(internet.providers.asked(Service::DeSec).len(), 2);

    Ok(())
}

#[test]
fn a_provider_that_is_not_well_does_nothing() -> Result<()> {
    let internet = Internet::build()?;
    let name = Service::DeSec.name();

    internet.providers.set_mood(Service::DeSec, Mood::bad_gateway(1));
    assert!(update(&internet, "myipv4=203.0.113.2&myipv6=")?.contains("Bad Gateway"));
    assert_eq!(internet.dns.addresses(name)?, [] as [IpAddr; 0]);
    internet.providers.set_mood(Service::DeSec, Mood::Lies);
    assert_eq!(update(&internet, "myipv4=203.0.113.2&myipv6=")?, "good");
    assert_eq!(internet.dns.addresses(name)?, [] as [IpAddr; 0]);
    internet.providers.set_mood(Service::DeSec, Mood::WrongToken);
    assert_eq!(update(&internet, "myipv4=203.0.113.2&myipv6=")?, "badauth");

    Ok(())
}

#[test]
fn nobody_believes_them_but_who_was_told_to() -> Result<()> {
    let internet = Internet::build()?;
    let stranger = Namespace::create("stranger")?;

    let believed = internet.room.run("curl --silent --show-error --cacert /dev/null https://dynv6.com/");

    assert!(format!("{:#}", believed.unwrap_err()).contains("certificate"));
    assert!(stranger.run("cat /etc/ssl/certs/ca-certificates.crt")?.len() > 100_000);

    Ok(())
}

fn update(internet: &Internet, parameters: &str) -> Result<String> {
    let url = format!("https://update.dedyn.io/?hostname={}&{parameters}", Service::DeSec.name());
    let token = format!("Token {}", Service::DeSec.secret());

    Ok(internet.room.request("GET", &url).header("Authorization", &token).send()?.text())
}
