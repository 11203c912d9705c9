//! The command line, standard input and bad files: what `tests/command_line/cases.txt` describes
//! must end as CPython 3.14 ended it (`expected.txt`, made by `bench/regenerate.sh command_line`).

use libtest_mimic::{Arguments, Failed, Trial};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::sync::Arc;
use std::time::Duration;
use tests::known::{self, Known};
use tests::{case, process, workspace};

const LIMIT: Duration = Duration::from_secs(20);

/// One case: what to pass, what to type, what must come back.
struct Case {
    name: String,
    arguments: Vec<String>,
    stdin: Vec<u8>,
    expected: String,
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    match trials(arguments.list) {
        Ok(trials) => libtest_mimic::run(&arguments, trials).exit_code(),
        Err(message) => {
            eprintln!("command_line: {message}");
            ExitCode::FAILURE
        }
    }
}

fn trials(list: bool) -> Result<Vec<Trial>, String> {
    let folder = workspace::root().join("tests/command_line");
    let read = |name: &str| {
        let path = folder.join(name);
        fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
    };
    let cases = parse(&read("cases.txt")?, &read("expected.txt")?)?;
    let known = known::read(&workspace::root().join("tests/known_failures.txt"))?;
    let taipan: Arc<Path> = if list { Path::new("").into() } else { workspace::taipan()?.into() };
    let mut trials = places(&taipan);
    for case in cases {
        let name = format!("command_line/{}", case.name.replace(' ', "_"));
        let reason = known.iter().find(|known| known.covers(&name, "on")).map(Known::reason);
        let taipan = taipan.clone();
        trials.push(Trial::test(name, move || {
            match (case.check(&taipan), reason) {
                (result, None) => result.map_err(Failed::from),
                // A known failure that still fails passes here; only the list tells of it.
                (Err(_), Some(_)) => Ok(()),
                (Ok(()), Some(reason)) => Err(Failed::from(format!(
                    "passes now; remove it from tests/known_failures.txt ({reason})"
                ))),
            }
        }));
    }
    Ok(trials)
}

/// However the executable is found, it must find the library that it carries.
fn places(taipan: &Arc<Path>) -> Vec<Trial> {
    let all: [(&str, fn(&Path, &Path) -> std::io::Result<Command>); 5] = [
        ("relative_path", |taipan, dir| {
            let name = taipan.file_name().unwrap_or_default();
            let up = Path::new("..").join(dir.file_name().unwrap_or_default());
            fs::hard_link(taipan, dir.join(name)).or_else(|_| fs::copy(taipan, dir.join(name)).map(drop))?;
            Ok(inside(dir, &up.join(name)))
        }),
        ("symbolic_link", |taipan, dir| {
            std::os::unix::fs::symlink(taipan, dir.join("link"))?;
            Ok(inside(dir, Path::new("./link")))
        }),
        ("search_path", |taipan, dir| {
            let mut command = inside(dir, Path::new(taipan.file_name().unwrap_or_default()));
            command.env("PATH", taipan.parent().unwrap_or(Path::new("/")));
            Ok(command)
        }),
        ("relative_search_path", |taipan, dir| {
            std::os::unix::fs::symlink(taipan, dir.join("link"))?;
            let mut command = inside(dir, Path::new("link"));
            command.env("PATH", ".");
            Ok(command)
        }),
        ("copied_alone", |taipan, dir| {
            fs::copy(taipan, dir.join("alone"))?;
            Ok(inside(dir, &dir.join("alone")))
        }),
    ];
    let trial = |(name, start): (&'static str, fn(&Path, &Path) -> std::io::Result<Command>)| {
        let taipan = taipan.clone();
        Trial::test(format!("command_line/started_by_{name}"), move || {
            let dir = std::env::temp_dir().join(format!("taipan-{}-{name}", std::process::id()));
            fs::create_dir_all(&dir)?;
            let mut command = start(&taipan, &dir)?;
            command.args(["-c", "import bisect, json.decoder, site; print(bisect.bisect([1, 2, 3], 2))"]);
            let got = process::run_with_input(&mut command, b"", LIMIT)?;
            fs::remove_dir_all(&dir)?;
            if got.code() == Some(0) && got.stdout == b"2\n" && got.stderr.is_empty() {
                return Ok(());
            }
            Err(format!("{:?}: {}", got.code(), String::from_utf8_lossy(&got.stderr)).into())
        })
    };
    all.into_iter().map(trial).collect()
}

