//! Bytes to values.

use dashu_int::{IBig, Sign, UBig};
use taipan_bytecode::Const;
use taipan_bytecode::marshal::{MarshalError, int_const, load_code_at, tag};
use taipan_runtime::error::{Exc, PyResult, raise_message};
use taipan_runtime::object::Ref;
use taipan_runtime::runtime::exception_class;
use taipan_runtime::types::set::SetTable;
use taipan_runtime::types::{bytes, code, complex, dict, float, int, list, set, slice, str, tuple};
use taipan_runtime::value::{ELLIPSIS, FALSE, NONE, TRUE};

/// Nesting beyond this is an error.
const MAX_DEPTH: u32 = 2000;

/// Reads one value.
pub struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Offsets of the objects that can be referred to.
    offsets: Vec<usize>,
    /// Those objects, where they have been made.
    objects: Vec<Option<Ref>>,
    depth: u32,
    allow_code: bool,
}

fn bad<T>(e: &MarshalError) -> PyResult<T> {
    let exc = if *e == MarshalError::Truncated { Exc::EOFError } else { Exc::ValueError };
    raise_message(exc, &e.to_string())
}

fn unreadable<T>(what: &'static str) -> PyResult<T> {
    bad(&MarshalError::Bad(what))
}

impl<'a> Reader<'a> {
    /// A reader of these bytes.
    pub fn new(bytes: &'a [u8], allow_code: bool) -> Reader<'a> {
        Reader { bytes, at: 0, offsets: Vec::new(), objects: Vec::new(), depth: 0, allow_code }
    }

    /// The value, and the bytes that it took.
    pub fn top(mut self) -> PyResult<(Ref, usize)> {
        match self.value()? {
            Some(v) => Ok((v, self.at)),
            None => taipan_runtime::raise!(TypeError, "NULL object in marshal data for object"),
        }
    }

    fn take(&mut self, n: usize) -> PyResult<&'a [u8]> {
        match self.bytes.get(self.at..).and_then(|rest| rest.get(..n)) {
            Some(bytes) => {
                self.at += n;
                Ok(bytes)
            }
            None => bad(&MarshalError::Truncated),
        }
    }

    fn i32(&mut self) -> PyResult<i32> {
        let b = self.take(4)?;
        Ok(i32::from_le_bytes([b[0], b[1], b[2], b[3]]))
    }

    fn f64(&mut self) -> PyResult<f64> {
        let mut word = [0; 8];
        word.copy_from_slice(self.take(8)?);
        Ok(f64::from_le_bytes(word))
    }

    fn length(&mut self) -> PyResult<usize> {
        match usize::try_from(self.i32()?) {
            Ok(n) => Ok(n),
            Err(_) => unreadable("size out of range"),
        }
    }

    fn items(&mut self, n: usize) -> PyResult<Vec<Ref>> {
        let mut items = Vec::with_capacity(n.min(self.bytes.len() - self.at));
        for _ in 0..n {
            match self.value()? {
                Some(v) => items.push(v),
                None => return taipan_runtime::raise!(TypeError, "NULL object in marshal data for tuple"),
            }
        }
        Ok(items)
    }

