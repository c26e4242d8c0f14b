#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|packets: fuzz::InnerPackets<'_>| packets.run());
