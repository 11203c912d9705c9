//! `frame`: the object behind `sys._getframe()` and tracebacks, made only when somebody asks.
//!
//! While the frame runs, the object points at its record; when the frame ends, the locals move into the object.

#[allow(unsafe_code, reason = "points at frame records")]
mod layout;
pub use layout::{FrameObject, detach, of};
