use std::{net::Ipv4Addr, time::Duration};

use socket2::SockRef;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use crate::{
    clock::Clock,
    house::{House, OWNER},
    http::{Connection, Request},
};

#[tokio::test]
async fn however_many_connect_at_home_owners_and_root_get_through() {
    let (house, _clock) = (House::start().await, Clock::stop());
    let second = house.another_lan().await;
    let mut crowd = Vec::new();
    for at in 0..MOST_AT_HOME {
        let address = if at % 2 == 0 { house.lan } else { second };
        let mut connection = Connection::new(TcpStream::connect(address).await.unwrap());
        assert_eq!(connection.ask(&health(address.to_string())).await.status, 200);
        crowd.push(connection);
    }

    let late = TcpStream::connect(second).await.unwrap();
    late.writable().await.unwrap();
    late.try_write(&health(second.to_string()).to_bytes()).unwrap();
    assert_eq!(house.in_tunnel(OWNER, Request::new("GET", "/api/state")).await.status, 200);
    assert_eq!(house.as_root(Request::new("GET", "/api/state")).await.status, 200);
    assert!(late.try_read(&mut [0]).is_err());

    crowd.pop();
    assert_eq!(Connection::new(late).answer().await.status, 200);
}

#[tokio::test]
async fn a_connection_that_says_nothing_is_hung_up_on() {
    let (house, clock) = (House::start().await, Clock::stop());
    let mut connection = house.line_at_home().await;
    connection.ask(&health(house.lan.to_string())).await;

    connection.write(b"GET /api/he").await;
    clock.advance(PATIENCE).await;

    // It may be told why, but not for ever.
    while connection.line().await.is_some() {}
}

#[tokio::test]
async fn a_listener_that_breaks_ends_its_service_with_the_reason() {
    let house = House::start().await;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap().into_std().unwrap();
    let handle = listener.try_clone().unwrap();
    let served = house.api.serve_lan(TcpListener::from_std(listener).unwrap(), CancellationToken::new());

    SockRef::from(&handle).shutdown(std::net::Shutdown::Both).unwrap();

    assert!(served.await.is_err());
}

fn health(host: String) -> Request {
    Request::new("GET", "/api/health").header("host", host)
}

const MOST_AT_HOME: usize = 192;
const PATIENCE: Duration = Duration::from_secs(10);
