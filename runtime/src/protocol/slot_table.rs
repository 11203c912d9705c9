//! Slots and dunder methods in step.
//!
//! A native slot shows in its class's dict as a wrapper descriptor; a dunder method in a class's MRO shows in its
//! slots as the generic slot that calls it. Where all that is found for a slot are wrappers of one native slot, the
//! class gets that one itself.

use crate::error::PyResult;
use crate::object::{P, Ref};
use crate::protocol::compare::hash_not_implemented;
use crate::protocol::{slot_generic, type_attr};
use crate::runtime::runtime;
use crate::slots::*;
use crate::types::descriptor::{NativeFunction, SlotWrapper, new_wrapper};
use crate::types::str::Str;
use crate::types::type_object::TypeObject;
use crate::value::{NONE, Value};

/// A slot's function.
#[derive(Clone, Copy)]
#[allow(missing_docs, reason = "each variant is the type of that name")]
pub enum SlotFn {
    Unary(Unary),
    Binary(Binary),
    Ternary(Ternary),
    Inquiry(Inquiry),
    LenFn(LenFn),
    HashFn(HashFn),
    CompareFn(CompareFn),
    NextFn(NextFn),
    StoreItemFn(StoreItemFn),
    ContainsFn(ContainsFn),
    RepeatFn(RepeatFn),
    GetAttrFn(GetAttrFn),
    SetAttrFn(SetAttrFn),
    CallFn(CallFn),
    NewFn(NewFn),
    InitFn(InitFn),
    DescrGetFn(DescrGetFn),
    DescrSetFn(DescrSetFn),
    FinalizeFn(FinalizeFn),
}

impl SlotFn {
    /// The function's address.
    pub fn address(self) -> usize {
        match self {
            SlotFn::Unary(f) => f as usize,
            SlotFn::Binary(f) => f as usize,
            SlotFn::Ternary(f) => f as usize,
            SlotFn::Inquiry(f) => f as usize,
            SlotFn::LenFn(f) => f as usize,
            SlotFn::HashFn(f) => f as usize,
            SlotFn::CompareFn(f) => f as usize,
            SlotFn::NextFn(f) => f as usize,
            SlotFn::StoreItemFn(f) => f as usize,
            SlotFn::ContainsFn(f) => f as usize,
            SlotFn::RepeatFn(f) => f as usize,
            SlotFn::GetAttrFn(f) => f as usize,
            SlotFn::SetAttrFn(f) => f as usize,
            SlotFn::CallFn(f) => f as usize,
            SlotFn::NewFn(f) => f as usize,
            SlotFn::InitFn(f) => f as usize,
            SlotFn::DescrGetFn(f) => f as usize,
            SlotFn::DescrSetFn(f) => f as usize,
            SlotFn::FinalizeFn(f) => f as usize,
        }
    }
}

/// The same function?
pub fn same_slot(f: SlotFn, g: SlotFn) -> bool {
    f.address() == g.address()
}

/// How a slot's wrappers pass arguments and results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "named after the slots")]
#[allow(non_camel_case_types, reason = "as in `for_each_slot!`")]
pub enum Wrap {
    unary,
    hash,
    call,
    getattr,
    setattr,
    compare,
    next,
    descr_get,
    descr_set,
    init,
    new,
    finalize,
    binary,
    power,
    inquiry,
    inplace,
    len,
    getitem,
    setitem,
    contains,
    sequence,
}

impl Wrap {
    /// `__text_signature__` of wrappers of this kind.
    pub fn signature(self) -> &'static str {
        match self {
            Wrap::unary | Wrap::hash | Wrap::next | Wrap::inquiry | Wrap::len | Wrap::finalize => {
                "($self, /)"
            }
            Wrap::call | Wrap::init => "($self, /, *args, **kwargs)",
            Wrap::new => "($type, *args, **kwargs)",
            Wrap::getattr => "($self, name, /)",
            Wrap::setattr => "($self, name, value, /)",
            Wrap::descr_get => "($self, instance, owner=None, /)",
            Wrap::descr_set => "($self, instance, value, /)",
            Wrap::compare | Wrap::binary | Wrap::inplace | Wrap::sequence => "($self, value, /)",
            Wrap::power => "($self, value, mod=None, /)",
            Wrap::getitem | Wrap::contains => "($self, key, /)",
            Wrap::setitem => "($self, key, value, /)",
        }
    }
    /// `__doc__` of wrappers of this kind.
    pub fn doc(self) -> Option<&'static str> {
        Some(match self {
            Wrap::hash => "Return hash(self).",
            Wrap::call => "Call self as a function.",
            Wrap::getattr => "Return getattr(self, name).",
            Wrap::setattr => "Implement setattr(self, name, value).",
            Wrap::next => "Implement next(self).",
            Wrap::descr_get => "Return an attribute of instance, which is of type owner.",
            Wrap::descr_set => "Set an attribute of instance to value.",
            Wrap::init => "Initialize self.  See help(type(self)) for accurate signature.",
            Wrap::new => "Create and return a new object.  See help(type) for accurate signature.",
            Wrap::inquiry => "True if self else False",
            Wrap::len => "Return len(self).",
            Wrap::getitem => "Return self[key].",
            Wrap::setitem => "Set self[key] to value.",
            Wrap::contains => "Return bool(key in self).",
            _ => return None,
        })
    }
}

