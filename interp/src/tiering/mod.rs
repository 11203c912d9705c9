//! Tiering: what happens when a loop or a function is hot. Recording is here, compiling in [`compile`], entering
//! machine code and what its exits lead to in [`enter`].
//!
//! # Invariants
//! - A region's code and the objects that its constants refer to live as long as the region.
//! - Recordings nest: a call that a recorder leaves out of line runs in the interpreter, where the callee may get
//!   hot. Of two recordings of one place, the one that ends first counts.

mod abandon;
mod compile;
mod enter;
mod joins;
mod layout;
mod taken;

use crate::machine::Interp;
use crate::params::{Params, Switch};
use abandon::{Abandon, Place};
pub use layout::layout;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use taipan_jit::compile::{Compiled, Options};
use taipan_jit::exits::ExitDesc;
use taipan_jit::ir::{ExitKey, ExitKind, Fragment, Region};
use taipan_jit::memory::CodeMemory;
use taipan_jit::record::{Abort, Grounds, Head, Outcome, Recorder, Start, StartFrame, VALID};
use taipan_runtime::exec::cache::Counter;
use taipan_runtime::exec::code::ExecCode;
use taipan_runtime::exec::insn::{Insn, Op};
use taipan_runtime::frame::Frame;
use taipan_runtime::machine::Exit;
use taipan_runtime::object::P;
use taipan_runtime::runtime::runtime;
use taipan_runtime::sem::run::run;
use taipan_runtime::thread::{self, Thread};
use taipan_runtime::types::dict::Dict;
use taipan_runtime::types::function::Function;
use taipan_runtime::watch::Assumption;
use taken::Taken;

/// Recordings that may be under way at a time: a recursive function is recorded at every depth until the first call
/// of it returns.
const MAX_NESTED: u32 = 64;

/// Bytes of native stack that the last recording of so many has to leave to the program.
const NATIVE_ROOM: usize = 128 << 10;

/// Side traces that start at an instruction, each for another function, class or shape: the next one is for all others.
const POLYMORPHIC: usize = 6;

/// Recordings of a loop that may find it at its end, before one of them counts.
const LAST_TURNS: u32 = 2;

/// How many times longer than others an exit waits for its side trace that was taken because something was disturbed.
const QUIET_PATIENCE: u32 = 16;

/// A compiled loop, function or resumption.
struct CodeRegion {
    header: *const Insn,
    code: &'static ExecCode,
    /// What begins at the header.
    head: Head,
    region: Region,
    compiled: Option<Rc<Compiled>>,
    /// The global names that the code relies on: machine code is entered for frames with these alone.
    globals: P<Dict>,
    /// Is the loop at module level?
    at_module_level: bool,
    /// Exits taken, by what a side trace would be attached to.
    taken: Taken,
    /// Exits taken that the next compilation continues.
    wasted: u32,
    /// What the last compilation has taken in: side fragments below this number, and whether the entry was typed.
    included: (u32, bool),
    /// Ends of fragments at joins that could not be recorded yet.
    open: BTreeSet<ExitKey>,
    /// It is being compiled.
    compiling: bool,
    /// Code that is called instead of inlined has made this region obsolete: it is entered no more. The compiler
    /// thread looks here, too.
    dropped: Arc<AtomicBool>,
    /// What the code relies on.
    grounds: Grounds,
    /// [`VALID`] as long as that holds; machine code reads it.
    validity: Box<Cell<u32>>,
}

/// A frame's globals, and whether they are its locals.
type Scope = (P<Dict>, bool);

impl CodeRegion {
    /// Frames with another scope are not entered.
    fn scope(&self) -> Scope {
        (self.globals, self.at_module_level)
    }
    fn is_dropped(&self) -> bool {
        self.dropped.load(Ordering::Relaxed)
    }
    /// The counters that lead to it.
    fn counters(&self) -> impl Iterator<Item = &'static Counter> {
        counters(self.code, self.header, self.head)
    }
}

