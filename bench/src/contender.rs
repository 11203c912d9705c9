//! Who runs the programs: taipan in its modes, the peers that are installed, the C kernels.

use crate::arguments::Arguments;
use crate::program::{self, Program};
use std::path::{Path, PathBuf};
use std::process::Command;

/// An interpreter with its options, or the compiled C kernels.
pub struct Contender {
    /// The column's name.
    pub name: String,
    how: How,
}

enum How {
    Interpreter(Vec<String>),
    /// The folder that the compiled kernels lie in.
    Kernels(PathBuf),
}

/// Everyone who takes part, the peers first.
///
/// # Errors
/// A message when taipan is not built or a kernel does not compile.
pub fn all(arguments: &Arguments) -> Result<Vec<Contender>, String> {
    let mut found = Vec::new();
    if !arguments.only_against {
        for (name, program) in [("cpython", "python3.14"), ("pypy", "pypy3")] {
            match peer(program) {
                Some(path) => found.push(Contender::interpreter(name, vec![path.display().to_string()])),
                None => eprintln!("bench: no {program} on PATH, in $PEERS/bin or ~/.cache/python-peers/bin"),
            }
        }
    }
    for (name, command) in &arguments.against {
        let words: Vec<String> = command.split_whitespace().map(str::to_owned).collect();
        if words.is_empty() {
            return Err(format!("--against {name}= names no command"));
        }
        found.push(Contender::interpreter(name, words));
    }
    if arguments.kernels {
        found.push(Contender { name: "gcc -O2".to_owned(), how: How::Kernels(build_kernels()?) });
    }
    if !arguments.modes.is_empty() {
        let taipan = taipan()?.display().to_string();
        for mode in &arguments.modes {
            let words = vec![taipan.clone(), "-X".to_owned(), format!("jit={mode}")];
            found.push(Contender::interpreter(&format!("taipan {mode}"), words));
        }
    }
    if found.is_empty() {
        return Err("nobody is left to run the programs".to_owned());
    }
    Ok(found)
}

impl Contender {
    fn interpreter(name: &str, words: Vec<String>) -> Contender {
        Contender { name: name.to_owned(), how: How::Interpreter(words) }
    }

    /// The command, for people.
    pub fn description(&self) -> String {
        match &self.how {
            How::Interpreter(words) => words.join(" "),
            How::Kernels(folder) => folder.display().to_string(),
        }
    }

    /// The process that runs a program; none if this contender does not have it.
    ///
    /// # Errors
    /// A message when the path of a program cannot be passed on.
    pub fn command(&self, program: &Program, small: bool) -> Result<Option<Command>, String> {
        let mut command = match &self.how {
            How::Interpreter(words) => {
                let (first, rest) = words.split_first().ok_or("an interpreter without a command")?;
                let mut command = Command::new(first);
                command.args(rest).arg(&program.file);
                command
            }
            How::Kernels(folder) => {
                let binary = folder.join(&program.name);
                if !binary.exists() {
                    return Ok(None);
                }
                Command::new(binary)
            }
        };
        command.args(program.arguments(small));
        command.env("PYTHONHASHSEED", "0").env("PYTHONDONTWRITEBYTECODE", "1").env_remove("PYTHONPATH");
        Ok(Some(command))
    }
}

/// `target/PROFILE/taipan` beside this program, or `$TAIPAN`.
fn taipan() -> Result<PathBuf, String> {
    if let Some(path) = std::env::var_os("TAIPAN") {
        return Ok(PathBuf::from(path));
    }
    let own = std::env::current_exe().map_err(|error| format!("no path of this program: {error}"))?;
    let path = own.with_file_name(format!("taipan{}", std::env::consts::EXE_SUFFIX));
    if path.exists() {
        return Ok(path);
    }
    Err(format!(
        "{} does not exist: build it (cargo build --release -p taipan) or set TAIPAN",
        path.display()
    ))
}

/// Where an interpreter is: on PATH, else among the peers that `.ci/peers.sh` installs.
fn peer(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    if let Some(peers) = std::env::var_os("PEERS") {
        folders.push(Path::new(&peers).join("bin"));
    }
    if let Some(home) = std::env::var_os("HOME") {
        folders.push(Path::new(&home).join(".cache/python-peers/bin"));
    }
    folders.into_iter().map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// Compile `bench/kernels/*.c` into a folder beside this program.
fn build_kernels() -> Result<PathBuf, String> {
    let own = std::env::current_exe().map_err(|error| format!("no path of this program: {error}"))?;
    let folder = own.with_file_name("kernels");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let sources = program::folder().join("kernels");
    let show = |error: std::io::Error| format!("{}: {error}", sources.display());
    for entry in std::fs::read_dir(&sources).map_err(show)? {
        let source = entry.map_err(show)?.path();
        let name = source.file_stem().unwrap_or_default();
        let status = Command::new("gcc")
            .args(["-O2", "-Wall", "-o"])
            .arg(folder.join(name))
            .arg(&source)
            .status()
            .map_err(|error| format!("gcc: {error}"))?;
        if !status.success() {
            return Err(format!("gcc {}: {status}", source.display()));
        }
    }
    Ok(folder)
}
