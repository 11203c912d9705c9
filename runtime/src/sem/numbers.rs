//! Items of sequences that hold raw numbers, by subscript and in `for` loops: `str`, `bytes`, `bytearray`,
//! `array.array`.

use super::iter::{advance, position};
use super::subscr::{in_bounds, put_item};
use crate::exec::insn::{A_TEMP, C_TEMP, Insn};
use crate::field;
use crate::machine::{Alias, Field, IntOp, Machine, Owned, RawInt, Step};
use crate::slots::CmpOp;
use crate::types::array::ArrayHead;
use crate::types::bytearray::{ByteArray, ByteArrayIter};
use crate::types::bytes::{Bytes, BytesIter};
use crate::types::str::{Str, StrIter};
use crate::value::Value;

/// `Str::len`
pub const STR_LEN: Field<Str, i64> = field!(Str, len: i64, StrLen);
const STR_KIND: Field<Str, u8> = field!(Str, kind: u8, StrLen);
const BYTES_LEN: Field<Bytes, i64> = field!(Bytes, len: i64, const TupleLen);
const BYTEARRAY_LEN: Field<ByteArray, i64> = field!(ByteArray, data.len: i64, ByteVec);
const BYTEARRAY_PTR: Field<ByteArray, *mut u8> = field!(ByteArray, data.ptr: *mut u8, ByteVec);
const ARRAY_BYTES: Field<ArrayHead, i64> = field!(ArrayHead, data.len: i64, ByteVec);
const ARRAY_PTR: Field<ArrayHead, *mut u8> = field!(ArrayHead, data.ptr: *mut u8, ByteVec);
const ARRAY_LETTER: Field<ArrayHead, u8> = field!(ArrayHead, letter: u8, const TupleLen);
const STR_ITER_INDEX: Field<StrIter, i64> = field!(StrIter, index: i64, NumberIter);
const STR_ITER_TEXT: Field<StrIter, Value> = field!(StrIter, text: Value, NumberIter);
const BYTES_ITER_INDEX: Field<BytesIter, i64> = field!(BytesIter, index: i64, NumberIter);
const BYTES_ITER_BYTES: Field<BytesIter, Value> = field!(BytesIter, bytes: Value, NumberIter);
const BYTEARRAY_ITER_INDEX: Field<ByteArrayIter, i64> = field!(ByteArrayIter, index: i64, NumberIter);
const BYTEARRAY_ITER_BYTES: Field<ByteArrayIter, Value> = field!(ByteArrayIter, bytes: Value, NumberIter);

/// `c = a[b]`; `None` where it is not for here.
#[inline(always)]
pub fn subscr<M: Machine>(m: &mut M, i: Insn, x: M::V, k: M::V) -> Option<Step> {
    let index = m.as_int(k)?;
    let v = if let Some(s) = m.exact::<Str>(x) {
        let len = m.load_int(s, STR_LEN);
        let index = in_bounds(m, index, len)?;
        str_item(m, s, index)?
    } else if let Some(bytes) = m.exact::<Bytes>(x) {
        let len = m.load_int(bytes, BYTES_LEN);
        let index = in_bounds(m, index, len)?;
        bytes_item(m, bytes, index)?
    } else if let Some(bytes) = m.exact::<ByteArray>(x) {
        let len = m.load_int(bytes, BYTEARRAY_LEN);
        let index = in_bounds(m, index, len)?;
        bytearray_item(m, bytes, index)?
    } else if let Some(array) = m.exact::<ArrayHead>(x) {
        array_item(m, array, index)?
    } else {
        return None;
    };
    Some(put_item(m, i, v))
}

/// The character at an index; `None` if the string has more than a byte for each.
#[inline(always)]
fn str_item<M: Machine>(m: &mut M, s: M::Ptr<Str>, index: M::Int) -> Option<Owned<M::V>> {
    let kind = m.load_byte(s, STR_KIND);
    let one = m.int(1);
    let narrow = m.int_cmp(CmpOp::Eq, kind, one);
    if !m.test(narrow) {
        return None;
    }
    let base = m.trailing(s);
    let c = m.raw_int(base, index, RawInt::U8, Alias::StrLen)?;
    let v = m.character(c);
    Some(m.retain(v))
}

#[inline(always)]
fn bytes_item<M: Machine>(m: &mut M, bytes: M::Ptr<Bytes>, index: M::Int) -> Option<Owned<M::V>> {
    let base = m.trailing(bytes);
    let item = m.raw_int(base, index, RawInt::U8, Alias::TupleItem)?;
    Some(m.box_int(item))
}

#[inline(always)]
fn bytearray_item<M: Machine>(m: &mut M, bytes: M::Ptr<ByteArray>, index: M::Int) -> Option<Owned<M::V>> {
    let base = m.load_base(bytes, BYTEARRAY_PTR);
    let item = m.raw_int(base, index, RawInt::U8, Alias::Number)?;
    Some(m.box_int(item))
}

/// What the items of an array are.
enum Item {
    Int(RawInt),
    Float,
}

