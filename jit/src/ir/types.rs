//! References, types, constants and immediates of the trace IR.

use std::hash::{Hash, Hasher};

use taipan_runtime::helper::{Helper, Returns};
use taipan_runtime::value::{FALSE, Value, decode_flonum};

/// The type of an SSA value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Ty {
    /// A raw 64-bit int.
    I64,
    /// An int of 64 bits without a sign, which may need a box.
    U64,
    /// A double.
    F64,
    /// A tagged word (`taipan_runtime::value::Value`).
    Val,
    /// A pointer to a heap object: the same bits as its tagged word.
    Ptr,
    /// 0 or 1.
    Bool,
    /// No result.
    Void,
}

impl Ty {
    /// The name in the text form.
    pub const fn name(self) -> &'static str {
        match self {
            Ty::I64 => "i64",
            Ty::U64 => "u64",
            Ty::F64 => "f64",
            Ty::Val => "val",
            Ty::Ptr => "ptr",
            Ty::Bool => "bool",
            Ty::Void => "void",
        }
    }
    /// The type of this name.
    pub fn from_name(s: &str) -> Option<Ty> {
        [Ty::I64, Ty::U64, Ty::F64, Ty::Val, Ty::Ptr, Ty::Bool, Ty::Void].into_iter().find(|t| t.name() == s)
    }
    /// Is it a tagged word or a pointer?
    pub const fn is_value(self) -> bool {
        matches!(self, Ty::Val | Ty::Ptr)
    }
}

/// An SSA value: the result of an instruction, or a constant of the body's pool.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ref(u32);

const CONST_BIT: u32 = 1 << 31;

impl Ref {
    /// The result of instruction `i`.
    pub const fn inst(i: usize) -> Ref {
        Ref(i as u32)
    }
    /// Constant `i` of the pool.
    pub const fn constant(i: usize) -> Ref {
        Ref(i as u32 | CONST_BIT)
    }
    /// Is it a constant?
    pub const fn is_const(self) -> bool {
        self.0 & CONST_BIT != 0
    }
    /// The index of the instruction or of the constant.
    pub const fn index(self) -> usize {
        (self.0 & !CONST_BIT) as usize
    }
}

impl std::fmt::Debug for Ref {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.is_const() { write!(f, "c{}", self.index()) } else { write!(f, "v{}", self.0) }
    }
}

/// A constant: a type and the bits (of a double, its IEEE bits; of a bool, 0 or 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Const {
    /// Its type.
    pub ty: Ty,
    /// Its bits.
    pub bits: u64,
}

impl Const {
    /// A raw int.
    pub const fn int(i: i64) -> Const {
        Const { ty: Ty::I64, bits: i as u64 }
    }
    /// A double.
    pub const fn float(f: f64) -> Const {
        Const { ty: Ty::F64, bits: f.to_bits() }
    }
    /// A bool.
    pub const fn bool(b: bool) -> Const {
        Const { ty: Ty::Bool, bits: b as u64 }
    }
    /// A tagged word.
    pub const fn val(v: Value) -> Const {
        Const { ty: Ty::Val, bits: v.bits() }
    }
    /// A pointer.
    pub const fn ptr(p: usize) -> Const {
        Const { ty: Ty::Ptr, bits: p as u64 }
    }
    /// The raw int.
    pub const fn as_int(self) -> i64 {
        self.bits as i64
    }
    /// The double.
    pub const fn as_float(self) -> f64 {
        f64::from_bits(self.bits)
    }
    /// The tagged word that this constant is as a Python value, where no allocation is needed for that.
    pub fn boxed(self) -> Option<u64> {
        match self.ty {
            Ty::I64 => Value::try_int(self.bits as i64).map(Value::bits),
            Ty::F64 => taipan_runtime::value::encode_flonum(self.as_float()),
            Ty::U64 => i64::try_from(self.bits).ok().and_then(Value::try_int).map(Value::bits),
            Ty::Bool => Some(FALSE.bits() + 8 * self.bits),
            Ty::Val | Ty::Ptr => Some(self.bits),
            Ty::Void => None,
        }
    }
    /// The immediate float, for a tagged word that is one.
    pub fn as_flonum(self) -> Option<f64> {
        (self.ty == Ty::Val && self.bits & 3 == 2).then(|| decode_flonum(self.bits))
    }
}

/// The width and type of a memory access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MemTy {
    /// 8 bytes, a raw int.
    I64,
    /// 8 bytes, a length: never negative, and below 2^48.
    Len,
    /// 4 bytes, zero-extended.
    U32,
    /// 4 bytes, sign-extended.
    I32,
    /// 2 bytes, zero-extended.
    U16,
    /// 1 byte, zero-extended.
    U8,
    /// A double.
    F64,
    /// A tagged word.
    Val,
    /// A pointer to a heap object.
    Ptr,
}

