use std::{io, net::Ipv4Addr, time::Duration};

use reachability::{check::Answer, door::Protocols};
use tokio::{
    net::{TcpStream, UdpSocket},
    time::timeout,
};

use crate::present::Present;

/// Whether the router is there. It may have gone since it answered a question for a port, and the kernel trusts a
/// neighbour for most of a minute.
pub(super) async fn answers(present: &Present) -> Answer {
    let Present { standing, snapshot, .. } = present;
    let Some(router) = standing.evidence.network.routers_v4.first() else { return Answer::NotTried };

    match page_of_router(*router).await {
        Answer::NotTried if snapshot.settings.port_mapping => {
            ask_for_address(*router, standing.door.answered).await.unwrap_or(Answer::NotTried)
        }
        answer @ (Answer::NotTried | Answer::Yes | Answer::No) => answer,
    }
}

/// Calls it at the port of its page.
async fn page_of_router(router: Ipv4Addr) -> Answer {
    match timeout(SOON, TcpStream::connect((router, 80))).await {
        Ok(Ok(_)) => Answer::Yes,
        // To refuse, one has to be there.
        Ok(Err(error)) if error.kind() == io::ErrorKind::ConnectionRefused => Answer::Yes,
        Ok(Err(error)) if error.kind() == io::ErrorKind::HostUnreachable => Answer::No,
        // It may be there and say nothing on this port.
        Ok(Err(_)) | Err(_) => Answer::NotTried,
    }
}

/// Asks it for its address outside (RFC 6886, section 3.2). Any answer will do, and so will a refusal; silence tells
/// something only of one that has answered before.
async fn ask_for_address(router: Ipv4Addr, answered: Protocols) -> io::Result<Answer> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).await?;
    socket.connect((router, 5351)).await?;
    for _ in 0..TRIES {
        match timeout(PAUSE, ask(&socket)).await {
            Ok(Ok(_)) => return Ok(Answer::Yes),
            Ok(Err(error)) if error.kind() == io::ErrorKind::ConnectionRefused => return Ok(Answer::Yes),
            Ok(Err(_)) | Err(_) => {}
        }
    }

    Ok(if answered.pcp || answered.nat_pmp { Answer::No } else { Answer::NotTried })
}

async fn ask(socket: &UdpSocket) -> io::Result<()> {
    socket.send(&[0, 0]).await?;
    socket.recv(&mut [0; 16]).await?;

    Ok(())
}

const SOON: Duration = Duration::from_secs(4);
const TRIES: usize = 3;
const PAUSE: Duration = Duration::from_secs(1);
