//! `_io`: files and streams.

mod base;
mod buffered;
mod buffered_methods;
mod bytesio;
mod fileio;
mod newline;
mod pair;
mod stringio;
mod text_methods;
mod textio;

pub use module::MODULE;

use crate::sys::config::Config;
use buffered::Buffered;
use fileio::FileIo;
use taipan_runtime::boot::native_class;
use taipan_runtime::error::{PyResult, Raised, take};
use taipan_runtime::object::{P, Ref};
use taipan_runtime::protocol::attr::{getattr_text, setattr};
use taipan_runtime::protocol::call::{call, call_method_text, call1};
use taipan_runtime::raise;
use taipan_runtime::runtime::{exception_class, runtime, types};
use taipan_runtime::slots::Args;
use taipan_runtime::types::module::Module;
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::types::type_object::flags::{BASETYPE, FINALIZER, HAS_DICT, HAS_WEAKREF, TRAILING};
use taipan_runtime::types::{dict, int, str, tuple};
use taipan_runtime::value::{NONE, Value};

/// `io.DEFAULT_BUFFER_SIZE`
pub const DEFAULT_BUFFER_SIZE: usize = 128 << 10;

/// Raise `io.UnsupportedOperation`.
pub fn unsupported<T>(message: &std::primitive::str) -> PyResult<T> {
    let Some(class) = crate::state::get("io.UnsupportedOperation") else {
        return raise!(OSError, "{message}");
    };
    let e = call1(*class, *Ref::from(message))?;
    taipan_runtime::error::raise_exception(e)
}

/// `class UnsupportedOperation(OSError, ValueError)`
fn make_unsupported() -> PyResult {
    use taipan_runtime::error::Exc;
    let bases = tuple::from_values(&[
        exception_class(Exc::OSError).value(),
        exception_class(Exc::ValueError).value(),
    ]);
    let namespace = dict::new();
    namespace.insert_text("__module__", "io".into());
    let name = Ref::from("UnsupportedOperation");
    let args = [*name, bases.p().value(), namespace.p().value()];
    call(types().type_.value(), Args::positional(&args))
}

/// Make the classes and put them into the module.
fn classes(m: P<Module>) -> PyResult<()> {
    let error = make_unsupported()?;
    crate::state::set("io.UnsupportedOperation", error.clone());
    m.set("UnsupportedOperation", error);
    m.set("BlockingIOError", exception_class(taipan_runtime::error::Exc::BlockingIOError).value());
    let all = BASETYPE | HAS_DICT | HAS_WEAKREF | TRAILING | FINALIZER;
    let keep = |_: P<TypeObject>| {};
    let iobase = taipan_runtime::native::new_class::<base::IoBase>(
        "_io",
        "_IOBase",
        types().object,
        all,
        base::IoBase::install,
    );
    let raw = native_class("_io", "_RawIOBase", iobase, all, keep, base::RawBase::install);
    let buffered = native_class("_io", "_BufferedIOBase", iobase, all, keep, base::BufferedBase::install);
    let text = native_class("_io", "_TextIOBase", iobase, all, keep, base::TextBase::install);
    let file = taipan_runtime::native::new_class::<FileIo>("_io", "FileIO", raw, all, FileIo::install);
    let bytes_io = taipan_runtime::native::new_class::<bytesio::BytesIo>(
        "_io",
        "BytesIO",
        buffered,
        all,
        bytesio::BytesIo::install,
    );
    let string_io = taipan_runtime::native::new_class::<stringio::StringIo>(
        "_io",
        "StringIO",
        text,
        all,
        stringio::StringIo::install,
    );
    let wrapper = taipan_runtime::native::new_class::<textio::TextIo>(
        "_io",
        "TextIOWrapper",
        text,
        all,
        text_methods::Methods::install,
    );
    let pair = taipan_runtime::native::new_class::<pair::Pair>(
        "_io",
        "BufferedRWPair",
        buffered,
        all,
        pair::Pair::install,
    );
    let decoder = taipan_runtime::native::new_class::<newline::NewlineDecoder>(
        "_io",
        "IncrementalNewlineDecoder",
        types().object,
        BASETYPE,
        newline::NewlineDecoder::install,
    );
    let layout = |c: P<TypeObject>| c.set_layout::<Buffered>();
    let reader = native_class("_io", "BufferedReader", buffered, all, layout, |c| {
        buffered_methods::Common::install(c);
        buffered_methods::Reading::install(c);
        buffered_methods::Reader::install(c);
    });
    let writer = native_class("_io", "BufferedWriter", buffered, all, layout, |c| {
        buffered_methods::Common::install(c);
        buffered_methods::Writing::install(c);
        buffered_methods::Writer::install(c);
    });
    let random = native_class("_io", "BufferedRandom", buffered, all, layout, |c| {
        buffered_methods::Common::install(c);
        buffered_methods::Reading::install(c);
        buffered_methods::Writing::install(c);
        buffered_methods::Random::install(c);
    });
    for class in [
        iobase, raw, buffered, text, file, bytes_io, string_io, wrapper, pair, decoder, reader, writer,
        random,
    ] {
        m.set(&class.name(), class.value());
        crate::state::set(class_key(&class.name()), class.value());
    }
    Ok(())
}

