use super::*;

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

#[test]
fn nothing_is_said_before_anything_is_known() {
    let mut name = Played::new();

    assert_eq!(name.upkeep.state(), State::Waiting);
    assert_eq!(name.said_within(10 * DAY), 0);
}

#[test]
fn a_new_address_is_said_at_once_and_then_once_a_day() {
    let mut name = Played::new();

    name.want("203.0.113.2");

    assert_eq!(name.upkeep.state(), State::Publishing);
    assert_eq!(name.said_within(Duration::ZERO), 1);
    assert_eq!(name.upkeep.state(), State::Published { addresses: addresses("203.0.113.2"), at: name.now });
    assert_eq!(name.said_within(3 * DAY), 3);
}

#[test]
fn the_same_address_again_is_not_said_again() {
    let mut name = Played::new();
    name.want("203.0.113.2");
    name.said_within(Duration::ZERO);

    for _ in 0..100 {
        name.want("203.0.113.2");
        assert_eq!(name.said_within(Duration::from_secs(60)), 0);
    }
}

#[test]
fn what_was_said_before_a_restart_is_said_again_when_its_time_comes() {
    let mut name = Played::new();
    name.upkeep.remember(addresses("203.0.113.2"), name.now - 20 * HOUR);

    name.want("203.0.113.2");

    assert_eq!(
        name.upkeep.state(),
        State::Published { addresses: addresses("203.0.113.2"), at: name.now - 20 * HOUR }
    );
    assert_eq!(name.said_within(3 * HOUR), 0);
    assert_eq!(name.said_within(HOUR), 1);
}

#[test]
fn another_address_than_before_a_restart_is_said_at_once_and_the_old_one_is_removed() {
    let mut name = Played::new();
    name.upkeep.remember(addresses("203.0.113.2"), name.now - HOUR);

    name.want("2001:db8::2");

    assert_eq!(name.next_due().left, Left { v4: true, v6: false });
}

#[test]
fn an_address_that_flaps_is_said_once_a_minute_and_the_last_one_arrives() {
    let mut name = Played::new();
    let mut said = 0;

    for round in 0..600 {
        name.want(if round % 2 == 0 { "203.0.113.2" } else { "203.0.113.3" });
        said += name.said_within(Duration::from_secs(1));
    }
    name.want("203.0.113.4");
    said += name.said_within(GAP);

    assert!((9..=11).contains(&said), "{said} times in ten minutes");
    assert_eq!(name.at_provider, Some(addresses("203.0.113.4")));
}

#[test]
fn who_fails_is_asked_again_for_ever_and_at_least_every_hour() {
    let mut name = Played::new();
    name.answers = Some(Wait::BackOff);
    name.want("203.0.113.2");

    assert_eq!(name.said_within(Duration::from_secs(20)), 1);
    assert_eq!(name.said_within(Duration::from_secs(12)), 1);
    let first_day = name.said_within(DAY);
    let later = name.said_within(30 * DAY);

    assert!((28..=40).contains(&first_day), "{first_day} times in a day");
    assert!((30 * 24..=30 * 30).contains(&later), "{later} times in 30 days");
    name.answers = None;
    assert_eq!(name.said_within(HOUR), 1);
    assert!(matches!(name.upkeep.state(), State::Published { .. }));
}

#[test]
fn trouble_is_told_since_it_began_and_forgotten_when_it_is_over() {
    let mut name = Played::new();
    let began = name.now;
    name.answers = Some(Wait::BackOff);
    name.want("203.0.113.2");

    name.said_within(DAY);

    let State::Failing { since, why, next, .. } = name.upkeep.state() else { panic!("it does not fail") };
    assert_eq!((since, why.as_str()), (began, "no"));
    assert!(next > name.now && next <= name.now + HOUR);
}

#[test]
fn a_new_address_is_not_kept_waiting_by_old_trouble() {
    for wait in [Wait::BackOff, Wait::ForTheOwner] {
        let mut name = Played::new();
        name.answers = Some(wait);
        name.want("203.0.113.2");
        name.said_within(DAY);
        name.answers = None;

        name.want("203.0.113.3");

        assert_eq!(name.said_within(GAP), 1, "{wait:?}");
        assert_eq!(name.at_provider, Some(addresses("203.0.113.3")));
    }
}

