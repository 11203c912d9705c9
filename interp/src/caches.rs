//! Filling inline caches: the slow side of [`crate::machine::Interp`]'s attribute and global look-ups.
//!
//! A polymorphic site keeps a handful of facts; one that keeps missing all the same is filled less and less often
//! and goes through the helper.

use crate::machine::Interp;
use taipan_bytecode::CodeFlags;
use taipan_runtime::error::Exc;
use taipan_runtime::exec::cache::{
    BUILTIN, Cache, Entry, GETTER, GLOBAL, IN_CLASS, OF_CLASS, OF_MODULE, SHADOWABLE, SMALL_INT, WRAPPED,
};
use taipan_runtime::exec::code::ExecCode;
use taipan_runtime::machine::{AttrHit, MethodHit, StoreHit};
use taipan_runtime::names::names;
use taipan_runtime::object::{OwnedCell, P};
use taipan_runtime::protocol::{call, operator, place, type_attr};
use taipan_runtime::runtime::{runtime, types};
use taipan_runtime::types::descriptor::{ClassMethod, Member, StaticMethod};
use taipan_runtime::types::dict::Dict;
use taipan_runtime::types::function::Function;
use taipan_runtime::types::instance::{Instance, slotted};
use taipan_runtime::types::module::Module;
use taipan_runtime::types::tuple::Tuple;
use taipan_runtime::types::type_object::{TypeObject, flags};
use taipan_runtime::value::Value;

/// Find a global and remember its place.
#[cold]
#[inline(never)]
pub fn fill_global(c: &Cache, f: P<Function>) -> Option<Value> {
    let (dict, kind) = match f.globals.place_of(c.name) {
        Some(place) => {
            c.slot.set(place as u32);
            (f.globals, GLOBAL)
        }
        // A subclass of dict is asked with `__getitem__` before the builtins are.
        None if f.globals.value().exact::<Dict>().is_none() => return None,
        None => {
            c.slot.set(f.builtins.place_of(c.name)? as u32);
            (f.builtins, BUILTIN)
        }
    };
    c.shape.set(kind);
    c.version.set(f.globals.keys_version.get());
    c.version2.set(f.builtins.keys_version.get());
    c.place.set(dict.value_address(c.slot.get() as usize));
    Some(dict.value_at(c.slot.get() as usize))
}

/// Should a cache that has missed this often be filled again?
fn worth_filling(c: &Cache) -> bool {
    let n = c.misses.get();
    c.misses.set(n.wrapping_add(1));
    n < 32 || n & 15 == 0
}

fn is_data_descriptor(d: Value) -> bool {
    d.class().slots.descr_set.get().is_some()
}

/// The slot of an instance of `class` that a member descriptor of `__slots__` stands for.
fn member_slot(d: Value, class: P<TypeObject>) -> Option<u32> {
    let member = d.exact::<Member>().filter(|_| class.has_layout::<Instance>())?;
    class.is_subtype(member.owner.p()).then_some(member.index as u32)
}

/// What a cache keeps besides its current fact, about this value; for attributes of classes with a version.
#[inline]
fn other(c: &Cache, v: Value) -> Option<Entry> {
    c.find_other(v.header().id.get(), v.class().version.get())
}

fn is_descriptor(d: Value) -> bool {
    d.class().slots.descr_get.get().is_some()
}

/// Does `class` look attributes up in the standard way?
fn reads_generically(class: P<TypeObject>) -> bool {
    class.slots.getattr.get().map(|f| f as usize) == types().object.slots.getattr.get().map(|f| f as usize)
}

fn fill(c: &Cache, v: Value, slot: u32, next_shape: u32, value: Option<Value>) {
    let class = v.class();
    if class.version.get() == 0 {
        return;
    }
    let id = v.header().id.get();
    if c.shape.get() != id {
        c.put_aside();
    }
    c.shape.set(id);
    c.version.set(class.version.get());
    c.version2.set(next_shape);
    c.slot.set(slot);
    if let Some(value) = value {
        c.value.set(value);
    }
}

/// What the cache knows about an attribute of the class or module `v`, whose header has the cache's id.
#[inline]
pub fn own_attr(c: &Cache, v: Value) -> Option<Value> {
    match c.version.get() {
        OF_MODULE => {
            let dict = v.exact::<Module>()?.dict();
            (c.version2.get() == dict.keys_version.get()).then(|| dict.value_at(c.slot.get() as usize))
        }
        _ if c.slot.get() == OF_CLASS => {
            let class = v.downcast::<TypeObject>()?;
            let versions = (class.version.get(), class.head.class.get().version.get());
            (versions == (c.version.get(), c.version2.get())).then(|| c.value.get())
        }
        _ => None,
    }
}

