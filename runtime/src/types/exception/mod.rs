//! Exceptions: the objects, the builtin classes, raising and matching, groups.
//!
//! All builtin exception classes share one layout, [`BaseException`], with the fields of their family behind it.

mod attrs;
mod classes;
mod group;
mod init;
#[allow(unsafe_code, reason = "fields behind the struct")]
mod layout;
pub mod os_error;
mod raising;
pub mod unicode;

use crate::error::{Exc, PyResult};
use crate::object::{P, Ref};
use crate::raise;
use crate::runtime::{exception_class, runtime};
use crate::types::dict::Dict;
use crate::types::str::interned;
use crate::types::type_object::{TypeObject, flags};
use crate::value::Value;

pub use classes::{configure, make_classes};
pub use group::{create as create_group, derive, members, projection, split, subgroup};
pub use layout::{BaseException, Family, FieldRef, field, make, slots};
pub use raising::{
    GroupMatch, check_eg_match, do_raise, given_matches, is_group, matches, normalize_raise,
    prep_reraise_star, reraise, set_context,
};

/// The exception, if `v` is one.
#[inline(always)]
pub fn as_exception(v: Value) -> Option<P<BaseException>> {
    v.downcast::<BaseException>()
}

/// Is `v` a class derived from `BaseException`?
#[inline]
pub fn is_exception_class(v: Value) -> bool {
    v.downcast::<TypeObject>().is_some_and(|c| c.has(flags::IS_EXCEPTION))
}

/// The builtin `ExceptionGroup` class: derived from `BaseExceptionGroup` and `Exception`.
pub fn exception_group_class() -> P<TypeObject> {
    *runtime().exception_group.get().expect("made during boot")
}

/// Do instances of `class` get the `__init__` of `base` (an exact builtin class)?
fn same_init(class: P<TypeObject>, base: P<TypeObject>) -> bool {
    class.slots.init.get().map(|f| f as usize) == base.slots.init.get().map(|f| f as usize)
}

/// Do instances of `class` get the `__new__` of `base`?
fn same_new(class: P<TypeObject>, base: P<TypeObject>) -> bool {
    class.slots.new.get().map(|f| f as usize) == base.slots.new.get().map(|f| f as usize)
}

/// Does making an instance come down to an exception of the plain family, with the arguments as `args`?
pub fn made_plainly(class: P<TypeObject>) -> bool {
    class.has(flags::IS_EXCEPTION)
        && !class.has(flags::ABSTRACT | flags::TRAILING)
        && class.head.class.get() == crate::runtime::types().type_
        && class.slots.new.get().map(|f| f as usize) == Some(init::new_slot(Family::Plain) as usize)
        && class.slots.finalize.get().is_none()
}

/// Does a call of the class do no more than that?
pub fn called_plainly(class: P<TypeObject>) -> bool {
    made_plainly(class)
        && class.slots.init.get().map(|f| f as usize) == Some(init::base_init as *const () as usize)
}

/// Is this `BaseException.__init__`, which makes its arguments the exception's `args`?
pub fn is_base_init(v: Value) -> bool {
    use crate::protocol::slot_table::SlotFn;
    let wrapper = v.exact::<crate::types::descriptor::SlotWrapper>();
    wrapper.is_some_and(
        |w| matches!(w.function, SlotFn::InitFn(f) if f as usize == init::base_init as *const () as usize),
    )
}

/// The exception's `__dict__`, if there is anything in it.
pub fn instance_dict(e: P<BaseException>) -> Option<P<Dict>> {
    match crate::types::instance::slotted(e.value()) {
        Some(i) => i.has_attributes().then(|| i.make_dict()),
        None => e.dict.get(),
    }
    .filter(|d| !d.is_empty())
}

/// The exception's `__notes__`, if it has any.
pub fn notes(e: Value) -> PyResult<Option<Ref>> {
    crate::protocol::attr::getattr_opt(e, interned("__notes__"))
}

/// `e.add_note(note)` for a text.
pub fn add_note(e: Value, note: Value) -> PyResult<()> {
    use crate::types::list::{self, List};
    let list = match notes(e)? {
        Some(l) => l,
        None => {
            let l = list::new(Vec::new()).erase();
            crate::protocol::attr::setattr(e, interned("__notes__"), l.value())?;
            l
        }
    };
    match list.downcast::<List>() {
        Some(l) => {
            l.items.push(note.own());
            Ok(())
        }
        None => raise!(TypeError, "Cannot add note: __notes__ is not a list"),
    }
}

/// A new exception of a builtin class that nobody has raised yet.
pub fn new_exception(exc: Exc, message: &str) -> PyResult {
    let text = crate::types::str::new(message).erase();
    crate::protocol::call::call1(exception_class(exc).value(), text.value())
}
