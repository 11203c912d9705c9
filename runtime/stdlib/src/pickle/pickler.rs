//! `Pickler`

use super::ops::{DEFAULT_PROTOCOL, HIGHEST_PROTOCOL};
use super::output::Output;
use super::save::{Hooks, Memo, Saver, Style};
use super::{PicklingError, memo_proxy};
use crate::construct::raise_own;
use std::cell::{Cell, RefCell};
use taipan_runtime::error::PyResult;
use taipan_runtime::native::{NativeDef, native_class};
use taipan_runtime::object::{Header, Kind, OwnedCell, P, Ref, alloc_in};
use taipan_runtime::protocol::attr::{generic_getattr, generic_setattr, getattr_opt};
use taipan_runtime::protocol::index::index_size;
use taipan_runtime::protocol::truth::truth;
use taipan_runtime::slots::Args;
use taipan_runtime::types::dict::{self, Dict};
use taipan_runtime::types::int;
use taipan_runtime::types::str::{Str, interned};
use taipan_runtime::types::tuple::{self, Tuple};
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::value::{NONE, Value};
use taipan_runtime::{object_layout, pymethods, raise};

/// The protocol that an argument asks for.
pub fn protocol_of(v: Option<Value>) -> PyResult<i64> {
    let Some(v) = v.filter(|v| !v.is_none()) else { return Ok(DEFAULT_PROTOCOL) };
    match index_size(v, taipan_runtime::error::Exc::OverflowError)? {
        n if n < 0 => Ok(HIGHEST_PROTOCOL),
        n if n <= HIGHEST_PROTOCOL => Ok(n),
        _ => raise!(ValueError, "pickle protocol must be <= {HIGHEST_PROTOCOL}"),
    }
}

/// The callback for buffers, which needs a protocol that has them.
pub fn callback_of(v: Option<Value>, protocol: i64) -> PyResult<Option<Ref>> {
    match v.filter(|v| !v.is_none()) {
        Some(_) if protocol < 5 => raise!(ValueError, "buffer_callback needs protocol >= 5"),
        callback => Ok(callback.map(|v| v.own())),
    }
}

/// Writes pickles to a file.
#[repr(C)]
pub struct Pickler {
    head: Header,
    write: OwnedCell,
    dispatch_table: OwnedCell,
    /// Put in by the user of an instance of this very class.
    persistent_id: OwnedCell,
    buffer_callback: OwnedCell,
    style: Cell<Style>,
    bin: Cell<i32>,
    fast: Cell<i32>,
    /// The numbers of objects by address, with the objects.
    memo: RefCell<MemoHolder>,
    busy: Cell<bool>,
}
object_layout!(
    Pickler,
    Kind::Native,
    container,
    [write, dispatch_table, persistent_id, buffer_callback, memo]
);

/// A memo that the collector can look into.
#[derive(Default)]
pub struct MemoHolder(pub Memo);
impl taipan_runtime::object::Trace for MemoHolder {
    fn trace(&self, visit: taipan_runtime::object::Visitor<'_>) {
        self.0.values().for_each(|(_, v)| visit(&[v.value()]));
    }
    fn untrace(&self) {}
}

/// The value of an attribute that is a number.
fn number(v: Option<Value>) -> PyResult<i32> {
    match v {
        Some(v) => Ok(taipan_runtime::protocol::index::to_i64(v)? as i32),
        None => raise!(TypeError, "can't delete numeric/char attribute"),
    }
}

static DEF: NativeDef = crate::constructor!("Pickler", Either file, Either protocol = None,
    Either fix_imports = None, Either buffer_callback = None);

