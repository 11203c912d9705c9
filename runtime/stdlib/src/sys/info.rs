//! The constants of `sys`: versions, limits, flags, paths.

use super::config::{Config, VERSION};
use crate::os_text::{fs_decode, fs_decode_os};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use taipan_runtime::object::{P, Ref};
use taipan_runtime::types::module::Module;
use taipan_runtime::types::set::SetTable;
use taipan_runtime::types::structseq::{self, Spec};
use taipan_runtime::types::{dict, float, int, list, namespace, set, str, tuple};
use taipan_runtime::value::{NONE, Value};

macro_rules! spec {
    ($name:ident, $python:literal, $doc:literal, $visible:literal, [$($field:literal $field_doc:literal),* $(,)?]) => {
        static $name: Spec = Spec {
            module: "sys",
            name: $python,
            doc: $doc,
            fields: &[$(($field, $field_doc)),*],
            visible: $visible,
            constructible: false,
        };
    };
}

spec!(FLAGS, "flags", "sys.flags\n\nFlags provided through command line arguments or environment vars.", 18, [
    "debug" "-d", "inspect" "-i", "interactive" "-i", "optimize" "-O or -OO", "dont_write_bytecode" "-B",
    "no_user_site" "-s", "no_site" "-S", "ignore_environment" "-E", "verbose" "-v", "bytes_warning" "-b",
    "quiet" "-q", "hash_randomization" "-R", "isolated" "-I", "dev_mode" "-X dev", "utf8_mode" "-X utf8",
    "warn_default_encoding" "-X warn_default_encoding", "safe_path" "-P",
    "int_max_str_digits" "-X int_max_str_digits", "gil" "-X gil",
    "thread_inherit_context" "-X thread_inherit_context",
    "context_aware_warnings" "-X context_aware_warnings",
]);
spec!(VERSION_INFO, "version_info", "sys.version_info\n\nVersion information as a named tuple.", 5, [
    "major" "Major release number", "minor" "Minor release number", "micro" "Patch release number",
    "releaselevel" "'alpha', 'beta', 'candidate', or 'final'", "serial" "Serial release number",
]);
spec!(FLOAT_INFO, "float_info",
    "sys.float_info\n\nA named tuple holding information about the float type. It contains low level\ninformation about \
     the precision and internal representation. Please study\nyour system's :file:`float.h` for more information.",
    11, [
    "max" "DBL_MAX -- maximum representable finite float",
    "max_exp" "DBL_MAX_EXP -- maximum int e such that radix**(e-1) is representable",
    "max_10_exp" "DBL_MAX_10_EXP -- maximum int e such that 10**e is representable",
    "min" "DBL_MIN -- Minimum positive normalized float",
    "min_exp" "DBL_MIN_EXP -- minimum int e such that radix**(e-1) is a normalized float",
    "min_10_exp" "DBL_MIN_10_EXP -- minimum int e such that 10**e is a normalized float",
    "dig" "DBL_DIG -- maximum number of decimal digits that can be faithfully represented in a float",
    "mant_dig" "DBL_MANT_DIG -- mantissa digits",
    "epsilon" "DBL_EPSILON -- Difference between 1 and the next representable float",
    "radix" "FLT_RADIX -- radix of exponent",
    "rounds" "FLT_ROUNDS -- rounding mode used for arithmetic operations",
]);
spec!(HASH_INFO, "hash_info",
    "hash_info\n\nA named tuple providing parameters used for computing hashes. The attributes are read only.", 9, [
    "width" "width of the type used for hashing, in bits",
    "modulus" "prime number giving the modulus on which the hash function is based",
    "inf" "value to be used for hash of a positive infinity", "nan" "value to be used for hash of a nan",
    "imag" "multiplier used for the imaginary part of a complex number",
    "algorithm" "name of the algorithm for hashing of str, bytes and memoryviews",
    "hash_bits" "internal output size of hash algorithm", "seed_bits" "seed size of hash algorithm",
    "cutoff" "small string optimization cutoff",
]);
spec!(INT_INFO, "int_info",
    "sys.int_info\n\nA named tuple that holds information about Python's\ninternal representation of integers.  The \
     attributes are read only.", 4, [
    "bits_per_digit" "size of a digit in bits",
    "sizeof_digit" "size in bytes of the C type used to represent a digit",
    "default_max_str_digits" "maximum string conversion digits limitation",
    "str_digits_check_threshold" "minimum positive value for int_max_str_digits",
]);
spec!(THREAD_INFO, "thread_info",
    "sys.thread_info\n\nA named tuple holding information about the thread implementation.", 3, [
    "name" "name of the thread implementation", "lock" "name of the lock implementation",
    "version" "name and version of the thread library",
]);

