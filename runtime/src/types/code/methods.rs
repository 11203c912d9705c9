//! The attributes and methods of `code`.

use super::Code;
use crate::error::PyResult;
use crate::native::Kwargs;
use crate::object::{P, Ref};
use crate::protocol::iter;
use crate::pymethods;
use crate::slots::CmpOp;
use crate::types::bytes::{self, Bytes};
use crate::types::str::{self, Str};
use crate::types::tuple::{self, Tuple};
use crate::types::{int, list};
use crate::value::{NONE, NOT_IMPLEMENTED, Value};
use taipan_bytecode::CodeFlags;
use taipan_bytecode::tables::Position;

/// A tuple of interned strings.
fn names<'a>(names: impl Iterator<Item = &'a str>) -> Ref {
    tuple::from_refs(names.map(|n| str::interned(n).own()).collect()).erase()
}

fn number(n: Option<u32>) -> Ref {
    n.map_or_else(|| Ref::from_raw(NONE), |n| int::new(n.into()))
}

/// The same code but for where it is (consts compared by value and type).
fn same(a: &taipan_bytecode::Code, b: &taipan_bytecode::Code) -> bool {
    a.name == b.name
        && a.argcount == b.argcount
        && a.posonlyargcount == b.posonlyargcount
        && a.kwonlyargcount == b.kwonlyargcount
        && a.flags == b.flags
        && a.first_line == b.first_line
        && a.code == b.code
        && a.names == b.names
        && a.localsplus_names == b.localsplus_names
        && a.localsplus_kinds == b.localsplus_kinds
        && a.linetable == b.linetable
        && a.exceptiontable == b.exceptiontable
        && a.consts.len() == b.consts.len()
        && a.consts.iter().zip(&b.consts).all(|(x, y)| same_const(x, y))
}

fn same_const(a: &taipan_bytecode::Const, b: &taipan_bytecode::Const) -> bool {
    match (a, b) {
        (taipan_bytecode::Const::Code(x), taipan_bytecode::Const::Code(y)) => same(x, y),
        _ => a.dedup_key().is_some_and(|k| Some(k) == b.dedup_key()),
    }
}

