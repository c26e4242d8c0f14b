//! What the fuzz targets reach; in no other build.

use std::io::IoSlice;

use wireguard::Batch;

use super::{Large, Merge};

/// How long the header is that the kernel and we put before what is read and written, in bytes.
pub const HEADER: usize = Large::LENGTH;

/// Splits what was read behind this header; whether it could be.
pub fn split(header: [u8; HEADER], packet: &mut [u8], each: impl FnMut(&[u8])) -> bool {
    super::split(Large::from_bytes(header), packet, each).is_ok()
}

/// What is written for these packets, one group after the other.
#[must_use]
pub fn merge(packets: &[Vec<u8>]) -> Vec<Written> {
    let (mut batch, mut merge) = (Batch::default(), Merge::new(true, true));
    packets.iter().for_each(|packet| batch.put_packet(packet));
    merge.plan(&batch);

    (0..merge.len())
        .map(|group| {
            let (header, bytes) = merge.write(group, &mut batch, joined);
            let mut singly = Vec::new();
            merge.write_singly(group, &mut batch, joined, |(_, packet)| singly.push(packet));
            Written { header, bytes, singly }
        })
        .collect()
}

/// A group of packets, both ways in which it can be written.
#[derive(Debug, Clone)]
pub struct Written {
    /// What comes before the large packet.
    pub header: [u8; HEADER],
    /// The large packet.
    pub bytes: Vec<u8>,
    /// The packets one by one, as for a kernel that has not taken the large one.
    pub singly: Vec<Vec<u8>>,
}

fn joined(slices: &[IoSlice<'_>]) -> ([u8; HEADER], Vec<u8>) {
    let header = slices[0][..].try_into().expect("the header comes first");

    (header, slices[1..].iter().flat_map(|slice| slice.to_vec()).collect())
}
