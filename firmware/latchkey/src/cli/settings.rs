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
    /// Whether to ask the router to let the tunnel in
    #[arg(long, value_name = "on|off", value_parser = on_or_off)]
    port_mapping: Option<bool>,
    /// Whether to ask servers on the internet for the home's address
    #[arg(long, value_name = "on|off", value_parser = on_or_off)]
    address_lookup: Option<bool>,
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
        ["port-mapping".to_owned(), on_off(settings.port_mapping)],
        ["address-lookup".to_owned(), on_off(settings.address_lookup)],
    ]))
}

impl Args {
    fn is_empty(&self) -> bool {
        let Self { endpoint_host, home_assistant, guest_hours, port_mapping, address_lookup } = self;

        endpoint_host.is_none()
            && home_assistant.is_none()
            && guest_hours.is_none()
            && port_mapping.is_none()
            && address_lookup.is_none()
    }

    fn into_change(self) -> SettingsChange {
        SettingsChange {
            endpoint_host: self.endpoint_host,
            home_assistant: self.home_assistant,
            guest_hours: self.guest_hours,
            port_mapping: self.port_mapping,
            address_lookup: self.address_lookup,
        }
    }
}

fn on_or_off(text: &str) -> Result<bool, &'static str> {
    match text {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err("write on or off"),
    }
}

fn on_off(is_on: bool) -> String {
    if is_on { "on" } else { "off" }.to_owned()
}
