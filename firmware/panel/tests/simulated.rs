//! The simulated panel as its clients see it: through the socket.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use std::{os::unix::fs::PermissionsExt as _, path::PathBuf, time::Duration};

use model::{Gesture, Lamps, Pattern};
use panel::{
    Driver, Gestures, Hand, Lit, PanelHandle,
    simulated::{BlockingClient, Client, ClientError, Shown, SimulatedPanel},
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::UnixStream,
    task::JoinHandle,
    time::Instant,
};
use tokio_util::sync::CancellationToken;

#[tokio::test(start_paused = true)]
async fn a_client_sees_the_panel_at_once() {
    let house = House::start();
    house.handle.set_lamps(Lamps { power: Pattern::Solid, ..Lamps::default() });
    let mut client = house.client().await;

    let shown = client.wait_for(|shown| shown.lit.power).await.unwrap();

    let patterns = Lamps { power: Pattern::Solid, ..Lamps::default() };
    assert_eq!(
        shown,
        Shown {
            lit: Lit { power: true, door: false, people: false },
            patterns,
            button: Hand::Up,
            driver: Driver::Simulated
        }
    );
}

#[tokio::test(start_paused = true)]
async fn the_line_is_as_documented() {
    let house = House::start();
    let mut lines = BufReader::new(UnixStream::connect(&house.path).await.unwrap()).lines();

    let line = lines.next_line().await.unwrap().unwrap();

    let expected = r#"{"power":false,"door":false,"people":false,"patterns":{"power":"off","door":"off","people":"off"},"button":"up","driver":"simulated"}"#;
    assert_eq!(line, expected);
}

#[tokio::test(start_paused = true)]
async fn a_lamp_really_blinks() {
    let house = House::start();
    let mut client = house.client().await;
    house.handle.set_lamps(Lamps { door: Pattern::FastBlink, ..Lamps::default() });
    client.wait_for(|shown| shown.lit.door).await.unwrap();
    let start = Instant::now();

    for _ in 0..5 {
        client.wait_for(|shown| !shown.lit.door).await.unwrap();
        client.wait_for(|shown| shown.lit.door).await.unwrap();
    }

    assert_eq!(start.elapsed().as_millis(), 1000, "five times a second");
}

