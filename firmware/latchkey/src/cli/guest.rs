//! `latchkey guest`.

use clap::Subcommand;
use hyper::Method;
use model::{GuestHours, GuestTime};
use web_api::wire::{GuestAccess, GuestAccessChange};

use super::output::{rough_time_left, say, say_json};
use crate::client::Client;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Let guests in
    On {
        /// For how many hours, 1 to 168 [default: as set, at first 8]
        #[arg(long, value_name = "HOURS", value_parser = hours)]
        hours: Option<GuestHours>,
    },
    /// Put guests out
    Off,
}

pub(crate) async fn run(command: Command, client: &Client, json: bool) -> anyhow::Result<()> {
    let change = match command {
        Command::On { hours } => GuestAccessChange { on: true, seconds: hours.map(GuestTime::from) },
        Command::Off => GuestAccessChange { on: false, seconds: None },
    };

    let access = client.ask::<GuestAccess>(Method::PUT, "/api/guest-access", &change).await?;
    if json {
        return say_json(&access);
    }

    match access.seconds_left {
        Some(left) => say(&format!("Guests are let in for {}", rough_time_left(left))),
        None => say("Guests are out"),
    }
}

/// 1 to 168.
pub(super) fn hours(text: &str) -> anyhow::Result<GuestHours> {
    Ok(text.parse::<u16>()?.try_into()?)
}
