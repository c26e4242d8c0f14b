use std::time::Duration;

use lab::wait_until;

use crate::home::{Home, PAGE, PATIENCE};

#[test]
fn people_come_in_and_go_out_as_the_page_says() {
    let home = Home::settled();
    let Home { daemon, house, .. } = &home;
    let anna = home.come_in(&house.phone, &daemon.let_in("Anna", "owner").unwrap());
    let mut page = home.browse("people.mjs");
    page.wait_for("waiting", PATIENCE).unwrap();
    daemon.hold().unwrap();

    let ben = home.scan(&house.second_phone, &mut page);
    wait_until("a second person is in", PATIENCE, || home.is_let_in(&ben)).unwrap();
    let mut visit = home.browse_on(&ben, "visitor.mjs", &["family-is-in", "This device has a key"]);
    assert_eq!(visit.wait_for("home-assistant", PATIENCE).unwrap(), PAGE);
    assert!(visit.finish().unwrap());

    // Wherever there is internet, a phone can be.
    let carla = home.scan(&house.stranger, &mut page);
    page.wait_for("guests-out", PATIENCE).unwrap();
    assert!(!home.is_let_in(&carla), "a guest has a key, and waits for the button");
    daemon.press().unwrap();
    page.wait_for("guests-in", PATIENCE).unwrap();
    wait_until("a guest is in", PATIENCE, || home.is_let_in(&carla)).unwrap();
    let mut visit = home.browse_on(&carla, "visitor.mjs", &["guest-is-in", "You are a guest here"]);
    assert_eq!(visit.wait_for("home-assistant", PATIENCE).unwrap(), PAGE);
    assert!(visit.finish().unwrap());
    daemon.press().unwrap();
    page.wait_for("guests-out", PATIENCE).unwrap();
    assert!(!home.is_let_in(&carla), "the same press puts guests out");
    carla.down().unwrap();

    let configuration = home.read_code(&mut page);
    assert!(home.is_let_in(&anna), "the old phone is in until the new one is");
    assert!(home.is_let_in(&ben));
    let new = home.come_in(&house.stranger, &configuration);
    wait_until("the new phone is in", PATIENCE, || home.is_let_in(&new)).unwrap();
    assert!(!home.is_let_in(&anna), "and with it the old one is out");

    page.wait_for("removed", PATIENCE).unwrap();
    assert!(!home.is_let_in(&ben), "a lost phone is out at once");

    daemon.long_hold().unwrap();
    page.wait_for("locked", PATIENCE).unwrap();
    assert!(!home.is_let_in(&new), "a locked box lets nobody in");
    daemon.long_hold().unwrap();
    page.wait_for("unlocked", PATIENCE).unwrap();
    wait_until("the lock is off", LATER, || home.is_let_in(&new)).unwrap();
    assert!(page.finish().unwrap(), "nothing is wrong with any screen");
}

/// A phone tries for so long under its former keys.
const LATER: Duration = Duration::from_secs(40);
