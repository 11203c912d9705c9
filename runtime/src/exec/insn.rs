//! Executable instructions.
//!
//! The operand stack of `co_code` has a known depth everywhere, so its places are frame slots like the locals, and
//! an instruction names its operands: `a`, `b` and the destination `c` index the frame's slots (or constants, where
//! the table says so). A load of a local or a constant is folded into the instruction that consumes it, which then
//! *borrows* it: no count is taken. This is what superinstructions with fused operands give, without one opcode for
//! each combination.
//!
//! Operands that lie on the operand stack are owned and consumed: the flags [`A_TEMP`], [`B_TEMP`], [`C_TEMP`] say
//! which. [`DST_LOCAL`] says that the destination is a local, whose old value is dropped.

/// Operand `a` is an operand-stack slot: the instruction consumes it.
pub const A_TEMP: u8 = 1;
/// Operand `b` is an operand-stack slot.
pub const B_TEMP: u8 = 2;
/// Operand `c` (where it is a source) is an operand-stack slot.
pub const C_TEMP: u8 = 4;
/// The destination is a local: drop what it held.
pub const DST_LOCAL: u8 = 8;
/// Negates a test; for arithmetic: the in-place form (`+=`).
pub const INVERT: u8 = 16;
/// See [`INVERT`].
pub const INPLACE: u8 = 16;
/// Of `LoadSuperMethod`: the program gives `super` its arguments.
pub const WRITTEN: u8 = 16;
/// Keyword names are in the slot behind the arguments.
pub const KEYWORDS: u8 = 32;
/// Of an arithmetic instruction: it has seen ints of more than 63 bits.
pub const WIDE: u8 = 64;

/// One executable instruction, 12 bytes.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Insn {
    /// What to do.
    pub op: Op,
    /// See the constants above.
    pub flags: u8,
    /// First operand.
    pub a: u16,
    /// Second operand.
    pub b: u16,
    /// Destination or third operand.
    pub c: u16,
    /// Jump distance in instructions from this one, index of a cache, name or constant, or a count.
    pub d: i32,
}

impl Insn {
    /// An instruction without operands.
    pub const fn new(op: Op) -> Insn {
        Insn { op, flags: 0, a: 0, b: 0, c: 0, d: 0 }
    }
    /// Is this flag set?
    #[inline(always)]
    pub const fn has(self, flag: u8) -> bool {
        self.flags & flag != 0
    }
}

