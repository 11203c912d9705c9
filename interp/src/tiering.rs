//! Tiering: what happens when a loop is hot. Recording, compiling, entering machine code, and what its exits lead
//! to: the interpreter, or a side trace.
//!
//! # Invariants
//! - Machine code is entered with the base frame's record innermost and its header's instruction as `pc`; scratch
//!   words behind its slots are reserved meanwhile.
//! - A region's code and the objects that its constants refer to live as long as the region.

use crate::machine::Interp;
use crate::params::{Params, Switch};
use std::cell::RefCell;
use std::collections::HashMap;
use std::mem::offset_of;
use std::rc::Rc;
use taipan_jit::compile::{Compiled, Compiler, Options};
use taipan_jit::exits::ExitDesc;
use taipan_jit::ir::{ExitKey, ExitKind, Op as IrOp, Region};
use taipan_jit::layout::{FreeLists, Layout};
use taipan_jit::memory::CodeMemory;
use taipan_jit::record::{Abort, Outcome, Recorder, SCRATCH_WORDS, Start, StartFrame};
use taipan_runtime::exec::insn::{Insn, Op};
use taipan_runtime::frame::{Frame, flags};
use taipan_runtime::heap::{GRANULE, SMALL_MAX};
use taipan_runtime::helper::Effect;
use taipan_runtime::helpers;
use taipan_runtime::machine::Exit;
use taipan_runtime::object::{FIRST_SHAPE, Header, Kind, P, Ref};
use taipan_runtime::runtime::{heap, runtime};
use taipan_runtime::sem::run::run;
use taipan_runtime::thread::Thread;
use taipan_runtime::types::dict::Dict;
use taipan_runtime::types::float::Float;

/// A compiled loop.
struct LoopRegion {
    header: *const Insn,
    region: Region,
    compiled: Option<Rc<Compiled>>,
    /// The global names that the code relies on: machine code is entered for frames with these alone.
    globals: P<Dict>,
    /// Is the loop at module level?
    at_module_level: bool,
    /// Exits taken, by what a side trace would be attached to.
    taken: HashMap<ExitKey, u32>,
    /// Objects that constants of the code refer to.
    keep: Vec<Ref>,
}

/// What the JIT keeps for an interpreter.
pub struct Engine {
    params: Params,
    compiler: RefCell<Compiler>,
    layout: Layout,
    loops: RefCell<HashMap<usize, usize>>,
    regions: RefCell<Vec<LoopRegion>>,
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
    /// Entries into machine code.
    pub entries: u64,
}

fn layout() -> Layout {
    let heap = heap();
    Layout {
        refcount_offset: offset_of!(Header, refcount) as i32,
        type_id_offset: offset_of!(Header, id) as i32,
        type_ptr_offset: offset_of!(Header, class) as i32,
        float_value_offset: offset_of!(Float, value) as i32,
        float_type_id: Kind::Float as u32,
        first_shape_id: FIRST_SHAPE,
        leaf_type_ids: vec![Kind::Float as u32, Kind::Str as u32, Kind::Int as u32, Kind::RangeIter as u32],
        decref_effect: Effect::Any,
        dealloc: &helpers::DEALLOC,
        box_float_cold: &helpers::BOX_FLOAT,
        alloc: &helpers::ALLOC,
        free_lists: Some(FreeLists {
            heads: [heap.free_list(1, false) as u64, heap.free_list(1, true) as u64],
            stride: (heap.free_list(GRANULE + 1, false) as usize - heap.free_list(1, false) as usize) as u32,
            granule: GRANULE as u32,
            max_size: SMALL_MAX as u32,
            next_offset: 8,
            young: &raw const heap.young as u64,
        }),
        helpers_take_thread: false,
        poll_offset: offset_of!(Thread, poll) as i32,
        exit_buffer_offset: offset_of!(Thread, exit_words) as i32,
        exit_buffer_words: taipan_runtime::thread::EXIT_WORDS as u32,
    }
}

/// Switch the JIT on for the current interpreter, as the parameters say.
///
/// # Errors
/// A text where machine code cannot be made on this machine; the interpreter runs without it then.
pub fn start(params: Params) -> Result<(), String> {
    if params.jit == Switch::Off {
        return Ok(());
    }
    let memory = CodeMemory::new(params.code_limit as usize);
    let verify = cfg!(debug_assertions) || params.jit == Switch::Stress;
    let options = Options { dump: params.dump.is_some(), verify, ..Options::default() };
    let compiler = Compiler::new(memory, options).map_err(|e| format!("{e:?}"))?;
    runtime().jit_threshold.set(params.loop_threshold);
    let engine = Engine {
        params,
        compiler: RefCell::new(compiler),
        layout: layout(),
        loops: RefCell::default(),
        regions: RefCell::default(),
        stats: RefCell::default(),
    };
    if runtime().jit_state.set(Box::new(engine)).is_err() {
        return Err("the JIT is running already".to_owned());
    }
    Ok(())
}

