//! The code object and its constants.

use std::fmt;
use std::ops::{BitAnd, BitOr, BitOrAssign};
use std::sync::Arc;

use crate::tables::{self, ExceptionEntry, Position, PositionRange};

/// `co_flags`, with CPython's numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct CodeFlags(pub u32);

impl CodeFlags {
    /// Locals live in slots, not in a mapping (functions).
    pub const OPTIMIZED: Self = Self(0x1);
    /// A call makes a new locals namespace (functions; off for class bodies too, as in CPython: on only with OPTIMIZED).
    pub const NEWLOCALS: Self = Self(0x2);
    /// Has a `*args` parameter.
    pub const VARARGS: Self = Self(0x4);
    /// Has a `**kwargs` parameter.
    pub const VARKEYWORDS: Self = Self(0x8);
    /// A function nested in another.
    pub const NESTED: Self = Self(0x10);
    /// A generator function.
    pub const GENERATOR: Self = Self(0x20);
    /// An `async def` function.
    pub const COROUTINE: Self = Self(0x80);
    /// A generator that may be awaited (`types.coroutine`).
    pub const ITERABLE_COROUTINE: Self = Self(0x100);
    /// An `async def` with `yield`.
    pub const ASYNC_GENERATOR: Self = Self(0x200);
    /// `from __future__ import barry_as_FLUFL`.
    pub const FUTURE_BARRY_AS_BDFL: Self = Self(0x40_0000);
    /// `from __future__ import generator_stop`.
    pub const FUTURE_GENERATOR_STOP: Self = Self(0x80_0000);
    /// `from __future__ import annotations`.
    pub const FUTURE_ANNOTATIONS: Self = Self(0x100_0000);
    /// The first constant is the docstring.
    pub const HAS_DOCSTRING: Self = Self(0x400_0000);
    /// A function defined in a class body.
    pub const METHOD: Self = Self(0x800_0000);

    /// Are all bits of `other` set?
    #[inline]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Is any bit of `other` set?
    #[inline]
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Does a call make a generator, coroutine or async generator?
    pub const fn is_generator_like(self) -> bool {
        self.0 & (Self::GENERATOR.0 | Self::COROUTINE.0 | Self::ASYNC_GENERATOR.0) != 0
    }
}

impl BitOr for CodeFlags {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}
impl BitOrAssign for CodeFlags {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}
impl BitAnd for CodeFlags {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

/// What a slot of `localsplus` is; CPython's `co_localspluskinds` bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct LocalKind(pub u8);

impl LocalKind {
    /// A parameter that can be given by position.
    pub const ARG_POS: u8 = 0x02;
    /// A parameter that can be given by keyword.
    pub const ARG_KW: u8 = 0x04;
    /// `*args` (with ARG_POS) or `**kwargs` (with ARG_KW).
    pub const ARG_VAR: u8 = 0x08;
    /// A variable of an inlined comprehension that `locals()` does not show.
    pub const HIDDEN: u8 = 0x10;
    /// A local variable.
    pub const LOCAL: u8 = 0x20;
    /// Captured by an inner function: the slot holds a cell (LOCAL is set too for parameters).
    pub const CELL: u8 = 0x40;
    /// Comes from the closure.
    pub const FREE: u8 = 0x80;

    /// A local variable or parameter (it may be a cell too).
    pub const fn is_local(self) -> bool {
        self.0 & Self::LOCAL != 0
    }
    /// The slot holds a cell of this function's own.
    pub const fn is_cell(self) -> bool {
        self.0 & Self::CELL != 0
    }
    /// The slot holds a cell of an enclosing function's.
    pub const fn is_free(self) -> bool {
        self.0 & Self::FREE != 0
    }
    /// Hidden from `locals()`.
    pub const fn is_hidden(self) -> bool {
        self.0 & Self::HIDDEN != 0
    }
}

/// A str constant in WTF-8: UTF-8 that may also hold lone surrogates (encoded as three bytes).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Wtf8Str(Box<[u8]>);

impl Wtf8Str {
    /// From bytes that are well-formed WTF-8 (checked by the caller; surrogate *pairs* must have been joined).
    pub fn from_wtf8_bytes(bytes: impl Into<Box<[u8]>>) -> Self {
        Self(bytes.into())
    }

