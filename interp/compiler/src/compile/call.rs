//! Calls.

use ruff_python_ast::name::Name;
use ruff_python_ast::{Arguments, Expr, ExprCall, Keyword};
use taipan_bytecode::{Const, Opcode};

use super::expr::Display;
use super::unit::UnitKind;
use super::{Compiler, STACK_USE_GUIDELINE};
use crate::assemble::Loc;
use crate::error::Result;
use crate::symtable::{NameScope, def};

impl<'a> Compiler<'a> {
    pub(super) fn call(&mut self, node: &'a ExprCall) -> Result<()> {
        let loc = Loc::from(node);
        self.check_keywords(&node.arguments.keywords)?;
        if self.method_call(node)? || self.consuming_call(node)? {
            return Ok(());
        }
        self.expr(&node.func)?;
        self.call_arguments(&node.arguments, None, 0, loc)
    }

    pub(super) fn check_keywords(&self, keywords: &[Keyword]) -> Result<()> {
        for (index, keyword) in keywords.iter().enumerate() {
            let Some(name) = &keyword.arg else { continue };
            let same = |other: &&Keyword| other.arg.as_ref().is_some_and(|arg| arg.id == name.id);
            if let Some(other) = keywords[index + 1..].iter().find(same) {
                return self.error(format!("keyword argument repeated: {name}"), other);
            }
        }
        Ok(())
    }

    /// `owner.name(...)` without stars: no bound method is made.
    fn method_call(&mut self, node: &'a ExprCall) -> Result<bool> {
        let Expr::Attribute(attribute) = &*node.func else { return Ok(false) };
        let arguments = &node.arguments;
        if has_stars(arguments)
            || arguments.args.len() + 2 * arguments.keywords.len() >= STACK_USE_GUIDELINE
            || self.is_imported_module(&attribute.value)
        {
            return Ok(false);
        }
        let attribute_loc = self.attribute_loc(&node.func, Loc::from(&*node.func));
        let loc = self.attribute_loc(&node.func, Loc::from(node));
        if self.is_zero_argument_super(&attribute.value) {
            self.load_super_arguments(&attribute.value)?;
            self.op_name(Opcode::LOAD_SUPER_METHOD, &attribute.attr.id, attribute_loc);
        } else if let Some(arguments) = self.two_argument_super(&attribute.value) {
            self.load_name(&Name::new("super"), Loc::from(&*attribute.value))?;
            self.exprs(arguments)?;
            self.op_name(Opcode::LOAD_SUPER_METHOD_OF, &attribute.attr.id, attribute_loc);
        } else {
            self.expr(&attribute.value)?;
            self.op_name(Opcode::LOAD_METHOD, &attribute.attr.id, attribute_loc);
        }
        self.exprs(&arguments.args)?;
        let count = (arguments.args.len() + arguments.keywords.len()) as u32;
        if arguments.keywords.is_empty() {
            self.join_items(&attribute.attr.id, arguments, loc);
            self.op_int(Opcode::CALL_METHOD, count, loc);
        } else {
            self.keyword_values(&arguments.keywords, loc)?;
            self.op_int(Opcode::CALL_METHOD_KW, count, loc);
        }
        Ok(true)
    }

    /// At module level, an imported name is a module most likely: its attributes are no methods.
    fn is_imported_module(&self, expr: &Expr) -> bool {
        let Expr::Name(name) = expr else { return false };
        self.units.len() == 1 && self.scope().lookup(&name.id).has(def::IMPORT)
    }

    fn keyword_values(&mut self, keywords: &'a [Keyword], loc: Loc) -> Result<()> {
        let mut names = Vec::with_capacity(keywords.len());
        for keyword in keywords {
            self.expr(&keyword.value)?;
            if let Some(name) = &keyword.arg {
                let mangled = crate::symtable::mangle(self.unit_ref().private.as_ref(), &name.id);
                names.push(Const::str(&mangled));
            }
        }
        self.load_const(Const::Tuple(names.into()), loc);
        Ok(())
    }

    /// `callable pushed[n] -- result`: evaluates the arguments and calls; `extra` is a variable that is the last
    /// positional argument.
    pub(super) fn call_arguments(
        &mut self,
        arguments: &'a Arguments,
        extra: Option<&Name>,
        pushed: usize,
        loc: Loc,
    ) -> Result<()> {
        let positional = arguments.args.len() + usize::from(extra.is_some()) + pushed;
        if has_stars(arguments) || positional + 2 * arguments.keywords.len() > STACK_USE_GUIDELINE {
            return self.call_ex(arguments, extra, pushed, loc);
        }
        self.exprs(&arguments.args)?;
        if let Some(name) = extra {
            self.load_name(name, loc)?;
        }
        let count = (positional + arguments.keywords.len()) as u32;
        if arguments.keywords.is_empty() {
            self.op_int(Opcode::CALL_FUNCTION, count, loc);
        } else {
            self.keyword_values(&arguments.keywords, loc)?;
            self.op_int(Opcode::CALL_FUNCTION_KW, count, loc);
        }
        Ok(())
    }

