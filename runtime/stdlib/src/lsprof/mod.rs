//! `_lsprof`: the profiler behind `cProfile`, a native profile function.

mod times;

use crate::construct::arguments;
use std::cell::{Cell, RefCell};
use std::time::Instant;
use taipan_runtime::error::PyResult;
use taipan_runtime::native::NativeDef;
use taipan_runtime::object::{Header, Kind, OwnedCell, P, Ref, alloc_in};
use taipan_runtime::protocol::attr::getattr_text;
use taipan_runtime::protocol::call::{call_method_text, call0};
use taipan_runtime::protocol::truth::truth;
use taipan_runtime::protocol::{index, repr, type_attr};
use taipan_runtime::slots::Args;
use taipan_runtime::types::descriptor::NativeFunction;
use taipan_runtime::types::structseq::{self, Spec};
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::types::{float, int, list, str};
use taipan_runtime::value::{NONE, Value};
use taipan_runtime::{object_layout, pymethods, raise};
use times::{Key, Profile, Record};

pub use module::MODULE;

static NEW: NativeDef = crate::constructor!(
    "Profiler", Either timer = None, Either timeunit = None, Either subcalls = None, Either builtins = None
);

const FIELDS: [(&str, &str); 6] = [
    ("code", "code object or built-in function name"),
    ("callcount", "how many times this was called"),
    ("reccallcount", "how many times called recursively"),
    ("totaltime", "total time in this entry"),
    ("inlinetime", "inline time in this entry (not in subcalls)"),
    ("calls", "details of the calls"),
];

static ENTRY: Spec = Spec {
    module: "_lsprof",
    name: "profiler_entry",
    doc: "",
    fields: &FIELDS,
    visible: 6,
    constructible: true,
};

static SUBENTRY: Spec = Spec {
    module: "_lsprof",
    name: "profiler_subentry",
    doc: "",
    fields: FIELDS.split_at(5).0,
    visible: 5,
    constructible: true,
};

/// `_lsprof.Profiler`
#[repr(C)]
pub struct Profiler {
    head: Header,
    timer: OwnedCell,
    /// Seconds that a unit of an integer timer is worth; 0 for a timer that returns seconds.
    unit: Cell<f64>,
    subcalls: Cell<bool>,
    builtins: Cell<bool>,
    enabled: Cell<bool>,
    /// The timer runs: what it is asked for must not go away.
    in_timer: Cell<bool>,
    /// Zero of the built-in timer.
    epoch: Instant,
    profile: RefCell<Profile>,
}
object_layout!(Profiler, Kind::Native, container, [timer]);

impl Profiler {
    /// Seconds, by whichever timer there is.
    fn now(&self) -> f64 {
        let timer = self.timer.or_none();
        if timer.is_none() {
            return self.epoch.elapsed().as_secs_f64();
        }
        let timer = timer.own();
        let outer = self.in_timer.replace(true);
        let read = call0(*timer).and_then(|t| match self.unit.get() {
            0.0 => index::to_f64(*t),
            unit => Ok(index::to_i64(*t)? as f64 * unit),
        });
        self.in_timer.set(outer);
        read.unwrap_or_else(|_| {
            taipan_runtime::error::write_unraisable(
                "Exception ignored while calling _lsprof timer",
                Some(*timer),
            );
            0.0
        })
    }
    /// What happened at the profiled thread, as `sys.setprofile` tells it.
    fn told(&self, frame: Value, event: Value, arg: Value) -> PyResult<()> {
        let is = |name: &str| event.as_str().is_some_and(|s| s.is_str(name));
        let native = is("c_call") || is("c_return") || is("c_exception");
        if native && !self.builtins.get() {
            return Ok(());
        }
        if is("call") || is("c_call") {
            let (key, code) = if native { native_key(arg)? } else { code_key(frame)? };
            let now = self.now();
            self.profile.borrow_mut().enter(key, code, now, self.subcalls.get());
        } else {
            let now = self.now();
            self.profile.borrow_mut().leave(now);
        }
        Ok(())
    }
}

fn code_key(frame: Value) -> PyResult<(Key, Ref)> {
    let code = getattr_text(frame, "f_code")?;
    Ok((Key(code.value().bits()), code))
}

/// A native function is known by what it does, and named by where it is found.
fn native_key(function: Value) -> PyResult<(Key, Ref)> {
    let Some(f) = function.downcast::<NativeFunction>() else {
        let name = repr::repr(function)?;
        return Ok((Key(function.class().value().bits()), name.erase()));
    };
    let name = str::interned(f.def.name);
    let module = f.module.or_none();
    let bound = f.this.or_none();
    let found =
        if module.is_none() && !bound.is_none() { type_attr::lookup(bound.class(), name) } else { None };
    let text = match (found, module.as_str()) {
        (Some(method), _) => repr::repr(method)?.erase(),
        (None, Some(m)) => Ref::from(format!("<built-in method {}.{}>", m.to_lossy(), f.def.name).as_str()),
        (None, None) => Ref::from(format!("<built-in method {}>", f.def.name).as_str()),
    };
    Ok((Key(std::ptr::from_ref(f.def) as u64), text))
}

fn fields(record: &Record, code: &Ref) -> Vec<Ref> {
    vec![
        code.clone(),
        int::new(record.calls),
        int::new(record.recursive),
        float::new(record.total),
        float::new(record.inline),
    ]
}

