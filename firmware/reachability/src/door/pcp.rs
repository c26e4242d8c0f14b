use std::{
    net::{IpAddr, Ipv6Addr},
    time::Duration,
};

use super::{
    task::{Failure, Grant},
    why::Refusal,
};

/// A request to open or shut a UDP port: PCP's MAP, RFC 6887, section 11.1.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Map {
    pub(crate) own: IpAddr,
    pub(crate) nonce: [u8; 12],
    pub(crate) inside_port: u16,
    /// The port outside that would be the best; 0 for whichever.
    pub(crate) outside_port: u16,
    /// 0 shuts it.
    pub(crate) seconds: u32,
}

impl Map {
    pub(crate) fn to_bytes(self) -> [u8; LENGTH] {
        let mut bytes = [0; LENGTH];
        bytes[0] = VERSION;
        bytes[1] = MAP;
        bytes[4..8].copy_from_slice(&self.seconds.to_be_bytes());
        bytes[8..24].copy_from_slice(&as_v6(self.own).octets());
        bytes[24..36].copy_from_slice(&self.nonce);
        bytes[36] = UDP;
        bytes[40..42].copy_from_slice(&self.inside_port.to_be_bytes());
        bytes[42..44].copy_from_slice(&self.outside_port.to_be_bytes());
        // Any address of the same family, section 11.1.
        if self.own.is_ipv4() {
            bytes[54..56].copy_from_slice(&[0xff, 0xff]);
        }

        bytes
    }

    /// What an answer to this says; `None` if it is no answer to this.
    pub(crate) fn read(self, bytes: &[u8]) -> Option<Result<Grant, Failure>> {
        // A server that knows no PCP answers in NAT-PMP's form, RFC 6886, section 3.5.
        if let [0, _, 0, 1, ..] = bytes {
            return Some(Err(Failure::Unspoken));
        }
        if bytes.len() < HEADER || bytes[1] != MAP | RESPONSE {
            return None;
        }
        let result = bytes[3];
        if bytes[0] != VERSION || result == UNSUPPORTED_VERSION {
            return Some(Err(Failure::Unspoken));
        }
        let payload: &[u8; LENGTH - HEADER] = bytes.get(HEADER..LENGTH)?.try_into().ok()?;
        let is_ours = payload[..12] == self.nonce
            && payload[12] == UDP
            && payload[16..18] == self.inside_port.to_be_bytes();
        if !is_ours {
            return None;
        }

        Some(failure(result).map_or_else(|| self.grant(bytes, payload), Err))
    }

    fn grant(self, bytes: &[u8], payload: &[u8; LENGTH - HEADER]) -> Result<Grant, Failure> {
        let word = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
        let (lease, epoch) = word(4).zip(word(8)).ok_or(Failure::Garbled)?;
        let port = u16::from_be_bytes([payload[18], payload[19]]);
        if port == 0 && lease > 0 && self.seconds > 0 {
            return Err(Failure::Garbled);
        }
        let mut address = [0; 16];
        address.copy_from_slice(&payload[20..36]);

        Ok(Grant {
            port,
            address: known(Ipv6Addr::from(address)),
            lease: Some(Duration::from_secs(lease.into())),
            epoch: Some(epoch),
            pinhole: None,
        })
    }
}

/// RFC 6887, section 7.4.
fn failure(result: u8) -> Option<Failure> {
    let refusal = match result {
        0 => return None,
        4 | 5 | 9 => return Some(Failure::Unspoken),
        2 => Refusal::NotAuthorized,
        7 => Refusal::NoConnection,
        8 | 10 => Refusal::NoResources,
        11 => Refusal::PortTaken,
        12 => Refusal::WrongAddress,
        other => Refusal::Other(other.into()),
    };

    Some(Failure::Refused(refusal))
}

/// RFC 6887, section 5: an IPv4 address is written as an IPv6 one.
fn as_v6(address: IpAddr) -> Ipv6Addr {
    match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped(),
        IpAddr::V6(v6) => v6,
    }
}

fn known(address: Ipv6Addr) -> Option<IpAddr> {
    let address = address.to_canonical();

    (!address.is_unspecified()).then_some(address)
}

const VERSION: u8 = 2;
const MAP: u8 = 1;
const RESPONSE: u8 = 0x80;
const UNSUPPORTED_VERSION: u8 = 1;
/// IANA's number of the protocol.
const UDP: u8 = 17;
const HEADER: usize = 24;
const LENGTH: usize = 60;

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn a_request_is_as_the_paper_draws_it() {
        let bytes = request().to_bytes();

        assert_eq!(bytes[..8], [2, 1, 0, 0, 0, 0, 0x1c, 0x20]);
        assert_eq!(bytes[8..24], Ipv4Addr::new(192, 168, 1, 10).to_ipv6_mapped().octets());
        assert_eq!(bytes[24..36], [7; 12]);
        assert_eq!(bytes[36..44], [17, 0, 0, 0, 0x5b, 0xa0, 0x5b, 0xa1]);
        assert_eq!(bytes[44..60], Ipv4Addr::UNSPECIFIED.to_ipv6_mapped().octets());
    }

    #[test]
    fn a_yes_says_what_is_open_and_for_how_long() {
        let grant = request().read(&answer(0)).unwrap().unwrap();

        assert_eq!(
            grant,
            Grant {
                port: 40_000,
                address: Some(Ipv4Addr::new(1, 2, 3, 4).into()),
                lease: Some(Duration::from_secs(600)),
                epoch: Some(99),
                pinhole: None
            }
        );
    }

    #[test]
    fn a_no_says_why() {
        let read = |result| request().read(&answer(result)).unwrap().unwrap_err();

        assert_eq!(read(1), Failure::Unspoken);
        assert_eq!(read(2), Failure::Refused(Refusal::NotAuthorized));
        assert_eq!(read(7), Failure::Refused(Refusal::NoConnection));
        assert_eq!(read(200), Failure::Refused(Refusal::Other(200)));
    }

    #[test]
    fn a_server_of_nat_pmp_alone_speaks_no_pcp() {
        let read = request().read(&[0, 0x81, 0, 1, 0, 0, 0, 9]);

        assert_eq!(read, Some(Err(Failure::Unspoken)));
    }

    #[test]
    fn an_answer_to_somebody_else_is_none() {
        for changed in [1, 24, 36, 41] {
            let mut bytes = answer(0);
            bytes[changed] ^= 0x40;

            assert_eq!(request().read(&bytes), None, "byte {changed}");
        }
        for length in 0..60 {
            assert_eq!(request().read(&answer(0)[..length]), None, "{length} bytes");
        }
    }

    fn request() -> Map {
        Map {
            own: Ipv4Addr::new(192, 168, 1, 10).into(),
            nonce: [7; 12],
            inside_port: 23456,
            outside_port: 23457,
            seconds: 7200,
        }
    }

    fn answer(result: u8) -> [u8; LENGTH] {
        let mut bytes = request().to_bytes();
        bytes[1] |= RESPONSE;
        bytes[3] = result;
        bytes[4..8].copy_from_slice(&600_u32.to_be_bytes());
        bytes[8..24].fill(0);
        bytes[8..12].copy_from_slice(&99_u32.to_be_bytes());
        bytes[42..44].copy_from_slice(&40_000_u16.to_be_bytes());
        bytes[44..60].copy_from_slice(&Ipv4Addr::new(1, 2, 3, 4).to_ipv6_mapped().octets());

        bytes
    }
}
