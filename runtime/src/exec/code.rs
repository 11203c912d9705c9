//! `ExecCode`: a code object ready to run.
//!
//! # Invariants
//! - `insns`, `depth` and `unit` have one entry an instruction; jumps stay inside; the last instruction does not
//!   fall through.
//! - `consts` own their values; the code lives as long as any frame or function that uses it.

use crate::exec::cache::{Cache, Counter};
use crate::exec::expand;
use crate::exec::insn::{Insn, Op};
use crate::object::{Kind, P, Ref, decref};
use crate::runtime::runtime;
use crate::types::str::Str;
use crate::value::{NONE, Value};
use std::cell::{Cell, OnceCell};
use std::sync::Arc;
use taipan_bytecode::tables::Position;
use taipan_bytecode::{Code, CodeFlags, Const, Intrinsic1};

/// What stands for the line of a unit that has none. (An empty module's code is at line 0.)
pub const NO_LINE: u32 = u32::MAX;

/// A range of the exception table, in instructions.
#[derive(Clone, Copy, Debug)]
pub struct Handler {
    /// First instruction covered.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// Where the handler starts.
    pub target: u32,
    /// Operands that stay.
    pub depth: u16,
    /// Push the raising instruction's offset before the exception.
    pub lasti: bool,
}

/// A jump back to the start of a loop.
#[derive(Clone, Copy, Debug, Default)]
pub struct BackEdge {
    /// The jump.
    pub at: u32,
    /// The loop's first instruction.
    pub header: u32,
}

/// A code object ready to run.
pub struct ExecCode {
    /// The instructions. Cells, because they are rewritten in place (quickened).
    pub insns: Box<[Cell<Insn>]>,
    /// Operands on the stack before each instruction.
    pub depth: Box<[u16]>,
    /// The unit of `co_code` that each instruction comes from.
    pub unit: Box<[u32]>,
    /// Exception handlers, by start; the innermost comes last among those that cover an instruction.
    pub handlers: Box<[Handler]>,
    /// Constants.
    pub consts: Box<[Value]>,
    /// Names of globals, attributes and imports; interned.
    pub names: Box<[P<Str>]>,
    /// Names of the locals; interned.
    pub local_names: Box<[P<Str>]>,
    /// Attribute and global caches.
    pub caches: Box<[Cache]>,
    /// One counter for each back edge.
    pub loops: Box<[Counter]>,
    /// Where they are, and where they lead to.
    pub back_edges: Box<[BackEdge]>,
    /// Counts calls.
    pub entry: Counter,
    /// Of a generator: one counter for its start, and one for each yield (numbered by the instruction's `b`).
    pub resumptions: Box<[Counter]>,
    /// Locals, cells and free variables.
    pub locals: u32,
    /// Locals and the deepest operand stack.
    pub frame_slots: u32,
    /// Positional parameters.
    pub argcount: u32,
    /// Can a call with exactly `argcount` positional arguments start at once (no `*args`, keyword-only
    /// parameters, or locals mapping)?
    pub direct: bool,
    /// The same, and it runs to its end: no generator.
    pub simple: bool,
    /// Is it a function's, whose locals are slots alone, and runs to its end?
    pub plain: bool,
    /// The slots that are filled when it starts: positional and keyword-only parameters, `*args` and `**kwargs`.
    pub parameters: u32,
    /// `co_name`
    pub name: Value,
    /// `co_qualname`
    pub qualname: Value,
    /// The compiled code.
    pub code: Arc<Code>,
    /// The JIT leaves this code alone.
    pub no_jit: Cell<bool>,
    /// See `lines`.
    lines: OnceCell<Box<[u32]>>,
}

