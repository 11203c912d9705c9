//! `Unpickler`

use super::input::{File, Input};
use super::load::{Hooks, Loader, Strings, find_class};
use super::{UnpicklingError, memo_proxy};
use crate::construct::raise_own;
use std::cell::{Cell, RefCell};
use taipan_runtime::error::PyResult;
use taipan_runtime::native::{NativeDef, native_class};
use taipan_runtime::object::{Header, Kind, OwnedCell, P, Ref, alloc_in};
use taipan_runtime::protocol::attr::{generic_getattr, generic_setattr, getattr, getattr_opt};
use taipan_runtime::protocol::iter;
use taipan_runtime::protocol::truth::truth;
use taipan_runtime::slots::Args;
use taipan_runtime::types::dict::{self, Dict};
use taipan_runtime::types::int;
use taipan_runtime::types::str::{Str, interned};
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::value::{NONE, Value};
use taipan_runtime::{object_layout, pymethods, raise};

/// How strings of Python 2 are read, from keyword arguments.
pub fn strings_of(
    fix_imports: Option<Value>,
    encoding: Option<Value>,
    errors: Option<Value>,
    function: &str,
) -> PyResult<Strings> {
    let text = |v: Option<Value>, name: &str, default: &str| match v {
        None => Ok(default.to_owned()),
        Some(v) => match v.as_str().and_then(|s| s.to_utf8()) {
            Some(t) => Ok(t),
            None => {
                raise!(TypeError, "{function}() argument '{name}' must be str, not {}", v.class().name())
            }
        },
    };
    Ok(Strings {
        encoding: text(encoding, "encoding", "ASCII")?,
        errors: text(errors, "errors", "strict")?,
        fix_imports: fix_imports.map_or(Ok(true), truth)?,
    })
}

/// An iterator over out-of-band buffers, if there are any.
pub fn buffers_of(v: Option<Value>) -> PyResult<Option<Ref>> {
    v.filter(|v| !v.is_none()).map(iter::iter).transpose()
}

/// Reads pickles from a file.
#[repr(C)]
pub struct Unpickler {
    head: Header,
    file: RefCell<Option<File>>,
    strings: RefCell<Strings>,
    buffers: OwnedCell,
    /// Put in by the user of an instance of this very class.
    persistent_load: OwnedCell,
    memo: RefCell<Vec<Option<Ref>>>,
    protocol: Cell<u8>,
    busy: Cell<bool>,
}
object_layout!(Unpickler, Kind::Native, container, [buffers, persistent_load, memo]);

static DEF: NativeDef = crate::constructor!("Unpickler", Either file, KeywordOnly fix_imports = None,
    KeywordOnly encoding = None, KeywordOnly errors = None, KeywordOnly buffers = None);

