//! Reading and writing constants and code objects in CPython's marshal format (version 5: type bytes, references,
//! code layout of 3.11 and later; `co_code` is ours).
//!
//! The writer emits references for repeated strings. The reader keeps only the *offsets* of referable objects and
//! parses one again when it is referred to, so that loading allocates nothing but the objects themselves.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use crate::code::{BigInt, Code, CodeFlags, Const, LocalKind, SliceConst, Wtf8Str};

/// The type bytes.
pub mod tag {
    #![allow(missing_docs, reason = "CPython's names: TYPE_NONE and so on")]
    pub const NULL: u8 = b'0';
    pub const NONE: u8 = b'N';
    pub const FALSE: u8 = b'F';
    pub const TRUE: u8 = b'T';
    pub const STOPITER: u8 = b'S';
    pub const ELLIPSIS: u8 = b'.';
    pub const INT: u8 = b'i';
    pub const LONG: u8 = b'l';
    pub const BINARY_FLOAT: u8 = b'g';
    pub const BINARY_COMPLEX: u8 = b'y';
    pub const STRING: u8 = b's';
    pub const INTERNED: u8 = b't';
    pub const REF: u8 = b'r';
    pub const TUPLE: u8 = b'(';
    pub const SMALL_TUPLE: u8 = b')';
    pub const LIST: u8 = b'[';
    pub const DICT: u8 = b'{';
    pub const CODE: u8 = b'c';
    pub const UNICODE: u8 = b'u';
    pub const SET: u8 = b'<';
    pub const FROZENSET: u8 = b'>';
    pub const ASCII: u8 = b'a';
    pub const ASCII_INTERNED: u8 = b'A';
    pub const SHORT_ASCII: u8 = b'z';
    pub const SHORT_ASCII_INTERNED: u8 = b'Z';
    pub const SLICE: u8 = b':';
    /// Set on the type byte of an object that references may refer to.
    pub const FLAG_REF: u8 = 0x80;
}

/// Nesting beyond this is an error, as CPython's MAX_MARSHAL_STACK_DEPTH.
const MAX_DEPTH: u32 = 1000;
/// Version of the frozen form; part of the magic that `.pyc` files of ours carry.
pub const FORMAT_VERSION: u16 = 4;

/// Why data cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MarshalError {
    /// The data end early (EOFError).
    Truncated,
    /// A type byte that is unknown here (ValueError "bad marshal data (unknown type code)").
    UnknownType(u8),
    /// Something else does not fit (ValueError "bad marshal data (...)").
    Bad(&'static str),
}

impl fmt::Display for MarshalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated => f.write_str("marshal data too short"),
            Self::UnknownType(_) => f.write_str("bad marshal data (unknown type code)"),
            Self::Bad(what) => write!(f, "bad marshal data ({what})"),
        }
    }
}

impl std::error::Error for MarshalError {}

/// Serialises a code object.
pub fn dump_code(code: &Code) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.code(code);
    writer.bytes
}

/// Serialises a code object behind data in which `refs` objects have been registered; returns how many are then.
pub fn dump_code_after(code: &Code, refs: u32) -> (Vec<u8>, u32) {
    let mut writer = Writer { base: refs, ..Writer::default() };
    writer.code(code);
    (writer.bytes, refs + writer.strings.len() as u32)
}

/// Serialises a constant.
pub fn dump_const(value: &Const) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.constant(value);
    writer.bytes
}

#[derive(Default)]
struct Writer {
    bytes: Vec<u8>,
    /// Strings written with FLAG_REF, and the numbers of their references.
    strings: HashMap<Box<[u8]>, u32>,
    /// References registered before.
    base: u32,
}

impl Writer {
    fn u32(&mut self, value: u32) {
        self.bytes.extend(value.to_le_bytes());
    }

    fn sized(&mut self, tag: u8, bytes: &[u8]) {
        self.bytes.push(tag);
        self.u32(bytes.len() as u32);
        self.bytes.extend(bytes);
    }

    fn tuple_head(&mut self, length: usize) {
        if let Ok(short) = u8::try_from(length) {
            self.bytes.extend([tag::SMALL_TUPLE, short]);
        } else {
            self.bytes.push(tag::TUPLE);
            self.u32(length as u32);
        }
    }

    fn string(&mut self, text: &[u8], interned: bool) {
        if let Some(&reference) = self.strings.get(text) {
            self.bytes.push(tag::REF);
            return self.u32(reference);
        }
        self.strings.insert(text.into(), self.base + self.strings.len() as u32);
        if text.is_ascii() && text.len() < 256 {
            let tag = if interned { tag::SHORT_ASCII_INTERNED } else { tag::SHORT_ASCII };
            self.bytes.extend([tag | tag::FLAG_REF, text.len() as u8]);
            self.bytes.extend(text);
        } else {
            self.sized(tag::UNICODE | tag::FLAG_REF, text);
        }
    }

