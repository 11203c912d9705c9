//! Equality and hash of code objects: same names, flags, instructions, constants and lines.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use taipan_bytecode::{Code, Const};

/// Do two code objects count as equal?
pub fn equal(a: &Code, b: &Code) -> bool {
    a.name == b.name
        && (a.argcount, a.posonlyargcount, a.kwonlyargcount)
            == (b.argcount, b.posonlyargcount, b.kwonlyargcount)
        && a.flags == b.flags
        && a.first_line == b.first_line
        && a.code == b.code
        && all_equal(&a.consts, &b.consts)
        && a.names == b.names
        && a.localsplus_names == b.localsplus_names
        && a.localsplus_kinds == b.localsplus_kinds
        && a.linetable == b.linetable
        && a.exceptiontable == b.exceptiontable
}

fn all_equal(a: &[Const], b: &[Const]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(x, y)| const_equal(x, y))
}

fn const_equal(a: &Const, b: &Const) -> bool {
    match (a, b) {
        (Const::Code(x), Const::Code(y)) => equal(x, y),
        (Const::Tuple(x), Const::Tuple(y)) => all_equal(x, y),
        _ => match (a.dedup_key(), b.dedup_key()) {
            (Some(x), Some(y)) => x == y,
            _ => false,
        },
    }
}

/// A hash that equal code objects share.
pub fn hash(c: &Code) -> i64 {
    let mut h = DefaultHasher::new();
    c.name.hash(&mut h);
    (c.argcount, c.posonlyargcount, c.kwonlyargcount, c.flags, c.first_line).hash(&mut h);
    c.code.hash(&mut h);
    c.consts.iter().filter_map(Const::dedup_key).for_each(|k| k.hash(&mut h));
    c.names.hash(&mut h);
    c.localsplus_names.hash(&mut h);
    c.linetable.hash(&mut h);
    c.exceptiontable.hash(&mut h);
    match h.finish() as i64 {
        -1 => -2,
        h => h,
    }
}
