//! Runs a region three ways (as recorded, optimized, as machine code) and compares how they leave, with each pass
//! off, and with every guard made to fail.

use super::{Normal, TestHost, find, layout, normal, reset, resume, run, world};
use std::collections::BTreeMap;
use taipan_jit::compile::{Compiler, Options};

use taipan_jit::eval::{self, Left, Out, Resume};
use taipan_jit::ir::{Graph, Region, parse, text, verify};
use taipan_jit::memory::CodeMemory;
use taipan_jit::opt::{self, Passes};

/// A program: a region, and what it starts from.
pub struct Program {
    pub name: String,
    pub region: Region,
    /// Objects: id and words.
    pub objects: Vec<(u32, Vec<u64>)>,
    /// Slots; `Err(i)` is object `i`.
    pub slots: Vec<Result<u64, usize>>,
}

fn start(p: &Program) -> Vec<u64> {
    let at = reset(&p.objects);
    p.slots.iter().map(|s| s.unwrap_or_else(|i| at[i])).collect()
}

/// The final state of the heap that must be equal: words of the objects that were there at the start, without
/// counts, and what helpers were told.
fn heap(p: &Program) -> (Vec<u64>, Vec<(&'static str, Vec<u64>)>) {
    let n: usize = p.objects.iter().map(|o| o.1.len() + 2).sum();
    world(|w| {
        let words = w.heap[..n].iter().copied();
        let plain = words.map(|x| if x & 3 == 0 && x > 1 << 40 { 0 } else { x });
        (plain.collect(), w.log.clone())
    })
}

/// As recorded: how it leaves, and all exits that it passes.
fn recorded(p: &Program) -> (Left, Vec<Normal>, Vec<u64>) {
    let slots = start(p);
    let mut seen = Vec::new();
    let l = layout(false);
    let left = eval::region(&p.region, &l, Resume::entry(&slots), &mut TestHost, 200, |l| {
        seen.push(normal(l, &slots))
    });
    (left, seen, slots)
}

/// Goes on as recorded from an exit that the region itself continues.
fn finish(p: &Program, slots: &[u64], left: Left) -> Left {
    match resume(&p.region, slots, &left) {
        None => left,
        Some(at) => {
            // As words: what the exit describes as an object may have changed since.
            let words = left.frames[0].2.keys().filter_map(|s| Some((*s, Out::Word(*at.base.get(s)?))));
            let mut base: BTreeMap<u32, Out> = words.collect();
            let mut end = eval::region(&p.region, &layout(false), at, &mut TestHost, 200, |_| {});
            base.append(&mut end.frames[0].2);
            end.frames[0].2 = base;
            end
        }
    }
}

fn variants() -> Vec<(String, Passes)> {
    let mut v = vec![("none".to_string(), Passes::NONE), ("all".to_string(), Passes::default())];
    for n in Passes::NAMES {
        let mut p = Passes::default();
        assert!(p.set(n, false));
        v.push((format!("all but {n}"), p));
        let mut p = Passes::NONE;
        p.peel_limit = 2000;
        assert!(p.set(n, true));
        v.push((format!("only {n}"), p));
    }
    v
}

/// Does a side fragment continue the `n`-th guard?
fn continued(g: &Graph, n: usize) -> bool {
    let insts = g.blocks.iter().flat_map(|b| &b.insts).map(|r| &g.body.insts[r.index()]);
    insts.filter_map(|i| i.snap).nth(n).is_some_and(|s| g.continued.contains_key(&s))
}

/// See the module's page.
pub fn check(p: &Program) {
    let printed = text::region(&p.region);
    let again = parse::region(&printed, &find).expect("it parses what it prints");
    assert_eq!(text::region(&again), printed, "{}: print and parse", p.name);
    verify::check_region(&p.region).unwrap_or_else(|e| panic!("{}: {e}", p.name));
    let (want, seen, slots) = recorded(p);
    let want_heap = heap(p);
    let want = normal(&want, &slots);
    for (name, passes) in variants() {
        for free_lists in [false, true] {
            let at = |m: &str| format!("{} ({name}, {m})", p.name);
            let l = layout(free_lists);
            let mut g =
                opt::optimize(&p.region, &l, &passes).unwrap_or_else(|e| panic!("{}: {e}", at("opt")));
            let t = text::graph(&g);
            verify::check_graph(&g).unwrap_or_else(|e| panic!("{}: {e}\n{t}", at("verify")));
            let again = parse::graph(&t, &find).unwrap_or_else(|e| panic!("{}: {e}\n{t}", at("parse")));
            assert_eq!(text::graph(&again), t, "{}", at("print and parse"));
            let slots = start(p);
            let show = std::env::var_os("SHOW").is_some();
            if show {
                println!("{name}\n{t}");
            }
            let left = eval::graph(&g, &l, &slots, &mut TestHost, 200).expect("it ends");
            let left = finish(p, &slots, left);
            assert_eq!(heap(p), want_heap, "{}\n{t}", at("graph's heap"));
            assert_eq!(normal(&left, &slots), want, "{}\n{t}", at("graph"));
            let options = Options { passes, verify: true, dump: show, ..Options::default() };
            let mut c = Compiler::new(CodeMemory::new(1 << 24), options).expect("compiler");
            let code = c.compile_graph(&g, &l).unwrap_or_else(|e| panic!("{}: {e}\n{t}", at("compile")));
            if let Some(d) = &code.dumps {
                println!("{}\n{}", d.asm, d.exits);
            }
            let slots = start(p);
            let left = run(&code, &slots);
            let left = finish(p, &slots, left);
            assert_eq!(heap(p), want_heap, "{}\n{t}", at("machine code's heap"));
            assert_eq!(normal(&left, &slots), want, "{}\n{t}", at("machine code"));
            if free_lists || name.starts_with("only") {
                continue;
            }
            let guards = code.stats.guards;
            let original = g.clone();
            for n in 0..guards {
                g = original.clone();
                opt::force_guards(&mut g, n, usize::MAX);
                let slots = start(p);
                let a = eval::graph(&g, &l, &slots, &mut TestHost, 200).expect("it ends");
                let forced = normal(&a, &slots);
                let code = c.compile_graph(&g, &l).expect("it compiled before");
                let slots = start(p);
                let b = normal(&run(&code, &slots), &slots);
                assert_eq!(forced, b, "{}\n{}", at(&format!("guard {n} forced")), text::graph(&g));
                // A forced guard that a side fragment continues: its code assumes that the guard has failed.
                let inside = continued(&original, n);
                let jump = inside || resume(&p.region, &slots, &a).is_some();
                assert!(
                    jump || forced == want || seen.contains(&b),
                    "{}\n{}\n{b:?}",
                    at(&format!("guard {n} forced leaves where nothing was recorded")),
                    text::graph(&g)
                );
            }
        }
    }
}
