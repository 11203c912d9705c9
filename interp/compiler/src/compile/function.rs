//! Functions and lambdas.

use std::sync::Arc;

use ruff_python_ast::name::Name;
use ruff_python_ast::{Decorator, ExprLambda, ParameterWithDefault, Parameters, StmtFunctionDef};
use ruff_text_size::{Ranged, TextRange};
use taipan_bytecode::opcode::make_function;
use taipan_bytecode::{Code, CodeFlags, Const, Intrinsic1, Intrinsic2, Opcode};

use super::Compiler;
use super::unit::UnitKind;
use crate::assemble::{Arg, Loc};
use crate::error::Result;
use crate::symtable::Role;

impl<'a> Compiler<'a> {
    /// Pushes a function made from the code, with the closure it needs; `flags` say what else lies on the stack.
    pub(super) fn make_function(&mut self, code: Arc<Code>, mut flags: u32, loc: Loc) {
        let free: Vec<String> = code.freevars().map(str::to_owned).collect();
        for name in &free {
            // The symbol table made every free variable a cell or a free variable here.
            if let Some(cell) = self.unit_ref().deref_index(name) {
                self.op_arg(Opcode::LOAD_CLOSURE, Arg::Deref(cell), loc);
            }
        }
        if !free.is_empty() {
            self.op_int(Opcode::BUILD_TUPLE, free.len() as u32, loc);
            flags |= make_function::CLOSURE;
        }
        self.load_const(Const::Code(code), loc);
        self.op_int(Opcode::MAKE_FUNCTION, flags, loc);
    }

    /// Where `def` or `class` itself stands: the tree's range begins with the decorators.
    pub(super) fn definition_loc(&self, range: TextRange, decorators: &[Decorator]) -> Loc {
        let end = range.end().to_u32();
        let Some(last) = decorators.last() else {
            return Loc { start: range.start().to_u32(), end };
        };
        let bytes = self.source.as_bytes();
        let mut at = last.range().end().to_usize();
        loop {
            match bytes.get(at) {
                Some(b'#') => at += bytes[at..].iter().position(|&b| b == b'\n').unwrap_or(1),
                // A decorator may be in parentheses that its expression does not show.
                Some(b' ' | b'\t' | b'\n' | b'\r' | b'\x0c' | b'\\' | b')' | b',') => at += 1,
                _ => return Loc { start: at as u32, end },
            }
        }
    }

    pub(super) fn decorators(&mut self, list: &'a [Decorator]) -> Result<()> {
        list.iter().try_for_each(|decorator| self.expr(&decorator.expression))
    }

    pub(super) fn apply_decorators(&mut self, list: &'a [Decorator]) {
        for decorator in list.iter().rev() {
            self.op_int(Opcode::CALL_FUNCTION, 1, Loc::from(&decorator.expression));
        }
    }

    /// Where a definition's code object begins: at its first decorator.
    pub(super) fn first_loc(&self, loc: Loc, decorators: &[Decorator]) -> Loc {
        decorators.first().map_or(loc, |decorator| Loc::from(&decorator.expression))
    }

    /// Pushes the defaults that there are; their flags.
    fn defaults(&mut self, parameters: &'a Parameters, loc: Loc) -> Result<u32> {
        let mut flags = 0;
        let plain = parameters.posonlyargs.iter().chain(&parameters.args);
        let mut count = 0;
        for default in plain.filter_map(|parameter| parameter.default.as_deref()) {
            self.expr(default)?;
            count += 1;
        }
        if count > 0 {
            self.build_tuple(count, loc);
            flags |= make_function::DEFAULTS;
        }
        let mut count = 0;
        for parameter in &parameters.kwonlyargs {
            let Some(default) = &parameter.default else { continue };
            let name = crate::symtable::mangle(self.unit_ref().private.as_ref(), &parameter.name().id);
            self.load_str(&name, loc);
            self.expr(default)?;
            count += 1;
        }
        if count > 0 {
            self.op_int(Opcode::BUILD_MAP, count, loc);
            flags |= make_function::KWDEFAULTS;
        }
        Ok(flags)
    }

    pub(super) fn set_parameters(&mut self, parameters: &Parameters) {
        let unit = self.unit();
        unit.posonlyargcount = parameters.posonlyargs.len() as u32;
        unit.argcount = unit.posonlyargcount + parameters.args.len() as u32;
        unit.kwonlyargcount = parameters.kwonlyargs.len() as u32;
        if parameters.vararg.is_some() {
            unit.extra_flags |= CodeFlags::VARARGS;
        }
        if parameters.kwarg.is_some() {
            unit.extra_flags |= CodeFlags::VARKEYWORDS;
        }
    }

    pub(super) fn function_def(&mut self, node: &'a StmtFunctionDef) -> Result<()> {
        let loc = self.definition_loc(node.range(), &node.decorator_list);
        let first = self.first_loc(loc, &node.decorator_list);
        self.decorators(&node.decorator_list)?;
        let mut flags = self.defaults(&node.parameters, loc)?;
        if node.type_params.is_some() {
            self.generic_function(node, flags, first, loc)?;
        } else {
            flags |= self.function_annotations(&node.parameters, node.returns.as_deref(), node, loc)?;
            let code = self.function_body(node, first)?;
            self.make_function(code, flags, loc);
        }
        self.apply_decorators(&node.decorator_list);
        self.store_name(&node.name.id, loc)
    }

