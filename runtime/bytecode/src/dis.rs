//! `dis.dis` in the layout of CPython 3.10, with the exception table at the end as in 3.11 and later.

use std::fmt::Write as _;

use crate::code::{Code, Const};
use crate::opcode::{
    COMMON_CONSTANTS, COMPARE_OPS, Intrinsic1, Intrinsic2, Opcode, OperandKind, SpecialMethod,
};

/// Widths of `dis`'s columns.
const NAME_WIDTH: usize = 20;
const ARG_WIDTH: usize = 5;

/// The listing of one code object.
pub fn dis(code: &Code) -> String {
    let mut out = String::new();
    write_listing(code, &mut out);
    out
}

/// The listing of a code object and, after it, of those nested in it, each under its heading.
pub fn dis_all(code: &Code) -> String {
    let mut out = String::new();
    write_all(code, &mut out);
    out
}

fn write_all(code: &Code, out: &mut String) {
    write_listing(code, out);
    for constant in &code.consts {
        if let Const::Code(inner) = constant {
            // Writing into a String cannot fail.
            let _ = writeln!(out, "\nDisassembly of {}:", repr(constant));
            write_all(inner, out);
        }
    }
}

fn write_listing(code: &Code, out: &mut String) {
    let targets = jump_targets(code);
    let lines = unit_lines(code);
    let last_line = lines.iter().flatten().max().copied().unwrap_or(0);
    let line_width = last_line.to_string().len().max(3);
    let offset_width = (code.code.len().saturating_sub(2)).to_string().len().max(4);
    let mut previous = None;
    let mut first = true;
    for instruction in code.instructions() {
        // EXTENDED_ARG units are listed too, as dis does.
        for unit in instruction.start..=instruction.unit {
            let line = lines.get(unit as usize).copied().flatten();
            let new_line = line.is_some() && line != previous;
            if new_line && !first {
                out.push('\n');
            }
            first = false;
            if line.is_some() {
                previous = line;
            }
            let shown =
                if new_line { line.map(|line| line.to_string()).unwrap_or_default() } else { String::new() };
            let mark = if targets.contains(&unit) { ">>" } else { "  " };
            let mut text = format!("{shown:>line_width$}     {mark} {:>offset_width$} ", unit * 2);
            let (opcode, arg) = if unit == instruction.unit {
                (instruction.opcode, instruction.arg)
            } else {
                let more = 8 * (instruction.unit - unit);
                (Opcode::EXTENDED_ARG as u8, instruction.arg >> more)
            };
            write_operation(code, opcode, arg, unit, &mut text);
            out.push_str(text.trim_end());
            out.push('\n');
        }
    }
    let mut entries = code.exception_entries().peekable();
    if entries.peek().is_some() {
        out.push_str("ExceptionTable:\n");
    }
    for entry in entries {
        let lasti = if entry.lasti { " lasti" } else { "" };
        let _ = writeln!(
            out,
            "  {} to {} -> {} [{}]{lasti}",
            entry.start * 2,
            entry.end * 2 - 2,
            entry.target * 2,
            entry.depth
        );
    }
}

fn write_operation(code: &Code, opcode: u8, arg: u32, unit: u32, text: &mut String) {
    let Some(op) = Opcode::from_u8(opcode) else {
        let _ = write!(text, "{:<NAME_WIDTH$} {arg:>ARG_WIDTH$}", format!("<{opcode}>"));
        return;
    };
    let _ = write!(text, "{:<NAME_WIDTH$}", op.name());
    if op.has_arg() {
        let _ = write!(text, " {arg:>ARG_WIDTH$}");
        if let Some(meaning) = argument_text(code, op, arg, unit) {
            let _ = write!(text, " ({meaning})");
        }
    }
}

/// What `dis` puts in parentheses after an argument.
pub fn argument_text(code: &Code, op: Opcode, arg: u32, unit: u32) -> Option<String> {
    let index = arg as usize;
    Some(match op.operand() {
        OperandKind::Const => repr(code.consts.get(index)?),
        OperandKind::Local => code.localsplus_names.get(index)?.to_string(),
        OperandKind::Name => code.names.get(index)?.to_string(),
        OperandKind::JumpForward => format!("to {}", (unit + 1).wrapping_add(arg).wrapping_mul(2)),
        OperandKind::JumpBackward => format!("to {}", (unit + 1).wrapping_sub(arg).wrapping_mul(2)),
        OperandKind::Compare => COMPARE_OPS.get(index)?.to_string(),
        OperandKind::Common => COMMON_CONSTANTS.get(index)?.to_string(),
        OperandKind::Intrinsic1 => Intrinsic1::from_u32(arg)?.name().to_string(),
        OperandKind::Intrinsic2 => Intrinsic2::from_u32(arg)?.name().to_string(),
        OperandKind::Special => SpecialMethod::from_u32(arg)?.name().to_string(),
        OperandKind::Conversion => ["", "str", "repr", "ascii"].get(index)?.to_string(),
        OperandKind::MakeFunction => {
            const NAMES: [&str; 5] = ["defaults", "kwdefaults", "annotations", "closure", "annotate"];
            let set: Vec<_> = (0..5).filter(|bit| arg >> bit & 1 != 0).map(|bit| NAMES[bit]).collect();
            if set.is_empty() {
                return None;
            }
            set.join(", ")
        }
        _ => return None,
    })
}

