//! Child processes with a time limit, their output captured.

use std::io::{ErrorKind, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How a process ended and what it wrote.
pub struct Finished {
    /// Absent if the process was killed because its time was up.
    pub status: Option<ExitStatus>,
    /// All of standard output.
    pub stdout: Vec<u8>,
    /// All of standard error.
    pub stderr: Vec<u8>,
}

impl Finished {
    /// The exit code; 128 + the signal, as shells have it, for a process that a signal ended;
    /// none if it was killed because its time was up.
    pub fn code(&self) -> Option<i32> {
        let status = self.status?;
        status.code().or(status.signal().map(|signal| 128 + signal))
    }
}

/// Run a command to its end without input, or kill it after `limit`.
///
/// # Errors
/// A message when the process cannot be started or watched.
pub fn run(command: &mut Command, limit: Duration) -> Result<Finished, String> {
    run_with_input(command, b"", limit)
}

/// Run a command to its end with `input` on its standard input, or kill it after `limit`.
///
/// # Errors
/// A message when the process cannot be started or watched.
pub fn run_with_input(command: &mut Command, input: &[u8], limit: Duration) -> Result<Finished, String> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{}: {error}", command.get_program().to_string_lossy()))?;
    if let Some(mut stdin) = child.stdin.take() {
        match stdin.write_all(input) {
            // A process may end without reading its input.
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                return Err(format!("cannot write the input: {error}"));
            }
            _ => {}
        }
    }
    let stdout = collect(child.stdout.take());
    let stderr = collect(child.stderr.take());
    let deadline = Instant::now() + limit;
    let mut pause = Duration::from_micros(500);
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break Some(status),
            Ok(None) if Instant::now() >= deadline => {
                child.kill().map_err(|error| format!("cannot kill the process: {error}"))?;
                child.wait().map_err(|error| format!("cannot wait for the process: {error}"))?;
                break None;
            }
            Ok(None) => {
                thread::sleep(pause);
                pause = (pause * 2).min(Duration::from_millis(10));
            }
            Err(error) => return Err(format!("cannot wait for the process: {error}")),
        }
    };
    let join = |reader: thread::JoinHandle<std::io::Result<Vec<u8>>>| match reader.join() {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) => Err(format!("cannot read the output: {error}")),
        Err(_) => Err("the reader of the output panicked".to_owned()),
    };
    Ok(Finished { status, stdout: join(stdout)?, stderr: join(stderr)? })
}

/// Read a pipe to its end on a thread, so that the child never blocks on a full pipe.
fn collect<R: Read + Send + 'static>(pipe: Option<R>) -> thread::JoinHandle<std::io::Result<Vec<u8>>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            pipe.read_to_end(&mut bytes)?;
        }
        Ok(bytes)
    })
}
