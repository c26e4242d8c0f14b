use std::{fmt, sync::Arc};

use embedded_hal::digital::{InputPin, OutputPin};
use model::{Gesture, Lamps};
use tokio::{
    sync::{Notify, mpsc, watch},
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

use crate::{Broken, Button, ButtonPin, Front, Hand, LampPins, Level, Lit};

/// The lamps and the button on their pins, driven by deadlines.
#[derive(Debug)]
pub struct Panel<O, I> {
    lamps: LampPins<O>,
    button: ButtonPin<I>,
    edges: Arc<Notify>,
    wanted: watch::Receiver<Lamps>,
    /// Which lamps are to be lit, whatever is wanted, while somebody tries them.
    trial: watch::Receiver<Option<Lit>>,
    /// A push that began during a trial means nothing, even if it outlasts the trial.
    is_spoilt: bool,
    hand: watch::Sender<Hand>,
    stuck: watch::Sender<bool>,
    broken: watch::Sender<Broken>,
    gestures: mpsc::Sender<Gesture>,
    /// Whether it is there since the power came on, so that a button that is down at first was held by then.
    is_power_on: bool,
}

impl<O: OutputPin, I: InputPin> Panel<O, I> {
    /// Takes the pins. Whoever watches the button's pin (an interrupt, the simulator) notifies `edges` after each
    /// change of its level; the panel then reads it.
    #[must_use]
    pub fn new(
        lamps: LampPins<O>,
        button: ButtonPin<I>,
        edges: Arc<Notify>,
    ) -> (Self, PanelHandle, Gestures) {
        let (lamps_sender, wanted) = watch::channel(Lamps::default());
        let (gestures, receiver) = mpsc::channel(UNREAD_GESTURES);
        let (hand, hand_receiver) = watch::channel(Hand::Up);
        let (stuck, stuck_receiver) = watch::channel(false);
        let broken = watch::Sender::new(Broken::default());
        let (trial_sender, trial) = watch::channel(None);
        let handle = PanelHandle {
            lamps: lamps_sender,
            trial: trial_sender,
            hand: hand_receiver,
            stuck: stuck_receiver,
            broken: broken.clone(),
        };
        let is_spoilt = false;

        let is_power_on = false;

        let this = Self {
            lamps,
            button,
            edges,
            wanted,
            trial,
            is_spoilt,
            hand,
            stuck,
            broken,
            gestures,
            is_power_on,
        };

        (this, handle, receiver)
    }

    /// Takes a button that is down at first for one that was held while the power came on; otherwise that is a push like
    /// any other, since whoever holds the button of a daemon that begins anew does not ask for a reset.
    #[must_use]
    pub fn since_power_on(self, is_power_on: bool) -> Self {
        Self { is_power_on, ..self }
    }

    /// Drives the panel until it is told to stop, and leaves the lamps dark.
    pub async fn run(mut self, stop: CancellationToken) {
        let now = Instant::now();
        let level = if self.is_power_on { self.level() } else { None };
        let mut button = Button::at_power_on(level.unwrap_or(Level::Up), now.into_std());
        let mut front = Front::new(now.into_std());

        loop {
            let now = Instant::now();
            self.read(&mut button, &mut front, now);
            self.show(&mut front, now);
            let next = earliest(button.poll_timeout(), front.next_change(now.into_std()));
            tokio::select! {
                () = stop.cancelled() => break,
                () = self.edges.notified() => {}
                () = at(next) => {}
                Ok(()) = self.wanted.changed() => {}
                Ok(()) = self.trial.changed() => {}
            }
        }

        self.put_out();
    }

    fn read(&mut self, button: &mut Button, front: &mut Front, now: Instant) {
        let now = now.into_std();
        let gesture = match self.level() {
            Some(level) => button.handle_level(level, now),
            None => button.handle_timeout(now),
        };
        let hand = button.hand();
        let is_spoilt = self.is_spoilt || self.trial.borrow().is_some();
        self.is_spoilt = is_spoilt && hand != Hand::Up;
        match gesture {
            Some(gesture) if is_spoilt => tracing::info!(?gesture, "Button pushed in a trial"),
            Some(gesture) => self.report(gesture),
            None => {}
        }
        if self.hand.send_if_modified(|known| std::mem::replace(known, hand) != hand) {
            front.handle_hand(hand, now);
        }
        self.stuck.send_if_modified(|known| std::mem::replace(known, button.is_stuck()) != button.is_stuck());
    }

    fn level(&mut self) -> Option<Level> {
        let level = self.button.level();
        self.note(|broken| &mut broken.button, level.as_ref().err());

        level.ok()
    }

    /// Some part works, or does not with this error. It is tried again each time; the log hears of it when that changes.
    fn note<E: fmt::Debug>(&self, part: fn(&mut Broken) -> &mut bool, error: Option<&E>) {
        let is_broken = error.is_some();
        let has_changed =
            self.broken.send_if_modified(|broken| std::mem::replace(part(broken), is_broken) != is_broken);
        if has_changed {
            tracing::warn!(?error, broken = %*self.broken.borrow(), "What of the panel works has changed");
        }
    }

    fn report(&self, gesture: Gesture) {
        tracing::info!(?gesture, "Button pushed");
        if self.gestures.try_send(gesture).is_err() {
            tracing::warn!(?gesture, "Nobody took the gesture");
        }
    }

    fn show(&mut self, front: &mut Front, now: Instant) {
        let now = now.into_std();
        front.set_lamps(*self.wanted.borrow_and_update(), now);
        let lit = self.trial.borrow_and_update().unwrap_or_else(|| front.lit(now));
        let shown = self.lamps.show(lit);
        self.note(|broken| &mut broken.lamps, shown.err().as_ref());
    }

    fn put_out(&mut self) {
        if let Err(error) = self.lamps.show(Lit::default()) {
            tracing::warn!(?error, "Could not switch a lamp off");
        }
    }
}

/// What the rest of the daemon says to the panel and sees of it.
#[derive(Debug, Clone)]
pub struct PanelHandle {
    lamps: watch::Sender<Lamps>,
    trial: watch::Sender<Option<Lit>>,
    hand: watch::Receiver<Hand>,
    stuck: watch::Receiver<bool>,
    broken: watch::Sender<Broken>,
}

impl PanelHandle {
    /// Says what the lamps are to show from now on.
    pub fn set_lamps(&self, lamps: Lamps) {
        self.lamps.send_if_modified(|shown| std::mem::replace(shown, lamps) != lamps);
    }

    /// What the lamps are to show, now and later.
    #[must_use]
    pub fn lamps(&self) -> watch::Receiver<Lamps> {
        self.lamps.subscribe()
    }

    /// Lights these lamps and no others until this is called with none; meanwhile the button means nothing.
    pub fn try_lamps(&self, lit: Option<Lit>) {
        self.trial.send_replace(lit);
    }

    /// What the hand on the button is doing, now and later.
    #[must_use]
    pub fn hand(&self) -> watch::Receiver<Hand> {
        self.hand.clone()
    }

    /// Whether the button is stuck, now and later.
    #[must_use]
    pub fn stuck(&self) -> watch::Receiver<bool> {
        self.stuck.clone()
    }

    /// What does not work, now and later; news at once where something does not already.
    #[must_use]
    pub fn broken(&self) -> watch::Receiver<Broken> {
        let mut broken = self.broken.subscribe();
        if self.broken.borrow().is_any() {
            broken.mark_changed();
        }

        broken
    }

    /// Nobody says any more when the button's level changes.
    pub(crate) fn note_deaf(&self) {
        self.broken.send_modify(|broken| broken.is_deaf = true);
    }
}

/// The gestures, as they are made.
pub type Gestures = mpsc::Receiver<Gesture>;

/// More pushes than a hand makes while the daemon is busy; what comes on top is dropped.
const UNREAD_GESTURES: usize = 8;

fn earliest(a: Option<std::time::Instant>, b: Option<std::time::Instant>) -> Option<Instant> {
    a.into_iter().chain(b).min().map(Instant::from_std)
}

async fn at(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use embedded_hal::digital::OutputPin as _;
    use model::Pattern;
    use tokio::{task::JoinHandle, time::sleep};

    use super::*;
    use crate::{Lamp, simulated::SimulatedPin};

    #[tokio::test(start_paused = true)]
    async fn a_press_reaches_whoever_waits_for_gestures() {
        let mut bench = Bench::start();

        bench.push_for(Duration::from_millis(200)).await;

        assert_eq!(bench.gestures.recv().await, Some(Gesture::Press));
    }

    #[tokio::test(start_paused = true)]
    async fn lamps_blink_on_their_pins_at_the_right_times() {
        let mut bench = Bench::start();
        let start = Instant::now();
        bench.handle.set_lamps(Lamps { power: Pattern::SlowPulse, ..Lamps::default() });

        let mut seen = Vec::new();
        for _ in 0..4 {
            bench.power.changed().await.unwrap();
            seen.push((start.elapsed().as_millis(), *bench.power.borrow_and_update()));
        }

        assert_eq!(seen, [(0, true), (1000, false), (2000, true), (3000, false)]);
    }

    #[tokio::test(start_paused = true)]
    async fn the_lamps_go_dark_at_the_steps_of_a_long_hold() {
        let mut bench = Bench::start();
        bench.handle.set_lamps(Lamps { power: Pattern::Solid, ..Lamps::default() });
        bench.power.wait_for(|lit| *lit).await.unwrap();
        let start = Instant::now();

        bench.contact(Level::Down);
        let mut seen = Vec::new();
        for _ in 0..4 {
            bench.power.changed().await.unwrap();
            seen.push((start.elapsed().as_millis(), *bench.power.borrow_and_update()));
        }
        bench.contact(Level::Up);

        assert_eq!(seen, [(3000, false), (3300, true), (10_000, false), (10_300, true)]);
        assert_eq!(bench.gestures.recv().await, Some(Gesture::LongHold));
    }

    #[tokio::test(start_paused = true)]
    async fn a_stuck_button_is_told_and_so_is_its_end() {
        let bench = Bench::start();
        let mut stuck = bench.handle.stuck();
        let start = Instant::now();

        bench.contact(Level::Down);
        stuck.wait_for(|stuck| *stuck).await.unwrap();
        assert_eq!(start.elapsed(), Button::STUCK);

        bench.contact(Level::Up);
        stuck.wait_for(|stuck| !*stuck).await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn gestures_that_nobody_takes_are_dropped_and_the_panel_goes_on() {
        let mut bench = Bench::start();

        for _ in 0..2 * UNREAD_GESTURES {
            bench.push_for(Duration::from_millis(100)).await;
        }

        assert_eq!(bench.gestures.len(), UNREAD_GESTURES);
        while bench.gestures.try_recv().is_ok() {}
        bench.push_for(Button::HOLD).await;
        assert_eq!(bench.gestures.recv().await, Some(Gesture::Hold));
    }

    #[tokio::test(start_paused = true)]
    async fn a_panel_that_stops_leaves_its_lamps_dark() {
        let mut bench = Bench::start();
        bench.handle.set_lamps(Lamps { power: Pattern::Solid, ..Lamps::default() });
        bench.power.wait_for(|lit| *lit).await.unwrap();

        bench.stop.cancel();
        bench.task.await.unwrap();

        assert!(!*bench.power.borrow());
    }

    #[tokio::test(start_paused = true)]
    async fn a_trial_lights_what_it_likes_and_then_all_is_as_before() {
        let mut bench = Bench::start();
        bench.handle.set_lamps(Lamps { power: Pattern::Solid, ..Lamps::default() });
        bench.power.wait_for(|lit| *lit).await.unwrap();

        bench.handle.try_lamps(Some(Lit::default()));
        bench.power.wait_for(|lit| !*lit).await.unwrap();

        bench.handle.try_lamps(None);
        bench.power.wait_for(|lit| *lit).await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_push_that_touches_a_trial_means_nothing() {
        let mut bench = Bench::start();

        bench.handle.try_lamps(Some(Lit::default()));
        bench.push_for(Duration::from_millis(100)).await;
        bench.contact(Level::Down);
        sleep(2 * Button::DEBOUNCE).await;
        bench.handle.try_lamps(None);
        sleep(Button::HOLD).await;
        bench.contact(Level::Up);
        sleep(2 * Button::DEBOUNCE).await;
        assert!(bench.gestures.is_empty());

        bench.push_for(Duration::from_millis(100)).await;
        assert_eq!(bench.gestures.recv().await, Some(Gesture::Press));
    }

    #[tokio::test(start_paused = true)]
    async fn a_hold_while_the_daemon_begins_anew_is_a_hold_and_no_step_to_a_reset() {
        for (is_power_on, expected) in
            [(false, [Gesture::Hold, Gesture::Press].as_slice()), (true, [Gesture::Reset].as_slice())]
        {
            let mut bench = Bench::start_with(Level::Down, is_power_on);
            sleep(Button::HOLD + 2 * Button::DEBOUNCE).await;
            bench.contact(Level::Up);
            bench.push_for(Duration::from_millis(200)).await;

            for gesture in expected {
                assert_eq!(bench.gestures.recv().await, Some(*gesture));
            }
            assert!(bench.gestures.is_empty());
        }
    }

    struct Bench {
        button: SimulatedPin,
        edges: Arc<Notify>,
        power: watch::Receiver<bool>,
        handle: PanelHandle,
        gestures: Gestures,
        stop: CancellationToken,
        task: JoinHandle<()>,
    }

    impl Bench {
        fn start() -> Self {
            Self::start_with(Level::Up, false)
        }

        fn start_with(level: Level, is_power_on: bool) -> Self {
            let button = SimulatedPin::high();
            button.clone().set_state((level == Level::Up).into()).unwrap();
            let pins = [(); 3].map(|()| SimulatedPin::low());
            let power = pins[0].watch();
            let [power_lamp, door, people] = pins.map(Lamp::new);
            let lamps = LampPins { power: power_lamp, door, people };
            let edges = Arc::new(Notify::new());
            let (panel, handle, gestures) =
                Panel::new(lamps, ButtonPin::new(button.clone()), Arc::clone(&edges));
            let stop = CancellationToken::new();
            let task = tokio::spawn(panel.since_power_on(is_power_on).run(stop.clone()));

            Self { button, edges, power, handle, gestures, stop, task }
        }

        fn contact(&self, level: Level) {
            self.button.clone().set_state((level == Level::Up).into()).unwrap();
            self.edges.notify_one();
        }

        async fn push_for(&self, time: Duration) {
            // The panel is there before the hand: the first level is that of power-on.
            sleep(Button::DEBOUNCE).await;
            self.contact(Level::Down);
            sleep(time).await;
            self.contact(Level::Up);
            sleep(2 * Button::DEBOUNCE).await;
        }
    }
}
