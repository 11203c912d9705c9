//! Code objects made from Python: `types.CodeType(...)` and `code.replace(...)`.
//!
//! What comes from Python is verified before it becomes code: the interpreter trusts its instructions.

use crate::builtins::args;
use crate::error::PyResult;
use crate::object::{P, Ref};
use crate::protocol::index;
use crate::raise;
use crate::slots::Args;
use crate::types::bytes::Bytes;
use crate::types::tuple::Tuple;
use crate::types::{complex, set, slice, str};
use crate::value::{ELLIPSIS, FALSE, TRUE, Value};
use std::sync::Arc;
use taipan_bytecode::code::{BigInt, SliceConst};
use taipan_bytecode::{Code, CodeFlags, Const, LocalKind, Wtf8Str};

/// A Python value as a constant.
pub fn const_from(v: Value) -> PyResult<Const> {
    crate::thread::current().check_native_stack("")?;
    let many = |items: &[Value]| items.iter().map(|v| const_from(*v)).collect::<PyResult<Box<[Const]>>>();
    Ok(if v.is_none() {
        Const::None
    } else if v.is(TRUE) {
        Const::True
    } else if v.is(FALSE) {
        Const::False
    } else if v.is(ELLIPSIS) {
        Const::Ellipsis
    } else if let Some(s) = v.exact::<str::Str>() {
        Const::Str(text(s))
    } else if let Some(t) = v.exact::<Tuple>() {
        Const::Tuple(many(t.items())?)
    } else if let Some(b) = v.exact::<Bytes>() {
        Const::Bytes(b.as_slice().into())
    } else if let Some(f) = v.as_exact_float() {
        Const::Float(f)
    } else if let Some(c) = v.exact::<complex::Complex>() {
        Const::Complex { real: c.value.re, imag: c.value.im }
    } else if let Some(c) = v.exact::<super::Code>() {
        Const::Code(c.code.clone())
    } else if let Some(s) = v.exact::<slice::Slice>() {
        let (start, stop) = (const_from(s.start.value())?, const_from(s.stop.value())?);
        Const::Slice(Box::new(SliceConst { start, stop, step: const_from(s.step.value())? }))
    } else if let Some(s) = v.exact::<set::FrozenSet>() {
        let items = crate::protocol::iter::collect(s.value())?;
        Const::FrozenSet(items.iter().map(|i| const_from(**i)).collect::<PyResult<_>>()?)
    } else if index::is_exact_int(v) {
        integer(v)
    } else {
        return raise!(TypeError, "'{}' object cannot be a constant of code", v.class().name());
    })
}

fn integer(v: Value) -> Const {
    if let Some(i) = v.as_i64() {
        return Const::Int(i);
    }
    let (sign, magnitude) = v.as_big().map(std::borrow::Cow::into_owned).unwrap_or_default().into_parts();
    let negative = sign == dashu_int::Sign::Negative;
    Const::BigInt(BigInt { negative, magnitude: magnitude.to_le_bytes() })
}

fn text(s: P<str::Str>) -> Wtf8Str {
    Wtf8Str::from_code_points((0..s.len()).map(|i| s.chars().at(i)))
}

/// A tuple of names; `what` is for messages.
fn names(v: Value, what: &str) -> PyResult<Vec<Box<str>>> {
    let Some(t) = v.downcast::<Tuple>() else {
        return raise!(TypeError, "code() argument '{what}' must be tuple, not {}", v.class().name());
    };
    let mut all = Vec::new();
    for item in t.items() {
        match item.as_str() {
            Some(s) => all.push(s.to_lossy().into()),
            None => {
                return raise!(
                    TypeError,
                    "name tuples must contain only strings, not '{}'",
                    item.class().name()
                );
            }
        }
    }
    Ok(all)
}

fn string(v: Value, what: &str) -> PyResult<String> {
    match v.as_str() {
        Some(s) => Ok(s.to_lossy()),
        None => raise!(TypeError, "code() argument '{what}' must be str, not {}", v.class().name()),
    }
}

