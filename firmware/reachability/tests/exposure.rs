//! Home Assistant's answer to who needs no login, over the network.

#![cfg(test)]

use std::{net::Ipv4Addr, time::Duration};

use lab::{Listener, Namespace};
use reachability::{
    Web,
    exposure::{AskError, Providers, ask},
};
use tokio::runtime::Builder;

/// As Home Assistant 2024.3 says it to somebody whom it trusts; to others it leaves the first one out.
const TRUSTING: &str = r#"{"providers":[{"name":"Trusted Networks","id":null,"type":"trusted_networks"},{"name":"Home Assistant Local","id":null,"type":"homeassistant"}],"preselect_remember_me":true}"#;

#[test]
fn whether_the_home_network_is_trusted_is_asked_over_plain_http() {
    let room = Namespace::create("home").unwrap();
    let _home_assistant = Listener::http(&room, (Ipv4Addr::LOCALHOST, 8123), TRUSTING).unwrap();

    assert!(ask_in(&room).unwrap().trust_the_network());
}

#[test]
fn what_is_not_home_assistant_is_told() {
    let room = Namespace::create("home").unwrap();

    assert!(matches!(ask_in(&room), Err(AskError::Web(_))), "nobody is there");
    let _other = Listener::http(&room, (Ipv4Addr::LOCALHOST, 8123), "<html>").unwrap();
    assert!(matches!(ask_in(&room), Err(AskError::Answer(_))), "somebody else is there");
}

#[test]
fn somebody_who_never_answers_is_not_waited_for() {
    let room = Namespace::create("home").unwrap();
    let _silent = room.in_thread(|| std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 8123))).unwrap();

    let asked = std::thread::scope(|scope| {
        let (answer, done) = std::sync::mpsc::channel();
        let room = &room;
        scope.spawn(move || answer.send(ask_in(room)));
        done.recv_timeout(Duration::from_secs(20))
    });

    assert!(matches!(asked, Ok(Err(AskError::Silence))), "{asked:?}");
}

fn ask_in(room: &Namespace) -> Result<Providers, AskError> {
    let ask = || {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(ask(&Web::new().unwrap(), (Ipv4Addr::LOCALHOST, 8123).into()))
    };

    room.in_thread(ask).unwrap()
}
