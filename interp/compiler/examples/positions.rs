//! Prints the positions of the instructions whose carets tracebacks show, for comparison with CPython's.

use std::collections::BTreeSet;

use taipan_bytecode::{Code, Const, Opcode};
use taipan_compiler::{CompileFlags, Mode, compile_bytes};

fn group(op: Opcode) -> Option<&'static str> {
    let name = op.name();
    Some(match op {
        Opcode::CALL_FUNCTION
        | Opcode::CALL_FUNCTION_KW
        | Opcode::CALL_METHOD
        | Opcode::CALL_METHOD_KW
        | Opcode::CALL_FUNCTION_EX => "CALL",
        Opcode::LOAD_ATTR
        | Opcode::LOAD_METHOD
        | Opcode::LOAD_SUPER_ATTR
        | Opcode::LOAD_SUPER_METHOD
        | Opcode::LOAD_SUPER_METHOD_OF => "ATTR",
        Opcode::STORE_ATTR => "STATTR",
        Opcode::COMPARE_OP => "CMP",
        Opcode::CONTAINS_OP => "IN",
        Opcode::IS_OP => "IS",
        Opcode::RAISE_VARARGS => "RAISE",
        Opcode::LOAD_GLOBAL | Opcode::LOAD_NAME => "GLOBAL",
        Opcode::GET_ITER => "GETITER",
        Opcode::FOR_ITER => "FORITER",
        Opcode::IMPORT_NAME | Opcode::IMPORT_FROM => "IMPORT",
        Opcode::UNPACK_SEQUENCE | Opcode::UNPACK_EX => "UNPACK",
        Opcode::STORE_SUBSCR | Opcode::STORE_SLICE => "STSUB",
        Opcode::UNARY_NEGATIVE | Opcode::UNARY_INVERT => "UN",
        Opcode::CHECK_EXC_MATCH => "CHK",
        Opcode::LOAD_DEREF => "DEREF",
        Opcode::YIELD_VALUE => "YIELD",
        Opcode::LOAD_SPECIAL => "SPECIAL",
        Opcode::BINARY_SUBSCR | Opcode::BINARY_SLICE => "SUBSCR",
        _ if name.starts_with("BINARY_") || name.starts_with("INPLACE_") => "BIN",
        _ => return None,
    })
}

fn positions(code: &Code) {
    let mut found = BTreeSet::new();
    let ranges: Vec<_> = code.positions().collect();
    for instruction in code.instructions() {
        let Some(group) = Opcode::from_u8(instruction.opcode).and_then(group) else { continue };
        let range =
            ranges.iter().find(|range| range.start <= instruction.unit && instruction.unit < range.end);
        let Some(position) = range.map(|range| range.position) else { continue };
        if let (Some(line), Some(end_line), Some(col), Some(end_col)) =
            (position.line, position.end_line, position.col, position.end_col)
        {
            found.insert((group, line, end_line, col, end_col));
        }
    }
    for (group, line, end_line, col, end_col) in found {
        println!("{} {group} {line} {end_line} {col} {end_col}", code.qualname);
    }
    for constant in &code.consts {
        if let Const::Code(inner) = constant {
            positions(inner);
        }
    }
}

fn main() {
    for path in std::env::args().skip(1) {
        println!("== {path}");
        let source = std::fs::read(&path).unwrap_or_default();
        match compile_bytes(&source, &path, Mode::Exec, CompileFlags::default()) {
            Ok(compiled) => positions(&compiled.code),
            Err(error) => println!("{error}"),
        }
    }
}
