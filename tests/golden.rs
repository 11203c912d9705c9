//! Every benchmark program (at its test size) and every language test, with the JIT on, off and
//! under stress: the output must be what CPython 3.14 printed (`bench/regenerate.sh`).
//!
//! Under stress they run twice more: with every guard of machine code leaving once although it holds (`jit-fail`), and
//! with every recording abandoned after one instruction, after two, and so on (`jit-abandon`).
//! A binary of one's own with debug assertions is run with the Audit machine, too (`interp/src/audit.rs`).
//! `TAIPAN_MODES=long` does that with more parameters, for half an hour or so.
//!
//! Names are `programs/NAME/MODE` and `language/NAME/MODE`; filters work as in libtest.
//! `TAIPAN=PATH` tests another binary, `TAIPAN_MODES=on,stress+jit-fail=3` runs in these modes,
//! `TAIPAN_TIMEOUT=SECONDS` sets the limit of one run (stress gets three times as much).

use libtest_mimic::{Arguments, Failed, Trial};
use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tests::case::{self, Case};
use tests::known::{self, Known};
use tests::workspace;

const MODES: [&str; 5] = ["on", "off", "stress", "stress+jit-fail=1", "stress+jit-abandon=1"];
/// Without side traces all guards stay exits; other thresholds record other traces.
const LONG: [&str; 16] = [
    "on+jit-fail=1",
    "on+jit-fail=100",
    "on+jit-abandon=1",
    "stress+jit-fail=2",
    "stress+jit-fail=3",
    "stress+jit-fail=7",
    "stress+jit-fail=20",
    "stress+jit-side=0+jit-fail=1",
    "stress+jit-side=0+jit-fail=5",
    "stress+jit-abandon=3",
    "stress+jit-fail=1+jit-abandon=1",
    "stress+jit-loop=20+jit-call=30+jit-exit=5+jit-fail=1",
    "stress+jit-loop=20+jit-call=30+jit-exit=5+jit-abandon=1",
    "stress+jit-loop=7+jit-call=1000000+jit-exit=3+jit-fail=2",
    "stress+jit-loop=1000000+jit-exit=3+jit-fail=2",
    "stress+jit-loop=1000000+jit-exit=3+jit-abandon=1",
];
const DEFAULT_TIMEOUT: u64 = 20;

/// A case in a mode, with the known failure that speaks of it.
struct Run {
    case: Arc<Case>,
    mode: String,
    known: Option<Arc<Known>>,
}

impl Run {
    fn name(&self) -> String {
        format!("{}/{}", self.case.name, self.mode)
    }

    fn check(&self, taipan: &Path, timeout: u64) -> Result<(), String> {
        let seconds = if self.mode.starts_with("stress") { timeout * 3 } else { timeout };
        self.case.check(taipan, &self.mode, Duration::from_secs(seconds))
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    match trials(&arguments) {
        Ok(trials) => libtest_mimic::run(&arguments, trials).exit_code(),
        Err(message) => {
            eprintln!("golden: {message}");
            ExitCode::FAILURE
        }
    }
}

fn trials(arguments: &Arguments) -> Result<Vec<Trial>, String> {
    let timeout = match std::env::var("TAIPAN_TIMEOUT") {
        Ok(text) => text.parse().map_err(|error| format!("TAIPAN_TIMEOUT={text}: {error}"))?,
        Err(_) => DEFAULT_TIMEOUT,
    };
    let runs = runs()?;
    if arguments.list {
        return Ok(runs.iter().map(|run| Trial::test(run.name(), || Ok(()))).collect());
    }
    let taipan: Arc<Path> = workspace::taipan()?.into();
    // libtest decides what is ignored before anything runs, so the listed failures run first.
    let (listed, plain): (Vec<Run>, Vec<Run>) = runs.into_iter().partition(|run| run.known.is_some());
    let mut trials: Vec<Trial> = plain
        .into_iter()
        .map(|run| {
            let taipan = taipan.clone();
            Trial::test(run.name(), move || run.check(&taipan, timeout).map_err(Failed::from))
        })
        .collect();
    let listed: Vec<Run> = listed.into_iter().filter(|run| selected(arguments, &run.name())).collect();
    let passed = check_all(&listed, &taipan, timeout);
    for (run, passed) in listed.iter().zip(passed) {
        let reason = run.known.as_ref().map_or_else(String::new, |known| known.reason());
        let trial = Trial::test(run.name(), move || {
            Err(Failed::from(format!("passes now; remove it from tests/known_failures.txt ({reason})")))
        });
        trials.push(trial.with_kind("known").with_ignored_flag(!passed));
    }
    Ok(trials)
}

/// Every case in every mode.
fn runs() -> Result<Vec<Run>, String> {
    let modes: Vec<String> = match std::env::var("TAIPAN_MODES") {
        Ok(text) if text == "long" => LONG.map(str::to_owned).into(),
        Ok(text) => text.split(',').map(str::to_owned).collect(),
        Err(_) => {
            // The machine that checks the rules of the semantics is in builds with debug assertions only.
            let own = cfg!(debug_assertions) && std::env::var_os("TAIPAN").is_none();
            MODES.into_iter().chain(own.then_some("audit")).map(str::to_owned).collect()
        }
    };
    let known: Vec<Arc<Known>> =
        known::read(&workspace::root().join("tests/known_failures.txt"))?.into_iter().map(Arc::new).collect();
    let mut runs = Vec::new();
    for case in case::discover()?.into_iter().map(Arc::new) {
        for mode in &modes {
            let known = known.iter().find(|known| known.covers(&case.name, mode)).cloned();
            runs.push(Run { case: case.clone(), mode: mode.clone(), known });
        }
    }
    Ok(runs)
}

/// Whether libtest's own filters let a name through.
fn selected(arguments: &Arguments, name: &str) -> bool {
    let matches =
        |filter: &String| if arguments.exact { name == filter } else { name.contains(filter.as_str()) };
    arguments.filter.as_ref().is_none_or(matches) && !arguments.skip.iter().any(matches)
}

/// Whether each run passes, checked on as many threads as libtest would use.
fn check_all(runs: &[Run], taipan: &Path, timeout: u64) -> Vec<bool> {
    let next = AtomicUsize::new(0);
    let passed = Mutex::new(vec![false; runs.len()]);
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(runs.len());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(run) = runs.get(index) else { break };
                    let good = run.check(taipan, timeout).is_ok();
                    passed.lock().expect("no checker panics")[index] = good;
                }
            });
        }
    });
    passed.into_inner().expect("no checker panics")
}
