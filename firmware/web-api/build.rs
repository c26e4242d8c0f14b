//! Sees to it that there is a page to build in.

use std::{path::Path, process::ExitCode};

fn main() -> ExitCode {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web-ui/dist/index.html");
    println!("cargo::rerun-if-changed=../../web-ui/dist");
    if !page.exists() {
        println!(
            "cargo::error=The web page is not built yet. Run: npm --prefix web-ui ci && npm --prefix web-ui run build"
        );
        return ExitCode::FAILURE;
    }

    ExitCode::SUCCESS
}