/// The items of an array with this letter; `None` for those that only helpers know.
fn item_type(letter: u8) -> Option<Item> {
    Some(match letter {
        b'B' => Item::Int(RawInt::U8),
        b'H' => Item::Int(RawInt::U16),
        b'I' => Item::Int(RawInt::U32),
        b'i' => Item::Int(RawInt::I32),
        b'l' | b'q' => Item::Int(RawInt::I64),
        b'd' => Item::Float,
        _ => return None,
    })
}

/// The type of an array's items, and the address of the one at an index.
#[inline(always)]
fn array_place<M: Machine>(
    m: &mut M,
    array: M::Ptr<ArrayHead>,
    index: M::Int,
) -> Option<(Item, M::Base, M::Int)> {
    let letter = m.load_byte(array, ARRAY_LETTER);
    let item = item_type(m.promote(letter) as u8)?;
    let bytes = m.load_int(array, ARRAY_BYTES);
    let shift = match item {
        Item::Int(RawInt::U8) => 0,
        Item::Int(RawInt::U16) => 1,
        Item::Int(RawInt::U32 | RawInt::I32) => 2,
        Item::Int(RawInt::I64) | Item::Float => 3,
    };
    let shift = m.int(shift);
    let len = m.int_arith(IntOp::Shr, bytes, shift)?;
    let index = in_bounds(m, index, len)?;
    let base = m.load_base(array, ARRAY_PTR);
    Some((item, base, index))
}

#[inline(always)]
fn array_item<M: Machine>(m: &mut M, array: M::Ptr<ArrayHead>, index: M::Int) -> Option<Owned<M::V>> {
    let (item, base, index) = array_place(m, array, index)?;
    match item {
        Item::Int(width) => {
            let v = m.raw_int(base, index, width, Alias::Number)?;
            Some(m.box_int(v))
        }
        Item::Float => {
            let v = m.raw_float(base, index, Alias::Number);
            Some(m.box_float(v))
        }
    }
}

/// `c = next(a)`; `None` where it is not for here, the end of the sequence included.
#[inline(always)]
pub fn next<M: Machine>(m: &mut M, i: Insn, it: M::V) -> Option<Step> {
    let v = if let Some(it) = m.exact::<StrIter>(it) {
        let (text, index) = position(m, it, STR_ITER_TEXT, STR_ITER_INDEX, STR_LEN)?;
        let v = str_item(m, text, index)?;
        advance(m, it, STR_ITER_INDEX, index);
        v
    } else if let Some(it) = m.exact::<BytesIter>(it) {
        let (bytes, index) = position(m, it, BYTES_ITER_BYTES, BYTES_ITER_INDEX, BYTES_LEN)?;
        let v = bytes_item(m, bytes, index)?;
        advance(m, it, BYTES_ITER_INDEX, index);
        v
    } else if let Some(it) = m.exact::<ByteArrayIter>(it) {
        let (bytes, index) = position(m, it, BYTEARRAY_ITER_BYTES, BYTEARRAY_ITER_INDEX, BYTEARRAY_LEN)?;
        let v = bytearray_item(m, bytes, index)?;
        advance(m, it, BYTEARRAY_ITER_INDEX, index);
        v
    } else {
        return None;
    };
    m.put(i, v);
    Some(Ok(()))
}

/// `a[b] = c`; `None` where it is not for here.
#[inline(always)]
pub fn store_subscr<M: Machine>(m: &mut M, i: Insn, x: M::V, k: M::V, v: M::V) -> Option<Step> {
    let index = m.as_int(k)?;
    if let Some(bytes) = m.exact::<ByteArray>(x) {
        let v = fitting_int(m, v, RawInt::U8)?;
        let len = m.load_int(bytes, BYTEARRAY_LEN);
        let index = in_bounds(m, index, len)?;
        let base = m.load_base(bytes, BYTEARRAY_PTR);
        m.set_raw_int(base, index, RawInt::U8, v, Alias::Number);
    } else {
        let array = m.exact::<ArrayHead>(x)?;
        let (item, base, index) = array_place(m, array, index)?;
        match item {
            Item::Int(width) => {
                let v = fitting_int(m, v, width)?;
                m.set_raw_int(base, index, width, v, Alias::Number);
            }
            Item::Float => {
                let v = match m.as_float(v) {
                    Some(v) => v,
                    None => {
                        let v = m.as_int(v)?;
                        m.int_to_float(v)
                    }
                };
                m.set_raw_float(base, index, v, Alias::Number);
            }
        }
    }
    Some(stored(m, i))
}

/// A value as an int that fits the items of an array.
#[inline(always)]
fn fitting_int<M: Machine>(m: &mut M, v: M::V, item: RawInt) -> Option<M::Int> {
    let v = m.as_int(v)?;
    let Some((least, count)) = item.range() else { return Some(v) };
    let offset = m.int(-least);
    let above = if least == 0 { v } else { m.int_add_unchecked(v, offset) };
    let count = m.int(count);
    let fits = m.int_below(above, count);
    m.test(fits).then_some(v)
}

/// What is left to do after a number was stored: the key was an int.
#[inline(always)]
fn stored<M: Machine>(m: &mut M, i: Insn) -> Step {
    if i.has(C_TEMP) {
        m.drop_temp(i.c);
    }
    if i.has(A_TEMP) {
        m.drop_temp(i.a);
    }
    Ok(())
}
