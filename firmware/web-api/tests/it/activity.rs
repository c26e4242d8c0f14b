use std::sync::Arc;

use model::{Device, DoorState, Event, GuestHours, Hand, IpVersion, Pause, PeerId, Place, Role, Setting};
use serde_json::{Value, json};
use web_api::wire::ActivityLine;

use crate::{
    house::{House, OWNER},
    http::Request,
    mock::MockGateway,
};

#[tokio::test]
async fn what_happened_is_told_newest_first_and_page_by_page() {
    let house = House::start().await;

    let first = activity(&house, "?limit=3").await;
    let last = first["lines"][2]["id"].as_u64().unwrap();
    let next = activity(&house, &format!("?limit=3&before={last}")).await;

    assert_eq!(first["more"], true);
    let ids = [&first, &next].map(ids).concat();
    assert!(ids.is_sorted_by(|newer, older| newer > older) && ids.len() == 6, "{ids:?}");
    assert_eq!(activity(&house, "?before=2").await["more"], false);
}

#[tokio::test]
async fn one_device_can_be_asked_about() {
    let house = House::start().await;

    let page = activity(&house, "?peer=1&limit=200").await;

    let lines = page["lines"].as_array().unwrap();
    assert!(!lines.is_empty() && lines.iter().all(|line| line["event"]["device"]["id"] == 1));
}

#[tokio::test]
async fn a_line_has_a_code_with_what_belongs_to_it_and_a_sentence() {
    let house = with_lines(vec![ActivityLine::new(5, 1_709_210_096, false, came_in("Anna"))]).await;

    assert_eq!(
        activity(&house, "").await,
        json!({
            "lines": [{
                "id": 5,
                "at": 1_709_210_096,
                "clock_is_set": false,
                "event": {"code": "came_in", "device": {"id": 1, "name": "Anna"}, "from": "outside"},
                "sentence": "Anna came in from outside",
            }],
            "more": false,
        })
    );
}

#[tokio::test]
async fn what_cannot_be_asked_for_is_refused_with_a_sentence() {
    let house = House::start().await;
    for asked in
        ["?limit=0", "?limit=201", "?limit=-1", "?before=x", "?before=-1", "?peer=99999999999", "?of=1"]
    {
        let answer =
            house.in_tunnel_whole(OWNER, Request::new("GET", &format!("/api/activity{asked}"))).await;

        assert_eq!((answer.status, &*answer.problem()), (422, "invalid"), "{asked}");
    }
}

#[tokio::test]
async fn the_table_has_every_line_and_is_a_file_to_keep() {
    let lines =
        (1..=450).rev().map(|id| ActivityLine::new(id, 1_709_210_096, true, came_in("-1 (+)"))).collect();
    let house = with_lines(lines).await;
    let mut line = house.line_in_tunnel(OWNER).await;

    let answer = line.open(&house.page_in_tunnel(Request::new("GET", "/api/activity.csv"))).await;
    let table = line.pieces().await;

    assert_eq!(answer.status, 200);
    assert!(answer.header("content-type").unwrap().starts_with("text/csv"));
    assert!(answer.header("content-disposition").unwrap().starts_with("attachment"));
    let rows = table.lines().collect::<Vec<_>>();
    assert_eq!(rows.len(), 451);
    assert_eq!(rows[0], "\u{feff}time,clock,code,device,sentence");
    assert_eq!(rows[450], "2024-02-29T12:34:56Z,set,came_in,'-1 (+),'-1 (+) came in from outside");
}

/// The document describes [`Event`] a second time, since `model` knows nothing of it.
#[test]
fn every_event_is_as_the_document_describes_it() {
    let document = serde_json::to_value(web_api::openapi()).unwrap();
    let kinds = document["components"]["schemas"]["Event"]["oneOf"].as_array().unwrap();
    let code_of = |kind: &Value| kind["properties"]["code"]["enum"][0].as_str().unwrap().to_owned();
    let mut described =
        kinds.iter().map(|kind| (code_of(kind), fields(&kind["properties"]))).collect::<Vec<_>>();
    let mut told = every_event()
        .iter()
        .map(|event| {
            let event = serde_json::to_value(event).unwrap();
            (event["code"].as_str().unwrap().to_owned(), fields(&event))
        })
        .collect::<Vec<_>>();
    described.sort();
    told.sort();

    assert_eq!(told, described);
}

fn fields(object: &Value) -> Vec<String> {
    let mut names = object.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    names.sort();

    names
}

fn every_event() -> Vec<Event> {
    let anna = || Device { id: PeerId(1), name: "Anna".parse().unwrap() };
    let name = || "home.example.org".parse().unwrap();

    vec![
        Event::Started { after: Pause::PowerOff },
        Event::SignedIn,
        Event::SignInRefused { browsers: 2 },
        Event::DeviceAdded { device: anna(), role: Role::Owner },
        Event::DeviceArrived { device: anna(), from: Place::Home },
        Event::DeviceRenamed { device: anna(), was: "Ann".parse().unwrap() },
        Event::RoleChanged { device: anna(), was: Role::Guest, role: Role::Family },
        Event::KeyRenewed { device: anna() },
        Event::DeviceRemoved { device: anna() },
        Event::CameIn { device: anna(), from: Place::Outside },
        Event::GuestsLetIn { by: Hand::Button, seconds: GuestHours::default().into() },
        Event::GuestsPutOut { by: Hand::Page },
        Event::GuestsTimeUp,
        Event::SettingChanged { change: Setting::PortMapping(true) },
        Event::NameAdded { name: name() },
        Event::NameChanged { name: name() },
        Event::NameRemoved { name: name() },
        Event::AddressChanged { v4: None, v6: None },
        Event::DoorMoved { version: IpVersion::V4, to: DoorState::Open },
        Event::Locked,
        Event::Unlocked,
        Event::BackupMade,
        Event::Restored { devices: 1 },
        Event::ResetAsked,
        Event::Refused { attempts: 1 },
        Event::Unknown,
    ]
}

async fn with_lines(lines: Vec<ActivityLine>) -> House {
    let gateway = MockGateway::household().with_caller(OWNER.into(), Role::Owner).with_lines(lines);

    House::of(Arc::new(gateway)).await
}

async fn activity(house: &House, asked: &str) -> Value {
    let request = Request::new("GET", &format!("/api/activity{asked}"));

    house.in_tunnel_whole(OWNER, request).await.json()
}

fn ids(page: &Value) -> Vec<u64> {
    page["lines"].as_array().unwrap().iter().map(|line| line["id"].as_u64().unwrap()).collect()
}

fn came_in(name: &str) -> Event {
    let device = Device { id: PeerId(1), name: name.parse().unwrap() };

    Event::CameIn { device, from: Place::Outside }
}