/// A row of `for_each_slot!`.
pub struct Row {
    /// The dunder names.
    pub names: &'static [&'static str],
    /// How it is wrapped.
    pub wrap: Wrap,
    /// Reads the slot.
    pub get: fn(&Slots) -> Option<SlotFn>,
    /// Sets the slot.
    pub set: fn(&Slots, Option<SlotFn>),
    /// The slot that calls the dunder methods.
    pub generic: Option<SlotFn>,
}

macro_rules! define_rows {
    ($($field:ident: $ty:ident, $kind:ident, $($name:literal)*;)*) => {
        /// The rows' numbers.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(non_camel_case_types, missing_docs, reason = "named after the slots")]
        #[repr(usize)]
        pub enum SlotIndex { $($field),* }

        /// The rows, by [`SlotIndex`].
        pub static ROWS: &[Row] = &[$(Row {
            names: &[$($name),*],
            wrap: Wrap::$kind,
            get: |s| s.$field.get().map(SlotFn::$ty),
            set: |s, f| s.$field.set(match f { Some(SlotFn::$ty(f)) => Some(f), _ => None }),
            generic: slot_generic::generic!($kind $field),
        }),*];
    };
}
crate::for_each_slot!(define_rows);

/// The interned dunder names of the rows, and the rows of each name.
pub struct SlotNames {
    names: Vec<Vec<P<Str>>>,
    rows: hashbrown::HashMap<usize, Vec<usize>>,
}

impl SlotNames {
    pub(crate) fn new() -> SlotNames {
        let intern = |r: &Row| r.names.iter().map(|n| crate::types::str::interned(n)).collect::<Vec<_>>();
        let names: Vec<Vec<P<Str>>> = ROWS.iter().map(intern).collect();
        let mut rows: hashbrown::HashMap<usize, Vec<usize>> = hashbrown::HashMap::new();
        for (i, row) in names.iter().enumerate() {
            for n in row {
                rows.entry(n.as_ptr() as usize).or_default().push(i);
            }
        }
        SlotNames { names, rows }
    }
    /// The interned name number `part` of a row.
    #[inline]
    pub fn name(&self, row: usize, part: usize) -> P<Str> {
        self.names[row][part]
    }
}

/// The interned dunder name number `part` of a slot.
#[inline]
pub fn slot_name(slot: SlotIndex, part: usize) -> P<Str> {
    runtime().slot_names().name(slot as usize, part)
}

/// Put a wrapper into the dict for each of the class's own native slots, where the dict has no such name yet.
pub fn add_wrappers(class: P<TypeObject>) {
    let unhashable = SlotFn::HashFn(hash_not_implemented);
    if class.slots.compare.get().is_some() && class.slots.hash.get().is_none() {
        class.slots.hash.set(Some(hash_not_implemented));
    }
    if class.slots.hash.get().is_some_and(|f| same_slot(SlotFn::HashFn(f), unhashable)) {
        add(class, crate::names::names().__hash__, Ref::from_raw(NONE));
    }
    for (i, row) in ROWS.iter().enumerate() {
        let Some(f) = (row.get)(&class.slots) else { continue };
        if row.wrap == Wrap::new {
            let new = NativeFunction::new(&new_wrapper::DEF, Some(class.own()), None).erase();
            add(class, runtime().slot_names().name(i, 0), new);
            continue;
        }
        for part in 0..row.names.len() {
            // Native types without `__getattr__`, and without a way to delete, have no wrapper for it.
            if row.wrap == Wrap::getattr && part == 1 {
                continue;
            }
            let name = runtime().slot_names().name(i, part);
            add(class, name, SlotWrapper::new(class, name, f, row.wrap, part).erase());
        }
    }
    let sequence: [(Option<SlotFn>, &[&str]); 4] = [
        (class.slots.concat.get().map(SlotFn::Binary), &["__add__"]),
        (class.slots.repeat.get().map(SlotFn::RepeatFn), &["__mul__", "__rmul__"]),
        (class.slots.iconcat.get().map(SlotFn::Binary), &["__iadd__"]),
        (class.slots.irepeat.get().map(SlotFn::RepeatFn), &["__imul__"]),
    ];
    for (f, names) in sequence {
        for name in names.iter().filter(|_| f.is_some()) {
            let name = crate::types::str::interned(name);
            if let Some(f) = f {
                add(class, name, SlotWrapper::new(class, name, f, Wrap::sequence, 0).erase());
            }
        }
    }
}

