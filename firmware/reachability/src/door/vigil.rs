use std::net::SocketAddr;

use tokio::{
    sync::watch,
    time::{Duration, Instant, sleep_until, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{
    errand::Errand,
    hand::Hand,
    keeper::{Keeper, Step},
    opening::Opening,
    protocol::Protocols,
    task::{Answer, Failure, Task},
    wish::Wish,
};

/// Keeps open what one errand is about, until it is about something else.
pub(crate) struct Vigil<'a> {
    pub(crate) errand: Errand,
    pub(crate) wishes: &'a mut watch::Receiver<Option<Wish>>,
    /// How often the router has been seen to restart, by whomever.
    pub(crate) restarts: &'a watch::Sender<u32>,
    pub(crate) publish: &'a (dyn Fn(Opening, Protocols) + Sync),
}

impl Vigil<'_> {
    /// Returns when something else is wished for or it is told to stop, after it has shut what it opened.
    pub(crate) async fn keep(mut self, stop: &CancellationToken) {
        let Errand { path, port, outside, nonce, ref order, .. } = self.errand;
        let mut keeper = Keeper::new(SocketAddr::new(path.own, port), outside, order.clone());
        let mut hand = Hand::new(path, port, nonce);
        let mut restarts = self.restarts.subscribe();

        loop {
            // Where nothing may be asked, this is when the door is found to be shut.
            let step = keeper.next(now());
            (self.publish)(keeper.opening(), keeper.answered_by());
            let news = match step {
                Step::Do(task) => self.work(&mut keeper, &mut hand, task, stop).await,
                Step::Wait(until) => tokio::select! {
                    news = self.news(stop) => news,
                    Ok(()) = restarts.changed() => News::Knock,
                    () = wait(until) => News::None,
                },
            };
            if keeper.take_restart() {
                tracing::info!("The router has restarted");
                self.restarts.send_modify(|count| *count = count.wrapping_add(1));
                // The others shall look, not the one who saw it.
                restarts.mark_unchanged();
            }
            match news {
                News::None => {}
                News::Knock => keeper.knock(now()),
                News::End => break,
            }
        }
        shut(&keeper, &mut hand).await;
    }

    /// Does one thing, unless it is no longer wanted.
    async fn work(
        &mut self,
        keeper: &mut Keeper,
        hand: &mut Hand,
        task: Task,
        stop: &CancellationToken,
    ) -> News {
        let mut knocked = News::None;
        let deadline = timeout(TASK, hand.act(task));
        tokio::pin!(deadline);
        let answer = loop {
            tokio::select! {
                answer = &mut deadline => break answer.unwrap_or(Answer::Failed(Failure::NoAnswer)),
                news = self.news(stop) => match news {
                    News::End => return News::End,
                    News::Knock | News::None => knocked = news,
                },
            }
        };
        keeper.answered(task.by(), answer, now());

        knocked
    }

    /// Waits for a word from whoever wishes.
    async fn news(&mut self, stop: &CancellationToken) -> News {
        tokio::select! {
            () = stop.cancelled() => News::End,
            Ok(()) = self.wishes.changed() => {
                let is_still = self.errand.is_still(self.wishes.borrow_and_update().as_ref());
                if is_still { News::Knock } else { News::End }
            }
        }
    }
}

enum News {
    None,
    Knock,
    End,
}

async fn shut(keeper: &Keeper, hand: &mut Hand) {
    let work = async {
        // What was opened last is what is open; the others are what may have been left behind.
        for claim in keeper.claims().iter().rev() {
            hand.act(Task::Close(*claim)).await;
        }
    };
    if timeout(CLOSING, work).await.is_err() {
        tracing::warn!(
            "The router did not answer when its door was to be shut; it shuts it by itself in time"
        );
    }
}

async fn wait(until: Option<std::time::Instant>) {
    match until {
        Some(until) => sleep_until(until.into()).await,
        None => std::future::pending().await,
    }
}

/// The clock of tokio, which tests can stop.
fn now() -> std::time::Instant {
    Instant::now().into_std()
}

/// Finding a router and asking it a few things takes ten seconds at most.
const TASK: Duration = Duration::from_secs(20);
/// People wait for a lock and a stop.
const CLOSING: Duration = Duration::from_secs(5);