/// The names that the classes are kept under.
fn class_key(name: &std::primitive::str) -> &'static std::primitive::str {
    match name {
        "FileIO" => "io.FileIO",
        "BufferedReader" => "io.BufferedReader",
        "BufferedWriter" => "io.BufferedWriter",
        "BufferedRandom" => "io.BufferedRandom",
        "TextIOWrapper" => "io.TextIOWrapper",
        _ => "io.other",
    }
}

fn make(class: &'static std::primitive::str, args: &[Value]) -> PyResult {
    match crate::state::get(class) {
        Some(c) => call(*c, Args::positional(args)),
        None => raise!(SystemError, "_io is not initialised"),
    }
}

/// What an `open()` mode says.
#[derive(Default)]
struct OpenMode {
    /// For `FileIO`.
    raw: String,
    text: bool,
    binary: bool,
    updating: bool,
    writes: bool,
    reads: bool,
}

fn parse_mode(mode: &std::primitive::str) -> PyResult<OpenMode> {
    let mut m = OpenMode::default();
    let mut main = 0;
    for (i, c) in mode.char_indices() {
        if mode[..i].contains(c) {
            return raise!(ValueError, "invalid mode: '{mode}'");
        }
        match c {
            'x' | 'w' | 'a' => {
                m.writes = true;
                main += 1;
            }
            'r' => {
                m.reads = true;
                main += 1;
            }
            '+' => m.updating = true,
            't' => m.text = true,
            'b' => m.binary = true,
            _ => return raise!(ValueError, "invalid mode: '{mode}'"),
        }
        if c != 't' && c != 'b' {
            m.raw.push(c);
        }
    }
    if m.text && m.binary {
        return raise!(ValueError, "can't have text and binary mode at once");
    }
    if main > 1 {
        return raise!(ValueError, "must have exactly one of create/read/write/append mode");
    }
    if main == 0 {
        return raise!(
            ValueError,
            "Must have exactly one of create/read/write/append mode and at most one plus"
        );
    }
    Ok(m)
}

/// The arguments of `open()`, other than file and mode.
pub struct OpenOptions {
    /// `buffering`
    pub buffering: i64,
    /// `encoding`, `errors`, `newline`: str or `None`.
    pub encoding: Value,
    /// See `encoding`.
    pub errors: Value,
    /// See `encoding`.
    pub newline: Value,
    /// `closefd`
    pub closefd: bool,
    /// `opener`
    pub opener: Value,
}

