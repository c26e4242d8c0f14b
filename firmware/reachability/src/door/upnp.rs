//! UPnP's Internet Gateway Device: found by SSDP, described in XML, asked by SOAP.

pub(crate) use description::printable;
pub(crate) use igd::Igd;
pub(crate) use soap::{Fault, Reply};

mod description;
mod http;
mod igd;
mod pinhole;
mod port_mapping;
mod search;
mod soap;
