use std::time::Duration;

use crossterm::style::{Color, Stylize as _};
use model::{Lamps, Pattern};
use panel::{Hand, Lit, simulated::Shown};

/// What is to be seen on the terminal at one moment, line by line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Screen {
    /// The panel.
    pub(super) shown: Shown,
    /// How long our own hand has held the button.
    pub(super) held: Option<Duration>,
    /// Whether SPACE can be held down.
    pub(super) hears_releases: bool,
}

impl Screen {
    /// The lines, with the terminal's codes for colours.
    pub(super) fn lines(&self) -> Vec<String> {
        let Shown { lit, patterns, button, driver: _ } = self.shown;
        let Lit { power, door, people } = lit;
        let Lamps { power: power_pattern, door: door_pattern, people: people_pattern } = patterns;
        let rule = "─".repeat(WIDTH);

        vec![
            String::new(),
            format!("  ╭{rule}╮"),
            boxed("  LATCHKEY", ""),
            boxed("", ""),
            lamp("POWER", power, Color::Green, power_pattern, power_meaning(power_pattern)),
            lamp("DOOR", door, Color::Blue, door_pattern, door_meaning(door_pattern)),
            lamp("PEOPLE", people, Color::Yellow, people_pattern, people_meaning(people_pattern)),
            boxed("", ""),
            boxed(&self.button_line(button), ""),
            boxed(&format!("    {}", hand_meaning(button)), ""),
            format!("  ╰{rule}╯"),
            String::new(),
            format!("  {}", self.help()),
        ]
    }

    fn button_line(&self, hand: Hand) -> String {
        let face = match hand {
            Hand::Up => "( BUTTON )",
            Hand::Down | Hand::Hold | Hand::LongHold | Hand::Stuck => "[ BUTTON ]",
        };
        let held = self.held.map(|held| format!("  held {:.1} s", held.as_secs_f32())).unwrap_or_default();

        format!("  {face}{held}")
    }

    fn help(&self) -> &'static str {
        if self.hears_releases {
            "SPACE: the button, as long as you hold it   h: hold 3 s   l: hold 10 s   q: quit"
        } else {
            "SPACE: press   h: hold 3 s   l: hold 10 s   q: quit"
        }
    }
}

fn lamp(label: &str, lit: bool, color: Color, pattern: Pattern, meaning: &str) -> String {
    let glyph = if lit { "●".with(color).bold() } else { "○".with(Color::DarkGrey) };
    let text = format!(" {label:<8}{:<14}{meaning}", pattern_word(pattern));

    boxed(&text, &format!("  {glyph}"))
}

/// A line between the sides of the box. `styled` comes first and takes three columns, if it is there.
fn boxed(text: &str, styled: &str) -> String {
    let room = if styled.is_empty() { WIDTH } else { WIDTH - 3 };

    format!("  │{styled}{text:<room$}│")
}

fn pattern_word(pattern: Pattern) -> &'static str {
    match pattern {
        Pattern::Off => "off",
        Pattern::SlowPulse => "slow pulse",
        Pattern::FastBlink => "fast blink",
        Pattern::Solid => "solid",
        Pattern::DoubleBlink => "double blink",
    }
}

fn power_meaning(pattern: Pattern) -> &'static str {
    match pattern {
        Pattern::Off => "no power",
        Pattern::SlowPulse => "starting or updating",
        Pattern::FastBlink => "something is wrong: open the page",
        Pattern::Solid => "healthy",
        Pattern::DoubleBlink => "hold the button for 3 s to say yes",
    }
}

fn door_meaning(pattern: Pattern) -> &'static str {
    match pattern {
        Pattern::Off => "locked",
        Pattern::SlowPulse => "set up, not yet proven from outside",
        Pattern::FastBlink => "the last check from outside failed",
        Pattern::Solid => "proven from outside",
        Pattern::DoubleBlink => "our address has changed",
    }
}

fn people_meaning(pattern: Pattern) -> &'static str {
    match pattern {
        Pattern::Off => "nobody is connected",
        Pattern::SlowPulse => "guest access is on",
        Pattern::FastBlink => "pairing",
        Pattern::Solid => "someone is connected",
        Pattern::DoubleBlink => "a new device has joined",
    }
}

fn hand_meaning(hand: Hand) -> &'static str {
    match hand {
        Hand::Up => "",
        Hand::Down => "let go: guest access on or off",
        Hand::Hold => "let go: yes to the page that is waiting",
        Hand::LongHold => "let go: lock or unlock remote access",
        Hand::Stuck => "stuck: letting go means nothing",
    }
}

/// Between the sides of the box: the longest meaning and some air; fits a terminal of 80 columns.
const WIDTH: usize = 66;

#[cfg(test)]
mod tests {
    use panel::Driver;

    use super::*;

    #[test]
    fn lamps_say_what_they_show_and_what_it_means() {
        let text = screen(Hand::Up, None).lines().join("\n");

        assert!(text.contains("POWER   solid         healthy"), "{text}");
        assert!(text.contains("DOOR    slow pulse    set up, not yet proven from outside"), "{text}");
        assert!(text.contains("PEOPLE  off           nobody is connected"), "{text}");
        assert_eq!(text.matches('●').count(), 1, "one lamp is lit");
        assert_eq!(text.matches('○').count(), 2, "two are dark");
    }

    #[test]
    fn a_hand_reads_how_long_it_has_held_and_what_letting_go_means() {
        let text = screen(Hand::Hold, Some(Duration::from_millis(3420))).lines().join("\n");

        assert!(text.contains("[ BUTTON ]  held 3.4 s"), "{text}");
        assert!(text.contains("let go: yes to the page that is waiting"), "{text}");
    }

    #[test]
    fn the_box_has_straight_sides_whatever_it_shows() {
        for pattern in
            [Pattern::Off, Pattern::SlowPulse, Pattern::FastBlink, Pattern::Solid, Pattern::DoubleBlink]
        {
            for meaning in [power_meaning(pattern), door_meaning(pattern), people_meaning(pattern)] {
                let line = lamp("PEOPLE", true, Color::Green, pattern, meaning);

                assert_eq!(columns(&line), WIDTH + 4, "{line}");
            }
        }
        for hand in [Hand::Up, Hand::Down, Hand::Hold, Hand::LongHold, Hand::Stuck] {
            for line in &screen(hand, Some(Duration::from_secs(3600))).lines()[1..11] {
                assert_eq!(columns(line), WIDTH + 4, "{line}");
            }
        }
    }

    fn screen(button: Hand, held: Option<Duration>) -> Screen {
        let patterns = Lamps { power: Pattern::Solid, door: Pattern::SlowPulse, people: Pattern::Off };
        let lit = Lit { power: true, door: false, people: false };
        let shown = Shown { lit, patterns, button, driver: Driver::Simulated };

        Screen { shown, held, hears_releases: false }
    }

    fn columns(line: &str) -> usize {
        let mut columns = 0;
        let mut in_code = false;
        for c in line.chars() {
            match c {
                '\u{1b}' => in_code = true,
                'm' if in_code => in_code = false,
                _ if in_code => {}
                _ => columns += 1,
            }
        }

        columns
    }
}