#[pymethods]
impl Profiler {
    #[slot(new)]
    fn new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        let ([timer, unit, subcalls, builtins], _) = arguments(&NEW, class, args)?;
        let flag = |v: Option<Value>| v.map_or(Ok(true), truth);
        let p = Profiler {
            head: Header::new(class),
            timer: OwnedCell::new(timer.filter(|t| !t.is_none()).map(|t| t.own())),
            unit: Cell::new(unit.map_or(Ok(0.0), index::to_f64)?),
            subcalls: Cell::new(flag(subcalls)?),
            builtins: Cell::new(flag(builtins)?),
            enabled: Cell::new(false),
            in_timer: Cell::new(false),
            epoch: Instant::now(),
            profile: RefCell::default(),
        };
        Ok(alloc_in(class, p).erase())
    }
    /// The profile function itself.
    #[slot(call)]
    fn call(this: Value, args: Args<'_>) -> PyResult {
        match (this.downcast::<Profiler>(), args.pos()) {
            (Some(p), &[frame, event, arg]) => p.told(frame, event, arg)?,
            _ => return raise!(TypeError, "a profiler is called with a frame, an event and its argument"),
        }
        Ok(NONE.own())
    }
    /// Start collecting profiling information.
    ///
    ///   subcalls
    ///     If True, also records for each function
    ///     statistics separated according to its current caller.
    ///   builtins
    ///     If True, records the time spent in
    ///     built-in functions separately from their caller.
    #[method("(self, /, subcalls=True, builtins=True)")]
    fn enable(this: P<Profiler>, subcalls: Option<bool>, builtins: Option<bool>) -> PyResult<()> {
        let sys = crate::construct::import("sys")?;
        if !call_method_text(*sys, "getprofile", &[])?.is_none() {
            return raise!(ValueError, "tool 2 is already in use");
        }
        this.subcalls.set(subcalls.unwrap_or(true));
        this.builtins.set(builtins.unwrap_or(true));
        this.enabled.set(true);
        call_method_text(*sys, "setprofile", &[this.value()]).map(drop)
    }
    /// Stop collecting profiling information.
    #[method("(self, /)")]
    fn disable(this: P<Profiler>) -> PyResult<()> {
        if this.in_timer.get() {
            return raise!(RuntimeError, "cannot disable profiler in external timer");
        }
        if !this.enabled.replace(false) {
            return Ok(());
        }
        let sys = crate::construct::import("sys")?;
        call_method_text(*sys, "setprofile", &[NONE])?;
        let now = this.now();
        this.profile.borrow_mut().leave_all(now);
        Ok(())
    }
    /// Clear all profiling information collected so far.
    #[method("(self, /)")]
    fn clear(this: P<Profiler>) -> PyResult<()> {
        if this.in_timer.get() {
            return raise!(RuntimeError, "cannot clear profiler in external timer");
        }
        // What is dropped may run Python code.
        drop(this.profile.take());
        Ok(())
    }
    /// list of profiler_entry objects.
    ///
    /// getstats() -> list of profiler_entry objects
    ///
    /// Return all information collected by the profiler. Each profiler_entry has the attributes code, callcount,
    /// reccallcount, totaltime, inlinetime and calls, which is None or a list of profiler_subentry objects with the first
    /// five of these.
    #[method("(self, /)")]
    fn getstats(this: P<Profiler>) -> PyResult {
        if this.enabled.get() {
            Profiler::disable(this)?;
        }
        let (Some(entry), Some(sub)) = (module::class(&ENTRY), module::class(&SUBENTRY)) else {
            return raise!(SystemError, "_lsprof is not initialised");
        };
        let profile = this.profile.borrow();
        let all = profile.entries().map(|e| {
            let callees: Vec<Ref> = (profile.callees(e))
                .map(|(record, code)| structseq::new(sub, fields(record, code)))
                .collect();
            let calls = if callees.is_empty() { NONE.own() } else { list::new(callees).erase() };
            let mut values = fields(&e.record, &e.code);
            values.push(calls);
            structseq::new(entry, values)
        });
        Ok(list::new(all.collect()).erase())
    }
}

#[taipan_runtime::pymodule(name = "_lsprof")]
mod module {
    use super::*;
    use crate::construct::add_class;
    use taipan_runtime::runtime::types;
    use taipan_runtime::types::module::Module;
    use taipan_runtime::types::type_object::flags::BASETYPE;

    #[init]
    fn contents(m: P<Module>) -> PyResult<()> {
        for spec in [&ENTRY, &SUBENTRY] {
            let class = structseq::make_class(spec);
            m.set(spec.name, class.value());
            crate::state::set(spec.name, class.value());
        }
        let class = add_class::<Profiler>(m, "Profiler", types().object, BASETYPE, Profiler::install);
        crate::construct::set_doc(
            class,
            "Build a profiler object using the specified timer function.\n\nThe default timer is a fast built-in one based \
             on real time.\nFor custom timer functions returning integers, 'timeunit' can\nbe a float specifying a scale \
             (that is, how long each integer unit\nis, in seconds).",
        );
        Ok(())
    }

    pub fn class(spec: &Spec) -> Option<P<TypeObject>> {
        crate::state::get(spec.name).and_then(|v| v.downcast::<TypeObject>())
    }
}
