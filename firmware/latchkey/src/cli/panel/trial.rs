//! `latchkey panel --test`: lights each lamp in turn, asks for a push of the button, and says what is wrong.

use std::{
    fs,
    io::{self, IsTerminal as _},
    os::unix::fs::DirBuilderExt as _,
    path::Path,
    time::Duration,
};

use anyhow::{Context as _, bail};
use panel::{
    Board, Driver, Hand, Lit, Place, Wish,
    simulated::{Client, Shown, SimulatedPanel},
};
use tokio::{
    signal,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{
    super::output,
    findings::{Findings, LampName, Sight, Touch},
};

/// Tests the panel that somebody else drives, which is the daemon.
pub(super) async fn run(mut client: Client, json: bool) -> anyhow::Result<()> {
    let shown = client.next().await.context("look at the panel")?;
    if shown.driver == Driver::Simulated {
        bail!(
            "the daemon drives no pins, so that no lamp can light up; `latchkey status` tells if something is wrong"
        );
    }
    let mut trial = Trial { client, shown, asks: !json && io::stdin().is_terminal(), json };
    let findings = tokio::select! {
        findings = trial.examine() => findings?,
        _ = signal::ctrl_c() => bail!("the test was broken off"),
    };
    trial.client.try_lamps(None).await.context("give the lamps back")?;

    trial.report(&findings)
}

/// Drives the panel for as long as the test takes.
pub(super) async fn without_a_daemon(socket: &Path, place: &Place, json: bool) -> anyhow::Result<()> {
    let board = Board::open(Wish::Auto, place).context("take the pins")?;
    let board = board.context(
        "there is nothing to test: no daemon runs here, and this machine has none of a Raspberry Pi's pins",
    )?;
    let folder = socket.parent().unwrap_or_else(|| Path::new("/"));
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.with_context(|| format!("make {}", folder.display()))?;
    let simulated = SimulatedPanel::bind(socket)?.beside(Some(board));

    let (panel, _handle, _gestures, front) = simulated.into_panel();
    let stop = CancellationToken::new();
    let test = async {
        let _stop = stop.clone().drop_guard();
        run(Client::connect(socket).await?, json).await
    };
    let ((), (), outcome) = tokio::join!(panel.run(stop.clone()), front.run(stop.clone()), test);

    outcome
}

struct Trial {
    client: Client,
    /// What the panel looks like.
    shown: Shown,
    /// Whether there is somebody to answer.
    asks: bool,
    json: bool,
}

impl Trial {
    async fn examine(&mut self) -> anyhow::Result<Findings> {
        let driver = self.shown.driver;
        self.say(&format!("The pins are driven by {driver}. During this test the button has no effect."))?;

        let mut findings = Findings::new(driver);
        for lamp in LampName::ALL {
            findings.lamps.insert(lamp, self.look_at(lamp).await?);
        }
        self.light(Lit::default()).await?;
        findings.button = Some(self.feel().await?);

        Ok(findings)
    }

    async fn look_at(&mut self, lamp: LampName) -> anyhow::Result<Sight> {
        self.light(lamp.alone()).await?;
        let (name, wire) = (lamp.label(), lamp.wire());
        let where_it_is = format!("{name} is lit now (pin {} of the header)", wire.header_pin);
        if !self.asks {
            self.say(&where_it_is)?;
            sleep(GLANCE).await;
            return Ok(Sight::NotAsked);
        }
        loop {
            self.say(&format!("{where_it_is}. Do you see it? y: yes, n: no lamp is lit, o: another one is"))?;
            if let Some(sight) = Sight::from_answer(&answer().await?) {
                return Ok(sight);
            }
        }
    }

    async fn light(&mut self, lit: Lit) -> anyhow::Result<()> {
        self.client.try_lamps(Some(lit)).await.context("light a lamp")?;
        if !self.wait_for(PATIENCE, |shown| shown.lit == lit).await? {
            bail!("the pin of a lamp could not be switched; the daemon's log says why");
        }

        Ok(())
    }

    async fn feel(&mut self) -> anyhow::Result<Touch> {
        // What has been pushed until now may still be down.
        if !self.wait_for(SHORT, |shown| shown.button == Hand::Up).await? {
            return Ok(Touch::AlwaysDown);
        }
        self.say(&format!("Now press the button and let go. There are {} seconds", PUSH.as_secs()))?;
        if !self.wait_for(PUSH, |shown| shown.button != Hand::Up).await? {
            return Ok(Touch::NotFelt);
        }
        self.light(ALL).await?;
        let is_up = self.wait_for(PUSH, |shown| shown.button == Hand::Up).await?;

        Ok(if is_up { Touch::Felt } else { Touch::NotLetGo })
    }

    /// Whether the panel comes to look like this in time.
    async fn wait_for(
        &mut self,
        patience: Duration,
        wanted: impl Fn(&Shown) -> bool,
    ) -> anyhow::Result<bool> {
        let watch = async {
            while !wanted(&self.shown) {
                self.shown = self.client.next().await.context("look at the panel")?;
            }
            anyhow::Ok(true)
        };

        timeout(patience, watch).await.unwrap_or(Ok(false))
    }

    fn report(&self, findings: &Findings) -> anyhow::Result<()> {
        if self.json {
            output::say_json(findings)?;
        }
        for advice in findings.advice() {
            self.say(&format!("\n{advice}"))?;
        }
        if !findings.are_good() {
            bail!("the panel does not work yet");
        }

        self.say("All is well: the lamps and the button work")
    }

    /// Says something to a person.
    fn say(&self, text: &str) -> anyhow::Result<()> {
        if self.json { Ok(()) } else { output::say(text) }
    }
}

/// A line from the keyboard. Nobody can interrupt the thread that waits for it, which ends with the program.
async fn answer() -> anyhow::Result<String> {
    let read = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        io::stdin().read_line(&mut line).map(|count| (count, line))
    });
    let (count, line) = read.await?.context("read the answer")?;
    if count == 0 {
        bail!("the test was broken off");
    }

    Ok(line)
}

