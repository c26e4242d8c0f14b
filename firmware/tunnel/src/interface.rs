use std::{
    io::{self, IoSlice, IoSliceMut},
    os::fd::{AsFd, BorrowedFd},
};

use ipnet::IpNet;
use nix::{
    errno::Errno,
    net::if_::if_nametoindex,
    sys::uio::{readv, writev},
};
use tun_rs::{DeviceBuilder, SyncDevice};

use crate::{Config, StartError, offload::Large};

/// The TUN device; it is gone when this is dropped or the process ends.
pub(crate) struct Interface(SyncDevice);

/// What the device takes as one large packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Offloads {
    /// Whether a header of its own comes before every packet.
    pub(crate) header: bool,
    /// Whether UDP packets can be large, beside those of TCP (since Linux 6.2).
    pub(crate) udp: bool,
}

impl Interface {
    /// Makes the interface, gives it its addresses and brings it up.
    pub(crate) fn create(config: &Config) -> Result<Self, StartError> {
        let name = config.interface.as_str();
        if if_nametoindex(name).is_ok() {
            return Err(StartError::InUse(config.interface.clone()));
        }
        let build = |offload| {
            let builder = DeviceBuilder::new().name(name).mtu(config.mtu).offload(offload);
            builder.tx_queue_len(QUEUE).enable(false).build_sync()
        };
        let device = build(true).or_else(|error| match error.raw_os_error().map(Errno::from_raw) {
            Some(Errno::EINVAL) => {
                tracing::info!("This kernel has no offloads for TUN devices, so packets go one by one");
                build(false)
            }
            Some(_) | None => Err(error),
        });
        let device = device.map_err(|error| match error.raw_os_error().map(Errno::from_raw) {
            Some(Errno::EBUSY) => StartError::InUse(config.interface.clone()),
            _ => StartError::Interface(error),
        })?;
        set_up(&device, &config.addresses).map_err(StartError::Interface)?;

        Ok(Self(device))
    }

    pub(crate) fn offloads(&self) -> Offloads {
        Offloads { header: self.0.tcp_gso(), udp: self.0.udp_gso() }
    }

    /// Reads one packet and how it is to be split; an error of kind `WouldBlock` when there is none.
    pub(crate) fn receive(&self, room: &mut [u8]) -> io::Result<(Large, usize)> {
        if !self.0.tcp_gso() {
            return Ok((Large::default(), self.0.recv(room)?));
        }
        let mut header = [0; Large::LENGTH];
        let length = readv(self, &mut [IoSliceMut::new(&mut header), IoSliceMut::new(room)])?;

        Ok((Large::from_bytes(header), length.saturating_sub(Large::LENGTH)))
    }

    /// Writes one packet as it is.
    pub(crate) fn send_single(&self, packet: &[u8]) -> Result<(), Errno> {
        self.send(&[IoSlice::new(&Large::default().to_bytes()), IoSlice::new(packet)])
    }

    /// Writes one packet, of which the first slice is the header that says how it is to be split.
    pub(crate) fn send(&self, slices: &[IoSlice<'_>]) -> Result<(), Errno> {
        let headless = if self.0.tcp_gso() { slices } else { &slices[1..] };

        writev(self, headless).map(drop)
    }

    pub(crate) fn mtu(&self) -> io::Result<u16> {
        self.0.mtu()
    }
}

impl AsFd for Interface {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// Packets, large or small, that the kernel keeps for us before it drops some. That is its own default; with a quarter of
/// it bursts of small packets were lost, and large ones waited no less.
const QUEUE: u32 = 500;

fn set_up(device: &SyncDevice, addresses: &[IpNet]) -> io::Result<()> {
    device.set_nonblocking(true)?;
    for address in addresses {
        match address {
            IpNet::V4(v4) => device.add_address_v4(v4.addr(), v4.prefix_len())?,
            IpNet::V6(v6) => match device.add_address_v6(v6.addr(), v6.prefix_len()) {
                Err(error) if is_without_ipv6(&error) => {
                    tracing::warn!("This machine has IPv6 switched off, so the tunnel goes without");
                }
                outcome => outcome?,
            },
        }
    }
    device.enabled(true)
}

/// What the kernel says where IPv6 is switched off by `disable_ipv6`, and where it was never built in.
fn is_without_ipv6(error: &io::Error) -> bool {
    matches!(
        error.raw_os_error().map(Errno::from_raw),
        Some(Errno::EACCES | Errno::EAFNOSUPPORT | Errno::EOPNOTSUPP)
    )
}
