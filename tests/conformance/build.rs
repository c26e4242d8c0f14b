//! Builds the library that moves a program's clocks.

use std::{
    env,
    path::Path,
    process::{Command, exit},
};

fn main() {
    println!("cargo::rerun-if-changed=src/clock.c");
    let compiler = env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    let library = Path::new(&env::var_os("OUT_DIR").unwrap_or_default()).join("clock.so");
    let flags = ["-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror", "src/clock.c", "-ldl", "-o"];
    let built = Command::new(compiler).args(flags).arg(library).status();
    if !built.is_ok_and(|status| status.success()) {
        println!("cargo::error=the C compiler did not build src/clock.c");
        exit(1);
    }
}
