use std::{os::unix::net::UnixStream, time::Duration};

use anyhow::{Result, ensure};
use lab::{Namespace, Process, wait_until};
use model::PrivateKey;

use super::INTERFACE;
use crate::addresses::{ADDRESS, ADDRESS_V6, LISTEN_PORT, MORE_LOOPBACK};

/// Makes the program somebody, and its interface one that packets come and go by.
pub(super) fn set_up(room: &Namespace, process: &mut Process, key: &PrivateKey) -> Result<()> {
    wait_until("the control socket answers", PATIENCE, || {
        ensure!(process.ended().is_none(), "the program has ended");
        room.in_thread(|| UnixStream::connect(SOCKET).is_ok())
    })?;
    let text = format!("[Interface]\nPrivateKey = {}\nListenPort = {LISTEN_PORT}\n", *key.to_base64());
    room.feed(&format!("wg setconf {INTERFACE} /dev/stdin"), &text)?;
    room.ip(&[
        &format!("addr add {ADDRESS}/24 dev {INTERFACE}"),
        &format!("addr add {ADDRESS_V6}/64 dev {INTERFACE} nodad"),
        &format!("addr add {}/128 dev lo nodad", MORE_LOOPBACK[0]),
        &format!("addr add {}/128 dev lo nodad", MORE_LOOPBACK[1]),
        &format!("link set {INTERFACE} up"),
    ])?;

    wait_for_addresses(room)
}

/// The kernel takes its time from giving an IPv6 address to receiving on it.
fn wait_for_addresses(room: &Namespace) -> Result<()> {
    let [first, second] = MORE_LOOPBACK;
    let routes = [ADDRESS_V6, first, second].map(|address| format!("local {address} "));

    wait_until("the addresses are there", PATIENCE, || {
        let table = room.run("ip -6 route show table local")?;
        anyhow::Ok(routes.iter().all(|route| table.contains(route)))
    })
}

/// More than a start takes on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(20);

const SOCKET: &str = "/run/wireguard/wg0.sock";
