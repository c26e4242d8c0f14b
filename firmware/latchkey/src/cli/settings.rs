//! `latchkey settings`.

use hyper::Method;
use model::GuestHours;
use web_api::wire::{Settings, SettingsChange, State};

use super::{
    guest::hours,
    output::{say, say_json, table},
};
use crate::client::Client;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The name or address of the home as phones see it from outside; "" to let the box find out
    #[arg(long, value_name = "HOST")]
    endpoint_host: Option<String>,
    /// Where Home Assistant is, address or address:port; "" to let the box find it
    #[arg(long, value_name = "ADDRESS")]
    home_assistant: Option<String>,
    /// For how many hours a press of the button lets guests in, 1 to 168
    #[arg(long, value_name = "HOURS", value_parser = hours)]
    guest_hours: Option<GuestHours>,
}

pub(crate) async fn run(args: Args, client: &Client, json: bool) -> anyhow::Result<()> {
    let settings = if args.is_empty() {
        client.get::<State>("/api/state").await?.settings
    } else {
        client.ask::<Settings>(Method::PATCH, "/api/settings", &args.into_change()).await?
    };
    if json {
        return say_json(&settings);
    }

    let by_itself = || "found by itself".to_owned();
    say(&table(&[
        ["endpoint-host".to_owned(), settings.endpoint_host.map_or_else(by_itself, |host| host.to_string())],
        ["home-assistant".to_owned(), settings.home_assistant.unwrap_or_else(by_itself)],
        ["guest-hours".to_owned(), settings.guest_hours.get().to_string()],
    ]))
}

impl Args {
    fn is_empty(&self) -> bool {
        self.endpoint_host.is_none() && self.home_assistant.is_none() && self.guest_hours.is_none()
    }

    fn into_change(self) -> SettingsChange {
        SettingsChange {
            endpoint_host: self.endpoint_host,
            home_assistant: self.home_assistant,
            guest_hours: self.guest_hours,
        }
    }
}