fn add(class: P<TypeObject>, name: P<Str>, value: Ref) {
    let d = class.dict();
    if d.place_of(name).is_none() {
        d.append_new(name, value);
    }
}

/// The attribute `name` of the class has changed: recompute the slots that depend on it, in subclasses too.
pub fn update_slots(class: P<TypeObject>, name: P<Str>) {
    let Some(rows) = runtime().slot_names().rows.get(&(name.as_ptr() as usize)) else { return };
    for &row in rows {
        update_row(class, row);
    }
}

fn update_row(class: P<TypeObject>, row: usize) {
    compute(class, row);
    for sub in class.subclasses.borrow().clone() {
        update_row(sub, row);
    }
}

/// Compute the slots of a new class, whose dict and MRO are complete.
pub fn fill_slots(class: P<TypeObject>) {
    if let Some(base) = class.base.get() {
        class.slots.inherit(&base.slots);
        let inherited = base.mro.borrow();
        let dunder = |c: &P<TypeObject>| {
            let d = c.dict();
            (0..d.places())
                .filter_map(|i| d.entry(i)?.0.exact::<Str>().map(|s| s.as_ptr() as usize))
                .collect::<Vec<_>>()
        };
        let extra: Vec<P<TypeObject>> =
            class.mro.borrow().iter().copied().filter(|c| !inherited.contains(c)).collect();
        let table = &runtime().slot_names().rows;
        let mut rows: Vec<usize> =
            extra.iter().flat_map(dunder).filter_map(|n| table.get(&n)).flatten().copied().collect();
        rows.sort_unstable();
        rows.dedup();
        drop(inherited);
        for row in rows {
            compute(class, row);
        }
        // Native sequence slots have no names of their own.
        for c in &extra {
            class.slots.inherit_sequence(&c.slots);
        }
    }
    class.set_flag(crate::types::type_object::flags::FINALIZER, class.slots.finalize.get().is_some());
}

/// Compute every slot of a class anew: its MRO has changed.
pub fn recompute_all(class: P<TypeObject>) {
    for (i, row) in ROWS.iter().enumerate() {
        if !row.names.is_empty() {
            compute(class, i);
        }
    }
}

/// Give the class the slot that the attributes of its MRO ask for.
fn compute(class: P<TypeObject>, index: usize) {
    let row = &ROWS[index];
    let mut specific: Option<SlotFn> = None;
    let mut generic = false;
    for part in 0..row.names.len() {
        let name = runtime().slot_names().name(index, part);
        let Some((found, _)) = type_attr::lookup_where(class, name) else { continue };
        let native = native_slot(class, found, row);
        match (native, specific) {
            (Some(f), None) => specific = Some(f),
            (Some(f), Some(g)) if f.address() == g.address() => {}
            _ => generic = true,
        }
    }
    let slot = if generic { row.generic } else { specific };
    (row.set)(&class.slots, slot);
    if row.wrap == Wrap::finalize {
        class.set_flag(crate::types::type_object::flags::FINALIZER, slot.is_some());
    }
}

/// The native slot that this attribute stands for, if it is one.
fn native_slot(class: P<TypeObject>, found: Value, row: &Row) -> Option<SlotFn> {
    if let Some(w) = found.downcast::<SlotWrapper>() {
        return (w.wrap == row.wrap && class.is_subtype(w.owner.p()))
            .then(|| (row.get)(&w.owner.slots))
            .flatten()
            .filter(|f| f.address() == w.function.address());
    }
    if row.wrap == Wrap::new
        && let Some(f) = found.downcast::<NativeFunction>()
        && std::ptr::eq(f.def, &new_wrapper::DEF)
        && let Some(owner) = f.this.get().and_then(Value::downcast::<TypeObject>)
    {
        return (row.get)(&owner.slots);
    }
    if row.wrap == Wrap::hash && found.is_none() {
        return Some(SlotFn::HashFn(hash_not_implemented));
    }
    None
}

/// Fails with "expected N arguments, got M" unless there are between `min` and `max`.
pub fn check_count(args: &[Value], min: usize, max: usize) -> PyResult<()> {
    let n = args.len();
    if (min..=max).contains(&n) {
        return Ok(());
    }
    let (how, want) = match () {
        () if min == max => ("", min),
        () if n < min => ("at least ", min),
        () => ("at most ", max),
    };
    crate::raise!(TypeError, "expected {how}{want} argument{}, got {n}", if want == 1 { "" } else { "s" })
}
