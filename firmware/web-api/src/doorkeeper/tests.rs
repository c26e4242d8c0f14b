use super::*;

#[test]
fn the_one_browser_that_waits_gets_a_session_when_the_button_is_held() {
    let (mut keeper, now) = keeper();
    let anna = keeper.ask(None, Token::generate(), now);
    assert_eq!(keeper.standing(Some(&anna), now), Standing::Waiting(Waiting::Alone));

    assert_eq!(keeper.hold(now), Answer::Granted);

    assert_eq!(keeper.standing(Some(&anna), now), Standing::Session { left: SESSION });
    assert_eq!(keeper.standing(None, now), Standing::Waiting(Waiting::No));
    assert_eq!(keeper.waiting(now), 0);
}

#[test]
fn without_a_hold_there_is_no_session() {
    let (mut keeper, now) = keeper();
    let anna = keeper.ask(None, Token::generate(), now);

    assert_eq!(keeper.standing(Some(&anna), now + PATIENCE / 2), Standing::Waiting(Waiting::Alone));
    assert_eq!(keeper.standing(Some(&anna), now + PATIENCE), Standing::Waiting(Waiting::No));
}

#[test]
fn a_hold_while_nobody_waits_is_not_kept_for_later() {
    let (mut keeper, now) = keeper();

    assert_eq!(keeper.hold(now), Answer::NobodyWaiting);
    let anna = keeper.ask(None, Token::generate(), now);

    assert_eq!(keeper.standing(Some(&anna), now), Standing::Waiting(Waiting::Alone));
}

#[test]
fn two_browsers_that_wait_are_both_refused_until_they_ask_again() {
    let (mut keeper, now) = keeper();
    let anna = keeper.ask(None, Token::generate(), now);
    let mallory = keeper.ask(None, Token::generate(), now);
    assert_eq!(keeper.standing(Some(&anna), now), Standing::Waiting(Waiting::NotAlone));

    assert_eq!(keeper.hold(now), Answer::RefusedSeveral(2));
    assert_eq!(keeper.hold(now), Answer::NobodyWaiting);
    for token in [&anna, &mallory] {
        assert_eq!(keeper.standing(Some(token), now), Standing::Waiting(Waiting::Refused));
    }

    let again = keeper.ask(Some(anna.clone()), Token::generate(), now);
    assert!(again == anna);
    assert_eq!(keeper.hold(now), Answer::Granted);
    assert_eq!(keeper.standing(Some(&anna), now), Standing::Session { left: SESSION });
    assert_eq!(keeper.standing(Some(&mallory), now), Standing::Waiting(Waiting::Refused));
}

#[test]
fn a_session_ends_after_fifteen_minutes_whatever_its_browser_does() {
    let (mut keeper, now) = keeper();
    let anna = keeper.ask(None, Token::generate(), now);
    keeper.hold(now);

    let last = now + SESSION - Duration::from_secs(1);
    keeper.see(&anna, last);
    assert!(keeper.ask(Some(anna.clone()), Token::generate(), last) == anna);
    assert_eq!(keeper.standing(Some(&anna), last), Standing::Session { left: Duration::from_secs(1) });
    assert_eq!(keeper.poll_timeout(), Some(now + SESSION));

    assert_eq!(keeper.standing(Some(&anna), now + SESSION), Standing::Waiting(Waiting::No));
    keeper.handle_timeout(now + SESSION);
    assert_eq!(keeper.poll_timeout(), None);
}

#[test]
fn asking_twice_is_waiting_once() {
    let (mut keeper, now) = keeper();
    let anna = keeper.ask(None, Token::generate(), now);

    let again = keeper.ask(Some(anna.clone()), Token::generate(), now);

    assert!(anna == again);
    assert_eq!(keeper.waiting(now), 1);
}

#[test]
fn a_token_that_a_browser_brings_along_is_never_made_ours() {
    let (mut keeper, now) = keeper();
    let planted = Token::generate();

    let given = keeper.ask(Some(planted.clone()), Token::generate(), now);
    keeper.hold(now);

    assert!(given != planted);
    assert_eq!(keeper.standing(Some(&planted), now), Standing::Waiting(Waiting::No));
}

#[test]
fn a_browser_waits_for_as_long_as_it_is_seen() {
    let (mut keeper, now) = keeper();
    let anna = keeper.ask(None, Token::generate(), now);

    let later = now + PATIENCE - Duration::from_secs(1);
    keeper.see(&anna, later);

    assert_eq!(keeper.standing(Some(&anna), now + PATIENCE), Standing::Waiting(Waiting::Alone));
    assert_eq!(keeper.poll_timeout(), Some(later + PATIENCE));
}

#[test]
fn who_signs_out_is_a_stranger_at_once() {
    let (mut keeper, now) = keeper();
    let anna = keeper.ask(None, Token::generate(), now);
    keeper.hold(now);

    keeper.leave(&anna);

    assert_eq!(keeper.standing(Some(&anna), now), Standing::Waiting(Waiting::No));
}

