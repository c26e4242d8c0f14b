#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|said: fuzz::Uapi<'_>| said.run());
