use std::{
    convert::Infallible,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use tokio::sync::watch;

use crate::{
    Gateway,
    doorkeeper::{Answer, Doorkeeper, Standing},
    token::Token,
};

/// Drives the [`Doorkeeper`]: gives it the time, tells browsers when it has changed its mind, and lights the lamp.
pub(crate) struct Lobby {
    keeper: Mutex<Doorkeeper>,
    changed: watch::Sender<()>,
    ticking: tokio::sync::Mutex<()>,
    gateway: Arc<dyn Gateway>,
}

impl Lobby {
    pub(crate) fn new(gateway: Arc<dyn Gateway>) -> Self {
        Self {
            keeper: Mutex::default(),
            changed: watch::Sender::new(()),
            ticking: Default::default(),
            gateway,
        }
    }

    /// Fires when somebody's standing may have changed.
    pub(crate) fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    pub(crate) fn ask(&self, known: Option<Token>) -> Token {
        self.change(|keeper, now| keeper.ask(known, Token::generate(), now))
    }

    pub(crate) fn standing(&self, token: Option<&Token>) -> Standing {
        self.lock().standing(token, now())
    }

    pub(crate) fn see(&self, token: &Token) {
        self.lock().see(token, now());
        // The ticker has to learn of the new deadline only when the old one comes, and finds it then.
    }

    pub(crate) fn hold(&self) -> Answer {
        self.change(Doorkeeper::hold)
    }

    pub(crate) fn arm_reset(&self) {
        self.change(Doorkeeper::arm_reset);
    }

    pub(crate) fn disarm_reset(&self) {
        self.change(|keeper, _| keeper.disarm_reset());
    }

    pub(crate) fn reset_left(&self) -> Option<Duration> {
        self.lock().reset_left(now())
    }

    pub(crate) fn leave(&self, token: &Token) {
        self.change(|keeper, _| keeper.leave(token));
    }

    /// Sees to it that nobody waits, and no session lasts, for longer than it should. Whoever serves runs this beside; one
    /// at a time does the work, and when he ends the next takes over.
    pub(crate) async fn run(&self) -> Infallible {
        let _one_at_a_time = self.ticking.lock().await;
        let mut changes = self.changes();
        loop {
            changes.mark_unchanged();
            let due = self.lock().poll_timeout();
            let timeout = async {
                match due {
                    Some(due) => tokio::time::sleep_until(due.into()).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                _ = changes.changed() => {}
                () = timeout => self.change(Doorkeeper::handle_timeout),
            }
        }
    }

    fn change<T>(&self, act: impl FnOnce(&mut Doorkeeper, Instant) -> T) -> T {
        let now = now();
        let mut keeper = self.lock();
        let done = act(&mut keeper, now);
        // Under the lock, so that the lamp hears of two changes in the order in which they happened.
        self.gateway.set_waiting(keeper.needs_a_hand(now));
        drop(keeper);
        self.changed.send_replace(());

        done
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Doorkeeper> {
        self.keeper.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The runtime's clock, which a test can turn.
fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}
