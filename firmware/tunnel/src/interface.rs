use std::{
    io,
    os::fd::{AsFd, BorrowedFd},
};

use ipnet::IpNet;
use nix::{errno::Errno, net::if_::if_nametoindex};
use tun_rs::{DeviceBuilder, SyncDevice};

use crate::{Config, StartError};

/// The TUN device; it is gone when this is dropped or the process ends.
pub(crate) struct Interface(SyncDevice);

impl Interface {
    /// Makes the interface, gives it its addresses and brings it up.
    pub(crate) fn create(config: &Config) -> Result<Self, StartError> {
        let name = config.interface.as_str();
        if if_nametoindex(name).is_ok() {
            return Err(StartError::InUse(config.interface.clone()));
        }
        let device = DeviceBuilder::new().name(name).mtu(config.mtu).enable(false).build_sync();
        let device = device.map_err(|error| match error.raw_os_error().map(Errno::from_raw) {
            Some(Errno::EBUSY) => StartError::InUse(config.interface.clone()),
            _ => StartError::Interface(error),
        })?;
        set_up(&device, &config.addresses).map_err(StartError::Interface)?;

        Ok(Self(device))
    }

    /// Reads one packet; an error of kind `WouldBlock` when there is none.
    pub(crate) fn receive(&self, room: &mut [u8]) -> io::Result<usize> {
        self.0.recv(room)
    }

    pub(crate) fn send(&self, packet: &[u8]) -> io::Result<usize> {
        self.0.send(packet)
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