    /// A value, or `None` for the mark that ends a dict.
    fn value(&mut self) -> PyResult<Option<Ref>> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return unreadable("recursion limit exceeded");
        }
        let start = self.at;
        let byte = self.take(1)?[0];
        let (tag, flagged) = (byte & !tag::FLAG_REF, byte & tag::FLAG_REF != 0);
        if tag == tag::CODE {
            let v = self.code(start)?;
            self.depth -= 1;
            return Ok(Some(v));
        }
        let place = flagged.then(|| {
            self.offsets.push(start);
            self.objects.push(None);
            self.objects.len() - 1
        });
        let v = self.tagged(tag)?;
        if let (Some(i), Some(v)) = (place, &v) {
            self.objects[i] = Some(v.clone());
        }
        self.depth -= 1;
        Ok(v)
    }

    fn tagged(&mut self, tag: u8) -> PyResult<Option<Ref>> {
        Ok(Some(match tag {
            tag::NULL => return Ok(None),
            tag::NONE => NONE.own(),
            tag::TRUE => TRUE.own(),
            tag::FALSE => FALSE.own(),
            tag::ELLIPSIS => ELLIPSIS.own(),
            tag::STOPITER => exception_class(Exc::StopIteration).own(),
            tag::INT => int::new(self.i32()?.into()),
            tag::LONG => self.long()?,
            tag::BINARY_FLOAT => float::new(self.f64()?),
            tag::BINARY_COMPLEX => complex::new(self.f64()?, self.f64()?),
            tag::STRING => {
                let n = self.length()?;
                bytes::new(self.take(n)?).erase()
            }
            tag::SHORT_ASCII | tag::SHORT_ASCII_INTERNED => {
                let n = self.take(1)?[0] as usize;
                str::latin1(self.take(n)?).erase()
            }
            tag::ASCII | tag::ASCII_INTERNED | tag::UNICODE | tag::INTERNED => {
                let n = self.length()?;
                str::from_wtf8(self.take(n)?).erase()
            }
            tag::SMALL_TUPLE => {
                let n = self.take(1)?[0] as usize;
                tuple::from_refs(self.items(n)?).erase()
            }
            tag::TUPLE => {
                let n = self.length()?;
                tuple::from_refs(self.items(n)?).erase()
            }
            tag::LIST => {
                let n = self.length()?;
                list::new(self.items(n)?).erase()
            }
            tag::DICT => self.dict()?,
            tag::SET | tag::FROZENSET => {
                let n = self.length()?;
                let table = SetTable::default();
                for v in self.items(n)? {
                    table.add(*v)?;
                }
                if tag == tag::SET {
                    set::from_table(table).erase()
                } else {
                    set::frozen_from_table(table).erase()
                }
            }
            tag::SLICE => {
                let parts = self.items(3)?;
                slice::new(*parts[0], *parts[1], *parts[2]).erase()
            }
            tag::REF => self.referred()?,
            other => return bad(&MarshalError::UnknownType(other)),
        }))
    }

    fn dict(&mut self) -> PyResult {
        let d = dict::new();
        while let Some(key) = self.value()? {
            match self.value()? {
                Some(v) => d.insert(*key, v)?,
                None => break,
            }
        }
        Ok(d.erase())
    }

    fn long(&mut self) -> PyResult {
        let count = self.i32()?;
        let mut magnitude = UBig::ZERO;
        for i in 0..count.unsigned_abs() as usize {
            let b = self.take(2)?;
            let digit = u16::from_le_bytes([b[0], b[1]]);
            if digit > 0x7fff {
                return unreadable("digit out of range in long");
            }
            magnitude += UBig::from(digit) << (15 * i);
        }
        Ok(match int_const(count < 0, magnitude.to_le_bytes().into()) {
            Const::Int(i) => int::new(i),
            _ => {
                let sign = if count < 0 { Sign::Negative } else { Sign::Positive };
                int::from_big(IBig::from_parts(sign, magnitude))
            }
        })
    }

    fn code(&mut self, start: usize) -> PyResult {
        if !self.allow_code {
            return taipan_runtime::raise!(ValueError, "unmarshalling code objects is disallowed");
        }
        match load_code_at(self.bytes, start, &mut self.offsets) {
            Ok((c, end)) => {
                if let Err(e) = taipan_bytecode::verify::verify_all(&c) {
                    return taipan_runtime::raise!(ValueError, "bad marshal data (invalid bytecode: {e})");
                }
                self.at = end;
                self.objects.resize(self.offsets.len(), None);
                Ok(code::new(c).erase())
            }
            Err(e) => bad(&e),
        }
    }

    /// The object that a reference means; one inside a code object is made now.
    fn referred(&mut self) -> PyResult {
        let Ok(i) = usize::try_from(self.i32()?) else { return unreadable("invalid reference") };
        let Some(&offset) = self.offsets.get(i) else { return unreadable("invalid reference") };
        if let Some(v) = &self.objects[i] {
            return Ok(v.clone());
        }
        let behind = std::mem::replace(&mut self.at, offset);
        let tag = self.take(1)?[0] & !tag::FLAG_REF;
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return unreadable("recursion limit exceeded");
        }
        let v = self.tagged(tag)?;
        self.depth -= 1;
        self.at = behind;
        match v {
            Some(v) => {
                self.objects[i] = Some(v.clone());
                Ok(v)
            }
            None => unreadable("invalid reference"),
        }
    }
}
