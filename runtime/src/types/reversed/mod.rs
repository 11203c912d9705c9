//! `reversed`: an iterator over a sequence from its end, unless the class has `__reversed__`.

use crate::builtins::args::{no_keywords, wrong_count};
use crate::builtins::lookup::reduce_class;
use crate::error::{Exc, PyResult, take_if};
use crate::names::names;
use crate::object::{Header, Kind, OwnedCell, P, Ref, alloc_in};
use crate::protocol::{call, index, iter, mapping, type_attr};
use crate::runtime::types;
use crate::slots::Args;
use crate::types::type_object::TypeObject;
use crate::types::{int, tuple};
use crate::value::Value;
use crate::{object_layout, pymethods, raise};
use std::cell::Cell;

/// An iterator over a sequence from its end.
#[repr(C)]
pub struct Reversed {
    /// The header.
    pub head: Header,
    /// The sequence; a zero word once the end was reached.
    pub sequence: OwnedCell,
    /// The next item's index; -1 at the end.
    pub index: Cell<i64>,
}
object_layout!(Reversed, Kind::Reversed, container, [sequence]);

/// Sets the layout, slots and methods of `reversed`.
pub fn install(class: P<TypeObject>) {
    class.set_layout::<Reversed>();
    Reversed::install_methods(class);
}

fn not_reversible<T>(v: Value) -> PyResult<T> {
    raise!(TypeError, "'{}' object is not reversible", v.class().name())
}

#[pymethods(install_methods)]
impl Reversed {
    #[slot(new)]
    fn py_new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        if !args.names.is_empty() && class == types().reversed {
            return no_keywords("reversed");
        }
        let [seq] = *args.pos() else { return wrong_count("reversed", args.pos().len(), 1, 1) };
        if let Some(f) = type_attr::lookup(seq.class(), names().__reversed__) {
            if f.is_none() {
                return not_reversible(seq);
            }
            if let Some(r) = call::call_special(seq, names().__reversed__, &[]) {
                return r;
            }
        }
        if !iter::is_sequence(seq) {
            return not_reversible(seq);
        }
        let n = mapping::len(seq)? as i64;
        let (head, sequence) = (Header::new(class), OwnedCell::new(Some(seq.own())));
        Ok(alloc_in(class, Reversed { head, sequence, index: Cell::new(n - 1) }).erase())
    }

    #[slot(iter)]
    fn iter(v: Value) -> PyResult {
        Ok(v.own())
    }

    #[slot(next)]
    fn next(this: P<Reversed>) -> PyResult<Option<Ref>> {
        let i = this.index.get();
        if i >= 0
            && let Some(seq) = this.sequence.get()
        {
            let seq = seq.own();
            match mapping::getitem(*seq, Value::small_int(i)) {
                Ok(v) => {
                    this.index.set(i - 1);
                    return Ok(Some(v));
                }
                Err(raised) => {
                    if take_if(Exc::IndexError).or_else(|| take_if(Exc::StopIteration)).is_none() {
                        return Err(raised);
                    }
                }
            }
        }
        this.index.set(-1);
        drop(this.sequence.take());
        Ok(None)
    }

    /// Private method returning an estimate of len(list(it)).
    #[method("(self, /)")]
    fn __length_hint__(this: P<Reversed>) -> PyResult<i64> {
        let Some(seq) = this.sequence.get() else { return Ok(0) };
        let at = this.index.get() + 1;
        Ok(if mapping::len(seq)? as i64 >= at { at } else { 0 })
    }

    /// Return state information for pickling.
    #[method("(self, /)")]
    fn __reduce__(this: P<Reversed>) -> PyResult {
        match this.sequence.get() {
            Some(seq) => {
                let args = tuple::from_values(&[seq]).erase();
                let class = this.head.class.get().own();
                Ok(tuple::from_refs(vec![class, args, int::new(this.index.get())]).erase())
            }
            None => reduce_class(this.value(), vec![tuple::empty().erase()]),
        }
    }

    /// Set state information for unpickling.
    #[method("(self, object, /)")]
    fn __setstate__(this: P<Reversed>, object: Value) -> PyResult<()> {
        let i = index::to_i64(object)?;
        if let Some(seq) = this.sequence.get() {
            this.index.set(i.clamp(-1, mapping::len(seq)? as i64 - 1));
        }
        Ok(())
    }
}
