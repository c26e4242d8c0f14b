//! `latchkey lock` and `latchkey unlock`.

use hyper::Method;
use web_api::wire::Lock;

use super::output::{say, say_json};
use crate::client::Client;

pub(crate) async fn run(locked: bool, client: &Client, json: bool) -> anyhow::Result<()> {
    let lock = client.ask::<Lock>(Method::PUT, "/api/lock", &Lock { locked }).await?;
    if json {
        return say_json(&lock);
    }

    say(if lock.locked { "Remote access is off" } else { "Remote access is on" })
}