#[test]
fn who_asks_to_be_left_alone_is_even_when_there_is_something_new() {
    let mut name = Played::new();
    name.answers = Some(Wait::AtLeast(Duration::from_secs(600)));
    name.want("203.0.113.2");
    assert_eq!(name.said_within(Duration::from_secs(300)), 1);
    name.answers = None;

    name.want("203.0.113.3");

    assert_eq!(name.said_within(Duration::from_secs(299)), 0);
    assert_eq!(name.said_within(Duration::from_secs(200)), 1);
}

#[test]
fn who_asks_to_be_left_alone_for_ever_is_asked_again_the_next_day() {
    for (asked, least, most) in
        [(u64::MAX, 86_400, 104_000), (7200, 7200, 8700), (0, 30, 40), (120, 120, 150)]
    {
        let mut name = Played::new();
        name.answers = Some(Wait::AtLeast(Duration::from_secs(asked)));
        name.want("203.0.113.2");
        name.said_within(Duration::ZERO);

        let pause = name.upkeep.poll_timeout().unwrap() - name.now;

        assert!((least..=most).contains(&pause.as_secs()), "{pause:?} for {asked}");
    }
}

#[test]
fn what_the_owner_must_mend_is_tried_once_an_hour() {
    let mut name = Played::new();
    name.answers = Some(Wait::ForTheOwner);
    name.want("203.0.113.2");

    let said = name.said_within(DAY);

    assert!((20..=24).contains(&said), "{said} times in a day");
}

#[test]
fn what_was_said_is_remembered_until_its_removal_is_acknowledged() {
    let mut name = Played::new();
    name.want("203.0.113.2 2001:db8::2");
    assert_eq!(name.next_due().left, Left { v4: false, v6: false });
    name.yes();
    name.want("2001:db8::2");
    name.now += GAP;
    assert_eq!(name.next_due().left, Left { v4: true, v6: true });
    name.no(Wait::BackOff);
    name.now += GAP;
    assert_eq!(name.next_due().left, Left { v4: true, v6: true });
    name.yes();
    name.now += DAY;

    assert_eq!(name.next_due().left, Left { v4: false, v6: true });
}

#[test]
fn when_nobody_knows_any_more_what_was_published_stays() {
    let mut name = Played::new();
    name.want("203.0.113.2");
    name.said_within(Duration::ZERO);

    name.upkeep.want(None);

    assert_eq!(name.said_within(10 * DAY), 0);
    assert!(matches!(name.upkeep.state(), State::Published { .. }));
}

#[test]
fn an_address_that_changes_while_another_is_said_comes_next() {
    let mut name = Played::new();
    name.want("203.0.113.2");
    name.next_due();
    name.want("203.0.113.3");
    assert_eq!(name.upkeep.poll_timeout(), None);

    name.yes();

    assert_eq!(name.upkeep.state(), State::Publishing);
    assert_eq!(name.said_within(GAP), 1);
    assert_eq!(name.at_provider, Some(addresses("203.0.113.3")));
}

/// An account, and a provider that answers at once.
struct Played {
    upkeep: Upkeep,
    now: Instant,
    answers: Option<Wait>,
    at_provider: Option<Addresses>,
}

impl Played {
    #[expect(clippy::disallowed_methods, reason = "the tests' own clock has to begin somewhere")]
    fn new() -> Self {
        let now = Instant::now();

        Self { upkeep: Upkeep::new(DAY, now), now, answers: None, at_provider: None }
    }

    fn want(&mut self, text: &str) {
        self.upkeep.want(Some(addresses(text)));
    }

    /// How often something is said while time passes.
    fn said_within(&mut self, time: Duration) -> usize {
        let end = self.now + time;
        let mut said = 0;
        while let Some(due) = self.upkeep.poll_timeout().filter(|due| *due <= end) {
            self.now = self.now.max(due);
            let due = self.next_due();
            said += 1;
            match self.answers {
                Some(wait) => self.no(wait),
                None => {
                    self.at_provider = Some(due.addresses);
                    self.yes();
                }
            }
        }
        self.now = end;
        said
    }

    fn next_due(&mut self) -> Due {
        self.upkeep.handle_timeout(self.now).unwrap()
    }

    fn yes(&mut self) {
        self.upkeep.handle_yes(self.now);
    }

    fn no(&mut self, wait: Wait) {
        self.upkeep.handle_refusal(
            Refusal { reason: Reason::Trouble, why: "no".to_owned(), wait },
            self.now,
            0.5,
        );
    }
}

fn addresses(text: &str) -> Addresses {
    Addresses {
        v4: text.split(' ').find_map(|word| word.parse().ok()),
        v6: text.split(' ').find_map(|word| word.parse().ok()),
    }
}
