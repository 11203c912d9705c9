//! Running a command, a module, a file, or standard input.

use super::options::{Options, Target};
use std::ffi::{OsStr, OsString};
use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};
use taipan_runtime::error::{Exc, PyResult, raise_exception};
use taipan_runtime::object::{P, Ref};
use taipan_runtime::protocol::attr::getattr_text;
use taipan_runtime::protocol::call::call2;
use taipan_runtime::types::code::Code;
use taipan_runtime::types::exception::os_error::strerror_text;
use taipan_runtime::value::{NONE, Value};
use taipan_stdlib::os_text::fs_decode_os;
use taipan_stdlib::startup;
use taipan_stdlib::sys::hooks::write_stderr;

/// Run what the options say; the exit code.
pub fn run(o: &Options) -> PyResult<i32> {
    taipan_runtime::gc::begin();
    match &o.target {
        Target::Command(text) => {
            if !o.config.safe_path {
                startup::prepend_path(Ref::from(""));
            }
            command(text).map(|()| 0)
        }
        Target::Module(name) => {
            if !o.config.safe_path {
                let here = std::env::current_dir().unwrap_or_default();
                startup::prepend_path(fs_decode_os(here.as_os_str()));
            }
            module(name, true).map(|()| 0)
        }
        Target::File(path) => file(o, path),
        Target::Stdin => stdin(o),
    }
}

/// Run a module as `__main__`, by `runpy`.
fn module(name: &str, alter_argv: bool) -> PyResult<()> {
    let f = startup::import_from("runpy", "_run_module_as_main")?;
    call2(*f, *Ref::from(name), Value::bool(alter_argv)).map(drop)
}

/// Run compiled code in `__main__`.
fn execute(code: &Ref) -> PyResult<()> {
    let main = startup::main_module()?;
    let Some(code) = code.downcast::<Code>() else {
        return taipan_runtime::raise!(SystemError, "the compiler made no code");
    };
    let run = taipan_runtime::eval_hook::hooks().exec_code;
    run(code, main.dict(), main.dict().value()).map(drop)
}

/// `-c`: tracebacks show the lines of the command.
fn command(text: &str) -> PyResult<()> {
    let text = dedent(text);
    let source = text.as_bytes();
    if source.contains(&0) {
        return taipan_runtime::raise!(SyntaxError, "source code string cannot contain null bytes");
    }
    let code = taipan_stdlib::builtins::compile(source, true, "<string>", "exec", 0, -1)?;
    if let Some(c) = code.downcast::<Code>() {
        taipan_runtime::runtime::runtime().sources.register_code(&c.code, &text);
    }
    execute(&code).inspect_err(|_| show_source(&code, &text))
}

/// The command without the indentation that all its lines share.
fn dedent(text: &str) -> String {
    let lines = || text.split('\n').filter(|l| !l.trim_matches([' ', '\t']).is_empty());
    let indent = |l: &str| l.len() - l.trim_start_matches([' ', '\t']).len();
    let Some(first) = lines().next() else { return text.to_owned() };
    let mut common = &first[..indent(first)];
    for line in lines() {
        let n = common.bytes().zip(line.bytes()).take_while(|(a, b)| a == b).count();
        common = &common[..n];
    }
    if common.is_empty() {
        return text.to_owned();
    }
    let cut =
        |l: &str| l.strip_prefix(common).unwrap_or_else(|| l.trim_start_matches([' ', '\t'])).to_owned();
    text.split('\n').map(cut).collect::<Vec<_>>().join("\n")
}

/// Let `linecache` know the lines of code that is in no file. The exception stays what is raised.
fn show_source(code: &Ref, text: &str) {
    if taipan_runtime::runtime::runtime().modules().get_text("linecache").is_none() {
        return;
    }
    let thread = taipan_runtime::thread::current();
    let raised = thread.take_raised();
    let register = startup::import_from("linecache", "_register_code");
    let done = register.and_then(|f| {
        let (text, name) = (Ref::from(text), Ref::from("<string>"));
        let args = [code.value(), *text, *name];
        taipan_runtime::protocol::call::call(*f, taipan_runtime::slots::Args::positional(&args))
    });
    if done.is_err() {
        drop(taipan_runtime::error::take());
    }
    if let Some(e) = raised {
        thread.set_raised(e);
    }
}

/// Can `__main__` be found in it: is it a directory, or a zip archive?
fn is_container(path: &Path) -> bool {
    let Ok(meta) = std::fs::metadata(path) else { return false };
    if meta.is_dir() {
        return true;
    }
    meta.is_file() && path.extension().is_none_or(|e| e != "py") && is_zip(path)
}

/// Does the file end with a zip archive's directory?
fn is_zip(path: &Path) -> bool {
    use std::io::{Seek, SeekFrom};
    let tail = || -> std::io::Result<Vec<u8>> {
        let mut f = std::fs::File::open(path)?;
        let len = f.metadata()?.len();
        f.seek(SeekFrom::Start(len.saturating_sub((1 << 16) + 22)))?;
        let mut tail = Vec::new();
        f.read_to_end(&mut tail)?;
        Ok(tail)
    };
    tail().is_ok_and(|t| t.windows(4).any(|w| w == b"PK\x05\x06"))
}

