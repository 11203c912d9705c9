//! Around the loop: entry frames, exceptions, polls. What native code calls to run Python.
//!
//! # Invariants
//! - Every run of the loop has an entry frame (`ENTRY`), and ends with that frame gone (or suspended).
//! - The function of an entry frame is kept alive by whoever pushed it.

use crate::machine::Interp;
use crate::tracer::Tracer;
use smallvec::SmallVec;
use taipan_jit::record::Head;
use taipan_runtime::call_site::Upcall;
use taipan_runtime::error::{PyResult, Raised, from_word};
use taipan_runtime::eval_hook::Resumed;
use taipan_runtime::exec::code::ExecCode;
use taipan_runtime::exec::insn::{Insn, KEYWORDS};
use taipan_runtime::frame::{Frame, flags};
use taipan_runtime::machine::Exit;
use taipan_runtime::object::{P, Ref, decref};
use taipan_runtime::raise;
use taipan_runtime::sem::unwind::{self, Unwound};
use taipan_runtime::sem::{bind, run::run};
use taipan_runtime::slots::Args;
use taipan_runtime::thread::{self, Thread};
use taipan_runtime::tracing;
use taipan_runtime::types::dict::Dict;
use taipan_runtime::types::function::Function;
use taipan_runtime::types::tuple::Tuple;
use taipan_runtime::value::{UNBOUND, Value};

/// Run the interpreter until the loop is left; the frame's `pc` is saved.
#[inline(never)]
fn interpret(thread: &'static Thread) -> Exit {
    if tracing::active(thread) {
        return trace(thread);
    }
    #[cfg(debug_assertions)]
    if taipan_runtime::runtime::runtime().audit.get() {
        return audit(thread);
    }
    let mut m = Interp::enter(thread);
    let exit = run(&mut m);
    if !matches!(exit, Exit::Returned | Exit::Yielded) {
        m.save();
    }
    exit
}

/// As `interpret`, telling trace functions what happens.
#[cold]
#[inline(never)]
fn trace(thread: &'static Thread) -> Exit {
    let mut m = Tracer::enter(thread);
    let exit = run(&mut m);
    m.leave(exit);
    exit
}

/// As `interpret`, with checks.
#[cfg(debug_assertions)]
#[inline(never)]
fn audit(thread: &'static Thread) -> Exit {
    let mut m = crate::audit::Audit::enter(thread);
    let exit = run(&mut m);
    m.leave(exit);
    exit
}

/// Run the entry frame on top of the stack (and what it calls) to its end. With `raised`, an exception is raised at
/// its current instruction first. The result says whether it returned or yielded.
pub(crate) fn run_entry(thread: &'static Thread, raised: bool) -> PyResult<Resumed> {
    if let Err(Raised) = thread.check_native_stack("") {
        // The frame cannot run: it ends by this exception.
        return unwind_entry(thread);
    }
    go_on(thread, if raised { Exit::Raised } else { interpret(thread) })
}

/// Run the entry frame on top of the stack, a function's at its start, to its end.
pub fn run_pushed(thread: &'static Thread) -> PyResult<Resumed> {
    if top(thread).code().entry.hit() { run_hot(thread, Exit::HotCall) } else { run_entry(thread, false) }
}

/// As `run_entry`, for a function or (`how`) resumption that is hot: there may be machine code for it.
pub(crate) fn run_hot(thread: &'static Thread, how: Exit) -> PyResult<Resumed> {
    match thread.check_native_stack("") {
        Ok(()) => go_on(thread, how),
        Err(Raised) => unwind_entry(thread),
    }
}

/// Run the innermost entry frame (and what it calls) to its end, after the loop was left with `exit`.
pub fn go_on(thread: &'static Thread, mut exit: Exit) -> PyResult<Resumed> {
    thread.event();
    loop {
        match exit {
            Exit::Returned => return Ok(Resumed::Returned(take_result(thread)?)),
            Exit::Yielded => return Ok(Resumed::Yielded(take_result(thread)?)),
            Exit::Raised | Exit::Reraised => match unwind::unwind(thread, exit == Exit::Raised) {
                Unwound::Handler => {}
                Unwound::Native => return Err(Raised),
            },
            Exit::Poll => {
                if crate::safepoint::poll(thread).is_err() {
                    exit = Exit::Raised;
                    continue;
                }
            }
            // Machine code tells nobody what it does.
            Exit::Hot | Exit::HotCall | Exit::HotResumption if tracing::active(thread) => {}
            Exit::Hot | Exit::HotCall | Exit::HotResumption => {
                let head = match exit {
                    Exit::Hot => Head::Loop,
                    Exit::HotCall => Head::Function,
                    _ => Head::Resumption,
                };
                exit = crate::tiering::hot(thread, head);
                continue;
            }
            Exit::Stop => {}
        }
        exit = interpret(thread);
    }
}