fn octets(v: Value, what: &str) -> PyResult<Box<[u8]>> {
    match v.downcast::<Bytes>() {
        Some(b) => Ok(b.as_slice().into()),
        None => raise!(TypeError, "code() argument '{what}' must be bytes, not {}", v.class().name()),
    }
}

fn count(v: Value, what: &str) -> PyResult<u32> {
    match u32::try_from(index::to_i32(v)?) {
        Ok(n) => Ok(n),
        Err(_) => raise!(ValueError, "code: {what} must not be negative"),
    }
}

/// Names and kinds of a code object's slots.
struct Locals {
    varnames: Vec<Box<str>>,
    cellvars: Vec<Box<str>>,
    freevars: Vec<Box<str>>,
}

impl Locals {
    fn of(code: &Code) -> Locals {
        let own = |names: &mut dyn Iterator<Item = &str>| names.map(Into::into).collect();
        Locals {
            varnames: own(&mut code.varnames()),
            cellvars: own(&mut code.cellvars()),
            freevars: own(&mut code.freevars()),
        }
    }
    /// Put them into `code`, whose argument counts and flags are known.
    fn fill(self, code: &mut Code) -> PyResult<()> {
        let total = code.total_args() as usize;
        if self.varnames.len() < total {
            return raise!(ValueError, "code: varnames is too small");
        }
        let (args, kwonly) = (code.argcount as usize, code.kwonlyargcount as usize);
        let varargs = usize::from(code.flags.contains(CodeFlags::VARARGS));
        let mut all: Vec<(Box<str>, LocalKind)> = Vec::new();
        for (i, name) in self.varnames.into_iter().enumerate() {
            use LocalKind as K;
            let mut kind = K::LOCAL;
            kind |= match i {
                i if i < code.posonlyargcount as usize => K::ARG_POS,
                i if i < args => K::ARG_POS | K::ARG_KW,
                i if i < args + kwonly => K::ARG_KW,
                i if i < args + kwonly + varargs => K::ARG_VAR | K::ARG_POS,
                i if i < total => K::ARG_VAR | K::ARG_KW,
                _ => 0,
            };
            if self.cellvars.contains(&name) {
                kind |= K::CELL;
            }
            all.push((name, LocalKind(kind)));
        }
        for name in self.cellvars {
            if !all.iter().any(|(n, _)| *n == name) {
                all.push((name, LocalKind(LocalKind::CELL)));
            }
        }
        all.extend(self.freevars.into_iter().map(|n| (n, LocalKind(LocalKind::FREE))));
        let (names, kinds): (Vec<_>, Vec<_>) = all.into_iter().unzip();
        (code.localsplus_names, code.localsplus_kinds) = (names.into(), kinds.into());
        Ok(())
    }
}

/// Check the instructions, and make the object.
fn checked(code: Code) -> PyResult {
    if let Err(e) = taipan_bytecode::verify::verify(&code) {
        return raise!(ValueError, "code: invalid bytecode: {e}");
    }
    Ok(super::new(Arc::new(code)).erase())
}

fn blank() -> Code {
    Code {
        name: "".into(),
        qualname: "".into(),
        filename: "".into(),
        first_line: 0,
        argcount: 0,
        posonlyargcount: 0,
        kwonlyargcount: 0,
        flags: CodeFlags(0),
        stacksize: 0,
        localsplus_names: [].into(),
        localsplus_kinds: [].into(),
        names: [].into(),
        consts: [].into(),
        code: [].into(),
        linetable: [].into(),
        exceptiontable: [].into(),
    }
}

