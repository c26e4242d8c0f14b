#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|reads: fuzz::Offload<'_>| reads.run());
