use std::time::Duration;

use axum::{
    body::{Bytes, to_bytes},
    extract::{FromRequest, FromRequestParts, Query, Request},
    http::{HeaderMap, StatusCode, Uri, header, request::Parts},
};
use serde::de::DeserializeOwned;

use crate::problem::Problem;

/// What a browser sent, parsed; every way of sending it wrongly is a [`Problem`].
pub(crate) struct Sent<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Sync> FromRequest<S> for Sent<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let is_json = says_json(request.headers());
        let most = most_bytes(request.uri());
        let body = read(request, most).await?;

        if is_json { parse(&body).map(Self) } else { Err(not_json()) }
    }
}

/// For requests that say all there is to say in their address: no body, or an empty object.
pub(crate) struct Nothing;

impl<S: Sync> FromRequest<S> for Nothing {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Empty {}

        let is_json = says_json(request.headers());
        let most = most_bytes(request.uri());
        let body = read(request, most).await?;
        if body.is_empty() {
            return Ok(Self);
        }

        if is_json { parse::<Empty>(&body).map(|Empty {}| Self) } else { Err(not_json()) }
    }
}

/// What stands behind the `?` of an address, parsed; every way of asking wrongly is a [`Problem`].
pub(crate) struct Asked<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let asked = Query::<T>::from_request_parts(parts, state).await;
        let Query(asked) = asked.map_err(|error| Problem::invalid(&error.body_text()))?;

        Ok(Self(asked))
    }
}

/// Why a body will not be read of which so many bytes would be the most.
pub(crate) fn too_large(most: usize) -> Problem {
    let sentence = format!("This request is too large; {} KiB is the most", most / 1024);

    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", sentence)
}

/// The most bytes that a body may have which is sent there. A backup comes in JSON like everything else: the passphrase
/// goes with it, and must stand in no address and no header, which others may write down.
pub(crate) fn most_bytes(uri: &Uri) -> usize {
    if uri.path() == RESTORE { MOST_BYTES_OF_A_BACKUP } else { MOST_BYTES }
}

/// The one route that takes more.
const RESTORE: &str = "/api/restore";
/// Many times what the largest honest body has.
const MOST_BYTES: usize = 16 * 1024;
/// A file of 256 KiB in base64, and what stands around it.
const MOST_BYTES_OF_A_BACKUP: usize = 384 * 1024;

/// How long a body may take to arrive, all of it.
const MOST_TIME: Duration = Duration::from_secs(10);

async fn read(request: Request, most: usize) -> Result<Bytes, Problem> {
    let read = to_bytes(request.into_body(), most);
    let too_slow = || {
        Problem::new(
            StatusCode::REQUEST_TIMEOUT,
            "too_slow",
            "This request took too long to arrive; try again",
        )
    };

    // Whatever else goes wrong with a body, its sender is not there any more to be told.
    tokio::time::timeout(MOST_TIME, read).await.map_err(|_| too_slow())?.map_err(|_| too_large(most))
}

fn not_json() -> Problem {
    Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_json", "This request takes only application/json")
}

fn says_json(headers: &HeaderMap) -> bool {
    let says = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();

    says.split(';').next().is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let parsed = serde_json::from_slice(body).map_err(|error| {
        if !error.is_data() {
            return Problem::new(
                StatusCode::BAD_REQUEST,
                "malformed_json",
                "This request is not readable JSON",
            );
        }
        let why = error.to_string();
        let position = format!(" at line {} column {}", error.line(), error.column());

        Problem::invalid(why.strip_suffix(&position).unwrap_or(&why))
    })?;
    // serde takes a list for a struct, value by value.
    if !body.trim_ascii_start().starts_with(b"{") {
        return Err(Problem::invalid("this request takes only an object"));
    }

    Ok(parsed)
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;
    use crate::wire::NewPeer;

    #[tokio::test]
    async fn a_value_that_cannot_be_is_refused_in_the_words_of_its_type() {
        let body = r#"{"name": "  ", "role": "owner", "public_key": ""}"#;

        assert_eq!(refused(body).await, (422, "A name needs at least one letter".to_owned()));
    }

    #[tokio::test]
    async fn what_is_no_json_is_refused() {
        for body in ["{", "\u{feff}{}", "{\"name\": \"\u{0}\"}", "nul"] {
            assert_eq!(refused(body).await.0, 400, "{body}");
        }
        for body in [
            "[]",
            &"[".repeat(10_000),
            "null",
            "3",
            "\"Anna\"",
            "{}",
            "{\"name\": \"Anna\", \"shoe_size\": 38}",
            "[\"Anna\", \"guest\", \"AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=\"]",
        ] {
            assert_eq!(refused(body).await.0, 422, "{body}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_never_ends_is_not_waited_for() {
        let endless = Body::from_stream(futures_util::stream::pending::<Result<Bytes, std::io::Error>>());
        let request = Request::builder().header("content-type", "application/json").body(endless).unwrap();

        let problem = Sent::<NewPeer>::from_request(request, &()).await.err().unwrap();

        assert!(format!("{problem:?}").contains("too_slow"));
    }

    async fn refused(body: &str) -> (u16, String) {
        use axum::response::IntoResponse as _;
        let request = Request::builder().header("content-type", "application/json; charset=utf-8");
        let problem = Sent::<NewPeer>::from_request(request.body(body.to_owned().into()).unwrap(), &())
            .await
            .err()
            .unwrap();
        let response = problem.into_response();
        let status = response.status().as_u16();
        let body = to_bytes(response.into_body(), MOST_BYTES).await.unwrap();
        let problem: serde_json::Value = serde_json::from_slice(&body).unwrap();

        (status, problem["sentence"].as_str().unwrap().to_owned())
    }
}