/// `open(file, mode, …)`
pub fn open(file: Value, mode: &std::primitive::str, options: &OpenOptions) -> PyResult {
    let path = if file.is_int_like() { file.own() } else { crate::posix::path::fspath(file)? };
    let m = parse_mode(mode)?;
    if m.binary {
        for (name, v) in
            [("an encoding", options.encoding), ("an errors", options.errors), ("a newline", options.newline)]
        {
            if !v.is_none() {
                return raise!(ValueError, "binary mode doesn't take {name} argument");
            }
        }
        if options.buffering == 1 {
            taipan_runtime::builtins::warn::warn(
                taipan_runtime::error::Exc::RuntimeWarning,
                "line buffering (buffering=1) isn't supported in binary mode, the default buffer size will be used",
            )?;
        }
    }
    let raw = make(
        "io.FileIO",
        &[*path, *Ref::from(m.raw.as_str()), Value::bool(options.closefd), options.opener],
    )?;
    let opened = layers(&raw, &m, mode, options);
    if opened.is_err() {
        // The error stays what is raised.
        let e = take();
        base::call_quietly(*raw, "close");
        taipan_runtime::thread::current().set_raised(e);
        return Err(Raised);
    }
    opened
}

/// The layers above the raw file.
fn layers(raw: &Ref, m: &OpenMode, mode: &std::primitive::str, options: &OpenOptions) -> PyResult {
    let file = raw.downcast::<FileIo>();
    let terminal = file.is_some_and(|f| f.is_terminal());
    let mut buffering = options.buffering;
    let line_buffering = buffering == 1 || (buffering < 0 && terminal);
    if buffering < 0 || buffering == 1 {
        buffering =
            file.map_or(DEFAULT_BUFFER_SIZE, |f| f.block_size().clamp(DEFAULT_BUFFER_SIZE, 8 << 20)) as i64;
    }
    if buffering == 0 {
        if m.binary {
            return Ok(raw.clone());
        }
        return raise!(ValueError, "can't have unbuffered text I/O");
    }
    let class = match (m.updating, m.writes) {
        (true, _) => "io.BufferedRandom",
        (false, true) => "io.BufferedWriter",
        _ => "io.BufferedReader",
    };
    let buffer = make(class, &[raw.value(), *int::new(buffering)])?;
    if m.binary {
        return Ok(buffer);
    }
    let args = [*buffer, options.encoding, options.errors, options.newline, Value::bool(line_buffering)];
    let text = make("io.TextIOWrapper", &args)?;
    setattr(*text, str::interned("mode"), *Ref::from(mode))?;
    Ok(text)
}

/// A standard stream; `None` if the descriptor is not open.
fn standard(fd: i32, name: &std::primitive::str, config: &Config) -> PyResult {
    if crate::sys_call::fstat(fd).is_err() {
        return Ok(NONE.own());
    }
    let reads = fd == 0;
    let raw = FileIo::of_fd(fd, if reads { "r" } else { "w" })?;
    setattr(*raw, str::interned("name"), *Ref::from(format!("<{name}>").as_str()))?;
    let terminal = raw.downcast::<FileIo>().is_some_and(|f| f.is_terminal());
    let class = if reads { "io.BufferedReader" } else { "io.BufferedWriter" };
    let write_through = config.unbuffered && !reads;
    let buffer = if write_through { raw.clone() } else { make(class, &[*raw])? };
    let given = config.io_encoding.clone().unwrap_or_default();
    let (encoding, errors) = given.split_once(':').unwrap_or((&given, ""));
    let encoding = if encoding.is_empty() { "utf-8" } else { encoding };
    let errors = match (errors, fd) {
        (_, 2) => "backslashreplace",
        ("", _) => "strict",
        (given, _) => given,
    };
    let (newline, encoding, errors) = (Ref::from("\n"), Ref::from(encoding), Ref::from(errors));
    let args = [
        *buffer,
        *encoding,
        *errors,
        if reads { NONE } else { *newline },
        Value::bool(!write_through && (fd == 2 || terminal)),
        Value::bool(write_through),
    ];
    let text = make("io.TextIOWrapper", &args)?;
    setattr(*text, str::interned("mode"), *Ref::from(if reads { "r" } else { "w" }))?;
    Ok(text)
}

