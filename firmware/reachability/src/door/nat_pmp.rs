use std::{
    net::{IpAddr, Ipv4Addr},
    time::Duration,
};

use super::{
    task::{Failure, Grant},
    why::Refusal,
};

/// A request to open or shut a UDP port: RFC 6886, section 3.3.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Map {
    pub(crate) inside_port: u16,
    /// The port outside that would be the best.
    pub(crate) outside_port: u16,
    /// 0 shuts it.
    pub(crate) seconds: u32,
}

impl Map {
    pub(crate) fn to_bytes(self) -> [u8; 12] {
        let mut bytes = [0; 12];
        bytes[1] = MAP_UDP;
        bytes[4..6].copy_from_slice(&self.inside_port.to_be_bytes());
        bytes[6..8].copy_from_slice(&self.outside_port.to_be_bytes());
        bytes[8..].copy_from_slice(&self.seconds.to_be_bytes());

        bytes
    }

    /// What an answer to this says; `None` if it is no answer to this.
    pub(crate) fn read(self, bytes: &[u8]) -> Option<Result<Grant, Failure>> {
        if let Some(failure) = failure(bytes, MAP_UDP)? {
            return Some(Err(failure));
        }
        let bytes: &[u8; 16] = bytes.try_into().ok()?;
        let [.., e0, e1, e2, e3, i0, i1, o0, o1, s0, s1, s2, s3] = *bytes;
        if u16::from_be_bytes([i0, i1]) != self.inside_port {
            return None;
        }
        let (port, seconds) = (u16::from_be_bytes([o0, o1]), u32::from_be_bytes([s0, s1, s2, s3]));
        if port == 0 && seconds > 0 && self.seconds > 0 {
            return Some(Err(Failure::Garbled));
        }

        Some(Ok(Grant {
            port,
            address: None,
            lease: Some(Duration::from_secs(seconds.into())),
            epoch: Some(u32::from_be_bytes([e0, e1, e2, e3])),
            pinhole: None,
        }))
    }
}

/// The question for the router's outside address: RFC 6886, section 3.2.
pub(crate) const WHICH_ADDRESS: [u8; 2] = [0, ADDRESS];

/// What an answer to [`WHICH_ADDRESS`] says; `None` if it is no answer to it.
pub(crate) fn read_address(bytes: &[u8]) -> Option<Result<Option<IpAddr>, Failure>> {
    if let Some(failure) = failure(bytes, ADDRESS)? {
        return Some(Err(failure));
    }
    let [.., a, b, c, d] = *<&[u8; 12]>::try_from(bytes).ok()?;
    let address = Ipv4Addr::new(a, b, c, d);

    Some(Ok((!address.is_unspecified()).then_some(address.into())))
}

/// `None` if it is no answer to this operation. RFC 6886, section 3.5.
fn failure(bytes: &[u8], operation: u8) -> Option<Option<Failure>> {
    let [version, op, high, low, ..] = *bytes else { return None };
    if op != operation | RESPONSE {
        return None;
    }
    let refusal = match u16::from_be_bytes([high, low]) {
        _ if version != 0 => return Some(Some(Failure::Unspoken)),
        0 => return Some(None),
        1 | 5 => return Some(Some(Failure::Unspoken)),
        2 => Refusal::NotAuthorized,
        3 => Refusal::NoConnection,
        4 => Refusal::NoResources,
        other => Refusal::Other(other),
    };

    Some(Some(Failure::Refused(refusal)))
}

const ADDRESS: u8 = 0;
const MAP_UDP: u8 = 1;
const RESPONSE: u8 = 0x80;

#[cfg(test)]
mod tests {
    use super::*;

    const REQUEST: Map = Map { inside_port: 0x1234, outside_port: 0x5678, seconds: 7200 };
    const YES: [u8; 16] = [0, 129, 0, 0, 0, 0, 0, 9, 0x12, 0x34, 0x56, 0x79, 0, 0, 0, 60];

    #[test]
    fn a_request_is_as_the_paper_draws_it() {
        assert_eq!(REQUEST.to_bytes(), [0, 1, 0, 0, 0x12, 0x34, 0x56, 0x78, 0, 0, 0x1c, 0x20]);
    }

    #[test]
    fn a_yes_says_what_is_open_and_for_how_long() {
        let grant = REQUEST.read(&YES).unwrap().unwrap();

        let lease = Some(Duration::from_secs(60));
        assert_eq!(grant, Grant { port: 0x5679, address: None, lease, epoch: Some(9), pinhole: None });
    }

    #[test]
    fn a_no_says_why() {
        let read = |result| REQUEST.read(&[0, 129, 0, result, 0, 0, 0, 9]).unwrap().unwrap_err();

        assert_eq!(read(1), Failure::Unspoken);
        assert_eq!(read(2), Failure::Refused(Refusal::NotAuthorized));
        assert_eq!(read(3), Failure::Refused(Refusal::NoConnection));
        assert_eq!(read(9), Failure::Refused(Refusal::Other(9)));
    }

    #[test]
    fn an_answer_to_something_else_is_none() {
        for length in 0..16 {
            assert_eq!(REQUEST.read(&YES[..length]), None, "{length} bytes");
        }
        let mut of_another_port = YES;
        of_another_port[9] += 1;

        assert_eq!(REQUEST.read(&of_another_port), None);
        assert_eq!(REQUEST.read(&[&YES[..], &[0]].concat()), None);
        assert_eq!(read_address(&YES), None);
    }

    #[test]
    fn the_outside_address_is_told() {
        let read = |last| read_address(&[0, 128, 0, 0, 0, 0, 0, 9, last, 0, 0, 0]);

        assert_eq!(read(9), Some(Ok(Some(Ipv4Addr::new(9, 0, 0, 0).into()))));
        assert_eq!(read(0), Some(Ok(None)));
    }
}
