//! Slots: what the instances of a class do, as function pointers, after CPython's `tp_*`, `nb_*`, `sq_*`.
//!
//! A builtin type sets slots natively; a Python class gets, for each dunder method in its MRO, the generic slot
//! that looks the method up and calls it. [`crate::for_each_slot!`] is the one table of them; the machinery that keeps
//! slots and dunders in step is in `protocol/slot_table.rs`.

use crate::error::PyResult;
use crate::object::{P, Ref};
use crate::types::str::Str;
use crate::types::type_object::TypeObject;
use crate::value::Value;
use std::cell::Cell;

/// The arguments of a call: positional values, then the values of keywords, whose names are in `names`.
#[derive(Clone, Copy)]
pub struct Args<'a> {
    /// Positional values followed by keyword values.
    pub values: &'a [Value],
    /// The keywords, exact strs, in the order of their values.
    pub names: &'a [Value],
}

impl<'a> Args<'a> {
    /// No arguments.
    pub const EMPTY: Args<'static> = Args { values: &[], names: &[] };
    /// Positional arguments alone.
    #[inline(always)]
    pub fn positional(values: &'a [Value]) -> Args<'a> {
        Args { values, names: &[] }
    }
    /// The positional values.
    #[inline(always)]
    pub fn pos(&self) -> &'a [Value] {
        &self.values[..self.values.len() - self.names.len()]
    }
    /// Name and value of each keyword.
    pub fn keywords(&self) -> impl Iterator<Item = (Value, Value)> + 'a {
        let n = self.values.len() - self.names.len();
        self.names.iter().copied().zip(self.values[n..].iter().copied())
    }
}

/// A comparison operator, in the order of `COMPARE_OP`'s argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum CmpOp {
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `>`
    Gt,
    /// `>=`
    Ge,
}

impl CmpOp {
    /// The operators, by `COMPARE_OP`'s argument.
    pub const ALL: [CmpOp; 6] = [CmpOp::Lt, CmpOp::Le, CmpOp::Eq, CmpOp::Ne, CmpOp::Gt, CmpOp::Ge];
    /// The operator for swapped operands.
    pub fn swapped(self) -> CmpOp {
        match self {
            CmpOp::Lt => CmpOp::Gt,
            CmpOp::Le => CmpOp::Ge,
            CmpOp::Gt => CmpOp::Lt,
            CmpOp::Ge => CmpOp::Le,
            other => other,
        }
    }
    /// The source text.
    pub fn symbol(self) -> &'static str {
        ["<", "<=", "==", "!=", ">", ">="][self as usize]
    }
    /// Does it hold for two ordered things?
    #[inline(always)]
    pub fn holds<T: PartialOrd + ?Sized>(self, a: &T, b: &T) -> bool {
        match self {
            CmpOp::Lt => a < b,
            CmpOp::Le => a <= b,
            CmpOp::Eq => a == b,
            CmpOp::Ne => a != b,
            CmpOp::Gt => a > b,
            CmpOp::Ge => a >= b,
        }
    }
}

