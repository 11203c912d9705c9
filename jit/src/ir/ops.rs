//! THE table of trace operations. Everything that must know the vocabulary (the [`Op`] enum, names in the text
//! form, operand and result types for the verifier, effects for the optimizer, the builder's methods) is
//! generated from it.
//!
//! A row is: variant, method and text name, shape, operands with their kinds, result type, effect.
//!
//! | kind | accepts |
//! |---|---|
//! | `I` | a raw 64-bit int |
//! | `F` | a double |
//! | `B` | a bool |
//! | `V` | a tagged word, or a pointer (same bits) |
//! | `W` | any 64-bit word: int, tagged word or pointer |
//! | `X` | anything |
//!
//! | shape | meaning | builder method takes |
//! |---|---|---|
//! | `plain` | computes | operands |
//! | `guard` | leaves the trace unless its condition holds; no result | operands, snapshot |
//! | `guardid` | the same, against a type id | operands, type id, snapshot |
//! | `guardword` | the same, against a constant word | operands, word, snapshot |
//! | `checked` | computes, and leaves where the result does not fit 63 bits | operands, snapshot |
//! | `mem` | memory access | operands, [`Mem`](super::Mem) |
//! | `void` | effect without result | operands |
//! | `special` | written by hand in the builder | |

/// Calls the macro `$m` with every row of the table.
#[macro_export]
macro_rules! for_each_ir_op {
    ($m:ident) => {
        $m! {
            // Inputs.
            SlotLoad    slot_load     special   () -> Val, Pure;
            // Makes memory hold this in the base frame's slot: before the region starts over from memory.
            SlotStore   slot_store    special   (v: V) -> Void, Store;
            Param       param         special   () -> Void, Pure;
            Thread      thread        plain     () -> Ptr, Pure;
            // The base frame's record: the thread's innermost, while machine code runs.
            Frame       frame         plain     () -> Ptr, Pure;
            // The base frame's slots.
            Slots       slots         plain     () -> Ptr, Pure;
            // Wrapping 64-bit integers. Shift counts are taken modulo 64.
            Add         add           plain     (a: I, b: I) -> I64, Pure;
            Sub         sub           plain     (a: I, b: I) -> I64, Pure;
            Mul         mul           plain     (a: I, b: I) -> I64, Pure;
            And         and           plain     (a: I, b: I) -> I64, Pure;
            Or          or            plain     (a: I, b: I) -> I64, Pure;
            Xor         xor           plain     (a: I, b: I) -> I64, Pure;
            Shl         shl           plain     (a: I, b: I) -> I64, Pure;
            Sar         sar           plain     (a: I, b: I) -> I64, Pure;
            Shr         shr           plain     (a: I, b: I) -> I64, Pure;
            Neg         neg           plain     (a: I) -> I64, Pure;
            // The upper word of a product, the quotient and the remainder of ints without a sign; no division by 0.
            UMulHigh    umul_high     plain     (a: I, b: I) -> I64, Pure;
            UDiv        udiv          plain     (a: I, b: I) -> I64, Pure;
            URem        urem          plain     (a: I, b: I) -> I64, Pure;
            // The same bits.
            AsU64       as_u64        plain     (i: I) -> U64, Pure;
            RawU64      raw_u64       plain     (u: U) -> I64, Pure;
            Not         not           plain     (a: I) -> I64, Pure;
            // Python's `//` and `%`; the divisor is known not to be zero, the operands fit 63 bits.
            FloorDiv    floor_div     plain     (a: I, b: I) -> I64, Pure;
            FloorMod    floor_mod     plain     (a: I, b: I) -> I64, Pure;
            // Comparisons of words. Ordered ones are for ints; `u` is unsigned.
            Eq          eq            plain     (a: W, b: W) -> Bool, Pure;
            Ne          ne            plain     (a: W, b: W) -> Bool, Pure;
            Lt          lt            plain     (a: I, b: I) -> Bool, Pure;
            Le          le            plain     (a: I, b: I) -> Bool, Pure;
            Gt          gt            plain     (a: I, b: I) -> Bool, Pure;
            Ge          ge            plain     (a: I, b: I) -> Bool, Pure;
            Ult         ult           plain     (a: I, b: I) -> Bool, Pure;
            Ule         ule           plain     (a: I, b: I) -> Bool, Pure;
            Ugt         ugt           plain     (a: I, b: I) -> Bool, Pure;
            Uge         uge           plain     (a: I, b: I) -> Bool, Pure;
            // 63-bit arithmetic: operands fit 63 bits, leaves where the exact result does not.
            AddChecked  add_checked   checked   (a: I, b: I) -> I64, Guard;
            SubChecked  sub_checked   checked   (a: I, b: I) -> I64, Guard;
            MulChecked  mul_checked   checked   (a: I, b: I) -> I64, Guard;
            // The count is known to be within 0..=63.
            ShlChecked  shl_checked   checked   (a: I, b: I) -> I64, Guard;
            NegChecked  neg_checked   checked   (a: I) -> I64, Guard;
            // Doubles.
            FAdd        fadd          plain     (a: F, b: F) -> F64, Pure;
            FSub        fsub          plain     (a: F, b: F) -> F64, Pure;
            FMul        fmul          plain     (a: F, b: F) -> F64, Pure;
            FDiv        fdiv          plain     (a: F, b: F) -> F64, Pure;
            FNeg        fneg          plain     (a: F) -> F64, Pure;
            FAbs        fabs          plain     (a: F) -> F64, Pure;
            FSqrt       fsqrt         plain     (a: F) -> F64, Pure;
            FFloor      ffloor        plain     (a: F) -> F64, Pure;
            FCeil       fceil         plain     (a: F) -> F64, Pure;
            FTrunc      ftrunc        plain     (a: F) -> F64, Pure;
            FEq         feq           plain     (a: F, b: F) -> Bool, Pure;
            FNe         fne           plain     (a: F, b: F) -> Bool, Pure;
            FLt         flt           plain     (a: F, b: F) -> Bool, Pure;
            FLe         fle           plain     (a: F, b: F) -> Bool, Pure;
            FGt         fgt           plain     (a: F, b: F) -> Bool, Pure;
            FGe         fge           plain     (a: F, b: F) -> Bool, Pure;
            I2F         i2f           plain     (a: I) -> F64, Pure;
            // Truncates; the recorder has guarded that the value is within the range of i64.
            F2I         f2i           plain     (a: F) -> I64, Pure;
            FloatBits   float_bits    plain     (a: F) -> I64, Pure;
            BitsFloat   bits_float    plain     (a: I) -> F64, Pure;
            // Bools.
            BNot        bnot          plain     (a: B) -> Bool, Pure;
            BAnd        band          plain     (a: B, b: B) -> Bool, Pure;
            BOr         bor           plain     (a: B, b: B) -> Bool, Pure;
            BoolInt     bool_int      plain     (a: B) -> I64, Pure;
            // An int known to be 0 or 1.
            IntBool     int_bool      plain     (a: I) -> Bool, Pure;
            Select      select        special   (c: B, a: X, b: X) -> Void, Pure;
            // Tagged words. `box_int`'s operand fits 63 bits; `unbox_*` are of values known to be such.
            BoxInt      box_int       plain     (a: I) -> Val, Pure;
            BoxFloat    box_float     plain     (a: F) -> Val, Pure;
            BoxU64      box_u64       plain     (u: U) -> Val, Pure;
            // An int of two words without a sign: the lower one first.
            BoxU128     box_u128      plain     (lo: I, hi: I) -> Val, Pure;
            BoxBool     box_bool      plain     (a: B) -> Val, Pure;
            UnboxInt    unbox_int     plain     (v: V) -> I64, Pure;
            UnboxFloat  unbox_float   plain     (v: V) -> F64, Pure;
            UnboxU64    unbox_u64     plain     (v: V) -> U64, Pure;
            UnboxBool   unbox_bool    plain     (v: V) -> Bool, Pure;
            // No-ops that change the type: the same 64 bits.
            AsPtr       as_ptr        plain     (v: V) -> Ptr, Pure;
            AsVal       as_val        plain     (v: W) -> Val, Pure;
            AsInt       as_int        plain     (v: W) -> I64, Pure;
            // Guards.
            GuardInt    guard_int     guard     (v: V) -> Void, Guard;
            // A flonum, or a heap object whose type id is the float's.
            GuardFloat  guard_float   guard     (v: V) -> Void, Guard;
            // An exact int of at most 64 bits that is not negative.
            GuardU64    guard_u64     guard     (v: V) -> Void, Guard;
            // `True` or `False`.
            GuardBool   guard_bool    guard     (v: V) -> Void, Guard;
            GuardPtr    guard_ptr     guard     (v: V) -> Void, Guard;
            GuardType   guard_type    guardid   (v: V) -> Void, Guard;
            GuardWord   guard_word    guardword (v: W) -> Void, Guard;
            GuardNotWord guard_not_word guardword (v: W) -> Void, Guard;
            GuardTrue   guard_true    guard     (b: B) -> Void, Guard;
            GuardFalse  guard_false   guard     (b: B) -> Void, Guard;
            // Helper results: zero is "raised".
            GuardNonzero guard_nonzero guard    (v: W) -> Void, Guard;
            // Helper results of kind Bool that can raise: anything but 0 and 1 is "raised".
            GuardBoolOk guard_bool_ok guard     (v: I) -> Void, Guard;
            // A raw int that fits 63 bits.
            GuardFits   guard_fits    guard     (v: I) -> Void, Guard;
            // The poll word of the thread is zero.
            Poll        poll          guard     () -> Void, Guard;
            // The thread's count of events is still this (it was read before a helper that says it may move).
            GuardQuiet  guard_quiet guard     (v: I) -> Void, Guard;
            // The same for the thread's count of changes, of which the upper bits count (`CHANGES_SHIFT`): after the
            // call of a Python function.
            GuardStable guard_stable guard    (v: I) -> Void, Guard;
            // The base frame is the thread's innermost: nobody has got frame objects of inlined frames.
            GuardInnermost guard_innermost guard () -> Void, Guard;
            // The thread's stacks have room for frames of so many slots in all behind the base frame's, and the native
            // stack for their code. The word: see `Callee::base_slots`.
            GuardRoom   guard_room    guardword (slots: I) -> Void, Guard;
            // Memory.
            Load        load          mem       (base: W) -> Void, Load;
            Store       store         mem       (base: W, v: X) -> Void, Store;
            LoadElem    load_elem     mem       (base: W, index: I) -> Void, Load;
            StoreElem   store_elem    mem       (base: W, index: I, v: X) -> Void, Store;
            Alloc       alloc         special   () -> Ptr, Alloc;
            Incref      incref        void      (v: V) -> Void, Incref;
            Decref      decref        void      (v: V) -> Void, Decref;
            // Where the trace is, for whoever looks at frames from the calls that follow. The operands are the inlined
            // generators, or there are none. Emits nothing itself.
            Place       place         special   () -> Void, Note;
            // Anything in the heap may have changed; emits nothing.
            Disturb     disturb       void      () -> Void, Call;
            Call        call          special   () -> Void, Call;
            // Runs the function region of a Python function, in a frame of its own; takes over the arguments.
            Invoke      invoke        special   () -> Val, Call;
        }
    };
}

