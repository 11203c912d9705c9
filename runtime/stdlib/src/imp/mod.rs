//! `_imp`: what `importlib` asks of the interpreter.

pub use module::MODULE;

use crate::embedded::{self, Entry};
use std::sync::Arc;
use taipan_bytecode::Code;
use taipan_bytecode::marshal::FORMAT_VERSION;
use taipan_runtime::error::{Exc, PyResult, raise_exception};
use taipan_runtime::object::{Own, Ref};
use taipan_runtime::protocol::attr::setattr;
use taipan_runtime::types::{code, exception, str};

/// The modules that `FrozenImporter` finds by itself, as CPython's frozen ones: frozen name and, where it differs,
/// the name of the module in the library.
const FROZEN: &[(&str, &str)] = &[
    ("_frozen_importlib", "importlib._bootstrap"),
    ("_frozen_importlib_external", "importlib._bootstrap_external"),
    ("_embedded_importlib", "_embedded_importlib"),
    ("zipimport", "zipimport"),
    ("abc", "abc"),
    ("codecs", "codecs"),
    ("io", "io"),
    ("_collections_abc", "_collections_abc"),
    ("_sitebuiltins", "_sitebuiltins"),
    ("genericpath", "genericpath"),
    ("ntpath", "ntpath"),
    ("posixpath", "posixpath"),
    ("os", "os"),
    ("site", "site"),
    ("stat", "stat"),
    ("importlib.util", "importlib.util"),
    ("importlib.machinery", "importlib.machinery"),
    ("runpy", "runpy"),
    ("__hello__", "__hello__"),
    ("__phello__", "__phello__"),
    ("__phello__.ham", "__phello__.ham"),
    ("__phello__.ham.eggs", "__phello__.ham.eggs"),
    ("__phello__.spam", "__phello__.spam"),
];

/// The name in the library of a frozen module.
pub fn origin(name: &str) -> &str {
    FROZEN.iter().find(|(frozen, _)| *frozen == name).map_or(name, |(_, library)| library)
}

/// The frozen module with this name: its entry, and its name in the library.
pub fn frozen(name: &str) -> Option<(&'static Entry, &'static str)> {
    let (_, original) = FROZEN.iter().find(|(n, _)| *n == name)?;
    Some((embedded::find(original)?, original))
}

/// The code of a frozen module.
pub fn frozen_code(name: &str) -> PyResult<Own<code::Code>> {
    match frozen(name) {
        Some((entry, original)) => load(entry, &format!("<frozen {original}>")),
        None => no_such(name),
    }
}

fn no_such<T>(name: &str) -> PyResult<T> {
    let e = exception::new_exception(Exc::ImportError, &format!("No such frozen object named {name}"))?;
    setattr(*e, str::interned("name"), Ref::from(name).value())?;
    raise_exception(e)
}

fn load(entry: &Entry, filename: &str) -> PyResult<Own<code::Code>> {
    match entry.load(filename) {
        Ok(c) => Ok(code::new(c)),
        Err(e) => taipan_runtime::raise!(ImportError, "embedded module {}: {e}", entry.name),
    }
}

/// The code, and all code in it, with another file name.
fn renamed(code: &Arc<Code>, filename: &Arc<std::primitive::str>) -> Arc<Code> {
    use taipan_bytecode::Const;
    let mut copy = Code::clone(code);
    copy.filename = filename.clone();
    for c in &mut copy.consts {
        if let Const::Code(inner) = c {
            *c = Const::Code(renamed(inner, filename));
        }
    }
    Arc::new(copy)
}

/// The number in the first two bytes of `.pyc` files; ours, so that CPython's are never taken for them.
const MAGIC: u32 = (0x0d0a << 16) | (0x5450 + FORMAT_VERSION as u32);

/// (Extremely) low-level import machinery bits as used by importlib.
#[taipan_runtime::pymodule(name = "_imp")]
mod module {
    use super::*;
    use crate::buffer::bytes_of;
    use siphasher::sip::SipHasher13;
    use std::hash::Hasher;
    use taipan_runtime::native::make_module;
    use taipan_runtime::object::P;
    use taipan_runtime::protocol::attr::getattr_text;
    use taipan_runtime::raise;
    use taipan_runtime::runtime::runtime;
    use taipan_runtime::types::bytes;
    use taipan_runtime::types::str::Str;
    use taipan_runtime::types::{list, tuple};
    use taipan_runtime::value::{NONE, Value};

