//! Boot: the builtin classes get their layouts, bases, methods and slots; then the exceptions, then `builtins`.
//!
//! To add a type: a row in `for_each_kind!`, and one in [`configure`].

use crate::object::{Header, IMMORTAL, Kind, P};
use crate::protocol::slot_table;
use crate::runtime::{Runtime, immortal, types};
use crate::types::type_object::{TypeObject, flags};
use crate::types::{self, descriptor};
use crate::value::Value;
use std::cell::Cell;
use std::mem::offset_of;

/// Make the builtin classes of the interpreter whose thread is attached.
pub fn boot(runtime: &Runtime) {
    runtime.make_types();
    let all = types().all();
    for &(kind, module, class) in &all {
        let base = match kind {
            Kind::Object => None,
            Kind::Bool => Some(types().int),
            _ => Some(types().object),
        };
        give_bases(class, base);
        if module != "builtins" {
            class.dict().insert_text("__module__", crate::types::str::new(module).erase());
        }
    }
    for &(kind, _, class) in &all {
        configure(kind, class);
    }
    for &(_, _, class) in &all {
        finish(class);
    }
    types::exception::make_classes();
    crate::builtins::boot().expect("nothing that builtins are made of raises");
    crate::sem::intrinsics::mark_all(native_function);
    runtime.common_constants();
    runtime.builtins().insert_text("__build_class__", crate::protocol::build_class::function());
}

/// The definition of a builtin function, or of a method of a builtin class.
fn native_function(of: &str, name: &str) -> Option<&'static crate::native::NativeDef> {
    if of == "builtins" {
        let f = crate::runtime::runtime().builtins().get_text(name)?;
        return Some(f.exact::<descriptor::NativeFunction>()?.def);
    }
    let (_, _, class) = types().all().into_iter().find(|(_, _, class)| class.name() == of)?;
    Some(class.dict().get_text(name)?.exact::<descriptor::MethodDescriptor>()?.def)
}

/// Base, `__bases__`, MRO and an empty dict.
fn give_bases(class: P<TypeObject>, base: Option<P<TypeObject>>) {
    class.base.set(base);
    let bases: Vec<Value> = base.iter().map(|b| b.value()).collect();
    class.bases.set(Some(immortal(crate::types::tuple::from_values(&bases).erase())));
    let mut mro = vec![class];
    if let Some(b) = base {
        mro.extend_from_slice(&b.mro.borrow());
        b.subclasses.borrow_mut().push(class);
    }
    *class.mro.borrow_mut() = mro;
    let dict = crate::types::dict::new();
    class.dict.set(Some(dict.p()));
    std::mem::forget(dict);
}

/// Show the class's own slots as methods, then inherit the base's.
fn finish(class: P<TypeObject>) {
    slot_table::add_wrappers(class);
    if class.has(flags::HAS_DICT) && class.base.get().is_none_or(|b| !b.has(flags::HAS_DICT)) {
        let name = crate::names::names().__dict__;
        if class.dict().place_of(name).is_none() {
            let attribute = descriptor::GetSet::new(&types::type_object::DICT_ATTRIBUTE, class);
            class.dict().append_new(name, attribute.erase());
        }
    }
    // Every class has a docstring of its own, if only None: instances ask for it too.
    let doc = crate::names::names().__doc__;
    if class.dict().place_of(doc).is_none() {
        class.dict().append_new(doc, crate::value::NONE.own());
    }
    if let Some(base) = class.base.get() {
        class.slots.inherit(&base.slots);
        class.set_flag(flags::FINALIZER, class.slots.finalize.get().is_some());
        class.flags.set(class.flags.get() | base.flags.get() & INHERITED);
        if class.layout.get() == Kind::Object {
            class.copy_layout(base);
        }
    }
}

/// Flags that native subclasses share with their base.
const INHERITED: u32 = flags::IS_EXCEPTION | flags::SEQUENCE | flags::MAPPING | flags::IS_META;

