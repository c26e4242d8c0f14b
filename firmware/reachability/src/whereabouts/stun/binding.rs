use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

/// One question to a STUN server, and how its answer is told from others'.
#[derive(Debug)]
pub(crate) struct Binding {
    id: [u8; 12],
}

impl Binding {
    /// The transaction id must be random, since it proves that whoever answers has seen the question.
    pub(crate) fn new(id: [u8; 12]) -> Self {
        Self { id }
    }

    /// The question (RFC 8489, 5): a header without attributes.
    pub(crate) fn request(&self) -> [u8; HEADER] {
        let mut request = [0; HEADER];
        request[..2].copy_from_slice(&BINDING_REQUEST.to_be_bytes());
        request[4..8].copy_from_slice(&MAGIC_COOKIE);
        request[8..].copy_from_slice(&self.id);

        request
    }

    /// The address in the answer, if it is one to this question.
    ///
    /// Attributes that it does not know are passed over: many servers add old ones that the paper has a client refuse.
    pub(crate) fn read(&self, answer: &[u8]) -> Option<SocketAddr> {
        let (header, attributes) = answer.split_at_checked(HEADER)?;
        let is_ours =
            number(header, 0)? == BINDING_SUCCESS && header[4..8] == MAGIC_COOKIE && header[8..] == self.id;
        if !is_ours || usize::from(number(header, 2)?) != attributes.len() {
            return None;
        }

        self.find_address(attributes)
    }

    fn find_address(&self, mut attributes: &[u8]) -> Option<SocketAddr> {
        loop {
            let (kind, length) = (number(attributes, 0)?, usize::from(number(attributes, 2)?));
            let value = attributes.get(4..4 + length)?;
            if kind == XOR_MAPPED_ADDRESS {
                return self.unmask(value);
            }
            // Each is filled up to a multiple of four bytes (RFC 8489, 14).
            attributes = attributes.get(4 + length.next_multiple_of(4)..)?;
        }
    }

    /// RFC 8489, 14.2: the address is masked, so that no router with good intentions rewrites it.
    fn unmask(&self, value: &[u8]) -> Option<SocketAddr> {
        let (family, address) = (*value.get(1)?, value.get(4..)?);
        let port = number(value, 2)? ^ u16::from_be_bytes([MAGIC_COOKIE[0], MAGIC_COOKIE[1]]);
        let mut mask = [0; 16];
        mask[..4].copy_from_slice(&MAGIC_COOKIE);
        mask[4..].copy_from_slice(&self.id);
        match family {
            1 => {
                let bits = u32::from_be_bytes(address.try_into().ok()?) ^ u32::from_be_bytes(MAGIC_COOKIE);
                Some((Ipv4Addr::from(bits), port).into())
            }
            2 => {
                let bits = u128::from_be_bytes(address.try_into().ok()?) ^ u128::from_be_bytes(mask);
                Some((Ipv6Addr::from(bits), port).into())
            }
            _ => None,
        }
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u16> {
    let bytes = bytes.get(at..at + 2)?;

    Some(u16::from_be_bytes(bytes.try_into().ok()?))
}

/// RFC 8489, 5.
const HEADER: usize = 20;
const MAGIC_COOKIE: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];
const BINDING_REQUEST: u16 = 0x0001;
const BINDING_SUCCESS: u16 = 0x0101;
/// RFC 8489, 18.3.1.
const XOR_MAPPED_ADDRESS: u16 = 0x0020;

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    /// The transaction id of RFC 5769, 2.2 and 2.3.
    const ID: [u8; 12] = [0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86, 0xfa, 0x87, 0xdf, 0xae];

    #[test]
    fn the_sample_answers_of_rfc_5769_are_read() {
        // Their SOFTWARE, and their XOR-MAPPED-ADDRESS; the attributes after it are never looked at.
        let software = "8022000b7465737420766563746f7220";
        let v4 = answer(&ID, &format!("{software}002000080001a147e112a643"));
        let v6 = answer(&ID, &format!("{software}002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9"));

        let binding = Binding::new(ID);

        assert_eq!(binding.read(&v4), Some("192.0.2.1:32853".parse().unwrap()));
        assert_eq!(binding.read(&v6), Some("[2001:db8:1234:5678:11:2233:4455:6677]:32853".parse().unwrap()));
    }

    #[test]
    fn an_answer_to_another_question_is_none() {
        let answer = answer(&ID, "002000080001a147e112a643");

        assert_eq!(Binding::new([7; 12]).read(&answer), None);
    }

    #[test]
    fn what_is_cut_off_or_no_answer_is_none() {
        let good = answer(&ID, "002000080001a147e112a643");
        let binding = Binding::new(ID);

        for length in 0..good.len() {
            assert_eq!(binding.read(&good[..length]), None, "{length} bytes");
        }
        for attributes in
            ["", "0020", "0020ffff0001a147e112a643", "002000040001a147", "00200008ff03a147e112a643"]
        {
            assert_eq!(binding.read(&answer(&ID, attributes)), None, "{attributes}");
        }
        let refusal = [&[0x01, 0x11], &good[2..]].concat();
        assert_eq!(binding.read(&refusal), None);
        assert_eq!(binding.read(&binding.request()), None, "an echo of the question");
    }

    proptest! {
        #[test]
        fn no_answer_upsets_the_reader(attributes in vec(any::<u8>(), 0..600)) {
            let hex = attributes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();

            let _ = Binding::new(ID).read(&attributes);
            let _ = Binding::new(ID).read(&answer(&ID, &hex));
        }
    }

    fn answer(id: &[u8; 12], attributes: &str) -> Vec<u8> {
        let bytes = (0..attributes.len() / 2)
            .map(|i| u8::from_str_radix(&attributes[2 * i..2 * i + 2], 16).unwrap())
            .collect::<Vec<_>>();
        let length = u16::try_from(bytes.len()).unwrap().to_be_bytes();

        [&BINDING_SUCCESS.to_be_bytes()[..], &length, &MAGIC_COOKIE, id, &bytes].concat()
    }
}
