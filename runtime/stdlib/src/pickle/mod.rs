//! `_pickle`: the machinery under `pickle`.

mod buffer;
mod input;
mod load;
mod memo_proxy;
mod ops;
mod output;
mod pickler;
mod reduce;
mod save;
mod unpickler;

pub use module::MODULE;

use crate::construct::type_name as full_name;
use taipan_runtime::error::{PyResult, raise_exception, take};
use taipan_runtime::object::Ref;
use taipan_runtime::protocol::attr::setattr;
use taipan_runtime::types::str::interned;

/// Marks `pickle.PickleError`.
pub struct PickleError;
/// Marks `pickle.PicklingError`.
pub struct PicklingError;
/// Marks `pickle.UnpicklingError`.
pub struct UnpicklingError;

/// Raise what `raise` raises while `old` is dealt with.
fn raise_after<T>(old: Ref, raise: PyResult<T>) -> PyResult<T> {
    if raise.is_err() {
        let new = take();
        setattr(new.value(), interned("__context__"), old.value())?;
        return raise_exception(new);
    }
    raise
}

/// Optimized C implementation for the Python pickle module.
#[taipan_runtime::pymodule(name = "_pickle")]
mod module {
    use super::buffer::{PickleBuffer, export};
    use super::input::{File, Input};
    use super::load::{Hooks, Loader};
    use super::memo_proxy::{PicklerMemo, UnpicklerMemo};
    use super::output::Output;
    use super::pickler::{Pickler, callback_of, protocol_of};
    use super::save::{Hooks as SaveHooks, Memo, Saver, Style};
    use super::unpickler::{Unpickler, buffers_of, strings_of};
    use super::{PickleError, PicklingError, UnpicklingError};
    use crate::construct::{add_class, add_exception};
    use taipan_runtime::buffer::Contents;
    use taipan_runtime::error::{Exc, PyResult};
    use taipan_runtime::native::new_class;
    use taipan_runtime::object::{P, Ref};
    use taipan_runtime::protocol::attr::getattr_opt;
    use taipan_runtime::protocol::truth::truth;
    use taipan_runtime::raise;
    use taipan_runtime::runtime::{exception_class, types};
    use taipan_runtime::types::bytes;
    use taipan_runtime::types::module::Module;
    use taipan_runtime::types::str::interned;
    use taipan_runtime::types::type_object::flags::{BASETYPE, HAS_WEAKREF, NO_NEW, TRAILING};
    use taipan_runtime::value::Value;

    #[init]
    fn classes(m: P<Module>) -> PyResult<()> {
        let error =
            add_exception::<PickleError>(m, "_pickle", "PickleError", exception_class(Exc::Exception));
        add_exception::<PicklingError>(m, "_pickle", "PicklingError", error);
        add_exception::<UnpicklingError>(m, "_pickle", "UnpicklingError", error);
        let object = types().object;
        add_class::<Pickler>(m, "Pickler", object, BASETYPE, Pickler::install);
        add_class::<Unpickler>(m, "Unpickler", object, BASETYPE, Unpickler::install);
        new_class::<PicklerMemo>("_pickle", "PicklerMemoProxy", object, NO_NEW, PicklerMemo::install);
        new_class::<UnpicklerMemo>("_pickle", "UnpicklerMemoProxy", object, NO_NEW, UnpicklerMemo::install);
        let buffer = new_class::<PickleBuffer>(
            "pickle",
            "PickleBuffer",
            object,
            HAS_WEAKREF | TRAILING,
            PickleBuffer::install,
        );
        taipan_runtime::buffer::set_exporter(buffer, export);
        m.set("PickleBuffer", buffer.value());
        Ok(())
    }

    fn saved(
        obj: Value,
        write: Option<Ref>,
        protocol: Option<Value>,
        fix_imports: Option<Value>,
        callback: Option<Value>,
    ) -> PyResult<Vec<u8>> {
        let protocol = protocol_of(protocol)?;
        let buffer_callback = callback_of(callback, protocol)?;
        let fix_imports = fix_imports.map_or(Ok(true), truth)?;
        let mut saver = Saver {
            out: Output::new(write),
            memo: Memo::default(),
            style: Style { protocol, binary: protocol >= 1, fast: false, fix_imports },
            hooks: SaveHooks { buffer_callback, ..SaveHooks::default() },
        };
        saver.dump(obj)?;
        saver.out.finish()
    }

    /// Write a pickled representation of obj to the open file object file.
    ///
    /// This is equivalent to ``Pickler(file, protocol).dump(obj)``, but may
    /// be more efficient.
    #[pyfunction("(obj, file, protocol=None, *, fix_imports=True, buffer_callback=None)")]
    fn dump(
        obj: Value,
        file: Value,
        protocol: Option<Value>,
        fix_imports: Option<Value>,
        buffer_callback: Option<Value>,
    ) -> PyResult<()> {
        let Some(write) = getattr_opt(file, interned("write"))? else {
            return raise!(TypeError, "file must have a 'write' attribute");
        };
        saved(obj, Some(write), protocol, fix_imports, buffer_callback).map(drop)
    }
    /// Return the pickled representation of the object as a bytes object.
    #[pyfunction("(obj, protocol=None, *, fix_imports=True, buffer_callback=None)")]
    fn dumps(
        obj: Value,
        protocol: Option<Value>,
        fix_imports: Option<Value>,
        buffer_callback: Option<Value>,
    ) -> PyResult {
        Ok(bytes::new(&saved(obj, None, protocol, fix_imports, buffer_callback)?).erase())
    }

    fn hooks(buffers: Option<Value>) -> PyResult<Hooks> {
        Ok(Hooks { find_class: None, persistent_load: None, buffers: buffers_of(buffers)? })
    }

    /// Read and return an object from the pickle data stored in a file.
    ///
    /// This is equivalent to ``Unpickler(file).load()``, but may be more
    /// efficient.
    #[pyfunction("(file, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())")]
    fn load(
        file: Value,
        fix_imports: Option<Value>,
        encoding: Option<Value>,
        errors: Option<Value>,
        buffers: Option<Value>,
    ) -> PyResult {
        let file = File::of(file)?;
        let strings = strings_of(fix_imports, encoding, errors, "load")?;
        Loader::new(Input::file(&file), Vec::new(), strings, hooks(buffers)?).load()
    }
    /// Read and return an object from the given pickle data.
    #[pyfunction("(data, /, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())")]
    fn loads(
        data: Value,
        fix_imports: Option<Value>,
        encoding: Option<Value>,
        errors: Option<Value>,
        buffers: Option<Value>,
    ) -> PyResult {
        let strings = strings_of(fix_imports, encoding, errors, "loads")?;
        let data = Contents::require(data)?;
        Loader::new(Input::memory(&data), Vec::new(), strings, hooks(buffers)?).load()
    }
}