/// The current interpreter's engine, if the JIT is on.
pub fn engine() -> Option<&'static Engine> {
    runtime().jit_state.get().and_then(|b| b.downcast_ref())
}

/// A loop's counter reached its threshold: the loop starts at the innermost frame's `pc`. The result says how to go
/// on: `Stop` for in the interpreter, anything else as if the interpreter had left its loop with it.
pub fn hot(thread: &'static Thread) -> Exit {
    let Some(engine) = engine() else { return Exit::Stop };
    let frame = top(thread);
    let header = frame.pc;
    let known = engine.loops.borrow().get(&(header as usize)).copied();
    match known {
        Some(index) => engine.enter(thread, index),
        None if frame.has(flags::GENERATOR) || frame.code().no_jit.get() => {
            cool_down(frame, header, true);
            Exit::Stop
        }
        None => engine.record_root(thread, header),
    }
}

fn top(thread: &Thread) -> &'static mut Frame {
    // SAFETY: the innermost record is valid; no other reference to it is held meanwhile.
    unsafe { &mut *thread.frame.get() }
}

/// A loop could not be compiled: try again much later, or never.
fn cool_down(frame: &Frame, header: *const Insn, forever: bool) {
    let code = frame.code();
    for (i, cell) in code.insns.iter().enumerate() {
        let insn = cell.get();
        let distance = i32::from(insn.b) | (i32::from(insn.c as i16) << 16);
        if insn.op != Op::JumpBack || code.at(i).wrapping_offset(distance as isize) != header {
            continue;
        }
        let counter = &code.loops[insn.d as usize];
        let failures = counter.failures.get() + 1;
        counter.failures.set(failures);
        counter.count.set(0);
        let never = forever || failures > 6;
        counter.threshold.set(if never { u32::MAX } else { counter.threshold.get().saturating_mul(4) });
    }
}

impl Engine {
    fn log(&self, text: impl FnOnce() -> String) {
        if let Some(log) = &self.params.log {
            log.line(&text());
        }
    }

    /// Run the recorder from the innermost frame on.
    fn record(&self, thread: &'static Thread, header: *const Insn, start: Start) -> (Outcome, Exit) {
        let mut recorder = Recorder::new(Interp::enter(thread), header, start);
        let exit = run(&mut recorder);
        let (outcome, machine) = recorder.finish();
        if !matches!(exit, Exit::Returned | Exit::Yielded | Exit::Stop) {
            machine.save();
        }
        (outcome, exit)
    }

    #[cold]
    #[inline(never)]
    fn record_root(&self, thread: &'static Thread, header: *const Insn) -> Exit {
        let frame = top(thread);
        let place = self.place(frame);
        let start = StartFrame {
            code: frame.code(),
            function: frame.function,
            call: header,
            first: 0,
            instance: None,
            listed: Vec::new(),
        };
        let hold = frame.function.own();
        let (globals, at_module_level) = (frame.globals(), is_module(frame));
        let base = thread.frame.get();
        let (outcome, exit) = self.record(thread, header, Start { frames: vec![start], root: true });
        match outcome {
            Outcome::Aborted(why) => {
                self.aborted(&place, why);
                // SAFETY: if the base frame ended, its record's words are still those of its code.
                let frame = unsafe { &*base };
                if std::ptr::eq(frame.code, hold_code(&hold)) {
                    cool_down(frame, header, false);
                }
            }
            Outcome::Done(fragment, mut keep) => {
                keep.push(hold);
                let index = self.regions.borrow().len();
                let region = Region::new(index as u64, *fragment);
                self.regions.borrow_mut().push(LoopRegion {
                    header,
                    region,
                    compiled: None,
                    globals,
                    at_module_level,
                    taken: HashMap::new(),
                    keep,
                });
                if self.compile(index, &place) {
                    self.loops.borrow_mut().insert(header as usize, index);
                    mark(top(thread), header, index as u32 + 1);
                } else {
                    cool_down(top(thread), header, true);
                }
            }
        }
        exit
    }

    /// File, line and name, for the log.
    fn place(&self, frame: &Frame) -> String {
        if self.params.log.is_none() {
            return String::new();
        }
        let code = &frame.code().code;
        format!("{}:{} {}", code.filename, frame.line().unwrap_or(0), code.qualname)
    }

    fn aborted(&self, place: &str, why: Abort) {
        self.stats.borrow_mut().aborts += 1;
        self.log(|| format!("abort   {place}: {}", why.text()));
    }

