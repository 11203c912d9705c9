//! Compiling regions, on a thread of its own where that is wanted, and publishing what comes out.
//!
//! # Invariants
//! - The compiler thread sees a copy of the region and the layout: plain data, no object.
//! - Code is published under the GIL, by a thread of the interpreter; a region has one compilation under way at most.

use super::{Engine, cool_down};
use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use taipan_jit::compile::{Compiled, Compiler, Options};
use taipan_jit::ir::Region;
use taipan_jit::layout::Layout;
use taipan_jit::lower::CompileError;
use taipan_jit::memory::CodeMemory;
use taipan_runtime::runtime::runtime;
use taipan_runtime::thread::{self, Thread, poll};

/// A region to compile, or what came of it.
struct Job<T> {
    index: usize,
    place: String,
    /// Nobody needs it any more.
    obsolete: Arc<AtomicBool>,
    payload: T,
}
/// `None`: it was not compiled, being obsolete.
type Done = Job<Option<Result<Compiled, CompileError>>>;

/// The thread to notify; none once the interpreter ends.
struct Notify(Option<*const Thread>);

// SAFETY: the pointer is followed under the mutex only, while the engine (and so the interpreter's main thread state)
// exists; what is touched is an atomic.
unsafe impl Send for Notify {}

/// The compiler thread, seen from here.
struct Worker {
    jobs: Sender<Job<Region>>,
    done: Receiver<Done>,
}

/// The compiler: here, or on its thread.
pub(super) struct Compilers {
    layout: Layout,
    here: RefCell<Option<Compiler>>,
    background: Cell<bool>,
    /// For another compiler, in a forked process.
    memory: Arc<CodeMemory>,
    options: Options,
    /// Empty until the first job: most programs are over before they have one.
    worker: OnceCell<Worker>,
    /// Something is done and not collected.
    ready: Arc<AtomicBool>,
    notify: Arc<Mutex<Notify>>,
}

impl Compilers {
    /// With `background`, on a thread that is started with the first job.
    ///
    /// # Errors
    /// Where there is no compiler for this machine.
    pub(super) fn new(
        memory: Arc<CodeMemory>,
        options: Options,
        layout: Layout,
        background: bool,
    ) -> Result<Compilers, CompileError> {
        let compiler = Compiler::new(memory.clone(), options)?;
        let notify = Arc::new(Mutex::new(Notify(Some(std::ptr::from_ref(thread::current())))));
        Ok(Compilers {
            layout,
            here: RefCell::new(Some(compiler)),
            background: Cell::new(background),
            memory,
            options,
            worker: OnceCell::new(),
            ready: Arc::default(),
            notify,
        })
    }

    /// Fork: machine code is not shared, and the child, which has no compiler thread, compiles where it is.
    /// No exit has a number from `free_exits` on.
    pub(super) fn fork(&self, free_exits: u64, fork: &mut dyn FnMut() -> i32) -> std::io::Result<i32> {
        let pid = self.memory.fork(fork)?;
        if pid == 0 && self.background.replace(false) && self.worker.get().is_some() {
            let mut compiler = Compiler::new(self.memory.clone(), self.options).ok();
            if let Some(compiler) = &mut compiler {
                compiler.number_exits_from(free_exits);
            }
            self.here.replace(compiler);
            self.ready.store(false, Ordering::Release);
        }
        Ok(pid)
    }

    /// The compiler thread, if there is to be one.
    fn worker(&self) -> Option<&Worker> {
        if !self.background.get() {
            return None;
        }
        Some(self.worker.get_or_init(|| {
            let (jobs, work) = channel();
            let (results, done) = channel();
            let (layout, notify, ready) = (self.layout.clone(), self.notify.clone(), self.ready.clone());
            if let Some(compiler) = self.here.take() {
                // Without threads the region is never compiled: the interpreter goes on alone.
                let _ = std::thread::Builder::new()
                    .name("taipan-jit".to_owned())
                    .spawn(move || serve(compiler, &layout, &work, &results, &ready, &notify));
            }
            Worker { jobs, done }
        }))
    }
}

impl Drop for Compilers {
    fn drop(&mut self) {
        self.notify.lock().unwrap_or_else(PoisonError::into_inner).0 = None;
    }
}

