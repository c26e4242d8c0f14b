use std::{collections::BTreeMap, io, process::Stdio, time::Duration};

use model::InterfaceName;
use serde::Deserialize;
use tokio::{
    io::AsyncWriteExt as _,
    process::{Child, Command},
    time::timeout,
};

use crate::{Ruleset, ruleset::CLEARED};

impl Ruleset {
    /// Puts the ruleset in force, in the place of the one before, in one transaction. Can be repeated; the counters
    /// begin anew.
    ///
    /// # Errors
    /// When `nft` is missing, refuses or does not answer. Then the ruleset before stays in force.
    pub async fn apply(&self) -> Result<(), ApplyError> {
        run(&["-f", "-"], self.as_str()).await?;

        Ok(())
    }

    /// Whether a ruleset is in force, and is the one for this tunnel: not another daemon's. Cheap; for every few seconds.
    ///
    /// # Errors
    /// When `nft` is missing, fails for another reason or does not answer.
    pub async fn is_in_force(tunnel: &InterfaceName) -> Result<bool, ApplyError> {
        let question = format!("get element inet latchkey tunnel {{ \"{tunnel}\" }}\n");
        match run(&["-f", "-"], &question).await {
            Ok(_) => Ok(true),
            Err(ApplyError::Refused(why)) if why.contains(NOT_THERE) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Takes back all that was put in force, if there is anything.
    ///
    /// # Errors
    /// When `nft` is missing, refuses or does not answer.
    pub async fn remove() -> Result<(), ApplyError> {
        run(&["-f", "-"], CLEARED).await?;

        Ok(())
    }
}

/// How many packets were dropped since the ruleset was put in force, by reason, and how many came to the tunnel's port from
/// outside.
///
/// # Errors
/// When no ruleset is in force, or `nft` is missing or does not answer.
pub async fn counters() -> Result<BTreeMap<String, u64>, ApplyError> {
    let output = run(&["-j", "list", "counters", "table", "inet", "latchkey"], "").await?;
    let listing = serde_json::from_slice::<Listing>(&output).map_err(ApplyError::Unreadable)?;
    let counters = listing.nftables.into_iter().filter_map(|item| item.counter);

    Ok(counters.map(|counter| (counter.name, counter.packets)).collect())
}

/// Why the kernel's rules are not what they should be.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// There is no such program.
    #[error("nft is not there: install the package nftables")]
    Missing,
    /// It would not start.
    #[error("start nft")]
    Start(#[source] io::Error),
    /// It was lost while it worked.
    #[error("wait for nft")]
    Wait(#[source] io::Error),
    /// It did not end in time.
    #[error("nft did not answer within {} s", LIMIT.as_secs())]
    TooSlow,
    /// It said no.
    #[error("nft refused: {0}")]
    Refused(String),
    /// It said what we do not understand.
    #[error("read what nft says")]
    Unreadable(#[source] serde_json::Error),
}

/// `sbin` is not in everybody's path.
const PROGRAMS: [&str; 2] = ["nft", "/usr/sbin/nft"];

/// What it says of a table or an element that is missing: `ENOENT` in words, which it does not translate.
const NOT_THERE: &str = "No such file or directory";

/// Far more than a Pi under load takes for a ruleset.
const LIMIT: Duration = Duration::from_secs(10);

/// How much of its complaint is passed on.
const MAX_COMPLAINT_CHARS: usize = 500;

#[derive(Deserialize)]
struct Listing {
    nftables: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    counter: Option<Counter>,
}

#[derive(Deserialize)]
struct Counter {
    name: String,
    packets: u64,
}

async fn run(arguments: &[&str], input: &str) -> Result<Vec<u8>, ApplyError> {
    let child = start(arguments)?;

    timeout(LIMIT, talk(child, input)).await.map_err(|_| ApplyError::TooSlow)?
}

fn start(arguments: &[&str]) -> Result<Child, ApplyError> {
    for program in PROGRAMS {
        let mut command = Command::new(program);
        command.args(arguments).kill_on_drop(true);
        match command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            started => return started.map_err(ApplyError::Start),
        }
    }

    Err(ApplyError::Missing)
}

async fn talk(mut child: Child, input: &str) -> Result<Vec<u8>, ApplyError> {
    let stdin = child.stdin.take();
    let write = async {
        if let Some(mut stdin) = stdin {
            // If it stopped reading, it says why in its own words.
            let _ = stdin.write_all(input.as_bytes()).await;
        }
    };
    let ((), output) = tokio::join!(write, child.wait_with_output());
    let output = output.map_err(ApplyError::Wait)?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        return Err(ApplyError::Refused(complaint.trim().chars().take(MAX_COMPLAINT_CHARS).collect()));
    }

    Ok(output.stdout)
}