/// What an operation does besides computing its result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpEffect {
    /// Depends on its operands alone.
    Pure,
    /// May leave the trace.
    Guard,
    /// Reads the heap.
    Load,
    /// Changes the heap.
    Store,
    /// Makes an object.
    Alloc,
    /// Adds to a reference count.
    Incref,
    /// Takes from a reference count, and at zero frees: may do what the type's deallocation does.
    Decref,
    /// What the helper's row says.
    Call,
    /// None: it tells the back end something.
    Note,
}

/// What an operand may be; see the table's page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A raw int.
    I,
    /// An int of 64 bits without a sign.
    U,
    /// A double.
    F,
    /// A bool.
    B,
    /// A tagged word or a pointer.
    V,
    /// Any word.
    W,
    /// Anything.
    X,
}

/// The shape of a row: which immediates it has, and whether it can leave the trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(non_camel_case_types, reason = "spelt as in the table")]
pub enum Shape {
    /// Computes.
    plain,
    /// Leaves unless its condition holds.
    guard,
    /// A guard against a type id.
    guardid,
    /// A guard against a constant word.
    guardword,
    /// Arithmetic that leaves where the result does not fit.
    checked,
    /// A memory access.
    mem,
    /// An effect without result.
    void,
    /// One of a kind.
    special,
}

