//! Entering machine code, and leaving it: by an exit to the interpreter, or because a function has returned.
//!
//! # Invariants
//! - Machine code is entered with the base frame's record innermost; scratch words behind its slots are reserved
//!   meanwhile.
//! - An exit's words are in the thread's buffer until the next entry: frames are rebuilt first.

use super::{Engine, engine, scope, top};
use crate::eval;
use crate::machine::Interp;
use std::rc::Rc;
use taipan_jit::compile::Compiled;
use taipan_jit::ir::ExitKind;
use taipan_jit::memory::{INTERPRET, RESUME, RETURNED, Start, YIELDED, run};
use taipan_jit::record::SCRATCH_WORDS;
use taipan_runtime::call_site;
use taipan_runtime::error::{PyResult, to_word};
use taipan_runtime::eval_hook::Resumed;
use taipan_runtime::exec::cache::Counter;
use taipan_runtime::frame::{Frame, flags};
use taipan_runtime::helper::{Code, Effect, Helper, Returns};
use taipan_runtime::machine::{Exit, Machine, Owned};
use taipan_runtime::object::Ref;
use taipan_runtime::runtime::runtime;
use taipan_runtime::thread::{self, Thread};
use taipan_runtime::value::{UNBOUND, Value};

/// What machine code calls when the region of a function that it has called leaves through an exit.
pub static LEAVE: Helper = Helper {
    name: "LEAVE",
    code: Code::F1(leave),
    arity: 1,
    floats: 0,
    returns: Returns::Value,
    effect: Effect::Any,
    can_raise: true,
};

/// Go on in the interpreter, from exit number `exit` on, until the function returns.
extern "C" fn leave(exit: u64) -> u64 {
    let thread = thread::current();
    match exit {
        INTERPRET => return to_word(interpret(thread).map(value)),
        RESUME => {
            leave_machine(thread, flags::ENTRY);
            return to_word(eval::go_on(thread, Exit::Stop).map(value));
        }
        _ => {}
    }
    let found = engine().and_then(|e| e.owner(exit).map(|(index, c)| (e, index, c)));
    let Some((engine, index, compiled)) = found else {
        unreachable!("machine code leaves through exits of published code")
    };
    let next = engine.restore(thread, index, &compiled, exit, flags::ENTRY);
    drop(compiled);
    to_word(eval::go_on(thread, next).map(value))
}

fn value(r: Resumed) -> Ref {
    match r {
        Resumed::Returned(v) | Resumed::Yielded(v) => v,
    }
}

/// Run a function that has no region, whose frame machine code has pushed.
fn interpret(thread: &'static Thread) -> PyResult<Resumed> {
    leave_machine(thread, flags::ENTRY);
    let frame = top(thread);
    frame.pc = frame.code().start();
    eval::run_pushed(thread)
}

/// Machine code does not run the innermost frame any more; the frame gets these flags. For the result, see
/// [`call_site::leave`].
fn leave_machine(thread: &Thread, bits: u32) -> *mut Frame {
    let seen = call_site::leave(thread);
    // SAFETY: the base frame's record; no other reference to it is held meanwhile.
    let frame = unsafe { &mut *thread.frame.get() };
    frame.top = frame.top.wrapping_sub(SCRATCH_WORDS);
    frame.flags.set(frame.flags.get() & !(flags::MACHINE | flags::ENDED) | bits);
    seen
}

/// The innermost frame, a generator's, yields at its `pc`. The result says how to go on.
fn suspend(thread: &'static Thread) -> Exit {
    let mut machine = Interp::enter(thread);
    let i = machine.fetch();
    match machine.suspend(i) {
        // It is for the interpreter to do.
        None => Exit::Stop,
        Some(Err(exit)) => exit,
        Some(Ok(())) => {
            machine.save_next();
            Exit::Stop
        }
    }
}

impl Engine {
    /// The region and the code that an exit belongs to.
    fn owner(&self, exit: u64) -> Option<(usize, Rc<Compiled>)> {
        let published = self.published.borrow();
        published.range(..=exit).next_back().map(|(_, (index, c))| (*index, c.clone()))
    }