    fn constants(&mut self, items: &[Const]) {
        self.tuple_head(items.len());
        for item in items {
            self.constant(item);
        }
    }

    fn constant(&mut self, value: &Const) {
        match value {
            Const::None => self.bytes.push(tag::NONE),
            Const::True => self.bytes.push(tag::TRUE),
            Const::False => self.bytes.push(tag::FALSE),
            Const::Ellipsis => self.bytes.push(tag::ELLIPSIS),
            Const::Int(value) => match i32::try_from(*value) {
                Ok(small) => {
                    self.bytes.push(tag::INT);
                    self.bytes.extend(small.to_le_bytes());
                }
                Err(_) => self.long(*value < 0, &value.unsigned_abs().to_le_bytes()),
            },
            Const::BigInt(value) => self.long(value.negative, &value.magnitude),
            Const::Float(value) => {
                self.bytes.push(tag::BINARY_FLOAT);
                self.bytes.extend(value.to_le_bytes());
            }
            Const::Complex { real, imag } => {
                self.bytes.push(tag::BINARY_COMPLEX);
                self.bytes.extend(real.to_le_bytes());
                self.bytes.extend(imag.to_le_bytes());
            }
            Const::Str(text) => self.string(text.as_bytes(), false),
            Const::Bytes(bytes) => self.sized(tag::STRING, bytes),
            Const::Tuple(items) => self.constants(items),
            Const::FrozenSet(items) => {
                self.bytes.push(tag::FROZENSET);
                self.u32(items.len() as u32);
                for item in items {
                    self.constant(item);
                }
            }
            Const::Slice(slice) => {
                self.bytes.push(tag::SLICE);
                for part in [&slice.start, &slice.stop, &slice.step] {
                    self.constant(part);
                }
            }
            Const::Code(code) => self.code(code),
        }
    }

    /// 15-bit digits, least significant first; the sign is on their number.
    fn long(&mut self, negative: bool, magnitude: &[u8]) {
        let (mut digits, mut buffer, mut bits) = (Vec::new(), 0u32, 0);
        for &byte in magnitude {
            buffer |= u32::from(byte) << bits;
            bits += 8;
            if bits >= 15 {
                digits.push((buffer & 0x7fff) as u16);
                buffer >>= 15;
                bits -= 15;
            }
        }
        digits.push(buffer as u16);
        while digits.last() == Some(&0) {
            digits.pop();
        }
        self.bytes.push(tag::LONG);
        let count = digits.len() as i32;
        self.bytes.extend(if negative { -count } else { count }.to_le_bytes());
        for digit in digits {
            self.bytes.extend(digit.to_le_bytes());
        }
    }

    fn names(&mut self, names: &[Box<str>]) {
        self.tuple_head(names.len());
        for name in names {
            self.string(name.as_bytes(), true);
        }
    }

    fn code(&mut self, code: &Code) {
        self.bytes.push(tag::CODE);
        for value in [code.argcount, code.posonlyargcount, code.kwonlyargcount, code.stacksize, code.flags.0]
        {
            self.u32(value);
        }
        self.sized(tag::STRING, &code.code);
        self.constants(&code.consts);
        self.names(&code.names);
        self.names(&code.localsplus_names);
        let kinds: Vec<u8> = code.localsplus_kinds.iter().map(|kind| kind.0).collect();
        self.sized(tag::STRING, &kinds);
        self.string(code.filename.as_bytes(), true);
        self.string(code.name.as_bytes(), true);
        self.string(code.qualname.as_bytes(), true);
        self.u32(code.first_line);
        self.sized(tag::STRING, &code.linetable);
        self.sized(tag::STRING, &code.exceptiontable);
    }
}

/// Reads a code object.
pub fn load_code(bytes: &[u8]) -> Result<Arc<Code>, MarshalError> {
    match load_const(bytes)? {
        Const::Code(code) => Ok(code),
        _ => Err(MarshalError::Bad("not a code object")),
    }
}

/// Reads a code object; it and the code in it get this file name.
pub fn load_code_as(bytes: &[u8], filename: &str) -> Result<Arc<Code>, MarshalError> {
    let mut reader = Reader::new(bytes);
    (reader.filename, reader.renamed) = (Some(filename.into()), true);
    match reader.constant()? {
        Const::Code(code) => Ok(code),
        _ => Err(MarshalError::Bad("not a code object")),
    }
}

