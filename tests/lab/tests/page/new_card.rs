use std::time::Duration;

use lab::{Daemon, wait_until};

use crate::home::{Home, PATIENCE};

#[test]
fn a_new_card_becomes_the_old_one_from_a_file_and_a_hand_on_the_button_makes_it_new_again() {
    let mut home = Home::settled();
    let anna = home.come_in(&home.house.phone, &home.daemon.let_in("Anna", "owner").unwrap());
    let gateway = home.daemon.gateway_address().unwrap();
    let old_key = home.key();
    let mut page = home.browse("new-card.mjs");
    page.wait_for("waiting", PATIENCE).unwrap();
    home.daemon.hold().unwrap();
    page.wait_for("made", PATIENCE).unwrap();

    home.daemon.stop().unwrap();
    home.daemon = Daemon::new(&home.house).unwrap().with_data_dir(&home.house.folder().join("new-card"));
    home.daemon.start().unwrap();
    page.wait_for("waiting-at-the-new-one", PATIENCE).unwrap();
    assert_ne!(home.key(), old_key);
    assert!(!anna.ping(gateway), "a new box knows nobody");
    home.daemon.hold().unwrap();
    page.wait_for("restored", PATIENCE).unwrap();
    assert_eq!(home.key(), old_key);
    wait_until("the tunnel that Anna has works again", LATER, || home.is_let_in(&anna)).unwrap();
    page.wait_for("waiting-once-more", PATIENCE).unwrap();
    home.daemon.hold().unwrap();

    page.wait_for("armed", PATIENCE).unwrap();
    assert!(anna.ping(gateway), "nothing is forgotten without the hand");
    // The panel may go away before it has told of the hand that let go.
    let _ = home.daemon.hold();
    page.wait_for("forgotten", PATIENCE).unwrap();
    assert_ne!(home.key(), old_key);
    assert!(!anna.ping(gateway), "the box is nobody's");
    assert!(page.finish().unwrap(), "nothing is wrong with any screen");
}

/// A phone tries for so long under its former keys.
const LATER: Duration = Duration::from_secs(40);
