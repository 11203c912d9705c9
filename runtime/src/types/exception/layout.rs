//! The exception object: what every exception has, behind it the fields of its family, and behind those the attributes
//! of instances of Python classes.
//!
//! # Invariants
//! - It begins as an [`Instance`] does, whose slots are the words from `args` on: the shapes of Python classes of
//!   exceptions have slots without a name for what lies before the attributes (`attribute_base` of them).
//! - `inline` counts the words from `args` on. What follows the struct is `UNBOUND` or an owned value: `family.fields()`
//!   of them belong to the family.
//! - `args` is an owned tuple; `traceback` owns a traceback, `context` and `cause` own exceptions.

use crate::object::{Header, Kind, Object, Own, P, Ref, Visitor, decref};
use crate::types::dict::Dict;
use crate::types::instance::Instance;
use crate::types::tuple::Tuple;
use crate::types::type_object::TypeObject;
use crate::value::{UNBOUND, Value};
use std::cell::Cell;
use std::mem::offset_of;

macro_rules! define_families {
    ($($family:ident: $($field:ident)*;)*) => {
        /// Which builtin class an exception's extra fields come from.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Family { $(#[doc = stringify!($family)] $family,)* }
        impl Family {
            /// The number of fields.
            pub const fn fields(self) -> usize {
                match self { $(Family::$family => { const NAMES: &[&str] = &[$(stringify!($field)),*]; NAMES.len() }),* }
            }
        }
        /// The fields' places, as `field::Family::name`.
        #[allow(non_snake_case, non_upper_case_globals, reason = "named after the Python attributes")]
        pub mod field {
            $(
                #[doc = concat!("Fields of `", stringify!($family), "`.")]
                pub mod $family {
                    define_families!(@place $family 0; $($field)*);
                }
            )*
        }
    };
    (@place $family:ident $n:expr; $field:ident $($rest:ident)*) => {
        #[doc = concat!("`", stringify!($field), "`")]
        pub const $field: super::super::FieldRef = super::super::FieldRef { family: super::super::Family::$family, index: $n };
        define_families!(@place $family $n + 1; $($rest)*);
    };
    (@place $family:ident $n:expr;) => {};
}

define_families! {
    Plain: ;
    Group: message exceptions;
    StopIteration: value;
    SystemExit: code;
    ImportError: msg name path name_from;
    AttributeError: name obj;
    NameError: name;
    OSError: errno strerror filename filename2 written;
    SyntaxError: msg filename lineno offset text end_lineno end_offset print_file_and_line _metadata;
    UnicodeError: encoding object start end reason;
}

impl Family {
    /// The slot behind those of the struct and the family, in terms of [`Instance`].
    pub const fn first_attribute(self) -> u32 {
        (OWN_WORDS + self.fields()) as u32
    }
}

/// One field of a family.
#[derive(Clone, Copy, Debug)]
pub struct FieldRef {
    /// The family.
    pub family: Family,
    /// Its place.
    pub index: usize,
}

/// An exception.
#[repr(C)]
pub struct BaseException {
    /// The header.
    pub head: Header,
    /// The `__dict__`, once somebody asked for it; owned. The classes' `dict_offset` points here.
    pub dict: Cell<Option<P<Dict>>>,
    /// Weak references to this object, of instances of Python classes.
    pub weakrefs: Cell<Option<Value>>,
    inline: u32,
    /// `__suppress_context__`
    pub suppress_context: Cell<bool>,
    family: Family,
    args: Cell<P<Tuple>>,
    traceback: Cell<Option<Value>>,
    context: Cell<Option<Value>>,
    cause: Cell<Option<Value>>,
}

/// Bytes from an exception's start to its fields.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs, reason = "named like the fields")]
pub struct Places {
    pub dict: u32,
    pub weakrefs: u32,
    pub inline: u32,
    pub suppress_context: u32,
    pub family: u32,
    pub args: u32,
    pub traceback: u32,
    pub context: u32,
    pub cause: u32,
}

/// Words of the struct from `args` on.
const OWN_WORDS: usize = 4;

const _: () = {
    assert!(offset_of!(BaseException, dict) == offset_of!(Instance, dict));
    assert!(offset_of!(BaseException, weakrefs) == offset_of!(Instance, weakrefs));
    assert!(offset_of!(BaseException, inline) == offset_of!(Instance, inline));
    assert!(offset_of!(BaseException, args) == size_of::<Instance>());
    assert!(size_of::<BaseException>() == size_of::<Instance>() + 8 * OWN_WORDS);
};

// SAFETY: `repr(C)`, starts with the header; `size` counts the fields.
unsafe impl Object for BaseException {
    const KIND: Kind = Kind::BaseException;
    const CONTAINER: bool = true;
    fn size(&self) -> usize {
        size_of::<Instance>() + 8 * self.inline as usize
    }
    fn traverse(&self, visit: Visitor<'_>) {
        visit(&[self.args.get().value()]);
        if let Some(d) = self.dict.get() {
            visit(&[d.value()]);
        }
        for v in [self.traceback.get(), self.context.get(), self.cause.get()].into_iter().flatten() {
            visit(&[v]);
        }
        self.words().iter().for_each(|f| visit(&[f.get()]));
    }
    fn clear(&self) {
        for slot in [&self.traceback, &self.context, &self.cause] {
            drop(slot.take().map(Ref::from_raw));
        }
        self.words().iter().for_each(|f| decref(f.replace(UNBOUND)));
        drop(self.dict.take().map(|d| Ref::from_raw(d.value())));
        self.set_args(crate::types::tuple::empty());
    }
}