impl MemTy {
    /// Every width.
    pub const ALL: [MemTy; 9] = [
        MemTy::I64,
        MemTy::Len,
        MemTy::U32,
        MemTy::I32,
        MemTy::U16,
        MemTy::U8,
        MemTy::F64,
        MemTy::Val,
        MemTy::Ptr,
    ];
    /// The name in the text form.
    pub const fn name(self) -> &'static str {
        match self {
            MemTy::I64 => "i64",
            MemTy::Len => "len",
            MemTy::U32 => "u32",
            MemTy::I32 => "i32",
            MemTy::U16 => "u16",
            MemTy::U8 => "u8",
            MemTy::F64 => "f64",
            MemTy::Val => "val",
            MemTy::Ptr => "ptr",
        }
    }
    /// The size in bytes.
    pub const fn size(self) -> u32 {
        match self {
            MemTy::U32 | MemTy::I32 => 4,
            MemTy::U16 => 2,
            MemTy::U8 => 1,
            _ => 8,
        }
    }
    /// The type of the loaded value.
    pub const fn ty(self) -> Ty {
        match self {
            MemTy::F64 => Ty::F64,
            MemTy::Val => Ty::Val,
            MemTy::Ptr => Ty::Ptr,
            _ => Ty::I64,
        }
    }
    /// The smallest and the largest value of a load of an integer.
    pub const fn range(self) -> (i64, i64) {
        match self {
            MemTy::Len => (0, (1 << 48) - 1),
            MemTy::U32 => (0, u32::MAX as i64),
            MemTy::I32 => (i32::MIN as i64, i32::MAX as i64),
            MemTy::U16 => (0, u16::MAX as i64),
            MemTy::U8 => (0, u8::MAX as i64),
            _ => (i64::MIN, i64::MAX),
        }
    }
}

/// A memory access: `[base + offset]`, or `[base + offset + index * size]` for elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Mem {
    /// Width and type.
    pub ty: MemTy,
    /// Bytes from the base.
    pub offset: i32,
    /// The identity of the field (or kind of element): accesses of different classes never overlap.
    pub alias: u16,
    /// It never changes once the object can be seen: loads are pure.
    pub immutable: bool,
}

/// The alias class of the header's type id, which changes where an instance changes shape. A store to it
/// forgets known shapes.
pub const ALIAS_TYPE_ID: u16 = 0;

/// A field of a new object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AllocField {
    /// Where it lies; its value is the operand of the same index.
    pub mem: Mem,
}

/// The helper that makes an object whose memory machine code does not fill in itself, and its third argument.
#[derive(Clone, Copy, Debug)]
pub struct Maker(pub &'static Helper, pub i64);

impl AllocDesc {
    /// Does the object take over what this field says? (A maker's known fields show it only.)
    pub fn owns(&self, mem: Mem) -> bool {
        self.maker.is_none() || mem.offset < 0
    }
}

impl PartialEq for Maker {
    fn eq(&self, other: &Maker) -> bool {
        std::ptr::eq(self.0, other.0) && self.1 == other.1
    }
}
impl Eq for Maker {}
impl Hash for Maker {
    fn hash<H: Hasher>(&self, h: &mut H) {
        (std::ptr::from_ref::<Helper>(self.0), self.1).hash(h);
    }
}

/// A new object of fixed size: its header, and its fields (whose values are the instruction's operands).
/// A field of type `val` or `ptr` owns its reference, which the trace hands over.
///
/// An object of a `maker` is a call of that helper, put off until somebody needs the object. The fields are the words
/// that it takes over, in order, whose offsets are below zero, where no load looks; others say what the object's fields
/// will hold, and own nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AllocDesc {
    /// Bytes, header included.
    pub size: u32,
    /// The header's id.
    pub type_id: u32,
    /// The header's type pointer.
    pub type_ptr: u64,
    /// The collector must find it: it is allocated as a container.
    pub container: bool,
    /// The type is a heap class, which each instance counts.
    pub counts_type: bool,
    /// The helper that makes it, where machine code does not; it takes a span, the number of words and an immediate.
    pub maker: Option<Maker>,
    /// The fields that are set, in the operands' order.
    pub fields: Vec<AllocField>,
}

/// A Python function that is called in machine code: what its frame's record is filled with. Addresses belong to
/// objects that the region keeps alive.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Callee {
    /// Where the address of its function region's code lies.
    pub entry: u64,
    /// The function object; 0: an operand behind the arguments.
    pub function: u64,
    /// Its executable code.
    pub code: u64,
    /// The call that is running in the base frame meanwhile.
    pub call: u64,
    /// Slots that hold locals: those without an argument start unbound.
    pub locals: u32,
    /// Slots in all, and the scratch words behind them.
    pub frame_slots: u32,
    /// The base frame's slots and scratch words: the callee's slots lie behind them. 0: the base frame is a
    /// generator's, and its record says where.
    pub base_slots: u32,
    /// The inlined frames between the base frame and the callee's, outermost first: they have records, too, so that
    /// the callee's depth and the frames below it are what they are in the interpreter.
    pub through: Vec<Through>,
}

