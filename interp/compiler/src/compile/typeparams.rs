//! Type parameters and type aliases (PEP 695, 696).

use ruff_python_ast::name::Name;
use ruff_python_ast::{Expr, StmtTypeAlias, TypeParam, TypeParams};
use taipan_bytecode::{Const, Intrinsic1, Intrinsic2, Opcode};

use super::Compiler;
use super::unit::UnitKind;
use crate::assemble::Loc;
use crate::error::Result;
use crate::symtable::Role;

impl<'a> Compiler<'a> {
    /// Makes the type parameters, binds them and pushes a tuple of them.
    pub(super) fn type_params(&mut self, params: &'a TypeParams) -> Result<()> {
        let mut seen_default = false;
        for param in &params.type_params {
            let loc = Loc::from(param);
            let (name, default) = match param {
                TypeParam::TypeVar(node) => {
                    self.load_str(&node.name, loc);
                    if let Some(bound) = &node.bound {
                        self.evaluator(param, Role::Bound, &node.name, bound)?;
                        let intrinsic = if bound.is_tuple_expr() {
                            Intrinsic2::TypeVarWithConstraints
                        } else {
                            Intrinsic2::TypeVarWithBound
                        };
                        self.op_int(Opcode::CALL_INTRINSIC_2, intrinsic as u32, loc);
                    } else {
                        self.op_int(Opcode::CALL_INTRINSIC_1, Intrinsic1::TypeVar as u32, loc);
                    }
                    (&node.name, node.default.as_deref())
                }
                TypeParam::TypeVarTuple(node) => {
                    self.load_str(&node.name, loc);
                    self.op_int(Opcode::CALL_INTRINSIC_1, Intrinsic1::TypeVarTuple as u32, loc);
                    (&node.name, node.default.as_deref())
                }
                TypeParam::ParamSpec(node) => {
                    self.load_str(&node.name, loc);
                    self.op_int(Opcode::CALL_INTRINSIC_1, Intrinsic1::ParamSpec as u32, loc);
                    (&node.name, node.default.as_deref())
                }
            };
            if let Some(default) = default {
                seen_default = true;
                self.evaluator(param, Role::Default, name, default)?;
                self.op_int(Opcode::CALL_INTRINSIC_2, Intrinsic2::SetTypeparamDefault as u32, loc);
            } else if seen_default {
                let text = format!("non-default type parameter '{name}' follows default type parameter");
                return self.error(text, param);
            }
            self.op_int(Opcode::COPY, 1, loc);
            self.store_name(&name.id, loc)?;
        }
        self.op_int(Opcode::BUILD_TUPLE, params.type_params.len() as u32, Loc::from(params));
        Ok(())
    }

    /// Pushes a function that evaluates a bound or default when somebody asks for it.
    fn evaluator(&mut self, param: &'a TypeParam, role: Role, name: &str, expr: &'a Expr) -> Result<()> {
        let loc = Loc::from(expr);
        let scope = self.table.find(param, role);
        self.load_const(Const::Tuple([Const::Int(1)].into()), loc);
        self.enter(UnitKind::Annotations, scope, name, loc);
        self.begin_evaluator(loc);
        // A TypeVarTuple's default may be an unpacked tuple type.
        if let Expr::Starred(star) = expr {
            self.expr(&star.value)?;
            self.op_int(Opcode::UNPACK_SEQUENCE, 1, loc);
        } else {
            self.expr(expr)?;
        }
        self.op(Opcode::RETURN_VALUE, loc);
        let code = self.leave();
        self.make_function(code, taipan_bytecode::opcode::make_function::DEFAULTS, loc);
        Ok(())
    }

    pub(super) fn type_alias(&mut self, node: &'a StmtTypeAlias) -> Result<()> {
        let loc = Loc::from(node);
        let Expr::Name(target) = &*node.name else {
            return self.error("invalid syntax", &*node.name);
        };
        let name: &Name = &target.id;
        if let Some(params) = &node.type_params {
            let scope = self.table.find(node, Role::TypeParams);
            self.enter(UnitKind::TypeParams, scope, &format!("<generic parameters of {name}>"), loc);
            self.load_str(name, loc);
            self.type_params(params)?;
            self.alias_value(node, name, loc)?;
            self.op(Opcode::RETURN_VALUE, loc);
            let code = self.leave();
            self.make_function(code, 0, loc);
            self.op_int(Opcode::CALL_FUNCTION, 0, loc);
        } else {
            self.load_str(name, loc);
            self.load_none(loc);
            self.alias_value(node, name, loc)?;
        }
        self.store_name(name, loc)
    }

    /// `name type_params -- alias`.
    fn alias_value(&mut self, node: &'a StmtTypeAlias, name: &str, loc: Loc) -> Result<()> {
        let scope = self.table.find(node, Role::Body);
        self.load_const(Const::Tuple([Const::Int(1)].into()), loc);
        self.enter(UnitKind::Annotations, scope, name, loc);
        self.begin_evaluator(loc);
        self.expr(&node.value)?;
        self.op(Opcode::RETURN_VALUE, loc);
        let code = self.leave();
        self.make_function(code, taipan_bytecode::opcode::make_function::DEFAULTS, loc);
        self.op_int(Opcode::BUILD_TUPLE, 3, loc);
        self.op_int(Opcode::CALL_INTRINSIC_1, Intrinsic1::TypeAlias as u32, loc);
        Ok(())
    }
}
