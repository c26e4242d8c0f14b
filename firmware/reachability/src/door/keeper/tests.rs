use std::net::{IpAddr, Ipv4Addr};

use proptest::prelude::*;

use super::*;

const ALL: [Protocol; 3] = [Protocol::Pcp, Protocol::NatPmp, Protocol::Upnp];
const PORT: u16 = 23456;
const MINUTE: Duration = Duration::from_secs(60);

#[test]
fn the_first_protocol_that_works_is_proven_and_kept() {
    let mut play = Play::new(&ALL);

    play.expect_open(Protocol::Pcp, PORT, Answer::Failed(Failure::NoAnswer));
    play.expect_open(Protocol::NatPmp, PORT, granted(PORT, 7200, 5));
    assert_eq!(play.keeper.opening(), Opening::Asking);
    play.expect_open(Protocol::NatPmp, PORT, granted(PORT, 7200, 5));

    let opened = play.opened();
    assert_eq!((opened.by, opened.port, opened.verified), (Protocol::NatPmp, PORT, true));
    assert_eq!(play.idle(), MINUTE);
    assert_eq!(play.keeper.answered_by(), Protocols::only(Protocol::NatPmp));
}

#[test]
fn upnp_is_read_back_each_minute_and_renewed_at_half_time() {
    let mut play = Play::new(&[Protocol::Upnp]);
    play.expect_open(Protocol::Upnp, PORT, forever_or(Some(7200)));
    play.expect_check(Answer::There { address: None });

    for _ in 0..59 {
        assert!(play.idle() <= MINUTE);
        play.expect_check(Answer::There { address: None });
    }
    play.idle();

    play.expect_open(Protocol::Upnp, PORT, forever_or(Some(7200)));
    assert!(play.opened().verified);
}

#[test]
fn a_short_lease_is_renewed_at_half_time_and_never_in_a_rush() {
    for (lease, expected) in [(100, 50), (20, 10), (5, 4), (1, 4)] {
        let mut play = Play::new(&[Protocol::Pcp]);
        play.expect_open(Protocol::Pcp, PORT, granted(PORT, lease, 5));
        play.expect_open(Protocol::Pcp, PORT, granted(PORT, lease, 5));

        assert_eq!(play.idle(), Duration::from_secs(expected), "{lease}");
    }
}

#[test]
fn what_has_vanished_is_made_again_at_once_by_what_worked_and_nobody_is_alarmed() {
    let mut play = Play::new(&ALL);
    for by in [Protocol::Pcp, Protocol::NatPmp] {
        play.expect_open(by, PORT, Answer::Failed(Failure::NoAnswer));
    }
    play.expect_open(Protocol::Upnp, PORT, forever_or(Some(7200)));
    play.expect_check(Answer::There { address: None });
    play.idle();

    play.expect_check(Answer::Missing);
    play.expect_open(Protocol::Upnp, PORT, forever_or(Some(7200)));
    assert!(play.opened().verified);
    play.expect_check(Answer::There { address: None });

    assert!(play.opened().verified);
}

#[test]
fn a_router_that_shows_nothing_has_lied() {
    let mut play = Play::new(&[Protocol::Upnp]);
    play.expect_open(Protocol::Upnp, PORT, forever_or(Some(7200)));
    play.expect_check(Answer::Missing);

    assert_eq!(play.why(), Why::Lied(Protocol::Upnp));
    assert_eq!(play.idle(), MINUTE);
}

#[test]
fn a_router_that_cannot_tell_is_believed_without_proof() {
    let mut play = Play::new(&[Protocol::Upnp]);
    play.expect_open(Protocol::Upnp, PORT, forever_or(Some(7200)));
    play.expect_check(Answer::CannotTell);

    assert!(!play.opened().verified);
}