#[test]
fn a_crowd_neither_fills_the_memory_nor_keeps_the_newest_out() {
    let (mut keeper, now) = keeper();
    let first = keeper.ask(None, Token::generate(), now);
    for _ in 0..10 * MOST_WAITERS {
        keeper.ask(None, Token::generate(), now);
    }
    let newest = keeper.ask(None, Token::generate(), now);

    assert_eq!(keeper.waiters.len(), MOST_WAITERS);
    assert_eq!(keeper.standing(Some(&first), now), Standing::Waiting(Waiting::No));
    assert_eq!(keeper.standing(Some(&newest), now), Standing::Waiting(Waiting::NotAlone));

    let (mut keeper, now) = self::keeper();
    for _ in 0..10 * MOST_SESSIONS {
        keeper.ask(None, Token::generate(), now);
        assert_eq!(keeper.hold(now), Answer::Granted);
    }
    assert_eq!(keeper.sessions.len(), MOST_SESSIONS);
}

#[test]
fn nobody_becomes_the_only_one_by_pushing_the_others_out() {
    let (mut keeper, now) = keeper();
    let anna = keeper.ask(None, Token::generate(), now);
    let mut crowd = Vec::new();
    for _ in 0..MOST_WAITERS {
        crowd.push(keeper.ask(None, Token::generate(), now));
    }
    let mallory = crowd.pop().unwrap();
    crowd.iter().for_each(|token| keeper.leave(token));

    assert_eq!(keeper.standing(Some(&anna), now), Standing::Waiting(Waiting::No));
    assert_eq!(keeper.standing(Some(&mallory), now), Standing::Waiting(Waiting::NotAlone));
    assert_eq!(keeper.hold(now), Answer::RefusedSeveral(2));
    assert_eq!(keeper.standing(Some(&mallory), now), Standing::Waiting(Waiting::Refused));

    let again = keeper.ask(Some(anna), Token::generate(), now);
    assert_eq!(keeper.hold(now), Answer::Granted);
    assert_eq!(keeper.standing(Some(&again), now), Standing::Session { left: SESSION });
}

#[test]
fn who_was_pushed_out_counts_for_no_longer_than_he_would_have_waited() {
    let (mut keeper, now) = keeper();
    keeper.ask(None, Token::generate(), now);
    let later = now + PATIENCE / 2;
    let crowd = (0..MOST_WAITERS).map(|_| keeper.ask(None, Token::generate(), later)).collect::<Vec<_>>();
    crowd[1..].iter().for_each(|token| keeper.leave(token));

    assert_eq!(keeper.poll_timeout(), Some(now + PATIENCE));
    assert_eq!(keeper.standing(Some(&crowd[0]), now + PATIENCE), Standing::Waiting(Waiting::Alone));
    assert_eq!(keeper.hold(now + PATIENCE), Answer::Granted);
    assert_eq!(keeper.waiting(now + PATIENCE), 0);
}

#[test]
fn a_hold_after_a_factory_reset_was_asked_for_confirms_it_once() {
    let (mut keeper, now) = keeper();
    keeper.arm_reset(now);
    assert!(keeper.needs_a_hand(now));
    assert_eq!((keeper.reset_left(now), keeper.poll_timeout()), (Some(PATIENCE), Some(now + PATIENCE)));

    assert_eq!(keeper.hold(now), Answer::FactoryReset);

    assert!(!keeper.needs_a_hand(now));
    assert_eq!(keeper.hold(now), Answer::NobodyWaiting);
}

#[test]
fn a_factory_reset_that_nobody_confirms_is_forgotten_after_two_minutes_or_when_it_is_taken_back() {
    let (mut keeper, now) = keeper();
    keeper.arm_reset(now);
    assert_eq!(keeper.reset_left(now + PATIENCE), None);
    assert_eq!(keeper.hold(now + PATIENCE), Answer::NobodyWaiting);

    keeper.arm_reset(now);
    keeper.disarm_reset();

    assert_eq!((keeper.hold(now), keeper.poll_timeout()), (Answer::NobodyWaiting, None));
}

#[test]
fn a_hold_that_could_mean_a_factory_reset_or_a_browser_means_neither() {
    let (mut keeper, now) = keeper();
    let anna = keeper.ask(None, Token::generate(), now);
    keeper.arm_reset(now);
    assert_eq!(keeper.standing(Some(&anna), now), Standing::Waiting(Waiting::NotAlone));

    assert_eq!(keeper.hold(now), Answer::RefusedSeveral(1));

    assert_eq!(keeper.standing(Some(&anna), now), Standing::Waiting(Waiting::Refused));
    assert_eq!((keeper.reset_left(now), keeper.hold(now)), (None, Answer::NobodyWaiting));
}

#[expect(clippy::disallowed_methods, reason = "a test's time has to begin somewhere")]
fn keeper() -> (Doorkeeper, Instant) {
    (Doorkeeper::default(), Instant::now())
}
