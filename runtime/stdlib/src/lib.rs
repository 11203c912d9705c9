//! Native modules, one folder each; [`MODULES`] is the table of them.
#![deny(unsafe_code)]

mod buffer;
mod collections;
mod construct;
mod functools;
mod itertools;
mod math;
mod operator;

use taipan_runtime::native::ModuleDef;

/// Every native module of this crate.
pub static MODULES: &[&ModuleDef] =
    &[&collections::MODULE, &functools::MODULE, &itertools::MODULE, &math::MODULE, &operator::MODULE];

/// The module with this name.
pub fn find(name: &str) -> Option<&'static ModuleDef> {
    MODULES.iter().find(|m| m.name == name).copied()
}