#[test]
fn rests_double_to_an_hour() {
    let mut play = Play::new(&[Protocol::Pcp]);
    let mut rests = Vec::new();
    for _ in 0..9 {
        play.expect_open(Protocol::Pcp, PORT, Answer::Failed(Failure::NoAnswer));
        rests.push(play.idle().as_secs() / 60);
    }

    assert_eq!(rests, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
}

#[test]
fn a_router_that_had_opened_is_asked_twice_a_minute_for_ten_minutes() {
    let mut play = Play::kept(&[Protocol::Pcp]);
    play.idle();
    play.expect_open(Protocol::Pcp, PORT, Answer::Failed(Failure::NoAnswer));
    assert!(play.opened().verified, "not known to be shut before it has been tried once more");
    let mut rests = Vec::new();
    for _ in 0..22 {
        play.expect_open(Protocol::Pcp, PORT, Answer::Failed(Failure::NoAnswer));
        rests.push(play.idle().as_secs());
    }

    assert_eq!(rests[..20], [30; 20]);
    assert_eq!(rests[20..], [60, 120]);
}

#[test]
fn a_knock_ends_a_rest_but_rounds_keep_their_distance() {
    let mut play = Play::new(&[Protocol::Pcp]);
    play.expect_open(Protocol::Pcp, PORT, Answer::Failed(Failure::NoAnswer));

    play.keeper.knock(play.now);
    assert_eq!(play.idle(), BETWEEN_ROUNDS);
    play.expect_open(Protocol::Pcp, PORT, Answer::Failed(Failure::NoAnswer));
    play.now += MINUTE;
    play.keeper.knock(play.now);

    play.expect_open(Protocol::Pcp, PORT, Answer::Failed(Failure::NoAnswer));
}

#[test]
fn a_knock_at_an_open_door_has_it_looked_at() {
    let mut play = Play::kept(&[Protocol::Pcp]);
    play.now += MINUTE / 2;

    play.keeper.knock(play.now);

    play.expect_open(Protocol::Pcp, PORT, granted(PORT, 7200, 5));
}

#[test]
fn an_open_door_is_not_looked_at_in_a_rush_however_often_somebody_knocks() {
    for (by, answer) in
        [(Protocol::Pcp, granted(PORT, 7200, 5)), (Protocol::Upnp, Answer::There { address: None })]
    {
        let mut play = Play::new(&[by]);
        play.expect_open(by, PORT, granted(PORT, 7200, 5));
        play.next();
        play.answer(by, answer);
        for _ in 0..20 {
            play.keeper.knock(play.now);
            assert_eq!(play.idle(), Duration::from_secs(4), "{by}");
            play.next();
            play.answer(by, answer);
        }
    }
}

#[test]
fn a_clock_that_begins_anew_all_the_time_is_told_once_a_minute() {
    let mut play = Play::kept(&[Protocol::Pcp]);
    let mut restarts = 0;
    while play.since_start() < MINUTE * 10 {
        play.keeper.knock(play.now);
        play.idle();
        let strange = (play.since_start().as_secs() * 7919 % 100_000) as u32;
        play.expect_open(Protocol::Pcp, PORT, granted(PORT, 7200, strange));
        restarts += u32::from(play.keeper.take_restart());
    }

    assert!((1..=10).contains(&restarts), "{restarts}");
}

#[test]
fn another_port_is_kept_and_asked_for_from_then_on() {
    let mut play = Play::new(&[Protocol::Pcp]);
    play.expect_open(Protocol::Pcp, PORT, granted(40_000, 7200, 5));
    play.expect_open(Protocol::Pcp, 40_000, granted(40_000, 7200, 5));
    assert_eq!(play.opened().port, 40_000);

    play.idle();
    play.expect_open(Protocol::Pcp, 40_000, Answer::Failed(Failure::NoAnswer));

    play.expect_open(Protocol::Pcp, 40_000, granted(40_001, 7200, 5));
    play.expect_open(Protocol::Pcp, 40_001, granted(40_001, 7200, 5));
    assert_eq!(play.opened().port, 40_001);
}

#[test]
fn a_port_that_somebody_has_is_left_to_him() {
    let mut play = Play::new(&[Protocol::Upnp]);
    for more in 0..OTHER_PORTS {
        play.expect_open(
            Protocol::Upnp,
            PORT + u16::from(more),
            Answer::Failed(Failure::Taken { by_us: false }),
        );
    }
    play.expect_open(Protocol::Upnp, PORT + 4, Answer::Failed(Failure::Taken { by_us: false }));

    assert_eq!(play.why(), Why::Refused { by: Protocol::Upnp, reason: Refusal::PortTaken });
    assert_eq!(play.keeper.claims(), []);
}

#[test]
fn what_we_left_behind_is_cleared_once() {
    let taken = Answer::Failed(Failure::Taken { by_us: true });
    let mut play = Play::new(&[Protocol::Upnp]);
    play.expect_open(Protocol::Upnp, PORT, taken);
    play.expect_close(PORT);
    play.expect_open(Protocol::Upnp, PORT, taken);

    play.expect_open(Protocol::Upnp, PORT + 1, forever_or(Some(7200)));
}

#[test]
fn a_router_that_knows_no_leases_is_asked_for_ever() {
    let mut play = Play::new(&[Protocol::Upnp]);
    play.expect_open(Protocol::Upnp, PORT, Answer::Failed(Failure::PermanentOnly));
    let Step::Do(Task::Open { lease, .. }) = play.next() else { panic!() };
    assert_eq!(lease, Lease::Permanent);
    play.answer(Protocol::Upnp, forever_or(None));
    play.expect_check(Answer::There { address: None });

    assert_eq!(play.opened().lease, None);
    assert_eq!(play.keeper.claims().len(), 1);
}

#[test]
fn a_lease_of_nothing_opens_nothing() {
    let mut play = Play::new(&[Protocol::Pcp]);
    play.expect_open(Protocol::Pcp, PORT, granted(PORT, 0, 5));

    assert_eq!(play.why(), Why::NoTime(Protocol::Pcp));
}

#[test]
fn the_most_telling_reason_is_told() {
    let refused = Answer::Failed(Failure::Refused(Refusal::NotAuthorized));
    let mut play = Play::new(&ALL);
    play.expect_open(Protocol::Pcp, PORT, Answer::Failed(Failure::Garbled));
    play.expect_open(Protocol::NatPmp, PORT, refused);
    play.expect_open(Protocol::Upnp, PORT, Answer::Failed(Failure::NoAnswer));

    assert_eq!(play.why(), Why::Refused { by: Protocol::NatPmp, reason: Refusal::NotAuthorized });
}

#[test]
fn a_restart_of_the_router_is_seen_once_by_its_clock() {
    let mut play = Play::kept(&[Protocol::Pcp]);
    play.idle();
    play.expect_open(Protocol::Pcp, PORT, granted(PORT, 7200, 65));
    assert!(!play.keeper.take_restart());
    play.idle();
    play.expect_open(Protocol::Pcp, PORT, granted(PORT, 7200, 3));

    assert!(play.keeper.take_restart());
    assert!(!play.keeper.take_restart());
}

#[test]
fn with_no_protocol_there_is_nothing_to_do() {
    let mut play = Play::new(&[]);

    assert_eq!(play.next(), Step::Wait(None));
    assert_eq!(play.why(), Why::NotAllowed);
}

#[test]
fn what_may_be_open_is_known_even_without_an_answer() {
    let mut play = Play::new(&[Protocol::Pcp]);
    play.next();
    let claim = Claim { by: Protocol::Pcp, port: PORT, pinhole: None };
    assert_eq!(play.keeper.claims(), [claim]);

    play.answer(Protocol::Pcp, Answer::Failed(Failure::NoAnswer));

    assert_eq!(play.keeper.claims(), [claim]);
}

proptest! {
    /// Whatever a router answers: between two rests of four seconds there is no more than a round, and
    /// what may be open stays a short list.
    #[test]
    fn no_router_makes_it_spin(answers in prop::collection::vec(any_answer(), 1..40)) {
        let mut play = Play::new(&ALL);
        let end = play.now + Duration::from_secs(86_400);
        let mut answers = answers.iter().cycle();
        let mut asked = 0_u64;
        while play.now < end {
            match play.next() {
                Step::Do(task) => {
                    asked += 1;
                    play.answer(task.by(), *answers.next().unwrap());
                }
                Step::Wait(until) => play.now = until.unwrap().max(play.now),
            }
            prop_assert!(asked <= 60 + 60 * play.since_start().as_secs() / 4, "{asked}");
        }
        prop_assert!(play.keeper.claims().len() <= MAX_CLAIMS);
    }
}

fn any_answer() -> impl Strategy<Value = Answer> {
    let grant = (any::<u16>(), prop::option::of(0..10_000_u64), any::<u32>(), any::<Option<u16>>());
    let grant = grant.prop_map(|(port, lease, epoch, pinhole)| {
        let lease = lease.map(Duration::from_secs);
        Answer::Granted(Grant { port, address: None, lease, epoch: Some(epoch), pinhole })
    });

    prop_oneof![
        3 => grant,
        1 => Just(granted(PORT, 7200, 5)),
        1 => Just(Answer::There { address: None }),
        1 => Just(Answer::Missing),
        1 => Just(Answer::CannotTell),
        1 => Just(Answer::Closed),
        1 => Just(Answer::Failed(Failure::NoAnswer)),
        1 => Just(Answer::Failed(Failure::Garbled)),
        1 => Just(Answer::Failed(Failure::PermanentOnly)),
        1 => Just(Answer::Failed(Failure::Taken { by_us: true })),
        1 => Just(Answer::Failed(Failure::Taken { by_us: false })),
    ]
}

fn granted(port: u16, seconds: u64, epoch: u32) -> Answer {
    let lease = Some(Duration::from_secs(seconds));

    Answer::Granted(Grant { port, address: None, lease, epoch: Some(epoch), pinhole: None })
}

fn forever_or(seconds: Option<u64>) -> Answer {
    let lease = seconds.map(Duration::from_secs);

    Answer::Granted(Grant { port: PORT, address: None, lease, epoch: None, pinhole: None })
}

/// A keeper, and a clock that nobody waits for.
struct Play {
    keeper: Keeper,
    start: Instant,
    now: Instant,
}

impl Play {
    #[expect(clippy::disallowed_methods, reason = "there is no other way to have an instant")]
    fn new(order: &[Protocol]) -> Self {
        let own = IpAddr::V4(Ipv4Addr::new(192, 168, 1, 10));
        let now = Instant::now();

        Self { keeper: Keeper::new(SocketAddr::new(own, PORT), PORT, order.to_vec()), start: now, now }
    }

    /// One whose door is open by the first protocol.
    fn kept(order: &[Protocol]) -> Self {
        let mut play = Self::new(order);
        play.expect_open(order[0], PORT, granted(PORT, 7200, 5));
        play.expect_open(order[0], PORT, granted(PORT, 7200, 5));

        play
    }

    fn next(&mut self) -> Step {
        self.keeper.next(self.now)
    }

    fn answer(&mut self, by: Protocol, answer: Answer) {
        self.keeper.answered(by, answer, self.now);
    }

    fn expect_open(&mut self, by: Protocol, port: u16, answer: Answer) {
        let step = self.next();
        assert!(
            matches!(step, Step::Do(Task::Open { by: b, port: p, .. }) if (b, p) == (by, port)),
            "{by} {port}, not {step:?}"
        );
        self.answer(by, answer);
    }

    fn expect_check(&mut self, answer: Answer) {
        let step = self.next();
        assert!(matches!(step, Step::Do(Task::Check(_))), "{step:?}");
        self.answer(Protocol::Upnp, answer);
    }

    fn expect_close(&mut self, port: u16) {
        let step = self.next();
        assert!(matches!(step, Step::Do(Task::Close(claim)) if claim.port == port), "{step:?}");
        self.answer(Protocol::Upnp, Answer::Closed);
    }

    /// Lets the time pass for which there is nothing to do, and says how long that was.
    fn idle(&mut self) -> Duration {
        let Step::Wait(Some(until)) = self.next() else { panic!("{:?}", self.next()) };
        let idle = until - self.now;
        self.now = until;

        idle
    }

    fn opened(&self) -> Opened {
        let Opening::Open(opened) = self.keeper.opening() else { panic!("{:?}", self.keeper.opening()) };

        opened
    }

    fn why(&self) -> Why {
        let Opening::Shut(shut) = self.keeper.opening() else { panic!("{:?}", self.keeper.opening()) };

        shut.why
    }

    fn since_start(&self) -> Duration {
        self.now - self.start
    }
}
