//! The thread that writes tracebacks when a time is up.

use super::handler;
use std::io;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Set when the watchdog is to end, and what it waits for.
type Ended = Arc<(Mutex<bool>, Condvar)>;

static CURRENT: Mutex<Option<Ended>> = Mutex::new(None);

/// Write tracebacks after this time, and again and again with `repeat`; leave the process with `exit`.
pub fn start(timeout: Duration, repeat: bool, fd: i32, exit: bool) -> io::Result<()> {
    cancel();
    let ended: Ended = Arc::default();
    *CURRENT.lock().unwrap_or_else(PoisonError::into_inner) = Some(ended.clone());
    let header = header(timeout);
    std::thread::Builder::new().name("faulthandler".into()).spawn(move || {
        loop {
            let lock = ended.0.lock().unwrap_or_else(PoisonError::into_inner);
            let (lock, waited) = ended
                .1
                .wait_timeout_while(lock, timeout, |ended| !*ended)
                .unwrap_or_else(PoisonError::into_inner);
            drop(lock);
            if !waited.timed_out() {
                return;
            }
            handler::time_is_up(fd, &header, exit);
            if !repeat {
                return;
            }
        }
    })?;
    Ok(())
}

/// The time is not running any more.
pub fn cancel() {
    let current = CURRENT.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(ended) = current {
        *ended.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        ended.1.notify_all();
    }
}

fn header(timeout: Duration) -> String {
    let (seconds, micros) = (timeout.as_secs(), timeout.subsec_micros());
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let fraction = if micros == 0 { String::new() } else { format!(".{micros:06}") };
    format!("Timeout ({hours}:{minutes:02}:{seconds:02}{fraction})!\n")
}
