use std::{net::IpAddr, sync::Arc, time::Duration};

use axum::{
    extract::{FromRequestParts, Path},
    http::{StatusCode, request::Parts},
};
use model::{PeerId, Role};

use crate::{
    Gateway,
    doorkeeper::Standing,
    doorway::Way,
    lobby::Lobby,
    problem::Problem,
    token::Token,
    wire::{Authority, Me, Waiting},
};

/// What every route works with.
#[derive(Clone)]
pub(crate) struct House {
    pub(crate) gateway: Arc<dyn Gateway>,
    pub(crate) lobby: Arc<Lobby>,
    pub(crate) live: Arc<crate::live::Places>,
    pub(crate) stop: tokio_util::sync::CancellationToken,
}

/// Who asks, by the way he came and the token that he brought.
pub(crate) struct Caller {
    pub(crate) way: Way,
    /// None anywhere but on the home network.
    pub(crate) token: Option<Token>,
}

impl Caller {
    /// What he may do now; the button, the clock and the owner change it at any time.
    pub(crate) fn me(&self, house: &House) -> Me {
        let me = self.standing(house);
        let reset_left = house.lobby.reset_left().filter(|_| me.authority.administers());

        Me { reset_seconds_left: reset_left.map(whole_seconds), ..me }
    }

    fn standing(&self, house: &House) -> Me {
        match self.way {
            Way::Lan { .. } => match house.lobby.standing(self.token.as_ref()) {
                Standing::Waiting(waiting) => me(Authority::None, waiting, None, None),
                Standing::Session { left } => me(Authority::Session, Waiting::No, Some(left), None),
            },
            Way::Tunnel { source, .. } => {
                me(authority_of(house, source), Waiting::No, None, home_assistant(house))
            }
            Way::Socket => me(Authority::Root, Waiting::No, None, None),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let no_way =
            || Problem::new(StatusCode::FORBIDDEN, "no_way_in", "Nobody knows how this request came in");
        let way = *parts.extensions.get::<Way>().ok_or_else(no_way)?;
        let token = match way {
            Way::Lan { .. } => Token::from_headers(&parts.headers),
            Way::Tunnel { .. } | Way::Socket => None,
        };

        Ok(Self { way, token })
    }
}

/// A caller who may do everything.
pub(crate) struct Administrator;

impl FromRequestParts<House> for Administrator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, house: &House) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, house).await?;

        match caller.me(house).authority {
            Authority::Session | Authority::Owner | Authority::Root => Ok(Self),
            Authority::Family | Authority::Guest => Err(not_an_owner()),
            Authority::None => Err(match caller.way {
                Way::Lan { .. } | Way::Socket => hold_the_button(),
                Way::Tunnel { .. } => not_an_owner(),
            }),
        }
    }
}

impl Authority {
    /// Whether somebody with this authority may see and change everything.
    pub(crate) fn administers(self) -> bool {
        match self {
            Self::Session | Self::Owner | Self::Root => true,
            Self::None | Self::Family | Self::Guest => false,
        }
    }
}

/// Which peer, or which name, a request is about.
pub(crate) struct Which(pub(crate) PeerId);

impl<S: Send + Sync> FromRequestParts<S> for Which {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let no_number = |_| {
            Problem::new(StatusCode::BAD_REQUEST, "no_number", "Devices and names go by their numbers here")
        };
        let Path(id) = Path::<u32>::from_request_parts(parts, state).await.map_err(no_number)?;

        Ok(Self(PeerId(id)))
    }
}

/// What somebody inside the tunnel is told whom the box does not know there.
pub(crate) fn not_on_the_list() -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "not_on_the_list", "This device is not on the list of the box")
}

fn not_an_owner() -> Problem {
    let sentence =
        "Only an owner's device may do this; or open the page at home and hold the button on the box";

    Problem::new(StatusCode::FORBIDDEN, "not_an_owner", sentence)
}

fn hold_the_button() -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "hold_the_button",
        "Hold the button on the box for 3 seconds to say yes",
    )
}

fn me(
    authority: Authority,
    waiting: Waiting,
    left: Option<Duration>,
    home_assistant_url: Option<String>,
) -> Me {
    Me {
        authority,
        waiting,
        seconds_left: left.map(whole_seconds),
        reset_seconds_left: None,
        home_assistant_url,
    }
}

/// What is left is never told as less than it is.
fn whole_seconds(left: Duration) -> u32 {
    left.as_secs_f64().ceil() as u32
}

fn authority_of(house: &House, source: IpAddr) -> Authority {
    match house.gateway.role_of(source.to_canonical()) {
        Some(Role::Owner) => Authority::Owner,
        Some(Role::Family) => Authority::Family,
        Some(Role::Guest) => Authority::Guest,
        None => Authority::None,
    }
}

fn home_assistant(house: &House) -> Option<String> {
    house.gateway.state().borrow().status.home_assistant.as_ref().map(|found| found.url.clone())
}