#[pymethods]
impl Pickler {
    #[slot(new)]
    fn new(class: P<TypeObject>, _args: Args<'_>) -> PyResult {
        let pickler = Pickler {
            head: Header::new(class),
            write: OwnedCell::default(),
            dispatch_table: OwnedCell::default(),
            persistent_id: OwnedCell::default(),
            buffer_callback: OwnedCell::default(),
            style: Cell::new(Style {
                protocol: DEFAULT_PROTOCOL,
                binary: true,
                fast: false,
                fix_imports: true,
            }),
            bin: Cell::new(1),
            fast: Cell::new(0),
            memo: RefCell::default(),
            busy: Cell::new(false),
        };
        Ok(alloc_in(class, pickler).erase())
    }
    #[slot(init)]
    fn init(this: P<Pickler>, args: Args<'_>) -> PyResult<()> {
        this.idle()?;
        let (given, _) = crate::construct::arguments::<4>(&DEF, this.head.class.get(), args)?;
        let [file, protocol, fix_imports, callback] = given;
        let protocol = protocol_of(protocol)?;
        let callback = callback_of(callback, protocol)?;
        let write = match getattr_opt(file.unwrap_or(NONE), interned("write"))? {
            Some(w) => w,
            None => return raise!(TypeError, "file must have a 'write' attribute"),
        };
        let fix_imports = fix_imports.map_or(Ok(true), truth)? && protocol < 3;
        this.write.set(Some(write));
        this.buffer_callback.set(callback);
        let binary = protocol >= 1;
        this.style.set(Style { protocol, binary, fast: false, fix_imports });
        this.bin.set(i32::from(binary));
        this.fast.set(0);
        drop(this.memo.take());
        Ok(())
    }
    #[slot(getattr)]
    fn getattr(this: P<Pickler>, name: P<Str>) -> PyResult {
        match this.persistent_id.get() {
            Some(hook) if name.is_str("persistent_id") => Ok(hook.own()),
            _ => generic_getattr(this.value(), name),
        }
    }
    #[slot(setattr)]
    fn setattr(this: P<Pickler>, name: P<Str>, value: Option<Value>) -> PyResult<()> {
        if name.is_str("persistent_id") && native_class::<Pickler>() == Some(this.value().class()) {
            this.persistent_id.set(value.map(|v| v.own()));
            return Ok(());
        }
        generic_setattr(this.value(), name, value)
    }
    #[method("(self, obj, /)", name = "persistent_id")]
    fn no_persistent_id(_this: P<Pickler>, _obj: Value) -> Value {
        NONE
    }
    /// Write a pickled representation of the given object to the open file.
    #[method("(self, obj, /)")]
    fn dump(this: P<Pickler>, obj: Value) -> PyResult<()> {
        let Some(write) = this.write.get() else {
            return raise_own::<PicklingError, _>(&format!(
                "Pickler.__init__() was not called by {}.__init__()",
                this.value().class().name()
            ));
        };
        this.idle()?;
        let this = this.own_typed();
        let v = this.p().value();
        let own_class = native_class::<Pickler>() == Some(v.class());
        let subclass_hook = |name: &str| if own_class { Ok(None) } else { getattr_opt(v, interned(name)) };
        let persistent_id = match this.persistent_id.get() {
            Some(hook) => Some(hook.own()),
            None => subclass_hook("persistent_id")?,
        };
        let hooks = Hooks {
            persistent_id,
            reducer_override: subclass_hook("reducer_override")?,
            dispatch_table: getattr_opt(v, interned("dispatch_table"))?,
            buffer_callback: this.buffer_callback.get().map(|c| c.own()),
        };
        let style = Style { binary: this.bin.get() != 0, fast: this.fast.get() != 0, ..this.style.get() };
        let (out, memo) = (Output::new(Some(write.own())), this.memo.take().0);
        let mut saver = Saver { out, memo, style, hooks };
        this.busy.set(true);
        let written = saver.dump(obj);
        this.busy.set(false);
        this.memo.borrow_mut().0 = saver.memo;
        written?;
        saver.out.finish().map(drop)
    }
    /// Clears the pickler's "memo".
    ///
    /// The memo is the data structure that remembers which objects the
    /// pickler has already seen, so that shared or recursive objects are
    /// pickled by reference and not by value.  This method is useful when
    /// re-using picklers.
    #[method("(self, /)")]
    pub fn clear_memo(this: P<Pickler>) {
        let old = this.memo.take();
        drop(old);
    }
    #[getter]
    fn bin(this: P<Pickler>) -> i64 {
        this.bin.get().into()
    }
    #[getter]
    fn fast(this: P<Pickler>) -> i64 {
        this.fast.get().into()
    }
    #[setter]
    fn set_fast(this: P<Pickler>, value: Option<Value>) -> PyResult<()> {
        this.fast.set(number(value)?);
        Ok(())
    }
    #[setter]
    fn set_bin(this: P<Pickler>, value: Option<Value>) -> PyResult<()> {
        this.bin.set(number(value)?);
        Ok(())
    }
    #[getter]
    fn dispatch_table(this: P<Pickler>) -> PyResult {
        match this.dispatch_table.get() {
            Some(t) => Ok(t.own()),
            None => {
                let name = this.value().class().name();
                raise!(AttributeError, "'_pickle.{name}' object has no attribute 'dispatch_table'")
            }
        }
    }
    #[setter]
    fn set_dispatch_table(this: P<Pickler>, value: Option<Value>) -> PyResult<()> {
        this.dispatch_table.set(value.map(|v| v.own()));
        Ok(())
    }
    #[getter]
    fn memo(this: P<Pickler>) -> PyResult {
        memo_proxy::PicklerMemo::make(this)
    }
    #[setter]
    fn set_memo(this: P<Pickler>, value: Option<Value>) -> PyResult<()> {
        let Some(value) = value else { return raise!(TypeError, "attribute deletion is not supported") };
        let wrong = || {
            let got = value.class().name();
            raise!(TypeError, "'memo' attribute must be a PicklerMemoProxy object or dict, not {got}")
        };
        let mut memo = Memo::default();
        if let Some(proxy) = value.downcast::<memo_proxy::PicklerMemo>() {
            memo.extend(proxy.pickler.memo.borrow().0.iter().map(|(&k, v)| (k, v.clone())));
        } else if let Some(d) = value.downcast::<Dict>() {
            for (_, entry) in d.iter() {
                let pair = entry.downcast::<Tuple>();
                let Some(&[number, object]) = pair.as_ref().map(|t| t.items()) else {
                    return raise!(TypeError, "'memo' values must be 2-item tuples");
                };
                let Some(n) = number.as_i64().and_then(|n| u32::try_from(n).ok()) else { return wrong() };
                memo.insert(object.bits(), (n, object.own()));
            }
        } else {
            return wrong();
        }
        let old = std::mem::replace(&mut this.memo.borrow_mut().0, memo);
        drop(old);
        Ok(())
    }
}

impl Pickler {
    fn idle(&self) -> PyResult<()> {
        if self.busy.get() { raise!(RuntimeError, "Pickler object is already used") } else { Ok(()) }
    }
    /// The memo as a dict of pairs by address.
    pub fn memo_dict(&self) -> PyResult<Ref> {
        let d = dict::new();
        let entries: Vec<(u32, Ref)> = self.memo.borrow().0.values().cloned().collect();
        for (n, v) in entries {
            let key = int::from_u64(v.value().bits());
            d.insert(key.value(), tuple::from_refs(vec![int::new(n.into()), v]).erase())?;
        }
        Ok(d.erase())
    }
}