const ALL: Lit = Lit { power: true, door: true, people: true };
/// How long a lamp is lit if nobody is asked.
const GLANCE: Duration = Duration::from_secs(2);
/// How long a pin may take to follow.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a hand may still be on the button.
const SHORT: Duration = Duration::from_secs(2);
/// How long a hand may take to find the button.
const PUSH: Duration = Duration::from_secs(20);

#[cfg(test)]
mod tests {
    use tempfile::TempDir;
    use tokio::task::JoinHandle;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_push_is_felt_and_lets_nobody_in() {
        let (mut trial, mut hand, mut bench) = trial().await;

        let (findings, ()) = tokio::join!(trial.examine(), async {
            hand.wait_for(|shown| shown.lit == LampName::People.alone()).await.unwrap();
            hand.wait_for(|shown| shown.lit == Lit::default()).await.unwrap();
            hand.push_until(Hand::Down).await.unwrap();
        });

        let findings = findings.unwrap();
        assert!(findings.are_good(), "{findings:?}");
        assert!(findings.lamps.values().all(|sight| *sight == Sight::NotAsked));
        assert!(bench.gestures.try_recv().is_err(), "the push was for the test alone");
    }

    #[tokio::test(start_paused = true)]
    async fn a_button_from_which_nothing_comes_is_told() {
        let (mut trial, _hand, _bench) = trial().await;

        assert_eq!(trial.feel().await.unwrap(), Touch::NotFelt);
    }

    #[tokio::test(start_paused = true)]
    async fn a_button_that_is_always_down_is_told() {
        let (mut trial, mut hand, _bench) = trial().await;
        hand.down().await.unwrap();
        hand.wait_for(|shown| shown.button == Hand::Down).await.unwrap();
        assert!(trial.wait_for(PATIENCE, |shown| shown.button == Hand::Down).await.unwrap());

        assert_eq!(trial.feel().await.unwrap(), Touch::AlwaysDown);
    }

    #[tokio::test(start_paused = true)]
    async fn a_button_that_sticks_is_told() {
        let (mut trial, mut hand, _bench) = trial().await;

        let (touch, ()) = tokio::join!(trial.feel(), async {
            sleep(SHORT).await;
            hand.down().await.unwrap();
        });

        assert_eq!(touch.unwrap(), Touch::NotLetGo);
    }

    /// A test of a panel without pins, and somebody who may push its button.
    async fn trial() -> (Trial, Client, Bench) {
        let dir = TempDir::new().unwrap();
        let path = dir.path().join("panel.sock");
        let (panel, handle, gestures, front) = SimulatedPanel::bind(&path).unwrap().into_panel();
        let stop = CancellationToken::new();
        let task = tokio::spawn(async move {
            tokio::join!(panel.run(stop.clone()), front.run(stop));
        });
        let mut client = Client::connect(&path).await.unwrap();
        let shown = client.next().await.unwrap();
        let trial = Trial { client, shown, asks: false, json: true };

        (
            trial,
            Client::connect(&path).await.unwrap(),
            Bench { gestures, _task: task, _handle: handle, _dir: dir },
        )
    }

    struct Bench {
        gestures: panel::Gestures,
        _task: JoinHandle<()>,
        _handle: panel::PanelHandle,
        _dir: TempDir,
    }
}
