//! Classes: the `type` object, its slots and what the inline caches and the JIT rely on.
//!
//! # Invariants
//! - `mro[0]` is the class itself; every class in `mro` outlives it (it owns its bases).
//! - `layout` and `layout_type` name the Rust struct that instances start with; `drop_object`, `object_size`
//!   and `traverse` are that struct's.
//! - A change of an attribute goes through [`crate::protocol::type_attr::set`], which bumps versions and fires
//!   watchers; nothing else writes to `dict` after the class is ready.

mod attributes;
mod make;
mod methods;
mod mro;
mod slots;
pub use slots::DICT as DICT_ATTRIBUTE;

pub use make::{new_class, type_new};
pub use methods::{call_type, install, merge_class_dicts, mro_tuple};
pub use mro::{metaclass, solid_base};

use crate::object::{self, Header, Kind, Object, P, Ref, Visitor};
use crate::slots::Slots;
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::value::Value;
use std::any::TypeId;
use std::cell::{Cell, RefCell};

/// Bits of [`TypeObject::flags`].
pub mod flags {
    /// Made at run time by a `class` statement or `type()`; instances count a reference to it.
    pub const HEAP: u32 = 1 << 0;
    /// May be subclassed.
    pub const BASETYPE: u32 = 1 << 1;
    /// Has abstract methods left.
    pub const ABSTRACT: u32 = 1 << 2;
    /// `cls()` raises "cannot create 'x' instances".
    pub const NO_NEW: u32 = 1 << 3;
    /// Instances have a `__dict__`.
    pub const HAS_DICT: u32 = 1 << 4;
    /// Instances can be weakly referenced.
    pub const HAS_WEAKREF: u32 = 1 << 5;
    /// Some class of the MRO defines `__del__`.
    pub const FINALIZER: u32 = 1 << 6;
    /// Matches sequence patterns.
    pub const SEQUENCE: u32 = 1 << 7;
    /// Matches mapping patterns.
    pub const MAPPING: u32 = 1 << 8;
    /// Attributes cannot be set on the class from Python.
    pub const IMMUTABLE: u32 = 1 << 9;
    /// The class itself is a subject of `case C(x)` with the subject as its one positional (`int`, `str`, …).
    pub const MATCH_SELF: u32 = 1 << 10;
    /// The dict and weak reference list of instances lie behind the layout (see `protocol::finalize`).
    pub const TRAILING: u32 = 1 << 11;
    /// A subclass of `type`.
    pub const IS_META: u32 = 1 << 12;
    /// A subclass of `BaseException`.
    pub const IS_EXCEPTION: u32 = 1 << 13;
    /// The collector has to be told about instances: native methods may be attached lazily.
    pub const METHOD: u32 = 1 << 14;
}