/// What the JIT keeps for an interpreter.
pub struct Engine {
    params: Params,
    compiler: compile::Compilers,
    regions: RefCell<Vec<CodeRegion>>,
    /// Code that exists, by the number of its first exit, and whose it is. Old code stays as long as it may be
    /// running.
    published: RefCell<BTreeMap<u64, (usize, Rc<Compiled>)>>,
    /// Recordings under way.
    recording: Cell<u32>,
    abandon: Abandon,
    /// The scopes of the frames that machine code links to a loop in, by the loop's counter.
    linked: RefCell<HashMap<*const Counter, Scope>>,
    /// Counts for `_taipan.jit.stats()` and the log.
    pub stats: RefCell<Stats>,
}

/// What the JIT has done.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stats {
    /// Regions compiled, recompilations included.
    pub compiled: u64,
    /// Recordings given up.
    pub aborts: u64,
    /// Side traces attached.
    pub side_traces: u64,
    /// What recordings have taken, the execution of what they recorded included.
    pub record_time: Duration,
    /// What compiling has taken.
    pub compile_time: Duration,
    /// Exits taken to the interpreter.
    pub exits: u64,
}

/// Switch the JIT on for the current interpreter, as the parameters say.
///
/// # Errors
/// A text where machine code cannot be made on this machine; the interpreter runs without it then.
pub fn start(params: Params) -> Result<(), String> {
    match params.jit {
        Switch::Off => return Ok(()),
        Switch::Audit => {
            runtime().audit.set(true);
            return Ok(());
        }
        Switch::On | Switch::Stress => {}
    }
    let memory = CodeMemory::new(params.code_limit as usize);
    let verify = cfg!(debug_assertions) || params.jit == Switch::Stress;
    let fail_at = (params.fail_at != 0).then_some(params.fail_at);
    let options = Options { dump: params.dump.is_some(), verify, fail_at, ..Options::default() };
    let background = params.background != 0 && params.dump.is_none();
    let compiler = compile::Compilers::new(memory, options, layout::layout(), background)
        .map_err(|e| format!("{e:?}"))?;
    runtime().jit_threshold.set(params.loop_threshold);
    runtime().jit_call_threshold.set(params.call_threshold);
    let engine = Engine {
        abandon: Abandon::new(params.abandon),
        params,
        compiler,
        regions: RefCell::default(),
        published: RefCell::default(),
        recording: Cell::new(0),
        linked: RefCell::default(),
        stats: RefCell::default(),
    };
    if runtime().jit_state.set(Box::new(engine)).is_err() {
        return Err("the JIT is running already".to_owned());
    }
    Ok(())
}

/// Fork: `fork` does. The child's machine code is its own.
pub fn fork(fork: &mut dyn FnMut() -> i32) -> std::io::Result<i32> {
    match engine() {
        Some(engine) => {
            // What the compiler thread has not handed over yet is lost to the child, but its numbers are taken.
            const UNCOLLECTED: u64 = 1 << 32;
            let last = engine
                .published
                .borrow()
                .last_key_value()
                .map_or(0, |(first, (_, c))| first + c.exits.len() as u64);
            engine.compiler.fork(last + UNCOLLECTED, fork)
        }
        None => Ok(fork()),
    }
}

/// The program has ended: the log gets the sums.
pub fn report() {
    let Some(engine) = engine() else { return };
    let s = *engine.stats.borrow();
    engine.log(|| {
        format!(
            "total   {} compilations in {:?}, {} side traces, {} aborts, recorded in {:?}, {} exits",
            s.compiled, s.compile_time, s.side_traces, s.aborts, s.record_time, s.exits
        )
    });
}

/// The current interpreter's engine, if the JIT is on.
pub fn engine() -> Option<&'static Engine> {
    runtime().jit_state.get().and_then(|b| b.downcast_ref())
}

/// A counter reached its threshold: the loop, function or resumption starts at the innermost frame's `pc`.
/// The result says how to go on: `Stop` for in the interpreter, anything else as if the interpreter had left its
/// loop with it.
pub fn hot(thread: &'static Thread, head: Head) -> Exit {
    let frame = top(thread);
    let Some(counter) = counters(frame.code(), frame.pc, head).next() else { return Exit::Stop };
    if let Some(exit) = enter::at_once(thread, counter) {
        return exit;
    }
    let Some(engine) = engine() else { return Exit::Stop };
    engine.collect_finished();
    match counter.region.get() {
        0 if engine.nests_too_deep(thread) => Exit::Stop,
        0 if !recordable(frame, head) => {
            cool_down(frame.code(), frame.pc, head, true);
            Exit::Stop
        }
        0 => engine.record_root(thread, head),
        n => engine.enter(thread, n as usize - 1),
    }
}

