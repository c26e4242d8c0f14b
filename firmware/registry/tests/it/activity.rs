use std::{path::Path, time::Duration};

use model::{Device, Event, Moment, Pause, PeerId, Place};
use registry::{Excerpt, Line, Registry, RegistryError};

use crate::support::{change, fresh, meddle, new_peer};

#[test]
fn what_happened_is_kept_newest_first_and_survives() {
    let (_parent, directory) = fresh();
    let registry = Registry::open(&directory).unwrap();
    note(&registry, &[Event::Locked, Event::Unlocked], &now(0));
    drop(registry);

    let registry = Registry::open(&directory).unwrap();

    let lines = registry.activity(&newest(10)).unwrap();
    assert_eq!(events(&lines), [Event::Unlocked, Event::Locked]);
    assert!(lines[0].number > lines[1].number);
    assert_eq!(lines[0].at, now(0));
}

#[test]
fn lines_are_read_piece_by_piece_and_of_one_device_alone() {
    let (_parent, directory) = fresh();
    let registry = Registry::open(&directory).unwrap();
    note(&registry, &[came_in(1), came_in(2), Event::Locked, came_in(1)], &now(0));

    let first = registry.activity(&newest(3)).unwrap();
    let rest = registry.activity(&Excerpt { before: Some(first[2].number), ..newest(3) }).unwrap();
    assert_eq!(events(&first), [came_in(1), Event::Locked, came_in(2)]);
    assert_eq!(events(&rest), [came_in(1)]);

    let of_one = registry.activity(&Excerpt { peer: Some(PeerId(1)), ..newest(9) }).unwrap();
    assert_eq!(events(&of_one), [came_in(1), came_in(1)]);
}

#[test]
fn what_is_older_than_90_days_goes_once_the_clock_is_certain() {
    let (_parent, directory) = fresh();
    let registry = Registry::open(&directory).unwrap();
    note(&registry, &[Event::SignedIn], &in_doubt("former", 0));
    note(&registry, &[Event::Locked], &now(0));
    note(&registry, &[Event::Unlocked], &now(1));
    let late = |seconds: u64| now(90 * 86_400 + 1 + seconds);

    note(&registry, &[came_in(1)], &Moment { clock_is_set: false, ..late(0) });
    note(&registry, &[came_in(2)], &late(0));
    note(&registry, &[came_in(3)], &late(86_399));
    assert_eq!(all(&registry).len(), 6, "nobody knows for certain how late it is");
    note(&registry, &[came_in(4)], &late(86_400));

    let came_in = [4, 3, 2, 1].map(came_in);
    assert_eq!(events(&all(&registry)), [came_in.as_slice(), &[Event::Unlocked]].concat());
}

#[test]
fn a_clock_that_leaps_for_less_than_a_day_takes_no_line() {
    let (_parent, directory) = fresh();
    let registry = Registry::open(&directory).unwrap();
    note(&registry, &[Event::Locked], &now(0));
    let leap = |seconds| Moment { unix_seconds: now(0).unix_seconds + 400 * 86_400, ..now(seconds) };

    for moment in [leap(60), leap(3600), now(7200), leap(86_460), leap(2 * 86_400)] {
        change(&registry, |c| c.tidy_activity(&moment)).unwrap();
    }

    assert_eq!(events(&all(&registry)), [Event::Locked]);
}

#[test]
fn what_is_too_old_goes_though_nothing_happens() {
    let (_parent, directory) = fresh();
    let registry = Registry::open(&directory).unwrap();
    note(&registry, &[Event::Locked], &now(0));
    note(&registry, &[Event::Unlocked], &now(86_400));

    for day in [90, 91] {
        change(&registry, |c| c.tidy_activity(&now(day * 86_400 + 1))).unwrap();
    }

    assert_eq!(events(&all(&registry)), [Event::Unlocked]);
}

#[test]
fn however_much_happens_there_are_no_more_lines_than_may_be() {
    let (_parent, directory) = fresh();
    let registry = Registry::open(&directory).unwrap();
    note(&registry, &[Event::Locked], &now(0));
    fill(&directory, Line::MOST);
    note(&registry, &[Event::Unlocked], &now(0));

    let lines = all(&registry);

    assert_eq!(lines.len(), Line::MOST as usize);
    assert_eq!(lines[0].event, Event::Unlocked);
}

#[test]
fn what_was_written_down_before_the_clock_was_set_is_put_right_afterwards() {
    let (_parent, directory) = fresh();
    let registry = Registry::open(&directory).unwrap();
    note(&registry, &[Event::Locked], &in_doubt("former", 5));
    note(&registry, &[Event::Unlocked], &in_doubt("boot", 5));

    note(&registry, &[Event::SignedIn], &now(60));

    let times = all(&registry).into_iter().map(|line| (line.at.unix_seconds, line.at.clock_is_set));
    let (set_at, in_doubt) = (now(60).unix_seconds, in_doubt("former", 5).unix_seconds);
    assert_eq!(times.collect::<Vec<_>>(), [(set_at, true), (set_at - 55, true), (in_doubt, false)]);
}

#[test]
fn a_clock_that_is_set_to_before_the_box_was_made_hides_no_line() {
    let (_parent, directory) = fresh();
    let registry = Registry::open(&directory).unwrap();
    note(&registry, &[Event::Locked], &in_doubt("boot", 5));

    note(&registry, &[Event::Unlocked], &Moment { unix_seconds: 10, ..now(60) });

    assert_eq!(all(&registry).iter().map(|line| line.at.unix_seconds).collect::<Vec<_>>(), [10, 0]);
}

