use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use arbitrary::Arbitrary;
use model::PrivateKey;

/// A piece of what a client says: anything, or something that has a meaning.
#[derive(Debug, Arbitrary)]
pub(crate) enum Said<'a> {
    Bytes(&'a [u8]),
    Line(&'a str),
    Get,
    Set,
    End,
    PrivateKey(u8),
    ListenPort(u16),
    Fwmark(u32),
    ReplacePeers,
    PublicKey(u8),
    OddPublicKey([u8; 32]),
    Remove,
    UpdateOnly,
    PresharedKey(u8),
    Endpoint(&'a str),
    EndpointV4([u8; 4], u16),
    EndpointV6(u128, u16),
    PersistentKeepalive(u16),
    ReplaceAllowedIps,
    AllowedIp { sign: Sign, address: [u8; 4], length: u8 },
    AllowedIpV6 { sign: Sign, address: u128, length: u8 },
    ProtocolVersion(u8),
}

/// What an allowed IP begins with.
#[derive(Debug, Clone, Copy, Arbitrary)]
pub(crate) enum Sign {
    None,
    Minus,
    Plus,
}

impl Said<'_> {
    /// As it comes over the socket.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Bytes(bytes) => bytes.to_vec(),
            said => format!("{}\n", said.line()).into_bytes(),
        }
    }

    fn line(&self) -> String {
        match self {
            Self::Bytes(_) | Self::End => String::new(),
            Self::Line(line) => (*line).to_owned(),
            Self::Get => "get=1".to_owned(),
            Self::Set => "set=1".to_owned(),
            Self::PrivateKey(n) => format!("private_key={}", hex([*n; 32])),
            Self::ListenPort(port) => format!("listen_port={port}"),
            Self::Fwmark(mark) => format!("fwmark={mark}"),
            Self::ReplacePeers => "replace_peers=true".to_owned(),
            Self::PublicKey(n) => {
                format!("public_key={}", hex(*PrivateKey::from_bytes([n % 8; 32]).public_key().as_bytes()))
            }
            Self::OddPublicKey(bytes) => format!("public_key={}", hex(*bytes)),
            Self::Remove => "remove=true".to_owned(),
            Self::UpdateOnly => "update_only=true".to_owned(),
            Self::PresharedKey(n) => format!("preshared_key={}", hex([*n; 32])),
            Self::Endpoint(text) => format!("endpoint={text}"),
            Self::EndpointV4(ip, port) => format!("endpoint={}", SocketAddr::from((*ip, *port))),
            Self::EndpointV6(ip, port) => {
                format!("endpoint={}", SocketAddr::from((Ipv6Addr::from(*ip), *port)))
            }
            Self::PersistentKeepalive(seconds) => format!("persistent_keepalive_interval={seconds}"),
            Self::ReplaceAllowedIps => "replace_allowed_ips=true".to_owned(),
            Self::AllowedIp { sign, address, length } => {
                format!("allowed_ip={}{}/{length}", sign.text(), Ipv4Addr::from(*address))
            }
            Self::AllowedIpV6 { sign, address, length } => {
                format!("allowed_ip={}{}/{length}", sign.text(), Ipv6Addr::from(*address))
            }
            Self::ProtocolVersion(version) => format!("protocol_version={version}"),
        }
    }
}

impl Sign {
    fn text(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Minus => "-",
            Self::Plus => "+",
        }
    }
}

fn hex(bytes: [u8; 32]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
