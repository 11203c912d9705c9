//! `_collections`

mod counting;
mod defaultdict;
mod deque;
mod deque_methods;
mod ordered;
mod tuplegetter;

pub use module::MODULE;

/// High performance data structures.
/// - deque:        ordered collection accessible from endpoints only
/// - defaultdict:  dict subclass with a default value factory
#[taipan_runtime::pymodule(name = "_collections")]
mod module {
    use super::*;
    use crate::construct::{add_class, set_doc};
    use taipan_runtime::error::PyResult;
    use taipan_runtime::object::P;
    use taipan_runtime::runtime::types;
    use taipan_runtime::types::module::Module;
    use taipan_runtime::types::type_object::flags::{BASETYPE, HAS_WEAKREF, SEQUENCE, TRAILING};
    use taipan_runtime::value::Value;

    #[init]
    fn classes(m: P<Module>) -> PyResult<()> {
        let object = types().object;
        let deque = add_class::<deque::Deque>(
            m,
            "deque",
            object,
            BASETYPE | HAS_WEAKREF | TRAILING | SEQUENCE,
            deque_methods::install,
        );
        deque.dict().insert_text("__module__", taipan_runtime::types::str::new("collections").erase());
        set_doc(deque, "A list-like sequence optimized for data accesses near its endpoints.");
        add_class::<deque::DequeIter>(m, "_deque_iterator", object, 0, deque::DequeIter::install);
        add_class::<deque::DequeRevIter>(
            m,
            "_deque_reverse_iterator",
            object,
            0,
            deque::DequeRevIter::install,
        );
        add_class::<tuplegetter::TupleGetter>(
            m,
            "_tuplegetter",
            object,
            0,
            tuplegetter::TupleGetter::install,
        );
        defaultdict::add(m);
        ordered::add(m);
        Ok(())
    }

    /// Count elements in the iterable, updating the mapping
    #[pyfunction("(mapping, iterable, /)")]
    fn _count_elements(mapping: Value, iterable: Value) -> PyResult<()> {
        counting::count_elements(mapping, iterable)
    }
}
