use lab::{Browser, Daemon, House, Options, Phone, wait_until};

use crate::{LATER, SOON, key};

#[test]
fn the_page_makes_a_backup_and_restores_it_on_the_box_that_takes_the_others_place() {
    let house = House::build(Options::default()).unwrap();
    let mut old = Daemon::run(&house).unwrap();
    old.settle_in(&house).unwrap();
    let phone = Phone::up(&house.phone, &old.let_in("Anna", "owner").unwrap()).unwrap();
    let gateway = old.gateway_address().unwrap();
    wait_until("Anna is in", SOON, || phone.ping(gateway)).unwrap();
    let before = key(&old).unwrap();
    let file = house.folder().join("anna.backup");

    let arguments = ["http://192.168.1.10/", file.to_str().unwrap()];
    let mut browser = Browser::run(&house.laptop, "new-card.mjs", &arguments).unwrap();
    browser.wait_for("waiting", LATER).unwrap();
    old.hold().unwrap();
    browser.wait_for("made", LATER).unwrap();
    old.stop().unwrap();
    let mut new = Daemon::new(&house).unwrap().with_data_dir(&house.folder().join("new-card"));
    new.start().unwrap();
    browser.wait_for("waiting-at-the-new-one", LATER).unwrap();
    assert_ne!(key(&new).unwrap(), before);
    new.hold().unwrap();
    browser.wait_for("restored", LATER).unwrap();
    browser.wait_for("waiting-once-more", LATER).unwrap();
    assert_eq!(key(&new).unwrap(), before);
    new.hold().unwrap();

    assert_eq!(browser.wait_for("devices", LATER).unwrap(), "Anna");
    browser.wait_for("told", LATER).unwrap();
    assert!(browser.finish().unwrap());
    wait_until("Anna is in again", LATER, || phone.ping(gateway)).unwrap();
}
