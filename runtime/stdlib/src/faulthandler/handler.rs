//! The signal handlers, and the tracebacks that they write.
//!
//! # Invariants
//! - What runs in a handler allocates nothing and takes no lock that it might wait for; it writes with `write(2)`.
//! - Frames are read while their thread may be in the middle of anything: a record is written before it is the
//!   innermost, so what is found is a running frame's, though perhaps not its latest instruction.

use std::sync::atomic::{AtomicBool, AtomicI32, AtomicUsize, Ordering};
use taipan_runtime::call_site;
use taipan_runtime::exec::code::ExecCode;
use taipan_runtime::exec::insn::Insn;
use taipan_runtime::gil;
use taipan_runtime::thread::Thread;

use crate::signal::handler::NSIG;
use crate::sys_call::{Errno, errno};

/// Signals that end the process, and what they are called.
pub const FATAL: [(i32, &str); 5] = [
    (libc::SIGBUS, "Bus error"),
    (libc::SIGILL, "Illegal instruction"),
    (libc::SIGFPE, "Floating-point exception"),
    (libc::SIGABRT, "Aborted"),
    (libc::SIGSEGV, "Segmentation fault"),
];

/// As many frames and threads are shown at most.
const MAX_FRAMES: usize = 100;
const MAX_THREADS: usize = 100;

static ENABLED: AtomicBool = AtomicBool::new(false);
static FATAL_FD: AtomicI32 = AtomicI32::new(2);
static FATAL_ALL: AtomicBool = AtomicBool::new(true);
static FATAL_NATIVE: AtomicBool = AtomicBool::new(true);

/// What a registered signal does.
struct User {
    fd: AtomicI32,
    all: AtomicBool,
    chain: AtomicBool,
    registered: AtomicBool,
    /// The handler before: an address, `SIG_DFL` or `SIG_IGN`.
    previous: AtomicUsize,
}

static USER: [User; NSIG] = [const {
    User {
        fd: AtomicI32::new(2),
        all: AtomicBool::new(true),
        chain: AtomicBool::new(false),
        registered: AtomicBool::new(false),
        previous: AtomicUsize::new(0),
    }
}; NSIG];

fn put(fd: i32, text: &str) {
    let mut rest = text.as_bytes();
    while !rest.is_empty() {
        // SAFETY: a live buffer of that length.
        let n = unsafe { libc::write(fd, rest.as_ptr().cast(), rest.len()) };
        if n <= 0 {
            return;
        }
        rest = &rest[n as usize..];
    }
}

/// A number in a buffer on the stack.
fn put_number(fd: i32, mut n: u64, radix: u64, width: usize) {
    let mut digits = [b'0'; 20];
    let mut at = digits.len();
    while n > 0 || digits.len() - at < width.max(1) {
        at -= 1;
        digits[at] = b"0123456789abcdef"[(n % radix) as usize];
        n /= radix;
    }
    put(fd, str::from_utf8(&digits[at..]).unwrap_or("?"));
}

fn put_frames(fd: i32, thread: &Thread) {
    let mut shown = 0;
    // SAFETY: the module's invariant.
    unsafe {
        call_site::walk(thread, |code, pc| {
            let more = shown == MAX_FRAMES;
            if more {
                put(fd, "  ...\n");
            } else {
                put_frame(fd, code, pc);
            }
            shown += 1;
            !more
        });
    }
}

fn put_frame(fd: i32, code: &ExecCode, pc: *const Insn) {
    put(fd, "  File \"");
    put(fd, &code.code.filename);
    put(fd, "\", line ");
    match code.position(code.index_of(pc)).line {
        Some(line) => put_number(fd, line.into(), 10, 1),
        None => put(fd, "???"),
    }
    put(fd, " in ");
    put(fd, &code.code.name);
    put(fd, "\n");
}

fn put_thread(fd: i32, thread: &Thread, current: bool) {
    put(fd, if current { "Current thread 0x" } else { "Thread 0x" });
    put_number(fd, thread.ident, 16, 16);
    put(fd, " (most recent call first):\n");
    if thread.frame.get() < thread.frames_base.get() {
        put(fd, "  <no Python frame>\n");
    }
    put_frames(fd, thread);
}

/// The traceback of the calling thread, or of all.
pub fn dump(fd: i32, all: bool) {
    // SAFETY: a plain query.
    let own = unsafe { libc::pthread_self() } as u64;
    let mut shown = 0;
    let mut one = |t: &Thread| {
        if all && shown < MAX_THREADS {
            if shown > 0 {
                put(fd, "\n");
            }
            put_thread(fd, t, t.ident == own);
            shown += 1;
        } else if t.ident == own {
            put(fd, "Stack (most recent call first):\n");
            put_frames(fd, t);
            shown += 1;
        }
    };
    // SAFETY: only what may be changing is read, see the module's page.
    unsafe { gil::threads_in_handler(&mut one) };
    if shown == 0 {
        put(fd, "<no Python thread>\n");
    }
}

