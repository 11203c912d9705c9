//! Native modules, one folder each; [`MODULES`] is the table of them.
#![deny(unsafe_code)]

mod abc;
mod array;
pub mod ast;
pub mod atexit;
mod binascii;
mod bisect;
mod buffer;
pub mod builtins;
mod cmath;
mod codecs;
mod collections;
mod compression;
mod construct;
mod contextvars;
mod csv;
pub mod embedded;
mod errno;
mod expat;
mod faulthandler;
mod fcntl;
mod functools;
mod gc;
mod hashes;
mod heapq;
mod imp;
pub mod io;
mod itertools;
mod json;
mod lsprof;
mod marshal;
mod math;
mod mmap;
mod multiprocessing;
mod opcode;
mod operator;
pub mod os_text;
mod pickle;
pub mod posix;
mod posixsubprocess;
mod pwd;
mod random;
mod resource;
mod select;
#[allow(unsafe_code, reason = "the C side of signals")]
pub mod signal;
mod socket;
mod sre;
pub mod startup;
mod stat;
mod state;
mod string;
mod structs;
pub mod sys;
#[allow(unsafe_code, reason = "calls of the C library")]
mod sys_call;
mod termios;
pub mod thread;
mod time;
mod tokenize;
mod types_;
mod typing_;
mod unicodedata;
mod warnings;
mod weakref;
mod zlib;

use taipan_runtime::native::ModuleDef;

/// Every native module of this crate.
pub static MODULES: &[&ModuleDef] = &[
    &abc::MODULE,
    &array::MODULE,
    &ast::MODULE,
    &atexit::MODULE,
    &binascii::MODULE,
    &bisect::MODULE,
    &cmath::MODULE,
    &codecs::MODULE,
    &collections::MODULE,
    &contextvars::MODULE,
    &csv::MODULE,
    &errno::MODULE,
    &expat::MODULE,
    &faulthandler::MODULE,
    &fcntl::MODULE,
    &functools::MODULE,
    &gc::MODULE,
    &heapq::MODULE,
    &imp::MODULE,
    &io::MODULE,
    &itertools::MODULE,
    &json::MODULE,
    &lsprof::MODULE,
    &marshal::MODULE,
    &math::MODULE,
    &mmap::MODULE,
    &mmap::SHARED,
    &multiprocessing::MODULE,
    &opcode::MODULE,
    &operator::MODULE,
    &pickle::MODULE,
    &posix::MODULE,
    &posixsubprocess::MODULE,
    &pwd::USERS,
    &pwd::GROUPS,
    &random::MODULE,
    &resource::MODULE,
    &hashes::MD5,
    &hashes::SHA1,
    &hashes::SHA2,
    &hashes::SHA3,
    &hashes::BLAKE2,
    &hashes::KDF,
    &socket::MODULE,
    &sre::MODULE,
    &select::MODULE,
    &signal::MODULE,
    &stat::MODULE,
    &string::MODULE,
    &structs::MODULE,
    &termios::MODULE,
    &thread::MODULE,
    &time::MODULE,
    &tokenize::MODULE,
    &types_::MODULE,
    &typing_::MODULE,
    &unicodedata::MODULE,
    &warnings::MODULE,
    &weakref::MODULE,
    &zlib::MODULE,
    &compression::bz2::MODULE,
    &compression::lzma::MODULE,
];

/// The module with this name.
pub fn find(name: &str) -> Option<&'static ModuleDef> {
    MODULES.iter().find(|m| m.name == name).copied()
}

/// Let the main thread's stack grow to what deeply nested objects need (for their repr, comparison, destruction).
pub fn raise_stack_limit() {
    sys_call::raise_stack_limit(64 << 20);
}

/// Raise `OSError` for an error number.
fn posix_raise<T>(errno: i32) -> taipan_runtime::error::PyResult<T> {
    taipan_runtime::types::exception::os_error::raise_errno(errno, None)
}
