use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
};

use super::*;
use crate::{CgnatSign, NoInternet, NoV4, Situation, Verdict};

const HOME: &str = "203.0.113.2";
const BOX_V6: &str = "2001:db8:1::10";

#[test]
fn every_broken_set_up_has_one_finding() {
    for (name, break_it, expected) in BROKEN {
        let mut facts = works();
        break_it(&mut facts);

        let report = Report::of(&facts);

        let finding = report.finding.unwrap_or_else(|| panic!("{name} has no finding"));
        assert_eq!(finding.code, expected, "{name}: {finding:?}");
    }
}

#[test]
fn every_code_is_found_somewhere() {
    let found = BROKEN.iter().map(|(_, _, code)| json(code)).collect::<BTreeSet<_>>();

    assert_eq!(found.len(), 25, "{found:?}");
}

#[test]
fn where_all_is_well_there_is_no_finding() {
    let mut only_v6 = works();
    only_v6.verdict = cgnat_with_v6();
    only_v6.mapping = MappingFact::Refused;
    only_v6.name = resolves(&[], &[BOX_V6]);
    only_v6.told.clear();
    let mut refused_but_right = works();
    refused_but_right.name = NameFact::Name {
        name: "home.example.org".to_owned(),
        resolution: Resolution::Addresses { v4: vec![HOME.parse().unwrap()], v6: vec![] },
        refused: true,
    };
    let mut proven = works();
    proven.mapping = MappingFact::NoProtocol;
    proven.traffic = Traffic { proven: true, ..Traffic::default() };

    for facts in [works(), only_v6, refused_but_right, proven] {
        let report = Report::of(&facts);

        assert_eq!(report.finding, None, "{report:#?}");
        assert!(report.steps.iter().all(|step| step.outcome == Outcome::Ok), "{report:#?}");
    }
}

#[test]
fn what_nobody_has_tried_is_unknown_and_no_finding() {
    let mut facts = works();
    (facts.router, facts.dns) = (Answer::NotTried, Answer::NotTried);
    facts.clock = ClockFact::NotKnown;
    facts.verdict = Verdict::default();
    facts.mapping = MappingFact::NotYet;
    facts.home_assistant = HomeAssistantFact::NotTried;

    let report = Report::of(&facts);

    assert_eq!(report.finding, None);
    let unknown = report.steps.iter().filter(|step| step.outcome == Outcome::Unknown).count();
    assert_eq!(unknown, 6, "{report:#?}");
}

#[test]
fn beyond_a_cable_that_is_out_only_home_assistant_is_looked_at() {
    let mut facts = works();
    facts.link = false;

    let report = Report::of(&facts);

    let outcomes = report.steps.iter().map(|step| step.outcome).collect::<Vec<_>>();
    assert_eq!(outcomes[..3], [Outcome::Ok, Outcome::Problem, Outcome::Skipped]);
    assert!(outcomes[2..12].iter().all(|outcome| *outcome == Outcome::Skipped));
    assert_eq!(outcomes[12], Outcome::Ok);
}

#[test]
fn the_first_of_two_problems_is_the_finding_and_both_are_shown() {
    let mut facts = works();
    facts.mapping = MappingFact::Refused;
    facts.home_assistant = HomeAssistantFact::NotFound;

    let report = Report::of(&facts);

    assert_eq!(report.finding.map(|finding| finding.code), Some(Code::RouterRefuses));
    let problems = report.steps.iter().filter(|step| step.outcome == Outcome::Problem);
    assert_eq!(problems.map(|step| step.id).collect::<Vec<_>>(), [Id::Mapping, Id::HomeAssistant]);
}

#[test]
fn what_to_type_into_the_router_is_said() {
    let mut facts = works();
    facts.mapping = MappingFact::Refused;
    let v4 = Report::of(&facts).finding.unwrap().to_do;
    facts.verdict = cgnat_with_v6();
    facts.pinhole = MappingFact::Refused;
    let v6 = Report::of(&facts).finding.unwrap().to_do;

    assert_eq!(v4, "In the router's settings, forward UDP port 31820 to the box, 192.168.1.10.");
    assert_eq!(v6, "In the router's settings, allow UDP port 31820 to the box, 2001:db8:1::10.");
}

#[test]
fn a_finding_is_one_sentence_without_jargon_and_one_thing_to_do() {
    for (name, break_it, _) in BROKEN {
        let mut facts = works();
        break_it(&mut facts);

        let finding = Report::of(&facts).finding.unwrap();

        assert_eq!(finding.sentence.matches(". ").count(), 0, "{name}: {}", finding.sentence);
        for text in [finding.sentence, finding.to_do] {
            assert!(text.ends_with('.'), "{name}: {text}");
            for jargon in ["NAT", "DNS", "UPnP", "mapping", "handshake", "datagram", "endpoint"] {
                assert!(!text.contains(jargon), "{name}: {text}");
            }
        }
    }
}