    fn compile(&self, index: usize, place: &str) -> bool {
        let result = {
            let regions = self.regions.borrow();
            self.compiler.borrow_mut().compile(&regions[index].region, &self.layout)
        };
        match result {
            Ok(compiled) => {
                self.stats.borrow_mut().compiled += 1;
                let s = compiled.stats;
                self.log(|| {
                    format!(
                        "compile {place}: {} recorded ops, {} optimized, {} guards, {} bytes, {:?} + {:?}",
                        s.recorded, s.optimized, s.guards, s.code_bytes, s.opt_time, s.codegen_time
                    )
                });
                if let (Some(dump), Some(texts)) = (&self.params.dump, &compiled.dumps) {
                    dump.write(texts);
                }
                self.regions.borrow_mut()[index].compiled = Some(Rc::new(compiled));
                true
            }
            Err(e) => {
                self.log(|| format!("failed  {place}: {e:?}"));
                false
            }
        }
    }

    /// Run a region's machine code, and do what its exit says.
    fn enter(&self, thread: &'static Thread, index: usize) -> Exit {
        let Some(compiled) = self.regions.borrow()[index].compiled.clone() else { return Exit::Stop };
        let frame = top(thread);
        {
            let r = &self.regions.borrow()[index];
            let same = frame.globals() == r.globals && is_module(frame) == r.at_module_level;
            if !same || frame.has(flags::GENERATOR) {
                return Exit::Stop;
            }
        }
        self.stats.borrow_mut().entries += 1;
        frame.top = frame.top.wrapping_add(SCRATCH_WORDS);
        let (record, fp) = (thread.frame.get(), frame.fp);
        // SAFETY: the region was compiled for this header's frame layout and this thread's layout.
        let id = unsafe { compiled.code.run(std::ptr::from_ref(thread).cast_mut().cast(), fp.cast()) };
        // SAFETY: machine code leaves the base record where it was.
        unsafe { (*record).top = (*record).top.wrapping_sub(SCRATCH_WORDS) };
        let exit = &compiled.exits[id as usize];
        taipan_jit::exit::restore(thread, exit);
        if exit.kind == ExitKind::Raise {
            return Exit::Raised;
        }
        self.left(thread, index, exit)
    }

    /// An exit was taken: count it, and record a side trace when it is hot.
    fn left(&self, thread: &'static Thread, index: usize, exit: &ExitDesc) -> Exit {
        if exit.guard == Some(IrOp::Poll) || exit.guard.is_none() {
            return Exit::Stop;
        }
        let n = {
            let mut regions = self.regions.borrow_mut();
            let n = regions[index].taken.entry(exit.source).or_insert(0);
            *n = n.saturating_add(1);
            *n
        };
        if n != self.params.exit_threshold {
            return Exit::Stop;
        }
        let (header, full) = {
            let r = &self.regions.borrow()[index];
            (r.header, r.region.fragments.len() >= self.params.max_side_traces as usize)
        };
        if full {
            return Exit::Stop;
        }
        let place = self.place(top(thread));
        let start = Start { frames: taipan_jit::exit::start_frames(thread, exit), root: false };
        let (outcome, next) = self.record(thread, header, start);
        match outcome {
            Outcome::Aborted(why) => {
                self.aborted(&place, why);
                let retries = self.params.exit_threshold.saturating_mul(8);
                let mut regions = self.regions.borrow_mut();
                let taken = regions[index].taken.entry(exit.source).or_insert(0);
                // One more chance, later.
                *taken = if *taken > retries { u32::MAX } else { *taken };
            }
            Outcome::Done(fragment, keep) => {
                let attached = {
                    let mut regions = self.regions.borrow_mut();
                    regions[index].keep.extend(keep);
                    regions[index].region.attach(exit.source, *fragment).is_ok()
                };
                if attached {
                    self.stats.borrow_mut().side_traces += 1;
                    if !self.compile(index, &format!("side of {place}")) {
                        self.regions.borrow_mut()[index].region.fragments.pop();
                    }
                }
            }
        }
        next
    }
}

fn is_module(frame: &Frame) -> bool {
    frame.namespace().is_some_and(|n| n.is(frame.globals().value()))
}

fn hold_code(function: &Ref) -> *const taipan_runtime::exec::code::ExecCode {
    function
        .exact::<taipan_runtime::types::function::Function>()
        .map_or(std::ptr::null(), |f| std::ptr::from_ref(f.exec()))
}

/// The back edges to `header` know that there is machine code.
fn mark(frame: &Frame, header: *const Insn, region: u32) {
    let code = frame.code();
    for (i, cell) in code.insns.iter().enumerate() {
        let insn = cell.get();
        let distance = i32::from(insn.b) | (i32::from(insn.c as i16) << 16);
        if insn.op == Op::JumpBack && code.at(i).wrapping_offset(distance as isize) == header {
            code.loops[insn.d as usize].region.set(region);
        }
    }
}

/// The compiler thread has finished something.
pub fn finished_compilations() {}
