//! Builtins that consume a generator expression, which is their only argument: `any(… for …)` is a loop in the code
//! around it, as long as `any` is the builtin. CPython does this for all, any and tuple; here it serves list, set, sum,
//! min and max as well, and sorted and `str.join` get a list (these are called as they are, like in CPython, while
//! somebody traces).

use ruff_python_ast::{Arguments, Expr, ExprCall};
use taipan_bytecode::opcode::COMMON_CONSTANTS;
use taipan_bytecode::{Const, Opcode};

use super::Compiler;
use crate::assemble::{Label, Loc};
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
    /// Goes through all items first, which may as well come from a list.
    Exhaust,
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
            "sorted" => Consumer::Exhaust,
            "sum" => Consumer::Sum,
            "min" => Consumer::Extreme(LESS),
            "max" => Consumer::Extreme(GREATER),
            _ => return None,
        })
    }
}

/// The number of a common constant.
fn constant(name: &str) -> u32 {
    COMMON_CONSTANTS.iter().position(|c| *c == name).expect("consumers are common constants") as u32
}

fn truth(b: bool) -> Const {
    if b { Const::True } else { Const::False }
}

impl<'a> Compiler<'a> {
    /// A call that may be such a loop; `false` if it is none.
    pub(super) fn consuming_call(&mut self, node: &'a ExprCall) -> Result<bool> {
        let Expr::Name(name) = &*node.func else { return Ok(false) };
        let Some(consumer) = Consumer::of(&name.id) else { return Ok(false) };
        if !self.is_consumed(&node.arguments) {
            return Ok(false);
        }
        let loc = Loc::from(node);
        let (called, end) = (self.label(), self.label());
        let constant = constant(&name.id);
        self.expr(&node.func)?;
        self.exprs(&node.arguments.args)?;
        self.unless(2, constant, called, loc);
        let called_with_all = matches!(consumer, Consumer::Exhaust);
        if !called_with_all {
            self.op_int(Opcode::SWAP, 2, loc);
            self.op(Opcode::POP_TOP, loc);
        }
        match consumer {
            Consumer::Find(wanted) => self.find(wanted, loc),
            Consumer::Collect(make, add, finish) => self.collect(make, add, finish, loc),
            Consumer::Exhaust => self.collect(Opcode::BUILD_LIST, Opcode::LIST_APPEND, None, loc),
            Consumer::Sum => self.sum(loc),
            Consumer::Extreme(compare) => self.extreme(compare, constant, loc),
        }
        if !called_with_all {
            self.jump(end, Loc::NONE);
        }
        self.bind(called);
        self.op_int(Opcode::CALL_FUNCTION, 1, loc);
        self.bind(end);
        Ok(true)
    }

    /// `method self iterator -- method self items`, behind the arguments of a call of `owner.name`: what `str.join` gets
    /// is a list.
    pub(super) fn join_items(&mut self, name: &str, arguments: &'a Arguments, loc: Loc) {
        if name != "join" || !self.is_consumed(arguments) {
            return;
        }
        let called = self.label();
        self.unless(3, constant("str.join"), called, loc);
        self.collect(Opcode::BUILD_LIST, Opcode::LIST_APPEND, None, loc);
        self.bind(called);
    }

    /// Is a generator expression the only argument?
    fn is_consumed(&self, arguments: &Arguments) -> bool {
        match (&arguments.args[..], &arguments.keywords[..]) {
            ([generator @ Expr::Generator(_)], []) => !self.is_async_generator(generator),
            _ => false,
        }
    }

    /// Jumps unless the value that is `depth` deep is the common constant.
    fn unless(&mut self, depth: u32, constant: u32, to: Label, loc: Loc) {
        self.op_int(Opcode::COPY, depth, loc);
        self.op_int(Opcode::LOAD_COMMON_CONSTANT, constant, loc);
        self.op_int(Opcode::IS_OP, 0, loc);
        self.jump_op(Opcode::POP_JUMP_IF_FALSE, to, loc);
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
        self.load_const(Const::Float(0.0), loc);
        self.op_int(Opcode::SWAP, 2, loc);
        self.bind(start);
        self.jump_op(Opcode::FOR_ITER, done, loc);
        self.op(Opcode::SUM_ADD, loc);
        self.jump(start, Loc::NONE);
        self.bind(done);
        self.op(Opcode::SUM_END, loc);
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
