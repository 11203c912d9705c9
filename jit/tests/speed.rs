//! How long compilation takes, and how fast the code is. Run with `--ignored --nocapture`, in a release build.
//!
//! # Invariants
//! - Machine code runs only on the frames and threads that `common` has made for it.

#![allow(unsafe_code, reason = "runs machine code, through common")]

mod common;

use std::time::Instant;

use common::{find, layout, reset};
use taipan_jit::compile::{Compiler, Options};
use taipan_jit::ir::parse;
use taipan_jit::memory::CodeMemory;
use taipan_jit::opt::Passes;
use taipan_runtime::value::Value;

#[test]
#[ignore = "a measurement"]
fn speed() {
    let source = include_str!("../../tests/ir/run/sum.ir");
    let source = source.split_once("----\n").map_or(source, |s| s.0);
    let region = parse::region(source, &find).expect("parses");
    reset(&[]);
    let int = |i| Value::small_int(i).bits();
    for (name, passes, speed) in [
        ("unoptimized", Passes::NONE, false),
        ("optimized", Passes::default(), false),
        ("optimized, Cranelift speed", Passes::default(), true),
    ] {
        let options = Options { passes, speed, verify: false, ..Options::default() };
        let mut c = Compiler::new(CodeMemory::new(1 << 24), options).expect("compiler");
        let l = layout(false);
        let code = c.compile(&region, &l).expect("compiles");
        let (mut opt, mut gen_time) = (code.stats.opt_time, code.stats.codegen_time);
        for _ in 0..200 {
            let again = c.compile(&region, &l).expect("compiles");
            opt = opt.min(again.stats.opt_time);
            gen_time = gen_time.min(again.stats.codegen_time);
        }
        const TURNS: i64 = 100_000_000;
        let mut fp = [int(0), int(0), int(TURNS)];
        let start = Instant::now();
        // SAFETY: the layout is this world's; the slots are there.
        unsafe { code.code.run(common::start(fp.as_mut_ptr())) };
        let per_turn = start.elapsed().as_secs_f64() * 1e9 / TURNS as f64;
        let s = code.stats;
        println!(
            "{name}: {} ops to {}, {} guards, {} exits, {} bytes; optimizer {opt:?}, code {gen_time:?}; {per_turn:.2} ns a turn",
            s.recorded, s.optimized, s.guards, s.exits, s.code_bytes
        );
    }
}
