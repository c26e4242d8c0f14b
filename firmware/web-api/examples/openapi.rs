//! Prints the OpenAPI document, from which the page's types are made.
#![expect(clippy::print_stdout, reason = "printing is what it is for")]

fn main() -> Result<(), serde_json::Error> {
    println!("{}", web_api::openapi().to_pretty_json()?);

    Ok(())
}