    fn call_ex(
        &mut self,
        arguments: &'a Arguments,
        extra: Option<&Name>,
        pushed: usize,
        loc: Loc,
    ) -> Result<()> {
        match &arguments.args[..] {
            // A lone *args is handed over as it is.
            [Expr::Starred(star)] if pushed == 0 && extra.is_none() => self.expr(&star.value)?,
            items if pushed == 0 => self.display_with(items, Display::Tuple, extra, loc)?,
            items => {
                self.op_int(Opcode::BUILD_LIST, pushed as u32, loc);
                for item in items {
                    match item {
                        Expr::Starred(star) => {
                            self.expr(&star.value)?;
                            self.op_int(Opcode::LIST_EXTEND, 1, loc);
                        }
                        _ => {
                            self.expr(item)?;
                            self.op_int(Opcode::LIST_APPEND, 1, loc);
                        }
                    }
                }
                if let Some(name) = extra {
                    self.load_name(name, loc)?;
                    self.op_int(Opcode::LIST_APPEND, 1, loc);
                }
                self.op(Opcode::LIST_TO_TUPLE, loc);
            }
        }
        let has_keywords = !arguments.keywords.is_empty();
        if has_keywords {
            self.keyword_dict(&arguments.keywords, loc)?;
        }
        self.op_int(Opcode::CALL_FUNCTION_EX, u32::from(has_keywords), loc);
        Ok(())
    }

    /// A dict of the keyword arguments.
    fn keyword_dict(&mut self, keywords: &'a [Keyword], loc: Loc) -> Result<()> {
        let mut have_dict = false;
        let mut rest = keywords;
        while let Some(first) = rest.first() {
            let named = rest.iter().position(|keyword| keyword.arg.is_none()).unwrap_or(rest.len());
            if named == 0 {
                if !have_dict {
                    self.op_int(Opcode::BUILD_MAP, 0, loc);
                }
                self.expr(&first.value)?;
                rest = &rest[1..];
                self.op_int(Opcode::DICT_MERGE, 1, loc);
            } else {
                let count = named.min(STACK_USE_GUIDELINE / 2);
                for keyword in &rest[..count] {
                    if let Some(name) = &keyword.arg {
                        let mangled = crate::symtable::mangle(self.unit_ref().private.as_ref(), &name.id);
                        self.load_str(&mangled, loc);
                    }
                    self.expr(&keyword.value)?;
                }
                self.op_int(Opcode::BUILD_MAP, count as u32, loc);
                if have_dict {
                    self.op_int(Opcode::DICT_MERGE, 1, loc);
                }
                rest = &rest[count..];
            }
            have_dict = true;
        }
        Ok(())
    }

    /// The arguments, if this is a call of `super` in a function, without keywords and stars, with the builtin `super`
    /// as far as can be seen.
    fn super_call(&self, expr: &'a Expr) -> Option<&'a [Expr]> {
        let call = expr.as_call_expr()?;
        let unit = self.unit_ref();
        let named_super = call.func.as_name_expr().is_some_and(|name| name.id == "super");
        let plain = named_super
            && call.arguments.keywords.is_empty()
            && !has_stars(&call.arguments)
            && matches!(unit.kind, UnitKind::Function | UnitKind::AsyncFunction | UnitKind::Lambda)
            && self.symbol("super").scope == NameScope::GlobalImplicit
            && !self.table.scope(self.table.top).lookup("super").has(def::BOUND | def::GLOBAL);
        plain.then_some(&*call.arguments.args)
    }

    /// Is this `super()` in a method?
    pub(super) fn is_zero_argument_super(&self, expr: &'a Expr) -> bool {
        let unit = self.unit_ref();
        self.super_call(expr).is_some_and(<[Expr]>::is_empty)
            && unit.inlined == 0
            && unit.argcount > 0
            && self.symbol("__class__").scope == NameScope::Free
    }

    /// The arguments of `super(class, self)`.
    fn two_argument_super(&self, expr: &'a Expr) -> Option<&'a [Expr]> {
        self.super_call(expr).filter(|arguments| arguments.len() == 2)
    }

    /// Pushes `super`, `__class__` and the first argument.
    pub(super) fn load_super_arguments(&mut self, call: &'a Expr) -> Result<()> {
        let loc = Loc::from(call);
        let function = call.as_call_expr().map_or(loc, |call| Loc::from(&*call.func));
        self.load_name(&Name::new("super"), function)?;
        self.load_name(&Name::new("__class__"), loc)?;
        let first = self.unit_ref().locals.list[0].clone();
        self.load_name(&first, loc)
    }
}

fn has_stars(arguments: &Arguments) -> bool {
    arguments.args.iter().any(Expr::is_starred_expr) || arguments.keywords.iter().any(|k| k.arg.is_none())
}