    /// From code points (surrogates allowed, everything below 0x110000).
    pub fn from_code_points(points: impl IntoIterator<Item = u32>) -> Self {
        let mut bytes = Vec::new();
        for point in points {
            push_code_point(&mut bytes, point);
        }
        Self(bytes.into())
    }

    /// The WTF-8 bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The text, unless there are lone surrogates in it.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// The code points, surrogates included.
    pub fn code_points(&self) -> impl Iterator<Item = u32> + Clone + '_ {
        let mut rest: &[u8] = &self.0;
        std::iter::from_fn(move || {
            let (&first, _) = rest.split_first()?;
            let (length, initial) = match first {
                0..=0x7f => (1, u32::from(first)),
                0x80..=0xdf => (2, u32::from(first & 0x1f)),
                0xe0..=0xef => (3, u32::from(first & 0x0f)),
                _ => (4, u32::from(first & 0x07)),
            };
            let length = length.min(rest.len());
            let point = rest[1..length].iter().fold(initial, |acc, &byte| acc << 6 | u32::from(byte & 0x3f));
            rest = &rest[length..];
            Some(point)
        })
    }
}

/// Appends a code point (a surrogate too) in WTF-8.
pub fn push_code_point(bytes: &mut Vec<u8>, point: u32) {
    match point {
        0..=0x7f => bytes.push(point as u8),
        0x80..=0x7ff => bytes.extend([0xc0 | (point >> 6) as u8, 0x80 | (point & 0x3f) as u8]),
        0x800..=0xffff => bytes.extend([
            0xe0 | (point >> 12) as u8,
            0x80 | (point >> 6 & 0x3f) as u8,
            0x80 | (point & 0x3f) as u8,
        ]),
        _ => bytes.extend([
            0xf0 | (point >> 18) as u8,
            0x80 | (point >> 12 & 0x3f) as u8,
            0x80 | (point >> 6 & 0x3f) as u8,
            0x80 | (point & 0x3f) as u8,
        ]),
    }
}

impl From<&str> for Wtf8Str {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().into())
    }
}
impl From<String> for Wtf8Str {
    fn from(text: String) -> Self {
        Self(text.into_bytes().into())
    }
}
impl fmt::Debug for Wtf8Str {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", String::from_utf8_lossy(&self.0))
    }
}

/// An int constant that does not fit `i64`: sign and little-endian magnitude without leading zero bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BigInt {
    /// Below zero.
    pub negative: bool,
    /// Magnitude, least significant byte first.
    pub magnitude: Box<[u8]>,
}

/// A slice constant.
#[derive(Clone, Debug)]
pub struct SliceConst {
    /// `slice.start`.
    pub start: Const,
    /// `slice.stop`.
    pub stop: Const,
    /// `slice.step`.
    pub step: Const,
}

/// A constant.
#[derive(Clone, Debug)]
pub enum Const {
    /// `None`.
    None,
    /// `True`.
    True,
    /// `False`.
    False,
    /// `...`.
    Ellipsis,
    /// An int that fits.
    Int(i64),
    /// An int that does not.
    BigInt(BigInt),
    /// A float.
    Float(f64),
    /// A complex number.
    Complex {
        /// Real part.
        real: f64,
        /// Imaginary part.
        imag: f64,
    },
    /// A str.
    Str(Wtf8Str),
    /// A bytes object.
    Bytes(Box<[u8]>),
    /// A tuple of constants.
    Tuple(Box<[Const]>),
    /// A frozenset of constants, in source order.
    FrozenSet(Box<[Const]>),
    /// A slice of constants.
    Slice(Box<SliceConst>),
    /// A nested code object.
    Code(Arc<Code>),
}

impl Const {
    /// A str constant.
    pub fn str(text: &str) -> Self {
        Self::Str(text.into())
    }

