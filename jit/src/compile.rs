//! Compilation: region -> optimized graph -> Cranelift -> published code. Everything here is `Send`: it runs on
//! a background thread while the interpreter goes on.

use std::sync::Arc;
use std::time::{Duration, Instant};

use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::ir::Function;
use cranelift_codegen::isa::{OwnedTargetIsa, TargetIsa};
use cranelift_codegen::settings::{self, Configurable};
use cranelift_codegen::{Context, isa};
use cranelift_frontend::FunctionBuilderContext;

use crate::exits::ExitDesc;
use crate::inspect::Dumps;
use crate::ir::{Graph, Region, verify};
use crate::layout::Layout;
pub use crate::lower::{CompileError, Failing};
use crate::lower::{Lowered, Thunk, check_region, cold_helpers, lower, thunk};
use crate::memory::{CodeBlock, CodeMemory};
use crate::opt::{self, Passes};
use taipan_runtime::call_site::CallSite;

/// How to compile.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The optimizer's passes.
    pub passes: Passes,
    /// Cranelift's `opt_level=speed` in place of `none`.
    pub speed: bool,
    /// Check the IR between steps (and let Cranelift check its own).
    pub verify: bool,
    /// Make texts of the stages.
    pub dump: bool,
    /// For stress tests: make every `n`-th guard fail, from the `first`-th on (`(first, n)`).
    pub force: Option<(usize, usize)>,
    /// For tests of exits: every guard leaves once, at its execution of this number.
    pub fail_at: Option<u32>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            passes: Passes::default(),
            speed: false,
            verify: cfg!(debug_assertions),
            dump: false,
            force: None,
            fail_at: None,
        }
    }
}

/// Numbers about a compilation.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stats {
    /// Recorded instructions.
    pub recorded: usize,
    /// Instructions after the optimizer (all copies).
    pub optimized: usize,
    /// Guards among them.
    pub guards: usize,
    /// Exits.
    pub exits: usize,
    /// Bytes of machine code.
    pub code_bytes: usize,
    /// How long the optimizer took.
    pub opt_time: Duration,
    /// How long lowering and Cranelift took.
    pub codegen_time: Duration,
}

/// A compiled region.
#[derive(Debug)]
pub struct Compiled {
    /// The code. Run it with [`CodeBlock::run`]; drop it when no thread is inside.
    pub code: CodeBlock,
    /// What the returned number means: the exit that has it less `first_exit`.
    pub exits: Vec<ExitDesc>,
    /// The number of the first exit: no two exits of a compiler's regions have the same.
    pub first_exit: u64,
    /// Numbers.
    pub stats: Stats,
    /// Texts, where asked for.
    pub dumps: Option<Dumps>,
    /// Words that the code counts in.
    pub failing: Option<Failing>,
    /// Code that it calls.
    pub thunks: Vec<Thunk>,
    /// Calls whose addresses the code has.
    pub call_sites: Vec<Box<CallSite>>,
}

impl Compiled {
    /// The address of the entry: `extern "C" fn(thread: *mut u8, fp: *mut u64, frame: *mut u8) -> u64`; see [`crate::memory::run`].
    pub fn entry(&self) -> usize {
        self.code.address()
    }
}

/// Compiles regions; keeps Cranelift's buffers between them. One per thread.
pub struct Compiler {
    isa: OwnedTargetIsa,
    context: Context,
    builder: FunctionBuilderContext,
    memory: Arc<CodeMemory>,
    /// Those made so far.
    thunks: Vec<Thunk>,
    options: Options,
    /// The number of the next exit.
    next_exit: u64,
}

fn codegen(e: impl std::fmt::Display) -> CompileError {
    CompileError::Codegen(e.to_string())
}

fn make_isa(options: &Options) -> Result<OwnedTargetIsa, CompileError> {
    let mut flags = settings::builder();
    for (name, value) in [
        ("opt_level", if options.speed { "speed" } else { "none" }),
        ("regalloc_algorithm", "backtracking"),
        ("enable_verifier", if options.verify { "true" } else { "false" }),
        ("unwind_info", "false"),
        ("is_pic", "false"),
        ("preserve_frame_pointers", "true"),
        ("enable_probestack", "false"),
    ] {
        flags.set(name, value).map_err(codegen)?;
    }
    let mut builder = isa::lookup(target_lexicon::Triple::host()).map_err(codegen)?;
    enable_features(&mut builder).map_err(codegen)?;
    builder.finish(settings::Flags::new(flags)).map_err(codegen)
}

/// Tells Cranelift which instructions this processor has.
#[cfg(target_arch = "x86_64")]
fn enable_features(b: &mut isa::Builder) -> Result<(), settings::SetError> {
    macro_rules! features {
        ($($flag:literal $feature:tt)*) => {
            $(if std::arch::is_x86_feature_detected!($feature) { b.enable($flag)?; })*
        };
    }
    features! {
        "has_sse3" "sse3" "has_ssse3" "ssse3" "has_sse41" "sse4.1" "has_sse42" "sse4.2"
        "has_popcnt" "popcnt" "has_bmi1" "bmi1" "has_bmi2" "bmi2" "has_lzcnt" "lzcnt"
        "has_avx" "avx" "has_avx2" "avx2" "has_fma" "fma"
    }
    Ok(())
}

