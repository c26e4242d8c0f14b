use std::{collections::HashSet, net::SocketAddr};

use model::PrivateKey;

use crate::{
    Desired,
    uapi::{PeerChange, draft::Draft, value},
};

/// What a client of the control socket wants.
#[derive(Debug)]
pub(crate) enum Request {
    /// To hear how the interface is.
    Get,
    /// To change it.
    Set(Box<Change>),
}

impl Request {
    /// Reads a request, without or with the empty line that ends it.
    ///
    /// # Errors
    /// [`InvalidRequest`] when any line of it is not understood; then nothing of it counts.
    pub(crate) fn parse(text: &str) -> Result<Self, InvalidRequest> {
        let mut lines = text.lines().take_while(|line| !line.is_empty());
        match lines.next() {
            Some("get=1") => lines.next().map_or(Ok(Self::Get), |_| Err(InvalidRequest::Value)),
            Some("set=1") => {
                let mut change = Change::default();
                lines.try_for_each(|line| change.read(line))?;

                Ok(Self::Set(Box::new(change)))
            }
            Some(_) | None => Err(InvalidRequest::Value),
        }
    }
}

/// What is to become different; what is `None` stays.
#[derive(Debug, Default)]
pub(crate) struct Change {
    /// Who we are; `Some(None)` for nobody.
    private_key: Option<Option<PrivateKey>>,
    listen_port: Option<u16>,
    fwmark: Option<u32>,
    /// Whether every peer that is not named here goes.
    replace_peers: bool,
    /// The peers that are named, in this order, one several times if need be.
    peers: Vec<PeerChange>,
}

impl Change {
    /// Every endpoint that is named in it, changed or not.
    pub(crate) fn endpoints(&self) -> impl Iterator<Item = SocketAddr> {
        self.peers.iter().flat_map(PeerChange::endpoints)
    }

    /// The same in stages, to be made one after the other: a peer that goes and comes again is another one, which does not
    /// inherit a session, an endpoint or a counter. Only the first can be refused.
    pub(crate) fn stages(self) -> Vec<Self> {
        let (mut stages, mut gone) = (Vec::new(), HashSet::new());
        let mut stage = Self { peers: Vec::new(), ..self };
        if stage.replace_peers {
            stages.push(std::mem::take(&mut stage));
        }
        for peer in self.peers {
            if peer.public_key().is_some_and(|key| gone.contains(key)) {
                stages.push(std::mem::take(&mut stage));
                gone.clear();
            }
            gone.extend(peer.public_key().filter(|_| peer.is_removal()).copied());
            stage.peers.push(peer);
        }
        stages.push(stage);

        stages
    }

    /// Makes the change. Whoever has our own key is not a peer, and what is said of them means nothing.
    pub(crate) fn apply(self, desired: &mut Desired) {
        if let Some(private_key) = self.private_key {
            desired.private_key = private_key;
        }
        desired.listen_port = self.listen_port.unwrap_or(desired.listen_port);
        desired.fwmark = self.fwmark.unwrap_or(desired.fwmark);
        let former = std::mem::take(&mut desired.peers);
        let mut draft = Draft::new(if self.replace_peers { Vec::new() } else { former });
        let own_key = desired.private_key.as_ref().map(PrivateKey::public_key);
        own_key.iter().for_each(|key| draft.remove(key));
        for peer in self.peers {
            if peer.public_key() != own_key.as_ref() {
                peer.apply(&mut draft);
            }
        }
        desired.peers = draft.finish();
    }

    fn read(&mut self, line: &str) -> Result<(), InvalidRequest> {
        let (key, value) = line.split_once('=').ok_or(InvalidRequest::Line)?;
        if key == "public_key" {
            self.peers.push(PeerChange::new(value::bytes(value)?));
            return Ok(());
        }
        if let Some(peer) = self.peers.last_mut() {
            return peer.read(key, value);
        }
        match key {
            "private_key" => self.private_key = Some(value::private_key(value)?),
            "listen_port" => self.listen_port = Some(value::number(value)?),
            "fwmark" => self.fwmark = Some(value::number(value)?),
            "replace_peers" => {
                value::truth(value)?;
                self.replace_peers = true;
            }
            _ => return Err(InvalidRequest::Value),
        }

        Ok(())
    }
}

/// A request that is not understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidRequest {
    /// A line without `=`.
    #[error("a line of the request is no key with a value")]
    Line,
    /// A key that does not exist or does not belong there, or a value that it cannot have.
    #[error("a key or a value of the request is not one that a WireGuard interface understands")]
    Value,
}

#[cfg(test)]
mod tests;
