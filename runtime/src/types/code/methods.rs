//! The attributes of code objects.

use super::{Code, compare, make};
use crate::builtins::warn::warn;
use crate::error::{Exc, PyResult};
use crate::native::Kwargs;
use crate::object::{P, Ref};
use crate::protocol::iter;
use crate::slots::{Args, CmpOp};
use crate::types::tuple;
use crate::types::type_object::TypeObject;
use crate::types::{bytes, int, list, str};
use crate::value::{NONE, NOT_IMPLEMENTED, Value};
use crate::{pymethods, raise};

fn name_tuple<'a>(names: impl Iterator<Item = &'a str>) -> Ref {
    tuple::from_refs(names.map(|n| str::interned(n).own()).collect()).erase()
}

fn number(n: Option<u32>) -> Ref {
    n.map_or_else(|| Ref::from_raw(NONE), |n| int::new(n.into()))
}

/// Ranges of byte offsets with their line; neighbours with the same line are one.
fn lines(c: &taipan_bytecode::Code) -> Vec<(u32, u32, Option<u32>)> {
    let mut all: Vec<(u32, u32, Option<u32>)> = Vec::new();
    for r in c.positions() {
        match all.last_mut() {
            Some(last) if last.2 == r.position.line => last.1 = r.end * 2,
            _ => all.push((r.start * 2, r.end * 2, r.position.line)),
        }
    }
    all
}

/// `co_lnotab`: pairs of the steps in bytes and lines, as before Python 3.10.
fn line_steps(c: &taipan_bytecode::Code) -> Vec<u8> {
    let mut out = Vec::new();
    let (mut line, mut at) = (i64::from(c.first_line), 0);
    for (start, _, to) in lines(c) {
        let Some(to) = to.map(i64::from).filter(|&l| l != line) else { continue };
        let (mut bytes, mut delta) = (start - at, to - line);
        while bytes > 255 {
            out.extend([255, 0]);
            bytes -= 255;
        }
        while !(-128..=127).contains(&delta) {
            let step = delta.clamp(-128, 127);
            out.extend([bytes as u8, step as i8 as u8]);
            (bytes, delta) = (0, delta - step);
        }
        out.extend([bytes as u8, delta as i8 as u8]);
        (line, at) = (to, start);
    }
    out
}

#[pymethods]
impl Code {
    #[slot(new)]
    fn py_new(_class: P<TypeObject>, args: Args<'_>) -> PyResult {
        make::make(args)
    }
    #[slot(repr)]
    fn repr(c: P<Code>) -> PyResult {
        let (name, at, file) = (&c.code.name, c.value().bits(), &c.code.filename);
        let line = c.code.first_line;
        Ok(format!("<code object {name} at {at:#x}, file \"{file}\", line {line}>").as_str().into())
    }
    #[slot(hash)]
    fn hash(c: P<Code>) -> PyResult<i64> {
        Ok(compare::hash(&c.code))
    }
    #[slot(compare)]
    fn compare(a: P<Code>, b: Value, op: CmpOp) -> PyResult {
        match b.exact::<Code>().filter(|_| matches!(op, CmpOp::Eq | CmpOp::Ne)) {
            Some(b) => Ok(Value::bool(compare::equal(&a.code, &b.code) == (op == CmpOp::Eq)).own()),
            None => Ok(NOT_IMPLEMENTED.own()),
        }
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
        bytes::new(&c.code.code).erase()
    }
    #[getter]
    fn _co_code_adaptive(c: P<Code>) -> Ref {
        bytes::new(&c.code.code).erase()
    }
    #[getter]
    fn co_consts(c: P<Code>) -> Ref {
        tuple::from_values(&c.exec().consts).erase()
    }
    #[getter]
    fn co_names(c: P<Code>) -> Ref {
        name_tuple(c.code.names.iter().map(|n| &**n))
    }
    #[getter]
    fn co_varnames(c: P<Code>) -> Ref {
        name_tuple(c.code.varnames())
    }
    #[getter]
    fn co_freevars(c: P<Code>) -> Ref {
        name_tuple(c.code.freevars())
    }
    #[getter]
    fn co_cellvars(c: P<Code>) -> Ref {
        name_tuple(c.code.cellvars())
    }
    #[getter]
    fn co_filename(c: P<Code>) -> Ref {
        str::new(&c.code.filename).erase()
    }
    #[getter]
    fn co_name(c: P<Code>) -> Ref {
        str::interned(&c.code.name).own()
    }
    #[getter]
    fn co_qualname(c: P<Code>) -> Ref {
        str::interned(&c.code.qualname).own()
    }
    #[getter]
    fn co_firstlineno(c: P<Code>) -> u32 {
        c.code.first_line
    }
    #[getter]
    fn co_linetable(c: P<Code>) -> Ref {
        bytes::new(&c.code.linetable).erase()
    }
    #[getter]
    fn co_lnotab(c: P<Code>) -> PyResult {
        warn(Exc::DeprecationWarning, "co_lnotab is deprecated, use co_lines instead.")?;
        Ok(bytes::new(&line_steps(&c.code)).erase())
    }
    #[getter]
    fn co_exceptiontable(c: P<Code>) -> Ref {
        bytes::new(&c.code.exceptiontable).erase()
    }
    #[method("(self, /)")]
    fn co_positions(c: P<Code>) -> PyResult {
        let mut all = Vec::new();
        for r in c.code.positions() {
            let p = r.position;
            let entry = [p.line, p.end_line, p.col, p.end_col].into_iter().map(number).collect();
            let entry = tuple::from_refs(entry).erase();
            (r.start..r.end).for_each(|_| all.push(entry.clone()));
        }
        iter::iter(*list::new(all).erase())
    }
    #[method("(self, /)")]
    fn co_lines(c: P<Code>) -> PyResult {
        let entry = |(start, end, line)| {
            tuple::from_refs(vec![number(Some(start)), number(Some(end)), number(line)]).erase()
        };
        iter::iter(*list::new(lines(&c.code).into_iter().map(entry).collect()).erase())
    }
    /// Return a copy of the code object with new values for the specified fields.
    #[method("(self, /, **changes)")]
    fn replace(c: P<Code>, changes: Kwargs) -> PyResult {
        make::replace(&c.code, &changes.pairs)
    }
    /// The same as replace().
    #[method("(self, /, **changes)")]
    fn __replace__(c: P<Code>, changes: Kwargs) -> PyResult {
        make::replace(&c.code, &changes.pairs)
    }
    /// (internal-only) Return the local variable name for the given oparg.
    ///
    /// WARNING: this method is for internal use only and may change or go away.
    #[method("(self, /, oparg)")]
    fn _varname_from_oparg(c: P<Code>, oparg: usize) -> PyResult {
        match c.code.localsplus_names.get(oparg) {
            Some(n) => Ok(str::interned(n).own()),
            None => raise!(IndexError, "tuple index out of range"),
        }
    }
    /// Return the size of the code object in memory, in bytes.
    #[method("(self, /)")]
    fn __sizeof__(c: P<Code>) -> usize {
        size_of::<taipan_bytecode::Code>()
            + c.code.code.len()
            + c.code.linetable.len()
            + 8 * c.code.consts.len()
    }
}
