//! A WireGuard interface: TUN, UDP sockets and the wg-compatible control socket around the protocol.
