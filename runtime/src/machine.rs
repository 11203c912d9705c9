//! `Machine`: what the semantics are generic over.
//!
//! The meaning of the hot instructions (`sem/`) is written once against this trait. The interpreter implements it
//! with plain words, every method direct and inlined; the trace recorder does the real thing *and* emits IR; a
//! method that answers a question about a value emits the guard.
//!
//! # Rules
//! 1. Peek, guard, then commit: in one instruction all questions come before the first effect, so that the state
//!    at the instruction's start serves guards and exceptions alike. Operands stay in their slots while a helper
//!    runs; the unwinder drops them.
//! 2. `Some`/`true` is a proof, `None`/`false` means nothing: the helper behind the fast paths is complete.
//! 3. No loops over data in semantics.
//! 4. An [`Owned`] is consumed exactly once; a `V` is a borrowed read.

use crate::error::PyResult;
use crate::exec::code::ExecCode;
use crate::exec::insn::Insn;
use crate::helper::Helper;
use crate::object::{Object, P};
use crate::protocol::operator::Operator;
use crate::sem::intrinsics::Intrinsic;
use crate::slots::CmpOp;
use crate::types::function::Function;
use crate::types::instance::Instance;
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::marker::PhantomData;

/// A reference that the semantics own and have to put somewhere.
#[must_use]
#[derive(Debug)]
pub struct Owned<V>(pub V);

/// Families of memory that cannot alias one another: what the JIT's heap cache keys on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum Alias {
    /// `List::items.ptr`
    ListPtr,
    /// `List::items.len`
    ListLen,
    /// The words of lists.
    ListItem,
    /// `Tuple::len`; never changes.
    TupleLen,
    /// The words of tuples; never change.
    TupleItem,
    /// `RangeIter`'s next value.
    RangeNext,
    /// `RangeIter`'s remaining count.
    RangeLeft,
    /// `RangeIter`'s step; never changes.
    RangeStep,
    /// `ListIter`'s index.
    ListIterIndex,
    /// The number that an enumeration goes on with.
    EnumerateIndex,
    /// `ListIter`'s list.
    ListIterList,
    /// `TupleIter`'s index.
    TupleIterIndex,
    /// `TupleIter`'s tuple.
    TupleIterTuple,
    /// Inline slots of instances.
    InstanceSlot,
    /// The header's id of instances (shapes change).
    Shape,
    /// Contents of cells.
    CellValue,
    /// `Function::closure`; never changes.
    Closure,
    /// `Thread::method_self`
    MethodSelf,
    /// `Function::version`
    FunctionVersion,
    /// Values in dict entries.
    DictValue,
    /// `BoundMethod`'s fields; never change.
    BoundMethod,
    /// A float object's number; never changes.
    FloatValue,
    /// `Thread::handled`
    Handled,
    /// Fields of exceptions and tracebacks.
    Exception,
    /// `Thread::events`
    Events,
    /// `Thread::changes`
    Changes,
    /// A generator's slots and state.
    Generator,
    /// Characters of a `str` (which grows in place where nobody else has it).
    StrLen,
    /// The iterators of `str`, `bytes` and `bytearray`: index and sequence.
    NumberIter,
    /// `ByteVec`'s address and length.
    ByteVec,
    /// The bytes, and the numbers of typed arrays.
    Number,
}

/// How raw ints lie in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RawInt {
    /// A byte.
    U8,
    /// Two bytes, unsigned.
    U16,
    /// Four bytes, unsigned.
    U32,
    /// Four bytes.
    I32,
    /// Eight bytes: may need more than 63 bits.
    I64,
}

impl RawInt {
    /// The smallest int that fits, and how many do, where not all of 63 bits do.
    pub const fn range(self) -> Option<(i64, i64)> {
        match self {
            RawInt::U8 => Some((0, 1 << 8)),
            RawInt::U16 => Some((0, 1 << 16)),
            RawInt::U32 => Some((0, 1 << 32)),
            RawInt::I32 => Some((-(1 << 31), 1 << 32)),
            RawInt::I64 => None,
        }
    }
}