    #[pyattr]
    fn pyc_magic_number_token() -> i64 {
        MAGIC.into()
    }
    #[pyattr]
    fn check_hash_based_pycs() -> &'static std::primitive::str {
        "default"
    }

    /// Returns the list of file suffixes used to identify extension modules.
    #[pyfunction("()")]
    fn extension_suffixes() -> Ref {
        list::new(Vec::new()).erase()
    }

    /// Acquires the interpreter's import lock for the current thread.
    #[pyfunction("()")]
    fn acquire_lock() -> PyResult<()> {
        crate::thread::import_lock().acquire_reentrant()
    }
    /// Release the interpreter's import lock.
    #[pyfunction("()")]
    fn release_lock() -> PyResult<()> {
        if crate::thread::import_lock().release_reentrant() {
            return Ok(());
        }
        raise!(RuntimeError, "not holding the import lock")
    }
    /// Return True if the import lock is currently held, else False.
    #[pyfunction("()")]
    fn lock_held() -> bool {
        crate::thread::import_lock().is_held()
    }

    /// Returns 1 for a built-in module, -1 for one that cannot be initialised again, 0 for others.
    #[pyfunction("(name, /)")]
    fn is_builtin(name: P<Str>) -> i64 {
        let name = name.to_lossy();
        if name == "sys" || name == "builtins" {
            return -1;
        }
        crate::find(&name).is_some().into()
    }
    /// Create an extension module.
    #[pyfunction("(spec, /)")]
    fn create_builtin(spec: Value) -> PyResult {
        let name = getattr_text(spec, "name")?;
        let Some(text) = name.as_str().map(|s| s.to_lossy()) else {
            return raise!(TypeError, "name must be string, not {}", name.class().name());
        };
        // `sys` and `builtins` exist once.
        if let Some(m) = runtime().modules().get_text(&text)
            && (text == "sys" || text == "builtins")
        {
            return Ok(m.own());
        }
        match crate::find(&text) {
            Some(def) => Ok(make_module(def)?.erase()),
            None => Ok(NONE.own()),
        }
    }
    /// Initialize a built-in module.
    #[pyfunction("(mod, /)")]
    fn exec_builtin(_module: Value) -> i64 {
        0
    }

    /// Returns True if the module name corresponds to a frozen module.
    #[pyfunction("(name, /)")]
    fn is_frozen(name: P<Str>) -> bool {
        frozen(&name.to_lossy()).is_some()
    }
    /// Returns True if the module name is of a frozen package.
    #[pyfunction("(name, /)")]
    fn is_frozen_package(name: P<Str>) -> PyResult<bool> {
        let name = name.to_lossy();
        match frozen(&name) {
            Some((entry, _)) => Ok(entry.is_package),
            None => no_such(&name),
        }
    }
    /// Return info about the corresponding frozen module (if there is one) or None.
    #[pyfunction("(name, /, *, withdata=False)")]
    fn find_frozen(name: P<Str>, withdata: bool) -> PyResult {
        let name = name.to_lossy();
        let Some((entry, original)) = frozen(&name) else { return Ok(NONE.own()) };
        let data = if withdata {
            let code = frozen_code(&name)?;
            bytes::new(&taipan_bytecode::marshal::dump_code(&code.code)).erase()
        } else {
            NONE.own()
        };
        Ok(tuple::from_refs(vec![data, Value::bool(entry.is_package).own(), original.into()]).erase())
    }
    /// Create a code object for a frozen module.
    #[pyfunction("(name, data=None, /)")]
    fn get_frozen_object(name: P<Str>, data: Value) -> PyResult {
        if data.is_none() {
            return Ok(frozen_code(&name.to_lossy())?.erase());
        }
        match taipan_bytecode::marshal::load_code(&bytes_of(data)?) {
            Ok(c) => Ok(code::new(c).erase()),
            Err(_) => raise!(ImportError, "Frozen object named {} is invalid", name.to_lossy()),
        }
    }
    /// Initializes a frozen module.
    #[pyfunction("(name, /)")]
    fn init_frozen(name: P<Str>) -> PyResult {
        let text = name.to_lossy();
        if frozen(&text).is_none() {
            return Ok(NONE.own());
        }
        crate::startup::import_frozen(&text)
    }
    /// Override PyConfig.use_frozen_modules for tests: the modules that the start needs are always frozen.
    #[pyfunction("(override, /)")]
    fn _override_frozen_modules_for_tests(_override: i64) {}
    /// Override PyInterpreterConfig.check_multi_interp_extensions: there are no extensions to check.
    #[pyfunction("(override, /)")]
    fn _override_multi_interp_extensions_check(_override: i64) -> i64 {
        0
    }
    /// Returns the list of available frozen modules.
    #[pyfunction("()")]
    fn _frozen_module_names() -> Ref {
        list::new(FROZEN.iter().map(|(name, _)| Ref::from(*name)).collect()).erase()
    }

    /// The code object, and all code in it, with this file name.
    #[pyfunction("(code, path, /)")]
    fn _with_co_filename(old: P<code::Code>, path: P<Str>) -> Ref {
        let path = path.to_lossy();
        if *old.code.filename == *path {
            return old.own();
        }
        code::new(renamed(&old.code, &path.into())).erase()
    }

    /// Whether the embedded library has a package (True) or a plain module (False) of this name, or neither (None).
    #[pyfunction("(name, /)")]
    fn embedded_is_package(name: P<Str>) -> Option<bool> {
        embedded::find(&name.to_lossy()).map(|e| e.is_package)
    }
    /// The code of a module of the embedded library, for this file name.
    #[pyfunction("(name, path, /)")]
    fn embedded_code(name: P<Str>, path: P<Str>) -> PyResult {
        match embedded::find(&name.to_lossy()) {
            Some(entry) => Ok(load(entry, &path.to_lossy())?.erase()),
            None => no_such(&name.to_lossy()),
        }
    }
    /// The source of a module of the embedded library.
    #[pyfunction("(name, /)")]
    fn embedded_source(name: P<Str>) -> PyResult {
        let text = name.to_lossy();
        let entry = frozen(&text).map(|(e, _)| e).or_else(|| embedded::find(&text));
        match entry {
            Some(entry) => Ok(str::from_wtf8(&entry.source()).erase()),
            None => no_such(&text),
        }
    }
    /// Names and kinds of the modules of the embedded library below a prefix.
    #[pyfunction("(prefix, /)")]
    fn embedded_names(prefix: P<Str>) -> Ref {
        let prefix = prefix.to_lossy();
        let rows = embedded::children(&prefix)
            .map(|(name, package)| tuple::from_refs(vec![name.into(), Value::bool(package).own()]).erase());
        list::new(rows.collect()).erase()
    }

    /// A hash of a source, for hash-based .pyc files.
    #[pyfunction("(key, source)")]
    fn source_hash(key: i64, source: Value) -> PyResult {
        let mut hasher = SipHasher13::new_with_keys(key as u64, 0);
        hasher.write(&bytes_of(source)?);
        Ok(bytes::new(&hasher.finish().to_le_bytes()).erase())
    }
}