/// `f(x)`
pub type Unary = fn(Value) -> PyResult;
/// `f(x, y)`; may return `NotImplemented`.
pub type Binary = fn(Value, Value) -> PyResult;
/// `f(x, y, z)`
pub type Ternary = fn(Value, Value, Value) -> PyResult;
/// A truth value.
pub type Inquiry = fn(Value) -> PyResult<bool>;
/// A length.
pub type LenFn = fn(Value) -> PyResult<usize>;
/// A hash.
pub type HashFn = fn(Value) -> PyResult<i64>;
/// `x < y` and the like; may return `NotImplemented`.
pub type CompareFn = fn(Value, Value, CmpOp) -> PyResult;
/// The next item, or `None` at the end.
pub type NextFn = fn(Value) -> PyResult<Option<Ref>>;
/// `x[i] = v`, or `del x[i]` where the value is `None`.
pub type StoreItemFn = fn(Value, Value, Option<Value>) -> PyResult<()>;
/// `i in x`
pub type ContainsFn = fn(Value, Value) -> PyResult<bool>;
/// `x * n`
pub type RepeatFn = fn(Value, i64) -> PyResult;
/// `x.name`
pub type GetAttrFn = fn(Value, P<Str>) -> PyResult;
/// `x.name = v`, or `del x.name`.
pub type SetAttrFn = fn(Value, P<Str>, Option<Value>) -> PyResult<()>;
/// A call.
pub type CallFn = fn(Value, Args<'_>) -> PyResult;
/// `__new__`
pub type NewFn = fn(P<TypeObject>, Args<'_>) -> PyResult;
/// `__init__`
pub type InitFn = fn(Value, Args<'_>) -> PyResult<()>;
/// `__get__(descriptor, instance or None, owner)`
pub type DescrGetFn = fn(Value, Option<Value>, P<TypeObject>) -> PyResult;
/// `__set__` / `__delete__`
pub type DescrSetFn = fn(Value, Value, Option<Value>) -> PyResult<()>;
/// `__del__`
pub type FinalizeFn = fn(Value);

/// `field: type, kind of wrapper, "dunder" ["reflected or second dunder"];` in the order of CPython's slotdefs.
#[macro_export]
macro_rules! for_each_slot {
    ($m:ident) => {
        $m! {
            repr: Unary, unary, "__repr__";
            hash: HashFn, hash, "__hash__";
            call: CallFn, call, "__call__";
            str: Unary, unary, "__str__";
            getattr: GetAttrFn, getattr, "__getattribute__" "__getattr__";
            setattr: SetAttrFn, setattr, "__setattr__" "__delattr__";
            compare: CompareFn, compare, "__lt__" "__le__" "__eq__" "__ne__" "__gt__" "__ge__";
            iter: Unary, unary, "__iter__";
            next: NextFn, next, "__next__";
            descr_get: DescrGetFn, descr_get, "__get__";
            descr_set: DescrSetFn, descr_set, "__set__" "__delete__";
            init: InitFn, init, "__init__";
            new: NewFn, new, "__new__";
            finalize: FinalizeFn, finalize, "__del__";
            await_: Unary, unary, "__await__";
            aiter: Unary, unary, "__aiter__";
            anext: Unary, unary, "__anext__";
            add: Binary, binary, "__add__" "__radd__";
            sub: Binary, binary, "__sub__" "__rsub__";
            mul: Binary, binary, "__mul__" "__rmul__";
            modulo: Binary, binary, "__mod__" "__rmod__";
            divmod: Binary, binary, "__divmod__" "__rdivmod__";
            pow: Ternary, power, "__pow__" "__rpow__";
            neg: Unary, unary, "__neg__";
            pos: Unary, unary, "__pos__";
            abs: Unary, unary, "__abs__";
            bool_: Inquiry, inquiry, "__bool__";
            invert: Unary, unary, "__invert__";
            lshift: Binary, binary, "__lshift__" "__rlshift__";
            rshift: Binary, binary, "__rshift__" "__rrshift__";
            and: Binary, binary, "__and__" "__rand__";
            xor: Binary, binary, "__xor__" "__rxor__";
            or: Binary, binary, "__or__" "__ror__";
            int: Unary, unary, "__int__";
            float: Unary, unary, "__float__";
            iadd: Binary, inplace, "__iadd__";
            isub: Binary, inplace, "__isub__";
            imul: Binary, inplace, "__imul__";
            imod: Binary, inplace, "__imod__";
            ipow: Binary, inplace, "__ipow__";
            ilshift: Binary, inplace, "__ilshift__";
            irshift: Binary, inplace, "__irshift__";
            iand: Binary, inplace, "__iand__";
            ixor: Binary, inplace, "__ixor__";
            ior: Binary, inplace, "__ior__";
            floordiv: Binary, binary, "__floordiv__" "__rfloordiv__";
            truediv: Binary, binary, "__truediv__" "__rtruediv__";
            ifloordiv: Binary, inplace, "__ifloordiv__";
            itruediv: Binary, inplace, "__itruediv__";
            index: Unary, unary, "__index__";
            matmul: Binary, binary, "__matmul__" "__rmatmul__";
            imatmul: Binary, inplace, "__imatmul__";
            len: LenFn, len, "__len__";
            getitem: Binary, getitem, "__getitem__";
            setitem: StoreItemFn, setitem, "__setitem__" "__delitem__";
            concat: Binary, sequence, ;
            repeat: RepeatFn, sequence, ;
            iconcat: Binary, sequence, ;
            irepeat: RepeatFn, sequence, ;
            contains: ContainsFn, contains, "__contains__";
        }
    };
}

macro_rules! define_slots {
    ($($field:ident: $ty:ident, $kind:ident, $($name:literal)*;)*) => {
        /// The slots of a class; `None` where instances cannot.
        #[derive(Default)]
        pub struct Slots {
            $(#[doc = concat!("The slot `", stringify!($field), "`.")] pub $field: Cell<Option<$ty>>,)*
        }
        impl Slots {
            /// Fill what is empty with the base's slots.
            pub fn inherit(&self, base: &Slots) {
                $(if self.$field.get().is_none() { self.$field.set(base.$field.get()); })*
            }
        }
    };
}
for_each_slot!(define_slots);

impl Slots {
    /// Inherit the slots that have no dunder names.
    pub fn inherit_sequence(&self, base: &Slots) {
        for (own, base) in [(&self.concat, &base.concat), (&self.iconcat, &base.iconcat)] {
            own.set(own.get().or(base.get()));
        }
        for (own, base) in [(&self.repeat, &base.repeat), (&self.irepeat, &base.irepeat)] {
            own.set(own.get().or(base.get()));
        }
    }
}