/// The program, started in a directory through a shell, so that a relative name counts from there.
fn inside(dir: &Path, program: &Path) -> Command {
    let mut command = Command::new("/bin/sh");
    case::plain_environment(&mut command);
    command.current_dir(dir).args(["-c", "exec \"$0\" \"$@\""]).arg(program);
    command
}

/// The sections `[name]` of a file with the lines that belong to each.
fn sections(text: &str) -> Vec<(&str, Vec<&str>)> {
    let mut found: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            found.push((name, Vec::new()));
        } else if let Some((_, lines)) = found.last_mut() {
            lines.push(line);
        }
    }
    found
}

fn parse(cases: &str, expected: &str) -> Result<Vec<Case>, String> {
    let expected = sections(expected);
    let mut found = Vec::new();
    for (name, lines) in sections(cases) {
        let outcome = expected.iter().find(|(other, _)| *other == name);
        let outcome =
            outcome.ok_or_else(|| format!("[{name}] is not in expected.txt; run bench/regenerate.sh"))?;
        let mut case = Case {
            name: name.to_owned(),
            arguments: Vec::new(),
            stdin: Vec::new(),
            expected: outcome.1.iter().flat_map(|line| [line, "\n"]).collect(),
        };
        for line in lines.into_iter().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            match line.strip_prefix("< ") {
                Some(text) => {
                    case.stdin.extend(unescape(text));
                    case.stdin.push(b'\n');
                }
                None => {
                    let bytes = line.replace("\\\\", "\0").replace("\\n", "\n").replace('\0', "\\");
                    case.arguments.push(bytes);
                }
            }
        }
        found.push(case);
    }
    Ok(found)
}

/// `\xNN` as a byte.
fn unescape(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("\\x") {
        out.extend(&rest.as_bytes()[..at]);
        let digits = rest.get(at + 2..at + 4).unwrap_or_default();
        match u8::from_str_radix(digits, 16) {
            Ok(byte) => out.push(byte),
            Err(_) => out.extend(&rest.as_bytes()[at..at + 2]),
        }
        rest = rest.get(at + 4..).unwrap_or_default();
    }
    out.extend(rest.as_bytes());
    out
}

impl Case {
    fn check(&self, taipan: &Path) -> Result<(), String> {
        let mut command = Command::new(taipan);
        command.current_dir(workspace::root()).args(&self.arguments);
        case::plain_environment(&mut command);
        let got = process::run_with_input(&mut command, &self.stdin, LIMIT)?;
        let mut text = String::new();
        match got.code() {
            Some(code) => writeln!(text, "code {code}"),
            None => writeln!(text, "still running after {} s", LIMIT.as_secs()),
        }
        .map_err(|error| error.to_string())?;
        for (name, bytes) in [("stdout", &got.stdout), ("stderr", &got.stderr)] {
            text.extend([name, "\n", &show(bytes, taipan)]);
        }
        if text == self.expected {
            return Ok(());
        }
        let mut report = String::new();
        case::difference(&mut report, "the outcome", self.expected.as_bytes(), text.as_bytes());
        Err(report)
    }
}

/// As `generate.py` writes it: a bar before each line, paths of this machine replaced.
fn show(bytes: &[u8], taipan: &Path) -> String {
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        chunk.invalid().iter().for_each(|byte| text.push_str(&format!("\\x{byte:02x}")));
    }
    let root = format!("{}/", workspace::root().display());
    let text = text.replace(&taipan.display().to_string(), "PYTHON").replace(&root, "");
    text.split('\n').flat_map(|line| ["| ", line, "\n"]).collect()
}