/// Can a region start in this frame?
fn recordable(frame: &Frame, head: Head) -> bool {
    let code = frame.code();
    !code.no_jit.get() && (head != Head::Function || code.plain)
}

/// The counters that lead to what begins at `header`.
fn counters(
    code: &'static ExecCode,
    header: *const Insn,
    head: Head,
) -> impl Iterator<Item = &'static Counter> {
    let index = code.index_of(header);
    let loops = if head == Head::Loop { &code.back_edges[..] } else { &[] };
    let back_edges = loops.iter().zip(&code.loops).filter(move |(e, _)| e.header == index as u32);
    let single = match head {
        Head::Loop => None,
        Head::Function => Some(&code.entry),
        Head::Resumption => code.resumptions.get(usize::from(code.insns[index - 1].get().b)),
    };
    back_edges.map(|(_, counter)| counter).chain(single)
}

fn top(thread: &Thread) -> &'static mut Frame {
    // SAFETY: the innermost record is valid; no other reference to it is held meanwhile.
    unsafe { &mut *thread.written_frame() }
}

/// When one of these breaks, the region is invalid.
fn watch(index: usize, assumptions: &[Rc<Assumption>]) {
    for a in assumptions {
        a.when_broken(move || {
            if let Some(engine) = engine() {
                engine.invalidate(index);
            }
        });
    }
}

/// Have the recordings of a loop found it at its end so often that its turns are hard to meet?
fn patience_is_over(code: &'static ExecCode, header: *const Insn, head: Head) -> bool {
    counters(code, header, head).any(|c| c.failures.get() >= LAST_TURNS)
}

/// A loop or function could not be compiled: try again much later, or never.
fn cool_down(code: &'static ExecCode, header: *const Insn, head: Head, forever: bool) {
    let cool = |counter: &Counter| {
        let failures = counter.failures.get() + 1;
        counter.failures.set(failures);
        counter.count.set(0);
        let never = forever || failures > 6;
        let next = counter.threshold.get().max(64).saturating_mul(4);
        counter.threshold.set(if never { u32::MAX } else { next });
    };
    counters(code, header, head).for_each(cool);
}

impl Engine {
    /// What has been recorded so far.
    pub fn recorded(&self) -> Vec<Region> {
        self.regions.borrow().iter().map(|r| r.region.clone()).collect()
    }
    fn log(&self, text: impl FnOnce() -> String) {
        if let Some(log) = &self.params.log {
            log.line(&text());
        }
    }

    /// Run the recorder from the innermost frame on.
    fn record(&self, thread: &'static Thread, header: *const Insn, start: Start) -> (Outcome, Exit) {
        self.recording.set(self.recording.get() + 1);
        let (raised, begin) = (start.raised, Instant::now());
        let mut recorder = Recorder::new(Interp::enter(thread), header, start);
        let mut ran = !raised;
        let mut exit = if raised { Exit::Raised } else { run(&mut recorder) };
        while matches!(exit, Exit::Raised | Exit::Reraised) && recorder.unwind(exit == Exit::Raised) {
            exit = run(&mut recorder);
            ran = true;
        }
        let (outcome, machine) = recorder.finish();
        if ran && !matches!(exit, Exit::Returned | Exit::Yielded | Exit::Stop) {
            machine.save();
        }
        self.stats.borrow_mut().record_time += begin.elapsed();
        self.recording.set(self.recording.get() - 1);
        (outcome, exit)
    }

