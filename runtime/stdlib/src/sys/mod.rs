//! `sys`.

pub mod config;
mod frames;
pub mod hooks;
mod info;
mod monitoring;

use config::Config;
use taipan_runtime::error::PyResult;
use taipan_runtime::object::{P, Ref};
use taipan_runtime::runtime::runtime;
use taipan_runtime::types::module::{self, Module};
use taipan_runtime::types::structseq::{self, Spec};
use taipan_runtime::types::type_object::TypeObject;

/// What `sys.__doc__` says.
const DOC: &str = "This module provides access to some objects used or maintained by the\ninterpreter and to functions that \
                   interact strongly with the interpreter.";

static ASYNCGEN_HOOKS: Spec = Spec {
    module: "sys",
    name: "asyncgen_hooks",
    doc: "",
    fields: &[("firstiter", ""), ("finalizer", "")],
    visible: 2,
    constructible: false,
};

/// The result of `sys.get_asyncgen_hooks()`.
fn asyncgen_hooks(firstiter: Ref, finalizer: Ref) -> Ref {
    let known = crate::state::get("sys.asyncgen_hooks");
    let class = match known.and_then(|v| v.downcast::<TypeObject>()) {
        Some(class) => class,
        None => {
            let class = structseq::make_class(&ASYNCGEN_HOOKS);
            crate::state::set("sys.asyncgen_hooks", class.own());
            class
        }
    };
    structseq::new(class, vec![firstiter, finalizer])
}

/// Make the module and put it into `sys.modules`.
pub fn setup(config: &Config) -> PyResult<P<Module>> {
    let m = module::new("sys", DOC);
    // The runtime knows the module's dict.
    let shared = runtime().sys_dict();
    for (key, value) in m.dict().iter() {
        shared.insert(key, value.own())?;
    }
    m.dict.set(Some(shared.own()));
    let modules = runtime().modules();
    m.set("modules", modules.value());
    functions::MODULE.fill(m.p())?;
    frames::functions::MODULE.fill(m.p())?;
    hooks::functions::MODULE.fill(m.p())?;
    info::fill(m.p(), config);
    for (name, def) in [("monitoring", &monitoring::MONITORING), ("_jit", &monitoring::JIT)] {
        let part = taipan_runtime::native::make_module(def)?;
        m.set(name, part.p().value());
        modules.insert_text(def.name, part.erase());
    }
    for name in ["displayhook", "excepthook", "breakpointhook", "unraisablehook"] {
        if let Some(f) = shared.get_text(name) {
            m.set(&format!("__{name}__"), f);
        }
    }
    let p = m.p();
    modules.insert_text("sys", m.erase());
    runtime().int_max_str_digits.set(config.int_max_str_digits as usize);
    Ok(p)
}

#[taipan_runtime::pymodule(name = "sys")]
mod functions {
    use taipan_runtime::error::{Exc, PyResult, raise_with, take_if};
    use taipan_runtime::object::{IMMORTAL, P, Ref};
    use taipan_runtime::protocol::call::{call, call_special};
    use taipan_runtime::protocol::index;
    use taipan_runtime::raise;
    use taipan_runtime::runtime::runtime;
    use taipan_runtime::slots::Args;
    use taipan_runtime::thread;
    use taipan_runtime::types::str::{self, Str};
    use taipan_runtime::types::{list, tuple};
    use taipan_runtime::value::{NONE, Value};