#[tokio::test(start_paused = true)]
async fn a_client_makes_every_gesture() {
    let mut house = House::start();
    let mut client = house.client().await;

    for (hand, gesture) in
        [(Hand::Down, Gesture::Press), (Hand::Hold, Gesture::Hold), (Hand::LongHold, Gesture::LongHold)]
    {
        client.push_until(hand).await.unwrap();

        assert_eq!(house.gestures.recv().await, Some(gesture));
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_goes_away_lets_go() {
    let mut house = House::start();
    let mut client = house.client().await;
    client.down().await.unwrap();
    client.wait_for(|shown| shown.button == Hand::Hold).await.unwrap();

    drop(client);

    assert_eq!(house.gestures.recv().await, Some(Gesture::Hold));
}

#[tokio::test(start_paused = true)]
async fn the_button_is_down_while_any_client_holds_it() {
    let mut house = House::start();
    let (mut anna, mut ben) = (house.client().await, house.client().await);
    anna.down().await.unwrap();
    anna.wait_for(|shown| shown.button == Hand::Down).await.unwrap();
    ben.down().await.unwrap();
    ben.wait_for(|shown| shown.button == Hand::Down).await.unwrap();

    anna.up().await.unwrap();
    ben.wait_for(|shown| shown.button == Hand::Hold).await.unwrap();
    ben.up().await.unwrap();

    assert_eq!(house.gestures.recv().await, Some(Gesture::Hold));
}

#[tokio::test(start_paused = true)]
async fn a_button_held_at_power_on_makes_the_next_press_a_reset() {
    let mut house = House::start_with(SimulatedPanel::held_at_power_on);
    let mut client = house.client().await;
    client.wait_for(|shown| shown.button == Hand::Down).await.unwrap();

    client.up().await.unwrap();
    client.wait_for(|shown| shown.button == Hand::Up).await.unwrap();
    client.push_until(Hand::Down).await.unwrap();

    assert_eq!(house.gestures.recv().await, Some(Gesture::Reset));
}

#[tokio::test(start_paused = true)]
async fn what_is_no_command_is_answered_and_ignored() {
    let mut house = House::start();
    let (reader, mut writer) = UnixStream::connect(&house.path).await.unwrap().into_split();
    let mut lines = BufReader::new(reader).lines();
    lines.next_line().await.unwrap().unwrap();

    let long = format!("{{\"button\":\"{}\"}}", "down".repeat(100_000));
    for nonsense in [
        "",
        "down",
        "{}",
        "[]",
        r#"{"button":"sideways"}"#,
        r#"{"button":"down","x":1}"#,
        r#"{"lamps":{"power":true}}"#,
        "\u{0}\u{1b}",
        &long,
    ] {
        writer.write_all(format!("{nonsense}\n").as_bytes()).await.unwrap();

        let answer = lines.next_line().await.unwrap().unwrap();
        assert!(answer.starts_with(r#"{"error":"say "#), "{nonsense:.40} was answered with {answer}");
    }

    house.client().await.push_until(Hand::Down).await.unwrap();
    assert_eq!(house.gestures.recv().await, Some(Gesture::Press));
    assert!(house.gestures.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_client_tries_the_lamps_and_the_button_does_nothing_meanwhile() {
    let mut house = House::start();
    house.handle.set_lamps(Lamps { power: Pattern::Solid, ..Lamps::default() });
    let mut client = house.client().await;
    let door_alone = Lit { door: true, ..Lit::default() };

    client.try_lamps(Some(door_alone)).await.unwrap();
    client.wait_for(|shown| shown.lit == door_alone).await.unwrap();
    client.push_until(Hand::Down).await.unwrap();
    client.try_lamps(None).await.unwrap();
    client.wait_for(|shown| shown.lit.power).await.unwrap();

    assert!(house.gestures.is_empty());
    client.push_until(Hand::Down).await.unwrap();
    assert_eq!(house.gestures.recv().await, Some(Gesture::Press));
}

#[tokio::test(start_paused = true)]
async fn a_trial_ends_with_the_client_that_makes_it() {
    let house = House::start();
    house.handle.set_lamps(Lamps { power: Pattern::Solid, ..Lamps::default() });
    let (mut tester, mut client) = (house.client().await, house.client().await);
    tester.try_lamps(Some(Lit::default())).await.unwrap();
    client.wait_for(|shown| !shown.lit.power).await.unwrap();

    drop(tester);

    client.wait_for(|shown| shown.lit.power).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_crowd_waits_outside_and_comes_in_when_others_leave() {
    let house = House::start();
    let mut crowd = Vec::new();
    for _ in 0..16 {
        let mut client = house.client().await;
        client.next().await.unwrap();
        crowd.push(client);
    }
    let mut late = house.client().await;
    let soon = Duration::from_secs(1);
    assert!(tokio::time::timeout(soon, late.next()).await.is_err(), "the room is full");

    crowd.pop();

    tokio::time::timeout(soon, late.next()).await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn the_socket_is_the_owners_alone_and_goes_with_the_panel() {
    let house = House::start();
    let metadata = std::fs::symlink_metadata(&house.path).unwrap();
    assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    assert_eq!(std::fs::read_dir(house.dir.path()).unwrap().count(), 1, "nothing else lies about");
    let mut client = house.client().await;
    client.next().await.unwrap();

    house.stop.cancel();
    house.task.await.unwrap();

    assert!(!house.path.exists());
    let end = loop {
        if let Err(error) = client.next().await {
            break error;
        }
    };
    assert!(matches!(end, ClientError::Gone | ClientError::Talk(_)), "{end:?}");
}

#[tokio::test]
async fn what_a_dead_daemon_left_is_replaced_and_a_living_one_is_not() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("panel.sock");
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    assert!(Client::connect(&path).await.is_err(), "nobody listens there");

    let living = SimulatedPanel::bind(&path).unwrap();

    assert!(Client::connect(&path).await.is_ok());
    assert!(SimulatedPanel::bind(&path).is_err(), "somebody listens there");
    drop(living);
    assert!(!path.exists());
}

#[tokio::test]
async fn a_file_in_the_way_stays_and_a_missing_directory_is_not_made() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("panel.sock");
    std::fs::write(&path, "precious").unwrap();

    assert!(SimulatedPanel::bind(&path).is_err());
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "precious");

    assert!(SimulatedPanel::bind(&dir.path().join("missing/panel.sock")).is_err());
    assert!(!dir.path().join("missing").exists());
}

#[test]
fn a_client_without_a_runtime_does_the_same() {
    // A real clock: the other side is a process of its own where this client is used.
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut house = runtime.block_on(async { House::start() });
    let mut client = BlockingClient::connect(&house.path).unwrap();
    let patience = Duration::from_secs(10);

    house.handle.set_lamps(Lamps { people: Pattern::Solid, ..Lamps::default() });
    client.wait_for(patience, |shown| shown.lit.people).unwrap();
    client.push_until(Hand::Down).unwrap();
    assert_eq!(runtime.block_on(house.gestures.recv()), Some(Gesture::Press));

    let nothing_changes = client.next(Duration::from_millis(1));
    assert!(matches!(nothing_changes, Err(ClientError::TimedOut)), "{nothing_changes:?}");
    house.stop.cancel();
    runtime.block_on(house.task).unwrap();
    let end = loop {
        if let Err(error) = client.next(patience) {
            break error;
        }
    };
    assert!(matches!(end, ClientError::Gone | ClientError::Talk(_)), "{end:?}");
}

struct House {
    dir: TempDir,
    path: PathBuf,
    handle: PanelHandle,
    gestures: Gestures,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl House {
    fn start() -> Self {
        Self::start_with(|panel| panel)
    }

    fn start_with(change: impl FnOnce(SimulatedPanel) -> SimulatedPanel) -> Self {
        let dir = TempDir::new().unwrap();
        let path = dir.path().join("panel.sock");
        let simulated = change(SimulatedPanel::bind(&path).unwrap());
        let (panel, handle, gestures, front) = simulated.into_panel();
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        let task = tokio::spawn(async move {
            tokio::join!(panel.run(stopped.clone()), front.run(stopped));
        });

        Self { dir, path, handle, gestures, stop, task }
    }

    async fn client(&self) -> Client {
        Client::connect(&self.path).await.unwrap()
    }
}
