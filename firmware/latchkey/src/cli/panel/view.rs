use std::{io, time::Duration};

use anyhow::Context as _;
use panel::{
    Hand,
    simulated::{Client, Shown},
};
use tokio::{
    signal::unix::{SignalKind, signal},
    time::{Instant, sleep},
};

use super::{key::Action, screen::Screen, terminal::Terminal};

/// Shows the panel until the person leaves or the panel goes.
pub(super) async fn show(mut client: Client) -> anyhow::Result<()> {
    let mut terminated = signal(SignalKind::terminate()).context("listen for signals")?;
    let shown = client.next().await.context("look at the panel")?;
    let terminal = Terminal::enter().context("take over the terminal")?;
    let mut view = View { client, terminal, shown, finger: Finger::Off, struck: None };

    loop {
        view.draw().context("draw the panel")?;
        let go_on = tokio::select! {
            shown = view.client.next() => view.see(shown.context("look at the panel")?).await?,
            event = view.terminal.events.recv() => match event {
                Some(event) => view.act(Action::from_event(&event, view.terminal.hears_releases)).await?,
                None => false,
            },
            () = sleep(TENTH), if view.finger != Finger::Off => true,
            _ = terminated.recv() => false,
        };
        if !go_on {
            return Ok(());
        }
    }
}

struct View {
    client: Client,
    terminal: Terminal,
    shown: Shown,
    finger: Finger,
    /// When a key that pushes and lets go was struck last.
    struck: Option<Instant>,
}

impl View {
    fn draw(&self) -> io::Result<()> {
        let held = match self.finger {
            Finger::Off => None,
            Finger::On { since, .. } => Some(since.elapsed()),
        };
        let screen = Screen { shown: self.shown, held, hears_releases: self.terminal.hears_releases };

        self.terminal.draw(&screen.lines())
    }

    async fn see(&mut self, shown: Shown) -> anyhow::Result<bool> {
        self.shown = shown;
        match self.finger {
            Finger::On { until: Some(until), .. } if shown.button == until => self.let_go().await?,
            Finger::On { .. } | Finger::Off => {}
        }

        Ok(true)
    }

    /// Does what was struck; false to leave.
    async fn act(&mut self, action: Option<Action>) -> anyhow::Result<bool> {
        match action {
            Some(Action::Push) => self.push(None).await?,
            Some(Action::PushUntil(hand)) if self.is_struck_anew() => self.push(Some(hand)).await?,
            Some(Action::LetGo) => self.let_go().await?,
            Some(Action::PushUntil(_) | Action::Redraw) | None => {}
            Some(Action::Quit) => return Ok(false),
        }

        Ok(true)
    }

    /// A key that is held down repeats itself, which must not push the button again and again.
    fn is_struck_anew(&mut self) -> bool {
        let earlier = self.struck.replace(Instant::now());

        earlier.is_none_or(|earlier| earlier.elapsed() > REPEAT) && self.shown.button == Hand::Up
    }

    async fn push(&mut self, until: Option<Hand>) -> anyhow::Result<()> {
        match self.finger {
            Finger::Off => {
                self.finger = Finger::On { since: Instant::now(), until };
                self.client.down().await.context("push the button")
            }
            Finger::On { .. } => Ok(()),
        }
    }

    async fn let_go(&mut self) -> anyhow::Result<()> {
        match std::mem::replace(&mut self.finger, Finger::Off) {
            Finger::On { .. } => self.client.up().await.context("let the button go"),
            Finger::Off => Ok(()),
        }
    }
}

/// Our finger on the button.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Finger {
    Off,
    On { since: Instant, until: Option<Hand> },
}

/// How often the seconds are counted on while the button is held.
const TENTH: Duration = Duration::from_millis(100);
/// Terminals wait for up to 660 ms before a key repeats itself.
const REPEAT: Duration = Duration::from_millis(700);
