use std::net::IpAddr;

use anyhow::{Context as _, Result, ensure};

/// An echo request, which the kernel behind the program's interface answers.
#[derive(Debug, Clone, Copy)]
pub struct Echo {
    /// Who asks.
    pub from: IpAddr,
    /// Who is asked, with an address of the same IP version.
    pub to: IpAddr,
    /// What tells one from another.
    pub sequence: u16,
    /// The length of the packet in bytes, from 28 for IPv4 and 48 for IPv6.
    pub size: usize,
}

impl Echo {
    /// The packet.
    #[must_use]
    pub fn request(&self) -> Vec<u8> {
        let (protocol, kind) = if self.from.is_ipv4() { (ICMP, 8) } else { (ICMP_V6, 128) };
        let mut body = vec![kind, 0, 0, 0, 0, 0];
        body.extend(self.sequence.to_be_bytes());
        body.extend((0..self.size - header_length(self.from) - body.len()).map(|n| n as u8));

        packet(self.from, self.to, protocol, body, 2)
    }

    /// Checks that what was in a data message is the answer.
    ///
    /// # Errors
    /// When it is anything else, or is followed by anything else than zeros.
    pub fn check_answer(&self, content: &[u8]) -> Result<()> {
        let (packet, padding) = content.split_at(length(content)?);
        let header = header_length(self.from);
        ensure!(packet.len() == self.size, "{} bytes in answer to {}", packet.len(), self.size);
        let body = &packet[header..];
        let kind = if self.from.is_ipv4() { 0 } else { 129 };
        ensure!(body[0] == kind, "no echo reply but a message of type {}", body[0]);
        let sequence = u16::from_be_bytes([body[6], body[7]]);
        ensure!(sequence == self.sequence, "the answer to number {sequence}, not {}", self.sequence);
        ensure!(body[8..] == self.request()[header + 8..], "an answer with something else in it");
        ensure!(padding.iter().all(|byte| *byte == 0), "padding that is not zero");

        Ok(())
    }
}

/// A UDP datagram in its packet.
#[must_use]
pub fn udp(from: IpAddr, to: IpAddr, port: u16, payload: &[u8]) -> Vec<u8> {
    let length = (payload.len() + 8) as u16;
    let mut body = [port, port, length, 0].map(u16::to_be_bytes).concat();
    body.extend_from_slice(payload);

    packet(from, to, UDP, body, 6)
}

/// Writes the two bits of explicit congestion notification (RFC 3168) into a packet that has none.
pub fn set_ecn(packet: &mut [u8], ecn: u8) {
    if packet[0] >> 4 == 4 {
        packet[1] |= ecn;
        packet[10..12].fill(0);
        let sum = checksum(&packet[..20]);
        packet[10..12].copy_from_slice(&sum.to_be_bytes());
    } else {
        packet[1] |= ecn << 4;
    }
}

/// The two bits of explicit congestion notification.
#[must_use]
pub fn ecn(packet: &[u8]) -> u8 {
    (if packet[0] >> 4 == 4 { packet[1] } else { packet[1] >> 4 }) & 0b11
}

/// How long the packet at the beginning of `content` says it is, which may be followed by padding.
///
/// # Errors
/// When it is no packet, or longer than what there is of it.
pub fn length(content: &[u8]) -> Result<usize> {
    let number =
        |at: usize| Some(usize::from(u16::from_be_bytes([*content.get(at)?, *content.get(at + 1)?])));
    let length = match content.first().context("an empty packet")? >> 4 {
        4 => number(2),
        6 => number(4).map(|length| length + 40),
        _ => None,
    };
    let length = length.context("no IP packet")?;
    ensure!(length <= content.len(), "{length} bytes, of which {} are there", content.len());

    Ok(length)
}

const ICMP: u8 = 1;
const UDP: u8 = 17;
const ICMP_V6: u8 = 58;

fn header_length(version_of: IpAddr) -> usize {
    if version_of.is_ipv4() { 20 } else { 40 }
}

/// A packet with its checksums; that of the body stands at `checksum_at`.
fn packet(from: IpAddr, to: IpAddr, protocol: u8, mut body: Vec<u8>, checksum_at: usize) -> Vec<u8> {
    let addresses = [octets(from), octets(to)].concat();
    let length = body.len() as u16;
    // The one protocol whose checksum does not cover the addresses.
    let mut covered = if protocol == ICMP { Vec::new() } else { addresses.clone() };
    covered.extend(if protocol == ICMP { [0; 4] } else { [0, protocol, (length >> 8) as u8, length as u8] });
    covered.extend_from_slice(&body);
    body[checksum_at..checksum_at + 2].copy_from_slice(&checksum(&covered).to_be_bytes());

    let mut header = match from {
        IpAddr::V4(_) => {
            let total = (length + 20).to_be_bytes();
            vec![0x45, 0, total[0], total[1], 0, 0, 0, 0, 64, protocol, 0, 0]
        }
        IpAddr::V6(_) => vec![0x60, 0, 0, 0, (length >> 8) as u8, length as u8, protocol, 64],
    };
    header.extend(addresses);
    if from.is_ipv4() {
        let sum = checksum(&header);
        header[10..12].copy_from_slice(&sum.to_be_bytes());
    }
    header.extend(body);

    header
}

fn octets(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(v4) => v4.octets().to_vec(),
        IpAddr::V6(v6) => v6.octets().to_vec(),
    }
}

/// RFC 1071.
fn checksum(bytes: &[u8]) -> u16 {
    let pairs = bytes.chunks(2).map(|pair| u64::from(pair[0]) << 8 | u64::from(*pair.get(1).unwrap_or(&0)));
    let mut sum = pairs.sum::<u64>();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }

    !(sum as u16)
}