    /// Truth value.
    pub fn is_true(&self) -> bool {
        match self {
            Self::None | Self::False => false,
            Self::True | Self::Ellipsis | Self::BigInt(_) | Self::Slice(_) | Self::Code(_) => true,
            Self::Int(value) => *value != 0,
            Self::Float(value) => *value != 0.0,
            Self::Complex { real, imag } => *real != 0.0 || *imag != 0.0,
            Self::Str(text) => !text.as_bytes().is_empty(),
            Self::Bytes(bytes) => !bytes.is_empty(),
            Self::Tuple(items) | Self::FrozenSet(items) => !items.is_empty(),
        }
    }

    /// The key under which equal constants share an entry: type and exact value, so that 1, 1.0 and True, and 0.0 and
    /// -0.0, stay apart (CPython's `_PyCode_ConstantKey`). Code objects are never shared (None).
    pub fn dedup_key(&self) -> Option<ConstKey> {
        let mut key = Vec::new();
        self.write_key(&mut key).then(|| ConstKey(key.into()))
    }

    fn write_key(&self, key: &mut Vec<u8>) -> bool {
        fn sized(key: &mut Vec<u8>, tag: u8, bytes: &[u8]) {
            key.push(tag);
            key.extend((bytes.len() as u64).to_le_bytes());
            key.extend(bytes);
        }
        match self {
            Self::None => key.push(b'N'),
            Self::True => key.push(b'T'),
            Self::False => key.push(b'F'),
            Self::Ellipsis => key.push(b'.'),
            Self::Int(value) => sized(key, b'i', &value.to_le_bytes()),
            Self::BigInt(value) => sized(key, if value.negative { b'-' } else { b'+' }, &value.magnitude),
            Self::Float(value) => sized(key, b'g', &value.to_bits().to_le_bytes()),
            Self::Complex { real, imag } => {
                sized(key, b'y', &real.to_bits().to_le_bytes());
                sized(key, b'y', &imag.to_bits().to_le_bytes());
            }
            Self::Str(text) => sized(key, b'u', text.as_bytes()),
            Self::Bytes(bytes) => sized(key, b's', bytes),
            Self::Tuple(items) | Self::FrozenSet(items) => {
                let tag = if matches!(self, Self::Tuple(_)) { b'(' } else { b'<' };
                sized(key, tag, &(items.len() as u64).to_le_bytes());
                return items.iter().all(|item| item.write_key(key));
            }
            Self::Slice(slice) => {
                key.push(b':');
                return [&slice.start, &slice.stop, &slice.step].into_iter().all(|part| part.write_key(key));
            }
            Self::Code(_) => return false,
        }
        true
    }
}

/// See [`Const::dedup_key`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ConstKey(Box<[u8]>);

/// A code object. Immutable; the runtime keeps what it learns about it elsewhere.
#[derive(Clone, Debug)]
pub struct Code {
    /// `co_name`.
    pub name: Box<str>,
    /// `co_qualname`.
    pub qualname: Box<str>,
    /// `co_filename`, shared by all code of a file.
    pub filename: Arc<str>,
    /// `co_firstlineno`.
    pub first_line: u32,
    /// Positional parameters, the positional-only ones included; without `*args`.
    pub argcount: u32,
    /// Positional-only parameters.
    pub posonlyargcount: u32,
    /// Keyword-only parameters.
    pub kwonlyargcount: u32,
    /// `co_flags`.
    pub flags: CodeFlags,
    /// Values on the stack at most, handlers included.
    pub stacksize: u32,
    /// Names of the slots: positional parameters, keyword-only parameters, `*args`, `**kwargs`, other locals, cells
    /// that are not parameters, free variables.
    pub localsplus_names: Box<[Box<str>]>,
    /// Kinds of the slots, as many as names.
    pub localsplus_kinds: Box<[LocalKind]>,
    /// `co_names`: globals, attributes, imports.
    pub names: Box<[Box<str>]>,
    /// `co_consts`. With [`CodeFlags::HAS_DOCSTRING`] the first one is the docstring.
    pub consts: Box<[Const]>,
    /// `co_code`.
    pub code: Box<[u8]>,
    /// `co_linetable`, in CPython's format.
    pub linetable: Box<[u8]>,
    /// `co_exceptiontable`, in CPython's format.
    pub exceptiontable: Box<[u8]>,
}

