use std::io::IoSlice;

use wireguard::Batch;

use super::{
    form::Form,
    headers::{Headers, Transport},
    large::Large,
};

/// Finds out which packets can be written to the interface as one large packet.
///
/// Packets of one flow keep their order; those of different flows may overtake each other.
#[derive(Debug)]
pub(crate) struct Merge {
    merges_tcp: bool,
    merges_udp: bool,
    groups: Vec<Group>,
    /// For each packet the next one of its group.
    next: Vec<usize>,
}

impl Merge {
    /// Merges what the interface takes.
    pub(crate) fn new(merges_tcp: bool, merges_udp: bool) -> Self {
        Self { merges_tcp, merges_udp, groups: Vec::new(), next: Vec::new() }
    }

    /// Groups the packets of a batch.
    pub(crate) fn plan(&mut self, batch: &Batch) {
        self.groups.clear();
        self.next.clear();
        for (number, packet) in batch.packets().enumerate() {
            self.next.push(number);
            let headers = Headers::parse(packet);
            let former = headers.and_then(|headers| self.former_of(&headers, packet, batch));
            match (former, headers) {
                (Some(at), Some(headers)) if self.groups[at].takes(&headers, packet, batch) => {
                    self.next[self.groups[at].last] = number;
                    self.groups[at].add(number, &headers, packet);
                }
                (_, headers) => self.begin(number, headers, packet),
            }
        }
    }

    /// How many writes it takes.
    pub(crate) fn len(&self) -> usize {
        self.groups.len()
    }

    /// How many packets go with one write.
    pub(crate) fn packets_of(&self, group: usize) -> usize {
        self.groups[group].packets
    }

    /// Writes one group by `write`: the header, then what follows it.
    pub(crate) fn write<T>(
        &self,
        group: usize,
        batch: &mut Batch,
        write: impl FnOnce(&[IoSlice<'_>]) -> T,
    ) -> T {
        let group = &self.groups[group];
        let mut header = Large::default();
        if let Some(form) = group.form.filter(|_| group.packets > 1) {
            form.seal(batch.packet_mut(group.first), group.length);
            header = form.header();
        }
        let header = header.to_bytes();
        let mut slices = [IoSlice::new(&[]); MOST_PACKETS + 1];
        slices[0] = IoSlice::new(&header);
        let mut number = group.first;
        for (place, slice) in slices[1..=group.packets].iter_mut().enumerate() {
            let skipped = group.form.filter(|_| place > 0).map_or(0, |form| form.headers.payload_at);
            *slice = IoSlice::new(&batch.packet(number)[skipped..]);
            number = self.next[number];
        }

        write(&slices[..=group.packets])
    }

    /// Writes the packets of a group one by one, because the kernel does not take them together.
    pub(crate) fn write_singly<T>(
        &self,
        group: usize,
        batch: &mut Batch,
        mut write: impl FnMut(&[IoSlice<'_>]) -> T,
        mut each: impl FnMut(T),
    ) {
        let group = &self.groups[group];
        if let Some(form) = group.form.filter(|_| group.packets > 1) {
            form.unseal(batch.packet_mut(group.first));
        }
        let header = Large::default().to_bytes();
        let mut number = group.first;
        for _ in 0..group.packets {
            each(write(&[IoSlice::new(&header), IoSlice::new(batch.packet(number))]));
            number = self.next[number];
        }
    }

    /// No longer merges what is like this group.
    pub(crate) fn forbid(&mut self, group: usize) {
        match self.groups[group].form.map(|form| form.headers.transport) {
            Some(Transport::Tcp) => self.merges_tcp = false,
            Some(Transport::Udp) => self.merges_udp = false,
            None => {}
        }
    }

    /// The last group of the same flow, if that is not too long ago. Nothing goes past a packet of which the flow is not
    /// known: it may be a fragment of this one.
    fn former_of(&self, headers: &Headers, packet: &[u8], batch: &Batch) -> Option<usize> {
        let recent = self.groups.len().saturating_sub(FLOWS);

        (recent..self.groups.len())
            .rev()
            .take_while(|at| self.groups[*at].form.is_some())
            .find(|at| self.groups[*at].is_of_flow(headers, packet, batch))
    }

    fn begin(&mut self, number: usize, headers: Option<Headers>, packet: &[u8]) {
        let form = headers.map(|headers| {
            let merges = match headers.transport {
                Transport::Tcp => self.merges_tcp,
                Transport::Udp => self.merges_udp,
            };
            Form::new(headers, packet, merges)
        });
        self.groups.push(Group { first: number, last: number, packets: 1, length: packet.len(), form });
    }
}

/// Packets that are written as one.
#[derive(Debug)]
struct Group {
    first: usize,
    last: usize,
    packets: usize,
    /// Of the large packet, in bytes.
    length: usize,
    /// None of what is neither TCP nor UDP.
    form: Option<Form>,
}

impl Group {
    fn is_of_flow(&self, headers: &Headers, packet: &[u8], batch: &Batch) -> bool {
        let Some(form) = self.form else { return false };
        let (first, ours) = (batch.packet(self.first), &form.headers);

        (ours.transport, ours.network) == (headers.transport, headers.network)
            && first[ours.ports()] == packet[headers.ports()]
            && first[ours.addresses()] == packet[headers.addresses()]
    }

    /// Whether a packet of the same flow can be appended.
    fn takes(&self, headers: &Headers, packet: &[u8], batch: &Batch) -> bool {
        let Some(form) = self.form.filter(|form| form.is_open && form.headers == *headers) else {
            return false;
        };
        let (first, payload) = (batch.packet(self.first), packet.len() - headers.payload_at);

        (1..=form.segment).contains(&payload)
            && self.packets < MOST_PACKETS
            && self.length + payload <= LONGEST
            && form.agrees(first, packet)
            && headers.is_intact(packet)
            && (self.packets > 1 || headers.is_intact(first))
    }

    fn add(&mut self, number: usize, headers: &Headers, packet: &[u8]) {
        let payload = packet.len() - headers.payload_at;
        self.last = number;
        self.packets += 1;
        self.length += payload;
        if let Some(form) = &mut self.form {
            form.add(packet, payload);
        }
    }
}

/// How many flows may take turns without being taken apart.
const FLOWS: usize = 16;

/// Of one write. More than the segments of the longest large packet with full segments.
const MOST_PACKETS: usize = 64;

/// The longest packet, in bytes.
const LONGEST: usize = 65535;