fn file(o: &Options, given: &OsStr) -> PyResult<i32> {
    let path = std::path::absolute(given).unwrap_or_else(|_| PathBuf::from(given));
    if is_container(Path::new(given)) {
        return container(o, given, &path);
    }
    let program = program(o);
    let mut source = match std::fs::read(given) {
        Ok(source) => source,
        Err(e) => {
            let number = e.raw_os_error().unwrap_or(0);
            write_stderr(&format!(
                "{program}: can't open file '{}': [Errno {number}] {}\n",
                path.display(),
                strerror_text(number)
            ));
            return Ok(2);
        }
    };
    if !o.config.safe_path {
        startup::prepend_path(fs_decode_os(&script_directory(given)));
    }
    if o.skip_first_line {
        // The line's end stays, so that lines are counted as in the file.
        let n = source.iter().position(|&b| b == b'\n').unwrap_or(source.len());
        source.drain(..n);
    }
    script(&source, &path).map(|()| 0)
}

fn program(o: &Options) -> String {
    let name =
        if o.config.executable.is_empty() { OsString::from("taipan") } else { o.config.executable.clone() };
    name.to_string_lossy().into_owned()
}

/// The directory of a script, links followed.
fn script_directory(given: &OsStr) -> OsString {
    let path = std::fs::canonicalize(given).unwrap_or_else(|_| PathBuf::from(given));
    path.parent().map_or_else(OsString::new, |d| d.as_os_str().to_owned())
}

fn container(o: &Options, given: &OsStr, path: &Path) -> PyResult<i32> {
    let entry = fs_decode_os(path.as_os_str());
    if !o.config.safe_path || o.config.isolated {
        startup::prepend_path(entry);
    }
    let sys = startup::import("sys")?;
    let argv = getattr_text(*sys, "argv")?;
    taipan_runtime::protocol::mapping::setitem(*argv, Value::small_int(0), *fs_decode_os(given))?;
    if !find_main(path)? {
        write_stderr(&format!(
            "{}: can't find '__main__' module in '{}'\n",
            program(o),
            Path::new(given).display()
        ));
        return Ok(1);
    }
    module("__main__", false).map(|()| 0)
}

/// Does the container have a `__main__`?
fn find_main(path: &Path) -> PyResult<bool> {
    let importer = startup::import_from("pkgutil", "get_importer")?;
    let found = taipan_runtime::protocol::call::call1(*importer, *fs_decode_os(path.as_os_str()))?;
    if found.is_none() {
        return Ok(false);
    }
    let spec =
        taipan_runtime::protocol::call::call_method_text(*found, "find_spec", &[*Ref::from("__main__")])?;
    Ok(!spec.is_none())
}

/// Run a source file in `__main__`.
fn script(source: &[u8], path: &Path) -> PyResult<()> {
    let main = startup::main_module()?;
    let name = fs_decode_os(path.as_os_str());
    main.set("__file__", name.clone());
    main.set("__cached__", NONE);
    main.set("__spec__", NONE);
    set_loader(main, &name)?;
    let filename = path.to_string_lossy();
    if source.contains(&0) {
        return null_bytes(source, &name);
    }
    let code = taipan_stdlib::builtins::compile(source, false, &filename, "exec", 0, -1)?;
    execute(&code)
}

fn set_loader(main: P<taipan_runtime::types::module::Module>, name: &Ref) -> PyResult<()> {
    let external = startup::import("_frozen_importlib_external")?;
    let class = getattr_text(*external, "SourceFileLoader")?;
    let loader = call2(*class, *Ref::from("__main__"), **name)?;
    main.set("__loader__", loader);
    Ok(())
}

/// The error of a file with null bytes.
fn null_bytes(source: &[u8], name: &Ref) -> PyResult<()> {
    let at = source.iter().position(|&b| b == 0).unwrap_or(0);
    let line = source[..at].iter().filter(|&&b| b == b'\n').count() + 1;
    let e = taipan_runtime::types::exception::new_exception(
        Exc::SyntaxError,
        "source code cannot contain null bytes",
    )?;
    let set = |field: &str, v: Value| {
        taipan_runtime::protocol::attr::setattr(*e, taipan_runtime::types::str::interned(field), v)
    };
    set("filename", **name)?;
    set("lineno", *taipan_runtime::types::int::new(line as i64))?;
    // The text ends where it can be shown no more.
    let start = source[..at].iter().rposition(|&b| b == b'\n').map_or(0, |newline| newline + 1);
    set("text", *Ref::from(String::from_utf8_lossy(&source[start..at]).as_ref()))?;
    raise_exception(e)
}

fn stdin(o: &Options) -> PyResult<i32> {
    if !o.config.safe_path {
        startup::prepend_path(Ref::from(""));
    }
    if std::io::stdin().is_terminal() || o.config.inspect > 0 {
        return Ok(super::repl::interact(&o.config));
    }
    let mut source = Vec::new();
    if let Err(e) = std::io::stdin().lock().read_to_end(&mut source) {
        return taipan_runtime::types::exception::os_error::raise_io(&e, None);
    }
    let code = taipan_stdlib::builtins::compile(&source, false, "<stdin>", "exec", 0, -1)?;
    execute(&code).map(|()| 0)
}
