//! `_md5`, `_sha1`, `_sha2`, `_sha3`, `_blake2`: hash objects over one interface.

mod blake2;
mod kdf;
mod state;

use crate::buffer::bytes_of;
use state::State;
use std::cell::RefCell;
use taipan_runtime::error::PyResult;
use taipan_runtime::object::{Header, Kind, P, Ref, alloc_in};
use taipan_runtime::types::module::Module;
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::types::{bytes, str};
use taipan_runtime::value::Value;
use taipan_runtime::{object_layout, pymethods, raise};

pub use blake2::MODULE as BLAKE2;
pub use kdf::MODULE as KDF;
pub use md5_module::MODULE as MD5;
pub use sha1_module::MODULE as SHA1;
pub use sha2_module::MODULE as SHA2;
pub use sha3_module::MODULE as SHA3;

/// A hash object.
#[repr(C)]
pub struct Hash {
    head: Header,
    state: RefCell<State>,
}
object_layout!(Hash, Kind::Native, leaf);

/// The bytes to be hashed.
fn data_of(v: Value) -> PyResult<Vec<u8>> {
    if v.as_str().is_some() {
        return raise!(TypeError, "Strings must be encoded before hashing");
    }
    bytes_of(v).or_else(|_| {
        drop(taipan_runtime::error::take());
        raise!(TypeError, "object supporting the buffer API required")
    })
}

/// A hash object of the class with this name in a module.
fn start(
    module: &str,
    class: &'static str,
    name: &'static str,
    data: Option<Value>,
    string: Option<Value>,
) -> PyResult {
    let given = |v: Option<Value>| v.filter(|v| !v.is_none());
    let (data, string) = (given(data), given(string));
    if data.is_some() && string.is_some() {
        return raise!(
            TypeError,
            "'data' and 'string' are mutually exclusive and support for 'string' keyword parameter is slated for removal \
             in a future version."
        );
    }
    let mut state = State::new(name);
    if let Some(v) = data.or(string) {
        state.update(&data_of(v)?);
    }
    let found = crate::state::get(class).and_then(|c| c.downcast::<TypeObject>());
    match found {
        Some(class) => Ok(make(class, state)),
        None => raise!(SystemError, "{module} is not initialised"),
    }
}

fn make(class: P<TypeObject>, state: State) -> Ref {
    alloc_in(class, Hash { head: Header::new(class), state: RefCell::new(state) }).erase()
}

/// Make a class of hash objects; where it is not shown by the module it is remembered apart.
fn add_class(m: P<Module>, module: &str, name: &'static str, flags: u32) -> P<TypeObject> {
    use taipan_runtime::runtime::types;
    let class = taipan_runtime::native::new_class::<Hash>(module, name, types().object, flags, Hash::install);
    crate::state::set(name, class.own());
    m.set(name, class.value());
    class
}

#[pymethods]
impl Hash {
    #[slot(repr)]
    fn repr(this: P<Hash>) -> PyResult {
        let class = this.head.class.get();
        let module = taipan_runtime::protocol::type_attr::module_name(class).unwrap_or_default();
        let name = this.state.borrow().name();
        let at = this.as_ptr() as usize;
        Ok(str::new(&format!("<{name} {module}.{} object @ {at:#x}>", class.name())).erase())
    }
    /// Update this hash object's state with the provided string.
    #[method("(self, obj, /)")]
    fn update(this: P<Hash>, obj: Value) -> PyResult<()> {
        let data = data_of(obj)?;
        this.state.borrow_mut().update(&data);
        Ok(())
    }
    /// Return the digest value as a bytes object.
    #[method("(self, length=None, /)")]
    fn digest(this: P<Hash>, length: Option<usize>) -> PyResult {
        Ok(bytes::new(&finished(this, length, "digest")?).erase())
    }
    /// Return the digest value as a string of hexadecimal digits.
    #[method("(self, length=None, /)")]
    fn hexdigest(this: P<Hash>, length: Option<usize>) -> PyResult<String> {
        Ok(finished(this, length, "hexdigest")?.iter().map(|b| format!("{b:02x}")).collect())
    }
    /// Return a copy of the hash object.
    #[method("(self, /)")]
    fn copy(this: P<Hash>) -> Ref {
        let state = this.state.borrow().clone();
        make(this.head.class.get(), state)
    }
    #[getter]
    fn block_size(this: P<Hash>) -> usize {
        this.state.borrow().block_size()
    }
    #[getter]
    fn digest_size(this: P<Hash>) -> usize {
        this.state.borrow().digest_size()
    }
    #[getter]
    fn name(this: P<Hash>) -> &'static str {
        this.state.borrow().name()
    }
}