/// A class.
#[repr(C)]
pub struct TypeObject {
    /// The header.
    pub head: Header,
    /// The layout of instances.
    pub layout: Cell<Kind>,
    /// See [`flags`].
    pub flags: Cell<u32>,
    /// The `id` that new instances get: the kind, or the root shape.
    pub instance_id: Cell<u32>,
    /// Changes whenever an attribute of a class in the MRO changes; 0 before the first cached look-up.
    pub version: Cell<u32>,
    /// Inline attribute slots that new instances are made with (learned from earlier instances).
    pub inline_slots: Cell<u32>,
    /// Names in `__slots__` of this class and its bases, which come first in every shape.
    pub slot_count: Cell<u32>,
    /// Of classes with shapes: their instances' first slot that is an attribute of the dict.
    pub attribute_base: Cell<u32>,
    /// The class's version for which `plain_init` holds; 0: it does not.
    pub plain_init_version: Cell<u32>,
    /// The Python function `__init__`, where calling the class comes down to it; borrowed from a class of the MRO.
    pub plain_init: Cell<Option<P<Function>>>,
    /// Byte offset of the instance's dict cell in its layout; 0 if there is none (see `protocol::place`).
    pub dict_offset: Cell<u32>,
    /// Byte offset of the instance's weak reference list; 0 if there is none.
    pub weakref_offset: Cell<u32>,
    /// The layout's Rust type.
    pub layout_type: Cell<TypeId>,
    /// `__name__`
    pub name: RefCell<String>,
    /// `__qualname__`, a str.
    pub qualname: Cell<Option<Value>>,
    /// `__base__`
    pub base: Cell<Option<P<TypeObject>>>,
    /// `__bases__`, an owned tuple.
    pub bases: Cell<Option<Value>>,
    /// The method resolution order.
    pub mro: RefCell<Vec<P<TypeObject>>>,
    /// `__mro__` as an owned tuple, made on demand.
    pub mro_tuple: Cell<Option<Value>>,
    /// The attributes; owned.
    pub dict: Cell<Option<P<Dict>>>,
    /// Attributes that change often: plain data that was assigned to before. Setting one leaves the version as it is,
    /// and nobody caches its value.
    pub volatile: RefCell<Vec<P<crate::types::str::Str>>>,
    /// Direct subclasses; an entry is removed when the subclass dies.
    pub subclasses: RefCell<Vec<P<TypeObject>>>,
    /// What the class's instances do.
    pub slots: Slots,
    /// Frees an instance.
    pub drop_object: Cell<unsafe fn(*mut u8)>,
    /// Bytes of an instance without what the class adds behind the layout.
    pub object_size: Cell<unsafe fn(*const u8) -> usize>,
    /// Visits what an instance owns.
    pub traverse: Cell<unsafe fn(*const u8, Visitor<'_>)>,
    /// Breaks cycles through an instance.
    pub clear_object: Cell<unsafe fn(*const u8)>,
    /// Weak references to the class.
    pub weakrefs: Cell<Option<Value>>,
    /// Exports the memory of instances (the buffer protocol), for native types other than the builtin ones.
    pub buffer: Cell<Option<crate::buffer::ExportFn>>,
}

// SAFETY: `repr(C)`, starts with the header, fixed size.
unsafe impl Object for TypeObject {
    const KIND: Kind = Kind::Type;
    const CONTAINER: bool = true;
    fn traverse(&self, visit: Visitor<'_>) {
        for v in [self.bases.get(), self.mro_tuple.get(), self.dict.get().map(P::value)].into_iter().flatten()
        {
            visit(&[v]);
        }
    }
    fn clear(&self) {
        if let Some(d) = self.dict.get() {
            d.clear_all();
        }
        // It holds the class itself. What only a `mro()` of the metaclass has put there may go with it; the bases are
        // kept by their own tuple as long as the class lives.
        let Some(tuple) = self.mro_tuple.take() else { return };
        let bases = self.bases_tuple();
        let inherited =
            |c| bases.items().iter().filter_map(|b| b.downcast()).any(|b: P<Self>| b.is_subtype(c));
        let this = &raw const *self;
        self.mro.borrow_mut().retain(|c| {
            let kept = std::ptr::eq(c.as_ptr(), this) || inherited(*c);
            if !kept {
                c.subclasses.borrow_mut().retain(|s| !std::ptr::eq(s.as_ptr(), this));
            }
            kept
        });
        self.version.set(0);
        drop(Ref::from_raw(tuple));
    }
}

/// An object that is nothing but its header: an instance of `object`.
#[repr(C)]
pub struct Bare {
    /// The header.
    pub head: Header,
}

// SAFETY: `repr(C)`, a header alone.
unsafe impl Object for Bare {
    const KIND: Kind = Kind::Object;
    const CONTAINER: bool = false;
}

unsafe fn size_of_object<T: Object>(p: *const u8) -> usize {
    // SAFETY: the class's layout is `T`.
    unsafe { (*p.cast::<T>()).size() }
}
unsafe fn traverse_object<T: Object>(p: *const u8, visit: Visitor<'_>) {
    // SAFETY: the class's layout is `T`.
    unsafe { (*p.cast::<T>()).traverse(visit) }
}
unsafe fn clear_object<T: Object>(p: *const u8) {
    // SAFETY: the class's layout is `T`.
    unsafe { (*p.cast::<T>()).clear() }
}

impl TypeObject {
    /// A class without bases, dict and slots, whose instances are bare headers until
    /// [`TypeObject::set_layout`]; `instance_id` is what their headers say.
    pub fn bare(head: Header, name: &str, flags: u32, instance_id: u32) -> TypeObject {
        TypeObject {
            head,
            layout: Cell::new(Kind::Object),
            flags: Cell::new(flags),
            instance_id: Cell::new(instance_id),
            version: Cell::new(0),
            inline_slots: Cell::new(4),
            plain_init_version: Cell::new(0),
            plain_init: Cell::new(None),
            slot_count: Cell::new(0),
            attribute_base: Cell::new(0),
            dict_offset: Cell::new(0),
            weakref_offset: Cell::new(0),
            layout_type: Cell::new(TypeId::of::<Bare>()),
            name: RefCell::new(name.to_owned()),
            qualname: Cell::new(None),
            base: Cell::new(None),
            bases: Cell::new(None),
            mro: RefCell::new(Vec::new()),
            mro_tuple: Cell::new(None),
            dict: Cell::new(None),
            volatile: RefCell::new(Vec::new()),
            subclasses: RefCell::new(Vec::new()),
            slots: Slots::default(),
            drop_object: Cell::new(object::drop_object::<Bare>),
            object_size: Cell::new(size_of_object::<Bare>),
            traverse: Cell::new(traverse_object::<Bare>),
            clear_object: Cell::new(clear_object::<Bare>),
            weakrefs: Cell::new(None),
            buffer: Cell::new(None),
        }
    }

