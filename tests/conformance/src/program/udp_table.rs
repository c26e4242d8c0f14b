use std::{fs, io};

/// Whether a socket of the calling thread's network that listens on `port` has something that was not read yet.
pub(super) fn is_anything_unread(port: u16) -> io::Result<bool> {
    let [v4, v6] = ["/proc/thread-self/net/udp", "/proc/thread-self/net/udp6"].map(fs::read_to_string);

    Ok(has_unread(&v4?, port) || has_unread(&v6?, port))
}

/// The second column is `address:port`, the fifth `tx_queue:rx_queue`.
fn has_unread(table: &str, port: u16) -> bool {
    let local = format!(":{port:04X}");

    table.lines().any(|socket| {
        let columns = socket.split_whitespace().collect::<Vec<_>>();
        let is_it = columns.get(1).is_some_and(|column| column.ends_with(&local));

        is_it && columns.get(4).is_some_and(|column| !column.ends_with(":00000000"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_that_is_not_empty_is_found() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid
   1: 00000000:CA6C 00000000:0000 07 00000000:00000240 00:00000000 00000000     0
   2: 0100007F:8A31 00000000:0000 07 00000000:00000000 00:00000000 00000000     0";

        assert!(has_unread(table, 51820));
        assert!(!has_unread(table, 0x8a31));
        assert!(!has_unread(table, 1));
    }
}