/// The next job: the smallest of those that wait, lest one large region keep many small ones in the interpreter.
fn next(work: &Receiver<Job<Region>>, waiting: &mut Vec<Job<Region>>) -> Option<Job<Region>> {
    if waiting.is_empty() {
        waiting.push(work.recv().ok()?);
    }
    waiting.extend(work.try_iter());
    let smallest = (0..waiting.len()).min_by_key(|k| waiting[*k].payload.op_count())?;
    Some(waiting.remove(smallest))
}

/// The compiler thread: until nobody sends jobs any more.
fn serve(
    mut compiler: Compiler,
    layout: &Layout,
    work: &Receiver<Job<Region>>,
    results: &Sender<Done>,
    ready: &AtomicBool,
    notify: &Mutex<Notify>,
) {
    let mut waiting = Vec::new();
    while let Some(Job { index, place, obsolete, payload }) = next(work, &mut waiting) {
        let wanted = !obsolete.load(Ordering::Relaxed);
        let payload = wanted.then(|| compiler.compile(&payload, layout));
        if results.send(Job { index, place, obsolete, payload }).is_err() {
            return;
        }
        ready.store(true, Ordering::Release);
        let notify = notify.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(thread) = notify.0 {
            // SAFETY: see `Notify`.
            unsafe { (*thread).poll.fetch_or(poll::JIT, Ordering::Relaxed) };
        }
    }
}

impl Engine {
    /// Compile a region as it is now, unless it is being compiled.
    pub(super) fn compile(&self, index: usize, place: String) {
        let (region, obsolete) = {
            let r = &mut self.regions.borrow_mut()[index];
            if r.compiling || r.is_dropped() {
                return;
            }
            r.compiling = true;
            r.wasted = 0;
            r.included = (r.region.fragments.len() as u32, r.region.typed_entry);
            if r.compiled.is_none() {
                // It is not hot any more until there is code.
                for counter in r.counters() {
                    counter.threshold.set(u32::MAX);
                }
            }
            (r.region.clone(), r.dropped.clone())
        };
        let c = &self.compiler;
        if let Some(worker) = c.worker() {
            if worker.jobs.send(Job { index, place, obsolete, payload: region }).is_err() {
                self.log(|| "failed  the compiler thread is gone".to_owned());
            }
            return;
        }
        let compiled = c.here.borrow_mut().as_mut().map(|compiler| compiler.compile(&region, &c.layout));
        if compiled.is_some() {
            self.finish(Job { index, place, obsolete, payload: compiled });
        }
    }

    /// Take in what the compiler thread has finished.
    pub(super) fn collect_finished(&self) {
        let c = &self.compiler;
        if !c.ready.load(Ordering::Relaxed) || !c.ready.swap(false, Ordering::AcqRel) {
            return;
        }
        while let Some(job) = c.worker.get().and_then(|w| w.done.try_recv().ok()) {
            self.finish(job);
        }
    }

    fn finish(&self, job: Done) {
        let Job { index, place, payload, .. } = job;
        self.regions.borrow_mut()[index].compiling = false;
        let Some(payload) = payload else { return };
        match payload {
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
                self.publish(index, Rc::new(compiled));
            }
            Err(e) => {
                self.log(|| format!("failed  {place}: {e:?}"));
                let mut regions = self.regions.borrow_mut();
                let r = &mut regions[index];
                if r.compiled.is_none() {
                    cool_down(r.code, r.header, r.head, true);
                } else {
                    // What was attached last does not compile: the code stays as it is.
                    r.region.detach_last();
                }
            }
        }
    }

    /// The region's code is this from now on.
    fn publish(&self, index: usize, compiled: Rc<Compiled>) {
        let mut published = self.published.borrow_mut();
        if runtime().jit_active.get() == 0 {
            published.retain(|_, (owner, _)| *owner != index);
        }
        published.insert(compiled.first_exit, (index, compiled.clone()));
        let r = &mut self.regions.borrow_mut()[index];
        if r.is_dropped() {
            return;
        }
        let linked = self.linked.borrow();
        // The interpreter knows from now on that there is machine code.
        for counter in r.counters() {
            counter.region.set(index as u32 + 1);
            counter.threshold.set(0);
            let promised = linked.get(&std::ptr::from_ref(counter));
            if promised.is_none_or(|scope| *scope == r.scope()) {
                counter.native.set(compiled.entry());
                if !r.at_module_level {
                    counter.globals.set(r.globals.as_ptr());
                }
            }
        }
        r.compiled = Some(compiled);
    }
}
