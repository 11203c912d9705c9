//! Native modules, one folder each; [`MODULES`] is the table of them.
#![deny(unsafe_code)]

mod abc;
pub mod atexit;
mod bisect;
mod buffer;
mod codecs;
mod collections;
mod construct;
mod contextvars;
mod errno;
mod functools;
mod gc;
mod heapq;
mod itertools;
mod math;
mod operator;
mod random;
mod sha2;
mod sre;
mod stat;
mod string;
mod structs;
mod time;
mod types_;
mod typing_;
mod weakref;

use taipan_runtime::native::ModuleDef;

/// Every native module of this crate.
pub static MODULES: &[&ModuleDef] = &[
    &abc::MODULE,
    &atexit::MODULE,
    &bisect::MODULE,
    &codecs::MODULE,
    &collections::MODULE,
    &contextvars::MODULE,
    &errno::MODULE,
    &functools::MODULE,
    &gc::MODULE,
    &heapq::MODULE,
    &itertools::MODULE,
    &math::MODULE,
    &operator::MODULE,
    &random::MODULE,
    &sha2::MODULE,
    &sre::MODULE,
    &stat::MODULE,
    &string::MODULE,
    &structs::MODULE,
    &time::MODULE,
    &types_::MODULE,
    &typing_::MODULE,
    &weakref::MODULE,
];

/// The module with this name.
pub fn find(name: &str) -> Option<&'static ModuleDef> {
    MODULES.iter().find(|m| m.name == name).copied()
}
