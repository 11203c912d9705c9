//! `_stat`

pub use module::MODULE;

/// `(name, value)` of each constant.
const CONSTANTS: &[(&str, u32)] = &[
    ("SF_APPEND", 0x40000),
    ("SF_ARCHIVED", 0x10000),
    ("SF_DATALESS", 0x4000_0000),
    ("SF_FIRMLINK", 0x80_0000),
    ("SF_IMMUTABLE", 0x20000),
    ("SF_NOUNLINK", 0x10_0000),
    ("SF_SETTABLE", 0xffff_0000),
    ("SF_SNAPSHOT", 0x20_0000),
    ("ST_ATIME", 7),
    ("ST_CTIME", 9),
    ("ST_DEV", 2),
    ("ST_GID", 5),
    ("ST_INO", 1),
    ("ST_MODE", 0),
    ("ST_MTIME", 8),
    ("ST_NLINK", 3),
    ("ST_SIZE", 6),
    ("ST_UID", 4),
    ("S_ENFMT", 0o2000),
    ("S_IEXEC", 0o100),
    ("S_IFBLK", 0o60000),
    ("S_IFCHR", 0o20000),
    ("S_IFDIR", 0o40000),
    ("S_IFDOOR", 0),
    ("S_IFIFO", 0o10000),
    ("S_IFLNK", 0o120000),
    ("S_IFPORT", 0),
    ("S_IFREG", 0o100000),
    ("S_IFSOCK", 0o140000),
    ("S_IFWHT", 0),
    ("S_IREAD", 0o400),
    ("S_IRGRP", 0o40),
    ("S_IROTH", 0o4),
    ("S_IRUSR", 0o400),
    ("S_IRWXG", 0o70),
    ("S_IRWXO", 0o7),
    ("S_IRWXU", 0o700),
    ("S_ISGID", 0o2000),
    ("S_ISUID", 0o4000),
    ("S_ISVTX", 0o1000),
    ("S_IWGRP", 0o20),
    ("S_IWOTH", 0o2),
    ("S_IWRITE", 0o200),
    ("S_IWUSR", 0o200),
    ("S_IXGRP", 0o10),
    ("S_IXOTH", 0o1),
    ("S_IXUSR", 0o100),
    ("UF_APPEND", 4),
    ("UF_COMPRESSED", 0x20),
    ("UF_DATAVAULT", 0x80),
    ("UF_HIDDEN", 0x8000),
    ("UF_IMMUTABLE", 2),
    ("UF_NODUMP", 1),
    ("UF_NOUNLINK", 0x10),
    ("UF_OPAQUE", 8),
    ("UF_SETTABLE", 0xffff),
    ("UF_TRACKED", 0x40),
];

const TYPE: u32 = 0o170000;

/// S_IFMT_: file type bits
/// S_IFDIR: directory
/// S_IFCHR: character device
/// S_IFBLK: block device
/// S_IFREG: regular file
/// S_IFIFO: fifo (named pipe)
/// S_IFLNK: symbolic link
/// S_IFSOCK: socket file
#[taipan_runtime::pymodule(name = "_stat")]
mod module {
    use super::{CONSTANTS, TYPE};
    use taipan_runtime::error::PyResult;
    use taipan_runtime::object::P;
    use taipan_runtime::types::int;
    use taipan_runtime::types::module::Module;

