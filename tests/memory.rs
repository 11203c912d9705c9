//! No leaks: the resident memory of a process that runs a program's main function again and
//! again stays flat, with the JIT on and off.
//!
//! Names are `programs/NAME/MODE`; `TAIPAN` and filters work as in the golden tests.

use libtest_mimic::{Arguments, Failed, Trial};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::Arc;
use std::time::Duration;
use tests::{case, process, workspace};

/// How often main runs; caches, code and the heap's free pages settle in the first half.
const RUNS: usize = 40;
/// What the second half may add, in kilobytes: room for pages that come and go, but less than one
/// object lost in every hundredth iteration of a program would add.
const GROWTH: u64 = 1024;
const LIMIT: Duration = Duration::from_secs(120);

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    match trials(arguments.list) {
        Ok(trials) => libtest_mimic::run(&arguments, trials).exit_code(),
        Err(message) => {
            eprintln!("memory: {message}");
            ExitCode::FAILURE
        }
    }
}

fn trials(list: bool) -> Result<Vec<Trial>, String> {
    let taipan: Arc<Path> = if list { Path::new("").into() } else { workspace::taipan()?.into() };
    let mut trials = Vec::new();
    for path in workspace::files(&workspace::root().join("bench/programs"), "py")? {
        let name = path.file_stem().expect("found by its extension").to_string_lossy().into_owned();
        let size = case::test_size(&path)?.ok_or_else(|| format!("{}: no test size", path.display()))?;
        for mode in ["on", "off"] {
            let (taipan, path, size) = (taipan.clone(), path.clone(), size.clone());
            trials.push(Trial::test(format!("programs/{name}/{mode}"), move || {
                flat(&taipan, mode, &path, &size).map_err(Failed::from)
            }));
        }
    }
    Ok(trials)
}

/// Run a program's main function repeatedly and look at the memory of the second half.
fn flat(taipan: &Path, mode: &str, program: &PathBuf, size: &str) -> Result<(), String> {
    let mut command = Command::new(taipan);
    command.arg("-X").arg(format!("jit={mode}")).arg(workspace::root().join("tests/memory/repeat.py"));
    command.arg(program).arg(size).arg(RUNS.to_string());
    let done = process::run(&mut command, LIMIT)?;
    let stderr = String::from_utf8_lossy(&done.stderr);
    match done.status {
        Some(status) if status.success() => {}
        Some(status) => return Err(format!("{status}\n{stderr}")),
        None => return Err(format!("still running after {} s", LIMIT.as_secs())),
    }
    let stdout = String::from_utf8_lossy(&done.stdout);
    let sizes: Vec<u64> = stdout.lines().filter_map(|line| line.parse().ok()).collect();
    let [.., last] = sizes[..] else { return Err(format!("no sizes in {stdout:?}")) };
    let middle = sizes[sizes.len() / 2];
    if last > middle + GROWTH {
        return Err(format!("grows from {middle} to {last} kB between runs {} and {RUNS}", RUNS / 2));
    }
    Ok(())
}
