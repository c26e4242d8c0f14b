//! What the fuzz targets reach; in no other build.

pub use crate::{
    offload::fuzzing::{HEADER, Written, merge, split},
    uapi::fuzzing::{change, describe, read_request},
};
