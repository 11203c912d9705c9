//! The command line: options, what is run, exit codes. Messages and codes are CPython's.

mod environment;
mod help;
mod options;
mod repl;
mod run;

use options::{Options, Target};
use std::ffi::OsString;
use std::io::Write;
use taipan_runtime::error::{PyResult, Raised, take};
use taipan_runtime::runtime::exception_class;
use taipan_stdlib::sys::hooks;

/// Run the interpreter for these arguments; the process's exit code.
pub fn main(args: Vec<OsString>) -> i32 {
    taipan_runtime::memory::refill();
    let program = args.first().cloned().unwrap_or_else(|| "taipan".into());
    let shown = program.to_string_lossy().into_owned();
    let mut options = match options::parse(&args) {
        Ok(options) => options,
        Err(message) => {
            let usage = help::usage(&shown);
            return say(&mut std::io::stderr(), &format!("{message}\n{usage}"), 2);
        }
    };
    let text = match options.show {
        Some(options::Show::Version(times)) => Some(help::version(times)),
        Some(options::Show::Help) => Some(help::full(&shown)),
        Some(options::Show::Environment) => Some(help::environment()),
        Some(options::Show::XOptions) => Some(help::x_options()),
        Some(options::Show::All) => {
            Some(format!("{}\n{}\n{}", help::full(&shown), help::environment(), help::x_options()))
        }
        None => None,
    };
    if let Some(text) = text {
        return say(&mut std::io::stdout(), &text, 0);
    }
    if let Err(message) = environment::apply(&mut options) {
        return say(&mut std::io::stderr(), &format!("Fatal Python error: {message}\n"), 1);
    }
    start(options, &program)
}

/// Write a text, whole; `code`, or 120 if that fails.
fn say(to: &mut dyn Write, text: &str, code: i32) -> i32 {
    match to.write_all(text.as_bytes()).and_then(|()| to.flush()) {
        Ok(()) => code,
        Err(_) => 120,
    }
}

/// Bring the interpreter up, run what is to be run, and take it down.
fn start(mut options: Options, program: &OsString) -> i32 {
    taipan_stdlib::raise_stack_limit();
    options.config.executable = environment::executable(program);
    crate::session::start(options.hash_key);
    if let Err(Raised) = taipan_stdlib::startup::init(&options.config) {
        let e = take();
        hooks::print_uncaught(&e);
        return 1;
    }
    let params = std::mem::take(&mut options.params);
    if let Err(message) = crate::tiering::start(params) {
        eprintln!("taipan: no JIT: {message}");
    }
    let code = match run::run(&options) {
        Ok(code) => code,
        Err(Raised) => uncaught(),
    };
    let code =
        if options.config.inspect > 0 && !matches!(options.target, Target::Stdin) && code != INTERRUPTED {
            repl::interact(&options.config)
        } else {
            code
        };
    let flushed = taipan_stdlib::startup::finalize();
    crate::tiering::report();
    match (code, flushed) {
        (INTERRUPTED, _) => taipan_stdlib::signal::die_of_interrupt(),
        (_, false) => 120,
        (code, true) => code,
    }
}

/// Stands for the end by `KeyboardInterrupt`.
const INTERRUPTED: i32 = i32::MIN;

/// The exit code of an exception that nobody has caught; it is reported.
fn uncaught() -> i32 {
    let e = take();
    if e.is_instance_of(exception_class(taipan_runtime::error::Exc::SystemExit)) {
        return hooks::exit_status(&e);
    }
    hooks::print_uncaught(&e);
    if e.is_instance_of(exception_class(taipan_runtime::error::Exc::KeyboardInterrupt)) {
        INTERRUPTED
    } else {
        1
    }
}

/// The exit code of a result.
fn code_of(result: PyResult<i32>) -> i32 {
    match result {
        Ok(code) => code,
        Err(Raised) => uncaught(),
    }
}
