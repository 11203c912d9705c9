//! Golden cases: a Python file, its arguments and what CPython 3.14 printed for it.

use crate::process::{self, Finished};
use crate::workspace;
use similar::{ChangeTag, TextDiff};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// One Python file with its expected output.
pub struct Case {
    /// `programs/nbody`, `language/closures`: the test's name without the mode.
    pub name: String,
    /// Relative to the workspace's root, where the interpreter is started.
    file: PathBuf,
    size: Option<String>,
    stdout: Vec<u8>,
    /// Compared only where the file is there: tests of uncaught errors.
    stderr: Option<Vec<u8>>,
    code: i32,
}

/// All cases: the benchmark programs at their test size, and the language tests.
///
/// # Errors
/// A message for a Python file without expected output, or an unreadable file.
pub fn discover() -> Result<Vec<Case>, String> {
    let root = workspace::root();
    let mut cases = Vec::new();
    for (folder, prefix) in [("bench/programs", "programs"), ("tests/language", "language")] {
        for path in workspace::files(&root.join(folder), "py")? {
            cases.push(Case::read(&root, &path, prefix)?);
        }
    }
    Ok(cases)
}

/// The command line options of a mode: `on`, `off` or `stress`, and parameters of the JIT after `+`, as in
/// `stress+jit-fail=1`.
pub fn jit_options(mode: &str) -> Vec<String> {
    let mut parts = mode.split('+');
    let switch = parts.next().map(|switch| format!("jit={switch}"));
    switch.into_iter().chain(parts.map(str::to_owned)).flat_map(|option| ["-X".to_owned(), option]).collect()
}

/// The environment of bench/regenerate.sh: nothing of the caller's Python leaks in.
pub fn plain_environment(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PYTHON") {
            command.env_remove(name);
        }
    }
    command.env("PYTHONHASHSEED", "0").env("PYTHONDONTWRITEBYTECODE", "1");
    command.env("NO_COLOR", "1").env("LC_ALL", "C.UTF-8");
}

/// The size that a program declares for tests: its line `# test-size: N`.
///
/// # Errors
/// A message when the file cannot be read.
pub fn test_size(path: &Path) -> Result<Option<String>, String> {
    let source = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let size = source.lines().find_map(|line| line.strip_prefix("# test-size: "));
    Ok(size.map(|size| size.trim().to_owned()))
}

impl Case {
    fn read(root: &Path, path: &Path, prefix: &str) -> Result<Case, String> {
        let stem = path.file_stem().expect("a file found by its extension").to_string_lossy();
        let expected = path.with_extension("expected");
        let stdout = fs::read(&expected)
            .map_err(|error| format!("{}: {error}; run bench/regenerate.sh", expected.display()))?;
        let code = match fs::read_to_string(path.with_extension("expected_code")) {
            Ok(text) => text.trim().parse().map_err(|error| format!("{}: {error}", path.display()))?,
            Err(_) => 0,
        };
        Ok(Case {
            name: format!("{prefix}/{stem}"),
            file: path.strip_prefix(root).expect("the path was found under the root").to_path_buf(),
            size: test_size(path)?,
            stdout,
            stderr: fs::read(path.with_extension("expected_err")).ok(),
            code,
        })
    }

    /// Run the case in a mode (see [`jit_options`]) and compare what it wrote.
    ///
    /// # Errors
    /// A readable account of every difference.
    pub fn check(&self, taipan: &Path, mode: &str, limit: Duration) -> Result<(), String> {
        let mut command = Command::new(taipan);
        command.current_dir(workspace::root()).args(jit_options(mode)).arg(&self.file);
        command.args(&self.size);
        plain_environment(&mut command);
        let mut got = process::run(&mut command, limit)?;
        // Tracebacks name the file by its absolute path; what is committed is relative to the root.
        let root = format!("{}/", workspace::root().display());
        for text in [&mut got.stdout, &mut got.stderr] {
            *text = without(text, root.as_bytes());
        }
        let mut report = self.compare(&got, limit);
        if report.is_empty() {
            return Ok(());
        }
        let size = self.size.as_deref().unwrap_or("");
        let options = jit_options(mode).join(" ");
        let _ = write!(report, "\nreproduce: taipan {options} {} {size}", self.file.display());
        Err(report)
    }

    fn compare(&self, got: &Finished, limit: Duration) -> String {
        let mut report = String::new();
        match got.status {
            None => {
                let _ = writeln!(report, "still running after {} s, killed", limit.as_secs());
            }
            Some(status) if got.code() != Some(self.code) => {
                let _ = writeln!(report, "ended with {status}, expected exit code {}", self.code);
            }
            Some(_) => {}
        }
        difference(&mut report, "stdout", &self.stdout, &got.stdout);
        match &self.stderr {
            Some(expected) => difference(&mut report, "stderr", expected, &got.stderr),
            None if !report.is_empty() && !got.stderr.is_empty() => {
                let _ = writeln!(report, "stderr:\n{}", tail(&String::from_utf8_lossy(&got.stderr), 25));
            }
            None => {}
        }
        report
    }
}

/// `text` with every occurrence of `part` removed.
fn without(text: &[u8], part: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&first, tail)) = rest.split_first() {
        if let Some(after) = rest.strip_prefix(part) {
            rest = after;
        } else {
            out.push(first);
            rest = tail;
        }
    }
    out
}

/// Add the differing lines with a little context; nothing when the texts are equal.
pub fn difference(report: &mut String, what: &str, expected: &[u8], got: &[u8]) {
    if expected == got {
        return;
    }
    let expected = String::from_utf8_lossy(expected);
    let got = String::from_utf8_lossy(got);
    let diff = TextDiff::from_lines(expected.as_ref(), got.as_ref());
    let _ = writeln!(report, "{what} differs (- expected, + got):");
    let mut lines = 0;
    for group in diff.grouped_ops(2) {
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            if lines == 40 {
                report.push_str("  …\n");
                return;
            }
            lines += 1;
            let (sign, number) = match change.tag() {
                ChangeTag::Delete => ('-', change.old_index()),
                ChangeTag::Insert => ('+', change.new_index()),
                ChangeTag::Equal => (' ', change.old_index()),
            };
            let number = number.map_or(0, |index| index + 1);
            let _ = writeln!(report, "  {sign}{number:>4} {}", change.value().trim_end_matches('\n'));
        }
    }
}

/// The last `count` lines of a text.
fn tail(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}
