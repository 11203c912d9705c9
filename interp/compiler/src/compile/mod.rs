//! From the syntax tree and the symbol table to code objects.
//!
//! One [`Unit`] per code object under construction, innermost last. The instruction sequences follow CPython 3.14's
//! `Python/codegen.c`, with the differences that the opcode table documents.

mod annotations;
mod assign;
mod call;
mod class;
mod comprehension;
mod consume;
mod control;
mod emit;
mod exception;
mod expr;
pub(crate) mod fstring;
mod function;
mod import;
mod jump;
mod name;
mod pattern;
mod percent;
mod stmt;
mod subscript;
mod suspend;
mod typeparams;
mod unit;
mod unwind;
mod with;

use std::sync::Arc;

use ruff_python_ast::name::Name;
use ruff_python_ast::{Mod, Stmt};
use ruff_text_size::Ranged;
use taipan_bytecode::{Code, Const, Opcode};

use crate::assemble::Loc;
use crate::error::{Failure, Result};
use crate::source::LineIndex;
use crate::symtable::{Private, Scope, ScopeId, SymbolTable};
use crate::{CompileFlags, Mode};

pub(crate) use annotations::has_annotations;
use unit::{Unit, UnitKind};

/// More values than this are not kept on the stack at once (CPython's STACK_USE_GUIDELINE).
const STACK_USE_GUIDELINE: usize = 30;

/// Compiles a module.
pub(crate) struct Compiler<'a> {
    source: &'a str,
    lines: &'a LineIndex,
    filename: Arc<str>,
    table: &'a SymbolTable,
    flags: CompileFlags,
    /// Expression statements print (mode "single").
    interactive: bool,
    units: Vec<Unit<'a>>,
}

impl<'a> Compiler<'a> {
    pub fn new(
        source: &'a str,
        lines: &'a LineIndex,
        filename: &str,
        table: &'a SymbolTable,
        flags: CompileFlags,
        mode: Mode,
    ) -> Self {
        Self {
            source,
            lines,
            filename: filename.into(),
            table,
            flags,
            interactive: mode == Mode::Single,
            units: Vec::new(),
        }
    }

    /// The code of a whole source.
    pub fn module(mut self, module: &'a Mod) -> Result<Arc<Code>> {
        let top = self.table.top;
        self.enter(UnitKind::Module, top, "<module>", Loc::NONE);
        match module {
            Mod::Module(module) => {
                let loc = module.body.first().map_or(Loc::NONE, Loc::from);
                let annotated = !self.future_annotations() && self.scope().has_conditional_annotations;
                if annotated {
                    self.op_int(Opcode::BUILD_SET, 0, loc);
                    self.store_name(&Name::new("__conditional_annotations__"), loc)?;
                }
                self.body(&module.body, loc)?;
                if annotated {
                    self.module_annotations(loc)?;
                }
                let end = if module.body.is_empty() { Loc::BEFORE } else { Loc::NONE };
                self.load_const(Const::None, end);
            }
            Mod::Expression(expression) => self.expr(&expression.body)?,
        }
        self.op(Opcode::RETURN_VALUE, Loc::NONE);
        Ok(self.leave())
    }

    fn unit(&mut self) -> &mut Unit<'a> {
        let last = self.units.len() - 1;
        &mut self.units[last]
    }

    fn unit_ref(&self) -> &Unit<'a> {
        &self.units[self.units.len() - 1]
    }

    fn scope(&self) -> &'a Scope {
        self.table.scope(self.unit_ref().scope)
    }

    fn future_annotations(&self) -> bool {
        self.flags.future_annotations()
    }

    /// Begins a code object.
    fn enter(&mut self, kind: UnitKind, scope: ScopeId, name: &str, at: Loc) {
        let entry = self.table.scope(scope);
        let private = match kind {
            UnitKind::Class => Some(Private::class(&entry.name)),
            _ => self.units.last().and_then(|unit| unit.private.clone()),
        };
        let first_line = if at.is_none() { 1 } else { self.lines.line(at.start) };
        let qualname = self.qualified_name(kind, name);
        self.units.push(Unit::new(kind, scope, entry, name, qualname, private, first_line));
    }

    /// `__qualname__` of a code object that begins now.
    fn qualified_name(&self, kind: UnitKind, name: &str) -> String {
        let mut parents = self.units.iter().rev().peekable();
        let Some(mut parent) = parents.next() else {
            return name.to_owned();
        };
        if parent.kind == UnitKind::TypeParams {
            match parents.next() {
                Some(grandparent) => parent = grandparent,
                None => return name.to_owned(),
            }
        }
        if parent.kind == UnitKind::Module {
            return name.to_owned();
        }
        if matches!(kind, UnitKind::Function | UnitKind::AsyncFunction | UnitKind::Class) {
            let mangled = crate::symtable::mangle(parent.private.as_ref(), &Name::new(name));
            let scope = self.table.scope(parent.scope).lookup(&mangled).scope;
            if scope == crate::symtable::NameScope::GlobalExplicit {
                return name.to_owned();
            }
        }
        let locals = match parent.kind {
            UnitKind::Function | UnitKind::AsyncFunction | UnitKind::Lambda => ".<locals>",
            _ => "",
        };
        format!("{}{locals}.{name}", parent.qualname)
    }

    /// A module's or class's body: docstring, statements.
    fn body(&mut self, body: &'a [Stmt], loc: Loc) -> Result<()> {
        if self.future_annotations() && self.scope().annotations_used {
            self.op(Opcode::SETUP_ANNOTATIONS, loc);
        }
        let mut rest = body;
        if !self.interactive
            && let Some((doc, at)) = self.docstring(body)
        {
            rest = &body[1..];
            if self.flags.optimize < 2 {
                self.load_const(Const::Str(doc), at);
                self.store_name(&Name::new("__doc__"), Loc::NONE)?;
            }
        }
        self.statements(rest)
    }

    /// The docstring that a body begins with, without its indentation, and where it is.
    fn docstring(&self, body: &'a [Stmt]) -> Option<(taipan_bytecode::Wtf8Str, Loc)> {
        let Stmt::Expr(first) = body.first()? else { return None };
        let literal = first.value.as_string_literal_expr()?;
        let text = crate::literal::string_value(self.source, literal);
        Some((crate::literal::clean_doc(&text), Loc::from(&*first.value)))
    }

    fn error<T>(&self, msg: impl Into<String>, at: &impl Ranged) -> Result<T> {
        Err(Failure::new(msg, at))
    }
}
