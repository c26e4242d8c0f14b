use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    caller::{Administrator, Caller, House},
    doorway::Way,
    problem::Problem,
    sent::{Nothing, Sent},
    wire,
};

pub(super) fn all() -> OpenApiRouter<House> {
    OpenApiRouter::new()
        .routes(routes!(back_up))
        .routes(routes!(restore))
        .routes(routes!(arm_reset, disarm_reset))
}

/// Gives a file from which another card becomes this box, for whoever knows the passphrase.
#[utoipa::path(
    post,
    path = "/api/backup",
    request_body = wire::NewBackup,
    responses(
        (status = 200, body = wire::BackupFile, content_type = "application/octet-stream"),
        (status = "4XX", body = wire::Problem),
        (status = "5XX", body = wire::Problem),
    )
)]
async fn back_up(
    State(house): State<House>,
    _: Administrator,
    Sent(new): Sent<wire::NewBackup>,
) -> Result<impl IntoResponse, Problem> {
    let wire::BackupFile(bytes) = house.gateway.back_up(new.passphrase).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"latchkey.backup\""),
    ];

    Ok((headers, bytes))
}

/// Becomes the box that was backed up. It begins anew soon after the answer, and everybody has to sign in again.
#[utoipa::path(
    post,
    path = "/api/restore",
    request_body = wire::Restore,
    responses((status = 200, body = wire::Restored), (status = "4XX", body = wire::Problem), (status = "5XX", body = wire::Problem))
)]
async fn restore(
    State(house): State<House>,
    _: Administrator,
    Sent(wanted): Sent<wire::Restore>,
) -> Result<Json<wire::Restored>, Problem> {
    Ok(Json(house.gateway.restore(wanted).await?))
}

/// Asks for a factory reset, which nobody but a hand on the button can confirm: within two minutes, for 3 seconds.
#[utoipa::path(
    post,
    path = "/api/factory-reset",
    responses((status = 200, body = wire::Me), (status = "4XX", body = wire::Problem), (status = "5XX", body = wire::Problem))
)]
async fn arm_reset(
    State(house): State<House>,
    _: Administrator,
    caller: Caller,
    _: Nothing,
) -> Result<Json<wire::Me>, Problem> {
    match caller.way {
        Way::Lan { .. } | Way::Socket => {}
        // Who is far from the button could only hope that somebody holds it for another reason.
        Way::Tunnel { .. } => return Err(reset_is_asked_at_home()),
    }
    house.gateway.note_reset_asked().await?;
    house.lobby.arm_reset();

    Ok(Json(caller.me(&house)))
}

/// Takes that back.
#[utoipa::path(
    delete,
    path = "/api/factory-reset",
    responses((status = 200, body = wire::Me), (status = "4XX", body = wire::Problem))
)]
async fn disarm_reset(
    State(house): State<House>,
    _: Administrator,
    caller: Caller,
    _: Nothing,
) -> Json<wire::Me> {
    house.lobby.disarm_reset();

    Json(caller.me(&house))
}

fn reset_is_asked_at_home() -> Problem {
    let sentence = "Ask for a factory reset at home, where the button is: sign in to the page there";

    Problem::new(StatusCode::FORBIDDEN, "reset_at_home", sentence)
}
