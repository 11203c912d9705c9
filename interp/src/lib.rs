//! The interpreter: the `Interp` machine, inline caches, the eval driver, tiering, the command line.

#[cfg(debug_assertions)]
mod audit;
#[allow(unsafe_code, reason = "caches are compared by address")]
mod caches;
mod calls;
pub mod cli;
mod concrete;
#[allow(unsafe_code, reason = "frames and the value stack")]
pub mod eval;
#[allow(unsafe_code, reason = "frames' records and slots")]
mod frames;
#[allow(unsafe_code, reason = "frames that lie in generators")]
mod generators;
pub mod hooks;
#[allow(unsafe_code, reason = "slots, instructions and fields by address")]
mod machine;
pub mod operators;
pub mod params;
pub mod safepoint;
pub mod session;
#[allow(unsafe_code, reason = "enters machine code")]
pub mod tiering;
mod tracer;
