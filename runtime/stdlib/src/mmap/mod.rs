//! `mmap` and `_posixshmem`

#[allow(unsafe_code, reason = "shows its memory to others")]
mod object;
#[allow(unsafe_code, reason = "calls of the C library")]
mod sys;

pub use module::MODULE;
pub use shared::MODULE as SHARED;

/// mmap
#[taipan_runtime::pymodule(name = "mmap")]
mod module {
    use super::object::{Mmap, export};
    use super::sys;
    use taipan_runtime::error::{Exc, PyResult};
    use taipan_runtime::native::new_class;
    use taipan_runtime::object::P;
    use taipan_runtime::runtime::{exception_class, types};
    use taipan_runtime::types::int;
    use taipan_runtime::types::module::Module;
    use taipan_runtime::types::type_object::TypeObject;
    use taipan_runtime::types::type_object::flags::{BASETYPE, HAS_WEAKREF};

    #[init]
    fn contents(m: P<Module>) -> PyResult<()> {
        let install = |c: P<TypeObject>| {
            c.weakref_offset.set(std::mem::offset_of!(Mmap, weakrefs) as u32);
            Mmap::install(c);
            taipan_runtime::buffer::set_exporter(c, export);
        };
        let class = new_class::<Mmap>("mmap", "mmap", types().object, BASETYPE | HAS_WEAKREF, install);
        m.set("mmap", class.value());
        m.set("error", exception_class(Exc::OSError).value());
        let numbers: &[(&str, i32)] = &[
            ("PROT_EXEC", libc::PROT_EXEC),
            ("PROT_READ", libc::PROT_READ),
            ("PROT_WRITE", libc::PROT_WRITE),
            ("MAP_SHARED", libc::MAP_SHARED),
            ("MAP_PRIVATE", libc::MAP_PRIVATE),
            ("MAP_DENYWRITE", libc::MAP_DENYWRITE),
            ("MAP_EXECUTABLE", libc::MAP_EXECUTABLE),
            ("MAP_ANON", libc::MAP_ANON),
            ("MAP_ANONYMOUS", libc::MAP_ANONYMOUS),
            ("MAP_POPULATE", libc::MAP_POPULATE),
            ("MAP_STACK", libc::MAP_STACK),
            ("MAP_NORESERVE", libc::MAP_NORESERVE),
            ("ACCESS_DEFAULT", 0),
            ("ACCESS_READ", 1),
            ("ACCESS_WRITE", 2),
            ("ACCESS_COPY", 3),
            ("MADV_NORMAL", libc::MADV_NORMAL),
            ("MADV_RANDOM", libc::MADV_RANDOM),
            ("MADV_SEQUENTIAL", libc::MADV_SEQUENTIAL),
            ("MADV_WILLNEED", libc::MADV_WILLNEED),
            ("MADV_DONTNEED", libc::MADV_DONTNEED),
            ("MADV_REMOVE", libc::MADV_REMOVE),
            ("MADV_DONTFORK", libc::MADV_DONTFORK),
            ("MADV_DOFORK", libc::MADV_DOFORK),
            ("MADV_HWPOISON", libc::MADV_HWPOISON),
            ("MADV_MERGEABLE", libc::MADV_MERGEABLE),
            ("MADV_UNMERGEABLE", libc::MADV_UNMERGEABLE),
            ("MADV_HUGEPAGE", libc::MADV_HUGEPAGE),
            ("MADV_NOHUGEPAGE", libc::MADV_NOHUGEPAGE),
            ("MADV_DONTDUMP", libc::MADV_DONTDUMP),
            ("MADV_DODUMP", libc::MADV_DODUMP),
            ("MADV_FREE", libc::MADV_FREE),
            ("MS_SYNC", libc::MS_SYNC),
            ("MS_ASYNC", libc::MS_ASYNC),
            ("MS_INVALIDATE", libc::MS_INVALIDATE),
        ];
        for &(name, value) in numbers {
            m.set(name, *int::new(value.into()));
        }
        for name in ["PAGESIZE", "ALLOCATIONGRANULARITY"] {
            m.set(name, *int::new(sys::page_size() as i64));
        }
        Ok(())
    }
}

/// POSIX shared memory module
#[taipan_runtime::pymodule(name = "_posixshmem")]
mod shared {
    use super::sys;
    use std::ffi::CString;
    use taipan_runtime::error::PyResult;
    use taipan_runtime::object::P;
    use taipan_runtime::raise;
    use taipan_runtime::types::str::Str;

    fn path_of(path: P<Str>) -> PyResult<CString> {
        match CString::new(taipan_runtime::codecs::fs_encode(path)?) {
            Ok(path) => Ok(path),
            Err(_) => raise!(ValueError, "embedded null character"),
        }
    }

    /// Open a shared memory object.  Returns a file descriptor (integer).
    #[pyfunction("(path, flags, mode=511)")]
    fn shm_open(path: P<Str>, flags: i32, mode: Option<i32>) -> PyResult<i32> {
        match sys::shm_open(&path_of(path)?, flags, mode.unwrap_or(0o777) as u32) {
            Ok(fd) => Ok(fd),
            Err(code) => crate::posix_raise(code),
        }
    }
    /// Remove a shared memory object (similar to unlink()).
    #[pyfunction("(path, /)")]
    fn shm_unlink(path: P<Str>) -> PyResult<()> {
        match sys::shm_unlink(&path_of(path)?) {
            Ok(()) => Ok(()),
            Err(code) => crate::posix_raise(code),
        }
    }
}