    #[cold]
    #[inline(never)]
    fn record_root(&self, thread: &'static Thread, head: Head) -> Exit {
        let frame = top(thread);
        let (header, code, place) = (frame.pc, frame.code(), self.place(frame));
        let start = StartFrame {
            code,
            function: frame.function,
            call: header,
            first: 0,
            instance: None,
            generator: false,
            listed: Vec::new(),
        };
        let hold = frame.function.own();
        let (globals, at_module_level) = (frame.globals(), is_module(frame));
        let abandon_after = self.abandon.after(Place::Root(header, head));
        let validity = Box::new(Cell::new(VALID));
        let (outcome, exit) = self.record(
            thread,
            header,
            Start {
                frames: vec![start],
                root: true,
                head,
                raised: false,
                generic: false,
                disturbed: false,
                unsettled: false,
                any_way: patience_is_over(code, header, head),
                abandon_after,
                joins: Vec::new(),
                validity: &raw const *validity,
            },
        );
        match outcome {
            Outcome::Aborted(why @ Abort::Abandoned, op) => {
                self.aborted(&place, why, op);
                counters(code, header, head).for_each(|c| c.count.set(0));
            }
            Outcome::Aborted(why @ Abort::LastTurn, op) => {
                self.aborted(&place, why, op);
                counters(code, header, head).for_each(|c| {
                    c.failures.set(c.failures.get() + 1);
                    c.count.set(c.threshold.get().saturating_sub(1));
                });
            }
            Outcome::Aborted(why, op) => {
                self.aborted(&place, why, op);
                cool_down(code, header, head, false);
            }
            _ if self.has_region(header, head) => {}
            Outcome::Done(fragment, mut grounds) | Outcome::Joined(fragment, mut grounds, _) => {
                grounds.keep.push(hold);
                let index = self.regions.borrow().len();
                watch(index, &grounds.assumptions);
                let mut region = Region::new(index as u64, *fragment);
                region.entry = (head == Head::Function).then_some(code.entry.native.as_ptr() as u64);
                self.regions.borrow_mut().push(CodeRegion {
                    header,
                    code,
                    head,
                    region,
                    compiled: None,
                    globals,
                    at_module_level,
                    taken: Taken::default(),
                    wasted: 0,
                    included: (0, false),
                    open: BTreeSet::new(),
                    compiling: false,
                    dropped: Arc::default(),
                    grounds,
                    validity,
                });
                self.compile(index, place);
            }
        }
        exit
    }

    fn has_region(&self, header: *const Insn, head: Head) -> bool {
        let regions = self.regions.borrow();
        regions.iter().any(|r| r.header == header && r.head == head && !r.is_dropped())
    }

    /// File, line and name, for the log.
    fn place(&self, frame: &Frame) -> String {
        if self.params.log.is_none() {
            return String::new();
        }
        let code = &frame.code().code;
        format!("{}:{} {}", code.filename, frame.line().unwrap_or(0), code.qualname)
    }

    fn aborted(&self, place: &str, why: Abort, op: Op) {
        self.stats.borrow_mut().aborts += 1;
        self.log(|| format!("abort   {place}: {} ({})", why.text(), op.name()));
    }

    /// An exit was taken that resumes: count it, and record a side trace when it is hot.
    fn left(&self, thread: &'static Thread, index: usize, exit: &ExitDesc) -> Exit {
        self.stats.borrow_mut().exits += 1;
        let go_on = if exit.kind.raises() { Exit::Raised } else { Exit::Stop };
        // The end of a trace is the interpreter's business, too, unless others end there.
        let ends = exit.guards.is_empty() && !self.regions.borrow()[index].open.contains(&exit.source);
        if exit.kind.is_final() || ends || self.nests_too_deep(thread) {
            return go_on;
        }
        // Calls that were interpreted are machine code soon: what they disturb, they disturb once.
        let disturbed = exit.kind == ExitKind::Disturbed;
        let patience = if disturbed { QUIET_PATIENCE } else { 1 };
        let threshold = self.params.exit_threshold.saturating_mul(patience);
        let (n, attached) = {
            let mut regions = self.regions.borrow_mut();
            let r = &mut regions[index];
            let n = r.taken.count(exit.source);
            *n = n.saturating_add(1);
            (*n, r.region.child(exit.source).is_some())
        };
        if n >= 1000 && 10_u32.pow(n.ilog10()) == n {
            self.log(|| {
                let guards = exit.guards();
                let state = match attached {
                    true => ", continued by a side trace",
                    false if self.full(index) => ", the region is full",
                    false => "",
                };
                format!("exit    {}: taken {n} times, by {guards}{state}", self.place(top(thread)))
            });
        }
        if attached {
            if self.due(index, exit, n) {
                let place = self.place(top(thread));
                self.compile(index, format!("sides of {place}"));
            }
            return go_on;
        }
        // While a recording of it is under way (in a caller), the exit stays hot: see the module's invariants.
        if n == u32::MAX || !n.is_multiple_of(threshold) || self.full(index) {
            return go_on;
        }
        self.record_side(thread, index, exit)
    }