    /// The type parameters are made in a scope of their own, a function that makes the function. Its arguments are
    /// the defaults, which belong to the scope outside.
    fn generic_function(
        &mut self,
        node: &'a StmtFunctionDef,
        flags: u32,
        first: Loc,
        loc: Loc,
    ) -> Result<()> {
        let scope = self.table.find(node, Role::TypeParams);
        let name = format!("<generic parameters of {}>", node.name);
        self.enter(UnitKind::TypeParams, scope, &name, first);
        let count = (flags & (make_function::DEFAULTS | make_function::KWDEFAULTS)).count_ones();
        self.unit().argcount = count;
        if let Some(params) = &node.type_params {
            self.type_params(params)?;
        }
        for index in 0..count {
            self.op_arg(Opcode::LOAD_FAST, Arg::Fast(index), loc);
        }
        let flags =
            flags | self.function_annotations(&node.parameters, node.returns.as_deref(), node, loc)?;
        let code = self.function_body(node, first)?;
        self.make_function(code, flags, loc);
        self.op_int(Opcode::SWAP, 2, loc);
        self.op_int(Opcode::CALL_INTRINSIC_2, Intrinsic2::SetFunctionTypeParams as u32, loc);
        self.op(Opcode::RETURN_VALUE, loc);
        let code = self.leave();
        self.make_function(code, 0, loc);
        // The function goes under its arguments.
        for depth in (2..=count + 1).rev() {
            self.op_int(Opcode::SWAP, depth, loc);
        }
        self.op_int(Opcode::CALL_FUNCTION, count, loc);
        Ok(())
    }

    fn function_body(&mut self, node: &'a StmtFunctionDef, first: Loc) -> Result<Arc<Code>> {
        let scope = self.table.find(node, Role::Body);
        let kind = if node.is_async { UnitKind::AsyncFunction } else { UnitKind::Function };
        self.enter(kind, scope, &node.name, first);
        self.set_parameters(&node.parameters);
        let mut body = &node.body[..];
        if let Some((doc, _)) = self.docstring(body) {
            if self.flags.optimize < 2 {
                self.unit().add_const(Const::Str(doc));
                self.unit().extra_flags |= CodeFlags::HAS_DOCSTRING;
            }
            self.op(Opcode::NOP, Loc::NONE);
            body = &body[1..];
        }
        let generator = self.begin_generator();
        self.statements(body)?;
        self.load_none(Loc::NONE);
        self.op(Opcode::RETURN_VALUE, Loc::NONE);
        self.end_generator(generator);
        Ok(self.leave())
    }

    /// A generator's body is inside a handler that turns StopIteration into RuntimeError.
    pub(super) fn begin_generator(&mut self) -> Option<crate::assemble::Label> {
        let scope = self.scope();
        if !scope.generator && !scope.coroutine {
            return None;
        }
        let handler = self.label();
        self.push_handler(handler, true, Loc::NONE);
        Some(handler)
    }

    pub(super) fn end_generator(&mut self, handler: Option<crate::assemble::Label>) {
        let Some(handler) = handler else { return };
        self.pop_handler();
        self.bind(handler);
        self.op_int(Opcode::CALL_INTRINSIC_1, Intrinsic1::StopIterationError as u32, Loc::NONE);
        self.op_int(Opcode::RERAISE, 1, Loc::NONE);
    }

    pub(super) fn lambda(&mut self, node: &'a ExprLambda) -> Result<()> {
        let loc = Loc::from(node);
        let flags = match &node.parameters {
            Some(parameters) => self.defaults(parameters, loc)?,
            None => 0,
        };
        let scope = self.table.find(node, Role::Body);
        self.enter(UnitKind::Lambda, scope, "<lambda>", loc);
        if let Some(parameters) = &node.parameters {
            self.set_parameters(parameters);
        }
        let generator = self.begin_generator();
        self.expr(&node.body)?;
        if self.scope().generator {
            // A lambda that yields returns None in the end.
            self.op(Opcode::POP_TOP, Loc::from(&*node.body));
            self.load_none(Loc::NONE);
        }
        self.op(Opcode::RETURN_VALUE, Loc::from(&*node.body));
        self.end_generator(generator);
        let code = self.leave();
        self.make_function(code, flags, loc);
        Ok(())
    }
}

/// All parameters in the order of annotations: positional, `*args`, keyword-only, `**kwargs`.
pub(super) fn annotated<'a>(
    parameters: &'a Parameters,
) -> impl Iterator<Item = (&'a Name, &'a ruff_python_ast::Parameter)> {
    let plain = |parameter: &'a ParameterWithDefault| &parameter.parameter;
    let positional = parameters.posonlyargs.iter().chain(&parameters.args).map(plain);
    let keywords = parameters.kwonlyargs.iter().map(plain);
    let all =
        positional.chain(parameters.vararg.as_deref()).chain(keywords).chain(parameters.kwarg.as_deref());
    all.map(|parameter| (&parameter.name.id, parameter))
}
