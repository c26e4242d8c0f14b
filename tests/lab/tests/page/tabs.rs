use crate::home::{Home, PATIENCE};

#[test]
fn two_tabs_show_the_same_and_outlive_a_box_that_is_gone_for_a_while() {
    let mut home = Home::settled();
    let mut page = home.browse("tabs.mjs");
    for step in ["two-wait", "one-waits"] {
        page.wait_for(step, PATIENCE).unwrap();
        home.daemon.hold().unwrap();
    }
    let phone = home.scan(&home.house.phone, &mut page);
    page.wait_for("open", PATIENCE).unwrap();
    let mut owner = home.browse_on(&phone, "owner.mjs", &["Anna again"]);
    owner.wait_for("open", PATIENCE).unwrap();

    home.daemon.stop().unwrap();
    page.wait_for("lost", PATIENCE).unwrap();
    home.daemon.start().unwrap();
    home.daemon.cli(&["peer", "change", "Anna’s phone", "--name", "Anna again"]).unwrap();

    page.wait_for("closed", PATIENCE).unwrap();
    home.daemon.hold().unwrap();
    page.wait_for("back", PATIENCE).unwrap();
    owner.wait_for("back", PATIENCE).unwrap();
    assert!(page.finish().unwrap(), "nothing is wrong with any screen");
    assert!(owner.finish().unwrap());
}