/// Words from `args` on in a new exception of `class`.
pub fn slots(class: P<TypeObject>, family: Family) -> u32 {
    family.first_attribute().max(if class.is_heap() { class.inline_slots.get() } else { 0 })
}

/// A new exception of `class` (whose layout this is), without initialising the fields beyond `args`.
pub fn make(class: P<TypeObject>, family: Family, args: Own<Tuple>) -> Own<BaseException> {
    let inline = slots(class, family);
    let behind = inline as usize - OWN_WORDS;
    // SAFETY: fresh memory with room for the struct and the words behind it, all written here.
    let e = unsafe {
        let p = crate::object::alloc_uninit_in::<BaseException>(class, 8 * behind);
        p.write(BaseException {
            head: Header::new(class),
            dict: Cell::new(None),
            weakrefs: Cell::new(None),
            inline,
            suppress_context: Cell::new(false),
            family,
            args: Cell::new(args.p()),
            traceback: Cell::new(None),
            context: Cell::new(None),
            cause: Cell::new(None),
        });
        for i in 0..behind {
            p.add(1).cast::<Value>().add(i).write(UNBOUND);
        }
        Own::from_raw(P::from_ptr(p))
    };
    std::mem::forget(args);
    e
}

impl BaseException {
    /// Where the `dict` cell is, for the classes' `dict_offset`.
    pub const DICT_OFFSET: u32 = offset_of!(BaseException, dict) as u32;
    /// Where machine code finds the fields.
    pub const PLACES: Places = Places {
        dict: offset_of!(BaseException, dict) as u32,
        weakrefs: offset_of!(BaseException, weakrefs) as u32,
        inline: offset_of!(BaseException, inline) as u32,
        suppress_context: offset_of!(BaseException, suppress_context) as u32,
        family: offset_of!(BaseException, family) as u32,
        args: offset_of!(BaseException, args) as u32,
        traceback: offset_of!(BaseException, traceback) as u32,
        context: offset_of!(BaseException, context) as u32,
        cause: offset_of!(BaseException, cause) as u32,
    };
    /// The family.
    #[inline]
    pub fn family(&self) -> Family {
        self.family
    }
    /// Fields of the family and attributes.
    fn words(&self) -> &[Cell<Value>] {
        let behind = self.inline as usize - OWN_WORDS;
        // SAFETY: that many words follow the struct.
        unsafe { std::slice::from_raw_parts((&raw const *self).add(1).cast(), behind) }
    }
    fn all_fields(&self) -> &[Cell<Value>] {
        &self.words()[..self.family.fields()]
    }
    fn cell(&self, f: FieldRef) -> Option<&Cell<Value>> {
        if self.family == f.family { self.all_fields().get(f.index) } else { None }
    }
    /// A field, borrowed; `None` while it is not set (or where this exception's family has no such field).
    #[inline]
    pub fn field(&self, f: FieldRef) -> Option<Value> {
        self.cell(f).map(Cell::get).filter(|v| !v.is_unbound())
    }
    /// Set a field, or unset it.
    pub fn set_field(&self, f: FieldRef, v: Option<Ref>) {
        if let Some(cell) = self.cell(f) {
            decref(cell.replace(v.map_or(UNBOUND, Ref::into_raw)));
        }
    }
    /// `args`
    #[inline]
    pub fn args(&self) -> P<Tuple> {
        self.args.get()
    }
    /// Set `args`.
    pub fn set_args(&self, args: Own<Tuple>) {
        let old = self.args.replace(args.p());
        std::mem::forget(args);
        decref(old.value());
    }
    /// `__traceback__`, a traceback.
    #[inline]
    pub fn traceback(&self) -> Option<Value> {
        self.traceback.get()
    }
    /// Set `__traceback__`.
    pub fn set_traceback(&self, tb: Option<Ref>) {
        drop(self.traceback.replace(tb.map(Ref::into_raw)).map(Ref::from_raw));
    }
    /// `__context__`, an exception.
    #[inline]
    pub fn context(&self) -> Option<Value> {
        self.context.get()
    }
    /// Set `__context__`.
    pub fn set_context(&self, e: Option<Ref>) {
        drop(self.context.replace(e.map(Ref::into_raw)).map(Ref::from_raw));
    }
    /// `__cause__`, an exception.
    #[inline]
    pub fn cause(&self) -> Option<Value> {
        self.cause.get()
    }
    /// Set `__cause__`, which suppresses the context in tracebacks.
    pub fn set_cause(&self, e: Option<Ref>) {
        self.suppress_context.set(true);
        drop(self.cause.replace(e.map(Ref::into_raw)).map(Ref::from_raw));
    }
}

impl Drop for BaseException {
    fn drop(&mut self) {
        for slot in [&self.traceback, &self.context, &self.cause] {
            drop(slot.take().map(Ref::from_raw));
        }
        self.words().iter().for_each(|f| decref(f.replace(UNBOUND)));
        drop(self.dict.take().map(|d| Ref::from_raw(d.value())));
        decref(self.args.get().value());
    }
}
