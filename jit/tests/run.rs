//! Runs the programs of `tests/ir/run`; see `common::check`.

#![allow(unsafe_code, reason = "runs machine code, through common")]

mod common;

use std::path::Path;

use common::check::{Program, check};
use common::find;
use taipan_jit::compile::{Compiler, Options};
use taipan_jit::ir::parse;
use taipan_jit::memory::CodeMemory;
use taipan_runtime::value::{FALSE, NONE, TRUE, Value};

fn word(t: &str) -> Result<u64, usize> {
    match t {
        "None" => Ok(NONE.bits()),
        "True" => Ok(TRUE.bits()),
        "False" => Ok(FALSE.bits()),
        _ if t.starts_with('#') => Err(t[1..].parse().expect("object")),
        _ => match t.parse::<i64>() {
            Ok(i) => Ok(Value::small_int(i).bits()),
            Err(_) => Ok(Value::try_flonum(t.parse().expect("number")).expect("flonum").bits()),
        },
    }
}

fn load(path: &Path) -> Program {
    let source = std::fs::read_to_string(path).expect("readable");
    let source = source.split_once("----\n").map_or(source.as_str(), |s| s.0);
    let mut p = Program {
        name: path.file_name().expect("name").to_string_lossy().into_owned(),
        region: parse::region(source, &find).unwrap_or_else(|e| panic!("{}: {e}", path.display())),
        objects: Vec::new(),
        slots: Vec::new(),
    };
    for l in source.lines() {
        if let Some(s) = l.strip_prefix("; slots:") {
            p.slots = s.split_whitespace().map(word).collect();
        } else if let Some(o) = l.strip_prefix("; object:") {
            let mut t = o.split_whitespace();
            let id = t.next().expect("id").parse().expect("id");
            p.objects.push((id, t.map(|w| word(w).expect("no objects in objects")).collect()));
        }
    }
    p
}

/// The stages of a compilation can be looked at, and force and speed options compile too.
#[test]
fn options() {
    let p = load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/ir/run/sum.ir"));
    for (speed, force) in [(false, None), (true, None), (false, Some((0, 2)))] {
        let options = Options { speed, force, dump: true, ..Options::default() };
        let mut c = Compiler::new(CodeMemory::new(1 << 20), options).expect("compiler");
        let code = c.compile(&p.region, &common::layout(true)).expect("compiles");
        let d = code.dumps.as_ref().expect("asked for");
        assert!(d.ir.contains("fragment root") && d.opt.contains("block b0") && d.clif.contains("function"));
        assert!(d.asm.contains("ret") && d.exits.contains("exit 0 of 0@0 (guard_"));
        assert!(code.stats.recorded == 18 && code.stats.code_bytes == code.code.len());
    }
    assert!(p.region.heap_constants().is_empty());
}

#[test]
fn programs() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/ir/run");
    let mut files: Vec<_> =
        std::fs::read_dir(dir).expect("tests/ir/run").map(|e| e.expect("entry").path()).collect();
    files.sort();
    assert!(!files.is_empty());
    for f in files {
        let p = load(&f);
        if std::env::var("ONLY").is_ok_and(|o| o != p.name) {
            continue;
        }
        println!("{}", p.name);
        check(&p);
    }
}
