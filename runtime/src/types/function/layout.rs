//! The function object.
//!
//! # Invariants
//! - `exec` is null, or the executable form of `code`, and changes with it. It is made when the function is first run:
//!   most functions of a library never are.
//! - Each `Cell<Value>` is an owned word, `UNBOUND` where there is nothing.
//! - `version` changes whenever `code`, `defaults` or `kwdefaults` do: inline caches and machine code compare it.

use crate::exec::code::ExecCode;
use crate::object::{Header, Kind, Object, Own, P, Visitor, alloc, decref};
use crate::runtime::{runtime, types};
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::value::{UNBOUND, Value};
use crate::watch::Fact;
use std::cell::Cell;

/// A Python function.
#[repr(C)]
pub struct Function {
    /// The header.
    pub head: Header,
    /// The executable code.
    pub exec: Cell<*const ExecCode>,
    /// See the module's page.
    pub version: Cell<u32>,
    /// `__code__`
    pub code: Cell<P<Code>>,
    /// `__globals__`
    pub globals: P<Dict>,
    /// `__builtins__`
    pub builtins: P<Dict>,
    /// `__name__`, a str.
    pub name: Cell<Value>,
    /// `__qualname__`, a str.
    pub qualname: Cell<Value>,
    /// `__module__`
    pub module: Cell<Value>,
    /// `__doc__`
    pub doc: Cell<Value>,
    /// `__defaults__`: a tuple or `UNBOUND`.
    pub defaults: Cell<Value>,
    /// `__kwdefaults__`: a dict or `UNBOUND`.
    pub kwdefaults: Cell<Value>,
    /// `__closure__`: a tuple of cells or `UNBOUND`.
    pub closure: Cell<Value>,
    /// `__annotations__` once computed, or a tuple of names and strings, or `UNBOUND`.
    pub annotations: Cell<Value>,
    /// `__annotate__`: a function or `UNBOUND`.
    pub annotate: Cell<Value>,
    /// `__type_params__`: a tuple or `UNBOUND`.
    pub type_params: Cell<Value>,
    /// `__dict__`, made on demand.
    pub dict: Cell<Option<P<Dict>>>,
    /// Weak references to the function.
    pub weakrefs: Cell<Option<Value>>,
}

impl Function {
    fn fields(&self) -> [&Cell<Value>; 10] {
        [
            &self.name,
            &self.qualname,
            &self.module,
            &self.doc,
            &self.defaults,
            &self.kwdefaults,
            &self.closure,
            &self.annotations,
            &self.annotate,
            &self.type_params,
        ]
    }
    /// The executable code.
    #[inline(always)]
    pub fn exec(&self) -> &'static ExecCode {
        if self.exec.get().is_null() {
            self.make_exec();
        }
        // SAFETY: the code object, which the function owns, owns it.
        unsafe { &*self.exec.get() }
    }
    #[cold]
    #[inline(never)]
    fn make_exec(&self) {
        self.exec.set(std::ptr::from_ref(self.code.get().exec()));
    }
    /// Put another code object in.
    pub fn set_code(&self, code: Own<Code>) {
        self.exec.set(std::ptr::from_ref(code.exec()));
        let old = self.code.replace(code.p());
        std::mem::forget(code);
        self.changed();
        decref(old.value());
    }
    /// Code or defaults changed.
    pub fn changed(&self) {
        crate::thread::current().change();
        self.version.set(runtime().next_type_version());
        // SAFETY: the function is alive: it is being changed.
        runtime().watch.changed(Fact::Function(unsafe { P::from_ptr(self) }));
    }
}

// SAFETY: `repr(C)`, starts with the header, fixed size.
unsafe impl Object for Function {
    const KIND: Kind = Kind::Function;
    const CONTAINER: bool = true;
    fn traverse(&self, visit: Visitor<'_>) {
        visit(&[self.code.get().value(), self.globals.value(), self.builtins.value()]);
        if let Some(d) = self.dict.get() {
            visit(&[d.value()]);
        }
        self.fields().iter().for_each(|f| visit(&[f.get()]));
    }
    fn clear(&self) {
        for f in &self.fields()[2..] {
            decref(f.replace(UNBOUND));
        }
        if let Some(d) = self.dict.get() {
            d.clear_all();
        }
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        for v in [self.code.get().value(), self.globals.value(), self.builtins.value()] {
            decref(v);
        }
        self.fields().iter().for_each(|f| decref(f.get()));
        if let Some(d) = self.dict.get() {
            decref(d.value());
        }
    }
}

/// A function of this code with these global names; name, qualified name, doc and module come from them.
pub fn new(code: Own<Code>, globals: P<Dict>, builtins: P<Dict>) -> Own<Function> {
    let (exec, [name, qualname, doc]) = code.described();
    code.functions.set(code.functions.get().saturating_add(1));
    let module =
        globals.place_of(crate::names::names().__name__).map_or(UNBOUND, |place| globals.value_at(place));
    let own = |v: Value| v.own().into_raw();
    let f = Function {
        head: Header::new(types().function),
        exec: Cell::new(exec),
        version: Cell::new(runtime().next_type_version()),
        code: Cell::new(code.p()),
        globals,
        builtins,
        name: Cell::new(name.into_raw()),
        qualname: Cell::new(qualname.into_raw()),
        module: Cell::new(own(module)),
        doc: Cell::new(doc.into_raw()),
        defaults: Cell::new(UNBOUND),
        kwdefaults: Cell::new(UNBOUND),
        closure: Cell::new(UNBOUND),
        annotations: Cell::new(UNBOUND),
        annotate: Cell::new(UNBOUND),
        type_params: Cell::new(UNBOUND),
        dict: Cell::new(None),
        weakrefs: Cell::new(None),
    };
    std::mem::forget((code, globals.own(), builtins.own()));
    alloc(f)
}
