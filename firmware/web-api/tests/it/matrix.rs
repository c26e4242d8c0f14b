use table::{Row, rows};

use crate::{
    house::{FAMILY, GUEST, House, OWNER, UNKNOWN},
    http::Request,
};

mod table;

#[tokio::test]
async fn every_route_answers_every_caller_as_the_matrix_says() {
    let mut wrong = Vec::new();
    for row in rows() {
        for (caller, expected) in &row.answers {
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
    table::assert_complete(&serde_json::to_value(web_api::openapi()).unwrap());
}

async fn status_of(caller: &str, row: &Row) -> u16 {
    let house = House::start().await;
    let request = request(row);
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

/// What an honest caller sends; the household in memory has a device and a name of the number 4.
fn request(row: &Row) -> Request {
    let request = Request::new(&row.method, &row.path.replace("{id}", "4"));

    match row.body() {
        Some(body) => request.json(body.to_string()),
        None => request,
    }
}
