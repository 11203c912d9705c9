//! Values, objects, heap, the `Machine` trait and the semantics, protocols, builtin types.
//!
//! `unsafe` is denied but for the modules that are declared with an exception below (and in `types`,
//! `protocol`): those that own a memory layout.
#![deny(unsafe_code)]

extern crate self as taipan_runtime;

pub mod boot;
#[allow(unsafe_code, reason = "views of other objects' memory")]
pub mod buffer;
pub mod builtins;
#[allow(unsafe_code, reason = "a raw growable array")]
pub mod byte_vec;
pub mod call_site;
pub mod codecs;
pub mod concrete;
pub mod error;
pub mod eval_hook;
#[allow(unsafe_code, reason = "instructions and caches are raw arrays")]
pub mod exec;
#[allow(unsafe_code, reason = "frames lie on the value stack")]
pub mod frame;
#[allow(unsafe_code, reason = "walks the heap")]
pub mod gc;
#[allow(unsafe_code, reason = "attaches thread states")]
pub mod gil;
#[allow(unsafe_code, reason = "the allocator")]
pub mod heap;
pub mod helper;
pub mod helpers;
pub mod machine;
#[allow(unsafe_code, reason = "the allocator")]
pub mod memory;
pub mod monitoring;
pub mod names;
pub mod native;
#[allow(unsafe_code, reason = "headers, reference counts, layouts")]
pub mod object;
pub mod protocol;
#[allow(unsafe_code, reason = "the thread's runtime pointer; types made in place")]
pub mod runtime;
#[allow(unsafe_code, reason = "works on frames' slots")]
pub mod sem;
pub mod shape;
pub mod slots;
pub mod suggest;
pub mod text;
#[allow(unsafe_code, reason = "the thread-local pointer and the value stack")]
pub mod thread;
pub mod traceback_print;
pub mod tracing;
pub mod types;
pub mod value;
#[allow(unsafe_code, reason = "a raw growable array")]
pub mod value_vec;
pub mod watch;

pub use taipan_macros::{pymethods, pymodule};