/// A field of an object: `X` is `i64` for raw ints, [`Value`] for owned words, `*mut Value` for arrays of words.
pub struct Field<T, X> {
    /// Bytes from the object's start.
    pub offset: u32,
    /// What it may alias.
    pub alias: Alias,
    /// Never changes after the object is made.
    pub immutable: bool,
    /// Types.
    pub marker: PhantomData<(fn(T), fn(X))>,
}
impl<T, X> Clone for Field<T, X> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T, X> Copy for Field<T, X> {}

/// A field descriptor: `field!(List, items.len: i64, ListLen)`, with `const` in front of the alias if immutable.
#[macro_export]
macro_rules! field {
    ($t:ty, $($f:ident).+ : $x:ty, const $alias:ident) => { $crate::field!(@ $t, $($f).+, $x, $alias, true) };
    ($t:ty, $($f:ident).+ : $x:ty, $alias:ident) => { $crate::field!(@ $t, $($f).+, $x, $alias, false) };
    (@ $t:ty, $($f:ident).+, $x:ty, $alias:ident, $immutable:literal) => {
        $crate::machine::Field::<$t, $x> {
            offset: std::mem::offset_of!($t, $($f).+) as u32,
            alias: $crate::machine::Alias::$alias,
            immutable: $immutable,
            marker: std::marker::PhantomData,
        }
    };
}

/// What an attribute cache knows.
pub enum AttrHit<M: Machine> {
    /// A slot of the instance.
    Slot(M::Ptr<Instance>, u32),
    /// A value found in the class or module (or in the object, which is one).
    Value(M::V),
    /// Nothing.
    Miss,
}

/// What an attribute cache knows about a store.
pub struct StoreHit<M: Machine> {
    /// The instance.
    pub instance: M::Ptr<Instance>,
    /// The slot.
    pub slot: u32,
    /// The shape that the instance gets, if the store adds the attribute.
    pub shape: Option<u32>,
}

/// What a method cache knows.
pub enum MethodHit<M: Machine> {
    /// A function to be called with the object as first argument.
    Method(M::V),
    /// A function to be called with this as first argument: a class method.
    Bound(M::V, M::V),
    /// A value to be called as it is.
    Value(M::V),
    /// Nothing.
    Miss,
}

/// Int arithmetic that can overflow 63 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntOp {
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `//`, with a divisor that is not 0.
    FloorDiv,
    /// `%`, with a divisor that is not 0.
    Mod,
    /// `&`
    And,
    /// `|`
    Or,
    /// `^`
    Xor,
    /// `<<`, by 0 to 62.
    Shl,
    /// `>>`, by 0 to 63.
    Shr,
}

/// Arithmetic on ints that are not negative and have up to 128 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WideOp {
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `//`
    Div,
    /// `%`
    Rem,
    /// `&`
    And,
    /// `|`
    Or,
    /// `^`
    Xor,
    /// `<<`
    Shl,
    /// `>>`
    Shr,
}