/// A native class outside the table: it lives as long as the interpreter. `layout` sets the layout if it is not the
/// base's; `install` adds methods and slots.
pub fn native_class(
    module: &str,
    name: &str,
    base: P<TypeObject>,
    extra_flags: u32,
    layout: impl FnOnce(P<TypeObject>),
    install: impl FnOnce(P<TypeObject>),
) -> P<TypeObject> {
    let head = Header {
        refcount: Cell::new(IMMORTAL),
        id: Cell::new(Kind::Type as u32),
        class: Cell::new(types().type_),
    };
    let bare = TypeObject::bare(head, name, flags::IMMUTABLE | extra_flags, 0);
    let own = crate::object::alloc(bare);
    let class = own.p();
    std::mem::forget(own);
    let root = crate::runtime::runtime().new_shape(class, Vec::new(), false);
    class.instance_id.set(root.id);
    give_bases(class, Some(base));
    class.copy_layout(base);
    layout(class);
    class
        .flags
        .set(class.flags.get() | base.flags.get() & (flags::HAS_DICT | flags::HAS_WEAKREF | flags::TRAILING));
    if module != "builtins" {
        class.dict().insert_text("__module__", crate::types::str::new(module).erase());
    }
    install(class);
    finish(class);
    class
}

/// Layout, flags and methods of each builtin class.
fn configure(kind: Kind, class: P<TypeObject>) {
    use flags::{BASETYPE, HAS_DICT, HAS_WEAKREF, MAPPING};
    let set = |f: u32| class.flags.set(class.flags.get() | f);
    match kind {
        Kind::Object => {
            set(BASETYPE);
            types::object::install(class);
        }
        Kind::Type => {
            set(BASETYPE | HAS_DICT | HAS_WEAKREF | flags::IS_META);
            class.weakref_offset.set(offset_of!(TypeObject, weakrefs) as u32);
            types::type_object::install(class);
        }
        Kind::BaseException => types::exception::configure(class),
        Kind::Traceback => types::traceback::configure(class),
        Kind::Module => {
            set(BASETYPE | HAS_DICT | HAS_WEAKREF);
            class.set_layout::<types::module::Module>();
            class.dict_offset.set(offset_of!(types::module::Module, dict) as u32);
            class.weakref_offset.set(offset_of!(types::module::Module, weakrefs) as u32);
            types::module::Module::install(class);
        }
        Kind::Namespace => {
            set(BASETYPE | HAS_DICT);
            class.set_layout::<types::namespace::Namespace>();
            class.dict_offset.set(offset_of!(types::namespace::Namespace, dict) as u32);
            types::namespace::Namespace::install(class);
        }
        Kind::MappingProxy => {
            set(MAPPING);
            class.set_layout::<types::mappingproxy::MappingProxy>();
            types::mappingproxy::MappingProxy::install(class);
        }
        Kind::Function => {
            set(HAS_DICT | HAS_WEAKREF);
            class.set_layout::<types::function::Function>();
            class.dict_offset.set(offset_of!(types::function::Function, dict) as u32);
            class.weakref_offset.set(offset_of!(types::function::Function, weakrefs) as u32);
            types::function::Function::install(class);
        }
        Kind::Cell => {
            class.set_layout::<types::cell::Cell>();
            types::cell::Cell::install(class);
        }
        Kind::WeakRef => {
            set(BASETYPE);
            class.set_layout::<types::weakref::WeakRef>();
            types::weakref::WeakRef::install(class);
        }
        Kind::WeakProxy | Kind::WeakCallableProxy => {
            set(flags::NO_NEW);
            class.set_layout::<types::weakref::WeakRef>();
            types::weakref::install_proxy(class);
        }
        Kind::GenericAlias => {
            set(BASETYPE | HAS_WEAKREF);
            class.set_layout::<types::generic_alias::GenericAlias>();
            class.weakref_offset.set(offset_of!(types::generic_alias::GenericAlias, weakrefs) as u32);
            types::generic_alias::GenericAlias::install(class);
        }
        Kind::Union => {
            set(HAS_WEAKREF | flags::NO_NEW);
            class.set_layout::<types::union::Union>();
            class.weakref_offset.set(offset_of!(types::union::Union, weakrefs) as u32);
            types::union::Union::install(class);
        }
        _ if types::install::install(kind, class) => {}
        _ if types::generator::configure(kind, class) => {}
        _ if types::frame::configure(kind, class) => {}
        _ if types::code::configure(kind, class) => {}
        _ if types::typing::configure(kind, class) => {}
        _ if types::template::configure(kind, class) => {}
        _ => drop(descriptor::configure(kind, class)),
    }
}