/// Make `sys.stdin`, `sys.stdout`, `sys.stderr`, and `builtins.open`.
pub fn install_streams(config: &Config) -> PyResult<()> {
    let io = crate::startup::import("_io")?;
    let open = getattr_text(*io, "open")?;
    runtime().builtins().insert_text("open", open);
    for (fd, name) in [(2, "stderr"), (0, "stdin"), (1, "stdout")] {
        let stream = standard(fd, name, config)?;
        runtime().sys_dict().insert_text(&format!("__{name}__"), stream.clone());
        runtime().sys_dict().insert_text(name, stream);
    }
    Ok(())
}

/// `sys.stderr` before there is an import system, which writes to it under `-v`.
pub fn early_stderr(config: &Config) -> PyResult<()> {
    let io = taipan_runtime::native::make_module(&MODULE)?.erase();
    runtime().modules().insert_text("_io", io);
    runtime().sys_dict().insert_text("stderr", standard(2, "stderr", config)?);
    Ok(())
}

/// Flush the standard streams at the end. `false` if `sys.stdout` cannot take what is left, which is reported.
pub fn flush_streams() -> bool {
    let mut ok = true;
    for name in ["stdout", "stderr"] {
        let Some(f) = runtime().sys_dict().get_text(name).filter(|f| !f.is_none()).map(|f| f.own()) else {
            continue;
        };
        match base::is_closed(*f) {
            Ok(true) => continue,
            Ok(false) => {}
            Err(Raised) => {
                drop(take());
                continue;
            }
        }
        if call_method_text(*f, "flush", &[]).is_err() {
            if name == "stdout" {
                taipan_runtime::error::write_unraisable("Exception ignored on flushing sys.stdout", None);
                ok = false;
            } else {
                drop(take());
                ok = false;
            }
        }
    }
    ok
}

/// The io module provides the Python interfaces to stream handling.
#[taipan_runtime::pymodule(name = "_io")]
mod module {
    use super::*;
    use taipan_runtime::types::str::Str;

    #[init]
    fn classes(m: P<Module>) -> PyResult<()> {
        super::classes(m)
    }
    #[pyattr(name = "DEFAULT_BUFFER_SIZE")]
    fn default_buffer_size() -> i64 {
        DEFAULT_BUFFER_SIZE as i64
    }

    /// Open file and return a stream.  Raise OSError upon failure.
    #[pyfunction(
        "(file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)"
    )]
    fn open(
        file: Value,
        mode: Option<P<Str>>,
        buffering: i64,
        encoding: Value,
        errors: Value,
        newline: Value,
        closefd: bool,
        opener: Value,
    ) -> PyResult {
        for (name, v) in [("encoding", encoding), ("errors", errors), ("newline", newline)] {
            newline::optional_str(Some(v), &format!("open() argument '{name}'"))?;
        }
        let mode = mode.map_or_else(|| "r".to_owned(), |m| m.to_lossy());
        let options = OpenOptions { buffering, encoding, errors, newline, closefd, opener };
        super::open(file, &mode, &options)
    }
    /// Opens the provided file with the intent to import the contents.
    #[pyfunction("(path)")]
    fn open_code(path: P<Str>) -> PyResult {
        let options = OpenOptions {
            buffering: -1,
            encoding: NONE,
            errors: NONE,
            newline: NONE,
            closefd: true,
            opener: NONE,
        };
        super::open(path.value(), "rb", &options)
    }
    /// A helper function to choose the text encoding.
    #[pyfunction("(encoding, stacklevel=2, /)")]
    fn text_encoding(encoding: Value, stacklevel: i32) -> PyResult {
        let _ = stacklevel;
        Ok(if encoding.is_none() { "locale".into() } else { encoding.own() })
    }
}
