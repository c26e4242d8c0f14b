use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    caller::{Administrator, Caller, House, Which},
    doorway::Way,
    live::Live,
    problem::Problem,
    sent::{Nothing, Sent},
    wire,
};

mod activity;
mod safekeeping;
mod way_in;

/// Every route of the API; the OpenAPI document is made from the same lines.
pub(crate) fn all() -> OpenApiRouter<House> {
    OpenApiRouter::new()
        .routes(routes!(health))
        .routes(routes!(get_me))
        .routes(routes!(ask, leave))
        .routes(routes!(get_state))
        .routes(routes!(get_events))
        .routes(routes!(add_peer))
        .routes(routes!(change_peer, remove_peer))
        .routes(routes!(rekey_peer))
        .routes(routes!(set_guest_access))
        .routes(routes!(set_lock))
        .routes(routes!(change_settings))
        .merge(way_in::all())
        .merge(activity::all())
        .merge(safekeeping::all())
}

/// Says that the box answers, to whoever asks.
#[utoipa::path(
    get,
    path = "/api/health",
    responses(
        (status = 200, description = "It does", body = String, content_type = "text/plain"),
        (status = "4XX", body = wire::Problem)
    )
)]
async fn health() -> &'static str {
    "ok\n"
}

/// Says who is asking.
#[utoipa::path(
    get,
    path = "/api/me",
    responses((status = 200, body = wire::Me), (status = "4XX", body = wire::Problem))
)]
async fn get_me(State(house): State<House>, caller: Caller) -> Json<wire::Me> {
    if let Some(token) = &caller.token {
        house.lobby.see(token);
    }

    Json(caller.me(&house))
}

/// Asks for the button. A browser that waits already goes on waiting; one that was refused waits again.
#[utoipa::path(
    post,
    path = "/api/session",
    responses((status = 200, body = wire::Me), (status = "4XX", body = wire::Problem))
)]
async fn ask(State(house): State<House>, mut caller: Caller, _: Nothing) -> Result<Response, Problem> {
    match caller.way {
        Way::Lan { .. } => {}
        Way::Tunnel { .. } | Way::Socket => return Err(button_is_elsewhere()),
    }
    let token = house.lobby.ask(caller.token.take());
    let cookie = token.to_cookie();
    caller.token = Some(token);

    Ok(([(header::SET_COOKIE, cookie)], Json(caller.me(&house))).into_response())
}

/// Signs out, or stops waiting.
#[utoipa::path(
    delete,
    path = "/api/session",
    responses((status = 204, description = "Done"), (status = "4XX", body = wire::Problem))
)]
async fn leave(State(house): State<House>, caller: Caller, _: Nothing) -> StatusCode {
    if let Some(token) = &caller.token {
        house.lobby.leave(token);
    }

    // The browser may keep its token, which opens nothing any more: to clear it could hit a page that asks again already.
    StatusCode::NO_CONTENT
}

/// Says how everything is.
#[utoipa::path(
    get,
    path = "/api/state",
    responses((status = 200, body = wire::State), (status = "4XX", body = wire::Problem))
)]
async fn get_state(State(house): State<House>, _: Administrator) -> Response {
    let state = house.gateway.state().borrow().clone();

    Json(&*state).into_response()
}

/// Goes on saying who is asking (event `me`, at least every 10 s) and, to those who may administer, how everything is
/// (event `state`, at every change).
#[utoipa::path(
    get,
    path = "/api/events",
    responses(
        (status = 200, description = "Events `me` and `state`", body = String, content_type = "text/event-stream"),
        (status = "4XX", body = wire::Problem),
        (status = 503, body = wire::Problem),
    )
)]
async fn get_events(State(house): State<House>, caller: Caller) -> Result<Response, Problem> {
    let live = Live::open(caller, house)?;

    Ok(live.into_response().into_response())
}

/// Lets a device in.
#[utoipa::path(
    post,
    path = "/api/peers",
    request_body = wire::NewPeer,
    responses((status = 201, body = wire::Issued), (status = "4XX", body = wire::Problem), (status = "5XX", body = wire::Problem))
)]
async fn add_peer(
    State(house): State<House>,
    _: Administrator,
    Sent(new): Sent<wire::NewPeer>,
) -> Result<(StatusCode, Json<wire::Issued>), Problem> {
    let issued = house.gateway.add_peer(new).await?;

    Ok((StatusCode::CREATED, Json(issued)))
}

