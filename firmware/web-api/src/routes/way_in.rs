use axum::{Json, extract::State, http::StatusCode};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    caller::{Administrator, House, Which},
    problem::Problem,
    sent::{Nothing, Sent},
    wire,
};

pub(super) fn all() -> OpenApiRouter<House> {
    OpenApiRouter::new()
        .routes(routes!(add_name))
        .routes(routes!(remove_name))
        .routes(routes!(check))
        .routes(routes!(exposure))
        .routes(routes!(judge))
}

/// Has a name follow the home's address; one that is there already gets another secret.
#[utoipa::path(
    post,
    path = "/api/names",
    request_body = wire::NewName,
    responses((status = 201, body = wire::Name), (status = "4XX", body = wire::Problem), (status = "5XX", body = wire::Problem))
)]
async fn add_name(
    State(house): State<House>,
    _: Administrator,
    Sent(new): Sent<wire::NewName>,
) -> Result<(StatusCode, Json<wire::Name>), Problem> {
    let name = house.gateway.add_name(new).await?;

    Ok((StatusCode::CREATED, Json(name)))
}

/// Lets a name go.
#[utoipa::path(
    delete,
    path = "/api/names/{id}",
    params(("id" = u32, Path, description = "The name's number")),
    responses((status = 204, description = "Done"), (status = "4XX", body = wire::Problem), (status = "5XX", body = wire::Problem))
)]
async fn remove_name(
    State(house): State<House>,
    _: Administrator,
    Which(id): Which,
    _: Nothing,
) -> Result<StatusCode, Problem> {
    house.gateway.remove_name(id.0).await?;

    Ok(StatusCode::NO_CONTENT)
}

/// Looks why somebody cannot get in, which takes some seconds.
#[utoipa::path(
    post,
    path = "/api/check",
    responses((status = 200, body = wire::Check), (status = "4XX", body = wire::Problem), (status = "5XX", body = wire::Problem))
)]
async fn check(
    State(house): State<House>,
    _: Administrator,
    _: Nothing,
) -> Result<Json<wire::Check>, Problem> {
    Ok(Json(house.gateway.check().await?))
}

/// Looks whether anything else at home is open to the internet, which takes some seconds.
#[utoipa::path(
    post,
    path = "/api/exposure",
    responses((status = 200, body = wire::Exposure), (status = "4XX", body = wire::Problem), (status = "5XX", body = wire::Problem))
)]
async fn exposure(
    State(house): State<House>,
    _: Administrator,
    _: Nothing,
) -> Result<Json<wire::Exposure>, Problem> {
    Ok(Json(house.gateway.exposure().await?))
}

/// Says what it means that a phone outside got this from the home's address.
#[utoipa::path(
    post,
    path = "/api/exposure/tried",
    request_body = wire::Tried,
    responses((status = 200, body = Vec<wire::Finding>), (status = "4XX", body = wire::Problem), (status = "5XX", body = wire::Problem))
)]
async fn judge(
    State(house): State<House>,
    _: Administrator,
    Sent(tried): Sent<wire::Tried>,
) -> Result<Json<Vec<wire::Finding>>, Problem> {
    if tried.ports.len() > MOST_PORTS {
        return Err(too_many());
    }

    Ok(Json(house.gateway.judge(tried).await?))
}

const MOST_PORTS: usize = 64;

fn too_many() -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", "Too many ports were tried at once")
}
