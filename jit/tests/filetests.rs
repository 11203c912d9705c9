//! `tests/ir/<pass>/*.ir`: a region, and the graph that is expected of it, behind a line `----`. A first line
//! `; passes: fold dce` names the passes (all, where there is none). `BLESS=1` writes what comes out.

#![allow(unsafe_code, reason = "shares a module that has some")]

mod common;

use std::path::{Path, PathBuf};

use common::{find, layout};
use taipan_jit::ir::{parse, text, verify};
use taipan_jit::opt::{self, Passes};

fn files(dir: &Path, out: &mut Vec<PathBuf>) {
    for e in std::fs::read_dir(dir).expect("directory") {
        let p = e.expect("entry").path();
        if p.is_dir() {
            files(&p, out);
        } else if p.extension().is_some_and(|e| e == "ir") {
            out.push(p);
        }
    }
}

fn passes(source: &str) -> Passes {
    let Some(list) = source.lines().find_map(|l| l.strip_prefix("; passes:")) else {
        return Passes::default();
    };
    let mut p = Passes { peel_limit: 2000, ..Passes::NONE };
    for name in list.split_whitespace() {
        assert!(p.set(name, true), "no pass `{name}`");
    }
    p
}

#[test]
fn graphs_are_as_expected() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/ir");
    let bless = std::env::var_os("BLESS").is_some();
    let mut all = Vec::new();
    files(&root, &mut all);
    all.sort();
    let mut bad = Vec::new();
    for path in all {
        let source = std::fs::read_to_string(&path).expect("readable");
        let (input, want) = source.split_once("----\n").unwrap_or((&source, ""));
        let region = parse::region(input, &find).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        verify::check_region(&region).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let g = opt::optimize(&region, &layout(false), &passes(input)).expect("optimizes");
        let got = text::graph(&g);
        verify::check_graph(&g).unwrap_or_else(|e| panic!("{}: {e}\n{got}", path.display()));
        if got != want {
            if bless {
                let nl = if input.ends_with('\n') { "" } else { "\n" };
                std::fs::write(&path, format!("{input}{nl}----\n{got}")).expect("writable");
            } else {
                bad.push(format!("{}\n{got}", path.display()));
            }
        }
    }
    assert!(bad.is_empty(), "run with BLESS=1 to accept:\n{}", bad.join("\n"));
}
