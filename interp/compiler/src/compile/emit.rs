//! Emitting instructions into the current unit, and turning a finished unit into a code object.

use std::sync::Arc;

use ruff_python_ast::name::Name;
use taipan_bytecode::{Code, CodeFlags, Const, LocalKind, Opcode};

use super::Compiler;
use super::unit::{Unit, UnitKind};
use crate::assemble::{Arg, Frame, Instr, Label, Loc, Op};
use crate::fold;
use crate::symtable::{Scope, mangle};

impl<'a> Compiler<'a> {
    pub(super) fn op(&mut self, op: Opcode, loc: Loc) {
        self.op_int(op, 0, loc);
    }

    pub(super) fn op_int(&mut self, op: Opcode, arg: u32, loc: Loc) {
        self.unit().asm.emit(Op::Real(op), Arg::Int(arg), loc);
    }

    /// An instruction with an attribute, global or module name; private names are mangled.
    pub(super) fn op_name(&mut self, op: Opcode, name: &Name, loc: Loc) {
        let unit = self.unit();
        let name = mangle(unit.private.as_ref(), name);
        let index = unit.names.add(&name);
        self.op_int(op, index, loc);
    }

    pub(super) fn op_arg(&mut self, op: Opcode, arg: Arg, loc: Loc) {
        self.unit().asm.emit(Op::Real(op), arg, loc);
    }

    pub(super) fn jump_op(&mut self, op: Opcode, label: Label, loc: Loc) {
        self.op_arg(op, Arg::Label(label), loc);
    }

    pub(super) fn jump(&mut self, label: Label, loc: Loc) {
        self.unit().asm.emit(Op::Jump, Arg::Label(label), loc);
    }

    pub(super) fn jump_no_interrupt(&mut self, label: Label, loc: Loc) {
        self.unit().asm.emit(Op::JumpNoInterrupt, Arg::Label(label), loc);
    }

    pub(super) fn label(&mut self) -> Label {
        self.unit().asm.new_label()
    }

    pub(super) fn bind(&mut self, label: Label) {
        self.unit().asm.bind(label);
    }

    pub(super) fn load_const(&mut self, value: Const, loc: Loc) {
        let index = self.unit().add_const(value);
        self.op_int(Opcode::LOAD_CONST, index, loc);
    }

    pub(super) fn load_none(&mut self, loc: Loc) {
        self.load_const(Const::None, loc);
    }

    pub(super) fn load_str(&mut self, text: &str, loc: Loc) {
        self.load_const(Const::str(text), loc);
    }

    pub(super) fn push_handler(&mut self, label: Label, lasti: bool, loc: Loc) {
        self.unit().asm.push_handler(label, lasti, 0, loc);
    }

    pub(super) fn pop_handler(&mut self) {
        self.unit().asm.pop_handler();
    }

    /// The constants that the last `count` instructions load, if they do nothing else.
    fn tail_consts(&self, count: usize) -> Option<Vec<Const>> {
        let unit = self.unit_ref();
        let tail = unit.asm.tail();
        let tail = &tail[tail.len().checked_sub(count)?..];
        let load = |instr: &Instr| match instr.arg {
            Arg::Int(index) if instr.is(Opcode::LOAD_CONST) => unit.consts.get(index as usize).cloned(),
            _ => None,
        };
        tail.iter().map(load).collect()
    }

    fn replace_tail(&mut self, count: usize, value: Const, loc: Loc) {
        self.unit().asm.drop_tail(count);
        self.load_const(value, loc);
    }

    /// A binary operator, computed now if both operands are constants.
    pub(super) fn binary(&mut self, op: Opcode, loc: Loc) {
        if let Some(value) = self.tail_consts(2).and_then(|pair| fold::binary(op, &pair[0], &pair[1])) {
            return self.replace_tail(2, value, loc);
        }
        self.op(op, loc);
    }