    /// Exit the interpreter by raising SystemExit(status).
    #[pyfunction("(status=None, /)")]
    fn exit(status: Value) -> PyResult {
        if status.is_none() {
            return raise_with(Exc::SystemExit, &[]);
        }
        match status.exact::<tuple::Tuple>() {
            Some(args) => raise_with(Exc::SystemExit, args.items()),
            None => raise_with(Exc::SystemExit, &[status]),
        }
    }
    /// Return the current exception.
    #[pyfunction("()")]
    fn exception() -> Value {
        thread::current().handled().unwrap_or(NONE)
    }
    /// Return current exception information: (type, value, traceback).
    #[pyfunction("()")]
    fn exc_info() -> PyResult {
        let Some(e) = thread::current().handled() else {
            return Ok(tuple::from_values(&[NONE, NONE, NONE]).erase());
        };
        let traceback = taipan_runtime::protocol::attr::getattr_text(e, "__traceback__")?;
        Ok(tuple::from_values(&[e.class().value(), e, *traceback]).erase())
    }
    /// ``Intern'' the given string.
    #[pyfunction("(string, /)")]
    fn intern(string: Value) -> PyResult {
        match string.exact::<Str>() {
            Some(s) => Ok(str::intern(s.own_typed()).own()),
            None => raise!(TypeError, "can't intern {}", string.class().name()),
        }
    }
    /// Return True if the given string is "interned".
    #[pyfunction("(string, /)")]
    fn _is_interned(string: P<Str>) -> bool {
        string.interned.get()
    }
    /// Return True if the given object is "immortal" per PEP 683.
    #[pyfunction("(op, /)")]
    fn _is_immortal(op: Value) -> bool {
        !op.is_pointer() || op.header().refcount.get() >= IMMORTAL / 2
    }
    /// Return the reference count of object.
    #[pyfunction("(object, /)")]
    fn getrefcount(object: Value) -> u32 {
        if object.is_pointer() { object.header().refcount.get() } else { 3 << 30 }
    }
    /// Return the number of memory blocks currently allocated.
    #[pyfunction("()")]
    fn getallocatedblocks() -> usize {
        taipan_runtime::runtime::heap().live_blocks()
    }
    /// getsizeof(object [, default]) -> int
    ///
    /// Return the size of object in bytes.
    #[pyfunction("(object, default=None)")]
    fn getsizeof(object: Value, default: Option<Value>) -> PyResult {
        let size = match call_special(object, taipan_runtime::names::names().__sizeof__, &[]) {
            Some(size) => size.and_then(|v| index::index(*v)),
            None => raise!(TypeError, "Type {} doesn't define __sizeof__", object.class().name()),
        };
        match (size, default) {
            (Ok(n), _) if n.as_i64().is_some_and(|n| n < 0) => {
                raise!(ValueError, "__sizeof__() should return >= 0")
            }
            (Err(raised), Some(default)) => match take_if(Exc::TypeError) {
                Some(_) => Ok(default.own()),
                None => Err(raised),
            },
            (size, _) => size,
        }
    }
    /// Return the current default encoding used by the Unicode implementation.
    #[pyfunction("()")]
    fn getdefaultencoding() -> &'static std::primitive::str {
        "utf-8"
    }
    /// Return the encoding used to convert Unicode filenames to OS filenames.
    #[pyfunction("()")]
    fn getfilesystemencoding() -> &'static std::primitive::str {
        "utf-8"
    }
    /// Return the error mode used for Unicode to OS filename conversion.
    #[pyfunction("()")]
    fn getfilesystemencodeerrors() -> &'static std::primitive::str {
        "surrogateescape"
    }
    /// Return the maximum string digits limit for non-binary int<->str conversions.
    #[pyfunction("()")]
    fn get_int_max_str_digits() -> usize {
        runtime().int_max_str_digits.get()
    }
    /// Set the maximum string digits limit for non-binary int<->str conversions.
    #[pyfunction("(maxdigits)")]
    fn set_int_max_str_digits(maxdigits: i32) -> PyResult<()> {
        match usize::try_from(maxdigits) {
            Ok(n) if n == 0 || n >= 640 => {
                runtime().int_max_str_digits.set(n);
                Ok(())
            }
            _ => raise!(ValueError, "maxdigits must be 0 or larger than 640"),
        }
    }
    /// Return True if Python is exiting.
    #[pyfunction("()")]
    fn is_finalizing() -> bool {
        crate::startup::is_finalizing()
    }
    /// Return True if the GIL is currently enabled and False otherwise.
    #[pyfunction("()")]
    fn _is_gil_enabled() -> bool {
        true
    }
    /// Return True if remote debugging is enabled, False otherwise.
    #[pyfunction("()")]
    fn is_remote_debug_enabled() -> bool {
        false
    }
    /// Return the current thread switch interval.
    #[pyfunction("()")]
    fn getswitchinterval() -> f64 {
        crate::thread::switch_interval()
    }
    /// Set the ideal thread switching delay inside the Python interpreter.
    #[pyfunction("(interval, /)")]
    fn setswitchinterval(interval: f64) -> PyResult<()> {
        if interval > 0.0 {
            crate::thread::set_switch_interval(interval);
            return Ok(());
        }
        raise!(ValueError, "switch interval must be strictly positive")
    }
    /// Clear the internal type lookup cache.
    #[pyfunction("()")]
    fn _clear_type_cache() {}
    /// Private function for clearing certain descriptors from a type's dictionary.
    ///
    /// See gh-135228 for context.
    #[pyfunction("(type, /)")]
    fn _clear_type_descriptors(r#type: P<taipan_runtime::types::type_object::TypeObject>) -> PyResult<()> {
        if !r#type.is_heap() {
            return raise!(TypeError, "argument is immutable");
        }
        for name in ["__dict__", "__weakref__"] {
            let name = str::interned(name);
            if r#type.dict().place_of(name).is_some() {
                taipan_runtime::protocol::type_attr::set(r#type, name, None)?;
            }
        }
        Ok(())
    }
    /// Clear all internal performance-related caches.
    #[pyfunction("()")]
    fn _clear_internal_caches() {}
    /// Private function for getting PyConfig.cpu_count
    #[pyfunction("()")]
    fn _get_cpu_count_config() -> i64 {
        -1
    }

    fn audit_hooks() -> Option<P<list::List>> {
        crate::state::get("sys.audit_hooks").and_then(|v| v.downcast::<list::List>())
    }
    /// Adds a new audit hook callback.
    #[pyfunction("(hook)")]
    fn addaudithook(hook: Value) {
        match audit_hooks() {
            Some(hooks) => hooks.items.push(hook.own()),
            None => crate::state::set("sys.audit_hooks", list::new(vec![hook.own()]).erase()),
        }
    }
    /// Passes the event to any hooks that are attached.
    #[pyfunction("(event, /, *args)")]
    fn audit(event: P<Str>, args: &[Value]) -> PyResult<()> {
        let Some(hooks) = audit_hooks() else { return Ok(()) };
        let args = tuple::from_values(args);
        for hook in hooks.items.to_refs() {
            call(*hook, Args::positional(&[event.value(), args.p().value()]))?;
        }
        Ok(())
    }

    #[pyattr(name = "__package__")]
    fn package() -> Ref {
        Ref::from("")
    }
}