    #[init]
    fn constants(m: P<Module>) -> PyResult<()> {
        for &(name, value) in CONSTANTS {
            m.set(name, int::new(value.into()));
        }
        Ok(())
    }
    /// Return the portion of the file's mode that can be set by os.chmod().
    #[pyfunction("(mode, /)", name = "S_IMODE")]
    fn s_imode(mode: u32) -> u32 {
        mode & 0o7777
    }
    /// Return the portion of the file's mode that describes the file type.
    #[pyfunction("(mode, /)", name = "S_IFMT")]
    fn s_ifmt(mode: u32) -> u32 {
        mode & TYPE
    }
    /// S_ISDIR(mode) -> bool
    ///
    /// Return True if mode is from a directory.
    #[pyfunction("(mode, /)", name = "S_ISDIR")]
    fn s_isdir(mode: u32) -> bool {
        mode & TYPE == 0o40000
    }
    /// S_ISCHR(mode) -> bool
    ///
    /// Return True if mode is from a character special device file.
    #[pyfunction("(mode, /)", name = "S_ISCHR")]
    fn s_ischr(mode: u32) -> bool {
        mode & TYPE == 0o20000
    }
    /// S_ISBLK(mode) -> bool
    ///
    /// Return True if mode is from a block special device file.
    #[pyfunction("(mode, /)", name = "S_ISBLK")]
    fn s_isblk(mode: u32) -> bool {
        mode & TYPE == 0o60000
    }
    /// S_ISREG(mode) -> bool
    ///
    /// Return True if mode is from a regular file.
    #[pyfunction("(mode, /)", name = "S_ISREG")]
    fn s_isreg(mode: u32) -> bool {
        mode & TYPE == 0o100000
    }
    /// S_ISFIFO(mode) -> bool
    ///
    /// Return True if mode is from a FIFO (named pipe).
    #[pyfunction("(mode, /)", name = "S_ISFIFO")]
    fn s_isfifo(mode: u32) -> bool {
        mode & TYPE == 0o10000
    }
    /// S_ISLNK(mode) -> bool
    ///
    /// Return True if mode is from a symbolic link.
    #[pyfunction("(mode, /)", name = "S_ISLNK")]
    fn s_islnk(mode: u32) -> bool {
        mode & TYPE == 0o120000
    }
    /// S_ISSOCK(mode) -> bool
    ///
    /// Return True if mode is from a socket.
    #[pyfunction("(mode, /)", name = "S_ISSOCK")]
    fn s_issock(mode: u32) -> bool {
        mode & TYPE == 0o140000
    }
    /// S_ISDOOR(mode) -> bool
    ///
    /// Return True if mode is from a door.
    #[pyfunction("(mode, /)", name = "S_ISDOOR")]
    fn s_isdoor(_mode: u32) -> bool {
        false
    }
    /// S_ISPORT(mode) -> bool
    ///
    /// Return True if mode is from an event port.
    #[pyfunction("(mode, /)", name = "S_ISPORT")]
    fn s_isport(_mode: u32) -> bool {
        false
    }
    /// S_ISWHT(mode) -> bool
    ///
    /// Return True if mode is from a whiteout.
    #[pyfunction("(mode, /)", name = "S_ISWHT")]
    fn s_iswht(_mode: u32) -> bool {
        false
    }
    /// Convert a file's mode to a string of the form '-rwxrwxrwx'
    #[pyfunction("(mode, /)")]
    fn filemode(mode: u32) -> String {
        let kind = match mode & TYPE {
            0o100000 => '-',
            0o40000 => 'd',
            0o120000 => 'l',
            0o60000 => 'b',
            0o20000 => 'c',
            0o10000 => 'p',
            0o140000 => 's',
            _ => '?',
        };
        let bit = |b: u32, c: char| if mode & b != 0 { c } else { '-' };
        let special = |b: u32, x: u32, both: char, only: char| match (mode & b != 0, mode & x != 0) {
            (true, true) => both,
            (true, false) => only,
            (false, true) => 'x',
            (false, false) => '-',
        };
        [
            kind,
            bit(0o400, 'r'),
            bit(0o200, 'w'),
            special(0o4000, 0o100, 's', 'S'),
            bit(0o40, 'r'),
            bit(0o20, 'w'),
            special(0o2000, 0o10, 's', 'S'),
            bit(0o4, 'r'),
            bit(0o2, 'w'),
            special(0o1000, 0o1, 't', 'T'),
        ]
        .into_iter()
        .collect()
    }
}
