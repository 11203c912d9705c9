//! `_thread._local`: attributes that each thread has its own of.

use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicU64, Ordering};
use taipan_runtime::error::PyResult;
use taipan_runtime::object::{Header, Kind, Own, P, Trace, Visitor, alloc_in};
use taipan_runtime::protocol::attr::{generic_getattr, generic_setattr, no_attribute};
use taipan_runtime::protocol::call::call_prepend;
use taipan_runtime::protocol::type_attr;
use taipan_runtime::runtime::types;
use taipan_runtime::slots::Args;
use taipan_runtime::types::dict::{self, Dict};
use taipan_runtime::types::str::Str;
use taipan_runtime::types::tuple;
use taipan_runtime::types::tuple::Tuple;
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::value::Value;
use taipan_runtime::{object_layout, raise};

static NEXT: AtomicU64 = AtomicU64::new(1);
thread_local! {
    /// A number that no other thread of the process ever has.
    static NUMBER: Cell<u64> = Cell::new(NEXT.fetch_add(1, Ordering::Relaxed));
}

/// The dicts of the threads.
#[derive(Default)]
struct Dicts(RefCell<Vec<(u64, Own<Dict>)>>);

impl Trace for Dicts {
    fn trace(&self, visit: Visitor<'_>) {
        if let Ok(dicts) = self.0.try_borrow() {
            dicts.iter().for_each(|(_, d)| visit(&[d.p().value()]));
        }
    }
    fn untrace(&self) {
        drop(self.0.take());
    }
}

/// Thread-local data.
#[repr(C)]
pub struct Local {
    head: Header,
    dicts: Dicts,
    /// The constructor's arguments, for `__init__` in each thread.
    args: Own<Tuple>,
    names: Own<Tuple>,
}
object_layout!(Local, Kind::Native, container, [dicts, args, names]);

impl Local {
    /// The calling thread's attributes; the first time in a thread `__init__` runs.
    fn dict(this: P<Local>) -> PyResult<P<Dict>> {
        let number = NUMBER.get();
        if let Some((_, d)) = this.dicts.0.borrow().iter().find(|(n, _)| *n == number) {
            return Ok(d.p());
        }
        let d = dict::new();
        let p = d.p();
        this.dicts.0.borrow_mut().push((number, d));
        let class = this.value().class();
        if let Some(init) = type_attr::lookup(class, taipan_runtime::names::names().__init__)
            && class.slots.init.get().map(|f| f as usize)
                != types().object.slots.init.get().map(|f| f as usize)
        {
            let init = init.own();
            let args = Args { values: this.args.items(), names: this.names.items() };
            let called = call_prepend(*init, this.value(), args);
            if let Err(raised) = called {
                this.dicts.0.borrow_mut().retain(|(n, _)| *n != number);
                return Err(raised);
            }
        }
        Ok(p)
    }
    /// A data descriptor of the class comes before the thread's attributes.
    fn overridden(class: P<TypeObject>, name: P<Str>) -> bool {
        type_attr::lookup(class, name).is_some_and(|d| d.class().slots.descr_set.get().is_some())
    }
}

#[taipan_runtime::pymethods]
impl Local {
    #[slot(new)]
    fn new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        let plain =
            class.slots.init.get().map(|f| f as usize) == types().object.slots.init.get().map(|f| f as usize);
        if plain && !args.values.is_empty() {
            return raise!(TypeError, "Initialization arguments are not supported");
        }
        let local = Local {
            head: Header::new(class),
            dicts: Dicts::default(),
            args: tuple::from_values(args.values),
            names: tuple::from_values(args.names),
        };
        local.dicts.0.borrow_mut().push((NUMBER.get(), dict::new()));
        Ok(alloc_in(class, local).erase())
    }
    #[slot(getattr)]
    fn getattr(this: P<Local>, name: P<Str>) -> PyResult {
        let d = Local::dict(this)?;
        if name.is_str("__dict__") {
            return Ok(d.own());
        }
        if !Local::overridden(this.value().class(), name)
            && let Some(v) = d.get_str(name)?
        {
            return Ok(v.own());
        }
        generic_getattr(this.value(), name)
    }
    #[slot(setattr)]
    fn setattr(this: P<Local>, name: P<Str>, value: Option<Value>) -> PyResult<()> {
        let d = Local::dict(this)?;
        if name.is_str("__dict__") {
            return raise!(
                AttributeError,
                "'{}' object attribute '__dict__' is read-only",
                this.value().class().name()
            );
        }
        if Local::overridden(this.value().class(), name) {
            return generic_setattr(this.value(), name, value);
        }
        match value {
            Some(v) => d.insert_str(name, v.own()),
            None => match d.remove(name.value())? {
                Some(_) => Ok(()),
                None => no_attribute(this.value(), name).map(drop),
            },
        }
    }
}