/// The time of a watchdog is up.
pub fn time_is_up(fd: i32, header: &str, exit: bool) {
    put(fd, header);
    dump(fd, true);
    if exit {
        // SAFETY: ends the process.
        unsafe { libc::_exit(1) };
    }
}

/// Native frames are not walked.
pub fn dump_native_stack(fd: i32) {
    put(fd, "Current thread's C stack trace (most recent call first):\n");
    put(fd, "  <cannot get C stack on this system>\n");
}

extern "C" fn on_fatal(signum: libc::c_int) {
    let fd = FATAL_FD.load(Ordering::Relaxed);
    // The next one ends the process.
    set(signum, libc::SIG_DFL, 0);
    put(fd, "Fatal Python error: ");
    put(fd, FATAL.iter().find(|(s, _)| *s == signum).map_or("?", |(_, name)| name));
    put(fd, "\n\n");
    dump(fd, FATAL_ALL.load(Ordering::Relaxed));
    if FATAL_NATIVE.load(Ordering::Relaxed) {
        put(fd, "\n");
        dump_native_stack(fd);
    }
    raise(signum);
}

extern "C" fn on_user(signum: libc::c_int) {
    let Some(user) = USER.get(signum as usize) else { return };
    // SAFETY: `errno` is this thread's own; a handler has to leave it as it was.
    let saved = unsafe { *libc::__errno_location() };
    dump(user.fd.load(Ordering::Relaxed), user.all.load(Ordering::Relaxed));
    // SAFETY: as above.
    unsafe { *libc::__errno_location() = saved };
    if !user.chain.load(Ordering::Relaxed) {
        return;
    }
    let previous = user.previous.load(Ordering::Relaxed);
    match previous {
        libc::SIG_IGN => {}
        libc::SIG_DFL => {
            set(signum, libc::SIG_DFL, libc::SA_NODEFER);
            raise(signum);
            set(signum, on_user as extern "C" fn(libc::c_int) as usize, libc::SA_NODEFER);
        }
        address => {
            // SAFETY: the address was the signal's handler, one without the details' arguments (nobody here installs
            // others).
            let f: extern "C" fn(libc::c_int) = unsafe { std::mem::transmute(address) };
            f(signum);
        }
    }
}

/// Set a handler; returns the one before.
fn set(signum: i32, handler: usize, flags: i32) -> usize {
    // SAFETY: all zeroes is a valid `sigaction`; the handlers keep the module's invariants.
    unsafe {
        let mut new: libc::sigaction = std::mem::zeroed();
        let mut old: libc::sigaction = std::mem::zeroed();
        new.sa_sigaction = handler;
        new.sa_flags = flags;
        libc::sigemptyset(&raw mut new.sa_mask);
        if libc::sigaction(signum, &raw const new, &raw mut old) == 0 { old.sa_sigaction } else { usize::MAX }
    }
}

/// Send a signal to the calling thread.
pub fn raise(signum: i32) {
    // SAFETY: a plain call.
    unsafe { libc::raise(signum) };
}

/// Write tracebacks when the process is about to die.
pub fn enable(fd: i32, all: bool, native: bool) {
    FATAL_FD.store(fd, Ordering::Relaxed);
    FATAL_ALL.store(all, Ordering::Relaxed);
    FATAL_NATIVE.store(native, Ordering::Relaxed);
    if !ENABLED.swap(true, Ordering::AcqRel) {
        for (signum, _) in FATAL {
            set(signum, on_fatal as extern "C" fn(libc::c_int) as usize, libc::SA_NODEFER | libc::SA_ONSTACK);
        }
    }
}

/// Do not; was it on?
pub fn disable() -> bool {
    let was = ENABLED.swap(false, Ordering::AcqRel);
    if was {
        for (signum, _) in FATAL {
            set(signum, libc::SIG_DFL, 0);
        }
    }
    was
}

/// Is it on?
pub fn is_enabled() -> bool {
    ENABLED.load(Ordering::Acquire)
}

/// Write tracebacks when this signal comes.
pub fn register(signum: i32, fd: i32, all: bool, chain: bool) -> Result<(), Errno> {
    let user = &USER[signum as usize];
    user.fd.store(fd, Ordering::Relaxed);
    user.all.store(all, Ordering::Relaxed);
    user.chain.store(chain, Ordering::Relaxed);
    if !user.registered.load(Ordering::Acquire) {
        let flags = if chain { libc::SA_NODEFER } else { libc::SA_RESTART };
        let previous = set(signum, on_user as extern "C" fn(libc::c_int) as usize, flags | libc::SA_ONSTACK);
        if previous == usize::MAX {
            return Err(errno());
        }
        user.previous.store(previous, Ordering::Relaxed);
        user.registered.store(true, Ordering::Release);
    }
    Ok(())
}

/// The handler before is the handler again; was there one of this module's?
pub fn unregister(signum: i32) -> bool {
    let user = &USER[signum as usize];
    let was = user.registered.swap(false, Ordering::AcqRel);
    if was {
        set(signum, user.previous.load(Ordering::Relaxed), 0);
    }
    was
}
