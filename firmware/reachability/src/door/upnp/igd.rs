use super::{
    description::{Device, Service},
    http::{self, NoPage, Question},
    search::search,
    soap::{Fault, Reply, envelope},
};
use crate::door::path::Path;

/// A router that speaks UPnP, and how to ask it.
#[derive(Debug, Clone)]
pub(crate) struct Igd {
    path: Path,
    device: Device,
    /// Which of its connections is up.
    connection: usize,
}

impl Igd {
    /// Looks for the router at the end of this path, which takes some seconds when it speaks no UPnP.
    pub(crate) async fn find(path: &Path) -> Option<Self> {
        let places = search(path).await.inspect_err(|error| tracing::debug!(%error, "No search by SSDP"));
        for place in places.unwrap_or_default() {
            let question = Question { port: place.port, path: &place.path, call: None };
            let Ok(page) = http::ask(path, question).await else { continue };
            let device = Device::read(&page.text, &place);
            tracing::debug!(?place, ?device, "Router described");
            let is_gateway = |device: &Device| !device.connections.is_empty() || device.firewall.is_some();
            if let Some(device) = device.filter(is_gateway) {
                let mut igd = Self { path: *path, device, connection: 0 };
                igd.choose_connection().await;

                return Some(igd);
            }
        }

        None
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn device(&self) -> &Device {
        &self.device
    }

    /// Calls an action of the connection to the internet.
    pub(crate) async fn ask_connection(
        &self,
        action: &str,
        arguments: &[(&str, String)],
    ) -> Result<Reply, Fault> {
        let service = self.device.connections.get(self.connection);

        self.call(service, action, arguments).await
    }

    /// Calls an action of the IPv6 firewall.
    pub(crate) async fn ask_firewall(
        &self,
        action: &str,
        arguments: &[(&str, String)],
    ) -> Result<Reply, Fault> {
        self.call(self.device.firewall.as_ref(), action, arguments).await
    }

    /// A router with two lines names both, and ports are of use on the one that is up.
    async fn choose_connection(&mut self) {
        for number in 0..self.device.connections.len() {
            let service = self.device.connections.get(number);
            if self.device.connections.len() == 1 {
                return;
            }
            let status = self.call(service, "GetStatusInfo", &[]).await;
            if status.is_ok_and(|reply| reply.text("NewConnectionStatus") == "Connected") {
                self.connection = number;
                return;
            }
        }
    }

    async fn call(
        &self,
        service: Option<&Service>,
        action: &str,
        arguments: &[(&str, String)],
    ) -> Result<Reply, Fault> {
        let Service { kind, place } = service.ok_or(Fault::Unspoken)?;
        let call = (format!("{kind}#{action}"), envelope(kind, action, arguments));
        let question = Question { port: place.port, path: &place.path, call: Some(call) };
        let page = http::ask(&self.path, question).await.map_err(|no_page| match no_page {
            NoPage::Silent => Fault::Silent,
            NoPage::Garbled => Fault::Garbled,
        })?;
        let reply = Reply::read(action, &page);
        tracing::debug!(action, ?reply, "Router answered by UPnP");

        reply
    }
}
