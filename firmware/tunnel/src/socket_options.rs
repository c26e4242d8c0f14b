#![expect(unsafe_code, reason = "the standard library and socket2 have no call for these options")]

use std::{io, os::fd::AsRawFd};

/// Lets routers, and the kernel, fragment our datagrams instead of losing them: a tunnel's outer size is the sum of a
/// size that others choose and our overhead, and nobody would hear of the loss.
pub(crate) fn allow_fragments(socket: &impl AsRawFd, is_v6: bool) -> io::Result<()> {
    let (level, name, value) = if is_v6 {
        (libc::IPPROTO_IPV6, libc::IPV6_MTU_DISCOVER, libc::IPV6_PMTUDISC_DONT)
    } else {
        (libc::IPPROTO_IP, libc::IP_MTU_DISCOVER, libc::IP_PMTUDISC_DONT)
    };
    // SAFETY: the descriptor is open for as long as `socket` is borrowed, and the pointer leads to an integer of the
    // length that is given, which the kernel only reads.
    let result = unsafe {
        libc::setsockopt(
            socket.as_raw_fd(),
            level,
            name,
            std::ptr::from_ref(&value).cast(),
            size_of_val(&value) as libc::socklen_t,
        )
    };

    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}
