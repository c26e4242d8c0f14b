//! The WireGuard protocol without I/O: packets and the time in, packets and events out.
