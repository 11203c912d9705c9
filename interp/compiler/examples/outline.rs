//! Prints what can be compared with CPython's code objects, one line per code object:
//! `outline FILE...`; `tests/outline.py` prints the same with `compile()`.

use taipan_bytecode::{Code, Const, dis, verify};
use taipan_compiler::{CompileFlags, Mode, compile_bytes};

fn outline(code: &Code) {
    let join = |names: Vec<&str>| names.join(",");
    let mut names: Vec<&str> = code.names.iter().map(|name| &**name).collect();
    names.sort_unstable();
    let mut lines: Vec<u32> = code.positions().filter_map(|range| range.position.line).collect();
    lines.sort_unstable();
    lines.dedup();
    // CPython has a RESUME on the first line.
    lines.retain(|line| *line != code.first_line);
    let mut consts: Vec<String> = code
        .consts
        .iter()
        .filter(|c| matches!(c, Const::Str(_) | Const::Bytes(_) | Const::Float(_)))
        .map(dis::repr)
        .collect();
    consts.sort_unstable();
    println!(
        "{} | {} {} {} | {:#x} | {} | {} | {} | {} | {} | {:?} | {}",
        code.qualname,
        code.argcount,
        code.posonlyargcount,
        code.kwonlyargcount,
        code.flags.0,
        join(code.varnames().collect()),
        join(code.cellvars().collect()),
        join(code.freevars().collect()),
        code.first_line,
        names.join(","),
        lines,
        consts.join(" "),
    );
    for constant in &code.consts {
        if let Const::Code(inner) = constant {
            outline(inner);
        }
    }
}

fn main() {
    for path in std::env::args().skip(1) {
        println!("== {path}");
        let source = std::fs::read(&path).unwrap_or_default();
        match compile_bytes(&source, &path, Mode::Exec, CompileFlags::default()) {
            Ok(compiled) => {
                let code = compiled.code;
                if let Err(error) = verify::verify_all(&code) {
                    println!("VERIFY {error}");
                }
                outline(&code);
            }
            Err(error) => println!(
                "{:?} {} line {} col {} to {} {}",
                error.kind, error.msg, error.line, error.col, error.end_line, error.end_col
            ),
        }
    }
}
