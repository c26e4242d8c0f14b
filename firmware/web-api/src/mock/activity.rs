use model::{Device, DoorState, Event, GuestHours, Hand, IpVersion, Pause, PeerId, Place, Role, Setting};

use crate::wire::{Activity, ActivityLine, ActivityWanted};

/// What has happened to a box that was just plugged in, before its clock was set.
pub(super) fn of_a_new_box() -> Vec<ActivityLine> {
    vec![ActivityLine::new(1, 25, false, Event::Started { after: Pause::PowerOff })]
}

/// Two weeks of a family, the newest line first: more than are told at once.
pub(super) fn of_a_household() -> Vec<ActivityLine> {
    let first = of_a_new_box();
    let days =
        (0..14).flat_map(|day| one_day(day).into_iter().map(move |(time, event)| (day * DAY + time, event)));
    let lines = setting_up().into_iter().chain(days);
    let numbered = (2..).zip(lines).map(|(id, (at, event))| ActivityLine::new(id, BEGIN + at, true, event));
    let mut lines = first.into_iter().chain(numbered).collect::<Vec<_>>();
    lines.reverse();

    lines
}

pub(super) fn newest(lines: &[ActivityLine], wanted: &ActivityWanted) -> Activity {
    let is_wanted = |line: &&ActivityLine| {
        wanted.before.is_none_or(|before| line.id < before)
            && wanted.peer.is_none_or(|peer| line.event.device().is_some_and(|device| device.id.0 == peer))
    };
    let mut lines = lines.iter().filter(is_wanted).cloned();
    let most = wanted.most().unwrap_or(ActivityWanted::MOST);

    Activity { lines: lines.by_ref().take(most.into()).collect(), more: lines.next().is_some() }
}

fn setting_up() -> Vec<(u64, Event)> {
    let (anna, ben) = (device(1, "Anna"), device(2, "Ben"));
    let host = "home-4711.duckdns.org".parse().ok();

    vec![
        (60, Event::SignInRefused { browsers: 2 }),
        (90, Event::SignedIn),
        (100, Event::DoorMoved { version: IpVersion::V4, to: DoorState::Open }),
        (120, Event::DeviceAdded { device: anna.clone(), role: Role::Owner }),
        (180, Event::DeviceArrived { device: anna, from: Place::Outside }),
        (240, Event::DeviceAdded { device: ben.clone(), role: Role::Guest }),
        (260, Event::RoleChanged { device: ben.clone(), was: Role::Guest, role: Role::Family }),
        (270, Event::DeviceRenamed { device: ben, was: name("Ben’s phone") }),
        (300, Event::SettingChanged { change: Setting::EndpointHost(host) }),
        (310, Event::SettingChanged { change: Setting::GuestHours(GuestHours::default()) }),
    ]
}

fn one_day(day: u64) -> Vec<(u64, Event)> {
    let came_in = |device, from| Event::CameIn { device, from };
    let mut events = vec![
        (7 * HOUR, Event::Refused { attempts: 3 + day * 7 % 31 }),
        (8 * HOUR, came_in(device(1, "Anna"), Place::Outside)),
        (8 * HOUR + 900, came_in(device(2, "Ben"), Place::Outside)),
        (12 * HOUR, came_in(device(3, "Grandma’s tablet"), Place::Outside)),
        (18 * HOUR, came_in(device(1, "Anna"), Place::Home)),
    ];
    if day % 7 == 5 {
        events.push((
            19 * HOUR,
            Event::GuestsLetIn { by: Hand::Button, seconds: GuestHours::default().into() },
        ));
        events.push((19 * HOUR + 600, came_in(device(4, "Babysitter"), Place::Home)));
        events.push((23 * HOUR, Event::GuestsPutOut { by: Hand::Page }));
    }
    if day == 9 {
        events.push((23 * HOUR + 60, Event::Started { after: Pause::Restart }));
    }

    events
}

fn device(id: u32, called: &str) -> Device {
    Device { id: PeerId(id), name: name(called) }
}

fn name(text: &str) -> model::PeerName {
    text.parse().expect("a name")
}

/// 9 November 2026, midnight in UTC.
const BEGIN: u64 = 1_794_182_400;
const DAY: u64 = 86_400;
const HOUR: u64 = 3_600;
