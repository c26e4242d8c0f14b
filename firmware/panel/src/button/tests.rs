use proptest::prelude::*;

use super::*;

#[test]
fn what_a_push_means_depends_on_how_long_it_was() {
    for (held, gesture) in [
        (30, Some(Gesture::Press)),
        (200, Some(Gesture::Press)),
        (2999, Some(Gesture::Press)),
        (3000, Some(Gesture::Hold)),
        (9999, Some(Gesture::Hold)),
        (10_000, Some(Gesture::LongHold)),
        (29_999, Some(Gesture::LongHold)),
        (30_000, None),
        (3_600_000, None),
    ] {
        let mut bench = Bench::new(Level::Up);

        bench.push(0, held);
        bench.rest(held + 1000);

        assert_eq!(bench.gestures, Vec::from_iter(gesture), "held for {held} ms");
    }
}

#[test]
fn nothing_is_decided_before_the_button_is_let_go() {
    let mut bench = Bench::new(Level::Up);

    bench.level(0, Level::Down);
    bench.rest(15_000);

    assert_eq!(bench.gestures, []);
}

#[test]
fn the_hand_is_told_at_each_step() {
    let mut bench = Bench::new(Level::Up);

    bench.level(0, Level::Down);
    bench.rest(40_000);
    bench.level(40_000, Level::Up);
    bench.rest(41_000);

    let steps = [
        (30, Hand::Down),
        (3000, Hand::Hold),
        (10_000, Hand::LongHold),
        (30_000, Hand::Stuck),
        (40_030, Hand::Up),
    ];
    assert_eq!(bench.hands, steps);
    assert_eq!(bench.gestures, []);
}

#[test]
fn a_button_that_something_lies_on_is_stuck_until_it_is_free() {
    let mut bench = Bench::new(Level::Up);

    bench.level(0, Level::Down);
    bench.rest(29_999);
    assert!(!bench.button.is_stuck());
    bench.rest(30_000);
    assert!(bench.button.is_stuck());
    bench.level(90_000, Level::Up);
    bench.rest(90_030);
    assert!(!bench.button.is_stuck());

    bench.push(95_000, 100);
    bench.rest(96_000);
    assert_eq!(bench.gestures, [Gesture::Press], "it works again");
}

#[test]
fn a_hand_that_lets_go_just_before_a_step_does_not_see_it() {
    let mut bench = Bench::new(Level::Up);

    bench.push(0, 2990);
    bench.rest(4000);

    assert_eq!(bench.hands, [(30, Hand::Down), (3020, Hand::Up)]);
    assert_eq!(bench.gestures, [Gesture::Press]);
}

#[test]
fn a_spark_on_the_wire_is_no_push_and_a_gap_no_release() {
    let mut bench = Bench::new(Level::Up);

    bench.push(0, 29);
    bench.level(1000, Level::Down);
    bench.level(2000, Level::Up);
    bench.level(2029, Level::Down);
    bench.level(5000, Level::Up);
    bench.rest(6000);

    assert_eq!(bench.gestures, [Gesture::Hold], "4 s, in one piece");
}

#[test]
fn a_press_soon_after_a_hold_at_power_on_is_a_reset() {
    let mut bench = Bench::new(Level::Down);

    bench.level(2000, Level::Up);
    bench.push(12_000, 200);
    bench.push(14_000, 200);
    bench.rest(15_000);

    assert_eq!(bench.gestures, [Gesture::Reset, Gesture::Press]);
}

#[test]
fn a_hold_at_power_on_alone_means_nothing() {
    let mut bench = Bench::new(Level::Down);

    bench.level(12_000, Level::Up);
    bench.push(22_001, 200);
    bench.rest(23_000);

    assert_eq!(bench.gestures, [Gesture::Press], "the press came too late");
    assert_eq!(bench.hands[..2], [(30, Hand::Down), (12_030, Hand::Up)], "and no step was shown");
}

#[test]
fn a_hold_after_a_hold_at_power_on_is_a_hold_and_ends_it() {
    let mut bench = Bench::new(Level::Down);

    bench.level(1000, Level::Up);
    bench.push(2000, 4000);
    bench.push(7000, 100);
    bench.rest(8000);

    assert_eq!(bench.gestures, [Gesture::Hold, Gesture::Press]);
}

#[test]
fn a_spark_or_a_stuck_button_at_power_on_arms_nothing() {
    for held in [20, 30_000] {
        let mut bench = Bench::new(Level::Down);

        bench.level(held, Level::Up);
        bench.push(held + 1000, 200);
        bench.rest(held + 2000);

        assert_eq!(bench.gestures, [Gesture::Press], "held for {held} ms");
    }
}

