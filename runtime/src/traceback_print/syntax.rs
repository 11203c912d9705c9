//! The lines of a `SyntaxError`: where it is, the source line, carets, the message.

use super::{quietly, safe};
use crate::object::P;
use crate::protocol::repr;
use crate::types::exception::{BaseException, field};
use crate::value::{NONE, Value};

fn int_field(v: Option<Value>) -> Option<i64> {
    v.filter(|v| v.is_int_like()).and_then(Value::as_i64)
}

/// Push the lines.
pub fn lines(e: P<BaseException>, class: &str, out: &mut Vec<String>) {
    use field::SyntaxError as f;
    let set = |r| e.field(r).filter(|v: &Value| !v.is_none());
    let text_of = |v: Value| quietly(repr::str(v)).map(|s| super::shown(&s));
    let mut suffix = String::new();
    let filename = set(f::filename).and_then(text_of);
    match set(f::lineno).and_then(text_of) {
        Some(line) => {
            let name = filename.filter(|n| !n.is_empty()).unwrap_or_else(|| "<string>".to_owned());
            out.push(format!("  File \"{name}\", line {line}\n"));
        }
        None => {
            if let Some(name) = filename {
                suffix = format!(" ({name})");
            }
        }
    }
    if let Some(text) = set(f::text).and_then(Value::as_str) {
        source_lines(e, &super::shown(&text), out);
    }
    let message = match set(f::msg) {
        Some(m) if m.as_str().is_none_or(|s| !s.is_empty()) => safe(m, "msg", repr::str, "str"),
        Some(_) => "<no detail available>".to_owned(),
        None if e.field(f::msg) == Some(NONE) || e.field(f::msg).is_none() => {
            "<no detail available>".to_owned()
        }
        None => String::new(),
    };
    out.push(format!("{class}: {message}{suffix}\n"));
}

fn source_lines(e: P<BaseException>, text: &str, out: &mut Vec<String>) {
    use field::SyntaxError as f;
    let right = text.trim_end_matches('\n');
    let left = right.trim_start_matches([' ', '\n', '\u{c}']);
    let (right_len, spaces) =
        (right.chars().count() as i64, (right.chars().count() - left.chars().count()) as i64);
    let whole = text.chars().count() as i64;
    out.push(format!("    {left}\n"));
    let Some(mut offset) = int_field(e.field(f::offset)) else { return };
    let same_line = match (e.field(f::lineno), e.field(f::end_lineno)) {
        (Some(a), Some(b)) => a.is(b) || (a.as_i64().is_some() && a.as_i64() == b.as_i64()),
        (None, None) => true,
        _ => false,
    };
    let mut end = if same_line {
        int_field(e.field(f::end_offset)).filter(|&o| o != 0).unwrap_or(offset)
    } else {
        right_len + 1
    };
    if !text.is_empty() && offset > whole {
        offset = right_len + 1;
    }
    if !text.is_empty() && end > whole {
        end = right_len + 1;
    }
    if offset >= end || end < 0 {
        end = offset + 1;
    }
    let (from, to) = (offset - 1 - spaces, end - 1 - spaces);
    if from < 0 {
        return;
    }
    // Tabs are kept, so that the carets stand where they should.
    let lead: String =
        left.chars().take(from as usize).map(|c| if c.is_whitespace() { c } else { ' ' }).collect();
    out.push(format!("    {lead}{}\n", "^".repeat((to - from).max(0) as usize)));
}