macro_rules! define_ops {
    ($($var:ident $name:ident $shape:ident ($($arg:ident : $kind:ident),*) -> $res:ident, $eff:ident;)*) => {
        /// A trace operation. The table [`for_each_ir_op!`](crate::for_each_ir_op) is its definition.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[allow(missing_docs, reason = "the table documents them")]
        pub enum Op { $($var),* }

        impl Op {
            /// Every operation, in the table's order.
            pub const ALL: &[Op] = &[$(Op::$var),*];
            /// The name in the text form.
            pub const fn name(self) -> &'static str {
                match self { $(Op::$var => stringify!($name)),* }
            }
            /// The operation of this name.
            pub fn from_name(name: &str) -> Option<Op> {
                match name { $(stringify!($name) => Some(Op::$var),)* _ => None }
            }
            /// The kinds of the operands (without a call's arguments and an allocation's fields).
            pub const fn operands(self) -> &'static [Kind] {
                match self { $(Op::$var => &[$(Kind::$kind),*]),* }
            }
            /// The type of the result; `Void` too where the instruction says it (`load`, `call`, `select`).
            pub const fn result(self) -> super::Ty {
                match self { $(Op::$var => super::Ty::$res),* }
            }
            /// What it does besides computing.
            pub const fn effect(self) -> OpEffect {
                match self { $(Op::$var => OpEffect::$eff),* }
            }
            /// Its immediates.
            pub const fn shape(self) -> Shape {
                match self { $(Op::$var => Shape::$shape),* }
            }
            /// Does it make a box, which may be an object of its own?
            pub const fn is_box(self) -> bool {
                matches!(self, Op::BoxFloat | Op::BoxU64 | Op::BoxU128)
            }
            /// May it leave the trace (and so has a snapshot)?
            pub const fn can_guard(self) -> bool {
                matches!(self.effect(), OpEffect::Guard)
            }
        }
    };
}
for_each_ir_op!(define_ops);
