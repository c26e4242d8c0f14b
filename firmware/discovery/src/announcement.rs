use std::net::IpAddr;

use mdns_sd::ResolvedService;

/// What a Home Assistant says of itself, as it came from the network.
#[derive(Debug, Clone)]
pub(crate) struct Announcement<'a> {
    pub(crate) uuid: Option<&'a str>,
    pub(crate) location_name: Option<&'a str>,
    pub(crate) addresses: Vec<IpAddr>,
    pub(crate) port: u16,
}

impl<'a> From<&'a ResolvedService> for Announcement<'a> {
    fn from(service: &'a ResolvedService) -> Self {
        Self {
            uuid: service.get_property_val_str("uuid"),
            location_name: service.get_property_val_str("location_name"),
            addresses: service.get_addresses().iter().map(mdns_sd::ScopedIp::to_ip_addr).collect(),
            port: service.get_port(),
        }
    }
}
