use std::collections::BTreeSet;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use model::PrivateKey;
use utoipa::openapi::path::PathItem;
use web_api::Gateway as _;

use crate::{
    house::{FAMILY, GUEST, House, OWNER, UNKNOWN},
    http::Request,
    mock::MockGateway,
};

/// Every route, whoever asks. The last four are a browser with a session whose request one thing is wrong with: a strange
/// `Host`, a strange `Origin`, no `Origin`, or `Sec-Fetch-Site: cross-site`.
const MATRIX: &str = "
                            stranger waiting session owner family guest unknown root host origin no-origin cross-site
GET    /                         200     200     200   200    200   200     403  200  421    200       200        200
GET    /outside                  200     200     200   200    200   200     403  200  421    200       200        200
GET    /api/health               200     200     200   200    200   200     403  200  421    200       200        403
GET    /api/me                   200     200     200   200    200   200     403  200  421    200       200        403
POST   /api/session              200     200     200   403    403   403     403  403  421    403       403        403
DELETE /api/session              204     204     204   204    204   204     403  204  421    403       403        403
GET    /api/state                401     401     200   200    403   403     403  200  421    200       200        403
GET    /api/events               200     200     200   200    200   200     403  200  421    200       200        403
POST   /api/peers                401     401     201   201    403   403     403  201  421    403       403        403
PATCH  /api/peers/{id}           401     401     200   200    403   403     403  200  421    403       403        403
DELETE /api/peers/{id}           401     401     204   204    403   403     403  204  421    403       403        403
PUT    /api/peers/{id}/key       401     401     200   200    403   403     403  200  421    403       403        403
PUT    /api/guest-access         401     401     200   200    403   403     403  200  421    403       403        403
PATCH  /api/settings             401     401     200   200    403   403     403  200  421    403       403        403
POST   /api/names                401     401     201   201    403   403     403  201  421    403       403        403
DELETE /api/names/{id}           401     401     204   204    403   403     403  204  421    403       403        403
GET    /api/activity             401     401     200   200    403   403     403  200  421    200       200        403
GET    /api/activity.csv         401     401     200   200    403   403     403  200  421    200       200        403
POST   /api/check                401     401     200   200    403   403     403  200  421    403       403        403
POST   /api/exposure             401     401     200   200    403   403     403  200  421    403       403        403
POST   /api/exposure/tried       401     401     200   200    403   403     403  200  421    403       403        403
POST   /api/backup               401     401     200   200    403   403     403  200  421    403       403        403
POST   /api/restore              401     401     409   409    403   403     403  409  421    403       403        403
POST   /api/factory-reset        401     401     200   200    403   403     403  200  421    403       403        403
DELETE /api/factory-reset        401     401     200   200    403   403     403  200  421    403       403        403
";