/// The digest; the SHAKE functions are told its length.
fn finished(this: P<Hash>, length: Option<usize>, method: &str) -> PyResult<Vec<u8>> {
    let state = this.state.borrow();
    let class = this.head.class.get().name();
    match (state.is_extendable(), length) {
        (true, Some(n)) if n >= 1 << 29 => raise!(ValueError, "value must be positive"),
        (true, Some(n)) => Ok(state.finish(n)),
        (true, None) => raise!(TypeError, "{method}() missing required argument 'length' (pos 1)"),
        (false, None) => Ok(state.finish(state.digest_size())),
        (false, Some(_)) => raise!(TypeError, "{class}.{method}() takes no arguments (1 given)"),
    }
}

macro_rules! hash_module {
    ($module:ident, $name:literal, $doc:literal, { $($function:ident $class:literal $text:literal;)* }) => {
        #[doc = $doc]
        #[taipan_runtime::pymodule(name = $name)]
        mod $module {
            use super::*;
            use taipan_runtime::types::type_object::flags::NO_NEW;

            #[init]
            fn classes(m: P<Module>) -> PyResult<()> {
                let mut made: Vec<&str> = Vec::new();
                for class in [$($class),*] {
                    if !made.contains(&class) {
                        add_class(m, $name, class, NO_NEW);
                        made.push(class);
                    }
                }
                m.set("_GIL_MINSIZE", Value::small_int(2048));
                Ok(())
            }
            $(
                #[doc = $text]
                #[pyfunction("(data=b'', *, usedforsecurity=True, string=None)")]
                fn $function(data: Option<Value>, usedforsecurity: Option<bool>, string: Option<Value>) -> PyResult {
                    let _ = usedforsecurity;
                    start($name, $class, stringify!($function), data, string)
                }
            )*
        }
    };
}
hash_module!(md5_module, "_md5", "The MD5 algorithm.", {
    md5 "MD5Type" "Return a new MD5 hash object; optionally initialized with a string.";
});
hash_module!(sha1_module, "_sha1", "The SHA-1 algorithm.", {
    sha1 "SHA1Type" "Return a new SHA1 hash object; optionally initialized with a string.";
});
hash_module!(sha2_module, "_sha2", "The SHA-2 algorithms.", {
    sha224 "SHA224Type" "Return a new SHA-224 hash object; optionally initialized with a string.";
    sha256 "SHA256Type" "Return a new SHA-256 hash object; optionally initialized with a string.";
    sha384 "SHA384Type" "Return a new SHA-384 hash object; optionally initialized with a string.";
    sha512 "SHA512Type" "Return a new SHA-512 hash object; optionally initialized with a string.";
});
hash_module!(sha3_module, "_sha3", "The SHA-3 algorithms.", {
    sha3_224 "SHA3_224Type" "Return a new SHA3-224 hash object.";
    sha3_256 "SHA3_256Type" "Return a new SHA3-256 hash object.";
    sha3_384 "SHA3_384Type" "Return a new SHA3-384 hash object.";
    sha3_512 "SHA3_512Type" "Return a new SHA3-512 hash object.";
    shake_128 "SHAKE128Type" "Return a new SHAKE-128 hash object.";
    shake_256 "SHAKE256Type" "Return a new SHAKE-256 hash object.";
});
