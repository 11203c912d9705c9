//! What the test runners share: the workspace's paths, the `taipan` binary, golden cases with
//! their expected outputs, processes with a time limit, and the list of known failures.

pub mod case;
pub mod known;
pub mod process;
pub mod rust_source;
pub mod trace;
pub mod workspace;