/// The table: `Name kind "operands"`. Kinds say what `d` is: `none`, `jump`, `attr` (an attribute cache),
/// `global` (a global cache), `name`, `const`, `count`, `loop` (a loop counter's index), `local`.
#[macro_export]
macro_rules! for_each_exec_op {
    ($m:ident) => {
        $m! {
            Nop none "nothing";
            // Moves.
            LoadFast none "c = a (copied)";
            LoadConst const "c = consts[d]";
            Move none "c = a (moved)";
            Pop none "drop a";
            Swap none "a, b = b, a";
            CheckBound none "a is bound, or UnboundLocalError";
            LoadFastAndClear none "c = a (moved, may be unbound)";
            DeleteFast none "a = unbound";
            // Names.
            LoadName global "c = locals, globals or builtins[cache d]";
            StoreName name "locals[d] = a";
            DeleteName name "del locals[d]";
            LoadGlobal global "c = globals or builtins[cache d]";
            StoreGlobal name "globals[d] = a";
            DeleteGlobal name "del globals[d]";
            // Cells.
            MakeCell none "a = cell(a)";
            CopyFreeVars count "the last d locals = closure";
            LoadDeref none "c = content of cell a";
            StoreDeref none "content of cell c = a";
            DeleteDeref none "empty cell a";
            LoadFromDictOrDeref none "c = a[name of b], or content of cell b";
            LoadFromDictOrGlobals name "c = a[d], or global d";
            LoadLocals none "c = locals mapping";
            // Attributes.
            LoadAttr attr "c = a.name";
            StoreAttr attr "a.name = b";
            DeleteAttr name "del a.name";
            LoadMethod attr "c, c+1 = method of a, self or unbound";
            LoadSuperAttr name "c = super(a+1, a+2).name, super itself in a";
            LoadSuperMethod name "c, c+1 = method and self, as LoadSuperAttr";
            LoadSpecial count "c, c+1 = special method d of a";
            // Arithmetic: slots, slot and constant, constant and slot.
            Add none "c = a + b"; AddK none "c = a + consts[b]"; KAdd none "c = consts[a] + b";
            Sub none "c = a - b"; SubK none "c = a - consts[b]"; KSub none "c = consts[a] - b";
            Mul none "c = a * b"; MulK none "c = a * consts[b]"; KMul none "c = consts[a] * b";
            TrueDiv none "c = a / b"; TrueDivK none "c = a / consts[b]"; KTrueDiv none "c = consts[a] / b";
            FloorDiv none "c = a // b"; FloorDivK none "c = a // consts[b]"; KFloorDiv none "c = consts[a] // b";
            Mod none "c = a % b"; ModK none "c = a % consts[b]"; KMod none "c = consts[a] % b";
            Pow none "c = a ** b"; PowK none "c = a ** consts[b]"; KPow none "c = consts[a] ** b";
            MatMul none "c = a @ b"; MatMulK none "c = a @ consts[b]"; KMatMul none "c = consts[a] @ b";
            Lshift none "c = a << b"; LshiftK none "c = a << consts[b]"; KLshift none "c = consts[a] << b";
            Rshift none "c = a >> b"; RshiftK none "c = a >> consts[b]"; KRshift none "c = consts[a] >> b";
            And none "c = a & b"; AndK none "c = a & consts[b]"; KAnd none "c = consts[a] & b";
            Or none "c = a | b"; OrK none "c = a | consts[b]"; KOr none "c = consts[a] | b";
            Xor none "c = a ^ b"; XorK none "c = a ^ consts[b]"; KXor none "c = consts[a] ^ b";
            Negative none "c = -a";
            Positive none "c = +a";
            Invert none "c = ~a";
            Not none "c = not a";
            Compare count "c = a <op d> b";
            CompareK count "c = a <op d> consts[b]";
            Is none "c = a is b";
            Contains none "c = a in b";
            // Subscripts.
            Subscr none "c = a[b]";
            SubscrK none "c = a[consts[b]]";
            StoreSubscr none "a[b] = c";
            DeleteSubscr none "del a[b]";
            BinarySlice count "c = a[a+1 : a+2 : a+3], of d values";
            StoreSlice none "a+1[a+2 : a+3] = a";
            BuildSlice count "c = slice of d values from a";
            // Building.
            BuildTuple count "c = tuple of d values from a";
            BuildList count "c = list of d values from a";
            BuildSet count "c = set of d values from a";
            BuildMap count "c = dict of d pairs from a";
            BuildString count "c = the d strs from a, joined";
            ListAppend none "list a, append b";
            SetAdd none "set a, add b";
            SumAdd none "a += b, with rounding errors in a+1; or b and the rest of a+2, if one is no int or float";
            SumEnd none "c = a, corrected by a+1";
            MapAdd none "dict a[b] = c";
            ListExtend none "list a, extend by b";
            SetUpdate none "set a, update by b";
            DictUpdate none "dict a, update by b";
            DictMerge none "dict a, merge keyword arguments b; the callable is in c";
            ListToTuple none "c = tuple(a)";
            UnpackSequence count "c .. c+d-1 = the items of a, the first one last";
            UnpackEx count "c .. = the items of a, with a list in between";
            // Calls.
            Call count "c = a(d values from a+1)";
            CallMethod count "c = a(self a+1, d values from a+2)";
            CallEx count "c = a(*a+1, **a+2)";
            MakeFunction count "c = function from the values at a";
            LoadBuildClass none "c = __build_class__";
            Intrinsic1 count "c = intrinsic d of a";
            Intrinsic2 count "c = intrinsic d of a, b";
            ImportName name "c = __import__(d, level a, fromlist b)";
            ImportFrom name "c = attribute d of module a (kept)";
            ImportStar none "import everything from a";
            SetupAnnotations none "make __annotations__";
            // Jumps.
            Jump jump "always";
            JumpBack loop "back edge: b:c is the distance, d the loop";
            JumpIfFalse jump "if not a";
            JumpIfTrue jump "if a";
            JumpIfNone jump "if a is None";
            JumpIfNotNone jump "if a is not None";
            JumpLt jump "if a < b"; JumpLtK jump "if a < consts[b]";
            JumpLe jump "if a <= b"; JumpLeK jump "if a <= consts[b]";
            JumpEq jump "if a == b"; JumpEqK jump "if a == consts[b]";
            JumpNe jump "if a != b"; JumpNeK jump "if a != consts[b]";
            JumpGt jump "if a > b"; JumpGtK jump "if a > consts[b]";
            JumpGe jump "if a >= b"; JumpGeK jump "if a >= consts[b]";
            // Iteration, generators, coroutines.
            GetIter none "c = iter(a)";
            ForIter jump "c = next(a), or jump and drop a";
            GetYieldFromIter none "c = iterator of a for yield from";
            Send jump "c = send b to a (kept), or jump with its result";
            EndSend none "drop a; c = b";
            CleanupThrow none "handler of an exception thrown into a Send loop: a, a+1, a+2";
            YieldValue count "yield a, the bth of the code; c = what is sent";
            ReturnGenerator none "make the generator; c = what is sent";
            Return none "return a";
            ReturnConst const "return consts[d]";
            GetAwaitable count "c = awaitable of a";
            GetAiter none "c = aiter(a)";
            GetAnext none "c = anext of a (kept)";
            EndAsyncFor none "a, b = aiter, exception";
            AsyncGenWrap none "c = wrapped a";
            // Exceptions.
            PushExcInfo none "a, a+1 = previous, exception a";
            CheckExcMatch none "c = exception a (kept) matches b";
            CheckEgMatch none "a, c = rest, match of exception a and type b";
            PopExcept none "the exception handled is a again";
            Reraise count "raise a again; d values lie below it";
            Raise count "raise a from a+1; d of them are there";
            WithExceptStart none "c = result of the exit call; a is the exit function";
            // Matching.
            GetLen none "c = len(a), a kept";
            MatchMapping none "c = a (kept) is a mapping";
            MatchSequence none "c = a (kept) is a sequence";
            MatchKeys none "c = values of keys b in a, both kept";
            MatchClass count "c = attributes of a matching class a+1, names a+2";
            // Formatting.
            FormatSimple none "c = format(a)";
            FormatWithSpec none "c = format(a, b)";
            ConvertValue count "c = str, repr or ascii of a";
            BuildInterpolation count "c = interpolation from a";
            BuildTemplate none "c = template of a, b";
            LoadCommonConstant count "c = common constant d";
            // Quickened forms: written over the general ones when their caches are filled.
            LoadAttrSlot attr "LoadAttr of an inline slot";
            StoreAttrSlot attr "StoreAttr of an inline slot that exists";
            LoadMethodShape attr "LoadMethod of a function in the class, by shape";
            LoadGlobalCached global "LoadGlobal, value in the cache while the keys are unchanged";
        }
    };
}

macro_rules! define_ops {
    ($($name:ident $kind:ident $doc:literal;)*) => {
        /// An executable operation; see [`crate::for_each_exec_op!`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Op { $(#[doc = $doc] $name,)* }
        impl Op {
            /// The operations in the order of their numbers.
            pub const ALL: &[Op] = &[$(Op::$name),*];
            /// The name in dumps.
            pub fn name(self) -> &'static str {
                [$(stringify!($name)),*][self as usize]
            }
            /// What it does with its operands.
            pub fn operands(self) -> &'static str {
                [$($doc),*][self as usize]
            }
            /// Does `d` say where it jumps?
            pub fn is_jump(self) -> bool {
                [$(stringify!($kind)),*][self as usize] == "jump"
            }
        }
    };
}
for_each_exec_op!(define_ops);

impl Op {
    /// The operation so many rows further down the table: forms of one operation lie side by side.
    pub fn step(self, n: usize) -> Op {
        Op::ALL[self as usize + n]
    }
}
