use std::sync::Arc;

use axum::{
    Json,
    body::Body,
    extract::State,
    http::{HeaderName, header},
    response::{IntoResponse, Response},
};
use futures_util::{Stream, stream};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    Gateway, Refusal,
    caller::{Administrator, House},
    csv,
    problem::Problem,
    sent::Asked,
    wire::{Activity, ActivityWanted, Problem as WireProblem},
};

pub(super) fn all() -> OpenApiRouter<House> {
    OpenApiRouter::new().routes(routes!(get_activity)).routes(routes!(get_activity_csv))
}

/// Says what happened, the newest first.
#[utoipa::path(
    get,
    path = "/api/activity",
    params(ActivityWanted),
    responses((status = 200, body = Activity), (status = "4XX", body = WireProblem), (status = "5XX", body = WireProblem))
)]
async fn get_activity(
    State(house): State<House>,
    _: Administrator,
    Asked(wanted): Asked<ActivityWanted>,
) -> Result<Json<Activity>, Problem> {
    if wanted.most().is_none() {
        return Err(Problem::invalid("between 1 and 200 lines can be had at once"));
    }

    Ok(Json(house.gateway.activity(wanted).await?))
}

/// All that happened, as a file for spreadsheets, the newest first.
#[utoipa::path(
    get,
    path = "/api/activity.csv",
    responses(
        (status = 200, description = "The lines, as RFC 4180 has it", body = String, content_type = "text/csv"),
        (status = "4XX", body = WireProblem),
        (status = "5XX", body = WireProblem)
    )
)]
async fn get_activity_csv(State(house): State<House>, _: Administrator) -> Result<Response, Problem> {
    let newest = piece(&*house.gateway, None).await?;
    let pieces = Pieces { gateway: Arc::clone(&house.gateway), next: Some(newest), is_begun: false };

    Ok((CSV, Body::from_stream(pieces.into_stream())).into_response())
}

/// The table, piece by piece: it is never in memory as a whole, however much has happened.
struct Pieces {
    gateway: Arc<dyn Gateway>,
    next: Option<Activity>,
    is_begun: bool,
}

impl Pieces {
    fn into_stream(self) -> impl Stream<Item = Result<String, Refusal>> {
        stream::try_unfold(self, async |mut pieces| {
            let Some(Activity { lines, more }) = pieces.next.take() else {
                return Ok(None);
            };
            let heading = if pieces.is_begun { "" } else { csv::HEADING };
            let text =
                std::iter::once(heading.to_owned()).chain(lines.iter().map(csv::row)).collect::<String>();
            if let Some(last) = lines.last().filter(|_| more) {
                pieces.next = Some(piece(&*pieces.gateway, Some(last.id)).await?);
            }

            Ok(Some((text, Self { is_begun: true, ..pieces })))
        })
    }
}

async fn piece(gateway: &dyn Gateway, before: Option<u64>) -> Result<Activity, Refusal> {
    gateway.activity(ActivityWanted { before, peer: None, limit: Some(ActivityWanted::MOST) }).await
}

const CSV: [(HeaderName, &str); 2] = [
    (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present"),
    (header::CONTENT_DISPOSITION, "attachment; filename=\"latchkey-activity.csv\""),
];
