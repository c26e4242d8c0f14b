//! The corpus once more, as plain tests.

use std::{fmt::Debug, fs, path::Path};

use arbitrary::{Arbitrary, Unstructured};
use fuzz::{Datagrams, InnerPackets, Offload, Uapi};

#[test]
fn datagrams() {
    for input in inputs("datagrams") {
        read::<Datagrams<'_>>(&input).run();
    }
}

#[test]
fn inner_packets() {
    for input in inputs("inner_packets") {
        read::<InnerPackets<'_>>(&input).run();
    }
}

#[test]
fn offload() {
    for input in inputs("offload") {
        read::<Offload<'_>>(&input).run();
    }
}

#[test]
fn uapi() {
    for input in inputs("uapi") {
        read::<Uapi<'_>>(&input).run();
    }
}

/// Everything that was once found worth keeping.
fn inputs(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    let mut files = fs::read_dir(folder)
        .expect("there is a corpus")
        .map(|file| file.expect("the folder can be read").path())
        .collect::<Vec<_>>();
    files.sort();
    assert!(!files.is_empty(), "the corpus of {target} is empty");

    files.iter().map(|file| fs::read(file).expect("the file can be read")).collect()
}

/// As `libfuzzer` reads it. What is printed is shown when the test fails.
fn read<'a, T: Arbitrary<'a> + Debug>(input: &'a [u8]) -> T {
    let read = T::arbitrary_take_rest(Unstructured::new(input)).expect("every input can be read");
    println!("{read:?}");

    read
}
