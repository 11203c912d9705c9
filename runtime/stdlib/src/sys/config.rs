//! What the command line and the environment say about how the interpreter runs.

use std::ffi::OsString;

/// The major, minor and micro version of the language that is implemented.
pub const VERSION: (i64, i64, i64) = (3, 14, 10);

/// The settings behind `sys.flags` and the rest of `sys` that depends on how the interpreter was started.
#[derive(Clone, Debug)]
pub struct Config {
    /// `-d`
    pub debug: i64,
    /// `-i`, or `PYTHONINSPECT`
    pub inspect: i64,
    /// `-i`
    pub interactive: i64,
    /// `-O`, `-OO`
    pub optimize: i64,
    /// `-B`
    pub dont_write_bytecode: bool,
    /// `-s`
    pub no_user_site: bool,
    /// `-S`
    pub no_site: bool,
    /// `-E`
    pub ignore_environment: bool,
    /// `-v`
    pub verbose: i64,
    /// `-b`, `-bb`
    pub bytes_warning: i64,
    /// `-q`
    pub quiet: bool,
    /// Are the hashes of strings random?
    pub hash_randomization: bool,
    /// `-I`
    pub isolated: bool,
    /// `-X dev`
    pub dev_mode: bool,
    /// `-X utf8`
    pub utf8_mode: bool,
    /// `-X warn_default_encoding`
    pub warn_default_encoding: bool,
    /// `-P`
    pub safe_path: bool,
    /// `-X int_max_str_digits`
    pub int_max_str_digits: i64,
    /// `-u`
    pub unbuffered: bool,
    /// `sys.argv`
    pub argv: Vec<OsString>,
    /// `sys.orig_argv`
    pub orig_argv: Vec<OsString>,
    /// `sys.executable`
    pub executable: OsString,
    /// `sys.warnoptions`
    pub warn_options: Vec<String>,
    /// `-X` options, with their values.
    pub x_options: Vec<(String, Option<String>)>,
    /// `PYTHONPATH`
    pub python_path: Option<OsString>,
    /// `PYTHONIOENCODING`
    pub io_encoding: Option<String>,
    /// `PYTHONPYCACHEPREFIX`, `-X pycache_prefix`
    pub pycache_prefix: Option<OsString>,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            debug: 0,
            inspect: 0,
            interactive: 0,
            optimize: 0,
            dont_write_bytecode: false,
            no_user_site: false,
            no_site: false,
            ignore_environment: false,
            verbose: 0,
            bytes_warning: 0,
            quiet: false,
            hash_randomization: true,
            isolated: false,
            dev_mode: false,
            utf8_mode: false,
            warn_default_encoding: false,
            safe_path: false,
            int_max_str_digits: 4300,
            unbuffered: false,
            argv: Vec::new(),
            orig_argv: Vec::new(),
            executable: OsString::new(),
            warn_options: Vec::new(),
            x_options: Vec::new(),
            python_path: None,
            io_encoding: None,
            pycache_prefix: None,
        }
    }
}

impl Config {
    /// The directory above the executable's: `sys.prefix`. Links and `..` are followed, as `getpath` does it: `site`
    /// normalises the entries of `sys.path`, which the embedded library must know again.
    pub fn prefix(&self) -> String {
        let given = std::path::Path::new(&self.executable);
        let executable = std::fs::canonicalize(given).unwrap_or_else(|_| given.to_owned());
        let above = executable.parent().and_then(|d| d.parent());
        above.map_or_else(|| "/usr".to_owned(), |p| p.to_string_lossy().into_owned())
    }
    /// Where the embedded library appears to be: `sys._stdlib_dir`.
    pub fn stdlib_dir(&self) -> String {
        let prefix = self.prefix();
        let prefix = prefix.trim_end_matches('/');
        format!("{prefix}/lib/python{}.{}", VERSION.0, VERSION.1)
    }
}