/// The attribute of a module, by the place in its dict.
fn module_attr(c: &Cache, v: Value) -> Option<Value> {
    let dict = v.exact::<Module>()?.dict();
    let place = dict.place_of(c.name)?;
    c.put_aside();
    c.shape.set(v.header().id.get());
    c.version.set(OF_MODULE);
    c.slot.set(place as u32);
    c.version2.set(dict.keys_version.get());
    Some(dict.value_at(place))
}

/// An attribute of a class, as it is in the class's dict: the same as long as the versions of class and metaclass stay,
/// and either no descriptor or one that [`called`] knows. (A class's version is never another's: what is cached for one does
/// not hit for objects of any other.)
fn class_attr(c: &Cache, class: P<TypeObject>) -> Option<Value> {
    let (v, meta) = (class.value(), class.head.class.get());
    let now = (v.header().id.get(), class.version.get(), meta.version.get());
    if (c.shape.get(), c.version.get(), c.version2.get()) == now {
        return Some(c.value.get());
    }
    if let Some(e) = c.find_other(now.0, now.1).filter(|e| e.version2 == now.2) {
        return Some(e.value);
    }
    let getattr = |class: P<TypeObject>| class.slots.getattr.get().map(|f| f as usize);
    // (What is cached for `type`, as a class, would hit for classes as objects.)
    if !worth_filling(c)
        || class == meta
        || getattr(meta) != getattr(types().type_)
        || type_attr::lookup(meta, c.name).is_some_and(is_data_descriptor)
    {
        return None;
    }
    let found = type_attr::lookup(class, c.name).filter(|_| !type_attr::is_volatile(class, c.name))?;
    let known = !is_descriptor(found) || call::binds_self(found) || wraps(found);
    if !known || class.version.get() == 0 || meta.version.get() == 0 {
        return None;
    }
    c.put_aside();
    c.shape.set(v.header().id.get());
    c.version.set(class.version.get());
    c.version2.set(meta.version.get());
    c.slot.set(if wraps(found) { WRAPPED } else { OF_CLASS });
    c.value.set(found);
    Some(found)
}

/// The getter of the property that the attribute of `v` is.
#[cold]
#[inline(never)]
pub fn find_getter(c: &Cache, v: Value) -> Option<P<Function>> {
    if !v.is_pointer() {
        return None;
    }
    if let Some(e) = other(c, v) {
        return if e.slot == GETTER { e.value.exact::<Function>() } else { None };
    }
    let f = operator::getter(v, c.name)?;
    if worth_filling(c) {
        fill(c, v, GETTER, 0, Some(f.value()));
    }
    Some(f)
}

/// An attribute load missed: learn where it is.
#[cold]
#[inline(never)]
pub fn attr_miss(c: &Cache, v: Value) -> AttrHit<Interp> {
    if !v.is_pointer() {
        return AttrHit::Miss;
    }
    if let Some(e) = other(c, v) {
        if e.slot >= OF_CLASS {
            return if e.slot == IN_CLASS { AttrHit::Value(e.value) } else { AttrHit::Miss };
        }
        if let Some(i) = slotted(v) {
            return AttrHit::Slot(i, e.slot);
        }
    }
    if let Some(found) = module_attr(c, v) {
        return AttrHit::Value(found);
    }
    if let Some(class) = v.downcast::<TypeObject>() {
        return match class_attr(c, class).map(|d| called(v, d)) {
            Some(MethodHit::Method(f) | MethodHit::Value(f)) => AttrHit::Value(f),
            _ => AttrHit::Miss,
        };
    }
    let class = v.class();
    if !worth_filling(c) || !reads_generically(class) {
        return AttrHit::Miss;
    }
    let found = type_attr::lookup(class, c.name);
    if c.name == names().__class__ && found == type_attr::lookup(types().object, c.name) {
        // The class of an object with this id and version never is another.
        fill(c, v, IN_CLASS, 0, Some(class.value()));
        return AttrHit::Value(class.value());
    }
    let instance = slotted(v).filter(|i| i.dict.get().is_none());
    match (found, instance) {
        (Some(d), Some(i)) if is_data_descriptor(d) => {
            if let Some(slot) = member_slot(d, class) {
                fill(c, v, slot, 0, None);
                return AttrHit::Slot(i, slot);
            }
        }
        (found, Some(i)) => {
            if let Some(slot) = i.shape().slot_of(c.name) {
                fill(c, v, slot as u32, 0, None);
                return AttrHit::Slot(i, slot as u32);
            }
            if let Some(d) = found
                && !is_descriptor(d)
                && !type_attr::is_volatile(class, c.name)
            {
                fill(c, v, IN_CLASS, 0, Some(d));
            }
        }
        (Some(d), None)
            if !is_descriptor(d) && !class.has(flags::HAS_DICT) && !type_attr::is_volatile(class, c.name) =>
        {
            fill(c, v, IN_CLASS, 0, Some(d));
        }
        _ => {}
    }
    AttrHit::Miss
}

