use super::{igd::Igd, soap::Fault};
use crate::door::{
    task::{Answer, Failure, Grant, Lease},
    why::Refusal,
};

/// Pinholes in the IPv6 firewall: WANIPv6FirewallControl:1.
impl Igd {
    /// Lets UDP packets from anywhere through to our port.
    pub(crate) async fn pierce(&self, inside: u16) -> Result<Grant, Failure> {
        let own = self.path().own;
        let arguments = [
            ("RemoteHost", String::new()),
            ("RemotePort", "0".to_owned()),
            ("InternalClient", own.to_string()),
            ("InternalPort", inside.to_string()),
            ("Protocol", UDP.to_owned()),
            ("LeaseTime", Lease::Limited.seconds().to_string()),
        ];
        let pinhole = match self.ask_firewall("AddPinhole", &arguments).await {
            Ok(reply) => Some(reply.value("UniqueID").ok_or(Failure::Garbled)?),
            // Nothing is shut, so there is nothing to open.
            Err(Fault::Number(FIREWALL_DISABLED)) => None,
            Err(fault) => return Err(failure(fault)),
        };

        Ok(Grant { port: inside, address: Some(own), lease: Some(Lease::USUAL), epoch: None, pinhole })
    }

    /// Whether the firewall still has it. A firewall that has forgotten everything gives the same numbers to others, so
    /// it is asked for the same again, which gets the same number where the pinhole is still there.
    pub(crate) async fn check_pinhole(&self, inside: u16, pinhole: Option<u16>) -> Answer {
        match self.pierce(inside).await {
            Ok(grant) if grant.pinhole == pinhole => {}
            Ok(_) => return Answer::Missing,
            Err(failure) => return Answer::Failed(failure),
        }
        let Some(pinhole) = pinhole else { return Answer::CannotTell };
        match self.ask_firewall("GetPinholePackets", &which(pinhole)).await {
            Ok(_) => Answer::There { address: Some(self.path().own) },
            Err(Fault::Number(NO_SUCH_ENTRY)) => Answer::Missing,
            Err(Fault::Unspoken | Fault::Number(_)) => Answer::CannotTell,
            Err(Fault::Silent) => Answer::Failed(Failure::NoAnswer),
            Err(Fault::Garbled) => Answer::Failed(Failure::Garbled),
        }
    }

    /// Takes a pinhole away.
    pub(crate) async fn plug(&self, pinhole: u16) -> Result<(), Fault> {
        self.ask_firewall("DeletePinhole", &which(pinhole)).await?;

        Ok(())
    }
}

fn which(pinhole: u16) -> [(&'static str, String); 1] {
    [("UniqueID", pinhole.to_string())]
}

/// WANIPv6FirewallControl:1, section 2.4.3.
fn failure(fault: Fault) -> Failure {
    match fault {
        Fault::Silent => Failure::NoAnswer,
        Fault::Unspoken | Fault::Number(401 | 602) => Failure::Unspoken,
        Fault::Garbled => Failure::Garbled,
        Fault::Number(606) => Failure::Refused(Refusal::NotAuthorized),
        Fault::Number(701) => Failure::Refused(Refusal::NoResources),
        Fault::Number(703) => Failure::Refused(Refusal::NoPinholes),
        Fault::Number(other) => Failure::Refused(Refusal::Other(other)),
    }
}

/// IANA's number of the protocol.
const UDP: &str = "17";
const FIREWALL_DISABLED: u16 = 702;
const NO_SUCH_ENTRY: u16 = 704;
