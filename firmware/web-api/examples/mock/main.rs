//! Serves the page before a household in memory: `cargo run -p web-api --features mock --example mock -- 8080`.
//!
//! Enter holds the button; the name of a scene and Enter lets it come about. A second argument says what to begin with: `new` is a box that nobody was let into, and
//! `owner`, `family` or `guest` takes every browser for such a device inside the tunnel. A third one is the scene to begin
//! with: `proven`, `closed`, `cgnat`, `changed`, `looking`, `found`, `in-from-home`, `in-from-outside`, `locked`, `fault`, or `here`,
//! with 127.0.0.2 as the address of the home.
#![expect(clippy::print_stdout, reason = "a terminal is its front panel")]

use std::{io, net::Ipv4Addr, sync::Arc, time::Duration};

use model::Role;
use tokio::{net::TcpListener, sync::watch, time::interval};
use tokio_util::sync::CancellationToken;
use web_api::{Answer, Gateway, Options, WebApi, mock::MockGateway};

mod scenes;

#[tokio::main]
async fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let port = arguments.next().and_then(|port| port.parse().ok()).unwrap_or(8080);
    let scene = arguments.next().unwrap_or_default();
    let role = scene.parse::<Role>().ok();
    let gateway = if scene == "new" { MockGateway::new_box() } else { MockGateway::household() };
    let gateway =
        role.into_iter().fold(gateway, |gateway, role| gateway.with_caller(Ipv4Addr::LOCALHOST.into(), role));
    gateway.update(|state| scenes::set(state, &arguments.next().unwrap_or_default()));
    // The development server of the page passes requests on under its own name.
    let extra_hosts = vec!["localhost:5173".to_owned(), "127.0.0.1:5173".to_owned()];
    let names = watch::Sender::new(vec!["localhost".to_owned()]).subscribe();
    let gateway = Arc::new(gateway);
    let api = WebApi::new(gateway.clone(), Options { names, extra_hosts });
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    println!("http://{}  (Enter holds the button)", listener.local_addr()?);

    let household = Arc::clone(&gateway);
    tokio::spawn(async move {
        let mut clock = interval(Duration::from_secs(1));
        for second in 0.. {
            clock.tick().await;
            if household.state().borrow().peers.iter().any(|peer| peer.connected) {
                household.update(|state| scenes::tick(state, second));
            }
        }
    });
    let button = api.clone();
    std::thread::spawn(move || {
        for line in io::stdin().lines().map_while(Result::ok) {
            match line.trim() {
                "" => {
                    let answer = button.hold();
                    println!("{answer:?}");
                    if answer == Answer::FactoryReset {
                        gateway.reset();
                    }
                }
                scene => gateway.update(|state| scenes::set(state, scene)),
            }
        }
    });
    match role {
        Some(_) => api.serve_tunnel(listener, CancellationToken::new()).await,
        None => api.serve_lan(listener, CancellationToken::new()).await,
    }
}
