use super::{
    datagrams, nat_pmp,
    path::Path,
    pcp,
    protocol::Protocol,
    task::{Answer, Claim, Failure, Grant, Lease, Task},
    upnp::Igd,
    why::Refusal,
};

/// Does what the keeper says, at one router, and decides nothing.
#[derive(Debug)]
pub(crate) struct Hand {
    path: Path,
    /// The box's own port.
    port: u16,
    nonce: [u8; 12],
    igd: Option<Igd>,
}

impl Hand {
    pub(crate) fn new(path: Path, port: u16, nonce: [u8; 12]) -> Self {
        Self { path, port, nonce, igd: None }
    }

    /// Asks the router, which takes some seconds at most.
    pub(crate) async fn act(&mut self, task: Task) -> Answer {
        let answer = match task {
            Task::Open { by, port, lease } => match self.open(by, port, lease).await {
                Ok(grant) => Answer::Granted(grant),
                Err(failure) => Answer::Failed(failure),
            },
            Task::Check(claim) => self.check(claim).await,
            Task::Close(claim) => {
                self.close(claim).await;
                Answer::Closed
            }
        };
        tracing::debug!(?task, ?answer, "Router asked");

        answer
    }

    async fn open(&mut self, by: Protocol, port: u16, lease: Lease) -> Result<Grant, Failure> {
        match by {
            Protocol::Pcp => self.map_by_pcp(port, lease.seconds()).await,
            Protocol::NatPmp => self.map_by_nat_pmp(port, lease.seconds()).await,
            Protocol::Upnp => {
                let inside = self.port;
                let igd = self.igd().await.ok_or(Failure::NoAnswer)?;
                let granted = if igd.path().own.is_ipv4() {
                    igd.map(inside, port, lease).await
                } else {
                    igd.pierce(inside).await
                };
                if let Err(Failure::NoAnswer | Failure::Garbled | Failure::Unspoken) = granted {
                    self.igd = None;
                }

                granted
            }
        }
    }

    async fn check(&mut self, claim: Claim) -> Answer {
        let inside = self.port;
        let Some(igd) = self.igd().await else { return Answer::Failed(Failure::NoAnswer) };
        let answer = if igd.path().own.is_ipv4() {
            igd.check_mapping(inside, claim.port).await
        } else {
            igd.check_pinhole(inside, claim.pinhole).await
        };
        if let Answer::Failed(_) = answer {
            self.igd = None;
        }

        answer
    }

    /// A router that does not let us shut it does so by itself when the time is up.
    async fn close(&mut self, claim: Claim) {
        let closed = match claim.by {
            Protocol::Pcp => match self.map_by_pcp(0, 0).await {
                // miniupnpd 2.3.1 forgets whose an IPv6 pinhole is when that is renewed; let it be over soon, at least.
                Err(Failure::Refused(Refusal::NotAuthorized)) => self.map_by_pcp(claim.port, 1).await.is_ok(),
                closed => closed.is_ok(),
            },
            Protocol::NatPmp => self.map_by_nat_pmp(0, 0).await.is_ok(),
            Protocol::Upnp => self.close_by_upnp(claim).await,
        };
        if !closed {
            tracing::debug!(?claim, "The router did not shut a port");
        }
    }

    async fn map_by_pcp(&self, outside_port: u16, seconds: u32) -> Result<Grant, Failure> {
        let Self { path, port, nonce, .. } = *self;
        let map = pcp::Map { own: path.own, nonce, inside_port: port, outside_port, seconds };

        datagrams::ask(&path, &map.to_bytes(), |bytes| map.read(bytes)).await?
    }

    async fn map_by_nat_pmp(&self, outside_port: u16, seconds: u32) -> Result<Grant, Failure> {
        let map = nat_pmp::Map { inside_port: self.port, outside_port, seconds };
        let grant = datagrams::ask(&self.path, &map.to_bytes(), |bytes| map.read(bytes)).await??;
        if seconds == 0 {
            return Ok(grant);
        }
        // Whoever has mapped a port and does not tell its address has still mapped it.
        let address = datagrams::ask(&self.path, &nat_pmp::WHICH_ADDRESS, nat_pmp::read_address).await;

        Ok(Grant { address: address.ok().and_then(Result::ok).flatten(), ..grant })
    }

    /// The router may have been lost sight of since it opened.
    async fn close_by_upnp(&mut self, claim: Claim) -> bool {
        let inside = self.port;
        let Some(igd) = self.igd().await else { return false };
        match claim.pinhole {
            Some(pinhole) => igd.plug(pinhole).await.is_ok(),
            None if igd.path().own.is_ipv4() => igd.unmap(inside, claim.port).await.is_ok(),
            None => true,
        }
    }

    async fn igd(&mut self) -> Option<&Igd> {
        if self.igd.is_none() {
            self.igd = Igd::find(&self.path).await;
        }

        self.igd.as_ref()
    }
}
