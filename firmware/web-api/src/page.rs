use std::net::Ipv4Addr;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use rust_embed::RustEmbed;

use crate::{
    caller::{Caller, House},
    doorway::Way,
    policy::policy,
    problem::Problem,
};

/// The page, as it was built.
#[derive(RustEmbed)]
#[folder = "../../web-ui/dist"]
struct Files;

/// Everything that is not the API.
pub(crate) async fn serve(State(house): State<House>, caller: Caller, request: Request) -> Response {
    let path = request.uri().path();
    if path.starts_with("/api") || !matches!(*request.method(), Method::GET | Method::HEAD) {
        return nothing_here().into_response();
    }
    let name = if matches!(path, "/" | OUTSIDE) { "index.html" } else { path.trim_start_matches('/') };
    let zipped = Files::get(&format!("{name}.gz")).filter(|_| takes_gzip(request.headers()));
    let is_zipped = zipped.is_some();
    let Some(file) = zipped.or_else(|| Files::get(name)) else {
        return nothing_here().into_response();
    };

    let mut response = file.data.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static(kind_of(name)));
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static(caching_of(name)));
    headers.insert(header::VARY, header::HeaderValue::from_static("accept-encoding"));
    if is_zipped {
        headers.insert(header::CONTENT_ENCODING, header::HeaderValue::from_static("gzip"));
    }
    if path == OUTSIDE {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy(address_to_try(&caller, &house)));
    }

    response
}

/// The home's address on the internet, for an owner inside the tunnel: his phone may be outside, a browser at home is not.
fn address_to_try(caller: &Caller, house: &House) -> Option<Ipv4Addr> {
    let may_try = matches!(caller.way, Way::Tunnel { .. }) && caller.me(house).authority.administers();

    house.gateway.state().borrow().way_in.public_v4.filter(|_| may_try)
}

/// What a request for nothing that there is is told.
pub(crate) fn nothing_here() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "nothing_here", "There is nothing here; the page is at /")
}

fn takes_gzip(headers: &HeaderMap) -> bool {
    let taken =
        headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();

    taken.split(',').any(|coding| coding.trim() == "gzip")
}

fn kind_of(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some(_) | None => "application/octet-stream",
    }
}

/// Assets have a hash of their content in their names, so a name never means anything else.
fn caching_of(name: &str) -> &'static str {
    if name.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" }
}

/// The page again, where it may look from outside which ports of the home answer.
const OUTSIDE: &str = "/outside";
