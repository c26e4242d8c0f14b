use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use tokio::{
    io::AsyncWriteExt as _,
    net::{UnixStream, unix::OwnedWriteHalf},
    sync::{Notify, watch},
};

use super::{
    lines::{Line, Lines},
    pin::SimulatedPin,
    shown::{Command, Complaint, Shown},
};
use crate::{Driver, Hand, Level, Lit, PanelHandle};

/// All that a client may see and touch.
#[derive(Debug, Clone)]
pub(crate) struct Wires {
    lamps: [SimulatedPin; 3],
    button: SimulatedPin,
    edges: Arc<Notify>,
    panel: PanelHandle,
    driver: Driver,
    /// How many hold the button down.
    holders: Arc<AtomicUsize>,
    /// Whether one of them is the finger that was there before any client.
    held_at_power_on: Arc<AtomicBool>,
}

impl Wires {
    /// The lamps are POWER, DOOR and PEOPLE.
    pub(crate) fn new(
        lamps: [SimulatedPin; 3],
        button: SimulatedPin,
        edges: Arc<Notify>,
        panel: PanelHandle,
        driver: Driver,
    ) -> Self {
        let (holders, held_at_power_on) = Default::default();

        Self { lamps, button, edges, panel, driver, holders, held_at_power_on }
    }

    /// Serves one client until it goes away.
    pub(crate) async fn serve(self, stream: UnixStream) -> io::Result<()> {
        let (reader, mut writer) = stream.into_split();
        let mut lines = Lines::new(reader);
        let mut news = News::of(&self);
        let mut visitor = Visitor::new(self);

        let mut told = news.shown();
        write_line(&mut writer, &told).await?;
        loop {
            tokio::select! {
                line = lines.next() => match line? {
                    Some(line) => obey(&line, &mut visitor, &mut writer).await?,
                    None => return Ok(()),
                },
                () = news.changed() => {
                    let shown = news.shown();
                    if shown != told {
                        write_line(&mut writer, &shown).await?;
                        told = shown;
                    }
                }
            }
        }
    }

    /// Puts a finger on the button that the first client to say "up" takes away.
    pub(crate) fn hold_at_power_on(&self) {
        self.held_at_power_on.store(true, Ordering::SeqCst);
        self.press();
    }

    fn press(&self) {
        self.holders.fetch_add(1, Ordering::SeqCst);
        self.settle_button();
    }

    fn release(&self) {
        self.holders.fetch_sub(1, Ordering::SeqCst);
        self.settle_button();
    }

    fn settle_button(&self) {
        // Low while somebody pushes, as on the box.
        self.button.set(self.holders.load(Ordering::SeqCst) == 0);
        self.edges.notify_one();
    }
}

/// What one client does, which is over when the client goes away.
#[derive(Debug)]
struct Visitor {
    wires: Wires,
    /// Where its finger is.
    level: Level,
    /// Whether it tries lamps.
    tries: bool,
}

impl Visitor {
    fn new(wires: Wires) -> Self {
        Self { wires, level: Level::Up, tries: false }
    }

    fn move_to(&mut self, level: Level) {
        match (std::mem::replace(&mut self.level, level), level) {
            (Level::Up, Level::Down) => self.wires.press(),
            (Level::Down, Level::Up) => self.wires.release(),
            (Level::Up, Level::Up) | (Level::Down, Level::Down) => {}
        }
    }

    fn push(&mut self, level: Level) {
        self.move_to(level);
        if level == Level::Up && self.wires.held_at_power_on.swap(false, Ordering::SeqCst) {
            self.wires.release();
        }
    }

    fn try_lamps(&mut self, lit: Option<Lit>) {
        if self.tries || lit.is_some() {
            self.wires.panel.try_lamps(lit);
        }
        self.tries = lit.is_some();
    }
}

impl Drop for Visitor {
    fn drop(&mut self) {
        self.move_to(Level::Up);
        self.try_lamps(None);
    }
}

/// What a client wants to hear of.
#[derive(Debug)]
struct News {
    power: watch::Receiver<bool>,
    door: watch::Receiver<bool>,
    people: watch::Receiver<bool>,
    patterns: watch::Receiver<model::Lamps>,
    hand: watch::Receiver<Hand>,
    driver: Driver,
}

impl News {
    fn of(wires: &Wires) -> Self {
        let [power, door, people] = wires.lamps.each_ref().map(SimulatedPin::watch);

        let (patterns, hand) = (wires.panel.lamps(), wires.panel.hand());

        Self { power, door, people, patterns, hand, driver: wires.driver }
    }

    fn shown(&mut self) -> Shown {
        Shown {
            lit: Lit {
                power: *self.power.borrow_and_update(),
                door: *self.door.borrow_and_update(),
                people: *self.people.borrow_and_update(),
            },
            patterns: *self.patterns.borrow_and_update(),
            button: *self.hand.borrow_and_update(),
            driver: self.driver,
        }
    }

    /// Waits for any change. When the panel is gone nothing changes any more, and the client is about to be let go.
    async fn changed(&mut self) {
        tokio::select! {
            Ok(()) = self.power.changed() => {}
            Ok(()) = self.door.changed() => {}
            Ok(()) = self.people.changed() => {}
            Ok(()) = self.patterns.changed() => {}
            Ok(()) = self.hand.changed() => {}
            else => std::future::pending().await,
        }
    }
}

async fn obey(line: &Line, visitor: &mut Visitor, writer: &mut OwnedWriteHalf) -> io::Result<()> {
    let command = match line {
        Line::Whole(text) => serde_json::from_slice::<Command>(text).ok(),
        Line::TooLong => None,
    };
    match command {
        Some(Command::Button(level)) => visitor.push(level),
        Some(Command::Lamps(lit)) => visitor.try_lamps(lit),
        None => write_line(writer, &Complaint { error: HELP }).await?,
    }

    Ok(())
}

async fn write_line(writer: &mut OwnedWriteHalf, value: &impl serde::Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');

    writer.write_all(&line).await
}

const HELP: &str = r#"say {"button":"down"} or {"button":"up"}"#;
