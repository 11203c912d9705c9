//! How long each stage takes between a program's text and its machine code.
//!
//! ```text
//! cargo bench -p bench --bench stages [-- FILTER]
//! ```

use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use std::time::Duration;
use taipan::params::Params;
use taipan::tiering;
use taipan_compiler::{CompileFlags, Mode};
use taipan_jit::compile::{Compiler, Options};
use taipan_jit::ir::Region;
use taipan_jit::memory::CodeMemory;
use taipan_jit::opt::{self, Passes};
use taipan_runtime::error::PyResult;
use taipan_runtime::object::Ref;
use taipan_runtime::protocol::call::call;
use taipan_runtime::slots::Args;
use taipan_runtime::types::code::Code;
use taipan_runtime::types::str;
use taipan_runtime::value::Value;
use taipan_stdlib::startup;

/// A program of a few hundred lines.
const PROGRAM: &str = include_str!("../programs/raytracer.py");
/// What is interpreted: calls, attributes, arithmetic, a list.
const WORK: &str = "
class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y
    def dot(self, other):
        return self.x * other.x + self.y * other.y
def work(n):
    points = [Point(i, 2.5) for i in range(20)]
    total = 0.0
    for i in range(n):
        p = points[i % 20]
        total += p.dot(points[3])
        if total > 1e6:
            total = 0.0
    return total
";
/// What is recorded: the loop is hot in its 50th turn of 52, and its turns are longer than a recording.
const RECORDED: usize = 64;

fn recorded_loop() -> String {
    let lines = "    t = (t * 3 + i) & 0xFFFF\n".repeat(RECORDED);
    format!("def f(n):\n    t = 0\n    for i in range(n):\n{}\nf(52)\n", lines.replace("    t", "        t"))
}

/// A Python exception in a benchmark is a mistake in it.
fn run<T>(what: impl FnOnce() -> PyResult<T>) -> T {
    let Ok(value) = what() else { panic!("a Python exception") };
    value
}

/// Run a program; its code.
fn exec(source: &str) -> PyResult<Ref> {
    let compiled = taipan_stdlib::builtins::compile(source.as_bytes(), true, "bench", "exec", 0, -1)?;
    let (main, code) = (startup::main_module()?, compiled.downcast::<Code>().expect("compile makes code"));
    let run = taipan_runtime::eval_hook::hooks().exec_code;
    run(code, main.dict(), main.dict().value())?;
    Ok(compiled)
}

fn global(name: &str) -> PyResult<Ref> {
    let found = startup::main_module()?.dict().get(str::interned(name).value())?;
    Ok(found.expect("defined above").own())
}

fn text(c: &mut Criterion) {
    c.bench_function("parse", |b| {
        b.iter(|| {
            let tree = taipan_compiler::parse_bytes(black_box(PROGRAM.as_bytes()), "bench", Mode::Exec);
            tree.map_err(|e| e.msg).expect("the program parses")
        });
    });
    c.bench_function("compile", |b| {
        b.iter(|| {
            let code =
                taipan_compiler::compile(black_box(PROGRAM), "bench", Mode::Exec, CompileFlags::default());
            code.map_err(|e| e.msg).expect("the program compiles")
        });
    });
}

/// Comes before the JIT is switched on.
fn interpret(c: &mut Criterion) {
    taipan::session::start([0, 0]);
    run(|| startup::init(&taipan_stdlib::sys::config::Config::default()));
    let work = run(|| {
        exec(WORK)?;
        global("work")
    });
    c.bench_function("interpret", |b| {
        b.iter(|| run(|| call(*work, Args::positional(&[Value::small_int(1000)]))));
    });
}

fn record(c: &mut Criterion) {
    let params = Params { loop_threshold: 50, background: 0, abandon: RECORDED as u32, ..Params::default() };
    tiering::start(params).expect("this machine has a JIT");
    let engine = tiering::engine().expect("just started");
    let source = recorded_loop();
    // Recordings of one place get longer from time to time: no two places may have one address.
    let mut kept = Vec::new();
    let mut group = c.benchmark_group("record");
    group
        .sample_size(10)
        .measurement_time(Duration::from_millis(200))
        .warm_up_time(Duration::from_millis(50));
    group.bench_function(format!("{RECORDED} instructions"), |b| {
        b.iter_custom(|n| {
            let before = *engine.stats.borrow();
            kept.extend((0..n).map(|_| run(|| exec(&source))));
            let after = *engine.stats.borrow();
            assert_eq!(after.aborts - before.aborts, n, "one recording for each execution");
            after.record_time - before.record_time
        });
    });
    group.finish();
}

fn generate(c: &mut Criterion) {
    let engine = tiering::engine().expect("started by `record`");
    run(|| {
        exec(WORK)?;
        call(*global("work")?, Args::positional(&[Value::small_int(20_000)])).map(drop)
    });
    let layout = tiering::layout();
    let region: Region = engine.recorded().pop().expect("the loop of `work` was recorded");
    let optimize =
        || opt::optimize(&region, &layout, &Passes::default()).expect("a recorded region is valid");
    c.bench_function(&format!("optimize {} ops", region.op_count()), |b| b.iter(optimize));
    let options = Options { verify: false, ..Options::default() };
    let mut compiler = Compiler::new(CodeMemory::new(1 << 24), options).expect("this machine has a JIT");
    let graph = optimize();
    c.bench_function(&format!("lower {} ops", graph.inst_count()), |b| {
        b.iter(|| compiler.compile_graph(&graph, &layout).expect("it compiles"));
    });
}

criterion_group!(stages, text, interpret, record, generate);
criterion_main!(stages);
