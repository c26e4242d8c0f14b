//! An answer that takes a while to find, found once for all who ask at about the same time.

use std::time::Duration;

use tokio::{sync::Mutex, time::Instant};

/// Looks one at a time, and shows for [`Shared::FRESH`] what was seen.
#[derive(Debug)]
pub(crate) struct Shared<T>(Mutex<Option<(Instant, T)>>);

impl<T: Clone> Shared<T> {
    /// How long an answer is good for whoever asks.
    pub(crate) const FRESH: Duration = Duration::from_secs(2);

    /// Looks, unless somebody just has. Who asks meanwhile waits for the same answer.
    pub(crate) async fn look(&self, look: impl Future<Output = T>) -> T {
        let mut last = self.0.lock().await;
        if let Some((at, answer)) = &*last
            && at.elapsed() < Self::FRESH
        {
            return answer.clone();
        }
        let answer = look.await;
        *last = Some((Instant::now(), answer.clone()));

        answer
    }
}

/// Nobody has looked yet.
impl<T> Default for Shared<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use tokio::time::{advance, sleep};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn who_asks_while_somebody_looks_or_soon_after_gets_the_same_answer() {
        let (shared, looks) = (Shared::default(), Cell::new(0));
        let look = || {
            shared.look(async {
                looks.set(looks.get() + 1);
                sleep(Duration::from_secs(20)).await;
                looks.get()
            })
        };

        assert_eq!(tokio::join!(look(), look(), look()), (1, 1, 1));
        advance(Shared::<i32>::FRESH - Duration::from_millis(1)).await;
        assert_eq!(look().await, 1);
        advance(Duration::from_millis(1)).await;
        assert_eq!(look().await, 2);
    }

    #[tokio::test(start_paused = true)]
    async fn who_goes_away_while_looking_leaves_it_to_the_next() {
        let shared = Shared::default();
        let endless = shared.look(std::future::pending());

        assert!(tokio::time::timeout(Duration::from_secs(1), endless).await.is_err());

        assert_eq!(shared.look(async { 2 }).await, 2);
    }
}
