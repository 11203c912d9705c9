//! Iterators over one iterable: `accumulate`, `compress`, `dropwhile`, `takewhile`, `filterfalse`, `islice`,
//! `starmap`.

use crate::construct::arguments;
use crate::constructor;
use std::cell::Cell;
use taipan_runtime::error::PyResult;
use taipan_runtime::native::NativeDef;
use taipan_runtime::object::{Header, Kind, OwnedCell, P, Ref, alloc_in};
use taipan_runtime::protocol::call::{call, call1, call2};
use taipan_runtime::protocol::iter::{collect, iter, next};
use taipan_runtime::protocol::number::add;
use taipan_runtime::protocol::truth::truth;
use taipan_runtime::runtime::types;
use taipan_runtime::slots::Args;
use taipan_runtime::types::tuple::Tuple;
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::value::{NONE, Value};
use taipan_runtime::{object_layout, raise};

/// A required argument that binding has made sure of.
pub(super) fn given(v: Option<Value>) -> PyResult<Value> {
    match v {
        Some(v) => Ok(v),
        None => raise!(SystemError, "a required argument is missing"),
    }
}

/// `accumulate(iterable, func, *, initial)`
#[repr(C)]
pub struct Accumulate {
    head: Header,
    source: Ref,
    function: Ref,
    initial: OwnedCell,
    total: OwnedCell,
}
object_layout!(Accumulate, Kind::Native, container, [source, function, initial, total]);

static ACCUMULATE: NativeDef =
    constructor!("accumulate", Either iterable, Either func = None, KeywordOnly initial = None);

#[taipan_runtime::pymethods]
impl Accumulate {
    #[slot(new)]
    fn new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        let ([iterable, func, initial], _) = arguments::<3>(&ACCUMULATE, class, args)?;
        let source = iter(given(iterable)?)?;
        let a = Accumulate {
            head: Header::new(class),
            source,
            function: func.unwrap_or(NONE).own(),
            initial: OwnedCell::new(initial.filter(|v| !v.is_none()).map(|v| v.own())),
            total: OwnedCell::new(None),
        };
        Ok(alloc_in(class, a).erase())
    }
    #[slot(iter)]
    fn iter(this: Value) -> PyResult {
        Ok(this.own())
    }
    #[slot(next)]
    fn next(this: P<Accumulate>) -> PyResult<Option<Ref>> {
        if let Some(initial) = this.initial.take() {
            this.total.set(Some(initial.clone()));
            return Ok(Some(initial));
        }
        let Some(item) = next(this.source.value())? else { return Ok(None) };
        let total = match this.total.get() {
            None => item,
            Some(total) => {
                let total = total.own();
                if this.function.is_none() {
                    add(total.value(), item.value())?
                } else {
                    call2(this.function.value(), total.value(), item.value())?
                }
            }
        };
        this.total.set(Some(total.clone()));
        Ok(Some(total))
    }
}

/// `compress(data, selectors)`
#[repr(C)]
pub struct Compress {
    head: Header,
    data: Ref,
    selectors: Ref,
}
object_layout!(Compress, Kind::Native, container, [data, selectors]);

static COMPRESS: NativeDef = constructor!("compress", Either data, Either selectors);

#[taipan_runtime::pymethods]
impl Compress {
    #[slot(new)]
    fn new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        let ([data, selectors], _) = arguments::<2>(&COMPRESS, class, args)?;
        let (data, selectors) = (iter(given(data)?)?, iter(given(selectors)?)?);
        Ok(alloc_in(class, Compress { head: Header::new(class), data, selectors }).erase())
    }
    #[slot(iter)]
    fn iter(this: Value) -> PyResult {
        Ok(this.own())
    }
    #[slot(next)]
    fn next(this: P<Compress>) -> PyResult<Option<Ref>> {
        loop {
            let Some(item) = next(this.data.value())? else { return Ok(None) };
            let Some(selector) = next(this.selectors.value())? else { return Ok(None) };
            if truth(selector.value())? {
                return Ok(Some(item));
            }
        }
    }
}

