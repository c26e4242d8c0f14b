#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|steps: fuzz::Datagrams<'_>| steps.run());