#[test]
fn a_start_tells_whether_the_power_was_off_and_many_of_them_leave_one_line() {
    let (_parent, directory) = fresh();
    let registry = Registry::open(&directory).unwrap();
    for moment in [now(0), now(1), now(2), now(3), in_doubt("next", 1)] {
        change(&registry, |c| c.note_start(&moment)).unwrap();
    }

    let lines = all(&registry);

    let started = |after| Event::Started { after };
    assert_eq!(events(&lines), [started(Pause::PowerOff), started(Pause::Restart), started(Pause::PowerOff)]);
    assert_eq!(lines[1].at, now(3));
}

#[test]
fn refused_attempts_of_a_day_stand_in_one_line() {
    let (_parent, directory) = fresh();
    let registry = Registry::open(&directory).unwrap();

    for (more, moment) in [(3, now(0)), (4, now(60)), (5, now(86_400))] {
        change(&registry, |c| c.note_refused(more, &moment)).unwrap();
    }

    let refused = |attempts| Event::Refused { attempts };
    assert_eq!(events(&all(&registry)), [refused(5), refused(7)]);
}

#[test]
fn days_of_clocks_that_nobody_has_set_are_different_ones_after_a_boot() {
    let (_parent, directory) = fresh();
    let registry = Registry::open(&directory).unwrap();

    for (more, moment) in [(3, in_doubt("former", 5)), (4, in_doubt("former", 6)), (5, in_doubt("boot", 5))] {
        change(&registry, |c| c.note_refused(more, &moment)).unwrap();
    }

    let refused = |attempts| Event::Refused { attempts };
    assert_eq!(events(&all(&registry)), [refused(5), refused(7)]);
}

#[test]
fn a_change_that_fails_leaves_no_line() {
    let (_parent, directory) = fresh();
    let registry = Registry::open(&directory).unwrap();
    change(&registry, |c| c.add_peer(new_peer("Anna"))).unwrap();

    let refused = registry.change_and_note(&now(0), |c| {
        c.set_locked(true)?;
        c.add_peer(new_peer("Anna"))?;
        Ok(((), vec![Event::Locked]))
    });

    assert!(matches!(refused, Err(RegistryError::NameTaken)));
    assert_eq!(all(&registry), []);
}

#[test]
fn a_line_that_cannot_be_read_hides_no_other() {
    let (_parent, directory) = fresh();
    let registry = Registry::open(&directory).unwrap();
    note(&registry, &[Event::Locked, Event::Unlocked], &now(0));
    meddle(&directory, "UPDATE activity SET event = 'rubbish' WHERE id = 2");

    assert_eq!(events(&all(&registry)), [Event::Unknown, Event::Locked]);
}

#[test]
fn lines_hold_their_sentence_and_no_key() {
    let (_parent, directory) = fresh();
    let registry = Registry::open(&directory).unwrap();
    let new = new_peer("Anna");
    let peer = registry
        .change_and_note(&now(0), |c| {
            let peer = c.add_peer(new.clone())?;
            let added = Event::DeviceAdded { device: Device::from(&peer), role: peer.role };
            Ok((peer, vec![added]))
        })
        .unwrap();

    let lines = format!("{:?}", all(&registry));

    assert!(lines.contains("Anna"));
    for secret in [peer.public_key.to_string(), peer.preshared_key.to_base64().to_string()] {
        assert!(!lines.contains(&secret));
    }
}

fn note(registry: &Registry, events: &[Event], now: &Moment) {
    registry.change_and_note(now, |_| Ok(((), events.to_vec()))).unwrap();
}

fn all(registry: &Registry) -> Vec<Line> {
    registry.activity(&newest(u32::MAX)).unwrap()
}

fn newest(most: u32) -> Excerpt {
    Excerpt { before: None, peer: None, most }
}

fn events(lines: &[Line]) -> Vec<Event> {
    lines.iter().map(|line| line.event.clone()).collect()
}

fn came_in(peer: u32) -> Event {
    let device = Device { id: PeerId(peer), name: "Anna".parse().unwrap() };

    Event::CameIn { device, from: Place::Outside }
}

/// More lines, faster than one after the other.
fn fill(directory: &Path, lines: u32) {
    let sql = format!(
        "WITH RECURSIVE line(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM line WHERE n < {lines})
         INSERT INTO activity (boot_id, since_boot, unix_seconds, clock_is_set, event)
         SELECT 'boot', 0, {}, 1, '{{\"code\":\"locked\"}}' FROM line",
        now(0).unix_seconds
    );
    meddle(directory, &sql);
}

fn now(seconds: u64) -> Moment {
    Moment {
        boot_id: "boot".to_owned(),
        since_boot: Duration::from_secs(seconds),
        unix_seconds: 1_790_000_000 + seconds,
        clock_is_set: true,
    }
}

/// A clock that nobody has set, which says 1970.
fn in_doubt(boot_id: &str, seconds: u64) -> Moment {
    Moment {
        boot_id: boot_id.to_owned(),
        since_boot: Duration::from_secs(seconds),
        unix_seconds: seconds,
        clock_is_set: false,
    }
}