#[test]
fn what_a_finding_says_is_named_beside_it_for_other_languages() {
    for (name, break_it, _) in BROKEN {
        let mut facts = works();
        break_it(&mut facts);

        let report = Report::of(&facts);

        let finding = report.finding.unwrap();
        let said = format!("{} {}", finding.sentence, finding.to_do);
        for (what, value) in BTreeMap::from(finding.values.clone()) {
            let is_word = ["why", "told"].contains(&what.as_str());
            assert!(is_word || said.contains(&value), "{name}: {what} is {value}: {said}");
        }
        let step = report.steps.iter().find(|step| step.finding.is_some()).unwrap();
        assert_eq!((step.outcome, step.finding.as_ref()), (Outcome::Problem, Some(&finding)), "{name}");
    }
}

#[test]
fn a_report_is_written_down_for_programs() {
    let mut facts = works();
    facts.link = false;

    let json = serde_json::to_value(Report::of(&facts)).unwrap();

    assert_eq!(json["finding"]["code"], "no_link");
    assert_eq!(json["steps"][1]["id"], "link");
    assert_eq!(json["steps"][1]["outcome"], "problem");
    assert_eq!(json["steps"].as_array().unwrap().len(), 13);
}

type Broken = (&'static str, fn(&mut Facts), Code);

const BROKEN: [Broken; 37] = [
    ("the box is locked", |facts| facts.lock = LockFact::Locked, Code::Locked),
    ("nobody was let in", |facts| facts.devices = 0, Code::NoDevices),
    ("the cable is out", |facts| facts.link = false, Code::NoLink),
    ("no address was given", |facts| facts.addresses.clear(), Code::NoAddress),
    ("the router hangs", |facts| facts.router = Answer::No, Code::RouterSilent),
    (
        "the internet is down",
        |facts| facts.verdict.situation = Situation::NoInternet { why: NoInternet::Silence },
        Code::NoInternet,
    ),
    (
        "a second router",
        |facts| facts.verdict = not_reachable(Situation::DoubleNat { router_outside: None, hop: None }),
        Code::DoubleNat,
    ),
    (
        "the provider shares addresses",
        |facts| facts.verdict = not_reachable(Situation::Cgnat { sign: sign() }),
        Code::Cgnat,
    ),
    (
        "the provider shares addresses, and the router refuses too",
        |facts| {
            facts.verdict = not_reachable(Situation::Cgnat { sign: sign() });
            facts.mapping = MappingFact::Refused;
        },
        Code::Cgnat,
    ),
    ("no names", |facts| facts.dns = Answer::No, Code::NoDns),
    (
        "no internet, hence no names",
        |facts| {
            facts.verdict = not_reachable(Situation::NoInternet { why: NoInternet::Silence });
            facts.dns = Answer::No;
        },
        Code::NoInternet,
    ),
    ("the clock is at 1970", |facts| facts.clock = ClockFact::Wrong, Code::ClockWrong),
    ("the router refuses", |facts| facts.mapping = MappingFact::Refused, Code::RouterRefuses),
    (
        "the router cannot be asked",
        |facts| facts.mapping = MappingFact::NoProtocol,
        Code::RouterCannotBeAsked,
    ),
    ("the router lies", |facts| facts.mapping = MappingFact::Lost, Code::MappingLost),
    (
        "the firewall for IPv6 stays closed",
        |facts| {
            facts.verdict = cgnat_with_v6();
            facts.pinhole = MappingFact::Refused;
        },
        Code::RouterRefuses,
    ),
    (
        "the router has forgotten what a device came in by",
        |facts| {
            facts.mapping = MappingFact::Lost;
            facts.traffic = Traffic { proven: true, ..Traffic::default() };
        },
        Code::MappingLost,
    ),
    ("no name", |facts| facts.name = NameFact::None, Code::NoName),
    ("the name is not known", |facts| facts.name = name(Resolution::Nothing), Code::NameUnknown),
    ("the name is empty", |facts| facts.name = resolves(&[], &[]), Code::NameUnknown),
    (
        "the name has the old address",
        |facts| facts.name = resolves(&["203.0.113.77"], &[]),
        Code::NameElsewhere,
    ),
    (
        "the address that was typed is the old one",
        |facts| facts.name = NameFact::Address { address: "203.0.113.77".parse().unwrap() },
        Code::NameElsewhere,
    ),
    (
        "the name that a device was told leads elsewhere, and another one leads home",
        |facts| facts.told.push(resolves(&["203.0.113.77"], &[])),
        Code::NameElsewhere,
    ),
    (
        "the address that a device was told is the old one",
        |facts| facts.told.push(NameFact::Address { address: "203.0.113.77".parse().unwrap() }),
        Code::NameElsewhere,
    ),
    (
        "the token is wrong and the name has the old address",
        |facts| {
            let resolution = Resolution::Addresses { v4: vec!["203.0.113.77".parse().unwrap()], v6: vec![] };
            facts.name = NameFact::Name { name: "home.example.org".to_owned(), resolution, refused: true };
        },
        Code::NameRefused,
    ),
    (
        "the name has an IPv4 address that is shared",
        |facts| {
            facts.verdict = cgnat_with_v6();
            facts.name = resolves(&[HOME], &[BOX_V6]);
        },
        Code::NameUnreachable,
    ),
    ("nothing arrives", |facts| facts.traffic = Traffic::default(), Code::NothingArrives),
    (
        "nothing arrives through a router that was opened by hand",
        |facts| {
            facts.mapping = MappingFact::ByHand;
            facts.traffic = Traffic::default();
        },
        Code::NothingArrives,
    ),
    (
        "only scanners call",
        |facts| facts.traffic = Traffic { datagrams: 9, ..Traffic::default() },
        Code::OnlyNoise,
    ),
    (
        "a removed device calls",
        |facts| facts.traffic = Traffic { datagrams: 9, unknown_keys: 3, ..Traffic::default() },
        Code::UnknownKey,
    ),
    (
        "a removed device calls, and another comes in daily",
        |facts| {
            facts.traffic =
                Traffic { datagrams: 99, unknown_keys: 3, handshakes: 1, completed: 1, proven: true }
        },
        Code::UnknownKey,
    ),
    (
        "one of two devices never hears the answer",
        |facts| {
            facts.traffic =
                Traffic { datagrams: 99, unknown_keys: 0, handshakes: 2, completed: 1, proven: true }
        },
        Code::NoPackets,
    ),
    (
        "hands are shaken and nothing follows",
        |facts| facts.traffic = Traffic { datagrams: 9, handshakes: 3, ..Traffic::default() },
        Code::NoPackets,
    ),
    (
        "there is no Home Assistant",
        |facts| facts.home_assistant = HomeAssistantFact::NotFound,
        Code::HomeAssistantNotFound,
    ),
    (
        "Home Assistant is off",
        |facts| facts.home_assistant = HomeAssistantFact::Silent { address: home_assistant() },
        Code::HomeAssistantSilent,
    ),
    (
        "Home Assistant bans the box",
        |facts| facts.home_assistant = HomeAssistantFact::Banned { address: home_assistant() },
        Code::HomeAssistantBans,
    ),
    (
        "a removed device calls, and Home Assistant is off",
        |facts| {
            facts.traffic = Traffic { datagrams: 9, unknown_keys: 3, ..Traffic::default() };
            facts.home_assistant = HomeAssistantFact::Silent { address: home_assistant() };
        },
        Code::UnknownKey,
    ),
];

fn works() -> Facts {
    Facts {
        lock: LockFact::Open,
        devices: 2,
        link: true,
        addresses: vec!["192.168.1.10".parse().unwrap(), BOX_V6.parse().unwrap()],
        router: Answer::Yes,
        dns: Answer::Yes,
        clock: ClockFact::Right,
        verdict: Verdict {
            situation: Situation::PublicV4 { address: HOME.parse().unwrap() },
            reachable_v4: Some(HOME.parse().unwrap()),
            ..Verdict::default()
        },
        port: 31820,
        mapping: MappingFact::Open { port: 31820 },
        pinhole: MappingFact::NotNeeded,
        name: resolves(&[HOME], &[]),
        told: vec![resolves(&[HOME], &[])],
        traffic: Traffic { datagrams: 9, unknown_keys: 1, handshakes: 3, completed: 3, proven: false },
        home_assistant: HomeAssistantFact::Answers { address: home_assistant() },
    }
}

fn cgnat_with_v6() -> Verdict {
    let address = BOX_V6.parse().unwrap();
    let situation = Situation::OnlyV6 { address, why: NoV4::Cgnat { sign: sign() } };

    Verdict { situation, reachable_v6: Some(address), ..Verdict::default() }
}

fn not_reachable(situation: Situation) -> Verdict {
    Verdict { situation, ..Verdict::default() }
}

fn sign() -> CgnatSign {
    CgnatSign::RouterOutside { address: "100.64.0.7".parse().unwrap() }
}

fn resolves(v4: &[&str], v6: &[&str]) -> NameFact {
    name(Resolution::Addresses {
        v4: v4.iter().map(|address| address.parse().unwrap()).collect(),
        v6: v6.iter().map(|address| address.parse().unwrap()).collect(),
    })
}

fn name(resolution: Resolution) -> NameFact {
    NameFact::Name { name: "home.example.org".to_owned(), resolution, refused: false }
}

fn home_assistant() -> SocketAddr {
    "192.168.1.20:8123".parse().unwrap()
}

fn json(code: &Code) -> String {
    serde_json::to_string(code).unwrap()
}
