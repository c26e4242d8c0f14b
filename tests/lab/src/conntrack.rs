use std::os::fd::AsRawFd as _;

use anyhow::{Context as _, Result, bail};
use nix::sys::socket::{AddressFamily, MsgFlags, SockFlag, SockProtocol, SockType, recv, send, socket};

use crate::Namespace;

/// Lets a router forget all connections, as most do when their address changes.
pub(crate) fn forget_all(router: &Namespace) -> Result<()> {
    router.in_thread(ask)?.with_context(|| format!("forget the connections in {}", router.name()))
}

fn ask() -> Result<()> {
    let netlink = socket(
        AddressFamily::Netlink,
        SockType::Raw,
        SockFlag::SOCK_CLOEXEC,
        SockProtocol::NetlinkNetFilter,
    )?;
    send(netlink.as_raw_fd(), &DELETE_ALL.concat(), MsgFlags::empty())?;
    let mut answer = [0; 64];
    let length = recv(netlink.as_raw_fd(), &mut answer, MsgFlags::empty())?;

    // A header of 16 bytes comes first, then the number of the error, which is 0 for none.
    match answer[..length].get(16..20) {
        Some([0, 0, 0, 0]) => Ok(()),
        other => bail!("the kernel answered {other:?}"),
    }
}

/// `IPCTNL_MSG_CT_DELETE` without a tuple, which means all, to be acknowledged (linux/netlink.h, nfnetlink.h).
const DELETE_ALL: [&[u8]; 5] = [
    &20_u32.to_ne_bytes(),
    &0x0102_u16.to_ne_bytes(),
    &5_u16.to_ne_bytes(),
    // Its number, and no sender's.
    &[0; 8],
    // Of all families; a version of 0.
    &[0; 4],
];