#[pymethods]
impl Unpickler {
    #[slot(new)]
    fn new(class: P<TypeObject>, _args: Args<'_>) -> PyResult {
        let unpickler = Unpickler {
            head: Header::new(class),
            file: RefCell::default(),
            strings: RefCell::new(strings_of(None, None, None, "Unpickler")?),
            buffers: OwnedCell::default(),
            persistent_load: OwnedCell::default(),
            memo: RefCell::default(),
            protocol: Cell::new(0),
            busy: Cell::new(false),
        };
        Ok(alloc_in(class, unpickler).erase())
    }
    #[slot(init)]
    fn init(this: P<Unpickler>, args: Args<'_>) -> PyResult<()> {
        this.idle()?;
        let (given, _) = crate::construct::arguments::<5>(&DEF, this.head.class.get(), args)?;
        let [file, fix_imports, encoding, errors, buffers] = given;
        let file = File::of(file.unwrap_or(NONE))?;
        let strings = strings_of(fix_imports, encoding, errors, "Unpickler")?;
        this.buffers.set(buffers_of(buffers)?);
        let old = (this.file.replace(Some(file)), this.memo.take());
        drop(old);
        this.strings.replace(strings);
        this.protocol.set(0);
        Ok(())
    }
    #[slot(getattr)]
    fn getattr(this: P<Unpickler>, name: P<Str>) -> PyResult {
        match this.persistent_load.get() {
            Some(hook) if name.is_str("persistent_load") => Ok(hook.own()),
            _ => generic_getattr(this.value(), name),
        }
    }
    #[slot(setattr)]
    fn setattr(this: P<Unpickler>, name: P<Str>, value: Option<Value>) -> PyResult<()> {
        if name.is_str("persistent_load") && native_class::<Unpickler>() == Some(this.value().class()) {
            this.persistent_load.set(value.map(|v| v.own()));
            return Ok(());
        }
        generic_setattr(this.value(), name, value)
    }
    #[method("(self, pid, /)", name = "persistent_load")]
    fn no_persistent_load(_this: P<Unpickler>, _pid: Value) -> PyResult {
        raise_own::<UnpicklingError, _>(
            "A load persistent id instruction was encountered, but no persistent_load function was specified.",
        )
    }
    /// Load a pickle.
    ///
    /// Read a pickled object representation from the open file object given
    /// in the constructor, and return the reconstituted object hierarchy
    /// specified therein.
    #[method("(self, /)")]
    fn load(this: P<Unpickler>) -> PyResult {
        this.idle()?;
        let this = this.own_typed();
        let Some(file) = this.file.borrow().as_ref().map(File::clone) else {
            return raise_own::<UnpicklingError, _>(&format!(
                "Unpickler.__init__() was not called by {}.__init__()",
                this.p().value().class().name()
            ));
        };
        let v = this.p().value();
        let own_class = native_class::<Unpickler>() == Some(v.class());
        let (find_class, mut persistent_load) = if own_class {
            (None, None)
        } else {
            (Some(getattr(v, interned("find_class"))?), getattr_opt(v, interned("persistent_load"))?)
        };
        if let Some(hook) = this.persistent_load.get() {
            persistent_load = Some(hook.own());
        }
        let hooks = Hooks { find_class, persistent_load, buffers: this.buffers.get().map(|b| b.own()) };
        let strings = this.strings.borrow().clone();
        let protocol = |p: u8| this.protocol.set(p);
        let mut loader = Loader::new(Input::file(&file), this.memo.take(), strings, hooks);
        loader.on_protocol = Some(&protocol);
        this.busy.set(true);
        let loaded = loader.load();
        this.busy.set(false);
        this.memo.replace(std::mem::take(&mut loader.memo));
        loaded
    }
    /// Return an object from a specified module.
    ///
    /// If necessary, the module will be imported. Subclasses may override
    /// this method (e.g. to restrict unpickling of arbitrary classes and
    /// functions).
    ///
    /// This method is called whenever a class or a function object is
    /// needed.  Both arguments passed are str objects.
    #[method("(self, module_name, global_name, /)", name = "find_class")]
    fn find(this: P<Unpickler>, module_name: P<Str>, global_name: P<Str>) -> PyResult {
        let fix_imports = this.strings.borrow().fix_imports;
        find_class(module_name, global_name, this.protocol.get(), fix_imports)
    }
    #[getter]
    fn memo(this: P<Unpickler>) -> PyResult {
        memo_proxy::UnpicklerMemo::make(this)
    }
    #[setter]
    fn set_memo(this: P<Unpickler>, value: Option<Value>) -> PyResult<()> {
        let Some(value) = value else { return raise!(TypeError, "attribute deletion is not supported") };
        let mut memo: Vec<Option<Ref>> = Vec::new();
        if let Some(proxy) = value.downcast::<memo_proxy::UnpicklerMemo>() {
            memo.clone_from(&proxy.unpickler.memo.borrow());
        } else if let Some(d) = value.downcast::<Dict>() {
            for (k, v) in d.iter() {
                let Some(i) = k.as_i64() else { return raise!(TypeError, "memo key must be integers") };
                let Ok(i) = usize::try_from(i) else {
                    return raise!(ValueError, "memo key must be positive integers.");
                };
                taipan_runtime::error::check_room(i + 1, 8)?;
                if i >= memo.len() {
                    memo.resize(i + 1, None);
                }
                memo[i] = Some(v.own());
            }
        } else {
            let got = value.class().name();
            return raise!(
                TypeError,
                "'memo' attribute must be an UnpicklerMemoProxy object or dict, not {got}"
            );
        }
        let old = this.memo.replace(memo);
        drop(old);
        Ok(())
    }
}

impl Unpickler {
    fn idle(&self) -> PyResult<()> {
        if self.busy.get() { raise!(RuntimeError, "Unpickler object is already used") } else { Ok(()) }
    }
    /// Forget what was read.
    pub fn clear_memo(this: P<Unpickler>) {
        let old = this.memo.take();
        drop(old);
    }
    /// The memo as a dict by number.
    pub fn memo_dict(&self) -> PyResult<Ref> {
        let d = dict::new();
        let memo = self.memo.borrow().clone();
        for (i, v) in memo.into_iter().enumerate() {
            if let Some(v) = v {
                d.insert(int::new(i as i64).value(), v)?;
            }
        }
        Ok(d.erase())
    }
}