    /// Rebuild the frames of an exit; the base frame gets these flags. The result says how to go on.
    fn restore(
        &self,
        thread: &'static Thread,
        index: usize,
        compiled: &Compiled,
        exit: u64,
        bits: u32,
    ) -> Exit {
        let seen = leave_machine(thread, bits);
        let exit = &compiled.exits[(exit - compiled.first_exit) as usize];
        taipan_jit::exit::restore(thread, exit, seen);
        match exit.kind {
            ExitKind::Poll => Exit::Poll,
            ExitKind::Raise
            | ExitKind::Unwind
            | ExitKind::Resume
            | ExitKind::Disturbed
            | ExitKind::Interpret
            | ExitKind::Behind
            | ExitKind::Return
            | ExitKind::Link(_)
            | ExitKind::Yield => self.left(thread, index, exit),
        }
    }

    /// Run a region's machine code, and do what its exit says.
    pub(super) fn enter(&self, thread: &'static Thread, index: usize) -> Exit {
        let frame = top(thread);
        let entry = {
            let r = &self.regions.borrow()[index];
            match &r.compiled {
                Some(c) if scope(frame) == r.scope() && !r.code.no_jit.get() => c.entry(),
                _ => return Exit::Stop,
            }
        };
        run_code(thread, entry)
    }
}

/// Run the machine code that starts in the innermost frame, if there is some that needs no closer look.
#[inline]
pub(super) fn at_once(thread: &'static Thread, counter: &Counter) -> Option<Exit> {
    let frame = top(thread);
    let fits = frame.globals().as_ptr().cast_const() == counter.globals.get()
        && !frame.has(flags::NAMESPACE)
        && !frame.code().no_jit.get();
    fits.then(|| run_code(thread, counter.native.get()))
}

/// What machine code starts with in a frame.
fn start(thread: &Thread, frame: &mut Frame) -> Start {
    Start {
        thread: std::ptr::from_ref(thread).cast_mut().cast(),
        fp: frame.fp.cast(),
        frame: std::ptr::from_mut(frame).cast(),
        buffer: thread.exit_words.as_ptr().cast(),
    }
}

/// Run the machine code at this address, which starts in the innermost frame, and do what its exit says.
fn run_code(thread: &'static Thread, entry: usize) -> Exit {
    let frame = top(thread);
    frame.top = frame.top.wrapping_add(SCRATCH_WORDS);
    frame.flags.set(frame.flags.get() | flags::MACHINE);
    let active = &runtime().jit_active;
    active.set(active.get() + 1);
    // SAFETY: the region was compiled for this header's frame layout and this thread's layout; its code stays as
    // long as somebody is inside.
    let left = unsafe { run(entry, start(thread, frame)) };
    active.set(active.get() - 1);
    if left.exit == RESUME {
        leave_machine(thread, 0);
        return Exit::Stop;
    }
    if left.exit == YIELDED {
        leave_machine(thread, 0);
        return suspend(thread);
    }
    if left.exit != RETURNED {
        // The last region of those that one has led to the next.
        let found = engine().and_then(|e| e.owner(left.exit).map(|(index, c)| (e, index, c)));
        let Some((engine, index, compiled)) = found else {
            unreachable!("machine code leaves through exits of published code")
        };
        return engine.restore(thread, index, &compiled, left.exit, 0);
    }
    leave_machine(thread, 0);
    let frame = top(thread);
    // As if the interpreter had executed an instruction of the frame.
    frame.pc = frame.code().start().wrapping_add(1);
    // Machine code has dropped the locals.
    for k in 0..frame.code().locals as usize {
        // SAFETY: slots of the frame.
        unsafe { frame.fp.add(k).write(UNBOUND) };
    }
    let mut machine = Interp::enter(thread);
    let result = Value::from_bits(left.value).expect("a region returns a value, or leaves through an exit");
    match machine.pop_frame(Owned(result)) {
        Ok(()) => {
            machine.save_next();
            Exit::Stop
        }
        Err(exit) => {
            if exit != Exit::Returned {
                machine.save();
            }
            exit
        }
    }
}
