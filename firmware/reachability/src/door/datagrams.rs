use std::{io, time::Duration};

use tokio::{
    net::UdpSocket,
    time::{Instant, timeout_at},
};

use super::{path::Path, task::Failure};

/// Asks the router's PCP and NAT-PMP server, and again if it is silent; gives what `read` makes of the first answer that
/// it makes anything of.
pub(crate) async fn ask<T>(
    path: &Path,
    request: &[u8],
    read: impl Fn(&[u8]) -> Option<T>,
) -> Result<T, Failure> {
    let mut strange = 0;
    // A refusal of the datagram is silence as well: a router that starts again refuses for a while.
    match talk(path, request, read, &mut strange).await {
        Ok(Some(answer)) => Ok(answer),
        Ok(None) | Err(_) if strange > 0 => Err(Failure::Garbled),
        Ok(None) | Err(_) => Err(Failure::NoAnswer),
    }
}

async fn talk<T>(
    path: &Path,
    request: &[u8],
    read: impl Fn(&[u8]) -> Option<T>,
    strange: &mut usize,
) -> io::Result<Option<T>> {
    // Connected, it takes datagrams from the router's port and from nowhere else.
    let socket = UdpSocket::bind(path.here()).await?;
    socket.connect(path.there(PORT)).await?;
    let mut buffer = [0; MAX_BYTES];
    for patience in PATIENCE {
        socket.send(request).await?;
        let deadline = Instant::now() + patience;
        while let Ok(received) = timeout_at(deadline, socket.recv(&mut buffer)).await {
            if let Some(answer) = read(&buffer[..received?]) {
                return Ok(Some(answer));
            }
            *strange += 1;
            if *strange >= MAX_STRANGE {
                return Ok(None);
            }
        }
    }

    Ok(None)
}

/// RFC 6886, section 3.1, and RFC 6887, section 19.4.
const PORT: u16 = 5351;
/// RFC 6886, section 3.1, begins with 250 ms and doubles. It goes on to 64 s; a router that has not answered in four
/// seconds over a wire of some metres is asked again in the next round.
const PATIENCE: [Duration; 4] = [
    Duration::from_millis(250),
    Duration::from_millis(500),
    Duration::from_millis(1000),
    Duration::from_millis(2000),
];
/// RFC 6887, section 7: a PCP message is no longer.
const MAX_BYTES: usize = 1100;
/// How many datagrams that are no answer to hear out.
const MAX_STRANGE: usize = 16;
