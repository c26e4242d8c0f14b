//! `latchkey activity`.

use clap::Args as ClapArgs;
use web_api::wire::{Activity, ActivityLine};

use super::output::{say, say_json, table};
use crate::client::Client;

/// What was asked on the command line.
#[derive(Debug, ClapArgs)]
pub(crate) struct Args {
    /// How many lines, 1 to 200
    #[arg(long, value_name = "LINES", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=200))]
    limit: u16,
    /// Only lines older than the one of this number
    #[arg(long, value_name = "NUMBER")]
    before: Option<u64>,
}

pub(crate) async fn run(args: Args, client: &Client, json: bool) -> anyhow::Result<()> {
    let Args { limit, before } = args;
    let before = before.map(|before| format!("&before={before}")).unwrap_or_default();
    let activity = client.get::<Activity>(&format!("/api/activity?limit={limit}{before}")).await?;
    if json {
        return say_json(&activity);
    }

    say(&describe(&activity))
}

fn describe(activity: &Activity) -> String {
    let mut told = table(&activity.lines.iter().map(row).collect::<Vec<_>>());
    if let Some(last) = activity.lines.last().filter(|_| activity.more) {
        told += &format!("\nOlder ones: latchkey activity --before {}", last.id);
    }

    told
}

fn row(line: &ActivityLine) -> [String; 2] {
    let time = line.time().replace('T', " ").replace('Z', " UTC");
    // A clock that nobody has set says nothing.
    let time = if line.clock_is_set { time } else { format!("{time}?") };

    [time, line.sentence.clone()]
}

#[cfg(test)]
mod tests {
    use model::Event;

    use super::*;

    #[test]
    fn each_line_says_when_and_what_and_whether_the_clock_was_set() {
        let line = |id, at, clock_is_set| ActivityLine::new(id, at, clock_is_set, Event::Locked);
        let activity = Activity { lines: vec![line(9, 1_709_210_096, true), line(8, 25, false)], more: true };

        assert_eq!(
            describe(&activity),
            "2024-02-29 12:34:56 UTC   Remote access was switched off\n\
             1970-01-01 00:00:25 UTC?  Remote access was switched off\n\
             Older ones: latchkey activity --before 8"
        );
    }
}