    /// An exit with a side trace was taken for the `n`th time: the code has not got the trace yet, or the exit is the
    /// preamble's. Is it time to compile? When the exits that it would have saved have cost as much as it will.
    fn due(&self, index: usize, exit: &ExitDesc, n: u32) -> bool {
        let threshold = self.params.exit_threshold;
        let r = &mut self.regions.borrow_mut()[index];
        let child = r.region.child(exit.source).unwrap_or(u32::MAX);
        if exit.early {
            if n < threshold.saturating_mul(2) {
                return false;
            }
            r.region.typed_entry = true;
        }
        // What the last compilation could do nothing about, the next one cannot either.
        let included = if exit.early { r.included.1 } else { child < r.included.0 };
        if included && !r.compiling {
            return false;
        }
        r.wasted += 1;
        if r.compiling {
            return false;
        }
        // Compiling takes longer than in proportion.
        let size = (r.region.op_count() as u32 / 50).max(1);
        r.wasted >= threshold.saturating_mul(2).saturating_mul(size).saturating_mul(size.isqrt())
    }

    /// May no recording begin inside those that are under way?
    fn nests_too_deep(&self, thread: &Thread) -> bool {
        self.recording.get() >= MAX_NESTED || thread.native_room() < NATIVE_ROOM
    }

    /// Does the region take no more side traces?
    fn full(&self, index: usize) -> bool {
        let r = &self.regions.borrow()[index];
        r.is_dropped()
            || r.region.fragments.len() >= self.params.max_side_traces as usize
            || r.region.op_count() >= self.params.max_region_ops as usize
    }

    #[cold]
    fn record_side(&self, thread: &'static Thread, index: usize, exit: &ExitDesc) -> Exit {
        let frames = taipan_jit::exit::start_frames(thread, exit);
        self.branched(index, &frames);
        let (joins, head, generic, validity) = {
            let r = &self.regions.borrow()[index];
            let generic = r.region.starts_like(exit.source) >= POLYMORPHIC;
            (self.join_points(&r.region, exit.source, &frames), r.head, generic, &raw const *r.validity)
        };
        let start = Start {
            joins,
            frames,
            root: false,
            head,
            raised: exit.kind == ExitKind::Raise,
            generic,
            disturbed: exit.kind == ExitKind::Disturbed,
            unsettled: match exit.kind {
                ExitKind::Resume => false,
                // A frame may have ended by the instruction.
                ExitKind::Disturbed => true,
                _ => exit.frames.len() > 1,
            },
            any_way: true,
            abandon_after: self.abandon.after(Place::Exit(index, exit.source)),
            validity,
        };
        self.record_at(thread, index, exit.source, start)
    }

    /// Record a side trace from the state of an exit, and what joins it with other paths.
    fn record_at(&self, thread: &'static Thread, index: usize, exit: ExitKey, start: Start) -> Exit {
        let header = self.regions.borrow()[index].header;
        let place = self.place(top(thread));
        let (outcome, next) = self.record(thread, header, start);
        match outcome {
            Outcome::Aborted(why, op) => {
                self.aborted(&place, why, op);
                if why == Abort::Abandoned {
                    return next;
                }
                let retries = self.params.exit_threshold.saturating_mul(8);
                let mut regions = self.regions.borrow_mut();
                let taken = regions[index].taken.count(exit);
                if *taken >= retries {
                    *taken = u32::MAX;
                }
            }
            Outcome::Done(fragment, grounds) => {
                self.attach(index, exit, *fragment, grounds);
            }
            Outcome::Joined(fragment, grounds, joined) => {
                if let Some(end) = self.attach(index, exit, *fragment, grounds) {
                    return self.joined(thread, index, end, joined, next);
                }
            }
        }
        next
    }

