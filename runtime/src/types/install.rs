//! Which function fills in each builtin class of numbers, text, containers and iterators.

use crate::object::{Kind, P};
use crate::types::type_object::{TypeObject, flags};
use crate::types::{
    bool, bytearray, bytes, complex, dict, enumerate, filter, float, int, iterators, list, map, memoryview,
    range, reversed, set, singletons, slice, str, tuple, zip,
};

/// One row a class: its kind, what sets layout, slots and methods, and its flags.
const CLASSES: &[(Kind, fn(P<TypeObject>), u32)] = {
    const OPEN: u32 = flags::BASETYPE;
    const SELF: u32 = flags::MATCH_SELF;
    &[
        (Kind::Int, int::install, OPEN | SELF),
        (Kind::Float, float::install, OPEN | SELF),
        (Kind::Complex, complex::install, OPEN),
        (Kind::Bool, bool::install, SELF),
        (Kind::NoneType, singletons::NoneType::install, 0),
        (Kind::NotImplementedType, singletons::NotImplementedType::install, 0),
        (Kind::EllipsisType, singletons::EllipsisType::install, 0),
        (Kind::Str, str::install, OPEN | SELF),
        (Kind::StrIter, str::install_iter, flags::NO_NEW),
        (Kind::Bytes, bytes::install, OPEN | SELF),
        (Kind::BytesIter, bytes::install_iter, flags::NO_NEW),
        (Kind::ByteArray, bytearray::install, OPEN | SELF),
        (Kind::ByteArrayIter, bytearray::install_iter, flags::NO_NEW),
        (Kind::MemoryView, memoryview::install, flags::SEQUENCE),
        (Kind::MemoryIter, memoryview::install_iter, flags::NO_NEW),
        (Kind::List, list::install, OPEN | SELF),
        (Kind::Tuple, tuple::install, OPEN | SELF),
        (Kind::Dict, dict::install, OPEN | SELF),
        (Kind::Set, set::install, OPEN | SELF | flags::HAS_WEAKREF),
        (Kind::FrozenSet, set::install_frozen, OPEN | SELF | flags::HAS_WEAKREF),
        (Kind::Range, range::install, flags::SEQUENCE),
        (Kind::Slice, slice::install, 0),
        (Kind::ListIter, list::iter::install, 0),
        (Kind::ListRevIter, list::iter::install_reversed, 0),
        (Kind::TupleIter, tuple::install_iter, 0),
        (Kind::RangeIter, range::install_iter, 0),
        (Kind::LongRangeIter, range::install_long_iter, 0),
        (Kind::DictKeyIter, dict::iter::install_keys, 0),
        (Kind::DictValueIter, dict::iter::install_values, 0),
        (Kind::DictItemIter, dict::iter::install_items, 0),
        (Kind::DictRevKeyIter, dict::iter::install_rev_keys, 0),
        (Kind::DictRevValueIter, dict::iter::install_rev_values, 0),
        (Kind::DictRevItemIter, dict::iter::install_rev_items, 0),
        (Kind::DictKeys, dict::views::install_keys, 0),
        (Kind::DictValues, dict::views::install_values, 0),
        (Kind::DictItems, dict::views::install_items, 0),
        (Kind::SetIter, set::install_iter, 0),
        (Kind::SeqIter, iterators::install_seq, 0),
        (Kind::CallIter, iterators::install_call, 0),
        (Kind::Reversed, reversed::install, OPEN),
        (Kind::Enumerate, enumerate::install, OPEN),
        (Kind::Zip, zip::install, OPEN),
        (Kind::Map, map::install, OPEN),
        (Kind::Filter, filter::install, OPEN),
    ]
};

/// Fill in the class of this kind; `false` if it is none of these.
pub fn install(kind: Kind, class: P<TypeObject>) -> bool {
    let Some(&(_, fill, extra)) = CLASSES.iter().find(|row| row.0 == kind) else { return false };
    match kind {
        Kind::Int => class.set_layout::<int::Int>(),
        Kind::Float => class.set_layout::<float::Float>(),
        _ => {}
    }
    class.flags.set(class.flags.get() | extra);
    fill(class);
    true
}
