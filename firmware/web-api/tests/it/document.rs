use std::{fs, path::Path};

#[test]
fn the_document_from_which_the_pages_types_are_made_is_the_apis_own() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web-ui/openapi.json");
    let kept = fs::read_to_string(path).unwrap();

    assert!(
        kept.trim_end() == web_api::openapi().to_pretty_json().unwrap(),
        "web-ui/openapi.json is not what the API is now. Run: \
         cargo run -p web-api --example openapi > web-ui/openapi.json && npm --prefix web-ui run api"
    );
}