    /// A unary operator, computed now if the operand is a constant.
    pub(super) fn unary(&mut self, op: Opcode, loc: Loc) {
        if let Some(value) = self.tail_consts(1).and_then(|operand| fold::unary(op, &operand[0])) {
            return self.replace_tail(1, value, loc);
        }
        self.op(op, loc);
    }

    /// A tuple of the last `count` values, made now if they are constants.
    pub(super) fn build_tuple(&mut self, count: usize, loc: Loc) {
        if count <= STACK_TUPLE_MAX
            && let Some(items) = self.tail_consts(count)
        {
            return self.replace_tail(count, Const::Tuple(items.into()), loc);
        }
        self.op_int(Opcode::BUILD_TUPLE, count as u32, loc);
    }

    /// A slice of the last `count` values, made now if they are constants.
    pub(super) fn build_slice(&mut self, count: usize, loc: Loc) {
        if let Some(items) = self.tail_consts(count)
            && !items.iter().any(|item| matches!(item, Const::Code(_)))
        {
            let mut items = items.into_iter();
            let mut next = || items.next().unwrap_or(Const::None);
            let (start, stop, step) = (next(), next(), next());
            let slice = taipan_bytecode::SliceConst { start, stop, step };
            return self.replace_tail(count, Const::Slice(Box::new(slice)), loc);
        }
        self.op_int(Opcode::BUILD_SLICE, count as u32, loc);
    }

    /// Ends the current code object.
    pub(super) fn leave(&mut self) -> Arc<Code> {
        let Some(unit) = self.units.pop() else {
            unreachable!("as many leave() as enter()");
        };
        let scope = self.table.scope(unit.scope);
        Arc::new(self.build_code(unit, scope))
    }

    fn build_code(&self, mut unit: Unit<'a>, scope: &Scope) -> Code {
        let flags = self.code_flags(&unit, scope);
        let mut layout = Layout::new(&unit);
        let mut prefix = Vec::new();
        let instr = |op: Opcode, arg: Arg| Instr { op: Op::Real(op), arg, loc: Loc::NONE, handler: None };
        let free = unit.free.list.len() as u32;
        if free > 0 {
            prefix.push(instr(Opcode::COPY_FREE_VARS, Arg::Int(free)));
        }
        let mut order: Vec<u32> = (0..unit.cells.list.len() as u32).collect();
        order.sort_by_key(|&cell| layout.deref_slots[cell as usize]);
        // Cells of inlined comprehensions only are made where the comprehension begins.
        order.retain(|&cell| !is_comprehension_cell(&unit, scope, cell));
        prefix.extend(order.into_iter().map(|cell| instr(Opcode::MAKE_CELL, Arg::Deref(cell))));
        if flags.is_generator_like() {
            let loc = self.line_start(unit.first_line);
            prefix.push(Instr { loc, ..instr(Opcode::RETURN_GENERATOR, Arg::Int(0)) });
            prefix.push(Instr { loc, ..instr(Opcode::POP_TOP, Arg::Int(0)) });
        }
        if !prefix.is_empty() {
            unit.asm.prepend(prefix);
        }
        let frame = Frame {
            lines: self.lines,
            first_line: unit.first_line,
            params: unit.params,
            deref_slots: &layout.deref_slots,
            locals: unit.locals.list.len(),
            consts: &unit.consts,
            keep_first_const: flags.contains(CodeFlags::HAS_DOCSTRING),
        };
        let assembled = unit.asm.finish(&frame);
        if unit.kind == UnitKind::Annotations
            && let Some(first) = layout.names.first_mut()
            && &**first == ".format"
        {
            // What inspect.signature() shows; the symbol table's name cannot clash with an annotation's.
            *first = "format".into();
        }
        Code {
            name: unit.name.as_str().into(),
            qualname: unit.qualname.as_str().into(),
            filename: self.filename.clone(),
            first_line: unit.first_line,
            argcount: unit.argcount,
            posonlyargcount: unit.posonlyargcount,
            kwonlyargcount: unit.kwonlyargcount,
            flags,
            stacksize: assembled.stacksize,
            localsplus_names: layout.names.into(),
            localsplus_kinds: layout.kinds.into(),
            names: unit.names.list.iter().map(|name| name.as_str().into()).collect(),
            consts: assembled.consts.into(),
            code: assembled.code.into(),
            linetable: assembled.linetable.into(),
            exceptiontable: assembled.exceptiontable.into(),
        }
    }