/// An attribute store missed: what is known from before.
#[cold]
#[inline(never)]
pub fn store_miss(c: &Cache, v: Value) -> Option<StoreHit<Interp>> {
    let instance = slotted(v)?;
    match other(c, v) {
        Some(e) if e.version2 == 0 => Some(StoreHit { instance, slot: e.slot, shape: None }),
        Some(e) if e.slot < instance.inline => {
            Some(StoreHit { instance, slot: e.slot, shape: Some(e.version2) })
        }
        Some(_) => None,
        None => {
            fill_store(c, instance);
            None
        }
    }
}

/// Learn where an attribute store goes, for the next time.
fn fill_store(c: &Cache, i: P<Instance>) {
    let v = i.value();
    let class = v.class();
    let generic = class.slots.setattr.get().map(|f| f as usize)
        == types().object.slots.setattr.get().map(|f| f as usize);
    if i.dict.get().is_some() || !generic || !worth_filling(c) {
        return;
    }
    if let Some(d) = type_attr::lookup(class, c.name)
        && is_data_descriptor(d)
    {
        if let Some(slot) = member_slot(d, class) {
            fill(c, v, slot, 0, None);
        }
        return;
    }
    let shape = i.shape();
    match shape.slot_of(c.name) {
        Some(slot) if slot >= shape.first_attribute() => fill(c, v, slot as u32, 0, None),
        Some(_) => {}
        None => {
            let n = shape.names.len();
            if n < i.inline as usize && class.has(flags::HAS_DICT) {
                let next = runtime().shape_with(shape, c.name);
                fill(c, v, n as u32, next.id, None);
            }
        }
    }
}

/// A method look-up missed: learn what it finds.
#[cold]
#[inline(never)]
pub fn method_miss(c: &Cache, v: Value) -> MethodHit<Interp> {
    if !v.is_pointer() {
        return method_of_immediate(c, v);
    }
    if let Some(e) = other(c, v) {
        let shadowed = e.slot == SHADOWABLE && in_dict(c, v);
        return if shadowed { MethodHit::Miss } else { called(v, e.value) };
    }
    if let Some(found) = module_attr(c, v) {
        return MethodHit::Value(found);
    }
    if let Some(class) = v.downcast::<TypeObject>() {
        return match class_attr(c, class) {
            Some(found) => match called(v, found) {
                MethodHit::Method(f) => MethodHit::Value(f),
                MethodHit::Bound(f, _) => MethodHit::Bound(f, v),
                hit => hit,
            },
            None => MethodHit::Miss,
        };
    }
    let class = v.class();
    if !worth_filling(c) || !reads_generically(class) {
        return MethodHit::Miss;
    }
    let Some(d) = type_attr::lookup(class, c.name).filter(|&d| call::binds_self(d) || wraps(d)) else {
        return MethodHit::Miss;
    };
    let shadowed = match slotted(v) {
        Some(i) => i.dict.get().is_some() || i.shape().slot_of(c.name).is_some(),
        None => in_dict(c, v),
    };
    if shadowed {
        return MethodHit::Miss;
    }
    let slot = match slotted(v) {
        // (One kind of fact a place: where there may be a dict, only plain methods are kept.)
        None if class.has(flags::HAS_DICT) && wraps(d) => return MethodHit::Miss,
        None if class.has(flags::HAS_DICT) => SHADOWABLE,
        _ if wraps(d) => WRAPPED,
        _ => IN_CLASS,
    };
    fill(c, v, slot, 0, Some(d));
    called(v, d)
}

/// Is the cache's name in the dict of `v`, which is not laid out like an instance?
fn in_dict(c: &Cache, v: Value) -> bool {
    let dict = place::dict_cell(v, v.class()).and_then(|d| d.get());
    dict.is_some_and(|d| d.place_of(c.name).is_some())
}

