//! `latchkey check`.

use hyper::Method;
use serde_json::json;
use web_api::wire::{Check, Exposure, Finding, Outcome};

use super::output::{say, say_json, table};
use crate::client::Client;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Look whether anything else at home is open to the internet, instead of why somebody cannot get in
    #[arg(long)]
    exposure: bool,
}

/// Says it all, and ends in failure if there is something to do, so that a program notices without reading.
pub(crate) async fn run(args: &Args, client: &Client, json: bool) -> anyhow::Result<()> {
    let findings = if args.exposure { exposure(client, json).await? } else { check(client, json).await? };
    anyhow::ensure!(findings.is_empty(), "{}", findings.join("; "));

    Ok(())
}

async fn check(client: &Client, json: bool) -> anyhow::Result<Vec<String>> {
    let check = client.ask::<Check>(Method::POST, "/api/check", &json!({})).await?;
    if json {
        say_json(&check)?;
    } else {
        let rows = check
            .steps
            .iter()
            .map(|step| [mark(step.outcome).to_owned(), step.title.clone(), step.sentence.clone()]);
        say(&table(&rows.collect::<Vec<_>>()))?;
        if check.finding.is_none() {
            say("\nNothing is wrong, as far as the box can see")?;
        }
    }

    Ok(check.finding.iter().map(in_words).collect())
}

async fn exposure(client: &Client, json: bool) -> anyhow::Result<Vec<String>> {
    let exposure = client.ask::<Exposure>(Method::POST, "/api/exposure", &json!({})).await?;
    if json {
        say_json(&exposure)?;
    } else if exposure.findings.is_empty() && exposure.router_tells {
        say("The router has no other port open that matters")?;
    } else if !exposure.router_tells {
        say("The router does not tell which ports it has open; open the page on a phone with its Wi-Fi off")?;
    }

    Ok(exposure.findings.iter().map(in_words).collect())
}

fn mark(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Ok => "ok",
        Outcome::Problem => "!!",
        Outcome::Unknown => "?",
        Outcome::Skipped => "-",
    }
}

fn in_words(finding: &Finding) -> String {
    match &finding.advice {
        Some(advice) => format!("{} {advice}", finding.sentence),
        None => finding.sentence.clone(),
    }
}