#[pymethods]
impl Code {
    #[slot(repr)]
    fn repr(c: P<Code>) -> PyResult {
        let (code, at) = (&c.code, c.value().bits());
        let text = format!(
            "<code object {} at {at:#x}, file \"{}\", line {}>",
            code.name, code.filename, code.first_line
        );
        Ok(str::new(&text).erase())
    }
    #[slot(compare)]
    fn compare(c: P<Code>, other: Value, op: CmpOp) -> PyResult {
        let Some(o) = other.downcast::<Code>().filter(|_| matches!(op, CmpOp::Eq | CmpOp::Ne)) else {
            return Ok(NOT_IMPLEMENTED.own());
        };
        let equal = c == o || same(&c.code, &o.code);
        Ok(Value::bool(equal == (op == CmpOp::Eq)).own())
    }
    #[slot(hash)]
    fn hash(c: P<Code>) -> PyResult<i64> {
        let name = crate::protocol::compare::hash(str::new(&c.code.name).p().value())?;
        let bytes = crate::protocol::compare::hash(bytes::new(&c.code.code).p().value())?;
        let h =
            name ^ bytes.rotate_left(7) ^ i64::from(c.code.first_line) ^ (i64::from(c.code.argcount) << 32);
        Ok(if h == -1 { -2 } else { h })
    }
    #[getter]
    fn co_name(c: P<Code>) -> P<Str> {
        str::interned(&c.code.name)
    }
    #[getter]
    fn co_qualname(c: P<Code>) -> P<Str> {
        str::interned(&c.code.qualname)
    }
    #[getter]
    fn co_filename(c: P<Code>) -> P<Str> {
        str::interned(&c.code.filename)
    }
    #[getter]
    fn co_firstlineno(c: P<Code>) -> u32 {
        c.code.first_line
    }
    #[getter]
    fn co_argcount(c: P<Code>) -> u32 {
        c.code.argcount
    }
    #[getter]
    fn co_posonlyargcount(c: P<Code>) -> u32 {
        c.code.posonlyargcount
    }
    #[getter]
    fn co_kwonlyargcount(c: P<Code>) -> u32 {
        c.code.kwonlyargcount
    }
    #[getter]
    fn co_nlocals(c: P<Code>) -> usize {
        c.code.varnames().count()
    }
    #[getter]
    fn co_stacksize(c: P<Code>) -> u32 {
        c.code.stacksize
    }
    #[getter]
    fn co_flags(c: P<Code>) -> u32 {
        c.code.flags.0
    }
    #[getter]
    fn co_code(c: P<Code>) -> Ref {
        bytes::new(&c.code.code).into()
    }
    #[getter]
    fn co_consts(c: P<Code>) -> Ref {
        tuple::from_values(&c.exec().consts).erase()
    }
    #[getter]
    fn co_names(c: P<Code>) -> Ref {
        names(c.code.names.iter().map(|n| &**n))
    }
    #[getter]
    fn co_varnames(c: P<Code>) -> Ref {
        names(c.code.varnames())
    }
    #[getter]
    fn co_cellvars(c: P<Code>) -> Ref {
        names(c.code.cellvars())
    }
    #[getter]
    fn co_freevars(c: P<Code>) -> Ref {
        names(c.code.freevars())
    }
    #[getter]
    fn co_linetable(c: P<Code>) -> Ref {
        bytes::new(&c.code.linetable).into()
    }
    #[getter]
    fn co_exceptiontable(c: P<Code>) -> Ref {
        bytes::new(&c.code.exceptiontable).into()
    }
    #[method("($self, /)")]
    fn co_lines(c: P<Code>) -> PyResult {
        // Neighbouring ranges with one line are one.
        let mut lines: Vec<(u32, u32, Option<u32>)> = Vec::new();
        for r in c.code.positions() {
            match lines.last_mut() {
                Some(last) if last.2 == r.position.line && last.1 == r.start => last.1 = r.end,
                _ => lines.push((r.start, r.end, r.position.line)),
            }
        }
        let row = |(start, end, line): (u32, u32, Option<u32>)| {
            let (start, end) = (int::new(i64::from(start) * 2), int::new(i64::from(end) * 2));
            tuple::from_refs(vec![start, end, number(line)]).erase()
        };
        iter::iter(list::new(lines.into_iter().map(row).collect()).p().value())
    }
    #[method("($self, /)")]
    fn co_positions(c: P<Code>) -> PyResult {
        let mut rows = Vec::new();
        for r in c.code.positions() {
            let Position { line, end_line, col, end_col } = r.position;
            let row = tuple::from_refs([line, end_line, col, end_col].map(number).into());
            rows.extend((r.start..r.end).map(|_| row.clone().erase()));
        }
        iter::iter(list::new(rows).p().value())
    }
    /// Return a copy of the code object with new values for the specified fields.
    #[method("($self, /, **kwargs)")]
    fn replace(c: P<Code>, kwargs: Kwargs) -> PyResult {
        replace(c, kwargs)
    }
    #[method("($self, /, **kwargs)")]
    fn __replace__(c: P<Code>, kwargs: Kwargs) -> PyResult {
        replace(c, kwargs)
    }
    #[method("($self, oparg, /)")]
    fn _varname_from_oparg(c: P<Code>, oparg: usize) -> PyResult<P<Str>> {
        match c.code.localsplus_names.get(oparg) {
            Some(n) => Ok(str::interned(n)),
            None => crate::raise!(IndexError, "tuple index out of range"),
        }
    }
}

fn text(v: Value, field: &str) -> PyResult<String> {
    match v.as_str() {
        Some(s) => Ok(s.to_lossy()),
        None => {
            crate::raise!(TypeError, "replace() argument '{field}' must be str, not {}", v.class().name())
        }
    }
}

fn count(v: Value, field: &str) -> PyResult<u32> {
    match crate::protocol::index::to_i64(v)? {
        n if n < 0 => crate::raise!(ValueError, "code: {field} must not be negative"),
        n => Ok(n as u32),
    }
}

fn data(v: Value, field: &str) -> PyResult<Box<[u8]>> {
    match v.downcast::<Bytes>() {
        Some(b) => Ok(b.as_slice().into()),
        None => {
            crate::raise!(TypeError, "replace() argument '{field}' must be bytes, not {}", v.class().name())
        }
    }
}

