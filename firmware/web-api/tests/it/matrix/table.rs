//! Every route, every caller, and what each is answered: one table, against which the API is held before a household in
//! memory, and before the real daemon in `tests/lab`.

use std::collections::BTreeSet;

use model::PrivateKey;
use serde_json::{Value, json};

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
PUT    /api/lock                 401     401     200   200    403   403     403  200  421    403       403        403
PATCH  /api/settings             401     401     200   200    403   403     403  200  421    403       403        403
POST   /api/names                401     401     201   201    403   403     403  201  421    403       403        403
DELETE /api/names/{id}           401     401     204   204    403   403     403  204  421    403       403        403
GET    /api/activity             401     401     200   200    403   403     403  200  421    200       200        403
GET    /api/activity.csv         401     401     200   200    403   403     403  200  421    200       200        403
POST   /api/check                401     401     200   200    403   403     403  200  421    403       403        403
POST   /api/exposure             401     401     200   200    403   403     403  200  421    403       403        403
POST   /api/exposure/tried       401     401     200   200    403   403     403  200  421    403       403        403
POST   /api/backup               401     401     200   200    403   403     403  200  421    403       403        403
POST   /api/restore              401     401     422   422    403   403     403  422  421    403       403        403
POST   /api/factory-reset        401     401     200   403    403   403     403  200  421    403       403        403
DELETE /api/factory-reset        401     401     200   200    403   403     403  200  421    403       403        403
";

/// One route.
pub(crate) struct Row {
    pub(crate) method: String,
    /// With `{id}` where a number belongs.
    pub(crate) path: String,
    /// Each caller, and which status it gets.
    pub(crate) answers: Vec<(&'static str, u16)>,
}

impl Row {
    fn parse(line: &str) -> Self {
        let mut words = line.split_whitespace();
        let [method, path] = [(); 2].map(|()| words.next().unwrap().to_owned());
        let statuses = words.map(|status| status.parse().unwrap()).collect::<Vec<_>>();
        assert_eq!(statuses.len(), callers().count(), "{line}");

        Self { method, path, answers: callers().zip(statuses).collect() }
    }

    /// What an honest caller sends along.
    pub(crate) fn body(&self) -> Option<Value> {
        let key = PrivateKey::from_bytes([7; 32]).public_key().to_string();
        let body = match (self.method.as_str(), self.path.as_str()) {
            ("POST", "/api/peers") => json!({ "name": "Clara", "role": "family", "public_key": key }),
            ("PATCH", "/api/peers/{id}") => json!({ "name": "Neighbour" }),
            ("PUT", "/api/peers/{id}/key") => json!({ "public_key": key }),
            ("PUT", "/api/guest-access") => json!({ "on": true }),
            // Not on: the devices in the tunnel are still to be asked the other rows.
            ("PUT", "/api/lock") => json!({ "locked": false }),
            ("PATCH", "/api/settings") => json!({ "guest_hours": 4 }),
            ("POST", "/api/names") => {
                json!({ "provider": "duckdns", "name": "home.duckdns.org", "secret": "abc" })
            }
            ("POST", "/api/exposure/tried") => json!({ "ports": [{ "port": 8123, "answer": "answered" }] }),
            ("POST", "/api/backup") => json!({ "passphrase": PASSPHRASE }),
            // No backup, so that it changes nothing.
            ("POST", "/api/restore") => json!({ "passphrase": PASSPHRASE, "file": "AAAA" }),
            _ => return None,
        };

        Some(body)
    }
}

/// All of them, in their order.
pub(crate) fn rows() -> Vec<Row> {
    MATRIX.trim_matches('\n').lines().skip(1).map(Row::parse).collect()
}

/// Complains about a route of this OpenAPI document that no row is about, and about a row without a route.
pub(crate) fn assert_complete(document: &Value) {
    let paths = document["paths"].as_object().unwrap().iter();
    let known = paths.flat_map(|(path, methods)| {
        methods.as_object().unwrap().keys().map(|method| (method.to_uppercase(), path.clone()))
    });
    let rows = rows().into_iter().filter(|row| row.path.starts_with("/api"));

    assert_eq!(
        rows.map(|row| (row.method, row.path)).collect::<BTreeSet<_>>(),
        known.collect::<BTreeSet<_>>()
    );
}

fn callers() -> impl Iterator<Item = &'static str> {
    MATRIX.trim_matches('\n').lines().next().unwrap_or_default().split_whitespace()
}

const PASSPHRASE: &str = "correct horse battery staple";