/// Renames a device, or changes its role.
#[utoipa::path(
    patch,
    path = "/api/peers/{id}",
    params(("id" = u32, Path, description = "The device's number")),
    request_body = wire::PeerChange,
    responses((status = 200, body = wire::Peer), (status = "4XX", body = wire::Problem), (status = "5XX", body = wire::Problem))
)]
async fn change_peer(
    State(house): State<House>,
    _: Administrator,
    Which(id): Which,
    Sent(change): Sent<wire::PeerChange>,
) -> Result<Json<wire::Peer>, Problem> {
    let peer = house.gateway.change_peer(id, change).await?;

    Ok(Json(peer))
}

/// Puts a device out for good.
#[utoipa::path(
    delete,
    path = "/api/peers/{id}",
    params(("id" = u32, Path, description = "The device's number")),
    responses((status = 204, description = "Done"), (status = "4XX", body = wire::Problem), (status = "5XX", body = wire::Problem))
)]
async fn remove_peer(
    State(house): State<House>,
    _: Administrator,
    Which(id): Which,
    _: Nothing,
) -> Result<StatusCode, Problem> {
    house.gateway.remove_peer(id).await?;

    Ok(StatusCode::NO_CONTENT)
}

/// Gives a device a new key; the old one is dead once the device has come in with it.
#[utoipa::path(
    put,
    path = "/api/peers/{id}/key",
    params(("id" = u32, Path, description = "The device's number")),
    request_body = wire::NewKey,
    responses((status = 200, body = wire::Issued), (status = "4XX", body = wire::Problem), (status = "5XX", body = wire::Problem))
)]
async fn rekey_peer(
    State(house): State<House>,
    _: Administrator,
    Which(id): Which,
    Sent(new): Sent<wire::NewKey>,
) -> Result<Json<wire::Issued>, Problem> {
    let issued = house.gateway.rekey_peer(id, new.public_key).await?;

    Ok(Json(issued))
}

/// Lets guests in, or puts them out.
#[utoipa::path(
    put,
    path = "/api/guest-access",
    request_body = wire::GuestAccessChange,
    responses((status = 200, body = wire::GuestAccess), (status = "4XX", body = wire::Problem), (status = "5XX", body = wire::Problem))
)]
async fn set_guest_access(
    State(house): State<House>,
    _: Administrator,
    Sent(change): Sent<wire::GuestAccessChange>,
) -> Result<Json<wire::GuestAccess>, Problem> {
    let guest_access = house.gateway.set_guest_access(change).await?;

    Ok(Json(guest_access))
}

/// Switches remote access off, for everybody and at once, or on again. Whoever asks from inside the tunnel is cut off, too.
#[utoipa::path(
    put,
    path = "/api/lock",
    request_body = wire::Lock,
    responses((status = 200, body = wire::Lock), (status = "4XX", body = wire::Problem), (status = "5XX", body = wire::Problem))
)]
async fn set_lock(
    State(house): State<House>,
    _: Administrator,
    Sent(wanted): Sent<wire::Lock>,
) -> Result<Json<wire::Lock>, Problem> {
    Ok(Json(house.gateway.set_lock(wanted).await?))
}

/// Changes what an owner may set.
#[utoipa::path(
    patch,
    path = "/api/settings",
    request_body = wire::SettingsChange,
    responses((status = 200, body = wire::Settings), (status = "4XX", body = wire::Problem), (status = "5XX", body = wire::Problem))
)]
async fn change_settings(
    State(house): State<House>,
    _: Administrator,
    Sent(change): Sent<wire::SettingsChange>,
) -> Result<Json<wire::Settings>, Problem> {
    let settings = house.gateway.change_settings(change).await?;

    Ok(Json(settings))
}

fn button_is_elsewhere() -> Problem {
    let sentence = "The button is for browsers at home; here the device's own key decides";

    Problem::new(StatusCode::FORBIDDEN, "button_is_elsewhere", sentence)
}