/// Tells Cranelift which instructions this processor has: the base set has all that traces need.
#[cfg(not(target_arch = "x86_64"))]
fn enable_features(_: &mut isa::Builder) -> Result<(), settings::SetError> {
    Ok(())
}

impl Compiler {
    /// A compiler that publishes into `memory`.
    ///
    /// # Errors
    /// Where Cranelift does not know this processor.
    pub fn new(memory: Arc<CodeMemory>, options: Options) -> Result<Compiler, CompileError> {
        Ok(Compiler {
            isa: make_isa(&options)?,
            context: Context::new(),
            builder: FunctionBuilderContext::new(),
            memory,
            thunks: Vec::new(),
            options,
            next_exit: 0,
        })
    }
    /// Exits are numbered from here on: those of several compilers must not be the same.
    pub fn number_exits_from(&mut self, exit: u64) {
        self.next_exit = exit;
    }
    /// How it compiles.
    pub fn options(&self) -> &Options {
        &self.options
    }
    /// Optimizes and compiles a region.
    ///
    /// # Errors
    /// [`CompileError`] says why not; nothing is published then.
    pub fn compile(&mut self, region: &Region, layout: &Layout) -> Result<Compiled, CompileError> {
        if self.options.verify {
            check_region(region)?;
        }
        let start = Instant::now();
        let mut graph = opt::optimize(region, layout, &self.options.passes).map_err(CompileError::Invalid)?;
        if let Some((first, n)) = self.options.force {
            opt::force_guards(&mut graph, first, n.max(1));
        }
        let opt_time = start.elapsed();
        let mut c = self.compile_graph(&graph, layout)?;
        c.stats.recorded = region.op_count();
        c.stats.opt_time = opt_time;
        if let Some(d) = &mut c.dumps {
            d.ir = crate::ir::text::region(region);
        }
        Ok(c)
    }
    /// Compiles a graph.
    ///
    /// # Errors
    /// As [`Compiler::compile`].
    pub fn compile_graph(&mut self, graph: &Graph, layout: &Layout) -> Result<Compiled, CompileError> {
        if self.options.verify {
            verify::check_graph(graph).map_err(|e| CompileError::Invalid(e.0))?;
        }
        let start = Instant::now();
        let first_exit = self.next_exit;
        let target = self.isa.frontend_config();
        let failing = self.options.fail_at.map(|n| Failing::new(graph, n));
        let thunks = self.thunks(graph, layout)?;
        let lowered = lower(graph, layout, &thunks, target, &mut self.builder, first_exit, failing.as_ref())?;
        self.next_exit += lowered.exits.len() as u64;
        let clif = self.options.dump.then(|| lowered.func.display().to_string());
        let block = publish(&mut self.context, &*self.isa, &self.memory, lowered.func)?;
        let codegen_time = start.elapsed();
        let dumps = match clif {
            None => None,
            Some(clif) => Some(Dumps {
                ir: String::new(),
                opt: crate::ir::text::graph(graph),
                clif,
                asm: crate::inspect::disassemble(&block.bytes(), block.address()).map_err(codegen)?,
                exits: crate::inspect::exits(&lowered.exits),
            }),
        };
        let stats = Stats {
            recorded: 0,
            optimized: graph.inst_count(),
            guards: graph
                .blocks
                .iter()
                .flat_map(|b| &b.insts)
                .filter(|r| graph.body.insts[r.index()].op.can_guard())
                .count(),
            exits: lowered.exits.len(),
            code_bytes: block.len(),
            opt_time: Duration::ZERO,
            codegen_time,
        };
        let Lowered { exits, call_sites, .. } = lowered;
        Ok(Compiled { code: block, exits, first_exit, stats, dumps, failing, thunks, call_sites })
    }
    /// The thunks that a graph's code calls.
    fn thunks(&mut self, graph: &Graph, layout: &Layout) -> Result<Vec<Thunk>, CompileError> {
        let mut found = Vec::new();
        for h in cold_helpers(graph, layout) {
            let made = self.thunks.iter().find(|(of, _)| std::ptr::eq(*of, h)).cloned();
            let made = match made {
                Some(thunk) => thunk,
                None => {
                    let func = thunk(h, layout, self.isa.frontend_config(), &mut self.builder);
                    let code = publish(&mut self.context, &*self.isa, &self.memory, func)?;
                    let made = (h, Arc::new(code));
                    self.thunks.push(made.clone());
                    made
                }
            };
            found.push(made);
        }
        Ok(found)
    }
}

/// Compiles a function and copies it to where it can run.
fn publish(
    context: &mut Context,
    isa: &dyn TargetIsa,
    memory: &Arc<CodeMemory>,
    func: Function,
) -> Result<CodeBlock, CompileError> {
    context.clear();
    context.func = func;
    let code = context
        .compile(isa, &mut ControlPlane::default())
        .map_err(|e| CompileError::Codegen(format!("{:?}", e.inner)))?;
    if !code.buffer.relocs().is_empty() {
        return Err(CompileError::Codegen(format!("relocations: {:?}", code.buffer.relocs())));
    }
    memory.publish(code.code_buffer()).map_err(|e| CompileError::Memory(e.to_string()))
}
