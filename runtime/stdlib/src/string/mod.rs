//! `_string`: what `string.Formatter` parses with.

use std::cell::Cell;
use std::ops::Range;
use taipan_runtime::error::{PyResult, raise_message};
use taipan_runtime::native::native_class;
use taipan_runtime::object::{Header, Kind, Own, P, Ref, alloc_in};
use taipan_runtime::text::TextResult;
use taipan_runtime::text::template::{FieldName, First, Lookup, Template};
use taipan_runtime::types::str::{self, Str};
use taipan_runtime::types::{int, tuple};
use taipan_runtime::value::{FALSE, NONE, TRUE, Value};
use taipan_runtime::{object_layout, raise};

pub use module::MODULE;

fn checked<T>(r: TextResult<T>) -> PyResult<T> {
    match r {
        Ok(v) => Ok(v),
        Err(e) => raise_message(e.exc, &e.message),
    }
}

/// A part of a string.
fn part(s: P<Str>, range: Range<usize>) -> Ref {
    let chars: Vec<u32> = range.map(|i| s.chars().at(i)).collect();
    str::from_chars(&chars).erase()
}

/// Iterates over the pieces of a template.
#[repr(C)]
pub struct Pieces {
    head: Header,
    text: Own<Str>,
    at: Cell<usize>,
}
object_layout!(Pieces, Kind::Native, container, [text]);

#[taipan_runtime::pymethods]
impl Pieces {
    #[slot(iter)]
    fn iter(this: Value) -> PyResult {
        Ok(this.own())
    }
    #[slot(next)]
    fn next(this: P<Pieces>) -> PyResult<Option<Ref>> {
        let s = this.text.p();
        let mut template = Template::resume(s.chars(), this.at.get());
        let Some(piece) = checked(template.next_piece())? else { return Ok(None) };
        this.at.set(template.position());
        let none = || Ref::from_raw(NONE);
        let literal = part(s, piece.literal);
        let items = match piece.field {
            None => vec![literal, none(), none(), none()],
            Some(f) => {
                let conversion = f.conversion.map_or_else(none, |c| str::char_str(c).erase());
                vec![literal, part(s, f.name), part(s, f.spec), conversion]
            }
        };
        Ok(Some(tuple::from_refs(items).erase()))
    }
}

/// Iterates over the lookups of a field name.
#[repr(C)]
pub struct Lookups {
    head: Header,
    text: Own<Str>,
    at: Cell<usize>,
}
object_layout!(Lookups, Kind::Native, container, [text]);

#[taipan_runtime::pymethods]
impl Lookups {
    #[slot(iter)]
    fn iter(this: Value) -> PyResult {
        Ok(this.own())
    }
    #[slot(next)]
    fn next(this: P<Lookups>) -> PyResult<Option<Ref>> {
        let s = this.text.p();
        let mut name = FieldName::resume(s.chars(), this.at.get());
        let Some(lookup) = checked(name.next_lookup())? else { return Ok(None) };
        this.at.set(name.position());
        let (is_attribute, key) = match lookup {
            Lookup::Attribute(r) => (TRUE, part(s, r)),
            Lookup::Index(i) => (FALSE, int::new(i)),
            Lookup::Key(r) => (FALSE, part(s, r)),
        };
        Ok(Some(tuple::from_refs(vec![Ref::from_raw(is_attribute), key]).erase()))
    }
}

fn text_argument(v: Value) -> PyResult<Own<Str>> {
    match v.as_str() {
        Some(s) => Ok(s.own_typed()),
        None => raise!(TypeError, "expected str, got {}", v.class().name()),
    }
}

/// string helper module
#[taipan_runtime::pymodule(name = "_string")]
mod module {
    use super::*;
    use taipan_runtime::native::new_class;
    use taipan_runtime::runtime::types;
    use taipan_runtime::types::module::Module;
    use taipan_runtime::types::type_object::flags::NO_NEW;

    #[init]
    fn classes(_m: P<Module>) -> PyResult<()> {
        let object = types().object;
        new_class::<Pieces>("builtins", "formatteriterator", object, NO_NEW, Pieces::install);
        new_class::<Lookups>("builtins", "fieldnameiterator", object, NO_NEW, Lookups::install);
        Ok(())
    }

    /// parse the argument as a format string
    #[pyfunction("(string, /)")]
    fn formatter_parser(string: Value) -> PyResult {
        let text = text_argument(string)?;
        match native_class::<Pieces>() {
            Some(class) => {
                Ok(alloc_in(class, Pieces { head: Header::new(class), text, at: Cell::new(0) }).erase())
            }
            None => raise!(SystemError, "_string is not initialised"),
        }
    }

    /// split the argument as a field name
    #[pyfunction("(string, /)")]
    fn formatter_field_name_split(string: Value) -> PyResult {
        let text = text_argument(string)?;
        let s = text.p();
        let (first, rest) = checked(FieldName::parse(s.chars(), 0..s.len()))?;
        let first = match first {
            First::Auto => str::empty().erase(),
            First::Index(i) => int::new(i),
            First::Name(r) => part(s, r),
        };
        let at = Cell::new(rest.position());
        let Some(class) = native_class::<Lookups>() else {
            return raise!(SystemError, "_string is not initialised");
        };
        let rest = alloc_in(class, Lookups { head: Header::new(class), text, at }).erase();
        Ok(tuple::from_refs(vec![first, rest]).erase())
    }
}