impl ExecCode {
    /// Expand compiled code.
    pub fn new(code: &Arc<Code>) -> ExecCode {
        let consts: Box<[Value]> = code.consts.iter().map(|c| const_value(c).into_raw()).collect();
        let intern = |names: &[Box<str>]| names.iter().map(|n| runtime().intern_by_hash(n)).collect();
        let names: Box<[P<Str>]> = intern(&code.names);
        let e = expand::expand(code, &names);
        let flags = code.flags;
        let special = CodeFlags(CodeFlags::VARARGS.0 | CodeFlags::VARKEYWORDS.0);
        let direct =
            flags.contains(CodeFlags::OPTIMIZED) && !flags.intersects(special) && code.kwonlyargcount == 0;
        let generator = flags.is_generator_like();
        let collected = [CodeFlags::VARARGS, CodeFlags::VARKEYWORDS]
            .map(|f| u32::from(flags.contains(f)))
            .iter()
            .sum::<u32>();
        ExecCode {
            insns: e.insns.into_iter().map(Cell::new).collect(),
            depth: e.depth.into(),
            unit: e.unit.into(),
            handlers: e.handlers.into(),
            consts,
            names,
            local_names: intern(&code.localsplus_names),
            caches: e.caches.into(),
            loops: e.back_edges.iter().map(|_| Counter::of_loop()).collect(),
            back_edges: e.back_edges.into(),
            resumptions: if generator {
                (0..=e.yields).map(|_| Counter::of_function()).collect()
            } else {
                Box::default()
            },
            entry: if generator { Counter::never() } else { Counter::of_function() },
            locals: code.localsplus_names.len() as u32,
            frame_slots: code.localsplus_names.len() as u32 + code.stacksize + 4,
            argcount: code.argcount,
            direct,
            simple: direct && !generator,
            plain: flags.contains(CodeFlags::OPTIMIZED) && !generator,
            parameters: code.argcount + code.kwonlyargcount + collected,
            name: crate::types::str::interned(&code.name).value(),
            qualname: crate::types::str::interned(&code.qualname).value(),
            code: code.clone(),
            no_jit: Cell::new(false),
            lines: OnceCell::new(),
        }
    }

    /// The first instruction.
    #[inline(always)]
    pub fn start(&self) -> *const Insn {
        self.insns.as_ptr().cast()
    }
    /// The instruction with this index.
    #[inline(always)]
    pub fn at(&self, index: usize) -> *const Insn {
        self.start().wrapping_add(index)
    }
    /// The index of an instruction of this code.
    #[inline(always)]
    pub fn index_of(&self, pc: *const Insn) -> usize {
        (pc as usize - self.start() as usize) / size_of::<Insn>()
    }
    /// The last instruction of the loop that begins at `header`.
    pub fn loop_end(&self, header: *const Insn) -> *const Insn {
        let header_index = self.index_of(header) as u32;
        let ends = self.back_edges.iter().filter(|e| e.header == header_index).map(|e| e.at);
        header.wrapping_add(ends.max().map_or(0, |end| end.saturating_sub(header_index) as usize))
    }
    /// Is this an instruction of the code?
    pub fn has(&self, pc: *const Insn) -> bool {
        (pc as usize).wrapping_sub(self.start() as usize) < self.insns.len() * size_of::<Insn>()
    }
    /// Does the code delete a global (or, at module level, a local) of this name?
    pub fn deletes(&self, name: P<Str>) -> bool {
        let deletes = |i: Insn| matches!(i.op, Op::DeleteName | Op::DeleteGlobal);
        self.insns.iter().map(Cell::get).any(|i| deletes(i) && self.names[i.d as usize].equals(&name))
    }
    /// The source position of an instruction.
    pub fn position(&self, index: usize) -> Position {
        self.code.position_at(self.unit.get(index).copied().unwrap_or(0))
    }
    /// The source line of each unit of `co_code`, or [`NO_LINE`]; made on first use.
    pub fn lines(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let mut lines = vec![NO_LINE; self.code.unit_count()];
            for range in self.code.positions() {
                let end = (range.end as usize).min(lines.len());
                lines[range.start as usize..end].fill(range.position.line.unwrap_or(NO_LINE));
            }
            lines.into()
        })
    }
    /// The innermost handler that covers an instruction.
    pub fn handler(&self, index: usize) -> Option<Handler> {
        let i = index as u32;
        self.handlers.iter().find(|h| h.start <= i && i < h.end).copied()
    }
    /// Does nobody handle an exception at `pc` of a generator, but for what makes an error of a `StopIteration` that
    /// leaves it?
    pub fn is_unguarded(&self, pc: *const Insn) -> bool {
        let leaves = |h: Handler| {
            let i = self.insns[h.target as usize].get();
            i.op == Op::Intrinsic1 && i.d == Intrinsic1::StopIterationError as i32
        };
        self.handler(self.index_of(pc)).is_none_or(leaves)
    }
    /// Where the arguments of a method go that implements the instruction at `index`: behind its operands.
    #[inline]
    pub fn operator_slot(&self, index: usize) -> u16 {
        (self.locals + u32::from(self.depth[index])) as u16
    }
    /// Give the instruction at this address a flag that says what it has seen.
    pub fn mark(&self, pc: *const Insn, flag: u8) {
        let cell = &self.insns[self.index_of(pc)];
        let mut i = cell.get();
        if !i.has(flag) {
            i.flags |= flag;
            cell.set(i);
        }
    }
    /// The docstring, or None.
    pub fn doc(&self) -> Value {
        if self.code.flags.contains(CodeFlags::HAS_DOCSTRING) { self.consts[0] } else { NONE }
    }
    /// `Generator`, `Coroutine` or `AsyncGenerator`, or `Function` for code that makes none of them.
    pub fn generator_kind(&self) -> Kind {
        let f = self.code.flags;
        if f.contains(CodeFlags::ASYNC_GENERATOR) {
            Kind::AsyncGenerator
        } else if f.contains(CodeFlags::COROUTINE) {
            Kind::Coroutine
        } else if f.contains(CodeFlags::GENERATOR) {
            Kind::Generator
        } else {
            Kind::Function
        }
    }
}

