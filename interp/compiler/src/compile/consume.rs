//! Builtins that consume a generator expression, which is their only argument: `any(… for …)` is a loop in the code
//! around it, as long as `any` is the builtin. CPython does this for all, any and tuple; here it serves list, set, sum,
//! min and max as well (which are called, as in CPython, while somebody traces).

use ruff_python_ast::{Expr, ExprCall};
use taipan_bytecode::opcode::COMMON_CONSTANTS;
use taipan_bytecode::{Const, Opcode};

use super::Compiler;
use crate::assemble::Loc;
use crate::error::Result;
use crate::symtable::Role;

/// Of COMPARE_OPS.
const LESS: u32 = 0;
const GREATER: u32 = 4;

/// What a builtin does with the items.
#[derive(Clone, Copy)]
enum Consumer {
    /// Stops at the first item with this truth, and is it.
    Find(bool),
    /// Makes a collection by these two instructions, and perhaps another at the end.
    Collect(Opcode, Opcode, Option<Opcode>),
    Sum,
    /// Keeps the first item to which no other compares so.
    Extreme(u32),
}

impl Consumer {
    fn of(name: &str) -> Option<Consumer> {
        Some(match name {
            "all" => Consumer::Find(false),
            "any" => Consumer::Find(true),
            "tuple" => {
                Consumer::Collect(Opcode::BUILD_LIST, Opcode::LIST_APPEND, Some(Opcode::LIST_TO_TUPLE))
            }
            "list" => Consumer::Collect(Opcode::BUILD_LIST, Opcode::LIST_APPEND, None),
            "set" => Consumer::Collect(Opcode::BUILD_SET, Opcode::SET_ADD, None),
            "sum" => Consumer::Sum,
            "min" => Consumer::Extreme(LESS),
            "max" => Consumer::Extreme(GREATER),
            _ => return None,
        })
    }
}

fn truth(b: bool) -> Const {
    if b { Const::True } else { Const::False }
}

impl<'a> Compiler<'a> {
    /// A call that may be such a loop; `false` if it is none.
    pub(super) fn consuming_call(&mut self, node: &'a ExprCall) -> Result<bool> {
        let (Expr::Name(name), [generator @ Expr::Generator(_)], []) =
            (&*node.func, &node.arguments.args[..], &node.arguments.keywords[..])
        else {
            return Ok(false);
        };
        let Some(consumer) = Consumer::of(&name.id) else { return Ok(false) };
        let constant = COMMON_CONSTANTS.iter().zip(0..).find(|(c, _)| **c == name.id.as_str());
        let (Some((_, constant)), false) = (constant, self.is_async_generator(generator)) else {
            return Ok(false);
        };
        let loc = Loc::from(node);
        let (called, end) = (self.label(), self.label());
        self.expr(&node.func)?;
        self.exprs(&node.arguments.args)?;
        self.op_int(Opcode::COPY, 2, loc);
        self.op_int(Opcode::LOAD_COMMON_CONSTANT, constant, loc);
        self.op_int(Opcode::IS_OP, 0, loc);
        self.jump_op(Opcode::POP_JUMP_IF_FALSE, called, loc);
        self.op_int(Opcode::SWAP, 2, loc);
        self.op(Opcode::POP_TOP, loc);
        match consumer {
            Consumer::Find(wanted) => self.find(wanted, loc),
            Consumer::Collect(make, add, finish) => self.collect(make, add, finish, loc),
            Consumer::Sum => self.sum(loc),
            Consumer::Extreme(compare) => self.extreme(compare, constant, loc),
        }
        self.jump(end, Loc::NONE);
        self.bind(called);
        self.op_int(Opcode::CALL_FUNCTION, 1, loc);
        self.bind(end);
        Ok(true)
    }

    fn is_async_generator(&self, node: &Expr) -> bool {
        let scope = self.table.find(node, Role::Body);
        let loops = node.as_generator_expr().map_or(&[][..], |g| &g.generators);
        loops.iter().any(|g| g.is_async) || self.table.scope(scope).coroutine
    }

    /// `iterator -- bool`
    fn find(&mut self, wanted: bool, loc: Loc) {
        let (start, found, done, end) = (self.label(), self.label(), self.label(), self.label());
        self.bind(start);
        self.jump_op(Opcode::FOR_ITER, done, loc);
        let test = if wanted { Opcode::POP_JUMP_IF_TRUE } else { Opcode::POP_JUMP_IF_FALSE };
        self.jump_op(test, found, loc);
        self.jump(start, Loc::NONE);
        self.bind(found);
        self.op(Opcode::POP_ITER, Loc::NONE);
        self.load_const(truth(wanted), loc);
        self.jump(end, Loc::NONE);
        self.bind(done);
        self.load_const(truth(!wanted), loc);
        self.bind(end);
    }

    /// `iterator -- collection`
    fn collect(&mut self, make: Opcode, add: Opcode, finish: Option<Opcode>, loc: Loc) {
        let (start, done) = (self.label(), self.label());
        self.op_int(make, 0, loc);
        self.op_int(Opcode::SWAP, 2, loc);
        self.bind(start);
        self.jump_op(Opcode::FOR_ITER, done, loc);
        self.op_int(add, 2, loc);
        self.jump(start, Loc::NONE);
        self.bind(done);
        if let Some(finish) = finish {
            self.op(finish, loc);
        }
    }

    /// `iterator -- total`
    fn sum(&mut self, loc: Loc) {
        let (start, done) = (self.label(), self.label());
        self.load_const(Const::Int(0), loc);
        self.op_int(Opcode::SWAP, 2, loc);
        self.bind(start);
        self.jump_op(Opcode::FOR_ITER, done, loc);
        self.op(Opcode::SUM_ADD, loc);
        self.jump(start, Loc::NONE);
        self.bind(done);
    }

    /// `iterator -- best`. Where there is no item, the builtin says so.
    fn extreme(&mut self, compare: u32, constant: u32, loc: Loc) {
        let (start, keep, done, empty, end) =
            (self.label(), self.label(), self.label(), self.label(), self.label());
        self.jump_op(Opcode::FOR_ITER, empty, loc);
        self.op_int(Opcode::SWAP, 2, loc);
        self.bind(start);
        self.jump_op(Opcode::FOR_ITER, done, loc);
        self.op_int(Opcode::COPY, 1, loc);
        self.op_int(Opcode::COPY, 4, loc);
        self.op_int(Opcode::COMPARE_OP, compare, loc);
        self.jump_op(Opcode::POP_JUMP_IF_FALSE, keep, loc);
        self.op_int(Opcode::SWAP, 3, loc);
        self.bind(keep);
        self.op(Opcode::POP_TOP, loc);
        self.jump(start, Loc::NONE);
        self.bind(empty);
        self.op_int(Opcode::LOAD_COMMON_CONSTANT, constant, loc);
        self.op_int(Opcode::BUILD_TUPLE, 0, loc);
        self.op_int(Opcode::CALL_FUNCTION, 1, loc);
        self.jump(end, Loc::NONE);
        self.bind(done);
        self.bind(end);
    }
}