    /// Attach a side fragment to an exit; gives the key of its end.
    fn attach(&self, index: usize, exit: ExitKey, fragment: Fragment, grounds: Grounds) -> Option<ExitKey> {
        let snap = fragment.term.snap();
        let r = &mut self.regions.borrow_mut()[index];
        let fragment = r.region.attach(exit, fragment).ok()?;
        let known = |a: &Rc<Assumption>| r.grounds.assumptions.iter().any(|k| Rc::ptr_eq(k, a));
        let new: Vec<_> = grounds.assumptions.into_iter().filter(|a| !known(a)).collect();
        watch(index, &new);
        r.grounds.assumptions.extend(new);
        r.grounds.keep.extend(grounds.keep);
        self.stats.borrow_mut().side_traces += 1;
        Some(ExitKey { fragment, snap })
    }

    /// A side trace starts in these frames. Code that keeps branching where it is inlined gets a region of its own,
    /// and is called from then on: the paths through it would multiply those of its callers.
    fn branched(&self, index: usize, frames: &[StartFrame]) {
        let [base, .., innermost] = frames else { return };
        let entry = &innermost.code.entry;
        let branches = entry.branches.get().saturating_add(1);
        entry.branches.set(branches);
        // Of recursion, what has been inlined stays for longer: it is the region's own code.
        let recursion = std::ptr::eq(base.code, innermost.code);
        let limit = taipan_jit::record::branchy(innermost.code) * if recursion { 2 } else { 1 };
        if branches != limit || !innermost.code.plain {
            return;
        }
        if entry.region.get() == 0 && entry.failures.get() == 0 {
            entry.threshold.set(entry.threshold.get().min(entry.count.get().saturating_add(1)));
        }
        self.drop_region(index);
    }

    /// What a region relies on has changed.
    fn invalidate(&self, index: usize) {
        self.regions.borrow()[index].validity.set(0);
        thread::current().change();
        self.drop_region(index);
    }

    /// A region is not entered any more: its place is recorded anew.
    fn drop_region(&self, index: usize) {
        let r = &mut self.regions.borrow_mut()[index];
        r.dropped.store(true, Ordering::Relaxed);
        let threshold =
            if r.head == Head::Loop { self.params.loop_threshold } else { self.params.call_threshold };
        for counter in r.counters() {
            counter.globals.set(std::ptr::null());
            counter.region.set(0);
            counter.count.set(0);
            counter.threshold.set(threshold);
            let stand_in =
                if r.head == Head::Loop { taipan_jit::memory::resume } else { taipan_jit::memory::interpret };
            counter.native.set(stand_in as *const () as usize);
        }
    }
}

/// May the innermost frame go on in the machine code of this loop of its code, if there is some?
pub fn links(thread: &Thread, counter: &Counter) -> bool {
    promised(counter, scope(top(thread)))
}

/// May machine code call this function by the machine code of its code, if there is some? Other functions of the code
/// may have other global names.
pub fn calls(f: P<Function>) -> bool {
    promised(&f.exec().entry, (f.globals, false))
}

/// Is the machine code at this counter for frames with this scope alone, now and later?
fn promised(counter: &Counter, own: Scope) -> bool {
    let Some(engine) = engine() else { return false };
    let promised = *engine.linked.borrow_mut().entry(std::ptr::from_ref(counter)).or_insert(own);
    let region = counter.region.get() as usize;
    let regions = engine.regions.borrow();
    promised == own && (region == 0 || regions[region - 1].scope() == own)
}

/// The frame's scope.
fn scope(frame: &Frame) -> Scope {
    (frame.globals(), is_module(frame))
}

fn is_module(frame: &Frame) -> bool {
    frame.namespace().is_some_and(|n| n.is(frame.globals().value()))
}

/// The compiler thread has finished something.
pub fn finished_compilations() {
    if let Some(engine) = engine() {
        engine.collect_finished();
    }
}
