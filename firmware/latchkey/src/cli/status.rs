//! `latchkey status`.

use web_api::wire::{Fault, State};

use super::output::{rough_time_left, say, say_json};
use crate::client::Client;

pub(crate) async fn run(client: &Client, json: bool) -> anyhow::Result<()> {
    let state = client.get::<State>("/api/state").await?;
    if json {
        return say_json(&state);
    }

    say(&describe(&state))
}

fn describe(state: &State) -> String {
    let status = &state.status;
    let connected = state.peers.iter().filter(|peer| peer.connected).map(|peer| peer.name.as_str());
    let connected = connected.collect::<Vec<_>>().join(", ");
    let guests = match state.guest_access.seconds_left {
        Some(left) if state.guest_access.on => format!("let in for another {}", rough_time_left(left)),
        Some(_) | None => "out".to_owned(),
    };
    let home_assistant = status.home_assistant.as_ref().map_or_else(
        || "not found yet".to_owned(),
        |found| format!("{} at home, {} in the tunnel", found.address, found.url),
    );
    let or_nobody = if connected.is_empty() { "nobody" } else { &connected };

    let mut lines = vec![
        format!("Latchkey {}{}", status.version, if status.locked { ", locked" } else { "" }),
        format!("Page:            {}", status.page_urls.join("  ")),
        format!("Home Assistant:  {home_assistant}"),
        format!("From outside:    {}, UDP", status.endpoint.as_deref().unwrap_or("not known yet")),
        format!("Way in:          {}", state.way_in.verdict.sentence),
        format!("Devices:         {}", state.peers.len()),
        format!("Connected:       {or_nobody}"),
        format!("Guests:          {guests}"),
    ];
    lines.extend(status.faults.iter().map(|fault| format!("Fault:           {}", in_words(fault))));

    lines.join("\n")
}

fn in_words(fault: &Fault) -> String {
    match &fault.cause {
        Some(cause) => format!("{}: {cause}", fault.sentence),
        None => fault.sentence.clone(),
    }
}