impl Callee {
    /// How many operands behind the arguments are function objects: the callee's comes first, then those of frames.
    pub fn functions(&self) -> usize {
        let all = std::iter::once(self.function).chain(self.through.iter().map(|t| t.function));
        all.filter(|f| *f == 0).count()
    }
}

/// Where a trace is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// The instruction that is running in the base frame.
    pub call: u64,
    /// The inlined frames, outermost first. Where a frame's function is no constant, it is one with the same code.
    pub through: Vec<Through>,
    /// The base frame has ended: its locals are being dropped.
    pub ended: bool,
}

impl Place {
    /// The inlined frames that are generators'.
    pub fn generators(&self) -> usize {
        self.through.iter().filter(|t| t.generator).count()
    }
    /// Does it take more than the instruction of the base frame to say it?
    pub fn needs_site(&self) -> bool {
        self.ended || !self.through.is_empty()
    }
}

/// An inlined frame's record.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Through {
    /// The function object; 0: an operand.
    pub function: u64,
    /// Its executable code.
    pub code: u64,
    /// The call that is running in it.
    pub call: u64,
    /// The base frame's slot that is its first.
    pub first: u32,
    /// Is it a generator's?
    pub generator: bool,
}

/// The immediate of an instruction.
#[derive(Clone, Debug)]
pub enum Imm {
    /// None.
    None,
    /// A slot of a frame (0 is the base frame).
    Slot {
        /// The frame.
        frame: u32,
        /// The slot: locals first, then the operand stack.
        slot: u32,
    },
    /// A constant word.
    Word(u64),
    /// A type id.
    TypeId(u32),
    /// A memory access.
    Mem(Mem),
    /// The helper that is called.
    Helper(&'static Helper),
    /// The object that is made.
    Alloc(Box<AllocDesc>),
    /// The Python function that is invoked.
    Callee(Box<Callee>),
    /// Where the trace is.
    Place(Box<Place>),
}

impl PartialEq for Imm {
    fn eq(&self, other: &Imm) -> bool {
        match (self, other) {
            (Imm::None, Imm::None) => true,
            (Imm::Slot { frame: a, slot: b }, Imm::Slot { frame: c, slot: d }) => a == c && b == d,
            (Imm::Word(a), Imm::Word(b)) => a == b,
            (Imm::TypeId(a), Imm::TypeId(b)) => a == b,
            (Imm::Mem(a), Imm::Mem(b)) => a == b,
            (Imm::Helper(a), Imm::Helper(b)) => std::ptr::eq(*a, *b),
            (Imm::Alloc(a), Imm::Alloc(b)) => a == b,
            (Imm::Callee(a), Imm::Callee(b)) => a == b,
            (Imm::Place(a), Imm::Place(b)) => a == b,
            _ => false,
        }
    }
}
impl Eq for Imm {}

impl Hash for Imm {
    fn hash<H: Hasher>(&self, h: &mut H) {
        std::mem::discriminant(self).hash(h);
        match self {
            Imm::None => {}
            Imm::Slot { frame, slot } => (frame, slot).hash(h),
            Imm::Word(w) => w.hash(h),
            Imm::TypeId(i) => i.hash(h),
            Imm::Mem(m) => m.hash(h),
            Imm::Helper(x) => std::ptr::from_ref::<Helper>(x).hash(h),
            Imm::Alloc(a) => a.hash(h),
            Imm::Callee(c) => c.hash(h),
            Imm::Place(p) => p.hash(h),
        }
    }
}

/// The type of a call's result: a `Bool` helper that can raise gives a raw int, to be checked by
/// `guard_bool_ok` and converted by `int_bool`.
pub const fn call_result(h: &Helper) -> Ty {
    match h.returns {
        Returns::Value => Ty::Val,
        Returns::Int => Ty::I64,
        Returns::Float => Ty::F64,
        Returns::Bool => {
            if h.can_raise {
                Ty::I64
            } else {
                Ty::Bool
            }
        }
    }
}

/// The operands of an instruction; up to three lie inline.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Args {
    /// The first `n` of three.
    Inline(u8, [Ref; 3]),
    /// More than three.
    Many(Box<[Ref]>),
}

impl Args {
    /// These operands.
    pub fn new(args: &[Ref]) -> Args {
        if args.len() <= 3 {
            let mut a = [Ref(0); 3];
            a[..args.len()].copy_from_slice(args);
            Args::Inline(args.len() as u8, a)
        } else {
            Args::Many(args.into())
        }
    }
}

impl std::ops::Deref for Args {
    type Target = [Ref];
    fn deref(&self) -> &[Ref] {
        match self {
            Args::Inline(n, a) => &a[..*n as usize],
            Args::Many(a) => a,
        }
    }
}

impl std::ops::DerefMut for Args {
    fn deref_mut(&mut self) -> &mut [Ref] {
        match self {
            Args::Inline(n, a) => &mut a[..*n as usize],
            Args::Many(a) => a,
        }
    }
}

impl std::fmt::Debug for Args {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        (**self).fmt(f)
    }
}