fn replace(c: P<Code>, changes: Kwargs) -> PyResult {
    let mut code = (*c.code).clone();
    for (key, v) in changes.pairs {
        let Some(key) = key.as_str() else { return crate::raise!(TypeError, "keywords must be strings") };
        let field = key.to_lossy();
        match field.as_str() {
            "co_name" => code.name = text(v, &field)?.into(),
            "co_qualname" => code.qualname = text(v, &field)?.into(),
            "co_filename" => code.filename = text(v, &field)?.into(),
            "co_firstlineno" => code.first_line = count(v, &field)?,
            "co_flags" => code.flags = CodeFlags(count(v, &field)?),
            "co_argcount" => code.argcount = count(v, &field)?,
            "co_posonlyargcount" => code.posonlyargcount = count(v, &field)?,
            "co_kwonlyargcount" => code.kwonlyargcount = count(v, &field)?,
            "co_stacksize" => code.stacksize = count(v, &field)?,
            "co_code" => code.code = data(v, &field)?,
            "co_linetable" => code.linetable = data(v, &field)?,
            "co_exceptiontable" => code.exceptiontable = data(v, &field)?,
            "co_names" => code.names = name_list(v, &field)?,
            "co_varnames" | "co_cellvars" | "co_freevars" => rename(&mut code, &field, v)?,
            "co_nlocals" => {}
            "co_consts" => {
                let Some(t) = v.downcast::<Tuple>() else {
                    let got = v.class().name();
                    return crate::raise!(
                        TypeError,
                        "replace() argument 'co_consts' must be tuple, not {got}"
                    );
                };
                let consts: PyResult<Vec<_>> = t.items().iter().map(|v| constant(*v)).collect();
                code.consts = consts?.into();
            }
            _ => return crate::raise!(TypeError, "replace() got an unexpected keyword argument '{field}'"),
        }
    }
    Ok(super::new(std::sync::Arc::new(code)).erase())
}

fn name_list(v: Value, field: &str) -> PyResult<Box<[Box<str>]>> {
    let Some(t) = v.downcast::<Tuple>() else {
        return crate::raise!(
            TypeError,
            "replace() argument '{field}' must be tuple, not {}",
            v.class().name()
        );
    };
    t.items().iter().map(|v| text(*v, field).map(Into::into)).collect()
}

/// New names for the variables of a kind, as many as there were.
fn rename(code: &mut taipan_bytecode::Code, field: &str, v: Value) -> PyResult<()> {
    let new = name_list(v, field)?;
    let of_kind = |k: &taipan_bytecode::LocalKind| match field {
        "co_varnames" => k.is_local(),
        "co_cellvars" => k.is_cell(),
        _ => k.is_free(),
    };
    let places: Vec<usize> =
        (0..code.localsplus_kinds.len()).filter(|&i| of_kind(&code.localsplus_kinds[i])).collect();
    if places.len() != new.len() {
        return crate::raise!(ValueError, "code: {field} must have {} names", places.len());
    }
    for (i, name) in places.into_iter().zip(new) {
        code.localsplus_names[i] = name;
    }
    Ok(())
}

/// A value as a constant of a code object.
fn constant(v: Value) -> PyResult<taipan_bytecode::Const> {
    use taipan_bytecode::Const;
    if v.is_none() {
        return Ok(Const::None);
    }
    if v.is_bool() {
        return Ok(if v.is(crate::value::TRUE) { Const::True } else { Const::False });
    }
    if let Some(i) = v.as_small_int() {
        return Ok(Const::Int(i));
    }
    if let Some(f) = v.as_exact_float() {
        return Ok(Const::Float(f));
    }
    if let Some(b) = v.exact::<Bytes>() {
        return Ok(Const::Bytes(b.as_slice().into()));
    }
    if let Some(t) = v.exact::<Tuple>() {
        let items: PyResult<Vec<Const>> = t.items().iter().map(|v| constant(*v)).collect();
        return Ok(Const::Tuple(items?.into()));
    }
    if let Some(c) = v.downcast::<Code>() {
        return Ok(Const::Code(c.code.clone()));
    }
    if let Some(s) = v.as_str().and_then(|s| s.to_utf8()) {
        return Ok(Const::Str(s.as_str().into()));
    }
    if v.is(crate::value::ELLIPSIS) {
        return Ok(Const::Ellipsis);
    }
    crate::raise!(TypeError, "a code object cannot hold a '{}' constant", v.class().name())
}