#[tokio::test]
async fn every_route_answers_every_caller_as_the_matrix_says() {
    let mut wrong = Vec::new();
    for row in rows() {
        for (caller, expected) in callers().into_iter().zip(&row.statuses) {
            let status = status_of(caller, &row).await;
            if status != *expected {
                wrong
                    .push(format!("{} {} by {caller}: {status} instead of {expected}", row.method, row.path));
            }
        }
    }

    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn every_route_of_the_document_stands_in_the_matrix() {
    let document = web_api::openapi();
    let known = document.paths.paths.iter().flat_map(|(path, item)| {
        methods(item).into_iter().map(move |method| (method.to_owned(), path.clone()))
    });
    let in_matrix =
        rows().into_iter().map(|row| (row.method, row.path)).filter(|(_, path)| path.starts_with("/api"));

    assert_eq!(in_matrix.collect::<BTreeSet<_>>(), known.collect::<BTreeSet<_>>());
}

async fn status_of(caller: &str, row: &Row) -> u16 {
    let house = House::start().await;
    let request = row.request();
    let answer = match caller {
        "owner" => house.in_tunnel(OWNER, request).await,
        "family" => house.in_tunnel(FAMILY, request).await,
        "guest" => house.in_tunnel(GUEST, request).await,
        "unknown" => house.in_tunnel(UNKNOWN, request).await,
        "root" => house.as_root(request).await,
        browser => {
            let cookie = match browser {
                "stranger" => None,
                "waiting" => Some(house.waiting().await),
                _ => Some(house.session().await),
            };
            let request = spoiled(browser, request);
            let whole = match browser {
                "no-origin" => {
                    request.header("host", house.lan.to_string()).header("cookie", cookie.unwrap())
                }
                _ => house.as_browser(cookie.as_deref(), request),
            };
            house.line_at_home().await.open(&whole).await
        }
    };

    answer.status
}

fn spoiled(how: &str, request: Request) -> Request {
    match how {
        "host" => request.header("host", "evil.example").header("origin", "http://evil.example"),
        "origin" => request.header("origin", "http://evil.example"),
        "cross-site" => request.header("sec-fetch-site", "cross-site"),
        _ => request,
    }
}

struct Row {
    method: String,
    path: String,
    statuses: Vec<u16>,
}

impl Row {
    /// What an honest caller would send here.
    fn request(&self) -> Request {
        let request = Request::new(&self.method, &self.path.replace("{id}", "4"));
        let key = PrivateKey::from_bytes([7; 32]).public_key();
        match (self.method.as_str(), self.path.as_str()) {
            ("POST", "/api/peers") => {
                request.json(format!(r#"{{"name": "Clara", "role": "family", "public_key": "{key}"}}"#))
            }
            ("PATCH", "/api/peers/{id}") => request.json(r#"{"name": "Neighbour"}"#),
            ("PUT", "/api/peers/{id}/key") => request.json(format!(r#"{{"public_key": "{key}"}}"#)),
            ("PUT", "/api/guest-access") => request.json(r#"{"on": true}"#),
            ("POST", "/api/names") => {
                request.json(r#"{"provider": "duckdns", "name": "home.duckdns.org", "secret": "abc"}"#)
            }
            ("POST", "/api/exposure/tried") => {
                request.json(r#"{"ports": [{"port": 8123, "answer": "answered"}]}"#)
            }
            ("POST", "/api/backup") => request.json(format!(r#"{{"passphrase": "{PASSPHRASE}"}}"#)),
            ("POST", "/api/restore") => {
                request.json(format!(r#"{{"passphrase": "{PASSPHRASE}", "file": "{}"}}"#, backup()))
            }
            ("PATCH", "/api/settings") => request.json(r#"{"guest_hours": 4}"#),
            _ => request,
        }
    }
}

/// One that the mock of the box can read: its own family would be put out, which nobody has said.
fn backup() -> String {
    let state = MockGateway::household().state().borrow().clone();

    STANDARD.encode(format!("latchkey-backup 1\n{PASSPHRASE}\n{}", serde_json::to_string(&*state).unwrap()))
}

fn rows() -> Vec<Row> {
    let lines = MATRIX.trim_matches('\n').lines().skip(1);

    lines
        .map(|line| {
            let mut words = line.split_whitespace().map(str::to_owned);
            let (method, path) = (words.next().unwrap(), words.next().unwrap());
            let statuses = words.map(|status| status.parse().unwrap()).collect::<Vec<_>>();
            assert_eq!(statuses.len(), callers().len(), "{line}");

            Row { method, path, statuses }
        })
        .collect()
}

fn callers() -> Vec<&'static str> {
    MATRIX.trim_matches('\n').lines().next().unwrap().split_whitespace().collect()
}

fn methods(item: &PathItem) -> Vec<&'static str> {
    let PathItem { get, put, post, delete, options, head, patch, trace, .. } = item;
    let all = [
        ("GET", get),
        ("PUT", put),
        ("POST", post),
        ("DELETE", delete),
        ("OPTIONS", options),
        ("HEAD", head),
        ("PATCH", patch),
        ("TRACE", trace),
    ];

    all.into_iter().filter(|(_, operation)| operation.is_some()).map(|(method, _)| method).collect()
}

const PASSPHRASE: &str = "correct horse battery staple";
