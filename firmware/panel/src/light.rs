use std::time::{Duration, Instant};

use model::Pattern;

/// A lamp's pattern, and since when it shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Light {
    pattern: Pattern,
    since: Instant,
}

impl Light {
    /// Begins a pattern now.
    #[must_use]
    pub fn new(pattern: Pattern, now: Instant) -> Self {
        Self { pattern, since: now }
    }

    /// What it shows.
    #[must_use]
    pub fn pattern(&self) -> Pattern {
        self.pattern
    }

    /// Whether the lamp is lit now.
    #[must_use]
    pub fn is_lit(&self, now: Instant) -> bool {
        match rhythm(self.pattern) {
            Rhythm::Steady(lit) => lit,
            Rhythm::Cycle(spans) => self.place_in(spans, now).0.is_multiple_of(2),
        }
    }

    /// When [`Self::is_lit`] answers differently next; never, for a steady light.
    #[must_use]
    pub fn next_change(&self, now: Instant) -> Option<Instant> {
        match rhythm(self.pattern) {
            Rhythm::Steady(_) => None,
            Rhythm::Cycle(spans) => Some(now + self.place_in(spans, now).1),
        }
    }

    /// Which of the spans it is in, and how much of that is left.
    fn place_in(&self, spans: &[Duration], now: Instant) -> (usize, Duration) {
        let period: Duration = spans.iter().sum();
        let elapsed = now.saturating_duration_since(self.since).as_nanos() % period.as_nanos();
        let mut end = 0;
        for (place, span) in spans.iter().enumerate() {
            end += span.as_nanos();
            if elapsed < end {
                return (place, Duration::from_nanos(u64::try_from(end - elapsed).unwrap_or(u64::MAX)));
            }
        }

        unreachable!("what is left after a division by the period lies within the period")
    }
}

enum Rhythm {
    Steady(bool),
    /// Lit, dark, lit, dark, and from the beginning.
    Cycle(&'static [Duration]),
}

fn rhythm(pattern: Pattern) -> Rhythm {
    match pattern {
        Pattern::Off => Rhythm::Steady(false),
        Pattern::Solid => Rhythm::Steady(true),
        Pattern::SlowPulse => Rhythm::Cycle(&SLOW_PULSE),
        Pattern::FastBlink => Rhythm::Cycle(&FAST_BLINK),
        Pattern::DoubleBlink => Rhythm::Cycle(&DOUBLE_BLINK),
    }
}

const SLOW_PULSE: [Duration; 2] = [Duration::from_millis(1000); 2];
/// 5 Hz: clearly alarm, and below what is unpleasant or dangerous to look at.
const FAST_BLINK: [Duration; 2] = [Duration::from_millis(100); 2];
/// Two flashes that the eye tells apart, then a pause that makes them a pair.
const DOUBLE_BLINK: [Duration; 4] = [
    Duration::from_millis(150),
    Duration::from_millis(150),
    Duration::from_millis(150),
    Duration::from_millis(1050),
];

#[cfg(test)]
#[expect(
    clippy::disallowed_methods,
    reason = "a test may begin at any time; from there on time is a variable"
)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_pattern_looks_as_the_table_says() {
        for (pattern, seen) in [
            (Pattern::Off, "...................."),
            (Pattern::Solid, "####################"),
            (
                Pattern::SlowPulse,
                "####################....................####################....................",
            ),
            (Pattern::FastBlink, "##..##..##..##..##..##.."),
            (Pattern::DoubleBlink, "###...###.....................###...###....................."),
        ] {
            assert_eq!(look(pattern, seen.len()), seen, "{pattern:?}");
        }
    }

    #[test]
    fn a_steady_light_never_wakes_anybody() {
        let start = Instant::now();

        assert_eq!(Light::new(Pattern::Off, start).next_change(start), None);
        assert_eq!(Light::new(Pattern::Solid, start).next_change(start), None);
    }

    proptest! {
        #[test]
        fn a_light_changes_exactly_when_it_says(pattern in blinking(), elapsed_us in 0..100_000_000_u64) {
            let start = Instant::now();
            let light = Light::new(pattern, start);
            let now = start + Duration::from_micros(elapsed_us);

            let next = light.next_change(now).unwrap();

            prop_assert!(next > now);
            prop_assert_eq!(light.is_lit(next - Duration::from_nanos(1)), light.is_lit(now));
            prop_assert_ne!(light.is_lit(next), light.is_lit(now));
        }
    }

    fn blinking() -> impl Strategy<Value = Pattern> {
        prop::sample::select(vec![Pattern::SlowPulse, Pattern::FastBlink, Pattern::DoubleBlink])
    }

    /// What an eye sees that looks every 50 ms.
    fn look(pattern: Pattern, times: usize) -> String {
        let start = Instant::now();
        let light = Light::new(pattern, start);
        let moments = (0_u32..).map(|i| start + i * Duration::from_millis(50));

        moments.take(times).map(|now| if light.is_lit(now) { '#' } else { '.' }).collect()
    }
}
