//! `latchkey reset`.

use std::time::Duration;

use anyhow::bail;
use hyper::Method;
use model::PublicKey;
use serde_json::json;
use tokio::time::sleep;
use web_api::wire::{Me, State};

use super::output::{say, warn};
use crate::client::Client;

/// Asks for a factory reset, and waits for the hand on the button that confirms it.
pub(crate) async fn run(client: &Client) -> anyhow::Result<()> {
    let key = client.get::<State>("/api/state").await?.status.public_key;
    let me = client.ask::<Me>(Method::POST, "/api/factory-reset", &json!({})).await?;
    let seconds = me.reset_seconds_left.unwrap_or_default();
    warn(&format!(
        "this puts all devices out for good and forgets everything. Hold the button on the box for 3 seconds, within \
         {seconds} seconds, to say yes"
    ));

    tokio::select! {
        () = until_another(client, key) => say("The box is a new one: all devices are out, and it has another key"),
        () = until_in_vain(client) => bail!(IN_VAIN),
    }
}

/// A box that begins anew does not answer meanwhile.
async fn until_another(client: &Client, key: PublicKey) {
    while client.get::<State>("/api/state").await.map_or(key, |state| state.status.public_key) == key {
        sleep(PAUSE).await;
    }
}

/// Nothing waits for the button any more, and the box stays what it is.
async fn until_in_vain(client: &Client) {
    while client.get::<Me>("/api/me").await.is_ok_and(|me| me.reset_seconds_left.is_some()) {
        sleep(PAUSE).await;
    }
    sleep(LONGEST_START).await;
}

const IN_VAIN: &str = "nobody held the button, or a browser waited for it too; nothing was changed";
const PAUSE: Duration = Duration::from_millis(500);
/// Longer than a box takes to end and to begin anew.
const LONGEST_START: Duration = Duration::from_secs(30);