fn unwind_entry(thread: &'static Thread) -> PyResult<Resumed> {
    let mut add = true;
    loop {
        match unwind::unwind(thread, add) {
            Unwound::Native => return Err(Raised),
            // A handler cannot run either; the exception goes on from there.
            Unwound::Handler => {
                let frame = top(thread);
                let at = frame.code().locals as usize + frame.code().depth[frame.index()] as usize - 1;
                // SAFETY: the unwinder pushed the exception there.
                let e = unsafe { frame.fp.add(at).replace(UNBOUND) };
                thread.set_raised(Ref::from_raw(e));
                add = false;
            }
        }
    }
}

fn take_result(thread: &Thread) -> PyResult {
    from_word(thread.result.replace(0))
}

fn top(thread: &Thread) -> &'static mut Frame {
    // SAFETY: the innermost record is valid; no other reference to it is held meanwhile.
    unsafe { &mut *thread.frame.get() }
}

/// The next record and slots, if the limits allow a frame of this function.
fn room(thread: &Thread, f: P<Function>) -> PyResult<(*mut Frame, *mut Value, *mut Value)> {
    let record = thread.frame.get().wrapping_add(1);
    let fp = thread.stack_top();
    let end = fp.wrapping_add(f.exec().frame_slots as usize);
    if record >= thread.frames_limit.get() || end >= thread.stack_limit.get() {
        return raise!(RecursionError, "maximum recursion depth exceeded");
    }
    Ok((record, fp, end))
}

fn write_record(
    thread: &Thread,
    record: *mut Frame,
    f: P<Function>,
    fp: *mut Value,
    end: *mut Value,
    bits: u32,
) {
    let code = f.exec();
    // SAFETY: `room` found the record free.
    let r = unsafe { &mut *record };
    r.pc = code.start();
    r.fp = fp;
    r.code = code;
    r.function = f;
    r.top = end;
    r.flags.set(bits);
    thread.frame.set(record);
}

/// `f(*args)` from native code.
pub fn call_function(f: P<Function>, args: Args<'_>) -> PyResult {
    let thread = thread::current();
    let _upcall = Upcall::begin(thread);
    let (record, fp, end) = room(thread, f)?;
    let code = f.exec();
    let hot = if code.simple && args.names.is_empty() && args.values.len() == code.argcount as usize {
        for (k, v) in args.values.iter().enumerate() {
            // SAFETY: `room` found the slots free.
            unsafe { fp.add(k).write(v.own().into_raw()) };
        }
        for k in args.values.len()..code.locals as usize {
            // SAFETY: as above.
            unsafe { fp.add(k).write(UNBOUND) };
        }
        code.entry.hit()
    } else {
        // SAFETY: as above.
        unsafe { bind::bind(f, args, fp)? };
        code.plain && code.entry.hit()
    };
    let hold = f.own();
    write_record(thread, record, f, fp, end, flags::ENTRY);
    let r = if hot { run_hot(thread, Exit::HotCall) } else { run_entry(thread, false) };
    drop(hold);
    match r? {
        Resumed::Returned(v) | Resumed::Yielded(v) => Ok(v),
    }
}

/// Run a module's or class's body: code with a locals mapping.
pub fn run_code(f: P<Function>, namespace: Value) -> PyResult {
    let thread = thread::current();
    let _upcall = Upcall::begin(thread);
    let (record, fp, end) = room(thread, f)?;
    for k in 0..f.exec().locals as usize {
        // SAFETY: `room` found the slots free.
        unsafe { fp.add(k).write(UNBOUND) };
    }
    let hold = f.own();
    write_record(thread, record, f, fp, end, flags::ENTRY | flags::NAMESPACE);
    top(thread).namespace = namespace.own().into_raw();
    let r = run_entry(thread, false);
    drop(hold);
    match r? {
        Resumed::Returned(v) | Resumed::Yielded(v) => Ok(v),
    }
}

/// `exec(code, globals, locals)`: a function of the code, run with `namespace`.
pub fn exec_code(code: P<taipan_runtime::types::code::Code>, globals: P<Dict>, namespace: Value) -> PyResult {
    let builtins = taipan_runtime::runtime::runtime().builtins();
    let f = taipan_runtime::types::function::new(code.own_typed(), globals, builtins);
    run_code(f.p(), namespace)
}

