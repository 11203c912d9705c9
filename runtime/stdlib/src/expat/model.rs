//! Content models, as `ElementDeclHandler` gets them: `(type, quantifier, name, children)`.

use taipan_runtime::object::Ref;
use taipan_runtime::types::{int, tuple};
use taipan_runtime::value::NONE;

/// `pyexpat.model`: types and quantifiers.
pub const CONSTANTS: [(&str, i64); 10] = [
    ("XML_CTYPE_EMPTY", 1),
    ("XML_CTYPE_ANY", 2),
    ("XML_CTYPE_MIXED", 3),
    ("XML_CTYPE_NAME", 4),
    ("XML_CTYPE_CHOICE", 5),
    ("XML_CTYPE_SEQ", 6),
    ("XML_CQUANT_NONE", 0),
    ("XML_CQUANT_OPT", 1),
    ("XML_CQUANT_REP", 2),
    ("XML_CQUANT_PLUS", 3),
];

fn node(kind: i64, quantifier: i64, name: Option<&str>, children: Vec<Ref>) -> Ref {
    let name = name.map_or_else(|| NONE.own(), Ref::from);
    tuple::from_refs(vec![int::new(kind), int::new(quantifier), name, tuple::from_refs(children).erase()])
        .erase()
}

fn quantifier(text: &str) -> (&str, i64) {
    let text = text.trim();
    match text.as_bytes().last() {
        Some(b'?') => (&text[..text.len() - 1], 1),
        Some(b'*') => (&text[..text.len() - 1], 2),
        Some(b'+') => (&text[..text.len() - 1], 3),
        _ => (text, 0),
    }
}

/// The parts at the top level of `a | (b | c)`, and what separates them.
fn parts(text: &str) -> (Vec<&str>, char) {
    let (mut found, mut depth, mut from, mut separator) = (Vec::new(), 0, 0, ',');
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' | '|' if depth == 0 => {
                separator = c;
                found.push(&text[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    found.push(&text[from..]);
    (found, separator)
}

/// The model of an element.
pub fn read(text: &str) -> Ref {
    let (body, quantity) = quantifier(text);
    let body = body.trim();
    let Some(inner) = body.strip_prefix('(').and_then(|b| b.strip_suffix(')')) else {
        return match body {
            "EMPTY" => node(1, 0, None, Vec::new()),
            "ANY" => node(2, 0, None, Vec::new()),
            name => node(4, quantity, Some(name), Vec::new()),
        };
    };
    let (parts, separator) = parts(inner);
    let mixed = parts.first().is_some_and(|p| p.trim() == "#PCDATA");
    let kind = match (mixed, separator) {
        (true, _) => 3,
        (false, '|') => 5,
        (false, _) => 6,
    };
    node(kind, quantity, None, parts.iter().skip(usize::from(mixed)).map(|p| read(p)).collect())
}
