//! What loops come to in machine code: comments in `tests/traces/*.py` say what is left in them.
//!
//! Names are `FILE/FUNCTION`; `TAIPAN` and filters work as in the golden tests. To see a loop:
//! `taipan -X jit-dump=opt tests/traces/FILE.py`.

use libtest_mimic::{Arguments, Failed, Trial};
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Duration;
use tests::{case, process, trace, workspace};

const MARK: &str = "# LOOP";
const LIMIT: Duration = Duration::from_secs(60);

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    match trials(arguments.list) {
        Ok(trials) => libtest_mimic::run(&arguments, trials).exit_code(),
        Err(message) => {
            eprintln!("traces: {message}");
            ExitCode::FAILURE
        }
    }
}

fn trials(list: bool) -> Result<Vec<Trial>, String> {
    let taipan = if list { None } else { Some(workspace::taipan()?) };
    let mut trials = Vec::new();
    for path in workspace::files(&workspace::root().join("tests/traces"), "py")? {
        let source = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        let file = path.file_name().expect("found by its extension").to_string_lossy().into_owned();
        let dumps = taipan.as_deref().map_or(Ok(String::new()), |taipan| dumps(taipan, &path))?;
        let mut found = trace::regions(&dumps, &file);
        let mut functions: Vec<(usize, &str)> = Vec::new();
        for (index, line) in source.lines().enumerate() {
            let indent = line.len() - line.trim_start().len();
            if let Some(definition) = line.trim_start().strip_prefix("def ") {
                functions.push((indent, definition.split('(').next().unwrap_or(definition)));
            }
            let Some((_, expected)) = line.split_once(MARK) else { continue };
            let around = functions.iter().rev().find(|f| f.0 < indent);
            let function = around.map_or("module", |f| f.1);
            let (region, expected) = (found.remove(&(index + 1)), expected.to_owned());
            trials.push(Trial::test(format!("{file}/{function}"), move || {
                let region = region.ok_or("no region starts at this line")?;
                region.check(&expected).map_err(Failed::from)
            }));
        }
    }
    Ok(trials)
}

/// What the JIT writes while it runs a program.
fn dumps(taipan: &Path, program: &Path) -> Result<String, String> {
    let mut command = Command::new(taipan);
    command.args(["-X", "jit-dump=ir,opt", "-X", "jit-log=/dev/stderr"]).arg(program);
    case::plain_environment(&mut command);
    let done = process::run(&mut command, LIMIT)?;
    let stderr = String::from_utf8_lossy(&done.stderr).into_owned();
    match done.code() {
        Some(0) => Ok(stderr),
        code => Err(format!("{}: {code:?}\n{stderr}", program.display())),
    }
}
