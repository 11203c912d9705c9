//! One measurement: a fresh process, its wall-clock time, processor time, memory and output.

use crate::rusage;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, waitid};
use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// One process.
#[derive(Clone)]
pub struct Sample {
    /// From before the start to after the end, in seconds.
    pub wall: f64,
    /// User and system time, in seconds.
    pub cpu: f64,
    /// The largest resident set, in bytes.
    pub peak_memory: u64,
}

/// What came of a program under one interpreter.
pub enum Outcome {
    /// One sample a run.
    Ran(Vec<Sample>),
    /// It failed, timed out or printed something else.
    Failed(String),
    /// It does not take part.
    Absent,
}

impl Outcome {
    /// The median of wall-clock times in seconds; none unless it ran.
    pub fn median(&self) -> Option<f64> {
        self.samples().map(|samples| median(samples.iter().map(|sample| sample.wall)))
    }

    /// The median of peak memories in bytes; none unless it ran.
    pub fn memory(&self) -> Option<f64> {
        self.samples().map(|samples| median(samples.iter().map(|sample| sample.peak_memory as f64)))
    }

    fn samples(&self) -> Option<&[Sample]> {
        match self {
            Outcome::Ran(samples) if !samples.is_empty() => Some(samples),
            _ => None,
        }
    }
}

/// A program with the outcome of each contender.
pub struct Row {
    /// The program's name.
    pub program: String,
    /// In the order of the contenders.
    pub outcomes: Vec<Outcome>,
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 { values[middle] } else { (values[middle - 1] + values[middle]) / 2.0 }
}

/// Run a command once; its standard output comes back with the measurement.
///
/// # Errors
/// A message when it cannot start, does not end in time, or ends with an error.
pub fn once(command: &mut Command, limit: Duration) -> Result<(Sample, Vec<u8>), String> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let start = Instant::now();
    let mut child =
        command.spawn().map_err(|error| format!("{}: {error}", command.get_program().to_string_lossy()))?;
    let stdout = reader(child.stdout.take());
    let stderr = reader(child.stderr.take());
    let late = wait_or_kill(&child, limit)?;
    let wall = start.elapsed().as_secs_f64();
    let (status, usage) = rusage::reap(child).map_err(|error| format!("wait4: {error}"))?;
    let output = joined(stdout)?;
    let errors = joined(stderr)?;
    if late {
        return Err(format!("still running after {} s", limit.as_secs()));
    }
    if !status.success() {
        let errors = String::from_utf8_lossy(&errors);
        return Err(format!("{status}: {}", errors.lines().last().unwrap_or("no message")));
    }
    let sample = Sample { wall, cpu: usage.cpu.as_secs_f64(), peak_memory: usage.peak_memory };
    Ok((sample, output))
}

/// Wait until the child has ended, without reaping it; whether it had to be killed.
///
/// The watchdog is gone before anybody reaps the child, so it never signals a recycled id.
fn wait_or_kill(child: &Child, limit: Duration) -> Result<bool, String> {
    let id = i32::try_from(child.id()).ok().and_then(Pid::from_raw).ok_or("no process id")?;
    let (ended, watch) = mpsc::channel::<()>();
    let watchdog = thread::spawn(move || {
        let late = matches!(watch.recv_timeout(limit), Err(RecvTimeoutError::Timeout));
        late && kill_process(id, Signal::KILL).is_ok()
    });
    let waited = waitid(WaitId::Pid(id), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT);
    drop(ended);
    let late = watchdog.join().map_err(|_| "the watchdog panicked")?;
    waited.map_err(|error| format!("waitid: {error}"))?;
    Ok(late)
}

/// Read a pipe to its end on a thread, so that the child never blocks on a full pipe.
fn reader<R: Read + Send + 'static>(pipe: Option<R>) -> thread::JoinHandle<std::io::Result<Vec<u8>>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            pipe.read_to_end(&mut bytes)?;
        }
        Ok(bytes)
    })
}

fn joined(reader: thread::JoinHandle<std::io::Result<Vec<u8>>>) -> Result<Vec<u8>, String> {
    let bytes = reader.join().map_err(|_| "the reader of the output panicked")?;
    bytes.map_err(|error| format!("cannot read the output: {error}"))
}

#[cfg(test)]
mod checks {
    use super::{median, once};
    use std::process::Command;
    use std::time::Duration;

    #[test]
    fn medians() {
        assert_eq!(median([3.0, 1.0, 2.0].into_iter()), 2.0);
        assert_eq!(median([4.0, 1.0, 2.0, 3.0].into_iter()), 2.5);
    }

    #[test]
    fn a_process_is_measured() {
        let (sample, output) =
            once(Command::new("echo").arg("hello"), Duration::from_secs(10)).expect("echo runs");
        assert_eq!(output, b"hello\n");
        assert!(sample.wall > 0.0 && sample.peak_memory > 0);
    }

    #[test]
    fn a_late_process_is_killed() {
        let result = once(Command::new("sleep").arg("30"), Duration::from_millis(50));
        assert!(result.is_err_and(|message| message.contains("still running")));
    }

    #[test]
    fn a_failure_is_reported() {
        let result = once(Command::new("sh").args(["-c", "echo no >&2; exit 3"]), Duration::from_secs(10));
        assert!(result.is_err_and(|message| message.contains('3') && message.ends_with("no")));
    }
}