    /// A position at the start of a line, for instructions that belong to a definition as a whole.
    fn line_start(&self, line: u32) -> Loc {
        let start = self.lines.start_of(line);
        Loc { start, end: start }
    }

    fn code_flags(&self, unit: &Unit<'_>, scope: &Scope) -> CodeFlags {
        let mut flags = unit.extra_flags | self.flags.code_flags();
        if scope.is_function_like() {
            flags |= CodeFlags::NEWLOCALS | CodeFlags::OPTIMIZED;
            if scope.nested {
                flags |= CodeFlags::NESTED;
            }
            if scope.method {
                flags |= CodeFlags::METHOD;
            }
            flags |= match (scope.generator, scope.coroutine) {
                (true, false) => CodeFlags::GENERATOR,
                (false, true) => CodeFlags::COROUTINE,
                (true, true) => CodeFlags::ASYNC_GENERATOR,
                (false, false) => CodeFlags::default(),
            };
        } else if scope.coroutine && unit.kind == UnitKind::Module {
            flags |= CodeFlags::COROUTINE;
        }
        flags
    }
}

/// Longer tuples of constants are not folded from the stack (they are folded from the tree instead).
const STACK_TUPLE_MAX: usize = 255;

/// A cell that exists only because an inlined comprehension in a module or class captures its variable.
fn is_comprehension_cell(unit: &Unit<'_>, scope: &Scope, cell: u32) -> bool {
    let name = &unit.cells.list[cell as usize];
    unit.hidden.contains_key(name) && !scope.is_function_like()
}

/// The slots of a frame.
struct Layout {
    names: Vec<Box<str>>,
    kinds: Vec<LocalKind>,
    deref_slots: Vec<u32>,
}

impl Layout {
    fn new(unit: &Unit<'_>) -> Self {
        let positional = unit.argcount as usize;
        let keywords = positional + unit.kwonlyargcount as usize;
        let star = keywords + usize::from(unit.extra_flags.contains(CodeFlags::VARARGS));
        let mut layout = Self { names: Vec::new(), kinds: Vec::new(), deref_slots: Vec::new() };
        for (index, name) in unit.locals.list.iter().enumerate() {
            let mut kind = LocalKind::LOCAL;
            if index < unit.posonlyargcount as usize {
                kind |= LocalKind::ARG_POS;
            } else if index < positional {
                kind |= LocalKind::ARG_POS | LocalKind::ARG_KW;
            } else if index < keywords {
                kind |= LocalKind::ARG_KW;
            } else if index < star {
                kind |= LocalKind::ARG_VAR | LocalKind::ARG_POS;
            } else if index < unit.params {
                kind |= LocalKind::ARG_VAR | LocalKind::ARG_KW;
            }
            if unit.hidden.contains_key(name) {
                kind |= LocalKind::HIDDEN;
            }
            layout.push(name, kind);
        }
        for name in &unit.cells.list {
            // A parameter that is captured keeps its slot, the cell goes into it.
            match unit.locals.get(name) {
                Some(slot) => {
                    layout.kinds[slot as usize].0 |= LocalKind::CELL;
                    layout.deref_slots.push(slot);
                }
                None => {
                    layout.deref_slots.push(layout.names.len() as u32);
                    layout.push(name, LocalKind::CELL);
                }
            }
        }
        for name in &unit.free.list {
            layout.deref_slots.push(layout.names.len() as u32);
            layout.push(name, LocalKind::FREE);
        }
        layout
    }

    fn push(&mut self, name: &Name, kind: u8) {
        self.names.push(name.as_str().into());
        self.kinds.push(LocalKind(kind));
    }
}