/// Does the object's dict have the name that the cache, whose fact is `SHADOWABLE`, has found in the class?
#[inline(never)]
pub fn shadowed(c: &Cache, v: Value) -> bool {
    let Some(dict) = place::dict_cell(v, v.class()).and_then(|d| d.get()) else { return false };
    if dict.keys_version.get() == c.version2.get() {
        return false;
    }
    let there = dict.place_of(c.name).is_some();
    if !there {
        c.version2.set(dict.keys_version.get());
    }
    there
}

/// A method of an int, a float or a singleton, whose classes never change: the cache has the class's version and, so
/// that no object's header is taken for it, no shape (of small ints: none that an object has).
fn method_of_immediate(c: &Cache, v: Value) -> MethodHit<Interp> {
    let class = v.class();
    let shape = if v.is_int() { SMALL_INT } else { 0 };
    if (c.shape.get(), c.version.get()) == (shape, class.version.get()) && class.version.get() != 0 {
        return MethodHit::Method(c.value.get());
    }
    match type_attr::lookup(class, c.name) {
        Some(d) if call::binds_self(d) => {
            c.put_aside();
            c.shape.set(shape);
            c.version.set(class.version.get());
            c.value.set(d);
            MethodHit::Method(d)
        }
        _ => MethodHit::Miss,
    }
}

/// The Python function in a class method, or in a static method.
fn wrapped(d: Value) -> (Option<Value>, Option<Value>) {
    let function = |f: &OwnedCell| f.get().filter(|f| f.exact::<Function>().is_some());
    let class_method = d.exact::<ClassMethod>().and_then(|m| function(&m.callable));
    (class_method, d.exact::<StaticMethod>().and_then(|m| function(&m.callable)))
}

fn wraps(d: Value) -> bool {
    wrapped(d) != (None, None)
}

/// How to call what is found in the class of `v`.
pub fn called(v: Value, d: Value) -> MethodHit<Interp> {
    match wrapped(d) {
        (Some(f), _) => MethodHit::Bound(f, v.class().value()),
        (_, Some(f)) => MethodHit::Value(f),
        _ => MethodHit::Method(d),
    }
}

/// Has the function defaults for all positional parameters from `argc` on?
#[inline]
pub fn has_defaults(f: P<Function>, argc: u32) -> bool {
    f.defaults.get().exact::<Tuple>().is_some_and(|d| argc as usize + d.len >= f.exec().argcount as usize)
}

/// The `__init__` that a call of `class` with `argc` arguments comes down to; see the trait.
pub fn initializer(class: Value, argc: u32) -> Option<(P<Function>, &'static ExecCode, bool)> {
    let class = class.exact::<TypeObject>()?;
    let init = plain_init(class)?;
    let code = init.exec();
    let enough = code.argcount == argc + 1 || (argc + 1 < code.argcount && has_defaults(init, argc + 1));
    (code.simple && enough).then_some((init, code, !class.has_layout::<Instance>()))
}

/// The `__init__` that a call of `class` comes down to, where its arguments must be bound; see the trait.
pub fn constructor(class: Value) -> Option<Value> {
    let class = class.exact::<TypeObject>().filter(|c| c.has_layout::<Instance>())?;
    let init = plain_init(class)?;
    let flags = init.exec().code.flags;
    (flags.contains(CodeFlags::OPTIMIZED) && !flags.is_generator_like()).then_some(init.value())
}

fn plain_init(class: P<TypeObject>) -> Option<P<Function>> {
    let version = class.version.get();
    if version == 0 || class.plain_init_version.get() != version {
        learn_initializer(class);
    }
    if class.plain_init_version.get() != class.version.get() || class.version.get() == 0 {
        return None;
    }
    class.plain_init.get()
}

/// What calling `class` comes down to, for as long as its version stays.
#[cold]
#[inline(never)]
fn learn_initializer(class: P<TypeObject>) {
    // The look-up gives the class a version.
    let init = type_attr::lookup(class, names().__init__);
    class.plain_init.set(init.filter(|_| is_plain(class)).and_then(Value::exact::<Function>));
    class.plain_init_version.set(class.version.get());
}

/// Does a call of the class make a bare instance and initialize it?
fn is_plain(class: P<TypeObject>) -> bool {
    let new = |c: P<TypeObject>| c.slots.new.get().map(|f| f as usize);
    let exception = taipan_runtime::runtime::exception_class(Exc::Exception);
    let base = if class.has_layout::<Instance>() { types().object } else { exception };
    let known = class.has_layout::<Instance>() || class.is_subtype(exception);
    class.is_heap() && known && !class.has(flags::ABSTRACT) && new(class) == new(base)
}