impl Code {
    /// Number of slots that calls fill: all parameters with `*args` and `**kwargs`.
    pub fn total_args(&self) -> u32 {
        self.argcount
            + self.kwonlyargcount
            + u32::from(self.flags.contains(CodeFlags::VARARGS))
            + u32::from(self.flags.contains(CodeFlags::VARKEYWORDS))
    }

    /// `co_varnames`.
    pub fn varnames(&self) -> impl Iterator<Item = &str> {
        self.names_where(LocalKind::is_local)
    }
    /// `co_cellvars`.
    pub fn cellvars(&self) -> impl Iterator<Item = &str> {
        self.names_where(LocalKind::is_cell)
    }
    /// `co_freevars`.
    pub fn freevars(&self) -> impl Iterator<Item = &str> {
        self.names_where(LocalKind::is_free)
    }
    /// How many free variables there are.
    pub fn free_count(&self) -> usize {
        self.localsplus_kinds.iter().filter(|kind| kind.is_free()).count()
    }

    fn names_where(&self, test: impl Fn(LocalKind) -> bool) -> impl Iterator<Item = &str> {
        let pairs = self.localsplus_names.iter().zip(&self.localsplus_kinds);
        pairs.filter(move |(_, kind)| test(**kind)).map(|(name, _)| &**name)
    }

    /// Number of instruction units.
    pub fn unit_count(&self) -> usize {
        self.code.len() / 2
    }

    /// The handler of the instruction at that unit.
    pub fn handler_at(&self, unit: u32) -> Option<ExceptionEntry> {
        tables::lookup_handler(&self.exceptiontable, unit)
    }

    /// All entries of the exception table, by ascending start.
    pub fn exception_entries(&self) -> impl Iterator<Item = ExceptionEntry> + '_ {
        tables::exception_entries(&self.exceptiontable)
    }

    /// Ranges of units with their source position, in order, without gaps.
    pub fn positions(&self) -> impl Iterator<Item = PositionRange> + '_ {
        tables::positions(&self.linetable, self.first_line)
    }

    /// Position of the instruction at that unit; all parts None when it has none.
    pub fn position_at(&self, unit: u32) -> Position {
        self.positions()
            .find(|range| range.start <= unit && unit < range.end)
            .map_or_else(Position::default, |r| r.position)
    }

    /// The instructions, with EXTENDED_ARG folded into their arguments.
    pub fn instructions(&self) -> Instructions<'_> {
        Instructions { code: &self.code, unit: 0 }
    }
}

/// An instruction as [`Code::instructions`] gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instruction {
    /// Unit of the first EXTENDED_ARG, or of the opcode: where jumps go to.
    pub start: u32,
    /// Unit of the opcode itself.
    pub unit: u32,
    /// The opcode's number (it may be no opcode at all in code that somebody made up).
    pub opcode: u8,
    /// The whole argument.
    pub arg: u32,
}

impl Instruction {
    /// Where it jumps to, in units.
    #[inline]
    pub fn jump_target(&self) -> Option<u32> {
        use crate::opcode::{Opcode, OperandKind};
        match Opcode::from_u8(self.opcode)?.operand() {
            OperandKind::JumpForward => Some((self.unit + 1).wrapping_add(self.arg)),
            OperandKind::JumpBackward => Some((self.unit + 1).wrapping_sub(self.arg)),
            _ => None,
        }
    }
}

/// See [`Code::instructions`].
#[derive(Clone, Debug)]
pub struct Instructions<'a> {
    code: &'a [u8],
    unit: u32,
}

impl Iterator for Instructions<'_> {
    type Item = Instruction;

    #[inline]
    fn next(&mut self) -> Option<Instruction> {
        let (start, mut arg) = (self.unit, 0u32);
        loop {
            let at = self.unit as usize * 2;
            let (&opcode, &low) = (self.code.get(at)?, self.code.get(at + 1)?);
            arg = arg << 8 | u32::from(low);
            let unit = self.unit;
            self.unit += 1;
            if opcode != crate::opcode::Opcode::EXTENDED_ARG as u8 {
                return Some(Instruction { start, unit, opcode, arg });
            }
        }
    }
}