    /// Instances are `T`s.
    pub fn set_layout<T: Object>(&self) {
        self.layout.set(T::KIND);
        self.layout_type.set(TypeId::of::<T>());
        self.drop_object.set(object::drop_object::<T>);
        self.object_size.set(size_of_object::<T>);
        self.traverse.set(traverse_object::<T>);
        self.clear_object.set(clear_object::<T>);
    }

    /// Instances have the layout that the instances of `base` have.
    pub fn copy_layout(&self, base: P<TypeObject>) {
        self.layout.set(base.layout.get());
        self.layout_type.set(base.layout_type.get());
        self.drop_object.set(base.drop_object.get());
        self.object_size.set(base.object_size.get());
        self.traverse.set(base.traverse.get());
        self.clear_object.set(base.clear_object.get());
        self.slot_count.set(base.slot_count.get());
        self.attribute_base.set(base.attribute_base.get());
        self.dict_offset.set(base.dict_offset.get());
        self.weakref_offset.set(base.weakref_offset.get());
        self.buffer.set(base.buffer.get());
    }

    /// Do instances start with a `T`?
    #[inline(always)]
    pub fn has_layout<T: Object>(&self) -> bool {
        if T::KIND as u32 == Kind::Native as u32 {
            self.layout_type.get() == TypeId::of::<T>()
        } else {
            self.layout.get() == T::KIND
        }
    }
    /// Is this flag set?
    #[inline(always)]
    pub fn has(&self, flag: u32) -> bool {
        self.flags.get() & flag != 0
    }
    /// Made at run time?
    #[inline(always)]
    pub fn is_heap(&self) -> bool {
        self.has(flags::HEAP)
    }
    /// Do instances need `protocol::finalize::run` when they die (`__del__`, weak references)?
    #[inline(always)]
    pub fn needs_finalizer(&self) -> bool {
        self.has(flags::FINALIZER | flags::HAS_WEAKREF)
    }
    /// Bytes behind the layout: dict and weak reference list of subclasses of builtin types, and their slots.
    #[inline(always)]
    pub fn trailing_bytes(&self) -> usize {
        if self.has(flags::TRAILING) { 16 + 8 * self.slot_count.get() as usize } else { 0 }
    }
    /// Is it `other` or derived from it (by the MRO, without `__subclasscheck__`)?
    #[inline]
    pub fn is_subtype(&self, other: P<TypeObject>) -> bool {
        std::ptr::eq(self, other.as_ptr()) || self.mro.borrow().contains(&other)
    }
    /// `__bases__`
    pub fn bases_tuple(&self) -> P<crate::types::tuple::Tuple> {
        match self.bases.get().and_then(Value::downcast) {
            Some(t) => t,
            None => unreachable!("a class gets its bases when it is made"),
        }
    }
    /// Set or clear a flag.
    pub fn set_flag(&self, flag: u32, on: bool) {
        let f = self.flags.get();
        self.flags.set(if on { f | flag } else { f & !flag });
    }
    /// The attribute dict.
    #[inline(always)]
    pub fn dict(&self) -> P<Dict> {
        self.dict.get().expect("a class gets its dict when it is made")
    }
    /// `__name__`
    pub fn name(&self) -> String {
        self.name.borrow().clone()
    }
    /// Use `__name__` for something that runs no Python code.
    pub fn with_name<T>(&self, f: impl FnOnce(&str) -> T) -> T {
        f(&self.name.borrow())
    }
    /// `__qualname__` as text.
    pub fn qualified_name(&self) -> String {
        match self.qualname.get().and_then(Value::as_str) {
            Some(s) => s.to_lossy(),
            None => self.name(),
        }
    }
}

impl Drop for TypeObject {
    fn drop(&mut self) {
        let this = &raw const *self;
        for base in self.mro.borrow().iter().skip(1) {
            base.subclasses.borrow_mut().retain(|s| !std::ptr::eq(s.as_ptr(), this));
        }
        for v in [self.qualname.get(), self.bases.get(), self.mro_tuple.get(), self.dict.get().map(P::value)]
        {
            drop(v.map(Ref::from_raw));
        }
    }
}

impl Value {
    /// The class of any value.
    #[inline(always)]
    pub fn class(self) -> P<TypeObject> {
        if self.is_pointer() { self.header().class.get() } else { immediate_class(self) }
    }
    /// Is its class `class` or derived from it?
    #[inline(always)]
    pub fn is_instance_of(self, class: P<TypeObject>) -> bool {
        let own = self.class();
        own == class || own.is_subtype(class)
    }
}

fn immediate_class(v: Value) -> P<TypeObject> {
    let t = crate::runtime::types();
    if v.is_int() {
        t.int
    } else if v.is_flonum() {
        t.float
    } else if v.is_bool() {
        t.bool_
    } else if v.is_none() {
        t.none_type
    } else if v.is(crate::value::NOT_IMPLEMENTED) {
        t.not_implemented_type
    } else if v.is(crate::value::ELLIPSIS) {
        t.ellipsis_type
    } else {
        unreachable!("the unbound marker has no class")
    }
}
