//! `posix`: what `os` is made of.

mod constants;
mod dirs;
pub mod fds;
mod files;
pub mod path;
mod process;
mod stat;

pub use module::MODULE;

use taipan_runtime::object::{P, Ref};
use taipan_runtime::types::dict;
use taipan_runtime::types::module::Module;
use taipan_runtime::types::structseq::{self, Spec};
use taipan_runtime::types::{bytes, int, list};

macro_rules! spec {
    ($name:ident, $module:literal, $python:literal, $visible:literal, [$($field:literal)*]) => {
        static $name: Spec = Spec {
            module: $module,
            name: $python,
            doc: "",
            fields: &[$(($field, "")),*],
            visible: $visible,
            constructible: true,
        };
    };
}
spec!(TERMINAL_SIZE, "os", "terminal_size", 2, ["columns" "lines"]);
spec!(UNAME, "posix", "uname_result", 5, ["sysname" "nodename" "release" "version" "machine"]);
spec!(TIMES, "posix", "times_result", 5, ["user" "system" "children_user" "children_system" "elapsed"]);
spec!(STATVFS, "os", "statvfs_result", 10, [
    "f_bsize" "f_frsize" "f_blocks" "f_bfree" "f_bavail" "f_files" "f_ffree" "f_favail" "f_flag" "f_namemax" "f_fsid"
]);
spec!(SCHED_PARAM, "posix", "sched_param", 1, ["sched_priority"]);

/// The environment as bytes.
fn environ() -> Ref {
    use std::os::unix::ffi::OsStrExt;
    let d = dict::new();
    for (name, value) in std::env::vars_os() {
        let name = bytes::new(name.as_bytes()).erase();
        d.insert(*name, bytes::new(value.as_bytes()).erase()).expect("bytes are hashable");
    }
    d.erase()
}

/// This module provides access to operating system functionality that is
/// standardized by the C Standard and the POSIX standard (a thinly
/// disguised Unix interface).
#[taipan_runtime::pymodule(name = "posix")]
mod module {
    use super::*;
    use taipan_runtime::error::PyResult;
    use taipan_runtime::runtime::exception_class;
    use taipan_runtime::value::Value;

    #[init]
    fn init(m: P<Module>) -> PyResult<()> {
        stat::setup(m);
        dirs::setup(m);
        for (key, spec) in [
            ("posix.terminal_size", &TERMINAL_SIZE),
            ("posix.uname_result", &UNAME),
            ("posix.times_result", &TIMES),
            ("posix.statvfs_result", &STATVFS),
            ("posix.sched_param", &SCHED_PARAM),
        ] {
            let class = structseq::make_class(spec);
            m.set(spec.name, class.value());
            crate::state::set(key, class.value());
        }
        for &(name, value) in constants::ALL.iter().chain(constants::EXIT) {
            m.set(name, int::new(value));
        }
        m.set("NGROUPS_MAX", int::new(65536));
        m.set("TMP_MAX", int::new(238_328));
        let names = dict::new();
        for &(name, number) in constants::SYSCONF {
            names.insert_text(name, int::new(number.into()));
        }
        m.set("sysconf_names", names);
        m.set("_have_functions", list::new(constants::HAVE.iter().map(|&h| Ref::from(h)).collect()));
        m.set("environ", environ());
        m.set("error", exception_class(taipan_runtime::error::Exc::OSError).value());
        files::functions::MODULE.fill(m)?;
        fds::functions::MODULE.fill(m)?;
        process::functions::MODULE.fill(m)
    }
    #[pyfunction("()")]
    fn _create_environ() -> Ref {
        environ()
    }
    /// Return a list containing the names of the files in the directory.
    #[pyfunction("(path=None)")]
    fn listdir(path: Option<Value>) -> PyResult {
        dirs::list(&dirs::here(path, "listdir")?)
    }
    /// Return an iterator of DirEntry objects for given path.
    #[pyfunction("(path=None)")]
    fn scandir(path: Option<Value>) -> PyResult {
        dirs::scan(dirs::here(path, "scandir")?)
    }
}
