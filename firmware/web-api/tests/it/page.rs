use crate::{
    house::{FAMILY, GUEST, House, OWNER},
    http::{Answer, Request},
};

#[tokio::test]
async fn the_page_is_asked_for_anew_each_time_and_trusts_itself_alone() {
    let house = House::start().await;

    let page = house.at_home(None, Request::new("GET", "/")).await;

    assert_eq!(page.status, 200);
    assert!(page.text().to_ascii_lowercase().starts_with("<!doctype html>"));
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(page.header("cache-control"), Some("no-cache"));
    let policy = page.header("content-security-policy").unwrap();
    for rule in ["default-src 'none'", "script-src 'self'", "connect-src 'self'", "frame-ancestors 'none'"] {
        assert!(policy.contains(rule), "{policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(page.header("x-frame-options"), Some("DENY"));
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
}

#[tokio::test]
async fn an_owner_inside_the_tunnel_may_try_the_homes_own_address_and_no_other() {
    let house = House::start().await;
    let own = policy_of(&house.in_tunnel(OWNER, Request::new("GET", "/")).await);

    let outside = house.in_tunnel(OWNER, Request::new("GET", "/outside")).await;

    assert_eq!(outside.status, 200);
    assert_eq!(outside.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(outside.header("cache-control"), Some("no-cache"));
    assert!(own.contains("; connect-src 'self'; "), "{own}");
    let wider = own.replace("connect-src 'self'", "connect-src 'self' http://203.0.113.7:*");
    assert_eq!(policy_of(&outside), wider);
}

#[tokio::test]
async fn nobody_else_may_try_anything() {
    let house = House::start().await;
    let own = policy_of(&house.at_home(None, Request::new("GET", "/")).await);
    let session = house.session().await;
    let outside = || Request::new("GET", "/outside");

    for (who, answer) in [
        ("a stranger", house.at_home(None, outside()).await),
        ("a session at home", house.at_home(Some(&session), outside()).await),
        ("family", house.in_tunnel(FAMILY, outside()).await),
        ("a guest", house.in_tunnel(GUEST, outside()).await),
        ("root", house.as_root(outside()).await),
    ] {
        assert_eq!((answer.status, policy_of(&answer)), (200, own.clone()), "{who}");
    }
    for path in ["/outside/", "/outside/../outside", "//outside", "/OUTSIDE", "/api/state", "/index.html"] {
        let answer = house.in_tunnel(OWNER, Request::new("GET", path)).await;
        assert_eq!(policy_of(&answer), own, "{path}");
    }
}

#[tokio::test]
async fn a_home_without_an_address_of_its_own_has_none_to_try() {
    let house = House::start().await;
    let own = policy_of(&house.in_tunnel(OWNER, Request::new("GET", "/")).await);
    house.gateway.update(|state| state.way_in.public_v4 = None);

    let outside = house.in_tunnel(OWNER, Request::new("GET", "/outside")).await;

    assert_eq!((outside.status, policy_of(&outside)), (200, own));
}

#[tokio::test]
async fn what_the_page_is_made_of_may_be_kept_for_good() {
    let house = House::start().await;
    let page = house.at_home(None, Request::new("GET", "/")).await;
    let assets = page.text().split('"').filter(|text| text.starts_with("/assets/")).collect::<Vec<_>>();

    assert!(assets.len() >= 2, "{assets:?}");
    for path in assets {
        let asset = house.at_home(None, Request::new("GET", path)).await;
        let kind = if path.ends_with(".js") { "text/javascript" } else { "text/css" };
        assert_eq!((asset.status, asset.body.is_empty()), (200, false));
        assert!(asset.header("content-type").unwrap().starts_with(kind), "{path}");
        assert_eq!(asset.header("cache-control"), Some("public, max-age=31536000, immutable"));
    }
}

#[tokio::test]
async fn the_page_comes_small_to_those_who_take_it_so() {
    let house = House::start().await;
    let page =
        |takes: &'static str| house.at_home(None, Request::new("GET", "/").header("accept-encoding", takes));

    let small = page("gzip, deflate").await;
    assert_eq!(small.header("content-encoding"), Some("gzip"));
    assert_eq!(small.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(small.body.starts_with(&[0x1f, 0x8b]));

    for takes in ["identity", "gzip;q=0", "x-gzip-not", ""] {
        let plain = page(takes).await;
        assert_eq!(plain.header("content-encoding"), None, "{takes}");
        assert_eq!(plain.header("vary"), Some("accept-encoding"));
        assert!(plain.text().starts_with('<'));
    }
}

#[tokio::test]
async fn where_nothing_is_nothing_is_found() {
    let house = House::start().await;
    for path in [
        "/nothing",
        "/assets/",
        "/assets/../index.html",
        "/../../etc/passwd",
        "/%2e%2e/index.html",
        "/api",
        "/api/",
        "/api/nothing",
        "/api/peers/1/nothing",
    ] {
        let answer = house.at_home(None, Request::new("GET", path)).await;
        assert_eq!((answer.status, &*answer.problem()), (404, "nothing_here"), "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
    }
}

#[tokio::test]
async fn the_page_can_be_read_and_nothing_else() {
    let house = House::start().await;
    for method in ["POST", "PUT", "PATCH", "DELETE", "BREW"] {
        let answer = house.at_home(None, Request::new(method, "/")).await;
        assert_eq!((answer.status, &*answer.problem()), (404, "nothing_here"), "{method}");
    }
    let wrong = house.at_home(None, Request::new("PUT", "/api/me")).await;
    assert_eq!((wrong.status, &*wrong.problem()), (405, "wrong_method"));

    let mut connection = house.line_at_home().await;
    let head = connection.open(&house.as_browser(None, Request::new("HEAD", "/"))).await;
    assert_eq!((head.status, head.header("cache-control")), (200, Some("no-cache")));
    assert_ne!(head.header("content-length"), Some("0"));
    let next = connection.ask(&house.as_browser(None, Request::new("GET", "/api/health"))).await;
    assert_eq!((next.status, next.text()), (200, "ok\n"));
}

fn policy_of(answer: &Answer) -> String {
    answer.header("content-security-policy").unwrap().to_owned()
}