fn ints(values: &[i64]) -> Vec<Ref> {
    values.iter().map(|&i| int::new(i)).collect()
}

fn flags(c: &Config) -> Ref {
    let b = |v: bool| int::new(v.into());
    let fields = vec![
        int::new(c.debug),
        int::new(c.inspect),
        int::new(c.interactive),
        int::new(c.optimize),
        b(c.dont_write_bytecode),
        b(c.no_user_site),
        b(c.no_site),
        b(c.ignore_environment),
        int::new(c.verbose),
        int::new(c.bytes_warning),
        b(c.quiet),
        b(c.hash_randomization),
        b(c.isolated),
        Value::bool(c.dev_mode).own(),
        b(c.utf8_mode),
        b(c.warn_default_encoding),
        Value::bool(c.safe_path).own(),
        int::new(c.int_max_str_digits),
        int::new(1),
        int::new(0),
        int::new(0),
    ];
    structseq::new(structseq::make_class(&FLAGS), fields)
}

/// The encoded version, as `sys.hexversion`.
fn hex_version() -> i64 {
    VERSION.0 << 24 | VERSION.1 << 16 | VERSION.2 << 8 | 0xf0
}

fn versions(m: P<Module>) {
    let (major, minor, micro) = VERSION;
    let ours = env!("CARGO_PKG_VERSION");
    let class = structseq::make_class(&VERSION_INFO);
    let mut fields = ints(&[major, minor, micro]);
    fields.extend([Ref::from("final"), int::new(0)]);
    let version_info = structseq::new(class, fields);
    m.set("version_info", version_info.clone());
    m.set("hexversion", int::new(hex_version()));
    m.set("version", Ref::from(format!("{major}.{minor}.{micro} (main) [Taipan {ours}]").as_str()));
    m.set("api_version", int::new(1013));
    m.set(
        "copyright",
        Ref::from(
            "Copyright (c) 2001 Python Software Foundation.\nAll Rights Reserved.\n\nCopyright (c) 2000 \
             BeOpen.com.\nAll Rights Reserved.\n\nCopyright (c) 1995-2001 Corporation for National Research \
             Initiatives.\nAll Rights Reserved.\n\nCopyright (c) 1991-1995 Stichting Mathematisch Centrum, \
             Amsterdam.\nAll Rights Reserved.",
        ),
    );
    let git = ["Taipan", "", ""].map(Ref::from).to_vec();
    m.set("_git", tuple::from_refs(git));
    let name = Ref::from("taipan");
    let tag = Ref::from(format!("taipan-{major}{minor}").as_str());
    let hex = int::new(hex_version());
    let multiarch = Ref::from(format!("{}-linux-gnu", std::env::consts::ARCH).as_str());
    let parts: Vec<i64> = ours.split('.').map(|p| p.parse().unwrap_or(0)).collect();
    let mut own = ints(&parts);
    own.extend([Ref::from("final"), int::new(0)]);
    let own_version = structseq::new(class, own);
    let implementation = namespace::new(&[
        ("name", *name),
        ("cache_tag", *tag),
        ("version", *own_version),
        ("hexversion", *hex),
        ("_multiarch", *multiarch),
        ("supports_isolated_interpreters", Value::bool(false)),
    ]);
    m.set("implementation", implementation);
}

