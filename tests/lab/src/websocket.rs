use std::{
    io::{BufRead as _, BufReader, Read, Write as _},
    net::SocketAddr,
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};

use crate::Namespace;

/// Opens a websocket (RFC 6455) from a room and reads the first text that the server sends.
pub(crate) fn first_text(room: &Namespace, url: &str) -> Result<String> {
    let (host, path) = split(url)?;
    let address: SocketAddr = host.parse().with_context(|| format!("{host} is not an address and a port"))?;
    let mut stream = room.tcp_connect(address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    // The key is the RFC's own example: a browser's would be random, so that no cache can answer.
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )?;

    let mut reader = BufReader::new(stream);
    let head = read_head(&mut reader).with_context(|| format!("read the answer of {url}"))?;
    ensure!(head.starts_with("HTTP/1.1 101 "), "no websocket at {url}: {head}");

    read_text(&mut reader).with_context(|| format!("read the first message of {url}"))
}

fn split(url: &str) -> Result<(&str, String)> {
    let rest = url.strip_prefix("ws://").or_else(|| url.strip_prefix("http://"));
    let rest = rest.with_context(|| format!("{url} does not begin with ws://"))?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));

    Ok((host, format!("/{path}")))
}

fn read_head(reader: &mut impl std::io::BufRead) -> Result<String> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        let length = reader.by_ref().take(MAX_HEAD).read_line(&mut head)?;
        ensure!(length > 0 && head.len() < 16 * 1024, "the head has no end: {head}");
    }

    Ok(head)
}

/// One whole text frame, which a server does not mask (section 5.2).
fn read_text(reader: &mut impl Read) -> Result<String> {
    let mut start = [0; 2];
    reader.read_exact(&mut start)?;
    ensure!(start[0] == 0x81 && start[1] < 127, "not a short text frame: {start:02x?}");
    let mut length = usize::from(start[1]);
    if length == 126 {
        let mut long = [0; 2];
        reader.read_exact(&mut long)?;
        length = usize::from(u16::from_be_bytes(long));
    }
    let mut text = vec![0; length];
    reader.read_exact(&mut text)?;

    String::from_utf8(text).context("the text is not UTF-8")
}

const PATIENCE: Duration = Duration::from_secs(5);
const MAX_HEAD: u64 = 8 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_both_lengths_are_read() {
        let long = "x".repeat(300);

        assert_eq!(read_text(&mut [b"\x81\x02hi".as_slice(), b"more"].concat().as_slice()).unwrap(), "hi");
        assert_eq!(read_text(&mut [b"\x81\x7e\x01\x2c", long.as_bytes()].concat().as_slice()).unwrap(), long);
        assert!(read_text(&mut b"\x88\x00".as_slice()).is_err());
    }
}