/// The parameters of `code(...)`, in order.
const PARAMS: [&str; 18] = [
    "argcount",
    "posonlyargcount",
    "kwonlyargcount",
    "nlocals",
    "stacksize",
    "flags",
    "codestring",
    "constants",
    "names",
    "varnames",
    "filename",
    "name",
    "qualname",
    "firstlineno",
    "linetable",
    "exceptiontable",
    "freevars",
    "cellvars",
];
/// The parameters of `replace`, in the same order.
const REPLACE: [&str; 18] = [
    "co_argcount",
    "co_posonlyargcount",
    "co_kwonlyargcount",
    "co_nlocals",
    "co_stacksize",
    "co_flags",
    "co_code",
    "co_consts",
    "co_names",
    "co_varnames",
    "co_filename",
    "co_name",
    "co_qualname",
    "co_firstlineno",
    "co_linetable",
    "co_exceptiontable",
    "co_freevars",
    "co_cellvars",
];

/// Set what is given.
fn assign(code: &mut Code, locals: &mut Locals, given: &[Option<Value>; 18]) -> PyResult<()> {
    for (i, v) in given.iter().enumerate() {
        let Some(v) = *v else { continue };
        let what = PARAMS[i];
        match what {
            "argcount" => code.argcount = count(v, what)?,
            "posonlyargcount" => code.posonlyargcount = count(v, what)?,
            "kwonlyargcount" => code.kwonlyargcount = count(v, what)?,
            "stacksize" => code.stacksize = count(v, what)?,
            "flags" => code.flags = CodeFlags(count(v, what)?),
            "codestring" => code.code = octets(v, what)?,
            "constants" => match const_from(v)? {
                Const::Tuple(items) => code.consts = items,
                _ => {
                    let got = v.class().name();
                    return raise!(TypeError, "code() argument 'constants' must be tuple, not {got}");
                }
            },
            "names" => code.names = names(v, what)?.into(),
            "varnames" => locals.varnames = names(v, what)?,
            "filename" => code.filename = string(v, what)?.into(),
            "name" => code.name = string(v, what)?.into(),
            "qualname" => code.qualname = string(v, what)?.into(),
            "firstlineno" => code.first_line = count(v, what)?,
            "linetable" => code.linetable = octets(v, what)?,
            "exceptiontable" => code.exceptiontable = octets(v, what)?,
            "freevars" => locals.freevars = names(v, what)?,
            "cellvars" => locals.cellvars = names(v, what)?,
            _ => {}
        }
    }
    if code.posonlyargcount > code.argcount {
        return raise!(ValueError, "code: posonlyargcount is larger than argcount");
    }
    if given[3].is_some_and(|n| n.as_i64() != Some(locals.varnames.len() as i64)) {
        return raise!(ValueError, "code: co_nlocals != len(co_varnames)");
    }
    Ok(())
}

/// `types.CodeType(...)`
pub fn make(args: Args<'_>) -> PyResult {
    let values = args::positional("code", args, 16, 18)?;
    let mut given = [None; 18];
    given.iter_mut().zip(values).for_each(|(g, v)| *g = Some(*v));
    let mut code = blank();
    let mut locals = Locals { varnames: Vec::new(), cellvars: Vec::new(), freevars: Vec::new() };
    assign(&mut code, &mut locals, &given)?;
    locals.fill(&mut code)?;
    checked(code)
}

/// `code.replace(**changes)`
pub fn replace(old: &Code, changes: &[(Value, Value)]) -> PyResult<Ref> {
    let mut given = [None; 18];
    for (name, v) in changes {
        let name = name.as_str().map(|s| s.to_lossy()).unwrap_or_default();
        match REPLACE.iter().position(|n| *n == name) {
            Some(i) => given[i] = Some(*v),
            None => return raise!(TypeError, "replace() got an unexpected keyword argument '{name}'"),
        }
    }
    let mut code = old.clone();
    let mut locals = Locals::of(old);
    assign(&mut code, &mut locals, &given)?;
    // Slots stay as they are (hidden ones too) unless something that they depend on changes.
    if [0, 1, 2, 5, 9, 16, 17].into_iter().any(|i| given[i].is_some()) {
        locals.fill(&mut code)?;
    }
    checked(code)
}
