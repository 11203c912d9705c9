//! No leaks: a process that runs a program's main function again and again stops growing, with the JIT on and off,
//! and with every guard leaving once although it holds.
//! What is counted are the heap's blocks (exactly) and the resident memory (roughly).
//!
//! Names are `programs/NAME/MODE`; `TAIPAN` and filters work as in the golden tests.

use libtest_mimic::{Arguments, Failed, Trial};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::Arc;
use std::time::Duration;
use tests::{case, process, workspace};

/// How often main runs.
const RUNS: usize = 60;
/// The last runs, which are looked at: caches, code and the heap's free pages settle in those before.
const SETTLED: usize = 20;
/// Blocks that the settled runs may add: what is lost in every run is more.
const BLOCKS: u64 = 19;
/// What they may add to the resident memory, in kilobytes: room for pages that come and go.
const GROWTH: u64 = 1024;
const LIMIT: Duration = Duration::from_secs(120);
/// Regions are found and grow to their limits in the first runs: what they keep alive is not a leak.
const SOON: [&str; 5] = ["jit-background=0", "jit-side=5", "jit-exit=5", "jit-loop=20", "jit-call=30"];

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
        for mode in ["on", "off", "on+jit-fail=1"] {
            let (taipan, path, size) = (taipan.clone(), path.clone(), size.clone());
            trials.push(Trial::test(format!("programs/{name}/{mode}"), move || {
                flat(&taipan, mode, &path, &size).map_err(Failed::from)
            }));
        }
    }
    Ok(trials)
}

/// Run a program's main function repeatedly and look at what the last runs add.
fn flat(taipan: &Path, mode: &str, program: &PathBuf, size: &str) -> Result<(), String> {
    let mut command = Command::new(taipan);
    command.args(case::jit_options(mode));
    for option in SOON {
        command.arg("-X").arg(option);
    }
    command.arg(workspace::root().join("tests/memory/repeat.py"));
    command.arg(program).arg(size).arg(RUNS.to_string());
    let done = process::run(&mut command, LIMIT)?;
    let stderr = String::from_utf8_lossy(&done.stderr);
    match done.status {
        Some(status) if status.success() => {}
        Some(status) => return Err(format!("{status}\n{stderr}")),
        None => return Err(format!("still running after {} s", LIMIT.as_secs())),
    }
    let stdout = String::from_utf8_lossy(&done.stdout);
    let sizes: Vec<(u64, u64)> = stdout
        .lines()
        .filter_map(|line| line.split_once(' ').and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?))))
        .collect();
    if sizes.len() != RUNS {
        return Err(format!("{} sizes of {RUNS} in {stdout:?}", sizes.len()));
    }
    let (before, after) = (sizes[RUNS - SETTLED - 1], sizes[RUNS - 1]);
    if after.1 > before.1 + BLOCKS {
        return Err(format!("the last {SETTLED} runs take the heap from {} to {} blocks", before.1, after.1));
    }
    // Machine code and recordings have limits of their own.
    if mode == "off" && after.0 > before.0 + GROWTH {
        return Err(format!("the last {SETTLED} runs take the memory from {} to {} kB", before.0, after.0));
    }
    Ok(())
}