/// Reads the code object at an offset, for readers of larger data: `refs` are the offsets of the objects registered
/// so far, to which those in the code are added. Returns the offset behind it too.
pub fn load_code_at(
    bytes: &[u8],
    at: usize,
    refs: &mut Vec<usize>,
) -> Result<(Arc<Code>, usize), MarshalError> {
    let mut reader = Reader { at, refs: std::mem::take(refs), ..Reader::new(bytes) };
    let value = reader.constant()?;
    *refs = reader.refs;
    match value {
        Const::Code(code) => Ok((code, reader.at)),
        _ => Err(MarshalError::Bad("not a code object")),
    }
}

/// Reads a constant. Bytes after it are ignored.
pub fn load_const(bytes: &[u8]) -> Result<Const, MarshalError> {
    Reader::new(bytes).constant()
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Offsets of the type bytes of referable objects.
    refs: Vec<usize>,
    /// The last file name, shared.
    filename: Option<Arc<str>>,
    /// Every code object gets `filename`, whatever is written.
    renamed: bool,
    depth: u32,
    /// Parsing an object a second time: nothing in it is registered again.
    again: bool,
}

type Read<T> = Result<T, MarshalError>;

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Reader { bytes, at: 0, refs: Vec::new(), filename: None, renamed: false, depth: 0, again: false }
    }

    fn take(&mut self, length: usize) -> Read<&'a [u8]> {
        let end = self.at.checked_add(length).ok_or(MarshalError::Truncated)?;
        let bytes = self.bytes.get(self.at..end).ok_or(MarshalError::Truncated)?;
        self.at = end;
        Ok(bytes)
    }

    fn byte(&mut self) -> Read<u8> {
        Ok(self.take(1)?[0])
    }

    fn array<const N: usize>(&mut self) -> Read<[u8; N]> {
        self.take(N)?.try_into().map_err(|_| MarshalError::Truncated)
    }

    fn u32(&mut self) -> Read<u32> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    fn length(&mut self) -> Read<usize> {
        let length = self.u32()? as usize;
        // Every item takes a byte at least: a length beyond the data must not make us allocate.
        if length > self.bytes.len() - self.at { Err(MarshalError::Truncated) } else { Ok(length) }
    }

    /// The type byte without its flag; registers the object if it is flagged.
    fn tag(&mut self) -> Read<u8> {
        let at = self.at;
        let byte = self.byte()?;
        if byte & tag::FLAG_REF != 0 && !self.again {
            self.refs.push(at);
        }
        Ok(byte & !tag::FLAG_REF)
    }

    /// Follows a reference: parses the object at its offset again.
    fn referred<T>(&mut self, parse: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        let number = self.u32()? as usize;
        let offset = *self.refs.get(number).ok_or(MarshalError::Bad("invalid reference"))?;
        let (at, again) = (self.at, self.again);
        self.deeper()?;
        (self.at, self.again) = (offset, true);
        let result = parse(self);
        (self.at, self.again) = (at, again);
        self.depth -= 1;
        result
    }

    fn deeper(&mut self) -> Read<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH { Err(MarshalError::Bad("too deeply nested")) } else { Ok(()) }
    }

    fn string(&mut self) -> Read<&'a [u8]> {
        let length = match self.tag()? {
            tag::SHORT_ASCII | tag::SHORT_ASCII_INTERNED => self.byte()? as usize,
            tag::UNICODE | tag::INTERNED | tag::ASCII | tag::ASCII_INTERNED => self.length()?,
            tag::REF => return self.referred(Self::string),
            other => return Err(MarshalError::UnknownType(other)),
        };
        self.take(length)
    }

    fn str(&mut self) -> Read<&'a str> {
        std::str::from_utf8(self.string()?).map_err(|_| MarshalError::Bad("invalid UTF-8"))
    }

    fn byte_string(&mut self) -> Read<&'a [u8]> {
        match self.tag()? {
            tag::STRING => {
                let length = self.length()?;
                self.take(length)
            }
            tag::REF => self.referred(Self::byte_string),
            other => Err(MarshalError::UnknownType(other)),
        }
    }

    fn names(&mut self) -> Read<Box<[Box<str>]>> {
        let length = match self.tag()? {
            tag::SMALL_TUPLE => self.byte()? as usize,
            tag::TUPLE => self.length()?,
            tag::REF => return self.referred(Self::names),
            other => return Err(MarshalError::UnknownType(other)),
        };
        (0..length).map(|_| Ok(self.str()?.into())).collect()
    }

    fn items(&mut self, length: usize) -> Read<Box<[Const]>> {
        (0..length).map(|_| self.constant()).collect()
    }

    fn constant(&mut self) -> Read<Const> {
        self.deeper()?;
        let start = self.at;
        let value = match self.tag()? {
            tag::NONE => Const::None,
            tag::TRUE => Const::True,
            tag::FALSE => Const::False,
            tag::ELLIPSIS => Const::Ellipsis,
            tag::INT => Const::Int(i64::from(i32::from_le_bytes(self.array()?))),
            tag::LONG => self.long()?,
            tag::BINARY_FLOAT => Const::Float(f64::from_le_bytes(self.array()?)),
            tag::BINARY_COMPLEX => Const::Complex {
                real: f64::from_le_bytes(self.array()?),
                imag: f64::from_le_bytes(self.array()?),
            },
            tag::STRING => {
                let length = self.length()?;
                Const::Bytes(self.take(length)?.into())
            }
            tag::SMALL_TUPLE => {
                let length = self.byte()? as usize;
                Const::Tuple(self.items(length)?)
            }
            tag::TUPLE => {
                let length = self.length()?;
                Const::Tuple(self.items(length)?)
            }
            tag::FROZENSET => {
                let length = self.length()?;
                Const::FrozenSet(self.items(length)?)
            }
            tag::SLICE => {
                let (start, stop, step) = (self.constant()?, self.constant()?, self.constant()?);
                Const::Slice(Box::new(SliceConst { start, stop, step }))
            }
            tag::CODE => Const::Code(Arc::new(self.code()?)),
            tag::REF => self.referred(Self::constant)?,
            tag::SHORT_ASCII
            | tag::SHORT_ASCII_INTERNED
            | tag::UNICODE
            | tag::INTERNED
            | tag::ASCII
            | tag::ASCII_INTERNED => {
                // Its reference is registered already: read it as an object met a second time.
                self.at = start;
                let again = std::mem::replace(&mut self.again, true);
                let text = self.string();
                self.again = again;
                Const::Str(Wtf8Str::from_wtf8_bytes(text?))
            }
            other => return Err(MarshalError::UnknownType(other)),
        };
        self.depth -= 1;
        Ok(value)
    }

    fn long(&mut self) -> Read<Const> {
        let count = i32::from_le_bytes(self.array()?);
        let negative = count < 0;
        let (mut magnitude, mut buffer, mut bits) = (Vec::new(), 0u32, 0);
        for _ in 0..count.unsigned_abs() {
            let digit = u16::from_le_bytes(self.array()?);
            if digit > 0x7fff {
                return Err(MarshalError::Bad("digit out of range in long"));
            }
            buffer |= u32::from(digit) << bits;
            bits += 15;
            while bits >= 8 {
                magnitude.push(buffer as u8);
                buffer >>= 8;
                bits -= 8;
            }
        }
        magnitude.push(buffer as u8);
        Ok(int_const(negative, magnitude))
    }

    fn code(&mut self) -> Read<Code> {
        let (argcount, posonlyargcount, kwonlyargcount) = (self.u32()?, self.u32()?, self.u32()?);
        let (stacksize, flags) = (self.u32()?, CodeFlags(self.u32()?));
        let code = self.byte_string()?.into();
        let consts = match self.constant()? {
            Const::Tuple(items) => items,
            _ => return Err(MarshalError::Bad("constants are no tuple")),
        };
        let (names, localsplus_names) = (self.names()?, self.names()?);
        let localsplus_kinds = self.byte_string()?.iter().map(|&kind| LocalKind(kind)).collect();
        let filename = self.str()?;
        let filename = match &self.filename {
            Some(known) if self.renamed || **known == *filename => known.clone(),
            _ => self.filename.insert(filename.into()).clone(),
        };
        Ok(Code {
            argcount,
            posonlyargcount,
            kwonlyargcount,
            stacksize,
            flags,
            code,
            consts,
            names,
            localsplus_names,
            localsplus_kinds,
            filename,
            name: self.str()?.into(),
            qualname: self.str()?.into(),
            first_line: self.u32()?,
            linetable: self.byte_string()?.into(),
            exceptiontable: self.byte_string()?.into(),
        })
    }
}

/// The constant with that sign and little-endian magnitude, small if it fits.
pub fn int_const(negative: bool, mut magnitude: Vec<u8>) -> Const {
    while magnitude.last() == Some(&0) {
        magnitude.pop();
    }
    if magnitude.len() <= 8 {
        let mut low = [0; 8];
        low[..magnitude.len()].copy_from_slice(&magnitude);
        let value = i128::from(u64::from_le_bytes(low));
        if let Ok(small) = i64::try_from(if negative { -value } else { value }) {
            return Const::Int(small);
        }
    }
    Const::BigInt(BigInt { negative, magnitude: magnitude.into() })
}
