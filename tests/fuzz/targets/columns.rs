#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| satchel_tests::torture::hostile::fuzz("columns", bytes));