macro_rules! predicate_iterator {
    ($(#[$doc:meta])* $t:ident $def:ident $name:literal $first:ident, |$this:ident| $next:block) => {
        $(#[$doc])*
        #[repr(C)]
        pub struct $t {
            head: Header,
            function: Ref,
            source: Ref,
            /// Has the predicate decided for good?
            decided: Cell<bool>,
        }
        object_layout!($t, Kind::Native, container, [function, source]);

        static $def: NativeDef = constructor!($name, PositionalOnly $first, PositionalOnly iterable);

        #[taipan_runtime::pymethods]
        impl $t {
            #[slot(new)]
            fn new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
                let ([function, iterable], _) = arguments::<2>(&$def, class, args)?;
                let source = iter(given(iterable)?)?;
                let function = given(function)?.own();
                let t = $t { head: Header::new(class), function, source, decided: Cell::new(false) };
                Ok(alloc_in(class, t).erase())
            }
            #[slot(iter)]
            fn iter(this: Value) -> PyResult {
                Ok(this.own())
            }
            #[slot(next)]
            fn next($this: P<$t>) -> PyResult<Option<Ref>> $next
        }
    };
}

predicate_iterator! {
    /// `dropwhile(predicate, iterable)`
    DropWhile DROPWHILE "dropwhile" predicate, |this| {
        loop {
            let Some(item) = next(this.source.value())? else { return Ok(None) };
            if this.decided.get() {
                return Ok(Some(item));
            }
            let good = call1(this.function.value(), item.value())?;
            if !truth(good.value())? {
                this.decided.set(true);
                return Ok(Some(item));
            }
        }
    }
}

predicate_iterator! {
    /// `takewhile(predicate, iterable)`
    TakeWhile TAKEWHILE "takewhile" predicate, |this| {
        if this.decided.get() {
            return Ok(None);
        }
        let Some(item) = next(this.source.value())? else { return Ok(None) };
        let good = call1(this.function.value(), item.value())?;
        if truth(good.value())? {
            return Ok(Some(item));
        }
        this.decided.set(true);
        Ok(None)
    }
}

predicate_iterator! {
    /// `filterfalse(function, iterable)`
    FilterFalse FILTERFALSE "filterfalse" function, |this| {
        let by_truth = this.function.is_none() || this.function.is(types().bool_.value());
        loop {
            let Some(item) = next(this.source.value())? else { return Ok(None) };
            let good = if by_truth {
                truth(item.value())?
            } else {
                truth(call1(this.function.value(), item.value())?.value())?
            };
            if !good {
                return Ok(Some(item));
            }
        }
    }
}

predicate_iterator! {
    /// `starmap(function, iterable)`
    StarMap STARMAP "starmap" function, |this| {
        let Some(args) = next(this.source.value())? else { return Ok(None) };
        if let Some(t) = args.exact::<Tuple>() {
            return call(this.function.value(), Args::positional(t.items())).map(Some);
        }
        let owned = collect(args.value())?;
        let values: Vec<Value> = owned.iter().map(|r| r.value()).collect();
        call(this.function.value(), Args::positional(&values)).map(Some)
    }
}

/// `islice(iterable, [start,] stop [, step])`
#[repr(C)]
pub struct ISlice {
    head: Header,
    source: OwnedCell,
    /// Index of the next item to be returned.
    wanted: Cell<i64>,
    /// `-1` for no end.
    stop: i64,
    step: i64,
    /// Items taken from the source.
    taken: Cell<i64>,
}
object_layout!(ISlice, Kind::Native, container, [source]);

static ISLICE: NativeDef = constructor!("islice", PositionalOnly iterable, PositionalOnly start, PositionalOnly stop = None, PositionalOnly step = None);

fn bound(v: Value, default: i64, message: &str) -> PyResult<i64> {
    if v.is_none() {
        return Ok(default);
    }
    let n = if taipan_runtime::protocol::index::has_index(v) {
        taipan_runtime::protocol::index::index_i64(v)?.ok()
    } else {
        None
    };
    match n {
        Some(n) if n >= 0 => Ok(n),
        _ => raise!(ValueError, "{message}"),
    }
}

#[taipan_runtime::pymethods]
impl ISlice {
    #[slot(new)]
    fn new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        const STOP: &str = "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
        const INDICES: &str = "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
        const STEP: &str = "Step for islice() must be a positive integer or None.";
        let ([iterable, a, b, step], _) = arguments::<4>(&ISLICE, class, args)?;
        let a = given(a)?;
        let (start, stop) = match b {
            None => (0, bound(a, -1, STOP)?),
            Some(b) => {
                let stop = bound(b, -1, STOP)?;
                (bound(a, 0, INDICES)?, stop)
            }
        };
        let step = match step {
            None => 1,
            Some(s) => match bound(s, 1, STEP)? {
                0 => return raise!(ValueError, "{STEP}"),
                n => n,
            },
        };
        let source = OwnedCell::new(Some(iter(given(iterable)?)?));
        let s = ISlice {
            head: Header::new(class),
            source,
            wanted: Cell::new(start),
            stop,
            step,
            taken: Cell::new(0),
        };
        Ok(alloc_in(class, s).erase())
    }
    #[slot(iter)]
    fn iter(this: Value) -> PyResult {
        Ok(this.own())
    }
    #[slot(next)]
    fn next(this: P<ISlice>) -> PyResult<Option<Ref>> {
        let Some(source) = this.source.get() else { return Ok(None) };
        let source = source.own();
        let wanted = this.wanted.get();
        let end = if this.stop >= 0 { wanted.min(this.stop) } else { wanted };
        while this.taken.get() < end {
            if next(source.value())?.is_none() {
                this.source.set(None);
                return Ok(None);
            }
            this.taken.set(this.taken.get() + 1);
        }
        if this.stop >= 0 && this.taken.get() >= this.stop {
            this.source.set(None);
            return Ok(None);
        }
        let Some(item) = next(source.value())? else {
            this.source.set(None);
            return Ok(None);
        };
        this.taken.set(this.taken.get() + 1);
        let after = wanted.checked_add(this.step).unwrap_or(i64::MAX);
        this.wanted.set(if this.stop >= 0 { after.min(this.stop) } else { after });
        Ok(Some(item))
    }
}