impl Drop for ExecCode {
    fn drop(&mut self) {
        self.consts.iter().for_each(|&c| decref(c));
    }
}

/// A constant as an object; strings that look like names are interned, as in CPython.
pub fn const_value(c: &Const) -> crate::object::Ref {
    let many = |items: &[Const]| items.iter().map(const_value).collect::<Vec<Ref>>();
    match c {
        Const::None => Ref::from_raw(NONE),
        Const::True => Ref::from_raw(crate::value::TRUE),
        Const::False => Ref::from_raw(crate::value::FALSE),
        Const::Ellipsis => Ref::from_raw(crate::value::ELLIPSIS),
        Const::Int(i) => crate::types::int::new(*i),
        Const::BigInt(b) => {
            let magnitude = dashu_int::UBig::from_le_bytes(&b.magnitude);
            let sign = if b.negative { dashu_int::Sign::Negative } else { dashu_int::Sign::Positive };
            crate::types::int::from_big(dashu_int::IBig::from_parts(sign, magnitude))
        }
        Const::Float(f) => crate::types::float::new(*f),
        Const::Complex { real, imag } => crate::types::complex::new(*real, *imag),
        Const::Str(s) => match s.as_str() {
            Some(text) if text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') => {
                runtime().intern_by_hash(text).own()
            }
            _ => crate::types::str::from_wtf8(s.as_bytes()).erase(),
        },
        Const::Bytes(b) => crate::types::bytes::new(b).erase(),
        Const::Tuple(items) => crate::types::tuple::from_refs(many(items)).erase(),
        Const::FrozenSet(items) => frozen_constant(many(items)),
        Const::Slice(s) => {
            crate::types::slice::new(*const_value(&s.start), *const_value(&s.stop), *const_value(&s.step))
                .erase()
        }
        Const::Code(code) => crate::types::code::new(code.clone()).erase(),
    }
}

/// A frozenset of constants, which are hashable.
fn frozen_constant(items: Vec<Ref>) -> Ref {
    let table = crate::types::set::SetTable::default();
    for v in items {
        table.add(v.value()).expect("constants are hashable");
    }
    crate::types::set::frozen_from_table(table).erase()
}
