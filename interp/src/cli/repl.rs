//! The interactive interpreter: a plain loop of reading and running.

use taipan_runtime::error::{PyResult, Raised, take};
use taipan_runtime::object::Ref;
use taipan_runtime::protocol::call::{call, call_method_text, call1};
use taipan_runtime::slots::Args;
use taipan_runtime::types::str;
use taipan_runtime::value::Value;
use taipan_stdlib::startup;
use taipan_stdlib::sys::config::Config;

/// What is printed first.
fn banner() -> String {
    let version = super::help::version(2);
    format!(
        "{} on linux\nType \"help\", \"copyright\", \"credits\" or \"license\" for more information.",
        version.trim_end()
    )
}

fn console() -> PyResult<Ref> {
    let class = startup::import_from("code", "InteractiveConsole")?;
    let main = startup::main_module()?;
    let console = call1(*class, main.dict().value())?;
    // `exit()` ends the process, as CPython's own loop has it.
    taipan_runtime::protocol::attr::setattr(*console, str::interned("local_exit"), Value::bool(false))?;
    Ok(console)
}

/// Read and run statements until the end of the input; the exit code.
pub fn interact(config: &Config) -> i32 {
    let run = || -> PyResult<i32> {
        let sys = startup::import("sys")?;
        for (name, prompt) in [("ps1", ">>> "), ("ps2", "... ")] {
            taipan_runtime::protocol::attr::setattr(*sys, str::interned(name), *Ref::from(prompt))?;
        }
        if let Err(Raised) = startup::import("readline") {
            drop(take());
        }
        let console = console()?;
        let text = if config.quiet { String::new() } else { banner() };
        let (text, empty) = (Ref::from(text.as_str()), Ref::from(""));
        let method = taipan_runtime::protocol::attr::getattr_text(*console, "interact")?;
        call(*method, Args::positional(&[*text, *empty]))?;
        call_method_text(*startup::import_from("sys", "stdout")?, "flush", &[])?;
        Ok(0)
    };
    super::code_of(run())
}