fn limits(m: P<Module>) {
    let mut f = vec![float::new(f64::MAX)];
    f.extend(ints(&[1024, 308]));
    f.push(float::new(f64::MIN_POSITIVE));
    f.extend(ints(&[-1021, -307, 15, 53]));
    f.push(float::new(f64::EPSILON));
    f.extend(ints(&[2, 1]));
    m.set("float_info", structseq::new(structseq::make_class(&FLOAT_INFO), f));
    let mut h = ints(&[64, (1 << 61) - 1, 314_159, 0, 1_000_003]);
    h.push("siphash13".into());
    h.extend(ints(&[64, 128, 0]));
    m.set("hash_info", structseq::new(structseq::make_class(&HASH_INFO), h));
    m.set("int_info", structseq::new(structseq::make_class(&INT_INFO), ints(&[30, 4, 4300, 640])));
    let thread = vec![Ref::from("pthread"), Ref::from("semaphore"), NONE.own()];
    m.set("thread_info", structseq::new(structseq::make_class(&THREAD_INFO), thread));
    m.set("maxsize", int::new(i64::MAX));
    m.set("maxunicode", int::new(0x10_ffff));
    m.set("byteorder", Ref::from(if cfg!(target_endian = "little") { "little" } else { "big" }));
    m.set("float_repr_style", Ref::from("short"));
    m.set("platform", Ref::from("linux"));
    m.set("platlibdir", Ref::from("lib"));
    m.set("abiflags", Ref::from(""));
    m.set("_framework", Ref::from(""));
}

fn texts(items: &[std::ffi::OsString]) -> Ref {
    list::new(items.iter().map(|s| fs_decode_os(s)).collect()).erase()
}

/// The entries of `sys.path` before the directory of the script: `PYTHONPATH`, then the library's.
fn search_path(c: &Config) -> Vec<Ref> {
    let mut path = Vec::new();
    if let Some(given) = &c.python_path
        && !given.is_empty()
    {
        for part in given.as_bytes().split(|&b| b == b':') {
            let absolute = std::path::absolute(OsStr::from_bytes(part));
            let part = absolute.map_or_else(|_| given.clone(), |p| p.into_os_string());
            path.push(fs_decode_os(&part));
        }
    }
    let lib = c.stdlib_dir();
    let zip = format!("{}/python{}{}.zip", lib.rsplit_once('/').map_or("", |p| p.0), VERSION.0, VERSION.1);
    path.extend([Ref::from(zip.as_str()), Ref::from(lib.as_str())]);
    path.push(Ref::from(format!("{lib}/lib-dynload").as_str()));
    path
}

fn paths(m: P<Module>, c: &Config) {
    m.set("argv", texts(&c.argv));
    m.set("orig_argv", texts(&c.orig_argv));
    let executable = fs_decode_os(&c.executable);
    m.set("_base_executable", executable.clone());
    m.set("executable", executable);
    let prefix = Ref::from(c.prefix().as_str());
    for name in ["prefix", "base_prefix", "exec_prefix", "base_exec_prefix"] {
        m.set(name, prefix.clone());
    }
    m.set("_stdlib_dir", Ref::from(c.stdlib_dir().as_str()));
    m.set("_home", NONE);
    m.set("path", list::new(search_path(c)));
    m.set("path_hooks", list::new(Vec::new()));
    m.set("path_importer_cache", dict::new());
    m.set("meta_path", list::new(Vec::new()));
    let prefix = c.pycache_prefix.as_ref().map(|p| fs_decode(p.as_bytes()));
    m.set("pycache_prefix", prefix.unwrap_or_else(|| NONE.own()));
    m.set("dont_write_bytecode", Value::bool(c.dont_write_bytecode));
    m.set("warnoptions", list::new(c.warn_options.iter().map(|w| Ref::from(w.as_str())).collect()));
    let options = dict::new();
    for (name, value) in &c.x_options {
        let value = value.as_ref().map_or_else(|| Value::bool(true).own(), |v| Ref::from(v.as_str()));
        options.insert_text(name, value);
    }
    m.set("_xoptions", options);
}

fn module_names(m: P<Module>) {
    let mut names: Vec<&str> = crate::MODULES.iter().map(|d| d.name).chain(["sys", "builtins"]).collect();
    names.sort_unstable();
    names.dedup();
    let built_in = names.iter().map(|n| str::interned(n).own()).collect();
    m.set("builtin_module_names", tuple::from_refs(built_in));
    let all = SetTable::default();
    for name in names.into_iter().chain(crate::embedded::children("").map(|(n, _)| n)) {
        if name != "__main__" {
            all.add(str::interned(name).value()).expect("a str is hashable");
        }
    }
    m.set("stdlib_module_names", set::frozen_from_table(all));
}

/// Everything in `sys` that is not a function.
pub fn fill(m: P<Module>, c: &Config) {
    versions(m);
    limits(m);
    paths(m, c);
    module_names(m);
    m.set("flags", flags(c));
}
