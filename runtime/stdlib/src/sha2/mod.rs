//! `_sha2`

mod digest;

use digest::{Kind as Algorithm, Sha2};
use std::cell::RefCell;
use taipan_runtime::buffer::Buffer;
use taipan_runtime::error::PyResult;
use taipan_runtime::native::native_class;
use taipan_runtime::object::{Header, Kind, P, Ref, alloc_in};
use taipan_runtime::types::{bytes, str};
use taipan_runtime::value::Value;
use taipan_runtime::{object_layout, pymethods, raise};

pub use module::MODULE;

/// A hash object.
#[repr(C)]
pub struct Hash {
    head: Header,
    state: RefCell<Sha2>,
}
object_layout!(Hash, Kind::Native, leaf);

impl Hash {
    fn make(state: Sha2) -> PyResult {
        let Some(class) = native_class::<Hash>() else {
            return raise!(SystemError, "_sha2 is not initialised");
        };
        Ok(alloc_in(class, Hash { head: Header::new(class), state: RefCell::new(state) }).erase())
    }
}

/// The bytes to be hashed.
fn data_of(v: Value) -> PyResult<Vec<u8>> {
    if v.as_str().is_some() {
        return raise!(TypeError, "Strings must be encoded before hashing");
    }
    match Buffer::get(v)? {
        Some(b) => Ok(b.to_vec()),
        None => raise!(TypeError, "object supporting the buffer API required"),
    }
}

fn start(kind: Algorithm, data: Option<Value>, string: Option<Value>) -> PyResult {
    let mut state = Sha2::new(kind);
    if data.is_some() && string.is_some() {
        return raise!(
            TypeError,
            "'data' and 'string' are mutually exclusive and support for 'string' keyword parameter is slated for removal \
             in a future version."
        );
    }
    if let Some(v) = data.or(string) {
        state.update(&data_of(v)?);
    }
    Hash::make(state)
}

#[pymethods]
impl Hash {
    #[slot(repr)]
    fn repr(this: P<Hash>) -> PyResult {
        let name = this.state.borrow().kind.name();
        Ok(str::new(&format!("<{name} _sha2.Hash object @ {:#x}>", this.as_ptr() as usize)).erase())
    }
    /// Update this hash object's state with the provided string.
    #[method("(self, obj, /)")]
    fn update(this: P<Hash>, obj: Value) -> PyResult<()> {
        let data = data_of(obj)?;
        this.state.borrow_mut().update(&data);
        Ok(())
    }
    /// Return the digest value as a bytes object.
    #[method("(self, /)")]
    fn digest(this: P<Hash>) -> Ref {
        bytes::new(&this.state.borrow().digest()).erase()
    }
    /// Return the digest value as a string of hexadecimal digits.
    #[method("(self, /)")]
    fn hexdigest(this: P<Hash>) -> String {
        this.state.borrow().digest().iter().map(|b| format!("{b:02x}")).collect()
    }
    /// Return a copy of the hash object.
    #[method("(self, /)")]
    fn copy(this: P<Hash>) -> PyResult {
        let state = this.state.borrow().clone();
        Hash::make(state)
    }
    #[getter]
    fn block_size(this: P<Hash>) -> usize {
        this.state.borrow().kind.block_size()
    }
    #[getter]
    fn digest_size(this: P<Hash>) -> usize {
        this.state.borrow().kind.digest_size()
    }
    #[getter]
    fn name(this: P<Hash>) -> &'static str {
        this.state.borrow().kind.name()
    }
}

#[taipan_runtime::pymodule(name = "_sha2")]
mod module {
    use super::{Algorithm, Hash, start};
    use taipan_runtime::error::PyResult;
    use taipan_runtime::native::new_class;
    use taipan_runtime::object::P;
    use taipan_runtime::runtime::types;
    use taipan_runtime::types::module::Module;
    use taipan_runtime::types::type_object::flags::NO_NEW;
    use taipan_runtime::value::Value;

    #[init]
    fn classes(_m: P<Module>) -> PyResult<()> {
        new_class::<Hash>("_sha2", "Hash", types().object, NO_NEW, Hash::install);
        Ok(())
    }
    /// Return a new SHA-224 hash object; optionally initialized with a string.
    #[pyfunction("(data=None, *, usedforsecurity=True, string=None)")]
    fn sha224(data: Option<Value>, _usedforsecurity: bool, string: Option<Value>) -> PyResult {
        start(Algorithm::Sha224, data, string)
    }
    /// Return a new SHA-256 hash object; optionally initialized with a string.
    #[pyfunction("(data=None, *, usedforsecurity=True, string=None)")]
    fn sha256(data: Option<Value>, _usedforsecurity: bool, string: Option<Value>) -> PyResult {
        start(Algorithm::Sha256, data, string)
    }
    /// Return a new SHA-384 hash object; optionally initialized with a string.
    #[pyfunction("(data=None, *, usedforsecurity=True, string=None)")]
    fn sha384(data: Option<Value>, _usedforsecurity: bool, string: Option<Value>) -> PyResult {
        start(Algorithm::Sha384, data, string)
    }
    /// Return a new SHA-512 hash object; optionally initialized with a string.
    #[pyfunction("(data=None, *, usedforsecurity=True, string=None)")]
    fn sha512(data: Option<Value>, _usedforsecurity: bool, string: Option<Value>) -> PyResult {
        start(Algorithm::Sha512, data, string)
    }
}