/// Float arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FltOp {
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`, with a divisor that is not 0.
    Div,
}

/// Functions of a double that are instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FltFn {
    /// `-x`
    Neg,
    /// The absolute value.
    Abs,
    /// The square root.
    Sqrt,
    /// Rounded down.
    Floor,
    /// Rounded up.
    Ceil,
    /// Rounded towards zero.
    Trunc,
}

impl FltFn {
    /// What it gives.
    #[inline(always)]
    pub fn of(self, x: f64) -> f64 {
        match self {
            FltFn::Neg => -x,
            FltFn::Abs => x.abs(),
            FltFn::Sqrt => x.sqrt(),
            FltFn::Floor => x.floor(),
            FltFn::Ceil => x.ceil(),
            FltFn::Trunc => x.trunc(),
        }
    }
}

/// Why the loop was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// An exception is set; the frame's `pc` is the instruction that raised.
    Raised,
    /// As `Raised`, but the traceback gets no entry for this instruction (`RERAISE`).
    Reraised,
    /// The entry frame returned: its value is in the thread's `result`.
    Returned,
    /// The entry frame, a generator's, yielded: the value is in the thread's `result`.
    Yielded,
    /// Something asks for attention (`thread.poll`); go on at the frame's `pc` afterwards.
    Poll,
    /// A loop's counter reached its threshold at the frame's `pc`.
    Hot,
    /// A function's counter did; its frame has just been pushed.
    HotCall,
    /// A resumption's counter did; the generator's frame has just been pushed.
    HotResumption,
    /// The recorder stops (it knows why); go on in the interpreter at the frame's `pc`.
    Stop,
}

/// What an instruction comes to.
pub type Step = Result<(), Exit>;

/// A machine; see the module's page.
pub trait Machine: Sized {
    /// A tagged word.
    type V: Copy;
    /// A raw int of 63 bits.
    type Int: Copy;
    /// A raw double.
    type Flt: Copy;
    /// Does an instruction that has seen wide ints take all ints for such?
    const WIDE_FIRST: bool = false;
    /// A truth value.
    type Bool: Copy;
    /// A pointer proven to be a `T`.
    type Ptr<T: Object>: Copy;
    /// The address of an array of words.
    type Base: Copy;

    // ---- the instruction stream: concrete on every machine -------------------------------------------------

    /// Leave before the next instruction? (The interpreter never does.)
    #[inline(always)]
    fn stop(&mut self) -> Option<Exit> {
        None
    }
    /// The next instruction; called once before each.
    fn fetch(&mut self) -> Insn;
    /// The instruction that was fetched. A machine may read its fields here again, so that an arm of the dispatch reads
    /// what it needs and the dispatch only the operation.
    #[inline(always)]
    fn operands(&mut self, fetched: Insn) -> Insn {
        fetched
    }
    /// Go on `distance` instructions from the current one.
    fn jump(&mut self, distance: i32);
    /// A loop's back edge: count, poll, perhaps leave.
    fn back_edge(&mut self, i: Insn) -> Step;
    /// Write `i` over the current instruction (and leave `op` unchanged if somebody else already did).
    fn quicken(&mut self, i: Insn);
    /// Execute the current instruction again, after `quicken`.
    fn redo(&mut self);
    /// The code being executed.
    fn code(&self) -> &'static ExecCode;

    // ---- slots ---------------------------------------------------------------------------------------------

    /// What a slot holds.
    fn get(&mut self, slot: u16) -> Self::V;
    /// A constant.
    fn constant(&mut self, index: u16) -> Self::V;
    /// A constant by a wide index.
    fn constant_wide(&mut self, index: u32) -> Self::V;
    /// The concrete word behind a value: for decisions that are guarded or promoted by other means.
    fn word(&self, v: Self::V) -> Value;
    /// A literal word.
    fn literal(&mut self, v: Value) -> Self::V;
    /// Put a result into the destination `i.c` (dropping the local that was there, if it is one).
    fn put(&mut self, i: Insn, v: Owned<Self::V>);
    /// Put a word into an operand slot.
    fn put_temp(&mut self, slot: u16, v: Owned<Self::V>);
    /// Take the word out of an operand slot.
    fn take(&mut self, slot: u16) -> Owned<Self::V>;
    /// A helper has taken the word out of an operand slot.
    #[inline(always)]
    fn moved(&mut self, slot: u16) {
        let _helpers = self.take(slot);
    }
    /// A helper is going to take over what the slot holds: the reference is the slot's own, and nobody borrows it.
    #[inline(always)]
    fn own_slot(&mut self, slot: u16) {
        let _always_does = slot;
    }
    /// Take the word out of a local, which becomes unbound.
    fn take_local(&mut self, slot: u16) -> Owned<Self::V>;
    /// A helper has taken the word out of a local, which becomes unbound.
    #[inline(always)]
    fn moved_local(&mut self, slot: u16) {
        let _helpers = self.take_local(slot);
    }
    /// Drop the word in an operand slot.
    fn drop_temp(&mut self, slot: u16);
    /// The operands that lie on the operand stack were ints and floats: nothing to drop but what was boxed.
    fn drop_numbers(&mut self, i: Insn);
    /// Count a reference.
    fn retain(&mut self, v: Self::V) -> Owned<Self::V>;
    /// Drop a reference.
    fn release(&mut self, v: Owned<Self::V>);

    // ---- questions about values ----------------------------------------------------------------------------

    /// Are both small ints?
    fn both_int(&mut self, x: Self::V, y: Self::V) -> Option<(Self::Int, Self::Int)>;
    /// Are both floats?
    fn both_float(&mut self, x: Self::V, y: Self::V) -> Option<(Self::Flt, Self::Flt)>;
    /// Is one a float and the other a float or a small int?
    fn mixed_float(&mut self, x: Self::V, y: Self::V) -> Option<(Self::Flt, Self::Flt)>;
    /// Is it a small int?
    fn as_int(&mut self, v: Self::V) -> Option<Self::Int>;
    /// Is it a float?
    fn as_float(&mut self, v: Self::V) -> Option<Self::Flt>;
    /// Is it `True` or `False`? Which?
    fn as_bool(&mut self, v: Self::V) -> Option<bool>;
    /// Is it exactly this singleton or object?
    fn is_word(&mut self, v: Self::V, word: Value) -> bool;
    /// Did the helper `NEXT` find the iterator of the `ForIter` `i` exhausted? The iterator has moved on by now, so
    /// that the recorder's guard leaves behind the instruction, not at its start.
    fn exhausted(&mut self, v: Self::V, i: Insn) -> bool;
    /// Are they the same object?
    fn same(&mut self, x: Self::V, y: Self::V) -> Self::Bool;
    /// Are they the same object, as far as is known without a guard?
    fn known_same(&self, x: Self::V, y: Self::V) -> bool;
    /// Is it exactly a `T`?
    fn exact<T: Object>(&mut self, v: Self::V) -> Option<Self::Ptr<T>>;
    /// What a helper has made is a `T`: no question, no guard.
    fn made<T: Object>(&mut self, v: &Owned<Self::V>) -> Self::Ptr<T>;
    /// Is it a builtin function or method that the semantics see through? Which?
    fn intrinsic(&mut self, f: Self::V) -> Option<Intrinsic>;
    /// The helper behind an intrinsic of kind `Numeric`, which `f` has just been found to be.
    fn numeric(&self, f: Self::V) -> Option<&'static Helper>;
    /// `isinstance(v, class)`, where `class` is a class and its metaclass has nothing to say about that.
    fn instance_check(&mut self, v: Self::V, class: Self::V) -> Option<bool>;
    /// Does the class of `v` have this flag? `None`: that would have to be asked every time.
    fn class_has(&mut self, v: Self::V, flag: u32) -> Option<bool>;
    /// Does the object's header have this id (a shape, or a kind)?
    fn has_id(&mut self, v: Self::V, id: u32) -> bool;
    /// Branch.
    fn test(&mut self, b: Self::Bool) -> bool;

    // ---- scalars -------------------------------------------------------------------------------------------

    /// A literal int.
    fn int(&mut self, i: i64) -> Self::Int;
    /// Int arithmetic; `None` if the result needs more than 63 bits (or the operand is out of the op's range).
    fn int_arith(&mut self, op: IntOp, a: Self::Int, b: Self::Int) -> Option<Self::Int>;
    /// Wrapping add, for counters known not to overflow.
    fn int_add_unchecked(&mut self, a: Self::Int, b: Self::Int) -> Self::Int;
    /// The int is usually this: a trace that finds it so takes it for granted. Before the instruction's effects.
    fn foresee(&mut self, _a: Self::Int, _usual: i64) {}
    /// What an int is now: a constant of the trace from here on.
    fn promote(&mut self, a: Self::Int) -> i64;
    /// Int comparison.
    fn int_cmp(&mut self, op: CmpOp, a: Self::Int, b: Self::Int) -> Self::Bool;
    /// Unsigned `a < b`.
    fn int_below(&mut self, a: Self::Int, b: Self::Int) -> Self::Bool;
    /// The int as a float.
    fn int_to_float(&mut self, a: Self::Int) -> Self::Flt;
    /// Float arithmetic; `None` for division by zero.
    fn flt_arith(&mut self, op: FltOp, a: Self::Flt, b: Self::Flt) -> Option<Self::Flt>;
    /// A literal float.
    fn flt(&mut self, f: f64) -> Self::Flt;
    /// Float comparison.
    fn flt_cmp(&mut self, op: CmpOp, a: Self::Flt, b: Self::Flt) -> Self::Bool;
    /// A function that is an instruction.
    fn flt_fn(&mut self, f: FltFn, a: Self::Flt) -> Self::Flt;
    /// A whole number of less than 63 bits as an int.
    fn flt_to_int(&mut self, a: Self::Flt) -> Self::Int;
    /// A helper that computes a double from doubles alone.
    fn flt_call<const N: usize>(&mut self, h: &'static Helper, args: [Self::Flt; N]) -> Self::Flt;
    /// `a` if `c` holds, else `b`.
    fn select_int(&mut self, c: Self::Bool, a: Self::Int, b: Self::Int) -> Self::Int;
    /// `a` if `c` holds, else `b`.
    fn select_float(&mut self, c: Self::Bool, a: Self::Flt, b: Self::Flt) -> Self::Flt;
    /// Box an int of 63 bits.
    fn box_int(&mut self, a: Self::Int) -> Owned<Self::V>;
    /// The operation on ints that are not negative, if operands and result have at most 128 bits. The current instruction
    /// has seen such from here on (see [`WIDE`](crate::exec::insn::WIDE)).
    fn wide(&mut self, op: WideOp, x: Self::V, y: Self::V) -> Option<Owned<Self::V>>;
    /// Box a float.
    fn box_float(&mut self, a: Self::Flt) -> Owned<Self::V>;
    /// Box a truth value.
    fn box_bool(&mut self, b: Self::Bool, negate: bool) -> Owned<Self::V>;

    // ---- memory --------------------------------------------------------------------------------------------

    /// Read a raw int.
    fn load_int<T: Object>(&mut self, p: Self::Ptr<T>, f: Field<T, i64>) -> Self::Int;
    /// Read a word.
    fn load<T: Object>(&mut self, p: Self::Ptr<T>, f: Field<T, Value>) -> Self::V;
    /// Read a byte.
    fn load_byte<T: Object>(&mut self, p: Self::Ptr<T>, f: Field<T, u8>) -> Self::Int;
    /// Read the address of an array.
    fn load_base<T: Object, X>(&mut self, p: Self::Ptr<T>, f: Field<T, *mut X>) -> Self::Base;
    /// The address of the items that follow the object's struct.
    fn trailing<T: Object>(&mut self, p: Self::Ptr<T>) -> Self::Base;
    /// Read a word of an array.
    fn elem(&mut self, base: Self::Base, index: Self::Int, alias: Alias) -> Self::V;
    /// Write a word of an array; returns the old one.
    fn swap_elem(
        &mut self,
        base: Self::Base,
        index: Self::Int,
        v: Owned<Self::V>,
        alias: Alias,
    ) -> Owned<Self::V>;
    /// Read an int of an array of raw ints; `None` if it needs more than 63 bits.
    fn raw_int(
        &mut self,
        base: Self::Base,
        index: Self::Int,
        item: RawInt,
        alias: Alias,
    ) -> Option<Self::Int>;
    /// Write one that fits.
    fn set_raw_int(&mut self, base: Self::Base, index: Self::Int, item: RawInt, v: Self::Int, alias: Alias);
    /// Read a double of an array of doubles.
    fn raw_float(&mut self, base: Self::Base, index: Self::Int, alias: Alias) -> Self::Flt;
    /// Write one.
    fn set_raw_float(&mut self, base: Self::Base, index: Self::Int, v: Self::Flt, alias: Alias);
    /// The `str` of one character below 256.
    fn character(&mut self, c: Self::Int) -> Self::V;
    /// Give an instance another shape.
    fn set_shape(&mut self, p: Self::Ptr<Instance>, shape: u32);
    /// Write a raw int.
    fn store_int<T: Object>(&mut self, p: Self::Ptr<T>, f: Field<T, i64>, v: Self::Int);
    /// Write a word; returns the old one.
    fn swap<T: Object>(&mut self, p: Self::Ptr<T>, f: Field<T, Value>, v: Owned<Self::V>) -> Owned<Self::V>;

    // ---- caches: compared by the interpreter, promoted under guard by the recorder -------------------------

    /// The function that runs.
    fn function(&mut self) -> Self::V;
    /// Is the frame a module's, whose locals are its globals?
    fn at_module_level(&mut self) -> bool;
    /// The value of the global named by cache `d`, if the cache holds (the recorder: under a watchpoint).
    fn cached_global(&mut self, d: i32) -> Option<Self::V>;
    /// Where the attribute of `v` named by cache `d` is.
    fn attr(&mut self, v: Self::V, d: i32) -> AttrHit<Self>;
    /// Where to store the attribute of `v` named by cache `d`.
    fn attr_store(&mut self, v: Self::V, d: i32) -> Option<StoreHit<Self>>;
    /// The method of `v` named by cache `d`.
    fn method(&mut self, v: Self::V, d: i32) -> MethodHit<Self>;
    /// The second result of `GET_METHOD`, taken.
    fn method_self(&mut self) -> Owned<Self::V>;
    /// The plain function that special method `number` of `v` is, if it is one.
    fn special_method(&mut self, v: Self::V, number: i32) -> Option<Self::V>;
    /// The plain function that `super(class, this)` finds by name `n` of the code, if it is one.
    fn super_method(&mut self, sup: Self::V, class: Self::V, this: Self::V, n: i32) -> Option<Self::V>;
    /// What `super(class, this)` finds by name `n` of the code for a class `this`, if it is found as it is.
    fn super_static(&mut self, sup: Self::V, class: Self::V, this: Self::V, n: i32) -> Option<Self::V>;
    /// The attribute's name.
    fn cache_name(&mut self, d: i32) -> Self::V;
    /// The function's code, if a call with `argc` positional arguments can start it at once (the recorder guards
    /// on the function's version, or its identity).
    fn callee(&mut self, f: Self::Ptr<Function>, argc: u32) -> Option<(P<Function>, &'static ExecCode)>;

    // ---- calls ---------------------------------------------------------------------------------------------

    /// The class's `__init__`, if a call with `argc` positional arguments is nothing but `object.__new__` (of an
    /// exception class, `BaseException.__new__`: then the last result is `true`) and this function.
    fn initializer(&mut self, class: Self::V, argc: u32) -> Option<(P<Function>, &'static ExecCode, bool)>;
    /// As `initializer`, for a call `i` of a class (of plain instances) whose arguments must be bound.
    fn constructor(&mut self, class: Self::V, i: Insn, argc: u32) -> Option<Self::V>;
    /// Start `init` for `instance`, which comes first of the `argc` arguments that lie at `i.a` and must be bound.
    fn push_constructor(&mut self, init: Self::V, i: Insn, argc: u32, instance: Owned<Self::V>) -> Step;
    /// The `__call__` of the object's class, if it is a Python function that takes `argc` positional arguments besides.
    fn call_method(&mut self, v: Self::V, argc: u32) -> Option<(P<Function>, &'static ExecCode)>;
    /// Start a Python function whose `argc` arguments lie at `first` and become its slots. Raises
    /// RecursionError. With `instance`, it is an `__init__` call that results in that instance.
    fn push_frame(
        &mut self,
        f: P<Function>,
        code: &'static ExecCode,
        first: u16,
        argc: u32,
        instance: Option<Owned<Self::V>>,
    ) -> Step;
    /// Call the function of a bound method: as `push_frame`, where `this` comes before the `argc` arguments of the
    /// call `i`. The method's function takes its place.
    fn push_method(
        &mut self,
        f: P<Function>,
        code: &'static ExecCode,
        i: Insn,
        this: Owned<Self::V>,
        argc: u32,
    ) -> Step;
    /// Call a function with the `argc` items of the tuple `args` as its arguments, for the instruction `i`: callable,
    /// tuple, and perhaps a dict lie from `i.a` on. `None` if the machine leaves it to the call helper.
    fn push_spread(
        &mut self,
        f: P<Function>,
        code: &'static ExecCode,
        i: Insn,
        args: Self::Ptr<Tuple>,
        argc: u32,
    ) -> Option<Step>;
    /// The same for a function that needs its arguments bound. `keywords`: the dict is not empty.
    fn push_spread_bound(
        &mut self,
        f: Self::V,
        i: Insn,
        args: Self::Ptr<Tuple>,
        argc: u32,
        keywords: bool,
    ) -> Option<Step>;
    /// The plain function that implements an operator for these operands, and whether they are swapped for it.
    fn operator(
        &mut self,
        x: Self::V,
        y: Self::V,
        op: Operator,
    ) -> Option<(P<Function>, &'static ExecCode, bool)>;
    /// The plain getter of the property that attribute cache `d` finds in `v`.
    fn getter(&mut self, v: Self::V, d: i32) -> Option<(P<Function>, &'static ExecCode)>;
    /// Start the function of an operator of the current instruction, whose operands stay; its result finishes that.
    fn push_operator<const N: usize>(
        &mut self,
        f: P<Function>,
        code: &'static ExecCode,
        args: [Self::V; N],
    ) -> Step;
    /// A Python function's frame has been pushed: count, poll, perhaps leave.
    fn entered(&mut self, code: &'static ExecCode) -> Step;
    /// Start a Python function that needs its arguments bound: keywords, defaults, `*args`. `None` if the machine
    /// leaves it to the call helper.
    fn push_bound(&mut self, f: Self::V, i: Insn, first: u16, argc: u32) -> Option<Step>;
    /// Resume a generator or coroutine in place for `i`, a `ForIter` or a `Send`, with the value of slot `sent` (None
    /// if there is none); `None` if the machine leaves it to a helper.
    fn resume(&mut self, generator: Self::V, sent: Option<u16>) -> Option<Step>;
    /// `yield a`: suspend the generator's frame; `None` if the machine leaves it to `special`.
    fn yield_value(&mut self, i: Insn) -> Option<Step>;
    /// Make a generator of the frame, which is at its start, and give it to the caller; `None` if the machine leaves it
    /// to `special`.
    fn return_generator(&mut self) -> Option<Step>;
    /// Does the instruction that comes next do nothing but unpack what this one leaves in slot `slot`, into `n` items?
    /// The machine skips it then, and says where it would have put the last of them; the others would lie behind that.
    #[inline(always)]
    fn skip_unpack(&mut self, _slot: u16, _n: u16) -> Option<u16> {
        None
    }
    /// `c = next(a)` and what comes next, if that unpacks it, for an iterator over the items of a dict that has more;
    /// `None` if the machine leaves it to the helper.
    #[inline(always)]
    fn next_item(&mut self, _it: Self::V, _i: Insn) -> Option<Step> {
        None
    }
    /// Append to what is a list, or was when the code was compiled; gives None.
    #[inline(always)]
    fn append(&mut self, list: Self::V, v: Self::V) -> PyResult<Owned<Self::V>> {
        self.call(&crate::helpers::LIST_APPEND, [list, v])
    }
    /// Leave the frame with a result; goes on in the caller behind its call.
    fn pop_frame(&mut self, result: Owned<Self::V>) -> Step;
    /// Call a native function (`this` is `UNBOUND`) or a native method with the `argc` arguments from slot `first` on,
    /// borrowed; `None` if the machine leaves it to the call helper, or `f` is neither.
    #[inline(always)]
    fn call_native(
        &mut self,
        _f: Self::V,
        _this: Self::V,
        _first: u16,
        _argc: u32,
    ) -> Option<PyResult<Owned<Self::V>>> {
        None
    }
    /// Call a helper with these arguments, borrowed.
    fn call<const N: usize>(&mut self, h: &'static Helper, args: [Self::V; N]) -> PyResult<Owned<Self::V>>;
    /// Call a helper that cannot raise and gives zero, having done nothing, for what it is not for.
    fn attempt<const N: usize>(&mut self, h: &'static Helper, args: [Self::V; N]) -> Option<Owned<Self::V>>;
    /// Call a helper that computes a truth value from its arguments alone.
    fn decide<const N: usize>(&mut self, h: &'static Helper, args: [Self::V; N]) -> Self::Bool;
    /// Call a helper that answers a question.
    fn ask<const N: usize>(&mut self, h: &'static Helper, args: [Self::V; N]) -> PyResult<bool>;
    /// Call a helper with the address of `n` slots from `first` on, `n` and an immediate.
    fn call_span(&mut self, h: &'static Helper, first: u16, n: u32, imm: i64) -> PyResult<Owned<Self::V>>;
    /// Everything else: executed on the concrete frame by the machine (the recorder stops, or flushes first).
    fn special(&mut self, i: Insn) -> Step;
}
