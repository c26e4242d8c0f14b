//! Asks Home Assistant, on the home network, how it lets people in.

use std::{net::SocketAddr, time::Duration};

use reqwest::Method;
use tokio::time::timeout;

use super::{InvalidProviders, Providers};
use crate::{Request, Url, Web, WebError};

/// Asks Home Assistant at its address on the home network, in plain HTTP and without a login.
///
/// # Errors
/// When it does not answer within five seconds, or not as Home Assistant does.
pub async fn ask(web: &Web, home_assistant: SocketAddr) -> Result<Providers, AskError> {
    let url =
        format!("http://{home_assistant}/auth/providers").parse::<Url>().map_err(|_| AskError::Address)?;
    let answer = timeout(PATIENCE, web.ask(Request::new(Method::GET, url))).await;
    let answer = answer.map_err(|_| AskError::Silence)?.map_err(AskError::Web)?;
    if answer.status != 200 {
        return Err(AskError::Status(answer.status));
    }

    answer.text.parse().map_err(AskError::Answer)
}

/// It is in the same house.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why it is not known how Home Assistant lets people in.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// The address cannot be written as a URL.
    #[error("Home Assistant's address cannot be asked")]
    Address,
    /// Nobody answers in time.
    #[error("Home Assistant does not answer")]
    Silence,
    /// The connection failed.
    #[error("ask Home Assistant")]
    Web(#[source] WebError),
    /// It answers with a refusal: 403 is a ban.
    #[error("Home Assistant answers {0}")]
    Status(u16),
    /// It answers something else.
    #[error("read Home Assistant's answer")]
    Answer(#[source] InvalidProviders),
}