#[test]
fn a_driver_that_comes_late_finds_the_same_gesture() {
    let start = Instant::now();
    let at = |ms| start + Duration::from_millis(ms);
    let mut button = Button::at_power_on(Level::Up, start);

    assert_eq!(button.handle_level(Level::Down, at(0)), None);
    assert_eq!(button.handle_level(Level::Up, at(5000)), None);
    assert_eq!(button.handle_level(Level::Down, at(9000)), Some(Gesture::Hold));
}

proptest! {
    #[test]
    fn a_push_gives_at_most_one_gesture_however_the_contact_bounces(
        at_power_on: bool,
        pushes in prop::collection::vec((bounces(), 30..40_000_u64, bounces(), 30..15_000_u64), 1..8),
    ) {
        let mut bench = Bench::new(if at_power_on { Level::Down } else { Level::Up });
        let mut now = 40_000;
        if at_power_on {
            bench.level(now, Level::Up);
            now += 1000;
        }

        for (closing, held, opening, pause) in &pushes {
            now = bench.bounce(now, closing, Level::Down);
            now = bench.bounce(now + held, opening, Level::Up);
            now += pause;
        }
        bench.rest(now + 1000);

        prop_assert!(bench.gestures.len() <= pushes.len());
        let by_hand = pushes.iter().filter(|(_, held, ..)| *held < 29_000).count();
        prop_assert!(bench.gestures.len() >= by_hand);
        prop_assert_eq!(bench.button.hand(), Hand::Up);
    }

    #[test]
    fn no_order_of_levels_and_times_breaks_it(
        first: bool, steps in prop::collection::vec((0..12_000_u64, any::<Option<bool>>()), 0..200),
    ) {
        let level = |down| if down { Level::Down } else { Level::Up };
        let mut now = Instant::now();
        let mut button = Button::at_power_on(level(first), now);
        let mut gestures = 0;
        let mut releases = usize::from(first);

        for (pause, step) in steps {
            now += Duration::from_millis(pause);
            let gesture = match step {
                Some(down) => button.handle_level(level(down), now),
                None => button.handle_timeout(now),
            };
            releases += usize::from(step == Some(false));
            gestures += usize::from(gesture.is_some());
            prop_assert!(button.poll_timeout().is_none_or(|due| due > now), "it would spin");
        }

        prop_assert!(gestures <= releases);
    }
}

/// Pauses of a bouncing contact in milliseconds, each too short to count, of an even number.
fn bounces() -> impl Strategy<Value = Vec<u64>> {
    prop::collection::vec((0..30_u64, 0..30_u64), 0..10)
        .prop_map(|pairs| pairs.into_iter().flat_map(|(a, b)| [a, b]).collect())
}

/// A button whose timeouts are all served in time, in milliseconds from the start.
struct Bench {
    start: Instant,
    button: Button,
    gestures: Vec<Gesture>,
    hands: Vec<(u64, Hand)>,
}

impl Bench {
    fn new(at_power_on: Level) -> Self {
        let start = Instant::now();

        Self {
            start,
            button: Button::at_power_on(at_power_on, start),
            gestures: Vec::new(),
            hands: Vec::new(),
        }
    }

    fn push(&mut self, from: u64, held: u64) {
        self.level(from, Level::Down);
        self.level(from + held, Level::Up);
    }

    /// Bounces, then stays at the level; returns when it came to rest.
    fn bounce(&mut self, from: u64, pauses: &[u64], level: Level) -> u64 {
        let other = if level == Level::Up { Level::Down } else { Level::Up };
        let mut now = from;
        for (pause, level) in pauses.iter().zip([level, other].into_iter().cycle()) {
            self.level(now, level);
            now += pause;
        }
        self.level(now, level);

        now
    }

    fn level(&mut self, ms: u64, level: Level) {
        self.rest(ms);
        let now = self.start + Duration::from_millis(ms);
        let gesture = self.button.handle_level(level, now);
        self.note(now, gesture);
    }

    fn rest(&mut self, until_ms: u64) {
        let until = self.start + Duration::from_millis(until_ms);
        while let Some(due) = self.button.poll_timeout().filter(|due| *due <= until) {
            let gesture = self.button.handle_timeout(due);
            self.note(due, gesture);
        }
    }

    fn note(&mut self, now: Instant, gesture: Option<Gesture>) {
        self.gestures.extend(gesture);
        let hand = self.button.hand();
        if self.hands.last().map_or(Hand::Up, |(_, last)| *last) != hand {
            let ms = now.duration_since(self.start).as_millis().try_into().unwrap();
            self.hands.push((ms, hand));
        }
    }
}