/// Units that jumps and handlers go to.
pub fn jump_targets(code: &Code) -> std::collections::BTreeSet<u32> {
    let jumps = code.instructions().filter_map(|instruction| instruction.jump_target());
    jumps.chain(code.exception_entries().map(|entry| entry.target)).collect()
}

fn unit_lines(code: &Code) -> Vec<Option<u32>> {
    let mut lines = vec![None; code.unit_count()];
    for range in code.positions() {
        for unit in range.start..range.end.min(lines.len() as u32) {
            lines[unit as usize] = range.position.line;
        }
    }
    lines
}

/// Python's `repr` of a constant. (Floats: Rust's shortest digits in Python's form; ints
/// beyond 64 bits in hexadecimal, which needs no big arithmetic.)
pub fn repr(value: &Const) -> String {
    match value {
        Const::None => "None".into(),
        Const::True => "True".into(),
        Const::False => "False".into(),
        Const::Ellipsis => "Ellipsis".into(),
        Const::Int(value) => value.to_string(),
        Const::BigInt(value) => {
            let digits: String = value.magnitude.iter().rev().map(|byte| format!("{byte:02x}")).collect();
            format!("{}0x{}", if value.negative { "-" } else { "" }, digits.trim_start_matches('0'))
        }
        Const::Float(value) => repr_float(*value),
        Const::Complex { real, imag } => repr_complex(*real, *imag),
        Const::Str(text) => repr_str(text.code_points()),
        Const::Bytes(bytes) => repr_bytes(bytes),
        Const::Tuple(items) if items.len() == 1 => format!("({},)", repr(&items[0])),
        Const::Tuple(items) => format!("({})", repr_list(items)),
        Const::FrozenSet(items) if items.is_empty() => "frozenset()".into(),
        Const::FrozenSet(items) => format!("frozenset({{{}}})", repr_list(items)),
        Const::Slice(slice) => {
            format!("slice({}, {}, {})", repr(&slice.start), repr(&slice.stop), repr(&slice.step))
        }
        Const::Code(code) => {
            format!("<code object {}, file \"{}\", line {}>", code.name, code.filename, code.first_line)
        }
    }
}

fn repr_list(items: &[Const]) -> String {
    items.iter().map(repr).collect::<Vec<_>>().join(", ")
}

fn repr_float(value: f64) -> String {
    if value.is_nan() {
        return "nan".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf".into() } else { "-inf".into() };
    }
    let (scientific, sign) = (format!("{:e}", value.abs()), if value.is_sign_negative() { "-" } else { "" });
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&exponent) {
        let plain = format!("{:?}", value.abs());
        let plain = if plain.contains('e') { format!("{}", value.abs()) } else { plain };
        let dot = if plain.contains('.') { "" } else { ".0" };
        return format!("{sign}{plain}{dot}");
    }
    let exponent_sign = if exponent < 0 { '-' } else { '+' };
    format!("{sign}{digits}e{exponent_sign}{:02}", exponent.abs())
}

fn repr_complex(real: f64, imag: f64) -> String {
    let part = |value: f64| repr_float(value).trim_end_matches(".0").to_string();
    if real == 0.0 && !real.is_sign_negative() {
        return format!("{}j", part(imag));
    }
    let plus = if imag.is_sign_negative() { "" } else { "+" };
    format!("({}{plus}{}j)", part(real), part(imag))
}

fn quote_for(has_single: bool, has_double: bool) -> char {
    if has_single && !has_double { '"' } else { '\'' }
}

fn repr_str(points: impl Iterator<Item = u32> + Clone) -> String {
    let has = |c: char| points.clone().any(|point| point == u32::from(c));
    let quote = quote_for(has('\''), has('"'));
    let mut out = String::from(quote);
    for point in points {
        match char::from_u32(point) {
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some('\t') => out.push_str("\\t"),
            Some('\\') => out.push_str("\\\\"),
            Some(c) if c == quote => out.extend(['\\', c]),
            Some(c) if !c.is_control() => out.push(c),
            _ if point < 0x100 => {
                let _ = write!(out, "\\x{point:02x}");
            }
            _ if point < 0x10000 => {
                let _ = write!(out, "\\u{point:04x}");
            }
            _ => {
                let _ = write!(out, "\\U{point:08x}");
            }
        }
    }
    out.push(quote);
    out
}

fn repr_bytes(bytes: &[u8]) -> String {
    let quote = quote_for(bytes.contains(&b'\''), bytes.contains(&b'"'));
    let mut out = format!("b{quote}");
    for &byte in bytes {
        match byte {
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            b'\\' => out.push_str("\\\\"),
            _ if char::from(byte) == quote => out.extend(['\\', quote]),
            0x20..=0x7e => out.push(char::from(byte)),
            _ => {
                let _ = write!(out, "\\x{byte:02x}");
            }
        }
    }
    out.push(quote);
    out
}
