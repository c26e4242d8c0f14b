use std::time::Duration;

use crate::home::{Home, PATIENCE};

#[test]
fn nothing_is_wrong_with_any_screen_that_a_link_leads_to() {
    let home = Home::settled();
    let _anna = home.come_in(&home.house.phone, &home.daemon.let_in("Anna", "owner").unwrap());
    for (name, role) in [("Ben", "family"), ("Carla’s very old tablet", "guest")] {
        home.daemon.let_in(name, role).unwrap();
    }
    let mut page = home.browse("screens.mjs");
    page.wait_for("waiting", PATIENCE).unwrap();
    home.daemon.hold().unwrap();

    let places: Vec<String> = serde_json::from_str(&page.wait_for("places", LONG).unwrap()).unwrap();

    for known in ["/#first-run", "/#way-in", "/#check", "/#activity", "/outside"] {
        assert!(places.iter().any(|place| place == known), "{known} of {places:?}");
    }
    assert!(page.finish().unwrap(), "nothing is wrong with any screen");
}

/// Every place is looked at in four ways.
const LONG: Duration = Duration::from_secs(200);
