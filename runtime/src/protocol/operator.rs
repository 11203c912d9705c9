//! Operators of classes written in Python: which function implements one, so that the machines can give it a frame like
//! any other call. What this does not find (subclasses that come first, methods that are no plain functions) the slots
//! do.

use super::number::BinaryOp;
use super::type_attr::lookup;
use crate::names::names;
use crate::object::P;
use crate::slots::CmpOp;
use crate::types::descriptor::Property;
use crate::types::function::Function;
use crate::types::str::Str;
use crate::types::type_object::TypeObject;
use crate::value::Value;

/// An operator that a method implements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `x + y`, or `x += y`.
    Binary(BinaryOp, bool),
    /// `x < y`
    Compare(CmpOp),
    /// `x[y]`
    GetItem,
    /// `x[y] = z`
    SetItem,
    /// `x in y`
    Contains,
}

impl Operator {
    /// Operands, and arguments of the method.
    pub fn arity(self) -> u32 {
        if self == Operator::SetItem { 3 } else { 2 }
    }
}

/// The names of the methods: `x.__add__`, `y.__radd__`, `x.__iadd__`.
fn binary_names(op: BinaryOp) -> Option<[P<Str>; 3]> {
    let n = names();
    Some(match op {
        BinaryOp::Add => [n.__add__, n.__radd__, n.__iadd__],
        BinaryOp::Subtract => [n.__sub__, n.__rsub__, n.__isub__],
        BinaryOp::Multiply => [n.__mul__, n.__rmul__, n.__imul__],
        BinaryOp::TrueDivide => [n.__truediv__, n.__rtruediv__, n.__itruediv__],
        BinaryOp::FloorDivide => [n.__floordiv__, n.__rfloordiv__, n.__ifloordiv__],
        BinaryOp::Modulo => [n.__mod__, n.__rmod__, n.__imod__],
        BinaryOp::MatrixMultiply => [n.__matmul__, n.__rmatmul__, n.__imatmul__],
        BinaryOp::LShift => [n.__lshift__, n.__rlshift__, n.__ilshift__],
        BinaryOp::RShift => [n.__rshift__, n.__rrshift__, n.__irshift__],
        BinaryOp::And => [n.__and__, n.__rand__, n.__iand__],
        BinaryOp::Or => [n.__or__, n.__ror__, n.__ior__],
        BinaryOp::Xor => [n.__xor__, n.__rxor__, n.__ixor__],
        BinaryOp::Power => return None,
    })
}

fn comparison_name(op: CmpOp) -> P<Str> {
    let n = names();
    match op {
        CmpOp::Lt => n.__lt__,
        CmpOp::Le => n.__le__,
        CmpOp::Eq => n.__eq__,
        CmpOp::Ne => n.__ne__,
        CmpOp::Gt => n.__gt__,
        CmpOp::Ge => n.__ge__,
    }
}

/// The class of an object, if it was made by a `class` statement.
#[inline(always)]
fn python_class(v: Value) -> Option<P<TypeObject>> {
    if !v.is_pointer() {
        return None;
    }
    let class = v.header().class.get();
    class.is_heap().then_some(class)
}

fn function(class: P<TypeObject>, name: P<Str>) -> Option<P<Function>> {
    lookup(class, name)?.exact::<Function>()
}

/// The function to call with the operands, and whether the first two are swapped.
#[inline(always)]
pub fn find(x: Value, y: Value, op: Operator) -> Option<(P<Function>, bool)> {
    // Most operands are of builtin classes.
    let first = if op == Operator::Contains { y } else { x };
    if python_class(first).is_none() && python_class(y).is_none() {
        return None;
    }
    find_in_class(x, y, op)
}

#[inline(never)]
fn find_in_class(x: Value, y: Value, op: Operator) -> Option<(P<Function>, bool)> {
    if op == Operator::Contains {
        return Some((function(python_class(y)?, names().__contains__)?, true));
    }
    let Some(class) = python_class(x) else {
        let Operator::Binary(op, _) = op else { return None };
        // The number on the left knows nothing of the object on the right.
        let number = x.is_int() || x.is_bool() || x.as_exact_float().is_some();
        let class = python_class(y).filter(|_| number)?;
        return Some((function(class, binary_names(op)?[1])?, true));
    };
    let name = match op {
        Operator::GetItem => return Some((function(class, names().__getitem__)?, false)),
        Operator::SetItem | Operator::Contains => {
            return Some((function(class, names().__setitem__)?, false));
        }
        Operator::Compare(op) => comparison_name(op),
        Operator::Binary(op, inplace) => {
            let [plain, _, in_place] = binary_names(op)?;
            if inplace && lookup(class, in_place).is_some() { in_place } else { plain }
        }
    };
    let other = y.class();
    if other != class && other.is_subtype(class) {
        return None;
    }
    Some((function(class, name)?, false))
}

/// The `__call__` of the class of `v`.
pub fn call_method(v: Value) -> Option<P<Function>> {
    function(python_class(v)?, names().__call__)
}

/// The getter of the property that `name` is in the class of `v`, which looks attributes up in the standard way.
pub fn getter(v: Value, name: P<Str>) -> Option<P<Function>> {
    let class = python_class(v)?;
    let object = crate::runtime::types().object;
    if class.slots.getattr.get().map(|f| f as usize) != object.slots.getattr.get().map(|f| f as usize) {
        return None;
    }
    lookup(class, name)?.exact::<Property>()?.get.get()?.exact::<Function>()
}
