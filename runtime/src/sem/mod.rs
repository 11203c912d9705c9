//! The meaning of the instructions, written once against [`crate::machine::Machine`].
//!
//! `run.rs` is the loop; the other files hold the instructions by topic. Each function peeks at its operands, asks
//! its questions, then commits. What has no fast path worth seeing through is in `cold.rs` (helpers over borrowed
//! values) and `special.rs` (instructions that work on the concrete frame).

pub mod arith;
pub mod attr;
pub mod bind;
pub mod call;
pub mod closure;
pub mod cold;
pub mod compare;
pub mod conversions;
pub mod exceptions;
pub mod functions;
pub mod generator;
pub mod import;
pub mod intrinsics;
pub mod iter;
pub mod matching;
pub mod numbers;
pub mod numeric;
pub mod operators;
pub mod run;
pub mod special;
pub mod subscr;
pub mod sums;
mod together;
pub mod unwind;
pub mod wide;
pub mod with;