/// Write the defaults of the parameters from `argc` on into the slots of a call with fewer arguments.
///
/// # Safety
/// `fp` are the slots of the new frame; the function has the defaults.
#[inline(never)]
pub unsafe fn write_defaults(f: P<Function>, code: &ExecCode, fp: *mut Value, argc: u32) {
    let defaults = f.defaults.get().exact::<Tuple>().expect("whoever lets the call begin has looked");
    let missing = (code.argcount - argc) as usize;
    for (k, v) in defaults.items()[defaults.len - missing..].iter().enumerate() {
        // SAFETY: parameters are slots of the frame.
        unsafe { fp.add(argc as usize + k).write(v.own().into_raw()) };
    }
}

/// What became of a call that needs its arguments bound.
pub enum Bound {
    /// The callee's frame is on top.
    Pushed,
    /// An exception is set.
    Raised,
    /// Not a plain Python function: the call helper's business.
    Native,
}

/// Start a Python function whose `argc` arguments (and then, with keywords, their names) lie at `slots`. They are
/// consumed.
///
/// # Safety
/// `slots` are operand slots of the innermost frame: `argc` owned words, then the tuple of names if `i` has keywords.
#[cold]
#[inline(never)]
pub unsafe fn push_bound(thread: &Thread, f: Value, i: Insn, slots: *mut Value, argc: u32) -> Bound {
    let Some(f) = f.exact::<Function>() else { return Bound::Native };
    let n = argc as usize;
    // SAFETY: the caller's operand slots.
    let values = unsafe { std::slice::from_raw_parts(slots, n) };
    let mut count = n;
    let mut names: &[Value] = &[];
    if i.has(KEYWORDS) {
        // SAFETY: the names lie behind the arguments; the slot owns the tuple until it is dropped below.
        if let Some(t) = unsafe { *slots.add(n) }.exact::<Tuple>() {
            // SAFETY: the slot owns the tuple until it is dropped below.
            names = unsafe { std::slice::from_raw_parts(t.items().as_ptr(), t.items().len()) };
        }
        count += 1;
    }
    // SAFETY: as the caller promises.
    unsafe { start_bound(thread, f, Args { values, names }, slots, count) }
}

/// Start a Python function with the items of a tuple, and perhaps of a dict, which lie at `slots` and are consumed.
///
/// # Safety
/// `slots` are operand slots of the innermost frame: the tuple, and the dict if there are keywords.
#[cold]
#[inline(never)]
pub unsafe fn push_spread(
    thread: &Thread,
    f: Value,
    slots: *mut Value,
    args: P<Tuple>,
    keywords: bool,
) -> Bound {
    let Some(f) = f.exact::<Function>() else { return Bound::Native };
    // SAFETY: the caller's operands.
    let dict = if keywords { unsafe { *slots.add(1) }.exact::<Dict>() } else { None };
    let count = 1 + usize::from(keywords);
    let Some(dict) = dict.filter(|d| !d.is_empty()) else {
        // SAFETY: the slot owns the tuple until its items are bound.
        return unsafe { start_bound(thread, f, Args::positional(args.items()), slots, count) };
    };
    let (mut words, mut names) = (SmallVec::<[Value; 16]>::new(), SmallVec::<[Value; 8]>::new());
    words.extend_from_slice(args.items());
    for (k, v) in dict.iter() {
        if k.as_str().is_none() {
            return Bound::Native;
        }
        names.push(k);
        words.push(v);
    }
    // SAFETY: the dict keeps names and values until they are bound.
    unsafe { start_bound(thread, f, Args { values: &words, names: &names }, slots, count) }
}

/// Bind the arguments into the slots of a new frame. `count` operands at `slots` are consumed.
///
/// # Safety
/// They are operand slots of the innermost frame.
unsafe fn start_bound(
    thread: &Thread,
    f: P<Function>,
    args: Args<'_>,
    slots: *mut Value,
    count: usize,
) -> Bound {
    let Ok((record, fp, end)) = room(thread, f) else { return Bound::Raised };
    // SAFETY: `room` found the slots free.
    if unsafe { bind::bind(f, args, fp) }.is_err() {
        return Bound::Raised;
    }
    for k in 0..count {
        // SAFETY: owned operands, consumed here.
        decref(unsafe { slots.add(k).replace(UNBOUND) });
    }
    write_record(thread, record, f, fp, end, 0);
    // `reload` goes on behind `pc`: back one, so that the first instruction comes next.
    Bound::Pushed
}
