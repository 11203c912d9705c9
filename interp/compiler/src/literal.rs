//! Literals: numbers, and strings with what the parser cannot hold (lone surrogates).

use ruff_python_ast::{ExprStringLiteral, Int, InterpolatedStringLiteralElement, Number, StringLiteral};
use ruff_text_size::{Ranged, TextRange};
use taipan_bytecode::code::push_code_point;
use taipan_bytecode::marshal::int_const;
use taipan_bytecode::{Const, Wtf8Str};

use crate::source::slice;

/// More decimal digits than this in a literal are an error (`sys.int_info.default_max_str_digits`).
const MAX_DIGITS: usize = 4300;

/// The value of a number.
pub(crate) fn number(value: &Number) -> Result<Const, String> {
    match value {
        Number::Int(value) => integer(value),
        Number::Float(value) => Ok(Const::Float(*value)),
        Number::Complex { real, imag } => Ok(Const::Complex { real: *real, imag: *imag }),
    }
}

fn integer(value: &Int) -> Result<Const, String> {
    if let Some(small) = value.as_i64() {
        return Ok(Const::Int(small));
    }
    if let Some(middle) = value.as_u64() {
        return Ok(int_const(false, middle.to_le_bytes().to_vec()));
    }
    let text = value.to_string();
    let text: String = text.chars().filter(|&c| c != '_').collect();
    let lower = text.to_ascii_lowercase();
    let (digits, radix) = match lower.get(..2) {
        Some("0x") => (&lower[2..], 16),
        Some("0o") => (&lower[2..], 8),
        Some("0b") => (&lower[2..], 2),
        _ => (lower.as_str(), 10),
    };
    if radix == 10 && digits.len() > MAX_DIGITS {
        return Err(format!(
            "Exceeds the limit ({MAX_DIGITS} digits) for integer string conversion: value has {} digits; use \
             sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge integer literals to \
             avoid decimal conversion limits.",
            digits.len()
        ));
    }
    let value = dashu_int::UBig::from_str_radix(digits, radix).map_err(|_| "invalid number".to_owned())?;
    Ok(int_const(false, value.to_le_bytes().to_vec()))
}

/// The value of a str literal, its parts joined.
pub(crate) fn string_value(source: &str, node: &ExprStringLiteral) -> Wtf8Str {
    let mut bytes = Vec::new();
    for part in node.value.as_slice() {
        bytes.extend_from_slice(part_value(source, part).as_bytes());
    }
    Wtf8Str::from_wtf8_bytes(bytes)
}

/// The value of one part.
pub(crate) fn part_value(source: &str, part: &StringLiteral) -> Wtf8Str {
    if !part.value.contains(char::REPLACEMENT_CHARACTER) || part.flags.prefix().is_raw() {
        return (&*part.value).into();
    }
    let text = slice(source, part.range());
    let body = text.trim_start_matches(|c: char| c != '"' && c != '\'');
    let quote = body.get(..3).filter(|quote| matches!(*quote, "\"\"\"" | "'''")).map_or(1, str::len);
    reread(body.get(quote..body.len() - quote).unwrap_or_default(), &part.value)
}

/// The value of literal text inside an f-string or t-string.
pub(crate) fn interpolated_text(source: &str, part: &InterpolatedStringLiteralElement, raw: bool) -> Wtf8Str {
    if raw || !part.value.contains(char::REPLACEMENT_CHARACTER) {
        return (&*part.value).into();
    }
    let range: TextRange = part.range();
    let text = slice(source, range);
    let text = text.replace("{{", "{").replace("}}", "}");
    reread(&text, &part.value)
}

/// Decodes a literal's text again, keeping lone surrogates; falls back to what the parser made of it.
fn reread(text: &str, parsed: &str) -> Wtf8Str {
    if !text.contains("\\u") && !text.contains("\\U") {
        return parsed.into();
    }
    let mut bytes: Vec<u8> = Vec::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\r' {
            chars.next_if_eq(&'\n');
            bytes.push(b'\n');
            continue;
        }
        if c != '\\' {
            push_code_point(&mut bytes, u32::from(c));
            continue;
        }
        let Some(escape) = chars.next() else { break };
        let mut number = |digits: usize, radix: u32, initial: u32| {
            let mut value = initial;
            for _ in 0..digits {
                let Some(digit) = chars.peek().and_then(|c| c.to_digit(radix)) else { break };
                value = value * radix + digit;
                chars.next();
            }
            value
        };
        let point = match escape {
            '\n' => continue,
            '\r' => {
                chars.next_if_eq(&'\n');
                continue;
            }
            '\\' | '\'' | '"' => u32::from(escape),
            'a' => 7,
            'b' => 8,
            't' => 9,
            'n' => 10,
            'v' => 11,
            'f' => 12,
            'r' => 13,
            'x' => number(2, 16, 0),
            'u' => number(4, 16, 0),
            'U' => number(8, 16, 0),
            '0'..='7' => number(2, 8, u32::from(escape) - u32::from('0')),
            // A named character: only the parser knows it, and a literal with both is rare.
            'N' => return parsed.into(),
            other => {
                bytes.push(b'\\');
                u32::from(other)
            }
        };
        push_code_point(&mut bytes, point);
    }
    Wtf8Str::from_wtf8_bytes(bytes)
}

/// A docstring without its indentation (CPython's `_PyCompile_CleanDoc`).
pub(crate) fn clean_doc(doc: &Wtf8Str) -> Wtf8Str {
    let bytes = doc.as_bytes();
    let expanded = expand_tabs(bytes);
    let mut lines = expanded.split(|&byte| byte == b'\n');
    let Some(first) = lines.next() else { return doc.clone() };
    let indent_of = |line: &[u8]| line.iter().take_while(|&&byte| byte == b' ').count();
    let margin = lines.clone().filter(|line| indent_of(line) < line.len()).map(indent_of).min();
    let first_indent = indent_of(first);
    let margin = margin.unwrap_or(0);
    if first_indent == 0 && margin == 0 {
        return Wtf8Str::from_wtf8_bytes(expanded.clone());
    }
    let mut out = first[first_indent..].to_vec();
    for line in lines {
        out.push(b'\n');
        let skip = indent_of(line).min(margin);
        out.extend_from_slice(&line[skip..]);
    }
    Wtf8Str::from_wtf8_bytes(out)
}

fn expand_tabs(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut column = 0;
    for &byte in bytes {
        match byte {
            b'\t' => {
                let spaces = 8 - column % 8;
                out.extend(std::iter::repeat_n(b' ', spaces));
                column += spaces;
            }
            b'\n' | b'\r' => {
                out.push(byte);
                column = 0;
            }
            _ => {
                out.push(byte);
                // Columns count characters.
                column += usize::from(byte & 0xc0 != 0x80);
            }
        }
    }
    out
}
