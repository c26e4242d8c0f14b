//! The page as people live with it: a real browser at home or on a phone, before the real box.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod code;
mod first_run;
mod home;
mod new_card;
mod people;
mod screens;
mod search;
mod tabs;
