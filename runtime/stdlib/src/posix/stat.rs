//! `stat` and its result.

use taipan_runtime::object::{P, Ref};
use taipan_runtime::types::module::Module;
use taipan_runtime::types::structseq::{self, Spec};
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::types::{float, int};

static STAT: Spec = Spec {
    module: "os",
    name: "stat_result",
    doc: "stat_result: Result from stat, fstat, or lstat.",
    fields: &[
        ("st_mode", "protection bits"),
        ("st_ino", "inode"),
        ("st_dev", "device"),
        ("st_nlink", "number of hard links"),
        ("st_uid", "user ID of owner"),
        ("st_gid", "group ID of owner"),
        ("st_size", "total size, in bytes"),
        ("", "integer time of last access"),
        ("", "integer time of last modification"),
        ("", "integer time of last change"),
        ("st_atime", "time of last access"),
        ("st_mtime", "time of last modification"),
        ("st_ctime", "time of last change"),
        ("st_atime_ns", "time of last access in nanoseconds"),
        ("st_mtime_ns", "time of last modification in nanoseconds"),
        ("st_ctime_ns", "time of last change in nanoseconds"),
        ("st_blksize", "blocksize for filesystem I/O"),
        ("st_blocks", "number of blocks allocated"),
        ("st_rdev", "device type (if inode device)"),
    ],
    visible: 10,
    constructible: true,
};

/// Make the class.
pub fn setup(m: P<Module>) {
    let class = structseq::make_class(&STAT);
    m.set("stat_result", class.value());
    crate::state::set("posix.stat_result", class.value());
}

/// The `os.stat_result`.
pub fn result(st: &libc::stat) -> Ref {
    let class = crate::state::get("posix.stat_result").and_then(|c| c.downcast::<TypeObject>());
    let Some(class) = class else { unreachable!("posix is initialised before its functions can be called") };
    let mut fields = vec![
        int::new(st.st_mode.into()),
        int::from_u64(st.st_ino),
        int::from_u64(st.st_dev),
        int::from_u64(st.st_nlink as _),
        int::new(st.st_uid.into()),
        int::new(st.st_gid.into()),
        int::new(st.st_size),
    ];
    let times =
        [(st.st_atime, st.st_atime_nsec), (st.st_mtime, st.st_mtime_nsec), (st.st_ctime, st.st_ctime_nsec)];
    fields.extend(times.iter().map(|t| int::new(t.0)));
    fields.extend(times.iter().map(|t| float::new(t.0 as f64 + 1e-9 * t.1 as f64)));
    fields.extend(times.iter().map(|t| int::from_big(dashu_int::IBig::from(t.0) * 1_000_000_000 + t.1)));
    fields.extend([int::new(st.st_blksize as _), int::new(st.st_blocks), int::from_u64(st.st_rdev)]);
    structseq::new(class, fields)
}
